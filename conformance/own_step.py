"""Whether a refused vector has exactly one defect: without the step that it is about, the Python implementation accepts it.

    python own_step.py TEST-VECTORS [--update]

Where that cannot be, or is not, own-step.json says which and what is found instead. Stages 1 and 2 are left out: what is no artifact has no verdict.
"""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from artifacts import vectors
from pin import hold

HERE = Path(__file__).resolve().parent


def main():
    """Asks about every refusal from stage 3 on, and compares with what is pinned."""
    (folder,) = [Path(word) for word in sys.argv[1:] if word != "--update"]
    refused = [one for one in vectors(folder).values() if one["expected"].get("stage", 0) >= 3]
    accepted, others = 0, defaultdict(lambda: defaultdict(list))
    for vector, verdict in zip(refused, ask(refused), strict=True):
        found = verdict.get("without_own_step", {"verdict": "not refused at all"})
        if found["verdict"] == "accepted":
            accepted += 1
        else:
            others[vector["step"]][found.get("name", found["verdict"])].append(vector["id"])
    ordered = {step: others[step] for step in sorted(others, key=lambda step: int(step[1:]))}
    hold(HERE / "own-step.json", json.dumps(ordered, indent=1) + "\n")
    print(f"{accepted} of {len(refused)} refused vectors are accepted without their own step; own-step.json names the others")


def ask(asked):
    """The answers, in order."""
    hidden = ("expected", "work", "twin")
    questions = "".join(json.dumps({k: v for k, v in one.items() if k not in hidden}) + "\n" for one in asked)
    command = [sys.executable, "-m", "throughline.answer", "--without-own-step"]
    done = subprocess.run(command, cwd=HERE / "python", input=questions, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in done.stdout.split("\n")[:-1]]


if __name__ == "__main__":
    main()
