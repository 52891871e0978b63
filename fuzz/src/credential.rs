//! Credentials, arbitrary or damaged: what is decoded says what ciborium reads, and taking it in refuses what decoding refuses.

use std::sync::LazyLock;

use throughline::trust::Trust;
use throughline::{Credential, KnownCredentials};

use crate::common::credential;
use crate::common::world::{agent_credential, platform_credential, wide_trust};
use crate::edit::{self, Sample};
use crate::signed::{EverythingIsSigned, Opened, elements, is_digest, labels, text};
use crate::vectors::each_once;
use crate::{Target, Vectors, planted, values};

/// This target.
pub const TARGET: Target = Target { name: "credential", max_len: 512, run, seeds };

/// The first byte says which credential and how the others change it.
pub fn run(data: &[u8]) {
    let (trust, samples) = &*WORLD;
    let Some(bytes) = edit::input(samples, data) else { return };
    let decoded = Credential::decode(&bytes);
    let taken = KnownCredentials::new().take_in(bytes.as_slice(), trust, &EverythingIsSigned);
    match decoded {
        Ok(credential) => {
            check(&credential);
            assert_eq!(credential.encoded(), bytes);
            let refused = taken.is_err_and(|error| error.kind.stage() != 2);
            assert!(refused || taken == Ok(*credential.digest()), "{taken:?}");
        }
        Err(error) => assert_eq!(taken.map_err(|error| error.kind), Err(error.kind), "taking in decodes first"),
    }
}

/// Everything that a credential says stands in its bytes, and nothing else does.
pub(crate) fn check(credential: &Credential<'_>) {
    let opened = Opened::read(credential.encoded(), 65_102);
    opened.only(&[1, 2, 4, 5, 6, 8, 10], &[14, 15, 16]);
    assert_eq!(opened.tag, 18);
    assert_eq!(&opened.digest, credential.digest());
    assert!(is_digest(Some(credential.attester_key()), Some(&opened.kid)), "kid");
    let attester = if planted() { credential.subject() } else { credential.attester() };
    assert_eq!(Some(attester), opened.claim(1).map(text), "iss");
    assert_eq!(Some(credential.subject()), opened.claim(2).map(text), "sub");
    assert_eq!(Some(*credential.window()), opened.window(), "the window");
    assert_eq!(Some(credential.key()), opened.key(), "cnf");
    assert_eq!(opened.claim(8).map(labels), Some(vec![1]), "cnf is a key and nothing else");
    assert_eq!(credential.nonce(), opened.claim(10).map(crate::signed::bytes), "eat_nonce");
    assert_eq!(Some(credential.accountable()), opened.own(14).map(text), "accountable");
    assert!(credential.roles().eq(elements(opened.own(15)).map(text)), "roles");
    let stand = opened.own(16).map(|map| map.as_map().expect("a map").clone()).unwrap_or_default();
    let stand = stand.iter().map(|(name, value)| (text(name), value.clone()));
    assert!(credential.properties().map(|(name, value)| (name, values::property(value))).eq(stand), "props");
}

static WORLD: LazyLock<(Trust<'static>, Vec<Sample>)> = LazyLock::new(|| {
    let credentials = [credential(1), platform_credential(2), agent_credential(None), agent_credential(Some(&[9; 16]))];
    (wide_trust(), credentials.into_iter().map(|bytes| Sample::new(bytes, &[])).collect())
});

fn seeds(vectors: &Vectors) -> Vec<Vec<u8>> {
    each_once(edit::as_they_are(vectors.credentials()).chain(edit::edits(4)))
}
