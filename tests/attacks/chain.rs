//! §5: taking the chain apart.

use throughline::issue::{OriginClaim, RootBuilder};
use throughline::{Admission, ErrorKind, Part};

use crate::adversary::{Adversary, ELSEWHERE, Hand, MALLORY_INC};
use crate::common::cbor::{OURS, bytes, int, map, text};
use crate::common::forge::{Message, split};
use crate::common::setting::request;
use crate::common::world::AGENT_ROLE;
use crate::common::{ALICE, ALICE_AGENT, NOW, alice, grants, origin, window};
use crate::honest::{Execution, Next, Who, named, three_hops};
use crate::scene::Scene;

/// The same execution as that of the scene in everything but its nonce.
fn twin_root(next: &Next) -> Execution {
    let claim = OriginClaim { nonce: [8; 16], ..origin() };
    Execution::root_of(Who::Alice, RootBuilder::new(alice(), &claim, window(), grants()), next)
}

/// §5: prefix truncation
#[test]
fn prefix_of_a_chain_rejected() {
    let scene = Scene::new(three_hops());
    let items = split(&scene.token);
    for kept in [1, 3] {
        let prefix = items[..kept].concat();
        // With the proof of the head that was cut off, and with the adversary's own.
        scene.refuses(&prefix, &scene.proofs, ErrorKind::ProofSigner, Part::Proof);
        let own = Adversary::mallory().asks(&prefix);
        scene.refuses(&prefix, &own[..1], ErrorKind::ProofSignatureInvalid, Part::Proof);
        scene.refuses(&prefix, &own[1..], ErrorKind::ProofMacInvalid, Part::Proof);
    }
    // One actor at two places of a chain: its proof says which of them it means.
    let twice = Execution::root(&named(1)).hop(1, &named(1)).hop(1, &Next::Nobody);
    let prefix = split(&twice.token)[..3].concat();
    scene.refuses(&prefix, &twice.asks(&request(), NOW), ErrorKind::ProofHead, Part::Proof);
    scene.delivers();
}

/// §5: link removed, swapped, repeated, reordered
#[test]
fn chain_in_another_order_rejected() {
    let scene = Scene::new(Execution::root(&named(1)).hop(1, &named(2)).hop(2, &named(1)).hop(1, &named(2)));
    let [root, first, one, second, two, three] = <[Vec<u8>; 6]>::try_from(split(&scene.token)).unwrap();
    for (items, kind, link) in [
        // Removed.
        (vec![&root, &second, &two, &first, &three], ErrorKind::PositionWrong, 1),
        (vec![&root, &first, &one, &three], ErrorKind::PositionWrong, 2),
        // Swapped.
        (vec![&root, &second, &two, &first, &one, &three], ErrorKind::PositionWrong, 1),
        (vec![&root, &first, &one, &three, &second, &two], ErrorKind::PositionWrong, 2),
        // Repeated.
        (vec![&root, &first, &one, &one, &second, &two, &three], ErrorKind::PositionWrong, 2),
        (vec![&root, &first, &one, &second, &two, &three, &three], ErrorKind::PositionWrong, 4),
    ] {
        let token = items.into_iter().flatten().copied().collect::<Vec<u8>>();
        scene.refuses(&token, &scene.proofs, kind, Part::Link(link));
    }
    // A sibling of the same place: the digests are those of the histories, not of the places.
    let sibling = Execution::root(&named(1)).hop_with(1, &named(2), |hop| hop.grants(grants()));
    let sibling = split(&sibling.token)[2].clone();
    let token = [&root, &first, &sibling, &second, &two, &three].map(Vec::as_slice).concat();
    scene.refuses(&token, &scene.proofs, ErrorKind::ParentWrong, Part::Link(2));
    // Its own link, at a place further on than it was made for.
    let mallory = Adversary::mallory();
    let skipping = mallory.continues(&Execution::root(&Next::Anyone).token).put(&[OURS, 2], int(2)).signed();
    scene.refuses(&skipping, &mallory.asks(&skipping), ErrorKind::PositionWrong, Part::Link(1));
    scene.delivers();
}

/// §5: splice or graft
#[test]
fn tail_of_another_execution_rejected() {
    // Two executions of the same actors, credentials, grants and times.
    let scene = Scene::new(three_hops());
    let other = twin_root(&named(1)).hop(1, &named(2)).hop(2, &named(3));
    assert_eq!(split(&other.token).len(), 5);
    let (own, foreign) = (split(&scene.token), split(&other.token));
    let proofs = other.asks(&request(), NOW);
    for at in [1, 3] {
        let token = [&own[..at], &foreign[at..]].concat().concat();
        let link = Part::Link(u8::try_from(at.div_ceil(2)).unwrap());
        scene.refuses(&token, &proofs, ErrorKind::ParentWrong, link);
        let back = [&foreign[..at], &own[at..]].concat().concat();
        scene.refuses(&back, &scene.proofs, ErrorKind::ParentWrong, link);
    }
    scene.admits(&other.token, &proofs);
    // The graft of a richer tail on a poorer root, by its own actor, who rewrites what it can: its own link.
    let poor = Execution::root(&Next::Anyone);
    let mallory = Adversary::mallory();
    let rich = twin_root(&Next::Anyone);
    let token = [vec![poor.token], split(&mallory.continues(&rich.token).signed())[1..].to_vec()].concat().concat();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::ParentWrong, Part::Link(1));
    scene.delivers();
}

/// §5: re-rooting
#[test]
fn chain_under_another_root_rejected() {
    let scene = Scene::new(three_hops());
    let items = split(&scene.token);
    let company = Adversary::keyed(Hand::own("mallory's root"), "https://mallory.example/authority", "owner");
    let own_root = company.begins(MALLORY_INC).open().signed();
    let (root, tail) = (items[0].clone(), items[1..].concat());
    for (token, kind, link) in [
        // In front, in the middle, in the root's place; and the chain without its root.
        ([own_root.clone(), scene.token.clone()].concat(), ErrorKind::RootRepeated, 1),
        ([items[..3].concat(), own_root.clone(), items[3..].concat()].concat(), ErrorKind::RootRepeated, 2),
        ([own_root, tail.clone()].concat(), ErrorKind::ParentWrong, 1),
        (tail, ErrorKind::RootMissing, 0),
        ([root.clone(), root].concat(), ErrorKind::RootRepeated, 1),
    ] {
        scene.refuses(&token, &scene.proofs, kind, Part::Link(link));
    }
    // A root of its own in Alice's name: under a key that nobody knows, under its credential, under its own anchor, with Alice's
    // `kid`.
    let unknown = Adversary::keyed(Hand::own("mallory"), ALICE_AGENT, "owner");
    for (who, accountable, kind) in [
        (&unknown, ALICE, ErrorKind::OriginUnknown),
        (&Adversary::mallory(), ALICE, ErrorKind::OriginUnknown),
        (&company, ALICE, ErrorKind::OriginMismatch),
    ] {
        let token = who.begins(accountable).signed();
        scene.refuses(&token, &who.asks(&token), kind, Part::Link(0));
    }
    // By a role, on another attester's word than the anchor's.
    let foreign = Hand::own("foreign attester");
    let says = foreign.vouches(ELSEWHERE, "spiffe://mallory.example/a", &Hand::own("mallory")).role(AGENT_ROLE);
    let agent = Adversary::vouched(Hand::own("mallory"), &foreign.credential(says)).in_role(AGENT_ROLE);
    let by_role = map([(1, int(1)), (2, text(MALLORY_INC)), (3, bytes(&[1; 16]))]);
    let token = agent.begins(MALLORY_INC).put(&[OURS, 7], by_role).signed();
    scene.refuses(&token, &agent.asks(&token), ErrorKind::OriginUnknown, Part::Link(0));
    let alices = bytes(Who::Alice.public().thumbprint().as_bytes());
    let token = unknown.begins(ALICE).header(4, alices).signed();
    scene.refuses(&token, &unknown.asks(&token), ErrorKind::SignatureInvalid, Part::Link(0));
    // A hop made a root, and a root made a hop.
    let open = Execution::root(&Next::Anyone);
    let mallory = Adversary::mallory();
    let origin = Message::of(&unknown.begins(ALICE).signed()).get(&[OURS, 7]);
    let token = mallory.continues(&open.token).put(&[OURS, 7], origin).signed();
    scene.refuses(&token, &mallory.asks(&token), ErrorKind::ClaimMisplaced, Part::Link(1));
    let parent = bytes(Message::of(&open.token).digest().as_bytes());
    let token = company.begins(MALLORY_INC).put(&[OURS, 1], parent).signed();
    scene.refuses(&token, &company.asks(&token), ErrorKind::ClaimMisplaced, Part::Link(0));
}

/// §5: equivocation
#[test]
fn two_stories_for_two_audiences_admitted() {
    let root = Execution::root(&named(1));
    let scene = Scene::new(root.hop(1, &Next::Nobody));
    let liar = Adversary::in_place_of(1);
    let mut heads = Vec::new();
    for story in [[1; 32], [2; 32]] {
        let told = liar.continues(&root.token).put(&[OURS, 10], bytes(&story)).put(&[OURS, 13], bytes(&story)).signed();
        let mut seen = None;
        for proof in liar.asks(&told) {
            let see = |admission: &Admission<'_>| {
                let chain = admission.chain();
                seen = Some((chain.execution_id(), chain.head().map(|head| *head.link().digest())));
            };
            assert_eq!(scene.service.admit_and(&told, &proof, &request(), see), Ok(()));
        }
        heads.push(seen.unwrap());
    }
    // Whoever compares their records sees one execution with two heads at one place.
    assert_eq!(heads[0].0, heads[1].0);
    assert_ne!(heads[0].1, heads[1].1);
}
