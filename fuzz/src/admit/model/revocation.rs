//! Stage 9 (token.md §7.4).

use crate::admit::model::actors::{Actor, Speaks};
use crate::admit::model::names::include;
use crate::admit::model::{Lie, Refused, Rules, earlier, later};
use crate::admit::shapes::{Credential, Entry, Hash, Key, Revoker, Scene};

pub(crate) fn check(scene: &Scene, actors: &[Actor<'_>], rules: Rules) -> Result<(), Refused> {
    let setting = &scene.setting;
    for revoker in &setting.bundle.revokers {
        let (now, skew) = (setting.now, setting.limits.skew);
        let mut lists = setting.lists.iter().filter(|held| held.issuer == revoker.key);
        let current = lists.any(|held| held.iat <= later(now, skew) && earlier(now, skew) < held.exp);
        rules.check(901, current)?;
    }
    actors.iter().try_for_each(|actor| revoked(scene, actor, &actors[0], rules))
}

fn revoked(scene: &Scene, actor: &Actor<'_>, root: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    let claims = &actor.link.claims;
    let mut attesters: Vec<&str> = actor.named().into_iter().map(|one| one.claims.iss.as_str()).collect();
    if let Speaks::Pin(pin) = actor.speaks {
        attesters.push(&pin.attester);
    }
    let entities: Vec<&str> = actor.accountable().into_iter().chain(root.accountable()).collect();
    let over = |revoker: &Revoker| remit_has(revoker, &entities, &attesters, rules);
    let entries = entries(scene, &over);
    // Nobody speaks for an unvouched actor, so whoever may revoke at all may revoke its key and identifier.
    let of_actor = if actor.is_vouched() { entries.clone() } else { self::entries(scene, &|_| true) };
    rules.check(
        902,
        !entries.iter().any(|entry| matches!(entry, Entry::Link(link) if *link == actor.link.sealed.digest)),
    )?;
    rules.check(903, !actor.key().is_some_and(|key| revokes_key(&of_actor, &key.thumbprint())))?;
    for credential in actor.named() {
        let entries = self::entries(scene, &|revoker| about(revoker, credential, rules));
        let gone =
            |entry: &&Entry| matches!(entry, Entry::Credential(digest, _) if *digest == credential.sealed.digest);
        rules.check(904, !entries.iter().any(gone))?;
        rules.check(905, !revokes_key(&entries, &credential.sealed.kid))?;
    }
    let names = |entry: &&Entry| matches!(entry, Entry::Identifier(identifier, _) if *identifier == claims.iss);
    rules.check(906, !of_actor.iter().any(names))?;
    let consent = claims.origin.as_ref().and_then(|origin| origin.consent);
    rules.check(907, !entries.iter().any(|entry| matches!(entry, Entry::Consent(one) if Some(*one) == consent)))?;
    let too_old = |entry: &&Entry| {
        matches!(entry, Entry::Accountable(entity, time)
            if Some(entity.as_str()) == actor.accountable() && claims.window.iat < *time)
    };
    rules.check(908, !entries.iter().any(too_old))
}

fn about(revoker: &Revoker, credential: &Credential, rules: Rules) -> bool {
    remit_has(revoker, &[&credential.claims.accountable], &[&credential.claims.iss], rules)
}

fn remit_has(revoker: &Revoker, entities: &[&str], attesters: &[&str], rules: Rules) -> bool {
    rules.lies(Lie::EveryIssuerRevokes)
        || entities.iter().any(|entity| include(&revoker.accountable, entity, rules))
        || attesters.iter().any(|name| revoker.attesters.iter().any(|one| one == name))
}

/// The entries of the bundle's issuers who may.
fn entries<'s>(scene: &'s Scene, may: &dyn Fn(&Revoker) -> bool) -> Vec<&'s Entry> {
    let issuers: Vec<Key> = scene.setting.bundle.revokers.iter().filter(|one| may(one)).map(|one| one.key).collect();
    scene.setting.lists.iter().filter(|held| issuers.contains(&held.issuer)).flat_map(|held| &held.entries).collect()
}

fn revokes_key(entries: &[&Entry], key: &Hash) -> bool {
    entries.iter().any(|entry| match entry {
        Entry::Key(one) => one == key,
        Entry::Credential(_, keys) | Entry::Identifier(_, keys) => keys.contains(key),
        _ => false,
    })
}
