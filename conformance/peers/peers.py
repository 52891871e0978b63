"""Other people's COSE libraries as verifiers of single artifacts: all good ones must verify; what they accept of the broken ones is pinned.

    python peers.py TEST-VECTORS ENVIRONMENT [--update]

ENVIRONMENT has what `conformance/run` puts there: node_modules, and the program of the Rust peer.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from artifacts import accepted_artifacts, is_signed_by, kind_and_kid, refused_artifacts, vectors  # noqa: E402
from pin import hold  # noqa: E402

# How each is found, and how it comes to know ESP256 if it does not.
PEERS = {
    "cwt": ("PyPI", None),
    "pycose": ("PyPI", "its own registry of algorithms, `CoseAlgorithm.register_attribute`"),
    "@auth0/cose": ("npm", "its table `AlgorithmNames`, which it does not export"),
    "cose-js": ("npm", "`Object.prototype`, from which its private table inherits"),
    "coset": ("the Rust registry", None),
}
# Descriptions of vectors begin with one of these where the same defect is shown in several.
PLACES = {"Root", "Middle link", "Last link", "Inline credential", "Hand-over", "Proof", "Revocation list", "Credential taken in beforehand"}


def main():
    """Asks everyone everything, and compares with what is pinned."""
    arguments = [word for word in sys.argv[1:] if word != "--update"]
    folder, environment = map(Path, arguments)
    suite = vectors(folder)
    good = [one for one in accepted_artifacts(suite) if one.kind != "MAC proof"]
    bad = list(refused_artifacts(suite, folder))
    if nobody := [one.vector for one in [*good, *bad] if one.data and one.key is None]:
        sys.exit(f"no key is known for an artifact of {nobody}")
    matrix, complaints = measure(environment, good, bad)
    if complaints:
        sys.exit("\n".join([*complaints[:20], f"{len(complaints)} verdicts that must not be"]))
    hold(HERE / "matrix.json", json.dumps(matrix, indent=1, ensure_ascii=False) + "\n")
    hold(HERE / "README.md", page(matrix, suite))
    for name, peer in matrix["peers"].items():
        steps = peer["refused_vectors"].values()
        sums = {word: sum(step[word] for step in steps) for word in ("accepted", "refused", "cannot_tell")}
        print(f"{name}: {peer['verified']} of {peer['good']} good artifacts verified; of {len(bad)} broken ones {sums}")


def measure(environment, good, bad):
    """The matrix, and what must not be."""
    asked = [one for one in bad if one.data and one.kind != "MAC proof"]
    sound = {one.vector for one in asked if one.envelope == "exact" and is_signed_by(one.data, one.key)}
    peers, complaints = {}, []
    for name, (source, taught) in PEERS.items():
        command = commands(environment)[name]
        verdicts = ask(command, good)
        complaints += [f"{name} refuses the {one.kind} of {one.vector}: {why}" for one, why in zip(good, verdicts) if why != "yes"]
        untaught = ask([*command, "--as-it-comes"], good).count("yes") if taught else verdicts.count("yes")
        steps = defaultdict(lambda: {"accepted": 0, "refused": 0, "cannot_tell": 0, "accepted_vectors": []})
        answers = {one.vector: why for one, why in zip(asked, ask(command, asked))}
        for one in bad:
            step, why = steps[one.step], answers.get(one.vector)
            if why is None or why == "yes" and one.vector in sound:
                step["cannot_tell"] += 1
            elif why == "yes":
                step["accepted"] += 1
                step["accepted_vectors"].append(one.vector)
                if one.envelope == "exact":
                    complaints.append(f"{name} verifies the signature of {one.vector}")
            else:
                step["refused"] += 1
        ordered = {step: steps[step] for step in sorted(steps, key=lambda step: int(step[1:]))}
        peers[name] = {
            "source": source,
            "version": versions()[name],
            "taught": taught,
            "good": len(good),
            "verified": verdicts.count("yes"),
            "verified_as_it_comes": untaught,
            "refused_vectors": ordered,
        }
    return {"peers": peers}, complaints


def commands(environment):
    """How to start each."""
    return {
        "cwt": [sys.executable, str(HERE / "cwt_peer.py")],
        "pycose": [sys.executable, str(HERE / "pycose_peer.py")],
        "@auth0/cose": ["node", str(environment / "peers" / "auth0_peer.mjs")],
        "cose-js": ["node", str(environment / "peers" / "cose_js_peer.mjs")],
        "coset": [str(environment / "coset/release/throughline-peer-coset")],
    }


def ask(command, artifacts):
    """A verdict for each: yes, or why not."""
    questions = "".join(f"{number} {one.key[0].hex()} {one.key[1].hex()} {kid_of(one).hex()} {one.data.hex()}\n" for number, one in enumerate(artifacts))
    done = subprocess.run(command, input=questions, capture_output=True, text=True, check=False)
    answers = [line.split(" ", 1) for line in done.stdout.split("\n")[:-1]]
    if [number for number, _ in answers] != [str(number) for number in range(len(artifacts))]:
        sys.exit(f"{command} did not answer: {done.stderr}")
    return [why for _, why in answers]


def versions():
    """What is pinned, and so installed."""
    pinned = re.findall(r"^(\w+)==(\S+)", (HERE.parent / "requirements.txt").read_text("utf-8"), re.MULTILINE)
    crates = re.findall(r'^(\w+) = .*"=([\d.]+)"', (HERE / "coset/Cargo.toml").read_text("utf-8"), re.MULTILINE)
    found = dict(pinned) | json.loads((HERE / "package.json").read_text("utf-8"))["dependencies"] | dict(crates)
    return found | {"coset": f"{found['coset']}, with `p256` {found['p256']}"}


def kid_of(artifact):
    """The kid that the artifact states, if it is one: some choose the key by it."""
    kid = kind_and_kid(artifact.data)[1]
    return kid if isinstance(kid, bytes) else b""


def step_names(suite):
    """The name of each step's error."""
    return {v["step"]: v["expected"]["name"] for v in suite.values() if v["expected"]["verdict"] == "refused"}


def defect(vector):
    """What is wrong, without the artifact it is wrong in."""
    place, found, text = vector["description"].partition(": ")
    return (text if found and place in PLACES else vector["description"]).replace("|", "\\|")


def page(matrix, suite):
    """The matrix, to be read."""
    names = step_names(suite)
    peers = matrix["peers"]
    rows = [
        "# What other COSE libraries say of our artifacts",
        "",
        "Generated by `conformance/run peers --update` from `test-vectors`; [matrix.json](matrix.json) has the vectors by name.",
        "",
        "No library here claims to be strict: COSE allows most of what a table below counts. The tables say why a throughline verifier reads for itself.",
        "",
        "## Good artifacts",
        "",
        "Every link, credential, hand-over, signed proof and revocation list of the accepted vectors, each once, under its signer's key.",
        "",
        "| peer | of | version | verified | as it comes | taught ESP256 (−9) through |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, peer in peers.items():
        rows.append(
            f"| `{name}` | {peer['source']} | {peer['version']} | {peer['verified']} of {peer['good']} | {peer['verified_as_it_comes']} "
            f"| {peer['taught'] or 'nothing: it knows it'} |"
        )
    rows += [
        "",
        "A library that knows only ES256 (−7) refuses each artifact as it comes. Taught that −9 is the same on P-256 (RFC 9864), it verifies the same bytes.",
        "",
        "## Broken artifacts",
        "",
        "What each accepts that must be refused: opened and verified, of those that are no sound COSE_Sign1 in the form of token.md §3.1. "
        "The last column counts those that are sound, and wrong in a claim or as a part of their token, which no COSE library can tell; and MAC proofs, "
        "which are not asked about.",
        "",
        "| step | error | " + " | ".join(f"`{name}`" for name in peers) + " | of | cannot tell |",
        "| --- | --- |" + " --- |" * (len(peers) + 2),
    ]
    quiet = []
    for step in next(iter(peers.values()))["refused_vectors"]:
        counts = [peer["refused_vectors"][step] for peer in peers.values()]
        unknown = min(count["cannot_tell"] for count in counts)
        told = sum(counts[0][word] for word in ("accepted", "refused", "cannot_tell")) - unknown
        extra = [count["cannot_tell"] for count in counts if count["cannot_tell"] != unknown]
        if not told:
            quiet.append(f"{step} ({unknown})")
            continue
        cells = " | ".join(str(count["accepted"] or "–") for count in counts)
        rows.append(f"| {step} | `{names[step]}` | {cells} | {told} | {unknown}{' or more' if extra else ''} |")
    rows += ["", "Only sound ones, which no peer can tell: " + ", ".join(quiet) + ".", ""]
    rows += ["## By defect", "", "Accepted by at least one; how many of the vectors that show it, in different artifacts.", ""]
    rows += ["| step | defect | " + " | ".join(f"`{name}`" for name in peers) + " |", "| --- | --- |" + " --- |" * len(peers)]
    groups = defaultdict(set)
    for name, peer in peers.items():
        for step, verdicts in peer["refused_vectors"].items():
            for vector in verdicts["accepted_vectors"]:
                groups[int(step[1:]), defect(suite[vector])].add((vector, name))
    for (step, text), accepted in sorted(groups.items()):
        counts = [sum(accepting == name for _, accepting in accepted) for name in peers]
        rows.append(f"| V{step} | {text} | " + " | ".join(str(count or "–") for count in counts) + " |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    main()
