"""Whether anything in an image calls itself, directly or through others: python3 callgraph.py DISASSEMBLY

Reads what `arm-none-eabi-objdump -dC` prints. A branch to another function counts as a call. Calls through a pointer have no target in
the code: THROUGH says what they can reach, for every function of the library that has one; another one with such a call is an error.
Functions of core::fmt and of the harness have such calls too, and nothing in the library is called by them.
"""

import re
import sys

DOOR = r" as throughline::(signature::SignatureVerifier|known::CredentialSource|revocation::Revocations|mac::KeyAgreement)>::"

# Where the library calls through a pointer, and what it can reach there.
THROUGH = [
    # Doors: SignatureVerifier, CredentialSource, Revocations, KeyAgreement, and ReplayMemory within Verifier.
    (r"^<throughline::(chain::Chain>::read|admission::Asked>::check|admission::Asked>::check_mac)$", DOOR),
    (r"^throughline::(verify::signatures::|chain::resolve)", DOOR),
    (r"^<throughline::verify::Verifier>::", DOOR + r"| as throughline::replay::ReplayMemory>::"),
    # One closure for each kind of revocation issuer, called by another.
    (r"^throughline::verify::revocation::", DOOR + r"|^throughline::verify::revocation::check_one::\{closure"),
    # The rules of a text, a plain function.
    (r"^throughline::grant::pattern::read$", r"^throughline::(grant::pattern|identifier)::(is|are)_"),
    # What counts signatures hands them on.
    (r"^<throughline_targets_suite::doors::Counting" + DOOR, r"^<throughline::engine::Engine" + DOOR),
]

LIBRARY = re.compile(r"\bthroughline(_p256)?::")
HARNESS = re.compile(r"\bthroughline_targets_")


def read(path):
    """Functions by address, their calls by target address, and who calls through a pointer."""
    names, calls, pointers = {}, [], set()
    function = None
    with open(path) as lines:
        for line in lines:
            if head := re.match(r"([0-9a-f]+) <(.*)>:$", line):
                function = int(head[1], 16)
                names[function] = head[2]
                continue
            instruction = re.match(r" *[0-9a-f]+:\t(\S+)\t(.*)$", line)
            if not instruction:
                continue
            verb, operand = instruction.groups()
            if not re.match(r"(b|bl|blx|bx|cbn?z|b(eq|ne|cs|cc|mi|pl|vs|vc|hi|ls|ge|lt|gt|le))(\.[nw])?$", verb):
                continue
            if target := re.search(r"\b([0-9a-f]+) <", operand):
                calls.append((function, verb, int(target[1], 16)))
            elif verb in ("blx", "bx") and operand.split()[0] != "lr":
                pointers.add(function)
    return names, calls, pointers


def graph(names, calls, pointers):
    """Every function with those that it can call."""
    starts = sorted(names)
    edges = {start: set() for start in starts}
    for function, verb, target in calls:
        if target in edges:
            # A branch to a function's own beginning is a loop; only a call takes stack.
            if target != function or verb.startswith("bl"):
                edges[function].add(target)
        elif holder := max((start for start in starts if start <= target), default=None):
            # Into the middle: of itself, or of whatever the two share.
            if holder != function:
                edges[function].add(holder)
    unknown = []
    for function in pointers:
        name = names[function]
        reached = [to for site, to in THROUGH if re.search(site, name)]
        if not reached and LIBRARY.search(name) and not HARNESS.search(name):
            unknown.append(name)
        for pattern in reached:
            edges[function] |= {start for start in starts if start != function and re.search(pattern, names[start])}
    return edges, sorted(unknown)


def cycles(edges):
    """Strongly connected components that are more than one function without itself; Tarjan's, without recursion."""
    index, low, stack, held, found = {}, {}, [], set(), []
    for root in edges:
        if root in index:
            continue
        work = [(root, iter(edges[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        held.add(root)
        while work:
            node, rest = work[-1]
            for target in rest:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    held.add(target)
                    work.append((target, iter(edges[target])))
                    break
                if target in held:
                    low[node] = min(low[node], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    component = []
                    while not component or component[-1] != node:
                        component.append(stack.pop())
                        held.discard(component[-1])
                    if len(component) > 1 or node in edges[node]:
                        found.append(component)
    return found


def main():
    names, calls, pointers = read(sys.argv[1])
    library = [name for name in names.values() if LIBRARY.search(name)]
    if len(library) < 50:
        sys.exit(f"only {len(library)} functions of the library are in the image: nothing was checked")
    edges, unknown = graph(names, calls, pointers)
    if unknown:
        sys.exit("calls through a pointer that THROUGH does not know: " + ", ".join(unknown))
    if found := cycles(edges):
        sys.exit("recursion: " + "; ".join(" -> ".join(sorted(names[one] for one in cycle)) for cycle in found))
    through = sorted(names[one] for one in pointers if LIBRARY.search(names[one]) and not HARNESS.search(names[one]))
    print(f"{len(names)} functions, {len(library)} of the library, {sum(map(len, edges.values()))} calls: none calls itself")
    print("calls through a pointer, all through doors or to known functions: " + ", ".join(through))


main()
