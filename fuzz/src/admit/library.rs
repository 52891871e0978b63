//! A scene as the library takes it: its trust, its stores, its calls.

use throughline::trust::{
    self, ActorPin, Ceiling, OriginAnchor, OriginKind, PropertyTest, PropertyValue, RevocationIssuer, Tier, Trust,
};
use throughline::{
    Argument, Digest, KnownCredentials, List, Policy, ProofDemand, Request, RevocationStore, Text, UnixTime, Verifier,
};

use crate::admit::cast;
use crate::admit::keys::{Agreement, Marks};
use crate::admit::model;
use crate::admit::shapes::{AnchorKind, Asked, Bundle, Credential, Entities, Prop, Scene, Setting, Test};
use crate::admit::write;
use crate::grant::tests::model::G;

/// What of a scene the library borrows.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) token: Vec<u8>,
    pub(crate) proof: Vec<u8>,
    pub(crate) known: KnownCredentials,
    pub(crate) trust: Trust<'static>,
    pub(crate) lists: RevocationStore,
    pub(crate) agreement: Agreement,
}

impl Prepared {
    pub(crate) fn new(scene: &Scene) -> Self {
        Self {
            token: token(scene),
            proof: scene.proof.sealed.bytes.clone(),
            known: known(&scene.known),
            trust: trust(&scene.setting.bundle),
            lists: lists(&scene.setting),
            agreement: Agreement(scene.setting.agreement.clone()),
        }
    }

    pub(crate) fn verifier(&self, setting: &Setting) -> Verifier<'_> {
        let verifier = Verifier::new(&self.trust, &Marks, &self.lists);
        verifier.known(&self.known).limits(setting.limits).agreement(&self.agreement)
    }
}

pub(crate) fn token(scene: &Scene) -> Vec<u8> {
    scene.items.iter().flat_map(|item| item.sealed().bytes.clone()).collect()
}

/// Asks for the request, which borrows what it is put together of.
pub(crate) fn ask<T>(asked: &Asked, ask: impl FnOnce(&Request<'_>) -> T) -> T {
    let arguments: Vec<_> =
        asked.arguments.iter().map(|(name, value)| Argument { name, value: value.borrow() }).collect();
    let proof = if asked.signed { ProofDemand::Signed } else { ProofDemand::Any };
    let request = Request::new(&asked.audience, Digest(asked.digest), &asked.action, &asked.resource);
    ask(&request.with(&arguments).under(Policy { proof, authority: asked.authority }))
}

/// Each is taken in under the trust that it needs: what the bundle says is judged at every call.
pub(crate) fn known(credentials: &[Credential]) -> KnownCredentials {
    let mut known = KnownCredentials::new();
    for one in credentials {
        let Credential { sealed, claims } = one;
        let Some(key) = cast::keys().into_iter().find(|key| key.thumbprint() == sealed.kid) else { continue };
        let mut attester = trust::Attester::new(key.trusted(), text(&claims.iss));
        attester.namespaces = texts(std::slice::from_ref(&claims.sub));
        attester.accountable = vec![trust::Entities::Exact(text(&claims.accountable))].into();
        attester.roles = texts(&claims.roles);
        attester.properties = claims.props.keys().map(|name| text(name)).collect::<Vec<_>>().into();
        let trust = Trust::new(List::empty(), vec![attester].into(), List::empty(), List::empty());
        let taken = known.take_in(sealed.bytes.clone(), &trust, &Marks);
        assert_eq!(taken.is_ok(), model::is_taken_in(one), "{one:?}: {taken:?}");
    }
    known
}

pub(crate) fn lists(setting: &Setting) -> RevocationStore {
    let (store, trust) = (RevocationStore::new(), trust(&setting.bundle));
    for held in &setting.lists {
        store.take_in(&write::list(held, 1), &trust, &Marks).expect("a list of the bundle's issuer");
    }
    store
}

pub(crate) fn trust(bundle: &Bundle) -> Trust<'static> {
    let origins: Vec<_> = bundle
        .origins
        .iter()
        .map(|anchor| {
            let ceiling = Ceiling::new(G::encode_all(&anchor.ceiling).into()).expect("grants");
            OriginAnchor::new(text(&anchor.name), kind(&anchor.kind), ceiling)
        })
        .collect();
    let attesters: Vec<_> = bundle
        .attesters
        .iter()
        .map(|one| {
            let mut attester = trust::Attester::new(one.key.trusted(), text(&one.name));
            attester.namespaces = texts(&one.namespaces);
            attester.accountable = entities(&one.accountable);
            attester.roles = texts(&one.roles);
            attester.properties = texts(&one.props);
            attester.outlive = one.outlive;
            attester
        })
        .collect();
    let pins: Vec<_> = bundle
        .pins
        .iter()
        .map(|one| {
            let mut pin =
                ActorPin::new(one.key.trusted(), text(&one.identifier), text(&one.accountable), text(&one.attester));
            pin.roles = texts(&one.roles);
            pin.properties =
                one.props.iter().map(|(name, value)| (text(name), property(value))).collect::<Vec<_>>().into();
            pin
        })
        .collect();
    let revokers: Vec<_> = bundle
        .revokers
        .iter()
        .map(|one| {
            let mut revoker = RevocationIssuer::new(one.key.trusted(), text(&one.name));
            revoker.accountable = entities(&one.accountable);
            revoker.attesters = texts(&one.attesters);
            revoker
        })
        .collect();
    Trust::new(origins.into(), attesters.into(), pins.into(), revokers.into())
}

fn kind(kind: &AnchorKind) -> OriginKind<'static> {
    match kind {
        AnchorKind::Identity { key, identifier, role, accountable } => OriginKind::Identity {
            key: key.trusted(),
            identifier: text(identifier),
            role: text(role),
            accountable: entities(accountable),
        },
        AnchorKind::Role { attester, role, accountable } => {
            OriginKind::Role { attester: text(attester), role: text(role), accountable: text(accountable) }
        }
        AnchorKind::Context { attester, tests, accountable, max_age } => OriginKind::Context {
            attester: text(attester),
            properties: tests
                .iter()
                .map(|(name, one)| PropertyTest::new(text(name), test(one)))
                .collect::<Vec<_>>()
                .into(),
            accountable: text(accountable),
            max_age: *max_age,
        },
    }
}

fn test(test: &Test) -> trust::Test<'static> {
    match test {
        Test::Equals(value) => trust::Test::Equals(property(value)),
        Test::Tier(2) => trust::Test::Tier(Tier::Affirming),
        Test::Tier(32) => trust::Test::Tier(Tier::Warning),
        Test::Tier(_) => trust::Test::Tier(Tier::Contraindicated),
    }
}

fn property(value: &Prop) -> PropertyValue<'static> {
    match value {
        Prop::Int(n) => PropertyValue::Int(*n),
        Prop::Text(value) => PropertyValue::Text(text(value)),
        Prop::Bool(value) => PropertyValue::Bool(*value),
        Prop::Bytes(value) => PropertyValue::Bytes(value.clone().into()),
    }
}

fn entities(entities: &[Entities]) -> List<'static, trust::Entities<'static>> {
    let entities = entities.iter().map(|one| match one {
        Entities::Exact(name) => trust::Entities::Exact(text(name)),
        Entities::Namespace(name) => trust::Entities::Namespace(text(name)),
    });
    entities.collect::<Vec<_>>().into()
}

fn texts(texts: &[String]) -> List<'static, Text<'static>> {
    texts.iter().map(|one| text(one)).collect::<Vec<_>>().into()
}

fn text(text: &str) -> Text<'static> {
    text.to_owned().into()
}

/// Time as the library has it.
pub(crate) fn now(setting: &Setting) -> UnixTime {
    UnixTime(setting.now)
}
