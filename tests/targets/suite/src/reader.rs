//! The packed form: little-endian numbers, and bytes and texts behind their length.

use crate::MAGIC;

/// All vectors, and the trust bundles that they name.
#[derive(Clone, Copy)]
pub struct Suite<'a> {
    bundles: Reader<'a>,
    bundle_count: u32,
    vectors: Reader<'a>,
    count: u32,
}

impl<'a> Suite<'a> {
    /// Reads the packed suite that `packed` begins with; `None` if it is none.
    pub fn read(packed: &'a [u8]) -> Option<Self> {
        let mut reader = Reader(packed.strip_prefix(MAGIC)?);
        let (bundle_count, bundles) = (reader.u32()?, Reader(reader.bytes()?));
        let (count, vectors) = (reader.u32()?, Reader(reader.bytes()?));
        Some(Self { bundles, bundle_count, vectors, count })
    }

    /// Every vector, in the order of the suite.
    pub fn vectors(&self) -> impl Iterator<Item = Reader<'a>> {
        let mut rest = self.vectors;
        (0..self.count).map_while(move |_| rest.bytes().map(Reader))
    }

    /// The trust bundle of this number.
    pub(crate) fn bundle(&self, number: u32) -> Option<Reader<'a>> {
        let mut rest = self.bundles;
        for _ in 0..number.min(self.bundle_count) {
            rest.bytes()?;
        }
        rest.bytes().map(Reader)
    }
}

/// What of a packed thing is still to be read. `None` is the end of it, or another form.
#[derive(Clone, Copy)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// What a vector asks.
    #[must_use]
    pub fn operation(mut self) -> Option<u8> {
        self.u8()
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(crate) fn u8(&mut self) -> Option<u8> {
        self.take::<1>().map(|[byte]| byte)
    }

    pub(crate) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }

    pub(crate) fn u64(&mut self) -> Option<u64> {
        self.take().map(u64::from_le_bytes)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take()
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let len = usize::try_from(self.u32()?).ok()?;
        let (bytes, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(bytes)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        core::str::from_utf8(self.bytes()?).ok()
    }

    /// What may be absent: a byte that says whether it stands.
    pub(crate) fn maybe<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<Option<T>> {
        match self.u8()? {
            0 => Some(None),
            _ => read(self).map(Some),
        }
    }

    /// A count, and as many items; `into` must have room for them. How many there were.
    pub(crate) fn fill<T>(&mut self, into: &mut [T], mut read: impl FnMut(&mut Self) -> Option<T>) -> Option<usize> {
        let count = usize::try_from(self.u32()?).ok()?;
        for slot in into.get_mut(..count)? {
            *slot = read(self)?;
        }
        Some(count)
    }
}
