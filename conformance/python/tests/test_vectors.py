"""The conformance vectors, where they are at hand: verdict, number, place, byte, facts and work."""

import json
import unittest
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from throughline.answer import answer

SUITE = next((p / "test-vectors" for p in Path(__file__).parents if (p / "test-vectors").is_dir()), Path())


def vectors() -> Iterator[dict[str, Any]]:
    """All vectors of the suite."""
    for file in sorted(SUITE.glob("accept/*.json")) + sorted(SUITE.glob("reject/**/*.json")):
        yield from json.loads(file.read_text())["vectors"]


def differences(expected: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    """What both state and state differently; facts that are left out are not compared."""
    at, other = expected.pop("at", {}), found.get("at", {})
    wrong = {name: found.get(name) for name, value in expected.items() if found.get(name, value) != value}
    place = at.get("part"), at.get("index")
    if place != (other.get("part"), other.get("index")) or at.get("byte", other.get("byte")) != other.get(
        "byte", at.get("byte")
    ):
        wrong["at"] = other
    return wrong


class Vectors(unittest.TestCase):
    def test_suite(self) -> None:
        for vector in vectors():
            with self.subTest(vector["id"]):
                expected, work = vector.pop("expected"), vector.pop("work")
                found = answer(json.dumps(vector), without_own_step=True)
                self.assertEqual(differences(expected, found), {})
                self.assertLessEqual(found["signatures"], work)


if __name__ == "__main__":
    unittest.main()
