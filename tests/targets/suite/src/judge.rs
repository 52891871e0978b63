//! What the library says of a packed vector (crates/conformance does the same with an allocator).

use core::fmt::Write;

use throughline::trust::Trust;
use throughline::{
    AgreementKey, Argument, AuthorityDemand, Digest, Error, Field, GrpcRequest, HttpFields, HttpRequest, Known, Limits,
    MessageRequest, OpaqueRequest, Policy, ProofDemand, Request, RevocationList, SignatureVerifier, UnixTime, Value,
    Verifier,
};

use crate::answer::{self, Fact};
use crate::doors::{Agreement, Counting, KnownSet, Lists, Remembered};
use crate::reader::{Reader, Suite};
use crate::{operation, pools, trust};

/// Whatever the library does for a verdict, and what is then read from it, is done within one call of this: there a stack can be measured.
pub type Within<'w> = dyn FnMut(&mut dyn FnMut()) + 'w;

/// Writes the answer to one vector, without the end of the line.
///
/// `None` if it is of another form, or there is no room for it.
pub fn judge(
    suite: &Suite<'_>,
    mut vector: Reader<'_>,
    signatures: &(dyn SignatureVerifier + Sync),
    within: &mut Within<'_>,
    out: &mut dyn Write,
) -> Option<()> {
    let operation = vector.u8()?;
    let mut asking = Asking { signatures: Counting::new(signatures), within, out };
    match operation {
        operation::VERIFY | operation::ADMIT | operation::TAKE_CREDENTIAL => {
            let bundle = suite.bundle(vector.u32()?)?;
            trust::with(bundle, |trust| asking.with_trust(operation, &mut vector, trust))
        }
        operation::TAKE_LIST => asking.take_list(&mut vector),
        operation::CARRIAGE => asking.carriage(&mut vector),
        operation::UNSUPPORTED => asking.unsupported(),
        _ => asking.request_digest(operation, &mut vector),
    }
}

struct Asking<'s, 'w> {
    signatures: Counting<'s>,
    within: &'w mut Within<'w>,
    out: &'w mut dyn Write,
}

impl Asking<'_, '_> {
    fn with_trust(&mut self, operation: u8, vector: &mut Reader<'_>, trust: &Trust<'_>) -> Option<()> {
        let Self { signatures, within, out } = self;
        if operation == operation::TAKE_CREDENTIAL {
            let credential = vector.bytes()?;
            let mut written = None;
            within(&mut || {
                let taken = Known::take_in(credential, trust, &*signatures);
                let digest = taken.map(|known| *known.credential().digest());
                written = told(digest, signatures.count(), *out);
            });
            return written;
        }
        let (token, now) = (vector.bytes()?, UnixTime(vector.u64()?));
        let mut limits = Limits::DEFAULT;
        limits.links = vector.maybe(Reader::u8)?.unwrap_or(limits.links);
        limits.credentials = vector.maybe(Reader::u8)?.unwrap_or(limits.credentials);
        limits.grants = vector.maybe(Reader::u8)?.unwrap_or(limits.grants);
        limits.token_bytes = vector.maybe(Reader::u32)?.unwrap_or(limits.token_bytes);
        limits.proof_bytes = vector.maybe(Reader::u32)?.unwrap_or(limits.proof_bytes);
        limits.skew = vector.maybe(Reader::u64)?.unwrap_or(limits.skew);
        limits.proof_window = vector.maybe(Reader::u64)?.unwrap_or(limits.proof_window);
        let mut known = KnownSet([const { None }; pools::KNOWN]);
        // The audience's own are taken in with the verifier that is asked, and are not counted.
        let own = &throughline::Engine;
        vector.fill(&mut known.0, |reader| Known::take_in(reader.bytes()?, trust, own).ok().map(Some))?;
        let mut lists = Lists([const { None }; pools::LISTS]);
        vector.fill(&mut lists.0, |reader| RevocationList::decode(reader.bytes()?).ok().map(Some))?;
        let mut agreement = Agreement([const { None }; pools::AGREEMENT]);
        vector.fill(&mut agreement.0, |reader| AgreementKey::from_bytes(&reader.array()?).map(Some))?;
        let counting = &*signatures;
        let verifier = Verifier::new(trust, counting, &lists).limits(limits).known(&known).agreement(&agreement);
        let mut written = None;
        if operation == operation::VERIFY {
            within(&mut || {
                written = Some(match verifier.verify(token, now) {
                    Ok(chain) => answer::chain(&chain, counting.count(), *out),
                    Err(error) => answer::refused(&error, counting.count(), *out),
                });
            });
            return written?.ok();
        }
        let proof = vector.bytes()?;
        let (audience, digest) = (vector.text()?, Digest(vector.array()?));
        let (action, resource) = (vector.text()?, vector.text()?);
        let mut arguments = [Argument { name: "", value: Value::Bool(false) }; pools::ARGUMENTS];
        let count = vector.fill(&mut arguments, argument)?;
        let policy = Policy {
            proof: if vector.u8()? == 0 { ProofDemand::Any } else { ProofDemand::Signed },
            authority: match vector.u8()? {
                0 => AuthorityDemand::Any,
                1 => AuthorityDemand::Delegated,
                _ => AuthorityDemand::Independent,
            },
        };
        let request = Request::new(audience, digest, action, resource).with(arguments.get(..count)?).under(policy);
        let replay = replay(vector)?;
        within(&mut || {
            written = Some(match verifier.admit(token, proof, &request, &replay, now) {
                Ok(admission) => answer::chain(admission.chain(), counting.count(), *out),
                Err(error) => answer::refused(&error, counting.count(), *out),
            });
        });
        written?.ok()
    }

    /// What stage 2 refuses; the rest is a store's, which allocates.
    fn take_list(&mut self, vector: &mut Reader<'_>) -> Option<()> {
        let list = vector.bytes()?;
        let mut decoded = None;
        (self.within)(&mut || decoded = Some(RevocationList::decode(list).map(|list| list.entries().count())));
        match decoded? {
            Ok(_) => self.unsupported(),
            Err(error) => answer::refused(&error, 0, self.out).ok(),
        }
    }

    fn request_digest(&mut self, operation: u8, vector: &mut Reader<'_>) -> Option<()> {
        let digest = match operation {
            operation::HTTP_DIGEST => http_digest(vector)?,
            operation::GRPC_DIGEST => Ok(GrpcRequest { path: vector.text()?, message: vector.bytes()? }.digest()),
            operation::MESSAGE_DIGEST => {
                let (queue, content_type) = (vector.text()?, vector.maybe(Reader::bytes)?);
                Ok(MessageRequest { queue, content_type, body: Digest::of(&[vector.bytes()?]) }.digest())
            }
            operation::OPAQUE_DIGEST => Ok(OpaqueRequest(vector.bytes()?).digest()),
            _ => return None,
        };
        told(digest, 0, self.out)
    }

    fn carriage(&mut self, vector: &mut Reader<'_>) -> Option<()> {
        let field = if vector.u8()? == 0 { Field::Continuity } else { Field::Proof };
        let len = usize::try_from(vector.u32()?).ok()?;
        let mut lines = [&[][..]; pools::LINES];
        let count = vector.fill(&mut lines, Reader::bytes)?;
        let text = vector.maybe(Reader::bytes)?;
        let mut buffer = [0; pools::CARRIED];
        match field.read_with(lines.get(..count)?.iter().copied(), text, buffer.get_mut(..len)?) {
            Ok(bytes) => answer::accepted(&[Fact::Bytes("bytes", bytes)], 0, self.out),
            Err(error) => answer::refused(&error, 0, self.out),
        }
        .ok()
    }

    fn unsupported(&mut self) -> Option<()> {
        self.out.write_str(r#"{"verdict":"unsupported"}"#).ok()
    }
}

fn told(digest: Result<Digest, Error>, signatures: u32, out: &mut dyn Write) -> Option<()> {
    match digest {
        Ok(digest) => answer::accepted(&[Fact::Bytes("digest", digest.as_bytes())], signatures, out),
        Err(error) => answer::refused(&error, signatures, out),
    }
    .ok()
}

fn http_digest(vector: &mut Reader<'_>) -> Option<Result<Digest, Error>> {
    let (method, scheme, authority) = (vector.text()?, vector.text()?, vector.text()?);
    let (path, query) = (vector.bytes()?, vector.maybe(Reader::bytes)?);
    let mut lines = [("", &[][..]); pools::LINES];
    let count = vector.fill(&mut lines, |reader| Some((reader.text()?, reader.bytes()?)))?;
    let body = Digest::of(&[vector.bytes()?]);
    let fields = HttpFields::read(authority, lines.get(..count)?.iter().copied());
    Some(fields.map(|fields| HttpRequest { method, scheme, authority, path, query, fields, body }.digest()))
}

fn argument<'a>(reader: &mut Reader<'a>) -> Option<Argument<'a>> {
    let name = reader.text()?;
    let value = match reader.u8()? {
        0 => Value::Int(reader.u64()?.cast_signed()),
        1 => Value::Text(reader.text()?),
        _ => Value::Bool(reader.u8()? != 0),
    };
    Some(Argument { name, value })
}

fn replay<'a>(reader: &mut Reader<'a>) -> Option<Remembered<'a>> {
    let (beginning, forgotten) = (reader.u64()?, reader.maybe(Reader::u64)?);
    let mut admitted = [None; pools::ADMITTED];
    reader.fill(&mut admitted, |reader| Some(Some((reader.text()?, reader.bytes()?, reader.bytes()?))))?;
    let (room, share) = (reader.maybe(Reader::u32)?, reader.maybe(Reader::u32)?);
    Some(Remembered { beginning, forgotten, admitted, room, share })
}
