//! What is recalled is what was decoded: every accessor says the same, whether the bytes were read or remembered.

use std::fmt::Write as _;

use throughline::issue::{ContinuationBuilder, Contract as ContractBuilder, RoleFrom};
use throughline::trust::Tier;
use throughline::{
    Contract, Credential, Digest, Engine, HandOver, Hop, Link, Next, NoRevocations, Property, PropertyDemandTest,
    RoleSource, SignatureCache, SignatureVerifier, VerifiedChain, Verifier,
};

use crate::common::setting::Setting;
use crate::common::world::{
    PLATFORM, agreeing, agreement_key, by, called, consented, context_root, hop, open_chain, platform_credential,
    role_root, through_gateway, through_stranger, vouched, wide_trust,
};
use crate::common::{ATTESTER, NOW, ROLE, chain, grants, handover, key, public, root, window, worker};
use crate::door::ROOMY;

/// Everything that can be asked of a chain.
pub(crate) fn said(chain: &VerifiedChain<'_>) -> String {
    let mut said = format!("{:?} {:?} {:?}\n", chain.len(), chain.execution_id(), chain.is_independent());
    if let Some(origin) = chain.origin() {
        let facts = (origin.kind(), origin.accountable(), origin.consent(), origin.anchor());
        writeln!(said, "{facts:?}").unwrap();
    }
    writeln!(said, "{:?}", chain.grants()).unwrap();
    chain.hops().for_each(|hop| say_hop(&mut said, &hop));
    said
}

fn say_hop(said: &mut String, hop: &Hop<'_>) {
    writeln!(said, "hop {:?} {:?} {:?}", hop.identifier(), hop.role(), hop.key()).unwrap();
    writeln!(said, "{:?} {:?} {:?} {:?}", hop.accountable(), hop.vouching(), hop.attester(), hop.window()).unwrap();
    writeln!(said, "{:?} {:?}", hop.statements().collect::<Vec<_>>(), hop.grants()).unwrap();
    say_link(said, hop.link());
    hop.credentials().for_each(|credential| say_credential(said, credential));
    if let Some(handover) = hop.handover() {
        say_handover(said, handover);
    }
}

fn say_link(said: &mut String, link: &Link<'_>) {
    writeln!(said, "link {:?} {:?} {:?}", link.digest(), link.kid(), link.encoded()).unwrap();
    writeln!(said, "{:?} {:?} {:?}", link.identifier(), link.window(), link.role()).unwrap();
    writeln!(said, "{:?} {:?} {:?}", link.parent(), link.position(), link.handover()).unwrap();
    writeln!(said, "{:?} {:?}", link.carried_key(), link.also().collect::<Vec<_>>()).unwrap();
    writeln!(said, "{:?} {:?}", link.grants().map(|grants| (grants.encoded(), grants.len())), link.grants()).unwrap();
    writeln!(said, "{:?} {:?} {:?}", link.agree(), link.task(), link.cause()).unwrap();
    writeln!(said, "{:?}", link.evidence().collect::<Vec<_>>()).unwrap();
    if let Some(origin) = link.origin() {
        let facts = (origin.kind(), origin.accountable(), origin.nonce(), origin.consent());
        writeln!(said, "{facts:?}").unwrap();
    }
    match link.next() {
        None => writeln!(said, "next nobody"),
        Some(Next::Key(key)) => writeln!(said, "next key {key:?}"),
        Some(Next::Identifier(identifier)) => writeln!(said, "next {identifier:?}"),
        Some(Next::Anyone) => writeln!(said, "next anyone"),
        Some(Next::Contract(contract)) => {
            say_contract(said, &contract);
            writeln!(said, "next contract")
        }
    }
    .unwrap();
    if let Some(contract) = link.require() {
        say_contract(said, &contract);
        writeln!(said, "require").unwrap();
    }
}

fn say_contract(said: &mut String, contract: &Contract<'_>) {
    let flags = (contract.fresh(), contract.handover(), contract.vouched(), contract.last(), contract.namespace());
    writeln!(said, "{flags:?}").unwrap();
    if let Some(roles) = contract.roles() {
        let from = match roles.from() {
            RoleSource::Attesters(names) => format!("{:?}", names.iter().collect::<Vec<_>>()),
            RoleSource::Accountable(entity) => entity.to_owned(),
        };
        writeln!(said, "{:?} from {from}", roles.roles().iter().collect::<Vec<_>>()).unwrap();
    }
    for demand in contract.properties() {
        let test = match demand.test() {
            PropertyDemandTest::Equals(value) => format!("{value:?}"),
            PropertyDemandTest::Tier(tier) => format!("{tier:?}"),
        };
        writeln!(said, "{} {:?} {test}", demand.name(), demand.attesters().iter().collect::<Vec<_>>()).unwrap();
    }
}

fn say_credential(said: &mut String, one: &Credential<'_>) {
    writeln!(said, "credential {:?} {:?} {:?}", one.digest(), one.attester_key(), one.encoded()).unwrap();
    writeln!(said, "{:?} {:?} {:?} {:?}", one.attester(), one.subject(), one.window(), one.key()).unwrap();
    writeln!(said, "{:?} {:?} {:?}", one.nonce(), one.accountable(), one.roles().collect::<Vec<_>>()).unwrap();
    writeln!(said, "{:?}", one.properties().collect::<Vec<_>>()).unwrap();
    assert_eq!(one.key().thumbprint(), &one.key().key().thumbprint(), "a thumbprint is its key's");
}

fn say_handover(said: &mut String, one: &HandOver<'_>) {
    writeln!(said, "hand-over {:?} {:?} {:?}", one.digest(), one.kid(), one.encoded()).unwrap();
    writeln!(said, "{:?} {:?} {:?} {:?}", one.to(), one.expires(), one.head(), one.task()).unwrap();
}

/// A root with everything that a root can have, and a link with everything that a link can have.
fn everything() -> Vec<u8> {
    let digests = [Digest([3; 32]), Digest([4; 32])];
    let contract = ContractBuilder::new()
        .namespace("spiffe://prod.example/ns/calendar")
        .roles(&[ROLE, "reader"], RoleFrom::Attesters(&[ATTESTER, PLATFORM]))
        .property_tier("hardware", &[ATTESTER, PLATFORM], Tier::Warning)
        .property_equals("executables", &[ATTESTER], Property::Int(2));
    let builder = consented().next_contract(contract.clone()).require(contract.clone());
    let builder = builder.agree(agreement_key("root").public().key()).task(&Digest([1; 32]));
    let root = builder.evidence(&digests).cause(&Digest([2; 32])).sign(&key("alice")).unwrap();
    let given = handover_for(&root, "alice", 1, Some(Digest([5; 32])));
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let builder = ContinuationBuilder::new(&root, actor, window()).handover(&given).grants(grants());
    let builder = builder.next_contract(contract.clone()).require(contract).task(&Digest([5; 32]));
    by(1, builder.agree(agreement_key("worker 1").public().key()).evidence(&digests).cause(&Digest([6; 32])))
}

fn handover_for(token: &[u8], by: &str, to: u8, task: Option<Digest>) -> Vec<u8> {
    let plain = handover(token, by, &worker(to));
    let Some(task) = task else { return plain };
    let mut message = crate::common::forge::Message::of(&plain);
    message.put(&[crate::common::cbor::OURS, 10], crate::common::cbor::bytes(task.as_bytes()));
    message.sign(by);
    message.encoded()
}

/// One token for each `next`, each origin, each way to vouch.
pub(crate) fn tokens() -> Vec<Vec<u8>> {
    let accountable = ContractBuilder::new().roles(&[ROLE], RoleFrom::Accountable(crate::common::ALICE));
    let by_accountable = root().next_contract_without_handover(accountable).sign(&key("alice")).unwrap();
    let named_key = root().next_key(public("worker 1").thumbprint()).sign(&key("alice")).unwrap();
    vec![
        chain(1),
        chain(3),
        chain(16),
        called(4),
        open_chain(3),
        agreeing(),
        everything(),
        through_gateway(3),
        through_stranger(3),
        hop(&by_accountable, 1),
        hop(&named_key, 1),
        role_root().next_anyone().sign(&key("agent")).unwrap(),
        context_root().sign(&key("agent")).unwrap(),
        root().sign(&key("alice")).unwrap(),
    ]
}

#[test]
fn recalled_artifacts_say_what_decoded_ones_do() {
    let setting = Setting::new(wide_trust());
    for token in tokens() {
        let cache = SignatureCache::new(Engine, ROOMY);
        let verifier = Verifier::new(&setting.trust, &cache, &NoRevocations);
        let plain = Verifier::new(&setting.trust, &Engine, &NoRevocations).verify(&token, NOW).map(|one| said(&one));
        let plain = plain.unwrap();
        let decoded = said(&verifier.verify(&token, NOW).unwrap());
        let recalled = verifier.verify(&token, NOW).unwrap();
        assert_eq!(decoded, plain);
        assert_eq!(said(&recalled), plain);
        assert!(
            recalled.every_hop(0, |hop| SignatureVerifier::recall(&cache, hop.link().digest()).is_some()),
            "it was recalled"
        );
    }
}

#[test]
fn recalled_claims_stand_where_decoded_ones_do() {
    let setting = Setting::new(wide_trust());
    let cache = SignatureCache::new(Engine, ROOMY);
    let verifier = Verifier::new(&setting.trust, &cache, &NoRevocations);
    for token in tokens() {
        let plain = Verifier::new(&setting.trust, &Engine, &NoRevocations).verify(&token, NOW).unwrap();
        let plain = format!("{plain:?}").replace("recalled: false", "recalled: true");
        verifier.verify(&token, NOW).unwrap();
        assert_eq!(format!("{:?}", verifier.verify(&token, NOW).unwrap()), plain);
    }
}

#[test]
fn facts_do_not_depend_on_where_in_a_token_an_item_stands() {
    // The same root and credential, first behind nothing, then behind others; the same facts serve all.
    let setting = Setting::new(wide_trust());
    let cache = SignatureCache::new(Engine, ROOMY);
    let verifier = Verifier::new(&setting.trust, &cache, &NoRevocations);
    let tokens: Vec<Vec<u8>> = [hop(&open_chain(1), 2), hop(&open_chain(2), 2), hop(&open_chain(4), 2)].into();
    for token in tokens.iter().chain(tokens.iter().rev()) {
        let plain = Verifier::new(&setting.trust, &Engine, &NoRevocations).verify(token, NOW).map(|one| said(&one));
        assert_eq!(verifier.verify(token, NOW).map(|one| said(&one)), plain);
        assert!(plain.is_ok());
    }
}

#[test]
fn largest_link_loses_nothing() {
    let token = everything();
    let trust = wide_trust();
    let cache = SignatureCache::new(Engine, ROOMY);
    let verifier = Verifier::new(&trust, &cache, &NoRevocations);
    verifier.verify(&token, NOW).unwrap();
    let chain = verifier.verify(&token, NOW).unwrap();
    let root = chain.hop(0).unwrap();
    let link = chain.hop(1).unwrap();
    for hop in [&root, &link] {
        let link = hop.link();
        assert_eq!(link.evidence().count(), 2);
        assert!(link.cause().is_some() && link.task().is_some() && link.agree().is_some() && link.grants().is_some());
        let contract = link.require().unwrap();
        assert_eq!((contract.properties().count(), contract.roles().unwrap().roles().iter().count()), (2, 2));
        assert!(matches!(link.next(), Some(Next::Contract(contract)) if contract.handover()));
    }
    assert_eq!(root.link().origin().unwrap().consent(), Some(crate::common::world::consent()));
    assert_eq!((link.link().also().count(), link.credentials().count()), (1, 2));
    assert_eq!(link.handover().unwrap().task(), Some(Digest([5; 32])));
}
