//! Guarantees about the source itself.
#![allow(clippy::unwrap_used, reason = "a test")]

use std::{fs, path::Path};

fn sources(directory: &Path, visit: &mut impl FnMut(&Path, &str)) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, visit);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            visit(&path, &fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn unsafe_stands_in_one_module_and_every_use_has_its_argument() {
    let mut with_unsafe = Vec::new();
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    sources(&source, &mut |path, text| {
        let code = || text.lines().map(|line| line.split("//").next().unwrap_or_default());
        let uses = code()
            .filter(|line| line.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "unsafe"))
            .count();
        let allows = code().filter(|line| line.contains("unsafe_code")).count();
        if uses + allows > 0 {
            with_unsafe.push(path.strip_prefix(&source).unwrap().to_owned());
            assert_eq!(text.matches("// SAFETY: ").count(), uses, "{}", path.display());
            assert!(text.lines().count() < 120, "the module with unsafe stays small");
        }
    });
    assert_eq!(with_unsafe, [Path::new("ifma").join("lanes.rs")]);
}

#[test]
fn every_file_says_first_what_it_is_for() {
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut |path, text| {
        assert!(
            text.starts_with("//! ") || text.contains("doc = include_str!(\"../README.md\")"),
            "{}",
            path.display()
        );
    });
}

/// What the entry asks the CPU for is what the functions enable.
#[test]
fn every_vector_function_enables_exactly_the_detected_features() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ifma");
    let enabled = "#[target_feature(enable = \"avx512f,avx512ifma,avx512vbmi2,bmi2\")]";
    sources(&source, &mut |path, text| {
        let uses = text.lines().filter(|line| line.trim_start().starts_with("#[target_feature")).count();
        assert_eq!(text.matches(enabled).count(), uses, "{}", path.display());
    });
    let lanes = fs::read_to_string(source.join("lanes.rs")).unwrap();
    for feature in ["avx512f", "avx512ifma", "avx512vbmi2", "bmi2"] {
        assert!(lanes.contains(&format!("is_x86_feature_detected!(\"{feature}\")")), "{feature}");
        assert!(lanes.contains(&format!("target_feature = \"{feature}\"")), "{feature}");
    }
}
