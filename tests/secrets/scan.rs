//! Looking for bytes in everything that a process can write to.

use std::collections::HashMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::fs::FileExt as _;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::needles::Needle;
use crate::subject::{INPUT, MASK, SCENARIO, hex};
use crate::wiped::Pair;

/// A process that runs one scenario of `subject.rs`.
pub(crate) struct Subject {
    child: Child,
    says: BufReader<ChildStdout>,
    tell: ChildStdin,
}

impl Subject {
    /// With the secret of the fixture of this name, masked, and these tokens and proofs.
    pub(crate) fn start(scenario: &str, secret: &[u8; 32], pairs: &[Pair]) -> Self {
        let input: Vec<u8> = secret.iter().map(|byte| byte ^ MASK).collect();
        let items = pairs.iter().flat_map(|(token, proof)| [token, proof]);
        let input: Vec<String> = std::iter::once(&input).chain(items).map(|bytes| hex(bytes)).collect();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "subject::subject", "--ignored", "--nocapture"])
            .env(SCENARIO, scenario)
            .env(INPUT, input.join(" "))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (says, tell) = (BufReader::new(child.stdout.take().unwrap()), child.stdin.take().unwrap());
        Self { child, says, tell }
    }

    /// Lets it go on to `place`, where it waits, and looks.
    #[track_caller]
    pub(crate) fn look_at(&mut self, place: &str) -> Memory {
        let wanted = format!("at {place}");
        let mut line = String::new();
        while line.trim_end() != wanted {
            line.clear();
            assert!(self.says.read_line(&mut line).unwrap() > 0, "it ended before {place}");
            assert!(!line.starts_with("at ") || line.trim_end() == wanted, "{line} comes before {place}");
        }
        let memory = self.memory();
        self.tell.write_all(b"go on\n").unwrap();
        memory
    }

    fn memory(&self) -> Memory {
        let id = self.child.id();
        let memory = fs::File::open(format!("/proc/{id}/mem")).expect("a process may read its child's memory");
        let maps = fs::read_to_string(format!("/proc/{id}/maps")).unwrap();
        let mut regions = Vec::new();
        for line in maps.lines() {
            let fields: Vec<&str> = line.split_whitespace().collect();
            if !fields[1].starts_with("rw") {
                continue;
            }
            let (start, end) = fields[0].split_once('-').unwrap();
            let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
            let mut bytes = vec![0; usize::try_from(end - start).unwrap()];
            // The kernel's own pages cannot be read.
            if memory.read_exact_at(&mut bytes, start).is_ok() {
                regions.push((fields.get(5).copied().unwrap_or("anonymous").to_owned(), start, bytes));
            }
        }
        assert!(
            regions.iter().any(|(name, ..)| name == "[stack]") && regions.iter().any(|(name, ..)| name == "[heap]")
        );
        Memory(regions)
    }
}

/// All that a process could write to: name, address and content of each region.
pub(crate) struct Memory(Vec<(String, u64, Vec<u8>)>);

impl Memory {
    pub(crate) fn find(&self, needles: &[Needle]) -> Found {
        let found = |(name, start, bytes): &(String, u64, Vec<u8>)| {
            hits(bytes, needles)
                .into_iter()
                .map(|(at, what)| (what, format!("{name} {:x}", start + at)))
                .collect::<Vec<_>>()
        };
        Found(self.0.iter().flat_map(found).collect())
    }
}

impl Drop for Subject {
    fn drop(&mut self) {
        // It may be waiting still.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Needles of which a part was found, and where.
#[derive(Debug)]
pub(crate) struct Found(Vec<(&'static str, String)>);

impl Found {
    #[track_caller]
    pub(crate) fn nothing(&self) {
        self.only(&[]);
    }

    /// These, without which not finding them afterwards would say nothing, and no other.
    #[track_caller]
    pub(crate) fn only(&self, names: &[&str]) {
        for name in names {
            assert!(self.0.iter().any(|(found, _)| found == name), "{name} is held, and not found");
        }
        let left: Vec<_> = self.0.iter().filter(|(found, _)| !names.contains(found)).collect();
        assert!(left.is_empty(), "left in memory: {left:#?}");
    }
}

/// A quarter of a secret is one of its words: enough to be no accident.
const PART: usize = 8;

fn hits(bytes: &[u8], needles: &[Needle]) -> Vec<(u64, &'static str)> {
    let parts = |needle: &Needle| {
        needle.bytes.as_chunks::<PART>().0.iter().map(|part| (*part, needle.name)).collect::<Vec<_>>()
    };
    let parts: HashMap<[u8; PART], &'static str> = needles.iter().flat_map(parts).collect();
    let mut begins = [false; 256];
    parts.keys().for_each(|part| begins[usize::from(part[0])] = true);
    // Memory that was never written is passed over fast: one word in 256 is not looked for.
    begins[0] = false;
    let windows = bytes.array_windows::<PART>().zip(0..);
    let likely = windows.filter(|(window, _)| begins[usize::from(window[0])]);
    likely.filter_map(|(window, at)| Some((at, *parts.get(window)?))).collect()
}
