"""What the header of a GGUF file says: facts and the sizes of its tensors, without reading a weight.

The format is that of ggml's documentation (docs/gguf.md): a magic, a version, counts, then (key, type, value) rows and a
row for each tensor. Everything is little-endian.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

__all__ = ["GGUFHeader", "read_header"]

_STRING, _ARRAY = 8, 9
_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_MOST = 10_000_000  # entries of a header: beyond it a count is damage, not a model
_LONGEST = 1 << 24


@dataclass(frozen=True)
class GGUFHeader:
    """facts: keys with one value each, such as `general.architecture` (lists are left out); parameters: numbers in all
    tensors.
    """

    facts: dict[str, Any]
    parameters: int

    @property
    def architecture(self) -> str:
        """The family of the network ("llama", "qwen2"), "" where the file does not say."""
        return str(self.facts.get("general.architecture", ""))


def read_header(path: Path) -> GGUFHeader:
    """Raises ValueError where the file is no GGUF file, or a damaged one."""
    if path.stat().st_size < 24:
        raise ValueError("it is too short to be one")
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] != b"GGUF":
            raise ValueError("its first bytes are not those of a GGUF file")
        try:
            return _Reader(data).header()
        except struct.error:
            raise ValueError("it ends in the middle of its header") from None


class _Reader:
    """Walks through a header. at: the next byte."""

    def __init__(self, data: mmap.mmap) -> None:
        self.data, self.at = data, 4

    def header(self) -> GGUFHeader:
        version = self.number("I")
        if not 2 <= version <= 3:
            raise ValueError(f"it is of version {version}; 2 and 3 are read")
        tensors, rows = self.count(), self.count()
        facts = {}
        for _ in range(rows):
            key = self.text()
            value = self.value(self.number("I"))
            if value is not None:
                facts[key] = value
        return GGUFHeader(facts, sum(self.tensor() for _ in range(tensors)))

    def number(self, kind: str) -> Any:
        (value,) = struct.unpack_from(f"<{kind}", self.data, self.at)
        self.at += struct.calcsize(f"<{kind}")
        return value

    def count(self) -> int:
        count = int(self.number("Q"))
        if count > _MOST:
            raise ValueError(f"its header counts {count:,} entries")
        return count

    def skip(self, size: int) -> None:
        self.at += size
        if self.at > len(self.data):
            raise ValueError("it ends in the middle of its header")

    def text(self) -> str:
        size = int(self.number("Q"))
        if size > _LONGEST:
            raise ValueError("a text in its header has an impossible length")
        begin = self.at
        self.skip(size)
        return self.data[begin : self.at].decode("utf-8", "replace")

    def value(self, kind: int) -> Any:
        """A value, None for a list."""
        if kind == _STRING:
            return self.text()
        if kind in _SCALARS:
            return self.number(_SCALARS[kind])
        if kind != _ARRAY:
            raise ValueError(f"its header has a value of the unknown type {kind}")
        inner, size = self.number("I"), self.count()
        if inner == _STRING:
            for _ in range(size):
                self.skip(int(self.number("Q")))
        elif inner in _SCALARS:
            self.skip(size * struct.calcsize(f"<{_SCALARS[inner]}"))
        else:
            raise ValueError(f"its header has a list of the unknown type {inner}")
        return None

    def tensor(self) -> int:
        """The numbers of the next tensor."""
        self.text()
        dimensions = self.number("I")
        if not 1 <= dimensions <= 8:
            raise ValueError(f"a tensor of it has {dimensions} dimensions")
        shape = [int(self.number("Q")) for _ in range(dimensions)]
        self.skip(4 + 8)  # its type and its place
        return prod(shape)
