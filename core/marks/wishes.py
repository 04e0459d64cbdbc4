"""What marks a person wants on the works they write: said once for all (`artwright marks set`), or for one run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import StoreError
from ..files import write_text
from ..home import marks_file

__all__ = ["Wishes", "read_wishes", "write_wishes"]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """sign: seal what is written; key: the name of the key, "" for the one there is; dated: with the time."""

    sign: bool = False
    key: str = ""
    dated: bool = False


def read_wishes(home: Path) -> Wishes:
    """What a home says, nothing where it says nothing. Raises StoreError where the file is none."""
    path = marks_file(home)
    try:
        row = json.loads(path.read_text("utf-8"))
        kinds = {field.name: type(field.default) for field in fields(Wishes)}
        if not isinstance(row, dict) or any(type(row[name]) is not kind for name, kind in kinds.items() if name in row):
            raise ValueError("it is of another form")
        return Wishes(**{name: row[name] for name in kinds if name in row})
    except (FileNotFoundError, NotADirectoryError):
        return Wishes()
    except (OSError, ValueError) as error:
        raise StoreError(
            f"{str(path)!r} cannot be read ({error}); delete it, and say with `artwright marks set` again"
        ) from error


def write_wishes(home: Path, wishes: Wishes) -> None:
    """Keep what a person wants from now on."""
    write_text(marks_file(home), json.dumps(asdict(wishes), indent=1, ensure_ascii=False) + "\n")
