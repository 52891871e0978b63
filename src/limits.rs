//! How much a verifier reads, and how exact its clock is.

/// Most links a token may have: beyond it a chain is a log, not a delegation.
pub(crate) const MAX_LINKS: usize = 16;
/// Most inline credentials.
pub(crate) const MAX_CREDENTIALS: usize = 16;
/// Most grants per link.
pub(crate) const MAX_GRANTS: usize = 16;
/// Most property demands per contract.
pub(crate) const MAX_DEMANDS: usize = 8;
/// Most further credentials (`also`) per link.
pub(crate) const MAX_ALSO: usize = 4;
/// Longest token in bytes; HTTP/2 stacks commonly cap a whole header block at 16 KiB.
pub(crate) const MAX_TOKEN: usize = 16_384;
/// Longest proof in bytes.
pub(crate) const MAX_PROOF: usize = 1_024;
/// Longest identifier, accountable entity, attester name, namespace or audience.
pub(crate) const MAX_IDENTIFIER: usize = 512;
/// Longest role, property name, argument name or action.
pub(crate) const MAX_NAME: usize = 128;
/// Longest resource, prefix, or value.
pub(crate) const MAX_VALUE: usize = 1_024;

/// A verifier's own limits. Values above the format's (token.md §2.2) count as the format's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Links per token; at most 16.
    pub links: u8,
    /// Inline credentials per token; at most 16.
    pub credentials: u8,
    /// Grants per link; at most 16.
    pub grants: u8,
    /// Bytes per token; at most 16,384.
    pub token_bytes: u32,
    /// Bytes per proof; at most 1,024.
    pub proof_bytes: u32,
    /// Seconds by which the verifier's clock and others' may differ.
    pub skew: u64,
    /// Seconds for which a proof is good after its `iat`.
    pub proof_window: u64,
}

impl Limits {
    /// The format's limits, skew 30, proof window 60.
    pub const DEFAULT: Self = Self {
        links: 16,
        credentials: 16,
        grants: 16,
        token_bytes: 16_384,
        proof_bytes: 1_024,
        skew: 30,
        proof_window: 60,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// A limit, never above the format's.
pub(crate) fn within(limit: impl Into<u32>, max: usize) -> usize {
    usize::try_from(limit.into()).map_or(max, |limit| limit.min(max))
}

/// An index below 256 as parts of an error have it.
pub(crate) fn narrow(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}

pub(crate) fn wide(len: usize) -> u64 {
    u64::try_from(len).unwrap_or(u64::MAX)
}
