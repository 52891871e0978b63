"""Runs the program under Memcheck and reads what it reports: only the verdict may depend on a secret, and each control must be reported."""

import os
import pathlib
import shutil
import subprocess
import sys
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
TARGET = pathlib.Path(os.environ["CARGO_TARGET_DIR"])

# Where the outcome of a comparison, until then a `Choice`, becomes a branch: function and caller. Everybody sees it.
VERDICT = [("eq<bool>", "throughline::admission::Asked::check_mac"), ("filter<throughline::mac::MacKey", "MacSessions<K>::open")]
# What is put in the place of the comparison, and must be reported.
COMPARISON = "self.tag(head, rest).ct_eq(tag).to_bool()"
EARLY_EXIT = "self.tag(head, rest).iter().zip(tag).all(|(one, other)| core::hint::black_box(*one) == *other)"


def main() -> int:
    binary = build(HERE)
    for control in ["branch", "index"]:
        expect(reports(binary, control), f"{control} on a secret")
    found = reports(binary, "proofs")
    expect(found, "the verdict: that the secrets reach it")
    beyond = [frames for frames in found if not is_verdict(frames)]
    for frames in beyond:
        print("depends on a secret:", *(frame[:160] for frame in frames[:8]), sep="\n  ")
    if beyond:
        return 1
    print(f"{len(found)} places, all of them the verdict")
    late = [frames for frames in reports(build(seeded()), "proofs") if not is_verdict(frames)]
    expect(late, "a comparison that ends with the first difference")
    return 0


def is_verdict(frames):
    return any(function in frames[0] and caller in frames[1] for function, caller in VERDICT)


def expect(found, what):
    if not found:
        sys.exit(f"MISSED: {what}")
    print(f"reported: {what}, in {len(found)} places")


def reports(binary, scenario):
    report = TARGET / "report.xml"
    command = ["valgrind", "--quiet", "--error-limit=no", "--num-callers=40", "--xml=yes", f"--xml-file={report}", binary, scenario]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{scenario}: {done.stderr[-2000:]}")
    # Not what is never freed.
    errors = [error for error in xml.etree.ElementTree.parse(report).getroot().findall("error") if error.findtext("kind").startswith("Uninit")]
    return [[f"{text(frame, 'fn')} ({text(frame, 'file')}:{text(frame, 'line')})" for frame in error.find("stack")] for error in errors]


def text(frame, name):
    return frame.findtext(name) or "?"


def seeded():
    """A copy of the library that compares byte by byte."""
    tree = TARGET / "seeded"
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "tests").mkdir(parents=True)
    shutil.copytree(ROOT / "src", tree / "src")
    shutil.copytree(HERE, tree / "tests" / HERE.name, ignore=shutil.ignore_patterns("target"))
    for shared in ["README.md", "crates", "tests/common", "tests/allocation", "tests/vectors"]:
        (tree / shared).symlink_to(ROOT / shared)
    for copied in ["Cargo.toml", "Cargo.lock"]:
        shutil.copy(ROOT / copied, tree / copied)
    path = tree / "src/mac.rs"
    if path.read_text().count(COMPARISON) != 1:
        sys.exit(f"{path} does not compare as {COMPARISON}")
    path.write_text(path.read_text().replace(COMPARISON, EARLY_EXIT))
    return tree / "tests" / HERE.name


def build(package):
    subprocess.run(["cargo", "build", "--quiet", "--release", "--locked"], cwd=package, check=True)
    return TARGET / "release/throughline-constant-time"


if __name__ == "__main__":
    sys.exit(main())
