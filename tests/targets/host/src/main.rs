//! The side of the comparison that has files: packs the suite, asks the library, compares answers line by line.
//!
//! ```text
//! throughline-targets-host pack SUITE                     the suite in the form that needs no allocator
//! throughline-targets-host questions SUITE                one vector a line, for an implementation behind a pipe
//! throughline-targets-host answers SUITE ENGINE           the library's answers; fails if one is not the expected one
//! throughline-targets-host bare SUITE ENGINE              the answers of what needs no allocator, on this machine
//! throughline-targets-host compare SUITE ANSWERS OTHERS   fails if a line differs, but for the pinned ones that need an allocator
//! ```

mod engines;
mod pack;
mod pinned;

use std::io::{BufWriter, Write, stdout};
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs};

use throughline_conformance::{Suite, answer, compare, judge_with, question};
use throughline_targets_suite as bare;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(text) => {
            eprintln!("{text}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    let suite = |folder: &str| Suite::read(Path::new(folder)).map_err(|error| error.to_string());
    let mut out = BufWriter::new(stdout().lock());
    let mut told = |bytes: &[u8]| out.write_all(bytes).map_err(|error| error.to_string());
    match arguments {
        ["pack", folder] => told(&pack::pack(&suite(folder)?)?)?,
        ["questions", folder] => {
            for (_, vector) in suite(folder)?.vectors() {
                let line = question(vector).map_err(|error| error.to_string())?;
                told(line.as_bytes()).and_then(|()| told(b"\n"))?;
            }
        }
        ["answers", folder, engine] => {
            let engine = engines::named(engine).ok_or("no such engine in this build")?;
            for (file, vector) in suite(folder)?.vectors() {
                let judged = judge_with(vector, engine);
                let place = format!("{file}: {}", vector.id);
                let verdict = judged.as_ref().map_err(|unusable| format!("{place}: {unusable}"))?;
                compare(&vector.expected, verdict, vector.work)
                    .map_err(|difference| format!("{place}: {difference}"))?;
                told(answer(&judged).as_bytes()).and_then(|()| told(b"\n"))?;
            }
        }
        ["bare", folder, engine] => {
            let engine = engines::named(engine).ok_or("no such engine in this build")?;
            let packed = pack::pack(&suite(folder)?)?;
            let packed = bare::Suite::read(&packed).ok_or("the packed suite is none")?;
            for (nth, vector) in packed.vectors().enumerate() {
                let mut line = String::new();
                let judged = bare::judge(&packed, vector, engine, &mut |work| work(), &mut line);
                judged.ok_or_else(|| format!("vector {nth} is of another form, or there is no room for it"))?;
                line.push('\n');
                told(line.as_bytes())?;
            }
        }
        ["compare", folder, answers, others] => {
            let read = |path: &str| fs::read_to_string(path).map_err(|error| format!("{path}: {error}"));
            let text = pinned::compare(&suite(folder)?, &read(answers)?, &read(others)?)?;
            told(text.as_bytes())?;
        }
        _ => return Err("pack, questions, answers, bare or compare: see tests/targets/README.md".to_owned()),
    }
    out.flush().map_err(|error| error.to_string())
}
