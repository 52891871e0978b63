"""The errors of verification.md: number, name and place; and the one way to refuse."""

from dataclasses import dataclass
from typing import NoReturn

_TABLE = """
    101 token-empty  102 token-too-large  103 proof-missing  104 proof-too-large
    201 truncated  202 trailing-bytes  203 reserved-head  204 indefinite-length  205 head-not-shortest
    206 unexpected-type  207 integer-out-of-range  208 invalid-utf8  209 size-out-of-range  210 map-key-order
    211 map-key-duplicate  212 set-order  220 wrong-tag  221 wrong-arity  222 header-unknown  223 header-missing
    224 wrong-algorithm  225 wrong-typ  226 unprotected-header  227 signature-length  228 signature-range
    229 signature-high-s  230 claim-unknown  231 claim-missing  232 claim-misplaced  233 key-unsupported
    234 identifier-invalid  235 window-empty  236 pattern-invalid  237 kind-unknown  238 range-inverted
    239 unvouched-key  240 unvouched-identifier  241 too-many-links  242 too-many-credentials
    243 too-many-grants  244 credential-self-issued  245 agreement-key-reused
    301 root-missing  302 root-repeated  303 position-wrong  304 parent-wrong  305 credential-missing
    306 credential-misplaced  307 handover-missing  308 handover-misplaced
    401 window-outside-parent  402 not-yet-valid  403 expired
    501 origin-unknown  502 origin-mismatch  503 origin-not-fresh  504 origin-too-old  505 origin-above-ceiling
    601 attester-unknown  602 attester-name-mismatch  603 identifier-outside-remit
    604 accountable-outside-remit  605 role-outside-remit  606 property-outside-remit  607 identifier-mismatch
    608 also-key-mismatch  609 also-repeats-kid  610 role-not-vouched  611 credential-not-current
    612 credential-outlived  613 origin-key-misused  614 pinned-key-misused  615 agreement-key-signs
    701 successor-not-allowed  702 successor-key  703 successor-unvouched  704 successor-identifier
    705 demand-namespace  706 demand-role  707 demand-property  708 demand-fresh  709 demand-vouched
    710 demand-last  711 handover-demanded  712 handover-not-demanded  713 handover-head  714 handover-signer
    715 handover-addressee  716 handover-outlived  717 handover-task
    801 grants-widened
    901 revocation-stale  902 link-revoked  903 key-revoked  904 credential-revoked  905 attester-key-revoked
    906 identifier-revoked  907 consent-revoked  908 accountable-revoked
    1001 proof-signer  1002 proof-head  1003 proof-audience  1004 proof-request  1005 proof-too-old
    1006 proof-too-new  1007 proof-kind  1008 agreement-missing  1009 agreement-unknown  1010 request-invalid
    1011 request-not-granted  1012 authority-kind
    1101 replay-memory-young  1102 proof-replayed  1103 replay-memory-full  1104 replay-quota
    1201 key-off-curve  1202 signature-invalid
    1301 proof-signature-invalid  1302 proof-mac-invalid
    1401 list-issuer-unknown  1402 list-issuer-name  1403 list-number-lower  1404 list-number-reused
    1405 list-too-large  1406 list-signature-invalid
    1501 field-invalid  1502 field-repeated
"""
_WORDS = _TABLE.split()
NAMES = {int(number): name for number, name in zip(_WORDS[::2], _WORDS[1::2], strict=True)}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fault was found: a part, and which one of its kind, counted from 0."""

    part: str
    index: int | None = None


class Refused(Exception):
    """A refusal. The stage is the number without its last two digits."""

    def __init__(self, number: int, place: Place, byte: int | None = None) -> None:
        super().__init__(f"V{number} {NAMES[number]} at {place}, byte {byte}")
        self.number = number
        self.place = place
        self.byte = byte


def refuse(number: int, place: Place, byte: int | None = None) -> NoReturn:
    """Refuse by the step of this number."""
    raise Refused(number, place, byte)


class Checks:
    """Something that takes steps, of which one may be left out: then a vector with one defect is accepted."""

    def __init__(self, without: int | None = None) -> None:
        self.without = without

    def check(self, number: int, ok: object, place: Place) -> None:
        """Take one step: refuse unless `ok`, or unless the step is left out."""
        if not ok and number != self.without:
            refuse(number, place)
