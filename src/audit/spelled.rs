//! Members of a record as JSON spells them: digests in hexadecimal, kinds by name, grants as in a trust bundle.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::ToString as _;
use core::fmt;

use serde::de::{Error as _, Visitor};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::audit::coded::Named;
use crate::audit::record::{Input, Nonce, UsedGrants, Version};
use crate::bundle::{GrantsAsJson, grants_from_json};
use crate::digest::Digest;
use crate::origin::OriginForm;
use crate::proof::ProofKind;
use crate::time::UnixTime;
use crate::verified::Vouching;

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hex(self.as_bytes(), serializer)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Hex).map(Self)
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        hex(&self.0, serializer)
    }
}

impl<'de> Deserialize<'de> for Nonce {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Hex).map(Self)
    }
}

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(self.0)
    }
}

impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u64::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(0)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match u64::deserialize(deserializer)? {
            0 => Ok(Self),
            _ => Err(D::Error::custom("a version other than 0")),
        }
    }
}

impl Serialize for UsedGrants<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        GrantsAsJson(self.grants()).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for UsedGrants<'_> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = Box::<RawValue>::deserialize(deserializer)?;
        grants_from_json(json.get())
            .map(|grants| Self(Cow::Owned(grants)))
            .map_err(|errors| D::Error::custom(errors.to_string()))
    }
}

macro_rules! by_name {
    ($($name:ident)+) => {
        $(impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(name(*self))
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                named(&Cow::<str>::deserialize(deserializer)?).ok_or_else(|| D::Error::custom("an unknown name"))
            }
        })+
    };
}
by_name! { OriginForm Vouching ProofKind Input }

fn name<T: Named>(value: T) -> &'static str {
    T::NAMES.iter().find(|(one, _)| *one == value).map_or("", |(_, name)| name)
}

fn named<T: Named>(name: &str) -> Option<T> {
    T::NAMES.iter().find(|(_, one)| *one == name).map(|(value, _)| *value)
}

fn hex<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    // Room for a digest, the longest.
    let mut digits = [0; 64];
    let digits = base16ct::lower::encode_str(bytes, &mut digits).map_err(S::Error::custom)?;
    serializer.serialize_str(digits)
}

/// So many bytes, in lower case.
struct Hex<const N: usize>;

impl<const N: usize> Visitor<'_> for Hex<N> {
    type Value = [u8; N];

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{N} bytes in lower-case hexadecimal")
    }

    fn visit_str<E: serde::de::Error>(self, digits: &str) -> Result<[u8; N], E> {
        let mut bytes = [0; N];
        match base16ct::lower::decode(digits, &mut bytes) {
            Ok(decoded) if decoded.len() == N => Ok(bytes),
            Ok(_) | Err(_) => Err(E::invalid_value(serde::de::Unexpected::Str(digits), &self)),
        }
    }
}
