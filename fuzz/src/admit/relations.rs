//! Relations between verdicts that need no model: what is taken from trust or added to the demands never makes a refusal an admission,
//! and an admission falls with its proof, audience, request, head or time.

use throughline::{BoundedReplayMemory, UnixTime};

use crate::admit::cast;
use crate::admit::library::{Prepared, ask, now};
use crate::admit::shapes::{AnchorKind, Bundle, Contract, Demand, Entry, From, Item, Link, Prop, Scene, Test};
use crate::admit::stage;
use crate::admit::story::Twist;
use crate::draw::Draw;

/// What is claimed to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Relation {
    /// No admission survives certain changes.
    Falls,
    /// Less trust admits no more.
    Narrow,
    /// More revocations admit no more.
    Revoke,
    /// More demands admit no more.
    Demand,
}

/// Panics if one does not hold for this scene, told by `data`, which was admitted or not. A relation that is bent claims its opposite,
/// to see that it is noticed.
pub(crate) fn hold(data: &[u8], draw: &mut Draw<'_>, scene: &Scene, admitted: bool, bent: Option<Relation>) {
    if admitted {
        falls(draw, scene, bent == Some(Relation::Falls));
    }
    let mut other = scene.clone();
    let relation = draw.of(&[Relation::Narrow, Relation::Revoke, Relation::Demand]);
    match relation {
        _ if bent == Some(relation) => bend(relation, data, &mut other),
        Relation::Narrow => narrow(draw, &mut other.setting.bundle),
        Relation::Revoke => revoke(draw, &mut other),
        Relation::Demand | Relation::Falls => demand(data, draw, &mut other),
    }
    assert!(admitted || !is_admitted(&other), "{relation:?} made a refusal an admission: {scene:?}");
}

/// The opposite: more trust, no revocations, a story without mistakes.
fn bend(relation: Relation, data: &[u8], scene: &mut Scene) {
    match relation {
        Relation::Narrow => scene.setting.bundle.attesters.iter_mut().for_each(|attester| {
            attester.namespaces = cast::namespaces();
            attester.roles = cast::strings(cast::ROLES);
            attester.outlive = u64::MAX;
        }),
        Relation::Revoke => scene.setting.lists.iter_mut().for_each(|held| held.entries.clear()),
        Relation::Demand | Relation::Falls => {
            let data = [&[0], data.get(1..).unwrap_or_default()].concat();
            *scene = stage::scene(&mut Draw::new(&data), &Twist::default());
        }
    }
}

fn is_admitted(scene: &Scene) -> bool {
    let prepared = Prepared::new(scene);
    let memory = BoundedReplayMemory::new(16, UnixTime(scene.setting.began));
    ask(&scene.setting.asked, |request| {
        let verifier = prepared.verifier(&scene.setting);
        verifier.admit(&prepared.token, &prepared.proof, request, &memory, now(&scene.setting)).is_ok()
    })
}

/// What no admission survives.
fn falls(draw: &mut Draw<'_>, scene: &Scene, bent: bool) {
    let links: Vec<&Link> = links(scene);
    let skew = scene.setting.limits.skew;
    let ends = links.iter().map(|link| link.claims.window.exp).min().unwrap_or_default().saturating_add(skew);
    let begins = links.iter().map(|link| link.claims.window.start()).max().unwrap_or_default();
    let mut other = scene.clone();
    let what = match draw.below(7) {
        _ if bent => "nothing",
        0 => {
            other.proof.sealed.bytes.clear();
            "no proof"
        }
        1 => {
            other.setting.asked.audience.push('x');
            "another audience"
        }
        2 => {
            other.setting.asked.digest[3] ^= 1;
            "another request"
        }
        3 => {
            other.setting.now = ends;
            "the end of a window"
        }
        4 if begins > skew => {
            other.setting.now = begins - skew - 1;
            "before a window"
        }
        5 if links.len() > 1 => {
            // Cut back to an earlier link, which is another head.
            let last = other.items.iter().rposition(|item| matches!(item, Item::Link(_))).unwrap_or_default();
            other.items.truncate(last);
            "an earlier head"
        }
        _ => {
            let bytes = other.proof.sealed.bytes.len();
            other.proof.sealed.bytes[bytes - 1 - draw.below(32)] ^= 1;
            "a damaged proof"
        }
    };
    assert!(!is_admitted(&other), "{what} was admitted: {scene:?}");
}

/// Takes something away that only ever allows.
fn narrow(draw: &mut Draw<'_>, bundle: &mut Bundle) {
    let attester = draw.below(4);
    let anchor = draw.below(2);
    match draw.below(9) {
        0 => bundle.attesters.iter_mut().skip(attester).take(1).for_each(|one| drop(one.namespaces.pop())),
        1 => bundle.attesters.iter_mut().skip(attester).take(1).for_each(|one| drop(one.accountable.pop())),
        2 => bundle.attesters.iter_mut().skip(attester).take(1).for_each(|one| drop(one.roles.pop())),
        3 => bundle.attesters.iter_mut().skip(attester).take(1).for_each(|one| drop(one.props.pop())),
        4 => bundle.attesters.iter_mut().skip(attester).take(1).for_each(|one| one.outlive /= 2),
        5 => bundle.pins.iter_mut().for_each(|pin| drop(pin.roles.pop())),
        6 => bundle.origins.iter_mut().skip(anchor).take(1).for_each(|one| drop(one.ceiling.pop())),
        // An identity origin's key is for roots alone (V613), so without its anchor it may do what it may not with it.
        7 => bundle.origins.retain(|anchor| matches!(anchor.kind, AnchorKind::Identity { .. })),
        _ => bundle.origins.iter_mut().skip(anchor).take(1).for_each(|one| match &mut one.kind {
            AnchorKind::Identity { accountable, .. } => drop(accountable.pop()),
            AnchorKind::Role { accountable, .. } => accountable.push('x'),
            AnchorKind::Context { max_age, .. } => *max_age /= 2,
        }),
    }
}

/// Adds an entry to a list.
fn revoke(draw: &mut Draw<'_>, scene: &mut Scene) {
    let digests: Vec<_> = scene.items.iter().flat_map(|item| [item.sealed().digest, item.sealed().kid]).collect();
    let digest = draw.any(&digests).unwrap_or([1; 32]);
    let key = draw.of(&cast::keys()).thumbprint();
    let iss = links(scene).last().map_or_else(String::new, |link| link.claims.iss.clone());
    let entry = match draw.below(6) {
        0 => Entry::Link(digest),
        1 => Entry::Key(digest),
        2 => Entry::Credential(digest, vec![key]),
        3 if !iss.is_empty() => Entry::Identifier(iss, vec![]),
        4 => Entry::Consent([0xcc; 32]),
        _ => Entry::Accountable(draw.of(&cast::names()), u64::MAX / 2),
    };
    scene.setting.lists.iter_mut().for_each(|held| held.entries.push(entry.clone()));
}

/// Tells the story again, with one more `require`.
fn demand(data: &[u8], draw: &mut Draw<'_>, scene: &mut Scene) {
    let links = links(scene);
    // Where two credentials are named their order follows their digests, and mistakes would hit others.
    if links.iter().all(|link| link.claims.also.len() < 2) {
        let at = draw.below(links.len());
        let attesters = vec!["https://attest.example".to_owned()];
        let contract = match draw.below(5) {
            0 => Contract { namespace: Some(draw.of(&cast::namespaces())), ..Contract::default() },
            1 => Contract {
                roles: Some((vec![draw.of(cast::ROLES).to_owned()], From::Attesters(attesters))),
                ..Contract::default()
            },
            2 => {
                let test = draw.of(&[Test::Tier(32), Test::Equals(Prop::Int(2))]);
                let demand = Demand { name: "hardware".into(), attesters, test };
                Contract { props: vec![demand], fresh: draw.once_in(2), ..Contract::default() }
            }
            3 => Contract { vouched: true, ..Contract::default() },
            _ => {
                Contract { last: Some(u64::try_from(at).unwrap_or_default() + draw.of(&[0, 1])), ..Contract::default() }
            }
        };
        let twist = Twist { require: Some((at, contract)) };
        *scene = stage::scene(&mut Draw::new(data), &twist);
    }
}

fn links(scene: &Scene) -> Vec<&Link> {
    let links = scene.items.iter().filter_map(|item| match item {
        Item::Link(link) => Some(link),
        _ => None,
    });
    links.collect()
}
