"""PyPI `cwt` as a verifier of one COSE_Sign1. It knows ESP256."""

from cwt import COSE, COSEKey
from lines import answer


def verify(x, y, kid, data):
    """Opens an artifact with its signer's key; the library wants the key to have the kid."""
    COSE.new().decode(data, COSEKey.new({1: 2, 3: -9, -1: 1, -2: x, -3: y, 2: kid}))
    return True


answer(verify)
