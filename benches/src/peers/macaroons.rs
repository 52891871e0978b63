//! Macaroons: a chain of HMACs under a secret that the verifier holds; one caveat per hop.

use base64::Engine as _;
use macaroon::{ByteString, Format, Macaroon, MacaroonKey, Verifier};

use crate::case::{Case, Kind};
use crate::job::{DAYS, DEPTHS, most_days, seed};

pub const CAVEATS: &str = "macaroon, one caveat per hop";

pub fn all() -> Vec<Case> {
    macaroon::initialize().expect("libsodium");
    let cases = DEPTHS.map(|depth| {
        let (token, key) = (made(depth), key());
        let verifier = verifier();
        Case::new(CAVEATS, depth, Kind::OtherPeer, token.len(), move || {
            decide(&verifier, &token, &key).expect("verified")
        })
    });
    cases.into()
}

/// Parses the binary form and checks every caveat and the tag.
pub fn decide(verifier: &Verifier, token: &[u8], key: &MacaroonKey) -> macaroon::Result<()> {
    verifier.verify(&Macaroon::deserialize_binary(std::hint::black_box(token))?, key, Vec::new())
}

pub fn verifier() -> Verifier {
    let mut verifier = Verifier::default();
    verifier.satisfy_general(|caveat| {
        let most = caveat.0.strip_prefix(b"days <= ").and_then(|most| std::str::from_utf8(most).ok()?.parse().ok());
        most.is_some_and(|most: i64| DAYS <= most)
    });
    verifier
}

pub fn made(depth: u8) -> Vec<u8> {
    let identifier = ByteString::from("calendar.read calendar/alice/work");
    let mut made = Macaroon::create(None, &key(), identifier).expect("a macaroon");
    (0..depth).for_each(|hop| made.add_first_party_caveat(caveat(hop)));
    bytes(&made)
}

/// One more caveat, bytes to bytes.
pub fn continued(token: &[u8], hop: u8) -> Vec<u8> {
    let mut longer = Macaroon::deserialize_binary(token).expect("a macaroon");
    longer.add_first_party_caveat(caveat(hop));
    bytes(&longer)
}

pub fn key() -> MacaroonKey {
    seed("macaroon").into()
}

fn caveat(hop: u8) -> ByteString {
    format!("days <= {}", most_days(hop)).into()
}

fn bytes(made: &Macaroon) -> Vec<u8> {
    let text = made.serialize(Format::V2).expect("text");
    base64::engine::general_purpose::URL_SAFE.decode(text).expect("base64")
}
