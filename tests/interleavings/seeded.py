"""Seeds races in a copy of the library, and expects the model checker to find each: a check that cannot fail shows nothing."""

import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# Tool, file, what stands there, what is put in its place, the test that must find it, and what it must say.
SEEDS = [
    # A torn entry: each part of the sequence lock taken away in turn.
    ("loom", "seqlock.rs", "        fence(Ordering::Release);\n", "", "sequence::reader_beside_a_write_over_another_sees_all_of_one_or_nothing", "halves of two writes"),
    ("loom", "seqlock.rs", "        fence(Ordering::Acquire);\n", "", "sequence::reader_beside_a_write_over_another_sees_all_of_one_or_nothing", "halves of two writes"),
    ("loom", "seqlock.rs", "store(written, Ordering::Release)", "store(written, Ordering::Relaxed)", "sequence::reader_beside_the_first_write_sees_all_of_it_or_nothing", "halves of two writes|nothing was written"),
    ("loom", "seqlock.rs", "load(Ordering::Acquire)", "load(Ordering::Relaxed)", "sequence::reader_beside_the_first_write_sees_all_of_it_or_nothing", "halves of two writes|nothing was written"),
    ("loom", "seqlock.rs", "compare_exchange(before, writing, Ordering::Acquire, Ordering::Relaxed).is_err()", "swap(writing, Ordering::Acquire) == u64::MAX", "sequence::two_writers_leave_all_of_one_write", "halves of two writes"),
    ("shuttle", "seqlock.rs", "(self.0.load(Ordering::Relaxed) == before).then_some(seen)", "Some(seen)", "signatures::reader_beside_two_writers_in_a_full_cache_sees_all_of_one_or_nothing", "facts of two artifacts|halves of two signatures"),
    # Check, then set: another claims in between.
    ("loom", "replay_memory.rs", "        // V1103\n", "        drop(state);\n        let mut state = self.state.lock().map_err(|_| ErrorKind::ReplayMemoryFull)?;\n", "replay::one_proof_from_three_threads_admitted_once", "left: [23]"),
    ("loom", "replay_memory.rs", "        if state.is_used_up(&holders) {\n            state.forget(", "        let used_up = state.is_used_up(&holders);\n        drop(state);\n        let mut state = self.state.lock().map_err(|_| ErrorKind::ReplayMemoryFull)?;\n        if used_up {\n            state.forget(", "replay::share_used_up_by_two_of_three", "left: 3"),
    # A session that is opened after it was ended; two sessions of one head.
    ("loom", "mac_sessions.rs", "            if self.is_ended(context.head) {\n", "            if false {\n", "sessions::session_ended_while_it_opens_is_not_there_after", "ended, and there|its key is wiped"),
    ("loom", "mac_sessions.rs", "        let noted = self.note_end(head, expires);\n        self.wipe(|session| session.head == *head);\n        noted\n", "        self.wipe(|session| session.head == *head);\n        self.note_end(head, expires)\n", "sessions::session_ended_while_it_opens_is_not_there_after", "ended, and there|its key is wiped"),
    ("loom", "mac_sessions.rs", "            if let Some(session) = find(&mut group, context) {\n                session", "            if let Some(session) = find(&mut group, context).filter(|_| false) {\n                session", "sessions::session_opened_by_two_at_once_is_one", "left: .1, 1."),
    # A list put over a newer one.
    ("loom", "revocation_store.rs", "        newest.admits(list)?;\n", "", "lists::newer_of_two_lists_stays_whichever_comes_first", "left: 2"),
    # Room looked for before the lock.
    ("loom", "prepared_keys.rs", None, None, "prepared::two_builders_never_keep_more_than_there_is_room_for", "left: .2, 2."),
]
# Two places of one function.
ROOM = [
    ("            let prepared = Arc::new(PreparedKey::new(&plain));\n", "            let full = self.counts().1 >= self.capacity;\n            let prepared = Arc::new(PreparedKey::new(&plain));\n"),
    ("            while workloads.len() >= self.capacity {", "            while full && !waiting.built.is_empty() {"),
]


def main() -> int:
    target = pathlib.Path(os.environ["CARGO_TARGET_DIR"])
    missed = 0
    for nth, seeds in enumerate(rounds()):
        tree = plant(target / "seeded", seeds)
        for tool in sorted({seed[0] for seed in seeds}):
            binary = build(tree, tool, target)
            for _, file, before, _, test, says in (seed for seed in seeds if seed[0] == tool):
                done = subprocess.run([binary, "--exact", test], capture_output=True, text=True, timeout=300)
                found = done.returncode != 0 and re.search(says, done.stdout + done.stderr)
                missed += not found
                place = " ".join((before or "room looked for before the lock").split())
                print(f"{'found ' if found else 'MISSED'} by {tool}: {file} without `{place[:70]}`", flush=True)
                if not found:
                    print(done.stdout[-3000:], done.stderr[-3000:], sep="\n")
    print(f"{len(SEEDS) - missed} of {len(SEEDS)} seeded races found")
    return 1 if missed else 0


def rounds():
    """One seed per file and build."""
    left = list(SEEDS)
    while left:
        taken = {seed[1]: seed for seed in reversed(left)}
        yield list(taken.values())
        left = [seed for seed in left if seed not in taken.values()]


def plant(tree, seeds):
    shutil.rmtree(tree, ignore_errors=True)
    (tree / "tests").mkdir(parents=True)
    shutil.copytree(ROOT / "src", tree / "src")
    shutil.copytree(ROOT / "tests/interleavings", tree / "tests/interleavings")
    for shared in ["Cargo.toml", "README.md", "crates", "tests/common"]:
        (tree / shared).symlink_to(ROOT / shared)
    for _, file, before, after, _, _ in seeds:
        path = tree / "src" / file
        text = path.read_text()
        for old, new in [(before, after)] if before else ROOM:
            if text.count(old) != 1:
                sys.exit(f"{file} has {text.count(old)} times what a seed replaces: {old!r}")
            text = text.replace(old, new)
        path.write_text(text)
    return tree


def build(tree, tool, target):
    command = ["cargo", "test", "--quiet", "--locked", "--no-run", "--features", tool, "--message-format", "json"]
    done = subprocess.run(command, cwd=tree / "tests/interleavings", capture_output=True, text=True)
    found = re.findall(r'"executable":"([^"]*/interleavings-[^"]*)"', done.stdout)
    if done.returncode or not found:
        sys.exit(done.stderr + done.stdout[-3000:])
    return found[-1]


if __name__ == "__main__":
    sys.exit(main())
