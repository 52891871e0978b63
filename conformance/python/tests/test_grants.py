"""What grants admit, and their order held against brute force on a small universe (token.md §5)."""

import itertools
import unittest

from throughline.grants import Grant, Limit, action_ok, narrows, path_ok, resource_ok
from throughline.grants import split_action, split_path, split_resource

ACTIONS = ("a", "b", "a.a", "a.b", "a.a.a", "b.a")
RESOURCES = ("a", "a/b", "a/b/c", "b", "/a", "/a/b", "x://a", "x://a/b", "y://a", "b/a")
VALUES = (*range(-1, 6), True, False, "", "a", "a/b", "a/c", "ab", "/a", "/a/b", "x://a", "a//b", "1")


def limit_universe() -> list[Limit]:
    lists = [(0,), (1,), (True,), ("a",), ("a/b",), ("",), (0, 1), (0, 1, 2, 3), (1, True), ("a", "a/b"), (0, "a")]
    ranges = [(lo, hi) for lo in range(4) for hi in range(lo, 4)]
    prefixes = ["a", "a/b", "/a", "x://a", "b"]
    return (
        [Limit(values=values) for values in lists]
        + [Limit(bounds=bounds) for bounds in ranges]
        + [Limit(prefix=split_path(prefix)) for prefix in prefixes]
    )


class Order(unittest.TestCase):
    def test_actions_agree_with_brute_force(self) -> None:
        patterns = [split_action(text) for text in ("*", "a", "b", "a.*", "a.a", "a.a.*", "b.*", "a.b")]
        self.exact(patterns, [split_action(text) for text in ACTIONS + ("a.a.z", "z")])

    def test_resources_agree_with_brute_force(self) -> None:
        texts = ("*", "/*", "x://*", "a", "a/*", "a/b", "a/b/*", "/a", "/a/*", "x://a/*", "y://*", "b/*")
        self.exact(
            list(map(split_resource, texts)),
            list(map(split_resource, RESOURCES + ("a/b/c/d", "a/z", "/z", "x://z", "y://z"))),
        )

    def exact(self, patterns: list, concrete: list) -> None:
        for p, q in itertools.product(patterns, repeat=2):
            brute = all(p.covers(one) for one in concrete if q.covers(one))
            self.assertEqual(p.covers(q), brute, (p, q))

    def test_limits_agree_with_brute_force(self) -> None:
        for a, b in itertools.product(limit_universe(), repeat=2):
            brute = all(
                b.admits(value) for value in VALUES + ("b", "a/z", "/a/z", "x://a/z", "a/b/z") if a.admits(value)
            )
            self.assertEqual(a.within(b), brute, (a, b))

    def test_order_is_reflexive_and_transitive(self) -> None:
        limits = limit_universe()
        self.assertTrue(all(limit.within(limit) for limit in limits))
        for a, b, c in itertools.product(limits, repeat=3):
            if a.within(b) and b.within(c):
                self.assertTrue(a.within(c))

    def test_a_range_beyond_a_list_is_not_counted_out(self) -> None:
        wide = Limit(bounds=(-(2**63), 2**63 - 1))
        self.assertFalse(wide.within(Limit(values=tuple(range(16)))))
        self.assertTrue(Limit(bounds=(0, 15)).within(Limit(values=tuple(range(16)))))

    def test_grants_narrow_one_by_one(self) -> None:
        def grant(resource: str, **limits: Limit) -> Grant:
            return Grant(split_action("a"), split_resource(resource), limits)

        parts = [grant("a", n=Limit(bounds=(0, 4))), grant("a", n=Limit(bounds=(5, 9)))]
        self.assertFalse(narrows([grant("a", n=Limit(bounds=(0, 9)))], parts))
        self.assertFalse(grant("a").within(parts[0]))
        self.assertTrue(narrows([], parts) and narrows(parts, [grant("*")]))


class Patterns(unittest.TestCase):
    def test_actions(self) -> None:
        for text in ("*", "a", "a.*", "a.b-c", "~!"):
            self.assertTrue(action_ok(split_action(text)), text)
        for text in ("", ".", "a.", ".a", "a..b", "*.a", "a*", "a.*.b", "*.*", "a b", "é", "a.b*"):
            self.assertFalse(action_ok(split_action(text)), text)

    def test_resources(self) -> None:
        for text in (
            "*",
            "/*",
            "/a",
            "a",
            "a/*",
            "x://*",
            "x://a/b",
            "a/..b",
            "a;b",
            "%20",
            "%2A",
            "é/ü",
            "a:b",
            "X:",
            "...",
        ):
            self.assertTrue(resource_ok(split_resource(text)), text)
        wrong = (
            "",
            "/",
            "x://",
            "//a",
            "a//b",
            "a/",
            "X://a",
            "a/.",
            "..",
            "../a",
            "..;x/a",
            ".;",
            "a*",
            "a/*/b",
            "**",
        )
        for text in wrong + (
            "%",
            "%2",
            "%zz",
            "%2e",
            "%2F",
            "%5c",
            "%25",
            "%00",
            "%1F",
            "%7f",
            "a\\b",
            "a\x00",
            "\x7f",
            "a\n",
        ):
            self.assertFalse(resource_ok(split_resource(text)), text)

    def test_prefixes(self) -> None:
        self.assertTrue(path_ok(split_path("a/*")))
        limit = Limit(prefix=split_path("a"))
        self.assertTrue(limit.admits("a") and limit.admits("a/b") and limit.admits("a/" + "b" * 8190))
        for text in ("a/" + "b" * 8191, "a/..", "a/", "/a", "ab", "", 1, True):
            self.assertFalse(limit.admits(text))


if __name__ == "__main__":
    unittest.main()
