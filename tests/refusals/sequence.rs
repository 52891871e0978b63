//! Stage 3, V301–V305: links follow each other, and name who signs.

use throughline::issue::ContinuationBuilder;
use throughline::{Digest, ErrorKind, Part};

use crate::common::cbor::{OURS, bytes, int, put, set};
use crate::common::forge::{Forge, content, split};
use crate::common::setting::Setting;
use crate::common::world::{by, called, hop, platform_credential, role_root, through_gateway, vouched, wide_trust};
use crate::common::{chain, contract, credential, grants, key, origin, root, window, worker};

/// Root, then pairs of credential and link.
fn items() -> (Setting, Vec<Vec<u8>>) {
    let setting = Setting::new(wide_trust());
    let token = chain(4);
    setting.accepts(&token);
    (setting, split(&token))
}

#[test]
fn token_without_a_link_rejected() {
    let (setting, items) = items();
    // The credential would have its place before a link that names it.
    setting.refuses(&items[1], ErrorKind::RootMissing, Part::Token);
    let called = split(&called(2));
    setting.refuses(&called[2], ErrorKind::RootMissing, Part::Token);
}

#[test]
fn token_without_its_root_rejected() {
    let (setting, items) = items();
    setting.refuses(&items[1..].concat(), ErrorKind::RootMissing, Part::Link(0));
    setting.refuses(&items[3..].concat(), ErrorKind::RootMissing, Part::Link(0));
    setting.refuses(&items[6], ErrorKind::RootMissing, Part::Link(0));
}

#[test]
fn second_root_rejected() {
    let (setting, items) = items();
    // After the root, in the middle, at the end; its own and another's.
    let other = root().next_anyone().sign(&key("alice")).unwrap();
    for root in [&items[0], &other] {
        for (at, link) in [(1, 1), (3, 2), (7, 4)] {
            let mut again = items.clone();
            again.insert(at, root.clone());
            setting.refuses(&again.concat(), ErrorKind::RootRepeated, Part::Link(link));
        }
    }
    // A whole token after a token.
    setting.refuses(&[items.concat(), items.concat()].concat(), ErrorKind::RootRepeated, Part::Link(4));
}

#[test]
fn link_removed_rejected() {
    let (setting, items) = items();
    for (link, place) in [(1, 2), (2, 4)] {
        let mut fewer = items.clone();
        // With its credential, which nobody else names.
        fewer.drain(place - 1..=place);
        setting.refuses(&fewer.concat(), ErrorKind::PositionWrong, Part::Link(link));
        // The position put right as well: then the digest is not.
        let mut forge = Forge::of(&items.concat());
        forge.items.drain(place - 1..=place);
        for at in usize::from(link)..3 {
            forge.link(at).message.put(&[OURS, 2], int(i64::try_from(at).unwrap()));
        }
        setting.refuses(&forge.token(), ErrorKind::ParentWrong, Part::Link(link));
    }
    // Without the last it is a shorter token, and as good.
    setting.accepts(&items[..5].concat());
}

#[test]
fn link_twice_rejected() {
    let (setting, items) = items();
    for (link, place) in [(1, 2), (2, 4), (3, 6)] {
        let mut twice = items.clone();
        twice.insert(place + 1, items[place].clone());
        setting.refuses(&twice.concat(), ErrorKind::PositionWrong, Part::Link(link + 1));
    }
}

#[test]
fn links_swapped_rejected() {
    let (setting, items) = items();
    for (first, second, link) in [(0, 2, 0), (2, 4, 1), (4, 6, 2)] {
        let mut swapped = items.clone();
        swapped.swap(first, second);
        let kind = if link == 0 { ErrorKind::RootMissing } else { ErrorKind::PositionWrong };
        setting.refuses(&swapped.concat(), kind, Part::Link(link));
    }
}

#[test]
fn position_that_is_not_the_place_rejected() {
    let (setting, items) = items();
    for link in 0..4_u8 {
        for wrong in [0, 1, 2, 3, 4, 15, 16, i64::MAX] {
            if wrong == i64::from(link) {
                continue;
            }
            let mut forge = Forge::of(&items.concat());
            forge.link(link.into()).message.put(&[OURS, 2], int(wrong));
            setting.refuses(&forge.token(), ErrorKind::PositionWrong, Part::Link(link));
        }
    }
}

#[test]
fn parent_that_is_not_the_link_before_rejected() {
    let (setting, items) = items();
    for link in 1..4_u8 {
        let mut forge = Forge::of(&items.concat());
        let before = forge.link(usize::from(link) - 1).message.clone();
        let of_payload = Digest::of(&[content(&before.payload)]);
        let of_bytes = Digest::of(&[&before.encoded()]);
        let own = forge.link(link.into()).message.digest();
        let grandparent = forge.link(usize::from(link).saturating_sub(2)).message.digest();
        let root = forge.link(0).message.digest();
        for wrong in [of_payload, of_bytes, own, Digest([0; 32]), grandparent, root] {
            if wrong == before.digest() {
                continue;
            }
            let mut forge = forge.clone();
            forge.link(link.into()).message.put(&[OURS, 1], bytes(wrong.as_bytes()));
            setting.refuses(&forge.token(), ErrorKind::ParentWrong, Part::Link(link));
        }
    }
}

#[test]
fn tail_of_one_execution_on_the_head_of_another_rejected() {
    let (setting, items) = items();
    // The same keys, grants and window: only the nonce differs.
    let nonce = throughline::issue::OriginClaim { nonce: [8; 16], ..origin() };
    let other = throughline::issue::RootBuilder::new(crate::common::alice(), &nonce, window(), grants());
    let mut other = other.next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for n in 1..4 {
        other = hop(&other, n);
    }
    setting.accepts(&other);
    let other = split(&other);
    for cut in [1, 3, 5] {
        let grafted = [&other[..cut], &items[cut..]].concat().concat();
        setting.refuses(&grafted, ErrorKind::ParentWrong, Part::Link(u8::try_from(cut.div_ceil(2)).unwrap()));
    }
    // An unrelated link in front, and behind.
    let in_front = [other[0].clone(), items.concat()].concat();
    setting.refuses(&in_front, ErrorKind::RootRepeated, Part::Link(1));
    let behind = [items.concat(), other[6].clone()].concat();
    setting.refuses(&behind, ErrorKind::PositionWrong, Part::Link(4));
}

#[test]
fn unknown_signer_of_a_later_link_rejected() {
    let (setting, items) = items();
    for link in 1..4_u8 {
        // The credential is not there.
        let mut without = items.clone();
        without.remove(usize::from(link) * 2 - 1);
        setting.refuses(&without.concat(), ErrorKind::CredentialMissing, Part::Link(link));
        // A key's thumbprint where neither credential nor pin has it; the key is the right one.
        let mut forge = Forge::of(&items.concat());
        let thumbprint = *crate::common::public(&format!("worker {link}")).thumbprint();
        forge.items.remove(usize::from(link) * 2 - 1);
        forge.link(link.into()).message.header(|header| put(header, &[4], bytes(thumbprint.as_bytes())));
        setting.refuses(&forge.token(), ErrorKind::CredentialMissing, Part::Link(link));
    }
}

#[test]
fn unpinned_key_in_the_place_of_a_pinned_one_rejected() {
    let mut setting = Setting::new(wide_trust());
    let token = through_gateway(3);
    setting.accepts(&token);
    setting.trust.pins = throughline::List::empty();
    setting.refuses(&token, ErrorKind::CredentialMissing, Part::Link(1));
}

#[test]
fn credential_the_verifier_does_not_know_rejected() {
    let mut setting = Setting::new(wide_trust());
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let referring = |token: &[u8], n: u8| {
        by(n, ContinuationBuilder::new(token, vouched(n).by_reference(), window()).next_identifier(&worker(n + 1)))
    };
    let token = referring(&referring(&token, 1), 2);
    setting.refuses(&token, ErrorKind::CredentialMissing, Part::Link(1));
    setting.know(&credential(1));
    setting.refuses(&token, ErrorKind::CredentialMissing, Part::Link(2));
    setting.know(&credential(2));
    setting.accepts(&token);
    let digest = throughline::Credential::decode(&credential(1)).unwrap().digest().to_owned();
    assert!(setting.known.forget(&digest));
    setting.refuses(&token, ErrorKind::CredentialMissing, Part::Link(1));
}

#[test]
fn further_credential_that_is_not_there_rejected() {
    let setting = Setting::new(wide_trust());
    let first = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()));
    setting.accepts(&token);
    let mut without = split(&token);
    without.remove(2);
    setting.refuses(&without.concat(), ErrorKind::CredentialMissing, Part::Link(1));
    // In a root too, and in a pinned link.
    let mut forge = Forge::of(&through_gateway(3));
    forge.link(1).message.put(&[OURS, 8], set([bytes(&[7; 32])]));
    setting.refuses(&forge.token(), ErrorKind::CredentialMissing, Part::Link(1));
    let mut forge = Forge::of(&role_root().sign(&key("agent")).unwrap());
    forge.link(0).message.put(&[OURS, 8], set([bytes(&[7; 32])]));
    setting.refuses(&forge.token(), ErrorKind::CredentialMissing, Part::Link(0));
}
