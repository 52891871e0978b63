//! Stages 10, 11 and 13.

use std::collections::BTreeMap;

use throughline::AuthorityDemand;

use crate::admit::model::actors::Actor;
use crate::admit::model::{Refused, Rules, later};
use crate::admit::shapes::{Asked, Scene};
use crate::grant::tests::model::{self, R};

/// V1001–V1009
pub(crate) fn proof(scene: &Scene, head: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    let (proof, setting) = (&scene.proof, &scene.setting);
    let (now, skew, window) = (setting.now, setting.limits.skew, setting.limits.proof_window);
    rules.check(1001, proof.sealed.kid == head.link.sealed.kid)?;
    rules.check(1002, proof.head == head.link.sealed.digest)?;
    rules.check(1003, proof.aud == setting.asked.audience)?;
    rules.check(1004, proof.request == setting.asked.digest)?;
    rules.check(1005, later(later(proof.iat, window), skew) >= now)?;
    rules.check(1006, proof.iat <= later(now, skew))?;
    let Some(mac) = &proof.mac else { return Ok(()) };
    rules.check(1007, !setting.asked.signed)?;
    rules.check(1008, head.link.claims.agree.is_some())?;
    rules.check(1009, setting.agreement.iter().any(|key| key.thumbprint() == mac.agreement))
}

/// V1010–V1012
pub(crate) fn request(scene: &Scene, actors: &[Actor<'_>], rules: Rules) -> Result<(), Refused> {
    let Asked { action, resource, arguments, authority, .. } = &scene.setting.asked;
    let concrete = |path: Option<model::Path>| path.is_some_and(|path| !path.open);
    let named: BTreeMap<_, _> = arguments.iter().cloned().collect();
    let well_formed = concrete(model::action(action))
        && concrete(model::path(resource, true))
        && action.len() <= 128
        && resource.len() <= 1024
        && arguments.len() <= 256
        && named.len() == arguments.len()
        && named.keys().all(|name| name.len() <= 1024);
    rules.check(1010, well_formed)?;
    let head = actors.last().expect("V301");
    // What is not well-formed is nothing to ask about, when it is not refused for that.
    let request = R { action: action.clone(), resource: resource.clone(), arguments: named };
    rules.check(1011, !well_formed || head.effective.iter().any(|grant| grant.admits(&request)))?;
    let root = actors[0].accountable();
    let delegated = actors.iter().any(|actor| !actor.is_vouched() || actor.accountable() != root);
    rules.check(
        1012,
        match authority {
            AuthorityDemand::Any => true,
            AuthorityDemand::Delegated => delegated,
            AuthorityDemand::Independent => !delegated,
        },
    )
}

/// V1101, for a memory that never forgot anything.
pub(crate) fn replay(scene: &Scene, rules: Rules) -> Result<(), Refused> {
    rules.check(1101, scene.proof.iat >= later(scene.setting.began, scene.setting.limits.skew))
}

/// Stage 13.
pub(crate) fn seal(scene: &Scene, head: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    match &scene.proof.mac {
        None => rules.check(1301, scene.proof.sealed.signer.is_some() && scene.proof.sealed.signer == head.key()),
        Some(mac) => rules.check(1302, mac.right && Some(mac.agree) == head.link.claims.agree),
    }
}
