"""The pipe between the driver and a peer: a question per line, `NUMBER x y kid DATA` in hex; an answer per line, `NUMBER yes|no why`."""

import sys


def answer(verify):
    """Answers until the questions end. `verify` takes x, y, kid and data, and returns, or raises whatever it likes."""
    for line in sys.stdin:
        number, *parts = line.rstrip("\n").split(" ")
        try:
            verdict = "yes" if verify(*map(bytes.fromhex, parts)) else "no not verified"
        except Exception as error:  # a refusal, in the words of the peer
            verdict = "no " + ascii(f"{type(error).__name__}: {error}")[:200]
        print(number, verdict)
