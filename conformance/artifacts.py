"""The artifacts of the conformance vectors, each alone: its bytes, its signer's key, and what is wrong with it.

A splitter of its own, on purpose: it shares no code with the library, the Python implementation or any COSE library.
"""

import base64
import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

OURS = -65537
TYPES = {65101: "link", 65102: "credential", 65103: "proof", 65104: "hand-over", 65105: "revocation list"}
# What a COSE library could notice: the form of an artifact and its signature.
STEPS_OF_FORM_AND_SEAL = ("V2", "V1201", "V1202", "V1301", "V1406")


@dataclass(frozen=True)
class Artifact:
    """One artifact as it stands in a vector, and whom to ask about it."""

    vector: str
    step: str
    kind: str
    data: bytes
    key: tuple[bytes, bytes] | None  # x and y of the signer
    envelope: str  # of the form token.md 3.1 gives it: "exact"; otherwise "broken"


class Malformed(Exception):
    """Not well-formed CBOR."""


# ---- the vectors


def vectors(folder):
    """Every vector of a folder by its id, in the order of the files."""
    found = {}
    for file in sorted(Path(folder).rglob("*.json")):
        for vector in json.loads(file.read_text("utf-8")).get("vectors", []):
            found[vector["id"]] = vector
    return found


def accepted_artifacts(suite):
    """Every distinct artifact of the accepted vectors, with its signer's key."""
    found = {}
    for vector in suite.values():
        if vector["expected"]["verdict"] != "accepted":
            continue
        keys = keys_by_kid(vector)
        for data in artifacts_of(vector):
            if data not in found:
                kind, kid = kind_and_kid(data)
                found[data] = Artifact(vector["id"], vector.get("step", ""), kind, data, keys.get(kid), envelope(data))
    return list(found.values())


def refused_artifacts(suite, folder):
    """The artifact at fault of every vector that is refused for an artifact's form or seal; data is empty where no single one is."""
    secrets = json.loads((Path(folder) / "keys.json").read_text("utf-8"))
    everyone = [(unbase64(key["x"]), unbase64(key["y"])) for key in secrets["signing"].values()]
    for vector in suite.values():
        if vector["expected"]["verdict"] != "refused" or not vector["step"].startswith(STEPS_OF_FORM_AND_SEAL):
            continue
        twin = suite[vector["twin"]]
        data, good = at_fault(vector, twin)
        kind, kid = kind_and_kid(good) if good else ("", b"")
        if vector["step"] in ("V241", "V242", "V243"):
            kind = kind_and_kid(data)[0]  # one too many, and good in itself: its twin has another in its place, or none
        if vector["step"].startswith("V2"):
            # The kid may be what is broken: the signer is who signs the twin, or else whoever did sign this.
            signer = keys_by_kid(twin).get(kid)
            if signer is None or not is_signed_by(data, signer):
                signer = next((key for key in everyone if is_signed_by(data, key)), signer)
        else:
            signer = keys_by_kid(vector).get(kind_and_kid(data)[1])
        yield Artifact(vector["id"], vector["step"], kind, data, signer, envelope(data))


def artifacts_of(vector):
    """The artifacts of an accepted vector."""
    if "token" in vector:
        yield from sequence(unbase64(vector["token"]))
    for member in ("proof", "credential", "list"):
        if member in vector:
            yield unbase64(vector[member])
    for member in ("known", "lists"):
        yield from map(unbase64, vector.get(member, []))


def at_fault(vector, twin):
    """The bytes of the artifact that a vector is refused for, and of the same one in its twin."""
    place = vector["expected"]["at"]
    member = {"proof": "proof", "list": "list", "credential": "credential"}.get(place["part"])
    if member in vector and "token" not in vector or member == "proof" and "proof" in twin:
        return unbase64(vector[member]), unbase64(twin[member])
    if "index" not in place or "token" not in twin:
        return b"", b""
    token, good = unbase64(vector["token"]), list(sequence(unbase64(twin["token"])))
    start = index = seen = 0
    while start < len(token):
        end = end_or_none(token, start)
        kind = kind_and_kid(token[start:end])[0]
        if seen == place["index"] and (end is None or place["part"] in ("item", kind)):
            break
        if end is None or end == len(token):
            break
        seen += place["part"] in ("item", kind)
        start, index = end, index + 1
    # An item that lies about where it ends: what the twin has behind it still stands there.
    behind = [len(data) for data in good[index + 1 :]]
    by_twin = max(start, len(token) - sum(behind))
    alone = len(list(quiet_sequence(token[start:by_twin]))) <= 1
    if alone and [len(data) for data in quiet_sequence(token[by_twin:])] == behind:
        end = by_twin
    return token[start:end], good[min(index, len(good) - 1)]


# ---- keys


def keys_by_kid(vector):
    """Every key that the vector knows, by what a `kid` may call it."""
    keys = {}

    def learn(x, y, name=None):
        thumbprint = hashlib.sha256(b"\xa4\x01\x02\x20\x01\x21\x58\x20" + x + b"\x22\x58\x20" + y).digest()
        keys[name or thumbprint] = (x, y)

    def walk(value):
        if isinstance(value, dict):
            if value.get("kty") == "EC":
                learn(unbase64(value["x"]), unbase64(value["y"]))
            value = list(value.values())
        if isinstance(value, list):
            for element in value:
                walk(element)

    walk(vector.get("trust", {}))
    carriers = [unbase64(text) for text in vector.get("known", [])]
    carriers += list(quiet_sequence(unbase64(vector.get("token", ""))))
    carriers += [unbase64(vector["credential"])] if "credential" in vector else []
    for data in carriers:
        try:
            protected, payload, _ = open_sign1(data)
            confirmed = dict(dict(item(payload, 0)[0])[8])[1]
            key = dict(confirmed)
            learn(key[-2], key[-3])
            learn(key[-2], key[-3], hashlib.sha256(sig_structure(protected, payload)).digest())
        except (Malformed, KeyError, TypeError, ValueError):
            continue
    return keys


def is_signed_by(data, key):
    """Whether a key signs the artifact, however long its s is."""
    try:
        protected, payload, signature = open_sign1(data)
        if len(signature) != 64:
            return False
        public = ec.EllipticCurvePublicNumbers(*(int.from_bytes(part) for part in key), ec.SECP256R1()).public_key()
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        digest = hashlib.sha256(sig_structure(protected, payload)).digest()
        public.verify(der, digest, ec.ECDSA(Prehashed(SHA256())))
    except (Malformed, InvalidSignature, TypeError, ValueError):
        return False
    return True


def sig_structure(protected, payload):
    """RFC 9052, section 4.4."""
    return b"\x84\x6aSignature1" + byte_string(protected) + b"\x40" + byte_string(payload)


# ---- one artifact


def envelope(data):
    """Whether everything around the payload is as token.md 2.1, 2.4 and 3.1 want it."""
    half = 0x7FFFFFFF800000007FFFFFFFFFFFFFFFDE737D56D38BCF4279DCE5617E3192A8
    try:
        protected, payload, signature = open_sign1(data)
        labels = dict(item(protected, 0)[0])
        digest, kind = labels[4], labels[16]
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        good = b"\xa3\x01\x28\x04\x58\x20" + digest + b"\x10\x19" + kind.to_bytes(2)
        whole = b"\xd2\x84" + byte_string(good) + b"\xa0" + byte_string(payload) + b"\x58\x40" + signature
        exact = whole == data and len(digest) == 32 and kind in TYPES and 0 < r < 2 * half + 1 and 0 < s <= half
    except (Malformed, KeyError, TypeError, ValueError, AttributeError, OverflowError):
        return "broken"
    return "exact" if exact else "broken"


def kind_and_kid(data):
    """What an artifact is by its `typ`, and its `kid`; a MAC proof is told apart by its tag."""
    try:
        protected, _, _ = open_sign1(data)
        labels = dict(item(protected, 0)[0])
        kind = TYPES.get(labels.get(16), "")
        return ("MAC proof" if data[0] == 0xD1 else kind), labels.get(4)
    except (Malformed, TypeError, ValueError, IndexError):
        return "", None


def open_sign1(data):
    """Protected header, payload and signature of whatever has the shape of one, tagged or not."""
    value, _ = item(data, 0)
    while isinstance(value, Tagged):
        value = value.value
    if not isinstance(value, list) or len(value) < 4:
        raise Malformed("no array of four")
    protected, payload, signature = value[0], value[2], value[3]
    if not all(isinstance(part, bytes) for part in (protected, payload, signature)):
        raise Malformed("no byte strings")
    return protected, payload, signature


def sequence(data):
    """The items of a CBOR sequence."""
    start = 0
    while start < len(data):
        _, end = item(data, start)
        yield data[start:end]
        start = end


def quiet_sequence(data):
    """The items of a CBOR sequence, up to where it is broken."""
    try:
        yield from sequence(data)
    except Malformed:
        return


def end_or_none(data, start):
    """Where the item ends, if it says so."""
    try:
        return item(data, start)[1]
    except Malformed:
        return None


# ---- CBOR, taken as leniently as RFC 8949 allows


@dataclass(frozen=True)
class Tagged:
    """A tagged value."""

    tag: int
    value: object


def item(data, at):
    """The value at an offset and where it ends; a map is a list of pairs, as duplicates must not get lost."""
    try:
        return value_and_end(data, at)
    except RecursionError:
        raise Malformed("too deep") from None


def value_and_end(data, at):
    """The same, however deep."""
    major, info = read(data, at, 1)[0] >> 5, data[at] & 31
    at += 1
    if info < 24:
        argument = info
    elif info < 28:
        width = 1 << (info - 24)
        argument = int.from_bytes(read(data, at, width))
        at += width
    elif info == 31 and major in (2, 3, 4, 5):
        argument = None
    else:
        raise Malformed("reserved head or break")
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major in (2, 3):
        if argument is not None:
            return string(major, read(data, at, argument)), at + argument
        pieces, at = elements(data, at, None)
        return (b"" if major == 2 else "").join(pieces), at
    if major == 4:
        return elements(data, at, argument)
    if major == 5:
        flat, at = elements(data, at, None if argument is None else 2 * argument)
        if len(flat) % 2:
            raise Malformed("a key without a value")
        return list(zip(flat[::2], flat[1::2])), at
    if major == 6:
        value, at = value_and_end(data, at)
        return Tagged(argument, value), at
    return {20: False, 21: True}.get(info), at


def elements(data, at, count):
    """So many values, or all up to a break."""
    found = []
    while count is None or len(found) < count:
        if count is None and read(data, at, 1) == b"\xff":
            return found, at + 1
        value, at = value_and_end(data, at)
        found.append(value)
    return found, at


def string(major, content):
    """A byte string, or a text; what is no UTF-8 stays something."""
    return content if major == 2 else content.decode("utf-8", "replace")


def read(data, at, length):
    """Bytes that must be there."""
    if at + length > len(data):
        raise Malformed("truncated")
    return data[at : at + length]


def byte_string(content):
    """A byte string with its shortest head."""
    length = len(content)
    if length < 24:
        return bytes([0x40 | length]) + content
    if length < 256:
        return bytes([0x58, length]) + content
    return b"\x59" + length.to_bytes(2) + content


@functools.cache
def unbase64(text):
    """Base64url without padding."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
