//! Attacks. Each differs from an admitted call in one thing, and all else about it is right: one check refuses it.

use throughline::issue::{Actor, ContinuationBuilder, CredentialBuilder, Signer as _};
use throughline::{Credential, Digest, Limits, Token};

use crate::demo::cast::{AUTHORIZED, member};
use crate::demo::keys::{fresh_key, now, random};
use crate::demo::parts::attester;
use crate::demo::parts::executor::{Executor, LINK_LIFE, meeting, reading};
use crate::demo::parts::forge::{ForgedLink, ForgedProof, items};
use crate::demo::trouble::{Outcome, trouble};
use crate::demo::wire::Call;
use crate::demo::work::{Deed, Work, window, window_after};

/// The call to the calendar that this misdeed makes out of a token.
pub(super) fn make(executor: &Executor<'_>, token: &[u8], work: &Work) -> Outcome<Call> {
    match work.deed {
        Deed::Steal => steal(executor, token),
        // What is wrong with the second is the executor that does it: another one has the role.
        Deed::Forge | Deed::ClaimRole => {
            let credential = executor.credential.as_deref().ok_or_else(|| trouble("no credential"))?;
            under_credential(executor, token, credential, work, &[])
        }
        Deed::ForeignRole => {
            let credential = attester::ask(executor.own, "bob-attester")?.ok_or_else(|| trouble("no credential"))?;
            under_credential(executor, token, &credential, work, &[])
        }
        Deed::OwnAttester => under_credential(executor, token, &self_made(executor)?, work, &[]),
        Deed::Widen => {
            let credential = executor.credential.as_deref().ok_or_else(|| trouble("no credential"))?;
            under_credential(executor, token, credential, work, &[("calendar.*", "/calendar/*")])
        }
        Deed::Outlive => outlive(executor, token, work),
        Deed::CutBack => cut_back(executor, token, false),
        Deed::ReuseHandOver => cut_back(executor, token, true),
        Deed::Graft => graft(executor, token),
        Deed::Nameless => nameless(executor, token),
        Deed::Meet | Deed::Prepare | Deed::Delegate | Deed::Read | Deed::DelegateToCutBack | Deed::DelegateToReuse => {
            Err(trouble("no misdeed"))
        }
    }
}

/// The token as it is, under a proof in the name of its head and with a key of one's own.
fn steal(executor: &Executor<'_>, token: &[u8]) -> Outcome<Call> {
    let (own, call) = (executor.own, meeting()?);
    let digest = call.digest(own.setup.port("calendar")?);
    let audience = member("calendar")?.identifier;
    let decoded = Token::decode(token, &Limits::DEFAULT)?;
    let head = decoded.links().next_back().ok_or_else(|| trouble("no link"))?;
    let proof = ForgedProof {
        kid: *head.kid(),
        audience,
        issued: now()?,
        nonce: random()?,
        head: *head.digest(),
        request: digest,
    };
    Ok(call.with(token, &proof.sign(&own.key)?))
}

/// A link in the role that is asked for, under this credential, with the hand-over that came with the work.
fn under_credential(
    executor: &Executor<'_>,
    token: &[u8],
    credential: &[u8],
    work: &Work,
    grants: &[(&str, &str)],
) -> Outcome<Call> {
    let handover = Some(work.handover.as_slice()).filter(|handover| !handover.is_empty());
    let token = append(executor, token, Some(credential), handover, grants)?;
    let call = if grants.is_empty() { meeting()? } else { Call::get("/calendar/bob/week-47") };
    executor.prove(&token, call)
}

/// A credential in the name of Alice's attester, under a key made for it.
fn self_made(executor: &Executor<'_>) -> Outcome<Vec<u8>> {
    let (own, attester) = (executor.own, fresh_key()?);
    let name = member("alice-attester")?.identifier;
    let (subject, accountable) = (own.member.identifier, own.member.accountable);
    let key = *own.key.key().key();
    let builder = CredentialBuilder::new((*attester.key(), name), subject, key, accountable, window(3_600, 7_200)?);
    Ok(builder.role(AUTHORIZED).sign(&attester)?)
}

/// A link that was right for five minutes, ten minutes ago.
fn outlive(executor: &Executor<'_>, token: &[u8], work: &Work) -> Outcome<Call> {
    let credential = executor.credential.as_deref().ok_or_else(|| trouble("no credential"))?;
    let actor = Actor::vouched(credential, AUTHORIZED)?;
    let token = ContinuationBuilder::new(token, actor, window(600, LINK_LIFE)?)
        .handover(&work.handover)
        .sign(&executor.own.key)?;
    executor.prove(&token, meeting()?)
}

/// Alice's link alone, continued once more: what the link before this actor gave away comes back.
fn cut_back(executor: &Executor<'_>, token: &[u8], reuse: bool) -> Outcome<Call> {
    let credential = executor.credential.as_deref().ok_or_else(|| trouble("no credential"))?;
    // Alice's link, the credential of the executor that she called, the hand-over to it, its link.
    let items = items(token)?;
    let (Some(root), Some(handover)) = (items.first(), items.get(2)) else { return Err(trouble("a short token")) };
    let token = append(executor, root, Some(credential), reuse.then_some(*handover), &[])?;
    executor.prove(&token, meeting()?)
}

/// Everything after the root of the last execution, behind the root of this one.
fn graft(executor: &Executor<'_>, token: &[u8]) -> Outcome<Call> {
    let last = items(&executor.last)?;
    let grafted = [token, &last.get(1..).unwrap_or_default().concat()].concat();
    executor.prove(&grafted, meeting()?)
}

/// A link under a key of one's own, where Alice names another key.
fn nameless(executor: &Executor<'_>, token: &[u8]) -> Outcome<Call> {
    let items = items(token)?;
    let root = items.first().ok_or_else(|| trouble("a short token"))?;
    let token = append(executor, root, None, None, &[])?;
    executor.prove(&token, reading())
}

/// Appends a link, without asking whether it may be: in the role that is asked for, or unvouched without a credential.
fn append(
    executor: &Executor<'_>,
    token: &[u8],
    credential: Option<&[u8]>,
    handover: Option<&[u8]>,
    grants: &[(&str, &str)],
) -> Outcome<Vec<u8>> {
    let (own, key) = (executor.own, executor.own.key.key());
    let unvouched = Actor::unvouched(*key);
    let kid = match credential {
        Some(credential) => *Credential::decode(credential)?.digest(),
        None => *key.thumbprint(),
    };
    let mut forged = [token, credential.unwrap_or_default(), handover.unwrap_or_default()].concat();
    let (parent, position, handover) = place(token, &forged, handover.is_some())?;
    let link = ForgedLink {
        kid,
        identifier: if credential.is_some() { own.member.identifier } else { unvouched.identifier() },
        role: credential.map(|_| AUTHORIZED),
        carried: if credential.is_some() { None } else { Some(key.key()) },
        window: window_after(token, LINK_LIFE)?,
        parent,
        position,
        grants,
        handover,
    };
    forged.extend(link.sign(&own.key)?);
    Ok(forged)
}

/// Digest of the head and the position after it; digest of the last hand-over of what is forged.
fn place(token: &[u8], forged: &[u8], handover: bool) -> Outcome<(Digest, u64, Option<Digest>)> {
    let token = Token::decode(token, &Limits::DEFAULT)?;
    let head = token.links().next_back().ok_or_else(|| trouble("no head"))?;
    let forged = Token::decode(forged, &Limits::DEFAULT)?;
    let last = forged.handovers().last().filter(|_| handover);
    Ok((*head.digest(), head.position().saturating_add(1), last.map(|last| *last.digest())))
}
