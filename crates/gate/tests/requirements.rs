//! Every kind of requirement: a call that meets it is admitted, and its twin is refused by name.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

#[path = "../../../tests/common/mod.rs"]
mod common;
mod support;

use common::world::{
    ATTESTED, GATEWAY, PLATFORM, by, called, ceiling, consent, consented, context_root, role_root, through_gateway,
    through_stranger, wide_trust,
};
use common::{ALICE, ATTESTER, NOW, ROLE, chain, credential, key, root, window, worker};
use support::{Log, bare, builder, gate, proof_at, refused_by};
use throughline::issue::{Actor, ContinuationBuilder};
use throughline::{AuthorityDemand, OriginForm};
use throughline_gate::{
    Accountable, After, Consent, ConsentQuestion, ConsentUnavailable, Demand, Exclusion, Gate, Hops, Plain,
    Requirement, RoleFrom, WorstTier, Worth,
};

/// What is asked, of which token by which head.
type Asked<'a> = (&'a [u8], &'a str);

/// The first requirement admits and the second refuses, both written by hand.
#[track_caller]
fn twins(gate: &Gate, (token, head): Asked<'_>, met: Requirement, unmet: Requirement, name: &str) {
    assert_eq!(refused_by(gate, token, head, &met), None, "the twin that is met");
    assert_eq!(refused_by(gate, token, head, &unmet), Some(name), "the twin that is not");
    met.check().unwrap();
}

/// One requirement admits the first token and refuses the second.
#[track_caller]
fn tells_apart(gate: &Gate, requirement: &Requirement, met: Asked<'_>, unmet: Asked<'_>, name: &str) {
    assert_eq!(refused_by(gate, met.0, met.1, requirement), None, "the token that meets it");
    assert_eq!(refused_by(gate, unmet.0, unmet.1, requirement), Some(name), "the token that does not");
    requirement.check().unwrap();
}

fn new() -> Requirement {
    Requirement::new()
}

fn role(role: &str) -> Demand {
    Demand::role([role], RoleFrom::attesters([ATTESTER]))
}

#[test]
fn other_proof_or_authority_is_refused_by_the_verifiers_own_steps() {
    let (gate, _) = gate();
    let token = chain(3);
    // Alice, and workers answerable to Alice.
    twins(&gate, (&token, "worker 2"), new().independent(), new().delegated(), "authority-kind");
    twins(&gate, (&token, "worker 2"), new().signed(), new().authority(AuthorityDemand::Delegated), "authority-kind");
    let stranger = through_stranger(2);
    twins(&gate, (&stranger, "stray"), new().delegated(), new().independent(), "authority-kind");
}

#[test]
fn head_in_another_role_or_on_another_word_is_refused() {
    let (gate, _) = gate();
    let token = chain(3);
    let asked = (token.as_slice(), "worker 2");
    twins(&gate, asked, new().head(role(ROLE)), new().head(role("auditor")), "requires-head");
    let on = |from| new().head(Demand::role([ROLE], from));
    twins(
        &gate,
        asked,
        on(RoleFrom::attesters([PLATFORM, ATTESTER])),
        on(RoleFrom::attesters([PLATFORM])),
        "requires-head",
    );
    twins(
        &gate,
        asked,
        on(RoleFrom::accountable(ALICE)),
        on(RoleFrom::accountable("https://bob.example")),
        "requires-head",
    );
    // Nobody vouches for the stranger.
    tells_apart(&gate, &new().head(Demand::Vouched), asked, (&through_stranger(2), "stray"), "requires-head");
    for demand in [role(ROLE), Demand::identifier(["urn:ietf"]), Demand::Fresh] {
        assert_eq!(refused_by(&gate, &through_stranger(2), "stray", &new().head(demand)), Some("requires-head"));
    }
}

#[test]
fn head_without_the_property_or_with_a_worse_one_is_refused() {
    let (gate, _) = gate();
    let token = chain(3);
    let asked = (token.as_slice(), "worker 2");
    let hardware = |from: &str, worth| new().head(Demand::property("hardware", [from], worth));
    let affirming = || Worth::Tier(WorstTier::Affirming);
    twins(&gate, asked, hardware(ATTESTER, affirming()), hardware(PLATFORM, affirming()), "requires-head");
    let equals = |value| Worth::Equals(Plain::Int(value));
    twins(&gate, asked, hardware(ATTESTER, equals(2)), hardware(ATTESTER, equals(3)), "requires-head");
    twins(
        &gate,
        asked,
        hardware(ATTESTER, equals(2)),
        hardware(ATTESTER, Worth::Equals(Plain::Text("2".into()))),
        "requires-head",
    );
    // Of two statements the worse counts: the attester says 2 and the platform 96.
    let root = root().next_anyone().sign(&key("alice")).unwrap();
    let two = |value| {
        let platform = common::world::platform_says(1, "hardware", value);
        let actor = Actor::vouched(&credential(1), ROLE).unwrap().also(&platform).unwrap();
        by(1, ContinuationBuilder::new(&root, actor, window()))
    };
    let both = new().head(Demand::property("hardware", [ATTESTER, PLATFORM], affirming()));
    tells_apart(&gate, &both, (&two(2), "worker 1"), (&two(96), "worker 1"), "requires-head");
}

#[test]
fn attestation_that_was_not_made_for_this_step_is_refused() {
    let (gate, _) = gate();
    let (fresh, stale) = (context_root().sign(&key("agent")).unwrap(), role_root().sign(&key("agent")).unwrap());
    tells_apart(&gate, &new().head(Demand::Fresh), (&fresh, "agent"), (&stale, "agent"), "requires-head");
    let hardware = |fresh| Demand::Property {
        name: "hardware".into(),
        attesters: vec![ATTESTER.into()],
        worth: Worth::Tier(WorstTier::Affirming),
        fresh,
    };
    twins(&gate, (&stale, "agent"), new().head(hardware(false)), new().head(hardware(true)), "requires-head");
    tells_apart(&gate, &new().head(hardware(true)), (&fresh, "agent"), (&stale, "agent"), "requires-head");
}

#[test]
fn head_under_another_namespace_or_entity_is_refused() {
    let (gate, _) = gate();
    let token = chain(2);
    let asked = (token.as_slice(), "worker 1");
    let under = |one: &str| new().head(Demand::identifier([one]));
    twins(
        &gate,
        asked,
        under("spiffe://prod.example/ns/calendar"),
        under("spiffe://prod.example/ns/cal"),
        "requires-head",
    );
    let answering = |one| new().head(Demand::Accountable(vec![one]));
    let exact = |one: &str| answering(Accountable::Exact(one.into()));
    twins(&gate, asked, exact(ALICE), exact("https://alice.example/team"), "requires-head");
    let within = |one: &str| answering(Accountable::Namespace { namespace: one.into() });
    twins(&gate, asked, within(ALICE), within("https://bob.example"), "requires-head");
}

#[test]
fn head_that_nobody_called_by_name_is_refused() {
    let (gate, _) = gate();
    tells_apart(
        &gate,
        &new().head(Demand::HandedOver),
        (&called(3), "worker 2"),
        (&chain(3), "worker 2"),
        "requires-head",
    );
}

#[test]
fn path_without_the_hop_that_is_wanted_is_refused() {
    let (gate, _) = gate();
    let pinned = Demand::identifier([GATEWAY]);
    let through = new().some_hop(pinned.clone(), Hops::after(After::Origin));
    tells_apart(&gate, &through, (&through_gateway(3), "worker 2"), (&chain(3), "worker 2"), "requires-some-hop");
    // It is not the head that is meant, where the stretch ends before it.
    let before = new().some_hop(pinned, Hops::after(After::Origin).before_head());
    tells_apart(
        &gate,
        &before,
        (&through_gateway(3), "worker 2"),
        (&through_gateway(2), "gateway"),
        "requires-some-hop",
    );
}

#[test]
fn path_with_a_hop_that_is_not_what_all_must_be_is_refused() {
    let (gate, _) = gate();
    let every = new().every_hop(role(ROLE), Hops::after(After::Origin));
    tells_apart(&gate, &every, (&chain(3), "worker 2"), (&through_stranger(3), "worker 2"), "requires-every-hop");
    // The origin acts as owner.
    let all = new().every_hop(role(ROLE), Hops::all());
    tells_apart(&gate, &every, (&chain(3), "worker 2"), (&through_stranger(2), "stray"), "requires-every-hop");
    assert_eq!(refused_by(&gate, &chain(3), "worker 2", &all), Some("requires-every-hop"));
    // Of no hops every one is: the depth says that there must be some.
    let alone = root().next_anyone().sign(&key("alice")).unwrap();
    assert_eq!(refused_by(&gate, &alone, "alice", &every), None);
    assert_eq!(refused_by(&gate, &alone, "alice", &every.depth(2..)), Some("requires-depth"));
}

#[test]
fn path_with_an_excluded_hop_is_refused() {
    let (gate, _) = gate();
    let token = chain(3);
    let asked = (token.as_slice(), "worker 2");
    let no = |exclusion| new().no_hop(exclusion, Hops::after(After::Origin));
    twins(&gate, asked, no(Exclusion::role(["llm-agent"])), no(Exclusion::role([ROLE])), "requires-no-hop");
    let under = |one: &str| no(Exclusion::identifier([one]));
    twins(&gate, asked, under("spiffe://test.example"), under("spiffe://prod.example"), "requires-no-hop");
    let of = |one: &str| no(Exclusion::Accountable(vec![Accountable::Exact(one.into())]));
    twins(&gate, asked, of("https://bob.example"), of(ALICE), "requires-no-hop");
    let by = |one: &str| no(Exclusion::Attester(vec![one.into()]));
    twins(&gate, asked, by(PLATFORM), by(ATTESTER), "requires-no-hop");
    // The origin is not behind itself.
    twins(
        &gate,
        asked,
        new().no_hop(Exclusion::role(["owner"]), Hops::after(After::Origin)),
        new().no_hop(Exclusion::role(["owner"]), Hops::all()),
        "requires-no-hop",
    );
}

/// Fail closed: nobody says that the stranger is not one of them.
#[test]
fn hop_that_nobody_vouches_for_is_cleared_of_nothing() {
    let (gate, _) = gate();
    let strangers = through_stranger(3);
    for exclusion in [
        Exclusion::role(["llm-agent"]),
        Exclusion::identifier(["spiffe://test.example"]),
        Exclusion::Accountable(vec![Accountable::Exact("https://bob.example".into())]),
        Exclusion::Attester(vec![PLATFORM.into()]),
        Exclusion::Unvouched,
    ] {
        let no = new().no_hop(exclusion, Hops::after(After::Origin));
        tells_apart(&gate, &no, (&chain(3), "worker 2"), (&strangers, "worker 2"), "requires-no-hop");
    }
}

#[test]
fn stretch_begins_behind_a_position_or_a_role_and_not_at_all_without_it() {
    let (gate, _) = gate();
    let strangers = through_stranger(4);
    let asked = (strangers.as_slice(), "worker 3");
    let after = |after| new().no_hop(Exclusion::Unvouched, Hops::after(after));
    // The stranger is at position 1, workers at 2 and 3.
    twins(&gate, asked, after(After::Position(1)), after(After::Position(0)), "requires-no-hop");
    let behind = |role: &str| after(After::Role { role: role.into(), attester: ATTESTER.into() });
    twins(&gate, asked, behind(ROLE), behind("auditor"), "requires-no-hop");
}

#[test]
fn chain_of_another_depth_is_refused() {
    let (gate, _) = gate();
    let token = chain(3);
    let asked = (token.as_slice(), "worker 2");
    twins(&gate, asked, new().depth(3..), new().depth(4..), "requires-depth");
    twins(&gate, asked, new().depth(..=3), new().depth(..=2), "requires-depth");
    twins(&gate, asked, new().depth(..4), new().depth(..3), "requires-depth");
    twins(&gate, asked, new().depth(3..=3), new().depth(2..3), "requires-depth");
}

#[test]
fn origin_of_another_kind_entity_anchor_or_age_is_refused() {
    let (gate, _) = gate();
    let token = chain(2);
    let asked = (token.as_slice(), "worker 1");
    let kinds = |kinds: &[OriginForm]| new().origin_kinds(kinds.iter().copied());
    let (human, machines) = ([OriginForm::Identity], [OriginForm::Role, OriginForm::Context]);
    twins(&gate, asked, kinds(&human), kinds(&machines), "requires-origin-kind");
    let agent = role_root().sign(&key("agent")).unwrap();
    twins(&gate, (&agent, "agent"), kinds(&machines), kinds(&human), "requires-origin-kind");
    let of = |entity: &str| new().origin_accountable([Accountable::Exact(entity.into())]);
    twins(&gate, asked, of(ALICE), of("https://bob.example"), "requires-origin-accountable");
    let on = |anchor: &str| new().origin_anchors([anchor]);
    twins(&gate, asked, on("alice"), on(ATTESTED), "requires-origin-anchor");
    // The root was made 60 s ago, and clocks may differ by 30.
    twins(&gate, asked, new().origin_max_age(30), new().origin_max_age(29), "requires-origin-age");
}

#[test]
fn request_beyond_the_routes_own_limits_is_refused() {
    let (gate, _) = gate();
    let token = chain(2);
    let asked = (token.as_slice(), "worker 1");
    let within = |resource: &str| new().within(ceiling("calendar.read", resource));
    twins(&gate, asked, within("calendar/*"), within("calendar/bob/*"), "requires-limits");
    let days = |most: i64| {
        let limits =
            format!(r#"[{{"action": "calendar.*", "resource": "*", "limits": {{"days": {{"range": [1, {most}]}}}}}}]"#);
        Requirement::from_json(&format!(r#"{{"limits": {limits}}}"#)).unwrap()
    };
    twins(&gate, asked, days(7), days(6), "requires-limits");
}

#[test]
fn origin_without_consent_is_refused() {
    let (gate, _) = gate();
    let given = consented().next_anyone().sign(&key("alice")).unwrap();
    let token = root().next_anyone().sign(&key("alice")).unwrap();
    tells_apart(&gate, &new().consent_present(), (&given, "alice"), (&token, "alice"), "requires-consent");
}

#[test]
fn consent_that_the_store_does_not_confirm_is_refused() {
    let given = consented().next_anyone().sign(&key("alice")).unwrap();
    let resolved = new().consent_resolved();
    let with = |answer: Result<Consent, ConsentUnavailable>| {
        let store = move |question: &ConsentQuestion<'_>| {
            assert_eq!((question.digest, question.accountable), (consent(), ALICE));
            assert_eq!(
                (question.action, question.resource, question.now),
                ("calendar.read", "calendar/alice/work", NOW)
            );
            answer.clone()
        };
        builder(wide_trust(), &Log::default()).consents(store).build()
    };
    let verdict = |gate: &Gate| refused_by(gate, &given, "alice", &resolved);
    assert_eq!(verdict(&with(Ok(Consent::Given))), None);
    assert_eq!(verdict(&with(Ok(Consent::Unknown))), Some("requires-consent-known"));
    assert_eq!(verdict(&with(Ok(Consent::Withdrawn))), Some("requires-consent-given"));
    assert_eq!(verdict(&with(Err(ConsentUnavailable("timed out".into())))), Some("consent-unavailable"));
    // Without a store nobody can confirm.
    assert_eq!(verdict(&gate().0), Some("consent-unavailable"));
}

/// A store is asked only when everything else is met.
#[test]
fn store_is_not_asked_about_a_call_that_is_refused_anyway() {
    let store = |_: &ConsentQuestion<'_>| -> Result<Consent, ConsentUnavailable> { panic!("asked") };
    let gate = builder(wide_trust(), &Log::default()).consents(store).build();
    let given = consented().next_anyone().sign(&key("alice")).unwrap();
    let resolved = new().consent_resolved().depth(2..);
    assert_eq!(refused_by(&gate, &given, "alice", &resolved), Some("requires-depth"));
}

#[test]
fn texts_name_what_was_wanted_and_what_there_is() {
    let (gate, _) = gate();
    let token = chain(3);
    let told = |requirement: &Requirement, nonce| {
        let proof = proof_at(&token, "worker 2", nonce, NOW);
        gate.decide(&bare(requirement).carrying(Some(&token), Some(&proof))).unwrap_err().to_string()
    };
    let who = worker(2);
    for (requirement, expected) in [
        (new().depth(4..), "token: 3 hops, where the route allows at least 4".to_owned()),
        (
            new().head(Demand::property("hardware", [PLATFORM], Worth::Tier(WorstTier::Warning))),
            format!(
                "link 2: the route wants property hardware warning or better, on the word of {PLATFORM}; \
                 it is {who}: 2 by {ATTESTER}"
            ),
        ),
        (
            new().no_hop(Exclusion::role([ROLE]), Hops::after(After::Position(1))),
            format!("link 2: {who} acts in role {ROLE}, which the route excludes"),
        ),
        (
            new().origin_kinds([OriginForm::Role]),
            "link 0: the origin's kind is identity, where the route wants role".to_owned(),
        ),
        (
            new().origin_max_age(0),
            format!("link 0: the root was made at {}, more than 0 s before {NOW}", NOW.minus(60)),
        ),
    ] {
        assert_eq!(told(&requirement, 40), expected);
    }
}

#[test]
fn requirement_from_a_file_is_the_one_made_by_hand() {
    let written = r#"{
        "proof": "signed",
        "authority": "delegated",
        "limits": [{"action": "calendar.*", "resource": "calendar/*"}],
        "depth": {"least": 2, "most": 5},
        "origin": {
            "kinds": ["identity", "context"],
            "accountable": ["https://alice.example", {"namespace": "https://acme.example"}],
            "anchors": ["alice"],
            "max_age": 300
        },
        "head": [
            {"role": {"in": ["reader"], "from": {"attesters": ["https://attest.alice.example"]}}},
            {"property": {"name": "hardware", "attesters": ["https://platform.example"], "is": {"tier": "affirming"}}},
            "vouched",
            {"identifier": ["spiffe://prod.example"]}
        ],
        "path": [
            {"no": {"role": ["llm-agent"]}, "after": "origin"},
            {"every": "vouched", "before_head": true},
            {"some": "handed_over", "after": {"role": {"role": "gateway", "attester": "https://attest.alice.example"}}}
        ],
        "consent": "resolved"
    }"#;
    let attester = ATTESTER.to_owned();
    let by_hand = new()
        .signed()
        .delegated()
        .within(ceiling("calendar.*", "calendar/*"))
        .depth(2..=5)
        .origin_kinds([OriginForm::Identity, OriginForm::Context])
        .origin_accountable([
            Accountable::Exact(ALICE.into()),
            Accountable::Namespace { namespace: "https://acme.example".into() },
        ])
        .origin_anchors(["alice"])
        .origin_max_age(300)
        .head(Demand::role(["reader"], RoleFrom::attesters([ATTESTER])))
        .head(Demand::property("hardware", [PLATFORM], Worth::Tier(WorstTier::Affirming)))
        .head(Demand::Vouched)
        .head(Demand::identifier(["spiffe://prod.example"]))
        .no_hop(Exclusion::role(["llm-agent"]), Hops::after(After::Origin))
        .every_hop(Demand::Vouched, Hops::all().before_head())
        .some_hop(Demand::HandedOver, Hops::after(After::Role { role: "gateway".into(), attester }))
        .consent_resolved();
    assert_eq!(Requirement::from_json(written).unwrap(), by_hand);
    assert_eq!(Requirement::from_json("{}").unwrap(), new());
}

#[test]
fn requirement_that_is_not_written_right_is_refused() {
    for (wrong, expected) in [
        (r#"{"role": "reader"}"#, "unknown field `role`"),
        (r#"{"depth": {"min": 1}}"#, "unknown field `min`"),
        (r#"{"depth": {"least": 3, "most": 2}}"#, "the least is above the most"),
        (r#"{"depth": {"most": 0}}"#, "a chain has at least its root"),
        (r#"{"proof": "any", "proof": "signed"}"#, "duplicate field `proof`"),
        (r#"{"head": [{"role": {"in": ["reader"]}}]}"#, "missing field `from`"),
        (r#"{"head": [{"role": {"in": [], "from": {"attesters": ["https://a.example"]}}}]}"#, "head: an empty list"),
        (
            r#"{"head": [{"property": {"name": "a", "attesters": ["https://a.example"], "is": {"tier": "affirming"}, "freshly": true}}]}"#,
            "unknown field `freshly`",
        ),
        (r#"{"head": [{"identifier": ["calendar"]}]}"#, "is no namespace"),
        (r#"{"path": [{"no": {"role": ["x"]}, "every": "vouched"}]}"#, "exactly one of"),
        (r#"{"path": [{"after": "origin"}]}"#, "exactly one of"),
        (r#"{"path": [{"no": {"role": []}}]}"#, "path: an empty list"),
        (r#"{"limits": [{"action": "**", "resource": "x"}]}"#, "limits:"),
        (r#"{"consent": "yes"}"#, "unknown variant `yes`"),
    ] {
        let error = Requirement::from_json(wrong).expect_err(wrong).to_string();
        assert!(error.contains(expected), "{wrong}: {error}");
    }
}
