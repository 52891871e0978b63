"""Trust bundles as files, taken whole or not at all (token.md §7.6, bundle.schema.json)."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from . import grants, identifiers, strict_json
from .artifacts import CONTEXT, IDENTITY, ROLE
from .cbor import INT_MAX
from .contracts import Property, Test
from .grants import Grant, Limit
from .keys import Key
from .trust import Attester, Bundle, Entities, Origin, Pin, Revoker

_TIERS = {"affirming": 2, "warning": 32, "contraindicated": 96}
_BASE64URL = re.compile(r"[A-Za-z0-9_-]*")


class BundleRefused(ValueError):
    """A loader's refusal, with a phrase for its operator."""


def load(text: bytes) -> Bundle:
    """A bundle from its file."""
    try:
        return from_json(strict_json.loads(text))
    except BundleRefused:
        raise
    except ValueError as error:
        raise BundleRefused(str(error)) from error


def from_json(value: Any) -> Bundle:
    """A bundle from parsed JSON (§7.6)."""
    made = _members(value, {"version": _one(0)}, _TABLES)
    origins = made.get("origins", ())
    tables = [_by_key(made.get(name, ())) for name in ("attesters", "pins", "revokers")]
    identities = {origin.key.thumbprint: origin.key for origin in origins if origin.key}
    uses = [*identities, *(thumbprint for table in tables for thumbprint in table)]
    _ask(len(uses) == len(set(uses)), "a key is used twice")
    _ask(len(origins) == len({origin.name for origin in origins}), "two origins have one name")
    for origin in origins:
        _ask(
            origin.kind == IDENTITY or _may_vouch(tables[0], origin), "no attester may vouch for what an origin demands"
        )
    return Bundle(origins, *tables, identities)


def _by_key(entries: tuple) -> dict[bytes, Any]:
    table = {entry.key.thumbprint: entry for entry in entries}
    _ask(len(table) == len(entries), "a key stands twice in a table")
    return table


def _may_vouch(attesters: dict[bytes, Attester], origin: Origin) -> bool:
    return any(
        attester.name == origin.attester
        and all(map(attester.accountable.cover, origin.accountable.exact))
        and attester.namespaces
        and (origin.role in attester.roles if origin.role is not None else attester.roles)
        and all(test.name in attester.properties for test in origin.tests)
        for attester in attesters.values()
    )


# ---- parts: each takes a JSON value, and refuses it or answers with ours ----

Parse = Callable[[Any], Any]


def _ask(ok: object, phrase: str) -> None:
    if not ok:
        raise BundleRefused(phrase)


def _members(value: Any, required: dict[str, Parse], optional: dict[str, Parse]) -> dict[str, Any]:
    _ask(isinstance(value, dict), "not an object")
    _ask(required.keys() <= value.keys(), "a member is missing")
    parsers = required | optional
    _ask(value.keys() <= parsers.keys(), "an unknown member")
    return {name: parsers[name](member) for name, member in value.items()}


def _one(*allowed: Any) -> Parse:
    def parse(value: Any) -> Any:
        _ask(any(grants.same(value, one) for one in allowed), f"not one of {allowed}")
        return value

    return parse


def _text(least: int, most: int, ok: Callable[[str], bool] = lambda _: True) -> Parse:
    def parse(value: Any) -> str:
        _ask(
            isinstance(value, str) and least <= len(value.encode()) <= most and ok(value), f"not well-formed: {value!r}"
        )
        return value

    return parse


def _integer(least: int, most: int) -> Parse:
    def parse(value: Any) -> int:
        _ask(type(value) is int and least <= value <= most, f"not an integer in its bounds: {value!r}")
        return value

    return parse


def _array(parse_element: Parse, least: int = 0, most: int | None = None) -> Parse:
    def parse(value: Any) -> tuple:
        _ask(isinstance(value, list) and least <= len(value), "not an array, or too short")
        _ask(most is None or len(value) <= most, "an array is too long")
        elements = tuple(map(parse_element, value))
        _ask(len({json.dumps(element, sort_keys=True) for element in value}) == len(value), "an element stands twice")
        return elements

    return parse


def _named(parse_member: Parse, least: int = 0, most: int | None = None) -> Parse:
    def parse(value: Any) -> dict[str, Any]:
        _ask(isinstance(value, dict) and least <= len(value), "not an object, or too small")
        _ask(most is None or len(value) <= most, "an object is too large")
        return {_name(name): parse_member(member) for name, member in value.items()}

    return parse


def _bytes(least: int, most: int) -> Parse:
    def parse(value: Any) -> bytes:
        _ask(isinstance(value, str) and _BASE64URL.fullmatch(value) and len(value) % 4 != 1, "not base64url")
        data = base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
        _ask(base64.urlsafe_b64encode(data).decode().rstrip("=") == value, "bits are left over in base64url")
        _ask(least <= len(data) <= most, "bytes out of bounds")
        return data

    return parse


_any_text = _text(0, 1 << 32)
_name = _text(1, 128, identifiers.is_name)
_identifier = _text(1, 512, lambda text: identifiers.is_identifier(text) and not identifiers.is_thumbprint_uri(text))
_namespace = _text(1, 512, identifiers.is_namespace)
_int64 = _integer(-INT_MAX - 1, INT_MAX)


def _key(value: Any) -> Key:
    coordinates = {"kty": _one("EC"), "crv": _one("P-256"), "x": _bytes(32, 32), "y": _bytes(32, 32)}
    optional = {"use": _one("sig"), "alg": _one("ES256"), "key_ops": _verify_only, "kid": _any_text}
    made = _members(value, coordinates, optional)
    key = Key(made["x"], made["y"])
    _ask(key.on_curve, "a key is not on the curve")
    return key


def _verify_only(value: Any) -> None:
    _ask(value == ["verify"], "key_ops is not verify")


def _entities(value: Any) -> Entities:
    members = _array(
        lambda one: _members(one, {"namespace": _namespace}, {}) if isinstance(one, dict) else _identifier(one)
    )
    parsed = members(value)
    exact = tuple(one for one in parsed if isinstance(one, str))
    return Entities(exact, tuple(one["namespace"] for one in parsed if not isinstance(one, str)))


def _one_entity(value: Any) -> Entities:
    return Entities((_identifier(value),))


def _value(value: Any) -> grants.Value:
    if isinstance(value, bool):
        return value
    return _text(0, 1024)(value) if isinstance(value, str) else _int64(value)


def _property(value: Any) -> Property:
    if isinstance(value, dict):
        return _members(value, {"bytes": _bytes(0, 1024)}, {})["bytes"]
    return _text(1, 1024)(value) if isinstance(value, str) else _value(value)


def _parts(split: Callable, ok: Callable, most: int) -> Parse:
    text = _text(1, most, lambda text: ok(split(text)))
    return lambda value: split(text(value))


def _range(value: Any) -> tuple[int, int]:
    _ask(isinstance(value, list) and len(value) == 2, "not a range")
    lo, hi = map(_int64, value)
    _ask(lo <= hi, "a range ends before it begins")
    return lo, hi


_LIMITS: dict[str, Callable[[Any], Limit]] = {
    "equals": lambda value: Limit(values=(_value(value),)),
    "one_of": lambda value: Limit(values=_array(_value, 1, 16)(value)),
    "range": lambda value: Limit(bounds=_range(value)),
    "prefix": lambda value: Limit(prefix=_parts(grants.split_path, grants.path_ok, 1024)(value)),
}


def _limit(value: Any) -> Limit:
    made = _members(value, {}, _LIMITS)
    _ask(len(made) == 1, "a limit is exactly one of four")
    return next(iter(made.values()))


def _grant(value: Any) -> Grant:
    required = {
        "action": _parts(grants.split_action, grants.action_ok, 128),
        "resource": _parts(grants.split_resource, grants.resource_ok, 1024),
    }
    made = _members(value, required, {"limits": _named(_limit, 1, 8)})
    return Grant(made["action"], made["resource"], made.get("limits", {}))


def _test(value: Any) -> Test:
    made = _members(value, {"name": _name}, {"equals": _property, "tier": _one(*_TIERS)})
    _ask(len(made) == 2, "a test is exactly one of two")
    return Test(made["name"], 1, _TIERS[made["tier"]]) if "tier" in made else Test(made["name"], 0, made["equals"])


def _tests(value: Any) -> tuple[Test, ...]:
    tests = _array(_test, 0, 16)(value)
    _ask(len(tests) == len({test.name for test in tests}), "two tests of one property")
    return tests


_ANCHOR: dict[str, Parse] = {"name": _name, "ceiling": _array(_grant, 0, 256)}
_ORIGINS: dict[str, tuple[int, dict[str, Parse]]] = {
    "identity": (IDENTITY, {"key": _key, "identifier": _identifier, "role": _name, "accountable": _entities}),
    "role": (ROLE, {"attester": _identifier, "role": _name, "accountable": _one_entity}),
    "context": (
        CONTEXT,
        {"attester": _identifier, "properties": _tests, "accountable": _one_entity, "max_age": _integer(1, INT_MAX)},
    ),
}


def _origin(value: Any) -> Origin:
    _ask(isinstance(value, dict), "not an object")
    kind, parsers = _ORIGINS[_one(*_ORIGINS)(value.get("kind"))]
    made = _members(value, {**_ANCHOR, **parsers, "kind": lambda _: kind}, {})
    return Origin(tests=made.pop("properties", ()), **made)


def _attester(value: Any) -> Attester:
    remit = {"namespaces": _array(_namespace), "accountable": _entities, "roles": _array(_name)}
    rest = {"properties": _array(_name), "outlive": _integer(0, INT_MAX)}
    return Attester(**_members(value, {"key": _key, "name": _identifier}, remit | rest))


def _pin(value: Any) -> Pin:
    required = {"key": _key, "identifier": _identifier, "accountable": _identifier, "attester": _identifier}
    return Pin(**_members(value, required, {"roles": _array(_name), "properties": _named(_property)}))


def _revoker(value: Any) -> Revoker:
    optional = {"accountable": _entities, "attesters": _array(_identifier)}
    return Revoker(**_members(value, {"key": _key, "name": _identifier}, optional))


_TABLES: dict[str, Parse] = {
    "$schema": _any_text,
    "origins": _array(_origin),
    "attesters": _array(_attester),
    "pins": _array(_pin),
    "revokers": _array(_revoker),
}
