"""A pipeline in memory: drawing from words, from a picture, and inside a mask.

Each drawing has a scheduler of its own, for a scheduler counts its steps; the networks are shared. Noise is drawn on the CPU.
"""

from __future__ import annotations

import inspect
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, NoReturn

from .....core.errors import InputError, WeightsError
from .....core.pretrained.own_models import pin_weights
from .....core.requests import Context
from .....core.weights import lend_weights
from .options import DiffusersOptions
from .source import Pipeline, read_pipeline

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Drawer", "lend_drawer"]

_TASKS = {"words": "", "picture": "Img2Img", "mask": "Inpaint"}
_SCHEDULERS = {
    "ddim": "DDIMScheduler",
    "ddpm": "DDPMScheduler",
    "dpm": "DPMSolverMultistepScheduler",
    "euler": "EulerDiscreteScheduler",
    "euler-ancestral": "EulerAncestralDiscreteScheduler",
    "heun": "HeunDiscreteScheduler",
    "lcm": "LCMScheduler",
    "pndm": "PNDMScheduler",
    "unipc": "UniPCMultistepScheduler",
}
_INPAINTING_CHANNELS = 9
_UNIT = 8


class Drawer:
    """A loaded pipeline. kept: where it lies and what it has; loaded: as diffusers loads it."""

    def __init__(self, kept: Pipeline, loaded: Any) -> None:
        self.kept, self.loaded = kept, loaded

    @property
    def side(self) -> int:
        """Pixels of a side of the pictures that it learned from."""
        sample = self.loaded.unet.config.sample_size
        sample = max(sample) if isinstance(sample, list | tuple) else sample
        return int(sample or 64) * int(self.loaded.vae_scale_factor)

    @property
    def tokenizer(self) -> Any:
        """Of its words."""
        return self.loaded.tokenizer

    def scheduler(self, asked: str) -> str:
        """The class of the scheduler that is asked for, or of the model's own."""
        return _SCHEDULERS[asked] if asked else type(self.loaded.scheduler).__name__

    @property
    def mends_alone(self) -> bool:
        """Whether it was taught to fill masks and nothing else."""
        return int(self.loaded.unet.config.in_channels) == _INPAINTING_CHANNELS

    def fit(self, aspect: float, *, longest: int = 0) -> tuple[int, int]:
        """(width, height) of a shape, of the area that it learned or with a longer side of so many pixels, in multiples of 8."""
        if longest:
            wide = (longest, longest / aspect) if aspect >= 1 else (longest * aspect, longest)
        else:
            wide = (self.side * aspect**0.5, self.side / aspect**0.5)
        return max(_UNIT, _UNIT * round(wide[0] / _UNIT)), max(_UNIT, _UNIT * round(wide[1] / _UNIT))

    def draw(self, task: str, options: DiffusersOptions, context: Context, *, prompt: str, **asked: Any) -> Image:
        """One picture. task: "words", "picture" or "mask"; asked: what its pipeline takes besides (`image`, `mask_image`,
        `strength`, `width`, `height`).

        Raises InputError for a model that was taught something else, and where its own safety checker refuses the picture.
        """
        if self.mends_alone and task != "mask":
            raise InputError(f"the model {self.kept.source.text!r} was taught to fill masks alone; use it with restore")
        pipe = self._pipeline(task, options.scheduler)
        begun = min(1.0, asked.get("strength", 1.0)) * options.steps

        def tell(_pipe: Any, step: int, _time: Any, given: dict[str, Any]) -> dict[str, Any]:
            context.progress.update(0.1 + 0.85 * min(1.0, (step + 1) / max(1.0, begun)), "painting")
            return given

        try:
            found = pipe(
                prompt=prompt,
                negative_prompt=options.negative_prompt or None,
                num_inference_steps=options.steps,
                guidance_scale=options.guidance,
                generator=context.torch_generator,
                callback_on_step_end=tell,
                **asked,
            )
        except (ValueError, TypeError) as error:
            self._refuse(options, error)
        if any(getattr(found, "nsfw_content_detected", None) or ()):
            raise InputError("the model's own safety checker refused the picture; ask with another seed or theme")
        picture: Image = found.images[0]
        return picture.convert("RGB")

    def _refuse(self, options: DiffusersOptions, error: Exception) -> NoReturn:
        reason = str(error).strip().splitlines()[0][:300] if str(error).strip() else type(error).__name__
        raise InputError(
            f"the model {self.kept.source.text!r} cannot paint so"
            f"{f' with the scheduler {options.scheduler!r}' if options.scheduler else ''}: {reason}"
        ) from error

    def _pipeline(self, task: str, scheduler: str) -> Any:
        """A pipeline for a task over the loaded networks, with a scheduler of its own."""
        import diffusers

        kind: Any = getattr(diffusers, f"{self.kept.family}{_TASKS[task]}Pipeline")
        steps: Any = getattr(diffusers, self.scheduler(scheduler))
        usual = {"skip_prk_steps": True} if scheduler == "pndm" else {}  # as Stable Diffusion was made with it
        parts = {**self.loaded.components, "scheduler": steps.from_config(self.loaded.scheduler.config, **usual)}
        set_up = {"requires_safety_checker": False, "add_watermarker": False}
        given = {**self.loaded.config, **parts, **set_up}
        pipe = kind(**{name: given[name] for name in inspect.signature(kind.__init__).parameters if name in given})
        pipe.set_progress_bar_config(disable=True)
        return pipe


def lend_drawer(context: Context, name: str) -> AbstractContextManager[Drawer]:
    """The model `diffusers:SOURCE` for the length of a block. Raises InputError, WeightsError, DeviceError."""
    from importlib.util import find_spec

    pipeline = read_pipeline(name.partition(":")[2])
    if find_spec("diffusers") is None:
        raise InputError("diffusion models need the package diffusers; install artwright[diffusion]")

    def load(device: str) -> Drawer:
        pin_weights(context.home, pipeline.source)
        return _load(pipeline, device)

    source = pipeline.source
    return lend_weights(context.devices, ("painting", "diffusers"), source.files, load, size=source.memory)


def _load(pipeline: Pipeline, device: str) -> Drawer:
    """The pipeline on a device, in float32 on the CPU and elsewhere in its own numbers."""
    import diffusers
    import torch
    from diffusers.utils import logging
    from transformers.utils import logging as transformers_logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    source = pipeline.source
    try:
        loaded = getattr(diffusers, pipeline.kind).from_pretrained(
            source.folder,
            local_files_only=True,
            use_safetensors=True,
            trust_remote_code=False,
            variant=pipeline.variant or None,
            dtype=getattr(torch, source.number_type(device)),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, NotImplementedError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise WeightsError(f"the model {source.text!r} cannot be loaded: {reason[:300]}") from error
    return Drawer(pipeline, loaded.to(device))
