"""The artifacts of the vectors against spec/token.cddl, by a program that knows CDDL and nothing of throughline.

    python shapes.py TEST-VECTORS TOKEN.CDDL [--update]

Every artifact of an accepted vector has its shape. Every one that stage 2 refuses has not, but for defects that CDDL cannot state:
by step with the reason below, by vector in beyond.json.
"""

import json
import sys
from collections import defaultdict
from pathlib import Path

from cddl_verifier import Validator

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from artifacts import accepted_artifacts, refused_artifacts, vectors  # noqa: E402
from pin import hold  # noqa: E402

# Where CDDL ends. A step that is not here is refused in every vector.
BEYOND = {
    "V204": "CDDL speaks of values: an indefinite length is another encoding of the same one",
    "V205": "CDDL speaks of values: a longer head is another encoding of the same one",
    "V209": "token.cddl leaves to token.md §2.2: at most 16 grants, maps that are not empty, lengths of names that are map keys",
    "V210": "a map has no order in CDDL",
    "V212": "a set is an array in CDDL; its order, and an element twice, stand in comments",
    "V228": "64 bytes are 64 bytes: the range of a number inside a byte string",
    "V229": "64 bytes are 64 bytes: the range of a number inside a byte string",
    "V232": "one case depends on a value elsewhere: `also` where the origin's kind is 0",
    "V234": "the grammar of identifiers and names is not in token.cddl",
    "V235": "compares two members",
    "V236": "the grammar of patterns is not in token.cddl",
    "V238": "compares two members",
    "V239": "compares a digest with its preimage",
    "V240": "one case compares a digest with its preimage, the others exclude values that another rule allows",
    "V241": "a count over the token; each link is good in itself",
    "V242": "a count over the token; each credential is good in itself",
    "V243": "a verifier's own limit",
    "V244": "compares a digest with its preimage",
    "V245": "compares two members",
}
RULES = {"link": "link", "credential": "credential", "hand-over": "hand-over", "revocation list": "revocation-list"} | {
    "proof": "proof",
    "MAC proof": "proof",
}


def main():
    """Asks about every artifact, and compares with what is pinned."""
    folder, schema = [Path(word) for word in sys.argv[1:] if word != "--update"]
    validator = Validator(schema)
    suite = vectors(folder)
    good = accepted_artifacts(suite)
    misshapen = [one for one in good if not fits(validator, one)]
    if misshapen:
        sys.exit("\n".join(f"token.cddl has no place for the {one.kind} of {one.vector}" for one in misshapen[:20]))
    steps = defaultdict(lambda: {"refused": 0, "accepted": 0, "accepted_vectors": []})
    for one in refused_artifacts(suite, folder):
        if len(one.step) == 4 and one.step.startswith("V2"):
            step = steps[one.step]
            accepted = fits(validator, one)
            step["accepted" if accepted else "refused"] += 1
            step["accepted_vectors"] += [one.vector] * accepted
    unexplained = [step for step, seen in steps.items() if seen["accepted"] and step not in BEYOND]
    needless = [step for step in BEYOND if not steps[step]["accepted"]]
    if unexplained or needless:
        sys.exit(f"accepted without a reason: {unexplained}; a reason without a vector: {needless}")
    report = {step: {"why": BEYOND.get(step, ""), **steps[step]} for step in sorted(steps)}
    hold(HERE / "beyond.json", json.dumps(report, indent=1, ensure_ascii=False) + "\n")
    refused = sum(step["refused"] for step in steps.values())
    whole = sum(step["accepted"] == 0 for step in steps.values())
    broken = refused + sum(step["accepted"] for step in steps.values())
    print(f"{len(good)} of {len(good)} good artifacts have the shape of token.cddl; of {broken} broken ones {refused} have not")
    print(f"{whole} of {len(steps)} steps are refused in every vector; the others are beyond CDDL, in whole or in part: see beyond.json")


def fits(validator, artifact):
    """Whether it has the shape that its place asks for."""
    return validator.validate(artifact.data, root_type=RULES[artifact.kind]).valid


if __name__ == "__main__":
    main()
