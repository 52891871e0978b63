"""Keys on P-256, thumbprints, and what is done with them (token.md §2.4, §8.2)."""

import hashlib
import hmac
from dataclasses import dataclass
from functools import cached_property, lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_FIELD = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_ESP256 = ec.ECDSA(Prehashed(SHA256()))


@dataclass(frozen=True)
class Key:
    """A public key, perhaps not on the curve."""

    x: bytes
    y: bytes

    @cached_property
    def thumbprint(self) -> bytes:
        """SHA-256 of `{1: 2, −1: 1, −2: x, −3: y}` (§2.4, RFC 9679)."""
        return hashlib.sha256(b"\xa4\x01\x02\x20\x01\x21\x58\x20" + self.x + b"\x22\x58\x20" + self.y).digest()

    @cached_property
    def on_curve(self) -> bool:
        """y² = x³ − 3x + b, both below p."""
        x, y = int.from_bytes(self.x), int.from_bytes(self.y)
        return x < _FIELD and y < _FIELD and (y * y - x * x * x + 3 * x - _B) % _FIELD == 0

    def verifies(self, digest: bytes, signature: bytes) -> bool:
        """Whether r‖s is a signature of the digest. A key off the curve verifies nothing."""
        if not self.on_curve:
            return False
        encoded = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        try:
            _public(self).verify(encoded, digest, _ESP256)
        except InvalidSignature:
            return False
        return True


@lru_cache(maxsize=4096)
def _public(key: Key) -> ec.EllipticCurvePublicKey:
    return ec.EllipticCurvePublicNumbers(int.from_bytes(key.x), int.from_bytes(key.y), ec.SECP256R1()).public_key()


@lru_cache(maxsize=256)
def private(scalar: bytes) -> ec.EllipticCurvePrivateKey:
    """An agreement key from its secret scalar."""
    return ec.derive_private_key(int.from_bytes(scalar), ec.SECP256R1())


def public(secret: ec.EllipticCurvePrivateKey) -> Key:
    """The public half of an agreement key."""
    numbers = secret.public_key().public_numbers()
    return Key(numbers.x.to_bytes(32), numbers.y.to_bytes(32))


def agree(secret: ec.EllipticCurvePrivateKey, key: Key) -> bytes:
    """The x-coordinate of ECDH (§8.2)."""
    return secret.exchange(ec.ECDH(), _public(key))


def hkdf(secret: bytes, info: bytes) -> bytes:
    """HKDF-SHA-256 with an empty salt, 32 bytes of output (RFC 5869, §8.2)."""
    extracted = hmac.digest(b"", secret, "sha256")
    return hmac.digest(extracted, info + b"\x01", "sha256")
