"""Dance: a medium whose works are choreographies, steps in time, shown by a stick figure.

A payload is a tuple of `(beat, pose)`: beats from 0 on, rising; poses are names of `POSES`. Its files are `.dance`
(JSON) and, to look at, `.gif`. A theme from music sets how lively the steps are, and its tempo how fast they go.
"""

import json
import math

from artwright import Medium, ModelSpec, Mood, Options, Theme, hookimpl
from pydantic import Field

# Angles in degrees, clockwise from straight down: left arm, right arm, left leg, right leg; then bend and height.
POSES = {
    "stand": (-20, 20, -8, 8, 0, 0.0),
    "sway": (-60, 10, -14, 4, 8, 0.0),
    "reach": (-150, 150, -10, 10, 0, 0.02),
    "bow": (-30, 30, -6, 6, 40, -0.02),
    "turn": (-90, 60, -4, 30, -6, 0.02),
    "kick": (-70, 110, -6, 75, -10, 0.03),
    "leap": (-120, 120, -55, 55, 6, 0.14),
    "kneel": (-40, 120, -85, 10, 4, -0.14),
}
CALM, LIVELY = ("stand", "sway", "bow", "kneel", "reach"), ("turn", "kick", "leap", "reach", "sway")


class DanceOptions(Options):
    bars: int = Field(8, ge=1, le=64, description="Bars of four beats")


class Dance(Medium):
    name = "dance"
    summary = "Choreographies: steps in time, shown by a stick figure."
    reads, writes = (".dance",), (".dance", ".gif")

    def content(self, payload):
        return json.dumps(payload).encode()

    def load(self, path):
        from artwright.core.errors import FormatError
        from artwright.core.manifest import find_manifest

        try:
            row = json.loads(path.read_text("utf-8"))
            steps = tuple((float(beat), str(pose)) for beat, pose in row["steps"])
            manifest = json.dumps(row.get("manifest", {}))
        except (ValueError, KeyError, TypeError) as error:
            raise FormatError(f"{path.name!r} is not a choreography: {type(error).__name__}: {error}") from error
        beats = [beat for beat, _ in steps]
        if not steps or beats != sorted(set(beats)) or beats[0] < 0 or not all(math.isfinite(b) for b in beats):
            raise FormatError(f"{path.name!r} needs steps whose beats rise from 0 on")
        strange = sorted({pose for _, pose in steps} - set(POSES))
        if strange:
            raise FormatError(f"{path.name!r} has the poses {strange}; there are: {', '.join(POSES)}")
        made, remarks = find_manifest(manifest, path, medium=self.name)
        return self.artwork(steps, title=made.title, provenance=made.provenance, remarks=remarks)

    def save(self, artwork, path):
        from artwright.core.files import atomic, write_text
        from artwright.core.manifest import manifest_text

        if path.suffix == ".gif":
            frames = [self._figure(pose, 200) for _, pose in artwork.payload]
            with atomic(path) as temporary:
                frames[0].save(temporary, save_all=True, append_images=frames[1:], duration=400, loop=0)
            return
        row = {"steps": artwork.payload, "manifest": json.loads(manifest_text(artwork))}
        write_text(path, json.dumps(row, ensure_ascii=False))

    def preview(self, artwork, *, width=640):
        from PIL import Image

        shown = artwork.payload[:8]
        size = width // len(shown)
        picture = Image.new("RGB", (width, size), "#f5f0e6")
        for number, (_, pose) in enumerate(shown):
            picture.paste(self._figure(pose, size), (number * size, 0))
        return picture

    def theme(self, artwork):
        lively = sum(pose in LIVELY for _, pose in artwork.payload) / len(artwork.payload)
        words = "dance joy wind" if lively > 0.5 else "dance quiet evening"
        theme = Theme.from_prompt(words)
        return Theme(
            text=words,
            words=theme.words,
            images=theme.images,
            mood=Mood(valence=0.4, arousal=2 * lively - 1),
            palette=theme.palette,
        )

    def features(self, artwork):
        return {pose: sum(p == pose for _, p in artwork.payload) / len(artwork.payload) for pose in POSES}

    def describe(self, artwork):
        return " ".join(f"{beat:g}:{pose}" for beat, pose in artwork.payload)

    def html(self, artwork, files):
        from html import escape

        return (
            f'<figure><img src="{escape(files[".gif"])}" alt="{escape(artwork.title)}"></figure>'
            if ".gif" in files
            else super().html(artwork, files)
        )

    @staticmethod
    def _figure(pose, size):
        from PIL import Image, ImageDraw

        left_arm, right_arm, left_leg, right_leg, bend, height = POSES[pose]
        picture = Image.new("RGB", (size, size), "#f5f0e6")
        pen, thick = ImageDraw.Draw(picture), max(1, size // 40)

        def limb(start, angle, length):
            end = (start[0] + length * math.sin(math.radians(angle)), start[1] + length * math.cos(math.radians(angle)))
            pen.line([(size * v) for point in (start, end) for v in point], fill="#1d2b44", width=thick)
            return end

        hip = (0.5, 0.58 - height)
        neck = limb(hip, 180 - bend, 0.26)
        for angle in (left_arm, right_arm):
            limb(neck, angle, 0.24)
        for angle in (left_leg, right_leg):
            limb(hip, angle, 0.3)
        head = (
            neck[0] + 0.09 * math.sin(math.radians(180 - bend)),
            neck[1] + 0.09 * math.cos(math.radians(180 - bend)),
        )
        pen.ellipse(
            [size * (head[0] - 0.06), size * (head[1] - 0.06), size * (head[0] + 0.06), size * (head[1] + 0.06)],
            outline="#1d2b44",
            width=thick,
        )
        return picture


@hookimpl
def register_media(registry):
    registry.add_medium(Dance())


@hookimpl
def register_models(registry):
    registry.add_model(
        ModelSpec(
            name="choreographer",
            medium="dance",
            operations=frozenset({"generate"}),
            summary="Steps that suit a mood.",
            options=DanceOptions,
        )
    )


@hookimpl
def generate(request, context):
    lively = (request.theme.mood.arousal + 1) / 2
    beats = request.options.bars * 4
    step = 1.0 if lively > 0.45 else 2.0
    steps, beat = [], 0.0
    while beat < beats - step:
        poses = LIVELY if context.rng.random() < lively else CALM
        last = steps[-1][1] if steps else ""
        steps.append((beat, str(context.rng.choice([p for p in poses if p != last]))))
        beat += step
    steps.append((beat, "bow"))
    return Dance().artwork(tuple(steps), title=request.theme.text)
