//! What is wrong and where: one documented kind per step of `spec/verification.md`.

use core::fmt;

use crate::time::UnixTime;

/// Why bytes, a token, a proof or a request are refused, and in which part.
///
/// `Display` gives the full reason, for whoever runs the service; a remote caller gets [`Error::reason`] alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// The step that refused.
    pub kind: ErrorKind,
    /// The part it was found in.
    pub at: Place,
}

impl Error {
    pub(crate) const fn new(kind: ErrorKind, part: Part) -> Self {
        Self { kind, at: Place { part, byte: None } }
    }

    /// What a remote caller may learn.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.kind.reason()
    }
}

impl core::error::Error for Error {}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.kind)
    }
}

/// A part of the input, and the byte offset where decoding stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which artifact.
    pub part: Part,
    /// Offset from the beginning of the token, proof or list; only for decoding errors.
    pub byte: Option<u32>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.part {
            Part::Token => f.write_str("token")?,
            Part::Item(n) => write!(f, "item {n}")?,
            Part::Link(n) => write!(f, "link {n}")?,
            Part::Credential(n) => write!(f, "credential {n}")?,
            Part::HandOver(n) => write!(f, "hand-over {n}")?,
            Part::Known(n) => write!(f, "known credential of link {n}")?,
            Part::Proof => f.write_str("proof")?,
            Part::Request => f.write_str("request")?,
            Part::RevocationList => f.write_str("revocation list")?,
            Part::Field => f.write_str("field")?,
        }
        match self.byte {
            Some(byte) => write!(f, ", byte {byte}"),
            None => Ok(()),
        }
    }
}

/// An artifact of the input. Links, credentials and hand-overs are each counted from 0 in the order of the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Part {
    /// The token as a whole.
    Token,
    /// An item of the token whose type is not known yet, counted from 0 over all items.
    Item(u8),
    /// A link.
    Link(u8),
    /// An inline credential.
    Credential(u8),
    /// A hand-over.
    HandOver(u8),
    /// A credential that this link names and the verifier knew beforehand, or one being taken in.
    Known(u8),
    /// The proof.
    Proof,
    /// The request.
    Request,
    /// A revocation list.
    RevocationList,
    /// A header field or text form.
    Field,
}

/// What a remote caller may learn of a refusal (`spec/verification.md`, last table).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reason {
    /// The bytes are not what the format says.
    Malformed,
    /// The token is not trusted here and now: time, trust, revocation and signatures look alike from outside.
    Untrusted,
    /// The proof is not good for this audience, head, request or time, or was used before.
    ProofRefused,
    /// The token is good, its authority does not reach this request.
    Forbidden,
    /// The verifier cannot decide now.
    Unavailable,
}

impl Reason {
    /// Its stable name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::Untrusted => "untrusted",
            Self::ProofRefused => "proof-refused",
            Self::Forbidden => "forbidden",
            Self::Unavailable => "unavailable",
        }
    }

    /// The HTTP status code that says so.
    #[must_use]
    pub const fn http_status(self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::Untrusted | Self::ProofRefused => 401,
            Self::Forbidden => 403,
            Self::Unavailable => 503,
        }
    }
}

macro_rules! error_kinds {
    (@plain $variant:ident) => { Some(Self::$variant) };
    (@plain $variant:ident { $($field:ident),+ }) => { None };
    ($( $number:literal $variant:ident $( { $($field:ident: $type:ty),+ } )? $name:literal $reason:ident $text:literal; )+) => {
        /// One kind per step; the number is the step's (`V401` is 401) and never reused, the name never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum ErrorKind {
            $(
                #[doc = concat!("V", $number, " `", $name, "`: ", $text, ".")]
                $variant $( {
                    $(
                        #[doc = concat!("The `", stringify!($field), "` that was compared.")]
                        $field: $type
                    ),+
                } )?,
            )+
        }

        impl ErrorKind {
            /// Number, name, reason and text of every kind, in the order of the steps.
            pub const TABLE: &'static [(u16, &'static str, Reason, &'static str)] =
                &[ $( ($number, $name, Reason::$reason, $text), )+ ];

            /// The number of the step that raises it.
            #[must_use]
            #[inline]
            pub const fn number(self) -> u16 {
                match self { $( Self::$variant { .. } => $number, )+ }
            }

            /// Its stable kebab-case name.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $( Self::$variant { .. } => $name, )+ }
            }

            /// What a remote caller may learn.
            #[must_use]
            pub const fn reason(self) -> Reason {
                match self { $( Self::$variant { .. } => Reason::$reason, )+ }
            }

            /// The kind of this number, where it says nothing beside.
            pub(crate) const fn of_number(number: u16) -> Option<Self> {
                match number { $( $number => error_kinds!(@plain $variant $( { $($field),+ } )?), )+ _ => None }
            }

            /// The stage of `spec/verification.md` that raises it.
            #[must_use]
            pub const fn stage(self) -> u16 {
                self.number() / 100
            }
        }

        impl fmt::Display for ErrorKind {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match *self {
                    $( Self::$variant $( { $($field),+ } )? => {
                        f.write_str($text)?;
                        $( $( write!(f, concat!(", ", stringify!($field), " {}"), $field)?; )+ )?
                        Ok(())
                    } )+
                }
            }
        }
    };
}

error_kinds! {
    101 TokenEmpty "token-empty" Malformed "the token is empty";
    102 TokenTooLarge { len: u64, max: u64 } "token-too-large" Malformed "the token is longer than the limit";
    103 ProofMissing "proof-missing" Malformed "there is no proof";
    104 ProofTooLarge { len: u64, max: u64 } "proof-too-large" Malformed "the proof is longer than the limit";

    201 Truncated "truncated" Malformed "the input ends too early";
    202 TrailingBytes "trailing-bytes" Malformed "bytes follow where the item ends";
    203 ReservedHead "reserved-head" Malformed "reserved additional information in a head";
    204 IndefiniteLength "indefinite-length" Malformed "indefinite length or a break";
    205 HeadNotShortest "head-not-shortest" Malformed "a head is longer than its value needs";
    206 UnexpectedType "unexpected-type" Malformed "a type that does not belong here";
    207 IntegerOutOfRange "integer-out-of-range" Malformed "an integer outside its domain";
    208 InvalidUtf8 "invalid-utf8" Malformed "text that is not UTF-8";
    209 SizeOutOfRange "size-out-of-range" Malformed "a length or count outside its bounds";
    210 MapKeyOrder "map-key-order" Malformed "map keys are not in ascending order";
    211 MapKeyDuplicate "map-key-duplicate" Malformed "a map key stands twice";
    212 SetOrder "set-order" Malformed "elements of a set are not strictly ascending";
    220 WrongTag "wrong-tag" Malformed "not the CBOR tag of a COSE structure that belongs here";
    221 WrongArity "wrong-arity" Malformed "an array with another number of elements";
    222 HeaderUnknown "header-unknown" Malformed "a protected header parameter other than alg, kid and typ";
    223 HeaderMissing "header-missing" Malformed "alg, kid or typ is absent from the protected header";
    224 WrongAlgorithm "wrong-algorithm" Malformed "not the algorithm this artifact prescribes";
    225 WrongTyp "wrong-typ" Malformed "not a typ that belongs here";
    226 UnprotectedHeader "unprotected-header" Malformed "the unprotected header is not empty";
    227 SignatureLength "signature-length" Malformed "the signature or tag has another length";
    228 SignatureRange "signature-range" Malformed "r or s is outside 1 to n - 1";
    229 SignatureHighS "signature-high-s" Malformed "s is above n / 2";
    230 ClaimUnknown "claim-unknown" Malformed "a claim that the format does not have";
    231 ClaimMissing "claim-missing" Malformed "a mandatory claim is absent";
    232 ClaimMisplaced "claim-misplaced" Malformed "a claim that does not belong in this kind of artifact";
    233 KeyUnsupported "key-unsupported" Malformed "not an EC2 P-256 key of exactly kty, crv, x and y";
    234 IdentifierInvalid "identifier-invalid" Malformed "not a well-formed identifier, name or namespace";
    235 WindowEmpty "window-empty" Malformed "nbf is before iat, or exp is not after the start";
    236 PatternInvalid "pattern-invalid" Malformed "not a well-formed action, resource or prefix";
    237 KindUnknown "kind-unknown" Malformed "an unknown kind of limit, test, tier, origin or entry";
    238 RangeInverted "range-inverted" Malformed "a range whose end is below its beginning";
    239 UnvouchedKey "unvouched-key" Malformed "kid is not the thumbprint of the key that the link carries";
    240 UnvouchedIdentifier "unvouched-identifier" Malformed "a thumbprint URI that is not the one of an unvouched actor's own key";
    241 TooManyLinks "too-many-links" Malformed "more links than the limit";
    242 TooManyCredentials "too-many-credentials" Malformed "more credentials than the limit";
    243 TooManyGrants "too-many-grants" Malformed "more grants than the limit";
    244 CredentialSelfIssued "credential-self-issued" Malformed "a credential signed by the key it is for";
    245 AgreementKeyReused "agreement-key-reused" Malformed "the agreement key is the link's own signing key";

    301 RootMissing "root-missing" Malformed "the first link is not a root";
    302 RootRepeated "root-repeated" Malformed "a root stands after the first link";
    303 PositionWrong "position-wrong" Malformed "position is not the link's place";
    304 ParentWrong "parent-wrong" Malformed "parent is not the digest of the link before";
    305 CredentialMissing "credential-missing" Malformed "a credential or signer is named that is neither inline nor known nor pinned";
    306 CredentialMisplaced "credential-misplaced" Malformed "a credential stands where no link first names it";
    307 HandoverMissing "handover-missing" Malformed "the hand-over named does not stand before the link";
    308 HandoverMisplaced "handover-misplaced" Malformed "a hand-over stands where no link names it";

    401 WindowOutsideParent "window-outside-parent" Untrusted "the window is not inside the parent's";
    402 NotYetValid { now: UnixTime, start: UnixTime } "not-yet-valid" Untrusted "not valid yet";
    403 Expired { now: UnixTime, exp: UnixTime } "expired" Untrusted "expired";

    501 OriginUnknown "origin-unknown" Untrusted "no origin anchor for this root";
    502 OriginMismatch "origin-mismatch" Untrusted "identifier, role, accountable entity or properties are not what the origin anchor states";
    503 OriginNotFresh "origin-not-fresh" Untrusted "the credential of a context origin is not bound to this root";
    504 OriginTooOld "origin-too-old" Untrusted "the root outlives the attestation of its context";
    505 OriginAboveCeiling "origin-above-ceiling" Untrusted "a grant exceeds the origin anchor's ceiling";

    601 AttesterUnknown "attester-unknown" Untrusted "no attester with the key that signed the credential";
    602 AttesterNameMismatch "attester-name-mismatch" Untrusted "the credential's issuer is not the name of its attester";
    603 IdentifierOutsideRemit "identifier-outside-remit" Untrusted "identifier outside the attester's namespaces";
    604 AccountableOutsideRemit "accountable-outside-remit" Untrusted "accountable entity outside the attester's remit";
    605 RoleOutsideRemit "role-outside-remit" Untrusted "role outside the attester's remit";
    606 PropertyOutsideRemit "property-outside-remit" Untrusted "property outside the attester's remit";
    607 IdentifierMismatch "identifier-mismatch" Untrusted "the actor's identifier is not the one vouched for";
    608 AlsoKeyMismatch "also-key-mismatch" Untrusted "a further credential is for another key";
    609 AlsoRepeatsKid "also-repeats-kid" Untrusted "a further credential is the one in kid";
    610 RoleNotVouched "role-not-vouched" Untrusted "role not vouched for by its credential or pin";
    611 CredentialNotCurrent "credential-not-current" Untrusted "the link starts outside its credential's window";
    612 CredentialOutlived "credential-outlived" Untrusted "the link outlives its credential by more than the attester allows";
    613 OriginKeyMisused "origin-key-misused" Untrusted "an origin's key signs a later link";
    614 PinnedKeyMisused "pinned-key-misused" Untrusted "a pinned key signs a root, or not as a pinned actor";
    615 AgreementKeySigns "agreement-key-signs" Untrusted "the agreement key is one that signs";

    701 SuccessorNotAllowed "successor-not-allowed" Untrusted "the link before allows no successor";
    702 SuccessorKey "successor-key" Untrusted "the link before names another key";
    703 SuccessorUnvouched "successor-unvouched" Untrusted "an unvouched actor where the link before demands a vouched one";
    704 SuccessorIdentifier "successor-identifier" Untrusted "the link before names another identifier";
    705 DemandNamespace "demand-namespace" Untrusted "the actor's identifier is outside the namespace demanded";
    706 DemandRole "demand-role" Untrusted "the role is not one demanded, vouched for as demanded";
    707 DemandProperty "demand-property" Untrusted "a demanded property is not stated, or not good enough";
    708 DemandFresh "demand-fresh" Untrusted "the attestation is not fresh for this link";
    709 DemandVouched "demand-vouched" Untrusted "an unvouched actor where an earlier link demands vouched ones";
    710 DemandLast "demand-last" Untrusted "the chain is longer than an earlier link allows";
    711 HandoverDemanded "handover-demanded" Untrusted "a hand-over is demanded and absent";
    712 HandoverNotDemanded "handover-not-demanded" Untrusted "a hand-over that nothing demands";
    713 HandoverHead "handover-head" Untrusted "the hand-over is for another link";
    714 HandoverSigner "handover-signer" Untrusted "the hand-over is not by the actor of the link before";
    715 HandoverAddressee "handover-addressee" Untrusted "the hand-over is addressed to another actor";
    716 HandoverOutlived "handover-outlived" Untrusted "the link ends after its hand-over";
    717 HandoverTask "handover-task" Untrusted "the hand-over is for another task";

    801 GrantsWidened "grants-widened" Untrusted "a grant exceeds the authority of the link before";

    901 RevocationStale "revocation-stale" Unavailable "no current revocation list of an issuer";
    902 LinkRevoked "link-revoked" Untrusted "the link is revoked";
    903 KeyRevoked "key-revoked" Untrusted "the actor's key is revoked";
    904 CredentialRevoked "credential-revoked" Untrusted "a credential is revoked";
    905 AttesterKeyRevoked "attester-key-revoked" Untrusted "the key of a credential's attester is revoked";
    906 IdentifierRevoked "identifier-revoked" Untrusted "the actor's identifier is revoked";
    907 ConsentRevoked "consent-revoked" Untrusted "the consent is revoked";
    908 AccountableRevoked "accountable-revoked" Untrusted "links of the accountable entity from before a time are revoked";

    1001 ProofSigner "proof-signer" ProofRefused "the proof is not by the actor of the head";
    1002 ProofHead "proof-head" ProofRefused "the proof is for another head";
    1003 ProofAudience "proof-audience" ProofRefused "the proof is for another audience";
    1004 ProofRequest "proof-request" ProofRefused "the proof is for another request";
    1005 ProofTooOld { now: UnixTime, iat: UnixTime } "proof-too-old" ProofRefused "the proof is too old";
    1006 ProofTooNew { now: UnixTime, iat: UnixTime } "proof-too-new" ProofRefused "the proof is from the future";
    1007 ProofKind "proof-kind" ProofRefused "a MAC where a signature is demanded";
    1008 AgreementMissing "agreement-missing" ProofRefused "a MAC, and the head has no agreement key";
    1009 AgreementUnknown "agreement-unknown" ProofRefused "a MAC for an agreement key that is not this audience's";
    1010 RequestInvalid "request-invalid" Malformed "the request's action, resource or arguments are not well-formed";
    1011 RequestNotGranted "request-not-granted" Forbidden "no grant of the head admits the request";
    1012 AuthorityKind "authority-kind" Forbidden "delegated or independent authority where the policy demands the other";

    1101 ReplayMemoryYoung "replay-memory-young" ProofRefused "the proof is older than what the replay memory remembers";
    1102 ProofReplayed "proof-replayed" ProofRefused "the proof was used before";
    1103 ReplayMemoryFull "replay-memory-full" Unavailable "the replay memory is full";
    1104 ReplayQuota "replay-quota" Unavailable "a share of the replay memory is used up";

    1201 KeyOffCurve "key-off-curve" Untrusted "a key is not a point of the curve";
    1202 SignatureInvalid "signature-invalid" Untrusted "the signature does not verify";

    1301 ProofSignatureInvalid "proof-signature-invalid" ProofRefused "the proof's signature does not verify";
    1302 ProofMacInvalid "proof-mac-invalid" ProofRefused "the proof's MAC does not verify";

    1401 ListIssuerUnknown "list-issuer-unknown" Untrusted "no revocation issuer with the key that signed the list";
    1402 ListIssuerName "list-issuer-name" Untrusted "the list's issuer is not the name of the key that signed it";
    1403 ListNumberLower { held: u64, number: u64 } "list-number-lower" Untrusted "a newer list is held";
    1404 ListNumberReused "list-number-reused" Untrusted "another list with the same number is held";
    1405 ListTooLarge "list-too-large" Untrusted "more bytes or entries than the holder keeps";
    1406 ListSignatureInvalid "list-signature-invalid" Untrusted "the list's signature does not verify";

    1501 FieldInvalid "field-invalid" Malformed "not one base64 byte sequence of the form that belongs here";
    1502 FieldRepeated "field-repeated" Malformed "the field stands twice";
}
