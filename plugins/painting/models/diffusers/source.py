"""Where a pipeline lies, and whether it may be loaded: nothing here loads weights or opens a connection.

A pipeline is a folder as diffusers saves it: `model_index.json` names its parts, each in a folder of its own. Weights are
safetensors alone; a part of any other library than diffusers and transformers would be code of the repository's own, which is never
run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .....core.errors import WeightsError
from .....core.pretrained.sources import PICKLES, Source, find_pipeline, read_config

__all__ = ["FAMILIES", "Pipeline", "read_pipeline"]

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
_LIBRARIES = ("diffusers", "transformers")


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """A pipeline that may be loaded.

    source: where it lies; parts: the names of those that it has; unknown: names of parts that no pipeline of its family uses;
    variant: the type of numbers that stands in the names of its weight files ("fp16"), or "".
    """

    source: Source
    parts: tuple[str, ...]
    unknown: tuple[str, ...]
    variant: str

    @property
    def kind(self) -> str:
        """Its class."""
        return self.source.architecture

    @property
    def family(self) -> str:
        """ "StableDiffusion" or "StableDiffusionXL"."""
        return FAMILIES[self.kind]


def read_pipeline(text: str) -> Pipeline:
    """The pipeline of a folder or of the local cache of the hub.

    Raises InputError if there is none, WeightsError if there is one that must not or cannot be loaded: of another
    architecture, with code of its own, with pickled weights only, without a part that it needs, with damaged files.
    """
    source = find_pipeline(text)
    folder, kind = source.folder, source.architecture
    if kind not in FAMILIES:
        raise WeightsError(
            f"the model {text!r} is a {kind}; pipelines of Stable Diffusion and SDXL are painted with: {', '.join(FAMILIES)}"
        )
    named = dict(_named_parts(text, source.config))
    missing = [part for part in _NEEDED[FAMILIES[kind]] if part not in named]
    missing += [part for part in named if part in _PARTS and not (folder / part).is_dir() and part not in missing]
    if missing:
        raise WeightsError(f"the model {text!r} lacks its {missing[0]}; a {kind} needs the folder {missing[0]!r}")
    for part in named:
        _check_part(text, folder / part, weighs=part in _NETWORKS)
    variants = {_variant(file) for file in source.files}
    if len(variants) > 1:
        raise WeightsError(
            f"the parts of the model {text!r} are of several kinds of numbers; take one kind for all of them"
        )
    return Pipeline(
        source=source,
        parts=tuple(part for part in named if part in _PARTS),
        unknown=tuple(sorted(part for part in named if part not in _PARTS)),
        variant=variants.pop(),
    )


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


def _check_part(text: str, folder: Path, *, weighs: bool) -> None:
    """Raise WeightsError for code that a part names, and for a network without weights that may be opened."""
    config = folder / "config.json"
    if config.is_file() and "auto_map" in read_config(config):
        raise _own_code(text, f"auto_map in {folder.name}/config.json")
    if not weighs or any(folder.glob("*.safetensors")):
        return
    pickles = [file.name for pattern in PICKLES for file in folder.glob(pattern)]
    raise WeightsError(
        f"the {folder.name} of the model {text!r} has no safetensors"
        + (f", only {pickles[0]}, which may run code when it is opened; convert it first" if pickles else "")
    )


def _variant(file: Path) -> str:
    """The type of numbers in a name such as `model.fp16.safetensors` or `model.fp16-00001-of-00002.safetensors`."""
    parts = file.name.split(".")
    return parts[1].split("-")[0] if len(parts) > 2 else ""
