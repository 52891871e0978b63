//! Stage 9: nothing in the chain is revoked by an issuer who may.

mod remits;

use ciborium::Value;
use serde_json::json;
use throughline::issue::{Actor, ContinuationBuilder, RevocationListBuilder};
use throughline::{Digest, ErrorKind, Part, UnixTime};
use throughline_conformance::{LimitsOf, Vector};

use crate::accept::{ALL, LATER, all_appraised, appraised_gateway, by_reference, knowing};
use crate::bundles::{self, jwk, push};
use crate::common::cbor::{OURS, text};
use crate::common::forge::Forge;
use crate::common::world::{GATEWAY, REVOKER, by, consent, consented, context_root, hop, role_root, vouched};
use crate::common::{ALICE, ALICE_AGENT, ATTESTER, HOUR, NOW, contract, credential, key, public, root, window, worker};
use crate::suite::{Edit, Scenario, Suite};
use crate::tokens::{chain, open_chain, through_gateway, through_stranger};

const BOB: &str = "https://revoke.bob.example";
const START: UnixTime = UnixTime(NOW.0 - HOUR);
const END: UnixTime = UnixTime(NOW.0 + HOUR);

pub(crate) fn publish(suite: &mut Suite) {
    untouched(suite);
    stale(suite);
    links(suite);
    keys(suite);
    credentials(suite);
    attester_keys(suite);
    identifiers(suite);
    consents(suite);
    entities(suite);
    remits::publish(suite);
    replaced(suite);
}

/// List 1 of the revoker, current for an hour on both sides.
fn list(fill: impl FnOnce(RevocationListBuilder) -> RevocationListBuilder) -> Vec<u8> {
    list_of(("revoker", REVOKER), 1, fill)
}

fn list_of(
    issuer: (&str, &str),
    number: u64,
    fill: impl FnOnce(RevocationListBuilder) -> RevocationListBuilder,
) -> Vec<u8> {
    let builder = RevocationListBuilder::new((public(issuer.0), issuer.1), number, (START, END));
    fill(builder).sign(&key(issuer.0)).unwrap()
}

fn empty() -> Vec<u8> {
    list(|list| list)
}

fn scenario(token: impl AsRef<[u8]>) -> Scenario {
    Scenario::verify(token).trust(bundles::revocable()).flag("revocation").flag("feature")
}

fn link_digest(token: &[u8], link: u8) -> Digest {
    Forge::of(token).link(link.into()).message.digest()
}

fn credential_digest(token: &[u8], nth: usize) -> Digest {
    Forge::of(token).credential(nth).message.digest()
}

/// Tokens under an empty list: the twins.
fn untouched(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, scenario: Scenario| suite.accept("revocation", id, what, scenario);
    add("empty-list", "The one revocation issuer has an empty list.", scenario(chain(4)).list(empty()));
    add("empty-list-open-chain", "An open chain under an empty list.", scenario(open_chain(4)).list(empty()));
    add("empty-list-gateway", "A pinned actor under an empty list.", scenario(through_gateway(3)).list(empty()));
    add("empty-list-stranger", "An unvouched actor under an empty list.", scenario(through_stranger(4)).list(empty()));
    add(
        "empty-list-strangers-link-last",
        "An unvouched actor's link is the head, under an empty list.",
        scenario(through_stranger(2)).list(empty()),
    );
    let further = scenario(all_appraised()).list(empty());
    add("empty-list-further-credentials", "Further credentials under an empty list.", further);
    let pinned = scenario(appraised_gateway()).list(empty());
    add("empty-list-further-credential-of-pinned-actor", "A pinned actor's credential under an empty list.", pinned);
    let known = knowing(scenario(by_reference(3)).list(empty()), 2);
    add("empty-list-known-credentials", "Known credentials under an empty list.", known);
    let role = role_root().sign(&key("agent")).unwrap();
    add("empty-list-root-by-role", "A root by role under an empty list.", scenario(role).list(empty()));
    let context = context_root().sign(&key("agent")).unwrap();
    add("empty-list-root-by-context", "A root by context under an empty list.", scenario(context).list(empty()));
    let token = consented().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let consented = scenario(hop(&hop(&token, 1), 2)).list(empty());
    add("empty-list-consent", "A root with a consent record under an empty list.", consented);
    let others = list(|list| {
        list.link(&Digest::of(&[b"another link"]))
            .key(public("worker 9").thumbprint())
            .credential(&Digest::of(&[b"another credential"]), &[*public("worker 8").thumbprint()])
            .identifier(&worker(9), &[])
            .identifier("spiffe://prod.example/ns/calendar", &[])
            .consent(&Digest::of(&[b"another consent"]))
            .issued_before("https://alice.example/teams/7", END)
            .issued_before(ALICE, NOW.minus(60))
    });
    add("list-that-touches-nothing", "A list with an entry of each kind, for others.", scenario(chain(4)).list(others));
    let siblings = open_chain(4);
    let revoked = list(|list| list.link(&link_digest(&siblings, 3)));
    let sibling = by(3, ContinuationBuilder::new(&open_chain(3), vouched(3), (NOW.minus(60), NOW.plus(60))));
    add("sibling-of-a-revoked-link", "The actor of a revoked link made another one.", scenario(sibling).list(revoked));
    let revoked = list(|list| list.link(&link_digest(&siblings, 3)));
    add("links-before-a-revoked-one", "The links before a revoked one.", scenario(open_chain(3)).list(revoked));
}

/// V901
fn stale(suite: &mut Suite) {
    let windowed = |from: UnixTime, to: UnixTime| {
        let builder = RevocationListBuilder::new((public("revoker"), REVOKER), 1, (from, to));
        builder.sign(&key("revoker")).unwrap()
    };
    let refuse = |suite: &mut Suite, twin: &str, id: &str, what: &str, change: &dyn Fn(&mut Vector)| {
        suite.spoil(twin, id, ErrorKind::RevocationStale, Part::Token, what, change).flags(&["revocation"]);
    };
    for (id, what, window) in [
        ("list-ahead-by-the-skew", "The list is dated ahead by the skew.", (NOW.plus(30), END)),
        ("list-expired-within-the-skew", "The list ended a second less than the skew ago.", (START, NOW.minus(29))),
    ] {
        let listed = windowed(window.0, window.1);
        let accepted = scenario(chain(4)).list(&listed).step("V901").flag("edge").flag("time");
        suite.accept("revocation", id, what, accepted);
    }
    let lists = |list: Vec<u8>| move |vector: &mut Vector| vector.lists = vec![list.clone().into()];
    let ahead = lists(windowed(NOW.plus(31), END));
    refuse(
        suite,
        "list-ahead-by-the-skew",
        "list-ahead-by-more",
        "The list is dated ahead by more than the skew.",
        &ahead,
    );
    let over = lists(windowed(START, NOW.minus(30)));
    refuse(suite, "list-expired-within-the-skew", "list-expired", "The list ended when the skew ends.", &over);
    refuse(suite, "empty-list", "no-list", "The issuer has no list.", &|vector| vector.lists.clear());
    let now = NOW.plus(HOUR - 1);
    let late = scenario(chain(4)).list(empty()).now(now).limits(LimitsOf { skew: Some(0), ..LimitsOf::default() });
    suite.accept(
        "revocation",
        "list-in-its-last-second",
        "Without skew, in the list's last second.",
        late.step("V901"),
    );
    refuse(
        suite,
        "list-in-its-last-second",
        "shorter-list-in-that-second",
        "A list that ends in that second.",
        &|vector| {
            vector.lists = vec![windowed(START, NOW.plus(HOUR - 1)).into()];
        },
    );
    let revoker = json!({"key": jwk("bob"), "name": BOB, "accountable": ["https://bob.example"]});
    refuse(suite, "empty-list", "second-issuer-without-list", "A second issuer, for others, has no list.", &|vector| {
        vector.edit_trust(|trust| push(&mut trust["revokers"], revoker.clone()));
    });
    let idle = json!({"key": jwk("bob"), "name": BOB});
    let mut trust = bundles::revocable();
    push(&mut trust["revokers"], idle.clone());
    let both = Scenario::verify(chain(4)).trust(trust).list(empty()).list(list_of(("bob", BOB), 1, |list| list));
    suite.accept("revocation", "two-issuers-with-lists", "Two issuers, each with a list.", both.flag("revocation"));
    refuse(
        suite,
        "two-issuers-with-lists",
        "one-of-two-lists-missing",
        "The second issuer, which may revoke nothing, has no list.",
        &|vector| {
            drop(vector.lists.pop());
        },
    );
    refuse(
        suite,
        "two-issuers-with-lists",
        "first-of-two-lists-missing",
        "The first issuer's list is not there.",
        &|vector| {
            drop(vector.lists.remove(0));
        },
    );
}

/// The twin's list gets entries.
fn revoke(
    suite: &mut Suite,
    twin: &str,
    id: &str,
    kind: ErrorKind,
    (link, place): (u8, &str),
    what: &str,
    fill: impl FnOnce(RevocationListBuilder) -> RevocationListBuilder,
) {
    suite
        .spoil(twin, id, kind, Part::Link(link), what, |vector| vector.lists = vec![list(fill).into()])
        .flags(&["revocation", place]);
}

/// V902
fn links(suite: &mut Suite) {
    let token = chain(4);
    for (link, place) in ALL {
        let what = "A link is revoked: it and all after it.";
        let digest = link_digest(&token, link);
        revoke(
            suite,
            "empty-list",
            &format!("link-revoked-{place}"),
            ErrorKind::LinkRevoked,
            (link, place),
            what,
            |list| list.link(&digest),
        );
    }
    let stranger = link_digest(&through_stranger(4), 1);
    let what = "An unvouched actor's link is revoked, by the issuer for the root.";
    revoke(
        suite,
        "empty-list-stranger",
        "strangers-link-revoked",
        ErrorKind::LinkRevoked,
        (1, "middle"),
        what,
        |list| list.link(&stranger),
    );
    let pinned = link_digest(&through_gateway(3), 1);
    let what = "A pinned actor's link is revoked.";
    revoke(
        suite,
        "empty-list-gateway",
        "pinned-actors-link-revoked",
        ErrorKind::LinkRevoked,
        (1, "middle"),
        what,
        |list| list.link(&pinned),
    );
    let digest = link_digest(&token, 2);
    let what = "Of many entries one is a link of this token.";
    revoke(suite, "empty-list", "link-revoked-among-many", ErrorKind::LinkRevoked, (2, "middle"), what, |list| {
        (0..100_u8).fold(list, |list, n| list.link(&Digest::of(&[b"link", &[n]]))).link(&digest)
    });
}

/// V903
fn keys(suite: &mut Suite) {
    for (link, place, name) in
        [(0, "first", "alice"), (1, "middle", "worker 1"), (2, "middle", "worker 2"), (3, "last", "worker 3")]
    {
        let what = "The key that signed a link is revoked.";
        let id = format!("key-revoked-of-link-{link}");
        revoke(suite, "empty-list", &id, ErrorKind::KeyRevoked, (link, place), what, |list| {
            list.key(public(name).thumbprint())
        });
    }
    let mut one = |twin: &str, name: &str, link: u8, place: &str| {
        let id = format!("key-revoked-in-{twin}");
        let what = "The key that signed a link is revoked.";
        revoke(suite, twin, &id, ErrorKind::KeyRevoked, (link, place), what, |list| {
            list.key(public(name).thumbprint())
        });
    };
    one("empty-list-gateway", "gateway", 1, "middle");
    one("empty-list-stranger", "stray", 1, "middle");
    one("empty-list-strangers-link-last", "stray", 1, "last");
    one("empty-list-root-by-role", "agent", 0, "first");
    one("empty-list-root-by-context", "agent", 0, "first");
    one("empty-list-known-credentials", "worker 2", 2, "last");
    let gone = *public("worker 2").thumbprint();
    let what = "A key is revoked with another credential.";
    revoke(suite, "empty-list", "key-revoked-with-a-credential", ErrorKind::KeyRevoked, (2, "middle"), what, |list| {
        list.credential(&Digest::of(&[b"another credential"]), &[gone])
    });
    let what = "A key is revoked with another identifier, beside a second key.";
    revoke(suite, "empty-list", "key-revoked-with-an-identifier", ErrorKind::KeyRevoked, (2, "middle"), what, |list| {
        list.identifier(&worker(9), &[gone, *public("worker 9").thumbprint()])
    });
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = Actor::unvouched(public("worker 1"));
    let token = ContinuationBuilder::new(&first, actor, window()).sign(&key("worker 1")).unwrap();
    let identifier = list(|list| list.identifier(&worker(1), &[]));
    suite.accept(
        "revocation",
        "revoked-identifier-that-goes-on-unvouched",
        "A worker whose identifier is revoked, without its key, goes on unvouched under that key.",
        scenario(token).list(identifier),
    );
    let what = "A revoked worker goes on unvouched under its key, which is revoked with its identifier.";
    let twin = "revoked-identifier-that-goes-on-unvouched";
    revoke(suite, twin, "revoked-actor-that-goes-on-unvouched", ErrorKind::KeyRevoked, (1, "last"), what, |list| {
        list.identifier(&worker(1), &[*public("worker 1").thumbprint()])
    });
}

/// V904
fn credentials(suite: &mut Suite) {
    let token = chain(4);
    for (link, place) in LATER {
        let digest = credential_digest(&token, usize::from(link) - 1);
        let what = "The credential in a link's `kid` is revoked.";
        let id = format!("credential-revoked-{place}");
        revoke(suite, "empty-list", &id, ErrorKind::CredentialRevoked, (link, place), what, |list| {
            list.credential(&digest, &[])
        });
        let further = credential_digest(&all_appraised(), usize::from(link) * 2 - 1);
        let what = "The credential in a link's `also` is revoked.";
        let id = format!("further-credential-revoked-{place}");
        let twin = "empty-list-further-credentials";
        revoke(suite, twin, &id, ErrorKind::CredentialRevoked, (link, place), what, |list| {
            list.credential(&further, &[])
        });
    }
    for (n, place) in [(1_u8, "first"), (2, "last")] {
        let digest = credential_digest(&credential(n), 0);
        let what = "A known credential that the token leaves out is revoked.";
        let id = format!("known-credential-revoked-{place}");
        let twin = "empty-list-known-credentials";
        revoke(suite, twin, &id, ErrorKind::CredentialRevoked, (n, place), what, |list| list.credential(&digest, &[]));
    }
    for (twin, token) in [
        ("empty-list-root-by-role", role_root().sign(&key("agent")).unwrap()),
        ("empty-list-root-by-context", context_root().sign(&key("agent")).unwrap()),
    ] {
        let digest = credential_digest(&token, 0);
        let what = "The credential of a root is revoked.";
        let id = format!("credential-revoked-in-{twin}");
        revoke(suite, twin, &id, ErrorKind::CredentialRevoked, (0, "first"), what, |list| {
            list.credential(&digest, &[])
        });
    }
    let digest = credential_digest(&appraised_gateway(), 0);
    let what = "A pinned actor's further credential is revoked.";
    let twin = "empty-list-further-credential-of-pinned-actor";
    let kind = ErrorKind::CredentialRevoked;
    revoke(suite, twin, "further-credential-of-pinned-actor-revoked", kind, (1, "middle"), what, |list| {
        list.credential(&digest, &[*public("worker 9").thumbprint()])
    });
}

/// V905
fn attester_keys(suite: &mut Suite) {
    let attester = *public("attester").thumbprint();
    let platform = *public("platform").thumbprint();
    for (twin, link, place) in [
        ("empty-list", 1, "first"),
        ("empty-list-root-by-role", 0, "first"),
        ("empty-list-known-credentials", 1, "first"),
    ] {
        let id = format!("attester-key-revoked-in-{twin}");
        let what = "The key of an attester is revoked: no credential that it signed counts.";
        revoke(suite, twin, &id, ErrorKind::AttesterKeyRevoked, (link, place), what, |list| list.key(&attester));
    }
    for (link, place, twin) in [(2, "middle", 4), (2, "last", 3)] {
        let mut token = open_chain(2);
        let actor = vouched(2).also(&crate::common::world::platform_credential(2)).unwrap();
        token = by(2, ContinuationBuilder::new(&token, actor, window()).next_anyone());
        if twin == 4 {
            token = by(3, ContinuationBuilder::new(&token, vouched(3), window()));
        }
        let id = format!("empty-list-further-credential-{place}");
        suite.accept("revocation", &id, "A further credential under an empty list.", scenario(token).list(empty()));
        let what = "The key of the further credential's attester is revoked.";
        let refused = format!("attester-key-of-further-credential-revoked-{place}");
        revoke(suite, &id, &refused, ErrorKind::AttesterKeyRevoked, (link, place), what, |list| list.key(&platform));
    }
    let what = "The attester's key is revoked with an identifier.";
    revoke(
        suite,
        "empty-list",
        "attester-key-revoked-with-an-identifier",
        ErrorKind::AttesterKeyRevoked,
        (1, "first"),
        what,
        |list| list.identifier(ATTESTER, &[attester]),
    );
}

/// V906
fn identifiers(suite: &mut Suite) {
    for (link, place, identifier) in [
        (0, "first", ALICE_AGENT.to_owned()),
        (1, "middle", worker(1)),
        (2, "middle", worker(2)),
        (3, "last", worker(3)),
    ] {
        let what = "The identifier of a link's actor is revoked.";
        let id = format!("identifier-revoked-of-link-{link}");
        revoke(suite, "empty-list", &id, ErrorKind::IdentifierRevoked, (link, place), what, |list| {
            list.identifier(&identifier, &[*public("worker 9").thumbprint()])
        });
    }
    let what = "A pinned actor's identifier is revoked.";
    let kind = ErrorKind::IdentifierRevoked;
    revoke(suite, "empty-list-gateway", "identifier-of-pinned-actor-revoked", kind, (1, "middle"), what, |list| {
        list.identifier(GATEWAY, &[])
    });
    let stranger = Actor::unvouched(public("stray")).identifier().to_owned();
    for (twin, place) in [("empty-list-stranger", "middle"), ("empty-list-strangers-link-last", "last")] {
        let what = "The thumbprint URI of an unvouched actor is revoked.";
        let id = format!("identifier-revoked-in-{twin}");
        revoke(suite, twin, &id, kind, (1, place), what, |list| list.identifier(&stranger, &[]));
    }
}

/// V907
fn consents(suite: &mut Suite) {
    let what = "The root's consent is withdrawn.";
    let kind = ErrorKind::ConsentRevoked;
    revoke(suite, "empty-list-consent", "consent-revoked", kind, (0, "first"), what, |list| list.consent(&consent()));
    let what = "The root's consent is withdrawn, beside others.";
    revoke(suite, "empty-list-consent", "consent-revoked-among-others", kind, (0, "first"), what, |list| {
        list.consent(&Digest::of(&[b"another consent"])).consent(&consent()).key(public("worker 9").thumbprint())
    });
}

/// V908
fn entities(suite: &mut Suite) {
    const TEAM: &str = "https://alice.example/team";
    let iat = NOW.minus(60);
    let kind = ErrorKind::AccountableRevoked;
    let what = "Links of the root's entity from before a time are revoked, and the root was issued a second before it.";
    revoke(suite, "list-that-touches-nothing", "entity-revoked-first", kind, (0, "first"), what, |list| {
        list.issued_before(ALICE, iat.plus(1))
    });
    for (link, place) in [(1_u8, "first"), (2, "middle"), (3, "last")] {
        let mut forge = Forge::of(&open_chain(4));
        forge.credential(usize::from(link) - 1).message.put(&[OURS, 14], text(TEAM));
        // `iat` counts and not `nbf`.
        forge.link(link.into()).message.put(&[5], Value::Integer((NOW.0 - 10).into()));
        for later in link + 1..4 {
            forge.link(later.into()).message.put(&[5], Value::Integer((NOW.0 - 10).into()));
        }
        let twin = format!("entity-revoked-before-link-{link}");
        let listed = list(|list| list.issued_before(TEAM, iat));
        suite.accept(
            "revocation",
            &twin,
            "Links of an actor's entity from before a time are revoked; this one was issued in that second.",
            scenario(forge.token()).list(listed).step("V908").flag("edge"),
        );
        let what = "An actor's entity is revoked up to a time; the link was issued a second before, and starts after.";
        let id = format!("entity-revoked-of-link-{link}");
        revoke(suite, &twin, &id, kind, (link, place), what, |list| list.issued_before(TEAM, iat.plus(1)));
    }
    let what = "Links of a pinned actor's entity from before a time are revoked.";
    let mut trust = bundles::revocable();
    trust["pins"][0]["accountable"] = json!(TEAM);
    let pinned = Scenario::verify(through_gateway(3)).trust(trust).list(empty()).flag("revocation");
    suite.accept("revocation", "empty-list-pin-of-another-entity", "A pin of another entity.", pinned);
    revoke(suite, "empty-list-pin-of-another-entity", "entity-of-a-pin-revoked", kind, (1, "middle"), what, |list| {
        list.issued_before(TEAM, iat.plus(1))
    });
}

/// Of an issuer's lists the newest counts, as a whole.
fn replaced(suite: &mut Suite) {
    let link = link_digest(&chain(4), 2);
    let revoking = |number: u64| list_of(("revoker", REVOKER), number, |list| list.link(&link));
    let clear = |number: u64| list_of(("revoker", REVOKER), number, |list| list);
    suite.accept(
        "revocation",
        "newer-list-clears-the-link",
        "The first list revokes a link, the newer one does not.",
        scenario(chain(4)).list(revoking(1)).list(clear(2)),
    );
    suite.accept(
        "revocation",
        "same-list-twice",
        "The same list is taken in twice: it changes nothing.",
        scenario(chain(4)).list(clear(7)).list(clear(7)),
    );
    suite
        .spoil(
            "newer-list-clears-the-link",
            "newer-list-revokes-the-link",
            ErrorKind::LinkRevoked,
            Part::Link(2),
            "The newer list revokes a link that the first one did not.",
            |vector| vector.lists = vec![clear(1).into(), revoking(2).into()],
        )
        .flags(&["revocation"]);
}
