"""A film put together: takes of pictures, words over them, black at the ends, coded with the sound."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from .....core.progress import Progress
from ...camera.canvas import Canvas
from ...camera.planes import Frame, blend, fade
from ...camera.takes import Take
from ...captions.layers import Layer
from ...reel.container import FilmReel, probe
from ...reel.encoding import encode
from ...reel.sound import Sound
from ...timing.schedule import Schedule
from .options import EditorOptions

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Cue", "Scenes", "render"]

DISSOLVE_S = 1.2
BEGIN_FADE_S = 0.9
END_FADE_S = 1.6
_CLEARING_S = 1.4


@dataclass(frozen=True)
class Cue:
    """A layer on the screen: fades in from start, is gone at end."""

    layer: Layer
    start_s: float
    end_s: float
    fade_s: float

    def strength(self, time: float) -> float:
        """How much of it shows at a time, in [0, 1]."""
        return _smooth(min((time - self.start_s) / self.fade_s, (self.end_s - time) / self.fade_s))


@dataclass(frozen=True)
class Scenes:
    """The canvases, the takes of them, and the side where columns of words stand."""

    canvases: tuple[Canvas, ...]
    takes: tuple[Take, ...]
    text_side: Literal["left", "right"]

    def ground(self, start_s: float, end_s: float, place: Literal["left", "right", "bottom"]) -> NDArray[np.float32]:
        """Lightness (0..255) of what passes under a place for words from start to end, as a flat array of samples."""
        parts = []
        for time in np.linspace(start_s, end_s, 5):
            take = next((t for t in self.takes if time < t.end_s), self.takes[-1])
            shown = self.canvases[take.canvas].glance(take.path.at(float(time)))
            high, wide = shown.shape
            top, bottom, left, right = {
                "left": (0.1, 0.75, 0.04, 0.2),
                "right": (0.1, 0.75, 0.8, 0.96),
                "bottom": (0.78, 0.97, 0.15, 0.85),
            }[place]
            parts.append(shown[int(top * high) : int(bottom * high), int(left * wide) : int(right * wide)].reshape(-1))
        return np.concatenate(parts).astype(np.float32)

    def frame(self, time: float, title_s: float) -> Frame:
        """The moving picture at a time, without words. While the title shows it is out of focus."""
        index = next((i for i, take in enumerate(self.takes) if time < take.end_s), len(self.takes) - 1)
        take = self.takes[index]
        shown = self._view(take, time, title_s)
        if index + 1 < len(self.takes) and time > take.end_s - DISSOLVE_S / 2:
            return blend(
                shown, self._view(self.takes[index + 1], time, title_s), (time - take.end_s) / DISSOLVE_S + 0.5
            )
        if index and time < take.start_s + DISSOLVE_S / 2:
            return blend(
                self._view(self.takes[index - 1], time, title_s), shown, (time - take.start_s) / DISSOLVE_S + 0.5
            )
        return shown

    def _view(self, take: Take, time: float, title_s: float) -> Frame:
        at = take.path.at(time)
        canvas = self.canvases[take.canvas]
        out_of_focus = _smooth((title_s + 0.2 - time) / _CLEARING_S) if title_s else 0.0
        if out_of_focus >= 1:
            return canvas.view(at, blurred=True)
        sharp = canvas.view(at)
        return blend(sharp, canvas.view(at, blurred=True), out_of_focus) if out_of_focus > 0 else sharp


def _smooth(share: float) -> float:
    share = min(max(share, 0.0), 1.0)
    return share * share * (3 - 2 * share)


def render(
    scenes: Scenes,
    cues: Sequence[Cue],
    schedule: Schedule,
    sound: Sound | None,
    options: EditorOptions,
    progress: Progress,
) -> FilmReel:
    """Draw all frames and code them, with the sound cut to the film's length."""
    fps, suffix = options.fps, f".{options.container}"
    count = round(schedule.length_s * fps)

    def frames() -> Iterator[Frame]:
        for number in range(count):
            yield compose(scenes, cues, schedule, number / fps)

    def tell(number: int) -> None:
        if number % fps == 0:
            progress.update(0.08 + 0.9 * number / count, f"{number / fps:.0f} of {schedule.length_s:.0f} s")

    data = encode(
        frames(),
        size=(options.width, options.height),
        fps=fps,
        suffix=suffix,
        quality=options.quality,
        samples=sound.cut(schedule.length_s) if sound else None,
        tell=tell,
    )
    return probe(data, suffix, f"film{suffix}")


def compose(scenes: Scenes, cues: Sequence[Cue], schedule: Schedule, time: float) -> Frame:
    """One finished frame."""
    frame = scenes.frame(time, schedule.title_s)
    for cue in cues:
        if cue.start_s < time < cue.end_s:
            frame = cue.layer.over(frame, cue.strength(time))
    light = min(time / BEGIN_FADE_S, (schedule.length_s - time) / END_FADE_S)
    return fade(frame, _smooth(light)) if light < 1 else frame
