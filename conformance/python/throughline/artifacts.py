"""Links, credentials, hand-overs, proofs and revocation lists, as they were read (token.md §4)."""

from dataclasses import dataclass, field

from .contracts import Contract, Property
from .errors import Place
from .grants import Grant
from .keys import Key

LINK, CREDENTIAL, PROOF, HAND_OVER, LIST = range(65101, 65106)
IDENTITY, ROLE, CONTEXT = range(3)  # kinds of origin


@dataclass(slots=True)
class Envelope:
    """What every artifact has. `seal` is a signature, or in a MAC proof its tag."""

    place: Place
    typ: int
    mac: bool
    kid: bytes
    protected: bytes
    to_be_sealed: bytes
    digest: bytes
    seal: bytes


@dataclass(slots=True)
class Origin:
    kind: int
    accountable: str
    nonce: bytes
    consent: bytes | None


@dataclass(slots=True)
class Link:
    sealed: Envelope
    iss: str
    start: int
    exp: int
    iat: int
    cnf: Key | None
    parent: bytes | None
    position: int
    role: str | None
    grants: list[Grant] | None
    next: bytes | str | Contract | bool | None
    require: Contract | None
    origin: Origin | None
    also: list[bytes]
    agree: Key | None
    task: bytes | None
    handover: bytes | None


@dataclass(slots=True)
class Credential:
    sealed: Envelope
    iss: str
    sub: str
    start: int
    exp: int
    iat: int
    cnf: Key
    nonce: bytes | None
    accountable: str
    roles: list[str]
    props: dict[str, Property]


@dataclass(slots=True)
class HandOver:
    sealed: Envelope
    exp: int
    head: bytes
    to: str
    task: bytes | None


@dataclass(slots=True)
class Proof:
    sealed: Envelope
    aud: str
    iat: int
    cti: bytes
    head: bytes
    request: bytes
    agreement: bytes | None


@dataclass(slots=True)
class RevocationList:
    """Entries by kind; `keys` holds those of kind 1 and the keys revoked with entries of kinds 2 and 3."""

    sealed: Envelope
    iss: str
    iat: int
    exp: int
    number: int
    entries: int
    links: set[bytes] = field(default_factory=set)
    keys: set[bytes] = field(default_factory=set)
    credentials: set[bytes] = field(default_factory=set)
    identifiers: set[str] = field(default_factory=set)
    consents: set[bytes] = field(default_factory=set)
    accountable: list[tuple[str, int]] = field(default_factory=list)


Item = Link | Credential | HandOver
