"""The chain: stages 1–9 and 12 of verification.md."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from . import decoding
from .artifacts import CONTEXT, IDENTITY, Credential, HandOver, Item, Link, RevocationList
from .contracts import Actor, Contract, Statement
from .errors import Checks, Place, refuse
from .grants import Grant, narrows
from .intake import Intake, check_credential
from .keys import Key
from .limits import earlier, later
from .trust import Attester, Origin, Pin

TOKEN = Place("token")
NAMED_MOST = 32


@dataclass
class Named:
    """A credential that a link names, and where it was found."""

    credential: Credential
    place: Place
    attester: Attester | None


@dataclass
class Hop:
    """A link and what was found out about it."""

    link: Link
    place: Place
    credential: Named | None = None
    also: list[Named] = field(default_factory=list)
    pin: Pin | None = None
    key: Key | None = None
    handover: HandOver | None = None
    accountable: str | None = None
    effective: list[Grant] = field(default_factory=list)

    @property
    def named(self) -> list[Named]:
        """All credentials that the link names, the one in `kid` first."""
        return ([self.credential] if self.credential else []) + self.also

    @property
    def unvouched(self) -> bool:
        """Whether the actor is known only by the key that the link carries."""
        return self.link.cnf is not None

    def actor(self) -> Actor:
        """What demands are held against (§6)."""
        link = self.link
        statements = [
            Statement(n.credential.iss, n.credential.props, n.credential.nonce == link.parent) for n in self.named
        ]
        if self.pin:
            statements.insert(0, Statement(self.pin.attester, self.pin.properties, False))
        return Actor(link.iss, link.role, self.accountable, link.position, tuple(statements))


class Chain(Checks):
    """A token on its way through the stages, at a time, with what was taken in beforehand."""

    def __init__(self, intake: Intake, now: int, without: int | None = None) -> None:
        super().__init__(without)
        self.now = now
        self.bundle = intake.bundle
        self.limits = intake.limits
        self.known = intake.known
        self.lists = intake.lists
        self.items: list[Item] = []
        self.hops: list[Hop] = []
        self.inline: dict[bytes, Named] = {}
        self.names: set[bytes] = set()
        self.anchor: Origin | None = None
        self.signatures = 0

    @property
    def root(self) -> Link:
        return self.hops[0].link

    @property
    def head(self) -> Hop:
        return self.hops[-1]

    @property
    def delegated(self) -> bool:
        """§8.1."""
        return any(hop.unvouched or hop.accountable != self.hops[0].accountable for hop in self.hops)

    def measure(self, token: bytes) -> None:
        """Stage 1 for the token."""
        self.check(101, token, TOKEN)
        self.check(102, len(token) <= self.limits.token_bytes, TOKEN)

    def decode(self, token: bytes) -> None:
        """Stage 2 for the token."""
        limits = self.limits
        self.items = decoding.token_items(token, limits.links, limits.credentials, limits.grants)

    def judge(self) -> None:
        """Stages 3–9."""
        self._sequence()
        self._windows()
        self._origin()
        for hop in self.hops:
            self._credentials(hop)
        for index in range(1, len(self.hops)):
            self._successor(index)
        self._authority()
        self._revocation()

    # ---- stage 3 ----

    def _sequence(self) -> None:
        before: list[Credential | HandOver] = []
        for item in self.items:
            if not isinstance(item, Link):
                before.append(item)
                continue
            self._join(item, before)
            before = []
        if not self.hops:
            refuse(301, TOKEN)
        for item in before:
            self.check(306 if isinstance(item, Credential) else 308, False, item.sealed.place)

    def _join(self, link: Link, before: list[Credential | HandOver]) -> None:
        hop, parent = Hop(link, link.sealed.place), self.hops[-1] if self.hops else None
        if not parent and not link.origin:
            refuse(301, hop.place)
        self.check(302, not parent or not link.origin, hop.place)
        self.check(303, link.position == len(self.hops), hop.place)
        self.check(304, not parent or link.parent == parent.link.sealed.digest, hop.place)
        inline = [item for item in before if isinstance(item, Credential)]
        for credential in inline:
            named = Named(credential, credential.sealed.place, self.bundle.attesters.get(credential.sealed.kid))
            self.inline.setdefault(credential.sealed.digest, named)
        # Named is what stands in a `kid` or an `also`, found or not.
        earlier_names = {name for earlier in self.hops for name in (earlier.link.sealed.kid, *earlier.link.also)}
        self._resolve(hop)
        self._credentials_in_place(link, inline, earlier_names)
        self._handover_in_place(hop, before)
        self.hops.append(hop)

    def _resolve(self, hop: Hop) -> None:
        """Who signs, and what speaks for it (V305, V242)."""
        link, kid = hop.link, hop.link.sealed.kid
        hop.credential = self._named(hop, kid)
        if hop.credential:
            hop.key, hop.accountable = hop.credential.credential.cnf, hop.credential.credential.accountable
        elif link.origin:
            hop.key, hop.accountable = self.bundle.identities.get(kid), link.origin.accountable
        elif link.cnf:
            hop.key = link.cnf
        elif pin := self.bundle.pins.get(kid):
            hop.pin, hop.key, hop.accountable = pin, pin.key, pin.accountable
        else:
            self.check(305, False, hop.place)
        for name in link.also:
            named = self._named(hop, name)
            self.check(305, named, hop.place)
            hop.also += [named] if named else []

    def _named(self, hop: Hop, name: bytes) -> Named | None:
        named = self.inline.get(name)
        if not named and (credential := self.known.get(name)):
            place = Place("known", hop.place.index)
            named = Named(credential, place, self.bundle.attesters.get(credential.sealed.kid))
        if named:
            self.names.add(name)
            self.check(242, len(self.names) <= NAMED_MOST, hop.place)
        return named

    def _credentials_in_place(self, link: Link, inline: list[Credential], earlier_names: set[bytes]) -> None:
        """V306: those that this link is the first to name, in the order in which it names them."""
        expected = iter([name for name in (link.sealed.kid, *link.also) if name not in earlier_names])
        for credential in inline:
            self.check(306, credential.sealed.digest in expected, credential.sealed.place)

    def _handover_in_place(self, hop: Hop, before: list[Credential | HandOver]) -> None:
        """V307 and V308."""
        found = [item for item in before if isinstance(item, HandOver) and item.sealed.digest == hop.link.handover]
        self.check(307, hop.link.handover is None or found, hop.place)
        for item in before:
            if isinstance(item, HandOver):
                self.check(308, item is before[-1] and item in found, item.sealed.place)
        hop.handover = found[-1] if found else None

    # ---- stage 4 ----

    def _windows(self) -> None:
        now, skew = self.now, self.limits.skew
        parent = self.root
        for hop in self.hops:
            link = hop.link
            self.check(401, parent.start <= link.start and link.exp <= parent.exp, hop.place)
            self.check(402, link.start <= later(now, skew), hop.place)
            self.check(403, link.exp > earlier(now, skew), hop.place)
            parent = link

    # ---- stage 5 ----

    def _origin(self) -> None:
        """The first anchor that holds; if none does, the error of the one that came furthest."""
        furthest = 501
        for anchor in self.bundle.origins:
            failed = self._failed_step(anchor)
            if not failed:
                self.anchor = anchor
                return
            furthest = max(furthest, failed)
        self.check(furthest, False, self.hops[0].place)

    def _failed_step(self, anchor: Origin) -> int | None:
        steps = self._anchor_steps(anchor)
        return next((number for number, ok in steps if not ok and number != self.without), None)

    def _anchor_steps(self, anchor: Origin) -> Iterator[tuple[int, object]]:
        root, hop = self.root, self.hops[0]
        origin, named = root.origin, hop.credential
        if anchor.kind == IDENTITY:
            yield 501, origin.kind == IDENTITY and not named and root.sealed.kid == anchor.key.thumbprint
            yield 502, root.iss == anchor.identifier
        else:
            attester = named.attester if named else None
            yield 501, origin.kind == anchor.kind and attester and attester.name == anchor.attester
            yield 502, named and named.credential.accountable == origin.accountable
        yield 502, anchor.role is None or root.role == anchor.role
        yield 502, anchor.accountable.cover(origin.accountable)
        if anchor.kind == CONTEXT:
            yield from self._context_steps(anchor, named)
        yield 505, narrows(root.grants, anchor.ceiling)

    def _context_steps(self, anchor: Origin, named: Named | None) -> Iterator[tuple[int, object]]:
        if not named:
            return
        credential, props = named.credential, named.credential.props
        yield 502, all(test.name in props and test.passes(props[test.name]) for test in anchor.tests)
        yield 503, credential.nonce == self.root.origin.nonce
        yield 504, self.root.exp <= later(credential.iat, anchor.max_age)

    # ---- stage 6 ----

    def _credentials(self, hop: Hop) -> None:
        link, place = hop.link, hop.place
        if hop.pin:
            self.check(607, link.iss == hop.pin.identifier, place)
            self.check(610, link.role in hop.pin.roles, place)
        for index, named in enumerate(hop.named):
            check_credential(self, named.credential, named.attester, named.place)
            self._credential_under_link(hop, named, also=index > 0 or not hop.credential)
        thumbprint = hop.key.thumbprint if hop.key else b""
        self.check(613, link.origin or thumbprint not in self.bundle.identities, place)
        self.check(614, hop.pin or thumbprint not in self.bundle.pins, place)
        signers = [other.key for other in self.hops]
        self.check(615, not link.agree or link.agree not in signers and not self.bundle.has_key(link.agree), place)

    def _credential_under_link(self, hop: Hop, named: Named, also: bool) -> None:
        """V607–V612."""
        link, credential, place = hop.link, named.credential, hop.place
        self.check(607, link.iss == credential.sub, place)
        if also:
            self.check(608, credential.cnf == hop.key, place)
            self.check(609, credential.sealed.digest != link.sealed.kid, place)
        else:
            self.check(610, link.role in credential.roles, place)
        self.check(611, credential.start <= link.start < credential.exp, place)
        outlive = named.attester.outlive if named.attester else 0
        self.check(612, link.exp <= later(credential.exp, outlive), place)

    # ---- stage 7 ----

    def _successor(self, index: int) -> None:
        hop, parent = self.hops[index], self.hops[index - 1]
        link, allowed = hop.link, parent.link.next
        vouched = not hop.unvouched
        self.check(701, allowed is not None, hop.place)
        self.check(702, not isinstance(allowed, bytes) or hop.key and allowed == hop.key.thumbprint, hop.place)
        self.check(703, vouched or not isinstance(allowed, str | Contract), hop.place)
        self.check(704, not isinstance(allowed, str) or allowed == link.iss, hop.place)
        contracts = [allowed] if isinstance(allowed, Contract) else []
        contracts += [earlier_hop.link.require for earlier_hop in self.hops[:index] if earlier_hop.link.require]
        actor = hop.actor()
        for contract in contracts:
            for number, holds in contract.demands(actor):
                self.check(number, holds, hop.place)
        demanded = any(contract.handover for contract in contracts)
        self.check(711, link.handover is not None or not demanded, hop.place)
        self.check(712, link.handover is None or demanded, hop.place)
        if hop.handover:
            self._handover(hop, parent, hop.handover)

    def _handover(self, hop: Hop, parent: Hop, handover: HandOver) -> None:
        link, place = hop.link, hop.place
        self.check(713, handover.head == link.parent, place)
        self.check(714, handover.sealed.kid == parent.link.sealed.kid, place)
        self.check(715, handover.to == link.iss, place)
        self.check(716, link.exp <= handover.exp, place)
        self.check(717, handover.task is None or handover.task == link.task, place)

    # ---- stage 8 ----

    def _authority(self) -> None:
        effective = self.root.grants
        for hop in self.hops:
            if hop.link.grants is not None:
                self.check(801, narrows(hop.link.grants, effective), hop.place)
                effective = hop.link.grants
            hop.effective = effective

    # ---- stage 9 ----

    def _revocation(self) -> None:
        now, skew = self.now, self.limits.skew
        for thumbprint in self.bundle.revokers:
            held = self.lists.get(thumbprint)
            current = held and held.iat <= later(now, skew) and earlier(now, skew) < held.exp
            self.check(901, current, TOKEN)
        for hop in self.hops:
            self._revoked(hop)

    def _revoked(self, hop: Hop) -> None:
        link, place = hop.link, hop.place
        attesters = [named.credential.iss for named in hop.named] + ([hop.pin.attester] if hop.pin else [])
        lists = self._lists_over([hop.accountable, self.root.origin.accountable], attesters)
        over_key = list(self.lists.values()) if hop.unvouched else lists
        thumbprint = hop.key.thumbprint if hop.key else None
        self.check(902, all(link.sealed.digest not in held.links for held in lists), place)
        self.check(903, all(thumbprint not in held.keys for held in over_key), place)
        over_credential = [
            (named.credential.sealed, self._lists_over([named.credential.accountable], [named.credential.iss]))
            for named in hop.named
        ]
        revoked = any(sealed.digest in held.credentials for sealed, over in over_credential for held in over)
        self.check(904, not revoked, place)
        revoked = any(sealed.kid in held.keys for sealed, over in over_credential for held in over)
        self.check(905, not revoked, place)
        self.check(906, all(link.iss not in held.identifiers for held in over_key), place)
        consent = link.origin.consent if link.origin else None
        self.check(907, all(consent not in held.consents for held in lists), place)
        times = [time for held in lists for entity, time in held.accountable if entity == hop.accountable]
        self.check(908, all(link.iat >= time for time in times), place)

    def _lists_over(self, entities: list[str | None], attesters: list[str]) -> list[RevocationList]:
        """The lists of those issuers whose remit has one of these."""
        over = self.bundle.revokers.items()
        covering = [thumbprint for thumbprint, revoker in over if revoker.covers(entities, attesters)]
        return [self.lists[thumbprint] for thumbprint in covering if thumbprint in self.lists]

    # ---- stage 12 ----

    def check_signatures(self) -> None:
        """V1201 for all keys, then V1202 in the order of the token."""
        for item in self.items:
            keys = [] if isinstance(item, HandOver) else [item.cnf]
            keys += [item.agree] if isinstance(item, Link) else []
            self.check(1201, all(key.on_curve for key in keys if key), item.sealed.place)
        links, hop = iter(self.hops), None
        for item in self.items:
            hop = next(links) if isinstance(item, Link) else hop
            self._check_signature(item, hop)

    def _check_signature(self, item: Item, hop: Hop | None) -> None:
        """A credential's by its attester; a hand-over's by the actor of the link before it."""
        if isinstance(item, Credential):
            attester = self.bundle.attesters.get(item.sealed.kid)
            key = attester.key if attester else None
        else:
            key = hop.key if hop else None
        if self.without and (key is None or not key.on_curve):
            return  # the step that finds or judges the key was left out
        self.signatures += 1
        self.check(1202, key.verifies(item.sealed.digest, item.sealed.seal), item.sealed.place)
