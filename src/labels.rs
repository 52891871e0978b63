//! Every number of the format, read by both directions (token.md §3.1, §4).

/// COSE header parameter `alg`.
pub(crate) const ALG: i64 = 1;
/// COSE header parameter `kid`.
pub(crate) const KID: i64 = 4;
/// COSE header parameter `typ` (RFC 9596).
pub(crate) const TYP: i64 = 16;

/// CBOR tag of COSE_Mac0.
pub(crate) const TAG_MAC0: u64 = 17;
/// CBOR tag of COSE_Sign1.
pub(crate) const TAG_SIGN1: u64 = 18;

/// ESP256: ECDSA with P-256 and SHA-256, fully specified (RFC 9864).
pub(crate) const ESP256: i64 = -9;
/// HMAC 256/256 (RFC 9053 §3.1).
pub(crate) const HMAC_256: i64 = 5;

/// `typ` of a link.
pub(crate) const TYP_LINK: u64 = 65101;
/// `typ` of a credential.
pub(crate) const TYP_CREDENTIAL: u64 = 65102;
/// `typ` of a proof.
pub(crate) const TYP_PROOF: u64 = 65103;
/// `typ` of a hand-over.
pub(crate) const TYP_HAND_OVER: u64 = 65104;
/// `typ` of a revocation list.
pub(crate) const TYP_REVOCATION_LIST: u64 = 65105;

/// Registered CWT claims (RFC 8392, RFC 8747, RFC 9711).
pub(crate) mod claim {
    pub(crate) const ISS: i64 = 1;
    pub(crate) const SUB: i64 = 2;
    pub(crate) const AUD: i64 = 3;
    pub(crate) const EXP: i64 = 4;
    pub(crate) const NBF: i64 = 5;
    pub(crate) const IAT: i64 = 6;
    pub(crate) const CTI: i64 = 7;
    pub(crate) const CNF: i64 = 8;
    pub(crate) const EAT_NONCE: i64 = 10;
    /// Our own claims, in one map.
    pub(crate) const OURS: i64 = -65537;
}

/// Claims in the map under −65537.
pub(crate) mod ours {
    pub(crate) const PARENT: i64 = 1;
    pub(crate) const POSITION: i64 = 2;
    pub(crate) const ROLE: i64 = 3;
    pub(crate) const GRANTS: i64 = 4;
    pub(crate) const NEXT: i64 = 5;
    pub(crate) const REQUIRE: i64 = 6;
    pub(crate) const ORIGIN: i64 = 7;
    pub(crate) const ALSO: i64 = 8;
    pub(crate) const AGREE: i64 = 9;
    pub(crate) const TASK: i64 = 10;
    pub(crate) const HANDOVER: i64 = 11;
    pub(crate) const EVIDENCE: i64 = 12;
    pub(crate) const CAUSE: i64 = 13;
    pub(crate) const ACCOUNTABLE: i64 = 14;
    pub(crate) const ROLES: i64 = 15;
    pub(crate) const PROPS: i64 = 16;
    pub(crate) const HEAD: i64 = 17;
    pub(crate) const REQUEST: i64 = 18;
    pub(crate) const AGREEMENT: i64 = 19;
    pub(crate) const TO: i64 = 20;
    pub(crate) const NUMBER: i64 = 21;
    pub(crate) const ENTRIES: i64 = 22;
}

/// Keys of `origin`.
pub(crate) mod origin {
    pub(crate) const KIND: i64 = 1;
    pub(crate) const ACCOUNTABLE: i64 = 2;
    pub(crate) const NONCE: i64 = 3;
    pub(crate) const CONSENT: i64 = 4;

    pub(crate) const IDENTITY: u64 = 0;
    pub(crate) const ROLE: u64 = 1;
    pub(crate) const CONTEXT: u64 = 2;
}

/// Keys of a contract.
pub(crate) mod demand {
    pub(crate) const NAMESPACE: i64 = 1;
    pub(crate) const ROLES: i64 = 2;
    pub(crate) const PROPS: i64 = 3;
    pub(crate) const FRESH: i64 = 4;
    pub(crate) const HANDOVER: i64 = 5;
    pub(crate) const VOUCHED: i64 = 6;
    pub(crate) const LAST: i64 = 7;

    pub(crate) const TEST_EQUALS: u64 = 0;
    pub(crate) const TEST_TIER: u64 = 1;
}

/// Kinds of limit in a grant.
pub(crate) mod limit {
    pub(crate) const EQUALS: u64 = 0;
    pub(crate) const ONE_OF: u64 = 1;
    pub(crate) const RANGE: u64 = 2;
    pub(crate) const PREFIX: u64 = 3;
}

/// Kinds of entry in a revocation list.
pub(crate) mod entry {
    pub(crate) const LINK: u64 = 0;
    pub(crate) const KEY: u64 = 1;
    pub(crate) const CREDENTIAL: u64 = 2;
    pub(crate) const IDENTIFIER: u64 = 3;
    pub(crate) const CONSENT: u64 = 4;
    pub(crate) const ACCOUNTABLE: u64 = 5;
}

/// COSE_Key parameters and values (RFC 9053 §7.1).
pub(crate) mod cose_key {
    pub(crate) const KTY: i64 = 1;
    pub(crate) const CRV: i64 = -1;
    pub(crate) const X: i64 = -2;
    pub(crate) const Y: i64 = -3;

    pub(crate) const EC2: i64 = 2;
    pub(crate) const P256: i64 = 1;
}

/// In `cnf`: a COSE_Key (RFC 8747 §3.2).
pub(crate) const CNF_COSE_KEY: i64 = 1;

/// Prefix of the URI of a SHA-256 COSE Key thumbprint (RFC 9679 §5.7).
pub(crate) const THUMBPRINT_URI: &str = "urn:ietf:params:oauth:ckt:sha-256:";
/// What no vouched identifier begins with.
pub(crate) const THUMBPRINT_URI_SPACE: &str = "urn:ietf:params:oauth:ckt:";
