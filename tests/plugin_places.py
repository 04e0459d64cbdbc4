"""A small plugin for the tests: a medium whose files carry manifests, and a model with options that are places."""

import json
from pathlib import Path

from artwright import Medium, ModelSpec, Options, Theme, hookimpl
from artwright.core.errors import FormatError
from artwright.core.files import write_text
from artwright.core.manifest import find_manifest, manifest_text, write_sidecar
from artwright.core.options import input_file, output_file
from pydantic import Field


class StencilOptions(Options):
    """Places of all kinds."""

    marks: int = Field(3, ge=1, le=9, description="Number of marks")
    pattern: str = input_file(description="File whose bytes are the marks", words=("none",))
    log: str = output_file(description="File to write the marks to")
    steps: str = output_file(description="Folder to write each mark to", folder=True)


class Marks(Medium):
    """Numbers; `.marks` holds its manifest, `.bare` has it beside, `.round` loses the odd ones."""

    name, summary = "marks", "Rows of numbers, for tests."
    reads = writes = (".marks", ".bare", ".round")

    def content(self, payload):
        return json.dumps(payload).encode()

    def load(self, path):
        try:
            row = json.loads(path.read_text("utf-8"))
            payload = tuple(row["marks"])
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path.name!r} holds no marks") from error
        found, remarks = find_manifest(row.get("manifest", ""), path, medium=self.name)
        return self.artwork(payload, title=found.title or path.stem, provenance=found.provenance, remarks=remarks)

    def save(self, artwork, path):
        row = {"marks": artwork.payload}
        if path.suffix == ".round":
            row["marks"] = [number - number % 2 for number in artwork.payload]
            row["manifest"] = manifest_text(artwork, file_id=self.file_id(tuple(row["marks"])))
        elif path.suffix == ".marks":
            row["manifest"] = manifest_text(artwork)
        write_text(path, json.dumps(row))
        if path.suffix == ".bare":
            write_sidecar(path, manifest_text(artwork))

    def preview(self, artwork, *, width=640):
        from PIL import Image

        return Image.new("RGB", (width, width))

    def theme(self, artwork):
        return Theme.from_prompt("night sea")

    def features(self, artwork):
        return {"mean": sum(artwork.payload) / len(artwork.payload)}

    def describe(self, artwork):
        return " ".join(map(str, artwork.payload))


@hookimpl
def register_media(registry):
    registry.add_medium(Marks())


@hookimpl
def register_models(registry):
    registry.add_model(
        ModelSpec(
            name="stencil",
            medium="marks",
            operations=frozenset({"generate", "transfer_style", "restore"}),
            summary="Marks after a pattern.",
            options=StencilOptions,
        )
    )


def _made(numbers, request):
    options = request.options
    if options.pattern and options.pattern != "none":
        numbers += Path(options.pattern).read_bytes()
    if options.log:
        write_text(Path(options.log), " ".join(map(str, numbers)))
    if options.steps:
        for place, number in enumerate(numbers):
            write_text(Path(options.steps) / f"{place}.txt", str(number))
    return Marks().artwork(tuple(numbers), title="marks")


@hookimpl
def generate(request, context):
    numbers = [int(n) for n in context.rng.integers(0, 100, request.options.marks)]
    return _made(numbers + [sum(source.payload) for source in request.sources], request)


@hookimpl
def transfer_style(request, context):
    return _made(
        [number + sum(sum(r.payload) for r, _ in request.style.references) for number in request.artwork.payload],
        request,
    )


@hookimpl
def restore(request, context):
    return _made(list(request.artwork.payload), request)
