"""Stipple: a model that paints hills in dots, as an engraver would."""

from artwright import ModelSpec, Options, hookimpl
from pydantic import Field


class StippleOptions(Options):
    width: int = Field(800, ge=16, le=4096, description="Width of the picture in pixels")
    dots: int = Field(40_000, ge=1, le=400_000, description="Number of dots")


@hookimpl
def register_models(registry):
    spec = ModelSpec(
        name="stipple",
        medium="painting",
        operations=frozenset({"generate"}),
        summary="Hills in dots.",
        options=StippleOptions,
    )
    registry.add_model(spec)


@hookimpl
def generate(request, context):
    import numpy as np
    from PIL import Image, ImageDraw

    width, height = request.options.width, request.options.width * 3 // 4
    x, y = np.arange(width) / width, np.arange(height)[:, None] / height
    darkness = np.full((height, width), 0.02)
    for ridge in range(5):
        waves = sum(np.sin(2 * np.pi * (k * x + context.rng.random())) / k**1.5 for k in range(1, 9))
        top = 0.35 + 0.12 * ridge + 0.06 * waves
        slope = np.clip(1 - 6 * (y - top), 0.15, 1) * (0.25 + 0.18 * ridge)
        darkness = np.where(y > top, slope, darkness)
    chosen = context.rng.choice(darkness.size, request.options.dots, p=(darkness / darkness.sum()).ravel())
    palette = request.theme.palette or ("#1d2b44",)
    picture = Image.new("RGB", (width, height), "#f5f0e6")
    pen = ImageDraw.Draw(picture)
    for number, place in enumerate(chosen):
        if number % 10_000 == 0:
            context.progress.update(number / len(chosen), "dots")
        row, column = divmod(int(place), width)
        size = width / 900 * context.rng.uniform(0.5, 1.4)
        ink = palette[number % len(palette)] if number % 5 == 0 else "#1d2b44"
        pen.ellipse((column - size, row - size, column + size, row + size), fill=ink)
    return context.media["painting"].artwork(picture, title=request.theme.text)
