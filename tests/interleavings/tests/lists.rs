//! Revocation lists that come from two threads: no list goes back behind a newer one.

use std::sync::OnceLock;

use throughline::issue::{RevocationListBuilder, Signer as _};
use throughline::trust::Trust;
use throughline::{Digest, ErrorKind, Revocable, RevocationStore, Revocations as _};

use crate::common::world::{REVOKER, revocable_trust};
use crate::common::{NOW, key};
use crate::explore::{Believing, explore};

struct World {
    trust: Trust<'static>,
    issuer: Digest,
    /// Numbers 2, 3 and 3 again, each with a link of its own: 2, 3 and 4.
    lists: [Vec<u8>; 3],
}

fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let revoker = key("revoker");
        let list = |number, link| {
            let builder = RevocationListBuilder::new((*revoker.key(), REVOKER), number, (NOW, NOW.plus(60)));
            builder.link(&Digest([link; 32])).sign(&revoker).unwrap()
        };
        World {
            trust: revocable_trust(),
            issuer: *revoker.key().thumbprint(),
            lists: [list(2, 2), list(3, 3), list(3, 4)],
        }
    })
}

fn take_in(store: &RevocationStore, nth: usize) -> Vec<Result<u64, ErrorKind>> {
    let world = world();
    vec![store.take_in(&world.lists[nth], &world.trust, &Believing).map_err(|error| error.kind)]
}

/// The number that a store holds.
fn held(store: &RevocationStore) -> u64 {
    store.held().first().map_or(0, |held| held.number)
}

fn empty() -> RevocationStore {
    world();
    RevocationStore::new()
}

#[test]
fn newer_of_two_lists_stays_whichever_comes_first() {
    let steps: [fn(&RevocationStore) -> _; 2] = [|store| take_in(store, 0), |store| take_in(store, 1)];
    explore("a list and a newer one", empty, steps, |store, seen| {
        assert_eq!(held(store), 3);
        assert!(store.revokes(&world().issuer, Revocable::Link(&Digest([3; 32]))));
        assert!(!store.revokes(&world().issuer, Revocable::Link(&Digest([2; 32]))));
        assert_eq!(seen[1], [Ok(3)]);
        assert!([Ok(2), Err(ErrorKind::ListNumberLower { held: 3, number: 2 })].contains(&seen[0][0]));
    });
}

#[test]
fn one_of_two_lists_with_one_number_taken_in() {
    let steps: [fn(&RevocationStore) -> _; 2] = [|store| take_in(store, 1), |store| take_in(store, 2)];
    explore("two lists with one number", empty, steps, |_, seen| {
        let verdicts = [seen[0][0], seen[1][0]];
        let once = [Ok(3), Err(ErrorKind::ListNumberReused)];
        assert!(verdicts == once || verdicts == [once[1], once[0]], "{verdicts:?}");
    });
}

#[test]
fn reader_never_sees_an_older_list_after_a_newer() {
    let read = |store: &RevocationStore| {
        let (first, second) = (held(store), held(store));
        assert!(first <= second, "{first}, then {second}");
        Vec::new()
    };
    let write = |store: &RevocationStore| [take_in(store, 0), take_in(store, 1)].concat();
    explore("reading beside two lists", empty, [read, write], |store, _| assert_eq!(held(store), 3));
}

#[test]
fn snapshot_answers_from_one_list_while_another_comes() {
    let read = |store: &RevocationStore| {
        let (snapshot, issuer) = (store.snapshot(), &world().issuer);
        let revoked = [2, 3].map(|link| snapshot.revokes(issuer, Revocable::Link(&Digest([link; 32]))));
        assert_eq!(snapshot.is_current(issuer, NOW, 0), revoked != [false, false]);
        assert_ne!(revoked, [true, true], "halves of two lists");
        assert_eq!(revoked, [2, 3].map(|link| snapshot.revokes(issuer, Revocable::Link(&Digest([link; 32])))));
        Vec::new()
    };
    let write = |store: &RevocationStore| [take_in(store, 0), take_in(store, 1)].concat();
    explore("a snapshot beside two lists", empty, [read, write], |_, _| ());
}

#[test]
fn number_remembered_from_before_a_restart_is_never_undercut() {
    let remember = |store: &RevocationStore| {
        store.remember(world().issuer, 3, Digest([9; 32]));
        Vec::new()
    };
    let write = |store: &RevocationStore| take_in(store, 0);
    explore("remembering beside a list", empty, [remember, write], |store, _| {
        assert_eq!(held(store), 3);
        assert!(!store.is_current(&world().issuer, NOW, 0), "the list of this number is not there");
    });
}
