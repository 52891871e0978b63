//! Records in deterministic CBOR: what a member is, from its type (shapes in `spec/audit.cddl`).

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use crate::audit::record::{Event, Input, Nonce, UsedGrants, Version};
use crate::cbor::{Cursor, Major, Read};
use crate::digest::Digest;
use crate::encode::Head;
use crate::error::ErrorKind;
use crate::grant::Grants;
use crate::limits::{MAX_GRANTS, MAX_LINKS, wide};
use crate::origin::OriginForm;
use crate::proof::ProofKind;
use crate::time::UnixTime;
use crate::verified::Vouching;

/// Something that stands in a record.
pub(crate) trait Coded<'a>: Sized {
    fn encode(&self, out: &mut Vec<u8>);
    fn decode(cursor: &mut Cursor<'a>) -> Read<Self>;

    /// Whether a member of this type is left out.
    fn is_absent(&self) -> bool {
        false
    }

    /// What a member is that was left out.
    fn absent() -> Option<Self> {
        None
    }
}

/// A map from small numbers, ascending, to members; in JSON an object with their names.
macro_rules! recorded {
    ($(#[$about:meta])* pub struct $name:ident $(<$life:lifetime>)? {
        $($(#[$member_about:meta])* $label:literal $member:ident: $type:ty,)+
    }) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(clippy::exhaustive_structs, reason = "another member is a new version of the form")]
        pub struct $name $(<$life>)? {
            $($(#[$member_about])*
            #[serde(skip_serializing_if = "crate::audit::coded::Coded::is_absent")]
            pub $member: $type,)+
        }

        crate::audit::coded::recorded! { @coded $name $(<$life>)? $($label $member: $type,)+ }
    };
    (@coded $name:ident $($label:literal $member:ident: $type:ty,)+) => {
        impl<'a> crate::audit::coded::Coded<'a> for $name {
            crate::audit::coded::recorded! { @body $name 'a $($label $member: $type,)+ }
        }
    };
    (@coded $name:ident <$life:lifetime> $($label:literal $member:ident: $type:ty,)+) => {
        impl<$life> crate::audit::coded::Coded<$life> for $name<$life> {
            crate::audit::coded::recorded! { @body $name $life $($label $member: $type,)+ }
        }
    };
    (@body $name:ident $life:lifetime $($label:literal $member:ident: $type:ty,)+) => {
        fn encode(&self, out: &mut alloc::vec::Vec<u8>) {
            let absent = [$(crate::audit::coded::Coded::is_absent(&self.$member)),+];
            crate::audit::coded::head(crate::cbor::Major::Map, absent.iter().filter(|absent| !**absent).count(), out);
            $(if !crate::audit::coded::Coded::is_absent(&self.$member) {
                let label: u64 = $label;
                crate::audit::coded::Coded::encode(&label, out);
                crate::audit::coded::Coded::encode(&self.$member, out);
            })+
        }

        fn decode(cursor: &mut crate::cbor::Cursor<$life>) -> crate::cbor::Read<Self> {
            let start = *cursor;
            let mut map = cursor.map()?;
            $(let mut $member = None;)+
            while let Some(label) = map.label(cursor)? {
                match label {
                    $($label => $member = Some(<$type as crate::audit::coded::Coded<$life>>::decode(cursor)?),)+
                    _ => return Err(start.fault(crate::error::ErrorKind::ClaimUnknown)),
                }
            }
            let missing = || start.fault(crate::error::ErrorKind::ClaimMissing);
            Ok(Self {
                $($member: $member
                    .or_else(<$type as crate::audit::coded::Coded<$life>>::absent)
                    .ok_or_else(missing)?,)+
            })
        }
    };
}
pub(super) use recorded;

pub(crate) fn head(major: Major, len: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(Head::sized(major, len).as_bytes());
}

impl<'a, T: Coded<'a>> Coded<'a> for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        if let Some(present) = self {
            present.encode(out);
        }
    }

    fn decode(cursor: &mut Cursor<'a>) -> Read<Self> {
        T::decode(cursor).map(Some)
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<'a, T: Coded<'a>> Coded<'a> for Box<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        T::encode(self, out);
    }

    fn decode(cursor: &mut Cursor<'a>) -> Read<Self> {
        T::decode(cursor).map(Self::new)
    }
}

/// Hops: as many as a token has links.
impl<'a, T: Coded<'a>> Coded<'a> for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        head(Major::Array, self.len(), out);
        for one in self {
            one.encode(out);
        }
    }

    fn decode(cursor: &mut Cursor<'a>) -> Read<Self> {
        let count = cursor.array_within(1, MAX_LINKS)?;
        (0..count).map(|_| T::decode(cursor)).collect()
    }
}

impl Coded<'_> for u64 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(Head::of(Major::Uint, *self).as_bytes());
    }

    fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
        cursor.uint()
    }
}

impl Coded<'_> for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(Head::of(Major::Simple, if *self { 21 } else { 20 }).as_bytes());
    }

    fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
        cursor.bool()
    }
}

impl Coded<'_> for UnixTime {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }

    fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
        cursor.time()
    }
}

impl Coded<'_> for Digest {
    fn encode(&self, out: &mut Vec<u8>) {
        head(Major::Bytes, self.as_bytes().len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
        cursor.digest()
    }
}

impl Coded<'_> for Nonce {
    fn encode(&self, out: &mut Vec<u8>) {
        head(Major::Bytes, self.0.len(), out);
        out.extend_from_slice(&self.0);
    }

    fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
        cursor.array_of().map(|nonce| Self(*nonce))
    }
}

impl<'a> Coded<'a> for Cow<'a, str> {
    fn encode(&self, out: &mut Vec<u8>) {
        head(Major::Text, self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }

    fn decode(cursor: &mut Cursor<'a>) -> Read<Self> {
        cursor.text_within(0, usize::MAX).map(Cow::Borrowed)
    }
}

impl Coded<'_> for Version {
    fn encode(&self, out: &mut Vec<u8>) {
        0_u64.encode(out);
    }

    fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
        let start = *cursor;
        if cursor.uint()? == 0 { Ok(Self) } else { Err(start.fault(ErrorKind::KindUnknown)) }
    }
}

impl<'a> Coded<'a> for UsedGrants<'a> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn decode(cursor: &mut Cursor<'a>) -> Read<Self> {
        Grants::read_set(cursor, MAX_GRANTS).map(|grants| Self(Cow::Borrowed(grants.encoded())))
    }
}

impl<'a> Coded<'a> for Event<'a> {
    fn encode(&self, out: &mut Vec<u8>) {
        head(Major::Array, 2, out);
        match self {
            Self::Decision(body) => (0_u64.encode(out), body.encode(out)),
            Self::Opened(body) => (1_u64.encode(out), body.encode(out)),
            Self::Changed(body) => (2_u64.encode(out), body.encode(out)),
            Self::Lost(body) => (3_u64.encode(out), body.encode(out)),
            Self::Closed => (4_u64.encode(out), head(Major::Map, 0, out)),
        };
    }

    fn decode(cursor: &mut Cursor<'a>) -> Read<Self> {
        cursor.tuple(&[2])?;
        let start = *cursor;
        match cursor.uint()? {
            0 => Coded::decode(cursor).map(Self::Decision),
            1 => Coded::decode(cursor).map(Self::Opened),
            2 => Coded::decode(cursor).map(Self::Changed),
            3 => Coded::decode(cursor).map(Self::Lost),
            4 => cursor.map_within(0, 0).map(|_| Self::Closed),
            _ => Err(start.fault(ErrorKind::KindUnknown)),
        }
    }
}

/// What a record has a small number for, and JSON a name: its place in the list, and beside it.
pub(crate) trait Named: Copy + PartialEq + 'static {
    const NAMES: &'static [(Self, &'static str)];
}

impl Named for OriginForm {
    const NAMES: &'static [(Self, &'static str)] =
        &[(Self::Identity, "identity"), (Self::Role, "role"), (Self::Context, "context")];
}

impl Named for Vouching {
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::Origin, "origin"),
        (Self::Credential, "credential"),
        (Self::Pin, "pin"),
        (Self::Unvouched, "unvouched"),
    ];
}

impl Named for ProofKind {
    const NAMES: &'static [(Self, &'static str)] = &[(Self::Signed, "signed"), (Self::Mac, "mac")];
}

impl Named for Input {
    const NAMES: &'static [(Self, &'static str)] = &[
        (Self::TrustBundle, "trust-bundle"),
        (Self::RevocationList, "revocation-list"),
        (Self::KnownCredentials, "known-credentials"),
    ];
}

macro_rules! numbered {
    ($($name:ident)+) => {
        $(impl Coded<'_> for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                let number = Self::NAMES.iter().position(|(one, _)| one == self).unwrap_or_default();
                wide(number).encode(out);
            }

            fn decode(cursor: &mut Cursor<'_>) -> Read<Self> {
                let start = *cursor;
                let named = usize::try_from(cursor.uint()?).ok().and_then(|number| Self::NAMES.get(number));
                named.map(|(one, _)| *one).ok_or_else(|| start.fault(ErrorKind::KindUnknown))
            }
        })+
    };
}
numbered! { OriginForm Vouching ProofKind Input }
