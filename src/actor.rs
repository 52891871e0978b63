//! Who acts in a link, and who vouches for it: the facts that rules and predicates speak of.

use crate::credential::Credential;
use crate::digest::Digest;
use crate::fixed::Fixed;
use crate::key::TrustedKey;
use crate::limits::MAX_ALSO;
use crate::link::Link;
use crate::property::Property;
use crate::trust::ActorPin;

/// The actor of one link. Verified only when it comes from a [`VerifiedChain`](crate::VerifiedChain).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Actor<'c> {
    pub(crate) link: &'c Link<'c>,
    pub(crate) standing: Standing<'c>,
    credentials: Fixed<&'c Credential<'c>, { MAX_ALSO + 1 }>,
}

/// Who speaks for an actor.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Standing<'c> {
    /// The trust bundle's identity origin with this key, if there is one.
    Origin(Option<&'c TrustedKey>),
    /// An attester, by credential.
    Credential(&'c Credential<'c>),
    /// The trust bundle, by a pin.
    Pin(&'c ActorPin<'c>),
    /// Nobody: its key is all that is known.
    Unvouched(&'c TrustedKey),
}

/// One attester's word on one property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement<'c> {
    /// The attester's name.
    pub attester: &'c str,
    /// The property's name.
    pub name: &'c str,
    /// Its value.
    pub value: Property<'c>,
    /// Whether the credential that says so is fresh for this link (token.md §4.2).
    pub fresh: bool,
}

impl<'c> Actor<'c> {
    pub(crate) fn origin(link: &'c Link<'c>, key: Option<&'c TrustedKey>) -> Self {
        Self { link, standing: Standing::Origin(key), credentials: Fixed::new() }
    }

    /// `credentials` begins with the one in `kid`.
    pub(crate) fn vouched(
        link: &'c Link<'c>,
        credentials: Fixed<&'c Credential<'c>, { MAX_ALSO + 1 }>,
    ) -> Option<Self> {
        let first = credentials.get(0).copied()?;
        Some(Self { link, standing: Standing::Credential(first), credentials })
    }

    /// `credentials` are those in `also`.
    pub(crate) const fn pinned(
        link: &'c Link<'c>,
        pin: &'c ActorPin<'c>,
        credentials: Fixed<&'c Credential<'c>, { MAX_ALSO + 1 }>,
    ) -> Self {
        Self { link, standing: Standing::Pin(pin), credentials }
    }

    pub(crate) fn unvouched(link: &'c Link<'c>) -> Option<Self> {
        let key = link.carried_key()?;
        Some(Self { link, standing: Standing::Unvouched(key), credentials: Fixed::new() })
    }

    /// The key that signs; none where the bundle has no origin for it.
    pub(crate) const fn key(&self) -> Option<&'c TrustedKey> {
        match self.standing {
            Standing::Origin(key) => key,
            Standing::Credential(credential) => Some(credential.key()),
            Standing::Pin(pin) => Some(&pin.key),
            Standing::Unvouched(key) => Some(key),
        }
    }

    pub(crate) const fn is_vouched(&self) -> bool {
        !matches!(self.standing, Standing::Unvouched(_))
    }

    /// The entity answerable for the actor.
    pub(crate) fn accountable(&self) -> Option<&'c str> {
        match self.standing {
            Standing::Origin(_) => self.link.origin().map(|origin| origin.accountable()),
            Standing::Credential(credential) => Some(credential.accountable()),
            Standing::Pin(pin) => Some(&pin.accountable),
            Standing::Unvouched(_) => None,
        }
    }

    /// Whose word identifier and role rest on: an attester's name.
    pub(crate) fn attester(&self) -> Option<&'c str> {
        match self.standing {
            Standing::Credential(credential) => Some(credential.attester()),
            Standing::Pin(pin) => Some(&pin.attester),
            Standing::Origin(_) | Standing::Unvouched(_) => None,
        }
    }

    /// The credentials the link names, the one in `kid` first.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &'c Credential<'c>> + use<'c> {
        let credentials = self.credentials;
        (0..credentials.len()).filter_map(move |at| credentials.get(at).copied())
    }

    /// Every statement of a property of this actor.
    pub(crate) fn statements(&self) -> impl Iterator<Item = Statement<'c>> + use<'c> {
        let link = self.link;
        let pinned = match self.standing {
            Standing::Pin(pin) => Some(pin),
            Standing::Origin(_) | Standing::Credential(_) | Standing::Unvouched(_) => None,
        };
        let pinned = pinned.into_iter().flat_map(|pin| {
            pin.properties.iter().map(|(name, value)| Statement {
                attester: &pin.attester,
                name,
                value: value.into(),
                fresh: false,
            })
        });
        let attested = self.credentials().flat_map(move |credential| {
            let fresh = is_fresh(credential, link);
            let attester = credential.attester();
            credential.properties().map(move |(name, value)| Statement { attester, name, value, fresh })
        });
        pinned.chain(attested)
    }

    /// Whether the credential in `kid` is fresh for the link.
    pub(crate) fn is_fresh(&self) -> bool {
        match self.standing {
            Standing::Credential(credential) => is_fresh(credential, self.link),
            Standing::Origin(_) | Standing::Pin(_) | Standing::Unvouched(_) => false,
        }
    }
}

/// §4.2: bound to exactly this step by its `eat_nonce`.
fn is_fresh(credential: &Credential<'_>, link: &Link<'_>) -> bool {
    let step: Option<&[u8]> = match (link.parent(), link.origin()) {
        (Some(Digest(parent)), _) => Some(parent),
        (None, Some(origin)) => Some(origin.nonce()),
        (None, None) => None,
    };
    step.is_some() && credential.nonce() == step
}
