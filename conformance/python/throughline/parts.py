"""What claims are made of: stage 2 from identifiers to contracts (token.cddl, parts)."""

from collections.abc import Callable
from typing import TypeVar

from . import cbor, grants, identifiers
from .artifacts import Origin
from .cbor import Read, Reader
from .contracts import Contract, Property, PropertyDemand, Test
from .errors import Refused
from .grants import Grant, Limit
from .keys import Key

T = TypeVar("T")


def digest(r: Reader) -> bytes:
    return r.byte_string(32, 32)


def nonce(r: Reader) -> bytes:
    return r.byte_string(16, 16)


def name(r: Reader) -> str:
    at, text = r.pos, r.text(1, 128)
    if not identifiers.is_name(text):
        r.refuse(234, at)
    return text


def any_identifier(r: Reader) -> str:
    """An identifier where it may name an unvouched actor (V240)."""
    at, text = r.pos, r.text(1, 512)
    if not identifiers.is_identifier(text):
        r.refuse(234, at)
    return text


def identifier(r: Reader) -> str:
    """An identifier where it cannot name an unvouched actor (V240)."""
    at, text = r.pos, any_identifier(r)
    if identifiers.is_thumbprint_uri(text):
        r.refuse(240, at)
    return text


def namespace(r: Reader) -> str:
    at, text = r.pos, r.text(1, 512)
    if not identifiers.is_namespace(text):
        r.refuse(234, at)
    return text


def kind(r: Reader, most: int) -> int:
    """The number of a kind (V237)."""
    at, number = r.pos, r.uint()
    if number > most:
        r.refuse(237, at)
    return number


def one_of_kinds(r: Reader, arity: tuple[int, ...]) -> int:
    """The head and the kind of an array whose arity depends on its kind (V221, V237)."""
    at, count = r.pos, r.array(min(arity), max(arity), 221)
    number = kind(r, len(arity) - 1)
    if count != arity[number]:
        r.refuse(221, at)
    return number


def scalar(r: Reader, text_least: int, with_bytes: bool) -> Property:
    """`value` and `property` of the CDDL."""
    match r.major():
        case cbor.UINT | cbor.NINT:
            return r.integer()
        case cbor.TEXT:
            return r.text(text_least, 1024)
        case cbor.BYTES if with_bytes:
            return r.byte_string(0, 1024)
    return r.boolean()


def value(r: Reader) -> grants.Value:
    return scalar(r, 0, False)


def prop(r: Reader) -> Property:
    return scalar(r, 1, True)


def cose_key(r: Reader) -> Key:
    """Exactly `{1: 2, −1: 1, −2: x, −3: y}` (§2.4, V233)."""
    at = r.pos

    def exactly(wanted: int) -> Callable[[Reader], int]:
        def read(r: Reader) -> int:
            if _member(r, Reader.integer, at) != wanted:
                r.refuse(233, at)
            return wanted

        return read

    table = {1: exactly(2), -1: exactly(1), -2: _coordinate, -3: _coordinate}
    key = r.fields(table, unknown=233, unknown_at=at)
    key.need(*table, number=233)
    return Key(key[-2], key[-3])


def _coordinate(r: Reader) -> bytes:
    at = r.pos
    found = _member(r, Reader.byte_string, at)
    if len(found) != 32:
        r.refuse(233, at)
    return found


def _member(r: Reader, read: Callable[[Reader], T], at: int) -> T:
    """A member of a key: another type is V233, what is not deterministic keeps its own step."""
    try:
        return read(r)
    except Refused as refused:
        if refused.number == 206:
            r.refuse(233, at)
        raise


def cnf(r: Reader) -> Key:
    """Exactly one key (V233)."""
    fields = r.fields({1: cose_key}, unknown=233, unknown_at=r.pos)
    fields.need(1, number=233)
    return fields[1]


def pattern(split: Callable, ok: Callable, most: int) -> Read:
    """A reader of patterns or prefixes (V236)."""

    def read(r: Reader) -> grants.Pattern:
        at, parts = r.pos, split(r.text(1, most))
        if not ok(parts):
            r.refuse(236, at)
        return parts

    return read


action = pattern(grants.split_action, grants.action_ok, 128)
resource = pattern(grants.split_resource, grants.resource_ok, 1024)
prefix = pattern(grants.split_path, grants.path_ok, 1024)


def limit(r: Reader) -> Limit:
    at = r.pos
    match one_of_kinds(r, (2, 2, 3, 2)):
        case grants.EQUALS:
            return Limit(values=(value(r),))
        case grants.ONE_OF:
            return Limit(values=tuple(r.set_of(value, 1, 16)))
        case grants.PREFIX:
            return Limit(prefix=prefix(r))
    lo, hi = r.integer(), r.integer()
    if lo > hi:
        r.refuse(238, at)
    return Limit(bounds=(lo, hi))


def grant(r: Reader) -> Grant:
    count = r.array(2, 3, 221)
    parts = action(r), resource(r)
    return Grant(*parts, r.map_of(name, lambda *_: limit(r), 1, 8) if count == 3 else {})


def grants_up_to(most: int) -> Read:
    """A reader of `grants` (V209, V243)."""

    def read(r: Reader) -> list[Grant]:
        at, count = r.pos, r.array(0, 16)
        if count > most:
            r.refuse(243, at)
        return r.ascending(count, grant)

    return read


def role_demand(r: Reader) -> tuple[tuple[str, ...], tuple[str, ...] | str]:
    r.array(2, 2, 221)
    roles = tuple(r.set_of(name, 1, 8))
    return roles, identifier(r) if r.major() == cbor.TEXT else tuple(r.set_of(identifier, 1, 8))


def property_demand(r: Reader) -> PropertyDemand:
    r.array(4, 4, 221)
    stated, attesters = name(r), tuple(r.set_of(identifier, 1, 8))
    test = kind(r, 1)
    return PropertyDemand(attesters, Test(stated, test, tier(r) if test else prop(r)))


def tier(r: Reader) -> int:
    at, number = r.pos, r.uint()
    if number not in (2, 32, 96):
        r.refuse(237, at)
    return number


_DEMANDS: dict[int, Read] = {
    1: namespace,
    2: role_demand,
    3: lambda r: tuple(r.set_of(property_demand, 1, 8)),
    4: Reader.true,
    5: Reader.true,
    6: Reader.true,
    7: Reader.uint,
}


def contract(r: Reader, in_next: bool) -> Contract:
    """A contract (§6): not empty (V209), in `next` without `vouched` and `last` (V232)."""
    made = r.fields(_DEMANDS)
    if not made:
        r.refuse(209, made.start)
    if in_next:
        made.bar(6, 7)
    roles, role_from = made.get(2, ((), ()))
    return Contract(
        namespace=made.get(1),
        roles=roles,
        role_from=role_from,
        props=made.get(3, ()),
        fresh=4 in made,
        handover=5 in made,
        vouched=6 in made,
        last=made.get(7),
    )


def next_(r: Reader) -> bytes | str | Contract | bool:
    """The CBOR type is the choice (§4.1)."""
    match r.major():
        case cbor.BYTES:
            return digest(r)
        case cbor.TEXT:
            return any_identifier(r)
        case cbor.MAP:
            return contract(r, True)
    return r.true()


def entry(r: Reader) -> tuple:
    """An entry of a revocation list (§4.5)."""
    match one_of_kinds(r, (2, 2, 3, 3, 2, 3)):
        case 2:
            return 2, digest(r), r.set_of(digest, 0)
        case 3:
            return 3, any_identifier(r), r.set_of(digest, 0)
        case 5:
            return 5, identifier(r), r.uint()
        case number:
            return number, digest(r)


def origin(r: Reader) -> Origin:
    fields = r.fields({1: lambda r: kind(r, 2), 2: identifier, 3: nonce, 4: digest})
    fields.need(1, 2, 3)
    return Origin(fields[1], fields[2], fields[3], fields.get(4))
