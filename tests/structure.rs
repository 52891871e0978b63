//! Imports only point down: the floors of the house, as ARCHITECTURE.md draws them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::wildcard_enum_match_arm,
    reason = "a test may fail"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Ground floor first. A module may import from its own floor's modules listed before it, and from the floors below.
const FLOORS: &[(&str, &[&str])] = &[
    ("ground", &["time", "sha256", "digest", "error", "limits", "fixed", "text", "labels"]),
    ("reading", &["cbor", "encode", "facts", "identifier", "key", "signature", "cose", "json"]),
    ("language", &["grant"]),
    ("trust", &["trust", "property", "contract"]),
    ("artifacts", &["origin", "link", "credential", "hand_over", "proof", "list", "request", "field", "mcp"]),
    ("doors", &["replay", "revocation", "mac", "backend", "aws_lc", "engine", "remit", "known"]),
    ("chain", &["token", "actor", "chain", "verified"]),
    ("verdict", &["admission", "verify"]),
    ("stores", &["replay_memory", "revocation_store", "prepared_keys", "signature_cache", "mac_sessions"]),
    ("making", &["bundle", "issue", "audit"]),
];

#[test]
fn imports_only_point_down() {
    let ranks: BTreeMap<&str, usize> = FLOORS
        .iter()
        .flat_map(|(_, modules)| modules.iter())
        .enumerate()
        .map(|(rank, module)| (*module, rank))
        .collect();
    let mut upward = Vec::new();
    for file in sources(Path::new(env!("CARGO_MANIFEST_DIR")).join("src").as_path()) {
        let module = module_of(&file);
        if module == "lib" {
            continue;
        }
        let own = *ranks.get(module.as_str()).unwrap_or_else(|| panic!("{module} stands on no floor"));
        let text = fs::read_to_string(&file).unwrap();
        // Tests at the end of a file may look anywhere.
        let code = text.split("#[cfg(test)]").next().unwrap();
        for imported in imports(code) {
            let rank = *ranks.get(imported.as_str()).unwrap_or_else(|| panic!("{}: {imported}?", file.display()));
            if rank > own {
                upward.push(format!("{} imports {imported}", file.display()));
            }
        }
    }
    assert!(upward.is_empty(), "{upward:#?}");
}

#[test]
fn architecture_draws_these_floors() {
    let drawn = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("ARCHITECTURE.md")).unwrap();
    for (floor, modules) in FLOORS {
        let line = drawn.lines().find(|line| line.starts_with(&format!("| {floor} |")));
        let line = line.unwrap_or_else(|| panic!("{floor} is not drawn"));
        for module in *modules {
            assert!(line.contains(&format!("`{module}`")), "{module} is not drawn on {floor}");
        }
    }
}

/// Names after `crate::` (and after `crate::{`), in code, not in comments.
fn imports(code: &str) -> Vec<String> {
    let code: String =
        code.lines().filter(|line| !line.trim_start().starts_with("//")).map(|line| format!("{line}\n")).collect();
    let name = |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    code.split("crate::").skip(1).map(name).filter(|name| name.starts_with(|c: char| c.is_ascii_lowercase())).collect()
}

/// The top-level module that a file belongs to.
fn module_of(file: &Path) -> String {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let inside = file.strip_prefix(src).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first).to_owned()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.is_dir() && name != "tests" {
            files.extend(sources(&path));
        } else if name.ends_with(".rs") && name != "tests.rs" && name != "testing.rs" {
            files.push(path);
        }
    }
    files
}
