"""What a verifier trusts (token.md §7)."""

from dataclasses import dataclass, field

from . import identifiers
from .contracts import Property, Test
from .grants import Grant
from .keys import Key


@dataclass(frozen=True)
class Entities:
    """Accountable entities: exact ones, and all under a namespace."""

    exact: tuple[str, ...] = ()
    namespaces: tuple[str, ...] = ()

    def cover(self, entity: str | None) -> bool:
        """Whether this entity is one of them."""
        if entity is None:
            return False
        return entity in self.exact or any(identifiers.namespace_covers(n, entity) for n in self.namespaces)


@dataclass(frozen=True)
class Origin:
    """An origin anchor (§7.1); what its kind does not have is None or empty."""

    name: str
    kind: int
    accountable: Entities
    ceiling: tuple[Grant, ...]
    key: Key | None = None
    identifier: str | None = None
    role: str | None = None
    attester: str | None = None
    tests: tuple[Test, ...] = ()
    max_age: int = 0


@dataclass(frozen=True)
class Attester:
    """A key, a name and a remit (§7.2)."""

    key: Key
    name: str
    namespaces: tuple[str, ...] = ()
    accountable: Entities = Entities()
    roles: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    outlive: int = 0


@dataclass(frozen=True)
class Pin:
    """An actor known without a credential (§7.3)."""

    key: Key
    identifier: str
    accountable: str
    attester: str
    roles: tuple[str, ...] = ()
    properties: dict[str, Property] = field(default_factory=dict)


@dataclass(frozen=True)
class Revoker:
    """A revocation issuer (§7.4)."""

    key: Key
    name: str
    accountable: Entities = Entities()
    attesters: tuple[str, ...] = ()

    def covers(self, entities: list[str | None], attesters: list[str]) -> bool:
        """Whether its remit has one of these entities or attesters."""
        return any(map(self.accountable.cover, entities)) or any(name in self.attesters for name in attesters)


@dataclass(eq=False)
class Bundle:
    """Everything a verifier trusts; keys by thumbprint."""

    origins: tuple[Origin, ...]
    attesters: dict[bytes, Attester]
    pins: dict[bytes, Pin]
    revokers: dict[bytes, Revoker]
    identities: dict[bytes, Key]

    def has_key(self, key: Key) -> bool:
        """Whether the key stands in the bundle, in whatever table."""
        tables = (self.attesters, self.pins, self.revokers, self.identities)
        return any(key.thumbprint in table for table in tables)
