"""JSON where every duplicate and every guess is refused (token.md §7.6, §8.3)."""

import json
import re
from json.decoder import scanstring
from typing import Any, NoReturn

_SPACE = re.compile(r"[ \t\n\r]*")
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_INTEGER_DIGITS_MOST = 24
DEEPEST = 64


class Inexact:
    """A number with a fraction, an exponent, or more digits than any integer here."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member stands twice")
    for name, value in pairs:
        _whole(name)
        _whole(value)
    return members


def _whole(value: Any) -> Any:
    if isinstance(value, list):
        for element in value:
            _whole(element)
    elif isinstance(value, str) and _SURROGATE.search(value):
        raise ValueError("a lone surrogate")
    return value


def _integer(digits: str) -> int | Inexact:
    return int(digits) if len(digits) <= _INTEGER_DIGITS_MOST and digits != "-0" else Inexact()


def _constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_int=_integer, parse_float=lambda _: Inexact(), parse_constant=_constant
)


def _value_at(text: str, at: int) -> tuple[Any, int]:
    try:
        value, end = _DECODER.raw_decode(text, at)
        return _whole(value), end
    except RecursionError as error:
        raise ValueError("too deep") from error


def decode_text(data: bytes) -> str:
    """UTF-8 without a byte order mark."""
    text = data.decode()
    if text.startswith("\ufeff"):
        raise ValueError("a byte order mark")
    return text


def loads(data: bytes) -> Any:
    """The one value of a JSON text, nested no deeper than `DEEPEST`; ValueError for anything else."""
    text = decode_text(data)
    value, end = _value_at(text, _SPACE.match(text).end())
    if _SPACE.match(text, end).end() != len(text):
        raise ValueError("something follows")
    _shallow(value, DEEPEST)
    return value


def _shallow(value: Any, left: int) -> None:
    if not isinstance(value, list | dict):
        return
    if not left:
        raise ValueError("too deep")
    for member in value.values() if isinstance(value, dict) else value:
        _shallow(member, left - 1)


def spans(text: str) -> dict[str, str]:
    """The members of a JSON object that `loads` takes: name → JSON text of the value, without white space around."""
    members, at = {}, text.index("{") + 1
    while text[at := _SPACE.match(text, at).end()] != "}":
        name, at = scanstring(text, at + 1)
        colon = _SPACE.match(text, at).end()
        start = _SPACE.match(text, colon + 1).end()
        _, at = _value_at(text, start)
        members[name] = text[start:at]
        at = _SPACE.match(text, at).end()
        at += text[at] == ","
    return members
