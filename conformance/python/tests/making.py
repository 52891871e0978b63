"""Makes keys, artifacts and bundles for the tests; nothing here is used to verify."""

import hashlib
import hmac
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from throughline.answer import encode as base64url
from throughline.artifacts import CREDENTIAL, HAND_OVER, LINK
from throughline.cbor import Reader, head
from throughline.decoding import envelope, thumbprint_uri
from throughline.errors import Place
from throughline.keys import ORDER, Key, public

NOW = 1_800_000_100


class Raw(bytes):
    """An item that is encoded already."""


def cbor(value: Any) -> bytes:
    """Deterministic CBOR, with negative integers and bools."""
    match value:
        case Raw():
            return bytes(value)
        case bool():
            return b"\xf5" if value else b"\xf4"
        case int():
            return head(0, value) if value >= 0 else head(1, -1 - value)
        case bytes():
            return head(2, len(value)) + value
        case str():
            return head(3, len(value.encode())) + value.encode()
        case list():
            return head(4, len(value)) + b"".join(map(cbor, value))
        case dict():
            members = sorted((cbor(key), cbor(member)) for key, member in value.items())
            return head(5, len(members)) + b"".join(key + member for key, member in members)
    raise TypeError(value)


class Signer:
    """A secret key by name, as in token.md §9."""

    def __init__(self, name: str) -> None:
        scalar = hashlib.sha256(b"throughline worked token " + name.encode()).digest()
        self.scalar = scalar
        self.secret = ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())
        self.key: Key = public(self.secret)
        self.thumbprint = self.key.thumbprint
        self.cose = {1: 2, -1: 1, -2: self.key.x, -3: self.key.y}
        self.jwk = {"kty": "EC", "crv": "P-256", "x": base64url(self.key.x), "y": base64url(self.key.y)}
        self.uri = thumbprint_uri(self.key)

    def sign(self, digest: bytes) -> bytes:
        signature = self.secret.sign(digest, ec.ECDSA(Prehashed(SHA256())))
        r, s = decode_dss_signature(signature)
        return r.to_bytes(32) + min(s, ORDER - s).to_bytes(32)


def signed(signer: Signer, typ: int, kid: bytes, claims: dict[int, Any], own: dict[int, Any]) -> bytes:
    """A COSE_Sign1 artifact."""
    parts = cbor({1: -9, 4: kid, 16: typ}), cbor({**claims, -65537: own})
    digest = digest_of("Signature1", *parts)
    return b"\xd2" + cbor([parts[0], {}, parts[1], signer.sign(digest)])


def sealed(key: bytes, kid: bytes, claims: dict[int, Any], own: dict[int, Any]) -> bytes:
    """A COSE_Mac0 proof."""
    parts = cbor({1: 5, 4: kid, 16: 65103}), cbor({**claims, -65537: own})
    tag = hmac.digest(key, cbor(["MAC0", parts[0], b"", parts[1]]), "sha256")
    return b"\xd1" + cbor([parts[0], {}, parts[1], tag])


def digest_of(context: str, protected: bytes, payload: bytes) -> bytes:
    return hashlib.sha256(cbor([context, protected, b"", payload])).digest()


def name_of(artifact: bytes) -> bytes:
    """The digest of a COSE_Sign1 artifact that `signed` made."""
    return envelope(Reader(artifact, Place("item", 0)), LINK, CREDENTIAL, HAND_OVER)[0].digest


ALICE, EXECUTOR, ATTESTER, WORKER = map(Signer, ("alice", "executor", "attester", "worker"))
GRANTS = [["calendar.read", "calendar/alice/*", {"days": [2, 1, 31]}]]
ORIGIN = {1: 0, 2: "https://alice.example", 3: b"\x0a" * 16}


def root(next_: Any, **own: Any) -> bytes:
    """Alice's root; keyword arguments `c6` and so on add own claims."""
    claims = {1: "https://alice.example/authority", 4: 1_800_003_600, 6: 1_800_000_000}
    more = {int(label[1:]): value for label, value in own.items()}
    return signed(ALICE, 65101, ALICE.thumbprint, claims, {2: 0, 3: "owner", 4: GRANTS, 5: next_, 7: ORIGIN} | more)


def hop(parent: bytes, position: int = 1, signer: Signer = EXECUTOR, **own: Any) -> bytes:
    """An unvouched link."""
    claims = {1: signer.uri, 4: 1_800_000_600, 6: 1_800_000_000, 8: {1: signer.cose}}
    more = {int(label[1:]): value for label, value in own.items()}
    return signed(signer, 65101, signer.thumbprint, claims, {1: name_of(parent), 2: position} | more)


def bundle() -> dict[str, Any]:
    """Trust in Alice, and in one attester."""
    ceiling = [{"action": "calendar.*", "resource": "calendar/*"}]
    alice = {
        "name": "alice",
        "kind": "identity",
        "key": ALICE.jwk,
        "identifier": "https://alice.example/authority",
        "role": "owner",
        "accountable": ["https://alice.example"],
        "ceiling": ceiling,
    }
    attester = {
        "key": ATTESTER.jwk,
        "name": "https://attester.example",
        "namespaces": ["spiffe://workers.example"],
        "accountable": [{"namespace": "https://operator.example"}],
        "roles": ["worker"],
        "properties": ["hardware"],
    }
    return {"version": 0, "origins": [alice], "attesters": [attester]}
