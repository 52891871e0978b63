"""Taking in lists and credentials (token.md §7.4, §7.5; verification.md, the section of that name)."""

from . import artifacts, decoding
from .artifacts import Credential, RevocationList
from .errors import Checks, Place
from .identifiers import namespace_covers
from .limits import Limits
from .trust import Attester, Bundle

CREDENTIAL = Place("credential", 0)
LIST = Place("list")


def check_credential(checks: Checks, credential: Credential, attester: Attester | None, place: Place) -> None:
    """V601–V606: the credential against its attester's remit."""
    checks.check(601, attester, place)
    if not attester:
        return
    checks.check(602, credential.iss == attester.name, place)
    checks.check(603, any(namespace_covers(n, credential.sub) for n in attester.namespaces), place)
    checks.check(604, attester.accountable.cover(credential.accountable), place)
    checks.check(605, set(credential.roles) <= set(attester.roles), place)
    checks.check(606, credential.props.keys() <= set(attester.properties), place)


class Intake(Checks):
    """What was taken in for a bundle: known credentials by digest, and for each issuer key the newest list."""

    def __init__(self, bundle: Bundle, limits: Limits = Limits()) -> None:
        super().__init__()
        self.bundle = bundle
        self.limits = limits
        self.known: dict[bytes, Credential] = {}
        self.lists: dict[bytes, RevocationList] = {}
        self.signatures = 0

    def take_credential(self, data: bytes) -> Credential:
        """Stage 2, V601–V606, V1201, V1202."""
        credential = decoding.lone(data, artifacts.CREDENTIAL, CREDENTIAL)
        attester = self.bundle.attesters.get(credential.sealed.kid)
        check_credential(self, credential, attester, CREDENTIAL)
        self.check(1201, credential.cnf.on_curve, CREDENTIAL)
        if attester:
            self.signatures += 1
            valid = attester.key.verifies(credential.sealed.digest, credential.sealed.seal)
            self.check(1202, valid, CREDENTIAL)
        self.known[credential.sealed.digest] = credential
        return credential

    def take_list(self, data: bytes) -> RevocationList:
        """V1405 for its bytes, stage 2, then V1401–V1406."""
        self.check(1405, len(data) <= self.limits.list_bytes, LIST)
        taken = decoding.lone(data, artifacts.LIST, LIST)
        issuer = self.bundle.revokers.get(taken.sealed.kid)
        held = self.lists.get(taken.sealed.kid)
        self.check(1401, issuer, LIST)
        self.check(1402, not issuer or taken.iss == issuer.name, LIST)
        if held:
            self.check(1403, taken.number >= held.number, LIST)
            self.check(1404, taken.number != held.number or taken.sealed.digest == held.sealed.digest, LIST)
        self.check(1405, taken.entries <= self.limits.list_entries, LIST)
        if issuer:
            self.signatures += 1
            self.check(1406, issuer.key.verifies(taken.sealed.digest, taken.sealed.seal), LIST)
        self.lists[taken.sealed.kid] = taken
        return taken
