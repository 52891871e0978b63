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

/// Implements [`Packed`] for a struct: field by field.
macro_rules! packed {
    ($name:ty { $($field:ident: $type:ty),+ $(,)? }) => {
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

impl Packed for bool {
    const WORDS: usize = 1;

    #[inline]
    fn pack(&self, to: &mut Packer) {
        to.put(u64::from(*self));
    }

    #[inline]
    fn unpack(from: &mut Unpacker<'_>) -> Self {
        from.take() != 0
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

packed!(Window { issued: UnixTime, start: UnixTime, end: UnixTime });
