//! The accepted vectors of which decoding vectors are spoiled.

use ciborium::Value;
use throughline::Digest;
use throughline::issue::{Actor, ContinuationBuilder, ProofBuilder, RevocationListBuilder};

use crate::bundles;
use crate::common::cbor::{OURS, bytes, cose_key, int, map, set, text};
use crate::common::forge::{Forge, Forged, Message};
use crate::common::world::{
    PLATFORM, REVOKER, agreeing, agreement_key, called, platform_credential, platform_says, role_root, through_stranger,
};
use crate::common::{
    ALICE, ATTESTER, AUDIENCE, HOUR, NOW, ROLE, chain, contract, credential, key, proof, public, request_digest, root,
    window, worker,
};
use crate::suite::{Scenario, Suite};

pub(super) fn publish(suite: &mut Suite) {
    let verify = |token: &[u8]| Scenario::verify(token).trust(bundles::plain());
    let token = called(3);
    suite.accept(
        "decode",
        "decode-called",
        "A root and two workers, each called by name: links, credentials and hand-overs.",
        verify(&token),
    );
    suite.accept("decode", "decode-called-of-two", "A root and a worker that is called by name.", verify(&called(2)));
    let token = chain(2);
    suite.accept(
        "decode",
        "decode-proof",
        "A chain of two and the signed proof of its head.",
        Scenario::admit(&token, proof(&token, "worker 1", 1)).trust(bundles::plain()),
    );
    let agreeing = agreeing();
    suite.accept(
        "decode",
        "decode-mac-proof",
        "A proof under a MAC.",
        Scenario::admit(&agreeing, under_mac(&agreeing)).trust(bundles::plain()).agreement("audience"),
    );
    suite.accept(
        "decode",
        "decode-lone-credential",
        "A credential that is taken in beforehand.",
        Scenario::take_credential(credential(1)).trust(bundles::plain()),
    );
    suite.accept(
        "decode",
        "decode-list",
        "A revocation list with an entry of each kind.",
        Scenario::take_list(list()).trust(bundles::revoking()),
    );
    suite.accept(
        "decode",
        "decode-rich",
        "The chain of decode-called, whose middle link has every claim that a later one can have, and sets of more than one element.",
        Scenario::verify(rich(3)).trust(bundles::with_platform()),
    );
    suite.accept(
        "decode",
        "decode-rich-last",
        "The same without the last link.",
        Scenario::verify(rich(2)).trust(bundles::with_platform()),
    );
    suite.accept(
        "decode",
        "decode-rich-root",
        "A root with every claim that one can have, and sets of more than one element.",
        verify(&rich_root()),
    );
    suite.accept(
        "decode",
        "decode-stranger",
        "An unvouched actor between a root and a worker.",
        verify(&through_stranger(3)),
    );
    let mut strangers = root().next_anyone().sign(&key("alice")).unwrap();
    for name in ["stray", "bob", "mallory"] {
        let builder = ContinuationBuilder::new(&strangers, Actor::unvouched(public(name)), window()).next_anyone();
        strangers = builder.sign(&key(name)).unwrap();
    }
    suite.accept("decode", "decode-strangers", "A root and three unvouched actors.", verify(&strangers));
    suite.accept("decode", "decode-root-alone", "A root that nobody continued.", verify(&chain(1)));
    suite.accept(
        "decode",
        "decode-role-root",
        "A root by role, under a credential.",
        Scenario::verify(role_root().next_contract(contract()).sign(&key("agent")).unwrap()),
    );
}

fn under_mac(token: &[u8]) -> Vec<u8> {
    let builder = ProofBuilder::new(token, AUDIENCE, request_digest(), NOW, [2; 16]);
    builder.mac(&agreement_key("worker 1"), agreement_key("audience").public()).unwrap()
}

/// One entry of each kind.
pub(super) fn list() -> Vec<u8> {
    let keys = ["bob", "mallory"].map(|name| *public(name).thumbprint());
    RevocationListBuilder::new((public("revoker"), REVOKER), 7, (NOW.minus(60), NOW.plus(HOUR)))
        .link(&named("a link"))
        .key(public("mallory").thumbprint())
        .credential(&named("a credential"), &keys)
        .identifier(&worker(9), &keys)
        .consent(&named("a consent record"))
        .issued_before(ALICE, NOW.minus(HOUR))
        .sign(&key("revoker"))
        .unwrap()
}

/// Called workers, of whom the first says everything that a later link can; the last of two or the middle of three.
pub(super) fn rich(links: u8) -> Vec<u8> {
    let mut forge = Forge::of(&called(links));
    // Behind the credential in `kid`, in the ascending order in which they are named.
    let further = [platform_credential(1), platform_says(1, "hardware", 2)];
    let mut further: Vec<Forged> = further.iter().flat_map(|credential| Forge::of(credential).items).collect();
    further.sort_by_key(|item| *item.message.digest().as_bytes());
    let digests: Vec<Value> = further.iter().map(|item| bytes(item.message.digest().as_bytes())).collect();
    forge.items.splice(2..2, further);
    forge.link(0).message.put(&[OURS, 4], grants());
    let message = &mut forge.link(1).message;
    message.put(&[OURS, 8], Value::Array(digests));
    enrich(message, "worker 1");
    if links > 2 {
        // Within the window of the link before.
        forge.link(2).message.put(&[5], start());
    }
    forge.token()
}

/// A root alone with everything that it can say.
fn rich_root() -> Vec<u8> {
    let mut forge = Forge::of(&chain(1));
    let message = &mut forge.link(0).message;
    enrich(message, "root");
    message.put(&[OURS, 7, 4], digest("a consent record"));
    forge.token()
}

fn start() -> Value {
    int(i64::try_from(NOW.0).unwrap() - 30)
}

fn enrich(message: &mut Message, agree: &str) {
    message.put(&[5], start());
    message.put(&[OURS, 4], grants());
    message.put(&[OURS, 5], next());
    message.put(&[OURS, 6], map([(6, Value::Bool(true)), (7, int(15))]));
    message.put(&[OURS, 9], cose_key(agreement_key(agree).public().key()));
    message.put(&[OURS, 10], digest("task"));
    message.put(&[OURS, 12], set([digest("one"), digest("other")]));
    message.put(&[OURS, 13], digest("cause"));
}

/// Two grants; the second has limits of every kind.
pub(super) fn grants() -> Value {
    let range = Value::Array(vec![int(2), int(1), int(31)]);
    let limits = [
        ("days", range.clone()),
        ("team", Value::Array(vec![int(0), text("red")])),
        ("color", Value::Array(vec![int(1), set([text("blue"), text("green")])])),
        ("folder", Value::Array(vec![int(3), text("reports/2027")])),
    ];
    let mut limits = limits.map(|(name, limit)| (text(name), limit)).to_vec();
    limits.sort_by_key(|(name, _)| crate::common::cbor::encode(name));
    let plain = Value::Map(vec![(text("days"), range)]);
    set([
        Value::Array(vec![text("calendar.read"), text("calendar/alice/*"), plain]),
        Value::Array(vec![text("calendar.edit"), text("calendar/alice/work"), Value::Map(limits)]),
    ])
}

/// A contract with every demand but freshness.
fn next() -> Value {
    let demand =
        |name: &str, attester: &str| Value::Array(vec![text(name), Value::Array(vec![text(attester)]), int(1), int(2)]);
    map([
        (1, text("spiffe://prod.example/ns/calendar")),
        (2, Value::Array(vec![set([text(ROLE), text("reader")]), set([text(ATTESTER), text(PLATFORM)])])),
        (3, set([demand("hardware", ATTESTER), demand("executables", ATTESTER)])),
        (5, Value::Bool(true)),
    ])
}

/// A correct chain of three of so many bytes: the root's grants have resources as long as it takes.
pub(super) fn token_of(len: usize) -> Vec<u8> {
    const GRANTS: usize = 14;
    let filled = |lens: [usize; GRANTS]| {
        let mut forge = Forge::of(&called(3));
        let grant = |(n, len): (usize, usize)| {
            let resource = format!("calendar/alice/{n:02}{}", "x".repeat(len - 17));
            Value::Array(vec![text("calendar.read"), text(&resource)])
        };
        forge.link(0).message.put(&[OURS, 4], set(lens.into_iter().enumerate().map(grant)));
        forge.token()
    };
    // Between 256 and 1,024 bytes, a byte more in a resource is a byte more in the token.
    let missing = len - filled([900; GRANTS]).len();
    let mut lens = [900 + missing / GRANTS; GRANTS];
    lens[0] += missing % GRANTS;
    filled(lens)
}

pub(super) fn digest(name: &str) -> Value {
    bytes(named(name).as_bytes())
}

fn named(name: &str) -> Digest {
    Digest::of(&[name.as_bytes()])
}
