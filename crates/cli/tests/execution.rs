//! The whole path by hand, and what is refused on the way: transcripts of the built program.

mod common;

use common::{ALICE, AUDIENCE, GET, NOW, READ, ROLE_CONTRACT, SUBJECT, World, digest};

#[test]
fn whole_path_from_keys_to_admission() {
    let world = World::with_story("whole-path");
    let text = world.ok("verify --trust trust.json worker.token");
    let execution = text.lines().nth(2).unwrap().split_whitespace().nth(6).unwrap().trim_end_matches(',').to_owned();
    let expected = format!(
        "performed by   {SUBJECT} as authorized-workload
authorized by  https://acme.example/alice (identity origin, anchor \"alice\")
connected by   2 hops of execution {execution}, independent authority
verified at    2027-01-15T08:00:00Z, {} bytes

hop 0  https://acme.example/alice/authority as owner
       vouched by   the trust bundle, as origin
       accountable  https://acme.example/alice
       valid        2027-01-15T08:00:00Z to 2027-01-15T08:15:00Z
       grants       1

hop 1  {SUBJECT} as authorized-workload
       vouched by   https://attester.acme.example
       accountable  https://acme.example/alice
       continues    hop 0, which allows whoever meets its contract, by hand-over
       attested     hardware 2
       valid        2027-01-15T08:00:00Z to 2027-01-15T08:15:00Z
       grants       narrowed to 1

may still do
  calendar.read  calendar/alice/work
",
        world.read("worker.token").len()
    );
    assert_eq!(text, expected);
    let admit = format!("admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} {READ}");
    let text = world.ok(&admit);
    assert_eq!(text, format!("ADMITTED       signed proof, used up in this run only (see --replay-dir)\n{expected}"));
}

#[test]
fn proof_used_twice_refused_with_a_replay_directory() {
    let world = World::with_story("replay");
    let admit = format!(
        "admit --trust trust.json --token worker.token --proof request.proof {AUDIENCE} {GET} {READ} --replay-dir used"
    );
    assert!(world.ok(&admit).starts_with("ADMITTED       signed proof, used up\n"));
    world.refused(&admit, "request.proof: proof: the proof was used before (proof-replayed, V1102)");
}

#[test]
fn proof_for_something_else_refused() {
    let world = World::with_story("proof-for-else");
    let admit = |more: &str| format!("admit --trust trust.json --token worker.token --proof request.proof {more}");
    let elsewhere = format!("--audience https://mail.acme.example {GET} {READ}");
    world
        .refused(&admit(&elsewhere), "request.proof: proof: the proof is for another audience (proof-audience, V1003)");
    let other = format!("{AUDIENCE} --http DELETE https://calendar.acme.example/alice/work {READ}");
    world.refused(&admit(&other), "request.proof: proof: the proof is for another request (proof-request, V1004)");
    let write = format!("{AUDIENCE} {GET} --action calendar.write --resource calendar/alice/work");
    world.refused(
        &admit(&write),
        "admit: request: no grant of the head admits the request (request-not-granted, V1011)",
    );
    let star = format!("{AUDIENCE} {GET} --action calendar.* --resource calendar/alice/work");
    let invalid =
        "admit: request: the request's action, resource or arguments are not well-formed (request-invalid, V1010)";
    world.refused(&admit(&star), invalid);
    world.refused(&admit(&format!("{AUDIENCE} {GET} {READ} --arg n=1 --arg n=2")), invalid);
    world.refused(
        &admit(&format!("{AUDIENCE} {GET} {READ} --at {}", NOW + 91)),
        "request.proof: proof: the proof is too old, now 1800000091, iat 1800000000 (proof-too-old, V1005)",
    );
    world.refused(
        &admit(&format!("{AUDIENCE} {GET} {READ} --authority delegated")),
        "admit: request: delegated or independent authority where the policy demands the other (authority-kind, V1012)",
    );
    world.ok(&format!("prove --token root.token --key alice.key {AUDIENCE} {GET} --out alice.proof"));
    world.refused(
        &format!("admit --trust trust.json --token worker.token --proof alice.proof {AUDIENCE} {GET} {READ}"),
        "alice.proof: proof: the proof is not by the actor of the head (proof-signer, V1001)",
    );
}

#[test]
fn body_query_and_fields_are_part_of_the_request() {
    let world = World::with_story("http");
    world.write("body", "{}");
    let request = "--http POST https://calendar.acme.example/alice?week=3 --body body --content-type application/json";
    world.ok(&format!("prove --token worker.token --key worker.key {AUDIENCE} {request} --out post.proof"));
    let admit = |request: &str| {
        world.run(&format!(
            "admit --trust trust.json --token worker.token --proof post.proof {AUDIENCE} {request} {READ}"
        ))
    };
    assert_eq!(admit(request).code, Some(0));
    for other in [
        "--http POST https://calendar.acme.example/alice?week=4 --body body --content-type application/json",
        "--http POST https://calendar.acme.example/alice --body body --content-type application/json",
        "--http POST https://calendar.acme.example/alice?week=3 --content-type application/json",
        "--http POST https://calendar.acme.example/alice?week=3 --body body --content-type text/plain",
        "--http POST https://calendar.acme.example/alice?week=3 --body body",
        "--http POST http://calendar.acme.example/alice?week=3 --body body --content-type application/json",
        "--opaque body",
    ] {
        let outcome = admit(other);
        assert_eq!(outcome.code, Some(1), "{other}");
        assert!(outcome.stderr.contains("(proof-request, V1004)"), "{other}");
    }
}

#[test]
fn what_the_verifier_would_refuse_is_not_issued() {
    let world = World::with_story("not-issued");
    let go_on = "continue --token root.token --key worker.key --credential worker.cred";
    let handed = format!("{go_on} --hand-over worker.handover --out never.token");
    world.refused(
        &format!("{handed} --grant 'mail.send mail/alice/*'"),
        "continue: link 1: a grant exceeds the authority of the link before (grants-widened, V801)",
    );
    world.refused(
        &format!("{handed} --role security-monitor"),
        "continue: link 1: role not vouched for by its credential or pin (role-not-vouched, V610)",
    );
    world.refused(
        &format!("{handed} --for 16m"),
        "continue: link 1: the window is not inside the parent's (window-outside-parent, V401)",
    );
    world.refused(
        &format!("{go_on} --out never.token"),
        "continue: link 1: a hand-over is demanded and absent (handover-demanded, V711)",
    );
    world.refused(
        "continue --token root.token --key other.key --unvouched --out never.token",
        "continue: link 1: an unvouched actor where the link before demands a vouched one (successor-unvouched, V703)",
    );
    world.refused(
        "continue --token worker.token --key other.key --unvouched --out never.token",
        "continue: link 2: the link before allows no successor (successor-not-allowed, V701)",
    );
    world.ok("hand-over --token root.token --key alice.key --to spiffe://acme.example/executors/unknown-01 --out other.handover");
    world.refused(
        &format!("{go_on} --hand-over other.handover --out never.token"),
        "continue: link 1: the hand-over is addressed to another actor (handover-addressee, V715)",
    );
    world.refused(
        &format!("{handed} --at {}", NOW + 900),
        "root.token: link 0: expired, now 1800000900, exp 1800000900 (expired, V403)",
    );
    assert!(!world.files().contains(&"never.token".to_owned()));
}

#[test]
fn role_vouched_for_by_a_foreign_attester_refused() {
    let world = World::with_story("foreign");
    world.ok("keygen mallory.key");
    world.ok(&format!(
        "attest --key mallory.key --name https://attester.acme.example --subject {SUBJECT} --subject-key other.pub \
         --accountable https://acme.example/alice --role authorized-workload --out forged.cred"
    ));
    world.ok(
        "continue --token root.token --key other.key --credential forged.cred --hand-over worker.handover --out forged.token",
    );
    world.refused(
        "verify --trust trust.json forged.token",
        "forged.token: credential 0: no attester with the key that signed the credential (attester-unknown, V601)",
    );
}

#[test]
fn tampered_expired_and_grafted_tokens_refused() {
    let world = World::with_story("tampered");
    let mut token = world.read("worker.token");
    let last = token.len() - 1;
    token[last] ^= 1;
    world.write("flipped.token", &token);
    world.refused(
        "verify --trust trust.json flipped.token",
        "flipped.token: link 1: the signature does not verify (signature-invalid, V1202)",
    );
    world.refused(
        &format!("verify --trust trust.json worker.token --at {}", NOW + 1000),
        "worker.token: link 0: expired, now 1800001000, exp 1800000900 (expired, V403)",
    );
    let root = world.read("root.token");
    world.originate(&format!("--next-contract '{ROLE_CONTRACT}' --out second.token"));
    let mut graft = world.read("second.token");
    graft.extend_from_slice(&world.read("worker.token")[root.len()..]);
    world.write("graft.token", &graft);
    world.refused(
        "verify --trust trust.json graft.token",
        "graft.token: link 1: parent is not the digest of the link before (parent-wrong, V304)",
    );
}

#[test]
fn tokens_travel_as_text_through_pipes() {
    let world = World::with_trust("pipes");
    world.attest("worker", SUBJECT, "worker.cred");
    let root =
        world.ok(&format!("originate {ALICE} --grant 'calendar.read calendar/alice/*' --next-identifier {SUBJECT}"));
    assert!(root.trim_end().bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
    let go_on = "continue --token - --key worker.key --credential worker.cred";
    let text = world.run_with(go_on, root.as_bytes());
    assert_eq!(text.code, Some(0), "{text:?}");
    let raw = world.run_with(&format!("{go_on} --raw"), root.as_bytes());
    let same = world.run_with(&format!("{go_on} --out -"), root.as_bytes());
    assert_eq!((same.stdout, world.path("-").exists()), (raw.stdout.clone(), false));
    for token in [&text.stdout, &raw.stdout] {
        let verified = world.run_with("verify --trust trust.json -", token);
        assert_eq!((verified.code, verified.stderr.as_str()), (Some(0), ""));
    }
    assert_eq!(raw.stdout.first(), Some(&0xd2));
    let twice = world.run_with("verify --trust - -", root.as_bytes());
    assert_eq!(twice.code, Some(2));
}

#[test]
fn unvouched_actor_continues_by_its_key_alone() {
    let world = World::with_trust("unvouched");
    for next in [
        "--next-key other.pub".to_owned(),
        format!("--next-key {}", world.thumbprint("other")),
        "--next-anyone".to_owned(),
    ] {
        world.originate(&format!("{next} --out root.token"));
        world.ok("continue --token root.token --key other.key --unvouched --out other.token");
        let text = world.ok("verify --trust trust.json other.token");
        let uri = world.ok("key show --uri other.pub");
        let first = format!("performed by   {} (nobody vouches for this key)\n", uri.trim());
        assert!(text.starts_with(&first), "{text}");
        assert!(text.contains("delegated authority"), "{text}");
    }
    world.originate("--next-key worker.pub --out root.token");
    world.refused(
        "continue --token root.token --key other.key --unvouched",
        "continue: link 1: the link before names another key (successor-key, V702)",
    );
}

#[test]
fn hand_over_reaches_an_unvouched_actor_with_its_task() {
    let world = World::with_trust("task");
    world.write("task", "read the calendar");
    world.originate("--next-key other.pub --require '{\"handover\":true,\"last\":1}' --out root.token");
    world.ok("hand-over --token root.token --key alice.key --to-key other.pub --task @task --out other.handover");
    let go_on = "continue --token root.token --key other.key --unvouched --hand-over other.handover";
    world.refused(go_on, "continue: link 1: the hand-over is for another task (handover-task, V717)");
    world.ok(&format!("{go_on} --task @task --next-anyone --out other.token"));
    world.ok("verify --trust trust.json other.token");
    world.refused(
        "continue --token other.token --key worker.key --unvouched",
        "continue: link 2: the chain is longer than an earlier link allows (demand-last, V710)",
    );
}

#[test]
fn workload_originates_by_its_role() {
    let world = World::with_trust("role-origin");
    world.ok(&format!(
        "attest --key attester.key --name https://attester.acme.example --subject {SUBJECT} --subject-key worker.pub \
         --accountable https://acme.example/alice --role security-monitor --role authorized-workload --out two.cred"
    ));
    let originate = "originate --kind role --key worker.key --credential two.cred --grant 'network.scan network/prod'";
    world.unusable(originate, "two.cred: choose a role with --role: security-monitor, authorized-workload");
    world.ok(&format!("{originate} --role security-monitor --out root.token"));
    let text = world.ok("verify --trust trust.json root.token");
    assert!(text.contains("authorized by  https://acme.example/alice (role origin, anchor \"monitor\")\n"), "{text}");
    world.ok(&format!("{originate} --role authorized-workload --out wrong.token"));
    world.refused(
        "verify --trust trust.json wrong.token",
        "wrong.token: link 0: identifier, role, accountable entity or properties are not what the origin anchor states \
         (origin-mismatch, V502)",
    );
}

#[test]
fn workload_originates_by_its_attested_state() {
    let world = World::with_trust("context-origin");
    let originate =
        "originate --kind context --key worker.key --credential state.cred --grant 'key.unwrap vault/a' --for 5m";
    world.attest("worker", SUBJECT, "state.cred");
    world.unusable(originate, "state.cred: a context needs a credential with a nonce of 16 bytes (attest --nonce)");
    world.attest("worker", SUBJECT, "state.cred --nonce 00112233445566778899aabbccddeeff");
    world.ok(&format!("{originate} --out root.token"));
    let text = world.ok("verify --trust trust.json root.token");
    assert!(text.contains("(context origin, anchor \"enclave\")\n"), "{text}");
    assert!(text.contains("attested     hardware 2 (fresh)\n"), "{text}");
}

#[test]
fn credentials_named_and_not_carried_need_to_be_known() {
    let world = World::with_trust("by-reference");
    world.attest("worker", SUBJECT, "worker.cred");
    world.originate(&format!("--next-identifier {SUBJECT} --out root.token"));
    world.ok("continue --token root.token --key worker.key --credential worker.cred --by-reference --out short.token");
    world.refused(
        "verify --trust trust.json short.token",
        "short.token: link 1: a credential or signer is named that is neither inline nor known nor pinned \
         (credential-missing, V305)",
    );
    world.ok("verify --trust trust.json --known worker.cred short.token");
    world.refused(
        "verify --trust trust.json --known root.token short.token",
        "root.token: credential 0, byte 43: not a typ that belongs here (wrong-typ, V225)",
    );
}

#[test]
fn pinned_actor_continues() {
    let world = World::with_trust("pinned");
    let worker = world.jwk("worker");
    world.trust(&format!(
        r#", "pins": [{{"key": {worker}, "identifier": "{SUBJECT}", "roles": ["authorized-workload"],
"accountable": "https://acme.example/alice", "attester": "https://attester.acme.example"}}]"#
    ));
    world.originate(&format!("--next-contract '{ROLE_CONTRACT}' --without-handover --out root.token"));
    let go_on = "continue --token root.token --key worker.key --pinned";
    world.ok(&format!("{go_on} --identifier {SUBJECT} --role authorized-workload --out worker.token"));
    let text = world.ok("verify --trust trust.json worker.token");
    assert!(text.contains("vouched by   the trust bundle, for https://attester.acme.example\n"), "{text}");
    world.unusable(go_on, "the following required arguments were not provided: --identifier <ID> --role <ROLE>");
}

#[test]
fn fresh_attestation_is_bound_to_the_step() {
    let world = World::with_trust("fresh");
    let contract = r#"{"namespace":"spiffe://acme.example/executors","properties":[{"name":"hardware","from":["https://attester.acme.example"],"tier":"affirming"}],"fresh":true}"#;
    world.originate(&format!("--next-contract '{contract}' --without-handover --out root.token"));
    world.attest("worker", SUBJECT, "stale.cred");
    world.attest("worker", SUBJECT, "fresh.cred --fresh-for root.token");
    let go_on = "continue --token root.token --key worker.key --out worker.token --credential";
    world.refused(
        &format!("{go_on} stale.cred"),
        "continue: link 1: the attestation is not fresh for this link (demand-fresh, V708)",
    );
    world.ok(&format!("{go_on} fresh.cred"));
    assert!(world.ok("verify --trust trust.json worker.token").contains("attested     hardware 2 (fresh)\n"));
}

#[test]
fn mac_proof_convinces_the_service_whose_key_it_is_for() {
    let world = World::with_trust("mac");
    world.ok("keygen hop.key");
    world.ok("keygen service.key");
    world.originate("--agree hop.pub --out root.token");
    world.ok(&format!(
        "prove --token root.token --mac --agree-key hop.key --audience-key service.pub {AUDIENCE} {GET} --out mac.proof"
    ));
    let admit = format!("admit --trust trust.json --token root.token --proof mac.proof {AUDIENCE} {GET} {READ}");
    let text = world.ok(&format!("{admit} --agreement-key other.key --agreement-key service.key"));
    assert!(text.starts_with("ADMITTED       mac proof"), "{text}");
    world.refused(
        &admit,
        "mac.proof: proof: a MAC for an agreement key that is not this audience's (agreement-unknown, V1009)",
    );
    world.refused(
        &format!("{admit} --agreement-key service.key --proof-demand signed"),
        "mac.proof: proof: a MAC where a signature is demanded (proof-kind, V1007)",
    );
    world.refused(
        &format!("prove --token root.token --mac --agree-key other.key --audience-key service.pub {AUDIENCE} {GET}"),
        "prove: proof: a MAC, and the head has no agreement key (agreement-missing, V1008)",
    );
    assert!(world.ok("inspect mac.proof").contains("  seal         MAC\n"));
}

#[test]
fn revoked_key_refused_and_a_missing_list_too() {
    let world = World::with_story("revoked");
    world.trust_a_revoker();
    let verify = "verify --trust trust.json worker.token";
    world.refused(verify, "worker.token: token: no current revocation list of an issuer (revocation-stale, V901)");
    world.revocation_list("empty.list", 1, |list| list);
    let worker = digest(&world.thumbprint("worker"));
    world.revocation_list("worker.list", 2, |list| {
        list.key(&worker).issued_before("https://acme.example/bob", throughline::UnixTime(5))
    });
    world.ok(&format!("{verify} --revocations empty.list"));
    let revoked = "worker.token: link 1: the actor's key is revoked (key-revoked, V903)";
    world.refused(&format!("{verify} --revocations empty.list --revocations worker.list"), revoked);
    world.refused(
        &format!("{verify} --revocations worker.list --revocations empty.list"),
        "empty.list: revocation list: a newer list is held, held 2, number 1 (list-number-lower, V1403)",
    );
    let text = world.ok("inspect worker.list");
    assert!(text.contains("  number       2\n") && text.contains(&format!("  revokes      key {worker}\n")), "{text}");
}

#[test]
fn wrong_key_is_told_before_it_signs() {
    let world = World::with_story("wrong-key");
    let worker = world.thumbprint("worker");
    world.unusable(
        "continue --token root.token --key other.key --credential worker.cred",
        &format!("other.key: not the key that worker.cred is for, which is {worker}"),
    );
    world.unusable(
        &format!("prove --token worker.token --key other.key {AUDIENCE} {GET}"),
        &format!("other.key: not the key of the head (link 1), which is {worker}"),
    );
    world.unusable(
        &format!("hand-over --token root.token --key worker.key --to {SUBJECT}"),
        &format!("worker.key: not the key of the head (link 0), which is {}", world.thumbprint("alice")),
    );
}

#[test]
fn inspect_accounts_for_every_byte() {
    let world = World::with_story("inspect");
    let token = world.read("worker.token");
    let text = world.ok("inspect worker.token");
    assert!(text.starts_with("UNVERIFIED: "), "{text}");
    for line in ["  next         nobody", "  property     hardware = 2", &format!("  to           {SUBJECT}")] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    let json: serde_json::Value = serde_json::from_str(&world.ok("inspect worker.token --json")).unwrap();
    let items = json["items"].as_array().unwrap();
    let kinds: Vec<&str> = items.iter().map(|item| item["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["link", "credential", "hand-over", "link"]);
    let sum: u64 = items.iter().map(|item| item["bytes"].as_u64().unwrap()).sum();
    assert_eq!(usize::try_from(sum), Ok(token.len()));
    assert_eq!((json["verified"].as_bool(), json["size"]["bytes"].as_u64()), (Some(false), Some(sum)));
    assert_eq!(json["items"][0]["claims"]["next"]["contract"]["handover"], true);
    for name in ["worker.cred", "worker.handover", "request.proof"] {
        assert!(world.ok(&format!("inspect {name}")).contains(&format!(", {} bytes at 0\n", world.read(name).len())));
    }
}
