//! Two implementations, asked the same: valid tokens, and tokens that were changed at random, most of them signed again.
//!
//! In the tests it asks the library twice over, which shows that the stream is made and that verdicts repeat. The long run asks another
//! implementation (`THROUGHLINE_IMPLEMENTATION`, a command of the pipe protocol) about as many cases as `THROUGHLINE_CASES` says, from
//! the seed in `THROUGHLINE_SEED`.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use ciborium::Value;
use throughline_conformance::{
    Answer, Base64Url, Expected, Foreign, Implementation, Judged, Library, Operation, Vector,
};

use crate::common::cbor::bstr;
use crate::common::forge::Forge;
use crate::the_suite;

#[test]
fn verdicts_on_changed_tokens_repeat() {
    let report = compare(&mut Library, 300, 1);
    assert!(report.accepted > 30 && report.refused > 100, "{report:?}");
}

#[test]
#[ignore = "long, and needs another implementation: conformance/run"]
fn agreement() {
    let command = env::var("THROUGHLINE_IMPLEMENTATION").expect("THROUGHLINE_IMPLEMENTATION is a command");
    let number = |name, default| env::var(name).map_or(default, |number| number.parse().expect("a number"));
    let (cases, seed) = (number("THROUGHLINE_CASES", 2_000), number("THROUGHLINE_SEED", 1));
    let mut other = Foreign::start(&command, Duration::from_secs(30)).expect("it starts");
    let report = compare(&mut other, cases, seed);
    println!("{cases} cases from seed {seed}: {report:?}");
}

/// What came of a stream.
#[derive(Debug, Default)]
struct Report {
    accepted: u64,
    refused: u64,
    /// Refused by both in one stage, for different errors: a case with several defects.
    other_error: u64,
}

fn compare(other: &mut dyn Implementation, cases: u64, seed: u64) -> Report {
    let bases: Vec<&Vector> = the_suite().vectors().filter(|vector| is_base(vector)).collect();
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut report = Report::default();
    for case in 0..cases {
        let mut vector = (*random.pick(&bases)).clone();
        for _ in 0..random.below(4) {
            change(&mut vector, &mut random);
        }
        vector.id = format!("case-{case}");
        let (ours, theirs) = (judged(&mut Library, &vector), judged(other, &vector));
        let told = || format!("{}\nours {ours:?}\ntheirs {theirs:?}", serde_json::to_string(&vector).unwrap());
        match (&ours.verdict, &theirs.verdict) {
            (Expected::Accepted(one), Expected::Accepted(two)) => {
                assert_eq!(
                    (&one.execution, &one.head, one.links),
                    (&two.execution, &two.head, two.links),
                    "{}",
                    told()
                );
                assert_eq!((one.authority, &one.anchor), (two.authority, &two.anchor), "{}", told());
                report.accepted += 1;
            }
            (Expected::Refused(one), Expected::Refused(two)) => {
                assert_eq!(one.stage, two.stage, "{}", told());
                report.refused += 1;
                report.other_error += u64::from(one.number != two.number);
            }
            (Expected::Accepted(_), Expected::Refused(_)) | (Expected::Refused(_), Expected::Accepted(_)) => {
                panic!("{}", told())
            }
        }
    }
    report
}

fn judged(implementation: &mut dyn Implementation, vector: &Vector) -> Judged {
    match implementation.ask(vector) {
        Answer::Judged(judged) => judged,
        other => panic!("{other:?} to {}", serde_json::to_string(vector).unwrap()),
    }
}

/// Accepted, of moderate size, and made of the fixtures' keys.
fn is_base(vector: &Vector) -> bool {
    let token = vector.token.as_ref().map_or(0, |token| token.0.len());
    matches!(vector.operation, Operation::Verify | Operation::Admit)
        && matches!(vector.expected, Expected::Accepted(_))
        && (1..8_000).contains(&token)
}

/// One change, which need not be a defect.
fn change(vector: &mut Vector, random: &mut Random) {
    match random.below(10) {
        0 => bytes(&mut vector.token, random),
        1 => bytes(&mut vector.proof, random),
        2 => vector.now = vector.now.map(|now| now.wrapping_add_signed(*random.pick(&SECONDS)).min(1 << 62)),
        3 => request(vector, random),
        4 => drop(vector.known.pop()),
        5..8 => {
            forged(vector, random, |forge, random| {
                let place = random.below(forge.items.len());
                claims(forge, place, random);
            });
        }
        _ => forged(vector, random, items),
    }
}

/// Takes the token apart, changes something, and signs everything again.
fn forged(vector: &mut Vector, random: &mut Random, edit: impl FnOnce(&mut Forge, &mut Random)) {
    let known: Vec<Vec<u8>> = vector.known.iter().map(|credential| credential.0.clone()).collect();
    let Some(token) = &mut vector.token else { return };
    // What the forge cannot take apart, for it was changed before, stays as it is.
    let quiet = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let made = catch_unwind(AssertUnwindSafe(|| {
        let mut forge = Forge::with_known(&token.0, &known);
        edit(&mut forge, random);
        forge.token()
    }));
    std::panic::set_hook(quiet);
    if let Ok(made) = made {
        *token = Base64Url(made);
    }
}

/// A value in the claims of an item becomes another, goes away, or stands twice.
fn claims(forge: &mut Forge, place: usize, random: &mut Random) {
    let message = &mut forge.items[place].message;
    let mut claims = message.claims_value();
    let mut nodes = count(&claims);
    let target = random.below(nodes);
    nodes = 0;
    visit(&mut claims, &mut nodes, target, random);
    message.payload = bstr(&crate::common::cbor::encode(&claims));
}

fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(count).sum::<usize>() + 1,
        Value::Map(entries) => entries.iter().map(|(_, value)| count(value)).sum::<usize>() + 1,
        _ => 1,
    }
}

/// Changes the node that is `target`th in order.
fn visit(value: &mut Value, at: &mut usize, target: usize, random: &mut Random) {
    if *at == target {
        *value = another(value, random);
    }
    *at += 1;
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| visit(item, at, target, random)),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| visit(value, at, target, random)),
        _ => {}
    }
}

fn another(value: &Value, random: &mut Random) -> Value {
    match value {
        Value::Integer(n) => {
            let n = i128::from(*n).wrapping_add(i128::from(*random.pick(&SECONDS)));
            Value::Integer(i64::try_from(n).unwrap_or(0).into())
        }
        Value::Text(text) => match random.below(4) {
            0 => Value::Text(format!("{text}/x")),
            1 => Value::Text(text.chars().take(random.below(text.len().max(1))).collect()),
            2 => Value::Text(text.to_uppercase()),
            _ => Value::Text((*random.pick(&TEXTS)).to_owned()),
        },
        Value::Bytes(bytes) => {
            let mut bytes = bytes.clone();
            let at = random.below(bytes.len().max(1));
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << random.below(8);
            }
            Value::Bytes(bytes)
        }
        Value::Array(items) => {
            let mut items = items.clone();
            match (random.below(3), items.is_empty()) {
                (0, false) => drop(items.remove(random.below(items.len()))),
                (1, false) => items.push(items[random.below(items.len())].clone()),
                _ => items.reverse(),
            }
            Value::Array(items)
        }
        Value::Map(entries) => {
            let mut entries = entries.clone();
            match (random.below(3), entries.is_empty()) {
                (0, false) => drop(entries.remove(random.below(entries.len()))),
                (1, false) => entries.push(entries[random.below(entries.len())].clone()),
                _ => entries.reverse(),
            }
            Value::Map(entries)
        }
        other => (*random.pick(&[Value::Bool(true), Value::Null, Value::Integer(0.into()), other.clone()])).clone(),
    }
}

/// Items removed, doubled, exchanged, or signed by another.
fn items(forge: &mut Forge, random: &mut Random) {
    let len = forge.items.len();
    let (one, other) = (random.below(len), random.below(len));
    match random.below(4) {
        0 => drop(forge.items.remove(one)),
        1 => forge.items.insert(one, forge.items[other].clone()),
        2 => forge.items.swap(one, other),
        _ => forge.items[one].signer = "mallory".to_owned(),
    }
}

/// Some bytes of an encoded artifact.
fn bytes(artifact: &mut Option<Base64Url>, random: &mut Random) {
    let Some(Base64Url(bytes)) = artifact else { return };
    if bytes.is_empty() {
        return;
    }
    let at = random.below(bytes.len());
    match random.below(4) {
        0 => bytes[at] ^= 1 << random.below(8),
        1 => drop(bytes.remove(at)),
        2 => bytes.insert(at, *random.pick(&[0x00, 0x18, 0x40, 0x58, 0x80, 0xa0, 0xf6, 0xff])),
        _ => bytes.truncate(at),
    }
}

fn request(vector: &mut Vector, random: &mut Random) {
    let Some(request) = &mut vector.request else { return };
    let text = (*random.pick(&TEXTS)).to_owned();
    match random.below(5) {
        0 => request.action = text,
        1 => request.resource = text,
        2 => request.audience = text,
        3 => request.digest.0[0] ^= 1,
        _ => drop(request.arguments.pop()),
    }
}

const SECONDS: [i64; 12] = [1, -1, 2, 29, 30, 31, -30, 60, 91, 3_600, -3_600, 100_000];

const TEXTS: [&str; 14] = [
    "*",
    "calendar.*",
    "calendar.read",
    "calendar/alice/*",
    "calendar/alice/work",
    "/calendar",
    "https://alice.example",
    "https://mail.example",
    "spiffe://prod.example/ns/calendar",
    "spiffe://prod.example/ns/calendar/executor/unknown-01",
    "urn:ietf:params:oauth:ckt:sha-256:x",
    "authorized-workload",
    "a/../b",
    "caf\u{e9}\u{0}",
];

/// xorshift64*: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next()).unwrap() % limit
    }

    fn pick<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}
