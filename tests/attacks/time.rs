//! §10: time.

use throughline::issue::RootBuilder;
use throughline::{ErrorKind, Limits, Part, UnixTime};

use crate::adversary::{Adversary, Draft, time};
use crate::common::setting::request;
use crate::common::world::edit;
use crate::common::{HOUR, NOW, alice, grants, origin};
use crate::honest::{Execution, Next, Who, named, three_hops};
use crate::scene::{Scene, Service, cast_trust};

const LINK_1: Part = Part::Link(1);
/// The last second that the format has.
const END: UnixTime = UnixTime(i64::MAX.unsigned_abs());

fn dated(draft: Draft, start: UnixTime, end: UnixTime) -> Draft {
    draft.put(&[6], time(start)).put(&[4], time(end))
}

fn root_of(window: (UnixTime, UnixTime), next: &Next) -> Execution {
    Execution::root_of(Who::Alice, RootBuilder::new(alice(), &origin(), window, grants()), next)
}

/// §10: window widened at either end
#[test]
fn wider_window_rejected() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let mallory = Adversary::mallory();
    let (from, until) = (NOW.minus(60), NOW.plus(HOUR));
    for (start, end) in [(from.minus(1), until), (from, until.plus(1)), (UnixTime(0), END)] {
        let token = dated(mallory.continues(&scene.token), start, end).signed();
        scene.refuses(&token, &mallory.asks(&token), ErrorKind::WindowOutsideParent, LINK_1);
    }
    // An early `iat` beside a late `nbf` is no wider: the start counts.
    let token = dated(mallory.continues(&scene.token), UnixTime(0), until).put(&[5], time(from)).signed();
    scene.admits(&token, &mallory.asks(&token));
    // By a hand-over that ends earlier, and by the credential that does.
    let called = Execution::root(&Next::Called);
    let short = crate::adversary::Hand::stolen(Who::Alice);
    let short = short.signs(
        throughline::issue::HandOverBuilder::new(
            &called.token,
            Who::Alice.public(),
            mallory.identifier(),
            NOW.plus(60),
        )
        .to_be_signed()
        .unwrap(),
    );
    let token = mallory.continues(&called.token).put(&[4], time(NOW.plus(61))).handover(&short).signed();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::HandoverOutlived, LINK_1);
    let day = root_of((NOW.minus(12 * HOUR), NOW.plus(12 * HOUR)), &Next::Anyone);
    for (start, end, kind) in [
        (NOW.minus(HOUR + 1), NOW.plus(HOUR), ErrorKind::CredentialNotCurrent),
        (NOW.minus(HOUR), NOW.plus(2 * HOUR + 1), ErrorKind::CredentialOutlived),
    ] {
        let token = dated(mallory.continues(&day.token), start, end).signed();
        scene.refuses(&token, &mallory.asks(&token), kind, LINK_1);
    }
    scene.delivers();
}

/// §10: expired, not yet valid
/// §10: skew added up over hops
#[test]
fn chain_outside_its_time_rejected_whatever_its_length() {
    // The skew is used against `now` alone: three hops gain no more than one.
    for execution in [root_of((NOW, NOW.plus(60)), &Next::Nobody), {
        let hop = (NOW, NOW.plus(60));
        let root = root_of(hop, &Next::Anyone);
        let one = dated(Adversary::in_place_of(1).continues(&root.token), hop.0, hop.1).open().signed();
        assert!(one.len() > root.token.len());
        root
    }] {
        let mut scene = Scene::new(execution);
        for (now, kind) in [
            (NOW.minus(31), Some(ErrorKind::NotYetValid { now: NOW.minus(31), start: NOW })),
            (NOW.minus(30), None),
            (NOW.plus(89), None),
            (NOW.plus(90), Some(ErrorKind::Expired { now: NOW.plus(90), exp: NOW.plus(60) })),
        ] {
            scene.service.now = now;
            for proof in scene.honest.asks(&request(), now) {
                let verdict = scene.service.admit(&scene.token, &proof, &request()).map_err(|error| error.kind);
                assert_eq!(verdict, kind.map_or(Ok(()), Err));
            }
        }
    }
    // Each hop a skew later than its parent: refused at the first.
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let one = Adversary::in_place_of(1);
    let later = one.continues(&scene.token).put(&[4], time(NOW.plus(HOUR + 30))).open().signed();
    let token = Adversary::mallory().continues(&later).put(&[4], time(NOW.plus(HOUR + 60))).signed();
    scene.refuses(&token, &Adversary::mallory().asks(&token), ErrorKind::WindowOutsideParent, LINK_1);
    // A start in the future of a later link is judged for itself.
    let future = one.continues(&scene.token).put(&[6], time(NOW.plus(31))).signed();
    let kind = ErrorKind::NotYetValid { now: NOW, start: NOW.plus(31) };
    scene.refuses(&future, &one.asks(&future), kind, LINK_1);
}

/// §10: additions that overflow
#[test]
fn times_at_the_ends_of_their_range_decide_as_any_other() {
    let scene = Scene::new(three_hops());
    let forever = root_of((UnixTime(0), END), &Next::Nobody);
    scene.admits(&forever.token, &forever.asks(&request(), NOW));
    let mut service = Service::new(cast_trust());
    edit(&mut service.trust.attesters, |attesters| attesters[0].outlive = u64::MAX);
    let kind = |service: &Service, dated: UnixTime| {
        let proof = &forever.asks(&request(), dated)[0];
        service.admit(&forever.token, proof, &request()).map_err(|error| error.kind)
    };
    // At the end of all time it has expired; at the beginning it holds, and so does what is dated then.
    service.now = UnixTime(u64::MAX);
    let expired = ErrorKind::Expired { now: service.now, exp: END };
    assert_eq!(kind(&service, END), Err(expired));
    service.now = UnixTime(0);
    assert_eq!(kind(&service, NOW), Err(ErrorKind::ProofTooNew { now: UnixTime(0), iat: NOW }));
    // A proof from the end of time, now.
    service.now = NOW;
    assert_eq!(kind(&service, END), Err(ErrorKind::ProofTooNew { now: NOW, iat: END }));
    assert_eq!(kind(&service, UnixTime(0)), Err(ErrorKind::ProofTooOld { now: NOW, iat: UnixTime(0) }));
    // Limits without a bound make nothing wrap: what was refused for good reasons of another kind still is.
    let mut limits = Limits::DEFAULT;
    (limits.skew, limits.proof_window) = (u64::MAX, u64::MAX);
    service.limits = limits;
    assert_eq!(kind(&service, END), Err(ErrorKind::ReplayMemoryYoung));
    let mallory = Adversary::mallory();
    let open = root_of((UnixTime(0), END), &Next::Anyone);
    let early = dated(mallory.continues(&open.token), UnixTime(0), END).signed();
    service.refuses(&early, &mallory.asks(&early)[0], &request(), ErrorKind::CredentialNotCurrent, LINK_1);
    // Times beyond the range are none.
    let beyond = mallory.continues(&open.token).put(&[4], time(UnixTime(1 << 63))).signed();
    let error = service.admit(&beyond, &mallory.asks(&early)[0], &request()).unwrap_err();
    assert_eq!((error.kind, error.at.part), (ErrorKind::IntegerOutOfRange, LINK_1));
}

/// §10: proof dated ahead or kept back
#[test]
fn proof_dated_ahead_or_kept_back_rejected() {
    let mut scene = Scene::new(three_hops());
    let kept = scene.honest.asks(&request(), NOW);
    for proof in scene.honest.asks(&request(), NOW.plus(31)) {
        let kind = ErrorKind::ProofTooNew { now: NOW, iat: NOW.plus(31) };
        scene.service.refuses(&scene.token, &proof, &request(), kind, Part::Proof);
    }
    // From its date minus skew to its date plus window plus skew: 120 seconds in all.
    let ahead = scene.honest.asks(&request(), NOW.plus(30));
    scene.service.admits(&scene.token, &ahead[0], &request());
    scene.service.now = NOW.plus(120);
    scene.service.admits(&scene.token, &ahead[1], &request());
    scene.service.now = NOW.plus(121);
    let kind = ErrorKind::ProofTooOld { now: NOW.plus(121), iat: NOW };
    scene.refuses(&scene.token, &kept, kind, Part::Proof);
}

/// §10: the verifier's clock moved
/// §11: Dropped and delayed messages
#[test]
fn whoever_sets_now_decides_what_has_expired() {
    let mut scene = Scene::new(Execution::root(&named(1)).hop(1, &Next::Nobody));
    scene.service.now = NOW.plus(2 * HOUR);
    let expired = ErrorKind::Expired { now: scene.service.now, exp: NOW.plus(HOUR) };
    // Delayed for two hours, it is refused: a loss, and no admission.
    for proof in &scene.proofs {
        scene.service.refuses(&scene.token, proof, &request(), expired, Part::Link(0));
    }
    // With the clock of two hours ago it is admitted: nothing in the format knows better.
    scene.service.now = NOW;
    scene.delivers();
}
