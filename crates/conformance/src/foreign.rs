//! Another implementation behind a pipe: asked one line, answers one line, and may hang, die or talk nonsense.

use std::io::{self, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::line;
use crate::run::{Answer, Implementation};
use crate::vector::Vector;

/// A program that is started once, and again after it went wrong, a few times at most.
#[derive(Debug)]
pub struct Foreign {
    command: Vec<String>,
    limit: Duration,
    running: Option<Running>,
    restarts: u32,
}

impl Foreign {
    /// Starts a program. `command` is split at white space; quotes, single or double, hold a word together. No shell takes part.
    ///
    /// # Errors
    /// An empty command, a quote without its end, and those of the operating system.
    pub fn start(command: &str, limit: Duration) -> io::Result<Self> {
        let invalid = |text| io::Error::new(io::ErrorKind::InvalidInput, text);
        let command = words(command).ok_or_else(|| invalid("a quote has no end"))?;
        let running = Running::start(&command)?;
        Ok(Self { command, limit, running: Some(running), restarts: 0 })
    }

    fn running(&mut self) -> Result<&mut Running, String> {
        if self.running.is_none() {
            if self.restarts == RESTARTS {
                return Err(format!("nothing, it went wrong {} times", RESTARTS.saturating_add(1)));
            }
            self.restarts = self.restarts.saturating_add(1);
            self.running = Some(Running::start(&self.command).map_err(|error| format!("nothing, {error}"))?);
        }
        self.running.as_mut().ok_or_else(String::new)
    }

    /// Ends it; the next question goes to another one.
    fn give_up(&mut self, text: String) -> Answer {
        if let Some(mut running) = self.running.take() {
            // It may have ended before.
            let _ = running.child.kill();
        }
        Answer::Nothing(text)
    }
}

impl Implementation for Foreign {
    fn ask(&mut self, vector: &Vector) -> Answer {
        let question = match line::question(vector) {
            Ok(question) => question,
            Err(error) => return Answer::Nothing(format!("a vector that cannot be sent: {error}")),
        };
        let limit = self.limit;
        let running = match self.running() {
            Ok(running) => running,
            Err(text) => return Answer::Nothing(text),
        };
        // An answer too many would be taken for the next one's.
        if running.answers.try_recv().is_ok() {
            return self.give_up("an answer before it was asked".to_owned());
        }
        // Whoever does not take the question has ended, and its answers have too.
        let _ = running.questions.send(question);
        let text = match running.answers.recv_timeout(limit) {
            Ok(Ok(line)) => match line::read_answer(&line) {
                Some(answer) => return answer,
                None => format!("no JSON object but {:?}", start_of(&line)),
            },
            Ok(Err(error)) => format!("no line of text: {error}"),
            Err(RecvTimeoutError::Timeout) => format!("no answer within {} s", limit.as_secs()),
            Err(RecvTimeoutError::Disconnected) => match running.wait() {
                Some(status) => format!("no answer, it ended ({status})"),
                None => "no answer, it closed its output".to_owned(),
            },
        };
        self.give_up(text)
    }
}

/// A process, and a thread at each end of its pipes: neither a question nor an answer is ever waited for longer than allowed.
///
/// What it starts itself may outlive it. That holds its pipes then, and nothing that somebody waits for.
#[derive(Debug)]
struct Running {
    child: Child,
    questions: Sender<String>,
    answers: Receiver<io::Result<String>>,
    /// Disconnected when all that it said on standard error is shown.
    shown: Receiver<()>,
}

impl Running {
    fn start(command: &[String]) -> io::Result<Self> {
        let missing = || io::Error::new(io::ErrorKind::InvalidInput, "no program is named");
        let (program, arguments) = command.split_first().ok_or_else(missing)?;
        let mut child = Command::new(program)
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdin, stdout) = child.stdin.take().zip(child.stdout.take()).ok_or_else(missing)?;
        let mut stderr = child.stderr.take().ok_or_else(missing)?;
        let (questions, to_ask) = channel();
        // Room for one: a program that talks on and on stops when its pipe is full.
        let (answered, answers) = sync_channel(1);
        let (show, shown) = channel();
        thread::spawn(move || write(stdin, &to_ask));
        thread::spawn(move || read(stdout, |line| answered.send(line).is_ok()));
        thread::spawn(move || {
            // Where nobody sees it, nobody misses it.
            let _ = io::copy(&mut stderr, &mut io::stderr());
            drop::<Sender<()>>(show);
        });
        Ok(Self { child, questions, answers, shown })
    }

    /// Waits a little for its end.
    fn wait(&mut self) -> Option<ExitStatus> {
        let until = Instant::now().checked_add(GRACE)?;
        loop {
            match self.child.try_wait() {
                Ok(None) if Instant::now() < until => thread::sleep(POLL),
                ended => return ended.ok().flatten(),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Its input ends, and so should it.
        let (closed, _) = channel();
        self.questions = closed;
        if self.wait().is_none() {
            // It has just ended otherwise.
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = self.shown.recv_timeout(GRACE);
    }
}

fn write(mut stdin: ChildStdin, questions: &Receiver<String>) {
    for mut question in questions {
        question.push('\n');
        if stdin.write_all(question.as_bytes()).and_then(|()| stdin.flush()).is_err() {
            return;
        }
    }
}

/// Hands over every line until there is no more, or nobody takes it.
fn read(stdout: ChildStdout, taken: impl Fn(io::Result<String>) -> bool) {
    let mut stdout = BufReader::new(stdout);
    while let Some(line) = line::read_line(&mut stdout).transpose() {
        let failed = line.is_err();
        if !taken(line) || failed {
            return;
        }
    }
}

/// Words between white space; `None` if a quote does not end.
fn words(command: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        if c.is_whitespace() {
            words.extend(word.take());
        } else if c == '"' || c == '\'' {
            let (quoted, after) = rest.as_str().split_once(c)?;
            word.get_or_insert_default().push_str(quoted);
            rest = after.chars();
        } else {
            word.get_or_insert_default().push(c);
        }
    }
    words.extend(word);
    Some(words)
}

fn start_of(line: &str) -> &str {
    line.get(..line.floor_char_boundary(SHOWN)).unwrap_or_default()
}

/// How often it is started again in one run.
const RESTARTS: u32 = 3;
/// How long it may take to end.
const GRACE: Duration = Duration::from_secs(1);
/// How often its end is looked for.
const POLL: Duration = Duration::from_millis(5);
/// Bytes of nonsense that are shown.
const SHOWN: usize = 120;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_hold_words_together() {
        let split = |command| words(command).map(|words| words.join("|"));
        assert_eq!(split("  a  b\tc\n").as_deref(), Some("a|b|c"));
        assert_eq!(split("sh -c 'echo \"a  b\"' x\"y z\"'w'").as_deref(), Some("sh|-c|echo \"a  b\"|xy zw"));
        assert_eq!(split("a '' b").as_deref(), Some("a||b"));
        assert_eq!(split("").as_deref(), Some(""));
        assert_eq!(words("a 'b"), None);
        assert_eq!(words("a \"b'"), None);
    }

    #[test]
    fn command_without_a_program_rejected() {
        for command in ["", "  ", "'"] {
            assert!(Foreign::start(command, GRACE).is_err(), "{command:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn answer_too_many_is_not_taken_for_the_next_one() {
        let vector =
            line::read_question(r#"{"id":"a","description":"b","operation":"carriage","carried":{}}"#).unwrap();
        let twice = r#"sh -c 'read -r line; printf "{\"verdict\":\"unsupported\"}\n{}\n"; read -r line'"#;
        let mut foreign = Foreign::start(twice, GRACE * 10).unwrap();
        assert_eq!(foreign.ask(&vector), Answer::Unsupported);
        // Until it is there.
        thread::sleep(GRACE);
        assert_eq!(foreign.ask(&vector), Answer::Nothing("an answer before it was asked".to_owned()));
        assert_eq!(foreign.ask(&vector), Answer::Unsupported);
    }
}
