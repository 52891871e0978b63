"""The CBOR cursor at its edges (token.md §2.1)."""

import unittest
from collections.abc import Callable

from throughline.cbor import Read, Reader, encode
from throughline.errors import Place, Refused


def refusal(data: str, read: Read) -> tuple[int, int | None]:
    """Step and byte of the refusal, or (0, bytes read)."""
    reader = Reader(bytes.fromhex(data), Place("token"))
    try:
        read(reader)
    except Refused as refused:
        return refused.number, refused.byte
    return 0, reader.pos


class Cursor(unittest.TestCase):
    def each(self, read: Read, cases: dict[str, tuple[int, int]]) -> None:
        for data, expected in cases.items():
            with self.subTest(data):
                self.assertEqual(refusal(data, read), expected)

    def test_heads(self) -> None:
        shortest = {"17": (0, 1), "1818": (0, 2), "1817": (205, 0), "190100": (0, 3), "1900ff": (205, 0)}
        longer = {"1a00010000": (0, 5), "1a0000ffff": (205, 0), "1b00000000ffffffff": (205, 0)}
        broken = {"": (201, 0), "18": (201, 0), "1901": (201, 0), "1c": (203, 0), "1e": (203, 0), "1f": (204, 0)}
        self.each(Reader.uint, shortest | longer | broken | {"ff": (204, 0)})

    def test_integers(self) -> None:
        self.each(Reader.uint, {"1b7fffffffffffffff": (0, 9), "1b8000000000000000": (207, 0), "20": (206, 0)})
        self.each(Reader.integer, {"3b7fffffffffffffff": (0, 9), "3b8000000000000000": (207, 0), "40": (206, 0)})

    def test_simple_values(self) -> None:
        self.each(Reader.boolean, {"f4": (0, 1), "f5": (0, 1), "f6": (206, 0), "f7": (206, 0), "e0": (206, 0)})
        self.each(
            Reader.boolean, {"f93c00": (206, 0), "fb0000000000000000": (206, 0), "f820": (206, 0), "f8": (201, 0)}
        )
        self.each(Reader.true, {"f5": (0, 1), "f4": (206, 0), "01": (206, 0)})

    def test_strings(self) -> None:
        def text(reader: Reader) -> str:
            return reader.text(1, 3)

        self.each(text, {"6161": (0, 2), "60": (209, 0), "6461626364": (209, 0), "646162": (201, 0), "61ff": (208, 0)})
        self.each(text, {"63eda080": (208, 0), "62c080": (208, 0), "63efbbbf": (0, 4), "4161": (206, 0)})
        self.each(Reader.byte_string, {"5bffffffffffffffff": (201, 0), "5f": (204, 0), "40": (0, 1)})

    def test_sets_and_maps(self) -> None:
        def numbers(reader: Reader) -> list:
            return reader.set_of(Reader.uint, 1, 3)

        self.each(numbers, {"820102": (0, 3), "820201": (212, 2), "820101": (212, 2), "80": (209, 0), "84": (209, 0)})
        self.each(numbers, {"8217" "1818": (0, 4), "82181817": (212, 3), "a0": (206, 0)})

        def fields(reader: Reader) -> dict:
            return reader.fields({1: Reader.uint, 4: Reader.uint, -1: Reader.uint})

        self.each(fields, {"a3010004002000": (0, 7), "a204000100": (210, 3), "a201000100": (211, 3)})
        self.each(fields, {"a10200": (230, 1), "a1616100": (206, 1), "a2200004": (210, 3), "a101": (201, 2)})

    def test_byte_strings_hold_what_they_hold(self) -> None:
        def inner(read: Read) -> Callable[[Reader], None]:
            def outer(reader: Reader) -> None:
                held = reader.inside()
                read(held)
                held.finish()

            return outer

        self.each(inner(Reader.uint), {"4100": (0, 2), "420000": (202, 2), "4118" "20": (201, 1), "40": (201, 1)})

    def test_encoder(self) -> None:
        value = ["a", None, {"bb": b"", "c": b"\x01"}, 256]
        self.assertEqual(encode(value).hex(), "846161f6a261634101" "626262" "40" "190100")


if __name__ == "__main__":
    unittest.main()
