//! Successors of all kinds, under a bundle that lets each attester say everything: only contracts hold them.

use throughline::trust::Trust;
use throughline::{KnownCredentials, NoRevocations, OriginForm, UnixTime, Verifier};

use crate::admit::cast::{self, By, Member, attester_name};
use crate::admit::keys::Marks;
use crate::admit::library;
use crate::admit::shapes::{
    Anchor, AnchorKind, Attester, Bundle, Contract, Credential, CredentialClaims, Entities, HandOver, Hash, Item, Key,
    Link, LinkClaims, Next, Origin, Pin, Window,
};
use crate::admit::write::{self, Hand};
use crate::contract::sets::Members;
use crate::draw::Draw;

/// One who may or may not be let in.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    pub(crate) member: Member,
    /// Which of the further credentials are fresh.
    pub(crate) also_fresh: bool,
    pub(crate) given: Given,
}

/// The hand-over that it brings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Nothing,
    Right,
    /// To somebody else.
    Misaddressed,
}

impl Candidate {
    pub(crate) fn is_vouched(&self) -> bool {
        self.member.by != By::Nobody
    }
}

/// The population, and the trust that fits it.
pub(crate) struct Ground {
    pub(crate) population: Vec<Candidate>,
    trust: Trust<'static>,
}

impl Ground {
    pub(crate) fn draw(draw: &mut Draw<'_>) -> Self {
        let population: Vec<Candidate> = (0..16).map(|n| candidate(draw, n)).collect();
        let all = cast::names();
        let attesters = cast::ATTESTERS.map(|key| Attester {
            key,
            name: attester_name(key),
            namespaces: all.clone(),
            accountable: all.iter().cloned().map(Entities::Exact).collect(),
            roles: cast::strings(cast::ROLES),
            props: cast::strings(cast::PROPS),
            outlive: 0,
        });
        let pinned = population.iter().map(|one| &one.member).filter(|member| member.by == By::Pin);
        let pins = pinned.map(|member| Pin {
            key: member.key,
            identifier: member.identifier.clone(),
            roles: vec![member.role.clone()],
            props: member.props.clone().into_iter().collect(),
            accountable: member.accountable.clone(),
            attester: attester_name(member.attester),
        });
        let kind = AnchorKind::Identity {
            key: cast::ORIGINS[0],
            identifier: OWNER.into(),
            role: "owner".into(),
            accountable: vec![Entities::Exact(OWNER.into())],
        };
        let origins = vec![Anchor { name: "owner".into(), kind, ceiling: cast::grants().to_vec() }];
        let bundle = Bundle { origins, attesters: attesters.to_vec(), pins: pins.collect(), revokers: vec![] };
        Self { trust: library::trust(&bundle), population }
    }

    pub(crate) fn root(&self, next: Option<Next>, require: Option<Contract>) -> Item {
        let origin = Origin { kind: OriginForm::Identity, accountable: OWNER.into(), nonce: [7; 16], consent: None };
        let claims = LinkClaims {
            grants: Some(cast::grants()[..1].to_vec()),
            origin: Some(origin),
            role: Some("owner".into()),
            ..claims(OWNER.into(), None, 0, next, require)
        };
        Item::Link(write::link(claims, by(cast::ORIGINS[0].thumbprint(), cast::ORIGINS[0])))
    }

    /// What a candidate appends to a chain.
    pub(crate) fn link(
        &self,
        chain: &[Item],
        candidate: &Candidate,
        position: u64,
        next: Option<Next>,
        require: Option<Contract>,
    ) -> Vec<Item> {
        let (member, parent) = (&candidate.member, chain.last().expect("a root").sealed());
        let nonce = |fresh: bool| fresh.then(|| parent.digest.to_vec());
        let first =
            (member.by == By::Credential).then(|| credential(member, nonce(member.fresh), vec![member.role.clone()]));
        let also = member.also.iter().filter(|_| candidate.is_vouched()).map(|(attester, props)| {
            let says = Member { attester: *attester, props: props.clone(), ..member.clone() };
            credential(&says, nonce(candidate.also_fresh), vec![])
        });
        let mut also: Vec<Credential> = also.collect();
        also.sort_by_key(|one| one.sealed.digest);
        also.dedup_by_key(|one| one.sealed.digest);
        also.retain(|one| first.as_ref().is_none_or(|first| first.sealed.digest != one.sealed.digest));
        let kid = first.as_ref().map_or_else(|| member.key.thumbprint(), |first| first.sealed.digest);
        let handover = self.handover(candidate, parent.digest, by(parent.kid, parent.signer.expect("signed")));
        let claims = LinkClaims {
            cnf: (member.by == By::Nobody).then_some(member.key),
            role: candidate.is_vouched().then(|| member.role.clone()),
            also: also.iter().map(|one| one.sealed.digest).collect(),
            handover: handover.as_ref().map(|one| one.sealed.digest),
            ..claims(member.identifier.clone(), Some(parent.digest), position, next, require)
        };
        let link: Link = write::link(claims, by(kid, member.key));
        let mut credentials: Vec<Credential> = first.into_iter().chain(also).collect();
        // What an earlier link named stands there.
        credentials.retain(|one| chain.iter().all(|item| item.sealed().digest != one.sealed.digest));
        let credentials = credentials.into_iter().map(Item::Credential);
        credentials.chain(handover.map(Item::HandOver)).chain([Item::Link(link)]).collect()
    }

    fn handover(&self, candidate: &Candidate, head: Hash, hand: Hand) -> Option<HandOver> {
        let to = match candidate.given {
            Given::Nothing => return None,
            Given::Right => &candidate.member.identifier,
            Given::Misaddressed => "urn:x:somebody-else",
        };
        Some(write::handover(WINDOW.exp, to, head, None, hand))
    }

    /// Who of these may append a link to this chain.
    pub(crate) fn let_in(&self, chain: &[Item], candidates: &[Candidate]) -> Members {
        let known = KnownCredentials::new();
        let verifier = Verifier::new(&self.trust, &Marks, &NoRevocations).known(&known);
        let links = chain.iter().filter(|item| matches!(item, Item::Link(_))).count();
        let position = u64::try_from(links).expect("few");
        let before: Vec<u8> = chain.iter().flat_map(|item| item.sealed().bytes.clone()).collect();
        let may = |candidate: &Candidate| {
            let items = self.link(chain, candidate, position, None, None);
            let token = [before.clone(), items.iter().flat_map(|item| item.sealed().bytes.clone()).collect()].concat();
            match verifier.verify(&token, UnixTime(WINDOW.iat)).map(drop) {
                Ok(()) => true,
                // Nothing but stage 7 holds anybody here.
                Err(error) => {
                    assert_eq!(error.kind.stage(), 7, "{error} {candidate:?}");
                    false
                }
            }
        };
        candidates.iter().enumerate().filter(|(_, one)| may(one)).map(|(nth, _)| nth).collect()
    }
}

fn candidate(draw: &mut Draw<'_>, n: u8) -> Candidate {
    let mut member = Member::draw(draw, usize::from(n));
    if member.by == By::Pin {
        // A pinned key is nobody else's.
        member.key = Key(18 + n % 8);
        if n >= 8 {
            member.by = By::Credential;
            member.key = Key(12);
        }
    }
    // Twice the same statement is the same credential.
    member.also.truncate(1);
    Candidate {
        member,
        also_fresh: draw.once_in(2),
        given: draw.of(&[Given::Nothing, Given::Nothing, Given::Right, Given::Misaddressed]),
    }
}

fn credential(member: &Member, nonce: Option<Vec<u8>>, roles: Vec<String>) -> Credential {
    let claims = CredentialClaims {
        iss: attester_name(member.attester),
        sub: member.identifier.clone(),
        window: WINDOW,
        cnf: member.key,
        accountable: member.accountable.clone(),
        roles,
        props: member.props.clone(),
        nonce,
    };
    write::credential(claims, by(member.attester.thumbprint(), member.attester))
}

fn claims(
    iss: String,
    parent: Option<Hash>,
    position: u64,
    next: Option<Next>,
    require: Option<Contract>,
) -> LinkClaims {
    LinkClaims {
        iss,
        window: WINDOW,
        cnf: None,
        parent,
        position,
        role: None,
        grants: None,
        next,
        require,
        origin: None,
        also: vec![],
        agree: None,
        task: None,
        handover: None,
        evidence: vec![],
        cause: None,
    }
}

fn by(kid: Hash, key: Key) -> Hand {
    Hand { kid, key, damaged: false }
}

const OWNER: &str = "https://owner.example";
const WINDOW: Window = Window { iat: 1_000, nbf: None, exp: 2_000 };
