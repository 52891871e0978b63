//! A forge: takes an accepted token apart, changes one thing, and signs everything again with the proper keys, so that
//! only the named defect remains. What a builder refuses to make is made here.

use ciborium::Value;
use throughline::issue::Signer as _;
use throughline::{Digest, Part, PublicKey};

use super::cbor;
use super::cbor::{at, bstr, decode, encode, offset};

/// One COSE message in its encoded parts, each of which may be anything.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Tag and array head.
    pub(crate) before: Vec<u8>,
    pub(crate) protected: Vec<u8>,
    pub(crate) unprotected: Vec<u8>,
    pub(crate) payload: Vec<u8>,
    pub(crate) seal: Vec<u8>,
}

impl Message {
    /// Takes the first message off `rest`, which begins with a well-formed one.
    pub(crate) fn parse(rest: &mut &[u8]) -> Self {
        let before = rest[..2].to_vec();
        *rest = &rest[2..];
        let protected = take_bytes(rest);
        let unprotected = rest[..1].to_vec();
        *rest = &rest[1..];
        Self { before, protected, unprotected, payload: take_bytes(rest), seal: take_bytes(rest) }
    }

    /// A whole byte string as one message.
    pub(crate) fn of(mut encoded: &[u8]) -> Self {
        Self::parse(&mut encoded)
    }

    pub(crate) fn encoded(&self) -> Vec<u8> {
        [&self.before, &self.protected, &self.unprotected, &self.payload, &self.seal].map(Vec::as_slice).concat()
    }

    /// SHA-256 of the `Sig_structure` around whatever stands in it.
    pub(crate) fn digest(&self) -> Digest {
        Digest::of(&[b"\x84\x6aSignature1", &self.protected, b"\x40", &self.payload])
    }

    pub(crate) fn header_value(&self) -> Value {
        decode(content(&self.protected))
    }

    pub(crate) fn claims_value(&self) -> Value {
        decode(content(&self.payload))
    }

    /// Edits the protected header.
    pub(crate) fn header(&mut self, edit: impl FnOnce(&mut Value)) {
        let mut value = self.header_value();
        edit(&mut value);
        self.protected = bstr(&encode(&value));
    }

    /// Edits the claims set.
    pub(crate) fn claims(&mut self, edit: impl FnOnce(&mut Value)) {
        let mut value = self.claims_value();
        edit(&mut value);
        self.payload = bstr(&encode(&value));
    }

    /// Puts a value at a path of the claims set.
    pub(crate) fn put(&mut self, path: &[i64], value: Value) {
        self.claims(|claims| cbor::put(claims, path, value));
    }

    /// Takes a claim away.
    pub(crate) fn remove(&mut self, path: &[i64]) {
        self.claims(|claims| cbor::remove(claims, path));
    }

    /// Where the value at a path begins in the claims set, as long as that is well-formed.
    pub(crate) fn offset(&self, path: &[i64]) -> usize {
        offset(&self.claims_value(), path)
    }

    pub(crate) fn get(&self, path: &[i64]) -> Value {
        at(&mut self.claims_value(), path).clone()
    }

    pub(crate) fn kid(&self) -> Digest {
        digest(at(&mut self.header_value(), &[4]))
    }

    /// Signs with the key of this name.
    pub(crate) fn sign(&mut self, signer: &str) {
        let signature = super::cached_key(signer).sign(&self.digest()).unwrap();
        self.seal = bstr(&lower_half(signature));
    }

    fn typ(&self) -> i64 {
        at(&mut self.header_value(), &[16]).as_integer().unwrap().try_into().unwrap()
    }
}

/// A place in a message.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Spot {
    /// Its first byte: the tag.
    Tag,
    /// The array's head behind a one-byte tag.
    Array,
    /// The item of the protected header.
    Protected,
    /// So many bytes into the protected header's content.
    Header(usize),
    Unprotected,
    Payload,
    Seal,
    /// Behind its last byte.
    End,
}

impl Spot {
    /// Bytes from the message's first.
    pub(crate) fn within(self, message: &Message) -> usize {
        let protected = message.before.len();
        let unprotected = protected + message.protected.len();
        let payload = unprotected + message.unprotected.len();
        match self {
            Self::Tag => 0,
            Self::Array => 1,
            Self::Protected => protected,
            Self::Header(at) => unprotected - content(&message.protected).len() + at,
            Self::Unprotected => unprotected,
            Self::Payload => payload,
            Self::Seal => payload + message.payload.len(),
            Self::End => message.encoded().len(),
        }
    }
}

/// A message of a token, and the name of the key that signs it.
#[derive(Clone, Debug)]
pub(crate) struct Forged {
    pub(crate) message: Message,
    pub(crate) signer: String,
    /// In the place of the proper signature, its encoded item.
    pub(crate) seal: Option<Vec<u8>>,
    typ: i64,
    was: Digest,
    was_signed_by: String,
}

/// A token in its messages.
#[derive(Clone, Debug)]
pub(crate) struct Forge {
    pub(crate) items: Vec<Forged>,
}

impl Forge {
    /// A token of the fixtures.
    pub(crate) fn of(token: &[u8]) -> Self {
        Self::with_known(token, &[])
    }

    /// A token, or a proof, of the fixtures that names credentials without carrying them.
    pub(crate) fn with_known(mut token: &[u8], known: &[Vec<u8>]) -> Self {
        let mut credentials: Vec<Message> = known.iter().map(|credential| Message::of(credential)).collect();
        let mut items: Vec<Forged> = Vec::new();
        while !token.is_empty() {
            let message = Message::parse(&mut token);
            let typ = message.typ();
            let signer = match typ {
                HANDOVER => items.iter().rfind(|item| item.typ == LINK).unwrap().signer.clone(),
                _ => signer(&message, &credentials),
            };
            if typ == CREDENTIAL {
                credentials.push(message.clone());
            }
            let was = message.digest();
            items.push(Forged { message, signer: signer.clone(), seal: None, typ, was, was_signed_by: signer });
        }
        Self { items }
    }

    pub(crate) fn link(&mut self, n: usize) -> &mut Forged {
        self.nth(LINK, n)
    }

    pub(crate) fn credential(&mut self, n: usize) -> &mut Forged {
        self.nth(CREDENTIAL, n)
    }

    pub(crate) fn handover(&mut self, n: usize) -> &mut Forged {
        self.nth(HANDOVER, n)
    }

    /// The artifact that an error would name.
    pub(crate) fn part(&mut self, part: Part) -> &mut Forged {
        match part {
            Part::Link(n) => self.link(n.into()),
            Part::Credential(n) => self.credential(n.into()),
            Part::HandOver(n) => self.handover(n.into()),
            Part::Proof => self.nth(PROOF, 0),
            _ => panic!("no artifact of a token"),
        }
    }

    /// Where in the sequence it stands.
    pub(crate) fn place_of(&self, part: Part) -> usize {
        let (typ, n) = match part {
            Part::Link(n) => (LINK, n),
            Part::Credential(n) => (CREDENTIAL, n),
            Part::HandOver(n) => (HANDOVER, n),
            Part::Proof => (PROOF, 0),
            _ => panic!("no artifact of a token"),
        };
        self.items.iter().enumerate().filter(|(_, item)| item.typ == typ).nth(n.into()).unwrap().0
    }

    /// The messages: whoever names something that changed names it anew, and everything that changed is signed again.
    pub(crate) fn encoded_items(&self) -> Vec<Vec<u8>> {
        let mut renamed: Vec<(Digest, Digest)> = Vec::new();
        let mut encoded = Vec::new();
        for item in &self.items {
            let mut message = item.message.clone();
            for (was, is) in &renamed {
                replace(&mut message.protected, was, is);
                replace(&mut message.payload, was, is);
            }
            let is = message.digest();
            if is != item.was {
                renamed.push((item.was, is));
            }
            match &item.seal {
                Some(seal) => message.seal.clone_from(seal),
                None if is != item.was || item.signer != item.was_signed_by => message.sign(&item.signer),
                None => {}
            }
            encoded.push(message.encoded());
        }
        encoded
    }

    /// The token.
    pub(crate) fn token(&self) -> Vec<u8> {
        self.encoded_items().concat()
    }

    /// Byte offset of an artifact.
    pub(crate) fn start(&self, part: Part) -> usize {
        // Signing anew changes no length.
        let len = |item: &Forged| item.message.encoded().len();
        self.items.iter().take(self.place_of(part)).map(len).sum()
    }

    /// Byte offset of the first byte of an artifact's claims set.
    pub(crate) fn claims_at(&mut self, part: Part) -> usize {
        let start = self.start(part);
        let message = &self.part(part).message;
        let before = message.before.len() + message.protected.len() + message.unprotected.len();
        start + before + message.payload.len() - content(&message.payload).len()
    }

    fn nth(&mut self, typ: i64, n: usize) -> &mut Forged {
        self.items.iter_mut().filter(|item| item.typ == typ).nth(n).unwrap()
    }
}

/// The content of an encoded byte string.
pub(crate) fn content(item: &[u8]) -> &[u8] {
    match item[0] {
        0x40..0x58 => &item[1..],
        0x58 => &item[2..],
        0x59 => &item[3..],
        _ => panic!("not a byte string of the fixtures"),
    }
}

/// The encoded messages of a token, untouched.
pub(crate) fn split(mut token: &[u8]) -> Vec<Vec<u8>> {
    let mut items = Vec::new();
    while !token.is_empty() {
        items.push(Message::parse(&mut token).encoded());
    }
    items
}

pub(crate) fn digest(value: &Value) -> Digest {
    Digest(value.as_bytes().unwrap().as_slice().try_into().unwrap())
}

/// The name of the key that signs: by its thumbprint, or through a credential.
fn signer(message: &Message, credentials: &[Message]) -> String {
    let kid = message.kid();
    let thumbprint = match credentials.iter().find(|credential| credential.digest() == kid) {
        Some(credential) => {
            let coordinate = |label| digest(&credential.get(&[8, 1, label])).0;
            PublicKey::from_coordinates(coordinate(-2), coordinate(-3)).thumbprint()
        }
        None => kid,
    };
    super::name_of_key(&thumbprint).to_owned()
}

fn take_bytes(rest: &mut &[u8]) -> Vec<u8> {
    let (head, len) = match rest[0] {
        short @ 0x40..0x58 => (1, usize::from(short - 0x40)),
        0x58 => (2, usize::from(rest[1])),
        0x59 => (3, usize::from(u16::from_be_bytes([rest[1], rest[2]]))),
        other => panic!("not a byte string of the fixtures: {other:#x}"),
    };
    let (item, after) = rest.split_at(head + len);
    *rest = after;
    item.to_vec()
}

fn replace(bytes: &mut [u8], was: &Digest, is: &Digest) {
    let found: Vec<usize> =
        bytes.windows(32).enumerate().filter(|(_, window)| *window == was.as_bytes()).map(|(at, _)| at).collect();
    for at in found {
        bytes[at..at + 32].copy_from_slice(is.as_bytes());
    }
}

/// r‖s with s in its lower half.
pub(crate) fn lower_half(signature: [u8; 64]) -> [u8; 64] {
    p256::ecdsa::Signature::from_slice(&signature).unwrap().normalize_s().to_bytes().into()
}

const LINK: i64 = 65101;
const CREDENTIAL: i64 = 65102;
const PROOF: i64 = 65103;
const HANDOVER: i64 = 65104;
