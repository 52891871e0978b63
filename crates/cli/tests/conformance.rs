//! Vectors against this program and against others, good and bad ones.
#![allow(clippy::unwrap_used, clippy::arithmetic_side_effects, clippy::indexing_slicing, reason = "a test may fail")]

mod common;

use common::{NOW, World};
use serde_json::{Value, json};
use throughline_conformance::{File, Operation, Vector, judge};

/// A folder with four vectors in two files, each with the verdict of the library.
fn suite(test: &str) -> World {
    let world = World::with_story(test);
    let token = throughline::encode_text(&world.read("worker.token"));
    let trust: Value = serde_json::from_slice(&world.read("trust.json")).unwrap();
    let verify =
        |id: &str, now: u64| json!({"id": id, "operation": "verify", "now": now, "trust": trust, "token": token});
    write(&world, "accept/chains.json", &[verify("story-verified", NOW)]);
    write(&world, "reject/04/v403.json", &[verify("story-expired", NOW + 86_400)]);
    let carried = |id: &str, line: &str| json!({"id": id, "operation": "carriage", "carried": {"lines": [line]}});
    write(&world, "accept/carriage.json", &[carried("field-read", ":AA==:")]);
    write(&world, "reject/15/v1501.json", &[carried("field-unpadded", ":AA:")]);
    // Neither is a file of vectors.
    world.write("suite/schema.json", "{}");
    world.write("suite/keys.json", "[]");
    world
}

fn write(world: &World, file: &str, vectors: &[Value]) {
    let vectors: Vec<Vector> = vectors.iter().map(complete).collect();
    let file_of = File { schema: "schema.json".to_owned(), description: "a test".to_owned(), vectors };
    let path = world.path("suite").join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, serde_json::to_vec(&file_of).unwrap()).unwrap();
}

/// Adds what every vector has, and the verdict.
fn complete(vector: &Value) -> Vector {
    let mut vector = vector.clone();
    vector["description"] = json!("a test");
    vector["expected"] = json!({"verdict": "accepted"});
    vector["work"] = json!(0);
    let mut vector: Vector = serde_json::from_value(vector).unwrap();
    let judged = judge(&vector).unwrap();
    vector.expected = judged.verdict;
    vector.work = judged.signatures;
    if vector.id.ends_with("expired") {
        vector.step = Some("V403".to_owned());
    }
    vector
}

/// Changes the vectors of one file.
fn change(world: &World, file: &str, with: impl Fn(&mut Value)) {
    let path = format!("suite/{file}");
    let mut text: Value = serde_json::from_slice(&world.read(&path)).unwrap();
    with(&mut text);
    world.write(&path, text.to_string());
}

const AGREED: &str = "\
verdict                  vectors  agreed  different  unsupported
accept verify                  1       1          0            0
accept carriage                1       1          0            0
reject stage 4                 1       1          0            0
reject stage 15                1       1          0            0
all                            4       4          0            0

signatures checked: 4
";

#[test]
fn vectors_that_agree_are_a_success() {
    let world = suite("conformance-agrees");
    assert_eq!(world.ok("conformance suite"), AGREED);
    let report: Value = serde_json::from_str(&world.ok("conformance suite --json")).unwrap();
    assert_eq!([&report["ok"], &report["vectors"], &report["agreed"]], [&json!(true), &json!(4), &json!(4)]);
    assert_eq!(report["rows"][0]["operation"], "verify");
    assert_eq!(report["rows"][2]["stage"], 4);
}

#[test]
fn this_program_is_an_implementation_like_any_other() {
    let world = suite("conformance-answers");
    let program = env!("CARGO_BIN_EXE_throughline");
    let line = format!("conformance suite --implementation '\"{program}\" conformance --answer'");
    assert_eq!(world.ok(&line), AGREED);
}

#[test]
fn other_verdict_is_one_line_and_exit_code_1() {
    let world = suite("conformance-differs");
    change(&world, "reject/04/v403.json", |file| {
        file["vectors"][0]["expected"]["at"]["index"] = json!(1);
    });
    change(&world, "accept/chains.json", |file| file["vectors"][0]["work"] = json!(2));
    change(&world, "accept/carriage.json", |file| file["vectors"][0]["expected"]["bytes"] = json!("AQ"));
    let outcome = world.run("conformance suite");
    let text = String::from_utf8(outcome.stdout).unwrap();
    assert_eq!(
        text.split("checked: 4\n").nth(1),
        Some(
            "accept/carriage.json: field-read: expected bytes \"AQ\", got bytes \"AA\"\n\
             accept/chains.json: story-verified: expected at most 2 signatures checked, got 4\n\
             reject/04/v403.json: story-expired: expected refused V403 expired at link 1, got refused V403 expired at link 0\n"
        )
    );
    assert_eq!(outcome.stderr, "throughline: suite: of 4 vectors, 3 differ and 0 are unsupported\n");
    assert_eq!(outcome.code, Some(1));

    let outcome = world.run("conformance suite --json");
    let report: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!((outcome.code, outcome.stderr.as_str(), &report["ok"]), (Some(1), "", &json!(false)));
    assert_eq!(report["error"]["name"], "differs");
    assert_eq!(report["error"]["conformance"]["differences"][1]["id"], "story-verified");
}

#[test]
fn stage_and_id_select() {
    let world = suite("conformance-selects");
    assert!(world.ok("conformance suite --stage 4").contains("all                            1       1 "));
    assert!(world.ok("conformance suite --only field-read").contains("accept carriage                1       1 "));
    for none in ["--stage 13", "--only field", "--stage 4 --only field-read"] {
        world.unusable(&format!("conformance suite {none}"), "suite: no vector of this stage or id is in it");
    }
}

#[cfg(unix)]
#[test]
fn implementations_that_go_wrong_are_differences_and_never_a_hang() {
    let world = suite("conformance-wrong");
    let cases = [
        ("while read -r line; do echo hello; done", "no JSON object but \"hello\""),
        ("while read -r line; do echo '[]'; done", "no JSON object but \"[]\""),
        ("while read -r line; do printf '\\377\\n'; done", "no line of text: stream did not contain valid UTF-8"),
        ("while read -r line; do echo '{\"verdict\":\"perhaps\"}'; done", "an answer of another form: unknown variant"),
        (
            "while read -r line; do echo '{\"verdict\":\"accepted\",\"links\":-1}'; done",
            "an answer of another form: invalid value",
        ),
        ("while read -r line; do echo '{\"verdict\":\"unusable\",\"reason\":\"no\"}'; done", "an unusable vector: no"),
        ("read -r line; exit 3", "no answer, it ended (exit status: 3)"),
        ("exit 0", "no answer, it ended (exit status: 0)"),
        ("exec >&-; read -r line; read -r line", "no answer, it closed its output"),
    ];
    for (script, got) in cases {
        world.write("wrong.sh", script);
        let outcome = world.run("conformance suite --implementation 'sh wrong.sh'");
        let text = String::from_utf8(outcome.stdout).unwrap();
        assert!(text.contains(&format!(", got {got}")), "{script}\n{text}");
        assert_eq!(outcome.code, Some(1), "{script}");
    }
    // The shell is ended; what it started goes on and holds its pipes.
    world.write("wrong.sh", "echo waits >&2; sleep 20; true");
    for command in ["sleep 20", "sh wrong.sh"] {
        let begin = std::time::Instant::now();
        let line = format!("conformance suite --implementation '{command}' --time-limit 1 --only field-read");
        let outcome = world.run(&line);
        let text = String::from_utf8(outcome.stdout).unwrap();
        assert!(text.ends_with("field-read: expected accepted, got no answer within 1 s\n"), "{text}");
        assert!(begin.elapsed().as_secs() < 15, "{command}");
        assert_eq!(outcome.stderr.contains("waits\n"), command == "sh wrong.sh");
    }
}

#[cfg(unix)]
#[test]
fn program_that_died_is_started_again_a_few_times() {
    let world = suite("conformance-again");
    let carried = |nth: i32| json!({"id": format!("more-{nth}"), "operation": "carriage", "carried": {}});
    write(&world, "accept/more.json", &(0..6).map(carried).collect::<Vec<_>>());
    world.write("once.sh", "echo start >> starts; read -r line; echo '{\"verdict\":\"unsupported\"}'");
    let text = String::from_utf8(world.run("conformance suite --implementation 'sh once.sh'").stdout).unwrap();
    assert_eq!(world.read("starts"), b"start\n".repeat(4));
    let (died, given_up) = ("got no answer, it ended (exit status: 0)", "got nothing, it went wrong 4 times");
    assert_eq!((text.matches(died).count(), text.matches(given_up).count()), (4, 2), "{text}");
    let last = "field-unpadded: expected refused V1501 field-invalid at field";
    assert!(text.ends_with(&format!("{last}, {given_up}\n")), "{text}");
}

#[cfg(unix)]
#[test]
fn unsupported_is_counted_and_no_success() {
    let world = suite("conformance-unsupported");
    world.write("none.sh", "while read -r line; do echo '{\"verdict\":\"unsupported\"}'; done");
    let outcome = world.run("conformance suite --implementation 'sh none.sh'");
    assert_eq!(outcome.stderr, "throughline: suite: of 4 vectors, 0 differ and 4 are unsupported\n");
    assert_eq!(outcome.code, Some(1));
}

#[test]
fn implementation_that_cannot_be_started_is_no_verdict() {
    let world = suite("conformance-unstarted");
    world.unusable("conformance suite --implementation ./nobody", "--implementation ./nobody: no such file");
    world.unusable("conformance suite --implementation ''", "--implementation: no program is named");
    world.unusable("conformance suite --implementation 'sh \"'", "--implementation sh \": a quote has no end");
}

#[test]
fn folders_without_a_suite_rejected() {
    let world = World::new("conformance-folders");
    world.unusable("conformance nowhere", "nowhere: no such file");
    world.write("file.json", "{}");
    world.unusable("conformance file.json", "file.json: a part of the path is not a directory");
    std::fs::create_dir_all(world.path("empty/accept")).unwrap();
    world.write("empty/schema.json", "{}");
    world.unusable("conformance empty", "empty: no vectors are in it");
}

#[test]
fn files_of_another_form_rejected() {
    let world = suite("conformance-forms");
    let good = world.read("suite/accept/carriage.json");
    let file = "suite/accept/carriage.json";
    let fails = |what: &str| {
        let outcome = world.run("conformance suite");
        assert!(outcome.stderr.starts_with(&format!("throughline: {file}: {what}")), "{what}\n{}", outcome.stderr);
        assert_eq!((outcome.code, outcome.stdout.len()), (Some(2), 0), "{what}");
    };
    let changed = |with: &dyn Fn(&mut Value)| {
        world.write(file, &good);
        change(&world, "accept/carriage.json", with);
    };
    changed(&|file| file["vectors"][0]["colour"] = json!("red"));
    fails("unknown field `colour`");
    changed(&|file| file["colour"] = json!("red"));
    fails("unknown field `colour`");
    changed(&|file| file["vectors"][0]["limits"] = json!({"hops": 1}));
    fails("unknown field `hops`");
    changed(&|file| {
        file["vectors"][0].as_object_mut().unwrap().remove("work");
    });
    fails("missing field `work`");
    changed(&|file| file["vectors"] = json!([]));
    fails("it has no vectors");
    changed(&|file| {
        let vector = file["vectors"][0].clone();
        file["vectors"] = json!([vector, vector]);
    });
    fails("\"field-read\" is the id of two vectors");
    let twice = String::from_utf8(good.clone())
        .unwrap()
        .replace("\"carried\":{", "\"trust\":{\"version\":0,\"version\":0},\"carried\":{");
    world.write(file, twice);
    fails("a name stands twice in one object");
    world.write(file, good.get(1..).unwrap());
    fails("invalid type");
    world.write(file, b"");
    fails("EOF while parsing");
}

#[test]
fn unusable_vector_is_a_difference() {
    let world = suite("conformance-unusable");
    change(&world, "accept/chains.json", |file| file["vectors"][0]["trust"]["version"] = json!(1));
    let outcome = world.run("conformance suite --only story-verified");
    let text = String::from_utf8(outcome.stdout).unwrap();
    assert!(text.contains("story-verified: expected accepted, got an unusable vector: trust: "), "{text}");
    assert_eq!(outcome.code, Some(1));
}

#[test]
fn answers_are_verdicts_line_by_line() {
    let world = World::new("conformance-lines");
    let carried =
        |line: &str| json!({"id": "a", "description": "b", "operation": "carriage", "carried": {"lines": [line]}});
    let input = format!("{}\n{}\n", carried(":AA==:"), carried("AA"));
    let outcome = world.run_with("conformance --answer", input.as_bytes());
    assert_eq!(
        String::from_utf8(outcome.stdout).unwrap(),
        "{\"verdict\":\"accepted\",\"bytes\":\"AA\",\"signatures\":0}\n\
         {\"verdict\":\"refused\",\"stage\":15,\"number\":1501,\"name\":\"field-invalid\",\"at\":{\"part\":\"field\"},\"signatures\":0}\n"
    );
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let missing = json!({"id": "a", "description": "b", "operation": Operation::Verify});
    let outcome = world.run_with("conformance --answer", missing.to_string().as_bytes());
    let answer: Value = serde_json::from_slice(&outcome.stdout).unwrap();
    assert_eq!(answer, json!({"verdict": "unusable", "reason": "token is missing"}));
    let outcome = world.run_with("conformance --answer", b"hello\n");
    assert!(outcome.stderr.starts_with("throughline: standard input: not a vector: "), "{}", outcome.stderr);
    assert_eq!(outcome.code, Some(2));
}
