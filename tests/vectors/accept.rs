//! Accepted scenarios: the twins that the other files spoil, and every feature at least once.

use ciborium::Value;
use throughline::issue::{
    Actor, ContinuationBuilder, Contract, CredentialBuilder, GrantList, HandOverBuilder, OriginClaim, RoleFrom,
    RootBuilder,
};
use throughline::trust::Tier;
use throughline::{Digest, OriginForm, Property};

use crate::common::cbor::{OURS, bytes, cose_key, int, map, set, text};
use crate::common::forge::{Forge, split};
use crate::common::world::{
    AGENT, AGENT_ROLE, GATEWAY, NONCE, PLATFORM, agent_credential, agreement_key, by, consented, context_root, hop,
    platform_credential, platform_says, role_root, stranger, vouched,
};
use crate::common::{
    ALICE, ATTESTER, HOUR, NOW, ROLE, alice, contract, credential, grants, handover, key, origin, proof, public, root,
    window, worker,
};
use crate::suite::{Scenario, Suite};
use crate::tokens::{called, chain, open_chain, through_gateway, through_stranger};

/// The links but the root of a token of four: the first, one in the middle, the last.
pub(crate) const LATER: [(u8, &str); 3] = [(1, "first"), (2, "middle"), (3, "last")];

/// All links of a token of four: the root, one in the middle, the last.
pub(crate) const ALL: [(u8, &str); 3] = [(0, "first"), (2, "middle"), (3, "last")];

pub(crate) fn publish(suite: &mut Suite) {
    chains(suite);
    long_chains(suite);
    origins(suite);
    actors(suite);
    provenance(suite);
    handed_over(suite);
    contracts(suite);
}

/// An accepted vector that shows a feature, whether or not something is spoiled from it.
fn feature(suite: &mut Suite, topic: &str, id: &str, what: &str, scenario: Scenario) {
    suite.accept(topic, id, what, scenario.flag("feature"));
}

/// Chains of each kind: most refused vectors are spoiled from these.
fn chains(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, token: Vec<u8>| feature(suite, "chains", id, what, Scenario::verify(token));
    add("root-alone", "A root by identity that nobody continued.", chain(1));
    add(
        "chain-of-four",
        "A root under a contract without hand-over, then workers that are each named by identifier.",
        chain(4),
    );
    add("open-chain-of-four", "Links of which each lets anyone continue.", open_chain(4));
    add("called-chain-of-four", "Links of which each calls the next by name in a hand-over.", called(4));
    add("through-pinned-gateway", "A root, a pinned actor named by identifier, a worker.", through_gateway(3));
    add("through-stranger", "A root, an unvouched actor named by its key, two workers.", through_stranger(4));
    add("strangers-link-last", "An unvouched actor's link is the head.", through_stranger(2));
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    add("stranger-where-anyone-may", "An unvouched actor where the root lets anyone continue.", stranger(&first));
    let strangers = ContinuationBuilder::new(&stranger(&first), Actor::unvouched(public("bob")), window())
        .next_anyone()
        .sign(&key("bob"))
        .unwrap();
    add("two-strangers", "Two unvouched actors, one after the other.", hop(&strangers, 3));
    let mut forge = Forge::of(&open_chain(4));
    for n in 1..4 {
        let thumbprint = bytes(public(&format!("worker {n}")).thumbprint().as_bytes());
        forge.link(n - 1).message.put(&[OURS, 5], thumbprint);
    }
    add("vouched-actors-by-exact-key", "Vouched actors named by the thumbprints of their keys.", forge.token());
    let mut forge = Forge::of(&open_chain(4));
    forge.link(3).message.remove(&[OURS, 5]);
    add("head-without-next", "The head names no successor, and none is there.", forge.token());
    add("actor-twice", "A worker acts twice; its credential stands before its first link only.", same_actor_twice());
    let mut forge = Forge::of(&open_chain(4));
    forge.link(0).message.put(&[OURS, 5], bytes(public("gateway").thumbprint().as_bytes()));
    let mut pinned = Forge::of(&through_gateway(2));
    let by_key = forge.link(0).message.digest();
    pinned.items[0] = forge.items[0].clone();
    pinned.link(1).message.put(&[OURS, 1], bytes(by_key.as_bytes()));
    add("pinned-actor-by-exact-key", "A pinned actor named by its key.", pinned.token());
}

/// Worker 1 signs two links in a row, worker 2 may follow.
pub(crate) fn same_actor_twice() -> Vec<u8> {
    let token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(1)));
    by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_identifier(&worker(2)))
}

/// Root and `links - 1` workers whose credentials the token leaves out.
pub(crate) fn by_reference(links: u8) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    for n in 1..links {
        let builder = ContinuationBuilder::new(&token, vouched(n).by_reference(), window());
        token = by(n, builder.next_identifier(&worker(n + 1)));
    }
    token
}

/// A scenario that knows the credentials of so many workers.
pub(crate) fn knowing(scenario: Scenario, workers: u8) -> Scenario {
    (1..=workers).fold(scenario, |scenario, n| scenario.known(credential(n)))
}

fn long_chains(suite: &mut Suite) {
    let long = chain(16);
    let made = proof(&long, "worker 15", 1);
    feature(
        suite,
        "chains",
        "sixteen-links",
        "As many links and credentials as there can be, and a proof: 32 signatures.",
        Scenario::admit(long, made).flag("edge").flag("work"),
    );
    let mut long = by_reference(16);
    let mut known = knowing(Scenario::verify(&long), 15);
    feature(
        suite,
        "chains",
        "sixteen-links-by-reference",
        "Sixteen links whose credentials the verifier knows: 16 signatures.",
        known.clone().flag("edge").flag("work"),
    );
    let made = proof(&long, "worker 15", 1);
    known = knowing(Scenario::admit(&long, made), 15);
    feature(
        suite,
        "chains",
        "sixteen-links-by-reference-with-proof",
        "The same with the last worker's proof: 17 signatures.",
        known.flag("edge").flag("work"),
    );
    long = called(16);
    feature(
        suite,
        "chains",
        "sixteen-links-called",
        "As many links, credentials and hand-overs as there can be: 46 signatures.",
        Scenario::verify(long).flag("edge").flag("work"),
    );
}

/// A root by role or by context, and a worker that anyone's `next` lets in.
pub(crate) fn continued(root: RootBuilder) -> Vec<u8> {
    let token = root.next_anyone().sign(&key("agent")).unwrap();
    let exp = Forge::of(&token).link(0).message.get(&[4]).as_integer().unwrap();
    let window = (NOW.minus(60), throughline::UnixTime(exp.try_into().unwrap()));
    by(1, ContinuationBuilder::new(&token, vouched(1), window).next_anyone())
}

fn origins(suite: &mut Suite) {
    let mut add = |id: &str, what: &str, token: Vec<u8>| feature(suite, "origins", id, what, Scenario::verify(token));
    add("root-by-role", "A workload on its own role, and a worker after it.", continued(role_root()));
    add("root-by-context", "A workload in an attested state, and a worker after it.", continued(context_root()));
    add("root-by-role-alone", "A workload on its own role.", role_root().sign(&key("agent")).unwrap());
    let token = consented().next_contract_without_handover(contract()).sign(&key("alice")).unwrap();
    add("root-with-consent", "A root that names a consent record.", hop(&hop(&token, 1), 2));
    let nothing = RootBuilder::new(alice(), &origin(), window(), GrantList::new([]).unwrap());
    add("root-of-nothing", "A root whose grants are empty.", nothing.sign(&key("alice")).unwrap());
    let claim = OriginClaim { kind: OriginForm::Context, accountable: ALICE, nonce: NONCE, consent: None };
    let actor = Actor::vouched(&agent_credential(Some(&NONCE)), AGENT_ROLE).unwrap();
    // Attested half an hour ago and good for an hour: ends exactly then.
    let edge = RootBuilder::new(actor, &claim, (NOW.minus(60), NOW.plus(HOUR / 2)), grants());
    feature(
        suite,
        "origins",
        "root-by-context-at-its-age",
        "The root ends exactly at the credential's iat plus the anchor's maximum age.",
        Scenario::verify(edge.sign(&key("agent")).unwrap()).step("V504").flag("edge"),
    );
}

/// Worker 1 with a further credential of the platform's, worker 2 after it, in an open chain.
pub(crate) fn appraised() -> Vec<u8> {
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = vouched(1).also(&platform_credential(1)).unwrap();
    let token = by(1, ContinuationBuilder::new(&first, actor, window()).next_anyone());
    hop(&token, 2)
}

/// Three workers in an open chain, each with a further credential of the platform's on its hardware.
pub(crate) fn all_appraised() -> Vec<u8> {
    let mut token = root().next_anyone().sign(&key("alice")).unwrap();
    for n in 1..4 {
        let actor = vouched(n).also(&platform_says(n, "hardware", 2)).unwrap();
        token = by(n, ContinuationBuilder::new(&token, actor, window()).next_anyone());
    }
    token
}

/// The pinned gateway with a credential of the platform's for it, and a worker.
pub(crate) fn appraised_gateway() -> Vec<u8> {
    let mut forge = Forge::of(&through_gateway(3));
    let mut of_gateway = Forge::of(&platform_credential(1)).items.remove(0);
    of_gateway.message.put(&[2], text(GATEWAY));
    of_gateway.message.put(&[8, 1], cose_key(public("gateway").key()));
    of_gateway.message.sign("platform");
    let named = set([bytes(of_gateway.message.digest().as_bytes())]);
    forge.items.insert(1, of_gateway);
    forge.link(1).message.put(&[OURS, 8], named);
    // Read again, so that the credential counts as it stands.
    Forge::of(&forge.token()).token()
}

fn actors(suite: &mut Suite) {
    feature(
        suite,
        "credentials",
        "further-credential",
        "A worker names a further credential of the same key and identifier; a worker after it.",
        Scenario::verify(appraised()).flag("attestation"),
    );
    feature(
        suite,
        "credentials",
        "further-credentials-everywhere",
        "Three workers, each with a further credential.",
        Scenario::verify(all_appraised()).flag("attestation"),
    );
    feature(
        suite,
        "credentials",
        "further-credential-of-pinned-actor",
        "A pinned actor names a further credential of the pinned key and identifier.",
        Scenario::verify(appraised_gateway()).flag("attestation"),
    );
    feature(
        suite,
        "credentials",
        "known-credentials",
        "Two workers whose credentials the token leaves out and the verifier knows.",
        knowing(Scenario::verify(by_reference(3)), 2),
    );
    feature(
        suite,
        "credentials",
        "known-and-inline-credentials",
        "The verifier knows a credential that the token carries as well: it is checked again.",
        Scenario::verify(chain(3)).known(credential(1)),
    );
    let mut items = split(&same_actor_twice());
    items.remove(1);
    feature(
        suite,
        "credentials",
        "known-credential-named-twice",
        "Two links name one known credential.",
        Scenario::verify(items.concat()).known(credential(1)),
    );
    let first = root().next_anyone().sign(&key("alice")).unwrap();
    let actor = (3..=6).fold(vouched(1), |actor, value| actor.also(&platform_says(1, "hardware", value)).unwrap());
    feature(
        suite,
        "credentials",
        "four-further-credentials",
        "As many credentials in `also` as there can be.",
        Scenario::verify(by(1, ContinuationBuilder::new(&first, actor, window()))).flag("edge"),
    );
    let mut forge = Forge::of(&chain(3));
    forge.credential(1).message.put(&[OURS, 14], text("https://alice.example/teams/7"));
    feature(
        suite,
        "credentials",
        "actor-of-another-entity",
        "A worker that another entity in its attester's remit answers for: the execution is delegated.",
        Scenario::verify(forge.token()),
    );
}

fn provenance(suite: &mut Suite) {
    let other = Digest::of(&[b"a link of another execution"]);
    let fed = Digest::of(&[b"another link of another execution"]);
    let first = root().next_anyone().evidence(&[other, fed]).cause(&other).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&first, vouched(1), window()).evidence(&[fed]).cause(&fed).next_anyone();
    let token = hop(&by(1, builder), 2);
    feature(
        suite,
        "features",
        "evidence-and-cause",
        "Links that state which links of other executions fed and triggered them; nothing follows from it.",
        Scenario::verify(token),
    );
    let task = Digest::of(&[b"task"]);
    let first = root().next_anyone().task(&task).sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&first, vouched(1), window()).task(&Digest::of(&[b"part of it"]));
    feature(
        suite,
        "features",
        "tasks-without-hand-over",
        "Links that state their tasks; without a hand-over nothing binds them.",
        Scenario::verify(by(1, builder)),
    );
    let first = root().next_anyone().agree(agreement_key("alice").public().key()).sign(&key("alice")).unwrap();
    let agree = agreement_key("worker 1");
    let builder = ContinuationBuilder::new(&first, vouched(1), window()).agree(agree.public().key());
    feature(suite, "features", "agreement-keys", "Links that carry agreement keys.", Scenario::verify(by(1, builder)));
}

fn handed_over(suite: &mut Suite) {
    let task = Digest::of(&[b"read"]);
    let first = root().next_contract(contract()).sign(&key("alice")).unwrap();
    let given = HandOverBuilder::new(&first, public("alice"), &worker(1), NOW.plus(HOUR)).task(&task);
    let given = given.sign(&key("alice")).unwrap();
    let builder = ContinuationBuilder::new(&first, vouched(1), window()).handover(&given).task(&task);
    feature(
        suite,
        "successors",
        "hand-over-with-task",
        "The hand-over has a task, and the link the same.",
        Scenario::verify(by(1, builder)).step("V717"),
    );
    let plain = handover(&first, "alice", &worker(1));
    let builder = ContinuationBuilder::new(&first, vouched(1), window()).handover(&plain).task(&task);
    feature(
        suite,
        "successors",
        "task-of-the-successors-choice",
        "The hand-over has no task: the link may have any.",
        Scenario::verify(by(1, builder)).step("V717"),
    );
    let strict = root().next_anyone().require(Contract::new().handover()).sign(&key("alice")).unwrap();
    let stray = Actor::unvouched(public("stray"));
    let given = handover(&strict, "alice", stray.identifier());
    let builder = ContinuationBuilder::new(&strict, stray, window()).handover(&given);
    feature(
        suite,
        "successors",
        "stranger-called-by-name",
        "Every later link needs a hand-over, and the unvouched actor has one.",
        Scenario::verify(builder.sign(&key("stray")).unwrap()).step("V711"),
    );
    let head = split(&called(4))[..7].concat();
    let given = handover(&head, "worker 2", &worker(3));
    for (seconds, id) in [(10, "sibling-by-one-hand-over"), (20, "other-sibling-by-one-hand-over")] {
        let builder = ContinuationBuilder::new(&head, vouched(3), (NOW.minus(60), NOW.plus(seconds)));
        feature(
            suite,
            "successors",
            id,
            "One of several links that a successor makes with one hand-over.",
            Scenario::verify(by(3, builder.handover(&given))),
        );
    }
    let mut forge = Forge::of(&called(4));
    let strict = Value::Map(vec![(int(5), Value::Bool(true))]);
    forge.link(0).message.put(&[OURS, 6], strict);
    for link in 0..3 {
        forge.link(link).message.put(&[OURS, 5], Value::Bool(true));
    }
    feature(
        suite,
        "successors",
        "hand-overs-required-by-the-root",
        "Anyone may continue, and the root requires that each is called by name.",
        Scenario::verify(forge.token()).step("V712"),
    );
    let mut forge = Forge::of(&called(4));
    for link in 0..3 {
        forge.link(link).message.put(&[OURS, 5], map([(5, Value::Bool(true))]));
    }
    feature(
        suite,
        "successors",
        "contract-of-a-hand-over-alone",
        "Contracts that demand a hand-over and nothing else.",
        Scenario::verify(forge.token()),
    );
}

/// A credential of worker `n` that is fresh for the links after `parent`, by this attester.
pub(crate) fn fresh_credential(n: u8, parent: &Digest, attester: &str, name: &str) -> Vec<u8> {
    let validity = (NOW.minus(HOUR), NOW.plus(2 * HOUR));
    let of_worker = *public(&format!("worker {n}")).key();
    let builder = CredentialBuilder::new((public(attester), name), &worker(n), of_worker, ALICE, validity);
    let builder = if attester == "attester" { builder.role(ROLE) } else { builder };
    builder.property("hardware", Property::Int(2)).nonce(parent.as_bytes()).sign(&key(attester)).unwrap()
}

/// The digest of a token's head.
pub(crate) fn head_of(token: &[u8]) -> Digest {
    Forge::of(token).items.last().unwrap().message.digest()
}

/// Three workers, each under a contract for freshness, each with an attestation made for exactly its step.
pub(crate) fn fresh_chain(next: &Contract) -> Vec<u8> {
    let mut token = root().next_contract_without_handover(next.clone()).sign(&key("alice")).unwrap();
    for n in 1..4 {
        let attested = fresh_credential(n, &head_of(&token), "attester", ATTESTER);
        let actor = Actor::vouched(&attested, ROLE).unwrap();
        let builder = ContinuationBuilder::new(&token, actor, window());
        token = by(n, builder.next_contract_without_handover(next.clone()));
    }
    token
}

fn contracts(suite: &mut Suite) {
    let mut add = |id: &str, step: &str, what: &str, token: Vec<u8>| {
        feature(suite, "successors", id, what, Scenario::verify(token).step(step));
    };
    let strict = Contract::new()
        .namespace("spiffe://prod.example/ns/calendar")
        .roles(&[ROLE, "reader"], RoleFrom::Attesters(&[ATTESTER]))
        .property_tier("hardware", &[ATTESTER, PLATFORM], Tier::Affirming)
        .property_equals("executables", &[ATTESTER], Property::Int(2));
    let token = root().next_contract_without_handover(strict.clone()).sign(&key("alice")).unwrap();
    add("contract-of-every-demand", "V707", "Namespace, roles and two properties at once.", hop(&token, 1));
    let token = root().next_anyone().require(strict.vouched().last(2)).sign(&key("alice")).unwrap();
    let token = by(1, ContinuationBuilder::new(&token, vouched(1), window()).next_anyone());
    add("requirement-of-every-demand", "V710", "The same and more, required of two later links.", hop(&token, 2));
    let of_alice = Contract::new().roles(&[ROLE], RoleFrom::Accountable(ALICE));
    let token = root().next_contract_without_handover(of_alice).sign(&key("alice")).unwrap();
    add("role-by-accountable-entity", "V706", "The role counts on anyone's word who names the entity.", hop(&token, 1));
    add(
        "fresh-by-parent",
        "V708",
        "Each worker's attestation is bound to the link before its own.",
        fresh_chain(&contract().fresh()),
    );
    let on_hardware = contract().property_tier("hardware", &[ATTESTER], Tier::Affirming).fresh();
    add(
        "fresh-property-by-parent",
        "V708",
        "Each worker's attestation states the demanded property and is bound to the link before.",
        fresh_chain(&on_hardware),
    );
    let by_platform = contract().property_tier("hardware", &[PLATFORM], Tier::Affirming).fresh();
    let first = root().next_contract_without_handover(by_platform).sign(&key("alice")).unwrap();
    let attested = fresh_credential(1, &head_of(&first), "platform", PLATFORM);
    let actor = vouched(1).also(&attested).unwrap();
    add(
        "fresh-further-credential",
        "V708",
        "The credential in `also` states the demanded property and is fresh; the one in `kid` is neither.",
        by(1, ContinuationBuilder::new(&first, actor, window())),
    );
    let contract = contract().fresh();
    let token = root().next_contract_without_handover(contract).sign(&key("alice")).unwrap();
    let attested = fresh_credential(1, &head_of(&token), "attester", ATTESTER);
    for (id, seconds) in [("fresh-for-a-sibling", 10), ("fresh-for-another-sibling", 20)] {
        let actor = Actor::vouched(&attested, ROLE).unwrap();
        let builder = ContinuationBuilder::new(&token, actor, (NOW.minus(60), NOW.plus(seconds)));
        add(id, "V708", "One attestation is fresh for every link with that parent.", by(1, builder));
    }
    let mut forge = Forge::of(&through_stranger(4));
    forge.link(1).message.put(&[OURS, 6], map([(6, Value::Bool(true))]));
    add(
        "vouched-required-by-the-stranger",
        "V709",
        "An unvouched actor requires vouched ones of those after it.",
        forge.token(),
    );
    let mut forge = Forge::of(&open_chain(4));
    forge.link(0).message.put(&[OURS, 6], map([(7, int(3))]));
    forge.link(1).message.put(&[OURS, 6], map([(7, int(15))]));
    add("last-position-exactly", "V710", "The chain ends exactly at the smallest `last`.", forge.token());
    let mut forge = Forge::of(&open_chain(4));
    forge.link(3).message.put(&[OURS, 6], map([(5, Value::Bool(true)), (6, Value::Bool(true)), (7, int(0))]));
    add("requirement-of-the-head", "V710", "What the head requires concerns nobody yet.", forge.token());
    let of_pin = Contract::new().namespace(GATEWAY).roles(&[ROLE], RoleFrom::Attesters(&[ATTESTER])).property_tier(
        "hardware",
        &[ATTESTER],
        Tier::Affirming,
    );
    let token = root().next_contract_without_handover(of_pin).sign(&key("alice")).unwrap();
    let pinned = Actor::pinned(public("gateway"), GATEWAY, ROLE);
    let token = ContinuationBuilder::new(&token, pinned, window()).sign(&key("gateway")).unwrap();
    add("pinned-actor-under-a-contract", "V706", "What a pin states counts as its attester's word.", token);
    let claim = OriginClaim { kind: OriginForm::Role, accountable: ALICE, nonce: NONCE, consent: None };
    let agent = Actor::vouched(&agent_credential(None), AGENT_ROLE).unwrap();
    let own = RootBuilder::new(agent.clone(), &claim, window(), grants()).next_identifier(AGENT);
    let token = own.sign(&key("agent")).unwrap();
    let token = ContinuationBuilder::new(&token, agent, window()).sign(&key("agent")).unwrap();
    add("root-continued-by-its-own-actor", "V704", "The actor of a root by role continues it itself.", token);
}
