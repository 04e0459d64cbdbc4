"""A small plugin for the tests: a medium `dots` (a tuple of numbers), with one model that does two operations."""

import json

from artwright import Analysis, Medium, ModelSpec, Options, StyleSpec, Theme, hookimpl
from artwright.core.errors import FormatError
from artwright.core.files import write_text
from pydantic import Field


class DotsOptions(Options):
    dots: int = Field(5, ge=1, le=100, description="Number of dots")


class Dots(Medium):
    name, summary = "dots", "Rows of numbers, for tests."
    reads = writes = (".dots",)

    def content(self, payload):
        return json.dumps(payload).encode()

    def load(self, path):
        try:
            row = json.loads(path.read_text())
        except ValueError as error:
            raise FormatError(f"{path.name!r} is not dots") from error
        return self.artwork(tuple(row["dots"]), title=row["title"])

    def save(self, artwork, path):
        write_text(path, json.dumps({"dots": artwork.payload, "title": artwork.title}))

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
    registry.add_medium(Dots())


@hookimpl
def register_models(registry):
    registry.add_model(
        ModelSpec(
            name="stipple",
            medium="dots",
            operations=frozenset({"generate", "analyze"}),
            summary="Random dots.",
            options=DotsOptions,
        )
    )


@hookimpl
def register_styles(registry):
    registry.add_style(StyleSpec(name="sparse", medium="dots"))


@hookimpl
def generate(request, context):
    if request.theme.text == "break":
        raise RuntimeError("a pen broke")
    if request.theme.text == "nothing":
        return None
    dots = tuple(int(d) for d in context.rng.integers(0, 100, request.options.dots))
    return Dots().artwork(dots, title=request.theme.text)


@hookimpl
def analyze(request, context):
    return Analysis(medium="dots", findings={"count": len(request.artwork.payload)})
