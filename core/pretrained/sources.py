"""Where a pretrained model lies, and whether it may be loaded: nothing here loads weights or opens a connection.

A source is `./folder`, `./model.gguf` or `ORG/NAME[@REVISION]`, which is looked for in the local cache of the hub.
Weights are safetensors or GGUF; a pickle is never opened, and code that a repository brings is never run.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InputError, WeightsError

__all__ = ["Source", "find_source"]

_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.h5", "*.msgpack")
_TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model")
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}


@dataclass(frozen=True, kw_only=True)
class Source:
    """A model that may be loaded.

    text: as it was asked for; folder: where its files lie; files: its weight files, sorted; gguf: the name of its GGUF
    file, or ""; config: its configuration ({} for GGUF); parameters: how many numbers its weights hold.
    """

    text: str
    folder: Path
    files: tuple[Path, ...]
    gguf: str
    config: dict[str, Any]
    parameters: int

    @property
    def stored(self) -> int:
        """Bytes of the weight files."""
        return sum(file.stat().st_size for file in self.files)

    def memory(self, width: int = 4) -> int:
        """Bytes that the weights take once loaded, `width` bytes a number (GGUF is turned back into full numbers)."""
        return width * self.parameters


def find_source(text: str) -> Source:
    """The model of a folder, a GGUF file or the local cache of the hub.

    Raises InputError if there is none, WeightsError if there is one that must not or cannot be loaded: only pickled
    weights, code of its own, no tokenizer, damaged files.
    """
    if not text.strip():
        raise InputError("no model was named; write hf:./FOLDER, hf:./MODEL.gguf or hf:ORG/NAME[@REVISION]")
    path = Path(text).expanduser()
    if path.suffix == ".gguf":
        return _of_gguf(text, path)
    if path.is_dir():
        return _of_folder(text, path)
    if path.exists():
        raise InputError(f"{text!r} is a file, but no GGUF file; name a folder with config.json, or a .gguf file")
    if text.startswith((".", "/", "~")) or text.count("/") != 1:
        raise InputError(f"there is no folder {text!r}; write ./FOLDER, ./MODEL.gguf or ORG/NAME[@REVISION]")
    return _of_folder(text, _cached(text))


def _cached(text: str) -> Path:
    """The folder of `ORG/NAME[@REVISION]` in the hub's local cache. Raises InputError if it is not there."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    name, _, revision = text.partition("@")
    try:
        return Path(snapshot_download(name, revision=revision or None, local_files_only=True))
    except (LocalEntryNotFoundError, FileNotFoundError):
        raise InputError(
            f"the model {text!r} is not in the local cache, and artwright opens no connection for it; fetch it with "
            f"`hf download {name}{f' --revision {revision}' if revision else ''}`, or name a folder"
        ) from None
    except HFValidationError:
        raise InputError(f"{text!r} is not the name of a model; write ORG/NAME[@REVISION]") from None


def _of_folder(text: str, folder: Path) -> Source:
    files = tuple(sorted(folder.glob("*.safetensors")))
    if not (folder / "config.json").is_file():
        ggufs = sorted(folder.glob("*.gguf"))
        if len(ggufs) == 1:
            return _of_gguf(text, ggufs[0])
        raise WeightsError(
            f"the folder {text!r} holds no config.json; name a folder as transformers saves it"
            + (f", or one of its files: {', '.join(g.name for g in ggufs)}" if ggufs else "")
        )
    config = _read_json(folder / "config.json")
    if "auto_map" in config:
        raise WeightsError(
            f"the model {text!r} brings code of its own (auto_map in its config.json), which is never run; take a model "
            f"of an architecture that transformers knows"
        )
    if not files:
        pickles = [file.name for pattern in _PICKLES for file in folder.glob(pattern)]
        raise WeightsError(
            f"the model {text!r} has no safetensors"
            + (f", only {pickles[0]}, which may run code when it is opened; convert it first" if pickles else "")
        )
    if not any((folder / name).is_file() for name in _TOKENIZERS):
        raise WeightsError(f"the folder {text!r} holds no tokenizer; it needs one of: {', '.join(_TOKENIZERS)}")
    parameters = sum(_count_safetensors(file) for file in files)
    return Source(text=text, folder=folder, files=files, gguf="", config=config, parameters=parameters)


def _read_json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{str(path)!r} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise WeightsError(f"{str(path)!r} holds no configuration")
    return found


def _count_safetensors(path: Path) -> int:
    """Numbers in a file, from its header. Raises WeightsError if it is damaged."""
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if not 2 <= size <= min(100_000_000, path.stat().st_size - 8):
                raise ValueError("its header has an impossible length")
            header = json.loads(file.read(size))
            entries = [entry for name, entry in header.items() if name != "__metadata__"]
            return sum((e["data_offsets"][1] - e["data_offsets"][0]) // _BYTES.get(e["dtype"], 1) for e in entries)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise WeightsError(f"the weights {str(path)!r} are no sound safetensors file: {error}") from None


def _of_gguf(text: str, path: Path) -> Source:
    if not path.is_file():
        raise InputError(f"there is no file {text!r}")
    with path.open("rb") as file:
        if file.read(4) != b"GGUF":
            raise WeightsError(f"{text!r} is not a GGUF file (its first bytes say otherwise)")
    try:
        from gguf import GGUFReader
    except ImportError:
        raise InputError(
            "reading GGUF files needs the package gguf; install artwright[gguf], or name a folder of safetensors"
        ) from None
    try:
        parameters = sum(int(tensor.n_elements) for tensor in GGUFReader(path).tensors)
    except Exception as error:  # the reader trusts the file: whatever it stumbles over, the file is damaged
        raise WeightsError(f"the GGUF file {text!r} is damaged: {error}") from error
    return Source(text=text, folder=path.parent, files=(path,), gguf=path.name, config={}, parameters=parameters)
