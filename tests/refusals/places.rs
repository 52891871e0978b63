//! Stage 3, V306–V308: credentials and hand-overs stand where the format puts them and nowhere else.

use throughline::issue::ContinuationBuilder;
use throughline::{ErrorKind, Part};

use crate::common::forge::split;
use crate::common::setting::Setting;
use crate::common::world::{by, called, platform_credential, platform_says, stranger, vouched, wide_trust};
use crate::common::{HOUR, NOW, chain, contract, credential, key, root, window, worker};

/// Root, then pairs of credential and link.
fn items() -> (Setting, Vec<Vec<u8>>) {
    let setting = Setting::new(wide_trust());
    let token = chain(4);
    setting.accepts(&token);
    (setting, split(&token))
}

#[test]
fn credential_that_nobody_names_rejected() {
    let (setting, items) = items();
    // Before the root, before and behind the first link, before the last, and at the end.
    for (place, nth) in [(0, 0), (1, 0), (2, 1), (6, 3), (7, 3)] {
        let mut more = items.clone();
        more.insert(place, credential(9));
        setting.refuses(&more.concat(), ErrorKind::CredentialMisplaced, Part::Credential(nth));
    }
}

#[test]
fn credential_too_early_rejected() {
    let (setting, items) = items();
    // Link 2's before link 1's, behind it, and before the root.
    for (place, nth) in [(1, 0), (2, 1), (0, 0)] {
        let mut moved = items.clone();
        let early = moved.remove(3);
        moved.insert(place, early);
        setting.refuses(&moved.concat(), ErrorKind::CredentialMisplaced, Part::Credential(nth));
    }
}

#[test]
fn credential_behind_its_link_rejected() {
    let (setting, items) = items();
    let mut swapped = items.clone();
    swapped.swap(5, 6);
    // The link does not find it, for it looks only at what stands before.
    setting.refuses(&swapped.concat(), ErrorKind::CredentialMissing, Part::Link(3));
}

#[test]
fn credential_twice_rejected() {
    let (setting, items) = items();
    // At once, before the next link, and at the end.
    for (place, nth) in [(1, 1), (3, 1), (5, 2), (7, 3)] {
        let mut twice = items.clone();
        twice.insert(place, items[1].clone());
        setting.refuses(&twice.concat(), ErrorKind::CredentialMisplaced, Part::Credential(nth));
    }
}

/// Worker 1 acts twice: its credential stands before its first link.
fn same_actor_twice() -> Vec<Vec<u8>> {
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(1)));
    split(&by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(2))))
}

#[test]
fn credential_again_before_a_later_link_that_names_it_rejected() {
    let setting = Setting::new(wide_trust());
    let mut items = same_actor_twice();
    assert_eq!(items.len(), 4);
    setting.accepts(&items.concat());
    // §3.3: before a link stand those credentials that it is the first to name.
    items.insert(3, credential(1));
    setting.refuses(&items.concat(), ErrorKind::CredentialMisplaced, Part::Credential(1));
}

#[test]
fn credential_inline_after_it_was_named_by_reference_rejected() {
    let mut setting = Setting::new(wide_trust());
    setting.know(&credential(1));
    let mut items = same_actor_twice();
    items.remove(1);
    setting.accepts(&items.concat());
    // The second link is not the first to name it.
    items.insert(2, credential(1));
    setting.refuses(&items.concat(), ErrorKind::CredentialMisplaced, Part::Credential(0));
}

#[test]
fn inline_copy_of_a_known_credential_behind_its_link_rejected() {
    let mut setting = Setting::new(wide_trust());
    setting.know(&credential(1));
    let mut items = same_actor_twice();
    items.remove(1);
    setting.accepts(&items.concat());
    for place in [2, 3] {
        let mut behind = items.clone();
        behind.insert(place, credential(1));
        setting.refuses(&behind.concat(), ErrorKind::CredentialMisplaced, Part::Credential(0));
    }
}

#[test]
fn credentials_of_one_link_in_another_order_rejected() {
    let setting = Setting::new(wide_trust());
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap().also(&platform_says(1, "hardware", 2)).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, actor, window()));
    setting.accepts(&token);
    let items = split(&token);
    for (one, other) in [(1, 2), (2, 3), (1, 3)] {
        let mut swapped = items.clone();
        swapped.swap(one, other);
        let error = setting.verify(&swapped.concat()).0.unwrap_err();
        assert_eq!(error.kind, ErrorKind::CredentialMisplaced);
        // Which of those that changed places the error names, nobody says.
        assert!(matches!(error.at.part, Part::Credential(_)));
    }
}

#[test]
fn credential_before_a_link_of_an_unvouched_actor_rejected() {
    let setting = Setting::new(wide_trust());
    let token = root().next_anyone().sign(&key("alice")).unwrap();
    let token = stranger(&token);
    setting.accepts(&token);
    let mut items = split(&token);
    items.insert(1, credential(1));
    setting.refuses(&items.concat(), ErrorKind::CredentialMisplaced, Part::Credential(0));
}

/// Root, then credential, hand-over, link.
fn called_items() -> (Setting, Vec<Vec<u8>>) {
    let setting = Setting::new(wide_trust());
    let token = called(4);
    setting.accepts(&token);
    (setting, split(&token))
}

#[test]
fn hand_over_removed_rejected() {
    let (setting, items) = called_items();
    for link in 1..4_u8 {
        let mut without = items.clone();
        without.remove(usize::from(link) * 3 - 1);
        setting.refuses(&without.concat(), ErrorKind::HandoverMissing, Part::Link(link));
    }
}

#[test]
fn another_hand_over_in_its_place_rejected() {
    let (setting, items) = called_items();
    // As good a one, of the same actor for the same successor, that ends a second earlier.
    let head = items[..4].concat();
    let other = throughline::issue::HandOverBuilder::new(
        &head,
        crate::common::public("worker 1"),
        &worker(2),
        NOW.plus(HOUR + 1),
    );
    let other = other.sign(&key("worker 1")).unwrap();
    let mut replaced = items.clone();
    replaced[5] = other;
    setting.refuses(&replaced.concat(), ErrorKind::HandoverMissing, Part::Link(2));
    // Those of two links exchanged.
    let mut swapped = items.clone();
    swapped.swap(2, 5);
    setting.refuses(&swapped.concat(), ErrorKind::HandoverMissing, Part::Link(1));
}

#[test]
fn hand_over_that_its_link_does_not_name_rejected() {
    let (setting, items) = called_items();
    for (link, place) in [(1, 2), (2, 5), (3, 8)] {
        let given = &items[place];
        // Twice, and beside another.
        for more in [given.clone(), items[if place == 2 { 5 } else { 2 }].clone()] {
            let mut two = items.clone();
            two.insert(place, more);
            setting.refuses(&two.concat(), ErrorKind::HandoverMisplaced, Part::HandOver(link - 1));
        }
    }
    // Before links that name none: the root, and a link under a contract without hand-over.
    let mut front = items.clone();
    front.insert(0, items[2].clone());
    setting.refuses(&front.concat(), ErrorKind::HandoverMisplaced, Part::HandOver(0));
    let mut plain = split(&chain(3));
    plain.insert(4, items[5].clone());
    setting.refuses(&plain.concat(), ErrorKind::HandoverMisplaced, Part::HandOver(0));
    // At the end.
    let last = [items.concat(), items[8].clone()].concat();
    setting.refuses(&last, ErrorKind::HandoverMisplaced, Part::HandOver(3));
}

#[test]
fn hand_over_before_the_credential_rejected() {
    let (setting, items) = called_items();
    for (link, place) in [(1_u8, 1), (2, 4), (3, 7)] {
        let mut swapped = items.clone();
        swapped.swap(place, place + 1);
        setting.refuses(&swapped.concat(), ErrorKind::HandoverMisplaced, Part::HandOver(link - 1));
    }
}

#[test]
fn hand_over_behind_its_link_rejected() {
    let (setting, items) = called_items();
    let mut swapped = items.clone();
    swapped.swap(8, 9);
    setting.refuses(&swapped.concat(), ErrorKind::HandoverMissing, Part::Link(3));
}

#[test]
fn more_hand_overs_than_there_can_be_links_rejected() {
    let (setting, items) = called_items();
    // Behind a root, of which none has a place: sixteen, and more than a verifier has room for.
    for many in [16, 17, 40] {
        let token = [items[0].clone(), items[2].repeat(many)].concat();
        let error = setting.verify(&token).0.unwrap_err();
        assert_eq!(error.kind, ErrorKind::HandoverMisplaced, "{many}");
    }
}

#[test]
fn malformed_item_behind_too_many_hand_overs_is_a_matter_of_stage_2() {
    // verification.md: with several defects, implementations agree on the stage; a place is judged after all is decoded.
    let (setting, items) = called_items();
    for many in [16, 17, 40] {
        let token = [items[0].clone(), items[2].repeat(many), b"\xff".to_vec()].concat();
        let error = setting.verify(&token).0.unwrap_err();
        assert_eq!(error.kind, ErrorKind::IndefiniteLength, "{many}");
    }
}
