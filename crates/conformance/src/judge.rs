//! What the library says of a vector.

use throughline::{
    Argument, AuthorityDemand, Digest, Error, Field, GrpcRequest, HttpFields, HttpRequest, Limits, McpBody,
    MessageRequest, OpaqueRequest, Policy, ProofDemand, Request, RevocationList, SignatureVerifier, UnixTime, Value,
    VerifiedChain,
};

use crate::base64::Base64Url;
use crate::counting::Counting;
use crate::replay::Remembered;
use crate::setup::{Setup, limits};
use crate::vector::{
    Authority, Carried, Demands, Expected, Facts, HttpCall, McpCall, Named, Operation, ProfiledRequest, Refusal,
    RequestOf, Vector,
};

/// A verdict, and what it cost.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "an answer of test-vectors/README.md")]
pub struct Judged {
    /// The verdict, with everything known of it.
    pub verdict: Expected,
    /// How many signatures were checked on the way; 0 where an implementation does not say.
    pub signatures: u32,
}

/// Why a vector has no verdict: it is no scenario. Its bundle does not load, what it knows beforehand is refused, or a member is missing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "a reason")]
pub struct Unusable(pub String);

impl core::fmt::Display for Unusable {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.0)
    }
}

impl core::error::Error for Unusable {}

/// Judges a vector with the library and its default engine.
///
/// # Errors
/// [`Unusable`].
pub fn judge(vector: &Vector) -> Result<Judged, Unusable> {
    judge_with(vector, &throughline::Engine)
}

/// Judges a vector with the library and this way to check signatures.
///
/// # Errors
/// [`Unusable`].
pub fn judge_with(vector: &Vector, signatures: &(dyn SignatureVerifier + Sync)) -> Result<Judged, Unusable> {
    judge_around(vector, signatures, &|judging| judging())
}

/// As [`judge_with`], with every verdict on a token, and every decoding, given inside a call of `around`: what was read beforehand and
/// what is made of the verdict lies outside. Taking in, and profiles of requests with JSON, keep what they read and are not inside.
///
/// # Errors
/// [`Unusable`], also where `around` does not call what it is given.
pub fn judge_around(
    vector: &Vector,
    signatures: &(dyn SignatureVerifier + Sync),
    around: Around<'_>,
) -> Result<Judged, Unusable> {
    let counting = Counting::new(signatures);
    let judged = match vector.operation {
        Operation::Verify => verify(vector, &counting, around),
        Operation::Admit => admit(vector, &counting, around),
        Operation::TakeCredential => take_credential(vector, &counting),
        Operation::TakeList => take_list(vector, &counting, around),
        Operation::RequestDigest => request_digest(vector),
        Operation::Carriage => carriage(vector, around),
    };
    let verdict = match judged? {
        Ok(facts) => Expected::Accepted(facts),
        Err(error) => Expected::Refused(Refusal::from(&error)),
    };
    Ok(Judged { verdict, signatures: counting.count() })
}

/// Calls what it is given, once, and may look at something before and after.
pub type Around<'a> = &'a dyn Fn(&mut dyn FnMut());

fn inside<T>(around: Around<'_>, judging: impl FnOnce() -> T) -> Result<T, Unusable> {
    let (mut judging, mut verdict) = (Some(judging), None);
    around(&mut || verdict = judging.take().map(|judging| judging()));
    verdict.ok_or_else(|| Unusable("nobody judged".to_owned()))
}

/// A verdict, if the vector is a scenario at all.
type Verdict = Result<Result<Facts, Error>, Unusable>;

fn verify(vector: &Vector, signatures: &Counting<'_>, around: Around<'_>) -> Verdict {
    let (token, now) = (need(vector.token.as_ref(), "token")?, need(vector.now, "now")?);
    let setup = Setup::of(vector, signatures.uncounted())?;
    let verifier = setup.verifier(signatures);
    let verdict = inside(around, || verifier.verify(&token.0, UnixTime(now)))?;
    Ok(verdict.map(|chain| chain_facts(&chain)))
}

fn admit(vector: &Vector, signatures: &Counting<'_>, around: Around<'_>) -> Verdict {
    let (token, now) = (need(vector.token.as_ref(), "token")?, need(vector.now, "now")?);
    let asked = need(vector.request.as_ref(), "request")?;
    let arguments: Vec<Argument<'_>> = asked.arguments.iter().map(argument).collect::<Result<_, _>>()?;
    let request = Request::new(&asked.audience, digest(&asked.digest)?, &asked.action, &asked.resource)
        .with(&arguments)
        .under(policy(asked));
    let setup = Setup::of(vector, signatures.uncounted())?;
    let replay = Remembered::new(vector.replay.clone().unwrap_or_default());
    // Without a proof there are no bytes (V103).
    let proof = vector.proof.as_ref().map_or(&[][..], |proof| &proof.0);
    let verifier = setup.verifier(signatures);
    let admission = inside(around, || verifier.admit(&token.0, proof, &request, &replay, UnixTime(now)))?;
    Ok(admission.map(|admission| chain_facts(admission.chain())))
}

fn take_credential(vector: &Vector, signatures: &Counting<'_>) -> Verdict {
    let credential = need(vector.credential.as_ref(), "credential")?;
    let mut setup = Setup::of(vector, signatures.uncounted())?;
    let taken = setup.known.take_in(credential.0.as_slice(), setup.bundle.trust(), signatures);
    Ok(taken.map(digest_fact))
}

fn take_list(vector: &Vector, signatures: &Counting<'_>, around: Around<'_>) -> Verdict {
    let list = need(vector.list.as_ref(), "list")?;
    let setup = Setup::of(vector, signatures.uncounted())?;
    let taken = setup.lists.take_in(&list.0, setup.bundle.trust(), signatures);
    let decoded = inside(around, || RevocationList::decode(&list.0))?;
    Ok(taken.and(decoded).map(|list| digest_fact(*list.digest())))
}

fn request_digest(vector: &Vector) -> Verdict {
    Ok(match need(vector.profiled.as_ref(), "profiled")? {
        ProfiledRequest::Http(call) => http_digest(call).map(digest_fact),
        ProfiledRequest::Grpc(call) => {
            Ok(digest_fact(GrpcRequest { path: &call.path, message: &call.message.0 }.digest()))
        }
        ProfiledRequest::Mcp(call) => mcp_facts(call),
        ProfiledRequest::Message(call) => {
            let content_type = call.content_type.as_ref().map(|value| value.0.as_slice());
            let body = Digest::of(&[&call.body.0]);
            Ok(digest_fact(MessageRequest { queue: &call.queue, content_type, body }.digest()))
        }
        ProfiledRequest::Opaque(bytes) => Ok(digest_fact(OpaqueRequest(&bytes.0).digest())),
    })
}

fn http_digest(call: &HttpCall) -> Result<Digest, Error> {
    let fields =
        HttpFields::read(&call.authority, call.fields.iter().map(|(name, value)| (name.as_str(), value.0.as_slice())))?;
    let request = HttpRequest {
        method: &call.method,
        scheme: &call.scheme,
        authority: &call.authority,
        path: &call.path.0,
        query: call.query.as_ref().map(|query| query.0.as_slice()),
        fields,
        body: Digest::of(&[&call.body.0]),
    };
    Ok(request.digest())
}

fn mcp_facts(call: &McpCall) -> Result<Facts, Error> {
    let body = McpBody::read(&call.body.0)?;
    let arguments =
        body.arguments().map(|argument| Named { name: argument.name.to_owned(), value: json(argument.value) });
    Ok(Facts { arguments: Some(arguments.collect()), ..digest_fact(body.digest(&call.server)?) })
}

fn carriage(vector: &Vector, around: Around<'_>) -> Verdict {
    let Carried { proof, lines, text } = need(vector.carried.as_ref(), "carried")?;
    let (own, most) = (limits(vector), Limits::DEFAULT);
    // A limit above the format's counts as the format's (token.md §2.2).
    let (field, len) = if *proof {
        (Field::Proof, own.proof_bytes.min(most.proof_bytes))
    } else {
        (Field::Continuity, own.token_bytes.min(most.token_bytes))
    };
    let mut buffer = vec![0; usize::try_from(len).unwrap_or(usize::MAX)];
    let (lines, text) = (lines.iter().map(String::as_bytes), text.as_ref().map(String::as_bytes));
    let read = inside(around, || field.read_with(lines, text, &mut buffer))?;
    Ok(read.map(|bytes| Facts { bytes: Some(bytes.into()), ..Facts::default() }))
}

fn chain_facts(chain: &VerifiedChain<'_>) -> Facts {
    let authority = if chain.is_independent() { Authority::Independent } else { Authority::Delegated };
    Facts {
        execution: chain.execution_id().map(|id| id.as_bytes().into()),
        head: chain.head().map(|head| head.link().digest().as_bytes().into()),
        links: u8::try_from(chain.len()).ok(),
        authority: Some(authority),
        anchor: chain.origin().map(|origin| origin.anchor().to_owned()),
        ..Facts::default()
    }
}

fn digest_fact(digest: Digest) -> Facts {
    Facts { digest: Some(digest.as_bytes().into()), ..Facts::default() }
}

fn argument(named: &Named) -> Result<Argument<'_>, Unusable> {
    let value = match &named.value {
        serde_json::Value::Bool(value) => Some(Value::Bool(*value)),
        serde_json::Value::String(value) => Some(Value::Text(value)),
        serde_json::Value::Number(value) => value.as_i64().map(Value::Int),
        serde_json::Value::Null | serde_json::Value::Array(_) | serde_json::Value::Object(_) => None,
    };
    let wrong =
        || Unusable(format!("argument {:?} is neither an integer of 64 bits nor a text nor a bool", named.name));
    Ok(Argument { name: &named.name, value: value.ok_or_else(wrong)? })
}

fn json(value: Value<'_>) -> serde_json::Value {
    match value {
        Value::Int(value) => value.into(),
        Value::Text(value) => value.into(),
        Value::Bool(value) => value.into(),
    }
}

fn policy(asked: &RequestOf) -> Policy {
    let Demands { signed, authority } = asked.policy.unwrap_or_default();
    Policy {
        proof: if signed { ProofDemand::Signed } else { ProofDemand::Any },
        authority: match authority {
            None => AuthorityDemand::Any,
            Some(Authority::Delegated) => AuthorityDemand::Delegated,
            Some(Authority::Independent) => AuthorityDemand::Independent,
        },
    }
}

fn digest(bytes: &Base64Url) -> Result<Digest, Unusable> {
    let bytes: Result<[u8; 32], _> = bytes.0.as_slice().try_into();
    bytes.map(Digest).map_err(|_| Unusable("a digest is not 32 bytes".to_owned()))
}

fn need<T>(member: Option<T>, name: &str) -> Result<T, Unusable> {
    member.ok_or_else(|| Unusable(format!("{name} is missing")))
}
