//! The story, scene by scene.

use throughline::{ErrorKind, UnixTime};

use crate::demo::print::Printer;
use crate::demo::record::Verdict;
use crate::demo::stage::Stage;
use crate::demo::trouble::{Outcome, trouble};
use crate::demo::wire::Call;
use crate::demo::work::{Answer, Deed, Done, Order, Work};

/// How it came out.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) admitted: u32,
    pub(super) refused: u32,
    pub(super) wrong: u32,
}

/// Plays everything; what comes back says whether all went as expected.
pub(super) fn tell(printer: Printer) -> Outcome<Tally> {
    let mut stage = Stage::open(printer)?;
    introduce(&stage)?;
    continuations(&mut stage)?;
    anonymous(&mut stage)?;
    monitor(&mut stage)?;
    on_the_way(&mut stage)?;
    in_the_pool(&mut stage)?;
    stage.printer.summary(&stage.tally, stage.len())?;
    Ok(stage.tally)
}

fn introduce(stage: &Stage) -> Outcome<()> {
    let printer = &stage.printer;
    printer.title(&format!("{} processes on 127.0.0.1, each with a key of its own", stage.len()))?;
    printer.pair("alice", "creates authority in her own name, for her calendar")?;
    printer
        .pair("alice-attester", "vouches for unknown_02 and reporter as authorized-workload, for the others as less")?;
    printer.pair("unknown_01..03", "a shared pool of executors, strangers to Alice and to the calendar")?;
    printer.pair("reporter", "a workload of Alice's")?;
    printer.pair("anonymous", "an executor without identity: a key, nothing else")?;
    printer.pair("calendar", "an API that has met none of them: it has a trust bundle and verifies")?;
    printer.pair("bob-attester", "vouches for the pool too, for Bob")?;
    printer.pair("monitor", "Acme's Security Monitoring Agent, under acme-attester")?;
    printer.pair("security", "Acme's security API")
}

fn continuations(stage: &mut Stage) -> Outcome<()> {
    stage.printer.title("1  Alice lets any authorized-workload continue, and calls unknown_02")?;
    let done = order(stage, "unknown_02", Deed::Meet)?;
    admitted(stage, "calendar", "unknown_02 puts a meeting into Alice's calendar", &done, true)?;
    stage.printer.title("2  unknown_02 passes on less: reporter may read, and no more")?;
    let done = order(stage, "unknown_02", Deed::Delegate)?;
    admitted(stage, "calendar", "reporter reads Alice's week", &done, true)
}

fn anonymous(stage: &mut Stage) -> Outcome<()> {
    stage.printer.title("3  Alice names a key: its holder needs no identity to be the right continuation")?;
    let done = order_by_key(stage, "anonymous", Deed::Read)?;
    admitted(stage, "calendar", "anonymous reads Alice's week", &done, true)
}

fn monitor(stage: &mut Stage) -> Outcome<()> {
    stage.printer.title("4  Acme's monitor creates authority from its role; nobody is upstream")?;
    let done: Vec<Done> = stage.ask("monitor", "/patrol", &())?;
    let titles = ["it scans a network", "it raises an alert", "it isolates a host", "it collects the host's logs"];
    if done.len() != titles.len() {
        return Err(trouble("the monitor made other calls"));
    }
    for (nth, (title, done)) in titles.iter().zip(&done).enumerate() {
        admitted(stage, "security", title, done, nth.saturating_add(1) == titles.len())?;
    }
    let done: Vec<Done> = stage.ask("monitor", "/overreach", &())?;
    let done = done.first().ok_or_else(|| trouble("no call"))?;
    refused(
        stage,
        "security",
        ("it isolates a host for 600 minutes", "its role may, for 60"),
        done,
        ErrorKind::RequestNotGranted,
    )
}

/// One request of unknown_02's, caught on its way to the calendar.
fn on_the_way(stage: &mut Stage) -> Outcome<()> {
    stage.printer.title("5  What is refused. Left: all that the caller learns. Right: the service's log")?;
    let call = order(stage, "unknown_02", Deed::Prepare)?.call;
    let stolen: Done = stage.hand("unknown_03", &call.token, &Work { deed: Deed::Steal, handover: Vec::new() })?;
    let about = ("a stolen token, presented by another replica", "unknown_03 has unknown_02's token, not its key");
    refused(stage, "calendar", about, &stolen, ErrorKind::ProofSignatureInvalid)?;

    let elsewhere = Done::by(call.clone(), stage.port("security")?)?;
    let about = ("the right token at the wrong audience", "calendar's request, relayed to security");
    refused(stage, "security", about, &elsewhere, ErrorKind::ProofAudience)?;

    let flipped = Done::by(flip_a_bit(&call)?, stage.port("calendar")?)?;
    let about = ("one flipped bit", "in the last signature of the token, on the way");
    refused(stage, "calendar", about, &flipped, ErrorKind::SignatureInvalid)?;

    let intact = Done::by(call.clone(), stage.port("calendar")?)?;
    admitted(stage, "calendar", "the same request as it was made, for comparison", &intact, false)?;

    let again = Done::by(call, stage.port("calendar")?)?;
    refused(stage, "calendar", ("a proof replayed", "the same bytes once more"), &again, ErrorKind::ProofReplayed)
}

/// Executors that misbehave with what they were properly handed.
fn in_the_pool(stage: &mut Stage) -> Outcome<()> {
    let expired = ErrorKind::Expired { now: UnixTime(0), exp: UnixTime(0) };
    let ordered: [(Deed, &str, (&str, &str), ErrorKind); 8] = [
        (
            Deed::ClaimRole,
            "unknown_01",
            ("a role nobody vouched for", "unknown_01 is a batch-worker, and says authorized-workload"),
            ErrorKind::RoleNotVouched,
        ),
        (
            Deed::ForeignRole,
            "unknown_03",
            ("the same role, vouched for by a foreign attester", "unknown_03 is authorized-workload, says Bob's"),
            ErrorKind::DemandRole,
        ),
        (
            Deed::OwnAttester,
            "unknown_03",
            ("a credential in the attester's name", "unknown_03 signed it with a key of its own"),
            ErrorKind::AttesterUnknown,
        ),
        (
            Deed::Widen,
            "unknown_02",
            ("widened authority", "unknown_02 gives itself calendar.* on /calendar/*"),
            ErrorKind::GrantsWidened,
        ),
        (
            Deed::Outlive,
            "unknown_02",
            ("an expired link", "unknown_02 kept it for ten minutes, it was good for five"),
            expired,
        ),
        (
            Deed::DelegateToCutBack,
            "unknown_02",
            ("a cut-back by a worker to whom nobody handed over", "reporter drops the link that narrowed it"),
            ErrorKind::HandoverDemanded,
        ),
        (
            Deed::DelegateToReuse,
            "unknown_02",
            ("the same, with the hand-over to somebody else", "reporter shows the one to unknown_02"),
            ErrorKind::HandoverAddressee,
        ),
        (
            Deed::Graft,
            "unknown_02",
            ("a link grafted from another execution", "unknown_02 puts its last link behind Alice's new one"),
            ErrorKind::ParentWrong,
        ),
    ];
    let done = order(stage, "unknown_02", Deed::Forge)?;
    admitted(
        stage,
        "calendar",
        "a link from the attackers' own encoder, nothing wrong with it, for comparison",
        &done,
        false,
    )?;
    for (deed, to, about, kind) in ordered {
        let done = order(stage, to, deed)?;
        refused(stage, "calendar", about, &done, kind)?;
    }
    // What it is handed names the key of `anonymous`.
    let done = order_by_key(stage, "anonymous", Deed::Prepare)?;
    let nameless: Done =
        stage.hand("unknown_03", &done.call.token, &Work { deed: Deed::Nameless, handover: Vec::new() })?;
    let about = ("another key, where Alice named one", "unknown_03 continues Alice's link to anonymous");
    refused(stage, "calendar", about, &nameless, ErrorKind::SuccessorKey)
}

fn order(stage: &Stage, to: &str, deed: Deed) -> Outcome<Done> {
    let age = if deed == Deed::Outlive { 600 } else { 0 };
    stage.ask("alice", "/orders", &Order { to: to.into(), by_key: false, age, deed })
}

fn order_by_key(stage: &Stage, to: &str, deed: Deed) -> Outcome<Done> {
    stage.ask("alice", "/orders", &Order { to: to.into(), by_key: true, age: 0, deed })
}

fn admitted(stage: &mut Stage, service: &str, title: &str, done: &Done, explain: bool) -> Outcome<()> {
    let record = stage.admitted(service, title, answer(done)?)?;
    match record.verdict {
        Verdict::Admitted(admitted) if explain => stage.printer.answer(&admitted),
        Verdict::Admitted(admitted) => stage.printer.short_answer(&admitted),
        Verdict::Refused(_) => Ok(()),
    }
}

fn refused(stage: &mut Stage, service: &str, about: (&str, &str), done: &Done, kind: ErrorKind) -> Outcome<()> {
    stage.refused(service, about, answer(done)?, kind)
}

fn answer(done: &Done) -> Outcome<&Answer> {
    done.answer.as_ref().ok_or_else(|| trouble("the call was not sent"))
}

/// Somebody on the way changes the last bit of r in the token's last signature.
fn flip_a_bit(call: &Call) -> Outcome<Call> {
    let mut call = call.clone();
    let at = call.token.len().checked_sub(33).ok_or_else(|| trouble("a short token"))?;
    let byte = call.token.get_mut(at).ok_or_else(|| trouble("a short token"))?;
    *byte ^= 1;
    Ok(call)
}
