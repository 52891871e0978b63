//! The adversary: bytes that it saw, keys and valid credentials of its own, and a forge for anything it likes to write.

use ciborium::Value;
use throughline::issue::{CredentialBuilder, Signer as _, ToBeSigned};
use throughline::{Digest, Limits, Request, Token, TrustedKey, UnixTime};

use crate::common::cbor::{self, OURS, bstr, bytes, cose_key, encode, int, map, set, text};
use crate::common::forge::{Message, lower_half, split};
use crate::common::setting::request;
use crate::common::world::agreement_key;
use crate::common::{ALICE, ATTESTER, AUDIENCE, HOUR, NOW, ROLE, credential_for, grants, key, window};
use crate::honest::{Who, fresh_nonce};
use crate::seals::Seal;

/// A workload with a valid credential of the demanded role, in the same namespace as the honest ones.
pub(crate) const MALLORY: &str = "spiffe://prod.example/ns/calendar/executor/mallory";
/// A company that the service knows, too.
pub(crate) const MALLORY_INC: &str = "https://mallory.example";
/// Its attester, trusted for its own namespace.
pub(crate) const ELSEWHERE: &str = "https://attest.mallory.example";

/// A secret key in the adversary's hands.
#[derive(Clone, Debug)]
pub(crate) struct Hand(String);

impl Hand {
    /// One of its own.
    pub(crate) fn own(name: &str) -> Self {
        assert!(name.contains("mallory") || name == "foreign attester", "{name} is not the adversary's");
        Self(name.to_owned())
    }

    /// One that it stole, or whose owner is in league with it: the test's title says so.
    pub(crate) fn stolen(who: Who) -> Self {
        Self(who.name())
    }

    /// A stolen key of somebody who makes no links.
    pub(crate) fn stolen_from(office: &str) -> Self {
        assert!(["attester", "platform", "revoker", "agent"].contains(&office), "{office} holds no office");
        Self(office.to_owned())
    }

    pub(crate) fn public(&self) -> TrustedKey {
        *key(&self.0).key()
    }

    pub(crate) fn agree(&self) -> Value {
        cose_key(agreement_key(&self.0).public().key())
    }

    pub(crate) fn sign(&self, message: &mut Message) {
        message.seal = bstr(&lower_half(key(&self.0).sign(&message.digest()).unwrap()));
    }

    /// Signs what a builder made.
    pub(crate) fn signs(&self, made: ToBeSigned) -> Vec<u8> {
        made.sign(&key(&self.0)).unwrap()
    }

    /// What an attester of this name writes.
    pub(crate) fn vouches(&self, name: &str, subject: &str, holder: &Self) -> CredentialBuilder {
        let window = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
        let accountable = if name == ATTESTER { ALICE } else { MALLORY_INC };
        CredentialBuilder::new((self.public(), name), subject, *holder.public().key(), accountable, window)
    }

    pub(crate) fn credential(&self, builder: CredentialBuilder) -> Vec<u8> {
        self.signs(builder.to_be_signed().unwrap())
    }
}

/// Somebody it can act as.
#[derive(Clone, Debug)]
pub(crate) struct Adversary {
    pub(crate) hand: Hand,
    iss: String,
    role: Option<String>,
    kid: Digest,
    credentials: Vec<Vec<u8>>,
}

impl Adversary {
    /// With a valid credential of the demanded role.
    pub(crate) fn mallory() -> Self {
        Self::vouched(Hand::own("mallory"), &credential_for(MALLORY, "mallory", &[ROLE]))
    }

    /// With whatever credential.
    pub(crate) fn vouched(hand: Hand, credential: &[u8]) -> Self {
        let message = Message::of(credential);
        let iss = message.get(&[2]).as_text().unwrap().to_owned();
        Self { hand, iss, role: Some(ROLE.to_owned()), kid: message.digest(), credentials: vec![credential.to_vec()] }
    }

    /// With nothing but a key.
    pub(crate) fn stranger(hand: Hand) -> Self {
        let thumbprint = *hand.public().thumbprint();
        let iss = throughline::issue::Actor::unvouched(hand.public()).identifier().to_owned();
        Self { hand, iss, role: None, kid: thumbprint, credentials: Vec::new() }
    }

    /// With a key that the bundle names: an origin's or a pin's.
    pub(crate) fn keyed(hand: Hand, iss: &str, role: &str) -> Self {
        let kid = *hand.public().thumbprint();
        Self { hand, iss: iss.to_owned(), role: Some(role.to_owned()), kid, credentials: Vec::new() }
    }

    /// A workload of the honest that it took over: key, identifier, credential.
    pub(crate) fn in_place_of(n: u8) -> Self {
        Self::vouched(Hand::stolen(Who::Worker(n)), &crate::common::credential(n))
    }

    /// The same with another role in its links.
    pub(crate) fn in_role(mut self, role: &str) -> Self {
        self.role = Some(role.to_owned());
        self
    }

    /// Names a further credential.
    pub(crate) fn also(mut self, credential: &[u8]) -> Self {
        self.credentials.push(credential.to_vec());
        self
    }

    /// Leaves its credentials out of the token.
    pub(crate) fn by_reference(mut self) -> Self {
        self.credentials.clear();
        self
    }

    pub(crate) fn identifier(&self) -> &str {
        &self.iss
    }

    /// A link after whatever stands in `token`.
    pub(crate) fn continues(&self, token: &[u8]) -> Draft {
        let decoded = Token::decode(token, &Limits::DEFAULT).unwrap();
        let parent = decoded.links().next_back().unwrap();
        let carried = |credential: &&Vec<u8>| !split(token).contains(credential);
        let mut prefix = token.to_vec();
        self.credentials.iter().filter(carried).for_each(|credential| prefix.extend(credential));
        let lineage = [(1, bytes(parent.digest().as_bytes())), (2, int((parent.position() + 1).try_into().unwrap()))];
        self.draft(prefix, lineage)
    }

    /// A root that says it is Alice's, of kind identity.
    pub(crate) fn begins(&self, accountable: &str) -> Draft {
        let origin = map([(1, int(0)), (2, text(accountable)), (3, bytes(&fresh_nonce()))]);
        let grants = cbor::decode(grants().encoded());
        self.draft(self.credentials.concat(), [(2, int(0)), (4, grants)]).put(&[OURS, 7], origin)
    }

    fn draft<const N: usize>(&self, prefix: Vec<u8>, lineage: [(i64, Value); N]) -> Draft {
        let (start, end) = window();
        let claims = map([(1, text(&self.iss)), (4, time(end)), (6, time(start)), (OURS, map(lineage))]);
        let mut draft = Draft { prefix, message: message(65101, &self.kid, &claims), hand: self.hand.clone() };
        draft = draft.put(&[OURS, 9], self.hand.agree());
        if let Some(role) = &self.role {
            draft = draft.put(&[OURS, 3], text(role));
        } else {
            draft = draft.put(&[8], map([(1, cose_key(self.hand.public().key()))]));
        }
        if self.credentials.len() > 1 {
            let also = self.credentials[1..].iter().map(|one| bytes(Message::of(one).digest().as_bytes()));
            draft = draft.put(&[OURS, 8], set(also));
        }
        draft
    }

    /// Proofs as the head of `token`, signed and under a MAC, whoever the head is.
    pub(crate) fn asks(&self, token: &[u8]) -> Vec<Vec<u8>> {
        self.asks_for(token, &request())
    }

    pub(crate) fn asks_for(&self, token: &[u8], request: &Request<'_>) -> Vec<Vec<u8>> {
        let head = Message::of(split(token).last().unwrap());
        let own = map([(17, bytes(head.digest().as_bytes())), (18, bytes(request.digest.as_bytes()))]);
        let claims = map([(3, text(request.audience)), (6, time(NOW)), (7, bytes(&fresh_nonce())), (OURS, own)]);
        let mut signed = message(65103, &head.kid(), &claims);
        self.hand.sign(&mut signed);
        vec![signed.encoded(), self.sealed(token, signed, request.audience)]
    }

    /// The same claims under a MAC.
    pub(crate) fn sealed(&self, token: &[u8], mut proof: Message, audience: &str) -> Vec<u8> {
        let nonce = fresh_nonce();
        proof.before[0] = 0xd1;
        proof.header(|header| cbor::put(header, &[1], int(5)));
        proof.put(&[7], bytes(&nonce));
        proof.put(&[OURS, 19], bytes(agreement_key("audience").public().thumbprint().as_bytes()));
        Seal::between(token, &self.hand.0, audience, "audience").put_on(&mut proof);
        proof.encoded()
    }

    /// A hand-over from the head of `token`, whoever that is.
    pub(crate) fn hands_over(&self, token: &[u8], to: &str) -> Draft {
        let head = Message::of(split(token).last().unwrap());
        let own = map([(17, bytes(head.digest().as_bytes())), (20, text(to))]);
        let claims = map([(4, time(NOW.plus(HOUR))), (OURS, own)]);
        Draft { prefix: Vec::new(), message: message(65104, &head.kid(), &claims), hand: self.hand.clone() }
    }
}

/// An artifact that is not signed yet, behind what stands before it.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    prefix: Vec<u8>,
    message: Message,
    hand: Hand,
}

impl Draft {
    pub(crate) fn put(mut self, path: &[i64], value: Value) -> Self {
        self.message.put(path, value);
        self
    }

    pub(crate) fn without(mut self, path: &[i64]) -> Self {
        self.message.remove(path);
        self
    }

    pub(crate) fn header(mut self, label: i64, value: Value) -> Self {
        self.message.header(|header| cbor::put(header, &[label], value));
        self
    }

    /// Whom it lets continue: anyone.
    pub(crate) fn open(self) -> Self {
        self.put(&[OURS, 5], Value::Bool(true))
    }

    /// Names this hand-over, and carries it.
    pub(crate) fn handover(mut self, given: &[u8]) -> Self {
        self.prefix.extend(given);
        self.put(&[OURS, 11], bytes(Message::of(given).digest().as_bytes()))
    }

    pub(crate) fn grants(self, encoded: &[u8]) -> Self {
        self.put(&[OURS, 4], cbor::decode(encoded))
    }

    /// Signed by the hand that wrote it; with everything before it.
    pub(crate) fn signed(mut self) -> Vec<u8> {
        self.hand.sign(&mut self.message);
        [self.prefix, self.message.encoded()].concat()
    }
}

pub(crate) fn time(time: UnixTime) -> Value {
    Value::Integer(time.0.into())
}

/// A COSE_Sign1 of the format, not signed yet.
fn message(typ: i64, kid: &Digest, claims: &Value) -> Message {
    let header = map([(1, int(-9)), (4, bytes(kid.as_bytes())), (16, int(typ))]);
    Message {
        before: vec![0xd2, 0x84],
        protected: bstr(&encode(&header)),
        unprotected: vec![0xa0],
        payload: bstr(&encode(claims)),
        seal: bstr(&[0; 64]),
    }
}

/// The request at another audience.
pub(crate) fn elsewhere() -> Request<'static> {
    let mut request = request();
    assert_eq!(request.audience, AUDIENCE);
    request.audience = "https://mail.example";
    request
}
