//! Processes of the demo: this program again, with a part to play. They end with the one that started them.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use throughline::TrustedKey;

use crate::demo::keys::Jwk;
use crate::demo::trouble::{Outcome, trouble};

/// What a process says of itself on its first line.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Hello {
    pub(super) port: u16,
    pub(super) key: Jwk,
}

/// What it is told of the others.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Setup {
    pub(super) peers: BTreeMap<String, Hello>,
    /// The trust bundle of the services.
    pub(super) bundle: Value,
}

impl Setup {
    pub(super) fn port(&self, name: &str) -> Outcome<u16> {
        self.peer(name).map(|peer| peer.port)
    }

    pub(super) fn key(&self, name: &str) -> Outcome<TrustedKey> {
        self.peer(name)?.key.key()
    }

    fn peer(&self, name: &str) -> Outcome<&Hello> {
        self.peers.get(name).ok_or_else(|| trouble(format!("nobody is called {name}")))
    }
}

/// A running process, seen from the one that started it.
#[derive(Debug)]
pub(super) struct Process {
    child: Child,
    /// Open for as long as the process shall live.
    stdin: ChildStdin,
    lines: Receiver<String>,
}

impl Process {
    /// Starts this program with the part of `name`; it says hello when it listens.
    pub(super) fn start(name: &str) -> Outcome<(Self, Hello)> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["demo", "--part", name])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let (Some(stdin), Some(stdout)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(trouble("a process without pipes"));
        };
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let process = Self { child, stdin, lines };
        let hello = process.line().map_err(|error| trouble(format!("{name} does not start: {error}")))?;
        Ok((process, hello))
    }

    /// Tells it about the others.
    pub(super) fn set_up(&mut self, setup: &Setup) -> Outcome<()> {
        writeln!(self.stdin, "{}", serde_json::to_string(setup)?)?;
        Ok(self.stdin.flush()?)
    }

    /// The next line it writes: after its hello, a line of its log.
    pub(super) fn line<T: DeserializeOwned>(&self) -> Outcome<T> {
        Ok(serde_json::from_str(&self.lines.recv_timeout(PATIENCE)?)?)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It would also end by itself, as its standard input closes; this is sooner, and leaves no zombie.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// In the started process: says hello, hears of the others, and from then on ends when its standard input does.
pub(super) fn introduce(hello: &Hello) -> Outcome<Setup> {
    write_line(hello)?;
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    let setup = serde_json::from_str(&line)?;
    thread::spawn(|| {
        let _ = io::stdin().lock().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    Ok(setup)
}

/// Writes one line of JSON to standard output.
pub(super) fn write_line(value: &impl Serialize) -> Outcome<()> {
    let mut stdout = io::stdout().lock();
    writeln!(stdout, "{}", serde_json::to_string(value)?)?;
    Ok(stdout.flush()?)
}

const PATIENCE: Duration = Duration::from_secs(10);
