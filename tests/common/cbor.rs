//! CBOR of any kind, the forbidden ones included: explicit values, raw bytes among them, encoded as they stand.

use ciborium::Value;

/// The label of the map that holds the format's own claims.
pub(crate) const OURS: i64 = -65537;

/// These bytes in the place of a value, as they are.
pub(crate) fn raw(bytes: &[u8]) -> Value {
    Value::Tag(RAW, Box::new(Value::Bytes(bytes.to_vec())))
}

pub(crate) fn int(value: i64) -> Value {
    Value::Integer(value.into())
}

pub(crate) fn text(value: &str) -> Value {
    Value::Text(value.into())
}

pub(crate) fn bytes(value: &[u8]) -> Value {
    Value::Bytes(value.into())
}

/// A map with integer keys, in the order given.
pub(crate) fn map(entries: impl IntoIterator<Item = (i64, Value)>) -> Value {
    Value::Map(entries.into_iter().map(|(key, value)| (int(key), value)).collect())
}

/// An array whose elements ascend.
pub(crate) fn set(values: impl IntoIterator<Item = Value>) -> Value {
    let mut values: Vec<Value> = values.into_iter().collect();
    values.sort_by_key(encode);
    Value::Array(values)
}

/// A COSE_Key of the format.
pub(crate) fn cose_key(key: &throughline::PublicKey) -> Value {
    map([(1, int(2)), (-1, int(1)), (-2, bytes(key.x())), (-3, bytes(key.y()))])
}

/// Reads one well-formed item.
pub(crate) fn decode(encoded: &[u8]) -> Value {
    ciborium::from_reader(encoded).expect("a twin is well-formed")
}

/// Encodes with shortest heads, maps in the order in which they stand.
pub(crate) fn encode(value: &Value) -> Vec<u8> {
    match value {
        Value::Tag(RAW, content) => content.as_bytes().expect("raw bytes").clone(),
        Value::Integer(integer) => {
            let integer = i128::from(*integer);
            let (major, argument) = if integer < 0 { (1, -1 - integer) } else { (0, integer) };
            head(major, u64::try_from(argument).expect("ciborium's integers are CBOR's"))
        }
        Value::Bytes(content) => [head(2, len(content)), content.clone()].concat(),
        Value::Text(content) => [head(3, len(content.as_bytes())), content.clone().into_bytes()].concat(),
        Value::Array(elements) => {
            let content: Vec<u8> = elements.iter().flat_map(encode).collect();
            [head(4, len(elements)), content].concat()
        }
        Value::Map(entries) => {
            let content: Vec<u8> =
                entries.iter().flat_map(|(key, value)| [encode(key), encode(value)].concat()).collect();
            [head(5, len(entries)), content].concat()
        }
        Value::Tag(tag, content) => [head(6, *tag), encode(content)].concat(),
        Value::Bool(value) => vec![if *value { 0xf5 } else { 0xf4 }],
        Value::Null => vec![0xf6],
        _ => panic!("write it as raw bytes"),
    }
}

/// The shortest head.
pub(crate) fn head(major: u8, argument: u64) -> Vec<u8> {
    let major = major << 5;
    let bytes = argument.to_be_bytes();
    match argument {
        0..24 => vec![major | bytes[7]],
        24..0x100 => vec![major | 24, bytes[7]],
        0x100..0x1_0000 => [&[major | 25], &bytes[6..]].concat(),
        0x1_0000..0x1_0000_0000 => [&[major | 26], &bytes[4..]].concat(),
        _ => [&[major | 27], &bytes[..]].concat(),
    }
}

/// A byte string.
pub(crate) fn bstr(content: &[u8]) -> Vec<u8> {
    [head(2, len(content)), content.to_vec()].concat()
}

/// The value at a path: keys of maps, places in arrays and in maps with text keys.
pub(crate) fn at<'v>(value: &'v mut Value, path: &[i64]) -> &'v mut Value {
    path.iter().fold(value, |value, step| match value {
        Value::Map(entries) => &mut entries_at(entries, *step).1,
        Value::Array(elements) => &mut elements[usize::try_from(*step).unwrap()],
        _ => panic!("no way further at {step}"),
    })
}

fn entries_at(entries: &mut [(Value, Value)], step: i64) -> &mut (Value, Value) {
    let place = match entries.first() {
        Some((Value::Text(_), _)) => usize::try_from(step).unwrap(),
        _ => entries.iter().position(|(key, _)| *key == int(step)).unwrap_or_else(|| panic!("no key {step}")),
    };
    &mut entries[place]
}

/// Puts a value at a path: in the place of what is there, or as a new entry of the map, in order.
pub(crate) fn put(value: &mut Value, path: &[i64], new: Value) {
    let Some((last, parents)) = path.split_last() else {
        *value = new;
        return;
    };
    match at(value, parents) {
        Value::Map(entries) => {
            let named = matches!(entries.first(), Some((Value::Text(_), _)));
            if named || entries.iter().any(|(key, _)| *key == int(*last)) {
                entries_at(entries, *last).1 = new;
            } else {
                entries.push((int(*last), new));
                entries.sort_by_key(|(key, _)| encode(key));
            }
        }
        Value::Array(elements) => elements[usize::try_from(*last).unwrap()] = new,
        _ => panic!("no way further at {last}"),
    }
}

/// Takes a key and its value out of a map.
pub(crate) fn remove(value: &mut Value, path: &[i64]) {
    let (last, parents) = path.split_last().expect("a path to a key");
    let Value::Map(entries) = at(value, parents) else { panic!("no map") };
    entries.retain(|(key, _)| *key != int(*last));
}

/// Where the value at a path begins in the encoding.
pub(crate) fn offset(value: &Value, path: &[i64]) -> usize {
    let mark = |byte| {
        let mut marked = value.clone();
        put(&mut marked, path, raw(&[byte]));
        encode(&marked)
    };
    let (one, other) = (mark(0x00), mark(0xff));
    one.iter().zip(&other).position(|(one, other)| one != other).expect("they differ there")
}

fn len<T>(items: &[T]) -> u64 {
    u64::try_from(items.len()).unwrap()
}

/// No CBOR that is decoded here has this tag.
const RAW: u64 = 0x7261_7721;
