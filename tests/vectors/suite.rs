//! The scaffold of the suite: what is asked (`Scenario`), accepted vectors, and refused ones made from an accepted twin by changing
//! exactly one input member. Facts, work and errors are stated or computed here, never taken from the verifier.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};
use throughline::{Digest, ErrorKind, Part, UnixTime};
use throughline_conformance::{
    At, Authority, Base64Url, Carried, Demands, Expected, Facts, LimitsOf, Named, Operation, ProfiledRequest, Refusal,
    Replay, RequestOf, Vector,
};

use crate::bundles;
use crate::common::cbor::{OURS, at};
use crate::common::forge::{Forge, Message};
use crate::common::{AUDIENCE, NOW, request_digest};

/// All vectors, by file.
#[derive(Debug, Default)]
pub(crate) struct Suite {
    files: BTreeMap<String, FileOf>,
    places: HashMap<String, (String, usize)>,
}

/// A file in the making.
#[derive(Debug)]
pub(crate) struct FileOf {
    pub(crate) description: String,
    pub(crate) vectors: Vec<Vector>,
}

impl Suite {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) const fn files(&self) -> &BTreeMap<String, FileOf> {
        &self.files
    }

    pub(crate) fn vectors(&self) -> impl Iterator<Item = &Vector> {
        self.files.values().flat_map(|file| &file.vectors)
    }

    /// The vector of this id.
    #[track_caller]
    pub(crate) fn get(&self, id: &str) -> &Vector {
        let (file, n) = self.places.get(id).unwrap_or_else(|| panic!("no vector {id}"));
        &self.files[file].vectors[*n]
    }

    /// An accepted vector of `accept/<topic>.json`; the topics are listed in `vectors.rs`.
    #[track_caller]
    pub(crate) fn accept(&mut self, topic: &str, id: &str, description: &str, scenario: Scenario) {
        let described = crate::TOPICS.iter().find(|(name, _)| *name == topic);
        let (_, what) = described.unwrap_or_else(|| panic!("topic {topic} is not listed"));
        let Scenario { mut vector, anchor } = scenario;
        vector.work = work_of(&vector);
        vector.expected = Expected::Accepted(facts(&vector, anchor));
        id.clone_into(&mut vector.id);
        description.clone_into(&mut vector.description);
        self.add(format!("accept/{topic}.json"), what, vector);
    }

    /// A refused vector: the twin with exactly one input member changed. Everything about the refusal is stated by the caller; place
    /// flags (`first`, `middle`, `last`) follow from the part, unless [`Refused::flags`] states one.
    #[track_caller]
    pub(crate) fn spoil(
        &mut self,
        twin: &str,
        id: &str,
        kind: ErrorKind,
        part: Part,
        description: &str,
        change: impl FnOnce(&mut Vector),
    ) -> Refused<'_> {
        let original = self.get(twin).clone();
        assert!(matches!(original.expected, Expected::Accepted(_)), "{id}: the twin {twin} is not accepted");
        let mut vector = original.clone();
        change(&mut vector);
        let changed = changed_members(&original, &vector);
        assert_eq!(changed.len(), 1, "{id}: differs from {twin} in {changed:?}");
        id.clone_into(&mut vector.id);
        description.clone_into(&mut vector.description);
        vector.step = Some(format!("V{}", kind.number()));
        vector.flags = place_of(&original, part, kind.number()).map(|place| vec![place.to_owned()]).unwrap_or_default();
        vector.work = refused_work(&original, kind);
        vector.twin = Some(twin.to_owned());
        vector.expected = Expected::Refused(Refusal {
            stage: kind.stage(),
            number: kind.number(),
            name: kind.name().to_owned(),
            at: part_at(part),
        });
        let (file, what) = file_of(kind);
        Refused(self.add(file, &what, vector))
    }

    /// Takes out of the widest bundle what a vector and those spoiled from it never name, so that files stay small.
    pub(crate) fn slim(&mut self) {
        let wide = bundles::wide();
        let mut families: BTreeMap<String, Vec<(String, usize)>> = BTreeMap::new();
        for (file, of) in &self.files {
            for (n, vector) in of.vectors.iter().enumerate() {
                let family = vector.twin.as_ref().unwrap_or(&vector.id).clone();
                families.entry(family).or_default().push((file.clone(), n));
            }
        }
        for family in families.into_values() {
            let all_slim = family.iter().all(|(file, n)| {
                let vector = &self.files[file].vectors[*n];
                vector.trust.as_ref() == Some(&wide) && bundles::plain_is_enough(vector)
            });
            if all_slim {
                for (file, n) in family {
                    self.files.get_mut(&file).unwrap().vectors[n].trust = Some(bundles::plain());
                }
            }
        }
    }

    #[track_caller]
    fn add(&mut self, file: String, description: &str, vector: Vector) -> &mut Vector {
        let in_file = self
            .files
            .entry(file.clone())
            .or_insert_with(|| FileOf { description: description.to_owned(), vectors: Vec::new() });
        let before = self.places.insert(vector.id.clone(), (file, in_file.vectors.len()));
        assert!(before.is_none(), "{} stands twice", vector.id);
        in_file.vectors.push(vector);
        in_file.vectors.last_mut().unwrap()
    }
}

/// A refused vector that may be told more of.
#[derive(Debug)]
pub(crate) struct Refused<'s>(&'s mut Vector);

impl Refused<'_> {
    /// The byte of the error, in stage 2.
    pub(crate) fn byte(self, byte: usize) -> Self {
        if let Expected::Refused(refusal) = &mut self.0.expected {
            refusal.at.byte = Some(u32::try_from(byte).unwrap());
        }
        self
    }

    /// Words to select by. A place among them takes the place of the one that followed from the part.
    pub(crate) fn flags(self, flags: &[&str]) -> Self {
        if flags.iter().any(|flag| PLACES.contains(flag)) {
            self.0.flags.retain(|flag| !PLACES.contains(&flag.as_str()));
        }
        self.0.flags.extend(flags.iter().map(|flag| (*flag).to_owned()));
        self
    }
}

/// What a verdict depends on. [`verify`](Self::verify) and [`admit`](Self::admit) begin with [`bundles::wide`] at [`NOW`].
#[derive(Clone, Debug)]
pub(crate) struct Scenario {
    vector: Vector,
    anchor: Option<String>,
}

impl Scenario {
    /// `verify` of a token.
    pub(crate) fn verify(token: impl AsRef<[u8]>) -> Self {
        let token = Some(Base64Url::from(token));
        Self::of(Operation::Verify, |vector| Vector { token, ..timed(vector) })
    }

    /// `admit` for the request of the fixtures.
    pub(crate) fn admit(token: impl AsRef<[u8]>, proof: impl AsRef<[u8]>) -> Self {
        let (token, proof) = (Some(Base64Url::from(token)), Some(Base64Url::from(proof)));
        Self::of(Operation::Admit, |vector| Vector { token, proof, request: Some(request()), ..timed(vector) })
    }

    pub(crate) fn take_credential(credential: impl AsRef<[u8]>) -> Self {
        let credential = Some(Base64Url::from(credential));
        let trust = Some(bundles::wide());
        Self::of(Operation::TakeCredential, |vector| Vector { credential, trust, ..vector })
    }

    /// `take-list`, under [`bundles::revocable`].
    pub(crate) fn take_list(list: impl AsRef<[u8]>) -> Self {
        let list = Some(Base64Url::from(list));
        let trust = Some(bundles::revocable());
        Self::of(Operation::TakeList, |vector| Vector { list, trust, ..vector })
    }

    /// `request-digest`, and the digest and MCP arguments it has.
    pub(crate) fn digest(profiled: ProfiledRequest, digest: Digest, arguments: Option<Vec<Named>>) -> Self {
        let expected =
            Expected::Accepted(Facts { digest: Some(digest.as_bytes().into()), arguments, ..Facts::default() });
        Self::of(Operation::RequestDigest, |vector| Vector { profiled: Some(profiled), expected, ..vector })
    }

    /// `carriage`, and the bytes that are carried.
    pub(crate) fn carriage(carried: Carried, bytes: &[u8]) -> Self {
        let expected = Expected::Accepted(Facts { bytes: Some(bytes.into()), ..Facts::default() });
        Self::of(Operation::Carriage, |vector| Vector { carried: Some(carried), expected, ..vector })
    }

    /// Changes any member.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Vector)) -> Self {
        change(&mut self.vector);
        self
    }

    pub(crate) fn now(self, now: UnixTime) -> Self {
        self.with(|vector| vector.now = Some(now.0))
    }

    pub(crate) fn trust(self, trust: Value) -> Self {
        self.with(|vector| vector.trust = Some(trust))
    }

    pub(crate) fn known(self, credential: impl AsRef<[u8]>) -> Self {
        self.with(|vector| vector.known.push(credential.into()))
    }

    pub(crate) fn list(self, list: impl AsRef<[u8]>) -> Self {
        self.with(|vector| vector.lists.push(list.into()))
    }

    pub(crate) fn limits(self, limits: LimitsOf) -> Self {
        self.with(|vector| vector.limits = Some(limits))
    }

    /// Another request, of which the digest in the proof is not checked here.
    pub(crate) fn request(self, request: RequestOf) -> Self {
        self.with(|vector| vector.request = Some(request))
    }

    pub(crate) fn policy(self, policy: Demands) -> Self {
        self.with(|vector| vector.request.as_mut().unwrap().policy = Some(policy))
    }

    /// The audience's agreement key of this name ([`crate::common::world::agreement_key`]).
    pub(crate) fn agreement(self, name: &str) -> Self {
        let scalar = Digest::of(&[b"agreement key ", name.as_bytes()]);
        self.with(|vector| vector.agreement.push(scalar.as_bytes().into()))
    }

    pub(crate) fn replay(self, replay: Replay) -> Self {
        self.with(|vector| vector.replay = Some(replay))
    }

    /// The origin anchor, where it is not the one that has the root's key, or is not `agents` or `attested` by the root's kind.
    pub(crate) fn anchor(mut self, name: &str) -> Self {
        self.anchor = Some(name.to_owned());
        self
    }

    pub(crate) fn flag(self, flag: &str) -> Self {
        self.with(|vector| vector.flags.push(flag.to_owned()))
    }

    /// The step it is close to.
    pub(crate) fn step(self, step: &str) -> Self {
        self.with(|vector| vector.step = Some(step.to_owned()))
    }

    fn of(operation: Operation, fill: impl FnOnce(Vector) -> Vector) -> Self {
        Self { vector: fill(empty(operation)), anchor: None }
    }
}

/// Edits of a vector's bytes by the forge, which signs everything anew.
pub(crate) trait Edit {
    /// Edits the token.
    fn forge(&mut self, edit: impl FnOnce(&mut Forge));
    /// Edits the proof: one message, `forge.part(Part::Proof)`.
    fn forge_proof(&mut self, edit: impl FnOnce(&mut Forge));
    /// Edits the trust bundle.
    fn edit_trust(&mut self, edit: impl FnOnce(&mut Value));
    /// Edits the request.
    fn edit_request(&mut self, edit: impl FnOnce(&mut RequestOf));
}

impl Edit for Vector {
    fn forge(&mut self, edit: impl FnOnce(&mut Forge)) {
        let mut forge = forge_of(self);
        edit(&mut forge);
        self.token = Some(forge.token().into());
    }

    fn forge_proof(&mut self, edit: impl FnOnce(&mut Forge)) {
        let mut forge = proof_forge_of(self);
        edit(&mut forge);
        self.proof = Some(forge.token().into());
    }

    fn edit_trust(&mut self, edit: impl FnOnce(&mut Value)) {
        edit(self.trust.as_mut().unwrap());
    }

    fn edit_request(&mut self, edit: impl FnOnce(&mut RequestOf)) {
        edit(self.request.as_mut().unwrap());
    }
}

/// The vector's token in its messages.
pub(crate) fn forge_of(vector: &Vector) -> Forge {
    let known: Vec<Vec<u8>> = vector.known.iter().map(|known| known.0.clone()).collect();
    Forge::with_known(&vector.token.as_ref().unwrap().0, &known)
}

/// The vector's proof as a message.
pub(crate) fn proof_forge_of(vector: &Vector) -> Forge {
    let mut known: Vec<Vec<u8>> = vector.known.iter().map(|known| known.0.clone()).collect();
    let messages = messages(&vector.token.as_ref().unwrap().0);
    known.extend(messages.iter().filter(|message| typ(message) == CREDENTIAL).map(Message::encoded));
    Forge::with_known(&vector.proof.as_ref().unwrap().0, &known)
}

/// The request of the fixtures.
pub(crate) fn request() -> RequestOf {
    RequestOf {
        audience: AUDIENCE.to_owned(),
        digest: request_digest().as_bytes().into(),
        action: "calendar.read".to_owned(),
        resource: "calendar/alice/work".to_owned(),
        arguments: vec![named("days", 7)],
        policy: None,
    }
}

pub(crate) fn named(name: &str, value: impl Into<Value>) -> Named {
    Named { name: name.to_owned(), value: value.into() }
}

/// The input members in which two vectors differ.
pub(crate) fn changed_members(one: &Vector, other: &Vector) -> Vec<String> {
    let (one, other) = (input(one), input(other));
    let mut members: Vec<String> = one.keys().chain(other.keys()).cloned().collect();
    members.sort_unstable();
    members.dedup();
    members.retain(|member| one.get(member) != other.get(member));
    members
}

/// What a verdict depends on, member by member.
fn input(vector: &Vector) -> Map<String, Value> {
    let Value::Object(mut members) = serde_json::to_value(vector).unwrap() else { panic!("a vector is an object") };
    for about in ["id", "step", "description", "flags", "expected", "work", "twin"] {
        members.remove(about);
    }
    members
}

/// Where a refusal of this kind stands, and what the file says of itself.
pub(crate) fn file_of(kind: ErrorKind) -> (String, String) {
    let number = kind.number();
    let (_, name, _, text) = ErrorKind::TABLE.iter().find(|(other, ..)| *other == number).unwrap();
    (reject_file(number, name), format!("V{number} {name}: {text}."))
}

pub(crate) fn reject_file(number: u16, name: &str) -> String {
    let stage = STAGES[usize::from(number / 100 - 1)];
    format!("reject/{stage}/v{number}-{name}.json")
}

/// The place among the links: of the link itself, or of the one that a credential, hand-over or item stands before.
///
/// Where a step is about later links only, the first of them is the first place.
fn place_of(twin: &Vector, part: Part, step: u16) -> Option<&'static str> {
    let token = &twin.token.as_ref()?.0;
    let types: Vec<i64> = messages(token).iter().map(typ).collect();
    let nth = |wanted: i64, n: u8| {
        let mut found = types.iter().enumerate().filter(|(_, typ)| **typ == wanted);
        found.nth(n.into()).map_or(types.len() - 1, |(at, _)| at)
    };
    let item = match part {
        Part::Link(n) | Part::Known(n) => nth(LINK, n),
        Part::Credential(n) => nth(CREDENTIAL, n),
        Part::HandOver(n) => nth(HANDOVER, n),
        Part::Item(n) => usize::from(n).min(types.len() - 1),
        _ => return None,
    };
    let links = types.iter().filter(|typ| **typ == LINK).count();
    let link = types[..item].iter().filter(|typ| **typ == LINK).count();
    Some(match link {
        0 => "first",
        1 if ABOUT_LATER_LINKS.contains(&step) => "first",
        last if last + 1 >= links => "last",
        _ => "middle",
    })
}

fn part_at(part: Part) -> At {
    let (part, index) = match part {
        Part::Token => ("token", None),
        Part::Item(n) => ("item", Some(n)),
        Part::Link(n) => ("link", Some(n)),
        Part::Credential(n) => ("credential", Some(n)),
        Part::HandOver(n) => ("hand-over", Some(n)),
        Part::Known(n) => ("known", Some(n)),
        Part::Proof => ("proof", None),
        Part::Request => ("request", None),
        Part::RevocationList => ("list", None),
        Part::Field => ("field", None),
        _ => panic!("no name for this part"),
    };
    At { part: part.to_owned(), index, byte: None }
}

/// What an accepted scenario yields, read from its bytes by the forge.
fn facts(vector: &Vector, anchor: Option<String>) -> Facts {
    match vector.operation {
        Operation::Verify | Operation::Admit => chain_facts(vector, anchor),
        Operation::TakeCredential => taken(vector.credential.as_ref()),
        Operation::TakeList => taken(vector.list.as_ref()),
        Operation::RequestDigest | Operation::Carriage => match &vector.expected {
            Expected::Accepted(facts) => facts.clone(),
            Expected::Refused(_) => panic!("an accepted vector"),
        },
    }
}

fn taken(bytes: Option<&Base64Url>) -> Facts {
    Facts { digest: Some(Message::of(&bytes.unwrap().0).digest().as_bytes().into()), ..Facts::default() }
}

fn chain_facts(vector: &Vector, anchor: Option<String>) -> Facts {
    let messages = messages(&vector.token.as_ref().unwrap().0);
    let links: Vec<&Message> = messages.iter().filter(|message| typ(message) == LINK).collect();
    let known = vector.known.iter().map(|known| Message::of(&known.0));
    let credentials: HashMap<Digest, String> = messages
        .iter()
        .filter(|message| typ(message) == CREDENTIAL)
        .cloned()
        .chain(known)
        .map(|credential| (credential.digest(), text_at(&credential, &[OURS, 14])))
        .collect();
    let trust = vector.trust.as_ref().unwrap();
    let root = links[0];
    let of_root = text_at(root, &[OURS, 7, 2]);
    let kind: i64 = root.get(&[OURS, 7, 1]).as_integer().unwrap().try_into().unwrap();
    let accountable = |link: &&Message| match credentials.get(&link.kid()) {
        Some(accountable) => Some(accountable.clone()),
        None => pinned(trust, &link.kid()),
    };
    // An unvouched link has nobody who answers for it.
    let delegated = links[1..].iter().any(|link| accountable(link).as_deref() != Some(of_root.as_str()));
    let anchor = anchor.or_else(|| match kind {
        0 => Some(origin_of_key(trust, &root.kid())),
        1 => Some("agents".to_owned()),
        _ => Some("attested".to_owned()),
    });
    Facts {
        execution: Some(root.digest().as_bytes().into()),
        head: Some(links.last().unwrap().digest().as_bytes().into()),
        links: Some(u8::try_from(links.len()).unwrap()),
        authority: Some(if delegated { Authority::Delegated } else { Authority::Independent }),
        anchor,
        ..Facts::default()
    }
}

fn pinned(trust: &Value, kid: &Digest) -> Option<String> {
    let pins = trust.get("pins")?.as_array()?;
    let pin = pins.iter().find(|pin| bundles::thumbprint(&pin["key"]) == *kid)?;
    Some(pin["accountable"].as_str().unwrap().to_owned())
}

fn origin_of_key(trust: &Value, kid: &Digest) -> String {
    let origins = trust["origins"].as_array().unwrap();
    let is = |origin: &&Value| origin["kind"] == "identity" && bundles::thumbprint(&origin["key"]) == *kid;
    origins.iter().find(is).expect("an identity origin of the root's key")["name"].as_str().unwrap().to_owned()
}

/// Signatures of what is accepted: every item of the token, and the proof if it is signed.
fn work_of(vector: &Vector) -> u32 {
    match vector.operation {
        Operation::Verify | Operation::Admit => {
            let items = messages(&vector.token.as_ref().unwrap().0).len();
            let signed = vector.proof.as_ref().is_some_and(|proof| proof.0[0] == 0xd2);
            u32::try_from(items + usize::from(signed)).unwrap()
        }
        Operation::TakeCredential | Operation::TakeList => 1,
        Operation::RequestDigest | Operation::Carriage => 0,
    }
}

/// Nothing before stage 12, but what only the claim refuses comes after the signatures.
fn refused_work(twin: &Vector, kind: ErrorKind) -> u32 {
    match kind.number() {
        // The proof's signature is handed over together with the token's.
        1103 | 1104 | 1202 | 1301 | 1302 => work_of(twin),
        1406 => 1,
        _ => 0,
    }
}

/// The messages of a token.
pub(crate) fn messages(mut token: &[u8]) -> Vec<Message> {
    let mut messages = Vec::new();
    while !token.is_empty() {
        messages.push(Message::parse(&mut token));
    }
    messages
}

fn typ(message: &Message) -> i64 {
    at(&mut message.header_value(), &[16]).as_integer().unwrap().try_into().unwrap()
}

fn text_at(message: &Message, path: &[i64]) -> String {
    message.get(path).as_text().unwrap().to_owned()
}

fn timed(vector: Vector) -> Vector {
    Vector { now: Some(NOW.0), trust: Some(bundles::wide()), ..vector }
}

fn empty(operation: Operation) -> Vector {
    Vector {
        id: String::new(),
        step: None,
        description: String::new(),
        flags: Vec::new(),
        operation,
        now: None,
        trust: None,
        known: Vec::new(),
        lists: Vec::new(),
        limits: None,
        token: None,
        proof: None,
        request: None,
        agreement: Vec::new(),
        replay: None,
        credential: None,
        list: None,
        profiled: None,
        carried: None,
        expected: Expected::Accepted(Facts::default()),
        work: 0,
        twin: None,
    }
}

/// Steps that no root can be refused by.
const ABOUT_LATER_LINKS: [u16; 25] = [
    239, 245, 302, 304, 307, 401, 613, 701, 702, 703, 704, 705, 706, 707, 708, 709, 710, 711, 712, 713, 714, 715, 716,
    717, 801,
];

/// Words for the place of a defect.
pub(crate) const PLACES: [&str; 3] = ["first", "middle", "last"];

/// Directories under `reject/`, one for each stage from 1.
pub(crate) const STAGES: [&str; 15] = [
    "01-size",
    "02-decode",
    "03-sequence",
    "04-windows",
    "05-origin",
    "06-credentials",
    "07-successors",
    "08-authority",
    "09-revocation",
    "10-proof",
    "11-replay",
    "12-signatures",
    "13-seal",
    "14-lists",
    "15-carriage",
];

const LINK: i64 = 65101;
const CREDENTIAL: i64 = 65102;
const HANDOVER: i64 = 65104;
