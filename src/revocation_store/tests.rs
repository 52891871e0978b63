//! Which lists are taken in, and what the store then answers.

use alloc::vec::Vec;

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use p256::ecdsa::{Signature, VerifyingKey};

use super::*;
use crate::key::{PublicKey, TrustedKey};
use crate::list::testing::{Draft, Issuer, NAME, digest, entry, set, text, uint};
use crate::text::Text;
use crate::trust::RevocationIssuer;

#[test]
fn everything_listed_is_revoked_and_nothing_else() {
    let (store, trust, issuer) = setting();
    let entity = "https://acme.example";
    let entries = [
        entry(0, &[digest(1)]),
        entry(1, &[digest(2)]),
        entry(2, &[digest(3), set([digest(31), digest(32)].to_vec())]),
        entry(3, &[text("spiffe://a.example/4"), set([digest(41), digest(2)].to_vec())]),
        entry(3, &[text("spiffe://a.example/400"), set(Vec::new())]),
        entry(4, &[digest(5)]),
        entry(5, &[text(entity), uint(1_400)]),
        entry(5, &[text(entity), uint(1_500)]),
        entry(5, &[text("https://b.example"), uint(10)]),
    ];
    let signed = Draft { entries: entries.to_vec(), ..Draft::new(1) }.sign(&issuer);
    assert_eq!(store.take_in(&signed, &trust, &Checker), Ok(1));

    let by = issuer.key().thumbprint();
    for (fill, revoked) in
        [(0, ""), (1, "L"), (2, "K"), (3, "C"), (31, "K"), (32, "K"), (4, ""), (41, "K"), (5, "O"), (6, "")]
    {
        let digest = Digest([fill; 32]);
        assert_eq!(store.revokes(&by, Revocable::Link(&digest)), revoked == "L", "{fill}");
        assert_eq!(store.revokes(&by, Revocable::Key(&digest)), revoked == "K", "{fill}");
        assert_eq!(store.revokes(&by, Revocable::Credential(&digest)), revoked == "C", "{fill}");
        assert_eq!(store.revokes(&by, Revocable::Consent(&digest)), revoked == "O", "{fill}");
    }
    for (identifier, revoked) in [
        ("spiffe://a.example/4", true),
        ("spiffe://a.example/400", true),
        ("spiffe://a.example/40", false),
        ("spiffe://a.example/4/x", false),
        ("spiffe://a.example", false),
    ] {
        assert_eq!(store.revokes(&by, Revocable::Identifier(identifier)), revoked, "{identifier}");
    }
    let issued = |accountable, at| store.revokes(&by, Revocable::Issued { accountable, at: UnixTime(at) });
    assert!(issued(entity, 1_499) && issued("https://b.example", 9));
    assert!(!issued(entity, 1_500) && !issued("https://b.example", 10) && !issued("https://c.example", 0));
    assert!(!store.revokes(&Digest([0; 32]), Revocable::Link(&Digest([1; 32]))), "by another issuer");
}

#[test]
fn list_outside_its_window_not_current() {
    let (store, trust, issuer) = setting();
    let by = issuer.key().thumbprint();
    assert!(!store.is_current(&by, UnixTime(1_500), 30), "without a list");
    store.take_in(&Draft::new(1).sign(&issuer), &trust, &Checker).unwrap();
    for (now, current) in [(969, false), (970, true), (1_000, true), (2_029, true), (2_030, false)] {
        assert_eq!(store.is_current(&by, UnixTime(now), 30), current, "{now}");
    }
    assert!(!store.is_current(&Digest([0; 32]), UnixTime(1_500), 30));
}

#[test]
fn older_list_after_newer_rejected() {
    let (store, trust, issuer) = setting();
    assert_eq!(store.take_in(&Draft::new(5).sign(&issuer), &trust, &Checker), Ok(5));
    let older = Draft { entries: [entry(0, &[digest(1)])].to_vec(), ..Draft::new(4) }.sign(&issuer);
    assert_eq!(refusal(store.take_in(&older, &trust, &Checker)), ErrorKind::ListNumberLower { held: 5, number: 4 });
    assert!(!revokes_link(&store, &issuer, 1));
    assert_eq!(store.take_in(&Draft::new(6).sign(&issuer), &trust, &Checker), Ok(6));
}

#[test]
fn same_number_other_content_rejected() {
    let (store, trust, issuer) = setting();
    let first = Draft { entries: [entry(0, &[digest(1)])].to_vec(), ..Draft::new(5) }.sign(&issuer);
    assert_eq!(store.take_in(&first, &trust, &Checker), Ok(5));
    assert_eq!(refusal(store.take_in(&Draft::new(5).sign(&issuer), &trust, &Checker)), ErrorKind::ListNumberReused);
    assert!(revokes_link(&store, &issuer, 1));
    assert_eq!(store.take_in(&first, &trust, &Checker), Ok(5), "the same list again");
}

#[test]
fn list_of_an_unknown_issuer_or_under_another_name_rejected() {
    let (store, trust, issuer) = setting();
    let unknown = Draft::new(1).sign(&Issuer::new(9));
    assert_eq!(refusal(store.take_in(&unknown, &trust, &Checker)), ErrorKind::ListIssuerUnknown);
    let renamed = Draft { name: "https://b.example/revocation", ..Draft::new(1) }.sign(&issuer);
    assert_eq!(refusal(store.take_in(&renamed, &trust, &Checker)), ErrorKind::ListIssuerName);
    assert_eq!(refusal(store.take_in(&[], &trust, &Checker)), ErrorKind::Truncated);
    assert_eq!(store.held(), []);
}

#[test]
fn list_with_another_signature_rejected() {
    let (store, trust, issuer) = setting();
    store.take_in(&Draft::new(1).sign(&issuer), &trust, &Checker).unwrap();
    for number in [1, 2] {
        let mut signed = Draft::new(number).sign(&issuer);
        *signed.last_mut().unwrap() ^= 1;
        assert_eq!(refusal(store.take_in(&signed, &trust, &Checker)), ErrorKind::ListSignatureInvalid);
    }
    assert_eq!(store.held()[0].number, 1);
}

#[test]
fn list_larger_than_the_limits_rejected() {
    let (_, trust, issuer) = setting();
    let entries = [entry(0, &[digest(1)]), entry(0, &[digest(2)])];
    let signed = Draft { entries: entries.to_vec(), ..Draft::new(1) }.sign(&issuer);
    for (bytes, entries, expected) in [
        (signed.len(), 2, Ok(1)),
        (signed.len() - 1, 2, Err(ErrorKind::ListTooLarge)),
        (signed.len(), 1, Err(ErrorKind::ListTooLarge)),
    ] {
        let store = RevocationStore::with_limits(ListLimits { bytes, entries });
        assert_eq!(store.take_in(&signed, &trust, &Checker).map_err(|error| error.kind), expected);
    }
}

#[test]
fn list_wrong_in_several_ways_rejected_for_the_first_step() {
    let (_, trust, issuer) = setting();
    let store = RevocationStore::with_limits(ListLimits { entries: 0, ..ListLimits::DEFAULT });
    store.take_in(&Draft::new(5).sign(&issuer), &trust, &Checker).unwrap();
    // Too large and badly signed in every row; what else is wrong comes before that.
    let entries = [entry(0, &[digest(1)])].to_vec();
    for (name, number, expected) in [
        ("https://b.example", 4, ErrorKind::ListIssuerName),
        (NAME, 4, ErrorKind::ListNumberLower { held: 5, number: 4 }),
        (NAME, 5, ErrorKind::ListNumberReused),
        (NAME, 6, ErrorKind::ListTooLarge),
    ] {
        let mut signed = Draft { name, entries: entries.clone(), ..Draft::new(number) }.sign(&issuer);
        *signed.last_mut().unwrap() ^= 1;
        assert_eq!(refusal(store.take_in(&signed, &trust, &Checker)), expected);
    }
}

#[test]
fn older_list_after_a_restart_rejected() {
    let (store, trust, issuer) = setting();
    let (old, new) = (Draft::new(4).sign(&issuer), Draft::new(5).sign(&issuer));
    store.take_in(&new, &trust, &Checker).unwrap();
    let persisted = store.held();

    let restarted = RevocationStore::new();
    for HeldList { issuer, number, digest } in persisted.clone() {
        restarted.remember(issuer, number, digest);
    }
    assert_eq!(restarted.held(), persisted);
    assert!(!restarted.is_current(&issuer.key().thumbprint(), UnixTime(1_500), 30), "a number is no list");
    assert_eq!(refusal(restarted.take_in(&old, &trust, &Checker)), ErrorKind::ListNumberLower { held: 5, number: 4 });
    let forged = Draft { expires: UnixTime(9_000), ..Draft::new(5) }.sign(&issuer);
    assert_eq!(refusal(restarted.take_in(&forged, &trust, &Checker)), ErrorKind::ListNumberReused);
    assert_eq!(restarted.take_in(&new, &trust, &Checker), Ok(5));
    assert!(restarted.is_current(&issuer.key().thumbprint(), UnixTime(1_500), 30));
}

#[test]
fn remembered_number_never_lowers_what_is_held() {
    let (store, trust, issuer) = setting();
    let by = issuer.key().thumbprint();
    store.take_in(&Draft::new(5).sign(&issuer), &trust, &Checker).unwrap();
    let held = store.held();
    store.remember(by, 4, Digest([4; 32]));
    store.remember(by, 5, Digest([5; 32]));
    assert_eq!(store.held(), held);
    assert!(store.is_current(&by, UnixTime(1_500), 30));
    store.remember(by, 6, Digest([6; 32]));
    assert!(!store.is_current(&by, UnixTime(1_500), 30), "a newer list exists, and is not held");
}

#[test]
fn readers_never_see_half_a_list() {
    let (store, trust, issuer) = setting();
    let list = |number: u8| {
        let entries = [entry(0, &[digest(number)]), entry(1, &[digest(number)]), entry(4, &[digest(number)])];
        Draft { entries: entries.to_vec(), ..Draft::new(number.into()) }.sign(&issuer)
    };
    let lists = &(1..=40).map(list).collect::<Vec<_>>();
    let (by, store, trust) = (issuer.key().thumbprint(), &store, &trust);
    store.take_in(&lists[0], trust, &Checker).unwrap();
    std::thread::scope(|scope| {
        // Two writers, one of them backwards: whatever the order, the newest stays.
        let take_in = |list: &Vec<u8>| store.take_in(list, trust, &Checker).is_ok();
        scope.spawn(move || lists.iter().filter(|list| take_in(list)).count());
        scope.spawn(move || lists.iter().rev().filter(|list| take_in(list)).count());
        for _ in 0..2 {
            scope.spawn(|| {
                let mut last = 0;
                for _ in 0..2_000 {
                    let seen = store.snapshot();
                    let number = (1..=40).find(|n| seen.revokes(&by, Revocable::Link(&Digest([*n; 32])))).unwrap();
                    assert!(seen.revokes(&by, Revocable::Key(&Digest([number; 32]))));
                    assert!(seen.revokes(&by, Revocable::Consent(&Digest([number; 32]))));
                    assert!(number >= last);
                    last = number;
                }
            });
        }
    });
    assert_eq!(store.held()[0].number, 40);
}

#[test]
fn snapshot_does_not_change() {
    let (store, trust, issuer) = setting();
    store.take_in(&Draft::new(1).sign(&issuer), &trust, &Checker).unwrap();
    let before = store.snapshot();
    let second = Draft { entries: [entry(0, &[digest(1)])].to_vec(), ..Draft::new(2) }.sign(&issuer);
    store.take_in(&second, &trust, &Checker).unwrap();
    assert!(!before.revokes(&issuer.key().thumbprint(), Revocable::Link(&Digest([1; 32]))));
    assert!(revokes_link(&store, &issuer, 1));
}

fn setting() -> (RevocationStore, Trust<'static>, Issuer) {
    let issuer = Issuer::new(7);
    let revoker = RevocationIssuer::new(TrustedKey::new(issuer.key()), Text::new(NAME));
    let trust = Trust { revokers: Vec::from([revoker]).into(), ..Trust::default() };
    (RevocationStore::new(), trust, issuer)
}

fn refusal(result: Result<u64, Error>) -> ErrorKind {
    let error = result.unwrap_err();
    assert_eq!(error.at.part, Part::RevocationList);
    error.kind
}

fn revokes_link(store: &RevocationStore, issuer: &Issuer, fill: u8) -> bool {
    store.revokes(&issuer.key().thumbprint(), Revocable::Link(&Digest([fill; 32])))
}

/// Checks signatures with `p256`.
struct Checker;

impl SignatureVerifier for Checker {
    fn is_on_curve(&self, key: &PublicKey) -> bool {
        VerifyingKey::from_sec1_bytes(&key.to_sec1()).is_ok()
    }

    fn verify(&self, check: &SignatureCheck<'_>) -> bool {
        let key = VerifyingKey::from_sec1_bytes(&check.key.to_sec1());
        let signature = Signature::from_slice(check.signature.as_bytes());
        key.and_then(|key| key.verify_prehash(check.digest.as_bytes(), &signature?)).is_ok()
    }
}
