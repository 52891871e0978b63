//! Links and hand-overs as their views show them, against ciborium's reading of the same bytes.

use ciborium::Value;
use throughline::{HandOver, Link, OriginForm};

use crate::common::cbor::{bytes, int, text as value_of};
use crate::signed::{self, Opened, are_digests, get, is_digest, key, labels, number, text};
use crate::{planted, values};

/// Everything that a link says stands in its bytes, and nothing else does.
pub(crate) fn check(link: &Link<'_>) {
    let opened = Opened::read(link.encoded(), 65_101);
    opened.only(&[1, 4, 5, 6, 8], &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]);
    assert_eq!(opened.tag, 18);
    assert_eq!(&opened.digest, link.digest());
    assert!(is_digest(Some(link.kid()), Some(&opened.kid)), "kid");
    assert_eq!(Some(link.identifier()), opened.claim(1).map(text), "iss");
    assert_eq!(Some(*link.window()), opened.window(), "the window");
    assert_eq!(link.carried_key(), opened.key(), "cnf");
    let position = if planted() { link.position() + 1 } else { link.position() };
    assert_eq!(Some(position), opened.own(2).map(number), "position");
    assert!(is_digest(link.parent().as_ref(), opened.own(1)), "parent");
    assert_eq!(link.role(), opened.own(3).map(text), "role");
    assert_eq!(link.grants().as_ref().map(values::grants).as_ref(), opened.own(4), "grants");
    assert_eq!(link.next().as_ref().map(values::next).as_ref(), opened.own(5), "next");
    assert_eq!(link.require().as_ref().map(values::contract).as_ref(), opened.own(6), "require");
    assert_eq!(link.origin().map(origin).as_ref(), opened.own(7), "origin");
    assert!(are_digests(link.also(), opened.own(8)), "also");
    assert_eq!(link.agree(), opened.own(9).and_then(key), "agree");
    assert!(is_digest(link.task().as_ref(), opened.own(10)), "task");
    assert!(is_digest(link.handover().as_ref(), opened.own(11)), "handover");
    assert!(are_digests(link.evidence(), opened.own(12)), "evidence");
    assert!(is_digest(link.cause().as_ref(), opened.own(13)), "cause");
    assert_eq!(opened.claim(8).map(labels), opened.claim(8).map(|_| vec![1]), "cnf is a key and nothing else");
}

/// The same of a hand-over.
pub(crate) fn check_handover(handover: &HandOver<'_>) {
    let opened = Opened::read(handover.encoded(), 65_104);
    opened.only(&[4], &[10, 17, 20]);
    assert_eq!(opened.tag, 18);
    assert_eq!(&opened.digest, handover.digest());
    assert!(is_digest(Some(handover.kid()), Some(&opened.kid)), "kid");
    assert_eq!(Some(handover.expires().0), opened.claim(4).map(number), "exp");
    assert!(is_digest(handover.task().as_ref(), opened.own(10)), "task");
    assert!(is_digest(Some(&handover.head()), opened.own(17)), "head");
    assert_eq!(Some(handover.to()), opened.own(20).map(signed::text), "to");
}

fn origin(origin: throughline::Origin<'_>) -> Value {
    let kind = match origin.kind() {
        OriginForm::Identity => 0,
        OriginForm::Role => 1,
        OriginForm::Context => 2,
    };
    let parts = [(1, int(kind)), (2, value_of(origin.accountable())), (3, bytes(origin.nonce()))];
    let consent = origin.consent().map(|consent| (4, bytes(consent.as_bytes())));
    let value = crate::common::cbor::map(parts.into_iter().chain(consent));
    assert_eq!(get(&value, 3).map(|nonce| signed::bytes(nonce).len()), Some(16), "the nonce");
    value
}
