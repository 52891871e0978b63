"""Asks a module without imports, line by line: python3 ask.py MODULE < questions > answers

`python3 ask.py MODULE --imports` prints what it imports, one a line.
"""

import sys

from wasmtime import Engine, Instance, Module, Store


def main():
    store = Store(Engine())
    module = Module.from_file(store.engine, sys.argv[1])
    if sys.argv[2:] == ["--imports"]:
        for one in module.imports:
            print(f"{one.module}.{one.name}")
        return
    # No imports are given, so a module that has one is not made.
    exports = Instance(store, module, []).exports(store)
    memory, room, ask, answered = (exports[name] for name in ("memory", "room", "ask", "answered"))
    for line in sys.stdin.buffer:
        question = line.rstrip(b"\n")
        memory.write(store, question, room(store, len(question)))
        length = ask(store)
        start = answered(store)
        print(bytes(memory.read(store, start, start + length)).decode())


main()
