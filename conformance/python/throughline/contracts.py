"""Contracts: `next` and `require` (token.md §6)."""

from dataclasses import dataclass

from .grants import same
from .identifiers import namespace_covers

Property = int | str | bool | bytes
EQUALS, TIER = range(2)
_TIERS = {2: ((2, 31), (-32, -2)), 32: ((32, 95), (-96, -33)), 96: ((96, 127), (-128, -97))}


@dataclass(frozen=True, slots=True)
class Test:
    """A test of one property: 0 for equality, 1 for the worst acceptable AR4SI tier."""

    name: str
    kind: int
    value: Property

    def passes(self, stated: Property) -> bool:
        """§6, property demand."""
        if self.kind == EQUALS:
            return same(stated, self.value)
        tier = tier_of(stated)
        return tier is not None and tier <= self.value


def tier_of(stated: Property) -> int | None:
    """The AR4SI tier of a value, if it is in one."""
    if type(stated) is not int:
        return None
    return next((tier for tier, ranges in _TIERS.items() if any(lo <= stated <= hi for lo, hi in ranges)), None)


@dataclass(frozen=True, slots=True)
class Statement:
    """What one credential or pin says of an actor."""

    attester: str
    props: dict[str, Property]
    fresh: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """What demands are held against. An unvouched actor has no statements; the first one vouches for its role."""

    identifier: str
    role: str | None
    accountable: str | None
    position: int
    statements: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class PropertyDemand:
    """A test, and whose statements it is for."""

    attesters: tuple[str, ...]
    test: Test

    def statements(self, actor: Actor) -> list[Statement]:
        """Statements of the property by a named attester."""
        return [s for s in actor.statements if s.attester in self.attesters and self.test.name in s.props]

    def holds(self, actor: Actor) -> bool:
        """At least one statement, and every one passes."""
        statements = self.statements(actor)
        return bool(statements) and all(self.test.passes(s.props[self.test.name]) for s in statements)

    def fresh(self, actor: Actor) -> bool:
        """At least one statement is in a fresh credential."""
        return any(s.fresh for s in self.statements(actor))


@dataclass(frozen=True, slots=True)
class Contract:
    """Demands on a later link; those not made are None, empty or false."""

    namespace: str | None
    roles: tuple[str, ...]
    role_from: tuple[str, ...] | str
    props: tuple[PropertyDemand, ...]
    fresh: bool
    handover: bool
    vouched: bool
    last: int | None

    def demands(self, actor: Actor) -> list[tuple[int, bool]]:
        """The demands by their steps, in the order of stage 7, and whether each holds."""
        return [
            (
                705,
                self.namespace is None or bool(actor.statements) and namespace_covers(self.namespace, actor.identifier),
            ),
            (706, not self.roles or self._role(actor)),
            (707, all(demand.holds(actor) for demand in self.props)),
            (708, not self.fresh or self._fresh(actor)),
            (709, not self.vouched or bool(actor.statements)),
            (710, self.last is None or actor.position <= self.last),
        ]

    def _role(self, actor: Actor) -> bool:
        if not actor.statements or actor.role not in self.roles:
            return False
        if isinstance(self.role_from, str):
            return actor.accountable == self.role_from
        return actor.statements[0].attester in self.role_from

    def _fresh(self, actor: Actor) -> bool:
        if self.props:
            return all(demand.fresh(actor) for demand in self.props)
        return bool(actor.statements) and actor.statements[0].fresh
