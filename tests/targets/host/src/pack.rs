//! Vectors in the packed form that `suite` reads: JSON and base64 are undone here, trust bundles are loaded here.

use std::collections::BTreeMap;

use throughline::Limits;
use throughline::bundle::Bundle;
use throughline::trust::{Entities, OriginKind, PropertyTest, PropertyValue, Test, Tier, Trust};
use throughline::{Text, TrustedKey};
use throughline_conformance::{Authority, Named, Operation, ProfiledRequest, Suite, Vector};
use throughline_targets_suite::{MAGIC, operation, pools};

/// The whole suite.
pub(crate) fn pack(suite: &Suite) -> Result<Vec<u8>, String> {
    let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
    let (mut bundles, mut vectors) = (Writer::default(), Writer::default());
    let mut count = 0;
    for (file, vector) in suite.vectors() {
        let place = |text: String| format!("{file}: {}: {text}", vector.id);
        let number = match &vector.trust {
            None => 0,
            Some(trust) => {
                let next = u32::try_from(numbers.len()).map_err(|error| error.to_string())?;
                let text = trust.to_string();
                let bundle = Bundle::from_json(&text).map_err(|error| place(error.to_string()))?;
                let number = *numbers.entry(text).or_insert(next);
                if number == next {
                    let mut packed = Writer::default();
                    packed.trust(bundle.trust());
                    bundles.bytes(&packed.room()?);
                }
                number
            }
        };
        let mut packed = Writer::default();
        packed.vector(vector, number).ok_or_else(|| place("a member is missing".to_owned()))?;
        vectors.bytes(&packed.room().map_err(place)?);
        count += 1;
    }
    let mut whole = Writer::default();
    whole.0.extend(MAGIC);
    whole.u32(numbers.len());
    whole.bytes(&bundles.0);
    whole.u32(count);
    whole.bytes(&vectors.0);
    whole.room()
}

/// Packed bytes, and the first pool that is too small.
#[derive(Default)]
struct Writer(Vec<u8>, Option<String>);

impl Writer {
    fn room(self) -> Result<Vec<u8>, String> {
        self.1.map_or(Ok(self.0), Err)
    }

    fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    fn u32(&mut self, value: impl TryInto<u32>) {
        self.0.extend(value.try_into().unwrap_or(u32::MAX).to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend(value.to_le_bytes());
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.u32(bytes.len());
        self.0.extend(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn maybe<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.u8(value.is_some().into());
        if let Some(value) = value {
            write(self, value);
        }
    }

    fn fill<T>(&mut self, name: &str, room: usize, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        if items.len() > room {
            self.1 = Some(format!("{} {name}, and room for {room}: see suite/src/pools.rs", items.len()));
        }
        self.u32(items.len());
        for item in items {
            write(self, item);
        }
    }

    fn vector(&mut self, vector: &Vector, bundle: u32) -> Option<()> {
        match vector.operation {
            Operation::Verify => {
                self.u8(operation::VERIFY);
                self.u32(bundle);
                self.setup(vector)?;
            }
            Operation::Admit => {
                self.u8(operation::ADMIT);
                self.u32(bundle);
                self.setup(vector)?;
                self.request(vector)?;
            }
            Operation::TakeCredential => {
                self.u8(operation::TAKE_CREDENTIAL);
                self.u32(bundle);
                self.bytes(&vector.credential.as_ref()?.0);
            }
            Operation::TakeList => {
                self.u8(operation::TAKE_LIST);
                self.bytes(&vector.list.as_ref()?.0);
            }
            Operation::RequestDigest => self.profiled(vector.profiled.as_ref()?),
            Operation::Carriage => {
                let carried = vector.carried.as_ref()?;
                let limits = vector.limits.unwrap_or_default();
                // A limit above the format's counts as the format's (token.md §2.2).
                let (own, most) = if carried.proof {
                    (limits.proof_bytes, Limits::DEFAULT.proof_bytes)
                } else {
                    (limits.token_bytes, Limits::DEFAULT.token_bytes)
                };
                self.u8(operation::CARRIAGE);
                self.u8(carried.proof.into());
                self.u32(own.unwrap_or(most).min(most));
                self.fill("field lines", pools::LINES, &carried.lines, |writer, line| writer.text(line));
                self.maybe(carried.text.as_ref(), |writer, text| writer.text(text));
            }
        }
        Some(())
    }

    /// Token, time, limits, and what is known beforehand.
    fn setup(&mut self, vector: &Vector) -> Option<()> {
        self.bytes(&vector.token.as_ref()?.0);
        self.u64(vector.now?);
        let limits = vector.limits.unwrap_or_default();
        self.maybe(limits.links, Self::u8);
        self.maybe(limits.credentials, Self::u8);
        self.maybe(limits.grants, Self::u8);
        self.maybe(limits.token_bytes, Self::u32);
        self.maybe(limits.proof_bytes, Self::u32);
        self.maybe(limits.skew, Self::u64);
        self.maybe(limits.proof_window, Self::u64);
        self.fill("known credentials", pools::KNOWN, &vector.known, |writer, known| writer.bytes(&known.0));
        self.fill("revocation lists", pools::LISTS, &vector.lists, |writer, list| writer.bytes(&list.0));
        self.fill("agreement keys", pools::AGREEMENT, &vector.agreement, |writer, key| writer.0.extend(&key.0));
        Some(())
    }

    /// Proof, request, and what the replay memory knows.
    fn request(&mut self, vector: &Vector) -> Option<()> {
        self.bytes(vector.proof.as_ref().map_or(&[], |proof| &proof.0));
        let request = vector.request.as_ref()?;
        self.text(&request.audience);
        self.0.extend(&request.digest.0);
        self.text(&request.action);
        self.text(&request.resource);
        self.fill("arguments", pools::ARGUMENTS, &request.arguments, Self::argument);
        let policy = request.policy.unwrap_or_default();
        self.u8(policy.signed.into());
        self.u8(match policy.authority {
            None => 0,
            Some(Authority::Delegated) => 1,
            Some(Authority::Independent) => 2,
        });
        let replay = vector.replay.clone().unwrap_or_default();
        self.u64(replay.beginning);
        self.maybe(replay.forgotten, Self::u64);
        self.fill("admitted proofs", pools::ADMITTED, &replay.admitted, |writer, admitted| {
            writer.text(&admitted.aud);
            writer.bytes(&admitted.head.0);
            writer.bytes(&admitted.cti.0);
        });
        self.maybe(replay.room, Self::u32);
        self.maybe(replay.share, Self::u32);
        Some(())
    }

    fn argument(&mut self, argument: &Named) {
        self.text(&argument.name);
        if let Some(int) = argument.value.as_i64() {
            self.u8(0);
            self.u64(int.cast_unsigned());
        } else if let Some(text) = argument.value.as_str() {
            self.u8(1);
            self.text(text);
        } else if let Some(truth) = argument.value.as_bool() {
            self.u8(2);
            self.u8(truth.into());
        } else {
            self.1 = Some(format!("argument {:?} is neither an integer nor a text nor a bool", argument.name));
        }
    }

    fn profiled(&mut self, request: &ProfiledRequest) {
        match request {
            ProfiledRequest::Http(call) => {
                self.u8(operation::HTTP_DIGEST);
                self.text(&call.method);
                self.text(&call.scheme);
                self.text(&call.authority);
                self.bytes(&call.path.0);
                self.maybe(call.query.as_ref(), |writer, query| writer.bytes(&query.0));
                self.fill("field lines", pools::LINES, &call.fields, |writer, (name, value)| {
                    writer.text(name);
                    writer.bytes(&value.0);
                });
                self.bytes(&call.body.0);
            }
            ProfiledRequest::Grpc(call) => {
                self.u8(operation::GRPC_DIGEST);
                self.text(&call.path);
                self.bytes(&call.message.0);
            }
            ProfiledRequest::Mcp(_) => self.u8(operation::UNSUPPORTED),
            ProfiledRequest::Message(call) => {
                self.u8(operation::MESSAGE_DIGEST);
                self.text(&call.queue);
                self.maybe(call.content_type.as_ref(), |writer, value| writer.bytes(&value.0));
                self.bytes(&call.body.0);
            }
            ProfiledRequest::Opaque(bytes) => {
                self.u8(operation::OPAQUE_DIGEST);
                self.bytes(&bytes.0);
            }
        }
    }

    /// The pools first, then the records, which say what in the pools is theirs.
    fn trust(&mut self, trust: &Trust<'_>) {
        let mut pools = Pools::default();
        let mut records = Self::default();
        records.fill("origin anchors", pools::ORIGINS, &trust.origins, |writer, origin| {
            writer.text(&origin.name);
            match &origin.kind {
                OriginKind::Identity { key, identifier, role, accountable } => {
                    writer.u8(0);
                    writer.key(key);
                    writer.text(identifier);
                    writer.text(role);
                    writer.part(&mut pools.entities, accountable);
                }
                OriginKind::Role { attester, role, accountable } => {
                    writer.u8(1);
                    writer.text(attester);
                    writer.text(role);
                    writer.text(accountable);
                }
                OriginKind::Context { attester, properties, accountable, max_age } => {
                    writer.u8(2);
                    writer.text(attester);
                    writer.part(&mut pools.tests, properties);
                    writer.text(accountable);
                    writer.u64(*max_age);
                }
            }
            writer.bytes(origin.ceiling.grants().encoded());
        });
        records.fill("attesters", pools::ATTESTERS, &trust.attesters, |writer, attester| {
            writer.key(&attester.key);
            writer.text(&attester.name);
            writer.part(&mut pools.texts, &attester.namespaces);
            writer.part(&mut pools.entities, &attester.accountable);
            writer.part(&mut pools.texts, &attester.roles);
            writer.part(&mut pools.texts, &attester.properties);
            writer.u64(attester.outlive);
        });
        records.fill("pins", pools::PINS, &trust.pins, |writer, pin| {
            writer.key(&pin.key);
            writer.text(&pin.identifier);
            writer.text(&pin.accountable);
            writer.text(&pin.attester);
            writer.part(&mut pools.texts, &pin.roles);
            writer.part(&mut pools.stated, &pin.properties);
        });
        records.fill("revocation issuers", pools::REVOKERS, &trust.revokers, |writer, revoker| {
            writer.key(&revoker.key);
            writer.text(&revoker.name);
            writer.part(&mut pools.entities, &revoker.accountable);
            writer.part(&mut pools.texts, &revoker.attesters);
        });
        self.fill("names in a bundle", pools::TEXTS, &pools.texts, |writer, text| writer.text(text));
        self.fill("entities in a bundle", pools::ENTITIES, &pools.entities, |writer, entities| {
            let (kind, text) = match entities {
                Entities::Exact(text) => (0, text),
                Entities::Namespace(text) => (1, text),
            };
            writer.u8(kind);
            writer.text(text);
        });
        self.fill("tests in a bundle", pools::TESTS, &pools.tests, |writer, PropertyTest { name, test, .. }| {
            writer.text(name);
            match test {
                Test::Equals(value) => {
                    writer.u8(0);
                    writer.value(value);
                }
                Test::Tier(Tier::Affirming) => writer.u8(1),
                Test::Tier(Tier::Warning) => writer.u8(2),
                Test::Tier(Tier::Contraindicated) => writer.u8(3),
            }
        });
        self.fill("properties in a bundle", pools::STATED, &pools.stated, |writer, (name, value)| {
            writer.text(name);
            writer.value(value);
        });
        self.0.extend(records.0);
        self.1 = self.1.take().or(records.1);
    }

    /// Puts items in a pool, and writes which they are there.
    fn part<T: Clone>(&mut self, pool: &mut Vec<T>, items: &[T]) {
        self.u32(pool.len());
        self.u32(items.len());
        pool.extend_from_slice(items);
    }

    fn key(&mut self, key: &TrustedKey) {
        self.0.extend(key.key().x());
        self.0.extend(key.key().y());
    }

    fn value(&mut self, value: &PropertyValue<'_>) {
        match value {
            PropertyValue::Int(int) => {
                self.u8(0);
                self.u64(int.cast_unsigned());
            }
            PropertyValue::Text(text) => {
                self.u8(1);
                self.text(text);
            }
            PropertyValue::Bool(truth) => {
                self.u8(2);
                self.u8((*truth).into());
            }
            PropertyValue::Bytes(bytes) => {
                self.u8(3);
                self.bytes(bytes);
            }
        }
    }
}

/// What the records of one bundle point into.
#[derive(Default)]
struct Pools<'t> {
    texts: Vec<Text<'t>>,
    entities: Vec<Entities<'t>>,
    tests: Vec<PropertyTest<'t>>,
    stated: Vec<(Text<'t>, PropertyValue<'t>)>,
}
