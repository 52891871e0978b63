//! Stage 5.

use throughline::OriginForm;

use crate::admit::model::actors::{Actor, Speaks};
use crate::admit::model::chain::narrows;
use crate::admit::model::contracts::passes;
use crate::admit::model::names::include;
use crate::admit::model::{Lie, Refused, Rules, later};
use crate::admit::shapes::{Anchor, AnchorKind, Credential, Entities, Scene};

/// The first anchor that holds; if none does, the step of the one that came furthest.
pub(crate) fn anchor<'s>(scene: &'s Scene, root: &Actor<'_>, rules: Rules) -> Result<&'s Anchor, Refused> {
    let mut furthest = 501;
    for anchor in &scene.setting.bundle.origins {
        match holds(scene, anchor, root, rules) {
            Ok(()) => return Ok(anchor),
            Err(step) => furthest = furthest.max(step),
        }
    }
    Err(furthest)
}

fn holds(scene: &Scene, anchor: &Anchor, root: &Actor<'_>, rules: Rules) -> Result<(), Refused> {
    let claims = &root.link.claims;
    let origin = claims.origin.as_ref().expect("V301");
    let credential = match root.speaks {
        Speaks::Credential(credential) => Some(credential),
        _ => None,
    };
    match &anchor.kind {
        AnchorKind::Identity { key, identifier, role, accountable } => {
            let by_key = credential.is_none() && root.link.sealed.kid == key.thumbprint();
            if origin.kind != OriginForm::Identity || !by_key {
                return Err(501);
            }
            rules.check(502, claims.iss == *identifier)?;
            rules.check(502, claims.role.as_ref() == Some(role))?;
            rules.check(502, include(accountable, &origin.accountable, rules))?;
        }
        AnchorKind::Role { attester, role, accountable } => {
            let credential =
                vouched(scene, credential, attester).filter(|_| origin.kind == OriginForm::Role).ok_or(501_u16)?;
            rules.check(502, claims.role.as_ref() == Some(role))?;
            rules.check(502, include(&[Entities::Exact(accountable.clone())], &origin.accountable, rules))?;
            rules.check(502, credential.claims.accountable == origin.accountable)?;
        }
        AnchorKind::Context { attester, tests, accountable, max_age } => {
            let credential =
                vouched(scene, credential, attester).filter(|_| origin.kind == OriginForm::Context).ok_or(501_u16)?;
            rules.check(502, *accountable == origin.accountable)?;
            rules.check(502, credential.claims.accountable == origin.accountable)?;
            let stated = &credential.claims.props;
            rules.check(
                502,
                tests.iter().all(|(name, test)| stated.get(name).is_some_and(|value| passes(test, value))),
            )?;
            rules.check(503, credential.claims.nonce.as_deref() == Some(&origin.nonce))?;
            rules.check(504, claims.window.exp <= later(credential.claims.window.iat, *max_age))?;
        }
    }
    let root_grants = claims.grants.as_deref().unwrap_or_default();
    let ceiling = if rules.lies(Lie::CeilingsCombine) {
        scene.setting.bundle.origins.iter().flat_map(|anchor| anchor.ceiling.clone()).collect()
    } else {
        anchor.ceiling.clone()
    };
    rules.check(505, narrows(root_grants, &ceiling, Rules::default()))
}

/// The root's credential, if the bundle's attester of that name has the key that signed it.
fn vouched<'c>(scene: &Scene, credential: Option<&'c Credential>, name: &str) -> Option<&'c Credential> {
    let attesters = &scene.setting.bundle.attesters;
    credential.filter(|credential| {
        attesters.iter().any(|one| one.key.thumbprint() == credential.sealed.kid && one.name == name)
    })
}
