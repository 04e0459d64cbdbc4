"""The file of a piece, read with the place of each key, so that whatever is wrong is told where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ..decoding import decode_text
from ..errors import FormatError, InputError

__all__ = ["Places", "read_yaml"]

MAX_BYTES = 1 << 20
_NULL_ALONE = {
    first: [("tag:yaml.org,2002:null", re.compile(r"(~|null|Null|NULL|)\Z"))] for first in ("~", "n", "N", "")
}
Path_ = tuple[Any, ...]


@dataclass(frozen=True)
class Places:
    """Where things stand: name: of the file; at: "LINE:COLUMN", or "FILE:LINE:COLUMN" of an included one, by the path of keys."""

    name: str
    at: dict[Path_, str] = field(default_factory=dict)

    def where(self, *path: Any) -> str:
        """Where the thing at a path stands, or what it is in if that was not written; for a line of an error."""
        step = f"step {path[1]!r}" if len(path) > 1 and path[0] == "steps" else ""
        for length in range(len(path), 0, -1):
            if (place := self.at.get(path[:length])) is not None:
                begin = place if place.count(":") > 1 else f"{self.name}:{place}"
                return f"{begin}: {step}" if step else begin
        return f"{self.name}, {step}" if step else self.name


def read_yaml(path: Path) -> tuple[Any, Places]:
    """(the content of a YAML file, where its keys stand), without aliases and double keys. Raises InputError naming the file,
    the line and the column.
    """
    import yaml

    def place(mark: Any) -> str:
        return f"{path.name}:{mark.line + 1}:{mark.column + 1}"

    class Strict(yaml.SafeLoader):
        """Refuses what makes a small file large or hides a key. Every value stays the text that was written (`no`,
        `1.10`, `2024-05-01`, `007`), for what it is meant as is said by its key; but for null and a quoted text.
        """

        yaml_implicit_resolvers = _NULL_ALONE

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise InputError(f"{place(self.get_mark())}: aliases (*name) are not taken; write it out")
            event: Any = cast(Any, self).peek_event()
            if getattr(event, "tag", None) is not None:
                raise InputError(f"{place(event.start_mark)}: tags ({event.tag}) are not taken; leave them out")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[Any] = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise InputError(f"{place(key.start_mark)}: a key is one word, not a list")
                if key.value in seen:
                    raise InputError(f"{place(key.start_mark)}: {key.value!r} stands twice; keep one of them")
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError(f"{str(path)!r} is larger than {MAX_BYTES >> 20} MiB; a piece is a short text")
        loader = Strict(decode_text(data, name=str(path)))
        try:
            node = loader.get_single_node()
            row = loader.construct_document(node) if node is not None else None
        finally:
            loader.dispose()
        places = Places(path.name)
        _mark(node, (), places.at)
        return row, places
    except FormatError as error:
        raise InputError(str(error)) from error
    except OSError as error:
        raise InputError(f"the piece {str(path)!r} cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise InputError(f"{str(path)!r} is nested too deeply; a piece has three levels") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = place(mark) if mark else path.name
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InputError(f"{where}: this is not YAML: {problem}") from error


def _mark(node: Any, path: Path_, at: dict[Path_, str]) -> None:
    """Note where each key, or each item of a list, begins."""
    if node is None:
        return
    pairs = (
        [(key.value, key, value) for key, value in node.value]
        if node.id == "mapping"
        else [(number, item, item) for number, item in enumerate(node.value)]
        if node.id == "sequence"
        else []
    )
    for name, begin, value in pairs:
        at[*path, name] = f"{begin.start_mark.line + 1}:{begin.start_mark.column + 1}"
        _mark(value, (*path, name), at)
