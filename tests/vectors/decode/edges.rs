//! Accepted exactly at the edge of what stage 2 allows, and every feature of the encoding at least once.

use ciborium::Value;
use throughline::issue::{ContinuationBuilder, CredentialBuilder, Grant, GrantList};
use throughline::{Digest, ErrorKind, Part, Property};

use super::sizes::identifier;
use crate::common::cbor::{OURS, bytes, cose_key, int, map, set, text};
use crate::common::forge::Forge;
use crate::common::world::{agreement_key, by, called, platform_credential, vouched};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, chain, contract, key, public, root, window, worker};
use crate::suite::{Edit as _, Scenario, Suite};

pub(super) fn publish(suite: &mut Suite) {
    longest_texts(suite);
    highest_counts(suite);
    integers(suite);
    times(suite);
    nonces(suite);
    properties(suite);
    next(suite);
    sets(suite);
}

fn edge(suite: &mut Suite, id: &str, step: &str, what: &str, token: &[u8]) {
    suite.accept("limits", id, what, Scenario::verify(token).flag("edge").step(step));
}

/// A chain of links with one change.
fn changed(links: u8, change: impl FnOnce(&mut Forge)) -> Vec<u8> {
    let mut forge = Forge::of(&chain(links));
    change(&mut forge);
    forge.token()
}

fn longest_texts(suite: &mut Suite) {
    let root_says = |path: &[i64], value: Value| changed(2, |forge| forge.link(0).message.put(path, value));
    let long = |len: usize| "x".repeat(len);
    let what = "An exact identifier of 512 bytes in next.";
    let token = changed(2, |forge| forge.link(1).message.put(&[OURS, 5], identifier(512)));
    edge(suite, "identifier-of-512", "V209", what, &token);
    let what = "An exact identifier of 512 bytes in next, an https URI.";
    let uri = format!("{:x<512}", "https://alice.example/");
    let token = changed(2, |forge| forge.link(1).message.put(&[OURS, 5], text(&uri)));
    edge(suite, "https-identifier-of-512", "V209", what, &token);
    let grant = |action: &str, resource: &str| Value::Array(vec![Value::Array(vec![text(action), text(resource)])]);
    let token = root_says(&[OURS, 4], grant(&format!("calendar.{}", long(119)), "calendar/alice/work"));
    edge(suite, "action-of-128", "V209", "An action pattern of 128 bytes.", &token);
    let token = root_says(&[OURS, 4], grant("calendar.read", &format!("calendar/{}", long(1_015))));
    edge(suite, "resource-of-1024", "V209", "A resource pattern of 1,024 bytes.", &token);
    let limited = |name: &str, limit: Value| {
        let limits = Value::Map(vec![(text(name), limit)]);
        Value::Array(vec![Value::Array(vec![text("calendar.read"), text("calendar/alice/work"), limits])])
    };
    let equals = |value: Value| Value::Array(vec![int(0), value]);
    let token = root_says(&[OURS, 4], limited(&long(128), equals(int(1))));
    edge(suite, "argument-of-128", "V209", "An argument's name of 128 bytes.", &token);
    let token = root_says(&[OURS, 4], limited("days", equals(text(&long(1_024)))));
    edge(suite, "value-of-1024", "V209", "A text value of 1,024 bytes in a limit.", &token);
    let token = root_says(&[OURS, 4], limited("days", equals(text(""))));
    edge(suite, "value-of-0", "V209", "An empty text as the value of a limit: only there may a text be empty.", &token);
    let token = root_says(&[OURS, 4], limited("days", Value::Array(vec![int(3), text(&long(1_024))])));
    edge(suite, "prefix-of-1024", "V209", "A prefix of 1,024 bytes.", &token);
    let token = root_says(&[OURS, 4], Value::Array(Vec::new()));
    edge(suite, "no-grants", "V209", "No grants: nothing may be done, and nothing is wrong.", &token);

    let role = "r".repeat(128);
    let builder = CredentialBuilder::new(
        (public("attester"), ATTESTER),
        &worker(1),
        *public("worker 1").key(),
        ALICE,
        (NOW.minus(HOUR), NOW.plus(2 * HOUR)),
    );
    let credential = builder.role(&role).sign(&key("attester")).unwrap();
    let first = root().next_identifier(&worker(1)).sign(&key("alice")).unwrap();
    let actor = throughline::issue::Actor::vouched(&credential, &role).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    let mut trust = crate::bundles::wide();
    crate::bundles::push(&mut trust["attesters"][0]["roles"], serde_json::Value::from(role));
    let scenario = Scenario::verify(token).trust(trust).flag("edge").step("V209");
    suite.accept("limits", "role-of-128", "A role of 128 bytes, vouched for and acted in.", scenario);
}

fn highest_counts(suite: &mut Suite) {
    let digests = |n: u8| set((0..n).map(|n| bytes(Digest::of(&[&[n]]).as_bytes())));
    let token = changed(2, |forge| forge.link(0).message.put(&[OURS, 12], digests(8)));
    edge(suite, "evidence-of-8", "V209", "Evidence of eight links.", &token);
    let token = changed(2, |forge| {
        let grants = (1..=16).map(|n| Value::Array(vec![text(&format!("calendar.a{n:02}")), text("calendar/alice/x")]));
        forge.link(0).message.put(&[OURS, 4], set(grants));
    });
    edge(suite, "grants-of-16", "V209", "Sixteen grants in a link.", &token);
    let token = changed(2, |forge| {
        let limits = (0..8).map(|n| (text(&format!("a{n}")), Value::Array(vec![int(0), int(n)]))).collect();
        let grant = Value::Array(vec![text("calendar.read"), text("calendar/alice/x"), Value::Map(limits)]);
        forge.link(0).message.put(&[OURS, 4], Value::Array(vec![grant]));
    });
    edge(suite, "limits-of-8", "V209", "Eight limits in a grant.", &token);
    let token = changed(2, |forge| {
        let listed = Value::Array(vec![int(1), set((0..16).map(int))]);
        forge.link(0).message.put(&[OURS, 4, 0, 2, 0], listed);
    });
    edge(suite, "values-of-16", "V209", "A limit that lists sixteen values.", &token);
    let names = |n: usize| (1..n).map(|n| text(&format!("r{n:03}"))).chain([text(ROLE)]);
    let attesters = (1..8).map(|n| text(&format!("https://{n}.example"))).chain([text(ATTESTER)]);
    let token = changed(2, |forge| {
        let demand = Value::Array(vec![set(names(8)), set(attesters)]);
        forge.link(0).message.put(&[OURS, 5], map([(2, demand)]));
    });
    edge(suite, "role-demand-of-8-and-8", "V209", "A role demand with eight roles and eight attesters.", &token);
    let token = changed(2, |forge| {
        let attester = || Value::Array(vec![text(ATTESTER)]);
        let demand = |value: i64| Value::Array(vec![text("hardware"), attester(), int(1), int(value)]);
        let same = Value::Array(vec![text("hardware"), attester(), int(0), int(2)]);
        let other = |tier: i64| Value::Array(vec![text("executables"), attester(), int(1), int(tier)]);
        let equal = Value::Array(vec![text("executables"), attester(), int(0), int(2)]);
        let demands = [demand(2), demand(32), demand(96), same, other(2), other(32), other(96), equal];
        forge.link(0).message.put(&[OURS, 5], map([(3, set(demands))]));
    });
    edge(suite, "property-demands-of-8", "V209", "A contract with eight property demands, all of which hold.", &token);
    let mut actor = vouched(1);
    for value in 2..6 {
        actor = actor.also(&crate::common::world::platform_says(1, "runtime-opaque", value)).unwrap();
    }
    let first = root().next_identifier(&worker(1)).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    edge(suite, "also-of-4", "V209", "Four further credentials.", &token);
    sixteen_facts(suite);
}

fn sixteen_facts(suite: &mut Suite) {
    let mut builder = CredentialBuilder::new(
        (public("attester"), ATTESTER),
        &worker(1),
        *public("worker 1").key(),
        ALICE,
        (NOW.minus(HOUR), NOW.plus(2 * HOUR)),
    );
    let mut trust = crate::bundles::wide();
    for n in 1..=16 {
        let (role, property) = (format!("role {n}"), format!("property {n}"));
        builder = builder.role(&role).property(&property, Property::Int(n));
        crate::bundles::push(&mut trust["attesters"][0]["roles"], role.into());
        crate::bundles::push(&mut trust["attesters"][0]["properties"], property.into());
    }
    let credential = builder.sign(&key("attester")).unwrap();
    let scenario = Scenario::take_credential(credential).trust(trust).flag("edge").step("V209");
    suite.accept("known", "roles-and-properties-of-16", "Sixteen roles and sixteen properties.", scenario);
}

fn integers(suite: &mut Suite) {
    for (id, lo, hi, what) in [
        ("range-of-everything", i64::MIN, i64::MAX, "A range from −2⁶³ to 2⁶³ − 1."),
        ("range-of-the-lowest", i64::MIN, i64::MIN, "A range of −2⁶³ alone."),
        ("range-of-the-highest", i64::MAX, i64::MAX, "A range of 2⁶³ − 1 alone."),
        ("range-of-one", 1, 1, "A range of one integer."),
    ] {
        let range = Value::Array(vec![int(2), int(lo), int(hi)]);
        let token = changed(2, |forge| forge.link(0).message.put(&[OURS, 4, 0, 2, 0], range));
        edge(suite, id, "V207", what, &token);
    }
    // Integers at which the heads of their encodings change length.
    for n in [23_i64, 24, 255, 256, 65_535, 65_536, 4_294_967_295, 4_294_967_296] {
        let equals = set([int(n), int(-1 - n)]);
        let limit = Value::Array(vec![int(1), equals]);
        let token = changed(2, |forge| forge.link(0).message.put(&[OURS, 4, 0, 2, 0], limit));
        let what = format!("A limit that lists {n} and {}, in their shortest encodings.", -1 - n);
        edge(suite, &format!("integer-{n}"), "V205", &what, &token);
    }
}

fn times(suite: &mut Suite) {
    let time = |seconds: u64| Value::Integer(seconds.into());
    let token = changed(2, |forge| {
        let message = &mut forge.link(1).message;
        message.put(&[6], time(NOW.0));
        message.put(&[4], time(NOW.0 + 1));
    });
    edge(suite, "window-of-one-second", "V235", "A link valid for one second.", &token);
    let token = changed(2, |forge| {
        let message = &mut forge.link(1).message;
        let exp = message.get(&[4]);
        message.put(&[5], time(u64::try_from(i128::from(exp.as_integer().unwrap())).unwrap() - 1));
        message.put(&[6], time(NOW.0 - 60));
    });
    let now = NOW.plus(HOUR - 1);
    let scenario = Scenario::verify(token).now(now).flag("edge").step("V235");
    suite.accept("limits", "nbf-a-second-before-exp", "nbf a second before exp, verified in that second.", scenario);
    let token = changed(2, |forge| {
        for n in 0..2 {
            forge.link(n).message.put(&[5], time(NOW.0 - 60));
        }
    });
    edge(suite, "nbf-at-iat", "V235", "nbf is iat.", &token);
    let token = changed(1, |forge| forge.link(0).message.put(&[4], int(i64::MAX)));
    edge(suite, "exp-2-to-the-63-less-1", "V207", "A root that ends at 2⁶³ − 1.", &token);
    let token = changed(1, |forge| forge.link(0).message.put(&[6], int(0)));
    edge(suite, "iat-zero", "V207", "A root issued at 0.", &token);
}

fn nonces(suite: &mut Suite) {
    for len in [8, 64] {
        let mut forge = Forge::of(&called(3));
        forge.credential(1).message.put(&[10], bytes(&vec![7; len]));
        let what = format!("An eat_nonce of {len} bytes.");
        edge(suite, &format!("eat-nonce-of-{len}"), "V209", &what, &forge.token());
    }
}

/// Every type of property, at the edge of its bounds.
fn properties(suite: &mut Suite) {
    let long = "x".repeat(1_024);
    for (id, value, what) in [
        ("text-of-1024", Property::Text(&long), "a text of 1,024 bytes"),
        ("text-of-1", Property::Text("x"), "a text of one byte"),
        ("bytes-of-1024", Property::Bytes(&[7; 1_024]), "1,024 bytes"),
        ("bytes-of-0", Property::Bytes(&[]), "no bytes"),
        ("true", Property::Bool(true), "true"),
        ("false", Property::Bool(false), "false"),
        ("lowest", Property::Int(i64::MIN), "−2⁶³"),
        ("highest", Property::Int(i64::MAX), "2⁶³ − 1"),
        ("outside-every-tier", Property::Int(-1), "−1, which is in no tier"),
    ] {
        let credential = CredentialBuilder::new(
            (public("attester"), ATTESTER),
            &worker(1),
            *public("worker 1").key(),
            ALICE,
            (NOW.minus(HOUR), NOW.plus(2 * HOUR)),
        );
        let credential = credential.property("hardware", value).sign(&key("attester")).unwrap();
        let what = format!("A property is {what}.");
        let scenario = Scenario::take_credential(credential).flag("edge").step("V209");
        suite.accept("known", &format!("property-{id}"), &what, scenario);
    }
}

/// Every kind of `next` and `require` in the head, where nothing has to meet it.
fn next(suite: &mut Suite) {
    let attester = || Value::Array(vec![text(ATTESTER)]);
    let demand = |test: i64, value: Value| {
        map([(3, Value::Array(vec![Value::Array(vec![text("hardware"), attester(), int(test), value])]))])
    };
    let yes = || Value::Bool(true);
    let kinds = [
        ("exact-key", bytes(public("bob").thumbprint().as_bytes()), "an exact key"),
        ("exact-identifier", text(&worker(9)), "an exact identifier"),
        ("thumbprint-uri", text(&super::keys::uri("bob")), "the identifier of an unvouched actor"),
        ("anyone", yes(), "anyone"),
        ("namespace", map([(1, text("https://acme.example/calendar"))]), "a namespace"),
        ("did-namespace", map([(1, text("did:web:acme.example"))]), "a DID as namespace"),
        ("arn-namespace", map([(1, text("arn:aws:iam::123456789012"))]), "an ARN without its resource as namespace"),
        ("other-uri-namespace", map([(1, text("urn:example:calendar"))]), "another URI as namespace"),
        ("x509-namespace", map([(1, text("CN=calendar,O=Acme"))]), "an X.509 name as namespace"),
        (
            "role-of-attesters",
            map([(2, Value::Array(vec![Value::Array(vec![text(ROLE)]), attester()]))]),
            "a role vouched for by attesters",
        ),
        (
            "role-of-an-entity",
            map([(2, Value::Array(vec![Value::Array(vec![text(ROLE)]), text(ALICE)]))]),
            "a role vouched for by whoever speaks of an entity",
        ),
        ("equals-integer", demand(0, int(-2)), "a property equal to an integer"),
        ("equals-text", demand(0, text("v1.2")), "a property equal to a text"),
        ("equals-bool", demand(0, Value::Bool(false)), "a property equal to false"),
        ("equals-bytes", demand(0, bytes(&[])), "a property equal to no bytes"),
        ("tier-affirming", demand(1, int(2)), "a property at least affirming"),
        ("tier-warning", demand(1, int(32)), "a property no worse than a warning"),
        ("tier-contraindicated", demand(1, int(96)), "a property no worse than contraindicated"),
        ("fresh", map([(4, yes())]), "a fresh attestation"),
        ("handover", map([(5, yes())]), "a hand-over"),
    ];
    for (id, next, what) in kinds {
        let token = changed(2, |forge| forge.link(1).message.put(&[OURS, 5], next));
        let scenario = Scenario::verify(token).flag("feature");
        suite.accept("features", &format!("next-{id}"), &format!("The head's next is {what}."), scenario);
    }
    for (id, require, what) in [
        ("vouched", map([(6, yes())]), "vouched actors"),
        ("last-zero", map([(7, int(0))]), "a last position of 0"),
        ("last-highest", map([(7, int(i64::MAX))]), "a last position of 2⁶³ − 1"),
        (
            "everything",
            {
                let mut all =
                    map([(1, text("spiffe://prod.example")), (4, yes()), (5, yes()), (6, yes()), (7, int(15))]);
                crate::common::cbor::put(
                    &mut all,
                    &[2],
                    Value::Array(vec![Value::Array(vec![text(ROLE)]), attester()]),
                );
                let tier = crate::common::cbor::at(&mut demand(1, int(2)), &[3]).clone();
                crate::common::cbor::put(&mut all, &[3], tier);
                all
            },
            "every kind of demand",
        ),
    ] {
        let token = changed(2, |forge| forge.link(1).message.put(&[OURS, 6], require));
        let scenario = Scenario::verify(token).flag("feature");
        suite.accept(
            "features",
            &format!("require-{id}"),
            &format!("The head requires {what} of later links."),
            scenario,
        );
    }
    let limits = [
        ("equals-integer", Value::Array(vec![int(0), int(-1)]), "equals an integer"),
        ("equals-text", Value::Array(vec![int(0), text("caf\u{e9}")]), "equals a text beyond ASCII"),
        ("equals-bool", Value::Array(vec![int(0), Value::Bool(false)]), "equals a bool"),
        (
            "one-of-types",
            Value::Array(vec![int(1), set([int(1), text("one"), yes()])]),
            "is one of values of each type",
        ),
        ("range", Value::Array(vec![int(2), int(-5), int(5)]), "lies in a range"),
        (
            "prefix",
            Value::Array(vec![int(3), text("https://files.example/a")]),
            "begins with a prefix that has a scheme",
        ),
    ];
    for (id, limit, what) in limits {
        let token = changed(2, |forge| forge.link(0).message.put(&[OURS, 4, 0, 2, 0], limit));
        let scenario = Scenario::verify(token).flag("feature");
        suite.accept("features", &format!("limit-{id}"), &format!("An argument {what}."), scenario);
    }
    let token = changed(2, |forge| {
        let message = &mut forge.link(1).message;
        message.put(&[5], int(i64::try_from(NOW.0).unwrap()));
        message.put(&[OURS, 9], cose_key(agreement_key("worker 1").public().key()));
        message.put(&[OURS, 10], bytes(Digest::of(&[b"task"]).as_bytes()));
        message.put(&[OURS, 12], set([bytes(Digest::of(&[b"evidence"]).as_bytes())]));
        message.put(&[OURS, 13], bytes(Digest::of(&[b"cause"]).as_bytes()));
    });
    let what = "A later link with nbf, agree, task, evidence and cause.";
    suite.accept("features", "optional-claims", what, Scenario::verify(token).flag("feature"));
    let both = GrantList::new([Grant::new("calendar.read", "calendar/alice/*").range("days", 1, 7)]).unwrap();
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()).grants(both));
    let what = "A later link that narrows and names a further credential.";
    suite.accept("features", "narrowed-with-also", what, Scenario::verify(token).flag("feature"));
}

/// A set in the bytewise order of its encodings, which is neither that of numbers nor the one with shorter ones first.
fn sets(suite: &mut Suite) {
    let listed = |values: Vec<Value>| Value::Array(vec![int(1), Value::Array(values)]);
    let path: &[i64] = &[OURS, 4, 0, 2, 0];
    let token = changed(2, |forge| forge.link(0).message.put(path, listed(vec![int(24), int(-1)])));
    let what = "A limit that lists 24 and −1 in the bytewise order of their encodings, 18 18 and 20.";
    suite.accept("decode", "set-in-bytewise-order", what, Scenario::verify(token).flag("edge").step("V212"));
    let mut byte = 0;
    let what =
        "Root: a limit lists 20 and 18 18: in the order of numbers, and the shorter encoding first as in RFC 7049.";
    suite
        .spoil("set-in-bytewise-order", "v212-length-first-order", ErrorKind::SetOrder, Part::Link(0), what, |vector| {
            vector.forge(|forge| {
                forge.link(0).message.put(path, listed(vec![int(-1), int(24)]));
                let offset = forge.link(0).message.offset(&[path, &[1, 1]].concat());
                byte = forge.claims_at(Part::Link(0)) + offset;
            });
        })
        .byte(byte);
}
