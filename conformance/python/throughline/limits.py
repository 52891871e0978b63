"""A verifier's own limits (token.md §2.2, §8.1), and sums of times that saturate (verification.md, stage 4)."""

from dataclasses import dataclass

_TIME_MOST = 2**64 - 1


@dataclass(frozen=True)
class Limits:
    """Absent ones are the defaults; those of the format are never exceeded."""

    links: int = 16
    credentials: int = 16
    grants: int = 16
    token_bytes: int = 16384
    proof_bytes: int = 1024
    skew: int = 30
    proof_window: int = 60
    list_bytes: int = 2**32
    list_entries: int = 2**32

    def __post_init__(self) -> None:
        for name in ("links", "credentials", "grants", "token_bytes", "proof_bytes"):
            object.__setattr__(self, name, min(getattr(self, name), getattr(Limits, name)))


def later(time: int, *seconds: int) -> int:
    """A sum, at most 2⁶⁴ − 1."""
    return min(sum(seconds, time), _TIME_MOST)


def earlier(time: int, seconds: int) -> int:
    """A difference, at least 0."""
    return max(time - seconds, 0)
