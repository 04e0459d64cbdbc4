"""The editor: cuts a film from pictures, words and music.

No learned part: an editor's rules of thumb, written down. A title over the picture out of focus; then the picture, the
camera going slowly to
what is worth seeing; the lines in couplets that come on the bar line and leave before the next; at the end the
whole picture in silence of words, and black. Sources may be any works: words are those whose payload is a `Text`, sound
those whose medium
writes `.wav`, and everything else is a picture (the payload itself if it is one, else its medium's preview).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field, field_validator

from ....core.artwork import Artwork, Provenance, Text
from ....core.errors import InputError
from ....core.fonts import missing, tell_missing
from ....core.options import Options
from ....core.theme import read_words as content_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ....core.requests import Context, GenerateRequest
    from ..scenes import Cue, Scenes
    from ..sound import Sound
    from ..timing import Card, Plan

__all__ = ["EditorOptions", "generate"]

TITLE_S = 3.6
LINE_FADE_S = 0.7


class EditorOptions(Options):
    """How a film is cut."""

    width: int = Field(1280, ge=160, le=3840, description="Width of the film in pixels, even")
    height: int = Field(720, ge=160, le=2160, description="Height of the film in pixels, even")
    fps: int = Field(24, ge=10, le=60, description="Pictures a second")
    seconds: float = Field(
        0.0, ge=0, le=600, description="Length in seconds; 0: as long as the music and the reading of the words need"
    )
    captions: Literal["auto", "horizontal", "vertical", "none"] = Field(
        "auto", description="How lines stand; auto: columns for Chinese verse of up to 12 characters a line, else rows"
    )
    title: str = Field("", max_length=120, description="Title; empty: the poem's, or the theme")
    titles: bool = Field(True, description="Whether the film begins with its title")
    motion: float = Field(1.0, ge=0, le=2, description="How far the camera moves; 0: it stands still")
    quality: int = Field(23, ge=10, le=40, description="Constant rate factor: lower is better and larger")
    container: Literal["mp4", "webm"] = Field(
        "mp4", description="mp4: H.264 and AAC; webm: VP9 and Opus, slower to make"
    )

    @field_validator("width", "height")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("it must be even, as the codecs want it")
        return value

    @field_validator("seconds")
    @classmethod
    def _long_enough(cls, value: float) -> float:
        if 0 < value < 4:
            raise ValueError("a film lasts at least 4 seconds; 0 lets the music decide")
        return value


@dataclass(frozen=True)
class Sources:
    """Sources by their part in the film."""

    pictures: tuple[Artwork, ...]
    words: tuple[Artwork, ...]
    sounds: tuple[Artwork, ...]


def generate(request: GenerateRequest, context: Context) -> Artwork:
    """A film of `request.sources`. Raises InputError without a picture among them."""
    from ..medium import Film
    from ..scenes import render

    options = request.options
    assert isinstance(options, EditorOptions)
    if request.style is not None:
        raise InputError("a film has no styles of its own; style its painting, music and words instead")
    sources = sort_sources(request.sources, context)
    stanzas, title, told = read_words(sources, request, options)
    remarks = [tell_missing(title + "".join(map("".join, stanzas)), what="the film's words")] if told else []
    context.progress.update(0.02, "sound")
    sound = read_music(sources, context)
    cut, plan = lay_out(stanzas, title, sound, options)
    context.progress.update(0.06, "pictures")
    columns = stands_in_columns(stanzas, options)
    scenes = make_scenes(sources, context, plan, options, columns=columns)
    cues, look = make_cues(scenes, plan, title, options, columns=columns)
    samples = cut.cut(plan.length_s) if cut else None
    reel = render(
        scenes,
        cues,
        plan,
        samples,
        size=(options.width, options.height),
        fps=options.fps,
        suffix=f".{options.container}",
        quality=options.quality,
        progress=context.progress,
    )
    lines: list[dict[str, Any]] = [
        {"start_s": round(line.start_s, 3), "end_s": round(card.end_s, 3), "text": line.text}
        for card in plan.cards
        for line in card.lines
    ]
    if plan.lines_left_out:
        remarks.append(
            f"the film's {plan.length_s:.0f} s hold {len(lines)} lines; the last {plan.lines_left_out} are left out; ask "
            f"for more with --seconds"
        )
    notes: dict[str, Any] = {
        "title": title,
        "title_s": plan.title_s,
        "captions": lines,
        "lines_left_out": plan.lines_left_out,
        "on_bars": plan.on_bars,
        "look": look,
        "takes": [
            {"start_s": round(take.start_s, 3), "end_s": round(take.end_s, 3), "picture": take.canvas}
            for take in scenes.takes
        ],
        "silent": cut is None,
        "missing_characters": told,
    }
    shown = title if plan.title_s else ""
    return Film().artwork(
        reel,
        title=title,
        provenance=Provenance(operation="generate", medium="film", notes=notes),
        unused=find_unused(request, [shown, *(line["text"] for line in lines)]),
        remarks=tuple(remarks),
    )


def find_unused(request: GenerateRequest, texts: Sequence[str]) -> tuple[str, ...]:
    """Words of the theme that are neither shown nor among those that a source was made from and used."""
    if request.theme.source:
        return ()
    shown = set(content_words(" ".join(texts))[0])
    for work in request.sources:
        told = work.provenance
        if told is not None and told.theme:
            unused = content_words(" ".join(told.unused))[0]
            shown |= {str(word) for word in told.theme.get("words", ())}.difference(unused)
    return tuple(word for word in request.theme.words if word not in shown)


def sort_sources(works: tuple[Artwork, ...], context: Context) -> Sources:
    """Sources by part. Raises InputError if there is no picture."""
    words = tuple(w for w in works if isinstance(w.payload, Text))
    sounds = tuple(w for w in works if w not in words and ".wav" in context.media[w.medium].writes)
    pictures = tuple(w for w in works if w not in words and w not in sounds)
    if not pictures:
        had = ", ".join(w.medium for w in works) or "nothing"
        raise InputError(
            f"a film needs a picture to show and got {had}; give a painting with --from FILE (and words and music "
            f"in the same way)"
        )
    if len(pictures) > 40:
        raise InputError(f"a film got {len(pictures)} pictures; it takes up to 40")
    return Sources(pictures, words, sounds)


def read_words(
    sources: Sources, request: GenerateRequest, options: EditorOptions
) -> tuple[list[list[str]], str, list[str]]:
    """(lines by stanza, the title, characters the font lacks)."""
    texts: list[Text] = [w.payload for w in sources.words]
    stanzas = [list(stanza) for text in texts for stanza in text.stanzas] if options.captions != "none" else []
    title = options.title
    if not title:
        title = next((t.title for t in texts if t.title), "") or request.theme.text
        if len(title) > 60:
            cut = title[:58] if not title[:60].isascii() else title[:58].rsplit(" ", 1)[0]
            title = cut.rstrip(" ,;:，、；。") + "…"
    title = title[:1].upper() + title[1:]
    shown = title + "".join(line for stanza in stanzas for line in stanza)
    return stanzas, title, missing(shown)


def read_music(sources: Sources, context: Context) -> Sound | None:
    """The first sound among the sources, or None: a silent film."""
    from ..sound import sound_of

    if not sources.sounds:
        return None
    work = sources.sounds[0]
    return sound_of(work, context.media[work.medium])


def lay_out(
    stanzas: list[list[str]], title: str, sound: Sound | None, options: EditorOptions
) -> tuple[Sound | None, Plan]:
    """(the sound, repeated where the words need more of it, and the plan). A repetition is left at the end of a group
    of four bars.
    """
    from ..timing import MAX_FILM_S, make_cards, needed_s, plan_film

    groups = make_cards(stanzas)
    title_s = TITLE_S if options.titles and title else 0.0
    if sound is None:
        return None, plan_film(groups, title_s=title_s, sound_s=0.0, bars=(), beats=(), seconds=options.seconds)
    needed = options.seconds or min(MAX_FILM_S, needed_s(groups, title_s))
    longer = sound.lengthened(needed)
    seconds = options.seconds
    if longer is not sound and not seconds:
        seconds = next((bar + 1.0 for bar in longer.bars[::4] if bar >= needed), 0.0)
    plan = plan_film(
        groups, title_s=title_s, sound_s=longer.length_s, bars=longer.bars, beats=longer.beats, seconds=seconds
    )
    return longer, plan


def stands_in_columns(stanzas: list[list[str]], options: EditorOptions) -> bool:
    """Whether the lines stand in columns: if asked, or if most are Chinese and none is longer than a line of regulated
    verse and its like.
    """
    from ..captions import is_chinese

    lines = [line for stanza in stanzas for line in stanza]
    chinese = bool(lines) and sum(map(is_chinese, lines)) * 2 > len(lines)
    return options.captions == "vertical" or (options.captions == "auto" and chinese and max(map(len, lines)) <= 12)


def make_scenes(sources: Sources, context: Context, plan: Plan, options: EditorOptions, *, columns: bool) -> Scenes:
    """Canvases of the pictures and the takes of them."""
    from PIL import Image

    from ..camera import Canvas
    from ..scenes import Scenes
    from ..shots import calm_side, plan_takes

    canvases = []
    for work in sources.pictures:
        payload = work.payload
        picture = (
            payload
            if isinstance(payload, Image.Image)
            else context.media[work.medium].preview(work, width=options.width)
        )
        canvases.append(Canvas(picture, options.width, options.height))
    side = calm_side(canvases[0])
    return Scenes(
        tuple(canvases), tuple(plan_takes(canvases, plan, options.motion, side if columns else "bottom")), side
    )


def make_cues(
    scenes: Scenes, plan: Plan, title: str, options: EditorOptions, *, columns: bool
) -> tuple[list[Cue], dict[str, Any]]:
    """The layers of words and when they show, and a note on how they look."""
    from ..captions import Typesetter, is_chinese
    from ..scenes import Cue
    from ..shots import choose_ink

    size = options.width, options.height
    cues, inks = [], []
    if plan.title_s:
        cues.append(Cue(Typesetter(*size).title(title), 0.5, plan.title_s - 0.15, 0.9))
    for card in plan.cards:
        texts = [line.text for line in card.lines]
        side = _calmer_side(scenes, card) if columns else scenes.text_side
        ink, shade = choose_ink(scenes.ground(card.start_s, card.end_s, side if columns else "bottom"))
        inks.append(ink)
        setter = Typesetter(*size, ink, shade)
        layers = (
            setter.vertical(texts, side=side) if columns else setter.horizontal(texts, chinese=is_chinese(texts[0]))
        )
        end = card.end_s - 0.1
        for line, layer in zip(card.lines, layers, strict=True):
            cues.append(Cue(layer, line.start_s - 0.15, end, min(LINE_FADE_S, (end - line.start_s) / 3)))
    return cues, {"captions": "vertical" if columns else "horizontal", "ink": inks}


def _calmer_side(scenes: Scenes, card: Card) -> Literal["left", "right"]:
    """Where a card's columns stand best: the film's side, unless the ground there is much
    busier than on the other one.
    """
    import numpy as np

    spread = {
        side: float(np.ptp(np.quantile(scenes.ground(card.start_s, card.end_s, side), (0.1, 0.9))))
        for side in ("left", "right")
    }
    other: Literal["left", "right"] = "left" if scenes.text_side == "right" else "right"
    return other if spread[scenes.text_side] > 1.4 * spread[other] + 12 else scenes.text_side
