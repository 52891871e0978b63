//! V234, V240: identifiers, names, namespaces, and thumbprint URIs where no unvouched actor can stand.

use ciborium::Value;
use throughline::ErrorKind;

use super::keys::uri;
use super::{Bench, LINKS, On};
use crate::common::cbor::{OURS, int, map, text};

pub(super) fn publish(bench: &mut Bench<'_>) {
    malformed_identifiers(bench);
    malformed_namespaces(bench);
    malformed_names(bench);
    thumbprint_uris(bench);
}

/// Not an identifier, whatever its form: an id, the text, what is wrong.
const MALFORMED: [(&str, &str, &str); 48] = [
    ("no-scheme", "worker", "without a scheme"),
    ("path", "/etc/passwd", "a path"),
    ("upper-scheme", "SPIFFE://prod.example/x", "with an upper-case scheme"),
    ("mixed-scheme", "Spiffe://prod.example/x", "with an upper-case letter in its scheme"),
    ("spiffe-without-slashes", "spiffe:prod.example/x", "a SPIFFE ID without //"),
    ("spiffe-empty", "spiffe://", "a SPIFFE ID without a trust domain"),
    ("spiffe-path-only", "spiffe:///x", "a SPIFFE ID with an empty trust domain"),
    ("spiffe-upper-domain", "spiffe://Prod.example/x", "a SPIFFE ID with an upper-case trust domain"),
    ("spiffe-trailing-slash", "spiffe://prod.example/", "a SPIFFE ID with a trailing slash"),
    ("spiffe-empty-segment", "spiffe://prod.example//x", "a SPIFFE ID with an empty segment"),
    ("spiffe-dot", "spiffe://prod.example/./x", "a SPIFFE ID with a dot segment"),
    ("spiffe-dot-dot", "spiffe://prod.example/../x", "a SPIFFE ID with a .. segment"),
    ("scheme-underscore", "my_scheme:x", "with an underscore where a scheme ends"),
    ("x509-nul", "CN=worker\u{0}", "an X.509 name with NUL"),
    ("spiffe-dot-last", "spiffe://prod.example/x/.", "a SPIFFE ID that ends in a dot segment"),
    ("spiffe-dot-dot-last", "spiffe://prod.example/x/..", "a SPIFFE ID that ends in a .. segment"),
    ("spiffe-port", "spiffe://prod.example:8443/x", "a SPIFFE ID with a port"),
    ("spiffe-userinfo", "spiffe://user@prod.example/x", "a SPIFFE ID with user information"),
    ("spiffe-query", "spiffe://prod.example/x?y", "a SPIFFE ID with a query"),
    ("spiffe-fragment", "spiffe://prod.example/x#y", "a SPIFFE ID with a fragment"),
    ("spiffe-percent", "spiffe://prod.example/%2e%2e/x", "a SPIFFE ID with %2e"),
    ("spiffe-space", "spiffe://prod.example/x y", "a SPIFFE ID with a space"),
    ("spiffe-nfc", "spiffe://prod.example/caf\u{e9}", "a SPIFFE ID with é as one character"),
    ("spiffe-nfd", "spiffe://prod.example/cafe\u{301}", "a SPIFFE ID with é as two characters"),
    ("https-port", "https://acme.example:443/x", "an https URI with a port, though its default"),
    ("https-upper-host", "https://Acme.example/x", "an https URI with an upper-case host"),
    ("https-percent-slash", "https://acme.example/a%2Fb", "an https URI with %2F"),
    ("https-percent-backslash", "https://acme.example/a%5Cb", "an https URI with %5C"),
    ("https-percent-percent", "https://acme.example/a%25b", "an https URI with %25"),
    ("https-percent-dots", "https://acme.example/%2E%2e/x", "an https URI with %2E%2e"),
    ("https-backslash", "https://acme.example/a\\b", "an https URI with a backslash"),
    ("https-empty-label", "https://acme..example", "an https URI with an empty label"),
    ("https-hyphen", "https://-acme.example", "an https URI whose host begins with a hyphen"),
    ("https-root-dot", "https://acme.example.", "an https URI whose host ends with a dot"),
    ("https-underscore", "https://ac_me.example", "an https URI with an underscore in its host"),
    ("https-userinfo", "https://user@acme.example", "an https URI with user information"),
    ("https-query", "https://acme.example/x?y=1", "an https URI with a query"),
    ("https-colon", "https://acme.example/a:b", "an https URI with a colon in a segment"),
    ("did-short", "did:web", "a DID without an identifier"),
    ("did-empty", "did:web:", "a DID with an empty identifier"),
    ("did-upper-method", "did:Web:x", "a DID with an upper-case method"),
    ("did-empty-segment", "did:web:a::b", "a DID with an empty segment"),
    ("did-dot-dot", "did:web:a/../b", "a DID with a .. segment"),
    ("arn-no-partition", "arn::iam::1:role", "an ARN without a partition"),
    ("arn-no-resource", "arn:aws:iam::1:", "an ARN with an empty resource"),
    ("urn-empty", "urn:", "a URI with nothing behind its scheme"),
    ("urn-space", "urn:a b", "a URI with a space"),
    ("control", "CN=a\u{7f}", "with a control character"),
];

/// Where identifiers stand, in turn.
const PLACES: [(On, &[i64], &str); 12] = [
    (On::Root, &[1], "iss"),
    (On::Credential(0), &[2], "sub"),
    (On::Link(1), &[1], "iss"),
    (On::HandOver(0), &[OURS, 20], "to"),
    (On::Last, &[1], "iss"),
    (On::Root, &[OURS, 7, 2], "the origin's accountable entity"),
    (On::List, &[1], "iss"),
    (On::Link(1), &[OURS, 5], "the exact identifier in next"),
    (On::Credential(0), &[OURS, 14], "accountable"),
    (On::Alone, &[1], "iss"),
    (On::Last, &[OURS, 5], "the exact identifier in next"),
    (On::Alone, &[2], "sub"),
];

fn malformed_identifiers(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::IdentifierInvalid;
    for (n, (id, identifier, what)) in MALFORMED.into_iter().enumerate() {
        let (on, path, claim) = PLACES[n % PLACES.len()];
        let claim_id = path.last().unwrap();
        let what = format!("{claim} is {what}");
        bench.value(wrong, &format!("{id}-{claim_id}"), on, &what, path, text(identifier));
    }
    for (id, at, what) in [
        ("entry-identifier", 4, "an identifier that is revoked is without a scheme"),
        ("entry-accountable", 5, "an accountable entity in an entry is without a scheme"),
    ] {
        bench.value(wrong, id, On::List, what, &[OURS, 22, at, 1], text("worker"));
    }
    for on in LINKS {
        let path: &[i64] = &[OURS, 5, 2, 1];
        let what = "the accountable entity that a role demand names is without a scheme";
        bench.on("decode-rich").value(wrong, "demanded-entity", on, what, path, text("alice"));
        let what = "an attester that a role demand names has an upper-case host";
        let names = Value::Array(vec![text("https://Attest.alice.example")]);
        let fault: &[i64] = &[OURS, 5, 2, 1, 0];
        bench.on("decode-rich").within(wrong, "demanded-attester", on, what, path, names, fault);
    }
}

fn malformed_namespaces(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::IdentifierInvalid;
    let path: &[i64] = &[OURS, 5, 1];
    for (n, (id, namespace, what)) in [
        ("namespace-trailing-slash", "spiffe://prod.example/x/", "the namespace demanded ends with a slash"),
        ("namespace-of-an-arn-without-account", "arn:aws:s3::", "the namespace demanded is an ARN without an account"),
        (
            "namespace-of-an-arn-with-resource",
            "arn:aws:s3:::bucket",
            "the namespace demanded is an ARN with a resource and no account",
        ),
        ("namespace-of-a-short-arn", "arn:aws:iam", "the namespace demanded is an ARN of three fields"),
        ("namespace-of-a-did-method", "did:web", "the namespace demanded is a DID method alone"),
        ("namespace-upper-host", "https://Acme.example", "the namespace demanded has an upper-case host"),
        ("namespace-thumbprint", "urn:ietf:params:oauth:ckt:sha-256:x", "the namespace demanded is a thumbprint URI"),
        ("namespace-wildcard", "spiffe://prod.example/*", "the namespace demanded has a wildcard"),
        ("namespace-no-scheme", "prod.example", "the namespace demanded is without a scheme"),
    ]
    .into_iter()
    .enumerate()
    {
        bench.on("decode-rich").value(wrong, id, LINKS[n % 3], what, path, text(namespace));
    }
    for on in LINKS {
        let required = map([(1, text("prod.example")), (6, Value::Bool(true))]);
        let what = "the namespace in require is without a scheme";
        let fault: &[i64] = &[OURS, 6, 1];
        bench.on("decode-rich").within(wrong, "required-namespace", on, what, &[OURS, 6], required, fault);
    }
}

fn malformed_names(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::IdentifierInvalid;
    for (n, (id, name, what)) in [
        ("nul", "a\u{0}b", "NUL"),
        ("newline", "a\nb", "a line break"),
        ("escape", "\u{1b}[31m", "an escape character"),
        ("unit-separator", "a\u{1f}", "U+001F"),
        ("delete", "a\u{7f}", "U+007F"),
    ]
    .into_iter()
    .enumerate()
    {
        let on = LINKS[n % 3];
        bench.value(wrong, &format!("role-{id}"), on, &format!("role contains {what}"), &[OURS, 3], text(name));
        let path: &[i64] = &[OURS, 15, 0];
        let on = [On::Credential(0), On::Alone][n % 2];
        bench.value(wrong, &format!("vouched-role-{id}"), on, &format!("a role contains {what}"), path, text(name));
        let properties = Value::Map(vec![(text(name), int(2))]);
        let told = format!("a property's name contains {what}");
        bench.inside(wrong, &format!("property-{id}"), on, &told, &[OURS, 16], properties);
        let limits = Value::Map(vec![(text(name), Value::Array(vec![int(0), int(1)]))]);
        let told = format!("an argument's name contains {what}");
        bench.inside(wrong, &format!("argument-{id}"), On::Root, &told, &[OURS, 4, 0, 2], limits);
    }
}

fn thumbprint_uris(bench: &mut Bench<'_>) {
    let wrong = ErrorKind::UnvouchedIdentifier;
    let names = [("own", uri("worker 1")), ("other", "urn:ietf:params:oauth:ckt:x".to_owned())];
    for (n, (on, path, what)) in [
        (On::Root, [1].as_slice(), "iss of a link without cnf"),
        (On::Link(1), &[1], "iss of a link without cnf"),
        (On::Last, &[1], "iss of a link without cnf"),
        (On::Credential(0), &[1], "iss"),
        (On::Credential(0), &[2], "sub"),
        (On::Alone, &[2], "sub"),
        (On::Alone, &[OURS, 14], "accountable"),
        (On::Root, &[OURS, 7, 2], "the origin's accountable entity"),
        (On::List, &[1], "iss"),
        (On::List, &[OURS, 22, 5, 1], "the accountable entity of an entry"),
    ]
    .into_iter()
    .enumerate()
    {
        let (id, name) = &names[n % 2];
        let id = format!("{id}-uri-{}", path.last().unwrap());
        // Whether iss fits depends on cnf, so it is judged when both are known.
        let what = format!("{what} is a thumbprint URI");
        bench.inside(wrong, &id, on, &what, path, text(name));
    }
    for on in LINKS {
        let what = "the accountable entity that a role demand names is a thumbprint URI";
        bench.on("decode-rich").value(wrong, "demanded-entity", on, what, &[OURS, 5, 2, 1], text(&names[1].1));
    }
}
