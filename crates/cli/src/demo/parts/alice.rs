//! Alice's authority: creates authority in her name, and hands each execution over to the executor it calls.

use throughline::OriginForm;
use throughline::issue::{
    Actor, Contract, Grant, GrantList, HandOverBuilder, OriginClaim, RoleFrom, RootBuilder, Signer as _,
};

use crate::demo::cast::{AUTHORIZED, OWNER, member};
use crate::demo::keys::random;
use crate::demo::parts::Own;
use crate::demo::trouble::Outcome;
use crate::demo::wire::{Call, Received, Reply};
use crate::demo::work::{Order, Work, window};

/// `POST /orders`: the answer is that of the executor it went to.
pub(super) fn answer(own: &Own, request: &Received) -> Outcome<Reply> {
    let order: Order = request.read()?;
    let token = originate(own, &order)?;
    let handover = if order.by_key { Vec::new() } else { hand_over(own, &order, &token)? };
    Call::post("/work", &Work { deed: order.deed, handover })?.with(&token, &[]).send(own.setup.port(&order.to)?)
}

fn originate(own: &Own, order: &Order) -> Outcome<Vec<u8>> {
    let actor = Actor::origin(*own.key.key(), own.member.identifier, OWNER);
    let origin = OriginClaim {
        kind: OriginForm::Identity,
        accountable: own.member.accountable,
        nonce: random()?,
        consent: None,
    };
    let window = window(order.age, TOKEN_LIFE)?;
    let root = if order.by_key {
        RootBuilder::new(actor, &origin, window, GrantList::new([reading()])?)
            .next_key(own.setup.key(&order.to)?.thumbprint())
    } else {
        let attester = member("alice-attester")?.identifier;
        RootBuilder::new(actor, &origin, window, GrantList::new([reading(), meeting()])?)
            .next_contract(Contract::new().roles(&[AUTHORIZED], RoleFrom::Attesters(&[attester])))
    };
    Ok(root.sign(&own.key)?)
}

fn hand_over(own: &Own, order: &Order, token: &[u8]) -> Outcome<Vec<u8>> {
    let (_, expires) = window(order.age, TOKEN_LIFE)?;
    let to = member(&order.to)?.identifier;
    Ok(HandOverBuilder::new(token, *own.key.key(), to, expires).sign(&own.key)?)
}

fn reading() -> Grant {
    Grant::new("calendar.read", "/calendar/alice/*")
}

fn meeting() -> Grant {
    Grant::new("calendar.create", "/calendar/alice/meetings").range("minutes", 15, 60)
}

/// Long enough for work that was ordered ten minutes ago.
const TOKEN_LIFE: u64 = 1_200;
