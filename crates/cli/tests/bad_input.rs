//! Bad input of every kind: one clear line that says what is wrong and where, exit code 1 or 2, and nothing written.

mod common;

use common::{AUDIENCE, GET, READ, World};

/// Name, content, and what `verify` says of it.
fn bad_tokens(world: &World) -> Vec<(&'static str, Vec<u8>, i32, &'static str)> {
    let token = world.read("worker.token");
    let other_tag = [&[0xd1], token.get(1..).unwrap_or_default()].concat();
    let cose = b"\xd2\x84\x43\xa1\x01\x26\xa1\x04\x42\x31\x31\x54This is the content.\x58\x40".iter().copied();
    vec![
        ("empty", Vec::new(), 1, "token: the token is empty (token-empty, V101)"),
        ("zeros", vec![0; 1 << 20], 2, "longer than 65536 bytes, which nothing of this kind is"),
        (
            "long",
            [&[0xd2], [0; 20_000].as_slice()].concat(),
            1,
            "token: the token is longer than the limit, len 20001, max 16384 (token-too-large, V102)",
        ),
        (
            "nested",
            vec![0x81; 5_000],
            2,
            "neither a tagged COSE item (first byte 0xd2 or 0xd1) nor base64url text: byte 0 is 0x81",
        ),
        (
            "nested-in-tag",
            [&[0xd2], [0x84; 5_000].as_slice()].concat(),
            1,
            "item 0, byte 2: a type that does not belong here (unexpected-type, V206)",
        ),
        (
            "other-cose",
            cose.chain([0x11; 64]).collect(),
            1,
            "item 0, byte 5: not the algorithm this artifact prescribes (wrong-algorithm, V224)",
        ),
        (
            "untagged-cose",
            b"\x84\x43\xa1\x01\x26".to_vec(),
            2,
            "neither a tagged COSE item (first byte 0xd2 or 0xd1) nor base64url text: byte 0 is 0x84",
        ),
        (
            "mac-tag",
            other_tag,
            1,
            "item 0, byte 0: not the CBOR tag of a COSE structure that belongs here (wrong-tag, V220)",
        ),
        ("json", b"{\"a\": 1}".to_vec(), 2, "this is JSON; a raw COSE item or its base64url text belongs here"),
        (
            "jwt",
            b"eyJhbGciOiJFUzI1NiJ9.e30.AAAA".to_vec(),
            2,
            "this looks like a JWT; a raw COSE item or its base64url text belongs here",
        ),
        ("pem", world.read("alice.pub"), 2, "this is PEM; a raw COSE item or its base64url text belongs here"),
        (
            "not-utf8",
            b"\xff\xfe{}".to_vec(),
            2,
            "neither a tagged COSE item (first byte 0xd2 or 0xd1) nor base64url text: byte 0 is 0xff",
        ),
        (
            "padded",
            b" 0oRY==\n".to_vec(),
            2,
            "neither a tagged COSE item (first byte 0xd2 or 0xd1) nor base64url text: byte 5 is base64 padding",
        ),
        (
            "standard",
            b"0o/Y\n".to_vec(),
            2,
            "neither a tagged COSE item (first byte 0xd2 or 0xd1) nor base64url text: byte 2 is base64 of the other alphabet",
        ),
        ("half-text", b"0oRYQ\n".to_vec(), 2, "base64url text that was cut or is not canonical"),
        (
            "other-text",
            b"AAAA\n".to_vec(),
            1,
            "item 0, byte 0: not the CBOR tag of a COSE structure that belongs here (wrong-tag, V220)",
        ),
        ("credential", world.read("worker.cred"), 1, "token: the first link is not a root (root-missing, V301)"),
        ("proof", world.read("request.proof"), 1, "item 0, byte 43: not a typ that belongs here (wrong-typ, V225)"),
    ]
}

#[test]
fn bad_tokens_refused_with_one_line_by_verify() {
    let world = World::with_story("bad-tokens");
    for (name, bytes, code, expected) in bad_tokens(&world) {
        world.write(name, bytes);
        let line = format!("verify --trust trust.json {name}");
        let expected = format!("{name}: {expected}");
        if code == 1 { world.refused(&line, &expected) } else { world.unusable(&line, &expected) }
    }
    world.unusable("verify --trust trust.json .", ".: is a directory");
    world.unusable("verify --trust trust.json missing", "missing: no such file");
    world.unusable("verify --trust trust.json alice.key/x", "alice.key/x: a part of the path is not a directory");
}

#[test]
fn bad_input_refused_with_one_line_by_every_verb_that_reads() {
    let world = World::with_story("bad-everywhere");
    let mut names: Vec<&str> = Vec::new();
    for (name, bytes, _, _) in bad_tokens(&world) {
        world.write(name, bytes);
        // Sound artifacts in the wrong place have their own tests.
        if !matches!(name, "credential" | "proof" | "pem") {
            names.push(name);
        }
    }
    names.extend([".", "missing"]);
    let before = world.files();
    let request = format!("{AUDIENCE} {GET} {READ}");
    for name in names {
        for line in [
            format!("inspect {name}"),
            format!("continue --token {name} --key worker.key --unvouched --out new"),
            format!("continue --token root.token --key worker.key --credential {name} --out new"),
            format!(
                "continue --token root.token --key worker.key --credential worker.cred --hand-over {name} --out new"
            ),
            format!("hand-over --token {name} --key alice.key --to https://acme.example/x --out new"),
            format!("prove --token {name} --key worker.key {AUDIENCE} {GET} --out new"),
            format!("prove --token worker.token --key {name} {AUDIENCE} {GET} --out new"),
            format!("admit --trust trust.json --token worker.token --proof {name} {request}"),
            format!("admit --trust {name} --token worker.token --proof request.proof {request}"),
            format!("verify --trust trust.json --known {name} worker.token"),
            format!("verify --trust trust.json --revocations {name} worker.token"),
            format!("key show {name}"),
            format!(
                "attest --key attester.key --name https://a.example --subject https://b.example --subject-key {name} --accountable https://c.example --out new"
            ),
            format!(
                "originate --key {name} --identifier https://a.example --role r --accountable https://a.example --grant '* *' --out new"
            ),
            format!("originate {} --grants {name} --out new", common::ALICE),
            format!("originate {} --grant '* *' --next-contract {name} --out new", common::ALICE),
        ] {
            let outcome = world.run(&line);
            assert!(matches!(outcome.code, Some(1 | 2)), "{line}: {outcome:?}");
            assert!(outcome.stdout.is_empty(), "{line}: {outcome:?}");
            assert_eq!(outcome.stderr.lines().count(), 1, "{line}: {}", outcome.stderr);
            assert!(
                outcome.stderr.starts_with("throughline: ") && outcome.stderr.len() < 300,
                "{line}: {}",
                outcome.stderr
            );
        }
    }
    assert_eq!(world.files(), before);
}

#[test]
fn cut_and_flipped_tokens_and_proofs_refused() {
    let world = World::with_story("cut-and-flipped");
    let (token, proof) = (world.read("worker.token"), world.read("request.proof"));
    let admit = format!("admit --trust trust.json --token t --proof p {AUDIENCE} {GET} {READ}");
    let refuse = |token: &[u8], proof: &[u8]| {
        world.write("t", token);
        world.write("p", proof);
        let outcome = world.run(&admit);
        assert!(matches!(outcome.code, Some(1 | 2)), "{outcome:?}");
        assert_eq!(outcome.stderr.lines().count(), 1, "{outcome:?}");
    };
    // The library's tests take every place; here it is a walk through the program.
    for at in (0..token.len()).step_by(61) {
        refuse(&token[..at], &proof);
        let mut flipped = token.clone();
        flipped[at] ^= 1 << (at % 8);
        refuse(&flipped, &proof);
    }
    for at in (0..proof.len()).step_by(23) {
        refuse(&token, &proof[..at]);
        let mut flipped = proof.clone();
        flipped[at] ^= 1 << (at % 8);
        refuse(&token, &flipped);
    }
    world.write("t", &token);
    world.write("p", &proof);
    world.ok(&admit);
}

#[test]
fn mistakes_in_a_bundle_named_with_their_place() {
    let world = World::with_story("bundles");
    let sound = String::from_utf8(world.read("trust.json")).unwrap();
    for (from, to, expected) in [
        ("\"origins\"", "\"orgins\"", "orgins, line 2 column 1: unknown member, \"origins\" is near"),
        ("\"version\": 0", "\"version\": 1", "version, line 1 column 13: not version 0, the only one there is"),
        ("\"version\": 0", "\"version\": 0, \"version\": 0", "version, line 1 column 16: this member stands twice"),
        (
            "calendar/alice/*\"}]",
            "calendar/*/alice\"}]",
            "origins[0].ceiling[0].resource, line 5 column 53: not a well-formed resource pattern (segments after slashes, the last may be *)",
        ),
        ("{\"version\"", "{version", "line 1 column 2: not JSON: key must be a string"),
    ] {
        assert!(sound.contains(from), "{from}");
        world.write("bad.json", sound.replacen(from, to, 1));
        let outcome = world.run("verify --trust bad.json worker.token");
        assert_eq!(outcome.code, Some(2), "{from}: {outcome:?}");
        assert_eq!(outcome.stderr, format!("throughline: bad.json: {expected}\n"), "{from}");
    }
    world.write("bad.json", "");
    world.unusable(
        "verify --trust bad.json worker.token",
        "bad.json: line 1 column 1: not JSON: EOF while parsing a value",
    );
    world.write("bad.json", b"{\"version\": 0, \"x\": \"\xff\"}");
    world.unusable("verify --trust bad.json worker.token", "bad.json: not UTF-8 text: byte 21");
}

#[test]
fn mistakes_in_grants_and_contracts_named() {
    let world = World::with_trust("grants");
    let originate = |more: &str| format!("originate {} {more} --out new", common::ALICE);
    for (more, expected) in [
        ("", "originate: what may be done is missing: --grant or --grants"),
        ("--grant calendar", "--grant: neither 'ACTION RESOURCE' nor a JSON object"),
        (
            "--grant 'calendar.* a//b'",
            "--grant: \"calendar.* a//b\": not a well-formed resource pattern (segments after slashes, the last may be *)",
        ),
        (
            "--grant '{\"action\":\"a\",\"resource\":\"b\",\"limit\":{}}'",
            "--grant: grants.limit, line 1 column 30: unknown member, \"limits\" is near",
        ),
        ("--grant 'a b' --grant 'a b'", "--grant: \"a b\": given twice"),
        (
            "--grant 'a b' --next-contract '{\"role\":1}'",
            "--next-contract: not a contract: unknown field `role`, expected one of `namespace`, `roles`, `properties`, `fresh`, `handover`, `vouched`, `last` at line 1 column 7",
        ),
        (
            "--grant 'a b' --next-contract '{\"fresh\":true,\"fresh\":true}'",
            "--next-contract: not a contract: duplicate field `fresh` at line 1 column 21",
        ),
        ("--grant 'a b' --next-contract '{}'", "--next-contract: a contract without a demand"),
        (
            "--grant 'a b' --next-contract '{\"vouched\":true}'",
            "--next-contract: vouched and last belong into --require; a contract on the next link admits vouched actors only",
        ),
        (
            "--grant 'a b' --next-contract '{\"fresh\":true,\"handover\":false}'",
            "--next-contract: handover: false is asked for by --without-handover",
        ),
        (
            "--grant 'a b' --next-contract '{\"namespace\":\"prod\"}'",
            "--next-contract: namespace: \"prod\" is not a namespace (spec/token.md §4.6)",
        ),
        (
            "--grant 'a b' --next-contract '{\"roles\":{\"any_of\":[\"r\"]}}'",
            "--next-contract: roles: exactly one of from (names of attesters) and accountable (an entity) belongs here",
        ),
        (
            "--grant 'a b' --next-contract '{\"fresh\":null}'",
            "--next-contract: not a contract: invalid type: null, expected a boolean at line 1 column 13",
        ),
        ("--grant 'a b' --next-contract nowhere.json", "nowhere.json: no such file"),
        ("--grant 'a b' --next-key nowhere.pub", "nowhere.pub: no such file"),
        (
            "--grant 'a b' --consent 00",
            "--consent: not a SHA-256 value: 64 hexadecimal digits or 43 characters of base64url",
        ),
        (
            "--grant 'a b' --for 5",
            "invalid value '5' for '--for <DURATION>': not a duration such as 300s, 5m, 1h or 2d",
        ),
        (
            "--grant 'a b' --next-anyone --next-key alice.pub",
            "the argument '--next-anyone' cannot be used with '--next-key <PEM|THUMBPRINT>'",
        ),
    ] {
        world.unusable(&originate(more), expected);
    }
    world.refused(
        &originate("--grant 'a b' --for 0s"),
        "originate: link 0: nbf is before iat, or exp is not after the start (window-empty, V235)",
    );
    assert!(!world.files().contains(&"new".to_owned()));
}

#[test]
fn command_lines_that_say_nothing_answered_with_one_line() {
    let world = World::new("usage");
    for (line, expected) in [
        ("", "no verb is given (throughline --help lists them)"),
        ("zzz", "unrecognized subcommand 'zzz'"),
        ("verfy x", "unrecognized subcommand 'verfy' (a similar subcommand exists: 'verify')"),
        ("verify", "the following required arguments were not provided: --trust <FILE> <TOKEN>"),
        (
            "verify --trust a --at yesterday b",
            "invalid value 'yesterday' for '--at <TIME>': neither seconds since 1970 nor a time such as 2026-01-31T12:00:00Z",
        ),
        (
            "prove --token a --key b --audience c",
            "the following required arguments were not provided: <--request-digest <DIGEST>|--http <METHOD> <URL>|--opaque <FILE>>",
        ),
        (
            "continue --token a --key b",
            "the following required arguments were not provided: <--credential <FILE>|--pinned|--unvouched>",
        ),
        (
            "attest --key a --name b",
            "invalid value 'b' for '--name <ID>': not an identifier such as spiffe://prod.example/worker or https://acme.example/alice (spec/token.md §4.6)",
        ),
        ("keygen -", "keygen: keys are written to files, not to standard output"),
    ] {
        world.unusable(line, expected);
    }
    assert!(world.ok("--help").contains("EXIT CODES"));
    assert!(world.ok("verify --help").contains("THE TRUST BUNDLE"));
    assert!(world.ok("--version").starts_with("throughline "));
}

#[test]
fn terminal_commands_in_a_token_shown_as_escapes() {
    let world = World::with_trust("escapes");
    world.ok(&format!(
        r#"originate {} --grant '{{"action":"calendar.read","resource":"calendar/alice/x","limits":{{"to":{{"equals":"\u001b[2J\u202e"}}}}}}' --out root.token"#,
        common::ALICE
    ));
    for line in ["verify --trust trust.json root.token", "inspect root.token"] {
        let text = world.ok(line);
        assert!(text.contains("to = \"\\u{1b}[2J\\u{202e}\""), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text}");
    }
    world.unusable("inspect 'no\nwhere'", "no\\u{a}where: no such file");
}

#[test]
fn failures_for_machines_are_one_object() {
    let world = World::with_story("json-failures");
    let object = |line: &str, code: i32| -> serde_json::Value {
        let outcome = world.run(line);
        assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(code), ""), "{line}");
        assert_eq!(outcome.stdout.iter().filter(|byte| **byte == b'\n').count(), 1, "{line}");
        serde_json::from_slice(&outcome.stdout).unwrap()
    };
    let expired = object("verify --trust trust.json worker.token --at 2030-01-01T00:00:00Z --json", 1);
    assert_eq!(
        expired,
        serde_json::json!({"ok": false, "error": {
            "exit": 1, "subject": "worker.token", "number": 403, "name": "expired", "stage": 4, "part": "link", "index": 0,
            "byte": null, "reason": "untrusted",
            "text": "worker.token: link 0: expired, now 1893456000, exp 1800000900 (expired, V403)"}})
    );
    world.write("cut", &world.read("worker.token")[..100]);
    let cut = object("--json inspect cut", 1);
    assert_eq!(
        (&cut["error"]["part"], &cut["error"]["index"], &cut["error"]["byte"]),
        (&"item".into(), &0.into(), &47.into())
    );
    let missing = object("verify --trust missing worker.token --json", 2);
    assert_eq!((&missing["error"]["number"], &missing["error"]["name"]), (&serde_json::Value::Null, &"input".into()));
    let usage = object("verify --json", 2);
    assert_eq!(usage["error"]["text"], "the following required arguments were not provided: --trust <FILE> <TOKEN>");
    world.write("two.json", "{\"version\": 1, \"origin\": []}");
    let mistakes = object("verify --trust two.json worker.token --json", 2);
    assert_eq!(mistakes["error"]["mistakes"].as_array().map(Vec::len), Some(2));
    assert_eq!(mistakes["error"]["mistakes"][0]["path"], "version");
    let verified = object("verify --trust trust.json worker.token --json", 0);
    assert_eq!((&verified["ok"], &verified["hops"][1]["allowed_by"]), (&true.into(), &"contract".into()));
    let made = object(
        "attest --key attester.key --name https://a.example --subject https://b.example --subject-key worker.pub --accountable https://c.example --json",
        0,
    );
    assert_eq!((&made["kind"], &made["file"]), (&"credential".into(), &serde_json::Value::Null));
}
