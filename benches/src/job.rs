//! The one job that everybody does: an authority that each hop narrows once, and one request for a part of what is left.

/// How many hops the tokens have.
pub const DEPTHS: [u8; 5] = [1, 3, 8, 12, 16];

pub const ACTION: &str = "calendar.read";
pub const RESOURCE: &str = "calendar/alice/work";
pub const AUDIENCE: &str = "https://calendar.example";
/// The request's one argument.
pub const DAYS: i64 = 7;

/// Up to how many days the authority reaches after hop `hop`: each hop takes one away.
pub fn most_days(hop: u8) -> i64 {
    31 - i64::from(hop)
}

/// Who hop `hop` says it is, where a peer has names: 53 characters.
pub fn name(hop: u8) -> String {
    format!("spiffe://prod.example/ns/calendar/executor/unknown-{hop:02}")
}

/// The same 32 bytes for the same name, in every run.
pub fn seed(name: &str) -> [u8; 32] {
    *throughline::Digest::of(&[b"bench key ", name.as_bytes()]).as_bytes()
}

/// Bytes that look random and are the same in every run.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// SplitMix64.
    pub fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.number() % limit.max(1) as u64) as usize
    }

    pub fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.number() as u8).collect()
    }
}
