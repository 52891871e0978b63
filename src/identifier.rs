//! Identifiers and namespaces: what is well-formed, and what lies under what (token.md §4.6).
//!
//! Nothing is normalized and nothing is a prefix match over bare bytes: `pay` never covers `payroll`.

use crate::cbor::Cursor;
use crate::digest::Digest;
use crate::error::{Error, ErrorKind};
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
    form(text).is_some_and(|form| form != Form::Arn || arn_resource(text).is_some_and(has_segments))
}

/// Whether `text` is an identifier that is not reserved for unvouched actors.
#[must_use]
pub fn is_vouchable(text: &str) -> bool {
    is_identifier(text) && !is_reserved(text)
}

/// Whether it is kept for unvouched actors.
fn is_reserved(text: &str) -> bool {
    text.starts_with(labels::THUMBPRINT_URI_SPACE)
}

/// Whether `text` is a namespace.
#[must_use]
pub fn is_namespace(text: &str) -> bool {
    match form(text) {
        // A namespace fixes partition, service and account; the resource may be absent or further narrowed.
        Some(Form::Arn) => {
            text.split(':').nth(4).is_some_and(|account| !account.is_empty())
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
    let Some(rest) = identifier.strip_prefix(namespace) else { return false };
    match (rest.chars().next(), form(namespace)) {
        (None, _) => true,
        (Some('/'), Some(Form::Path | Form::Did | Form::Arn)) => true,
        (Some(':'), Some(Form::Did | Form::Arn)) => true,
        (Some(_), _) => false,
    }
}

/// Whether `text` can be a role, a property name or an argument name: 1 to 128 bytes without control characters.
#[must_use]
pub fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.len()) && !text.contains(is_control)
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
pub(crate) fn read<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Error> {
    read_if(cursor, MAX_IDENTIFIER, is_identifier)
}

/// Reads an identifier that somebody can vouch for (V234, V240).
pub(crate) fn read_vouchable<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Error> {
    let start = *cursor;
    let text = read(cursor)?;
    if !is_reserved(text) { Ok(text) } else { Err(start.error(ErrorKind::UnvouchedIdentifier)) }
}

/// Reads a namespace (V234).
pub(crate) fn read_namespace<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Error> {
    read_if(cursor, MAX_IDENTIFIER, is_namespace)
}

/// Reads a role, property name or argument name (V234).
pub(crate) fn read_name<'a>(cursor: &mut Cursor<'a>) -> Result<&'a str, Error> {
    read_if(cursor, MAX_NAME, is_name)
}

/// Reads a text that `is` what belongs here.
fn read_if<'a>(cursor: &mut Cursor<'a>, max: usize, is: fn(&str) -> bool) -> Result<&'a str, Error> {
    let start = *cursor;
    let text = cursor.text_within(1, max)?;
    if is(text) { Ok(text) } else { Err(start.error(ErrorKind::IdentifierInvalid)) }
}

/// The form of a well-formed identifier or, for `arn`, of its first five fields.
fn form(text: &str) -> Option<Form> {
    if text.is_empty() || text.len() > MAX_IDENTIFIER || text.contains(is_control) {
        return None;
    }
    let Some((scheme, rest)) = split_scheme(text) else {
        // RFC 4514: attribute type, `=`, value.
        return text.split_once('=').is_some_and(|(name, _)| !name.is_empty()).then_some(Form::Opaque);
    };
    let well_formed = match scheme {
        "spiffe" => path_form(rest, is_trust_domain, is_spiffe_segment),
        "https" => path_form(rest, is_dns_name, is_segment),
        "did" => return did_form(rest).then_some(Form::Did),
        "arn" => return arn_form(rest).then_some(Form::Arn),
        _ => {
            let listed = ["spiffe", "https", "did", "arn"].iter().any(|known| scheme.eq_ignore_ascii_case(known));
            let lower = !scheme.contains(|c: char| c.is_ascii_uppercase());
            return (lower && !listed && !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic()))
                .then_some(Form::Opaque);
        }
    };
    well_formed.then_some(Form::Path)
}

/// RFC 3986 §3.1, without the lower-case rule.
fn split_scheme(text: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = text.split_once(':')?;
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    is_scheme.then_some((scheme, rest))
}

/// `//` authority, then segments, each after a `/`.
fn path_form(rest: &str, is_authority: fn(&str) -> bool, is_segment: fn(&str) -> bool) -> bool {
    let Some(hierarchy) = rest.strip_prefix("//") else { return false };
    match hierarchy.split_once('/') {
        None => is_authority(hierarchy),
        Some((authority, path)) => is_authority(authority) && path.split('/').all(is_segment),
    }
}

/// SPIFFE ID §2.1; no userinfo, no port.
fn is_trust_domain(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '.' | '-' | '_'))
}

/// SPIFFE ID §2.2.
fn is_spiffe_segment(text: &str) -> bool {
    is_segment(text) && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

/// Labels of lower-case letters, digits and inner hyphens.
fn is_dns_name(text: &str) -> bool {
    text.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-'))
    })
}

/// Method, `:`, segments.
fn did_form(rest: &str) -> bool {
    let Some((method, specific)) = rest.split_once(':') else { return false };
    !method.is_empty() && method.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9')) && has_segments(specific)
}

/// Partition, service, region and account; positional, the last two may be empty.
fn arn_form(rest: &str) -> bool {
    let mut fields = rest.splitn(5, ':');
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
fn arn_resource(text: &str) -> Option<&str> {
    text.splitn(6, ':').nth(5)
}

/// Segments separated by `:` or `/`.
fn has_segments(text: &str) -> bool {
    text.split([':', '/']).all(is_segment)
}

/// Not empty, not a dot segment, nothing that another parser would read as structure.
fn is_segment(text: &str) -> bool {
    !matches!(text, "" | "." | "..")
        && text.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#@\\/:".contains(&byte))
        && !hides_structure(text)
}

/// Percent-encoded `.`, `/`, `\` or `%`, which a later decoder would turn into structure.
fn hides_structure(text: &str) -> bool {
    text.as_bytes()
        .windows(3)
        .any(|window| matches!(window, [b'%', b'2', b'e' | b'E' | b'f' | b'F' | b'5'] | [b'%', b'5', b'c' | b'C']))
}

/// C0 and DEL.
const fn is_control(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{1f}' | '\u{7f}')
}

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
