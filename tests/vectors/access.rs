//! Stage 10, V1010–V1012: the request is well-formed, granted, and under authority of the kind demanded.

mod limits;

use serde_json::json;
use throughline::issue::{ContinuationBuilder, Grant, GrantList, RootBuilder};
use throughline::{ErrorKind, Part};
use throughline_conformance::{Authority, Demands, Named, RequestOf};

use crate::accept::continued;
use crate::authority::boundless;
use crate::common::cbor::{OURS, text};
use crate::common::forge::Forge;
use crate::common::world::{by, context_root, hop, role_root, vouched};
use crate::common::{alice, contract, key, origin, proof, root, window, worker};
use crate::proof::{MAC, SIGNED};
use crate::suite::{Edit, Scenario, Suite, named, request};
use crate::tokens::{chain, through_gateway, through_stranger};

pub(crate) fn publish(suite: &mut Suite) {
    actions(suite);
    resources(suite);
    arguments(suite);
    not_granted(suite);
    limits::publish(suite);
    unions(suite);
    narrowed_heads(suite);
    provenance_is_no_authority(suite);
    policies(suite);
}

/// Root and worker 1 under these grants, with worker 1's proof, asked for something.
fn under(grants: impl IntoIterator<Item = Grant>, action: &str, resource: &str, arguments: Vec<Named>) -> Scenario {
    let builder = RootBuilder::new(alice(), &origin(), window(), GrantList::new(grants).unwrap());
    let token = builder.next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()));
    let made = proof(&token, "worker 1", 1);
    let asked = RequestOf { action: action.to_owned(), resource: resource.to_owned(), arguments, ..request() };
    Scenario::admit(token, made).trust(boundless()).request(asked).flag("request").flag("feature")
}

fn everything(action: &str, resource: &str, arguments: Vec<Named>) -> Scenario {
    under([Grant::new("*", "*")], action, resource, arguments).step("V1010")
}

fn spoil(suite: &mut Suite, twin: &str, id: &str, kind: ErrorKind, what: &str, ask: impl FnOnce(&mut RequestOf)) {
    suite.spoil(twin, id, kind, Part::Request, what, |vector| vector.edit_request(ask)).flags(&["request"]);
}

/// V1010
fn actions(suite: &mut Suite) {
    let longest = "x".repeat(128);
    for (id, action) in [
        ("plain", "calendar.read"),
        ("one-segment", "list"),
        ("longest", longest.as_str()),
        ("all-visible", "!~/:%.<>@"),
    ] {
        let scenario = everything(action, "calendar/alice/work", vec![]);
        suite.accept(
            "authority",
            &format!("action-{id}"),
            "A well-formed action under a grant of everything.",
            scenario,
        );
    }
    let longer = "x".repeat(129);
    for (id, action) in [
        ("empty", ""),
        ("wildcard", "*"),
        ("wildcard-at-the-end", "calendar.*"),
        ("wildcard-inside", "calendar.*.read"),
        ("star-in-a-segment", "calendar.re*d"),
        ("dot-at-the-end", "calendar."),
        ("dot-in-front", ".read"),
        ("two-dots", "calendar..read"),
        ("space", "calendar read"),
        ("tab", "calendar\tread"),
        ("no-ascii", "calendar.l\u{e9}ger"),
        ("delete", "calendar.\u{7f}"),
        ("too-long", longer.as_str()),
    ] {
        let what = format!("The action is not well-formed, under a grant of everything: {}.", id.replace('-', " "));
        spoil(suite, "action-plain", &format!("action-with-{id}"), ErrorKind::RequestInvalid, &what, |request| {
            request.action = action.to_owned();
        });
    }
}

/// V1010
fn resources(suite: &mut Suite) {
    let longest = format!("a/{}", "x".repeat(1022));
    for (id, resource) in [
        ("plain", "calendar/alice/work"),
        ("one-segment", "calendar"),
        ("anchored", "/calendar/alice"),
        ("with-a-scheme", "https://calendar.example/alice"),
        ("longest", longest.as_str()),
        ("with-an-escape", "calendar/a%20b"),
        ("with-three-dots", "calendar/.../x"),
        ("with-a-dot-in-a-segment", "calendar/.well-known/a..b"),
        ("with-a-semicolon", "calendar/x;.."),
        ("no-ascii", "calendar/\u{fc}\u{30ab}"),
        ("with-a-space", "calendar/alice and bob"),
    ] {
        let scenario = everything("read", resource, vec![]);
        let what = "A well-formed resource under a grant of everything.";
        suite.accept("authority", &format!("resource-{id}"), what, scenario);
    }
    let longer = format!("a/{}", "x".repeat(1023));
    for (id, resource) in [
        ("empty", ""),
        ("wildcard", "*"),
        ("wildcard-at-the-end", "calendar/*"),
        ("star-in-a-segment", "calendar/w*rk"),
        ("slash-at-the-end", "calendar/"),
        ("slash-alone", "/"),
        ("empty-segment", "calendar//work"),
        ("two-slashes-in-front", "//calendar"),
        ("dot-segment", "calendar/./work"),
        ("dot-dot-segment", "calendar/../bob"),
        ("dot-dot-semicolon", "calendar/..;/bob"),
        ("dot-dot-semicolon-parameter", "calendar/..;x/bob"),
        ("dot-semicolon", "calendar/.;/bob"),
        ("escaped-dots", "calendar/%2e%2e/bob"),
        ("escaped-dots-upper-case", "calendar/%2E%2E/bob"),
        ("escaped-slash", "calendar/alice%2fbob"),
        ("escaped-slash-upper-case", "calendar/alice%2Fbob"),
        ("escaped-backslash", "calendar/alice%5Cbob"),
        ("escaped-percent", "calendar/%252e%252e/bob"),
        ("escaped-zero", "calendar/alice%00"),
        ("escaped-line-feed", "calendar/alice%0a"),
        ("escaped-delete", "calendar/alice%7f"),
        ("half-an-escape", "calendar/alice%2"),
        ("percent-alone", "calendar/100%"),
        ("escape-of-no-digits", "calendar/%zz"),
        ("backslash", "calendar\\work"),
        ("zero", "calendar/\0"),
        ("line-feed", "calendar/a\nb"),
        ("scheme-alone", "https://"),
        ("scheme-in-upper-case", "HTTPS://calendar.example//x"),
        ("too-long", longer.as_str()),
    ] {
        let what = format!("The resource is not well-formed, under a grant of everything: {}.", id.replace('-', " "));
        spoil(suite, "resource-plain", &format!("resource-with-{id}"), ErrorKind::RequestInvalid, &what, |request| {
            request.resource = resource.to_owned();
        });
    }
}

/// V1010
fn arguments(suite: &mut Suite) {
    let kind = ErrorKind::RequestInvalid;
    let three = vec![named("a", 1), named("b", 1), named("A", 1)];
    let what = "Arguments of three names; one differs only in case.";
    suite.accept("authority", "arguments-of-three-names", what, everything("a", "b", three));
    for (id, twice) in [
        ("of-one-value", vec![named("a", 1), named("b", 1), named("a", 1)]),
        ("of-two-values", vec![named("a", 1), named("a", 2), named("b", 1)]),
        ("of-two-types", vec![named("a", 1), named("a", "1")]),
        ("of-the-empty-name", vec![named("", 1), named("", 1)]),
    ] {
        let what = "An argument's name is given twice.";
        spoil(suite, "arguments-of-three-names", &format!("argument-twice-{id}"), kind, what, |request| {
            request.arguments = twice;
        });
    }
    let many = |count: usize| (0..count).map(|n| named(&format!("a{n}"), true)).collect::<Vec<_>>();
    let scenario = everything("a", "b", many(256)).flag("edge");
    suite.accept("authority", "arguments-256", "As many arguments as there can be.", scenario);
    spoil(suite, "arguments-256", "arguments-257", kind, "An argument too many.", |request| {
        request.arguments = many(257);
    });
    let longest = everything("a", "b", vec![named(&"x".repeat(1024), true)]).flag("edge");
    suite.accept("authority", "argument-name-longest", "An argument's name as long as it can be.", longest);
    let what = "An argument's name is a byte too long.";
    spoil(suite, "argument-name-longest", "argument-name-too-long", kind, what, |request| {
        request.arguments = vec![named(&"x".repeat(1025), true)];
    });
    let any = vec![
        named("", ""),
        named("line\nfeed", "\u{0}"),
        named("long", "x".repeat(20_000)),
        named("least", i64::MIN),
        named("greatest", i64::MAX),
    ];
    let what = "Arguments that no grant limits are not restricted, neither name nor value.";
    suite.accept("authority", "arguments-without-limit", what, everything("a", "b", any));
}

/// V1011 for action and resource.
fn not_granted(suite: &mut Suite) {
    let grants = || [Grant::new("calendar.*", "calendar/alice/*"), Grant::new("mail.read", "mail")];
    for (id, action, resource) in [
        ("by-the-first", "calendar.read", "calendar/alice/work"),
        ("deeply-by-the-first", "calendar.read.all", "calendar/alice/work/today"),
        ("by-the-second", "mail.read", "mail"),
    ] {
        let scenario = under(grants(), action, resource, vec![]).step("V1011");
        suite.accept("authority", &format!("admitted-{id}"), "One of two grants admits the request.", scenario);
    }
    let kind = ErrorKind::RequestNotGranted;
    for (id, action, resource) in [
        ("stem-of-the-action", "calendar", "calendar/alice/work"),
        ("longer-first-segment", "calendars.read", "calendar/alice/work"),
        ("another-case", "Calendar.read", "calendar/alice/work"),
        ("stem-of-the-resource", "calendar.read", "calendar/alice"),
        ("longer-segment", "calendar.read", "calendar/alices/work"),
        ("somebody-elses", "calendar.read", "calendar/bob/work"),
        ("with-a-slash-in-front", "calendar.read", "/calendar/alice/work"),
        ("with-a-scheme", "calendar.read", "https://calendar/alice/work"),
        ("another-case-of-the-resource", "calendar.read", "calendar/Alice/work"),
        ("another-spelling", "calendar.read", "calendar/%61lice/work"),
        ("actions-of-one-resource-of-the-other", "mail.read", "calendar/alice/work"),
        ("resource-of-one-action-of-the-other", "calendar.read", "mail"),
        ("below-an-exact-resource", "mail.read", "mail/x"),
        ("below-an-exact-action", "mail.read.all", "mail"),
    ] {
        let what = format!("No grant admits `{action}` on `{resource}`: both are compared by segments, byte for byte.");
        spoil(suite, "admitted-by-the-first", &format!("request-for-{id}"), kind, &what, |request| {
            (request.action, request.resource) = (action.to_owned(), resource.to_owned());
        });
    }
    let what = "A request that the token of the twin does not grant, with a proof and all.";
    for (twin, id) in [
        (SIGNED, "signed"),
        (MAC, "mac"),
        ("signed-proof-of-a-stranger", "a-strangers"),
        ("signed-proof-of-the-root", "the-roots"),
    ] {
        spoil(suite, twin, &format!("request-not-granted-{id}"), kind, what, |request| {
            request.resource = "calendar/bob/work".to_owned();
        });
    }
}

fn base() -> Grant {
    Grant::new("a", "b")
}

/// One grant must admit all of it.
fn unions(suite: &mut Suite) {
    let halves = || [base().range("n", 1, 9).range("m", 1, 9), base().range("n", 10, 19).range("m", 10, 19)];
    let ask = |n: i64, m: i64| under(halves(), "a", "b", vec![named("n", n), named("m", m)]).step("V1011");
    suite.accept("authority", "arguments-of-the-first-grant", "Both arguments within the first grant.", ask(9, 1));
    suite.accept("authority", "arguments-of-the-second-grant", "Both arguments within the second grant.", ask(10, 19));
    let what = "One argument within one grant, the other within another: one grant must admit the request.";
    let kind = ErrorKind::RequestNotGranted;
    spoil(suite, "arguments-of-the-first-grant", "arguments-of-two-grants", kind, what, |request| {
        request.arguments = vec![named("n", 9), named("m", 10)];
    });
    let mixed = [Grant::new("read", "x"), Grant::new("write", "y")];
    let scenario = under(mixed, "read", "x", vec![]).step("V1011");
    suite.accept("authority", "one-grant-to-read-one-to-write", "What the first grant admits.", scenario);
    let what = "One grant's action on another's resource.";
    spoil(suite, "one-grant-to-read-one-to-write", "write-where-only-read-is-granted", kind, what, |request| {
        request.action = "write".to_owned();
    });
}

/// The head's grants count, not the root's.
fn narrowed_heads(suite: &mut Suite) {
    let home = || RequestOf { resource: "calendar/alice/home".to_owned(), ..request() };
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let narrow = GrantList::new([Grant::new("calendar.read", "calendar/alice/home").range("days", 1, 7)]).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), window()).grants(narrow).next_identifier(&worker(2));
    let narrowed = by(1, builder);
    for (id, token, head) in
        [("in-the-head", narrowed.clone(), "worker 1"), ("before-the-head", hop(&narrowed, 2), "worker 2")]
    {
        let made = proof(&token, head, 1);
        let twin = format!("narrowed-{id}");
        suite.accept(
            "authority",
            &twin,
            "A request within the grants of the head, which a link narrowed.",
            Scenario::admit(token, made).request(home()).step("V1011").flag("request"),
        );
        for (which, resource, days) in
            [("another-resource", "calendar/alice/work", 7), ("another-day", "calendar/alice/home", 8)]
        {
            let what = "A request within the root's grants and outside the head's.";
            let id = format!("{twin}-and-{which}");
            spoil(suite, &twin, &id, ErrorKind::RequestNotGranted, what, |request| {
                request.resource = resource.to_owned();
                request.arguments = vec![named("days", days)];
            });
        }
    }
    let unchanged = by(1, ContinuationBuilder::new(&token, vouched(1), window()));
    let made = proof(&unchanged, "worker 1", 1);
    suite.accept(
        "authority",
        "grants-unchanged",
        "The head states no grants: the root's hold.",
        Scenario::admit(unchanged, made).step("V1011").flag("request").flag("feature"),
    );
}

/// Evidence and cause say where something came from, and grant nothing.
fn provenance_is_no_authority(suite: &mut Suite) {
    let of_other = Forge::of(&chain(1)).link(0).message.digest();
    let own = GrantList::new([Grant::new("calendar.read", "calendar/alice/home")]).unwrap();
    let builder = RootBuilder::new(alice(), &origin(), window(), own);
    let token = builder.next_anyone().evidence(&[of_other]).cause(&of_other).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()).evidence(&[of_other]).cause(&of_other));
    let made = proof(&token, "worker 1", 1);
    let asked = RequestOf { resource: "calendar/alice/home".to_owned(), ..request() };
    suite.accept(
        "authority",
        "evidence-of-another-execution",
        "Links that name a root with wider grants as evidence and cause; a request within their own.",
        Scenario::admit(token, made).request(asked).step("V1011").flag("request"),
    );
    let what = "A request that only the root named as evidence and cause grants.";
    let kind = ErrorKind::RequestNotGranted;
    spoil(suite, "evidence-of-another-execution", "evidence-as-authority", kind, what, |request| {
        request.resource = "calendar/alice/work".to_owned();
    });
}

/// V1012
fn policies(suite: &mut Suite) {
    use Authority::{Delegated, Independent};
    let demand = |authority| Demands { signed: false, authority: Some(authority) };
    let of_team = |nth: usize| {
        let mut forge = Forge::of(&chain(4));
        forge.credential(nth).message.put(&[OURS, 14], text("https://alice.example/team"));
        forge.token()
    };
    for (id, what, token, head, is) in [
        ("own-workers", "Alice's own workers.", chain(4), "worker 3", Independent),
        ("root-alone", "The root's own actor.", chain(1), "alice", Independent),
        ("own-pinned-actor", "Alice's own pinned actor, and a worker.", through_gateway(3), "worker 2", Independent),
        (
            "agent-on-its-role",
            "An agent on its own role, and a worker.",
            continued(role_root()),
            "worker 1",
            Independent,
        ),
        (
            "attested-agent",
            "An agent in an attested state, and a worker.",
            continued(context_root()),
            "worker 1",
            Independent,
        ),
        ("first-worker-of-another", "The first worker is another entity's.", of_team(0), "worker 3", Delegated),
        ("middle-worker-of-another", "A worker in the middle is another entity's.", of_team(1), "worker 3", Delegated),
        ("last-worker-of-another", "The last worker is another entity's.", of_team(2), "worker 3", Delegated),
        ("stranger-at-the-end", "The head's actor is unvouched.", through_stranger(2), "stray", Delegated),
        ("stranger-in-between", "An actor in between is unvouched.", through_stranger(4), "worker 3", Delegated),
    ] {
        let (not, word) = if is == Delegated { (Independent, "delegated") } else { (Delegated, "independent") };
        let made = proof(&token, head, 1);
        let twin = format!("policy-{id}");
        suite.accept(
            "authority",
            &twin,
            &format!("{what} The execution is {word}, as the policy demands."),
            Scenario::admit(token, made).policy(demand(is)).step("V1012").flag("policy"),
        );
        let what = format!("{what} The execution is {word}, and the policy demands the other.");
        spoil(suite, &twin, &format!("policy-{id}-demands-the-other"), ErrorKind::AuthorityKind, &what, |request| {
            request.policy = Some(demand(not));
        });
    }
    let mut pin_of_another = boundless();
    pin_of_another["pins"][0]["accountable"] = json!("https://bob.example");
    let token = through_gateway(3);
    let made = proof(&token, "worker 2", 1);
    let scenario = Scenario::admit(token, made).trust(pin_of_another).policy(demand(Delegated));
    suite.accept(
        "authority",
        "policy-pinned-actor-of-another",
        "The pinned actor is another entity's: the execution is delegated.",
        scenario.step("V1012").flag("policy").flag("feature"),
    );
}
