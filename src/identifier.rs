//! Identifiers and namespaces: what is well-formed, and what lies under what (token.md §4.6).
//!
//! Nothing is normalized and nothing is a prefix match over bare bytes: `pay` never covers `payroll`.

use crate::cbor::{Cursor, Read};
use crate::digest::Digest;
use crate::error::ErrorKind;
use crate::labels;
use crate::limits::{MAX_IDENTIFIER, MAX_NAME};

/// The forms of an identifier that have namespaces, and the one that has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// `spiffe://` and `https://`.
    Path,
    Did,
    Arn,
    /// Other URIs and X.509 names: compared whole.
    Opaque,
}

/// Whether `text` is an identifier. Thumbprint URIs are, though only unvouched actors have one.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    let text = text.as_bytes();
    form(text).is_some_and(|form| form != Form::Arn || arn_resource(text).is_some_and(has_segments))
}

/// Whether `text` is an identifier that is not reserved for unvouched actors.
#[must_use]
pub fn is_vouchable(text: &str) -> bool {
    is_identifier(text) && !is_reserved(text.as_bytes())
}

/// Whether it is kept for unvouched actors.
pub(crate) fn is_reserved(text: &[u8]) -> bool {
    text.starts_with(labels::THUMBPRINT_URI_SPACE.as_bytes())
}

/// Whether `text` is a namespace.
#[must_use]
pub fn is_namespace(text: &str) -> bool {
    match form(text.as_bytes()) {
        // A namespace fixes partition, service and account; the resource may be absent or further narrowed.
        Some(Form::Arn) => {
            let text = text.as_bytes();
            text.split(|byte| *byte == b':').nth(4).is_some_and(|account| !account.is_empty())
                && arn_resource(text).is_none_or(has_segments)
        }
        Some(Form::Path | Form::Did) => true,
        Some(Form::Opaque) => is_vouchable(text),
        None => false,
    }
}

/// Whether `namespace` covers `identifier`: itself, and what follows it after a separator of its form. Both are well-formed.
#[must_use]
pub fn covers(namespace: &str, identifier: &str) -> bool {
    covers_bytes(namespace.as_bytes(), identifier.as_bytes())
}

/// The same, of their bytes.
pub(crate) fn covers_bytes(namespace: &[u8], identifier: &[u8]) -> bool {
    let Some(rest) = identifier.strip_prefix(namespace) else { return false };
    match rest.first() {
        None => true,
        Some(b'/') => {
            [b"spiffe:".as_slice(), b"https:", b"did:", b"arn:"].iter().any(|form| namespace.starts_with(form))
        }
        Some(b':') => [b"did:".as_slice(), b"arn:"].iter().any(|form| namespace.starts_with(form)),
        Some(_) => false,
    }
}

/// Whether `text` can be a role, a property name or an argument name: 1 to 128 bytes without control characters.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && !text.bytes().any(|byte| byte.is_ascii_control())
}

/// The `iss` of an unvouched actor: its key's thumbprint URI (RFC 9679 §5.7).
#[must_use]
pub fn is_thumbprint_uri(text: &str, thumbprint: &Digest) -> bool {
    use base64ct::{Base64UrlUnpadded, Encoding};

    let mut buffer = [0; 43];
    text.strip_prefix(labels::THUMBPRINT_URI).is_some_and(|encoded| {
        Base64UrlUnpadded::encode(thumbprint.as_bytes(), &mut buffer).is_ok_and(|expected| expected == encoded)
    })
}

/// Reads an identifier of whatever kind (V234).
pub(crate) fn read<'a>(cursor: &mut Cursor<'a>) -> Read<&'a str> {
    read_if(cursor, MAX_IDENTIFIER, is_identifier)
}

/// Reads an identifier that somebody can vouch for (V234, V240).
pub(crate) fn read_vouchable<'a>(cursor: &mut Cursor<'a>) -> Read<&'a str> {
    let start = *cursor;
    let text = read(cursor)?;
    if is_reserved(text.as_bytes()) { Err(start.fault(ErrorKind::UnvouchedIdentifier)) } else { Ok(text) }
}

/// Reads a namespace (V234).
pub(crate) fn read_namespace<'a>(cursor: &mut Cursor<'a>) -> Read<&'a str> {
    read_if(cursor, MAX_IDENTIFIER, is_namespace)
}

/// Reads a role, property name or argument name (V234).
pub(crate) fn read_name<'a>(cursor: &mut Cursor<'a>) -> Read<&'a str> {
    read_if(cursor, MAX_NAME, is_name)
}

/// Reads a text that `is` what belongs here.
#[inline]
fn read_if<'a>(cursor: &mut Cursor<'a>, max: usize, is: impl FnOnce(&str) -> bool) -> Read<&'a str> {
    let start = *cursor;
    let text = cursor.text_within(1, max)?;
    if is(text) { Ok(text) } else { Err(start.fault(ErrorKind::IdentifierInvalid)) }
}

/// The form of a well-formed identifier or, for `arn`, of its first five fields.
fn form(text: &[u8]) -> Option<Form> {
    if let Some(rest) = text.strip_prefix(b"spiffe://") {
        return (text.len() <= MAX_IDENTIFIER && is_path(rest, DOMAIN, PLAIN)).then_some(Form::Path);
    }
    if text.is_empty() || text.len() > MAX_IDENTIFIER || text.iter().any(u8::is_ascii_control) {
        return None;
    }
    let Some((scheme, rest)) = split_scheme(text) else {
        // RFC 4514: attribute type, `=`, value.
        return text.iter().position(|byte| *byte == b'=').is_some_and(|at| at > 0).then_some(Form::Opaque);
    };
    match scheme {
        b"https" => is_https(rest).then_some(Form::Path),
        b"did" => is_did(rest).then_some(Form::Did),
        b"arn" => is_arn(rest).then_some(Form::Arn),
        _ => {
            let listed =
                [b"spiffe".as_slice(), b"https", b"did", b"arn"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
            let lower = !scheme.iter().any(u8::is_ascii_uppercase);
            (lower && !listed && !rest.is_empty() && rest.iter().all(u8::is_ascii_graphic)).then_some(Form::Opaque)
        }
    }
}

/// RFC 3986 §3.1, without the lower-case rule.
fn split_scheme(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (scheme, rest) = split_once(text, b':')?;
    let is_scheme =
        scheme.first().is_some_and(u8::is_ascii_alphabetic) && scheme.iter().all(|byte| class(*byte) & SCHEME != 0);
    is_scheme.then_some((scheme, rest))
}

/// An authority of one class of bytes, then segments of another, each after a `/`. One pass.
fn is_path(text: &[u8], authority: u8, segment: u8) -> bool {
    let mut wanted = authority;
    let mut len = 0_usize;
    let mut dots = 0_usize;
    for byte in text {
        if *byte == b'/' {
            if is_empty_or_dots(len, dots, wanted == segment) {
                return false;
            }
            (wanted, len, dots) = (segment, 0, 0);
        } else {
            if class(*byte) & wanted == 0 {
                return false;
            }
            len = len.saturating_add(1);
            dots = dots.saturating_add(usize::from(*byte == b'.'));
        }
    }
    !is_empty_or_dots(len, dots, wanted == segment)
}

/// Whether a part of so many bytes, of which so many are dots, is empty or, as a segment, `.` or `..`.
const fn is_empty_or_dots(len: usize, dots: usize, is_segment: bool) -> bool {
    len == 0 || (is_segment && len == dots && len <= 2)
}

/// `//` host, then segments, each after a `/`.
fn is_https(rest: &[u8]) -> bool {
    let Some(hierarchy) = rest.strip_prefix(b"//") else { return false };
    match split_once(hierarchy, b'/') {
        None => is_dns_name(hierarchy),
        Some((host, path)) => is_dns_name(host) && path.split(|byte| *byte == b'/').all(is_segment),
    }
}

/// Labels of lower-case letters, digits and inner hyphens.
fn is_dns_name(text: &[u8]) -> bool {
    text.split(|byte| *byte == b'.').all(|label| {
        !label.is_empty()
            && label.first() != Some(&b'-')
            && label.last() != Some(&b'-')
            && label.iter().all(|byte| class(*byte) & HOST != 0)
    })
}

/// Method, `:`, segments.
fn is_did(rest: &[u8]) -> bool {
    let Some((method, specific)) = split_once(rest, b':') else { return false };
    !method.is_empty() && method.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9')) && has_segments(specific)
}

/// Partition, service, region and account; positional, the last two may be empty.
fn is_arn(rest: &[u8]) -> bool {
    let mut fields = rest.splitn(5, |byte| *byte == b':');
    let (Some(partition), Some(service), Some(region), Some(account)) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return false;
    };
    is_segment(partition)
        && is_segment(service)
        && [region, account].iter().all(|field| field.is_empty() || is_segment(field))
}

/// The sixth field of an ARN.
fn arn_resource(text: &[u8]) -> Option<&[u8]> {
    text.splitn(6, |byte| *byte == b':').nth(5)
}

/// Segments separated by `:` or `/`.
fn has_segments(text: &[u8]) -> bool {
    text.split(|byte| matches!(byte, b':' | b'/')).all(is_segment)
}

/// Not empty, not a dot segment, nothing that another parser would read as structure.
fn is_segment(text: &[u8]) -> bool {
    !matches!(text, b"" | b"." | b"..")
        && text.iter().all(|byte| class(*byte) & SEGMENT != 0)
        && !(text.contains(&b'%') && hides_structure(text))
}

/// Percent-encoded `.`, `/`, `\` or `%`, which a later decoder would turn into structure.
fn hides_structure(text: &[u8]) -> bool {
    text.windows(3)
        .any(|window| matches!(window, [b'%', b'2', b'e' | b'E' | b'f' | b'F' | b'5'] | [b'%', b'5', b'c' | b'C']))
}

fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == separator)?;
    let (before, rest) = text.split_at_checked(at)?;
    Some((before, rest.get(1..)?))
}

/// A lower-case DNS label's bytes.
const HOST: u8 = 1;
/// A SPIFFE trust domain's (SPIFFE ID §2.1).
const DOMAIN: u8 = 1 << 1;
/// A SPIFFE segment's (SPIFFE ID §2.2).
const PLAIN: u8 = 1 << 2;
/// Any other segment's: visible ASCII without `?`, `#`, `@`, `\`, `/` and `:`.
const SEGMENT: u8 = 1 << 3;
/// A scheme's.
const SCHEME: u8 = 1 << 4;

/// What a byte may stand in.
#[inline]
fn class(byte: u8) -> u8 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

#[expect(clippy::as_conversions, clippy::indexing_slicing, reason = "made once, by the compiler")]
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0_u8;
    while byte < 128 {
        let mut class = 0;
        if matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-') {
            class |= HOST;
        }
        if matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-' | b'_') {
            class |= DOMAIN;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            class |= PLAIN;
        }
        if byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#' | b'@' | b'\\' | b'/' | b':') {
            class |= SEGMENT;
        }
        if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.') {
            class |= SCHEME;
        }
        classes[byte as usize] = class;
        byte = byte.wrapping_add(1);
    }
    classes
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_every_form_accepted() {
        for text in [
            "spiffe://prod.example/ns/payments/worker-1",
            "spiffe://prod.example",
            "https://acme.example/users/alice",
            "did:web:acme.example:agents:7",
            "did:key:zDnaeUKTWUXc1HDpGfKbEK31nKLN19yX5aunFd7VK1CUMeyJu",
            "arn:aws:iam::123456789012:role/app",
            "arn:aws:s3:::bucket/key",
            "urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "mailto:alice@example.com",
            "CN=worker-1,O=Acme",
        ] {
            assert!(is_identifier(text), "{text}");
        }
    }

    #[test]
    fn malformed_identifiers_rejected() {
        for text in [
            "",
            "worker",
            "spiffe://",
            "spiffe:///x",
            "SPIFFE://prod.example/x",
            "spiffe://Prod.example/x",
            "spiffe://prod.example/",
            "spiffe://prod.example//x",
            "spiffe://prod.example/./x",
            "spiffe://prod.example/../x",
            "spiffe://prod.example:8443/x",
            "spiffe://u@prod.example/x",
            "spiffe://prod.example/x?y",
            "spiffe://prod.example/x#y",
            "spiffe://prod.example/%2e%2e/x",
            "https://acme.example:443/x",
            "https://Acme.example/x",
            "https://acme.example/a%2Fb",
            "https://acme..example",
            "HTTPS://acme.example",
            "did:web",
            "did:web:",
            "did:Web:x",
            "did:web:a::b",
            "did:web:a/../b",
            "did:web:a#key-1",
            "arn:aws:iam::123456789012",
            "arn::iam::1:role",
            "arn:aws:iam::1:",
            "arn:aws:iam::1:role/../x",
            "urn:",
            "x:a b",
            "=x",
            "CN=a\u{0}b",
        ] {
            assert!(!is_identifier(text), "{text}");
        }
    }

    #[test]
    fn namespaces_cover_only_after_a_separator() {
        for (namespace, identifier, expected) in [
            ("spiffe://prod.example", "spiffe://prod.example/x", true),
            ("spiffe://prod.example/pay", "spiffe://prod.example/pay", true),
            ("spiffe://prod.example/pay", "spiffe://prod.example/pay/1", true),
            ("spiffe://prod.example/pay", "spiffe://prod.example/payroll", false),
            ("spiffe://prod.example", "spiffe://prod.example.evil/x", false),
            ("https://example.org", "https://evil-example.org", false),
            ("did:web:acme.example", "did:web:acme.example:a", true),
            ("did:web:acme.example", "did:web:acme.example/a", true),
            ("did:web:acme.example", "did:web:acme.example2", false),
            ("arn:aws:iam::123456789012", "arn:aws:iam::123456789012:role/app", true),
            ("arn:aws:iam::123456789012:role", "arn:aws:iam::123456789012:role/app", true),
            ("arn:aws:iam::123456789012:role", "arn:aws:iam::123456789012:roles/app", false),
            ("arn:aws:iam::123456789012", "arn:aws:iam:eu:123456789012:role/app", false),
            ("CN=a", "CN=a/b", false),
            ("urn:x:a", "urn:x:a:b", false),
        ] {
            assert_eq!(covers(namespace, identifier), expected, "{namespace} {identifier}");
        }
    }

    #[test]
    fn broad_namespaces_rejected() {
        for text in [
            "arn:aws:s3::",
            "arn:aws:s3:::bucket",
            "did:web",
            "spiffe://",
            "arn:aws:iam",
            "urn:ietf:params:oauth:ckt:sha-256",
        ] {
            assert!(!is_namespace(text), "{text}");
        }
        assert!(is_namespace("arn:aws:iam::123456789012"));
    }
}
