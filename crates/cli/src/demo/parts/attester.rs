//! An attester: signs what it knows about the actors enrolled with it, and about nobody else.

use throughline::issue::{CredentialBuilder, Signer as _};

use crate::demo::cast::{member, vouched_roles};
use crate::demo::parts::Own;
use crate::demo::trouble::Outcome;
use crate::demo::wire::{Call, Received, Reply};
use crate::demo::work::window;

/// Asks `attester` for the credential of the actor `name`; `None` if it does not know that actor.
pub(super) fn ask(own: &Own, attester: &str) -> Outcome<Option<Vec<u8>>> {
    let target = format!("/credentials/{}", own.member.name);
    let reply = Call::get(&target).send(own.setup.port(attester)?)?;
    if reply.status == 404 {
        return Ok(None);
    }
    reply.read::<Credential>().map(|credential| Some(credential.credential))
}

/// `GET /credentials/NAME`
pub(super) fn answer(own: &Own, request: &Received) -> Outcome<Reply> {
    let name = request.target.trim_start_matches("/credentials/");
    let Some(roles) = vouched_roles(own.member.name, name) else {
        return Reply::json(404, &"not enrolled");
    };
    let actor = member(name)?;
    // The key comes from the enrolment, never from the request: the credential is of use to its holder alone.
    let key = *own.setup.key(name)?.key();
    let attester = (*own.key.key(), own.member.identifier);
    // An hour ago, so that work that has been lying around can still be done.
    let mut builder = CredentialBuilder::new(attester, actor.identifier, key, actor.accountable, window(3_600, 7_200)?);
    for role in roles {
        builder = builder.role(role);
    }
    Reply::json(200, &Credential { credential: builder.sign(&own.key)? })
}

#[derive(Debug, serde::Serialize, serde::Deserialize)]
struct Credential {
    #[serde(with = "crate::demo::wire::bytes_as_text")]
    credential: Vec<u8>,
}
