//! Stages 3, 4, 6, 8 and 12.

use std::collections::BTreeSet;

use crate::admit::model::actors::{Actor, Speaks};
use crate::admit::model::names::{covers, include};
use crate::admit::model::{Lie, Refused, Rules, earlier, is_taken_in, later};
use crate::admit::shapes::{AnchorKind, Attester, Bundle, Credential, Hash, Item, Key, Link, Scene};
use crate::grant::tests::model::{self, G, L, V};

/// Stage 3.
pub(crate) fn sequence(scene: &Scene, rules: Rules) -> Result<Vec<Actor<'_>>, Refused> {
    let mut actors: Vec<Actor<'_>> = Vec::new();
    let mut found = BTreeSet::new();
    let mut before: Vec<&Item> = Vec::new();
    for (place, item) in scene.items.iter().enumerate() {
        let Item::Link(link) = item else {
            before.push(item);
            continue;
        };
        let parent = actors.last().map(|actor| actor.link);
        // A link without `origin` at the beginning has a parent, which nothing can be.
        if parent.is_none() && link.claims.origin.is_none() {
            return Err(301);
        }
        if parent.is_some() && link.claims.origin.is_some() {
            return Err(302);
        }
        rules.check(303, link.claims.position == u64::try_from(actors.len()).expect("few"))?;
        rules.check(304, link.claims.parent == parent.map(|parent| parent.sealed.digest))?;
        let mut actor = resolved(scene, place, link, &mut found, rules)?;
        credentials_in_place(link, &before, &actors, rules)?;
        let given = before.iter().filter_map(|item| match item {
            Item::HandOver(handover) => Some(handover),
            _ => None,
        });
        actor.handover = given.clone().rfind(|one| Some(one.sealed.digest) == link.claims.handover);
        rules.check(307, link.claims.handover.is_none() || actor.handover.is_some())?;
        for one in given {
            let last = matches!(before.last(), Some(Item::HandOver(last)) if std::ptr::eq(last, one));
            rules.check(308, last && Some(one.sealed.digest) == link.claims.handover)?;
        }
        before.clear();
        actors.push(actor);
    }
    if actors.is_empty() {
        return Err(301);
    }
    for item in before {
        rules.check(if matches!(item, Item::Credential(_)) { 306 } else { 308 }, false)?;
    }
    Ok(actors)
}

/// V305, V242: who signs, and what the link names.
fn resolved<'s>(
    scene: &'s Scene,
    place: usize,
    link: &'s Link,
    found: &mut BTreeSet<Hash>,
    rules: Rules,
) -> Result<Actor<'s>, Refused> {
    let kid = link.sealed.kid;
    let mut find = |name: &Hash| {
        let inline = scene.items[..place].iter().filter_map(|item| match item {
            Item::Credential(credential) => Some(credential),
            _ => None,
        });
        let credential = inline
            .chain(scene.known.iter().filter(|one| is_taken_in(one)))
            .find(|credential| credential.sealed.digest == *name);
        found.extend(credential.map(|_| *name));
        rules.check(242, found.len() <= 32).map(|()| credential)
    };
    let bundle = &scene.setting.bundle;
    let speaks = if let Some(key) = link.claims.cnf {
        Speaks::Nobody(key)
    } else if let Some(credential) = find(&kid)? {
        Speaks::Credential(credential)
    } else if link.claims.origin.is_some() {
        Speaks::Origin(origin_keys(bundle).into_iter().find(|key| key.thumbprint() == kid))
    } else {
        Speaks::Pin(bundle.pins.iter().find(|pin| pin.key.thumbprint() == kid).ok_or(305_u16)?)
    };
    let also = link.claims.also.iter().map(|name| find(name)?.ok_or(305_u16)).collect::<Result<_, Refused>>()?;
    Ok(Actor { link, speaks, also, handover: None, effective: Vec::new() })
}

/// V306: those that the link is the first to name, in the order in which it names them.
fn credentials_in_place(link: &Link, before: &[&Item], earlier: &[Actor<'_>], rules: Rules) -> Result<(), Refused> {
    let names = |link: &Link| [&[link.sealed.kid], link.claims.also.as_slice()].concat();
    let named_before: Vec<Hash> = earlier.iter().flat_map(|actor| names(actor.link)).collect();
    let mut expected = names(link).into_iter().filter(|name| !named_before.contains(name));
    for item in before {
        if let Item::Credential(credential) = item {
            rules.check(306, expected.any(|name| name == credential.sealed.digest))?;
        }
    }
    Ok(())
}

/// Stage 4.
pub(crate) fn windows(scene: &Scene, actors: &[Actor<'_>], rules: Rules) -> Result<(), Refused> {
    let (now, skew) = (scene.setting.now, scene.setting.limits.skew);
    for (index, actor) in actors.iter().enumerate() {
        let window = actor.link.claims.window;
        if let Some(parent) = index.checked_sub(1).map(|before| actors[before].link.claims.window) {
            let slack = if rules.lies(Lie::SkewPerHop) { skew } else { 0 };
            let inside = parent.start() <= later(window.start(), slack) && window.exp <= later(parent.exp, slack);
            rules.check(401, inside)?;
        }
        rules.check(402, window.start() <= later(now, skew))?;
        rules.check(403, window.exp > earlier(now, skew))?;
    }
    Ok(())
}

/// Stage 6, for one link.
pub(crate) fn credentials(scene: &Scene, actor: &Actor<'_>, all: &[Actor<'_>], rules: Rules) -> Result<(), Refused> {
    let (bundle, link) = (&scene.setting.bundle, actor.link);
    let acts_as = |allowed: &[String]| link.claims.role.as_ref().is_some_and(|role| allowed.contains(role));
    if let Speaks::Pin(pin) = actor.speaks {
        rules.check(607, link.claims.iss == pin.identifier)?;
        rules.check(610, acts_as(&pin.roles))?;
    }
    for (nth, credential) in actor.named().into_iter().enumerate() {
        let claims = &credential.claims;
        let attester = remit(bundle, credential, rules)?;
        rules.check(607, link.claims.iss == claims.sub)?;
        if nth == 0 && matches!(actor.speaks, Speaks::Credential(_)) {
            rules.check(610, acts_as(&claims.roles))?;
        } else {
            rules.check(608, Some(claims.cnf) == actor.key())?;
            rules.check(609, credential.sealed.digest != link.sealed.kid)?;
        }
        let start = link.claims.window.start();
        rules.check(611, claims.window.start() <= start && start < claims.window.exp)?;
        let outlive = attester.map_or(u64::MAX, |attester| attester.outlive);
        rules.check(612, link.claims.window.exp <= later(claims.window.exp, outlive))?;
    }
    let key = actor.key();
    rules.check(613, link.claims.origin.is_some() || !key.is_some_and(|key| origin_keys(bundle).contains(&key)))?;
    let pinned = bundle.pins.iter().any(|pin| Some(pin.key) == key);
    rules.check(614, !pinned || matches!(actor.speaks, Speaks::Pin(_)))?;
    let signs = |key: Key| all.iter().any(|other| other.key() == Some(key)) || in_bundle(bundle).contains(&key);
    rules.check(615, !link.claims.agree.is_some_and(signs))
}

/// V601–V606.
fn remit<'s>(bundle: &'s Bundle, credential: &Credential, rules: Rules) -> Result<Option<&'s Attester>, Refused> {
    let claims = &credential.claims;
    let attester = bundle.attesters.iter().find(|attester| attester.key.thumbprint() == credential.sealed.kid);
    rules.check(601, attester.is_some())?;
    let Some(attester) = attester else { return Ok(None) };
    rules.check(602, claims.iss == attester.name)?;
    rules.check(603, attester.namespaces.iter().any(|namespace| covers(namespace, &claims.sub, rules)))?;
    rules.check(604, include(&attester.accountable, &claims.accountable, rules))?;
    rules.check(605, claims.roles.iter().all(|role| attester.roles.contains(role)))?;
    rules.check(606, claims.props.keys().all(|name| attester.props.contains(name)))?;
    Ok(Some(attester))
}

pub(crate) fn origin_keys(bundle: &Bundle) -> Vec<Key> {
    let keys = bundle.origins.iter().filter_map(|anchor| match anchor.kind {
        AnchorKind::Identity { key, .. } => Some(key),
        _ => None,
    });
    keys.collect()
}

fn in_bundle(bundle: &Bundle) -> Vec<Key> {
    let mut keys = origin_keys(bundle);
    keys.extend(bundle.attesters.iter().map(|attester| attester.key));
    keys.extend(bundle.pins.iter().map(|pin| pin.key));
    keys.extend(bundle.revokers.iter().map(|revoker| revoker.key));
    keys
}

/// Stage 8.
pub(crate) fn authority<'s>(mut actors: Vec<Actor<'s>>, rules: Rules) -> Result<Vec<Actor<'s>>, Refused> {
    let root = actors[0].link.claims.grants.clone().unwrap_or_default();
    let mut effective = root.clone();
    for (index, actor) in actors.iter_mut().enumerate() {
        match &actor.link.claims.grants {
            Some(own) if index > 0 => {
                rules.check(801, narrows(own, &effective, rules))?;
                effective.clone_from(own);
            }
            Some(_) => {}
            None if rules.lies(Lie::SilenceRestores) => effective.clone_from(&root),
            None => {}
        }
        actor.effective.clone_from(&effective);
    }
    Ok(actors)
}

/// §5.3: each is ⊑ one.
pub(crate) fn narrows(own: &[G], parent: &[G], rules: Rules) -> bool {
    if rules.lies(Lie::GrantsUnite) {
        let part = |a: &G, of: fn(&G, &G) -> bool| parent.iter().any(|b| of(a, b));
        return own.iter().all(|a| part(a, action_within) && part(a, resource_within) && part(a, limits_within));
    }
    own.iter().all(|a| parent.iter().any(|b| action_within(a, b) && resource_within(a, b) && limits_within(a, b)))
}

fn action_within(a: &G, b: &G) -> bool {
    path_within(&model::action(&a.action).expect("written"), &model::action(&b.action).expect("written"))
}

fn resource_within(a: &G, b: &G) -> bool {
    path_within(&model::path(&a.resource, true).expect("written"), &model::path(&b.resource, true).expect("written"))
}

/// Whether all that `a` stands for begins with `b`'s segments and goes on.
fn path_within(a: &model::Path, b: &model::Path) -> bool {
    let everything = b.open && b.segments.is_empty() && b.anchor.is_empty();
    let begins = a.anchor == b.anchor && a.segments.starts_with(&b.segments);
    everything || a == b || b.open && begins && (a.open || a.segments.len() > b.segments.len())
}

fn limits_within(a: &G, b: &G) -> bool {
    b.limits.iter().all(|(name, outer)| a.limits.get(name).is_some_and(|inner| limit_within(inner, outer)))
}

fn limit_within(inner: &L, outer: &L) -> bool {
    match (inner, outer) {
        (L::Equals(value), _) => outer.admits(value),
        (L::OneOf(values), _) => values.iter().all(|value| outer.admits(value)),
        (L::Range(lo, hi), L::Range(least, most)) => least <= lo && hi <= most,
        (L::Range(lo, hi), _) => hi.abs_diff(*lo) < 16 && (*lo..=*hi).all(|n| outer.admits(&V::Int(n))),
        (L::Prefix(own), L::Prefix(_)) => outer.admits(&V::Text(own.clone())),
        (L::Prefix(_), _) => false,
    }
}

/// Stage 12: all keys, then all signatures.
pub(crate) fn signatures(scene: &Scene, actors: &[Actor<'_>], rules: Rules) -> Result<(), Refused> {
    let attester = |credential: &Credential| {
        let mut attesters = scene.setting.bundle.attesters.iter();
        attesters.find(|one| one.key.thumbprint() == credential.sealed.kid).map(|attester| attester.key)
    };
    let mut signed: Vec<(Option<Key>, Option<Key>)> = Vec::new();
    let mut links = actors.iter();
    let mut parent: Option<&Actor<'_>> = None;
    for item in &scene.items {
        let (key, others) = match item {
            Item::Credential(credential) => (attester(credential), vec![credential.claims.cnf]),
            Item::HandOver(_) => (parent.and_then(Actor::key), vec![]),
            Item::Link(link) => {
                parent = links.next();
                (parent.and_then(Actor::key), link.claims.agree.into_iter().collect())
            }
        };
        rules.check(1201, others.into_iter().chain(key).all(Key::is_on_curve))?;
        signed.push((key, item.sealed().signer));
    }
    for (key, signer) in signed {
        rules.check(1202, signer.is_some() && signer == key)?;
    }
    Ok(())
}
