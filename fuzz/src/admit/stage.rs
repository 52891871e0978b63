//! Where a story is judged: trust that fits it, lists, limits, time, a request and a proof; each of which may be a mistake.

mod bundle;

use throughline::{AuthorityDemand, Limits};

use crate::admit::cast;
use crate::admit::shapes::{Asked, Bundle, Entry, Held, Item, Link, Proof, Scene, Setting};
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
    let bundle = bundle::bundle(draw, story);
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
            let entity =
                link.claims.origin.as_ref().map_or_else(|| draw.of(&names), |origin| origin.accountable.clone());
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
        authority: draw.of(&[
            AuthorityDemand::Any,
            AuthorityDemand::Any,
            AuthorityDemand::Delegated,
            AuthorityDemand::Independent,
        ]),
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
pub(crate) fn proof(draw: &mut Draw<'_>, story: &Story, setting: &Setting) -> Proof {
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
    let (head_named, request) =
        (draw.right_or(digest, &[[0xaa; 32]]), draw.right_or(setting.asked.digest, &[[0xaa; 32]]));
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
