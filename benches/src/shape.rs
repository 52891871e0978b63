//! Tokens by their shape: how many of everything a verifier has to compare. The search for the dearest token turns these knobs.

use throughline::issue::{
    Actor, ContinuationBuilder, Contract, CredentialBuilder, Grant, GrantList, HandOverBuilder, RootBuilder,
};
use throughline::trust::{Tier, Trust};
use throughline::{Error, KnownCredentials, Property, Value};

use crate::common::world::{ceiling, edit, wide_trust};
use crate::common::{ALICE, ATTESTER, HOUR, NOW, ROLE, alice, key, origin, public, window, worker};
use crate::job::{ACTION, RESOURCE, Random};
use crate::ours::Door;
use crate::world;

/// The knobs. None reaches beyond what the format allows; together they may, and then nothing is made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    pub links: u8,
    /// Property demands in every link's `require`.
    pub demands: u8,
    /// Properties in every credential.
    pub properties: u8,
    /// Further credentials of the last actor.
    pub also: u8,
    /// Grants in every link.
    pub grants: u8,
    /// Argument limits in every grant.
    pub limits: u8,
    /// Values of a limit that lists them.
    pub values: u8,
    /// Bytes that the resources of all grants share before they differ.
    pub alike: u16,
    /// Links that take a hand-over.
    pub handovers: u8,
    /// Grants are repeated by every link, or carried silently.
    pub repeated: bool,
}

/// A token of the shape, with all that a verifier of it holds.
pub struct Made {
    pub token: Vec<u8>,
    /// Name of the key that the head's actor has.
    pub head: String,
}

impl Shape {
    pub const PLAIN: Self = Self {
        links: 8,
        demands: 0,
        properties: 2,
        also: 0,
        grants: 1,
        limits: 1,
        values: 1,
        alike: 15,
        handovers: 0,
        repeated: true,
    };

    /// One knob turned at random.
    pub fn turned(mut self, random: &mut Random) -> Self {
        let step = [-4, -2, -1, 1, 2, 4][random.below(6)];
        let turn = |knob: &mut u8, low: i16, high: i16| {
            *knob = (i16::from(*knob) + step).clamp(low, high) as u8;
        };
        match random.below(10) {
            0 => turn(&mut self.links, 2, 16),
            1 => turn(&mut self.demands, 0, 8),
            2 => turn(&mut self.properties, 0, 16),
            3 => turn(&mut self.also, 0, 4),
            4 => turn(&mut self.grants, 1, 16),
            5 => turn(&mut self.limits, 0, 8),
            6 => turn(&mut self.values, 1, 16),
            7 => self.alike = (i32::from(self.alike) + 16 * i32::from(step)).clamp(15, 900) as u16,
            8 => turn(&mut self.handovers, 0, 15),
            _ => self.repeated = !self.repeated,
        }
        self
    }

    /// Builds it, if it fits the format's limits.
    ///
    /// # Errors
    /// The builders', with why it does not.
    pub fn make(&self) -> Result<Made, Error> {
        let grants = self.grants()?;
        let builder = RootBuilder::new(alice(), &origin(), window(), grants.clone());
        let called = |hop: u8| hop <= self.handovers;
        let next = *public("worker 1").thumbprint();
        let builder = if called(1) { builder.next_contract(by_role()) } else { builder.next_key(&next) };
        let builder = match self.contract() {
            Some(contract) => builder.require(contract),
            None => builder,
        };
        let mut token = builder.sign(&key("alice")).map_err(refused)?;
        for hop in 1..self.links {
            let mut actor = Actor::vouched(&self.credential(hop, 0)?, ROLE)?;
            for nth in 0..if hop + 1 == self.links { self.also } else { 0 } {
                actor = actor.also(&self.credential(hop, nth + 1)?)?;
            }
            let before = token.clone();
            let mut builder = ContinuationBuilder::new(&before, actor, window());
            if called(hop) {
                let caller = if hop == 1 { "alice".to_owned() } else { format!("worker {}", hop - 1) };
                let given = HandOverBuilder::new(&before, public(&caller), &worker(hop), NOW.plus(HOUR));
                builder = builder.handover(&given.sign(&key(&caller)).map_err(refused)?);
            }
            if self.repeated {
                builder = builder.grants(grants.clone());
            }
            if hop + 1 < self.links {
                if let Some(contract) = self.contract() {
                    builder = builder.require(contract);
                }
                let next = *public(&format!("worker {}", hop + 1)).thumbprint();
                builder = if called(hop + 1) { builder.next_contract(by_role()) } else { builder.next_key(&next) };
            }
            token = builder.sign(&key(&format!("worker {hop}"))).map_err(refused)?;
        }
        Ok(Made { token, head: format!("worker {}", self.links - 1) })
    }

    /// Grants that differ only behind what is alike; the last of them admits the request.
    fn grants(&self) -> Result<GrantList, Error> {
        let grant = |nth: u8| {
            let resource = match nth {
                0 => RESOURCE.to_owned(),
                _ => format!("calendar/alice/{}{nth:02}", "x".repeat(usize::from(self.alike) - 15)),
            };
            (0..self.limits).fold(Grant::new(ACTION, &resource), |grant, limit| match limit {
                0 => grant.one_of("days", (0..i64::from(self.values)).map(|value| Value::Int(7 + value))),
                _ if nth == 0 => grant,
                _ => grant.one_of(&format!("a{limit}"), (0..i64::from(self.values)).map(Value::Int)),
            })
        };
        GrantList::new((0..self.grants).map(grant))
    }

    fn contract(&self) -> Option<Contract> {
        let stated = self.demands.min(self.properties);
        (stated > 0).then(|| {
            // The last properties of a credential, so that all before them are passed over.
            let names = (self.properties - stated..self.properties).map(|nth| format!("p{nth:02}"));
            names.fold(Contract::new(), |contract, name| contract.property_tier(&name, &[ATTESTER], Tier::Affirming))
        })
    }

    fn credential(&self, hop: u8, nth: u8) -> Result<Vec<u8>, Error> {
        let validity = (NOW.minus(HOUR + u64::from(nth)), NOW.plus(2 * HOUR));
        let subject = *public(&format!("worker {hop}")).key();
        let builder = CredentialBuilder::new((public("attester"), ATTESTER), &worker(hop), subject, ALICE, validity);
        let names = (0..self.properties).map(|nth| format!("p{nth:02}"));
        let builder = names.fold(builder.role(ROLE), |builder, name| builder.property(&name, Property::Int(2)));
        builder.sign(&key("attester")).map_err(refused)
    }
}

/// A service that trusts whatever shapes say.
pub fn door() -> Door {
    let mut trust: Trust<'static> = wide_trust();
    edit(&mut trust.origins, |origins| origins[0].ceiling = ceiling("*", "*"));
    edit(&mut trust.attesters, |attesters| {
        let names = (0..16).map(|nth| throughline::Text::from(format!("p{nth:02}")));
        edit(&mut attesters[0].properties, |properties| properties.extend(names));
    });
    Door { trust, known: KnownCredentials::new(), agreement: world::agreement() }
}

fn by_role() -> Contract {
    Contract::new().roles(&[ROLE], throughline::issue::RoleFrom::Attesters(&[ATTESTER]))
}

fn refused<E: std::fmt::Debug>(error: throughline::issue::IssueError<E>) -> Error {
    match error {
        throughline::issue::IssueError::Refused(error) => error,
        throughline::issue::IssueError::Signer(error) => unreachable!("the key signs: {error:?}"),
    }
}
