"""How tokens and proofs are carried in fields and texts (token.md §8.4)."""

import base64
import binascii
import re

from .errors import Checks, Place, refuse

FIELD = Place("field")
SIZES = {"token": 102, "proof": 104}
_TEXT = re.compile(r"[A-Za-z0-9_-]*")
_LINE = re.compile(r":([A-Za-z0-9+/]*={0,2}):")


def from_text(text: str) -> bytes:
    """Base64url without padding (V1501)."""
    if not _TEXT.fullmatch(text):
        refuse(1501, FIELD)
    return _exact(text + "=" * (-len(text) % 4), base64.urlsafe_b64decode, base64.urlsafe_b64encode)


def from_line(line: str) -> bytes:
    """One RFC 9651 byte sequence without parameters, with padding (V1501)."""
    if not (match := _LINE.fullmatch(line)):
        refuse(1501, FIELD)
    return _exact(match[1], base64.b64decode, base64.b64encode)


def _exact(text: str, decode, encode) -> bytes:
    """The bytes of which this is the one encoding: no bits are left over."""
    try:
        data = decode(text)
    except binascii.Error:
        refuse(1501, FIELD)
    if encode(data).decode() != text:
        refuse(1501, FIELD)
    return data


class Carriage(Checks):
    """Takes a token or proof that arrived in a field, in a text, or in both; where there is neither, no bytes."""

    def __init__(self, part: str, most: int, without: int | None = None) -> None:
        super().__init__(without)
        self.part = part
        self.most = most

    def take(self, lines: list[str], text: str | None) -> bytes:
        """The bytes carried (V1502, V1501, V102, V104)."""
        self.check(1502, len(lines) <= 1, FIELD)
        found = [from_line(line) for line in lines[:1]] + ([] if text is None else [from_text(text)]) or [b""]
        self.check(1501, found[0] == found[-1], FIELD)
        self.check(SIZES[self.part], len(found[0]) <= self.most, Place(self.part))
        return found[0]
