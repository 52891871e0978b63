//! What is taken in beforehand: revocation lists (V1401–V1406) and credentials (V601–V606, V1201, V1202).

use ciborium::Value;
use serde_json::json;
use throughline::issue::{CredentialBuilder, RevocationListBuilder, Signer as _};
use throughline::{Digest, ErrorKind, Part, PublicKey, UnixTime};
use throughline_conformance::{LimitsOf, Vector};

use crate::bundles;
use crate::common::cbor::{OURS, bstr, bytes, cose_key, int, put, set, text};
use crate::common::forge::{Forge, Forged, content, lower_half};
use crate::common::world::{REVOKER, platform_credential};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, credential, key, public, worker};
use crate::suite::{Edit as _, Scenario, Suite};

pub(crate) fn publish(suite: &mut Suite) {
    accepted_lists(suite);
    issuers(suite);
    numbers(suite);
    sizes(suite);
    list_signatures(suite);
    accepted_credentials(suite);
    remits(suite);
    credential_keys(suite);
    credential_signatures(suite);
}

fn numbered(number: u64) -> RevocationListBuilder {
    RevocationListBuilder::new((public("revoker"), REVOKER), number, (NOW.minus(60), NOW.plus(HOUR)))
}

/// List `number`, which revokes the key of this name.
fn list(number: u64, revoked: &str) -> Vec<u8> {
    numbered(number).key(public(revoked).thumbprint()).sign(&key("revoker")).unwrap()
}

fn accepted_lists(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, scenario: Scenario| suite.accept("lists", id, what, scenario);
    add("taken-list-first", "The first list of an issuer.", Scenario::take_list(list(7, "bob")));
    add(
        "taken-list-newer",
        "A newer list than the one held.",
        Scenario::take_list(list(7, "bob")).list(list(6, "bob")),
    );
    add(
        "taken-list-much-newer",
        "The number may leap.",
        Scenario::take_list(list(u64::from(u32::MAX), "bob")).list(list(6, "bob")).flag("edge").step("V1403"),
    );
    add(
        "taken-list-same-again",
        "The list that is held, once more: accepted, and nothing changes.",
        Scenario::take_list(list(7, "bob")).list(list(7, "bob")).flag("edge").step("V1404"),
    );
    let highest = numbered(u64::try_from(i64::MAX).unwrap()).sign(&key("revoker")).unwrap();
    add("taken-list-number-highest", "Number 2⁶³ − 1.", Scenario::take_list(highest).flag("edge").step("V1403"));
    let zero = numbered(0).sign(&key("revoker")).unwrap();
    add(
        "taken-list-number-zero",
        "Number 0, and no entries: nothing is revoked.",
        Scenario::take_list(zero).flag("edge").step("V209"),
    );
    for (id, window, what) in [
        (
            "taken-list-expired",
            (NOW.minus(HOUR), NOW.minus(60)),
            "A list whose window is over: whether it is current is judged in V901.",
        ),
        (
            "taken-list-of-the-future",
            (NOW.plus(HOUR), NOW.plus(2 * HOUR)),
            "A list whose window has not begun: that is judged in V901.",
        ),
        ("taken-list-of-one-second", (NOW, NOW.plus(1)), "A list whose window is one second."),
        ("taken-list-from-zero", (UnixTime(0), UnixTime(1)), "A list issued at 0."),
    ] {
        let list = RevocationListBuilder::new((public("revoker"), REVOKER), 7, window).sign(&key("revoker")).unwrap();
        add(id, what, Scenario::take_list(list).flag("edge").step("V235"));
    }
    let stranger = throughline::issue::Actor::unvouched(public("stray")).identifier().to_owned();
    let named = numbered(7).identifier(&stranger, &[]).identifier(&worker(1), &[]).sign(&key("revoker")).unwrap();
    add(
        "taken-list-of-a-stranger",
        "Identifiers are revoked without keys, one of them the thumbprint URI of an unvouched actor.",
        Scenario::take_list(named).flag("feature").step("V240"),
    );
    let mut two = bundles::revocable();
    bundles::push(&mut two["revokers"], json!({"key": bundles::jwk("mallory"), "name": "https://other.example"}));
    add(
        "taken-list-of-one-issuer-of-two",
        "A lower number than another issuer's list has: each issuer counts for itself.",
        Scenario::take_list(list(7, "bob")).trust(two).list(others(8)).flag("feature").step("V1403"),
    );
    let mut held = bundles::revocable();
    bundles::push(&mut held["revokers"], json!({"key": bundles::jwk("mallory"), "name": REVOKER}));
    let renamed = RevocationListBuilder::new((public("mallory"), REVOKER), 8, (NOW.minus(60), NOW.plus(HOUR)));
    add(
        "taken-list-of-a-second-key",
        "Two issuer keys of one name: numbers count by key.",
        Scenario::take_list(list(7, "bob"))
            .trust(held)
            .list(renamed.sign(&key("mallory")).unwrap())
            .flag("feature")
            .step("V1403"),
    );
    let long = long_list(500);
    let len = u32::try_from(long.len()).unwrap();
    let limits = LimitsOf { list_bytes: Some(len), list_entries: Some(500), ..LimitsOf::default() };
    add(
        "taken-list-at-both-limits",
        "As many bytes and entries as the holder keeps, which is more than any token may have.",
        Scenario::take_list(long).limits(limits).flag("edge").step("V1405"),
    );
    let limits = LimitsOf { list_entries: Some(0), ..LimitsOf::default() };
    add(
        "taken-list-of-no-entries",
        "No entries, and a holder that keeps none.",
        Scenario::take_list(numbered(7).sign(&key("revoker")).unwrap()).limits(limits).flag("edge").step("V1405"),
    );
}

/// A list of `https://other.example`.
fn others(number: u64) -> Vec<u8> {
    let issuer = (public("mallory"), "https://other.example");
    RevocationListBuilder::new(issuer, number, (NOW.minus(60), NOW.plus(HOUR))).sign(&key("mallory")).unwrap()
}

fn long_list(entries: u32) -> Vec<u8> {
    let digest = |n: u32| Digest::of(&[&n.to_be_bytes()]);
    (0..entries).fold(numbered(7), |list, n| list.link(&digest(n))).sign(&key("revoker")).unwrap()
}

/// Spoils a list.
fn refuse(suite: &mut Suite, twin: &str, id: &str, kind: ErrorKind, what: &str, change: impl FnOnce(&mut Vector)) {
    suite.spoil(twin, &format!("v{}-{id}", kind.number()), kind, Part::RevocationList, what, change);
}

/// Edits the list that is taken in.
fn edit_list(vector: &mut Vector, edit: impl FnOnce(&mut Forged)) {
    let mut forge = Forge::of(&vector.list.as_ref().unwrap().0);
    edit(&mut forge.items[0]);
    vector.list = Some(forge.token().into());
}

fn issuers(suite: &mut Suite) {
    let wrong = ErrorKind::ListIssuerUnknown;
    let sign_as = |vector: &mut Vector, name: &str| {
        edit_list(vector, |item| {
            item.message.header(|header| put(header, &[4], bytes(public(name).thumbprint().as_bytes())));
            name.clone_into(&mut item.signer);
        });
    };
    for (id, name, what) in [
        ("strangers-key", "mallory", "Signed by a key that is not in the bundle, under the issuer's name."),
        ("attesters-key", "attester", "Signed by an attester's key, under the issuer's name."),
        ("origins-key", "alice", "Signed by an identity origin's key, under the issuer's name."),
        ("pinned-key", "gateway", "Signed by a pinned key, under the issuer's name."),
    ] {
        refuse(suite, "taken-list-first", id, wrong, what, |vector| sign_as(vector, name));
    }
    refuse(suite, "taken-list-first", "nobody-revokes", wrong, "The bundle has no revocation issuers.", |vector| {
        vector.edit_trust(|trust| trust["revokers"] = json!([]));
    });
    refuse(
        suite,
        "taken-list-newer",
        "other-issuer",
        wrong,
        "Signed by a stranger, after a list of the issuer.",
        |vector| {
            sign_as(vector, "mallory");
        },
    );
    let wrong = ErrorKind::ListIssuerName;
    for (id, name, what) in [
        ("other-name", "https://other.example", "iss is another name."),
        ("longer-name", "https://revoke.alice.example/x", "iss is a name below the issuer's."),
        ("shorter-name", "https://alice.example", "iss is the accountable entity that the issuer may revoke for."),
        ("attesters-name", ATTESTER, "iss is an attester's name."),
    ] {
        refuse(suite, "taken-list-first", id, wrong, what, |vector| {
            edit_list(vector, |item| item.message.put(&[1], text(name)));
        });
    }
    refuse(
        suite,
        "taken-list-first",
        "renamed",
        wrong,
        "The bundle has another name for the issuer's key.",
        |vector| {
            vector.edit_trust(|trust| trust["revokers"][0]["name"] = json!("https://revoke.bob.example"));
        },
    );
}

fn numbers(suite: &mut Suite) {
    let wrong = ErrorKind::ListNumberLower { held: 0, number: 0 };
    refuse(suite, "taken-list-newer", "one-lower", wrong, "One below the number of the list held.", |vector| {
        vector.list = Some(list(5, "bob").into());
    });
    refuse(suite, "taken-list-newer", "zero", wrong, "Number 0 after number 6.", |vector| {
        vector.list = Some(list(0, "bob").into());
    });
    refuse(suite, "taken-list-newer", "one-higher-held", wrong, "A list with a number one higher is held.", |vector| {
        vector.lists = vec![list(8, "bob").into()];
    });
    refuse(
        suite,
        "taken-list-newer",
        "newest-of-two-held",
        wrong,
        "The second of two lists held is newer.",
        |vector| {
            vector.lists = vec![list(6, "bob").into(), list(9, "bob").into()];
        },
    );
    refuse(suite, "taken-list-newer", "later-window", wrong, "An older number with a later window.", |vector| {
        let later = (NOW, NOW.plus(24 * HOUR));
        let issuer = (public("revoker"), REVOKER);
        vector.list = Some(RevocationListBuilder::new(issuer, 5, later).sign(&key("revoker")).unwrap().into());
    });
    let wrong = ErrorKind::ListNumberReused;
    let bob = *public("bob").thumbprint();
    for (id, list, what) in [
        (
            "other-key",
            numbered(7).key(public("alice").thumbprint()),
            "The number of the list held, with another key revoked.",
        ),
        ("nothing-revoked", numbered(7), "The number of the list held, with nothing revoked."),
        (
            "more-revoked",
            numbered(7).key(&bob).consent(&Digest::of(&[b"consent"])),
            "The number of the list held, with more revoked.",
        ),
    ] {
        refuse(suite, "taken-list-same-again", id, wrong, what, |vector| {
            vector.list = Some(list.sign(&key("revoker")).unwrap().into());
        });
    }
    refuse(
        suite,
        "taken-list-same-again",
        "other-window",
        wrong,
        "The number of the list held, a second longer.",
        |vector| {
            let window = (NOW.minus(60), NOW.plus(HOUR + 1));
            let list = RevocationListBuilder::new((public("revoker"), REVOKER), 7, window);
            vector.list = Some(list.key(public("bob").thumbprint()).sign(&key("revoker")).unwrap().into());
        },
    );
}

fn sizes(suite: &mut Suite) {
    let wrong = ErrorKind::ListTooLarge;
    let len = u32::try_from(long_list(500).len()).unwrap();
    for (id, bytes, entries, what) in [
        ("one-byte-more", len - 1, 500, "One byte more than the holder keeps."),
        ("one-entry-more", len, 499, "One entry more than the holder keeps."),
        ("no-bytes-kept", 0, 500, "A holder that keeps no bytes."),
        ("no-entries-kept", len, 0, "A holder that keeps no entries."),
    ] {
        refuse(suite, "taken-list-at-both-limits", id, wrong, what, |vector| {
            let limits = LimitsOf { list_bytes: Some(bytes), list_entries: Some(entries), ..LimitsOf::default() };
            vector.limits = Some(limits);
        });
    }
}

fn list_signatures(suite: &mut Suite) {
    let wrong = ErrorKind::ListSignatureInvalid;
    for (id, what, seal) in wrong_signatures("revoker", &list(8, "bob")) {
        let what = format!("Revocation list: {what}.");
        refuse(suite, "taken-list-first", id, wrong, &what, |vector| {
            edit_list(vector, |item| item.seal = Some(seal(item)));
        });
    }
    refuse(
        suite,
        "taken-list-newer",
        "changed-after-signing",
        wrong,
        "Revocation list: an entry was changed after it was signed.",
        |vector| {
            edit_list(vector, |item| {
                let seal = item.message.seal.clone();
                let other = Value::Array(vec![int(1), bytes(public("worker 1").thumbprint().as_bytes())]);
                item.message.put(&[OURS, 22], set([other]));
                item.seal = Some(seal);
            });
        },
    );
}

type Seal = Box<dyn Fn(&Forged) -> Vec<u8>>;

/// Well-formed signatures that do not verify: an id, what is wrong, and how it is made.
fn wrong_signatures(signer: &'static str, other: &[u8]) -> Vec<(&'static str, &'static str, Seal)> {
    let other = Forge::of(other).items.remove(0).message.seal;
    let over = move |bytes: &[u8]| {
        let digest = Digest::of(&[bytes]);
        bstr(&lower_half(key(signer).sign(&digest).unwrap()))
    };
    let structure = |context: &str, aad: &[u8], item: &Forged| {
        let context = crate::common::cbor::encode(&text(context));
        [b"\x84".as_slice(), &context, &item.message.protected, &bstr(aad), &item.message.payload].concat()
    };
    vec![
        (
            "another-key",
            "signed by a stranger's key",
            Box::new(|item| bstr(&lower_half(key("bob").sign(&item.message.digest()).unwrap()))),
        ),
        ("another-message", "the signature of another one of the same signer", Box::new(move |_| other.clone())),
        (
            "r-and-s-exchanged",
            "r and s are exchanged, s still in its lower half",
            Box::new(|item| {
                let seal = content(&item.message.seal);
                let swapped: [u8; 64] = [&seal[32..], &seal[..32]].concat().try_into().unwrap();
                bstr(&lower_half(swapped))
            }),
        ),
        (
            "counter-signature-context",
            "signed as a CounterSignature",
            Box::new(move |item| over(&structure("CounterSignature", b"", item))),
        ),
        (
            "external-data",
            "signed with external data",
            Box::new(move |item| over(&structure("Signature1", b"x", item))),
        ),
        ("bytes-alone", "signed over the payload alone", Box::new(move |item| over(content(&item.message.payload)))),
        (
            "r-and-s-one",
            "r and s are 1",
            Box::new(|_| {
                let mut ones = [0; 64];
                ones[31] = 1;
                ones[63] = 1;
                bstr(&ones)
            }),
        ),
        (
            "bit-flipped",
            "a bit of r is flipped",
            Box::new(|item| {
                let mut seal = item.message.seal.clone();
                seal[20] ^= 1;
                seal
            }),
        ),
    ]
}

fn accepted_credentials(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, scenario: Scenario| suite.accept("known", id, what, scenario);
    add(
        "taken-credential-of-the-platform",
        "Another attester's, without roles.",
        Scenario::take_credential(platform_credential(1)),
    );
    let says = |sub: &str, accountable: &str| {
        let window = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
        let builder =
            CredentialBuilder::new((public("attester"), ATTESTER), sub, *public("worker 1").key(), accountable, window);
        builder.sign(&key("attester")).unwrap()
    };
    for (id, sub, accountable, step, what) in [
        (
            "sub-is-the-namespace",
            "spiffe://prod.example/ns/calendar",
            ALICE,
            "V603",
            "sub is the attester's namespace itself.",
        ),
        (
            "accountable-below",
            &worker(1),
            "https://alice.example/team",
            "V604",
            "accountable is below the attester's namespace.",
        ),
        ("without-facts", &worker(1), ALICE, "V605", "Neither roles nor properties."),
    ] {
        add(
            &format!("taken-credential-{id}"),
            what,
            Scenario::take_credential(says(sub, accountable)).flag("edge").step(step),
        );
    }
    let window = (NOW.minus(2 * HOUR), NOW.minus(HOUR));
    let expired =
        CredentialBuilder::new((public("attester"), ATTESTER), &worker(1), *public("worker 1").key(), ALICE, window);
    let expired = Scenario::take_credential(expired.sign(&key("attester")).unwrap());
    add(
        "taken-credential-expired",
        "An expired credential: whether it is current is judged in V611.",
        expired.flag("edge").step("V611"),
    );
    let mut two = bundles::wide();
    let mut second = two["attesters"][0].clone();
    second["key"] = bundles::jwk("mallory");
    second["roles"] = json!([]);
    bundles::push(&mut two["attesters"], second);
    let scenario = Scenario::take_credential(credential(1)).trust(two).flag("feature").step("V605");
    add(
        "taken-credential-of-one-key-of-two",
        "Two attesters of one name: what each may vouch for counts by key.",
        scenario,
    );
}

fn refuse_credential(
    suite: &mut Suite,
    twin: &str,
    id: &str,
    kind: ErrorKind,
    what: &str,
    change: impl FnOnce(&mut Vector),
) {
    let id = format!("v{}-taken-in-{id}", kind.number());
    suite.spoil(twin, &id, kind, Part::Credential(0), &format!("Credential taken in beforehand: {what}."), change);
}

fn edit_credential(vector: &mut Vector, edit: impl FnOnce(&mut Forged)) {
    let mut forge = Forge::of(&vector.credential.as_ref().unwrap().0);
    edit(&mut forge.items[0]);
    vector.credential = Some(forge.token().into());
}

fn remits(suite: &mut Suite) {
    let wrong = ErrorKind::AttesterUnknown;
    for (id, name, what) in [
        ("strangers-key", "mallory", "signed by a key that is not in the bundle"),
        ("revokers-key", "revoker", "signed by a key that is not in the bundle, though elsewhere a revoker's"),
        ("origins-key", "alice", "signed by an identity origin's key"),
        ("pinned-key", "gateway", "signed by a pinned key"),
    ] {
        let twin = if name == "gateway" { "taken-credential-of-the-platform" } else { "decode-lone-credential" };
        refuse_credential(suite, twin, id, wrong, what, |vector| {
            edit_credential(vector, |item| {
                item.message.header(|header| put(header, &[4], bytes(public(name).thumbprint().as_bytes())));
                name.clone_into(&mut item.signer);
            });
        });
    }
    refuse_credential(
        suite,
        "decode-lone-credential",
        "rotated-key",
        wrong,
        "the bundle has another key for the attester",
        |vector| {
            vector.edit_trust(|trust| trust["attesters"][0]["key"] = bundles::jwk("mallory"));
        },
    );
    let claims: [(ErrorKind, &str, &[i64], Value, &str); 14] = [
        (
            ErrorKind::AttesterNameMismatch,
            "other-name",
            &[1],
            text("https://other.example"),
            "iss is a name that nobody has",
        ),
        (
            ErrorKind::AttesterNameMismatch,
            "name-of-another-attester",
            &[1],
            text(ATTESTER),
            "iss is another attester's name",
        ),
        (
            ErrorKind::IdentifierOutsideRemit,
            "longer-namespace",
            &[2],
            text("spiffe://prod.example/ns/calendars/x"),
            "sub begins with the namespace's letters, and goes on in the same segment",
        ),
        (
            ErrorKind::IdentifierOutsideRemit,
            "parent-namespace",
            &[2],
            text("spiffe://prod.example/ns"),
            "sub is above the namespace",
        ),
        (
            ErrorKind::IdentifierOutsideRemit,
            "other-domain",
            &[2],
            text("spiffe://prod.example.evil/ns/calendar/x"),
            "sub has another trust domain",
        ),
        (
            ErrorKind::IdentifierOutsideRemit,
            "other-case",
            &[2],
            text("spiffe://prod.example/NS/calendar/x"),
            "sub differs in case",
        ),
        (
            ErrorKind::AccountableOutsideRemit,
            "other-entity",
            &[OURS, 14],
            text("https://bob.example"),
            "accountable is another tenant",
        ),
        (
            ErrorKind::AccountableOutsideRemit,
            "longer-host",
            &[OURS, 14],
            text("https://alice.example.evil"),
            "accountable begins with the entity's letters",
        ),
        (
            ErrorKind::AccountableOutsideRemit,
            "evil-prefix",
            &[OURS, 14],
            text("https://evil-alice.example"),
            "accountable ends with the entity's letters",
        ),
        (
            ErrorKind::RoleOutsideRemit,
            "other-role",
            &[OURS, 15],
            set([text("admin")]),
            "a role that the attester may not vouch for",
        ),
        (
            ErrorKind::RoleOutsideRemit,
            "one-of-two-roles",
            &[OURS, 15],
            set([text(ROLE), text("admin")]),
            "one of two roles is not the attester's to vouch for",
        ),
        (
            ErrorKind::RoleOutsideRemit,
            "role-in-another-case",
            &[OURS, 15],
            set([text("Reader")]),
            "a role differs in case",
        ),
        (
            ErrorKind::PropertyOutsideRemit,
            "other-property",
            &[OURS, 16],
            Value::Map(vec![(text("file-system"), int(2))]),
            "a property that the attester may not state",
        ),
        (
            ErrorKind::PropertyOutsideRemit,
            "property-of-another",
            &[OURS, 16],
            Value::Map(vec![(text("hardware"), int(2)), (text("executables"), int(2))]),
            "one of two properties is another attester's to state",
        ),
    ];
    for (kind, id, path, value, what) in claims {
        let of_another = ["name-of-another-attester", "property-of-another"].contains(&id);
        let twin = if of_another { "taken-credential-of-the-platform" } else { "decode-lone-credential" };
        refuse_credential(suite, twin, id, kind, what, |vector| {
            edit_credential(vector, |item| item.message.put(path, value));
        });
    }
    for (kind, id, member, value, what) in [
        (
            ErrorKind::AttesterNameMismatch,
            "renamed",
            "name",
            json!("https://attest.bob.example"),
            "the bundle has another name for the attester's key",
        ),
        (
            ErrorKind::IdentifierOutsideRemit,
            "no-namespaces",
            "namespaces",
            json!([]),
            "the bundle gives the attester no namespaces",
        ),
        (
            ErrorKind::AccountableOutsideRemit,
            "no-entities",
            "accountable",
            json!([]),
            "the bundle gives the attester no accountable entities",
        ),
        (
            ErrorKind::PropertyOutsideRemit,
            "no-properties",
            "properties",
            json!(["executables"]),
            "the bundle lets the attester state one property less",
        ),
        (
            ErrorKind::RoleOutsideRemit,
            "no-roles",
            "roles",
            json!([]),
            "the bundle lets the attester vouch for no roles",
        ),
    ] {
        refuse_credential(suite, "decode-lone-credential", id, kind, what, |vector| {
            vector.edit_trust(|trust| trust["attesters"][0][member] = value);
        });
    }
}

/// Coordinates that are no point: a point whose y is changed, zeros, and an x that is too large for the field.
pub(crate) fn off_curve() -> [(&'static str, PublicKey, &'static str); 4] {
    let key = *public("worker 1").key();
    let mut y = *key.y();
    y[31] ^= 1;
    let p = "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
    let p: Vec<u8> = (0..32).map(|n| u8::from_str_radix(&p[2 * n..2 * n + 2], 16).unwrap()).collect();
    [
        ("changed-y", PublicKey::from_coordinates(*key.x(), y), "y differs in a bit"),
        ("zeros", PublicKey::from_coordinates([0; 32], [0; 32]), "x and y are 0"),
        ("field-prime", PublicKey::from_coordinates(p.try_into().unwrap(), *key.y()), "x is the field's prime"),
        ("ones", PublicKey::from_coordinates([0xff; 32], [0xff; 32]), "x and y are 2²⁵⁶ − 1"),
    ]
}

fn credential_keys(suite: &mut Suite) {
    for (id, key, what) in off_curve() {
        let what = format!("the key in cnf is no point of the curve: {what}");
        refuse_credential(suite, "decode-lone-credential", id, ErrorKind::KeyOffCurve, &what, |vector| {
            edit_credential(vector, |item| item.message.put(&[8, 1], cose_key(&key)));
        });
    }
}

fn credential_signatures(suite: &mut Suite) {
    let wrong = ErrorKind::SignatureInvalid;
    for (id, what, seal) in wrong_signatures("attester", &credential(2)) {
        refuse_credential(suite, "decode-lone-credential", id, wrong, what, |vector| {
            edit_credential(vector, |item| item.seal = Some(seal(item)));
        });
    }
    refuse_credential(
        suite,
        "decode-lone-credential",
        "changed-after-signing",
        wrong,
        "sub was changed after it was signed",
        |vector| {
            edit_credential(vector, |item| {
                let seal = item.message.seal.clone();
                item.message.put(&[2], text(&worker(2)));
                item.seal = Some(seal);
            });
        },
    );
    let what = "signed by another attester of the bundle, under this one's kid and name";
    refuse_credential(suite, "taken-credential-of-the-platform", "another-attester", wrong, what, |vector| {
        edit_credential(vector, |item| "attester".clone_into(&mut item.signer));
    });
}
