"""What marks a person wants on the works they write: said once for all (`artwright marks set`), or for one run."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from ..errors import InputError, StoreError
from ..files import write_text
from ..home import marks_file
from .labels import PROFILES

__all__ = ["Wishes", "read_wishes", "write_wishes"]


@dataclass(frozen=True, kw_only=True)
class Wishes:
    """sign: seal what is written; key: the name of the key, "" for the one there is; dated: with the time; mark: the profile
    of labels; author, licence: of what is written, "" where nothing is said; credentials: write Content Credentials.
    """

    sign: bool = False
    key: str = ""
    dated: bool = False
    mark: str = "none"
    author: str = ""
    licence: str = ""
    credentials: bool = False

    def __post_init__(self) -> None:
        if self.mark not in PROFILES:
            raise InputError(f"{self.mark!r} is no profile of labels; there are: {', '.join(PROFILES)}")
        for name, value in (("author", self.author), ("licence", self.licence)):
            if len(value) > 200 or not value.isprintable():
                raise InputError(f"the {name} is not a line of at most 200 characters")


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
    except (OSError, ValueError, InputError) as error:
        raise StoreError(
            f"{str(path)!r} cannot be read ({error}); delete it, and say with `artwright marks set` again"
        ) from error


def write_wishes(home: Path, wishes: Wishes) -> None:
    """Keep what a person wants from now on."""
    write_text(marks_file(home), json.dumps(asdict(wishes), indent=1, ensure_ascii=False) + "\n")
