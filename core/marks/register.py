"""A register of one's own works: a signed list by content, and by what of them is found again in copies.

    register/register.json             the works by id, medium and title, the day, the key, and its signature on all of it
    register/painting.safetensors      what of the works of a medium, and of a kind, is compared (`core.originality`)

A claim finds a work again by its content, or else by what a copyist leaves: the masses of a picture, the steps of a melody, the
words of a text. Whether something is near enough is judged by how near real works come to one another, as the medium's own
index knows.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ..artwork import Artwork, Medium
from ..errors import ArtwrightError, InputError, StoreError
from ..files import canonical_json, make_folder, now, sha256_file, write_text
from ..library import Library
from ..originality import Fingerprint, Index
from .cards import holds
from .keys import Signer
from .labels import MAKING

__all__ = ["Register"]

_VERSION = 1
_PREFIX = b"artwright register 1\n"
_WIDTH = 40  # digits of an id that stand as a work's name in an index


class Register:
    """The register in a folder. media: by name."""

    def __init__(self, folder: Path, media: Mapping[str, Medium]) -> None:
        self.folder, self._media = folder, media

    def write(self, library: Library, signer: Signer) -> dict[str, Any]:
        """Register all works of a library that were made here; returns the list. Raises InputError if there is none."""
        works, prints = [], defaultdict[tuple[str, str], list[tuple[str, Fingerprint]]](list)
        for row in library.entries():
            if (row.get("provenance") or {}).get("operation") not in MAKING or row["medium"] not in self._media:
                continue
            try:
                print_ = self._media[row["medium"]].fingerprint(library.work(row["id"]))
            except ArtwrightError:  # its file was lost or changed: it is registered by its id alone
                print_ = None
            if print_ is not None:
                prints[row["medium"], print_.kind].append((_name_of(row["id"]), print_))
            works.append({"id": row["id"], "medium": row["medium"], "title": row["title"]})
        if not works:
            raise InputError("the library holds no work that was made here; there is nothing to register")
        make_folder(self.folder)
        files = {}
        for (medium, kind), rows in sorted(prints.items()):
            path = (
                self.folder
                / f"{kind if kind.startswith(medium) else '-'.join(filter(None, (medium, kind)))}.safetensors"
            )
            index = Index.build(rows, facts={"medium": medium})
            index.real = self._real(medium, kind)
            index.save(path)
            files[path.name] = sha256_file(path)
        day = now().date().isoformat()
        listed: dict[str, Any] = {
            "artwright_register": _VERSION,
            "day": day,
            "key": signer.key,
            "works": works,
            "files": files,
        }
        listed["signature"] = signer.sign(_PREFIX + canonical_json(listed).encode())
        write_text(self.folder / "register.json", json.dumps(listed, indent=1, ensure_ascii=False) + "\n")
        return listed

    def _real(self, medium: str, kind: str) -> Any:
        """How near real works of a kind come to one another: what the index that a medium ships knows of it."""
        for path in self._media[medium].indexes():
            if path.exists() and Index.read_kind(path) == kind:
                return Index.load(path).real
        return np.zeros((0, 4), np.float32)

    def read(self) -> dict[str, Any]:
        """The list, its signature and files checked. Raises InputError if there is none, StoreError if it was changed."""
        path = self.folder / "register.json"
        try:
            listed = json.loads(path.read_text("utf-8"))
            unsigned = {key: value for key, value in listed.items() if key != "signature"}
            fits = holds(listed["key"], _PREFIX + canonical_json(unsigned).encode(), listed["signature"])
            fits = fits and all(
                sha256_file(self.folder / Path(name).name) == sha for name, sha in listed["files"].items()
            )
        except FileNotFoundError as error:
            raise InputError("there is no register yet; `artwright works register` makes one") from error
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise StoreError(
                f"{str(path)!r} is no register ({error}); make it again with `artwright works register`"
            ) from error
        if not fits:
            raise StoreError(f"{str(path)!r} was changed after it was signed; put a copy of it back, or make it again")
        return dict(listed)

    def claim(self, work: Artwork) -> dict[str, Any]:
        """Whether a work is a registered one, as plain JSON: found ("same", "copy" or "no"), said, id and title of the nearest,
        share (of it that stands in the registered one, None where that is not counted), day and key of the register.
        """
        listed = self.read()
        by_name = {_name_of(row["id"]): row for row in listed["works"]}
        facts = {"day": listed["day"], "key": listed["key"], "share": None}
        if (same := by_name.get(_name_of(work.id))) is not None and same["medium"] == work.medium:
            said = f"it is the registered work {same['title'] or 'untitled'!r}, unchanged"
            return {"found": "same", "said": said, "id": same["id"], "title": same["title"], **facts}
        print_ = self._media[work.medium].fingerprint(work)
        for name in listed["files"] if print_ is not None else ():
            path = self.folder / Path(name).name
            if print_ is None or Index.read_kind(path) != print_.kind:
                continue
            index = Index.load(path)
            if index.facts.get("medium") != work.medium:
                continue
            report = index.measure(print_)
            nearest = by_name.get(report.nearest[0].name) if report.nearest else None
            if report.copied and nearest is not None:
                said = f"it is a copy of the registered work {nearest['title'] or 'untitled'!r}, or of a part of it"
                return {
                    "found": "copy",
                    "said": said,
                    "id": nearest["id"],
                    "title": nearest["title"],
                    **facts,
                    "share": report.share,
                }
        return {"found": "no", "said": "no registered work is found in it", "id": "", "title": "", **facts}


def _name_of(id_: str) -> str:
    return id_.removeprefix("sha256:")[:_WIDTH]
