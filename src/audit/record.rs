//! The members of a record (audit.md §1–§4), each named once for both forms.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::audit::coded::recorded;
use crate::digest::Digest;
use crate::grant::Grants;
use crate::origin::OriginForm;
use crate::proof::ProofKind;
use crate::time::UnixTime;
use crate::verified::Vouching;

recorded! {
    /// One record of a log.
    pub struct Record<'a> {
        /// 0, the version of this form.
        1 v: Version,
        /// How many records stand before it.
        2 seq: u64,
        /// SHA-256 of the record before it; zero bytes before the first.
        3 prev: Digest,
        /// The time value of the decision.
        4 time: UnixTime,
        /// What happened.
        5 event: Event<'a>,
    }
}

/// The only version there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Version;

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "another event is a new version of the form")]
pub enum Event<'a> {
    /// A request was admitted or refused.
    Decision(Box<Decision<'a>>),
    /// A process begins to write.
    Opened(Opened<'a>),
    /// What it judges by is from now on.
    Changed(Changed),
    /// So many decisions before this record could not be written.
    Lost(Lost),
    /// The process ends as it should.
    Closed,
}

recorded! {
    /// Who writes.
    pub struct Opened<'a> {
        /// Name and version of the program.
        1 software: Cow<'a, str>,
        /// The service's name.
        2 audience: Cow<'a, str>,
    }
}

recorded! {
    /// What a service judges by.
    pub struct Changed {
        /// Which of its inputs.
        1 what: Input,
        /// SHA-256 of the bytes of a bundle or list; of the credentials' digests in ascending order.
        2 digest: Digest,
        /// Number of a revocation list.
        3 number: Option<u64>,
    }
}

/// An input of a service's decisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "another input is a new version of the form")]
pub enum Input {
    /// The trust bundle.
    TrustBundle,
    /// A revocation list.
    RevocationList,
    /// The credentials that tokens may name without carrying them.
    KnownCredentials,
}

recorded! {
    /// Decisions that could not be written.
    pub struct Lost {
        /// How many.
        1 records: u64,
    }
}

recorded! {
    /// A request, and what was decided.
    pub struct Decision<'a> {
        /// The service's name.
        1 audience: Cow<'a, str>,
        /// Digest of the request.
        2 request: Option<Digest>,
        /// What it asks for.
        3 action: Option<Cow<'a, str>>,
        /// On what.
        4 resource: Option<Cow<'a, str>>,
        /// SHA-256 of the token's bytes.
        5 token: Option<Digest>,
        /// The proof, if it is well-formed.
        6 proof: Option<ProofRecord>,
        /// Why it was refused; absent exactly when it was admitted.
        7 refused: Option<Refused<'a>>,
        /// What the verified chain says.
        8 execution: Option<Execution<'a>>,
        /// What a token claims that was not verified.
        9 claimed: Option<Claimed<'a>>,
        /// The grant that admits it.
        10 grants: Option<UsedGrants<'a>>,
    }
}

recorded! {
    /// A proof.
    pub struct ProofRecord {
        /// Signed, or a MAC that the audience could have made itself.
        1 kind: ProofKind,
        /// Its nonce, `cti`.
        2 nonce: Nonce,
        /// When it was made.
        3 issued: UnixTime,
    }
}

/// A proof's nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "sixteen bytes")]
pub struct Nonce(pub [u8; 16]);

recorded! {
    /// Why a request was refused.
    pub struct Refused<'a> {
        /// Number of the step in verification.md; absent where it was no step of that document.
        1 step: Option<u64>,
        /// Its stable name.
        2 name: Cow<'a, str>,
        /// In which part of the input.
        3 at: Cow<'a, str>,
        /// In full.
        4 text: Cow<'a, str>,
        /// What the caller was told.
        5 reason: Cow<'a, str>,
    }
}

recorded! {
    /// What a verified chain says.
    pub struct Execution<'a> {
        /// Digest of the root.
        1 id: Digest,
        /// Whether it spends only its own accountable entity's authority.
        2 independent: bool,
        /// Who authorized it.
        3 origin: OriginRecord<'a>,
        /// How the two are connected, oldest first; the last one performs this.
        4 hops: Vec<HopRecord<'a>>,
    }
}

recorded! {
    /// Who authorized an execution.
    pub struct OriginRecord<'a> {
        /// Identity, role or context.
        1 kind: OriginForm,
        /// The accountable entity.
        2 accountable: Cow<'a, str>,
        /// Name of the anchor in the trust bundle.
        3 anchor: Cow<'a, str>,
        /// Digest of the consent record.
        4 consent: Option<Digest>,
    }
}

recorded! {
    /// One hop.
    pub struct HopRecord<'a> {
        /// Digest of its link.
        1 digest: Digest,
        /// Which instance acted.
        2 identifier: Cow<'a, str>,
        /// In which capacity; absent where nobody vouches.
        3 role: Option<Cow<'a, str>>,
        /// Who speaks for identifier and role.
        4 vouching: Vouching,
        /// On whose word.
        5 attester: Option<Cow<'a, str>>,
        /// For whom it answers, as vouched for.
        6 accountable: Option<Cow<'a, str>>,
        /// Thumbprint of the key that signed.
        7 key: Option<Digest>,
        /// Digest of the hand-over by which it was called.
        8 handover: Option<Digest>,
        /// Digest of what it says it was asked to do.
        9 task: Option<Digest>,
    }
}

recorded! {
    /// What an unverified token claims. Anybody can have written it.
    pub struct Claimed<'a> {
        /// Digest of the first link.
        1 id: Digest,
        /// Digest of the last link.
        2 head: Digest,
        /// How many links.
        3 hops: u64,
        /// Accountable entity of the first link.
        4 accountable: Cow<'a, str>,
        /// Identifier of the last link.
        5 identifier: Cow<'a, str>,
    }
}

/// Grants by which a request was admitted, encoded as in a token (token.md §5.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedGrants<'a>(pub(super) Cow<'a, [u8]>);

impl UsedGrants<'_> {
    /// The grants: one.
    #[must_use]
    pub fn grants(&self) -> Grants<'_> {
        Grants::decode(&self.0).unwrap_or_default()
    }
}
