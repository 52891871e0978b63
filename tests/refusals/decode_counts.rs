//! Stage 2, V241–V243: the verifier's own limits, each accepted exactly at its edge.

use throughline::issue::{ContinuationBuilder, Grant, GrantList};
use throughline::{ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, int, set};
use crate::common::forge::{Forge, split};
use crate::common::setting::Setting;
use crate::common::world::{by, hop, platform_says, through_stranger, vouched, wide_trust};
use crate::common::{chain, contract, key, root, window, worker};

#[test]
fn more_links_than_the_limit_rejected() {
    let mut setting = Setting::new(wide_trust());
    for links in [1, 2, 16] {
        setting.limits.links = links;
        let token = chain(links);
        setting.accepts(&token);
        setting.limits.links = links - 1;
        // Items are a root, then pairs of credential and link: the last link is the item at fault.
        let last = u8::try_from(split(&token).len() - 1).unwrap();
        setting.refuses(&token, ErrorKind::TooManyLinks, Part::Item(last));
    }
}

#[test]
fn seventeen_links_rejected_whatever_the_limit() {
    let mut setting = Setting::new(wide_trust());
    setting.limits.links = u8::MAX;
    // One actor, whose credential stands once, makes room for a seventeenth link.
    let token = through_stranger(16);
    setting.accepts(&token);
    let mut seventeenth = Forge::of(&token);
    let mut last = seventeenth.link(15).clone();
    last.message.put(&[OURS, 2], int(16));
    seventeenth.items.push(last);
    let at = u8::try_from(seventeenth.items.len() - 1).unwrap();
    setting.refuses(&seventeenth.token(), ErrorKind::TooManyLinks, Part::Item(at));
}

#[test]
fn more_inline_credentials_than_the_limit_rejected() {
    let mut setting = Setting::new(wide_trust());
    let token = chain(4);
    setting.limits.credentials = 3;
    setting.accepts(&token);
    setting.limits.credentials = 2;
    setting.refuses(&token, ErrorKind::TooManyCredentials, Part::Item(5));
    setting.limits.credentials = 0;
    setting.refuses(&token, ErrorKind::TooManyCredentials, Part::Item(1));
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

#[test]
fn seventeen_inline_credentials_rejected_whatever_the_limit() {
    let mut setting = Setting::new(wide_trust());
    setting.limits.credentials = u8::MAX;
    let sixteen = with_further_credentials(&[4, 4, 4, 0]);
    assert_eq!(Forge::of(&sixteen).items.len(), 5 + 16);
    setting.accepts(&sixteen);
    // The fourth link names one more, which stands before it.
    let mut seventeen = Forge::of(&sixteen);
    let more = Forge::of(&platform_says(4, "runtime-opaque", 2)).items.remove(0);
    seventeen.link(4).message.put(&[OURS, 8], set([bytes(more.message.digest().as_bytes())]));
    seventeen.items.insert(20, more);
    setting.refuses(&seventeen.token(), ErrorKind::TooManyCredentials, Part::Item(20));
}

/// A token whose links name credentials by reference: `also` further ones each.
fn by_reference(setting: &mut Setting, also: &[u8]) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for (n, also) in (1..).zip(also) {
        setting.know(&crate::common::credential(n));
        let mut actor = vouched(n);
        for value in 0..*also {
            let further = platform_says(n, "runtime-opaque", i64::from(value) + 2);
            setting.know(&further);
            actor = actor.also(&further).unwrap();
        }
        let builder = ContinuationBuilder::new(&token, actor.by_reference(), window());
        token = by(n, builder.next_identifier(&worker(n + 1)));
    }
    token
}

#[test]
fn more_than_32_credentials_named_rejected() {
    let mut setting = Setting::new(wide_trust());
    // Six links name five each, one names two.
    let token = by_reference(&mut setting, &[4, 4, 4, 4, 4, 4, 1]);
    setting.accepts(&token);
    let token = by_reference(&mut setting, &[4, 4, 4, 4, 4, 4, 2]);
    let (verdict, _) = setting.verify(&token);
    let error = verdict.unwrap_err();
    assert_eq!((error.kind, error.at.part, error.at.byte), (ErrorKind::TooManyCredentials, Part::Link(7), None));
    // The same ones again are no new ones.
    let token = hop(&by_reference(&mut setting, &[4, 4, 4, 4, 4, 4]), 7);
    setting.accepts(&token);
}

#[test]
fn more_grants_than_the_verifiers_limit_rejected() {
    let mut setting = Setting::new(wide_trust());
    let three = || {
        let grant = |n: i64| Grant::new("calendar.read", "calendar/alice/work").range("days", n, n);
        GrantList::new((1..=3).map(grant)).unwrap()
    };
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let narrowed =
        by(1, ContinuationBuilder::new(&token, vouched(1), window()).grants(three()).next_identifier(&worker(2)));
    let token = by(2, ContinuationBuilder::new(&narrowed, vouched(2), window()).grants(three()));
    setting.limits.grants = 3;
    setting.accepts(&token);
    setting.limits.grants = 2;
    setting.refuses(&token, ErrorKind::TooManyGrants, Part::Link(1));
    setting.limits.grants = 0;
    setting.refuses(&token, ErrorKind::TooManyGrants, Part::Link(0));
}
