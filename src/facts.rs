//! What decoding found out about an artifact, as numbers: a cache can keep it without its bytes, and without a lock.

use crate::cbor::Span;
use crate::digest::Digest;
use crate::time::{UnixTime, Window};

/// Where the claims of one well-formed artifact stand in its bytes. Worth something only beside the digest of exactly these bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Facts(pub(crate) [u64; Facts::LEN]);

impl Facts {
    /// How many numbers it is.
    pub(crate) const LEN: usize = 36;

    pub(crate) fn of<T: Packed>(artifact: &T) -> Self {
        const { assert!(T::WORDS <= Self::LEN, "nothing is lost") };
        let mut packer = Packer { words: [0; Self::LEN], at: 0 };
        artifact.pack(&mut packer);
        Self(packer.words)
    }

    /// What [`of`](Self::of) made of it.
    pub(crate) fn get<T: Packed>(&self) -> T {
        T::unpack(&mut Unpacker { words: &self.0, at: 0 })
    }
}

/// What can be put into numbers and taken out again, in the same order.
pub(crate) trait Packed {
    /// How many numbers.
    const WORDS: usize;

    fn pack(&self, to: &mut Packer);
    fn unpack(from: &mut Unpacker<'_>) -> Self;
}

/// Numbers on their way in.
pub(crate) struct Packer {
    words: [u64; Facts::LEN],
    at: usize,
}

impl Packer {
    /// There is room for what [`Packed::WORDS`] says.
    #[inline]
    pub(crate) fn put(&mut self, word: u64) {
        if let Some(slot) = self.words.get_mut(self.at) {
            *slot = word;
        }
        self.at = self.at.saturating_add(1);
    }
}

/// Numbers on their way out.
pub(crate) struct Unpacker<'f> {
    words: &'f [u64; Facts::LEN],
    at: usize,
}

impl Unpacker<'_> {
    #[inline]
    pub(crate) fn take(&mut self) -> u64 {
        let word = self.words.get(self.at).copied().unwrap_or_default();
        self.at = self.at.saturating_add(1);
        word
    }
}

/// A struct that is [`Packed`]: field by field.
macro_rules! packed {
    ($(#[$about:meta])* $vis:vis struct $name:ident {
        $($(#[$field_about:meta])* $field_vis:vis $field:ident: $type:ty),+ $(,)?
    }) => {
        $(#[$about])*
        $vis struct $name {
            $($(#[$field_about])* $field_vis $field: $type),+
        }

        impl crate::facts::Packed for $name {
            const WORDS: usize = 0 $( + <$type as crate::facts::Packed>::WORDS )+;

            #[inline]
            fn pack(&self, to: &mut crate::facts::Packer) {
                $( crate::facts::Packed::pack(&self.$field, to); )+
            }

            #[inline]
            fn unpack(from: &mut crate::facts::Unpacker<'_>) -> Self {
                Self { $( $field: crate::facts::Packed::unpack(from) ),+ }
            }
        }
    };
}
pub(crate) use packed;

impl Packed for u64 {
    const WORDS: usize = 1;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        to.put(*self);
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        from.take()
    }
}

impl Packed for u8 {
    const WORDS: usize = 1;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        to.put(u64::from(*self));
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        let [.., byte] = from.take().to_be_bytes();
        byte
    }
}

impl Packed for UnixTime {
    const WORDS: usize = 1;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        to.put(self.0);
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        Self(from.take())
    }
}

impl Packed for Digest {
    const WORDS: usize = 4;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        self.words().into_iter().for_each(|word| to.put(word));
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        Self::from_words([from.take(), from.take(), from.take(), from.take()])
    }
}

impl Packed for Span {
    const WORDS: usize = 1;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        to.put(self.to_word());
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        Self::from_word(from.take())
    }
}

impl Packed for Window {
    const WORDS: usize = 3;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        [self.issued, self.start, self.end].iter().for_each(|time| time.pack(to));
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        let mut time = || UnixTime::unpack(from);
        Self { issued: time(), start: time(), end: time() }
    }
}

#[cfg(test)]
mod tests {
    use crate::cose::Signed;
    use crate::credential::Credential;
    use crate::hand_over::HandOver;
    use crate::link::Link;
    use crate::signature::Signature;

    use super::*;

    const SIGNATURE: [u8; 64] = [1; 64];

    fn signed() -> Signed<'static> {
        let (kid, signature) = (Digest([0; 32]), Signature::new(&SIGNATURE).unwrap());
        Signed { kid, digest: kid, signature, encoded: &[] }
    }

    /// Numbers of which one alone stands, at each place in turn: how many of them come out as they went in.
    fn kept(of: impl Fn(&Facts) -> Facts) -> usize {
        let alone = |at: usize| {
            let mut words = [0; Facts::LEN];
            words[at] = 1;
            Facts(words)
        };
        let nothing = Facts([0; Facts::LEN]);
        assert_eq!(of(&nothing), nothing);
        let kept = (0..Facts::LEN).filter(|at| of(&alone(*at)) == alone(*at)).count();
        // The rest has no meaning, and is not kept in another place.
        assert!((kept..Facts::LEN).all(|at| of(&alone(at)) == nothing));
        kept
    }

    #[test]
    fn every_number_of_an_artifact_comes_out_where_it_went_in() {
        assert_eq!(kept(|facts| Link::recalled(signed(), facts, usize::MAX).unwrap().facts()), 34);
        assert_eq!(kept(|facts| Credential::recalled(signed(), facts).facts()), 14);
        assert_eq!(kept(|facts| HandOver::recalled(signed(), facts).facts()), 4);
    }

    #[test]
    fn spans_and_times_keep_every_bit() {
        fn again<T: Packed>(words: &[u64]) {
            let mut facts = Facts([0; Facts::LEN]);
            facts.0[..words.len()].copy_from_slice(words);
            assert_eq!(Facts::of(&facts.get::<T>()), facts);
        }
        for bit in 0..64 {
            again::<UnixTime>(&[1 << bit]);
            again::<Digest>(&[1 << bit, 0, !(1 << bit), u64::MAX]);
            again::<Window>(&[1 << bit, u64::MAX, 0]);
        }
        (0..32).for_each(|bit| again::<Span>(&[1 << bit]));
        (0..8).for_each(|bit| again::<u8>(&[1 << bit]));
        again::<Span>(&[0xffff_ffff]);
    }

    #[cfg(feature = "issue")]
    #[test]
    fn largest_root_is_the_same_after_packing_and_unpacking() {
        use crate::issue::{
            Actor, Contract, Grant, GrantList, OriginClaim, RoleFrom, RootBuilder, Signer as _, SigningKey,
        };
        use crate::limits::Limits;
        use crate::origin::OriginForm;
        use crate::property::Property;
        use crate::token::Token;
        use std::format;

        let key = SigningKey::from_bytes(&[1; 32]).unwrap();
        let digests = [Digest([3; 32]), Digest([4; 32])];
        let origin = OriginClaim {
            kind: OriginForm::Identity,
            accountable: "https://alice.example",
            nonce: [7; 16],
            consent: Some(Digest([9; 32])),
        };
        let contract = Contract::new()
            .namespace("spiffe://prod.example")
            .roles(&["reader"], RoleFrom::Attesters(&["https://attest.example"]))
            .property_equals("hardware", &["https://attest.example"], Property::Int(2));
        let grants = GrantList::new([Grant::new("calendar.*", "*").range("days", 1, 31)]).unwrap();
        let actor = Actor::origin(*key.key(), "https://alice.example", "owner");
        let window = (UnixTime(1_000), UnixTime(2_000));
        let builder =
            RootBuilder::new(actor, &origin, window, grants).next_contract(contract.clone()).require(contract);
        let builder = builder.agree(SigningKey::from_bytes(&[2; 32]).unwrap().key().key()).task(&Digest([1; 32]));
        let bytes = builder.evidence(&digests).cause(&Digest([2; 32])).sign(&key).unwrap();
        let token = Token::decode(&bytes, &Limits::DEFAULT).unwrap();
        let link = token.links().next().unwrap();
        let facts = link.facts();
        let again = Link::recalled(*link.signed(), &facts, 1).unwrap();
        assert_eq!(format!("{again:?}"), format!("{link:?}"));
        assert_eq!(again.facts(), facts);
        assert!(Link::recalled(*link.signed(), &facts, 0).is_none(), "more grants than the limit");
    }
}
