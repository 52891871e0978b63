//! The thread that looks at the files.

use std::fmt;
use std::io;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crate::gate::Gate;
use crate::reload::Reloader;

/// A thread that looks at the files until this is dropped.
pub struct Watch {
    stop: Arc<Stop>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Stop {
    stopped: Mutex<bool>,
    changed: Condvar,
}

impl Watch {
    pub(crate) fn begin(mut reloader: Reloader, every: Duration) -> io::Result<Self> {
        let stop = Arc::new(Stop::default());
        let shared = Arc::clone(&stop);
        let work = move || {
            // A gate whose files nobody looks at any more must not go on as if somebody did.
            let _alarm = reloader.is_closed().then(|| Alarm(reloader.gate().clone()));
            while !shared.wait(every) {
                reloader.poll(Instant::now());
                reloader.gate().tend();
            }
        };
        let thread = thread::Builder::new().name("throughline-reload".into()).spawn(work)?;
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *self.stop.stopped.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.stop.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Watch(..)")
    }
}

impl Stop {
    /// Waits; whether it is over.
    fn wait(&self, at_most: Duration) -> bool {
        let stopped = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.changed.wait_timeout_while(stopped, at_most, |stopped| !*stopped);
        waited.map_or(true, |(stopped, _)| *stopped)
    }
}

/// Suspends the gate when its thread panics.
struct Alarm(Gate);

impl Drop for Alarm {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.suspend("the thread that looks at the files has ended");
        }
    }
}
