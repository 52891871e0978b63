//! Trust that fits a story, among trust that does not matter to it; each part of which may be a mistake.

use throughline::OriginForm;

use crate::admit::cast::{self, attester_name};
use crate::admit::shapes::{Anchor, AnchorKind, Attester, Bundle, Credential, Entities, Item, Key, Pin, Revoker, Test};
use crate::admit::story::{START, Story};
use crate::draw::Draw;

/// Anchors, attesters, pins and revocation issuers.
pub(crate) fn bundle(draw: &mut Draw<'_>, story: &Story) -> Bundle {
    let credentials: Vec<&Credential> = story
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Credential(credential) => Some(credential),
            _ => None,
        })
        .chain(&story.known)
        .collect();
    let attesters = cast::ATTESTERS.iter().filter(|_| !draw.errs()).copied().collect::<Vec<_>>();
    let attesters = attesters.into_iter().map(|key| attester(draw, key, &credentials, story)).collect();
    let pins = story.pinned.iter().map(|member| Pin {
        key: member.key,
        identifier: draw.right_or(member.identifier.clone(), &cast::names()),
        roles: if draw.errs() { vec![] } else { vec![member.role.clone(), "r".into()] },
        props: member.props.iter().map(|(name, value)| (name.clone(), value.clone())).collect(),
        accountable: member.accountable.clone(),
        attester: attester_name(member.attester),
    });
    let mut pins: Vec<Pin> = pins.collect();
    if draw.errs() {
        let key = draw.of(&cast::keys()[12..]);
        if pins.iter().all(|pin| pin.key != key) {
            let (identifier, accountable) = (draw.of(&cast::names()), draw.of(&cast::names()));
            pins.push(Pin {
                key,
                identifier,
                roles: vec![],
                props: vec![],
                accountable,
                attester: attester_name(cast::ATTESTERS[0]),
            });
        }
    }
    pins.retain(|_| !draw.errs());
    let revokers = (0..draw.of(&[0, 1, 2])).map(|n| Revoker {
        key: cast::REVOKERS[n],
        name: "https://revoke.example".into(),
        accountable: if draw.once_in(2) { vec![entities(draw, &cast::names())] } else { vec![] },
        attesters: if draw.once_in(3) { vec![attester_name(draw.of(&cast::ATTESTERS))] } else { vec![] },
    });
    let revokers = revokers.collect();
    Bundle { origins: origins(draw, story, &credentials), attesters, pins, revokers }
}

/// With a remit for all that it says in this story, and for other things.
fn attester(draw: &mut Draw<'_>, key: Key, credentials: &[&Credential], story: &Story) -> Attester {
    let mine: Vec<&Credential> =
        credentials.iter().filter(|credential| credential.sealed.kid == key.thumbprint()).copied().collect();
    let needed = |of: &dyn Fn(&Credential) -> Vec<String>| {
        let mut all: Vec<String> = mine.iter().flat_map(|credential| of(credential)).collect();
        all.sort();
        all.dedup();
        all
    };
    // Half of the identifiers by a namespace above them.
    let namespaces = needed(&|credential| vec![credential.claims.sub.clone()]);
    let above = |draw: &mut Draw<'_>, one: String| match one.rfind(['/', ':']) {
        Some(at)
            if draw.once_in(2)
                && throughline::is_namespace(&one[..at])
                && !one.starts_with("urn")
                && !one.starts_with("CN") =>
        {
            one[..at].to_owned()
        }
        _ => one,
    };
    let namespaces: Vec<String> = namespaces.into_iter().map(|one| above(draw, one)).collect();
    let accountable = needed(&|credential| vec![credential.claims.accountable.clone()]);
    let links = story.links();
    let outlive = links.iter().flat_map(|link| {
        let named = |credential: &&&Credential| {
            credential.sealed.digest == link.sealed.kid || link.claims.also.contains(&credential.sealed.digest)
        };
        mine.iter().filter(named).map(|credential| link.claims.window.exp.saturating_sub(credential.claims.window.exp))
    });
    let outlive = outlive.max().unwrap_or(0);
    let mut attester = Attester {
        key,
        name: draw.right_or(attester_name(key), &["https://nobody.example".into()]),
        namespaces: kept(draw, namespaces),
        accountable: kept(draw, accountable).into_iter().map(|one| entities(draw, &[one])).collect(),
        roles: kept(draw, needed(&|credential| credential.claims.roles.clone())),
        props: kept(draw, needed(&|credential| credential.claims.props.keys().cloned().collect())),
        outlive: draw.right_or(outlive, &[outlive.saturating_sub(1), u64::MAX]),
    };
    if draw.once_in(3) {
        attester.namespaces.push(draw.of(&cast::namespaces()));
        attester.roles.push("unused".into());
    }
    attester
}

/// All of them; by mistake one less.
fn kept(draw: &mut Draw<'_>, mut all: Vec<String>) -> Vec<String> {
    if draw.errs() && !all.is_empty() {
        let at = draw.below(all.len());
        all.remove(at);
    }
    all
}

/// One of these, exactly or as a namespace.
fn entities(draw: &mut Draw<'_>, names: &[String]) -> Entities {
    let name = draw.of(names);
    if draw.once_in(2) { Entities::Namespace(name) } else { Entities::Exact(name) }
}

/// One that holds for the root, among others that do not or hold less.
fn origins(draw: &mut Draw<'_>, story: &Story, credentials: &[&Credential]) -> Vec<Anchor> {
    let Some(root) = story.links().first().copied().cloned() else { return vec![] };
    let Some(origin) = &root.claims.origin else { return vec![] };
    let credential = credentials.iter().find(|credential| credential.sealed.digest == root.sealed.kid);
    let stated = credential.map(|credential| credential.claims.iss.clone()).unwrap_or("https://attest.example".into());
    let role = draw.right_or(root.claims.role.clone().unwrap_or("owner".into()), &cast::strings(cast::ROLES));
    let accountable = draw.right_or(origin.accountable.clone(), &cast::names());
    let attester = draw.right_or(stated, &["https://b.example".into(), "https://nobody.example".into()]);
    let kind = match origin.kind {
        OriginForm::Identity => AnchorKind::Identity {
            key: draw.right_or(cast::ORIGINS[0], &cast::ORIGINS),
            identifier: draw.right_or(root.claims.iss.clone(), &cast::names()),
            role,
            accountable: vec![entities(draw, &[accountable]), entities(draw, &cast::names())],
        },
        OriginForm::Role => AnchorKind::Role { attester, role, accountable },
        OriginForm::Context => {
            let props = credential.map(|credential| credential.claims.props.clone()).unwrap_or_default();
            let tests = props.into_iter().map(|(name, value)| (name, Test::Equals(value)));
            let mut tests: Vec<_> = tests.filter(|_| draw.once_in(2)).collect();
            if draw.errs() {
                tests.push(("executables".into(), Test::Tier(2)));
                tests.dedup_by(|one, other| one.0 == other.0);
            }
            let issued = credential.map_or(START, |credential| credential.claims.window.iat);
            let age = root.claims.window.exp.saturating_sub(issued);
            AnchorKind::Context {
                attester,
                tests,
                accountable,
                max_age: draw.right_or(age, &[age.saturating_sub(1), u64::MAX]),
            }
        }
    };
    let own = root.claims.grants.clone().unwrap_or_default();
    let all = cast::grants();
    let fits = draw.of(&[own, vec![all[0].clone()]]);
    let fits = draw.right_or(fits, &[vec![], all[3..6].to_vec()]);
    let mut origins = vec![Anchor { name: "right".into(), kind: kind.clone(), ceiling: fits }];
    // Under the same conditions, and a ceiling that may not do.
    if draw.once_in(3) {
        let ceiling = draw.some(all);
        let at = draw.below(2);
        origins.insert(at, Anchor { name: "other".into(), kind, ceiling });
    }
    if draw.once_in(4) {
        let (key, identifier) = (cast::ORIGINS[draw.below(2)], "https://a.example/authority".to_owned());
        let kind = AnchorKind::Identity {
            key,
            identifier,
            role: "owner".into(),
            accountable: vec![entities(draw, &cast::names())],
        };
        origins.insert(0, Anchor { name: "first".into(), kind, ceiling: all[..1].to_vec() });
    }
    origins.retain(|_| !draw.errs());
    origins
}
