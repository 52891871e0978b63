//! A verdict as a line of JSON, byte for byte what `throughline conformance --answer` prints.

use core::fmt::{self, Write};

use base64ct::{Base64UrlUnpadded, Encoding as _};
use throughline::{Digest, Error, Part, VerifiedChain};

/// Nothing in a verdict needs more than this to be written without a heap.
pub(crate) enum Fact<'a> {
    Bytes(&'static str, &'a [u8]),
    Number(&'static str, usize),
    Word(&'static str, &'a str),
}

/// The facts of something accepted.
pub(crate) fn accepted(facts: &[Fact<'_>], signatures: u32, out: &mut dyn Write) -> fmt::Result {
    out.write_str(r#"{"verdict":"accepted""#)?;
    for fact in facts {
        match fact {
            Fact::Bytes(name, bytes) => {
                write!(out, r#","{name}":""#)?;
                base64(bytes, out)?;
                out.write_str("\"")?;
            }
            Fact::Number(name, number) => write!(out, r#","{name}":{number}"#)?,
            // The names of anchors and the two words are plain.
            Fact::Word(name, word) => write!(out, r#","{name}":"{word}""#)?,
        }
    }
    write!(out, r#","signatures":{signatures}}}"#)
}

/// What a chain says of itself.
pub(crate) fn chain(chain: &VerifiedChain<'_>, signatures: u32, out: &mut dyn Write) -> fmt::Result {
    let (execution, head) = (chain.execution_id(), chain.head());
    let of = |digest: Option<&Digest>| digest.map_or([0; 32], |digest| *digest.as_bytes());
    let facts = [
        Fact::Bytes("execution", &of(execution.as_ref())),
        Fact::Bytes("head", &of(head.as_ref().map(|head| head.link().digest()))),
        Fact::Number("links", chain.len()),
        Fact::Word("authority", if chain.is_independent() { "independent" } else { "delegated" }),
        Fact::Word("anchor", chain.origin().map_or("", |origin| origin.anchor())),
    ];
    accepted(&facts, signatures, out)
}

/// A refusal.
pub(crate) fn refused(error: &Error, signatures: u32, out: &mut dyn Write) -> fmt::Result {
    let (kind, place) = (error.kind, error.at);
    let (stage, number, name) = (kind.stage(), kind.number(), kind.name());
    write!(out, r#"{{"verdict":"refused","stage":{stage},"number":{number},"name":"{name}","at":{{"part":"#)?;
    let (part, index) = match place.part {
        Part::Item(n) => ("item", Some(n)),
        Part::Link(n) => ("link", Some(n)),
        Part::Credential(n) => ("credential", Some(n)),
        Part::HandOver(n) => ("hand-over", Some(n)),
        Part::Known(n) => ("known", Some(n)),
        Part::Proof => ("proof", None),
        Part::Request => ("request", None),
        Part::RevocationList => ("list", None),
        Part::Field => ("field", None),
        Part::Token | _ => ("token", None),
    };
    write!(out, r#""{part}""#)?;
    if let Some(index) = index {
        write!(out, r#","index":{index}"#)?;
    }
    if let Some(byte) = place.byte {
        write!(out, r#","byte":{byte}"#)?;
    }
    write!(out, r#"}},"signatures":{signatures}}}"#)
}

/// Three bytes at a time, so that no buffer is as long as the whole.
fn base64(bytes: &[u8], out: &mut dyn Write) -> fmt::Result {
    for chunk in bytes.chunks(48) {
        let mut buffer = [0; 64];
        out.write_str(Base64UrlUnpadded::encode(chunk, &mut buffer).map_err(|_| fmt::Error)?)?;
    }
    Ok(())
}
