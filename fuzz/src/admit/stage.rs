//! Where a story is judged: trust that fits it, lists, limits, time, a request and a proof; each of which may be a mistake.

use throughline::{AuthorityDemand, Limits, OriginForm};

use crate::admit::cast::{self, attester_name};
use crate::admit::shapes::{
    Anchor, AnchorKind, Asked, Attester, Bundle, Credential, Entities, Entry, Held, Item, Link, Pin, Revoker, Scene,
    Setting, Test,
};
use crate::admit::story::{START, Story, Twist};
use crate::admit::write::{Hand, ProofClaims};
use crate::draw::Draw;
use crate::grant::tests::model::{G, L, V};

/// A story on its stage.
pub(crate) fn scene(draw: &mut Draw<'_>, twist: &Twist) -> Scene {
    let story = Story::tell(draw, twist);
    let setting = setting(draw, &story);
    let proof = proof(draw, &story, &setting);
    Scene { items: story.items, known: story.known, proof, setting }
}

/// Another setting for the same story.
pub(crate) fn setting(draw: &mut Draw<'_>, story: &Story) -> Setting {
    let mut limits = Limits::DEFAULT;
    limits.skew = draw.of(&[30, 0, 1, 5]);
    limits.proof_window = draw.of(&[60, 0, 1]);
    narrow(draw, &mut limits, story);
    let now = now(draw, story, limits.skew);
    let bundle = bundle(draw, story);
    let lists = lists(draw, story, &bundle, now, limits.skew);
    let oldest = now.saturating_sub(limits.proof_window).saturating_sub(limits.skew);
    let began = draw.right_or(oldest.saturating_sub(limits.skew), &[now, now.saturating_add(1)]);
    Setting { bundle, lists, limits, now, asked: asked(draw, story), agreement: cast::AUDIENCE.to_vec(), began }
}

/// As much as the token needs; by mistake less.
fn narrow(draw: &mut Draw<'_>, limits: &mut Limits, story: &Story) {
    let links = story.links();
    let grants = links.iter().filter_map(|link| link.claims.grants.as_ref()).map(Vec::len).max().unwrap_or(0);
    let credentials = story.items.iter().filter(|item| matches!(item, Item::Credential(_))).count();
    let len: usize = story.items.iter().map(|item| item.sealed().bytes.len()).sum();
    let small = |n: usize| u8::try_from(n).unwrap_or(u8::MAX);
    if draw.once_in(4) {
        let short = |draw: &mut Draw<'_>, n: usize| n.saturating_sub(usize::from(draw.errs()));
        limits.links = small(short(draw, links.len()));
        limits.credentials = small(short(draw, credentials));
        limits.grants = small(short(draw, grants));
        limits.token_bytes = u32::try_from(short(draw, len)).unwrap_or(u32::MAX);
        limits.proof_bytes = draw.right_or(u32::MAX, &[0, 100]);
    }
}

/// Somewhere in all windows, often at an edge; by mistake beyond it.
fn now(draw: &mut Draw<'_>, story: &Story, skew: u64) -> u64 {
    let windows = story.links().into_iter().map(|link| link.claims.window);
    let latest = windows.clone().map(|window| window.start()).max().unwrap_or(START);
    let earliest = windows.map(|window| window.exp).min().unwrap_or(START + 1);
    let (from, to) = (latest.saturating_sub(skew), earliest.saturating_add(skew).saturating_sub(1));
    let middle = u64::midpoint(latest, earliest);
    let now = draw.of(&[middle, from, to, latest, earliest.saturating_sub(1)]);
    draw.right_or(now, &[from.saturating_sub(1), to.saturating_add(1), 0, u64::MAX])
}

fn bundle(draw: &mut Draw<'_>, story: &Story) -> Bundle {
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
            pins.push(Pin { key, identifier, roles: vec![], props: vec![], accountable, attester: attester_name(cast::ATTESTERS[0]) });
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
fn attester(draw: &mut Draw<'_>, key: crate::admit::shapes::Key, credentials: &[&Credential], story: &Story) -> Attester {
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
        Some(at) if draw.once_in(2) && throughline::is_namespace(&one[..at]) && !one.starts_with("urn") && !one.starts_with("CN") => one[..at].to_owned(),
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
            AnchorKind::Context { attester, tests, accountable, max_age: draw.right_or(age, &[age.saturating_sub(1), u64::MAX]) }
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
        let kind = AnchorKind::Identity { key, identifier, role: "owner".into(), accountable: vec![entities(draw, &cast::names())] };
        origins.insert(0, Anchor { name: "first".into(), kind, ceiling: all[..1].to_vec() });
    }
    origins.retain(|_| !draw.errs());
    origins
}

fn lists(draw: &mut Draw<'_>, story: &Story, bundle: &Bundle, now: u64, skew: u64) -> Vec<Held> {
    let held = bundle.revokers.iter().map(|revoker| {
        // Below 2⁶³, as times are.
        let most = u64::MAX / 2;
        let iat = draw.of(&[now.saturating_sub(100), now, now.saturating_add(skew)]).min(most - 1);
        let iat = draw.right_or(iat, &[now.saturating_add(skew + 1).min(most - 1)]);
        let exp = draw.of(&[now.saturating_add(100), now.saturating_sub(skew).saturating_add(1)]).min(most);
        let exp = draw.right_or(exp, &[now.saturating_sub(skew).min(most)]).max(iat + 1);
        let entries = (0..draw.of(&[0, 0, 1, 2])).filter_map(|_| entry(draw, story)).collect();
        Held { issuer: revoker.key, name: revoker.name.clone(), iat, exp, entries }
    });
    let mut held: Vec<Held> = held.collect();
    held.retain(|_| !draw.errs());
    held
}

/// Of something in the story, or of something that is like it.
pub(crate) fn entry(draw: &mut Draw<'_>, story: &Story) -> Option<Entry> {
    let links = story.links();
    let link: &Link = draw.any(&links)?;
    let item = draw.any(&story.items)?;
    let known = draw.any(&story.known).map_or(item.sealed().digest, |known| known.sealed.digest);
    let (noise, keys, names) = (cast::noise(draw), cast::keys(), cast::names());
    let (any_key, any_name) = (draw.of(&keys).thumbprint(), draw.of(&names));
    let some_keys = |draw: &mut Draw<'_>| vec![draw.of(&keys).thumbprint(), [0xab; 32]];
    Some(match draw.below(8) {
        0 => Entry::Link(draw.of(&[link.sealed.digest, noise])),
        1 => Entry::Key(draw.of(&[link.sealed.kid, noise, any_key])),
        2 => Entry::Credential(draw.of(&[link.sealed.kid, known, noise]), vec![]),
        3 => Entry::Identifier(draw.of(&[link.claims.iss.clone(), any_name]), some_keys(draw)),
        4 => Entry::Consent(draw.of(&[[0xcc; 32], noise])),
        5 => {
            let entity = link.claims.origin.as_ref().map_or_else(|| draw.of(&names), |origin| origin.accountable.clone());
            Entry::Accountable(entity, link.claims.window.iat + draw.of(&[0, 1]))
        }
        6 => Entry::Credential(noise, some_keys(draw)),
        _ => Entry::Key(draw.of(&cast::ATTESTERS).thumbprint()),
    })
}

/// What one of the head's grants admits.
fn asked(draw: &mut Draw<'_>, story: &Story) -> Asked {
    let grant = draw.any(&story.effective).unwrap_or_else(|| G::new("a.b", "x/y", &[]));
    let filled = |pattern: &str, whole: &str| match pattern {
        "*" => whole.to_owned(),
        _ => pattern.replace('*', "z"),
    };
    let mut arguments: Vec<(String, V)> =
        grant.limits.iter().map(|(name, limit)| (name.clone(), admitted(draw, limit))).collect();
    if draw.once_in(4) {
        arguments.push(("extra".into(), V::Text("any".into())));
    }
    if draw.errs() {
        match draw.below(5) {
            0 => drop(arguments.pop()),
            1 => arguments.extend(arguments.first().cloned()),
            2 => arguments.iter_mut().for_each(|(_, value)| *value = V::Int(99)),
            3 => arguments.extend((0..257).map(|n| (format!("{n}"), V::Bool(true)))),
            _ => arguments.push(("n".repeat(1025), V::Bool(true))),
        }
    }
    let (action, resource) = (filled(&grant.action, "a.b"), filled(&grant.resource, "x/y"));
    Asked {
        audience: "https://audience.example".into(),
        digest: [0xd1; 32],
        action: draw.right_or(action, &["a.*".into(), "zz".into(), String::new(), "a".repeat(129)]),
        resource: draw.right_or(resource, &["x/*".into(), "x/../y".into(), "zz".into(), "x".repeat(1025)]),
        arguments,
        signed: draw.once_in(4),
        authority: draw.of(&[AuthorityDemand::Any, AuthorityDemand::Any, AuthorityDemand::Delegated, AuthorityDemand::Independent]),
    }
}

fn admitted(draw: &mut Draw<'_>, limit: &L) -> V {
    match limit {
        L::Equals(value) => value.clone(),
        L::OneOf(values) => draw.of(values),
        L::Range(lo, hi) => V::Int(draw.of(&[*lo, *hi])),
        L::Prefix(prefix) => V::Text(draw.of(&[prefix.clone(), format!("{prefix}/c"), format!("{prefix}/c/d")])),
    }
}

/// By the head's actor for this request; by mistake for another, by another, or at another time.
pub(crate) fn proof(draw: &mut Draw<'_>, story: &Story, setting: &Setting) -> crate::admit::shapes::Proof {
    let (limits, now) = (setting.limits, setting.now);
    let links = story.links();
    let head = links.last();
    let kid = head.map_or([0; 32], |head| head.sealed.kid);
    let key = head.and_then(|head| head.sealed.signer).unwrap_or(cast::ORIGINS[0]);
    let digest = head.map_or([0; 32], |head| head.sealed.digest);
    // Below 2⁶³, as times are.
    let most = u64::MAX / 2;
    let oldest = now.saturating_sub(limits.skew).saturating_sub(limits.proof_window);
    let newest = now.saturating_add(limits.skew);
    let iat = draw.of(&[now, oldest, newest]);
    let iat = draw.right_or(iat, &[oldest.saturating_sub(1), newest.saturating_add(1)]).min(most);
    let aud = draw.right_or(setting.asked.audience.clone(), &["https://other.example".into()]);
    let (head_named, request) = (draw.right_or(digest, &[[0xaa; 32]]), draw.right_or(setting.asked.digest, &[[0xaa; 32]]));
    let claims = ProofClaims { aud: aud.clone(), iat, cti: [5; 16], head: head_named, request };
    let named = draw.right_or(kid, &[[0xaa; 32]]);
    let agree = head.and_then(|head| head.claims.agree);
    let mac = draw.once_in(2) && !setting.asked.signed && agree.is_some() || draw.errs();
    let mut proof = if mac {
        let agreement = draw.of(&cast::AUDIENCE);
        let agreement = draw.right_or(agreement, &[cast::AGREE[0]]);
        let agree = draw.right_or(agree.unwrap_or(cast::AGREE[0]), &cast::keys());
        let audience = draw.right_or(aud.as_str(), &["https://other.example"]).to_owned();
        let bound = (draw.right_or(kid, &[[0xaa; 32]]), draw.right_or(digest, &[[0xaa; 32]]), audience.as_str());
        let damaged = draw.errs();
        claims.mac(named, agreement, agree, bound, damaged)
    } else {
        let key = draw.right_or(key, &cast::keys());
        claims.sign(Hand { kid: named, key, damaged: draw.errs() })
    };
    if draw.errs() {
        proof.sealed.bytes.clear();
    }
    proof
}
