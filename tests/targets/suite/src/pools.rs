//! How much room there is for one vector, where nothing is allocated; `host` refuses to pack what does not fit.

/// Names of all kinds in a trust bundle.
pub const TEXTS: usize = 192;
/// Accountable entities in a trust bundle.
pub const ENTITIES: usize = 96;
/// Tests of properties in a trust bundle.
pub const TESTS: usize = 16;
/// Properties of pinned actors.
pub const STATED: usize = 16;
/// Origin anchors.
pub const ORIGINS: usize = 65;
/// Attesters.
pub const ATTESTERS: usize = 4;
/// Pinned actors.
pub const PINS: usize = 4;
/// Revocation issuers.
pub const REVOKERS: usize = 4;
/// Known credentials.
pub const KNOWN: usize = 33;
/// Revocation lists.
pub const LISTS: usize = 4;
/// Agreement keys.
pub const AGREEMENT: usize = 4;
/// Arguments of a request: one more than there may be.
pub const ARGUMENTS: usize = 257;
/// Proofs that were admitted before.
pub const ADMITTED: usize = 4;
/// Field lines.
pub const LINES: usize = 8;
/// Bytes that a field carries.
pub const CARRIED: usize = 16_384;
