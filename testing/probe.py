"""A tiny medium with a model that does everything at once: what wrappers are tried on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.artwork import Artwork, Medium
from ..core.errors import FormatError
from ..core.files import write_text
from ..core.hookspecs import hookimpl
from ..core.manifest import find_manifest, manifest_text
from ..core.registry import ModelSpec, Registry
from ..core.requests import (
    Analysis,
    AnalyzeRequest,
    Context,
    EvaluateRequest,
    GenerateRequest,
    Idea,
    InspireRequest,
    RestoreRequest,
    TransferRequest,
)
from ..core.theme import Theme

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["Probe"]

_NAME = "probe"


class _Probes(Medium):
    """The payload is a text."""

    name = _NAME
    summary = "Short texts, to try plugins on."
    reads = writes = (".probe",)

    def content(self, payload: Any) -> bytes:
        return str(payload).encode()

    def load(self, path: Path) -> Artwork:
        try:
            row = json.loads(path.read_text("utf-8"))
            text = str(row["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path.name!r} is no file of this medium") from error
        found, remarks = find_manifest(json.dumps(row.get("manifest", {})), path, medium=self.name)
        return self.artwork(text, title=found.title, provenance=found.provenance, remarks=remarks)

    def save(self, artwork: Artwork, path: Path) -> None:
        write_text(path, json.dumps({"text": artwork.payload, "manifest": json.loads(manifest_text(artwork))}))

    def preview(self, artwork: Artwork, *, width: int = 640) -> Image:
        from PIL import Image

        return Image.new("RGB", (width, width // 4), "white")

    def theme(self, artwork: Artwork) -> Theme:
        return Theme.from_prompt("calm sea")

    def features(self, artwork: Artwork) -> dict[str, float]:
        return {"length": float(len(artwork.payload))}


class Probe:
    """The plugin."""

    medium = _NAME

    @hookimpl
    def register_media(self, registry: Registry) -> None:
        registry.add_medium(_Probes())

    @hookimpl
    def register_models(self, registry: Registry) -> None:
        operations = frozenset({"generate", "analyze", "transfer_style", "restore", "evaluate", "inspire"})
        registry.add_model(ModelSpec(name=_NAME, medium=_NAME, operations=operations, summary="Answers at once."))

    @hookimpl
    def generate(self, request: GenerateRequest, context: Context) -> Artwork:
        return self._work(f"{request.theme.text} {request.seed}", request.theme.text)

    @hookimpl
    def transfer_style(self, request: TransferRequest, context: Context) -> Artwork:
        return self._work(f"{request.artwork.payload} styled", "styled") if request.strength else request.artwork

    @hookimpl
    def restore(self, request: RestoreRequest, context: Context) -> Artwork:
        return self._work(f"{request.artwork.payload} mended", "mended")

    @hookimpl
    def analyze(self, request: AnalyzeRequest, context: Context) -> Analysis:
        return Analysis(medium=_NAME, findings={"length": len(request.artwork.payload)}, explanation="A text.")

    @hookimpl
    def evaluate(self, request: EvaluateRequest, context: Context) -> dict[str, object]:
        return {"files": 1}

    @hookimpl
    def inspire(self, request: InspireRequest, context: Context) -> list[Idea]:
        return [Idea(kind="title", text=f"idea {number}") for number in range(request.count)]

    def _work(self, payload: str, title: str) -> Artwork:
        return _Probes().artwork(payload, title=title)
