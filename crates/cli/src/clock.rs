//! The only clock: `--at`, or the system's; and how times and durations are written.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use clap::Args;
use throughline::UnixTime;

use crate::failure::Failure;

/// Which time it is.
#[derive(Args, Debug)]
#[command(next_help_heading = "Time")]
pub(crate) struct Clock {
    /// Take this as the time, in seconds since 1970 or as RFC 3339; default: the system clock
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<UnixTime>,
}

impl Clock {
    pub(crate) fn now(&self) -> Result<UnixTime, Failure> {
        if let Some(at) = self.at {
            return Ok(at);
        }
        let since = SystemTime::now().duration_since(UNIX_EPOCH);
        let since = since.map_err(|_| Failure::input("system clock", "before 1970; give the time with --at"))?;
        Ok(UnixTime(since.as_secs()))
    }
}

/// Until when something holds.
#[derive(Args, Debug)]
#[command(next_help_heading = "Time")]
pub(crate) struct Lifetime {
    /// How long it holds: 300s, 5m, 1h, 2d
    #[arg(long = "for", value_name = "DURATION", value_parser = duration, conflicts_with = "expires")]
    lasts: Option<u64>,
    /// When it ends, in seconds since 1970 or as RFC 3339
    #[arg(long, value_name = "TIME", value_parser = time)]
    expires: Option<UnixTime>,
}

impl Lifetime {
    /// The end that was asked for; else the earliest of `bounds`.
    pub(crate) fn end(&self, now: UnixTime, bounds: impl IntoIterator<Item = UnixTime>) -> UnixTime {
        match (self.expires, self.lasts) {
            (Some(expires), _) => expires,
            (None, Some(seconds)) => now.plus(seconds),
            (None, None) => bounds.into_iter().min().unwrap_or(now),
        }
    }
}

/// Parses seconds since 1970, or RFC 3339.
pub(crate) fn time(text: &str) -> Result<UnixTime, String> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) && !text.is_empty() {
        let seconds = text.parse().ok().filter(|seconds| *seconds <= MAX_TIME);
        return seconds.map(UnixTime).ok_or_else(|| "beyond 2^63 seconds".to_owned());
    }
    rfc3339(text)
        .map(UnixTime)
        .ok_or_else(|| "neither seconds since 1970 nor a time such as 2026-01-31T12:00:00Z".to_owned())
}

/// Parses a whole number with s, m, h or d.
pub(crate) fn duration(text: &str) -> Result<u64, String> {
    let wrong = || "not a duration such as 300s, 5m, 1h or 2d".to_owned();
    let (digits, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let factor = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return Err(wrong()),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let seconds = digits.parse().ok().and_then(|count: u64| count.checked_mul(factor));
    seconds.filter(|seconds| *seconds <= MAX_TIME).ok_or_else(|| "too long".to_owned())
}

/// Displays a time as RFC 3339 in UTC; beyond the year 9999 as seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Utc(pub(crate) UnixTime);

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.0;
        let Some((year, month, day)) = civil(seconds / DAY).filter(|(year, _, _)| *year <= 9999) else {
            return write!(f, "{seconds}");
        };
        let rest = seconds % DAY;
        write!(f, "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
    }
}

/// RFC 3339 §5.6, from 1970 on. Fractions of a second and leap seconds are not accepted: times here are whole seconds.
fn rfc3339(text: &str) -> Option<u64> {
    let (date, clock) = text.split_at_checked(10)?;
    let clock = clock.strip_prefix(['T', 't', ' '])?;
    let (clock, offset) = clock.split_at_checked(8)?;
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(clock, ':', [2, 2, 2])?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let days = days(year, month, day)?;
    let local = days.checked_mul(DAY)?.checked_add(seconds_of(hour, minute))?.checked_add(second)?;
    if matches!(offset, "Z" | "z") {
        return Some(local);
    }
    let (sign, offset) = offset.split_at_checked(1)?;
    let [hours, minutes] = numbers(offset, ':', [2, 2])?;
    if hours > 23 || minutes > 59 {
        return None;
    }
    let offset = seconds_of(hours, minutes);
    match sign {
        "+" => local.checked_sub(offset),
        "-" => local.checked_add(offset),
        _ => None,
    }
}

const fn seconds_of(hours: u64, minutes: u64) -> u64 {
    hours.saturating_mul(60).saturating_add(minutes).saturating_mul(60)
}

/// Exactly these many digits each, with a separator between.
fn numbers<const N: usize>(text: &str, separator: char, digits: [usize; N]) -> Option<[u64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(separator);
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part =
            parts.next().filter(|part| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Days since 1970-01-01.
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=12).contains(&month) || day < 1 || day > length(year, month) {
        return None;
    }
    let years: u64 = (1970..year).map(|year| if is_leap(year) { 366 } else { 365 }).sum();
    let months: u64 = (1..month).map(|month| length(year, month)).sum();
    years.checked_add(months)?.checked_add(day.checked_sub(1)?)
}

/// Year, month and day.
fn civil(days: u64) -> Option<(u64, u64, u64)> {
    // Beyond this it is not written as a date anyway.
    if days > 3_000_000 {
        return None;
    }
    let mut rest = days;
    let mut year = 1970_u64;
    loop {
        let length = if is_leap(year) { 366 } else { 365 };
        let Some(left) = rest.checked_sub(length) else { break };
        rest = left;
        year = year.saturating_add(1);
    }
    for month in 1..=12 {
        match rest.checked_sub(length(year, month)) {
            Some(left) => rest = left,
            None => return Some((year, month, rest.saturating_add(1))),
        }
    }
    None
}

const fn length(year: u64, month: u64) -> u64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

const fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

const DAY: u64 = 86_400;
/// Times lie below 2⁶³ (token.md §2.3).
const MAX_TIME: u64 = (1 << 63) - 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_they_are_written() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T23:59:59Z", 951_868_799),
            ("2026-01-31T12:00:00Z", 1_769_860_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] {
            assert_eq!(time(text), Ok(UnixTime(seconds)), "{text}");
            assert_eq!(Utc(UnixTime(seconds)).to_string(), text);
        }
        assert_eq!(time("2026-01-31T13:00:00+01:00"), Ok(UnixTime(1_769_860_800)));
        assert_eq!(time("1800000000"), Ok(UnixTime(1_800_000_000)));
        assert_eq!(Utc(UnixTime(MAX_TIME)).to_string(), MAX_TIME.to_string());
    }

    #[test]
    fn times_that_are_none_rejected() {
        for text in [
            "",
            "now",
            "-1",
            "2026-02-29T00:00:00Z",
            "2026-01-31",
            "2026-01-31T24:00:00Z",
            "2026-1-31T00:00:00Z",
            "2026-01-31T00:00:00",
            "2026-01-31T00:00:00.5Z",
            "1969-12-31T23:59:59Z",
            "9223372036854775808",
            "２０２６",
        ] {
            assert!(time(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_need_a_unit() {
        assert_eq!(duration("300s"), Ok(300));
        assert_eq!(duration("2d"), Ok(172_800));
        for text in ["", "5", "m", "5 m", "-5m", "5w", "99999999999999999999s", "9223372036854775807d", "5µ"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
