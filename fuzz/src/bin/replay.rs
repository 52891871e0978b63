//! Runs targets without libFuzzer, on what stands in the repository or on files.
//!
//!   replay list                       the targets, a line each: name, longest input
//!   replay run [TARGET [FILE...]]     on seeds, packed corpora and regressions, or on these files
//!   replay control                    plants a bug in the library's answers: every target must notice
//!   replay seeds FOLDER               writes FOLDER/TARGET/, a file per input that stands
//!   replay pack TARGET FOLDER BYTES   makes corpora/TARGET of a folder, at most so long

use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use throughline_fuzz::{TARGETS, Target, Vectors, corpus, plant};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["list"] => {
            TARGETS.iter().for_each(|target| println!("{} {}", target.name, target.max_len));
            ExitCode::SUCCESS
        }
        ["run"] => every(run),
        ["run", target] => run(find(target), &Vectors::read()),
        ["run", target, files @ ..] => on_files(find(target), files),
        ["control"] => {
            plant(true);
            panic::set_hook(Box::new(|_| ()));
            every(control)
        }
        ["seeds", folder] => every(|target, vectors| seeds(target, vectors, Path::new(folder))),
        ["pack", target, folder, most] => pack(find(target), Path::new(folder), most.parse().expect("a number")),
        _ => {
            eprintln!("replay list | run [TARGET [FILE...]] | control | seeds FOLDER | pack TARGET FOLDER BYTES");
            ExitCode::from(2)
        }
    }
}

fn find(name: &str) -> &'static Target {
    TARGETS.iter().find(|target| target.name == name).unwrap_or_else(|| panic!("no target {name}"))
}

/// For all targets; whether all succeeded.
fn every(each: impl Fn(&'static Target, &Vectors) -> ExitCode) -> ExitCode {
    let vectors = Vectors::read();
    let failed = TARGETS.iter().filter(|target| each(target, &vectors) != ExitCode::SUCCESS).count();
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn run(target: &Target, vectors: &Vectors) -> ExitCode {
    judge(target, &corpus::standing(target, vectors))
}

fn on_files(target: &Target, files: &[&str]) -> ExitCode {
    let inputs: Vec<(String, Vec<u8>)> = files
        .iter()
        .flat_map(|path| match fs::read(path) {
            Ok(bytes) => vec![((*path).to_owned(), bytes)],
            Err(_) => corpus::folder(Path::new(path)).unwrap_or_else(|error| panic!("{path}: {error}")),
        })
        .collect();
    judge(target, &inputs)
}

/// Runs every input, and names those on which the target panics; five of them are enough.
fn judge(target: &Target, inputs: &[(String, Vec<u8>)]) -> ExitCode {
    let start = Instant::now();
    let failed: Vec<&str> =
        inputs.iter().filter(|(_, input)| panics(target, input)).map(|(name, _)| name.as_str()).take(5).collect();
    println!("{:12} {:6} inputs {:6} ms", target.name, inputs.len(), start.elapsed().as_millis());
    failed.iter().for_each(|name| println!("{}: panics on {name}", target.name));
    if inputs.is_empty() {
        println!("{}: nothing to run on", target.name);
    }
    if failed.is_empty() && !inputs.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// With a bug in the library, some input must fail.
fn control(target: &Target, vectors: &Vectors) -> ExitCode {
    let inputs = corpus::standing(target, vectors);
    let noticed = inputs.iter().find(|(_, input)| panics(target, input));
    match noticed {
        Some((name, _)) => println!("{:12} the planted bug is noticed on {name}", target.name),
        None => println!("{:12} the planted bug is NOT noticed on any of {} inputs", target.name, inputs.len()),
    }
    if noticed.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn panics(target: &Target, input: &[u8]) -> bool {
    panic::catch_unwind(AssertUnwindSafe(|| (target.run)(input))).is_err()
}

fn seeds(target: &Target, vectors: &Vectors, folder: &Path) -> ExitCode {
    let folder = folder.join(target.name);
    fs::create_dir_all(&folder).expect("a folder to write to");
    for (n, (_, input)) in corpus::standing(target, vectors).iter().enumerate() {
        fs::write(folder.join(format!("seed-{n:05}")), input).expect("a file to write to");
    }
    ExitCode::SUCCESS
}

fn pack(target: &Target, folder: &Path, most: usize) -> ExitCode {
    let inputs = corpus::folder(folder).expect("a folder to read").into_iter().map(|(_, input)| input).collect();
    let path = corpus::home().join("corpora").join(target.name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to write to");
    let count = corpus::pack(inputs, most, &path).expect("a file to write to");
    println!("{}: {count} inputs", target.name);
    ExitCode::SUCCESS
}
