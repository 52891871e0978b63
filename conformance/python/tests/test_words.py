"""Identifiers, AR4SI tiers, strict JSON, request digests, carriage, and the bundle's loader."""

import copy
import json
import unittest

from throughline import requests, strict_json
from throughline.carriage import Carriage
from throughline.contracts import Test, tier_of
from throughline.errors import Checks, Refused
from throughline.identifiers import is_identifier, is_namespace, namespace_covers
from throughline.bundles import BundleRefused, load

from .making import EXECUTOR, bundle


class Identifiers(unittest.TestCase):
    def test_forms(self) -> None:
        good = (
            "spiffe://a_b.c/D",
            "https://a-b.example",
            "https://a.example/x=1/~",
            "did:web:a.example:b/c",
            "urn:x:y",
            "CN=a,O=b",
        )
        good += ("arn:aws:iam::1:role/x", "arn:aws:s3:::bucket", "http://a:80/?q#f@", "ab=", "é=ü", "did:key:z6M%20")
        for text in good:
            self.assertTrue(is_identifier(text), text)
        bad = (
            "",
            "a",
            "=a",
            "spiffe://",
            "spiffe://A",
            "spiffe://a/",
            "spiffe://a/..",
            "spiffe://a//b",
            "spiffe://a/%41",
            "Urn:x=y",
        )
        bad += (
            "https://a:443",
            "https://A.example",
            "https://-a",
            "https://a-",
            "https://a..b",
            "https://a/b:c",
            "https://a/?",
            "https://a/",
        )
        bad += (
            "did:web",
            "did:web:",
            "did:W:a",
            "did:web:a:.",
            "did:web:a%2Fb",
            "did:web:a%25",
            "arn:aws:iam::1",
            "arn::iam::1:x",
        )
        bad += ("urn:", "urn:é", "urn:a b", "a\x00=b", "CN=\n", "https://a/@", "https://a\n", "arn:a:b:c:d:")
        for text in bad:
            self.assertFalse(is_identifier(text), text)

    def test_namespaces(self) -> None:
        for text in ("spiffe://a", "arn:aws:iam::1", "arn:aws:iam:r:1:role", "did:web:a", "urn:x:y", "CN=a"):
            self.assertTrue(is_namespace(text), text)
        for text in (
            "did:web",
            "did:web:",
            "arn:aws:iam::",
            "arn:aws:s3:::bucket",
            "arn:aws:iam",
            "urn:ietf:params:oauth:ckt:x",
        ):
            self.assertFalse(is_namespace(text), text)

    def test_cover_by_separators(self) -> None:
        covered = (
            ("https://a", "https://a/b"),
            ("did:web:a", "did:web:a:b"),
            ("did:web:a", "did:web:a/b"),
            ("CN=a", "CN=a"),
        )
        for namespace, identifier in covered + (
            ("arn:aws:iam::1", "arn:aws:iam::1:x"),
            ("spiffe://a/b", "spiffe://a/b/c"),
        ):
            self.assertTrue(namespace_covers(namespace, identifier), namespace)
        others = (
            ("https://a", "https://a.b"),
            ("spiffe://a/p", "spiffe://a/pq"),
            ("urn:a", "urn:a:b"),
            ("CN=a", "CN=a/b"),
        )
        for namespace, identifier in others + (("https://a/b", "https://a"), ("urn:a", "urn:a/b")):
            self.assertFalse(namespace_covers(namespace, identifier), namespace)


class Tiers(unittest.TestCase):
    def test_every_value_of_a_byte_and_beyond(self) -> None:
        ranges = {
            2: {*range(2, 32), *range(-32, -1)},
            32: {*range(32, 96), *range(-96, -32)},
            96: {*range(96, 128), *range(-128, -96)},
        }
        for value in range(-200, 200):
            self.assertEqual(tier_of(value), next((tier for tier, values in ranges.items() if value in values), None))
        self.assertEqual((tier_of(True), tier_of("2"), tier_of(b"")), (None, None, None))

    def test_worst_acceptable(self) -> None:
        warning = Test("hardware", 1, 32)
        self.assertTrue(warning.passes(2) and warning.passes(-96))
        self.assertFalse(warning.passes(96) or warning.passes(0) or warning.passes(1))
        self.assertFalse(Test("n", 0, 1).passes(True))


class Json(unittest.TestCase):
    def test_refusals(self) -> None:
        wrong = (
            '{"a":1,"a":2}',
            '[{"b":{"a":1,"\\u0061":2}}]',
            '"\\ud800"',
            '{"\\udc00":1}',
            "NaN",
            "01",
            "1 2",
            "",
            "[1,]",
            "'a'",
            '"\t"',
        )
        for text in wrong + ("\ufeff1", "[" * 100_000, '{"a":[["\\ud800"]]}', "-", "+1", "1.", "\u00a01"):
            with self.assertRaises(ValueError, msg=text[:20]):
                strict_json.loads(text.encode())
        for data in (b'"\xff"', b'"\xed\xa0\x80"', b"\xef\xbb\xbf1"):
            with self.assertRaises(ValueError):
                strict_json.loads(data)
        self.assertEqual(strict_json.loads(b' {"a" : "\\ud83d\\ude00"} '), {"a": "\U0001f600"})

    def test_mcp_digest_covers_bytes_as_received(self) -> None:
        body = (
            b' { "method" : "tools/call", "params": {"na\\u006de": "x" , "_meta":{}, '
            b'"arguments":{"a":1,"b":1.0,"c":"t","d":true} } } '
        )
        digest, arguments = requests.mcp("s", body)
        self.assertEqual(arguments, [("a", 1), ("c", "t"), ("d", True)])
        members = {"name": b'"x"', "arguments": b'{"a":1,"b":1.0,"c":"t","d":true}'}
        self.assertEqual(digest, requests._digest("mcp", "s", "tools/call", members))
        inexact = (
            b'{"method":"m","params":{"arguments":{"a":9007199254740991,"b":9007199254740992,"c":1e2,"d":null,"e":-0}}}'
        )
        self.assertEqual(requests.mcp("s", inexact)[1], [("a", 2**53 - 1)])
        for wrong in (
            b"[]",
            b"{}",
            b'{"method":1}',
            b'{"method":"m","params":{"a":{"b":1,"b":1}}}',
            b'{"method":"m"}x',
        ):
            with self.assertRaises(Refused):
                requests.mcp("s", wrong)

    def test_http_fields(self) -> None:
        def digest(*fields: tuple[str, bytes]) -> bytes:
            return requests.http(Checks(), "GET", "https", "a", b"/", None, fields, b"")

        self.assertNotEqual(digest(), digest(("content-type", b"")))
        self.assertEqual(digest(("Accept", b"x"), ("accept", b"y")), digest(("HOST", b"a")))
        wrong = ([("X-Original-Url", b"")], [("host", b"b")], [("Content-Type", b"x"), ("content-type", b"x")])
        for fields in wrong:
            with self.assertRaises(Refused):
                digest(*fields)


class Carried(unittest.TestCase):
    def number(self, lines: list[str], text: str | None = None) -> int:
        try:
            return len(Carriage("token", 16384).take(lines, text))
        except Refused as refused:
            return refused.number

    def test_forms(self) -> None:
        for lines, text, expected in (
            ([":AAE=:"], None, 2),
            ([], "AAE", 2),
            ([":AAE=:"], "AAE", 2),
            ([":AAE:"], None, 1501),
            ([":AAF=:"], None, 1501),
            ([":AAE=:;a"], None, 1501),
            (["AAE="], None, 1501),
            ([" :AAE=:"], None, 1501),
            ([":AA-_:"], None, 1501),
            ([":AAE=:"] * 2, None, 1502),
            ([], "AAE=", 1501),
            ([], "AAF", 1501),
            ([], "A", 1501),
            ([], "AA+/", 1501),
            ([":AAE=:"], "AAI", 1501),
            ([], None, 0),
        ):
            self.assertEqual(self.number(lines, text), expected, (lines, text))


class Loader(unittest.TestCase):
    def refused(self, change: callable) -> None:
        value = copy.deepcopy(bundle())
        change(value)
        with self.assertRaises(BundleRefused):
            load(json.dumps(value).encode())

    def test_bundle_loads(self) -> None:
        self.assertEqual(load(json.dumps(bundle()).encode()).origins[0].name, "alice")

    def test_refusals(self) -> None:
        origin = {"name": "r", "kind": "role", "attester": "https://attester.example", "role": "worker", "ceiling": []}
        for change in (
            lambda b: b.update(extra=1),
            lambda b: b.update(version=False),
            lambda b: b.pop("version"),
            lambda b: b["origins"][0].pop("role"),
            lambda b: b["origins"][0]["key"].update(d="AA"),
            lambda b: b["origins"][0]["key"].update(x=b["origins"][0]["key"]["y"]),
            lambda b: b["origins"][0].update(name="a\x00"),
            lambda b: b["origins"].append(dict(b["origins"][0], role="other")),
            lambda b: b["origins"].append(dict(origin, accountable="https://elsewhere.example")),
            lambda b: b["origins"].append(dict(origin, accountable="https://operator.example", role="king")),
            lambda b: b["attesters"][0].update(key=b["origins"][0]["key"]),
            lambda b: b["attesters"].append(dict(b["attesters"][0], name="https://b.example")),
            lambda b: b["attesters"][0].update(outlive=1.0),
            lambda b: b["attesters"][0].update(roles=["a", "a"]),
            lambda b: b["attesters"][0].update(name=EXECUTOR.uri),
            lambda b: b["origins"][0]["ceiling"][0].update(limits={}),
            lambda b: b["origins"][0]["ceiling"][0].update(limits={"a": {"range": [2, 1]}}),
            lambda b: b["origins"][0]["ceiling"][0].update(resource="a//b"),
        ):
            self.refused(change)
        text = json.dumps(bundle()).replace('"version": 0', '"version": 0, "version": 0')
        with self.assertRaises(BundleRefused):
            load(text.encode())


if __name__ == "__main__":
    unittest.main()
