//! Logs in files: written, gone on with, crashed, tampered with, full.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail")]
#![allow(clippy::indexing_slicing, clippy::arithmetic_side_effects, reason = "in a test they fail loudly")]

use std::fs;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use throughline::UnixTime;
use throughline::audit::{Broken, Decision, Event, Head, Opened, Refused};
use throughline_audit::{FileLog, LogError, Options, Summary, form_of, head_file, noted_head, verify};

const NOW: UnixTime = UnixTime(1_800_000_000);
const NAMES: [&str; 2] = ["audit.jsonl", "audit.cborseq"];

fn opened() -> Event<'static> {
    Event::Opened(Opened { software: "test".into(), audience: "https://calendar.example".into() })
}

fn refused() -> Event<'static> {
    let refused = Refused {
        step: None,
        name: "token-missing".into(),
        at: "request".into(),
        text: "no token where one is required".into(),
        reason: "untrusted".into(),
    };
    Event::Decision(Box::new(Decision { refused: Some(refused), ..Decision::of("https://calendar.example") }))
}

/// A log of `records` records, and its path.
fn log(folder: &TempDir, name: &str, records: u64) -> PathBuf {
    let path = folder.path().join(name);
    let log = FileLog::open(&path, &Options::default()).unwrap();
    log.write(NOW, opened()).unwrap();
    for n in 1..records {
        log.write(NOW.plus(n), refused()).unwrap();
    }
    assert_eq!(log.head().records, records);
    path
}

/// As an auditor would, with the note beside it.
fn audit(path: &Path) -> Result<Summary, LogError> {
    let (begin, head) = noted_head(path)?.expect("noted");
    verify(BufReader::new(fs::File::open(path)?), form_of(path), begin, Some(&head))
}

fn reopen(path: &Path) -> Result<FileLog, LogError> {
    FileLog::open(path, &Options::default())
}

#[test]
fn a_log_is_gone_on_with_after_a_restart() {
    for name in NAMES {
        let folder = TempDir::new().unwrap();
        let path = log(&folder, name, 3);
        let again = reopen(&path).unwrap();
        again.write(NOW.plus(9), Event::Closed).unwrap();
        let summary = audit(&path).unwrap();
        assert_eq!((summary.head, summary.head.records), (again.head(), 4));
        assert_eq!((summary.counts.refused, summary.counts.opened), (2, 1));
        assert_eq!(summary.times, Some((NOW.plus(1), NOW.plus(2))));
        assert_eq!(summary.bytes, fs::metadata(&path).unwrap().len());
    }
}

#[test]
fn a_log_that_was_changed_or_cut_off_is_neither_read_nor_gone_on_with() {
    for name in NAMES {
        let folder = TempDir::new().unwrap();
        let path = log(&folder, name, 4);
        let good = fs::read(&path).unwrap();
        let mut changed = good.clone();
        changed[good.len() / 2] ^= 1;
        let three = if name == "audit.jsonl" {
            good.split_inclusive(|b| *b == b'\n').take(3).map(<[u8]>::len).sum()
        } else {
            0
        };
        for (what, bytes) in [
            ("changed", &changed[..]),
            ("cut off", &good[..three]),
            ("torn", &good[..good.len() - 1]),
            ("empty", &[]),
            // A whole item, and a whole line, that is no record.
            ("longer", &[&good[..], if name == "audit.jsonl" { b"{}\n" } else { b"\x00" }].concat()),
        ] {
            fs::write(&path, bytes).unwrap();
            assert!(audit(&path).is_err(), "{name}: {what}");
            assert!(reopen(&path).is_err(), "{name}: {what}");
            assert_eq!(fs::read(&path).unwrap(), bytes, "left alone");
        }
        fs::write(&path, &good).unwrap();
        assert!(audit(&path).is_ok() && reopen(&path).is_ok());
    }
}

#[test]
fn what_a_crash_leaves_is_gone_on_with() {
    for name in NAMES {
        let folder = TempDir::new().unwrap();
        let path = log(&folder, name, 2);
        let note = fs::read(head_file(&path)).unwrap();
        // The next record was written and its head not noted, and one more was begun.
        let two = fs::read(&path).unwrap();
        reopen(&path).unwrap().write(NOW, refused()).unwrap();
        let three = fs::read(&path).unwrap();
        let begun = &three[two.len()..three.len() - 5];
        fs::write(&path, [&three[..], begun].concat()).unwrap();
        fs::write(head_file(&path), note).unwrap();

        let log = reopen(&path).unwrap();
        assert_eq!(log.head().records, 3);
        assert_eq!(fs::read(&path).unwrap(), three);
        let mut torn = path.clone().into_os_string();
        torn.push(".torn");
        assert_eq!(fs::read(torn).unwrap(), begun);
        assert_eq!(audit(&path).unwrap().head.records, 3);
    }
}

#[test]
fn one_process_writes_a_log() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("audit.jsonl");
    let first = reopen(&path).unwrap();
    assert!(matches!(reopen(&path), Err(LogError::Locked)));
    drop(first);
    assert!(reopen(&path).is_ok());
}

#[test]
fn decisions_that_were_lost_are_said_before_the_next_record() {
    let folder = TempDir::new().unwrap();
    let path = log(&folder, "audit.jsonl", 1);
    let log = reopen(&path).unwrap();
    log.count_lost();
    log.count_lost();
    log.write(NOW, refused()).unwrap();
    let summary = audit(&path).unwrap();
    assert_eq!((summary.head.records, summary.counts.lost), (3, 2));
}

#[test]
fn a_log_goes_on_in_a_new_file() {
    let folder = TempDir::new().unwrap();
    let old = log(&folder, "old.jsonl", 2);
    let head = audit(&old).unwrap().head;
    let new = folder.path().join("new.jsonl");
    let options = Options { begin: Some(head), ..Options::default() };
    FileLog::open(&new, &options).unwrap().write(NOW, Event::Closed).unwrap();
    assert_eq!(audit(&new).unwrap().head.records, 3);
    // It does not stand alone.
    let alone = verify(BufReader::new(fs::File::open(&new).unwrap()), form_of(&new), Head::EMPTY, None);
    assert!(matches!(alone, Err(LogError::Broken(Broken::Number { record: 0, says: 2 }))));
}

#[test]
fn threads_write_one_log() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("audit.jsonl");
    let log = reopen(&path).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| (0..25).for_each(|_| log.write(NOW, refused()).unwrap()));
        }
    });
    assert_eq!(audit(&path).unwrap().counts.refused, 100);
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told_and_leaves_a_good_log() {
    // A device that is always full, behind the log's name.
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("audit.jsonl");
    std::os::unix::fs::symlink("/dev/full", &path).unwrap();
    let log = reopen(&path);
    // Either it says so when it is opened (a device has no length), or with the first record.
    assert!(log.is_err() || log.unwrap().write(NOW, opened()).is_err());
}
