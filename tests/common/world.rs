//! A wider world than Alice's calendar: a second attester, a pin, roots by role and by context, called workers, a stranger.

use throughline::issue::{
    Actor, ContinuationBuilder, CredentialBuilder, Grant, GrantList, OriginClaim, ProofBuilder, RootBuilder,
};
use throughline::trust::{
    ActorPin, Attester, Ceiling, Entities, OriginAnchor, OriginKind, PropertyTest, PropertyValue, RevocationIssuer,
    Test, Tier, Trust,
};
use throughline::{AgreementKey, Digest, List, OriginForm, Property, Text};

use super::{
    ALICE, ATTESTER, AUDIENCE, HOUR, NOW, ROLE, alice, contract, credential, grants, handover, key, origin, public,
    request_digest, root, trust, window, worker,
};

/// Appraises platforms, and says nothing of roles.
pub(crate) const PLATFORM: &str = "https://platform.example";
/// Pinned.
pub(crate) const GATEWAY: &str = "spiffe://prod.example/ns/calendar/gateway";
/// Acts on its own role, or in an attested state.
pub(crate) const AGENT: &str = "spiffe://prod.example/ns/calendar/security-agent";
/// What its credential says.
pub(crate) const AGENT_ROLE: &str = "security-agent";
/// Who revokes.
pub(crate) const REVOKER: &str = "https://revoke.alice.example";
/// The anchor of context roots.
pub(crate) const ATTESTED: &str = "attested";
/// The nonce of context roots.
pub(crate) const NONCE: [u8; 16] = [9; 16];

pub(crate) fn text(content: &'static str) -> Text<'static> {
    Text::new(content)
}

/// Edits a list of the trust bundle.
pub(crate) fn edit<T: Clone>(list: &mut List<'static, T>, change: impl FnOnce(&mut Vec<T>)) {
    let mut items = list.to_vec();
    change(&mut items);
    *list = items.into();
}

pub(crate) fn ceiling(action: &str, resource: &str) -> Ceiling<'static> {
    let grants = GrantList::new([Grant::new(action, resource)]).unwrap();
    Ceiling::new(grants.encoded().to_vec().into()).unwrap()
}

/// Alice's trust and everything of this module; nobody revokes.
pub(crate) fn wide_trust() -> Trust<'static> {
    let mut trust = trust();
    edit(&mut trust.attesters, |attesters| {
        edit(&mut attesters[0].roles, |roles| roles.push(text(AGENT_ROLE)));
        let mut platform = Attester::new(public("platform"), text(PLATFORM));
        platform.namespaces = vec![text("spiffe://prod.example")].into();
        platform.accountable = vec![Entities::Namespace(text(ALICE))].into();
        platform.properties = vec![text("hardware"), text("runtime-opaque")].into();
        attesters.push(platform);
    });
    let mut gateway = ActorPin::new(public("gateway"), text(GATEWAY), text(ALICE), text(ATTESTER));
    gateway.roles = vec![text(ROLE)].into();
    gateway.properties = vec![(text("hardware"), PropertyValue::Int(2))].into();
    trust.pins = vec![gateway].into();
    edit(&mut trust.origins, |origins| {
        let role = OriginKind::Role { attester: text(ATTESTER), role: text(AGENT_ROLE), accountable: text(ALICE) };
        let tested = PropertyTest::new(text("hardware"), Test::Tier(Tier::Affirming));
        let context = OriginKind::Context {
            attester: text(ATTESTER),
            properties: vec![tested].into(),
            accountable: text(ALICE),
            max_age: HOUR,
        };
        origins.push(OriginAnchor::new(text("agents"), role, ceiling("calendar.*", "calendar/alice/*")));
        origins.push(OriginAnchor::new(text(ATTESTED), context, ceiling("calendar.*", "calendar/alice/*")));
    });
    trust
}

/// The wide trust, and a revoker of everything of Alice's.
pub(crate) fn revocable_trust() -> Trust<'static> {
    let mut trust = wide_trust();
    let mut revoker = RevocationIssuer::new(public("revoker"), text(REVOKER));
    revoker.accountable = vec![Entities::Namespace(text(ALICE))].into();
    trust.revokers = vec![revoker].into();
    trust
}

/// What the attester says of the agent, bound to `nonce` if there is one.
pub(crate) fn agent_credential(nonce: Option<&[u8]>) -> Vec<u8> {
    let builder = CredentialBuilder::new(
        (public("attester"), ATTESTER),
        AGENT,
        *public("agent").key(),
        ALICE,
        (NOW.minus(HOUR / 2), NOW.plus(2 * HOUR)),
    );
    let builder = builder.role(AGENT_ROLE).property("hardware", Property::Int(2));
    let builder = nonce.into_iter().fold(builder, CredentialBuilder::nonce);
    builder.sign(&key("attester")).unwrap()
}

/// What the platform's attester says of worker `n`.
pub(crate) fn platform_credential(n: u8) -> Vec<u8> {
    platform_says(n, "runtime-opaque", 2)
}

pub(crate) fn platform_says(n: u8, property: &str, value: i64) -> Vec<u8> {
    let window = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let key_of = *public(&format!("worker {n}")).key();
    CredentialBuilder::new((public("platform"), PLATFORM), &worker(n), key_of, ALICE, window)
        .property(property, Property::Int(value))
        .sign(&key("platform"))
        .unwrap()
}

/// A root by role.
pub(crate) fn role_root() -> RootBuilder {
    let claim = OriginClaim { kind: OriginForm::Role, accountable: ALICE, nonce: NONCE, consent: None };
    let actor = Actor::vouched(&agent_credential(None), AGENT_ROLE).unwrap();
    RootBuilder::new(actor, &claim, window(), grants())
}

/// A root by context: it ends half an hour before its attestation is too old.
pub(crate) fn context_root() -> RootBuilder {
    let claim = OriginClaim { kind: OriginForm::Context, accountable: ALICE, nonce: NONCE, consent: None };
    let actor = Actor::vouched(&agent_credential(Some(&NONCE)), AGENT_ROLE).unwrap();
    RootBuilder::new(actor, &claim, (NOW.minus(60), NOW.plus(HOUR / 2)), grants())
}

/// Worker `n` with its credential.
pub(crate) fn vouched(n: u8) -> Actor {
    Actor::vouched(&credential(n), ROLE).unwrap()
}

/// Signs with worker `n`'s key.
pub(crate) fn by(n: u8, builder: ContinuationBuilder<'_>) -> Vec<u8> {
    builder.sign(&key(&format!("worker {n}"))).unwrap()
}

/// Continues as worker `n`, and lets worker `n + 1` continue by identifier.
pub(crate) fn hop(token: &[u8], n: u8) -> Vec<u8> {
    by(n, ContinuationBuilder::new(token, vouched(n), window()).next_identifier(&worker(n + 1)))
}

/// `links` links of which each but the root was called by name.
pub(crate) fn called(links: u8) -> Vec<u8> {
    let mut token = root().next_contract(contract()).sign(&key("alice")).unwrap();
    let mut caller = "alice".to_owned();
    for n in 1..links {
        let given = handover(&token, &caller, &worker(n));
        let builder = ContinuationBuilder::new(&token, vouched(n), window()).handover(&given);
        token = by(n, builder.next_contract(contract()));
        caller = format!("worker {n}");
    }
    token
}

/// Root, the pinned gateway, then as many workers as it takes.
pub(crate) fn through_gateway(links: u8) -> Vec<u8> {
    let root = root().next_identifier(GATEWAY).sign(&key("alice")).unwrap();
    let pinned = Actor::pinned(public("gateway"), GATEWAY, ROLE);
    let first = ContinuationBuilder::new(&root, pinned, window()).next_identifier(&worker(2));
    let mut token = first.sign(&key("gateway")).unwrap();
    for n in 2..links {
        token = hop(&token, n);
    }
    token
}

/// The stranger's link after a token that allows it.
pub(crate) fn stranger(token: &[u8]) -> Vec<u8> {
    let actor = Actor::unvouched(public("stray"));
    ContinuationBuilder::new(token, actor, window()).next_anyone().sign(&key("stray")).unwrap()
}

/// Root, the stranger by its key, then workers: anyone may continue after the stranger.
pub(crate) fn through_stranger(links: u8) -> Vec<u8> {
    let mut token = root().next_key(public("stray").thumbprint()).sign(&key("alice")).unwrap();
    token = stranger(&token);
    for n in 2..links {
        token = hop(&token, n);
    }
    token
}

pub(crate) fn agreement_key(name: &str) -> AgreementKey {
    AgreementKey::from_bytes(Digest::of(&[b"agreement key ", name.as_bytes()]).as_bytes()).unwrap()
}

/// Root and worker 1, which can make MAC proofs.
pub(crate) fn agreeing() -> Vec<u8> {
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let agree = agreement_key("worker 1");
    by(1, ContinuationBuilder::new(&token, vouched(1), window()).agree(agree.public().key()))
}

/// A MAC proof by the head of [`agreeing`].
pub(crate) fn mac_proof(token: &[u8]) -> Vec<u8> {
    let builder = ProofBuilder::new(token, AUDIENCE, request_digest(), NOW, [1; 16]);
    builder.mac(&agreement_key("worker 1"), agreement_key("audience").public()).unwrap()
}

/// Alice's root with a consent record.
pub(crate) fn consented() -> RootBuilder {
    RootBuilder::new(alice(), &OriginClaim { consent: Some(consent()), ..origin() }, window(), grants())
}

pub(crate) fn consent() -> Digest {
    Digest::of(&[b"consent record"])
}

/// `links` links of which each lets anyone continue: nothing but the rules about credentials holds them.
pub(crate) fn open_chain(links: u8) -> Vec<u8> {
    let mut token = root().next_anyone().sign(&key("alice")).unwrap();
    for n in 1..links {
        token = by(n, ContinuationBuilder::new(&token, vouched(n), window()).next_anyone());
    }
    token
}
