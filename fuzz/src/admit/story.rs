//! Tells how a token came about, hop by hop. What is right is the first choice everywhere; every step may be a mistake.

pub(crate) mod contract;
mod vouching;

use std::collections::BTreeMap;

use throughline::OriginForm;

use crate::admit::cast::{self, By, Member};
use crate::admit::model::Rules;
use crate::admit::model::chain::narrows;
use crate::admit::shapes::{Contract, Credential, Hash, Item, Key, Link, LinkClaims, Next, Origin, Prop, Window};
use crate::admit::write::{self, Hand};
use crate::draw::Draw;
use crate::grant::tests::model::G;

/// A token, and who acts in its links.
#[derive(Debug, Default)]
pub(crate) struct Story {
    pub(crate) items: Vec<Item>,
    pub(crate) known: Vec<Credential>,
    pub(crate) pinned: Vec<Member>,
    pub(crate) effective: Vec<G>,
    /// The last credential of each key, for later links to name again.
    last: BTreeMap<Key, Credential>,
}

/// One more `require` than the story has, at this link, if it has none there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Twist {
    pub(crate) require: Option<(usize, Contract)>,
}

/// How long a root is good.
pub(crate) const START: u64 = 1_000;
const END: u64 = 2_000;
/// The last second there is (token.md §2.3).
const LAST: u64 = u64::MAX / 2;

impl Story {
    pub(crate) fn tell(draw: &mut Draw<'_>, twist: &Twist) -> Self {
        let crowd = draw.once_in(64);
        let hops = if crowd { 16 } else { draw.of(&[2, 3, 1, 4, 2, 3, 5, 8]) };
        let mut members: Vec<Member> = (0..draw.of(&[4, 2, 3, 6])).map(|n| Member::draw(draw, n)).collect();
        if crowd {
            members.iter_mut().for_each(|member| member.crowd());
        }
        let mut plan: Vec<Member> =
            (0..hops).map(|n| members[(n + draw.of(&[0, 0, 1])) % members.len()].clone()).collect();
        let kind = draw.of(&[OriginForm::Identity, OriginForm::Role, OriginForm::Context, OriginForm::Identity]);
        if kind != OriginForm::Identity {
            // A root that is not an identity origin's is vouched for.
            let root = plan.iter().find(|one| one.by == By::Credential).cloned();
            plan[0] = root.unwrap_or_else(|| Member {
                by: By::Credential,
                identifier: "urn:x:pay".into(),
                ..plan[0].clone()
            });
        }
        let mut story = Self::default();
        for index in 0..plan.len() {
            story.hop(draw, &plan, index, kind, twist, crowd);
        }
        story.pinned = plan.into_iter().filter(|member| member.by == By::Pin).collect();
        story.pinned.sort_by_key(|member| member.key);
        story.pinned.dedup_by_key(|member| member.key);
        if draw.errs() && story.items.len() > 1 {
            let (one, other) = (draw.below(story.items.len()), draw.below(story.items.len()));
            match draw.below(4) {
                0 => story.items.swap(one, other),
                1 => drop(story.items.remove(one)),
                2 => story.items.insert(one, story.items[other].clone()),
                _ => story.items.truncate(one),
            }
        }
        story
    }

    pub(crate) fn links(&self) -> Vec<&Link> {
        let links = self.items.iter().filter_map(|item| match item {
            Item::Link(link) => Some(link),
            _ => None,
        });
        links.collect()
    }

    fn hop(
        &mut self,
        draw: &mut Draw<'_>,
        plan: &[Member],
        index: usize,
        kind: OriginForm,
        twist: &Twist,
        crowd: bool,
    ) {
        let member = &plan[index];
        let parent: Option<(Hash, Window, Hash, Key)> = self.links().last().map(|link| {
            (link.sealed.digest, link.claims.window, link.sealed.kid, link.sealed.signer.unwrap_or(Key(0)))
        });
        let window = window(draw, parent.map(|(_, window, ..)| window));
        let origin = (index == 0).then(|| {
            let mine =
                if kind == OriginForm::Identity { cast::IDENTIFIERS[5].to_owned() } else { member.accountable.clone() };
            Origin {
                kind: draw.right_or(kind, &[OriginForm::Identity, OriginForm::Role, OriginForm::Context]),
                accountable: draw.right_or(mine, &cast::names()),
                nonce: [7; 16],
                consent: draw.once_in(3).then_some([0xcc; 32]),
            }
        });
        let freshness = match (&origin, &parent) {
            (Some(origin), _) => origin.nonce.to_vec(),
            (None, Some((digest, ..))) => digest.to_vec(),
            (None, None) => vec![0; 32],
        };
        let identity = index == 0 && kind == OriginForm::Identity;
        let vouched = !identity && member.by == By::Credential;
        // A context root's credential is bound to it.
        let fresh = member.fresh || index == 0 && kind == OriginForm::Context;
        let kid_credential =
            vouched.then(|| self.vouch(draw, member, &window, fresh.then(|| freshness.clone()), index));
        let mut also = Vec::new();
        if !identity && member.by != By::Nobody {
            for (nth, (attester, props)) in member.also.iter().enumerate() {
                let nonce = (member.fresh || draw.once_in(2)).then(|| freshness.clone());
                let mut props = props.clone();
                if crowd {
                    props.insert("h".into(), Prop::Int(i64::try_from(index * 8 + nth).unwrap_or_default()));
                }
                let by = Member { attester: *attester, props, ..member.clone() };
                also.push(self.credential(draw, &by, &window, nonce, vec![]));
            }
        }
        let kid = match (&kid_credential, identity) {
            (Some(credential), _) => credential.sealed.digest,
            (None, true) => cast::ORIGINS[0].thumbprint(),
            (None, false) => member.key.thumbprint(),
        };
        let key = if identity { cast::ORIGINS[0] } else { member.key };
        let mut also_names: Vec<Hash> = also.iter().map(|one| one.sealed.digest).collect();
        if draw.errs() && !identity && member.by != By::Nobody {
            also_names.push(draw.right_or(kid, &[[0xad; 32]]));
        }
        also_names.sort_unstable();
        also_names.dedup();
        also.sort_by_key(|one| one.sealed.digest);
        also.dedup_by_key(|one| one.sealed.digest);
        for credential in kid_credential.into_iter().chain(also) {
            self.place(draw, credential, crowd);
        }
        let task = draw.once_in(3).then_some([0x77; 32]);
        let handover =
            self.handover(draw, member, parent.map(|(digest, _, kid, key)| (digest, kid, key)), &window, task);
        let claims = LinkClaims {
            iss: if identity {
                draw.right_or("https://a.example/authority".into(), &cast::names())
            } else {
                draw.right_or(member.identifier.clone(), &cast::names())
            },
            window,
            cnf: (!identity && member.by == By::Nobody).then(|| draw.right_or(member.key, &cast::keys())),
            parent: parent.map(|(digest, ..)| draw.right_or(digest, &[[0xae; 32]])),
            position: draw.right_or(u64::try_from(index).unwrap_or_default(), &[0, 1, 2, 9, u64::MAX / 2]),
            role: (identity || member.by != By::Nobody).then(|| {
                let role = if identity { "owner".into() } else { member.role.clone() };
                draw.right_or(role, &cast::strings(cast::ROLES))
            }),
            grants: self.grants(draw, index),
            next: contract::next(draw, plan, index),
            require: contract::require(draw, plan, index).or_else(|| {
                twist.require.as_ref().filter(|(at, _)| *at == index).map(|(_, contract)| contract.clone())
            }),
            origin,
            also: also_names,
            agree: (index + 1 == plan.len() && draw.below(4) != 3 || draw.once_in(4))
                .then(|| draw.of(&cast::AGREE))
                .map(|key| draw.right_or(key, &cast::keys())),
            task: if draw.errs() { None } else { task },
            handover,
            evidence: if draw.once_in(8) { vec![[0xee; 32]] } else { vec![] },
            cause: draw.once_in(8).then_some([0xcf; 32]),
        };
        let hand = hand(draw, kid, key);
        self.items.push(Item::Link(write::link(claims, hand)));
    }

    /// If an earlier link demands one.
    fn handover(
        &mut self,
        draw: &mut Draw<'_>,
        member: &Member,
        parent: Option<(Hash, Hash, Key)>,
        window: &Window,
        task: Option<Hash>,
    ) -> Option<Hash> {
        let (head, kid, key) = parent?;
        let links = self.links();
        let next = match &links.last()?.claims.next {
            Some(Next::Contract(contract)) => contract.handover,
            _ => false,
        };
        let demanded = next || links.iter().any(|link| link.claims.require.as_ref().is_some_and(|one| one.handover));
        if demanded == draw.errs() {
            return None;
        }
        let exp = (window.exp + draw.of(&[0, 1, 100])).min(LAST);
        let exp = draw.right_or(exp, &[window.exp - 1]);
        let head = draw.right_or(head, &[[0xaf; 32]]);
        let to = draw.right_or(member.identifier.clone(), &cast::names());
        let own = if draw.once_in(2) { task } else { None };
        let task = draw.right_or(own, &[Some([0x78; 32])]);
        let kid = draw.right_or(kid, &[[0xb0; 32]]);
        let hand = hand(draw, kid, key);
        let given = write::handover(exp, &to, head, task, hand);
        let digest = given.sealed.digest;
        if !draw.errs() {
            self.items.push(Item::HandOver(given));
        }
        Some(digest)
    }

    fn grants(&mut self, draw: &mut Draw<'_>, index: usize) -> Option<Vec<G>> {
        let all = cast::grants();
        if index > 0 && draw.below(2) == 0 {
            return None;
        }
        let mut own = Vec::new();
        for _ in 0..draw.of(&[1, 2, 3, 0]) {
            let fits = |grant: &&G| index == 0 || narrows(&[(*grant).clone()], &self.effective, Rules::default());
            let fitting: Vec<G> = all.iter().filter(fits).cloned().collect();
            let wrong = draw.errs();
            own.extend(draw.any(if wrong { all } else { &fitting }));
        }
        self.effective.clone_from(&own);
        Some(own)
    }
}

impl Member {
    /// One of many whom many vouch for.
    fn crowd(&mut self) {
        if self.by == By::Nobody {
            self.identifier = cast::IDENTIFIERS[0].to_owned();
        }
        (self.by, self.fresh) = (By::Credential, true);
        self.also = cast::ATTESTERS[..2].iter().map(|key| (*key, BTreeMap::new())).collect();
    }
}

fn window(draw: &mut Draw<'_>, parent: Option<Window>) -> Window {
    let (from, to) = parent.map_or((START, END), |parent| (parent.start(), parent.exp));
    let mut start = from + draw.of(&[0, 0, 1, 5]);
    let mut exp = (to - draw.of(&[0, 0, 1, 5])).max(start + 1);
    if draw.errs() {
        match draw.below(4) {
            0 => start -= draw.of(&[1, 6, 30]),
            1 => exp = (exp + draw.of(&[1, 6, 30])).min(LAST),
            2 => exp = start,
            _ => exp = LAST,
        }
    }
    let nbf = draw.once_in(4).then_some(start);
    let iat = if nbf.is_some() { start - draw.of(&[0, 3, 200]) } else { start };
    Window { iat: if draw.errs() { start + 1 } else { iat }, nbf, exp }
}

/// Under this name, by this key; by mistake by another, or damaged.
fn hand(draw: &mut Draw<'_>, kid: Hash, key: Key) -> Hand {
    let wrong = draw.errs();
    Hand {
        kid: if wrong && draw.once_in(4) { [0xb1; 32] } else { kid },
        key: if wrong && draw.once_in(2) { draw.of(&cast::keys()) } else { key },
        damaged: wrong && draw.once_in(2),
    }
}
