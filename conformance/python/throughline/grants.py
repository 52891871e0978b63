"""Grants, what they admit, and their order (token.md §5)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

Value = int | str | bool
EQUALS, ONE_OF, RANGE, PREFIX = range(4)
PREFIX_TEXT_MOST = 8192
_ANCHOR = re.compile(r"/|[a-z][a-z0-9+.-]*://|")
_SEGMENT = re.compile(r"(?!\.\.?(?:;|\Z))(?:[^%\\/\x00-\x1f\x7f]|%(?![01]|2[5ef]|5c|7f)[0-9a-f]{2})+", re.IGNORECASE)
_ACTION_SEGMENT = re.compile(r"[!-)+-\-/-~]+")


def same(a: object, b: object) -> bool:
    """Equal in type and bytes: 1 is not true."""
    return type(a) is type(b) and a == b


@dataclass(frozen=True, slots=True)
class Pattern:
    """`*`, which has no anchor, or segments behind an anchor (for actions: none); `open` is a `*` at the end."""

    anchor: str | None
    segments: tuple[str, ...]
    open: bool

    def covers(self, other: "Pattern") -> bool:
        """Whether all that the other stands for is within this one."""
        if self.anchor is None:
            return True
        if self.anchor != other.anchor:
            return False
        if not self.open or other == self:
            return other == self
        return len(other.segments) >= len(self.segments) + (not other.open) and self.begins(other)

    def begins(self, other: "Pattern") -> bool:
        """Whether the other has the same anchor and all these segments in front."""
        return self.anchor == other.anchor and other.segments[: len(self.segments)] == self.segments


def split_action(text: str) -> Pattern:
    """An action or action pattern in its parts, well-formed or not."""
    return _split("", text.split("."))


def split_resource(text: str) -> Pattern:
    """A resource, resource pattern or prefix in its parts, well-formed or not."""
    anchor = _ANCHOR.match(text)[0]
    return _split(anchor, text[len(anchor) :].split("/"))


def _split(anchor: str, segments: list[str]) -> Pattern:
    if segments[-1] != "*":
        return Pattern(anchor, tuple(segments), False)
    return Pattern(anchor if anchor or segments[1:] else None, tuple(segments[:-1]), True)


def action_ok(pattern: Pattern) -> bool:
    """§5.1, action pattern."""
    return all(map(_ACTION_SEGMENT.fullmatch, pattern.segments))


def resource_ok(pattern: Pattern) -> bool:
    """§5.1, resource pattern."""
    return path_ok(pattern) and not any("*" in segment for segment in pattern.segments)


def path_ok(pattern: Pattern) -> bool:
    """§5.1, segments."""
    return all(map(_SEGMENT.fullmatch, pattern.segments))


def split_path(text: str) -> Pattern:
    """A prefix, or a text under one, in its parts: `*` has no meaning in it."""
    anchor = _ANCHOR.match(text)[0]
    return Pattern(anchor, tuple(text[len(anchor) :].split("/")), False)


@dataclass(frozen=True, slots=True)
class Limit:
    """What an argument may be: `equals` is a list of one value."""

    values: tuple[Value, ...] = ()
    bounds: tuple[int, int] | None = None
    prefix: Pattern | None = None

    def admits(self, value: Value) -> bool:
        """§5.2, 3."""
        if self.bounds:
            return type(value) is int and self.bounds[0] <= value <= self.bounds[1]
        if self.prefix:
            return type(value) is str and self._begins(value)
        return any(same(value, listed) for listed in self.values)

    def _begins(self, text: str) -> bool:
        if len(text.encode()) > PREFIX_TEXT_MOST:
            return False
        path = split_path(text)
        return path_ok(path) and self.prefix.begins(path)

    def within(self, other: "Limit") -> bool:
        """⊑ for limits (§5.3)."""
        if self.bounds and other.bounds:
            return other.bounds[0] <= self.bounds[0] and self.bounds[1] <= other.bounds[1]
        if self.bounds:
            return self._listed(other)
        if self.prefix:
            return other.prefix is not None and other.prefix.begins(self.prefix)
        return all(map(other.admits, self.values))

    def _listed(self, other: "Limit") -> bool:
        lo, hi = self.bounds
        return hi - lo < len(other.values) and all(map(other.admits, range(lo, hi + 1)))


@dataclass(frozen=True, slots=True)
class Grant:
    """An action pattern, a resource pattern, and limits by argument name."""

    action: Pattern
    resource: Pattern
    limits: dict[str, Limit]

    def admits(self, action: Pattern, resource: Pattern, arguments: dict[str, Value]) -> bool:
        """§5.2."""
        return (
            self.action.covers(action)
            and self.resource.covers(resource)
            and all(name in arguments and limit.admits(arguments[name]) for name, limit in self.limits.items())
        )

    def within(self, other: "Grant") -> bool:
        """⊑ for grants (§5.3)."""
        return (
            other.action.covers(self.action)
            and other.resource.covers(self.resource)
            and all(name in self.limits and self.limits[name].within(limit) for name, limit in other.limits.items())
        )


def narrows(grants: Sequence[Grant], other: Sequence[Grant]) -> bool:
    """Each grant is ⊑ one grant of the other (§5.3)."""
    return all(any(grant.within(wider) for wider in other) for grant in grants)
