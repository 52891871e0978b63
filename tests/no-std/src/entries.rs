//! Every public function of the verifier that needs no allocator, called once, each in a function of its own.
//!
//! `tests/no-panic` compiles this file with unwinding, where `#[no_panic]` leaves a call to a function that does not exist wherever the
//! function could unwind. What goes through a door (`&dyn`) may unwind as far as a compiler can see; `doors.rs` has that.

use core::hint::black_box;

use throughline::trust::Ceiling;
use throughline::{
    Access, Argument, Credential, Digest, Entry, Error, Field, Grants, GrpcRequest, HandOver, HttpFields, HttpRequest,
    Known, Limit, Limits, Link, List, McpParam, McpRequest, MessageRequest, Next, OpaqueRequest, Proof, ProofUse,
    PublicKey, Request, RevocationList, RoleSource, Signature, SignatureCheck, SignatureVerifier, Token, TrustedKey,
    UnixTime, Value, Window,
};
use throughline::{Contract, PropertyDemandTest, trust};

/// Takes a value, so that whoever makes it is not dropped.
fn seen<T>(value: T) {
    black_box(&value);
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn token(bytes: &[u8], limits: &Limits) {
    if let Ok(token) = Token::decode(bytes, limits) {
        seen(token.links().next_back());
        seen((token.credentials().next(), token.handovers().next()));
    }
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn link(link: &Link<'_>) {
    seen((link.digest(), link.kid(), link.encoded(), link.identifier(), link.window(), link.parent(), link.position()));
    seen((link.handover(), link.role(), link.carried_key(), link.agree(), link.task(), link.cause()));
    link.also().chain(link.evidence()).for_each(seen);
    if let Some(origin) = link.origin() {
        seen((origin.kind(), origin.accountable(), origin.nonce(), origin.consent()));
    }
    match link.next() {
        Some(Next::Contract(demands)) => contract(&demands),
        next => seen(next),
    }
    link.require().iter().for_each(contract);
    link.grants().iter().for_each(grants);
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn contract(contract: &Contract<'_>) {
    seen((contract.namespace(), contract.fresh(), contract.handover(), contract.vouched(), contract.last()));
    if let Some(demand) = contract.roles() {
        seen(demand.roles().contains(black_box("reader")));
        demand.roles().iter().for_each(seen);
        match demand.from() {
            RoleSource::Attesters(names) => names.iter().for_each(seen),
            other => seen(other),
        }
    }
    for demand in contract.properties() {
        seen(demand.name());
        demand.attesters().iter().for_each(seen);
        match demand.test() {
            PropertyDemandTest::Equals(value) => seen(demand.passes(value)),
            other => seen(other),
        }
    }
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn credential(bytes: &[u8]) {
    let Ok(credential) = Credential::decode(bytes) else { return };
    seen((
        credential.digest(),
        credential.attester_key(),
        credential.encoded(),
        credential.attester(),
        credential.subject(),
    ));
    seen((credential.window(), credential.key(), credential.nonce(), credential.accountable()));
    credential.roles().for_each(seen);
    credential.properties().for_each(seen);
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn hand_over(hand_over: &HandOver<'_>) {
    seen((hand_over.digest(), hand_over.kid(), hand_over.encoded(), hand_over.to(), hand_over.expires()));
    seen((hand_over.head(), hand_over.task()));
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn proof(bytes: &[u8], limits: &Limits) {
    let Ok(proof) = Proof::decode(bytes, limits) else { return };
    seen((proof.kid(), proof.kind(), proof.audience(), proof.issued(), proof.nonce(), proof.head(), proof.request()));
    seen(proof.agreement());
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn revocation_list(bytes: &[u8]) {
    let Ok(list) = RevocationList::decode(bytes) else { return };
    seen((list.issuer(), list.name(), list.number(), list.issued(), list.expires(), list.digest(), list.signature()));
    for entry in list.entries() {
        match entry {
            Entry::Credential(_, keys) | Entry::Identifier(_, keys) => keys.iter().for_each(seen),
            other => seen(other),
        }
    }
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn known(bytes: &[u8], trust: &trust::Trust<'_>, signatures: &impl SignatureVerifier) {
    if let Ok(known) = Known::take_in(bytes, trust, signatures) {
        seen(known.credential());
    }
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn grants(grants: &Grants<'_>) {
    seen((grants.encoded(), grants.len()));
    for grant in grants.iter() {
        seen((grant.action(), grant.resource()));
        for (name, limit) in grant.limits() {
            seen(name);
            match limit {
                Limit::OneOf(values) => values.iter().for_each(seen),
                other => seen(other),
            }
        }
    }
}

/// Both directions of the order, and what it is for.
#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn order(one: &[u8], other: &[u8], request: &Request<'_>) {
    let (Ok(one), Ok(other)) = (Grants::decode(one), Grants::decode(other)) else { return };
    seen((one.narrows(&other), other.narrows(&one)));
    if let (Some(one), Some(other)) = (one.iter().next(), other.iter().next()) {
        seen(one.is_within(&other));
    }
    if let Ok(access) = Access::new(request.action, request.resource, request.arguments) {
        seen((one.admits(&access), access.argument(request.action)));
        seen(one.iter().next().map(|grant| grant.admits(&access)));
    }
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn ceiling(encoded: &'static [u8]) {
    seen(Ceiling::new(List::new(encoded)).map(|ceiling| ceiling.grants().len()));
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn identifiers(one: &str, other: &str, digest: &Digest) {
    use throughline::{covers, is_identifier, is_name, is_namespace, is_thumbprint_uri, is_vouchable};
    seen((is_identifier(one), is_vouchable(one), is_namespace(one), is_name(one), covers(one, other)));
    seen(is_thumbprint_uri(one, digest));
    seen(trust::Entities::Namespace(one.into()).includes(other));
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn keys_and_signatures(key: PublicKey, bytes: &[u8]) {
    seen((key.thumbprint(), key.to_sec1(), TrustedKey::new(key)));
    seen((Digest::of(&[bytes, bytes]), Signature::new(bytes)));
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn times(one: UnixTime, other: UnixTime, used: &ProofUse<'_>) {
    seen((one.plus(other.0), one.minus(other.0)));
    if let (Some(inner), Some(outer)) = (Window::new(one, None, other), Window::new(one, Some(other), other)) {
        seen((inner.is_inside(&outer), inner.contains(one)));
    }
    seen((used.key(), used.keep_until()));
}

/// The five profiles.
#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn request_digests<'a>(text: &'a str, bytes: &[u8], lines: &[(&str, &[u8])], params: &mut [McpParam<'a>]) {
    if let Ok(fields) = HttpFields::read(text, lines.iter().copied()) {
        let body = Digest::of(&[bytes]);
        let request =
            HttpRequest { method: text, scheme: text, authority: text, path: bytes, query: Some(bytes), fields, body };
        seen(request.digest());
        seen(MessageRequest { queue: text, content_type: fields.content_type, body }.digest());
    }
    seen(GrpcRequest { path: text, message: bytes }.digest());
    seen(McpRequest { server: text, method: text, params }.digest());
    seen(OpaqueRequest(bytes).digest());
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn fields(field: Field, lines: &[&[u8]], text: Option<&[u8]>, buffer: &mut [u8]) {
    seen(field.read_with(lines.iter().copied(), text, buffer));
    seen(field.read(lines.iter().copied(), buffer));
    seen((field.name(), field.grpc_name(), field.meta_name()));
}

#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn refusal(error: &Error) {
    let kind = error.kind;
    seen((kind.number(), kind.name(), kind.stage(), error.reason().name(), error.reason().http_status()));
}

/// Signatures, one alone and many together, with the way to check them that is not behind a door.
#[cfg_attr(panic = "unwind", no_panic::no_panic)]
#[inline(never)]
pub fn signatures(signatures: &impl SignatureVerifier, checks: &[SignatureCheck<'_>]) {
    seen(signatures.verify_all(checks));
    if let Some(check) = checks.first() {
        seen((signatures.verify(check), signatures.is_on_curve(check.key)));
    }
}

/// Calls them all, with input that the compiler knows nothing about.
pub fn all(bytes: &'static [u8], request: &Request<'_>, used: &ProofUse<'_>, verifier: &impl SignatureVerifier) {
    let limits = black_box(Limits::DEFAULT);
    token(bytes, &limits);
    if let Ok(token) = Token::decode(bytes, &limits) {
        token.links().for_each(link);
        token.handovers().for_each(hand_over);
    }
    credential(bytes);
    proof(bytes, &limits);
    revocation_list(bytes);
    known(bytes, black_box(&trust::Trust::default()), verifier);
    order(bytes, black_box(bytes), request);
    ceiling(bytes);
    let (text, key) = (request.resource, PublicKey::from_coordinates(request.digest.0, used.head.0));
    identifiers(text, request.action, &request.digest);
    keys_and_signatures(key, bytes);
    times(used.now, used.dated, used);
    let mut params = black_box([McpParam { name: text, json: bytes }, McpParam { name: request.action, json: bytes }]);
    request_digests(text, bytes, &black_box([(text, bytes), (request.action, bytes)]), &mut params);
    fields(black_box(Field::Proof), &black_box([bytes, bytes]), black_box(Some(bytes)), &mut black_box([0; 64]));
    Credential::decode(bytes).err().iter().for_each(refusal);
    if let Ok(signature) = Signature::new(bytes) {
        signatures(verifier, &black_box([SignatureCheck::new(&key, used.head, signature); 3]));
    }
}

/// Arguments of a request, each of another type.
pub fn arguments() -> [Argument<'static>; 3] {
    [("days", Value::Int(3)), ("of", Value::Text("work")), ("all", Value::Bool(true))]
        .map(|(name, value)| black_box(Argument { name, value }))
}
