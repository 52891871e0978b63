//! Artifacts, trust and requests as plain values: what a story is told in, and what the model judges.

use std::collections::BTreeMap;

use throughline::{AuthorityDemand, Limits, OriginForm};

use crate::grant::tests::model::{G, V};

/// A digest, thumbprint or nonce.
pub(crate) type Hash = [u8; 32];

/// One of the keys of [`keys`](crate::admit::keys).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key(pub(crate) u8);

/// What all artifacts have.
#[derive(Clone, Debug)]
pub(crate) struct Sealed {
    pub(crate) kid: Hash,
    pub(crate) digest: Hash,
    pub(crate) bytes: Vec<u8>,
    /// Whose signature it is; nobody's if it is damaged.
    pub(crate) signer: Option<Key>,
}

#[derive(Clone, Debug)]
pub(crate) enum Item {
    Credential(Credential),
    HandOver(HandOver),
    Link(Link),
}

impl Item {
    pub(crate) fn sealed(&self) -> &Sealed {
        match self {
            Self::Credential(Credential { sealed, .. })
            | Self::HandOver(HandOver { sealed, .. })
            | Self::Link(Link { sealed, .. }) => sealed,
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    pub(crate) iat: u64,
    pub(crate) nbf: Option<u64>,
    pub(crate) exp: u64,
}

impl Window {
    pub(crate) fn start(&self) -> u64 {
        self.nbf.unwrap_or(self.iat)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Link {
    pub(crate) sealed: Sealed,
    pub(crate) claims: LinkClaims,
}

#[derive(Clone, Debug)]
pub(crate) struct LinkClaims {
    pub(crate) iss: String,
    pub(crate) window: Window,
    pub(crate) cnf: Option<Key>,
    pub(crate) parent: Option<Hash>,
    pub(crate) position: u64,
    pub(crate) role: Option<String>,
    pub(crate) grants: Option<Vec<G>>,
    pub(crate) next: Option<Next>,
    pub(crate) require: Option<Contract>,
    pub(crate) origin: Option<Origin>,
    /// Ascending.
    pub(crate) also: Vec<Hash>,
    pub(crate) agree: Option<Key>,
    pub(crate) task: Option<Hash>,
    pub(crate) handover: Option<Hash>,
    pub(crate) evidence: Vec<Hash>,
    pub(crate) cause: Option<Hash>,
}

#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) kind: OriginForm,
    pub(crate) accountable: String,
    pub(crate) nonce: [u8; 16],
    pub(crate) consent: Option<Hash>,
}

#[derive(Clone, Debug)]
pub(crate) enum Next {
    Key(Hash),
    Identifier(String),
    Contract(Contract),
    Anyone,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Contract {
    pub(crate) namespace: Option<String>,
    pub(crate) roles: Option<(Vec<String>, From)>,
    pub(crate) props: Vec<Demand>,
    pub(crate) fresh: bool,
    pub(crate) handover: bool,
    pub(crate) vouched: bool,
    pub(crate) last: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) enum From {
    Attesters(Vec<String>),
    Accountable(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Demand {
    pub(crate) name: String,
    pub(crate) attesters: Vec<String>,
    pub(crate) test: Test,
}

#[derive(Clone, Debug)]
pub(crate) enum Test {
    Equals(Prop),
    /// Its code: 2, 32 or 96.
    Tier(i64),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Prop {
    Int(i64),
    Text(String),
    Bool(bool),
    Bytes(Vec<u8>),
}

#[derive(Clone, Debug)]
pub(crate) struct Credential {
    pub(crate) sealed: Sealed,
    pub(crate) claims: CredentialClaims,
}

#[derive(Clone, Debug)]
pub(crate) struct CredentialClaims {
    pub(crate) iss: String,
    pub(crate) sub: String,
    pub(crate) window: Window,
    pub(crate) cnf: Key,
    pub(crate) accountable: String,
    pub(crate) roles: Vec<String>,
    pub(crate) props: BTreeMap<String, Prop>,
    pub(crate) nonce: Option<Vec<u8>>,
}

#[derive(Clone, Debug)]
pub(crate) struct HandOver {
    pub(crate) sealed: Sealed,
    pub(crate) exp: u64,
    pub(crate) to: String,
    pub(crate) head: Hash,
    pub(crate) task: Option<Hash>,
}

#[derive(Clone, Debug)]
pub(crate) struct Proof {
    pub(crate) sealed: Sealed,
    pub(crate) aud: String,
    pub(crate) iat: u64,
    pub(crate) cti: [u8; 16],
    pub(crate) head: Hash,
    pub(crate) request: Hash,
    pub(crate) mac: Option<Mac>,
}

#[derive(Clone, Debug)]
pub(crate) struct Mac {
    pub(crate) agreement: Hash,
    /// The head's key it was made with.
    pub(crate) agree: Key,
    /// Whether it was derived for the `kid`, head and audience of its own proof.
    pub(crate) right: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) audience: String,
    pub(crate) digest: Hash,
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) arguments: Vec<(String, V)>,
    pub(crate) signed: bool,
    pub(crate) authority: AuthorityDemand,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Bundle {
    pub(crate) origins: Vec<Anchor>,
    pub(crate) attesters: Vec<Attester>,
    pub(crate) pins: Vec<Pin>,
    pub(crate) revokers: Vec<Revoker>,
}

#[derive(Clone, Debug)]
pub(crate) struct Anchor {
    pub(crate) name: String,
    pub(crate) kind: AnchorKind,
    pub(crate) ceiling: Vec<G>,
}

#[derive(Clone, Debug)]
pub(crate) enum AnchorKind {
    Identity { key: Key, identifier: String, role: String, accountable: Vec<Entities> },
    Role { attester: String, role: String, accountable: String },
    Context { attester: String, tests: Vec<(String, Test)>, accountable: String, max_age: u64 },
}

#[derive(Clone, Debug)]
pub(crate) enum Entities {
    Exact(String),
    Namespace(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Attester {
    pub(crate) key: Key,
    pub(crate) name: String,
    pub(crate) namespaces: Vec<String>,
    pub(crate) accountable: Vec<Entities>,
    pub(crate) roles: Vec<String>,
    pub(crate) props: Vec<String>,
    pub(crate) outlive: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Pin {
    pub(crate) key: Key,
    pub(crate) identifier: String,
    pub(crate) roles: Vec<String>,
    pub(crate) props: Vec<(String, Prop)>,
    pub(crate) accountable: String,
    pub(crate) attester: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Revoker {
    pub(crate) key: Key,
    pub(crate) name: String,
    pub(crate) accountable: Vec<Entities>,
    pub(crate) attesters: Vec<String>,
}

/// One issuer's newest list.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) issuer: Key,
    pub(crate) name: String,
    pub(crate) iat: u64,
    pub(crate) exp: u64,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Link(Hash),
    Key(Hash),
    Credential(Hash, Vec<Hash>),
    Identifier(String, Vec<Hash>),
    Consent(Hash),
    Accountable(String, u64),
}

/// Everything a verdict depends on.
#[derive(Clone, Debug)]
pub(crate) struct Scene {
    pub(crate) items: Vec<Item>,
    pub(crate) known: Vec<Credential>,
    pub(crate) proof: Proof,
    pub(crate) setting: Setting,
}

/// Everything but the artifacts.
#[derive(Clone, Debug)]
pub(crate) struct Setting {
    pub(crate) bundle: Bundle,
    pub(crate) lists: Vec<Held>,
    pub(crate) limits: Limits,
    pub(crate) now: u64,
    pub(crate) asked: Asked,
    /// The audience's agreement keys.
    pub(crate) agreement: Vec<Key>,
    /// When the replay memory began.
    pub(crate) began: u64,
}
