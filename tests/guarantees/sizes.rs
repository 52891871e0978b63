//! Sizes on the wire, with SPIFFE identifiers of 60 characters, and of a verified chain in memory.

use throughline::Property;
use throughline::issue::{Actor, ContinuationBuilder, CredentialBuilder, HandOverBuilder, RootBuilder};

use crate::common::forge::split;
use crate::common::setting::Setting;
use crate::common::world::{agreement_key, edit, text, wide_trust};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, alice, contract, grants, key, origin, public, window};

/// Header values of 4,096 characters hold this many bytes between their delimiters; of 8,162, this many.
const ONE_HEADER: usize = 3_069;
const TWO_HEADERS: usize = 6_120;

fn identifier(n: u8) -> String {
    let identifier = format!("spiffe://prod.example/ns/calendar/executor/unknown-000000-{n:02}");
    assert_eq!(identifier.len(), 60);
    identifier
}

/// With four properties.
fn credential(n: u8) -> Vec<u8> {
    let validity = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let key_of = *public(&format!("worker {n}")).key();
    let builder = CredentialBuilder::new((public("attester"), ATTESTER), &identifier(n), key_of, ALICE, validity);
    ["hardware", "executables", "configuration", "runtime-opaque"]
        .into_iter()
        .fold(builder.role(ROLE), |builder, name| builder.property(name, Property::Int(2)))
        .sign(&key("attester"))
        .unwrap()
}

/// How a chain is put together.
#[derive(Clone, Copy, PartialEq)]
enum Way {
    Inline,
    ByReference,
    CalledByReference,
}

/// Links that each name the next by its exact key, or call it; the head alone has an agreement key.
fn token(links: u8, way: Way) -> Vec<u8> {
    let next = |n: u8| *public(&format!("worker {n}")).thumbprint();
    let builder = RootBuilder::new(alice(), &origin(), window(), grants());
    let builder = match way {
        Way::CalledByReference => builder.next_contract(contract()),
        Way::Inline | Way::ByReference => builder.next_key(&next(1)),
    };
    let mut token = builder.sign(&key("alice")).unwrap();
    let mut caller = "alice".to_owned();
    for n in 1..links {
        let actor = Actor::vouched(&credential(n), ROLE).unwrap();
        let actor = if way == Way::Inline { actor } else { actor.by_reference() };
        let builder = ContinuationBuilder::new(&token, actor, window());
        let builder = match way {
            Way::CalledByReference => {
                let given = HandOverBuilder::new(&token, public(&caller), &identifier(n), NOW.plus(HOUR));
                builder.handover(&given.sign(&key(&caller)).unwrap())
            }
            Way::Inline | Way::ByReference => builder,
        };
        let builder = match way {
            _ if n + 1 == links => builder.agree(agreement_key("head").public().key()),
            Way::CalledByReference => builder.next_contract(contract()),
            Way::Inline | Way::ByReference => builder.next_key(&next(n + 1)),
        };
        caller = format!("worker {n}");
        token = builder.sign(&key(&caller)).unwrap();
    }
    let mut setting = Setting::new(wide_trust());
    edit(&mut setting.trust.attesters, |attesters| {
        edit(&mut attesters[0].properties, |names| names.extend(["configuration", "runtime-opaque"].map(text)));
    });
    (1..links).for_each(|n| setting.know(&credential(n)));
    setting.accepts(&token);
    token
}

#[test]
fn plain_continuation_takes_at_most_310_bytes() {
    let items = split(&token(4, Way::ByReference));
    for link in &items[1..3] {
        assert!(link.len() <= 310, "{}", link.len());
    }
}

#[test]
fn credential_with_four_properties_takes_at_most_420_bytes() {
    let len = credential(1).len();
    assert!(len <= 420, "{len}");
}

#[test]
fn eight_hops_by_reference_fit_one_header() {
    let len = token(8, Way::ByReference).len();
    assert!(len <= ONE_HEADER, "{len}");
}

#[test]
fn sixteen_hops_by_reference_fit_two_headers() {
    let len = token(16, Way::ByReference).len();
    assert!(len <= TWO_HEADERS, "{len}");
}

#[test]
fn eight_hops_with_their_credentials_fit_two_headers() {
    let len = token(8, Way::Inline).len();
    assert!(len <= TWO_HEADERS, "{len}");
}

#[test]
fn eight_hops_called_by_name_fit_two_headers() {
    let len = token(8, Way::CalledByReference).len();
    assert!(len <= TWO_HEADERS, "{len}");
}

#[test]
fn readme_says_the_sizes_of_this_code() {
    let readme = include_str!("../../README.md");
    let rows = [
        ("continuation, next named by key", split(&token(4, Way::ByReference))[1].len()),
        ("credential with four AR4SI properties", credential(1).len()),
        ("8 hops, credentials by reference", token(8, Way::ByReference).len()),
        ("16 hops, credentials by reference", token(16, Way::ByReference).len()),
        ("8 hops, all credentials inline", token(8, Way::Inline).len()),
        ("8 hops by reference, a hand-over at each", token(8, Way::CalledByReference).len()),
    ];
    for (what, len) in rows {
        assert!(readme.contains(&format!("| {what} | {len} |")), "{what}: {len}");
    }
}

#[cfg(target_pointer_width = "64")]
#[test]
fn a_verified_chain_takes_13_kb() {
    let bytes = size_of::<throughline::VerifiedChain<'_>>();
    assert!((12_500..13_500).contains(&bytes), "a chain takes {bytes} bytes");
}
