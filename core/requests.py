"""What is asked of a plugin (requests), what the studio lends it (context), and what comes back.

Requests are frozen; a new need becomes a new field with a default, so that plugins written for an older
version go on working.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from .artwork import Artwork
from .options import Options
from .progress import Progress, Silent
from .style import Style, StyleSpec
from .theme import Theme

if TYPE_CHECKING:
    import numpy as np
    import torch
    from PIL.Image import Image

    from .artwork import Medium
    from .devices import DeviceManager
    from .feedback.heard import Heard
    from .feedback.store import FeedbackStore
    from .library import Library

__all__ = [
    "Analysis",
    "AnalyzeRequest",
    "Context",
    "EvaluateRequest",
    "GenerateRequest",
    "Idea",
    "InspireRequest",
    "Request",
    "RestoreRequest",
    "TrainReport",
    "TrainRequest",
    "TransferRequest",
]


O = TypeVar("O", bound=Options, default=Options, covariant=True)


@dataclass(frozen=True, kw_only=True)
class Request(Generic[O]):
    """What all requests share.

    medium, model: names, checked against the registry; options: the model's own, validated; seed: non-negative;
    all randomness must come from it (through `Context.rng` or `Context.torch_generator`). A model that annotates
    `GenerateRequest[ItsOptions]` has its options typed.
    """

    medium: str
    model: str
    options: O
    seed: int = 0


@dataclass(frozen=True, kw_only=True)
class GenerateRequest(Request[O]):
    """Make a work. theme: what about; style: how, or None; sources: works to build on (a film's painting, music,
    words); novelty: from 0, close to the style and to what it was learned from, to 1, away from both and from every known
    style, form and theme kept; None leaves the model its own way. Only models that declare it are asked for one.
    """

    theme: Theme
    style: Style | None = None
    sources: tuple[Artwork, ...] = ()
    novelty: float | None = None


@dataclass(frozen=True, kw_only=True)
class AnalyzeRequest(Request[O]):
    """Read a work. explain: add an explanation; language: of it, "en" or "zh"; plot: add a picture of the analysis."""

    artwork: Artwork
    explain: bool = False
    language: str = "en"
    plot: bool = False


@dataclass(frozen=True, kw_only=True)
class TransferRequest(Request[O]):
    """Make the work anew in `style`, keeping its skeleton. strength in [0, 1]: 0 leaves it as it is."""

    artwork: Artwork
    style: Style
    strength: float = 1.0


@dataclass(frozen=True, kw_only=True)
class RestoreRequest(Request[O]):
    """Mend or fill in.

    region: the medium's own words for a part ("bars 5-8", "x,y,w,h"), or None for what is found damaged;
    mask: greys (mode L), white where to mend, as `Medium.read_mask` gives them.
    """

    artwork: Artwork
    region: str | None = None
    mask: Image | None = None


@dataclass(frozen=True, kw_only=True)
class TrainRequest(Request[O]):
    """Learn from a folder.

    corpus: the works; name: what the result is called; minutes: wall-clock budget; runs: the folder of this run;
    weights: the folder where the result goes; resume: go on with the run that is there; feedback: what a person said of
    works, to learn from in place of a folder (`corpus` is then the library). Only models that declare it are asked so.
    """

    corpus: Path
    name: str
    minutes: float
    runs: Path
    weights: Path
    resume: bool = False
    feedback: Heard | None = None


@dataclass(frozen=True, kw_only=True)
class EvaluateRequest(Request[O]):
    """Measure a model on works it has not seen, or works against a reference folder."""

    path: Path
    reference: Path | None = None


@dataclass(frozen=True, kw_only=True)
class InspireRequest(Request[O]):
    """Ideas for a theme, not works. count: how many."""

    theme: Theme
    count: int = 5


@dataclass(frozen=True, kw_only=True)
class Analysis:
    """What was read in a work. findings: plain JSON, documented by the medium; explanation, plot: where asked for."""

    medium: str
    findings: Mapping[str, Any]
    explanation: str = ""
    plot: Image | None = None


@dataclass(frozen=True, kw_only=True)
class TrainReport:
    """What training came to. weights: the file written; card: data, steps, seed, held-out
    figures, as stored beside it; base: the weight file that was begun with, of the same arrays, where there is one;
    page: the report card in Markdown, which the studio writes.
    """

    weights: Path
    card: Mapping[str, Any]
    base: Path | None = None
    page: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Idea:
    """One idea: a kind ("title", "palette", "progression"), its text, and data that a command may use."""

    kind: str
    text: str
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(kw_only=True)
class Context:
    """What the studio lends for one call.

    devices: leases of models on a device; library, feedback: the stores; media: all media by name, to save or show a
    source; styles: all named styles by (medium, name); progress: tell it and let it stop you; seed: the request's;
    download: whether the network may be used;
    home: where trained weights and styles are kept.
    """

    devices: DeviceManager
    library: Library
    feedback: FeedbackStore
    home: Path
    seed: int = 0
    progress: Progress = field(default_factory=Silent)
    download: bool = False
    media: Mapping[str, Medium] = field(default_factory=dict)
    styles: Mapping[tuple[str, str], StyleSpec] = field(default_factory=dict)

    @cached_property
    def rng(self) -> np.random.Generator:
        """numpy's generator for this call, seeded with the request's seed."""
        import numpy as np

        return np.random.default_rng(self.seed)

    @cached_property
    def torch_generator(self) -> torch.Generator:
        """torch's generator for this call, on the CPU: draw noise there, then move it to the device."""
        import torch

        return torch.Generator().manual_seed(self.seed)
