//! Files that change, break and vanish while calls run. Every look is made by hand, at a time of the test's own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use common::world::REVOKER;
use common::{ALICE, ALICE_AGENT, ATTESTER, HOUR, NOW, ROLE, chain, credential, key, public};
use serde_json::{Value, json};
use support::{Log, bare, builder, proof, refused_by};
use throughline::issue::RevocationListBuilder;
use throughline::trust::Trust;
use throughline::{Digest, encode_text};
use throughline_gate::{BrokenTrust, Files, Gate, ReloadError, Reloader, Requirement};

/// A folder of files, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("throughline-gate-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::SeqCst));
        let path = std::env::temp_dir().join(name);
        for folder in ["lists", "known"] {
            fs::create_dir_all(path.join(folder)).unwrap();
        }
        Self(path)
    }

    fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.0.join(name), content).unwrap();
    }

    fn remove(&self, name: &str) {
        fs::remove_file(self.0.join(name)).unwrap();
    }

    fn files(&self) -> Files {
        Files {
            trust: self.0.join("trust.json"),
            revocations: vec![self.0.join("lists")],
            known: vec![self.0.join("known")],
            held: Some(self.0.join("held")),
        }
    }

    /// A gate over these files, and who looks at them.
    fn begin(&self, broken: BrokenTrust) -> Result<(Gate, Log, Reloader), ReloadError> {
        let log = Log::default();
        let gate = builder(Trust::default(), &log).build();
        let reloader = Reloader::begin(gate.clone(), self.files(), broken, Reloader::GRACE)?;
        Ok((gate, log, reloader))
    }

    fn problems(&self, gate: &Gate) -> Vec<String> {
        let name = |path: &Path| path.strip_prefix(&self.0).unwrap().display().to_string();
        gate.status().problems.iter().map(|problem| format!("{}: {}", name(&problem.path), problem.text)).collect()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn jwk(name: &str) -> Value {
    let key = public(name);
    let (x, y) = (encode_text(key.key().x()), encode_text(key.key().y()));
    json!({"kty": "EC", "crv": "P-256", "x": x, "y": y})
}

/// Alice and her attester, and who revokes, if anybody does.
fn bundle(revokers: &[&str]) -> String {
    json!({
        "version": 0,
        "origins": [{
            "name": "alice",
            "kind": "identity",
            "key": jwk("alice"),
            "identifier": ALICE_AGENT,
            "role": "owner",
            "accountable": [ALICE],
            "ceiling": [{"action": "calendar.*", "resource": "*"}],
        }],
        "attesters": [{
            "key": jwk("attester"),
            "name": ATTESTER,
            "namespaces": ["spiffe://prod.example/ns/calendar"],
            "accountable": [{"namespace": ALICE}],
            "roles": [ROLE],
            "properties": ["hardware", "executables"],
        }],
        "revokers": revokers.iter().map(|key| json!({
            "key": jwk(key), "name": REVOKER, "accountable": [{"namespace": ALICE}], "attesters": [],
        })).collect::<Vec<_>>(),
    })
    .to_string()
}

fn list(number: u64, revoke: impl FnOnce(RevocationListBuilder) -> RevocationListBuilder) -> Vec<u8> {
    let builder = RevocationListBuilder::new((public("revoker"), REVOKER), number, (NOW.minus(HOUR), NOW.plus(HOUR)));
    revoke(builder).sign(&key("revoker")).unwrap()
}

fn verdict(gate: &Gate) -> Option<&'static str> {
    refused_by(gate, &chain(2), "worker 1", &Requirement::new())
}

#[test]
fn gate_that_has_no_good_bundle_does_not_begin() {
    let folder = Folder::new();
    let refused = |folder: &Folder| folder.begin(BrokenTrust::KeepLastGood).map(drop).unwrap_err().to_string();
    assert!(refused(&folder).contains("trust.json: "), "a file that is not there");
    folder.put("trust.json", "{");
    assert!(refused(&folder).contains("trust.json: "), "half a file");
    folder.put("trust.json", bundle(&[]));
    folder.put("held", "not a line");
    assert!(refused(&folder).contains("held: the last line is cut off"));
    folder.put("held", "not a line\n");
    assert!(refused(&folder).contains("held: line 1 is no issuer, number and digest"));
    folder.remove("held");
    let (gate, ..) = folder.begin(BrokenTrust::Refuse).unwrap();
    assert_eq!(verdict(&gate), None);
}

#[test]
fn new_bundle_is_the_next_calls() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&[]));
    let (gate, log, mut reloader) = folder.begin(BrokenTrust::Refuse).unwrap();
    let generation = gate.generation();
    // Looked at again and unchanged: nothing happens.
    reloader.poll(Instant::now());
    assert_eq!((gate.generation(), verdict(&gate)), (generation, None));
    folder.put("trust.json", r#"{"version": 0, "origins": []}"#);
    assert_eq!(verdict(&gate), None, "nobody has looked yet");
    reloader.poll(Instant::now());
    assert_eq!((gate.generation(), verdict(&gate)), (generation + 1, Some("origin-unknown")));
    let status = gate.status();
    assert_eq!(status.trust, Some(Digest::of(&[br#"{"version": 0, "origins": []}"#])));
    assert_eq!((status.polls, status.problems.len()), (3, 0));
    assert_eq!(log.lines().iter().filter(|line| *line == "trust changed").count(), 2);
}

#[test]
fn broken_bundle_refuses_everything_after_its_grace_period() {
    for broken in [Some("garbage"), Some(r#"{"version": 0, "origins": [{}]}"#), Some(""), None] {
        let folder = Folder::new();
        folder.put("trust.json", bundle(&[]));
        let (gate, log, mut reloader) = folder.begin(BrokenTrust::Refuse).unwrap();
        match broken {
            Some(content) => folder.put("trust.json", content),
            None => folder.remove("trust.json"),
        }
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        for (seconds, expected) in
            [(0, None), (9, None), (10, Some("trust-unavailable")), (60, Some("trust-unavailable"))]
        {
            reloader.poll(after(seconds));
            assert_eq!(verdict(&gate), expected, "after {seconds} s of {broken:?}");
            assert_eq!(folder.problems(&gate).len(), 1);
        }
        assert!(gate.status().suspended.as_ref().is_some_and(|why| why.contains("trust.json: ")));
        assert_eq!(log.lines().iter().filter(|line| line.starts_with("suspended")).count(), 1);
        // The same bundle comes back: at once.
        folder.put("trust.json", bundle(&[]));
        reloader.poll(after(61));
        assert_eq!((verdict(&gate), folder.problems(&gate)), (None, Vec::new()));
        // Broken again, the period begins anew.
        folder.put("trust.json", "garbage");
        reloader.poll(after(62));
        reloader.poll(after(71));
        assert_eq!(verdict(&gate), None);
        reloader.poll(after(72));
        assert_eq!(verdict(&gate), Some("trust-unavailable"));
        // Another bundle comes: at once.
        folder.put("trust.json", bundle(&[]) + " ");
        reloader.poll(after(73));
        assert_eq!(verdict(&gate), None);
    }
}

#[test]
fn broken_bundle_leaves_the_last_good_one_where_that_is_configured() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&[]));
    let (gate, _, mut reloader) = folder.begin(BrokenTrust::KeepLastGood).unwrap();
    folder.put("trust.json", "garbage");
    let begun = Instant::now();
    reloader.poll(begun);
    reloader.poll(begun + Duration::from_secs(3_600));
    assert_eq!((verdict(&gate), folder.problems(&gate).len()), (None, 1));
}

#[test]
fn newer_list_is_in_force_and_older_ones_are_refused_also_after_a_restart() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&["revoker"]));
    let (gate, log, mut reloader) = folder.begin(BrokenTrust::Refuse).unwrap();
    assert_eq!(verdict(&gate), Some("revocation-stale"), "an issuer without a list");
    folder.put("lists/one", list(1, |list| list));
    reloader.poll(Instant::now());
    assert_eq!((verdict(&gate), folder.problems(&gate)), (None, Vec::new()));
    folder.put("lists/two", list(2, |list| list.key(public("worker 1").thumbprint())));
    reloader.poll(Instant::now());
    // The older one still lies beside it, and is no problem.
    assert_eq!((verdict(&gate), folder.problems(&gate)), (Some("key-revoked"), Vec::new()));
    assert_eq!(
        log.lines().iter().filter(|line| line.starts_with("revocation list")).collect::<Vec<_>>(),
        ["revocation list 1", "revocation list 2"]
    );
    // What is broken changes nothing, and is told.
    folder.put("lists/two", b"garbage");
    folder.put("lists/three", list(2, |list| list));
    reloader.poll(Instant::now());
    assert_eq!(verdict(&gate), Some("key-revoked"));
    let problems = folder.problems(&gate);
    assert_eq!(problems.len(), 2, "{problems:?}");
    assert!(problems[0].starts_with("lists/three: revocation list: another list with the same number"), "{problems:?}");
    // Restarted with the older list alone: what was held is remembered.
    folder.remove("lists/two");
    folder.remove("lists/three");
    let (gate, ..) = folder.begin(BrokenTrust::Refuse).unwrap();
    assert_eq!(verdict(&gate), Some("revocation-stale"));
    // The control: without what was kept, it is taken in again.
    folder.remove("held");
    let (gate, ..) = folder.begin(BrokenTrust::Refuse).unwrap();
    assert_eq!(verdict(&gate), None);
}

/// The list of a new issuer is there before the bundle that names it.
#[test]
fn bundle_with_a_new_issuer_refuses_no_call_for_want_of_its_list() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&[]));
    folder.put("lists/one", list(1, |list| list));
    let (gate, log, mut reloader) = folder.begin(BrokenTrust::Refuse).unwrap();
    let problems = folder.problems(&gate);
    assert!(problems[0].starts_with("lists/one: revocation list: no revocation issuer"), "{problems:?}");
    folder.put("trust.json", bundle(&["revoker"]));
    reloader.poll(Instant::now());
    assert_eq!((verdict(&gate), folder.problems(&gate)), (None, Vec::new()));
    let lines = log.lines();
    let at = |line: &str| lines.iter().rposition(|one| one == line).unwrap();
    assert!(at("revocation list 1") < at("trust changed"), "{lines:?}");
}

#[test]
fn what_is_held_is_written_as_a_whole_and_tried_again() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&["revoker"]));
    folder.put("lists/one", list(1, |list| list));
    let mut files = folder.files();
    files.held = Some(folder.0.join("gone/held"));
    let gate = builder(Trust::default(), &Log::default()).build();
    let mut reloader = Reloader::begin(gate.clone(), files, BrokenTrust::Refuse, Reloader::GRACE).unwrap();
    assert_eq!(folder.problems(&gate).len(), 1);
    fs::create_dir(folder.0.join("gone")).unwrap();
    reloader.poll(Instant::now());
    assert_eq!(folder.problems(&gate), Vec::<String>::new());
    let held = fs::read_to_string(folder.0.join("gone/held")).unwrap();
    let [list] = gate.status().lists.clone().try_into().unwrap();
    assert_eq!(held, format!("{} 1 {}\n", public("revoker").thumbprint(), list.digest));
    assert_eq!(fs::read_dir(folder.0.join("gone")).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn known_credentials_follow_their_files() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&[]));
    let (gate, log, mut reloader) = folder.begin(BrokenTrust::Refuse).unwrap();
    let (whole, bytes) = (chain(2), credential(1));
    let at = whole.windows(bytes.len()).position(|window| window == bytes).unwrap();
    let token = [&whole[..at], &whole[at + bytes.len()..]].concat();
    let requirement = Requirement::new();
    let mut nonce = 0;
    let mut verdict = |gate: &Gate| {
        nonce += 1;
        let proof = proof(&whole, "worker 1", nonce);
        gate.decide(&bare(&requirement).carrying(Some(&token), Some(&proof))).err().map(|refusal| refusal.name())
    };
    assert_eq!(verdict(&gate), Some("credential-missing"));
    folder.put("known/worker", &bytes);
    reloader.poll(Instant::now());
    assert_eq!((verdict(&gate), gate.status().known), (None, 1));
    // Half written: what was good stays.
    folder.put("known/worker", &bytes[..100]);
    reloader.poll(Instant::now());
    assert_eq!((verdict(&gate), folder.problems(&gate).len()), (None, 1));
    // Another bundle, under which its attester is nobody: it is known no more.
    folder.put("trust.json", bundle(&[]).replace(ATTESTER, "https://other.example"));
    reloader.poll(Instant::now());
    assert_eq!(gate.status().known, 0);
    folder.put("trust.json", bundle(&[]));
    folder.put("known/worker", &bytes);
    reloader.poll(Instant::now());
    assert_eq!(verdict(&gate), None);
    folder.remove("known/worker");
    reloader.poll(Instant::now());
    assert_eq!((verdict(&gate), gate.status().known), (Some("credential-missing"), 0));
    assert!(log.lines().contains(&"known credentials changed".to_owned()));
}

#[test]
fn watch_looks_by_itself_until_it_is_dropped() {
    let folder = Folder::new();
    folder.put("trust.json", bundle(&[]));
    let (gate, _, reloader) = folder.begin(BrokenTrust::Refuse).unwrap();
    let watch = reloader.watch(Duration::from_millis(5)).unwrap();
    folder.put("trust.json", r#"{"version": 0}"#);
    let begun = Instant::now();
    while verdict(&gate).is_none() {
        assert!(begun.elapsed() < Duration::from_secs(60), "nobody looks");
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(verdict(&gate), Some("origin-unknown"));
    drop(watch);
    let polls = gate.status().polls;
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(gate.status().polls, polls);
}
