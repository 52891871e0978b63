//! Credentials in the making.

use alloc::vec::Vec;

use ciborium::Value;

use crate::backend::P256;
use crate::credential::Credential;
use crate::error::{Error, ErrorKind, Part};
use crate::issue::encode::{self, Claims, bytes, text, time};
use crate::issue::envelope::ToBeSigned;
use crate::issue::signer::{IssueError, Signer};
use crate::key::{PublicKey, TrustedKey};
use crate::labels::{self, claim, ours};
use crate::property::Property;
use crate::signature::SignatureVerifier as _;
use crate::time::UnixTime;

/// An attester's statement in the making.
#[derive(Clone, Debug)]
#[must_use]
pub struct CredentialBuilder {
    attester: (TrustedKey, Value),
    subject: Value,
    key: PublicKey,
    accountable: Value,
    window: (UnixTime, UnixTime),
    not_before: Option<UnixTime>,
    roles: Vec<Value>,
    properties: Vec<(Value, Value)>,
    nonce: Option<Value>,
}

impl CredentialBuilder {
    /// The attester with this key and name says: the holder of `key` is `subject`, answerable to `accountable`, for
    /// [issued, expires).
    pub fn new(
        attester: (TrustedKey, &str),
        subject: &str,
        key: PublicKey,
        accountable: &str,
        window: (UnixTime, UnixTime),
    ) -> Self {
        let (attester_key, name) = attester;
        Self {
            attester: (attester_key, text(name)),
            subject: text(subject),
            key,
            accountable: text(accountable),
            window,
            not_before: None,
            roles: Vec::new(),
            properties: Vec::new(),
            nonce: None,
        }
    }

    /// A role it may act in.
    pub fn role(mut self, role: &str) -> Self {
        self.roles.push(text(role));
        self
    }

    /// What was proven of its runtime.
    pub fn property(mut self, name: &str, value: Property<'_>) -> Self {
        self.properties.push((text(name), encode::property(value)));
        self
    }

    /// A later start than the time of issue.
    pub const fn not_before(mut self, start: UnixTime) -> Self {
        self.not_before = Some(start);
        self
    }

    /// `eat_nonce`: a link's parent digest, or a context root's nonce.
    pub fn nonce(mut self, nonce: &[u8]) -> Self {
        self.nonce = Some(bytes(nonce));
        self
    }

    /// The finished claims.
    ///
    /// # Errors
    /// Those of stage 2.
    pub fn to_be_signed(self) -> Result<ToBeSigned, Error> {
        let (attester_key, name) = self.attester;
        let (issued, expires) = self.window;
        let roles = (!self.roles.is_empty()).then(|| encode::set(self.roles));
        let properties = (!self.properties.is_empty()).then(|| encode::text_map(self.properties));
        let own = Claims::default()
            .set(ours::ACCOUNTABLE, self.accountable)
            .maybe(ours::ROLES, roles)
            .maybe(ours::PROPS, properties);
        let payload = Claims::default()
            .set(claim::ISS, name)
            .set(claim::SUB, self.subject)
            .set(claim::EXP, time(expires))
            .maybe(claim::NBF, self.not_before.map(time))
            .set(claim::IAT, time(issued))
            .set(claim::CNF, encode::cnf(&self.key))
            .maybe(claim::EAT_NONCE, self.nonce)
            .set(claim::OURS, own.value())
            .value();
        let kid = *attester_key.thumbprint();
        let signable = ToBeSigned::new(labels::TYP_CREDENTIAL, &kid, &payload, attester_key, Part::Credential(0));
        Credential::decode(&signable.draft())?;
        // V1201
        if !P256.is_on_curve(&self.key) {
            return Err(Error::new(ErrorKind::KeyOffCurve, Part::Credential(0)));
        }
        Ok(signable)
    }

    /// Signs in one call.
    ///
    /// # Errors
    /// Those of [`to_be_signed`](Self::to_be_signed), and the signer's.
    pub fn sign<S: Signer>(self, signer: &S) -> Result<Vec<u8>, IssueError<S::Error>> {
        self.to_be_signed()?.sign(signer)
    }
}
