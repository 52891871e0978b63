//! One vector: everything a verdict depends on, and the verdict. `test-vectors/schema.json` says the same in JSON Schema.

use core::fmt;

use serde::{Deserialize, Serialize};

use crate::base64::Base64Url;

/// A file of vectors.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct File {
    /// Where the schema is, relative to the file.
    #[serde(rename = "$schema")]
    pub schema: String,
    /// What the vectors of this file show together.
    pub description: String,
    /// The vectors.
    pub vectors: Vec<Vector>,
}

/// One scenario.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Vector {
    /// Unique in the suite.
    pub id: String,
    /// The step of verification.md that it shows: refused by it, or accepted in spite of it. Absent where a whole feature is shown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// What is special about it.
    pub description: String,
    /// Words to select by: the family, the place of the defect (`first`, `middle`, `last`), `edge` for a limit exactly reached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<String>,
    /// What is asked.
    pub operation: Operation,
    /// The time value; the operations that need none leave it out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub now: Option<u64>,
    /// The trust bundle (`spec/bundle.schema.json`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trust: Option<serde_json::Value>,
    /// Known credentials, each taken in beforehand without an error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<Base64Url>,
    /// Revocation lists, taken in beforehand in this order without an error.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lists: Vec<Base64Url>,
    /// Limits that are not the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<LimitsOf>,
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<Base64Url>,
    /// The proof.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof: Option<Base64Url>,
    /// The request that admission is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request: Option<RequestOf>,
    /// Secret scalars of the audience's agreement keys, 32 bytes each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub agreement: Vec<Base64Url>,
    /// What the replay memory knows; absent, it began at 0, knows of no proof, and has room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replay: Option<Replay>,
    /// The credential to take in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Base64Url>,
    /// The revocation list to take in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list: Option<Base64Url>,
    /// The request of which the digest is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profiled: Option<ProfiledRequest>,
    /// The fields that are to be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carried: Option<Carried>,
    /// The verdict.
    pub expected: Expected,
    /// Most signatures that may be checked on the way, the audience's own lists and known credentials not counted.
    pub work: u32,
    /// The accepted vector from which a refused one differs in its one defect.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub twin: Option<String>,
}

impl Vector {
    /// The stage that it shows.
    #[must_use]
    pub fn stage(&self) -> Option<u16> {
        let step: u16 = self.step.as_ref()?.strip_prefix('V')?.parse().ok()?;
        Some(step / 100)
    }
}

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "the operations of schema.json")]
pub enum Operation {
    /// Stages 1–9 and 12 for a token.
    Verify,
    /// All stages for a token, a proof and a request, the claim included.
    Admit,
    /// A credential is taken in beforehand.
    TakeCredential,
    /// A revocation list is taken in, after those in `lists`.
    TakeList,
    /// The digest of a request, and the arguments in it.
    RequestDigest,
    /// Token or proof are read from the fields that carry them.
    Carriage,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Verify => "verify",
            Self::Admit => "admit",
            Self::TakeCredential => "take-credential",
            Self::TakeList => "take-list",
            Self::RequestDigest => "request-digest",
            Self::Carriage => "carriage",
        })
    }
}

/// Limits; those that are absent are the defaults of token.md §2.2 and §8.1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
#[expect(missing_docs, reason = "named as in `throughline::Limits` and `throughline::ListLimits`")]
pub struct LimitsOf {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credentials: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grants: Option<u8>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_bytes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_bytes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skew: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub proof_window: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_bytes: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub list_entries: Option<u32>,
}

/// What admission is asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct RequestOf {
    /// The enforcing service's own name.
    pub audience: String,
    /// The request digest, 32 bytes.
    pub digest: Base64Url,
    /// The action.
    pub action: String,
    /// The resource.
    pub resource: String,
    /// The arguments, in the order given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub arguments: Vec<Named>,
    /// The policy; absent, nothing is demanded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<Demands>,
}

/// A name and a value: an integer, a text or a bool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Named {
    /// The name.
    pub name: String,
    /// The value.
    pub value: serde_json::Value,
}

/// What a policy demands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Demands {
    /// A proof that is signed.
    #[serde(default)]
    pub signed: bool,
    /// `delegated` or `independent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
}

/// Whose authority is spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "the two of token.md §8.1")]
pub enum Authority {
    /// Of somebody else.
    Delegated,
    /// The actors' own.
    Independent,
}

/// A replay memory's knowledge (verification.md, stage 11).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Replay {
    /// Its beginning.
    #[serde(default)]
    pub beginning: u64,
    /// The newest `iat` of a proof that it has forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forgotten: Option<u64>,
    /// What it remembers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub admitted: Vec<Admitted>,
    /// How many more it has room for; absent, enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<u32>,
    /// How much is left of the share of the origin anchor, the accountable entity and the actor; absent, enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<u32>,
}

/// A proof that was admitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Admitted {
    /// Its audience.
    pub aud: String,
    /// Digest of its head.
    pub head: Base64Url,
    /// Its nonce.
    pub cti: Base64Url,
}

/// A request in one of the profiles of token.md §8.3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "the profiles of token.md §8.3")]
pub enum ProfiledRequest {
    /// `throughline-http-0`.
    Http(HttpCall),
    /// `throughline-grpc-0`.
    Grpc(GrpcCall),
    /// `throughline-mcp-0`.
    Mcp(McpCall),
    /// `throughline-message-0`.
    Message(MessageCall),
    /// `throughline-opaque-0`.
    Opaque(Base64Url),
}

/// An HTTP request as received, and what the service knows of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct HttpCall {
    /// The method.
    pub method: String,
    /// The configured external scheme.
    pub scheme: String,
    /// The configured external authority.
    pub authority: String,
    /// The path.
    pub path: Base64Url,
    /// The query without `?`; absent is not empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Base64Url>,
    /// All field lines, name and value, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(String, Base64Url)>,
    /// The body.
    pub body: Base64Url,
}

/// A gRPC call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct GrpcCall {
    /// The path.
    pub path: String,
    /// The message.
    pub message: Base64Url,
}

/// A JSON-RPC request of the Model Context Protocol.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct McpCall {
    /// The server's name.
    pub server: String,
    /// The body as received.
    pub body: Base64Url,
}

/// A message from a queue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the components of token.md §8.3")]
pub struct MessageCall {
    /// The queue's name.
    pub queue: String,
    /// The content type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<Base64Url>,
    /// The body.
    pub body: Base64Url,
}

/// How a token or a proof arrives (token.md §8.4).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Carried {
    /// `Execution-Proof` instead of `Execution-Continuity`.
    #[serde(default)]
    pub proof: bool,
    /// The lines of the HTTP field, each without the white space around it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The member of `params._meta`, or a file's text: base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// The verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "accepted or refused")]
pub enum Expected {
    /// Verified, admitted, taken in, or read.
    Accepted(Facts),
    /// Refused.
    Refused(Refusal),
}

/// What is known of something accepted; each operation has its own.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Facts {
    /// Digest of the root (`verify`, `admit`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub execution: Option<Base64Url>,
    /// Digest of the head (`verify`, `admit`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Base64Url>,
    /// How many links (`verify`, `admit`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<u8>,
    /// Whose authority (`verify`, `admit`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authority: Option<Authority>,
    /// Name of the origin anchor (`verify`, `admit`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<String>,
    /// The request digest (`request-digest`), the digest of what was taken in (`take-credential`, `take-list`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Base64Url>,
    /// The bytes that were carried (`carriage`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Base64Url>,
    /// The arguments of an MCP tool call, in the order of the body (`request-digest`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arguments: Option<Vec<Named>>,
}

/// Which step refused, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct Refusal {
    /// The stage.
    pub stage: u16,
    /// The step, which is the error's number.
    pub number: u16,
    /// The error's name.
    pub name: String,
    /// Where.
    pub at: At,
}

/// A place in the input (verification.md, "An error states its place").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::exhaustive_structs, reason = "the members of schema.json")]
pub struct At {
    /// `token`, `item`, `link`, `credential`, `hand-over`, `known`, `proof`, `request`, `list` or `field`.
    pub part: String,
    /// Which one, counted from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub index: Option<u8>,
    /// The byte, in stage 2.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte: Option<u32>,
}
