"""PyPI `pycose` as a verifier of one COSE_Sign1. It does not know ESP256; its own registry of algorithms lets it be taught."""

import sys

from lines import answer
from pycose.algorithms import CoseAlgorithm, Es256
from pycose.keys import EC2Key
from pycose.messages import Sign1Message

if "--as-it-comes" not in sys.argv:

    @CoseAlgorithm.register_attribute()
    class Esp256(Es256):
        """ES256 by its fully specified name (RFC 9864)."""

        identifier = -9
        fullname = "ESP256"


def verify(x, y, _kid, data):
    """Opens an artifact with its signer's key."""
    message = Sign1Message.decode(data)
    message.key = EC2Key(crv="P_256", x=x, y=y)
    return message.verify_signature()


answer(verify)
