//! The tokens of the fixtures, each made once.

use std::collections::HashMap;
use std::sync::{Mutex, OnceLock};

use crate::common::{self, world};

pub(crate) fn chain(links: u8) -> Vec<u8> {
    once("chain", links, common::chain)
}

pub(crate) fn open_chain(links: u8) -> Vec<u8> {
    once("open chain", links, world::open_chain)
}

pub(crate) fn called(links: u8) -> Vec<u8> {
    once("called", links, world::called)
}

pub(crate) fn through_gateway(links: u8) -> Vec<u8> {
    once("through the gateway", links, world::through_gateway)
}

pub(crate) fn through_stranger(links: u8) -> Vec<u8> {
    once("through the stranger", links, world::through_stranger)
}

pub(crate) fn agreeing() -> Vec<u8> {
    once("agreeing", 2, |_| world::agreeing())
}

/// What `make` makes of this many links, kept under a name of its own.
pub(crate) fn once(name: &'static str, links: u8, make: impl FnOnce(u8) -> Vec<u8>) -> Vec<u8> {
    static MADE: OnceLock<Mutex<Made>> = OnceLock::new();
    let made = MADE.get_or_init(Mutex::default);
    if let Some(token) = made.lock().unwrap().get(&(name, links)) {
        return token.clone();
    }
    let token = make(links);
    made.lock().unwrap().insert((name, links), token.clone());
    token
}

/// Tokens by name and number of links.
type Made = HashMap<(&'static str, u8), Vec<u8>>;
