//! What processes ask of each other beside the tokens: orders, work, and how it went.

use serde::{Deserialize, Serialize};
use throughline::{Limits, Token, UnixTime};

use crate::demo::keys::now;
use crate::demo::trouble::{Outcome, trouble};
use crate::demo::wire::{Call, Reply, bytes_as_text};

/// What Alice is asked to start.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Order {
    /// Name of the executor that she calls.
    pub(super) to: String,
    /// Whether she names its key, instead of a role that it needs.
    pub(super) by_key: bool,
    /// Seconds for which the order has been lying around.
    pub(super) age: u64,
    pub(super) deed: Deed,
}

/// What an executor is handed, beside the token.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Work {
    pub(super) deed: Deed,
    /// The hand-over to it; empty without one.
    #[serde(with = "bytes_as_text")]
    pub(super) handover: Vec<u8>,
}

/// What an executor does with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Deed {
    /// Puts a meeting into Alice's calendar.
    Meet,
    /// Prepares the same request; it is caught on its way.
    Prepare,
    /// Lets the reporter read, with authority to read and nothing else.
    Delegate,
    /// Reads a week.
    Read,
    /// As `Delegate`, to a reporter that cuts back to Alice's link.
    DelegateToCutBack,
    /// As `Delegate`, to a reporter that cuts back with the hand-over it found.
    DelegateToReuse,

    /// Uses the attackers' encoder with nothing wrong, for comparison.
    Forge,
    /// Presents somebody else's token.
    Steal,
    /// Claims a role that its credential does not have.
    ClaimRole,
    /// Shows a credential of Bob's attester.
    ForeignRole,
    /// Makes its own credential in the name of Alice's attester.
    OwnAttester,
    /// Gives itself more authority.
    Widen,
    /// Uses a link that ended.
    Outlive,
    /// Continues Alice's link instead of the one it was given.
    CutBack,
    /// The same, with the hand-over to somebody else.
    ReuseHandOver,
    /// Puts its link of the last execution behind a new root.
    Graft,
    /// Continues as nobody in particular, where a key is named.
    Nameless,
}

/// How it went.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Done {
    /// The request that was made of the service, or prepared.
    pub(super) call: Call,
    /// The service's answer, if it was sent: status, and the reason if it was refused.
    pub(super) answer: Option<Answer>,
}

/// What a caller learns from a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Answer {
    pub(super) status: u16,
    /// The coarse reason of a refusal; empty without one.
    pub(super) reason: String,
}

/// A service's answer in JSON.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct ServiceReply {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) done: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) refused: String,
}

impl Done {
    /// Sends the call to a service.
    pub(super) fn by(call: Call, port: u16) -> Outcome<Self> {
        let answer = Answer::from(&call.send(port)?)?;
        Ok(Self { call, answer: Some(answer) })
    }
}

impl Answer {
    pub(super) fn from(reply: &Reply) -> Outcome<Self> {
        let body: ServiceReply = serde_json::from_slice(&reply.body)?;
        Ok(Self { status: reply.status, reason: body.refused })
    }
}

/// From now on for `seconds`, and no longer than the token's last link, which may have been made a second ago.
pub(super) fn window_after(token: &[u8], seconds: u64) -> Outcome<(UnixTime, UnixTime)> {
    let (start, end) = window(0, seconds)?;
    let token = Token::decode(token, &Limits::DEFAULT)?;
    let parent = token.links().next_back().ok_or_else(|| trouble("a token without links"))?.window().end();
    Ok((start, end.min(parent)))
}

/// From `age` seconds ago, for `seconds`.
pub(super) fn window(age: u64, seconds: u64) -> Outcome<(UnixTime, UnixTime)> {
    let start = now()?.minus(age);
    Ok((start, start.plus(seconds)))
}
