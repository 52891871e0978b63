//! What the figures are of: the machine, the compiler, the versions, the day.

use std::process::Command;
use std::time::{SystemTime, UNIX_EPOCH};

/// A line for each.
pub fn describe() -> String {
    let cpu = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = cpu.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_once(':').map_or("unknown", |(_, value)| value.trim()).to_owned()
    };
    let flags = field("flags");
    let has: Vec<&str> = flags.split(' ').filter(|flag| TELLING.contains(flag)).collect();
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let described = [
        format!("date: {}", today()),
        format!(
            "cpu: {}, family {}, model {}, {cores} core(s) for this process",
            field("model name"),
            field("cpu family"),
            field("model")
        ),
        format!("cpu flags of interest: {}", has.join(" ")),
        format!("system: {}", std::fs::read_to_string("/proc/version").unwrap_or_default().trim()),
        format!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim()),
        format!("rustc: {}", said("rustc", &["-V"])),
        format!("commit: {}", said("git", &["describe", "--always", "--dirty"])),
        format!("versions: {}", versions().join(", ")),
        "build: release, lto = fat, one codegen unit, no target flags".to_owned(),
    ];
    described.join("\n")
}

/// Of the lock file.
fn versions() -> Vec<String> {
    let blocks = include_str!("../Cargo.lock").split("[[package]]");
    let named = |block: &str| {
        let value = |key: &str| {
            let line = block.lines().find(|line| line.starts_with(key))?;
            Some(line.split('"').nth(1)?.to_owned())
        };
        let name = value("name = ")?;
        COMPARED.contains(&name.as_str()).then(|| Some(format!("{name} {}", value("version = ")?)))?
    };
    blocks.filter_map(named).collect()
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(|_| "unknown".to_owned(), |output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// The day in UTC, as ISO 8601 has it.
pub fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let (year, month, day) = civil(i64::try_from(seconds / 86_400).unwrap_or(0));
    format!("{year:04}-{month:02}-{day:02}")
}

/// Year, month and day of a day since 1970: years begin in March, so that the leap day is the last.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

const TELLING: [&str; 10] =
    ["avx2", "bmi2", "adx", "sha_ni", "avx512f", "avx512ifma", "avx512_vbmi2", "avx512vl", "vaes", "hypervisor"];

const COMPARED: [&str; 16] = [
    "throughline",
    "throughline-p256",
    "biscuit-auth",
    "tenuo",
    "pic-continuity",
    "jsonwebtoken",
    "macaroon",
    "coset",
    "ciborium",
    "p256",
    "aws-lc-rs",
    "aws-lc-sys",
    "ed25519-dalek",
    "curve25519-dalek",
    "sha2",
    "hmac",
];
