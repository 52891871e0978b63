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
    /// Nobody: the key that its link carries is all that is known.
    Unvouched,
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

    pub(crate) const fn unvouched(link: &'c Link<'c>) -> Self {
        Self { link, standing: Standing::Unvouched, credentials: Fixed::new() }
    }

    /// The key that signs; none where the bundle has no origin for it.
    pub(crate) fn key(&self) -> Option<TrustedKey> {
        match self.standing {
            Standing::Origin(key) => key.copied(),
            Standing::Credential(credential) => Some(credential.key()),
            Standing::Pin(pin) => Some(pin.key),
            Standing::Unvouched => self.link.carried_key(),
        }
    }

    /// Thumbprint of the key that signs.
    pub(crate) const fn thumbprint(&self) -> Option<&'c Digest> {
        match self.standing {
            Standing::Origin(Some(key)) => Some(key.thumbprint()),
            Standing::Origin(None) => None,
            Standing::Credential(credential) => Some(credential.thumbprint()),
            Standing::Pin(pin) => Some(pin.key.thumbprint()),
            // V239
            Standing::Unvouched => Some(self.link.kid()),
        }
    }

    pub(crate) const fn is_vouched(&self) -> bool {
        !matches!(self.standing, Standing::Unvouched)
    }

    /// The entity answerable for the actor.
    pub(crate) fn accountable(&self) -> Option<&'c str> {
        self.accountable_bytes().map(text)
    }

    /// The bytes of the entity answerable for the actor.
    pub(crate) fn accountable_bytes(&self) -> Option<&'c [u8]> {
        match self.standing {
            Standing::Origin(_) => self.link.origin().map(|origin| origin.accountable_bytes()),
            Standing::Credential(credential) => Some(credential.accountable_bytes()),
            Standing::Pin(pin) => Some(pin.accountable.as_bytes()),
            Standing::Unvouched => None,
        }
    }

    /// Whose word identifier and role rest on: an attester's name.
    pub(crate) fn attester(&self) -> Option<&'c str> {
        self.attester_bytes().map(text)
    }

    /// The bytes of the attester's name.
    pub(crate) fn attester_bytes(&self) -> Option<&'c [u8]> {
        match self.standing {
            Standing::Credential(credential) => Some(credential.attester_bytes()),
            Standing::Pin(pin) => Some(pin.attester.as_bytes()),
            Standing::Origin(_) | Standing::Unvouched => None,
        }
    }

    /// The credentials the link names, the one in `kid` first.
    pub(crate) fn credentials(&self) -> impl Iterator<Item = &'c Credential<'c>> + use<'c> {
        let credentials = self.credentials;
        (0..credentials.len()).filter_map(move |at| credentials.get(at).copied())
    }

    /// Every statement of a property of this actor.
    pub(crate) fn statements(&self) -> impl Iterator<Item = Statement<'c>> + use<'c> {
        self.stated().map(|Stated { attester, name, value, fresh }| Statement {
            attester: text(attester),
            name: text(name),
            value,
            fresh,
        })
    }

    /// The same, names as bytes.
    pub(crate) fn stated(&self) -> impl Iterator<Item = Stated<'c>> + use<'c> {
        let link = self.link;
        let pinned = match self.standing {
            Standing::Pin(pin) => Some(pin),
            Standing::Origin(_) | Standing::Credential(_) | Standing::Unvouched => None,
        };
        let pinned = pinned.into_iter().flat_map(|pin| {
            let attester = pin.attester.as_bytes();
            let properties = pin.properties.iter();
            properties.map(move |(name, value)| Stated {
                attester,
                name: name.as_bytes(),
                value: value.into(),
                fresh: false,
            })
        });
        let attested = self.credentials().flat_map(move |credential| {
            let fresh = is_fresh(credential, link);
            let attester = credential.attester_bytes();
            credential.stated().map(move |(name, value)| Stated { attester, name, value, fresh })
        });
        pinned.chain(attested)
    }

    /// Whether the credential in `kid` is fresh for the link.
    pub(crate) fn is_fresh(&self) -> bool {
        match self.standing {
            Standing::Credential(credential) => is_fresh(credential, self.link),
            Standing::Origin(_) | Standing::Pin(_) | Standing::Unvouched => false,
        }
    }
}

/// A [`Statement`], its names as bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stated<'c> {
    pub(crate) attester: &'c [u8],
    pub(crate) name: &'c [u8],
    pub(crate) value: Property<'c>,
    pub(crate) fresh: bool,
}

/// §4.2: bound to exactly this step by its `eat_nonce`.
fn is_fresh(credential: &Credential<'_>, link: &Link<'_>) -> bool {
    let Some(nonce) = credential.nonce() else { return false };
    match link.origin() {
        Some(origin) => origin.nonce() == nonce,
        None => link.parent().is_some_and(|parent| parent.as_bytes() == nonce),
    }
}

/// Of bytes that were read as text.
fn text(bytes: &[u8]) -> &str {
    core::str::from_utf8(bytes).unwrap_or_default()
}
