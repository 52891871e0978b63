//! Token, proof and hand-over as they travel beside a request (token.md §8.4).

use http::{HeaderMap, HeaderName};
use throughline::{Error, ErrorKind, Field, Limits, Part, Place, Token};

/// What a request carries. Nothing in it is verified.
#[derive(Clone, Debug, Default)]
pub(crate) struct Carried {
    pub(crate) token: Option<Vec<u8>>,
    pub(crate) proof: Option<Vec<u8>>,
    pub(crate) hand_over: Option<Vec<u8>>,
}

impl Carried {
    /// Each field from all its lines.
    pub(crate) fn read(headers: &HeaderMap, limits: &Limits) -> Result<Self, Error> {
        let read = |field| read(headers, field, limits);
        Ok(Self { token: read(Field::Continuity)?, proof: read(Field::Proof)?, hand_over: read(Field::HandOver)? })
    }

    /// The same from gRPC metadata: base64, with padding or without, each once.
    #[cfg(feature = "grpc")]
    pub(crate) fn read_grpc(headers: &HeaderMap, limits: &Limits) -> Result<Self, Error> {
        let read = |field| read_grpc(headers, field, limits);
        Ok(Self { token: read(Field::Continuity)?, proof: read(Field::Proof)?, hand_over: read(Field::HandOver)? })
    }

    /// Whether there is neither token nor proof.
    pub(crate) const fn is_absent(&self) -> bool {
        self.token.is_none() && self.proof.is_none()
    }

    /// A hand-over that continues another link than the token's head is none for whoever receives this (token.md §8.4).
    pub(crate) fn check_hand_over(&self, limits: &Limits) -> Result<(), Error> {
        let (Some(hand_over), Some(token)) = (&self.hand_over, &self.token) else { return Ok(()) };
        // Of a token that does not decode, the gate says why.
        let Ok(token) = Token::decode(token, limits) else { return Ok(()) };
        let head = token.links().next_back().map(|head| *head.digest());
        let decoded = Token::decode(hand_over, limits).map_err(|_| INVALID)?;
        let mut given = decoded.handovers();
        let fits = given.next().is_some_and(|given| Some(given.head()) == head)
            && given.next().is_none()
            && decoded.links().next().is_none()
            && decoded.credentials().next().is_none();
        // V1501
        if fits { Ok(()) } else { Err(INVALID) }
    }
}

/// Removes what was decided on: whoever forwards fields does not pass on a used proof.
pub(crate) fn strip(headers: &mut HeaderMap) {
    for field in FIELDS {
        headers.remove(http_name(field));
        headers.remove(grpc_name(field));
    }
}

pub(crate) const fn http_name(field: Field) -> HeaderName {
    HeaderName::from_static(match field {
        Field::Continuity => "execution-continuity",
        Field::Proof => "execution-proof",
        Field::HandOver => "execution-hand-over",
    })
}

pub(crate) const fn grpc_name(field: Field) -> HeaderName {
    HeaderName::from_static(field.grpc_name())
}

/// Greatest number of bytes that a field may hold.
pub(crate) fn most(field: Field, limits: &Limits) -> usize {
    let most = |bytes: u32, format: u32| usize::try_from(bytes.min(format)).unwrap_or(usize::MAX);
    match field {
        Field::Continuity => most(limits.token_bytes, Limits::DEFAULT.token_bytes),
        Field::Proof => most(limits.proof_bytes, Limits::DEFAULT.proof_bytes),
        Field::HandOver => Field::HAND_OVER_BYTES,
    }
}

/// `None` for no bytes.
fn read(headers: &HeaderMap, field: Field, limits: &Limits) -> Result<Option<Vec<u8>>, Error> {
    let lines = || headers.get_all(http_name(field)).iter().map(http::HeaderValue::as_bytes);
    let Some(first) = lines().next() else { return Ok(None) };
    // No more memory than the line can be worth.
    let mut buffer = vec![0; first.len().min(most(field, limits))];
    let length = field.read(lines(), &mut buffer)?.len();
    buffer.truncate(length);
    Ok(Some(buffer).filter(|bytes| !bytes.is_empty()))
}

#[cfg(feature = "grpc")]
fn read_grpc(headers: &HeaderMap, field: Field, limits: &Limits) -> Result<Option<Vec<u8>>, Error> {
    let mut lines = headers.get_all(grpc_name(field)).iter();
    let Some(line) = lines.next() else { return Ok(None) };
    // V1502
    if lines.next().is_some() {
        return Err(Error { kind: ErrorKind::FieldRepeated, ..INVALID });
    }
    // The HTTP form is the same base64 with padding, between colons.
    let mut value = Vec::with_capacity(line.len().saturating_add(4));
    value.push(b':');
    value.extend_from_slice(line.as_bytes());
    if !line.as_bytes().ends_with(b"=") {
        value.extend(std::iter::repeat_n(b'=', line.len().wrapping_neg() % 4));
    }
    value.push(b':');
    let mut buffer = vec![0; value.len().min(most(field, limits))];
    let length = field.decode(&value, &mut buffer)?.len();
    buffer.truncate(length);
    Ok(Some(buffer).filter(|bytes| !bytes.is_empty()))
}

const FIELDS: [Field; 3] = [Field::Continuity, Field::Proof, Field::HandOver];
const INVALID: Error = Error { kind: ErrorKind::FieldInvalid, at: Place { part: Part::Field, byte: None } };
