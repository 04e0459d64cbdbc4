"""Three tiny media for tests of films and pieces: views (pictures), tunes (MIDI and sound), lines (texts)."""

from __future__ import annotations

import wave
from html import escape

from artwright import Medium, ModelSpec, Options, Text, Theme, hookimpl
from artwright.core.errors import FormatError
from artwright.core.files import atomic
from pydantic import Field

ENGLISH = (
    "The river carries down the moon,",
    "The reeds are still, the night is long,",
    "And someone on the farther side",
    "Is singing half a boatman's song.",
)
CHINESE = ("江上月初圆，", "芦花冷未眠。", "隔江人不见，", "半曲过渔船。")


class ViewOptions(Options):
    width: int = Field(160, ge=16, le=2000, description="Width in pixels")
    height: int = Field(100, ge=16, le=2000, description="Height in pixels")


class Views(Medium):
    name, summary, reads, writes = "views", "Pictures.", (".png",), (".png",)

    def content(self, payload):
        return repr(payload.size).encode() + payload.tobytes()

    def load(self, path):
        from PIL import Image

        try:
            with Image.open(path) as picture:
                return self.artwork(picture.convert("RGB"))
        except OSError as error:
            raise FormatError(f"{str(path)!r} is no picture") from error

    def save(self, artwork, path):
        with atomic(path) as temporary:
            artwork.payload.save(temporary, "PNG")

    def preview(self, artwork, *, width=640):
        return artwork.payload.resize((width, width))

    def theme(self, artwork):
        return Theme.from_prompt("mountain and river")

    def features(self, artwork):
        return {"width": float(artwork.payload.width)}

    def html(self, artwork, files):
        return f'<figure><img src="{escape(files[".png"])}" alt="{escape(artwork.title)}"></figure>'


class Tunes(Medium):
    name, summary, reads, writes = "tunes", "Music.", (".mid",), (".mid", ".wav")

    def content(self, payload):
        return repr([(n.pitch, n.start, n.end) for i in payload.instruments for n in i.notes]).encode()

    def load(self, path):
        import pretty_midi

        return self.artwork(pretty_midi.PrettyMIDI(str(path)))

    def save(self, artwork, path):
        with atomic(path) as temporary:
            if path.suffix == ".mid":
                artwork.payload.write(str(temporary))
                return
            sound = artwork.payload.synthesize(fs=8000)
            with wave.open(str(temporary), "wb") as file:
                file.setnchannels(1)
                file.setsampwidth(2)
                file.setframerate(8000)
                file.writeframes((sound / max(1e-9, abs(sound).max()) * 16000).astype("<i2").tobytes())

    def preview(self, artwork, *, width=640):
        from PIL import Image

        return Image.new("RGB", (width, width // 4), "white")

    def theme(self, artwork):
        return Theme.from_prompt("calm music")

    def features(self, artwork):
        return {"notes": 1.0}

    def html(self, artwork, files):
        return f'<figure><audio controls src="{escape(files.get(".wav", ""))}"></audio></figure>'


class Lines(Medium):
    name, summary, reads, writes = "lines", "Texts.", (".txt",), (".txt",)

    def content(self, payload):
        return str(payload).encode()

    def load(self, path):
        lines = tuple(line for line in path.read_text("utf-8").splitlines() if line)
        return self.artwork(Text(stanzas=(lines,), language="zh" if lines[0] > "\u3400" else "en"))

    def save(self, artwork, path):
        with atomic(path) as temporary:
            temporary.write_text(str(artwork.payload) + "\n", "utf-8")

    def preview(self, artwork, *, width=640):
        from PIL import Image

        return Image.new("RGB", (width, width), "white")

    def theme(self, artwork):
        return Theme.from_prompt(str(artwork.payload))

    def features(self, artwork):
        return {"lines": float(len(artwork.payload.lines))}

    def html(self, artwork, files):
        return (
            f'<div class="poem" '
            f'lang="{artwork.payload.language}"><p>{"<br>".join(map(escape, artwork.payload.lines))}</p></div>'
        )


CALLS: list[str] = []


@hookimpl
def register_media(registry):
    for medium in (Views(), Tunes(), Lines()):
        registry.add_medium(medium)


@hookimpl
def register_models(registry):
    for medium in ("views", "tunes", "lines"):
        registry.add_model(
            ModelSpec(
                name="toy",
                medium=medium,
                operations=frozenset({"generate", "analyze", "transfer_style"}),
                summary="A toy.",
                options=ViewOptions if medium == "views" else Options,
            )
        )


@hookimpl
def generate(request, context):
    CALLS.append(request.medium)
    medium = context.media[request.medium]
    if request.medium == "views":
        return medium.artwork(
            draw(request.options.width, request.options.height, context.rng), title=f"View of {request.theme.text[:40]}"
        )
    if request.medium == "tunes":
        return medium.artwork(play(8, context.rng), title="Eight bars")
    lines = CHINESE if request.theme.language == "zh" else ENGLISH
    return medium.artwork(
        Text(stanzas=(lines,), language=request.theme.language, title=request.theme.text[:20]),
        title=request.theme.text[:20],
    )


@hookimpl
def transfer_style(request, context):
    CALLS.append("transfer_style")
    from PIL import ImageOps

    return context.media[request.medium].artwork(ImageOps.invert(request.artwork.payload), title="Inverted")


@hookimpl
def analyze(request, context):
    from artwright import Analysis

    return Analysis(
        medium=request.medium, findings={"size": 3}, explanation="很静。" if request.language == "zh" else "It is calm."
    )


def draw(width, height, rng):
    import numpy as np
    from PIL import Image

    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack([60 + 90 * y / height, 90 + 60 * x / width, 170 - 60 * y / height], axis=-1)
    cx, cy, radius = width * rng.uniform(0.3, 0.7), height * 0.35, height * 0.12
    picture[(x - cx) ** 2 + (y - cy) ** 2 < radius**2] = (250, 240, 200)
    return Image.fromarray(picture.astype(np.uint8))


def play(bars, rng, tempo=120.0):
    import pretty_midi

    music = pretty_midi.PrettyMIDI(initial_tempo=tempo)
    part = pretty_midi.Instrument(0)
    beat = 60 / tempo
    for number in range(bars * 4):
        part.notes.append(pretty_midi.Note(80, int(60 + rng.integers(0, 12)), number * beat, (number + 1) * beat))
    music.instruments.append(part)
    return music
