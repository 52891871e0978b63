//! §14: what a refusal reveals to one who can write bytes, and has no key.

use throughline::issue::{Grant, GrantList};
use throughline::{ErrorKind, Part, Reason, UnixTime};

use crate::adversary::{Adversary, Hand};
use crate::common::cbor::bstr;
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::{ceiling, edit};
use crate::common::{NOW, credential};
use crate::honest::{Execution, Next, three_hops};
use crate::scene::{Scene, Service, cast_trust, revocable_cast};

/// A link of worker 1's, as anybody can write it who saw its credential once: everything right but the signatures.
fn forged(root: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let posing = Adversary::vouched(Hand::own("mallory"), &credential(1));
    let token = posing.continues(root).signed();
    let proof = posing.asks(&token).remove(0);
    (token, proof)
}

/// §14: Trust, revocation, time and signatures share one remote reason.
#[test]
fn reason_tells_whether_the_rules_accept_a_forged_chain() {
    let scene = Scene::new(Execution::root(&Next::Anyone));
    let (token, proof) = forged(&scene.token);
    let reason = |service: &Service, token: &[u8], request: &throughline::Request<'_>| {
        let error = service.admit(token, &proof, request).unwrap_err();
        (error.kind, error.kind.reason())
    };
    // Within one reason the caller learns nothing: signature, time, trust.
    assert_eq!(reason(&scene.service, &token, &request()), (ErrorKind::SignatureInvalid, Reason::Untrusted));
    let mut late = Service::new(cast_trust());
    late.now = UnixTime(NOW.0 + 100_000);
    assert_eq!(reason(&late, &token, &request()).1, Reason::Untrusted);
    let mut strict = Service::new(cast_trust());
    edit(&mut strict.trust.attesters, |attesters| attesters[0].roles = Vec::new().into());
    assert_eq!(reason(&strict, &token, &request()), (ErrorKind::RoleOutsideRemit, Reason::Untrusted));
    let silent = Service::new(revocable_cast());
    assert_eq!(reason(&silent, &token, &request()), (ErrorKind::RevocationStale, Reason::Unavailable));
    // But the steps of stages 10 and 11 come before signatures, and have others.
    let mut beyond = request();
    beyond.resource = "calendar/bob/work";
    assert_eq!(reason(&scene.service, &token, &beyond), (ErrorKind::RequestNotGranted, Reason::Forbidden));
    let elsewhere = crate::adversary::elsewhere();
    assert_eq!(reason(&scene.service, &token, &elsewhere), (ErrorKind::ProofAudience, Reason::ProofRefused));
    scene.delivers();
}

/// §14: With forged signatures one can thus ask a service
#[test]
fn bundle_and_known_credentials_probed_with_forged_signatures() {
    // Which credentials does it know? One link by reference says so, without any key.
    let root = Execution::root(&Next::Anyone);
    let (token, proof) = forged(&root.token);
    let by_reference = {
        let mut items = split(&token);
        items.remove(1);
        items.concat()
    };
    let mut service = Service::new(cast_trust());
    service.refuses(&by_reference, &proof, &request(), ErrorKind::CredentialMissing, Part::Link(1));
    service.know(&credential(1));
    service.refuses(&by_reference, &proof, &request(), ErrorKind::SignatureInvalid, Part::Link(1));
    assert_ne!(ErrorKind::CredentialMissing.reason(), ErrorKind::SignatureInvalid.reason());
    // Up to which ceiling? With a request outside of everybody's grants, "forbidden" says that the root is below it.
    let mut items = split(&root.token);
    let mut claimed = Message::of(&items[0]);
    let mut ask = |service: &Service, resource: &str| {
        let grants = GrantList::new([Grant::new("calendar.read", resource)]).unwrap();
        claimed.put(&[crate::common::cbor::OURS, 4], crate::common::cbor::decode(grants.encoded()));
        claimed.seal = bstr(&[1; 64]);
        items[0] = claimed.encoded();
        let anybody = Adversary::stranger(Hand::own("mallory 2"));
        let token = items.concat();
        let mut beyond = request();
        beyond.action = "never.granted";
        service.admit(&token, &anybody.asks_for(&token, &beyond)[0], &beyond).unwrap_err().kind.reason()
    };
    assert_eq!(ask(&service, "calendar/bob/*"), Reason::Forbidden);
    assert_eq!(ask(&service, "*"), Reason::Forbidden);
    edit(&mut service.trust.origins, |origins| origins[0].ceiling = ceiling("calendar.*", "calendar/alice/*"));
    assert_eq!(ask(&service, "calendar/bob/*"), Reason::Untrusted);
    assert_eq!(ask(&service, "calendar/alice/*"), Reason::Forbidden);
    // To admit something still takes the keys.
    let scene = Scene::new(three_hops());
    let (token, proof) = forged(&root.token);
    scene.refuses(&token, &[proof], ErrorKind::SignatureInvalid, Part::Link(1));
}
