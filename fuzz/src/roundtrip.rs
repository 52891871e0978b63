//! What the builders make: the decoder takes it, ciborium encodes it the same, and the verifier accepts it as far as the issuer can know.

use std::sync::LazyLock;

use ciborium::Value as Cbor;
use throughline::issue::{
    Actor, ContinuationBuilder, Contract, CredentialBuilder, Grant, GrantList, HandOverBuilder, OriginClaim,
    ProofBuilder, RevocationListBuilder, RoleFrom, RootBuilder, ToBeSigned,
};
use throughline::trust::{Ceiling, Tier, Trust};
use throughline::{
    AgreementKey, Credential, Digest, Error, ErrorKind, Limits, NoRevocations, OriginForm, Proof, Property, PublicKey,
    Request, RevocationList, Token, UnixTime, Value, Verifier,
};

use crate::choices::Choices;
use crate::common::cbor::bstr;
use crate::common::lists::FRESH;
use crate::common::world::{AGENT, AGENT_ROLE, REVOKER, agreement_key, edit, wide_trust};
use crate::common::{ALICE, ALICE_AGENT, ATTESTER, AUDIENCE, HOUR, NOW, ROLE, cached_key, public, worker};
use crate::signed::EverythingIsSigned;
use crate::{Target, Vectors, credential, link, list, planted, proof, reference};

/// Claims that both kinds of link may carry.
macro_rules! extras {
    ($choices:expr, $builder:expr) => {{
        let (choices, mut builder) = (&mut *$choices, $builder);
        builder = match choices.below(8) {
            0 => builder,
            1 => builder.next_key(public("stray").thumbprint()),
            2 => builder.next_identifier(&worker(1 + u8::try_from(choices.below(4)).unwrap_or_default())),
            3 => builder.next_contract(choices.contract()),
            4 | 5 => builder.next_contract_without_handover(choices.contract()),
            _ => builder.next_anyone(),
        };
        for _ in 0..choices.below(4) {
            builder = match choices.below(6) {
                0 => builder.require(choices.contract()),
                1 => builder.agree(agreement()),
                2 => builder.task(&choices.digest()),
                3 => builder.evidence(&choices.some(9, Choices::digest)),
                4 => builder.cause(&choices.digest()),
                _ => builder.not_before(choices.window().0.plus(choices.number() % HOUR)),
            };
        }
        builder
    }};
}

/// This target.
pub const TARGET: Target = Target { name: "roundtrip", max_len: 256, run, seeds };

/// The first byte says what is made, the others how.
pub fn run(data: &[u8]) {
    let mut choices = Choices(data);
    match choices.below(4) {
        0 => revocation_list(&mut choices),
        1 => {
            let identifier = choices.text();
            make_credential(&mut choices, &identifier, 1);
        }
        _ => execution(&mut choices),
    }
}

/// A list of any entries.
fn revocation_list(choices: &mut Choices<'_>) {
    let name = if choices.yes() { REVOKER.to_owned() } else { choices.text() };
    let mut builder = RevocationListBuilder::new((public("revoker"), &name), choices.number(), choices.window());
    for _ in 0..choices.below(6) {
        let (digest, keys) = (choices.digest(), choices.some(3, Choices::digest));
        builder = match choices.below(6) {
            0 => builder.link(&digest),
            1 => builder.key(&digest),
            2 => builder.credential(&digest, &keys),
            3 => builder.identifier(&choices.identifier(), &keys),
            4 => builder.consent(&digest),
            _ => builder.issued_before(&choices.identifier(), UnixTime(choices.number())),
        };
    }
    if let Some(made) = signed(choices, builder.to_be_signed(), &[], "revoker") {
        list::check(&RevocationList::decode(&made).expect("a list that was made is decoded"), &made);
    }
}

/// A credential for an actor, in which the fuzzer's texts and numbers may stand.
fn make_credential(choices: &mut Choices<'_>, identifier: &str, n: u8) -> Option<Vec<u8>> {
    let window = if choices.yes() { choices.window() } else { (NOW.minus(HOUR), NOW.plus(2 * HOUR)) };
    let key = *public(&format!("worker {n}")).key();
    let mut builder = CredentialBuilder::new((public("attester"), ATTESTER), identifier, key, ALICE, window).role(ROLE);
    for _ in 0..choices.below(4) {
        let name = if choices.yes() { "hardware".to_owned() } else { choices.text() };
        builder = match choices.below(6) {
            0 => builder.role(&name),
            1 => builder.property(&name, Property::Int(choices.integer())),
            2 => builder.property(&name, Property::Text(&choices.text())),
            3 => builder.property(&name, Property::Bytes(choices.text().as_bytes())),
            4 => builder.not_before(UnixTime(choices.number())),
            _ => builder.nonce(choices.text().as_bytes()),
        };
    }
    let made = signed(choices, builder.to_be_signed(), &[], "attester")?;
    credential::check(&Credential::decode(&made).expect("a credential that was made is decoded"));
    Some(made)
}

/// A root, some continuations, a proof.
fn execution(choices: &mut Choices<'_>) {
    let Some(mut token) = root(choices) else { return };
    judge(&token);
    let mut head = "alice".to_owned();
    for n in 1..=u8::try_from(choices.below(5)).unwrap_or_default() {
        let Some((longer, actor)) = continuation(choices, &token, &head, n) else { break };
        judge(&longer);
        (token, head) = (longer, actor);
    }
    prove(choices, &token, &head);
}

fn root(choices: &mut Choices<'_>) -> Option<Vec<u8>> {
    let origin = OriginClaim {
        kind: OriginForm::Identity,
        accountable: ALICE,
        nonce: choices.bytes(),
        consent: choices.yes().then(|| choices.digest()),
    };
    let actor = Actor::origin(public("alice"), ALICE_AGENT, "owner");
    let builder = RootBuilder::new(actor, &origin, choices.window(), choices.grants()?);
    let built = extras!(choices, builder).to_be_signed();
    signed(choices, built, &[], "alice")
}

/// A continuation, and the name of its actor's key.
fn continuation(choices: &mut Choices<'_>, token: &[u8], head: &str, n: u8) -> Option<(Vec<u8>, String)> {
    let (actor, name, credential) = if choices.below(4) == 0 {
        (Actor::unvouched(public("stray")), "stray".to_owned(), Vec::new())
    } else {
        let credential = make_credential(choices, &worker(n), n)?;
        (Actor::vouched(&credential, ROLE).ok()?, format!("worker {n}"), credential)
    };
    let mut handover = Vec::new();
    if choices.yes() {
        let builder = HandOverBuilder::new(token, public(head), actor.identifier(), choices.window().1);
        let builder = if choices.yes() { builder.task(&choices.digest()) } else { builder };
        handover = signed(choices, builder.to_be_signed(), &[], head)?;
    }
    let mut builder = ContinuationBuilder::new(token, actor, choices.window());
    if !handover.is_empty() {
        builder = builder.handover(&handover);
    }
    if choices.yes() {
        builder = builder.grants(choices.grants()?);
    }
    let built = extras!(choices, builder).to_be_signed();
    // token.md §3.3: what a link names stands before it.
    Some((signed(choices, built, &[token, &credential, &handover], &name)?, name))
}

/// A token that a builder made is decoded, and refused by nothing that the builder can know.
fn judge(token: &[u8]) {
    let decoded = Token::decode(token, &Limits::DEFAULT).expect("a token that was made is decoded");
    decoded.links().for_each(link::check);
    decoded.credentials().for_each(credential::check);
    decoded.handovers().for_each(link::check_handover);
    let start = decoded.links().map(|link| link.window().start()).max().expect("a root");
    let verdict = verifier().verify(token, start).map(drop);
    let verdict = if planted() { Err(Error { kind: ErrorKind::DemandRole, ..unknown_request() }) } else { verdict };
    assert!(verdict.is_ok() || verdict.is_err_and(|error| is_for_the_verifier(error.kind)), "{verdict:?}");
}

/// Times, ceilings and remits of attesters: a matter of the bundle and the clock.
fn is_for_the_verifier(kind: ErrorKind) -> bool {
    matches!(kind.stage(), 4 | 5) || (601..=606).contains(&kind.number())
}

/// A proof for a request, which is admitted if the grants admit it.
fn prove(choices: &mut Choices<'_>, token: &[u8], head: &str) {
    let (audience, digest) = (if choices.yes() { choices.text() } else { AUDIENCE.to_owned() }, choices.digest());
    let head_of = Token::decode(token, &Limits::DEFAULT).expect("a token that was made is decoded");
    let Some(head_of) = head_of.links().next_back() else { return };
    let issued = head_of.window().start();
    let builder = ProofBuilder::new(token, &audience, digest, issued, choices.bytes());
    let proof = if head_of.agree().is_some() && choices.below(8) == 0 {
        builder.mac(&agreement_key("worker 1"), agreement_key("audience").public()).ok()
    } else {
        signed(choices, builder.to_be_signed(public(head)), &[], head)
    };
    let Some(proof) = proof else { return };
    proof::check(&Proof::decode(&proof, &Limits::DEFAULT).expect("a proof that was made is decoded"), &proof);
    let request = Request::new(&audience, digest, "calendar.read", "calendar/alice/work");
    let admitted = verifier().admit(token, &proof, &request, &FRESH, issued).map(drop);
    let Err(error) = admitted else { return };
    let granted = error.kind != ErrorKind::RequestNotGranted;
    assert!(!granted || is_for_the_verifier(error.kind), "{error}");
}

fn verifier() -> Verifier<'static> {
    let (trust, agreement) = &*WORLD;
    Verifier::new(trust, &EverythingIsSigned, &NoRevocations).agreement(agreement)
}

static WORLD: LazyLock<(Trust<'static>, AgreementKey)> = LazyLock::new(|| {
    let everything = GrantList::new([Grant::new("*", "*")]).expect("grants").encoded().to_vec();
    let mut trust = wide_trust();
    edit(&mut trust.origins, |origins| {
        origins[0].ceiling = Ceiling::new(everything.into()).expect("a ceiling");
    });
    (trust, agreement_key("audience"))
});

/// What a builder made, behind what stands before it; nothing if it refuses.
///
/// Builders check the signature that they are given, which takes long. So it is put together here, with one that is none; now and then
/// both ways, to see that they make the same.
fn signed(
    choices: &mut Choices<'_>,
    built: Result<ToBeSigned, Error>,
    before: &[&[u8]],
    signer: &str,
) -> Option<Vec<u8>> {
    let built = built.ok()?;
    let structure = reference::whole(built.structure()).expect("a Sig_structure");
    let [_, Cbor::Bytes(protected), _, Cbor::Bytes(payload)] = structure.as_array().expect("an array").as_slice()
    else {
        panic!("four elements: {structure:?}")
    };
    let item = [&[0xd2, 0x84], bstr(protected).as_slice(), &[0xa0], &bstr(payload), &bstr(&[1; 64])].concat();
    let whole = [before.concat(), item].concat();
    if choices.byte() == 255 {
        let real = built.sign(cached_key(signer)).expect("a signature that is one");
        assert_eq!(real.len(), whole.len());
        assert_eq!(real[..real.len() - 64], whole[..whole.len() - 64], "all but the signature");
    }
    Some(whole)
}

fn unknown_request() -> Error {
    throughline::Json::read(b"").expect_err("no document")
}

/// Of worker 1.
fn agreement() -> &'static PublicKey {
    static KEY: LazyLock<PublicKey> = LazyLock::new(|| *agreement_key("worker 1").public().key());
    &KEY
}

/// What builders are given.
impl Choices<'_> {
    /// A few bytes of text, or many.
    fn text(&mut self) -> String {
        let len = self.below(24);
        let text: String = (0..len).map(|_| char::from(self.byte())).collect();
        if self.below(16) == 1 { text.repeat(40) } else { text }
    }

    fn identifier(&mut self) -> String {
        let known = [ALICE, ALICE_AGENT, ATTESTER, AGENT, "CN=batch,O=Acme", "urn:example:a", "did:web:a.example"];
        if self.below(4) == 0 { self.text() } else { (*self.one_of(&known)).to_owned() }
    }

    fn digest(&mut self) -> Digest {
        Digest::of(&[&[self.byte()]])
    }

    fn number(&mut self) -> u64 {
        let ends =
            [0, 1, 23, 24, 255, 256, 65_535, 65_536, NOW.0, NOW.0 + 1, u64::MAX >> 1, (u64::MAX >> 1) + 1, u64::MAX];
        if self.yes() { *self.one_of(&ends) } else { u64::from(self.byte()) }
    }

    fn integer(&mut self) -> i64 {
        let ends = [0, 1, 2, 31, 32, 95, 96, -1, -2, -24, -25, -128, -256, -257, i64::MAX, i64::MIN];
        *self.one_of(&ends)
    }

    /// Mostly one that nests in the one before.
    fn window(&mut self) -> (UnixTime, UnixTime) {
        let usual = (NOW.minus(60), NOW.plus(HOUR));
        match self.below(8) {
            0 => (UnixTime(self.number()), UnixTime(self.number())),
            1 => (NOW, NOW.plus(HOUR)),
            2 => (NOW.minus(60), NOW.plus(u64::from(self.byte()))),
            _ => usual,
        }
    }

    fn grants(&mut self) -> Option<GrantList> {
        let grants = self.some(3, |choices| {
            let actions = ["*", "calendar.*", "calendar.read", "calendar.read.own", "a"];
            let resources = ["*", "calendar/*", "calendar/alice/*", "calendar/alice/work", "https://a.example/*", "/a"];
            let (action, resource) = (*choices.one_of(&actions), *choices.one_of(&resources));
            let mut grant = if choices.below(8) == 0 {
                Grant::new(&choices.text(), &choices.text())
            } else {
                Grant::new(action, resource)
            };
            for _ in 0..choices.below(3) {
                let name = if choices.below(4) == 0 { choices.text() } else { "days".to_owned() };
                grant = match choices.below(4) {
                    0 => grant.range(&name, choices.integer(), choices.integer()),
                    1 => grant.equals(&name, Value::Text(&choices.text())),
                    2 => grant.one_of(&name, choices.some(4, Choices::integer).into_iter().map(Value::Int)),
                    _ => grant.prefix(&name, &choices.text()),
                };
            }
            grant
        });
        GrantList::new(grants).ok()
    }

    fn contract(&mut self) -> Contract {
        let mut contract = Contract::new();
        for _ in 0..1 + self.below(3) {
            contract = match self.below(8) {
                0 => contract.namespace("spiffe://prod.example"),
                1 => contract.namespace(&self.text()),
                2 => contract.roles(&[ROLE, AGENT_ROLE], RoleFrom::Attesters(&[ATTESTER])),
                3 => contract.roles(&[ROLE], RoleFrom::Accountable(&self.identifier())),
                4 => contract.property_equals("hardware", &[ATTESTER], Property::Int(self.integer())),
                5 => contract.property_tier("hardware", &[ATTESTER], *self.one_of(&[Tier::Affirming, Tier::Warning])),
                6 => contract.handover(),
                _ if self.yes() => contract.vouched().last(self.number()),
                _ => contract.fresh(),
            };
        }
        contract
    }
}

fn seeds(_: &Vectors) -> Vec<Vec<u8>> {
    // Rows of choices: constant (255 signs), rising, and from a digest.
    let constant = (0..=8).map(|byte| vec![byte; 120]);
    let rising = (0..4).map(|first| (0..120).map(|byte| first + byte).collect());
    let mixed = (0..60).map(|n| {
        let blocks = (0..4).flat_map(|block| Digest::of(&[&[n, block]]).0);
        [n % 4].into_iter().chain(blocks.map(|byte| if n % 2 == 0 { byte % 8 } else { byte })).collect()
    });
    constant.chain([vec![255; 120]]).chain(rising).chain(mixed).collect()
}
