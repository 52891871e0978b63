//! Strict JSON, for requests that are covered by a digest and read by a service: one text, one meaning (token.md §8.3).
//!
//! RFC 8259 without the leeway it leaves to parsers: names that stand twice at any depth, lone surrogates, invalid UTF-8 and a byte order mark
//! are refused. Numbers stay text. Nothing recurses.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use crate::error::{Error, ErrorKind, Part};

/// A value of a document that was read whole. What it holds is well-formed, and no object in it has a name twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Json<'a>(&'a str);

impl<'a> Json<'a> {
    /// How deep arrays and objects may stand in each other, the outermost counted.
    pub const MAX_DEPTH: usize = 64;

    /// Reads the one value that `document` is.
    ///
    /// # Errors
    /// [`ErrorKind::RequestInvalid`].
    pub fn read(document: &'a [u8]) -> Result<Self, Error> {
        // V1010
        let text = core::str::from_utf8(document).map_err(|_| INVALID)?;
        let mut scanner = Scanner { rest: text };
        let value = scanner.value().ok_or(INVALID)?;
        scanner.space();
        if scanner.rest.is_empty() { Ok(value) } else { Err(INVALID) }
    }

    /// As it is written, without white space around it.
    #[must_use]
    pub const fn written(&self) -> &'a str {
        self.0
    }

    /// The members of an object in their order, names unescaped; `None` if it is no object.
    #[must_use]
    pub fn members(&self) -> Option<impl Iterator<Item = (Cow<'a, str>, Json<'a>)> + use<'a>> {
        let mut scanner = Scanner { rest: self.0 };
        // All of this was read before: the only step that fails is the one after the last member.
        scanner.take("{").then(|| core::iter::from_fn(move || scanner.member()))
    }

    /// The member of this name, if it is an object that has one.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<Self> {
        self.members()?.find(|(own, _)| own == name).map(|(_, value)| value)
    }

    /// A string, unescaped.
    #[must_use]
    pub fn text(&self) -> Option<Cow<'a, str>> {
        Scanner { rest: self.0 }.string()
    }

    /// `true` or `false`.
    #[must_use]
    pub fn bool(&self) -> Option<bool> {
        self.0.parse().ok()
    }

    /// A number without fraction and exponent within ±(2⁵³ − 1), which all readers of JSON take for the same integer (RFC 8259 §6).
    ///
    /// `-0` is none: some take it for 0, others for the negative zero of floating point.
    #[must_use]
    pub fn integer(&self) -> Option<i64> {
        let integer: i64 = self.0.parse().ok()?;
        (self.0 != "-0" && integer.unsigned_abs() <= MAX_EXACT).then_some(integer)
    }
}

/// What is still to be read. `None` is the end of reading: the document is refused.
struct Scanner<'a> {
    rest: &'a str,
}

impl<'a> Scanner<'a> {
    /// The next value with everything in it.
    fn value(&mut self) -> Option<Json<'a>> {
        self.space();
        let start = self.rest;
        let mut open: Vec<Open> = Vec::new();
        // Of all open objects, one after the other.
        let mut names: Vec<Cow<'a, str>> = Vec::new();
        loop {
            self.space();
            let opened = if self.take("[") {
                Some(Open::Array)
            } else if self.take("{") {
                Some(Open::Object { names: names.len() })
            } else {
                self.scalar()?;
                None
            };
            if let Some(opened) = opened {
                if open.len() == Json::MAX_DEPTH {
                    return None;
                }
                self.space();
                if !self.take(opened.end()) {
                    self.name_in(&opened, &mut names)?;
                    open.push(opened);
                    continue;
                }
            }
            // A value has ended, and with it perhaps what it stands in.
            loop {
                let Some(within) = open.last() else { return before(start, self.rest).map(Json) };
                self.space();
                if self.take(",") {
                    self.name_in(within, &mut names)?;
                    break;
                }
                if !self.take(within.end()) || !within.close(&mut names) {
                    return None;
                }
                open.pop();
            }
        }
    }

    /// A member of an object, and the comma behind it.
    fn member(&mut self) -> Option<(Cow<'a, str>, Json<'a>)> {
        let member = (self.name()?, self.value()?);
        self.space();
        self.take(",");
        Some(member)
    }

    /// In an object, a name stands before every value.
    fn name_in(&mut self, within: &Open, names: &mut Vec<Cow<'a, str>>) -> Option<()> {
        if let Open::Object { .. } = within {
            names.push(self.name()?);
        }
        Some(())
    }

    fn name(&mut self) -> Option<Cow<'a, str>> {
        self.space();
        let name = self.string()?;
        self.space();
        self.take(":").then_some(name)
    }

    fn scalar(&mut self) -> Option<()> {
        if self.rest.starts_with('"') {
            return self.string().map(drop);
        }
        if ["true", "false", "null"].iter().any(|literal| self.take(literal)) { Some(()) } else { self.number() }
    }

    /// RFC 8259 §6.
    fn number(&mut self) -> Option<()> {
        self.take("-");
        // After a leading 0 no digit is taken, and none belongs there.
        if !self.take("0") {
            self.digits()?;
        }
        if self.take(".") {
            self.digits()?;
        }
        if self.take("e") || self.take("E") {
            let _ = self.take("+") || self.take("-");
            self.digits()?;
        }
        Some(())
    }

    fn digits(&mut self) -> Option<()> {
        (!self.run(|c| c.is_ascii_digit()).is_empty()).then_some(())
    }

    /// RFC 8259 §7.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        if !self.take("\"") {
            return None;
        }
        let mut text = Cow::Borrowed(self.unescaped());
        while !self.take("\"") {
            // What stands here otherwise is a control character or the end.
            if !self.take("\\") {
                return None;
            }
            text.to_mut().push(self.escape()?);
            text.to_mut().push_str(self.unescaped());
        }
        Some(text)
    }

    fn unescaped(&mut self) -> &'a str {
        self.run(|c| c >= ' ' && c != '"' && c != '\\')
    }

    fn escape(&mut self) -> Option<char> {
        let mut rest = self.rest.chars();
        let escaped = match rest.next()? {
            plain @ ('"' | '\\' | '/') => plain,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.unicode(),
            _ => return None,
        };
        self.rest = rest.as_str();
        Some(escaped)
    }

    /// `u` and four digits, or two surrogates that are a pair.
    fn unicode(&mut self) -> Option<char> {
        let first = self.unit()?;
        if let Some(scalar) = char::from_u32(first.into()) {
            return Some(scalar);
        }
        let second = self.take("\\").then(|| self.unit())??;
        char::decode_utf16([first, second]).next()?.ok()
    }

    fn unit(&mut self) -> Option<u16> {
        let (digits, rest) = self.rest.strip_prefix('u')?.split_at_checked(4)?;
        self.rest = rest;
        // The conversion would take a sign.
        let all = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        if all { u16::from_str_radix(digits, 16).ok() } else { None }
    }

    /// RFC 8259 §2.
    fn space(&mut self) {
        self.run(|c| matches!(c, ' ' | '\t' | '\n' | '\r'));
    }

    /// Everything up to the first character that is not one of these.
    fn run(&mut self, one_of: impl Fn(char) -> bool) -> &'a str {
        let start = self.rest;
        self.rest = start.trim_start_matches(one_of);
        before(start, self.rest).unwrap_or_default()
    }

    fn take(&mut self, text: &str) -> bool {
        let rest = self.rest.strip_prefix(text);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }
}

/// An array or object that has not ended.
enum Open {
    Array,
    /// Its names begin here among all.
    Object {
        names: usize,
    },
}

impl Open {
    const fn end(&self) -> &'static str {
        match self {
            Self::Array => "]",
            Self::Object { .. } => "}",
        }
    }

    /// Forgets an object's names; false if two of them are equal.
    fn close(&self, names: &mut Vec<Cow<'_, str>>) -> bool {
        let Self::Object { names: first } = *self else { return true };
        let own = names.get_mut(first..).unwrap_or_default();
        own.sort_unstable();
        let differ = own.windows(2).all(|pair| !matches!(pair, [one, other] if one == other));
        names.truncate(first);
        differ
    }
}

/// What of `start` stands before `rest`, with which it ends.
fn before<'a>(start: &'a str, rest: &str) -> Option<&'a str> {
    start.get(..start.len().checked_sub(rest.len())?)
}

/// 2⁵³ − 1.
const MAX_EXACT: u64 = 9_007_199_254_740_991;

const INVALID: Error = Error::new(ErrorKind::RequestInvalid, Part::Request);

#[cfg(test)]
mod tests;
