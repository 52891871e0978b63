//! One thing to measure: a decision, an issue or a refusal, by one contender at one depth.

/// What a row and a target name: a series, and how many hops its tokens have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id {
    pub series: &'static str,
    pub depth: u8,
}

/// What kind of work it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Bytes to decision, by this library.
    Ours,
    /// Bytes to decision, by a peer that checks every hop's signature.
    PublicKeyPeer,
    /// Bytes to decision, by a peer that checks something else or less: no history, or a shared secret.
    OtherPeer,
    /// Bytes to longer bytes, or to a proof.
    Issue,
    /// Bytes to refusal.
    Refusal,
    /// A primitive that ratios are to.
    Primitive,
}

pub struct Case {
    pub id: Id,
    pub kind: Kind,
    /// Bytes on the wire: what one request carries.
    pub wire: usize,
    /// One piece of work; it asserts its own verdict.
    pub run: Box<dyn FnMut()>,
    /// Makes what `run` uses up, before every batch; not timed.
    pub refill: Option<Refill>,
}

pub struct Refill {
    pub make: Box<dyn FnMut()>,
    /// How many runs one refill is good for.
    pub runs: usize,
}

impl Case {
    pub fn new(series: &'static str, depth: u8, kind: Kind, wire: usize, run: impl FnMut() + 'static) -> Self {
        Self { id: Id { series, depth }, kind, wire, run: Box::new(run), refill: None }
    }

    pub fn refilled(self, runs: usize, make: impl FnMut() + 'static) -> Self {
        Self { refill: Some(Refill { make: Box::new(make), runs }), ..self }
    }
}

/// What was measured of a case.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub series: String,
    pub depth: u8,
    pub kind: Kind,
    /// The least a round took, nanoseconds per run: what the work costs where nothing else disturbs.
    pub least: f64,
    /// The median round.
    pub median: f64,
    pub allocations: u64,
    pub wire: usize,
}
