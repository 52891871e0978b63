//! Only what verified enters: whatever is refused, at any stage, leaves nothing behind.

use throughline::{ErrorKind, Part, PublicKey};

use crate::common::cbor::{OURS, cose_key, int, raw, text};
use crate::common::forge::{Forge, Message, split};
use crate::common::lists::{FRESH, Fixed};
use crate::common::setting::{Setting, items, request};
use crate::common::world::{agreeing, agreement_key, called, hop, mac_proof, platform_credential, vouched, wide_trust};
use crate::common::{chain, proof, window, worker};
use crate::door::{Door, ROOMY};
use throughline::issue::ContinuationBuilder;

fn setting() -> Setting {
    Setting::new(wide_trust())
}

/// Not a point of the curve.
fn nowhere() -> PublicKey {
    PublicKey::from_coordinates([1; 32], [1; 32])
}

type Change = fn(&mut Forge);

/// A defect for each stage that a token can fail at, in its last link.
const DEFECTS: [(Change, ErrorKind); 10] = [
    (|forge| forge.link(3).message.put(&[99], raw(&[0])), ErrorKind::ClaimUnknown),
    (|forge| forge.link(3).message.put(&[OURS, 2], int(7)), ErrorKind::PositionWrong),
    (|forge| forge.link(3).message.put(&[4], int(i64::MAX)), ErrorKind::WindowOutsideParent),
    (
        |forge| forge.credential(2).message.put(&[OURS, 14], text("https://bob.example")),
        ErrorKind::AccountableOutsideRemit,
    ),
    (|forge| forge.link(3).message.put(&[OURS, 3], text("reader")), ErrorKind::RoleNotVouched),
    (|forge| forge.link(2).message.put(&[OURS, 5], text("https://bob.example")), ErrorKind::SuccessorIdentifier),
    (
        |forge| {
            let everything = ciborium::Value::Array(vec![text("*"), text("*")]);
            forge.link(3).message.put(&[OURS, 4], crate::common::cbor::set([everything]));
        },
        ErrorKind::GrantsWidened,
    ),
    (|forge| forge.link(3).message.put(&[OURS, 9], cose_key(&nowhere())), ErrorKind::KeyOffCurve),
    (|forge| forge.link(3).signer = "mallory".to_owned(), ErrorKind::SignatureInvalid),
    (|forge| forge.credential(2).signer = "mallory".to_owned(), ErrorKind::SignatureInvalid),
];

#[test]
fn nothing_of_a_refused_token_enters() {
    let setting = setting();
    for (change, kind) in DEFECTS {
        let door = Door::new(ROOMY);
        let mut forge = Forge::of(&chain(4));
        change(&mut forge);
        let bad = forge.token();
        for _ in 0..2 {
            let judged = door.verify(&setting, &bad);
            assert_eq!(judged.verdict.map_err(|error| error.kind), Err(kind));
            assert_eq!(judged.verdict, setting.verify(&bad).0);
            assert_eq!((judged.remembered, door.known(&bad)), (0, 0), "{kind:?}");
        }
    }
}

#[test]
fn known_items_in_a_refused_token_teach_nothing_new() {
    let setting = setting();
    for (change, kind) in DEFECTS {
        let door = Door::new(ROOMY);
        // Two links and a credential of it are known.
        door.warm(&setting, &chain(2));
        let mut forge = Forge::of(&chain(4));
        change(&mut forge);
        let bad = forge.token();
        let judged = door.verify(&setting, &bad);
        assert_eq!(judged.verdict, setting.verify(&bad).0);
        assert_eq!((judged.verdict.map_err(|error| error.kind), judged.remembered), (Err(kind), 0));
        assert_eq!(door.known(&bad), 3, "{kind:?}");
        door.costs_nothing(&setting, &chain(2));
    }
}

#[test]
fn an_off_curve_agreement_key_is_found_behind_known_links() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let token = chain(3);
    door.warm(&setting, &token);
    let mut forge = Forge::of(&hop(&token, 3));
    forge.link(3).message.put(&[OURS, 9], cose_key(&nowhere()));
    for _ in 0..3 {
        let judged = door.verify(&setting, &forge.token());
        assert_eq!(judged.verdict, setting.verify(&forge.token()).0);
        assert_eq!(
            judged.verdict.map_err(|error| (error.kind, error.at.part)),
            Err((ErrorKind::KeyOffCurve, Part::Link(3)))
        );
        assert_eq!(judged.remembered, 0);
    }
}

#[test]
fn nothing_enters_under_a_refused_proof_but_what_verified() {
    let mut setting = setting();
    setting.agreement.push(agreement_key("audience"));
    let token = chain(3);
    let good = proof(&token, "worker 2", 1);
    let mut forged = Message::of(&good);
    forged.sign("mallory");
    let mut elsewhere = request();
    elsewhere.audience = "https://mail.example";
    let replayed = Fixed { look_up: Err(ErrorKind::ProofReplayed), ..FRESH };
    for (proof, request, memory) in [
        (b"".as_slice(), request(), FRESH),
        (&good[..50], request(), FRESH),
        (&forged.encoded(), request(), FRESH),
        (&good, elsewhere, FRESH),
        (&good, request(), replayed),
    ] {
        let door = Door::new(ROOMY);
        let judged = door.admit(&setting, (&token, proof), &request, &memory);
        assert!(judged.verdict.is_err());
        assert_eq!((judged.remembered, door.known(&token)), (0, 0), "{:?}", judged.verdict);
    }
}

#[test]
fn nothing_enters_under_a_wrong_mac() {
    let mut setting = setting();
    setting.agreement.push(agreement_key("audience"));
    let (door, token) = (Door::new(ROOMY), agreeing());
    let mut wrong = mac_proof(&token);
    *wrong.last_mut().unwrap() ^= 1;
    let judged = door.admit(&setting, (&token, &wrong), &request(), &FRESH);
    assert_eq!(judged.verdict.map_err(|error| error.kind), Err(ErrorKind::ProofMacInvalid));
    assert_eq!((judged.remembered, door.known(&token)), (0, 0), "like a wrong signature");
}

#[test]
fn flood_of_refused_tokens_evicts_nothing() {
    let (door, setting) = (Door::new(8), setting());
    let token = called(2);
    door.warm(&setting, &token);
    for n in 0..50_u8 {
        let mut forge = Forge::of(&hop(&chain(2), 2));
        forge.link(2).message.put(&[OURS, 10], crate::common::cbor::bytes(&[n; 32]));
        forge.link(2).signer = "mallory".to_owned();
        assert!(door.verify(&setting, &forge.token()).verdict.is_err());
    }
    door.costs_nothing(&setting, &token);
}

#[test]
fn items_in_other_places_or_tokens_are_judged_anew() {
    let (door, setting) = (Door::new(ROOMY), setting());
    let actor = vouched(2).also(&platform_credential(2)).unwrap();
    let base = called(2);
    let given = crate::common::handover(&base, "worker 1", &worker(2));
    let long = ContinuationBuilder::new(&base, actor, window()).handover(&given);
    let long = crate::common::world::by(2, long);
    let other = chain(4);
    for token in [&long, &other, &called(4)] {
        door.warm(&setting, token);
    }
    let (items_of_long, items_of_other) = (split(&long), split(&other));
    // Every item left out, doubled, swapped with the next, and put into the other token: all of them are known.
    let mut tried = 0;
    for at in 0..items_of_long.len() {
        let mut without = items_of_long.clone();
        let item = without.remove(at);
        let mut doubled = items_of_long.clone();
        doubled.insert(at, item.clone());
        let mut swapped = items_of_long.clone();
        swapped.swap(at, (at + 1) % items_of_long.len());
        let mut all = vec![without, doubled, swapped];
        for place in 0..=items_of_other.len() {
            let mut inserted = items_of_other.clone();
            inserted.insert(place, item.clone());
            all.push(inserted);
        }
        for token in all.iter().map(|items| items.concat()) {
            let judged = door.verify(&setting, &token);
            assert_eq!(judged.verdict, setting.verify(&token).0);
            assert_eq!((judged.checks, judged.remembered), (0, 0));
            // A link shorter is true as well.
            assert!(judged.verdict.is_err() || long.starts_with(&token) || items(&token) < items_of_long.len());
            tried += 1;
        }
    }
    assert!(tried > 80);
}
