//! What a verified chain says of its hops, and the predicates a path-sensitive policy asks.

use throughline::issue::ContinuationBuilder;
use throughline::{NoRevocations, OriginForm, P256, Property, VerifiedChain, Verifier, Vouching};

use crate::common::world::{GATEWAY, by, called, hop, through_gateway, through_stranger, vouched, wide_trust};
use crate::common::{ALICE, ALICE_AGENT, ATTESTER, NOW, ROLE, key, public, root, window, worker};
use throughline::issue::{Grant, GrantList};

fn reading(token: &[u8], read: impl Fn(&VerifiedChain<'_>)) {
    let trust = wide_trust();
    read(&Verifier::new(&trust, &P256, &NoRevocations).verify(token, NOW).unwrap());
}

#[test]
fn every_hop_says_who_acts_and_who_vouches() {
    reading(&called(3), |chain| {
        assert_eq!(chain.len(), 3);
        let origin = chain.origin().unwrap();
        assert_eq!((origin.kind(), origin.accountable(), origin.anchor()), (OriginForm::Identity, ALICE, "alice"));
        assert_eq!(chain.execution_id().unwrap(), *chain.hop(0).unwrap().link().digest());
        let first = chain.hop(0).unwrap();
        assert_eq!(
            (first.identifier(), first.role(), first.vouching()),
            (ALICE_AGENT, Some("owner"), Vouching::Origin)
        );
        assert_eq!((first.attester(), first.accountable(), first.handover().is_some()), (None, Some(ALICE), false));
        let head = chain.head().unwrap();
        assert_eq!((head.identifier(), head.role()), (worker(2).as_str(), Some(ROLE)));
        assert_eq!((head.vouching(), head.attester()), (Vouching::Credential, Some(ATTESTER)));
        assert_eq!(head.key().unwrap(), public("worker 2"));
        assert_eq!(head.handover().unwrap().to(), worker(2));
        assert_eq!(head.credentials().count(), 1);
        let hardware = head.statements().find(|statement| statement.name == "hardware").unwrap();
        assert_eq!((hardware.attester, hardware.value, hardware.fresh), (ATTESTER, Property::Int(2), false));
        assert!(chain.hop(3).is_none());
    });
    reading(&through_gateway(3), |chain| {
        let pinned = chain.hop(1).unwrap();
        assert_eq!((pinned.identifier(), pinned.vouching()), (GATEWAY, Vouching::Pin));
        assert_eq!((pinned.attester(), pinned.accountable()), (Some(ATTESTER), Some(ALICE)));
        assert_eq!(pinned.statements().count(), 1);
    });
    reading(&through_stranger(3), |chain| {
        let stranger = chain.hop(1).unwrap();
        assert_eq!((stranger.role(), stranger.vouching()), (None, Vouching::Unvouched));
        assert_eq!((stranger.attester(), stranger.accountable()), (None, None));
        assert_eq!(stranger.statements().count(), 0);
    });
}

#[test]
fn grants_in_force_are_the_last_stated() {
    let token = root().next_identifier(&worker(1)).sign(&key("alice")).unwrap();
    let narrow = GrantList::new([Grant::new("calendar.read", "calendar/alice/x").range("days", 2, 3)]).unwrap();
    let builder = ContinuationBuilder::new(&token, vouched(1), window()).grants(narrow.clone());
    let token = hop(&by(1, builder.next_identifier(&worker(2))), 2);
    reading(&token, |chain| {
        let stated: Vec<&[u8]> = chain.hops().map(|hop| hop.grants().encoded()).collect();
        let wide = crate::common::grants();
        assert_eq!(stated, [wide.encoded(), narrow.encoded(), narrow.encoded()]);
        assert_eq!(chain.grants().encoded(), narrow.encoded());
    });
}

#[test]
fn predicates_ask_every_hop_from_a_position_on() {
    reading(&called(3), |chain| {
        let is_owner = |hop: throughline::Hop<'_>| hop.role() == Some("owner");
        assert!(chain.any_hop(0, is_owner) && !chain.any_hop(1, is_owner));
        assert!(!chain.every_hop(0, is_owner) && chain.every_hop(1, |hop| hop.role() == Some(ROLE)));
        assert!(!chain.any_hop(3, |_| true) && chain.every_hop(3, |_| false));
        assert!(
            chain.no_hop_in_role(1, "owner") && !chain.no_hop_in_role(0, "owner") && !chain.no_hop_in_role(2, ROLE)
        );
        assert_eq!(chain.last_in_role(ROLE, ATTESTER), Some(2));
        assert_eq!(chain.last_in_role(ROLE, "https://attest.bob.example"), None);
        assert_eq!(chain.last_in_role("owner", ATTESTER), None);
    });
}

#[test]
fn negative_predicate_fails_where_nobody_vouches_for_a_role() {
    reading(&through_stranger(3), |chain| {
        assert!(!chain.no_hop_in_role(0, "reader") && !chain.no_hop_in_role(1, "reader"));
        assert!(chain.no_hop_in_role(2, "reader"));
        assert!(!chain.is_independent());
    });
}
