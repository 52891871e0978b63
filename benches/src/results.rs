//! Results as they lie in `results/`: read again for plots and for the README.

use crate::case::{Figure, Kind};

/// The figures of a report.
pub fn figures(report: &str) -> Vec<Figure> {
    report.lines().filter_map(figure).collect()
}

fn figure(line: &str) -> Option<Figure> {
    let mut fields = line.split('\t');
    let mut next = || fields.next();
    let kind = match next()? {
        "Ours" => Kind::Ours,
        "PublicKeyPeer" => Kind::PublicKeyPeer,
        "OtherPeer" => Kind::OtherPeer,
        "Issue" => Kind::Issue,
        "Refusal" => Kind::Refusal,
        "Primitive" => Kind::Primitive,
        _ => return None,
    };
    let depth = next()?.parse().ok()?;
    let (least, median) = (next()?.parse().ok()?, next()?.parse().ok()?);
    let (allocations, wire) = (next()?.parse().ok()?, next()?.parse().ok()?);
    Some(Figure { series: next()?.to_owned(), depth, kind, least, median, allocations, wire })
}

/// The report without the figures that only programs read.
pub fn for_people(report: &str) -> &str {
    report.split("## All figures").next().unwrap_or(report).trim_end()
}

/// `document` with everything between the marks replaced.
pub fn between_marks(document: &str, tables: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", tables.trim()))
}

const BEGIN: &str = "<!-- begin: written by `publish` -->";
const END: &str = "<!-- end: written by `publish` -->";
