"""A cursor over deterministic CBOR (token.md §2.1) that knows where it is; and a small encoder for what is hashed."""

from collections.abc import Callable
from typing import Any, NoReturn

from .errors import Place, refuse

UINT, NINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
FALSE, TRUE = 20, 21
INT_MAX = 2**63 - 1
_LEAST = {24: 24, 25: 2**8, 26: 2**16, 27: 2**32}  # the least argument that needs a head of this form
_UNBOUNDED = 2**64
Read = Callable[["Reader"], Any]


class Reader:
    """Reads items one by one. Offsets are those of the whole input, also inside byte strings."""

    __slots__ = ("data", "pos", "end", "place")

    def __init__(self, data: bytes, place: Place, pos: int = 0, end: int | None = None) -> None:
        self.data = data
        self.place = place
        self.pos = pos
        self.end = len(data) if end is None else end

    def refuse(self, number: int, at: int) -> NoReturn:
        """Refuse the value or key that begins at this byte."""
        refuse(number, self.place, at)

    def head(self) -> tuple[int, int, int]:
        """Major type, argument, and where the head begins (V201, V203–V205)."""
        at = self.pos
        if at >= self.end:
            self.refuse(201, at)
        major, info = self.data[at] >> 5, self.data[at] & 31
        self.pos += 1
        if info < 24:
            return major, info, at
        if info > 27:
            self.refuse(204 if info == 31 else 203, at)
        size = 1 << (info - 24)
        if size > self.end - self.pos:
            self.refuse(201, at)
        argument = int.from_bytes(self.data[self.pos : self.pos + size])
        self.pos += size
        if major == SIMPLE:
            self.refuse(206, at)
        if argument < _LEAST[info]:
            self.refuse(205, at)
        return major, argument, at

    def major(self) -> int:
        """The major type of the next item, which stays unread."""
        if self.pos >= self.end:
            self.refuse(201, self.pos)
        return self.data[self.pos] >> 5

    def expect(self, major: int) -> tuple[int, int]:
        """The argument of a head of this type, and where it begins (V206)."""
        found, argument, at = self.head()
        if found != major:
            self.refuse(206, at)
        return argument, at

    def uint(self) -> int:
        """An unsigned integer below 2⁶³ (V206, V207)."""
        value, at = self.expect(UINT)
        if value > INT_MAX:
            self.refuse(207, at)
        return value

    def integer(self) -> int:
        """An integer of 64 bits (V206, V207)."""
        major, argument, at = self.head()
        if major not in (UINT, NINT):
            self.refuse(206, at)
        if argument > INT_MAX:
            self.refuse(207, at)
        return argument if major == UINT else -1 - argument

    def true(self) -> bool:
        """`true` and nothing else (V206)."""
        argument, at = self.expect(SIMPLE)
        if argument != TRUE or self.pos != at + 1:
            self.refuse(206, at)
        return True

    def boolean(self) -> bool:
        """`true` or `false` (V206)."""
        argument, at = self.expect(SIMPLE)
        if argument not in (FALSE, TRUE) or self.pos != at + 1:
            self.refuse(206, at)
        return argument == TRUE

    def byte_string(self, least: int = 0, most: int = _UNBOUNDED, number: int = 209) -> bytes:
        """A byte string (V201, then its bounds)."""
        return self._string(BYTES, least, most, number)

    def text(self, least: int, most: int) -> str:
        """A text (V201, V209, V208)."""
        at = self.pos
        try:
            return self._string(TEXT, least, most, 209).decode()
        except UnicodeDecodeError:
            self.refuse(208, at)

    def inside(self) -> "Reader":
        """A reader of what a byte string holds; this one goes on behind it."""
        size, at = self.expect(BYTES)
        if size > self.end - self.pos:
            self.refuse(201, at)
        self.pos += size
        return Reader(self.data, self.place, self.pos - size, self.pos)

    def _string(self, major: int, least: int, most: int, number: int) -> bytes:
        size, at = self.expect(major)
        if size > self.end - self.pos:
            self.refuse(201, at)
        if not least <= size <= most:
            self.refuse(number, at)
        self.pos += size
        return self.data[self.pos - size : self.pos]

    def array(self, least: int, most: int = _UNBOUNDED, number: int = 209) -> int:
        """The head of an array: how many elements follow."""
        return self._count(ARRAY, least, most, number)

    def set_of(self, read: Read, least: int, most: int = _UNBOUNDED) -> list[Any]:
        """A set (token.md §2.1)."""
        return self.ascending(self.array(least, most), read)

    def ascending(self, count: int, read: Read) -> list[Any]:
        """The elements of a set whose head was read (V212)."""
        elements, previous = [], b""
        for _ in range(count):
            at = self.pos
            elements.append(read(self))
            encoded = self.data[at : self.pos]
            if encoded <= previous:
                self.refuse(212, at)
            previous = encoded
        return elements

    def map_of(
        self, key: Read, value: Callable[[Any, int], Any], least: int = 0, most: int = _UNBOUNDED
    ) -> dict[Any, Any]:
        """A map (V210, V211). `value` reads the value of a key, and is told the key and where it stands."""
        members, previous = {}, b""
        for _ in range(self._count(MAP, least, most, 209)):
            at = self.pos
            label = key(self)
            encoded = self.data[at : self.pos]
            if encoded <= previous:
                self.refuse(211 if encoded == previous else 210, at)
            previous = encoded
            members[label] = value(label, at)
        return members

    def fields(self, table: dict[int, Read], unknown: int = 230, unknown_at: int | None = None) -> "Fields":
        """A map from labels, of which each has its reader in the table (V222, V230, V233)."""
        fields = Fields(self, self.pos, {})

        def field(label: int, at: int) -> Any:
            if label not in table:
                self.refuse(unknown, at if unknown_at is None else unknown_at)
            fields.at[label] = at
            return table[label](self)

        fields.update(self.map_of(Reader.integer, field))
        return fields

    def _count(self, major: int, least: int, most: int, number: int) -> int:
        count, at = self.expect(major)
        if not least <= count <= most:
            self.refuse(number, at)
        return count

    def finish(self) -> None:
        """Nothing follows (V202)."""
        if self.pos != self.end:
            self.refuse(202, self.pos)


class Fields(dict[int, Any]):
    """The values of a map by label; where the map begins, and each label."""

    def __init__(self, reader: Reader, start: int, at: dict[int, int]) -> None:
        super().__init__()
        self.reader = reader
        self.start = start
        self.at = at

    def need(self, *labels: int, number: int = 231) -> None:
        """Each of these is there (V223, V231)."""
        for label in labels:
            if label not in self:
                self.reader.refuse(number, self.start)

    def bar(self, *labels: int, number: int = 232) -> None:
        """None of these is there (V232)."""
        for label in labels:
            if label in self:
                self.reader.refuse(number, self.at[label])


def head(major: int, argument: int) -> bytes:
    """The shortest head of a value."""
    if argument < 24:
        return bytes([major << 5 | argument])
    info = next(info for info, size in ((24, 1), (25, 2), (26, 4), (27, 8)) if argument < 1 << 8 * size)
    return bytes([major << 5 | info]) + argument.to_bytes(1 << (info - 24))


def encode(value: Any) -> bytes:
    """Deterministic CBOR of unsigned integers, byte strings, texts, null, lists and maps."""
    match value:
        case None:
            return b"\xf6"
        case int():
            return head(UINT, value)
        case bytes():
            return head(BYTES, len(value)) + value
        case str():
            return head(TEXT, len(value.encode())) + value.encode()
        case list():
            return head(ARRAY, len(value)) + b"".join(map(encode, value))
        case dict():
            members = sorted((encode(key), encode(member)) for key, member in value.items())
            return head(MAP, len(members)) + b"".join(key + member for key, member in members)
    raise TypeError(type(value))
