//! The items of an artifact, one by one.

use serde::Serialize;
use serde_json::{Value as Json, json};
use throughline::bundle::GrantsAsJson;
use throughline::{
    Credential, Digest, Entry, ErrorKind, HandOver, Keys, Limits, Link, Proof, ProofKind, PublicKey, RevocationList,
    Token, Window,
};
use throughline_gate::{GrantFacts, origin_kind, property_json};

use crate::artifact::Artifact;
use crate::clock::Utc;
use crate::digests::to_hex;
use crate::failure::Failure;
use crate::plain::Plain;
use crate::show;

/// One item.
#[derive(Serialize)]
pub(super) struct Item {
    pub(super) kind: &'static str,
    /// Counted from 0 among its kind.
    pub(super) index: usize,
    pub(super) offset: usize,
    pub(super) bytes: usize,
    pub(super) digest: Option<String>,
    pub(super) claims: Json,
    /// The same for people: labels and values, in the order of interest.
    #[serde(skip)]
    pub(super) rows: Vec<(&'static str, String)>,
}

/// Takes an artifact of any kind apart.
pub(super) fn read(artifact: &Artifact) -> Result<Vec<Item>, Failure> {
    let bytes = &artifact.bytes;
    let refuse = |error| Failure::refused(&artifact.label)(error);
    let token = match Token::decode(bytes, &Limits::DEFAULT) {
        Ok(token) => token,
        Err(error) => {
            // A first item of another type is another artifact.
            return match (error.kind, other(bytes)) {
                (ErrorKind::WrongTyp | ErrorKind::WrongTag | ErrorKind::TokenTooLarge { .. }, Some(read)) => {
                    read.map(|item| vec![item]).map_err(refuse)
                }
                _ => Err(refuse(error)),
            };
        }
    };
    Ok(of_token(bytes, &token))
}

/// A proof or a revocation list; none where it is neither.
fn other(bytes: &[u8]) -> Option<Result<Item, throughline::Error>> {
    let foreign = |error: &throughline::Error| {
        matches!(error.kind, ErrorKind::WrongTyp | ErrorKind::WrongTag | ErrorKind::ProofTooLarge { .. })
    };
    match Proof::decode(bytes, &Limits::DEFAULT) {
        Ok(read) => return Some(Ok(proof(&read, bytes.len()))),
        Err(error) if !foreign(&error) => return Some(Err(error)),
        Err(_) => {}
    }
    match RevocationList::decode(bytes) {
        Ok(read) => Some(Ok(list(&read, bytes.len()))),
        Err(error) if !foreign(&error) => Some(Err(error)),
        Err(_) => None,
    }
}

/// The three kinds of a token in the order in which they stand: the lengths of the items say which is next.
fn of_token(bytes: &[u8], token: &Token<'_>) -> Vec<Item> {
    let (mut links, mut credentials, mut handovers) = (token.links(), token.credentials(), token.handovers());
    let mut items = Vec::new();
    let (mut counts, mut offset) = ([0_usize; 3], 0_usize);
    for length in lengths(bytes) {
        let slice = bytes.get(offset..offset.saturating_add(length)).unwrap_or_default();
        let Ok(alone) = Token::decode(slice, &Limits::DEFAULT) else { break };
        let (mut item, kind) = if alone.credentials().next().is_some() {
            (credentials.next().map(credential), 0)
        } else if alone.handovers().next().is_some() {
            (handovers.next().map(hand_over), 1)
        } else {
            (links.next().map(link), 2)
        };
        if let (Some(item), Some(count)) = (&mut item, counts.get_mut(kind)) {
            (item.index, item.offset, item.bytes) = (*count, offset, length);
            *count = count.saturating_add(1);
        }
        items.extend(item);
        offset = offset.saturating_add(length);
    }
    items
}

/// The lengths of a sequence of COSE_Sign1 items that was read before: tag, array of four, byte string, empty map, two byte strings.
fn lengths(bytes: &[u8]) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut rest = bytes;
    while let Some(after) = after_item(rest) {
        lengths.push(rest.len().saturating_sub(after.len()));
        rest = after;
    }
    lengths
}

fn after_item(bytes: &[u8]) -> Option<&[u8]> {
    let rest = after_string(bytes.get(2..)?)?;
    after_string(after_string(rest.get(1..)?)?)
}

fn after_string(bytes: &[u8]) -> Option<&[u8]> {
    let (length, head) = match *bytes {
        [short @ 0x40..=0x57, ..] => (usize::from(short).checked_sub(0x40)?, 1),
        [0x58, length, ..] => (usize::from(length), 2),
        [0x59, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), 3),
        _ => return None,
    };
    bytes.get(length.checked_add(head)?..)
}

fn link(link: &Link<'_>) -> Item {
    let mut rows = vec![("actor", Plain(link.identifier()).to_string())];
    match (link.role(), link.carried_key()) {
        (Some(role), _) => rows.push(("role", Plain(role).to_string())),
        (None, Some(_)) => rows.push(("key", "carried here, vouched for by nobody".to_owned())),
        (None, None) => {}
    }
    if let Some(origin) = link.origin() {
        rows.push(("origin", format!("{} of {}", origin_kind(origin.kind()), Plain(origin.accountable()))));
        rows.extend(origin.consent().map(|consent| ("consent", consent.to_string())));
    }
    rows.push(("kid", link.kid().to_string()));
    rows.extend(link.also().map(|digest| ("also", digest.to_string())));
    rows.extend(link.parent().map(|parent| ("parent", parent.to_string())));
    rows.push(("window", window(link.window())));
    match link.grants() {
        Some(grants) if grants.is_empty() => rows.push(("grants", "nothing".to_owned())),
        Some(grants) => rows.extend(grants.iter().map(|grant| ("grant", show::grant(&GrantFacts::from(&grant))))),
        None => rows.push(("grants", "as before".to_owned())),
    }
    rows.push(("next", show::next(link.next().as_ref())));
    rows.extend(link.require().map(|require| ("require", show::contract(&require))));
    rows.extend(link.handover().map(|digest| ("hand-over", digest.to_string())));
    rows.extend(link.agree().map(|key| ("agree", key.thumbprint().to_string())));
    rows.extend(link.task().map(|digest| ("task", digest.to_string())));
    rows.extend(link.evidence().map(|digest| ("evidence", digest.to_string())));
    rows.extend(link.cause().map(|digest| ("cause", digest.to_string())));
    let claims = json!({
        "position": link.position(),
        "identifier": link.identifier(),
        "role": link.role(),
        "kid": link.kid().to_string(),
        "carried_key": link.carried_key().map(|key| key.thumbprint().to_string()),
        "also": hexes(link.also()),
        "parent": link.parent().map(|digest| digest.to_string()),
        "issued": link.window().issued().0,
        "start": link.window().start().0,
        "expires": link.window().end().0,
        "origin": link.origin().map(|origin| json!({
            "kind": origin_kind(origin.kind()),
            "accountable": origin.accountable(),
            "nonce": to_hex(origin.nonce()),
            "consent": origin.consent().map(|digest| digest.to_string()),
        })),
        "grants": link.grants().map(|grants| serde_json::to_value(GrantsAsJson(grants)).unwrap_or_default()),
        "next": show::next_json(link.next().as_ref()),
        "require": link.require().map(|require| show::contract_json(&require)),
        "hand_over": link.handover().map(|digest| digest.to_string()),
        "agree": link.agree().map(|key: PublicKey| key.thumbprint().to_string()),
        "task": link.task().map(|digest| digest.to_string()),
        "evidence": hexes(link.evidence()),
        "cause": link.cause().map(|digest| digest.to_string()),
    });
    item("link", Some(link.digest()), claims, rows)
}

fn credential(credential: &Credential<'_>) -> Item {
    let roles: Vec<&str> = credential.roles().collect();
    let shown = |role: &&str| Plain(role).to_string();
    let mut rows = vec![
        ("attester", Plain(credential.attester()).to_string()),
        ("subject", Plain(credential.subject()).to_string()),
        ("accountable", Plain(credential.accountable()).to_string()),
        (
            "roles",
            if roles.is_empty() { "none".to_owned() } else { roles.iter().map(shown).collect::<Vec<_>>().join(", ") },
        ),
    ];
    rows.extend(
        credential
            .properties()
            .map(|(name, value)| ("property", format!("{} = {}", Plain(name), show::property(value)))),
    );
    rows.push(("key", credential.key().thumbprint().to_string()));
    rows.push(("kid", credential.attester_key().to_string()));
    rows.push(("window", window(credential.window())));
    rows.extend(credential.nonce().map(|nonce| ("nonce", to_hex(nonce))));
    let properties: serde_json::Map<String, Json> =
        credential.properties().map(|(name, value)| (name.to_owned(), property_json(&value))).collect();
    let claims = json!({
        "attester": credential.attester(),
        "subject": credential.subject(),
        "accountable": credential.accountable(),
        "roles": roles,
        "properties": properties,
        "key": credential.key().thumbprint().to_string(),
        "kid": credential.attester_key().to_string(),
        "issued": credential.window().issued().0,
        "start": credential.window().start().0,
        "expires": credential.window().end().0,
        "nonce": credential.nonce().map(to_hex),
    });
    item("credential", Some(credential.digest()), claims, rows)
}

fn hand_over(given: &HandOver<'_>) -> Item {
    let mut rows = vec![
        ("to", Plain(given.to()).to_string()),
        ("continues", given.head().to_string()),
        ("kid", given.kid().to_string()),
        ("expires", Utc(given.expires()).to_string()),
    ];
    rows.extend(given.task().map(|digest| ("task", digest.to_string())));
    let claims = json!({
        "to": given.to(),
        "head": given.head().to_string(),
        "kid": given.kid().to_string(),
        "expires": given.expires().0,
        "task": given.task().map(|digest| digest.to_string()),
    });
    item("hand-over", Some(given.digest()), claims, rows)
}

fn proof(proof: &Proof<'_>, bytes: usize) -> Item {
    let seal = match proof.kind() {
        ProofKind::Signed => "signature",
        ProofKind::Mac => "MAC",
    };
    let mut rows = vec![
        ("audience", Plain(proof.audience()).to_string()),
        ("head", proof.head().to_string()),
        ("request", proof.request().to_string()),
        ("issued", Utc(proof.issued()).to_string()),
        ("seal", seal.to_owned()),
        ("kid", proof.kid().to_string()),
        ("nonce", to_hex(proof.nonce())),
    ];
    rows.extend(proof.agreement().map(|key| ("agreement", key.to_string())));
    let claims = json!({
        "audience": proof.audience(),
        "head": proof.head().to_string(),
        "request": proof.request().to_string(),
        "issued": proof.issued().0,
        "seal": seal,
        "kid": proof.kid().to_string(),
        "nonce": to_hex(proof.nonce()),
        "agreement": proof.agreement().map(ToString::to_string),
    });
    Item { bytes, ..item("proof", None, claims, rows) }
}

fn list(list: &RevocationList<'_>, bytes: usize) -> Item {
    let mut rows = vec![
        ("issuer", Plain(list.name()).to_string()),
        ("kid", list.issuer().to_string()),
        ("number", list.number().to_string()),
        ("window", format!("{} to {}", Utc(list.issued()), Utc(list.expires()))),
    ];
    rows.extend(list.entries().map(|entry| ("revokes", entry_text(&entry))));
    let claims = json!({
        "issuer": list.name(),
        "kid": list.issuer().to_string(),
        "number": list.number(),
        "issued": list.issued().0,
        "expires": list.expires().0,
        "entries": list.entries().map(|entry| entry_json(&entry)).collect::<Vec<_>>(),
    });
    Item { bytes, ..item("revocation-list", Some(list.digest()), claims, rows) }
}

fn entry_text(entry: &Entry<'_>) -> String {
    let with = |keys: &Keys<'_>| match keys.iter().count() {
        0 => String::new(),
        count => format!(" and {count} of its keys"),
    };
    match entry {
        Entry::Link(digest) => format!("link {digest} and everything after it"),
        Entry::Key(thumbprint) => format!("key {thumbprint}"),
        Entry::Credential(digest, keys) => format!("credential {digest}{}", with(keys)),
        Entry::Identifier(identifier, keys) => format!("{}{}", Plain(identifier), with(keys)),
        Entry::Consent(digest) => format!("consent {digest}"),
        Entry::Issued { accountable, before } => {
            format!("links of {} from before {}", Plain(accountable), Utc(*before))
        }
    }
}

fn entry_json(entry: &Entry<'_>) -> Json {
    match entry {
        Entry::Link(digest) => json!({ "link": digest.to_string() }),
        Entry::Key(thumbprint) => json!({ "key": thumbprint.to_string() }),
        Entry::Credential(digest, keys) => json!({ "credential": digest.to_string(), "keys": hexes(keys.iter()) }),
        Entry::Identifier(identifier, keys) => json!({ "identifier": identifier, "keys": hexes(keys.iter()) }),
        Entry::Consent(digest) => json!({ "consent": digest.to_string() }),
        Entry::Issued { accountable, before } => json!({ "accountable": accountable, "before": before.0 }),
    }
}

fn item(kind: &'static str, digest: Option<&Digest>, claims: Json, rows: Vec<(&'static str, String)>) -> Item {
    Item { kind, index: 0, offset: 0, bytes: 0, digest: digest.map(ToString::to_string), claims, rows }
}

fn window(window: &Window) -> String {
    let issued =
        if window.issued() == window.start() { String::new() } else { format!(", issued {}", Utc(window.issued())) };
    format!("{} to {}{issued}", Utc(window.start()), Utc(window.end()))
}

fn hexes(digests: impl Iterator<Item = Digest>) -> Vec<String> {
    digests.map(|digest| digest.to_string()).collect()
}
