//! Runs the built program in a folder of its own, at a fixed time, and compares what it says.
#![allow(dead_code, unreachable_pub, reason = "each test binary uses a part")]
#![expect(clippy::unwrap_used, clippy::arithmetic_side_effects, reason = "a helper of tests")]

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use throughline::issue::{RevocationListBuilder, Signer as _, SigningKey};
use throughline::{Digest, UnixTime};

/// What the clock shows, unless a command says `--at`.
pub const NOW: u64 = 1_800_000_000;
pub const SUBJECT: &str = "spiffe://acme.example/executors/unknown-02";
pub const ROLE_CONTRACT: &str =
    r#"{"roles":{"any_of":["authorized-workload"],"from":["https://attester.acme.example"]}}"#;
pub const GET: &str = "--http GET https://calendar.acme.example/alice/work";
pub const READ: &str = "--action calendar.read --resource calendar/alice/work";
pub const AUDIENCE: &str = "--audience https://calendar.acme.example";
pub const ALICE: &str = "--key alice.key --identifier https://acme.example/alice/authority --role owner \
     --accountable https://acme.example/alice";

/// A folder with files.
pub struct World(PathBuf);

/// How a run ended.
#[derive(Debug)]
pub struct Outcome {
    pub code: Option<i32>,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl World {
    /// An empty folder, named after a test.
    pub fn new(test: &str) -> Self {
        let dir = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(&dir).unwrap();
        Self(dir)
    }

    /// Keys of Alice, her attester and two workers, and a trust bundle.
    pub fn with_trust(test: &str) -> Self {
        let world = Self::new(test);
        for name in ["alice", "attester", "worker", "other"] {
            world.ok(&format!("keygen {name}.key"));
        }
        world.trust("");
        world
    }

    /// The whole story up to a proof.
    pub fn with_story(test: &str) -> Self {
        let world = Self::with_trust(test);
        world.attest("worker", SUBJECT, "worker.cred");
        world.originate(&format!("--next-contract '{ROLE_CONTRACT}' --out root.token"));
        world.ok(&format!("hand-over --token root.token --key alice.key --to {SUBJECT} --out worker.handover"));
        world.ok("continue --token root.token --key worker.key --credential worker.cred --hand-over worker.handover \
             --grant 'calendar.read calendar/alice/work' --out worker.token");
        world.ok(&format!("prove --token worker.token --key worker.key {AUDIENCE} {GET} --out request.proof"));
        world
    }

    /// Writes the bundle; `more` are further tables.
    pub fn trust(&self, more: &str) {
        let (alice, attester) = (self.jwk("alice"), self.jwk("attester"));
        self.write(
            "trust.json",
            format!(
                r#"{{"version": 0,
"origins": [
  {{"name": "alice", "kind": "identity", "key": {alice}, "identifier": "https://acme.example/alice/authority",
   "role": "owner", "accountable": ["https://acme.example/alice"],
   "ceiling": [{{"action": "calendar.*", "resource": "calendar/alice/*"}}]}},
  {{"name": "monitor", "kind": "role", "attester": "https://attester.acme.example", "role": "security-monitor",
   "accountable": "https://acme.example/alice", "ceiling": [{{"action": "network.scan", "resource": "*"}}]}},
  {{"name": "enclave", "kind": "context", "attester": "https://attester.acme.example",
   "properties": [{{"name": "hardware", "tier": "affirming"}}], "accountable": "https://acme.example/alice",
   "max_age": 600, "ceiling": [{{"action": "key.unwrap", "resource": "vault/*"}}]}}],
"attesters": [{{"key": {attester}, "name": "https://attester.acme.example",
  "namespaces": ["spiffe://acme.example/executors"], "accountable": [{{"namespace": "https://acme.example"}}],
  "roles": ["authorized-workload", "security-monitor"], "properties": ["hardware", "image"]}}]{more}}}"#
            ),
        );
    }

    pub fn jwk(&self, name: &str) -> String {
        self.ok(&format!("key show --jwk {name}.key")).trim().to_owned()
    }

    pub fn thumbprint(&self, name: &str) -> String {
        self.ok(&format!("key show --thumbprint {name}.key")).trim().to_owned()
    }

    /// A credential by the attester.
    pub fn attest(&self, key: &str, subject: &str, more: &str) {
        self.ok(&format!(
            "attest --key attester.key --name https://attester.acme.example --subject {subject} --subject-key {key}.pub \
             --accountable https://acme.example/alice --role authorized-workload --property hardware=2 --out {more}"
        ));
    }

    /// A root by Alice.
    pub fn originate(&self, more: &str) {
        self.ok(&format!("originate {ALICE} --grant 'calendar.* calendar/alice/*' {more}"));
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    /// The names of all files, sorted.
    pub fn files(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(&self.0).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Runs a command line.
    pub fn run(&self, line: &str) -> Outcome {
        self.run_with(line, &[])
    }

    /// Runs a command line with this on standard input.
    pub fn run_with(&self, line: &str, stdin: &[u8]) -> Outcome {
        let mut arguments = split(line);
        let timed = ["attest", "originate", "continue", "hand-over", "prove", "verify", "admit"];
        let is_timed = arguments.first().is_some_and(|verb| timed.contains(&verb.as_str()));
        if is_timed && !arguments.iter().any(|argument| argument == "--at" || argument == "--help") {
            arguments.extend(["--at".to_owned(), NOW.to_string()]);
        }
        let mut child = Command::new(env!("CARGO_BIN_EXE_throughline"))
            .args(&arguments)
            .current_dir(&self.0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A program that refuses early does not read.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(!stderr.contains("panicked"), "{line}\n{stderr}");
        Outcome { code: output.status.code(), stdout: output.stdout, stderr }
    }

    /// Runs, must succeed without a word on standard error; what it printed.
    pub fn ok(&self, line: &str) -> String {
        let outcome = self.run(line);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""), "{line}");
        String::from_utf8(outcome.stdout).unwrap()
    }

    /// Runs, must be refused with exactly this line.
    pub fn refused(&self, line: &str, expected: &str) {
        self.fails(line, 1, expected);
    }

    /// Runs, must fail for its usage or an input with exactly this line.
    pub fn unusable(&self, line: &str, expected: &str) {
        self.fails(line, 2, expected);
    }

    fn fails(&self, line: &str, code: i32, expected: &str) {
        let outcome = self.run(line);
        assert_eq!(outcome.stderr, format!("throughline: {expected}\n"), "{line}");
        assert_eq!((outcome.code, outcome.stdout.len()), (Some(code), 0), "{line}");
    }

    /// A revocation list by a key that the test makes, since no verb does so far.
    pub fn revocation_list(
        &self,
        name: &str,
        number: u64,
        entries: impl Fn(RevocationListBuilder) -> RevocationListBuilder,
    ) {
        let key = revoker();
        let window = (UnixTime(NOW - 60), UnixTime(NOW + 3600));
        let builder = RevocationListBuilder::new((*key.key(), "https://acme.example/revocation"), number, window);
        self.write(name, entries(builder).sign(&key).unwrap());
    }

    /// The bundle's table for that key.
    pub fn trust_a_revoker(&self) {
        use base64ct::{Base64UrlUnpadded, Encoding as _};

        let key = revoker();
        let text = |coordinate: &[u8; 32]| Base64UrlUnpadded::encode_string(coordinate);
        let (x, y) = (text(key.key().key().x()), text(key.key().key().y()));
        self.trust(&format!(
            r#", "revokers": [{{"key": {{"kty": "EC", "crv": "P-256", "x": "{x}", "y": "{y}"}},
"name": "https://acme.example/revocation", "accountable": [{{"namespace": "https://acme.example"}}]}}]"#
        ));
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A digest as an option takes it.
pub fn digest(hex: &str) -> Digest {
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(hex.get(at..at + 2).unwrap(), 16).unwrap()).collect();
    Digest(bytes.try_into().unwrap())
}

fn revoker() -> SigningKey {
    SigningKey::from_bytes(&[7; 32]).unwrap()
}

/// Words between spaces; single quotes hold a word together.
fn split(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (index, part) in line.split('\'').enumerate() {
        if index % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}
