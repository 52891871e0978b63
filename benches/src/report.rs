//! Tables in Markdown, ratios first.

use std::fmt::Write as _;

use crate::case::{Figure, Kind};
use crate::job::DEPTHS;
use crate::known;
use crate::ours::{IFMA, PORTABLE};
use crate::primitives::CHECK_UNKNOWN_PORTABLE;
use crate::refusals;
use crate::targets::{self, Outcome, REPORTED, TARGETS};

/// The report, and how many targets were missed.
pub fn report(figures: &[Figure], rounds: usize) -> (String, usize) {
    let outcomes: Vec<Outcome> = TARGETS.iter().map(|target| targets::outcome(target, figures)).collect();
    let series = targets::of_series(figures);
    let missed = outcomes.iter().chain(&series).filter(|outcome| outcome.is_missed()).count();
    let reported: Vec<Outcome> = REPORTED.iter().map(|target| targets::outcome(target, figures)).collect();
    let mut out = String::new();
    section(&mut out, "Ratios", &ratios(&outcomes, true));
    section(&mut out, "Ratios without a target", &(ratios(&reported, false) + &what_it_takes(figures)));
    section(&mut out, "What must hold for every path", &ratios(&series, true));
    section(&mut out, "Bytes to decision, microseconds", &by_depth(figures, |figure| micro(figure.least)));
    section(&mut out, "Allocations of a decision", &by_depth(figures, |figure| figure.allocations.to_string()));
    section(&mut out, "Bytes on the wire", &by_depth(figures, |figure| figure.wire.to_string()));
    section(&mut out, "Issuing", &issuing(figures));
    section(&mut out, "Refusals at 8 hops", &refused(figures));
    section(&mut out, "Primitives", &primitives(figures));
    section(&mut out, "Memory", &memory());
    section(
        &mut out,
        "All figures",
        &format!("{rounds} rounds; `least` and `median` are nanoseconds per run.\n\n{}", tabbed(figures)),
    );
    (out, missed)
}

fn section(out: &mut String, title: &str, body: &str) {
    let _ = write!(out, "## {title}\n\n{}\n\n", body.trim_end());
}

fn ratios(outcomes: &[Outcome], with_targets: bool) -> String {
    let mut out = String::from("| ratio | least | median | at most | |\n| --- | --- | --- | --- | --- |\n");
    for outcome in outcomes {
        let shown = |ratio: Option<f64>| ratio.map_or("no such figure here".to_owned(), number);
        let verdict = match outcome.least {
            _ if !with_targets => String::new(),
            None => "not measured".to_owned(),
            Some(_) if outcome.is_missed() => "**MISSED**".to_owned(),
            Some(_) => "met".to_owned(),
        };
        let to = if outcome.to.is_empty() { String::new() } else { format!(" ({})", outcome.to) };
        let most = if with_targets { number(outcome.most) } else { String::new() };
        let (least, median) = (shown(outcome.least), shown(outcome.median));
        let _ = writeln!(out, "| {}{to} | {least} | {median} | {most} | {verdict} |", outcome.name);
    }
    out
}

/// What would make the portable engine as fast as the fastest peer, although that carries no credentials.
fn what_it_takes(figures: &[Figure]) -> String {
    let ours = targets::find(figures, (PORTABLE.unknown[0], 8));
    let one = targets::find(figures, (CHECK_UNKNOWN_PORTABLE, 0));
    let (Some(ours), Some(one), Some(peer)) = (ours, one, targets::fastest(figures, 8)) else { return String::new() };
    let signatures = f64::from(8 + 7 + 1);
    let beside = ours.least - signatures * one.least;
    let needed = (peer.least - beside) / signatures;
    format!(
        "\nIt checks {signatures} signatures under unknown keys, {} us each alone; to be level with the peer, one may take {} us.\n",
        micro(one.least),
        micro(needed)
    )
}

/// A row for each series of decisions, a column for each depth.
fn by_depth(figures: &[Figure], show: impl Fn(&Figure) -> String) -> String {
    let depths = DEPTHS.map(|depth| format!(" {depth} |")).concat();
    let mut out = format!("| series |{depths}\n| --- |{}\n", " --- |".repeat(DEPTHS.len()));
    for series in series(figures, |kind| matches!(kind, Kind::Ours | Kind::PublicKeyPeer | Kind::OtherPeer)) {
        let cell = |depth| targets::find(figures, (series, depth)).map_or(String::new(), &show);
        let cells = DEPTHS.map(|depth| format!(" {} |", cell(depth))).concat();
        let _ = writeln!(out, "| {series} |{cells}");
    }
    out
}

fn issuing(figures: &[Figure]) -> String {
    let mut out = String::from(
        "| what | after 3 hops, us | after 8 hops, us | allocations | bytes added |\n| --- | --- | --- | --- | --- |\n",
    );
    for series in series(figures, |kind| kind == Kind::Issue) {
        let at = |depth| targets::find(figures, (series, depth));
        let time = |depth| at(depth).map_or(String::new(), |figure| micro(figure.least));
        let (allocations, wire) = at(3).map_or((0, 0), |figure| (figure.allocations, figure.wire));
        let _ = writeln!(out, "| {series} | {} | {} | {allocations} | {wire} |", time(3), time(8));
    }
    out
}

fn refused(figures: &[Figure]) -> String {
    let accepted = targets::find(figures, (IFMA.unknown[0], refusals::DEPTH));
    let accepted = accepted.or(targets::find(figures, (PORTABLE.unknown[0], refusals::DEPTH)));
    let mut out = String::from(
        "| what | us | to an accepted token of ours | allocations | bytes |\n| --- | --- | --- | --- | --- |\n",
    );
    for figure in figures.iter().filter(|figure| figure.kind == Kind::Refusal) {
        let ratio = accepted.map_or(String::new(), |accepted| number(figure.least / accepted.least));
        let Figure { series, allocations, wire, .. } = figure;
        let _ = writeln!(out, "| {series} | {} | {ratio} | {allocations} | {wire} |", micro(figure.least));
    }
    out
}

fn primitives(figures: &[Figure]) -> String {
    let mut out = String::from("| what | links | us | bytes |\n| --- | --- | --- | --- |\n");
    for figure in figures.iter().filter(|figure| figure.kind == Kind::Primitive) {
        let depth = if figure.depth == 0 { String::new() } else { figure.depth.to_string() };
        let _ = writeln!(out, "| {} | {depth} | {} | {} |", figure.series, micro(figure.least), figure.wire);
    }
    out
}

/// What a verifier holds on to, fixed when it is made.
fn memory() -> String {
    let verifier = size_of::<throughline::Verifier<'_>>();
    let chain = size_of::<throughline::VerifiedChain<'_>>();
    let table = throughline::PreparedKeys::BYTES_PER_KEY;
    let rows = [
        ("verifier", format!("{verifier} bytes of references")),
        ("verified chain, on the stack", format!("{chain} bytes")),
        ("prepared key", format!("{table} bytes each, as many as the capacity says and the bundle has")),
        ("replay memory", "152 bytes per proof of its capacity, all taken when it is made".to_owned()),
        ("signature cache, MAC sessions", known::memory()),
    ];
    let rows = rows.map(|(what, size)| format!("| {what} | {size} |\n")).concat();
    format!("| what | size |\n| --- | --- |\n{rows}")
}

/// For `publish`, which draws from this.
fn tabbed(figures: &[Figure]) -> String {
    let mut out = String::from("```\nkind\tdepth\tleast\tmedian\tallocations\twire\tseries\n");
    for Figure { series, depth, kind, least, median, allocations, wire } in figures {
        let _ = writeln!(out, "{kind:?}\t{depth}\t{least:.1}\t{median:.1}\t{allocations}\t{wire}\t{series}");
    }
    out + "```"
}

/// Series of a kind, in the order in which they were measured.
fn series(figures: &[Figure], wanted: impl Fn(Kind) -> bool) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    for figure in figures.iter().filter(|figure| wanted(figure.kind)) {
        if !found.contains(&figure.series.as_str()) {
            found.push(&figure.series);
        }
    }
    found
}

fn micro(nanoseconds: f64) -> String {
    number(nanoseconds / 1000.0)
}

/// Three digits that count.
pub fn number(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        ..0.1 => format!("{value:.4}"),
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
