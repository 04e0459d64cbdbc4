"""Fetching a model from a hub: the one place that opens a connection for a model's files.

What is fetched is laid into the hub's own cache, where every program finds it: weight files in pieces that a later call
goes on with, each checked against the hash that the hub tells. Weights are safetensors or GGUF; of the rest only
tokenizers, configurations and cards are taken.
"""

from __future__ import annotations

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import InputError, StoreError, WeightsError, tell_error
from ..files import write_text
from .facts import licence_in
from .sources import PICKLES, is_variant, repository_folder, split_name

__all__ = ["Offer", "delete", "fetch", "look_up"]

_REST = ("*.json", "*.jinja", "*.model", "vocab.txt", "merges.txt", "README.md", "LICENSE*", "NOTICE*")
_LARGEST_REST = 64 << 20
Tell = Callable[[float, str], None]


@dataclass(frozen=True)
class Offer:
    """What a hub has under a name. repository: ORG/NAME; asked: the revision that was asked for; revision: the commit that
    it means; sizes: bytes by file name, of the files
    that would be fetched; hashes: SHA-256 of those that have one; licence: as its card names it.
    """

    repository: str
    asked: str
    revision: str
    sizes: dict[str, int]
    hashes: dict[str, str]
    licence: str

    @property
    def bytes(self) -> int:
        """Bytes of all files."""
        return sum(self.sizes.values())


def look_up(name: str, *, only: str = "") -> Offer:
    """What the hub has under `ORG/NAME[@REVISION]`. only: which weight files, as `*q4_k_m.gguf`.

    Safetensors go before GGUF where there are both. Raises InputError for a name or revision that is not there, that one
    must be let in for, or that holds several GGUF files of which none was chosen; WeightsError for a model of pickles
    alone or with code of its own; StoreError where the hub cannot be reached.
    """
    repository, revision = split_name(name)
    with _online(name) as hub:
        info = hub.api.model_info(repository, revision=revision or None, files_metadata=True)
    every = {file.rfilename: file for file in info.siblings or () if _is_safe(file.rfilename)}
    weights = _weights(name, {file: row.size or 0 for file, row in every.items()}, only)
    if "auto_map" in (getattr(info, "config", None) or {}):
        raise WeightsError(f"the model {name!r} brings code of its own, which is never run; take another model")
    rest = [file for file, row in every.items() if _matches(file, _REST) and (row.size or 0) <= _LARGEST_REST]
    chosen = {file: every[file] for file in (*weights, *rest)}
    return Offer(
        repository=repository,
        asked=revision or "main",
        revision=str(info.sha),
        sizes={file: int(row.size or 0) for file, row in chosen.items()},
        hashes={file: str(row.lfs.sha256) for file, row in chosen.items() if row.lfs},
        licence=_licence(getattr(info, "card_data", None)),
    )


def _tell_bytes(tell: Tell, begun: int, whole: int, file: str, got: int) -> None:
    tell((begun + got) / max(1, whole), file)


def delete(repository: str, revision: str) -> None:
    """Delete the files of one commit from the hub's cache, but for those that another commit of it has, too."""
    folder = repository_folder(repository)
    shutil.rmtree(folder / "snapshots" / revision, ignore_errors=True)
    for ref in (folder / "refs").glob("**/*"):
        if ref.is_file() and ref.read_text("utf-8").strip() == revision:
            ref.unlink()
    kept = {path.resolve() for path in (folder / "snapshots").rglob("*") if path.is_file()}
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)
        return
    for blob in (folder / "blobs").iterdir():
        if blob.resolve() not in kept:
            blob.unlink()


def _weights(name: str, sizes: Mapping[str, int], only: str) -> list[str]:
    """The weight files to fetch. Raises as `look_up` does."""
    tensors = [file for file in sizes if _matches(file, ("*.safetensors",))]
    ggufs = [file for file in sizes if _matches(file, ("*.gguf",))]
    if only:
        chosen = [file for file in (*tensors, *ggufs) if _matches(file, (only,)) or fnmatch(file, only)]
        if not chosen:
            raise InputError(f"the model {name!r} has no weights {only!r}; it has: {_listed(sizes, tensors + ggufs)}")
        return chosen
    if not tensors and len(ggufs) > 1:
        raise InputError(f"the model {name!r} has several GGUF files; choose with --file: {_listed(sizes, ggufs)}")
    if not tensors and not ggufs:
        pickles = sorted(file for file in sizes if _matches(file, PICKLES))
        raise WeightsError(
            f"the model {name!r} has no safetensors and no GGUF"
            + (f", only {pickles[0]}, which may run code when it is opened; take another model" if pickles else "")
        )
    return [file for file in tensors if not is_variant(file, tensors)] or ggufs


def _listed(sizes: Mapping[str, int], files: Iterable[str]) -> str:
    return ", ".join(f"{file} ({sizes[file] / 1e9:.2f} GB)" for file in sorted(files)) or "none"


def _licence(card: Any) -> str:
    told = {key: card.get(key) for key in ("license", "license_name")} if card is not None else {}
    rows = "".join(f"{key}: {value}\n" for key, value in told.items() if value)
    return licence_in(f"---\n{rows}\n---") or "not stated"


def fetch(offer: Offer, *, tell: Tell = lambda share, text: None) -> Path:
    """The folder of the model in the hub's cache, with all of its files; what an earlier call began is gone on with.

    Raises StoreError where the connection ends or the disk is full, WeightsError for a file of another hash than told.
    """
    done = 0
    name = f"{offer.repository}@{offer.revision}"
    folder = Path()
    with _online(name) as hub:
        for file, size in sorted(offer.sizes.items(), key=lambda row: row[1]):
            begun = done
            tell(done / max(1, offer.bytes), file)
            if file in offer.hashes:
                hub.bring(offer, file, partial(_tell_bytes, tell, begun, offer.bytes, file))
            path = hub.link(offer, file)
            folder = Path(path).parents[len(Path(file).parts) - 1]
            done += size
    if offer.asked != offer.revision:  # so that the name alone finds it, too
        write_text(repository_folder(offer.repository) / "refs" / offer.asked, offer.revision)
    tell(1.0, "")
    return folder


def _matches(file: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatch(file.rpartition("/")[2], pattern) for pattern in patterns)


def _is_safe(file: str) -> bool:
    return not file.startswith(("/", ".")) and ".." not in Path(file).parts and "\\" not in file


class _Hub:
    """A hub that may be asked. api: its client."""

    def __init__(self) -> None:
        from huggingface_hub import HfApi

        self.endpoint = os.environ.get("HF_ENDPOINT") or None
        self.api = HfApi(endpoint=self.endpoint)

    def link(self, offer: Offer, file: str) -> str:
        """The file in the cache's folder of this commit, fetched if its content is not there."""
        from huggingface_hub import hf_hub_download

        cache = repository_folder(offer.repository).parent
        return str(
            hf_hub_download(offer.repository, file, revision=offer.revision, endpoint=self.endpoint, cache_dir=cache)
        )

    def bring(self, offer: Offer, file: str, tell: Callable[[int], None]) -> None:
        """Lay the content of a large file into the cache under its hash, going on with what is there of it."""
        from huggingface_hub import hf_hub_url
        from huggingface_hub.file_download import http_get
        from huggingface_hub.utils._headers import build_hf_headers

        digest, size = offer.hashes[file], offer.sizes[file]
        blobs = repository_folder(offer.repository) / "blobs"
        blobs.mkdir(parents=True, exist_ok=True)
        part = blobs / f"{digest}.part"
        if (blobs / digest).exists():
            return
        with part.open("ab") as out:
            if out.tell() > size:
                out.truncate(0)
            http_get(
                hf_hub_url(offer.repository, file, revision=offer.revision, endpoint=self.endpoint),
                out,
                resume_size=out.tell(),
                expected_size=size,
                headers=build_hf_headers(),
                tqdm_class=_bar(tell, out.tell()),
            )
            out.flush()
            os.fsync(out.fileno())
        found = hashlib.sha256()
        with part.open("rb") as data:
            while block := data.read(1 << 22):
                found.update(block)
        if found.hexdigest() != digest:
            part.unlink()
            raise WeightsError(
                f"{file!r} of {offer.repository} came with the SHA-256 {found.hexdigest()[:12]}, not {digest[:12]} as the hub "
                f"told; it was thrown away: try again, and if it stays so ask its author"
            )
        part.replace(blobs / digest)


def _bar(tell: Callable[[int], None], begin: int) -> Any:
    """A bar of tqdm's that draws nothing and tells the bytes that are there."""
    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[type-arg, misc, unused-ignore]
        def __init__(self, *arguments: Any, **settings: Any) -> None:
            self.got = begin
            settings.pop("name", None)
            super().__init__(*arguments, **{**settings, "disable": True})

        def update(self, n: float | None = 1) -> None:
            self.got += int(n or 0)
            tell(self.got)

    return Bar


@contextmanager
def _online(name: str) -> Iterator[_Hub]:
    """A hub to ask in the block, whose errors come as our own; no other code may open a connection meanwhile or after.

    Raises InputError where the person has forbidden it.
    """
    from huggingface_hub import constants, errors
    from huggingface_hub.utils import logging as hub_logging

    before, verbosity = constants.HF_HUB_OFFLINE, hub_logging.get_verbosity()
    constants.HF_HUB_OFFLINE = False
    hub_logging.set_verbosity(logging.ERROR)
    try:
        yield _Hub()
    except errors.GatedRepoError:
        raise InputError(
            f"the model {name!r} is for those who agreed to its terms: do so on its page, then set HF_TOKEN to your token"
        ) from None
    except errors.RevisionNotFoundError:
        raise InputError(
            f"the hub has no such revision of {name!r}: it was removed, or never was; name another after the @, or none"
        ) from None
    except errors.RepositoryNotFoundError:
        raise InputError(
            f"the hub has no model {name!r}, or it is not for everybody (HF_TOKEN is sent where it is set)"
        ) from None
    except errors.LocalEntryNotFoundError as error:  # what the hub's client says where it is not reached
        raise _broken(name, error) from error
    except errors.EntryNotFoundError as error:
        raise StoreError(f"a file of {name!r} vanished from the hub meanwhile: {tell_error(error)[:200]}") from None
    except (errors.HfHubHTTPError, errors.HTTPError, OSError) as error:  # type: ignore[attr-defined, unused-ignore]
        raise _broken(name, error) from error
    finally:
        constants.HF_HUB_OFFLINE = before
        hub_logging.set_verbosity(verbosity)


def _broken(name: str, error: BaseException) -> StoreError:
    return StoreError(
        f"{name!r} cannot be fetched: {tell_error(error)[:300]}; what came is kept, and the same command goes on with it"
    )
