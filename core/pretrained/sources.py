"""Where a pretrained model lies, and whether it may be loaded: nothing here loads weights or opens a connection.

A source is `./folder`, `./model.gguf` or `ORG/NAME[@REVISION]`, which is looked for in the local cache of the hub.
Weights are safetensors or GGUF; a pickle is never opened, and code that a repository brings is never run.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..errors import InputError, WeightsError
from ..transformer.panels import are_fast
from .gguf_header import GGUFHeader, read_header

__all__ = [
    "PICKLES",
    "STEPPED",
    "TOKENIZERS",
    "Source",
    "find_named",
    "find_pipeline",
    "find_source",
    "is_variant",
    "read_config",
    "repository_folder",
    "split_name",
]

STEPPED = "artwright"
"""The key of a config.json that says how many bits its large matrices take (`stepped.py`)."""
_WORD = r"[A-Za-z0-9][\w.-]{0,95}"
_NAME = re.compile(rf"{_WORD}/{_WORD}", re.ASCII)
_REVISION = re.compile(r"[\w./-]{0,120}", re.ASCII)
PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.pkl", "*.h5", "*.msgpack")
TOKENIZERS = ("tokenizer.json", "tokenizer.model", "vocab.json", "vocab.txt", "spiece.model")
_BYTES = {"F64": 8, "F32": 4, "F16": 2, "BF16": 2, "I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1, "BOOL": 1}
_PINNED = ("config.json", "tokenizer_config.json", "generation_config.json", *TOKENIZERS)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A model that may be loaded.

    text: as it was asked for; folder: where its files lie; files: its weight files, sorted; gguf: the name of its GGUF
    file, or ""; config: its configuration ({} for GGUF); facts: what the header of a GGUF file says; parameters: how many
    numbers its weights hold; number_bytes: how many bytes most of them take in the file (of GGUF 2: its parts of bytes
    are turned back).
    """

    text: str
    folder: Path
    files: tuple[Path, ...]
    gguf: str = ""
    config: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    parameters: int
    number_bytes: int

    @property
    def stored(self) -> int:
        """Bytes of the weight files."""
        return sum(file.stat().st_size for file in self.files)

    @property
    def place(self) -> str:
        """The folder, or the GGUF file, without links: one place, one model."""
        return str((self.folder / self.gguf if self.gguf else self.folder).resolve())

    @property
    def pinned(self) -> tuple[Path, ...]:
        """The files whose content decides what it writes."""
        if self.gguf:
            return self.files
        return (*self.files, *(path for name in _PINNED if (path := self.folder / name).is_file()))

    def name_of(self, file: Path) -> str:
        """A file's name in the folder, with the folders below it."""
        return file.relative_to(self.folder).as_posix()

    @property
    def architecture(self) -> str:
        """The family of the network ("llama", "qwen2"), "" where nothing says."""
        named = self.config.get("model_type") or self.config.get("_class_name")
        return str(named or self.facts.get("general.architecture") or "")

    @property
    def revision(self) -> str:
        """The commit of a model of the hub's cache, else ""."""
        return self.folder.name if self.folder.parent.name == "snapshots" else ""

    @property
    def has_tokenizer(self) -> bool:
        """Whether it can read text."""
        return bool(self.gguf) or any((self.folder / name).is_file() for name in TOKENIZERS)

    @property
    def bits(self) -> int:
        """Of a number of its large matrices, where they are kept in steps; 0 where they are not."""
        return int(self.config[STEPPED]["bits"]) if STEPPED in self.config else 0

    def memory(self, device: str = "cpu") -> int:
        """Bytes that the weights take once loaded: whole numbers on the CPU, in steps where they are kept so, elsewhere as
        `number_type` says.
        """
        if self.bits and device == "cpu" and are_fast():
            return self.parameters * 5 // 4
        return self.parameters * (2 if self.number_type(device) in ("bfloat16", "float16") else 4)

    def number_type(self, device: str) -> str:
        """The type that it computes with on a device: float32 on the CPU, which is quickest and the same everywhere; its
        own of 16 bits elsewhere, bfloat16 where the device has it.
        """
        if device == "cpu" or self.number_bytes > 2:
            return "float32"
        if device.startswith("cuda"):
            import torch

            return "bfloat16" if torch.cuda.is_bf16_supported() else "float16"
        return "float16"


def find_source(text: str, *, tokenizer: bool = True) -> Source:
    """The model of a folder, a GGUF file or the local cache of the hub. tokenizer: whether it needs one.

    Raises InputError if there is none, WeightsError if there is one that must not or cannot be loaded: only pickled
    weights, code of its own, no tokenizer, damaged files, a GGUF file of an architecture that cannot be read.
    """
    if not text.strip():
        raise InputError("no model was named; write hf:./FOLDER, hf:./MODEL.gguf or hf:ORG/NAME[@REVISION]")
    path = Path(text).expanduser()
    if path.suffix == ".gguf":
        return _of_gguf(text, path)
    if path.is_dir():
        return _of_folder(text, path, tokenizer)
    if path.exists():
        raise InputError(f"{text!r} is a file, but no GGUF file; name a folder with config.json, or a .gguf file")
    if text.startswith((".", "/", "~")) or text.count("/") != 1:
        raise InputError(f"there is no folder {text!r}; write ./FOLDER, ./MODEL.gguf or ORG/NAME[@REVISION]")
    return _of_folder(text, _cached(text), tokenizer)


def find_named(name: str) -> Source | None:
    """The files of a model by its whole name ("hf:./qwen"), None of one that is asked over a network, or comes with a
    plugin. Raises as `find_source` does.
    """
    kind, _, place = name.partition(":")
    if kind == "hf":
        return find_source(place, tokenizer=False)
    return find_pipeline(place) if kind == "diffusers" else None


def find_pipeline(text: str) -> Source:
    """The pipeline of diffusers of a folder or the local cache of the hub: several networks, a folder each.

    Raises as `find_source` does.
    """
    folder = Path(text).expanduser()
    if not text.strip() or not folder.is_dir():
        if text.startswith((".", "/", "~")):
            raise InputError(
                f"there is no folder {text!r}; name a folder as diffusers saves it, or ORG/NAME[@REVISION]"
            )
        folder = _cached(text)
    if not (folder / "model_index.json").is_file():
        raise WeightsError(f"the folder {text!r} holds no model_index.json; name a folder as diffusers saves it")
    config = read_config(folder / "model_index.json")
    code = sorted(file.name for file in folder.rglob("*.py"))
    if code or not isinstance(config.get("_class_name"), str):
        raise WeightsError(f"the pipeline {text!r} brings code of its own ({', '.join(code[:3])}), which is never run")
    parts = [part for part, named in config.items() if isinstance(named, list) and named != [None, None]]
    every = sorted(file for part in parts for file in (folder / part).glob("*.safetensors"))
    files = tuple(file for file in every if not is_variant(file.name, [f.name for f in file.parent.iterdir()]))
    if not files:
        pickles = [file.name for pattern in PICKLES for file in sorted(folder.rglob(pattern))]
        raise WeightsError(f"the pipeline {text!r} has no safetensors" + _told_pickle(pickles))
    return _source(text, folder, files, config)


def is_variant(file: str, beside: Iterable[str]) -> bool:
    """Whether a file holds in another type of numbers ("model.fp16.safetensors") what stands beside it."""
    stem, _, kind = file.removesuffix(".safetensors").rpartition(".")
    return kind in ("fp16", "bf16", "non_ema") and f"{stem}.safetensors" in beside


def _told_pickle(pickles: list[str]) -> str:
    return f", only {pickles[0]}, which may run code when it is opened; convert it first" if pickles else ""


def split_name(text: str) -> tuple[str, str]:
    """(ORG/NAME, revision or "") of a name on a hub. Raises InputError."""
    repository, _, revision = text.partition("@")
    if not _NAME.fullmatch(repository) or ".." in text or not _REVISION.fullmatch(revision):
        raise InputError(f"{text!r} is not the name of a model on a hub; write ORG/NAME or ORG/NAME@REVISION")
    return repository, revision


def repository_folder(repository: str) -> Path:
    """The folder of `ORG/NAME` in the hub's local cache, whether or not it is there."""
    home = Path(os.environ.get("HF_HOME") or Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "huggingface")
    cache = Path(os.environ.get("HF_HUB_CACHE") or home / "hub").expanduser()
    return cache / f"models--{repository.replace('/', '--')}"


def _cached(text: str) -> Path:
    """The folder of `ORG/NAME[@REVISION]` in the hub's local cache. Raises InputError if it is not there."""
    repository, revision = split_name(text)
    folder = repository_folder(repository)
    ref = folder / "refs" / (revision or "main")
    commit = ref.read_text("utf-8").strip() if ref.is_file() else revision
    if commit and _REVISION.fullmatch(commit) and (found := folder / "snapshots" / commit).is_dir():
        return found
    raise InputError(
        f"the model {text!r} is not on this computer, and nothing is fetched by itself; "
        f"`artwright models download {text}` says how large it is and gets it, or name a folder"
    )


def _of_folder(text: str, folder: Path, tokenizer: bool = True) -> Source:
    files = tuple(sorted(folder.glob("*.safetensors")))
    if not (folder / "config.json").is_file():
        ggufs = sorted(folder.glob("*.gguf"))
        if len(ggufs) == 1:
            return _of_gguf(text, ggufs[0])
        raise WeightsError(
            f"the folder {text!r} holds no config.json; name a folder as transformers saves it"
            + (f", or one of its files: {', '.join(g.name for g in ggufs)}" if ggufs else "")
        )
    config = read_config(folder / "config.json")
    if "auto_map" in config:
        raise WeightsError(
            f"the model {text!r} brings code of its own (auto_map in its config.json), which is never run; take a model "
            f"of an architecture that transformers knows"
        )
    if not files:
        pickles = [file.name for pattern in PICKLES for file in folder.glob(pattern)]
        raise WeightsError(f"the model {text!r} has no safetensors" + _told_pickle(pickles))
    if tokenizer and not any((folder / name).is_file() for name in TOKENIZERS):
        raise WeightsError(f"the folder {text!r} holds no tokenizer; it needs one of: {', '.join(TOKENIZERS)}")
    if STEPPED in config:
        _check_stepped(text, config[STEPPED])
    return _source(text, folder, files, config)


def _check_stepped(text: str, told: Any) -> None:
    sound = isinstance(told, dict) and told.get("bits") in (4, 8) and isinstance(told.get("parameters"), int)
    if not sound or told["parameters"] < 1:
        raise WeightsError(
            f"config.json of {text!r} says under {STEPPED!r} nothing that this version knows; make the model again with "
            f"`artwright models optimize`"
        )


def _source(text: str, folder: Path, files: tuple[Path, ...], config: dict[str, Any]) -> Source:
    counted: Counter[int] = Counter()
    for file in files:
        counted += _count_safetensors(file)
    return Source(
        text=text,
        folder=folder,
        files=files,
        config=config,
        parameters=config[STEPPED]["parameters"] if STEPPED in config else counted.total(),
        number_bytes=counted.most_common(1)[0][0] if counted else 4,
    )


def read_config(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise WeightsError(f"{str(path)!r} cannot be read: {error}") from None
    if not isinstance(found, dict):
        raise WeightsError(f"{str(path)!r} holds no configuration")
    return found


def _count_safetensors(path: Path) -> Counter[int]:
    """Numbers in a file by the bytes that each takes, from its header. Raises WeightsError if it is damaged."""
    counted: Counter[int] = Counter()
    try:
        with path.open("rb") as file:
            size = int.from_bytes(file.read(8), "little")
            if not 2 <= size <= min(100_000_000, path.stat().st_size - 8):
                raise ValueError("its header has an impossible length")
            for name, entry in json.loads(file.read(size)).items():
                if name != "__metadata__":
                    width = _BYTES.get(entry["dtype"], 1)
                    counted[width] += (entry["data_offsets"][1] - entry["data_offsets"][0]) // width
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise WeightsError(f"the weights {str(path)!r} are no sound safetensors file: {error}") from None
    return counted


def _of_gguf(text: str, path: Path) -> Source:
    if not path.is_file():
        raise InputError(f"there is no file {text!r}")
    try:
        header = read_header(path)
    except (OSError, ValueError) as error:
        raise WeightsError(f"{text!r} is no sound GGUF file: {error}") from None
    _check_gguf(text, header)
    return Source(
        text=text,
        folder=path.parent,
        files=(path,),
        gguf=path.name,
        facts=header.facts,
        parameters=header.parameters,
        number_bytes=2,
    )


def _check_gguf(text: str, header: GGUFHeader) -> None:
    """Raise WeightsError for an architecture that transformers cannot read, InputError where the reader is missing."""
    from importlib.util import find_spec

    from transformers.integrations.ggml import GGUF_CONFIG_MAPPING as readable

    if _plain(header.architecture) not in map(_plain, readable):
        raise WeightsError(
            f"the GGUF file {text!r} is of the architecture {header.architecture or '(none)'!r}, which transformers cannot "
            f"read from GGUF; take the model's safetensors, or one of: "
            f"{', '.join(sorted({*readable} - {'general', 'tokenizer'}))}"
        )
    if find_spec("gguf") is None:
        raise InputError(
            "reading GGUF files needs the package gguf; install artwright[gguf], or name a folder of safetensors"
        )


def _plain(architecture: str) -> str:
    return architecture.replace("-", "").replace("_", "")
