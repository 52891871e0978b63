"""Admission: the proof, the request and the replay memory, stages 10, 11 and 13 of verification.md (token.md §8)."""

import hmac
from dataclasses import dataclass, field

from . import artifacts, decoding, grants, keys
from .artifacts import Proof
from .cbor import encode
from .chain import Chain
from .errors import Checks, Place
from .limits import later

PROOF = Place("proof")
REQUEST = Place("request")
ARGUMENTS_MOST = 256
NAME_MOST = 1024


@dataclass
class Request:
    """What admission is asked for; arguments as they were given."""

    audience: str
    digest: bytes
    action: str
    resource: str
    arguments: list[tuple[str, grants.Value]]
    signed: bool = False
    authority: str | None = None


@dataclass
class Replay:
    """What the replay memory knows (stage 11). `room` and `share` are None where there is enough."""

    beginning: int = 0
    forgotten: int | None = None
    admitted: set[tuple[str, bytes, bytes]] = field(default_factory=set)
    room: int | None = None
    share: int | None = None


class Admission(Checks):
    """A proof for a request, against a chain that is verified on the way."""

    def __init__(self, chain: Chain, request: Request, agreement: list[bytes], replay: Replay) -> None:
        super().__init__(chain.without)
        self.chain = chain
        self.request = request
        self.agreement = {keys.public(keys.private(scalar)).thumbprint: keys.private(scalar) for scalar in agreement}
        self.replay = replay
        self.limits = chain.limits

    def admit(self, token: bytes, proof: bytes) -> None:
        """`check` and `claim`: all stages, in their order."""
        chain = self.chain
        chain.measure(token)
        self.check(103, proof, PROOF)
        self.check(104, len(proof) <= self.limits.proof_bytes, PROOF)
        chain.decode(token)
        self.proof: Proof = decoding.lone(proof, artifacts.PROOF, PROOF)
        chain.judge()
        self._proof()
        self._request()
        self._replay()
        chain.check_signatures()
        self._seal()
        self._claim()

    def _proof(self) -> None:
        """V1001–V1009."""
        proof, head, now = self.proof, self.chain.head.link, self.chain.now
        window, skew = self.limits.proof_window, self.limits.skew
        self.check(1001, proof.sealed.kid == head.sealed.kid, PROOF)
        self.check(1002, proof.head == head.sealed.digest, PROOF)
        self.check(1003, proof.aud == self.request.audience, PROOF)
        self.check(1004, proof.request == self.request.digest, PROOF)
        self.check(1005, later(proof.iat, window, skew) >= now, PROOF)
        self.check(1006, proof.iat <= later(now, skew), PROOF)
        if proof.sealed.mac:
            self.check(1007, not self.request.signed, PROOF)
            self.check(1008, head.agree, PROOF)
            self.check(1009, proof.agreement in self.agreement, PROOF)

    def _request(self) -> None:
        """V1010–V1012."""
        request, chain = self.request, self.chain
        action, resource = grants.split_action(request.action), grants.split_resource(request.resource)
        concrete = not action.open and not resource.open and grants.action_ok(action) and grants.resource_ok(resource)
        sized = _within(request.action, 128) and _within(request.resource, 1024)
        arguments = dict(request.arguments)
        unique = len(arguments) == len(request.arguments) <= ARGUMENTS_MOST
        short = all(len(name.encode()) <= NAME_MOST for name in arguments)
        self.check(1010, concrete and sized and unique and short, REQUEST)
        granted = any(grant.admits(action, resource, arguments) for grant in chain.head.effective)
        self.check(1011, granted, REQUEST)
        authority = "delegated" if chain.delegated else "independent"
        self.check(1012, request.authority in (None, authority), REQUEST)

    def _replay(self) -> None:
        """V1101 and V1102."""
        proof, replay = self.proof, self.replay
        old_enough = proof.iat >= later(replay.beginning, self.limits.skew)
        remembered = replay.forgotten is None or proof.iat > replay.forgotten
        self.check(1101, old_enough and remembered, PROOF)
        self.check(1102, self._use not in replay.admitted, PROOF)

    @property
    def _use(self) -> tuple[str, bytes, bytes]:
        return self.proof.aud, self.proof.head, self.proof.cti

    def _claim(self) -> None:
        """Stage 11 again, with V1103 and V1104."""
        self._replay()
        self.check(1103, self.replay.room != 0, PROOF)
        self.check(1104, self.replay.share != 0, PROOF)
        self.replay.admitted.add(self._use)

    def _seal(self) -> None:
        """Stage 13."""
        sealed = self.proof.sealed
        if sealed.mac:
            self._mac()
        elif key := self.chain.head.key:
            self.chain.signatures += 1
            self.check(1301, key.verifies(sealed.digest, sealed.seal), PROOF)

    def _mac(self) -> None:
        """V1302 (§8.2)."""
        proof, head = self.proof, self.chain.head.link
        secret = self.agreement.get(proof.agreement)
        if not head.agree or not secret:
            return  # only where V1008 or V1009 was left out
        key = mac_key(keys.agree(secret, head.agree), proof, head)
        tag = hmac.digest(key, proof.sealed.to_be_sealed, "sha256")
        self.check(1302, hmac.compare_digest(tag, proof.sealed.seal), PROOF)


def mac_key(shared: bytes, proof: Proof, head: artifacts.Link) -> bytes:
    """HKDF over the x-coordinate, bound to both parties and to the proof's protected header (§8.2)."""
    sender = [head.sealed.kid, head.sealed.digest, None]
    recipient = [proof.aud.encode(), None, proof.agreement]
    return keys.hkdf(shared, encode([5, sender, recipient, [256, proof.sealed.protected, head.agree.thumbprint]]))


def _within(text: str, most: int) -> bool:
    return 0 < len(text.encode()) <= most
