//! V241–V243: the verifier's own limits, each accepted exactly at its edge.

use throughline::issue::{ContinuationBuilder, Grant, GrantList};
use throughline::{ErrorKind, Part};
use throughline_conformance::LimitsOf;

use crate::common::cbor::{OURS, bytes, int, set};
use crate::common::forge::{Forge, split};
use crate::common::world::{by, hop, platform_says, through_stranger, vouched};
use crate::common::{chain, contract, credential, key, root, window, worker};
use crate::suite::{Edit as _, Scenario, Suite};

pub(super) fn publish(suite: &mut Suite) {
    links(suite);
    seventeen_links(suite);
    inline_credentials(suite);
    named_credentials(suite);
    grants(suite);
}

fn item(token: &[u8], from_the_end: usize) -> Part {
    Part::Item(u8::try_from(split(token).len() - 1 - from_the_end).unwrap())
}

fn links(suite: &mut Suite) {
    let limit = |links| LimitsOf { links: Some(links), ..LimitsOf::default() };
    for (links, place) in [(1, "first"), (2, "last"), (16, "last")] {
        let token = chain(links);
        let twin = format!("links-{links}-of-{links}");
        suite.accept(
            "limits",
            &twin,
            "As many links as the verifier's limit.",
            Scenario::verify(&token).limits(limit(links)).flag("edge").step("V241"),
        );
        let what = "One link more than the verifier's limit.";
        suite
            .spoil(
                &twin,
                &format!("v241-{links}-of-{}", links - 1),
                ErrorKind::TooManyLinks,
                item(&token, 0),
                what,
                |vector| {
                    vector.limits = Some(limit(links - 1));
                },
            )
            .flags(&[place]);
    }
    let token = chain(4);
    suite.accept(
        "limits",
        "links-4-of-4",
        "As many links as the verifier's limit.",
        Scenario::verify(&token).limits(limit(4)).flag("edge").step("V241"),
    );
    let what = "The third of four links is the first too many.";
    suite.spoil("links-4-of-4", "v241-third-of-4", ErrorKind::TooManyLinks, item(&token, 2), what, |vector| {
        vector.limits = Some(limit(2));
    });
}

fn seventeen_links(suite: &mut Suite) {
    // One actor, whose credential stands once, makes room for a seventeenth link.
    let sixteen = through_stranger(16);
    let raised = LimitsOf { links: Some(u8::MAX), credentials: Some(u8::MAX), ..LimitsOf::default() };
    let mut seventeen = Forge::of(&sixteen);
    let mut last = seventeen.link(15).clone();
    last.message.put(&[OURS, 2], int(16));
    last.message.put(&[OURS, 1], bytes(seventeen.link(15).message.digest().as_bytes()));
    seventeen.items.push(last);
    let at = u8::try_from(seventeen.items.len() - 1).unwrap();
    let seventeen = seventeen.token();
    for (id, what, limits) in [
        ("links-16", "Sixteen links, as many as the format allows.", None),
        (
            "links-16-and-no-lower-limit",
            "Sixteen links, where the verifier's own limit is meant to be higher.",
            Some(raised),
        ),
    ] {
        let scenario = Scenario::verify(&sixteen).flag("edge").step("V241");
        suite.accept("limits", id, what, scenario.with(|vector| vector.limits = limits));
        let name = if limits.is_none() { "v241-seventeen" } else { "v241-seventeen-whatever-the-limit" };
        let what = "A seventeenth link, correct otherwise.";
        suite
            .spoil(id, name, ErrorKind::TooManyLinks, Part::Item(at), what, |vector| {
                vector.token = Some((&seventeen).into());
            })
            .flags(&["last"]);
    }
}

fn inline_credentials(suite: &mut Suite) {
    let limit = |credentials| LimitsOf { credentials: Some(credentials), ..LimitsOf::default() };
    let token = chain(4);
    suite.accept(
        "limits",
        "credentials-3-of-3",
        "As many inline credentials as the verifier's limit.",
        Scenario::verify(&token).limits(limit(3)).flag("edge").step("V242"),
    );
    for (limit_to, at, place) in [(2, 5, "last"), (1, 3, "middle"), (0, 1, "first")] {
        let what = "One inline credential more than the verifier's limit.";
        suite
            .spoil(
                "credentials-3-of-3",
                &format!("v242-3-of-{limit_to}"),
                ErrorKind::TooManyCredentials,
                Part::Item(at),
                what,
                |vector| vector.limits = Some(limit(limit_to)),
            )
            .flags(&[place]);
    }
    let sixteen = with_further_credentials(&[4, 4, 4, 0]);
    assert_eq!(split(&sixteen).len(), 5 + 16);
    for (id, limits) in [("credentials-16", None), ("credentials-16-and-no-lower-limit", Some(limit(u8::MAX)))] {
        suite.accept(
            "limits",
            id,
            "Sixteen inline credentials, as many as the format allows.",
            Scenario::verify(&sixteen).flag("edge").step("V242").with(|vector| vector.limits = limits),
        );
        let name = id.replace("credentials-16", "v242-seventeen");
        let what = "The fourth link names one more credential, the seventeenth, which stands before it.";
        suite.spoil(id, &name, ErrorKind::TooManyCredentials, Part::Item(20), what, |vector| {
            vector.forge(|forge| {
                let more = Forge::of(&platform_says(4, "runtime-opaque", 2)).items.remove(0);
                forge.link(4).message.put(&[OURS, 8], set([bytes(more.message.digest().as_bytes())]));
                forge.items.insert(20, more);
            });
        });
    }
}

/// Links of workers 1 to 4, each with its credential and `also` further ones.
fn with_further_credentials(also: &[u8]) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for (n, also) in (1..).zip(also) {
        let mut actor = vouched(n);
        for value in 0..*also {
            actor = actor.also(&platform_says(n, "runtime-opaque", i64::from(value) + 2)).unwrap();
        }
        token = by(n, ContinuationBuilder::new(&token, actor, window()).next_identifier(&worker(n + 1)));
    }
    token
}

/// A token whose links name credentials by reference, `also` further ones each; and the credentials.
fn by_reference(also: &[u8]) -> (Vec<u8>, Vec<Vec<u8>>) {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let mut known = Vec::new();
    for (n, also) in (1..).zip(also) {
        known.push(credential(n));
        let mut actor = vouched(n);
        for value in 0..*also {
            let further = platform_says(n, "runtime-opaque", i64::from(value) + 2);
            actor = actor.also(&further).unwrap();
            known.push(further);
        }
        let builder = ContinuationBuilder::new(&token, actor.by_reference(), window());
        token = by(n, builder.next_identifier(&worker(n + 1)));
    }
    (token, known)
}

fn named_credentials(suite: &mut Suite) {
    // Six links name five each, one names two.
    let (thirty_two, mut known) = by_reference(&[4, 4, 4, 4, 4, 4, 1]);
    // Known, though the twin does not name it.
    known.push(platform_says(7, "runtime-opaque", 3));
    let (thirty_three, _) = by_reference(&[4, 4, 4, 4, 4, 4, 2]);
    let knowing = |token: &[u8]| {
        known.iter().fold(Scenario::verify(token), |scenario, known| scenario.known(known)).flag("edge").step("V242")
    };
    let what = "Thirty-two distinct credentials named, all of them known beforehand.";
    suite.accept("limits", "named-32", what, knowing(&thirty_two));
    let what = "The last link names the thirty-third.";
    suite.spoil("named-32", "v242-named-33", ErrorKind::TooManyCredentials, Part::Link(7), what, |vector| {
        vector.token = Some(thirty_three.into());
    });
    // The same ones again are no new ones.
    let (thirty, _) = by_reference(&[4, 4, 4, 4, 4, 4]);
    let what = "Thirty credentials known beforehand, and one inline.";
    suite.accept("limits", "named-30-and-one-inline", what, knowing(&hop(&thirty, 7)));
}

fn grants(suite: &mut Suite) {
    let three = || {
        let grant = |n: i64| Grant::new("calendar.read", "calendar/alice/work").range("days", n, n);
        GrantList::new((1..=3).map(grant)).unwrap()
    };
    let limit = |grants| LimitsOf { grants: Some(grants), ..LimitsOf::default() };
    let wrong = ErrorKind::TooManyGrants;
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let plain = by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(2)));
    let narrowed =
        by(1, ContinuationBuilder::new(&token, vouched(1), window()).grants(three()).next_identifier(&worker(2)));
    let last =
        by(2, ContinuationBuilder::new(&narrowed, vouched(2), window()).grants(three()).next_identifier(&worker(3)));
    let only_last =
        by(2, ContinuationBuilder::new(&plain, vouched(2), window()).grants(three()).next_identifier(&worker(3)));
    for (id, token, links) in [
        ("grants-3-of-3", &last, [(2, 1), (0, 0)].as_slice()),
        ("grants-3-of-3-in-the-last-link", &only_last, &[(2, 2), (1, 2)]),
    ] {
        let what = "As many grants in a link as the verifier's limit.";
        suite.accept("limits", id, what, Scenario::verify(token).limits(limit(3)).flag("edge").step("V243"));
        for (to, link) in links {
            let what = "More grants in a link than the verifier's limit.";
            let name = format!("v243-{to}-link-{link}");
            suite.spoil(id, &name, wrong, Part::Link(*link), what, |vector| vector.limits = Some(limit(*to)));
        }
    }
}
