//! `throughline demo`, run as a user runs it: every outcome, the exit code, and nothing left behind.
#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail as tests do")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Title, what the caller learns, what the service's log names.
const REFUSALS: [(&str, &str, &str); 14] = [
    ("it isolates a host for 600 minutes", "403 forbidden", "V1011 request-not-granted"),
    ("a stolen token, presented by another replica", "401 proof-refused", "V1301 proof-signature-invalid"),
    ("the right token at the wrong audience", "401 proof-refused", "V1003 proof-audience"),
    ("one flipped bit", "401 untrusted", "V1202 signature-invalid"),
    ("a proof replayed", "401 proof-refused", "V1102 proof-replayed"),
    ("a role nobody vouched for", "401 untrusted", "V610 role-not-vouched"),
    ("the same role, vouched for by a foreign attester", "401 untrusted", "V706 demand-role"),
    ("a credential in the attester's name", "401 untrusted", "V601 attester-unknown"),
    ("widened authority", "401 untrusted", "V801 grants-widened"),
    ("an expired link", "401 untrusted", "V403 expired"),
    ("a cut-back by a worker to whom nobody handed over", "401 untrusted", "V711 handover-demanded"),
    ("the same, with the hand-over to somebody else", "401 untrusted", "V715 handover-addressee"),
    ("a link grafted from another execution", "400 malformed", "V304 parent-wrong"),
    ("another key, where Alice named one", "401 untrusted", "V702 successor-key"),
];

const ADMISSIONS: [&str; 9] = [
    "unknown_02 puts a meeting into Alice's calendar",
    "reporter reads Alice's week",
    "anonymous reads Alice's week",
    "it scans a network",
    "it raises an alert",
    "it isolates a host",
    "it collects the host's logs",
    "the same request as it was made, for comparison",
    "a link from the attackers' own encoder, nothing wrong with it, for comparison",
];

#[test]
fn every_call_comes_out_as_expected() {
    let output = demo(&[]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(text(&output.stderr), "");
    let story = text(&output.stdout);
    let lines: Vec<&str> = story.lines().collect();
    for (title, told, logged) in REFUSALS {
        let below = below(&lines, &format!("  {title}: "));
        assert!(below.starts_with(&format!("    {told} ")), "{title}: {below}");
        assert!(below.contains(&format!(" {logged}  ")), "{title}: {below}");
    }
    for title in ADMISSIONS {
        let below = below(&lines, &format!("  {title}"));
        assert!(below.starts_with("    200 admitted "), "{title}: {below}");
    }
    assert_eq!(
        lines.last().copied(),
        Some("9 admitted, 14 refused, all as expected (12 processes, loopback only)"),
        "{story}"
    );
}

#[test]
fn the_question_is_answered_hop_by_hop() {
    let story = text(&demo(&[]).stdout);
    let answers = [
        "who performed this  spiffe://alice.example/reporter, as authorized-workload\n",
        "who authorized it   https://alice.example, with its own key (anchor alice)\n",
        "who performed this  urn:ietf:params:oauth:ckt:sha-256:",
        "known by its key alone, nobody vouches for it\n",
        "who performed this  spiffe://acme.example/monitor, as security-monitor\n",
        "how connected       3 links, delegated, execution ",
        "how connected       1 link, independent, execution ",
        "narrows to     calendar.read /calendar/alice/*\n",
    ];
    for answer in answers {
        assert!(story.contains(answer), "{answer}\n{story}");
    }
}

#[test]
fn two_runs_differ_in_digests_alone() {
    let masked = || text(&demo(&[]).stdout).split_whitespace().filter(|word| !word.contains('…')).collect::<String>();
    assert_eq!(masked(), masked());
}

#[test]
fn output_into_a_pipe_has_no_colour() {
    assert!(!demo(&[]).stdout.contains(&0x1b));
}

#[test]
fn json_has_one_line_per_outcome_and_the_sum() {
    let output = demo(&["--json"]);
    assert!(output.status.success(), "{output:?}");
    let lines: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let (sum, outcomes) = lines.split_last().unwrap();
    assert_eq!(*sum, serde_json::json!({"admitted": 9, "refused": 14, "not_as_expected": 0}));
    assert_eq!(outcomes.len(), ADMISSIONS.len() + REFUSALS.len());
    for outcome in outcomes {
        assert_eq!(outcome["expected"], true, "{outcome}");
    }
}

#[test]
fn unknown_part_is_trouble_and_not_a_verdict() {
    let output = demo(&["--part", "mallory"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(text(&output.stderr), "throughline demo: nobody is called mallory\n");
}

#[test]
fn part_ends_with_its_standard_input() {
    let mut part = program(&["--part", "calendar"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut stdin = part.stdin.take().unwrap();
    let mut hello = String::new();
    BufReader::new(part.stdout.take().unwrap()).read_line(&mut hello).unwrap();
    assert!(hello.starts_with("{\"port\":"), "{hello}");
    writeln!(stdin, r#"{{"peers": {{}}, "bundle": {{"version": 0}}}}"#).unwrap();
    drop(stdin);
    assert!(part.wait().unwrap().success());
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_is_left_behind() {
    let mark = mark("finished");
    assert!(program(&[]).env(MARK, &mark).output().unwrap().status.success());
    assert_eq!(marked(&mark), Vec::<String>::new());
}

#[cfg(target_os = "linux")]
#[test]
fn no_process_is_left_behind_when_the_demo_is_killed() {
    let mark = mark("killed");
    let mut demo = program(&[]).env(MARK, &mark).stdout(Stdio::piped()).spawn().unwrap();
    // Something was printed, so every process runs.
    let mut stdout = BufReader::new(demo.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    demo.kill().unwrap();
    demo.wait().unwrap();
    for _ in 0..100 {
        if marked(&mark).is_empty() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("still there: {:?}", marked(&mark));
}

fn demo(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

/// No proxy of the environment may come between the processes.
fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_throughline"));
    command.arg("demo").args(arguments).stdin(Stdio::null());
    command.env("HTTP_PROXY", "http://127.0.0.1:1").env("http_proxy", "http://127.0.0.1:1");
    command
}

/// The line below the one that begins so.
fn below<'l>(lines: &[&'l str], beginning: &str) -> &'l str {
    let mut rest = lines.iter().skip_while(|line| !line.starts_with(beginning));
    rest.nth(1).unwrap_or_else(|| panic!("no line {beginning:?}"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// An environment variable that every process of one run inherits.
const MARK: &str = "THROUGHLINE_DEMO_TEST";

#[cfg(target_os = "linux")]
fn mark(name: &str) -> String {
    format!("{name}-{}", std::process::id())
}

/// The command lines of processes that carry the mark.
#[cfg(target_os = "linux")]
fn marked(mark: &str) -> Vec<String> {
    let wanted = format!("{MARK}={mark}");
    let processes = std::fs::read_dir("/proc").unwrap().flatten().map(|entry| entry.path());
    let carries = |path: &std::path::PathBuf| {
        let environment = std::fs::read(path.join("environ")).unwrap_or_default();
        environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
    };
    let line = |path: std::path::PathBuf| text(&std::fs::read(path.join("cmdline")).unwrap_or_default());
    processes.filter(carries).map(line).collect()
}
