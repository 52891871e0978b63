//! Carriage, V1501 and V1502: a field is one base64 byte sequence, exactly.

use throughline::{ErrorKind, Field, Part, encode_field, encode_text};

use crate::common::setting::{Setting, assert_refused};
use crate::common::{chain, trust};

#[test]
fn field_that_is_not_one_byte_sequence_rejected() {
    let setting = Setting::new(trust());
    let token = chain(2);
    let good = encode_field(&token);
    let mut buffer = vec![0; 16_384];
    for field in [Field::Continuity, Field::Proof] {
        setting.accepts(field.decode(good.as_bytes(), &mut buffer).unwrap());
        let inner = good.trim_matches(':').to_owned();
        for wrong in [
            String::new(),
            ":".to_owned(),
            inner.clone(),
            format!(":{inner}"),
            format!("{inner}:"),
            format!("{good};a=1"),
            format!("{good}, {good}"),
            format!(" {good}"),
            format!("{good} "),
            format!("\"{inner}\""),
            format!(":{inner}=:"),
            format!(":{}=:", inner.trim_end_matches('=')),
            format!(":{} :", &inner[..inner.len() - 4]),
            format!(":{}\n:", &inner[..inner.len() - 4]),
            format!(":{}:", encode_text(&[0xfb, 0xff, 0xfe])),
            ":AB==:".to_owned(),
            ":AAB=:".to_owned(),
            ":A:".to_owned(),
            ":====:".to_owned(),
        ] {
            let verdict = field.decode(wrong.as_bytes(), &mut buffer).map(drop);
            assert_refused(verdict, ErrorKind::FieldInvalid, Part::Field);
        }
    }
}

#[test]
fn text_form_that_is_not_exact_rejected() {
    let token = chain(2);
    let mut buffer = vec![0; 16_384];
    let good = encode_text(&token);
    assert_eq!(Field::Continuity.decode_text(good.as_bytes(), &mut buffer).unwrap(), token);
    for wrong in [
        format!("{good}="),
        format!("{good}\n"),
        format!(" {good}"),
        "+/+/".to_owned(),
        "AB".to_owned(),
        "A".to_owned(),
    ] {
        let verdict = Field::Continuity.decode_text(wrong.as_bytes(), &mut buffer).map(drop);
        assert_refused(verdict, ErrorKind::FieldInvalid, Part::Field);
    }
}

#[test]
fn second_line_of_a_field_rejected() {
    let token = chain(2);
    let line = encode_field(&token);
    let mut buffer = vec![0; 16_384];
    for field in [Field::Continuity, Field::Proof] {
        assert_eq!(field.read([line.as_bytes()], &mut buffer).unwrap(), token);
        assert_eq!(field.read([], &mut buffer).unwrap(), b"");
        for second in [line.as_bytes(), b"".as_slice(), b"garbage"] {
            let verdict = field.read([line.as_bytes(), second], &mut buffer).map(drop);
            assert_refused(verdict, ErrorKind::FieldRepeated, Part::Field);
        }
    }
}
