"""Laws of the grant order (token.md §5.3) that tests can only sample: proved with Z3 for all integers, and for all texts of up to seven characters.

Run with `z3-solver` from PyPI: `python spec/model/grant_order.py`. Every law is stated as a question for a counter-example, which must not exist;
every twin is a law with a seeded flaw, for which one must exist.
"""

from z3 import (
    And, Concat, Contains, Distinct, ForAll, If, Implies, Ints, Length, Not, Or, PrefixOf, Solver, String, StringVal,
    SubString, Sum, sat, unsat,
)

LEAST, GREATEST = -(2**63), 2**63 - 1
LISTED = 4  # the counting argument does not depend on the length; the format allows 16


def within(n, lo, hi):
    return And(lo <= n, n <= hi)


def i64(*numbers):
    return And([within(n, LEAST, GREATEST) for n in numbers])


def ask(name, expected, *facts):
    solver = Solver()
    solver.set("timeout", 60_000)
    solver.add(*facts)
    verdict = solver.check()
    print(f"{'ok  ' if verdict == expected else 'FAIL'} {name}: {verdict}")
    return verdict == expected


def integers():
    """Ranges and lists. A list has no integer twice."""
    lo, hi, least, greatest, n = Ints("lo hi least greatest n")
    listed = Ints(" ".join(f"v{i}" for i in range(LISTED)))
    sound = And(i64(lo, hi, least, greatest, *listed), lo <= hi, least <= greatest)
    held = Sum([If(within(v, lo, hi), 1, 0) for v in listed])
    among = Or([n == v for v in listed])
    ranges = And(least <= lo, hi <= greatest)

    yield ask("a range is within a range by its ends: sound", unsat, sound, ranges, within(n, lo, hi), Not(within(n, least, greatest)))
    admitted = ForAll([n], Implies(within(n, lo, hi), within(n, least, greatest)))
    yield ask("a range is within a range by its ends: complete", unsat, sound, admitted, Not(ranges))
    counted = held == hi - lo + 1
    yield ask("a range is within a list by counting: sound", unsat, sound, Distinct(listed), counted, within(n, lo, hi), Not(among))
    # Complete: were it counted short, one of the first LISTED + 1 integers of the range would be missing.
    first = And([Implies(lo + k <= hi, Or([lo + k == v for v in listed])) for k in range(LISTED + 1)])
    yield ask("a range is within a list by counting: complete", unsat, sound, Distinct(listed), first, Not(counted))
    yield ask("twin: counting in a list that repeats", sat, sound, counted, within(n, lo, hi), Not(among))


def texts():
    """Prefixes over texts that are well-formed as far as the order depends on it: no empty segment but in the anchor's `://`."""
    p, q, r = String("p"), String("q"), String("r")

    def anchor(text):  # the length of `a://`, one scheme standing for all
        return If(PrefixOf("a://", text), 4, If(PrefixOf("/", text), 1, 0))

    def path(text):
        rest = SubString(text, anchor(text), Length(text) - anchor(text))
        last = SubString(text, Length(text) - 1, 1)
        return And(Length(rest) > 0, Not(PrefixOf("/", rest)), Not(Contains(rest, "//")), last != "/")

    def covers(outer, inner, guarded=True):
        rest = SubString(inner, Length(outer), Length(inner) - Length(outer))
        below = And(PrefixOf(Concat(outer, StringVal("/")), inner), Length(rest) > 1)
        return Or(outer == inner, And(below, SubString(rest, 1, 1) != "/") if guarded else below)

    short = And([Length(text) <= 7 for text in (p, q, r)])
    paths = And(short, path(p), path(q), path(r))
    yield ask("prefixes are transitive: what a prefix admits, a prefix that covers it admits", unsat, paths, covers(q, p), covers(p, r), Not(covers(q, r)))
    yield ask("prefixes that cover each other are one", unsat, paths, covers(p, q), covers(q, p), p != q)
    yield ask("a prefix admits a text of no other anchor", unsat, paths, covers(p, r), anchor(p) != anchor(r))
    yield ask("twin: compared as bytes, a prefix admits a text of another anchor", sat, paths, covers(p, r, False), anchor(p) != anchor(r))


if __name__ == "__main__":
    raise SystemExit(0 if all([*integers(), *texts()]) else 1)
