//! Who acts in a link, and what is said of it (token.md §3.1, §4.2, §7).

use crate::admit::shapes::{Credential, HandOver, Hash, Key, Link, Pin, Prop};
use crate::grant::tests::model::G;

/// The actor of one link, and what its link was found to name.
#[derive(Clone, Debug)]
pub(crate) struct Actor<'s> {
    pub(crate) link: &'s Link,
    pub(crate) speaks: Speaks<'s>,
    pub(crate) also: Vec<&'s Credential>,
    pub(crate) handover: Option<&'s HandOver>,
    /// §5.4; found in stage 8.
    pub(crate) effective: Vec<G>,
}

/// Who speaks for it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Speaks<'s> {
    /// An identity origin, if the bundle has its key.
    Origin(Option<Key>),
    Credential(&'s Credential),
    Pin(&'s Pin),
    Nobody(Key),
}

/// What somebody says of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Statement<'s> {
    pub(crate) attester: &'s str,
    pub(crate) name: &'s str,
    pub(crate) value: &'s Prop,
    pub(crate) fresh: bool,
    pub(crate) by_pin: bool,
}

impl<'s> Actor<'s> {
    pub(crate) fn key(&self) -> Option<Key> {
        match self.speaks {
            Speaks::Origin(key) => key,
            Speaks::Credential(credential) => Some(credential.claims.cnf),
            Speaks::Pin(pin) => Some(pin.key),
            Speaks::Nobody(key) => Some(key),
        }
    }

    pub(crate) fn is_vouched(&self) -> bool {
        !matches!(self.speaks, Speaks::Nobody(_))
    }

    pub(crate) fn accountable(&self) -> Option<&'s str> {
        match self.speaks {
            Speaks::Origin(_) => self.link.claims.origin.as_ref().map(|origin| origin.accountable.as_str()),
            Speaks::Credential(credential) => Some(&credential.claims.accountable),
            Speaks::Pin(pin) => Some(&pin.accountable),
            Speaks::Nobody(_) => None,
        }
    }

    /// Whose word its role is.
    pub(crate) fn attester(&self) -> Option<&'s str> {
        match self.speaks {
            Speaks::Credential(credential) => Some(&credential.claims.iss),
            Speaks::Pin(pin) => Some(&pin.attester),
            Speaks::Origin(_) | Speaks::Nobody(_) => None,
        }
    }

    /// The credentials it names, the one in `kid` first.
    pub(crate) fn named(&self) -> Vec<&'s Credential> {
        let first = match self.speaks {
            Speaks::Credential(credential) => Some(credential),
            _ => None,
        };
        first.into_iter().chain(self.also.iter().copied()).collect()
    }

    pub(crate) fn statements(&self) -> Vec<Statement<'s>> {
        let mut all = Vec::new();
        if let Speaks::Pin(pin) = self.speaks {
            let says = |(name, value)| Statement { attester: &pin.attester, name, value, fresh: false, by_pin: true };
            all.extend(pin.props.iter().map(|(name, value)| says((name.as_str(), value))));
        }
        for credential in self.named() {
            let fresh = self.is_fresh(credential);
            let attester = credential.claims.iss.as_str();
            let says = |(name, value): (&'s String, _)| Statement { attester, name, value, fresh, by_pin: false };
            all.extend(credential.claims.props.iter().map(says));
        }
        all
    }

    /// §4.2
    pub(crate) fn is_fresh(&self, credential: &Credential) -> bool {
        let claims = &self.link.claims;
        let expected: Option<&[u8]> = match &claims.origin {
            Some(origin) => Some(&origin.nonce),
            None => claims.parent.as_ref().map(Hash::as_slice),
        };
        credential.claims.nonce.is_some() && credential.claims.nonce.as_deref() == expected
    }
}
