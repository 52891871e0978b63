//! Plots and the README's tables from a report: `cargo run --release --bin publish -- results/DATE.txt`, in this folder.

use std::fs;
use std::io;

use throughline_benches::case::{Figure, Kind};
use throughline_benches::plot::{Line, Plot};
use throughline_benches::results;

fn main() -> io::Result<()> {
    let path = std::env::args().nth(1).ok_or_else(|| io::Error::other("which report?"))?;
    let report = fs::read_to_string(&path)?;
    let figures = results::figures(&report);
    if figures.is_empty() {
        return Err(io::Error::other("no figures in it"));
    }
    let day = report.lines().find_map(|line| line.strip_prefix("date: ")).unwrap_or("an unknown day").to_owned();
    fs::create_dir_all("plots")?;
    let measured = format!("one core, least of many rounds of one run, {day}; logarithmic scale");
    let micros = |figure: &Figure| figure.least / 1000.0;
    for (path, engine, title) in [
        ("plots/cost.svg", "ours, IFMA: ", "Bytes to decision, by hops: ours with AVX-512 IFMA"),
        ("plots/cost-portable.svg", "ours, portable: ", "Bytes to decision, by hops: ours on the portable engine"),
    ] {
        let named = |series: &str| {
            let own = series.strip_prefix(engine).or(series.strip_prefix("ours: ")).map(|what| format!("ours: {what}"));
            own.or((!is_ours(series)).then(|| series.to_owned()))
        };
        fs::write(path, plot(&figures, title, &measured, "microseconds", micros, named))?;
    }
    // On the wire the engines are one.
    let by_carriage = |series: &str| match series.strip_prefix("ours, portable: cold, unknown keys, ") {
        Some(carriage) => Some(format!("ours, credentials {carriage}, signed proof")),
        None => (!is_ours(series)).then(|| series.to_owned()),
    };
    let (title, subtitle) = ("Bytes on the wire, by hops", format!("token and proof, {day}; logarithmic scale"));
    fs::write("plots/wire.svg", plot(&figures, title, &subtitle, "bytes", |figure| figure.wire as f64, by_carriage))?;
    let (title, subtitle) =
        ("Allocations, by hops", format!("of one decision, {day}; logarithmic scale; ours makes none"));
    let allocations = |figure: &Figure| figure.allocations as f64;
    let all = |series: &str| Some(series.to_owned());
    fs::write("plots/allocations.svg", plot(&figures, title, &subtitle, "allocations", allocations, all))?;
    let readme = fs::read_to_string("README.md")?;
    let tables = format!(
        "From `{path}`.\n\n{}",
        results::for_people(&report).replace("\n## ", "\n### ").replace("# Results\n", "")
    );
    let written = results::between_marks(&readme, &tables).ok_or_else(|| io::Error::other("no marks in the README"))?;
    fs::write("README.md", written)
}

/// A line for each series of decisions that has a name here and values.
fn plot(
    figures: &[Figure],
    title: &str,
    subtitle: &str,
    unit: &str,
    value: impl Fn(&Figure) -> f64,
    named: impl Fn(&str) -> Option<String>,
) -> String {
    let mut lines: Vec<Line> = Vec::new();
    let decisions =
        figures.iter().filter(|figure| !matches!(figure.kind, Kind::Issue | Kind::Refusal | Kind::Primitive));
    for figure in decisions.filter(|figure| value(figure) > 0.0) {
        let Some(name) = named(&figure.series) else { continue };
        let point = (f64::from(figure.depth), value(figure));
        match lines.iter_mut().find(|line| line.name == name) {
            Some(line) => line.points.push(point),
            None => lines.push(Line { name, ours: figure.kind == Kind::Ours, points: vec![point] }),
        }
    }
    Plot { title, subtitle, unit, lines }.to_svg()
}

fn is_ours(series: &str) -> bool {
    series.starts_with("ours")
}
