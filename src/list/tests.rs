//! What a revocation list is, and what is refused as one.

use std::string::String;
use std::vec::Vec;

use super::testing::{Draft, Issuer, NAME, array, bytes, claims, digest, entry, map, nint, set, text, uint};
use super::*;

#[test]
fn list_with_every_kind_of_entry_accepted() {
    let issuer = Issuer::new(7);
    let signed = every_kind().sign(&issuer);
    let list = RevocationList::decode(&signed).unwrap();
    assert_eq!(*list.issuer(), issuer.key().thumbprint());
    assert_eq!((list.name(), list.number(), list.len()), (NAME, 5, 7));
    assert_eq!((list.issued(), list.expires()), (UnixTime(1_000), UnixTime(2_000)));

    let keys = |keys: Keys<'_>| keys.iter().map(|key| key.0[0]).collect::<Vec<_>>();
    let seen: Vec<String> = list
        .entries()
        .map(|entry| match entry {
            Entry::Link(link) => std::format!("link {}", link.0[0]),
            Entry::Key(key) => std::format!("key {}", key.0[0]),
            Entry::Credential(credential, with) => std::format!("credential {} {:?}", credential.0[0], keys(with)),
            Entry::Identifier(identifier, with) => std::format!("identifier {identifier} {:?}", keys(with)),
            Entry::Consent(consent) => std::format!("consent {}", consent.0[0]),
            Entry::Issued { accountable, before } => std::format!("issued {accountable} {before}"),
        })
        .collect();
    assert_eq!(
        seen,
        [
            "link 1",
            "key 2",
            "consent 6",
            "credential 3 [31, 32]",
            "identifier spiffe://a.example/4 [41]",
            "identifier urn:ietf:params:oauth:ckt:sha-256:x []",
            "issued https://acme.example 1500",
        ]
    );
}

#[test]
fn empty_list_accepted() {
    let signed = Draft::new(0).sign(&Issuer::new(7));
    let list = RevocationList::decode(&signed).unwrap();
    assert!(list.is_empty());
    assert_eq!(list.entries().count(), 0);
}

#[test]
fn every_truncation_is_rejected() {
    let signed = every_kind().sign(&Issuer::new(7));
    for end in 0..signed.len() {
        assert!(RevocationList::decode(&signed[..end]).is_err(), "{end}");
    }
}

#[test]
fn trailing_bytes_rejected() {
    let mut signed = every_kind().sign(&Issuer::new(7));
    let len = signed.len();
    signed.push(0);
    let error = RevocationList::decode(&signed).unwrap_err();
    assert_eq!((error.kind, error.at.part), (ErrorKind::TrailingBytes, Part::RevocationList));
    assert_eq!(error.at.byte, u32::try_from(len).ok());
    let inside = [Draft::new(1).payload(), uint(0)].concat();
    assert_eq!(refused(&inside), ErrorKind::TrailingBytes);
}

#[test]
fn another_artifact_rejected() {
    let payload = Draft::new(1).payload();
    let error = RevocationList::decode(&Issuer::new(7).sign(65101, &payload)).unwrap_err();
    assert_eq!(error.kind, ErrorKind::WrongTyp);
}

#[test]
fn claims_outside_the_format_rejected() {
    let own = Draft::new(1).own();
    let wrapped = |own: Vec<u8>| claims(NAME, UnixTime(1), UnixTime(2), &own);
    let (iss, exp, iat) = ((uint(1), text(NAME)), (uint(4), uint(2)), (uint(6), uint(1)));
    for (payload, expected) in [
        (
            map(&[iss.clone(), (uint(2), text("urn:x:y")), exp.clone(), iat.clone(), (nint(65536), own.clone())]),
            ErrorKind::ClaimUnknown,
        ),
        (
            map(&[iss.clone(), exp.clone(), (uint(5), uint(1)), iat.clone(), (nint(65536), own.clone())]),
            ErrorKind::ClaimUnknown,
        ),
        (map(&[exp.clone(), iat.clone(), (nint(65536), own.clone())]), ErrorKind::ClaimMissing),
        (map(&[iss.clone(), iat.clone(), (nint(65536), own.clone())]), ErrorKind::ClaimMissing),
        (map(&[iss.clone(), exp.clone(), (nint(65536), own.clone())]), ErrorKind::ClaimMissing),
        (map(&[iss.clone(), exp.clone(), iat.clone()]), ErrorKind::ClaimMissing),
        (map(&[exp.clone(), iss.clone(), iat.clone(), (nint(65536), own.clone())]), ErrorKind::MapKeyOrder),
        (map(&[iss.clone(), iss, exp, iat, (nint(65536), own.clone())]), ErrorKind::MapKeyDuplicate),
        (wrapped(map(&[(uint(21), uint(1))])), ErrorKind::ClaimMissing),
        (wrapped(map(&[(uint(22), array(&[]))])), ErrorKind::ClaimMissing),
        (
            wrapped(map(&[(uint(20), text("urn:x:y")), (uint(21), uint(1)), (uint(22), array(&[]))])),
            ErrorKind::ClaimUnknown,
        ),
        (wrapped(map(&[(uint(21), uint(1 << 63)), (uint(22), array(&[]))])), ErrorKind::IntegerOutOfRange),
        (wrapped(map(&[(uint(21), nint(0)), (uint(22), array(&[]))])), ErrorKind::UnexpectedType),
        (claims("revocation", UnixTime(1), UnixTime(2), &own), ErrorKind::IdentifierInvalid),
        (claims("urn:ietf:params:oauth:ckt:x", UnixTime(1), UnixTime(2), &own), ErrorKind::UnvouchedIdentifier),
        (claims("", UnixTime(1), UnixTime(2), &own), ErrorKind::SizeOutOfRange),
        (claims(NAME, UnixTime(2), UnixTime(2), &own), ErrorKind::WindowEmpty),
    ] {
        assert_eq!(refused(&payload), expected);
    }
}

#[test]
fn malformed_entries_rejected() {
    let name = || text("urn:x:y");
    for (entry, expected) in [
        (entry(6, &[digest(1)]), ErrorKind::KindUnknown),
        (entry(6, &[digest(1), digest(2)]), ErrorKind::KindUnknown),
        (array(&[nint(0), digest(1)]), ErrorKind::UnexpectedType),
        (array(&[uint(0)]), ErrorKind::WrongArity),
        (entry(0, &[digest(1), digest(2)]), ErrorKind::WrongArity),
        (entry(1, &[digest(1), array(&[])]), ErrorKind::WrongArity),
        (entry(2, &[digest(1)]), ErrorKind::WrongArity),
        (entry(3, &[name()]), ErrorKind::WrongArity),
        (entry(4, &[digest(1), uint(1)]), ErrorKind::WrongArity),
        (entry(5, &[name()]), ErrorKind::WrongArity),
        (entry(5, &[name(), uint(1), uint(2)]), ErrorKind::WrongArity),
        (entry(0, &[bytes(&[1; 31])]), ErrorKind::SizeOutOfRange),
        (entry(1, &[text("x")]), ErrorKind::UnexpectedType),
        (entry(2, &[digest(1), array(&[digest(2), digest(1)])]), ErrorKind::SetOrder),
        (entry(3, &[name(), array(&[digest(2), digest(2)])]), ErrorKind::SetOrder),
        (entry(3, &[text("x"), array(&[])]), ErrorKind::IdentifierInvalid),
        (entry(5, &[text("urn:ietf:params:oauth:ckt:sha-256:x"), uint(1)]), ErrorKind::UnvouchedIdentifier),
        (entry(5, &[name(), uint(1 << 63)]), ErrorKind::IntegerOutOfRange),
        (digest(1), ErrorKind::UnexpectedType),
    ] {
        assert_eq!(refused(&Draft { entries: [entry].to_vec(), ..Draft::new(1) }.payload()), expected);
    }
}

#[test]
fn entries_out_of_order_or_repeated_rejected() {
    let (first, second) = (entry(0, &[digest(1)]), entry(1, &[digest(0)]));
    for entries in [[second.clone(), first.clone()], [first.clone(), first]] {
        let own = map(&[(uint(21), uint(1)), (uint(22), array(&entries))]);
        assert_eq!(refused(&claims(NAME, UnixTime(1), UnixTime(2), &own)), ErrorKind::SetOrder);
    }
}

fn every_kind() -> Draft {
    let entries = [
        entry(0, &[digest(1)]),
        entry(1, &[digest(2)]),
        entry(2, &[digest(3), set([digest(31), digest(32)].to_vec())]),
        entry(3, &[text("spiffe://a.example/4"), set([digest(41)].to_vec())]),
        entry(3, &[text("urn:ietf:params:oauth:ckt:sha-256:x"), set(Vec::new())]),
        entry(4, &[digest(6)]),
        entry(5, &[text("https://acme.example"), uint(1_500)]),
    ];
    Draft { entries: entries.to_vec(), ..Draft::new(5) }
}

fn refused(payload: &[u8]) -> ErrorKind {
    let signed = Issuer::new(7).sign(65105, payload);
    let error = RevocationList::decode(&signed).unwrap_err();
    assert_eq!(error.at.part, Part::RevocationList);
    error.kind
}
