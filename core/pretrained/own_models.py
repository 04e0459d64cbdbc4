"""The models of a person's own list: short names, other names, defaults, and the hashes of what was used before.

It is one small JSON of the home, written whole under a lock; nothing of it is read from the models themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from ..errors import ArtwrightError, StoreError, WeightsError
from ..files import make_folder, sha256_file, write_text
from ..home import locks_folder, models_file
from ..locks import locked
from ..usage import note_weights
from .sources import Source

__all__ = ["OwnModel", "OwnModels", "edit_models", "pin_weights", "read_models"]

_VERSION = 1
_WAIT_S = 30.0
_DEEPEST = 8  # other names of other names


@dataclass(frozen=True, kw_only=True)
class OwnModel:
    """A model of the list. source: as it stands behind `-m`, places whole ("hf:/home/me/qwen"); downloaded: whether its
    files were fetched by `artwright models download`.
    """

    source: str
    downloaded: bool = False


@dataclass(kw_only=True)
class OwnModels:
    """models by name; aliases: other names of these or of built-in models; defaults: "MEDIUM" or "MEDIUM:KIND" -> name;
    pins: place of a model -> SHA-256 by file name.
    """

    models: dict[str, OwnModel] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    pins: dict[str, dict[str, str]] = field(default_factory=dict)

    def full_name(self, name: str) -> str:
        """What a name stands for: the source of a model of the list, else the name that it is another name of.

        `hf:./NAME` that is not in the folder at hand is the one model of the list whose place ends so: manifests hold
        no more of a place.
        """
        for _ in range(_DEEPEST):
            if name not in self.aliases:
                break
            name = self.aliases[name]
        if name in self.models:
            return self.models[name].source
        head, colon, last = name.rpartition(":./")
        owner, mark, kind = head.rpartition(":")
        if colon and "/" not in last and not Path(last).exists():
            same = {m.source for m in self.models.values() if _is_place(m.source, kind, last)}
            if len(same) == 1:
                return f"{owner}{mark}{same.pop()}"
        return name

    def default(self, medium: str, kind: str = "") -> str | None:
        """The name that writes where none is named, or None: that of the kind goes before that of the medium."""
        return self.defaults.get(f"{medium}:{kind}") or self.defaults.get(medium)


def _is_place(source: str, kind: str, last: str) -> bool:
    its_kind, _, place = source.partition(":")
    return its_kind == kind and Path(place).is_absolute() and Path(place).name == last


def read_models(home: Path) -> OwnModels:
    """The list of a home; an empty one where there is none. Raises StoreError where the file is none."""
    path = models_file(home)
    try:
        text = path.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return OwnModels()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"the list of models {str(path)!r} cannot be read: {error}") from error
    try:
        return _parsed(json.loads(text))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise StoreError(
            f"{str(path)!r} is no list of models ({error}); delete it, and add the models again"
        ) from error


def _parsed(row: Any) -> OwnModels:
    if row["version"] != _VERSION:
        raise ValueError(f"it is of version {row['version']!r}, not {_VERSION}")
    texts = {name: {str(k): str(v) for k, v in row[name].items()} for name in ("aliases", "defaults")}
    models = {
        str(name): OwnModel(source=str(one["source"]), downloaded=bool(one["downloaded"]))
        for name, one in row["models"].items()
    }
    pins = {str(place): {str(k): str(v) for k, v in files.items()} for place, files in row["pins"].items()}
    return OwnModels(models=models, pins=pins, **texts)


@contextmanager
def edit_models(home: Path) -> Iterator[OwnModels]:
    """The list, to be changed in the block and written at its end; two programs wait for each other.

    Raises StoreError where another one keeps it for longer than half a minute.
    """
    folder = locks_folder(home)
    make_folder(folder)
    lock = folder / "models.lock"
    with locked(lock, wait_s=_WAIT_S, busy=lambda: StoreError("another program is changing the list of models")):
        own = read_models(home)
        before = asdict(own)
        yield own
        if asdict(own) != before:
            row = {"version": _VERSION, **asdict(own)}
            write_text(models_file(home), json.dumps(row, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def pin_weights(home: Path, source: Source) -> dict[str, str]:
    """SHA-256 of each weight file by name, noted for the manifest; at the first use they are kept, with those of the
    configuration and the tokenizer, and afterwards compared.

    Raises WeightsError where a file is another one than before.
    """
    place, hashes = source.place, {source.name_of(file): sha256_file(file) for file in source.pinned}
    before = read_models(home).pins.get(place)
    if before is None:
        _keep(home, place, hashes)
    elif changed := sorted(name for name in {*before, *hashes} if before.get(name) != hashes.get(name)):
        raise WeightsError(
            f"{changed[0]!r} of the model {source.text!r} is not the file that it was when the model was first used "
            f"(SHA-256 {_short(before, changed[0])} then, {_short(hashes, changed[0])} now); if that was meant, "
            f"`artwright models remove {source.text!r}` forgets the old one, else put the old file back"
        )
    weights = {name: hashes[name] for name in map(source.name_of, source.files)}
    note_weights(weights)
    return weights


def _keep(home: Path, place: str, hashes: dict[str, str]) -> None:
    try:
        with edit_models(home) as own:
            own.pins[place] = hashes
    except (OSError, ArtwrightError):  # a home that cannot be written costs the comparison, not the work
        return


def _short(hashes: dict[str, str], name: str) -> str:
    return hashes[name][:12] if name in hashes else "none"
