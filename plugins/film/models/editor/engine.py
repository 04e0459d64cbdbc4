"""The editor: cuts a film from pictures, words and music.

No learned part: an editor's rules of thumb, written down. A title over the picture out of focus; then the picture, the
camera going slowly to what is worth seeing; the lines in couplets that come on the bar line and leave before the next; at
the end the whole picture in silence of words, and black.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from PIL import Image

from .....core.artwork import Artwork, Provenance
from .....core.errors import InputError
from .....core.fonts import missing, tell_missing
from .....core.requests import Context, GenerateRequest
from ...camera.canvas import Canvas
from ...camera.takes import calm_side, plan_takes
from ...captions.layers import choose_ink
from ...captions.splitting import is_chinese
from ...captions.typesetting import Typesetter
from ...medium import Film
from ...reel.sound import Sound, sound_of
from ...timing.schedule import MAX_FILM_S, Card, Schedule, make_cards, needed_s, schedule_film
from .options import EditorOptions
from .scenes import Cue, Scenes, render
from .sources import Sources, choose_title, find_unused, sort_sources

__all__ = ["cut_film"]

TITLE_S = 3.6
LINE_FADE_S = 0.7


def cut_film(request: GenerateRequest[EditorOptions], context: Context) -> Artwork:
    """A film of `request.sources`. Raises InputError without a picture among them."""
    options = request.options
    if request.style is not None:
        raise InputError("a film has no styles of its own; style its painting, music and words instead")
    sources = sort_sources(request.sources, context)
    stanzas = sources.stanzas if options.captions != "none" else []
    title = choose_title(sources, request)
    shown = title + "".join(line for stanza in stanzas for line in stanza)
    lacking = missing(shown)
    remarks = [tell_missing(shown, what="the film's words")] if lacking else []
    context.progress.update(0.02, "sound")
    music = sources.sounds[0] if sources.sounds else None
    sound = sound_of(music, context.media[music.medium]) if music else None
    sound, schedule = lay_out(stanzas, title, sound, options)
    context.progress.update(0.06, "pictures")
    columns = stands_in_columns(stanzas, options)
    scenes = make_scenes(sources, context, schedule, options, columns=columns)
    cues, look = make_cues(scenes, schedule, title, options, columns=columns)
    reel = render(scenes, cues, schedule, sound, options, context.progress)
    lines: list[dict[str, Any]] = [
        {"start_s": round(line.start_s, 3), "end_s": round(card.end_s, 3), "text": line.text}
        for card in schedule.cards
        for line in card.lines
    ]
    if schedule.lines_left_out:
        remarks.append(
            f"the film's {schedule.length_s:.0f} s hold {len(lines)} lines; the last {schedule.lines_left_out} are left "
            f"out; ask for more with --seconds"
        )
    notes: dict[str, Any] = {
        "title": title,
        "title_s": schedule.title_s,
        "captions": lines,
        "lines_left_out": schedule.lines_left_out,
        "on_bars": schedule.on_bars,
        "look": look,
        "takes": [
            {"start_s": round(take.start_s, 3), "end_s": round(take.end_s, 3), "picture": take.canvas}
            for take in scenes.takes
        ],
        "silent": sound is None,
        "missing_characters": lacking,
    }
    return Film().artwork(
        reel,
        title=title,
        provenance=Provenance(operation="generate", medium="film", notes=notes),
        unused=find_unused(request, [title if schedule.title_s else "", *(line["text"] for line in lines)]),
        remarks=tuple(remarks),
    )


def lay_out(
    stanzas: list[list[str]], title: str, sound: Sound | None, options: EditorOptions
) -> tuple[Sound | None, Schedule]:
    """(the sound, repeated where the words need more of it, and when things happen). A repetition is left at the end of a group
    of four bars.
    """
    groups = make_cards(stanzas)
    title_s = TITLE_S if options.titles and title else 0.0
    if sound is None:
        return None, schedule_film(groups, title_s=title_s, sound_s=0.0, bars=(), beats=(), seconds=options.seconds)
    needed = options.seconds or min(MAX_FILM_S, needed_s(groups, title_s))
    longer = sound.lengthened(needed)
    seconds = options.seconds
    if longer is not sound and not seconds:
        seconds = next((bar + 1.0 for bar in longer.bars[::4] if bar >= needed), 0.0)
    schedule = schedule_film(
        groups, title_s=title_s, sound_s=longer.length_s, bars=longer.bars, beats=longer.beats, seconds=seconds
    )
    return longer, schedule


def stands_in_columns(stanzas: list[list[str]], options: EditorOptions) -> bool:
    """Whether the lines stand in columns: if asked, or if most are Chinese and none is longer than a line of regulated
    verse and its like.
    """
    lines = [line for stanza in stanzas for line in stanza]
    chinese = bool(lines) and sum(map(is_chinese, lines)) * 2 > len(lines)
    return options.captions == "vertical" or (options.captions == "auto" and chinese and max(map(len, lines)) <= 12)


def make_scenes(
    sources: Sources, context: Context, schedule: Schedule, options: EditorOptions, *, columns: bool
) -> Scenes:
    """Canvases of the pictures and the takes of them."""
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
        tuple(canvases), tuple(plan_takes(canvases, schedule, options.motion, side if columns else "bottom")), side
    )


def make_cues(
    scenes: Scenes, schedule: Schedule, title: str, options: EditorOptions, *, columns: bool
) -> tuple[list[Cue], dict[str, Any]]:
    """The layers of words and when they show, and a note on how they look."""
    size = options.width, options.height
    cues, inks = [], []
    if schedule.title_s:
        cues.append(Cue(Typesetter(*size).title(title), 0.5, schedule.title_s - 0.15, 0.9))
    for card in schedule.cards:
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
    spread = {
        side: float(np.ptp(np.quantile(scenes.ground(card.start_s, card.end_s, side), (0.1, 0.9))))
        for side in ("left", "right")
    }
    other: Literal["left", "right"] = "left" if scenes.text_side == "right" else "right"
    return other if spread[scenes.text_side] > 1.4 * spread[other] + 12 else scenes.text_side
