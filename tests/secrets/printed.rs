//! No secret is ever printed.

use throughline::issue::{IssueError, Signer, SigningKey};
use throughline::{AgreementKey, Digest, KeyAgreement as _, MacSessions, SharedSecret};

use crate::common::world::agreement_key;
use crate::common::{AUDIENCE, key, public, root};
use crate::needles::{agreement_scalar, shared, signing_scalar};
use crate::subject::hex;

/// Whether `text` shows these bytes: in hexadecimal, in decimal as Rust prints arrays, or in base64, by any four of them.
fn shows(text: &str, secret: &[u8]) -> bool {
    let lower = text.to_lowercase();
    secret.windows(4).any(|four| {
        let decimal: Vec<String> = four.iter().map(u8::to_string).collect();
        let hexes: Vec<String> = four.iter().map(|byte| format!("{byte:x}")).collect();
        let reversed: Vec<u8> = four.iter().rev().copied().collect();
        [hex(four), hex(&reversed), decimal.join(", "), hexes.join(", "), decimal.join(" ")]
            .iter()
            .any(|shown| lower.contains(shown))
    })
}

#[track_caller]
fn silent(what: &impl std::fmt::Debug, secret: &[u8]) {
    for text in [format!("{what:?}"), format!("{what:#?}"), format!("{what:x?}"), format!("{what:#X?}")] {
        assert!(!shows(&text, secret), "{text}");
    }
}

#[test]
fn key_is_not_printed() {
    let scalar = signing_scalar("worker 1");
    silent(&key("worker 1"), &scalar);
    let scalar = agreement_scalar("audience");
    silent(&agreement_key("audience"), &scalar);
    silent(&vec![agreement_key("audience")], &scalar);
    let sessions = MacSessions::new(agreement_key("audience"), AUDIENCE, 4);
    silent(&sessions, &scalar);
}

#[test]
fn shared_secret_is_not_printed() {
    let (x, _) = shared(&agreement_scalar("audience"), public("alice").key());
    let key = agreement_key("audience");
    silent(&key.agree(key.public().thumbprint(), public("alice").key()).unwrap(), &x);
    silent(&SharedSecret::new(x), &x);
}

#[test]
fn bytes_that_are_no_key_are_not_printed() {
    let too_great = [0xff; 32];
    silent(&SigningKey::from_bytes(&too_great), &too_great);
    silent(&AgreementKey::from_bytes(&too_great), &too_great);
}

#[test]
fn error_of_a_signer_shows_nothing_but_itself() {
    struct Broken(SigningKey);

    impl Signer for Broken {
        type Error = &'static str;

        fn key(&self) -> &throughline::TrustedKey {
            self.0.key()
        }

        fn sign(&self, _: &Digest) -> Result<[u8; 64], Self::Error> {
            Err("out of order")
        }
    }

    let error: IssueError<&str> = root().sign(&Broken(key("alice"))).unwrap_err();
    assert_eq!(error.to_string(), "signer: out of order");
    silent(&error, &signing_scalar("alice"));
}

/// The control: a type that does print its key.
#[test]
fn key_that_is_printed_is_seen() {
    #[derive(Debug)]
    struct Loud(#[expect(dead_code, reason = "printed")] [u8; 32]);

    let scalar = signing_scalar("worker 1");
    assert!(shows(&format!("{:?}", Loud(scalar)), &scalar));
    assert!(
        shows(&format!("{:#x?}", Loud(scalar)).replace([' ', '\n'], "").replace(",", ", "), &scalar)
            || shows(&format!("{:x?}", Loud(scalar)), &scalar)
    );
    assert!(shows(&hex(&scalar), &scalar));
}
