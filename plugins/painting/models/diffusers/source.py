"""Where a pipeline lies, and whether it may be loaded: nothing here loads weights or opens a connection.

A pipeline is a folder as diffusers saves it: `model_index.json` names its parts, each in a folder of its own. Weights are
safetensors alone; a part of any other library than diffusers and transformers would be code of the repository's own, which is never
run.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .....core.errors import InputError, WeightsError
from .....core.pretrained.sources import _cached, _read_json

__all__ = ["FAMILIES", "Pipeline", "find_pipeline"]

FAMILIES = {
    "StableDiffusionPipeline": "StableDiffusion",
    "StableDiffusionImg2ImgPipeline": "StableDiffusion",
    "StableDiffusionInpaintPipeline": "StableDiffusion",
    "StableDiffusionXLPipeline": "StableDiffusionXL",
    "StableDiffusionXLImg2ImgPipeline": "StableDiffusionXL",
    "StableDiffusionXLInpaintPipeline": "StableDiffusionXL",
}
"""Pipelines that are loaded, by their class, and the family that each is of."""

_SAFETY = "StableDiffusionSafetyChecker"
_PARTS: Mapping[str, tuple[str, ...]] = {
    "unet": ("UNet2DConditionModel",),
    "vae": ("AutoencoderKL",),
    "text_encoder": ("CLIPTextModel",),
    "text_encoder_2": ("CLIPTextModelWithProjection",),
    "tokenizer": ("CLIPTokenizer", "CLIPTokenizerFast"),
    "tokenizer_2": ("CLIPTokenizer", "CLIPTokenizerFast"),
    "safety_checker": (_SAFETY,),
    "feature_extractor": ("CLIPImageProcessor", "CLIPImageProcessorPil", "CLIPFeatureExtractor"),
    "image_encoder": ("CLIPVisionModelWithProjection",),
    "scheduler": (),
}
"""What a part may be; a scheduler may be any of diffusers."""
_NEEDED = {
    "StableDiffusion": ("unet", "vae", "text_encoder", "tokenizer", "scheduler"),
    "StableDiffusionXL": ("unet", "vae", "text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2", "scheduler"),
}
_NETWORKS = ("unet", "vae", "text_encoder", "text_encoder_2", "safety_checker", "image_encoder")
_PICKLES = ("*.bin", "*.pt", "*.pth", "*.ckpt", "*.msgpack")
_LIBRARIES = ("diffusers", "transformers")


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A pipeline that may be loaded.

    text: as it was asked for; folder; kind: its class; parts: the names of those that it has; unknown: names of parts that
    no pipeline of its family uses; files: its weight files; variant: the type of numbers that stands in their names
    ("fp16"), or ""; parameters: how many numbers they hold.
    """

    text: str
    folder: Path
    kind: str
    parts: tuple[str, ...]
    unknown: tuple[str, ...]
    files: tuple[Path, ...]
    variant: str
    parameters: int

    @property
    def family(self) -> str:
        """ "StableDiffusion" or "StableDiffusionXL"."""
        return FAMILIES[self.kind]

    def name_of(self, file: Path) -> str:
        """A weight file's name with the folder of its part."""
        return file.relative_to(self.folder).as_posix()


def find_pipeline(text: str) -> Pipeline:
    """The pipeline of a folder or of the local cache of the hub.

    Raises InputError if there is none, WeightsError if there is one that must not or cannot be loaded: of another
    architecture, with code of its own, with pickled weights only, without a part that it needs, with damaged files.
    """
    folder = _place(text)
    index = _read_index(text, folder)
    kind = index.get("_class_name")
    if isinstance(kind, list):
        raise _own_code(text, "in its model_index.json")
    if kind not in FAMILIES:
        raise WeightsError(
            f"the model {text!r} is a {kind or 'pipeline without a name'}; pipelines of Stable Diffusion and SDXL are painted "
            f"with: {', '.join(FAMILIES)}"
        )
    named = dict(_named_parts(text, index))
    missing = [part for part in _NEEDED[FAMILIES[kind]] if part not in named]
    missing += [part for part in named if part in _PARTS and not (folder / part).is_dir() and part not in missing]
    if missing:
        raise WeightsError(f"the model {text!r} lacks its {missing[0]}; a {kind} needs the folder {missing[0]!r}")
    for part in (part for part in named if (folder / part).is_dir()):
        _check_part(text, folder / part)
    weights = {part: _weights_of(text, folder / part) for part in _NETWORKS if part in named}
    variants = {variant for _, variant in weights.values()}
    if len(variants) > 1:
        raise WeightsError(
            f"the parts of the model {text!r} are of several kinds of numbers; take one kind for all of them"
        )
    files = tuple(file for found, _ in weights.values() for file in found)
    return Pipeline(
        text=text,
        folder=folder,
        kind=kind,
        parts=tuple(part for part in named if part in _PARTS),
        unknown=tuple(sorted(part for part in named if part not in _PARTS)),
        files=files,
        variant=variants.pop(),
        parameters=sum(map(_count, files)),
    )


def _place(text: str) -> Path:
    path = Path(text).expanduser()
    if text.strip() and path.is_dir():
        return path
    if text.strip() and path.exists():
        raise InputError(f"{text!r} is a file; name a folder as diffusers saves it, with model_index.json")
    if not text.strip() or text.startswith((".", "/", "~")) or text.count("/") != 1:
        raise InputError(f"there is no folder {text!r}; write diffusers:./FOLDER or diffusers:ORG/NAME[@REVISION]")
    return _cached(text)


def _read_index(text: str, folder: Path) -> dict[str, Any]:
    path = folder / "model_index.json"
    if not path.is_file():
        files = sorted(folder.glob("*.safetensors"))
        raise WeightsError(
            f"the folder {text!r} holds no model_index.json; name a folder as diffusers saves it"
            + (f", not the single file {files[0].name}" if files and not (folder / "config.json").is_file() else "")
        )
    return _read_json(path)


def _named_parts(text: str, index: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(part, class) of what the index names. Raises WeightsError for what is not of diffusers or transformers."""
    for part, found in index.items():
        if part.startswith("_") or not isinstance(found, list) or len(found) != 2 or found == [None, None]:
            continue
        library, name = found
        allowed = _PARTS.get(part, (name,))
        if library not in _LIBRARIES and (part, library) != ("safety_checker", "stable_diffusion"):
            raise _own_code(text, f"the part {part!r} is of {library!r}")
        if name not in (allowed or (name,)) or (part == "scheduler" and not str(name).endswith("Scheduler")):
            raise WeightsError(
                f"the {part} of the model {text!r} is a {name}, which is not painted with; there are: "
                f"{', '.join(allowed) or 'schedulers of diffusers'}"
            )
        yield part, str(name)


def _own_code(text: str, where: str) -> WeightsError:
    return WeightsError(
        f"the model {text!r} brings code of its own ({where}), which is never run; take a pipeline that diffusers knows"
    )


def _check_part(text: str, folder: Path) -> None:
    """Raise WeightsError for code that a part brings."""
    config = folder / "config.json"
    code = next(iter(sorted(folder.glob("*.py"))), None)
    if code is not None or (config.is_file() and "auto_map" in _read_json(config)):
        raise _own_code(text, f"{folder.name}/{code.name}" if code else f"auto_map in {folder.name}/config.json")


def _weights_of(text: str, folder: Path) -> tuple[tuple[Path, ...], str]:
    """(weight files of a part, the variant in their names). Raises WeightsError if there are none that may be opened."""
    every = sorted(folder.glob("*.safetensors"))
    for variant in ("", "fp16", "bf16"):
        files = tuple(file for file in every if _variant(file) == variant)
        if files:
            return files, variant
    pickles = [file.name for pattern in _PICKLES for file in folder.glob(pattern)]
    raise WeightsError(
        f"the {folder.name} of the model {text!r} has no safetensors"
        + (f", only {pickles[0]}, which may run code when it is opened; convert it first" if pickles else "")
    )


def _count(file: Path) -> int:
    """Numbers in a weight file, from its header. Raises WeightsError if it is damaged."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(file, framework="np") as tensors:
            return sum(math.prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118
    except (OSError, SafetensorError) as error:
        raise WeightsError(f"the weights {str(file)!r} are no sound safetensors file: {error}") from None


def _variant(file: Path) -> str:
    """The type of numbers in a name such as `model.fp16.safetensors` or `model.fp16-00001-of-00002.safetensors`."""
    parts = file.name.split(".")
    return parts[1].split("-")[0] if len(parts) > 2 else ""
