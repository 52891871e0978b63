"""The worked token of token.md §9, and admission with it."""

import json
import unittest
from pathlib import Path

from throughline.answer import answer, decode, encode as base64url
from throughline.cbor import encode
from throughline.keys import agree, hkdf

from . import making
from .making import ATTESTER, EXECUTOR, NOW, Signer, bundle, hop, name_of, root

HEADS = (
    "dc6c7487e42b724e374e136a4ac3356f38d5f26b44962e526124a8908f736009",
    "ebf2e7330bf4e1f8e0139c73aca0e25d0fb68429c667bfd3ff50c85fb4fe0a05",
)


def worked_token() -> bytes:
    """The bytes of the annotated hex in §9."""
    page = next(parent / "spec/token.md" for parent in Path(__file__).parents if (parent / "spec/token.md").exists())
    blocks = page.read_text().split("## 9. A worked token")[1].split("```")[1::2]
    lines = [line for block in blocks for line in block.splitlines()]
    return bytes.fromhex("".join(line.split("#")[0].strip() for line in lines))


def ask(**vector: object) -> dict:
    """The answer to a vector about Alice's trust."""
    return answer(json.dumps({"now": NOW, "trust": bundle(), **vector}))


def verify(token: bytes) -> dict:
    return ask(operation="verify", token=base64url(token))


class Worked(unittest.TestCase):
    def test_worked_token_accepted(self) -> None:
        verdict = verify(worked_token())
        self.assertEqual(verdict["verdict"], "accepted", verdict)
        self.assertEqual((decode(verdict["execution"]).hex(), decode(verdict["head"]).hex()), HEADS)
        self.assertEqual((verdict["links"], verdict["authority"], verdict["anchor"]), (2, "delegated", "alice"))
        self.assertEqual(verdict["signatures"], 2)

    def test_made_token_has_the_worked_digests(self) -> None:
        first = root(EXECUTOR.thumbprint)
        self.assertEqual((name_of(first).hex(), name_of(hop(first)).hex()), HEADS)

    def test_every_truncation_refused(self) -> None:
        token = worked_token()
        cuts = {verify(token[:length])["verdict"] for length in range(len(token)) if length != 302}
        self.assertEqual(cuts, {"refused"})

    def test_every_flipped_byte_refused(self) -> None:
        token = worked_token()
        for at in range(len(token)):
            flipped = token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]
            self.assertEqual(verify(flipped)["verdict"], "refused", at)

    def test_signatures_are_counted_once_and_not_before_stage_12(self) -> None:
        token = worked_token()
        self.assertEqual(verify(token[:302] + token[302:-1] + bytes([token[-1] ^ 1]))["number"], 1202)
        self.assertEqual(ask(operation="verify", token=base64url(token), now=1)["signatures"], 0)

    def test_decode_errors_have_their_byte(self) -> None:
        verdict = verify(b"\xd2\x83")
        self.assertEqual((verdict["number"], verdict["at"]), (221, {"part": "item", "index": 0, "byte": 1}))


class Vouched(unittest.TestCase):
    def setUp(self) -> None:
        claims = {1: "https://attester.example", 2: "spiffe://workers.example/a", 4: NOW + 900, 6: NOW - 900}
        claims[8] = {1: making.WORKER.cose}
        own = {14: "https://operator.example/team", 15: ["worker"], 16: {"hardware": 2}}
        self.credential = making.signed(ATTESTER, 65102, ATTESTER.thumbprint, claims, own)

    def link(self, parent: bytes) -> bytes:
        claims = {1: "spiffe://workers.example/a", 4: NOW + 100, 6: NOW}
        own = {1: name_of(parent), 2: 1, 3: "worker"}
        return making.signed(making.WORKER, 65101, name_of(self.credential), claims, own)

    def contract(self, tier: int) -> dict:
        attesters = ["https://attester.example"]
        demand = ["hardware", attesters, 1, tier]
        return {1: "spiffe://workers.example", 2: [["worker"], attesters], 3: [demand]}

    def test_conforming_successor_accepted(self) -> None:
        first = root(self.contract(2))
        verdict = verify(first + self.credential + self.link(first))
        self.assertEqual((verdict["verdict"], verdict["signatures"]), ("accepted", 3), verdict)

    def test_credential_behind_its_link_refused(self) -> None:
        first = root(self.contract(2))
        self.assertEqual(verify(first + self.link(first) + self.credential)["number"], 305)
        misplaced = verify(self.credential + first + self.link(first))
        self.assertEqual((misplaced["number"], misplaced["at"]), (306, {"part": "credential", "index": 0}))

    def test_known_credential_taken_in(self) -> None:
        first = root(self.contract(2))
        known = [base64url(self.credential)]
        verdict = ask(operation="verify", token=base64url(first + self.link(first)), known=known)
        self.assertEqual((verdict["verdict"], verdict["signatures"]), ("accepted", 2), verdict)

    def test_own_step_left_out_accepted(self) -> None:
        first = root({1: "spiffe://other.example"})
        token = base64url(first + self.credential + self.link(first))
        vector = {"operation": "verify", "now": NOW, "trust": bundle(), "token": token, "step": "V705"}
        verdict = answer(json.dumps(vector), without_own_step=True)
        self.assertEqual((verdict["number"], verdict["without_own_step"]["verdict"]), (705, "accepted"))


class Admitting(unittest.TestCase):
    request = {
        "audience": "calendar",
        "digest": base64url(b"\x07" * 32),
        "action": "calendar.read",
        "resource": "calendar/alice/today",
        "arguments": [{"name": "days", "value": 7}],
    }

    def setUp(self) -> None:
        self.audience = Signer("audience")
        self.first = root(EXECUTOR.thumbprint)
        self.head = hop(self.first, c9=Signer("ephemeral").cose)
        self.claims = {3: "calendar", 6: NOW, 7: b"\x05" * 16}
        self.own = {17: name_of(self.head), 18: b"\x07" * 32}

    def admit(self, proof: bytes, **more: object) -> dict:
        token, keys = base64url(self.first + self.head), [base64url(self.audience.scalar)]
        vector = {"token": token, "proof": base64url(proof), "request": self.request, "agreement": keys}
        return ask(operation="admit", **(vector | more))

    def test_signed_proof_accepted(self) -> None:
        proof = making.signed(EXECUTOR, 65103, EXECUTOR.thumbprint, self.claims, self.own)
        verdict = self.admit(proof)
        self.assertEqual((verdict["verdict"], verdict["signatures"]), ("accepted", 3), verdict)
        for argument in ({"name": "days", "value": 32}, {"name": "days", "value": True}, {"name": "day", "value": 7}):
            refused = self.admit(proof, request=self.request | {"arguments": [argument]})
            self.assertEqual(refused["number"], 1011)

    def test_mac_proof_accepted(self) -> None:
        own = self.own | {19: self.audience.thumbprint}
        shared = agree(Signer("ephemeral").secret, self.audience.key)
        party = [EXECUTOR.thumbprint, name_of(self.head), None], [b"calendar", None, self.audience.thumbprint]
        protected = making.cbor({1: 5, 4: EXECUTOR.thumbprint, 16: 65103})
        info = encode([5, *party, [256, protected, Signer("ephemeral").thumbprint]])
        proof = making.sealed(hkdf(shared, info), EXECUTOR.thumbprint, self.claims, own)
        verdict = self.admit(proof)
        self.assertEqual((verdict["verdict"], verdict["signatures"]), ("accepted", 2), verdict)
        broken = self.admit(proof[:-1] + bytes([proof[-1] ^ 1]))
        self.assertEqual((broken["number"], broken["at"]), (1302, {"part": "proof"}))

    def test_hkdf_of_rfc_5869(self) -> None:
        """Test case 3: no salt, no info; the first 32 of its 42 bytes."""
        expected = "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d"
        self.assertEqual(hkdf(b"\x0b" * 22, b"").hex(), expected)

    def test_replay_refused(self) -> None:
        proof = making.signed(EXECUTOR, 65103, EXECUTOR.thumbprint, self.claims, self.own)
        use = {"aud": "calendar", "head": base64url(name_of(self.head)), "cti": base64url(b"\x05" * 16)}
        self.assertEqual(self.admit(proof, replay={"admitted": [use]})["number"], 1102)
        self.assertEqual(self.admit(proof, replay={"room": 0})["number"], 1103)
        self.assertEqual(self.admit(proof, replay={"beginning": NOW - 29})["number"], 1101)


if __name__ == "__main__":
    unittest.main()
