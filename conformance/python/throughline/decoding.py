"""Artifacts from their bytes: stage 2 of verification.md (token.cddl, token.md §3 and §4)."""

import base64
import hashlib
from typing import Any

from . import cbor, identifiers, parts
from .artifacts import CREDENTIAL, HAND_OVER, IDENTITY, LINK, LIST, PROOF
from .artifacts import Credential, Envelope, HandOver, Item, Link, Proof, RevocationList
from .cbor import Fields, Read, Reader
from .errors import Place, refuse
from .keys import ORDER, Key

SIGN1, MAC0 = 18, 17
OWN = -65537

_WINDOW: dict[int, Read] = {4: Reader.uint, 5: Reader.uint, 6: Reader.uint}
_CLAIMS: dict[int, dict[int, Read]] = {
    LINK: {1: parts.any_identifier, **_WINDOW, 8: parts.cnf},
    CREDENTIAL: {1: parts.identifier, 2: parts.identifier, **_WINDOW, 8: parts.cnf, 10: lambda r: r.byte_string(8, 64)},
    PROOF: {3: lambda r: r.text(1, 512), 6: Reader.uint, 7: parts.nonce},
    HAND_OVER: {4: Reader.uint},
    LIST: {1: parts.identifier, 4: Reader.uint, 6: Reader.uint},
}
_OWN: dict[int, dict[int, Read]] = {
    LINK: {
        1: parts.digest,
        2: Reader.uint,
        3: parts.name,
        5: parts.next_,
        6: lambda r: parts.contract(r, False),
        7: parts.origin,
        8: lambda r: r.set_of(parts.digest, 1, 4),
        9: parts.cose_key,
        10: parts.digest,
        11: parts.digest,
        12: lambda r: r.set_of(parts.digest, 1, 8),
        13: parts.digest,
    },
    CREDENTIAL: {
        14: parts.identifier,
        15: lambda r: r.set_of(parts.name, 1, 16),
        16: lambda r: r.map_of(parts.name, lambda *_: parts.prop(r), 1, 16),
    },
    PROOF: {17: parts.digest, 18: parts.digest, 19: parts.digest},
    HAND_OVER: {10: parts.digest, 17: parts.digest, 20: parts.any_identifier},
    LIST: {21: Reader.uint, 22: lambda r: r.set_of(parts.entry, 0)},
}


def _window(claims: Fields) -> tuple[int, int, int]:
    """Start, `exp` and `iat` (V235)."""
    exp, iat = claims[4], claims[6]
    start = claims.get(5, iat)
    if start < iat:
        claims.reader.refuse(235, claims.start)
    if start >= exp:
        claims.reader.refuse(235, claims.start)
    return start, exp, iat


def _link(sealed: Envelope, claims: Fields, own: Fields) -> Link:
    """What a link has is decided by whether it is a root, and whether it carries its key (§4.1)."""
    claims.need(1, 4, 6)
    own.need(2)
    start, exp, iat = _window(claims)
    if 7 in own:
        claims.bar(8)
        own.bar(1, 11, *([8] if own[7].kind == IDENTITY else []))
        own.need(3, 4)
    else:
        own.need(1)
        if 8 in claims:
            own.bar(3, 8)
        else:
            own.need(3)
    _link_keys(sealed, claims, own)
    return Link(
        sealed=sealed,
        iss=claims[1],
        start=start,
        exp=exp,
        iat=iat,
        cnf=claims.get(8),
        parent=own.get(1),
        position=own[2],
        role=own.get(3),
        grants=own.get(4),
        next=own.get(5),
        require=own.get(6),
        origin=own.get(7),
        also=own.get(8, []),
        agree=own.get(9),
        task=own.get(10),
        handover=own.get(11),
    )


def _link_keys(sealed: Envelope, claims: Fields, own: Fields) -> None:
    """V239, V240 and V245."""
    refuse, key = claims.reader.refuse, claims.get(8)
    if key and sealed.kid != key.thumbprint:
        refuse(239, claims.at[8])
    if claims[1] != thumbprint_uri(key) if key else identifiers.is_thumbprint_uri(claims[1]):
        refuse(240, claims.at[1])
    if key and own.get(9) == key:
        refuse(245, own.at[9])


def thumbprint_uri(key: Key) -> str:
    """The identifier of an unvouched actor (RFC 9679 §5.7)."""
    encoded = base64.urlsafe_b64encode(key.thumbprint).decode().rstrip("=")
    return f"{identifiers.THUMBPRINT_URI}sha-256:{encoded}"


def _credential(sealed: Envelope, claims: Fields, own: Fields) -> Credential:
    claims.need(1, 2, 4, 6, 8)
    own.need(14)
    if sealed.kid == claims[8].thumbprint:
        claims.reader.refuse(244, claims.at[8])
    start, exp, iat = _window(claims)
    return Credential(
        sealed=sealed,
        iss=claims[1],
        sub=claims[2],
        start=start,
        exp=exp,
        iat=iat,
        cnf=claims[8],
        nonce=claims.get(10),
        accountable=own[14],
        roles=own.get(15, []),
        props=own.get(16, {}),
    )


def _proof(sealed: Envelope, claims: Fields, own: Fields) -> Proof:
    claims.need(3, 6, 7)
    own.need(17, 18)
    own.need(19) if sealed.mac else own.bar(19)
    return Proof(sealed, claims[3], claims[6], claims[7], own[17], own[18], own.get(19))


def _hand_over(sealed: Envelope, claims: Fields, own: Fields) -> HandOver:
    claims.need(4)
    own.need(17, 20)
    return HandOver(sealed, claims[4], own[17], own[20], own.get(10))


def _list(sealed: Envelope, claims: Fields, own: Fields) -> RevocationList:
    claims.need(1, 4, 6)
    own.need(21, 22)
    _window(claims)
    revoked = RevocationList(sealed, claims[1], claims[6], claims[4], own[21], len(own[22]))
    by_kind = (revoked.links, revoked.keys, revoked.credentials, revoked.identifiers, revoked.consents)
    for number, what, *rest in own[22]:
        if number == 5:
            revoked.accountable.append((what, *rest))
        else:
            by_kind[number].add(what)
            revoked.keys.update(*rest)
    return revoked


_BUILD = {LINK: _link, CREDENTIAL: _credential, PROOF: _proof, HAND_OVER: _hand_over, LIST: _list}


# ---- envelope ----


def envelope(r: Reader, *typs: int) -> tuple[Envelope, Reader]:
    """The envelope of an artifact (§3.1), and a reader of its payload."""
    mac = _tag(r, PROOF in typs) == MAC0
    r.array(4, 4, 221)
    protected = r.inside()
    start = protected.pos
    header = _header(protected, 5 if mac else -9, typs)
    _unprotected(r)
    payload = r.inside()
    contents = r.data[start : protected.end], r.data[payload.pos : payload.end]
    structure = cbor.encode(["MAC0" if mac else "Signature1", contents[0], b"", contents[1]])
    named = hashlib.sha256(structure).digest()
    return Envelope(r.place, header[16], mac, header[4], contents[0], structure, named, _seal(r, mac)), payload


def claims_of(sealed: Envelope, payload: Reader, grants_most: int = 16) -> Any:
    """The artifact that has this envelope."""
    own_table = _OWN[sealed.typ]
    if sealed.typ == LINK:
        own_table = {**own_table, 4: parts.grants_up_to(grants_most)}
    claims = payload.fields({**_CLAIMS[sealed.typ], OWN: lambda r: r.fields(own_table)})
    payload.finish()
    claims.need(OWN)
    return _BUILD[sealed.typ](sealed, claims, claims[OWN])


def _tag(r: Reader, proof: bool) -> int:
    major, tag, at = r.head()
    if major != cbor.TAG or tag not in ((SIGN1, MAC0) if proof else (SIGN1,)):
        r.refuse(220, at)
    return tag


def _header(r: Reader, alg: int, typs: tuple[int, ...]) -> Fields:
    def read_alg(r: Reader) -> int:
        at, found = r.pos, r.integer()
        if found != alg:
            r.refuse(224, at)
        return found

    def read_typ(r: Reader) -> int:
        at, typ = r.pos, r.uint()
        if typ not in typs:
            r.refuse(225, at)
        return typ

    header = r.fields({1: read_alg, 4: parts.digest, 16: read_typ}, unknown=222)
    header.need(1, 4, 16, number=223)
    r.finish()
    return header


def _unprotected(r: Reader) -> None:
    count, at = r.expect(cbor.MAP)
    if count:
        r.refuse(226, at)


def _seal(r: Reader, mac: bool) -> bytes:
    """The signature (V227–V229) or tag (V227)."""
    at, size = r.pos, 32 if mac else 64
    seal = r.byte_string(size, size, 227)
    if not mac:
        first, second = int.from_bytes(seal[:32]), int.from_bytes(seal[32:])
        if not (0 < first < ORDER and 0 < second < ORDER):
            r.refuse(228, at)
        if second > ORDER // 2:
            r.refuse(229, at)
    return seal


# ---- inputs ----


_PARTS = {LINK: "link", CREDENTIAL: "credential", HAND_OVER: "hand-over"}


def token_items(data: bytes, links: int, credentials: int, grants_most: int) -> list[Item]:
    """The items of a token (§3.3, V241, V242). The kind of one is known once its envelope was read."""
    counts = dict.fromkeys(_PARTS, 0)
    items: list[Item] = []
    r = Reader(data, Place("item", 0))
    while r.pos < r.end:
        place, begins = Place("item", len(items)), r.pos
        r.place = place
        sealed, payload = envelope(r, *_PARTS)
        sealed.place = payload.place = Place(_PARTS[sealed.typ], counts[sealed.typ])
        counts[sealed.typ] += 1
        if counts[LINK] > links:
            refuse(241, place, begins)
        if counts[CREDENTIAL] > credentials:
            refuse(242, place, begins)
        items.append(claims_of(sealed, payload, grants_most))
    return items


def lone(data: bytes, typ: int, place: Place) -> Any:
    """A proof, a revocation list, or a credential that comes alone."""
    r = Reader(data, place)
    sealed, payload = envelope(r, typ)
    r.finish()
    return claims_of(sealed, payload)
