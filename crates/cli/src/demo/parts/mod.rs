//! What each process does with the requests it gets.

mod agent;
mod alice;
mod attester;
mod executor;
mod forge;
mod misdeeds;
mod route;
mod service;

use throughline::issue::{Signer as _, SigningKey};

use crate::demo::cast::{Member, Part, member};
use crate::demo::keys::{Jwk, fresh_key};
use crate::demo::process::{Hello, Setup, introduce};
use crate::demo::trouble::Outcome;
use crate::demo::wire::{listen, serve};

/// One process and what it knows.
#[derive(Debug)]
struct Own {
    member: &'static Member,
    key: SigningKey,
    port: u16,
    setup: Setup,
}

/// Plays a part until the process that started this one ends.
pub(super) fn play(name: &str) -> Outcome<()> {
    let member = member(name)?;
    let key = fresh_key()?;
    let (server, port) = listen()?;
    let setup = introduce(&Hello { port, key: Jwk::of(key.key()) })?;
    let own = Own { member, key, port, setup };
    match member.part {
        Part::Alice => serve(&server, |request| alice::answer(&own, request)),
        Part::Attester => serve(&server, |request| attester::answer(&own, request)),
        Part::Executor => {
            let mut executor = executor::Executor::new(&own)?;
            serve(&server, |request| executor.answer(request))
        }
        Part::Agent => serve(&server, |request| agent::answer(&own, request)),
        Part::Service => {
            let service = service::Service::new(&own)?;
            serve(&server, |request| service.answer(request))
        }
    }
}
