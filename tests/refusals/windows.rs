//! Stage 4: windows nest, and hold now; exactly at their edges.

use ciborium::Value;
use throughline::{ErrorKind, Part, UnixTime};

use crate::common::cbor::remove;
use crate::common::forge::Forge;
use crate::common::setting::Setting;
use crate::common::world::{edit, wide_trust};
use crate::common::{HOUR, NOW, chain, trust};

fn time(time: UnixTime) -> Value {
    Value::Integer(time.0.into())
}

/// A link's window, in `iat`, `nbf`, `exp`.
fn with(forge: &mut Forge, link: usize, iat: UnixTime, nbf: Option<UnixTime>, exp: UnixTime) {
    let message = &mut forge.link(link).message;
    message.put(&[6], time(iat));
    message.put(&[4], time(exp));
    message.claims(|claims| remove(claims, &[5]));
    if let Some(nbf) = nbf {
        message.put(&[5], time(nbf));
    }
}

#[test]
fn child_window_outside_parent_rejected() {
    let setting = Setting::new(trust());
    let (start, exp) = (NOW.minus(60), NOW.plus(HOUR));
    for link in 1..4 {
        let part = Part::Link(u8::try_from(link).unwrap());
        let mut forge = Forge::of(&chain(4));
        with(&mut forge, link, start, None, exp);
        setting.accepts(&forge.token());
        with(&mut forge, link, start.minus(1), None, exp);
        setting.refuses(&forge.token(), ErrorKind::WindowOutsideParent, part);
        with(&mut forge, link, start, None, exp.plus(1));
        setting.refuses(&forge.token(), ErrorKind::WindowOutsideParent, part);
        // `iat` before the parent's start is no start where there is an `nbf`.
        with(&mut forge, link, start.minus(1), Some(start), exp);
        setting.accepts(&forge.token());
    }
}

#[test]
fn grandchild_window_outside_its_parent_alone_rejected() {
    let setting = Setting::new(trust());
    let mut forge = Forge::of(&chain(4));
    with(&mut forge, 1, NOW.minus(10), None, NOW.plus(10));
    for link in [2, 3] {
        with(&mut forge, link, NOW.minus(10), None, NOW.plus(10));
    }
    setting.accepts(&forge.token());
    // Inside the root's window, and outside the one between.
    let mut wider = forge.clone();
    with(&mut wider, 2, NOW.minus(10), None, NOW.plus(11));
    setting.refuses(&wider.token(), ErrorKind::WindowOutsideParent, Part::Link(2));
    let mut wider = forge.clone();
    with(&mut wider, 3, NOW.minus(11), None, NOW.plus(10));
    setting.refuses(&wider.token(), ErrorKind::WindowOutsideParent, Part::Link(3));
}

#[test]
fn link_that_is_not_yet_valid_rejected() {
    let mut setting = Setting::new(trust());
    // The root, then only a later link, begins late.
    let token = chain(3);
    let start = NOW.minus(60);
    setting.now = start.minus(30);
    setting.accepts(&token);
    setting.now = start.minus(31);
    setting.refuses(&token, ErrorKind::NotYetValid { now: setting.now, start }, Part::Link(0));
    for link in [1, 2] {
        let mut forge = Forge::of(&token);
        for later in link..3 {
            with(&mut forge, later, NOW.minus(60), Some(NOW.plus(20)), NOW.plus(HOUR));
        }
        setting.now = NOW.minus(10);
        setting.accepts(&forge.token());
        setting.now = NOW.minus(11);
        let kind = ErrorKind::NotYetValid { now: setting.now, start: NOW.plus(20) };
        setting.refuses(&forge.token(), kind, Part::Link(u8::try_from(link).unwrap()));
    }
}

#[test]
fn expired_link_rejected() {
    let mut setting = Setting::new(trust());
    let token = chain(3);
    let exp = NOW.plus(HOUR);
    setting.now = exp.plus(29);
    setting.accepts(&token);
    setting.now = exp.plus(30);
    setting.refuses(&token, ErrorKind::Expired { now: setting.now, exp }, Part::Link(0));
    for link in [1, 2] {
        let mut forge = Forge::of(&token);
        for later in link..3 {
            with(&mut forge, later, NOW.minus(60), None, NOW.plus(20));
        }
        setting.now = NOW.plus(49);
        setting.accepts(&forge.token());
        setting.now = NOW.plus(50);
        let kind = ErrorKind::Expired { now: setting.now, exp: NOW.plus(20) };
        setting.refuses(&forge.token(), kind, Part::Link(u8::try_from(link).unwrap()));
    }
}

#[test]
fn without_skew_the_window_is_half_open() {
    let mut setting = Setting::new(trust());
    setting.limits.skew = 0;
    let token = chain(2);
    let (start, exp) = (NOW.minus(60), NOW.plus(HOUR));
    for (now, accepted) in [(start.minus(1), false), (start, true), (exp.minus(1), true), (exp, false)] {
        setting.now = now;
        let (verdict, _) = setting.verify(&token);
        assert_eq!(verdict.is_ok(), accepted, "{now}");
    }
}

#[test]
fn skew_is_not_granted_between_links() {
    let mut setting = Setting::new(trust());
    setting.limits.skew = HOUR;
    let mut forge = Forge::of(&chain(3));
    with(&mut forge, 2, NOW.minus(61), None, NOW.plus(HOUR));
    setting.refuses(&forge.token(), ErrorKind::WindowOutsideParent, Part::Link(2));
}

#[test]
fn times_at_the_end_of_their_domain_do_not_overflow() {
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.attesters, |attesters| attesters[0].outlive = u64::MAX);
    let last = UnixTime((1 << 63) - 1);
    let mut forge = Forge::of(&chain(3));
    for link in 0..3 {
        with(&mut forge, link, UnixTime(0), Some(NOW.minus(60)), last);
    }
    setting.accepts(&forge.token());
    // now + skew beyond 2⁶⁴ − 1, now − skew below 0.
    setting.limits.skew = u64::MAX;
    for now in [UnixTime(0), NOW, UnixTime(u64::MAX)] {
        setting.now = now;
        setting.accepts(&forge.token());
    }
    setting.limits.skew = 0;
    setting.now = UnixTime(u64::MAX);
    let kind = ErrorKind::Expired { now: setting.now, exp: last };
    setting.refuses(&forge.token(), kind, Part::Link(0));
    setting.now = UnixTime(0);
    let kind = ErrorKind::NotYetValid { now: setting.now, start: NOW.minus(60) };
    setting.refuses(&forge.token(), kind, Part::Link(0));
}
