"""Style transfer into Chinese: content words stay in their order, the rest is written anew.

Into verse: the words are forced into the lines in their order (hints with their place), half of them at full strength;
of the candidates the likeliest wins. Into a prose voice: see `prose_writing.rewrite`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.theme import Theme, concepts, read_words
from ..models.poet.options import TUNES, PoetOptions
from ..models.poet.styles import CHINESE_PROSE, CHINESE_VERSE
from ..models.verse_zh.encoding import Prefix, Shape
from ..models.verse_zh.engine import VerseEngine, Written
from .brief import Asked, place_word, plans_of, shape_of
from .forms import Tune, tunes
from .lending import lend_verse
from .prosody import FORMS
from .writer import choose_best

if TYPE_CHECKING:
    from ....core.devices import DeviceManager
    from ....core.progress import Progress

__all__ = ["content_words", "transfer"]

_CANDIDATES, _ROWS = 72, 12


def transfer(
    text: Text,
    style: str,
    strength: float,
    options: PoetOptions,
    rng: np.random.Generator,
    progress: Progress,
    devices: DeviceManager | None,
    home: Path,
) -> tuple[Text, dict[str, Any]]:
    """The text as a poem of the form `style`, or in the manner of the poet or writer `style`.

    Raises InputError if the text holds no content word that Chinese verse knows.
    """
    if style in CHINESE_PROSE:
        from .prose import rewrite

        return rewrite(text, CHINESE_PROSE[style], strength, options, rng, progress, devices, home)
    voice = CHINESE_VERSE.get(style, "")
    form = style if not voice else text.form if text.form in FORMS or text.form in TUNES else "qijue"
    if form not in FORMS and form not in TUNES:
        raise InputError(
            f"{style!r} is no form or voice of Chinese verse; forms: {', '.join((*FORMS, *TUNES))}; voices: "
            f"{', '.join(CHINESE_VERSE)}"
        )
    tune = tunes()[TUNES[form]] if form in TUNES else None
    shape = shape_of(form, tune)
    with lend_verse(devices, home, options.weights) as engine:
        words = content_words(text, engine)
        if not words:
            raise InputError(
                "no content word of the text is known to Chinese verse; give a text with images, things or places in it"
            )
        made, kept_words = _write(engine, words, form, tune, shape, voice, strength, options, rng, progress)
        theme = Theme.from_prompt("".join(w for w, _ in words[:4]))
        found, notes = choose_best(
            engine, made, theme, form, tune, shape, Asked(known={}, words=(), rhyme=""), title=text.title
        )
        written = "".join(found.lines)
        notes |= {
            "skeleton": [w for w, _ in words],
            "forced": kept_words,
            "kept_words": [w for w, _ in words if w in written],
            "voice": voice,
        }
    return found, notes


def content_words(text: Text, engine: VerseEngine) -> list[tuple[str, float]]:
    """(word, place in the text from 0 to 1): words of two characters the corpus knows, and images; English ones by the
    shared concepts.
    """
    found: list[tuple[str, float]] = []
    body = "\n".join(text.lines)
    if text.language != "zh":
        images = read_words(body)[1]
        named = [(concepts()[key].zh[0], i / max(1, len(images))) for i, key in enumerate(images)]
        return [(word, at) for word, at in named if all("\u3400" <= c <= "\u9fff" for c in word)]
    known = {w for concept in concepts().values() for w in concept.zh}
    at = 0
    while at < len(body):
        pair = body[at : at + 2]
        if len(pair) == 2 and (pair in engine.lexicon.words or pair in known) and all(c in engine.column for c in pair):
            found.append((pair, at / len(body)))
            at += 2
            continue
        if body[at] in known and body[at] in engine.column:
            found.append((body[at], at / len(body)))
        at += 1
    first: dict[str, float] = {}
    for word, place in found:
        first.setdefault(word, place)
    return list(first.items())


def _write(
    engine: VerseEngine,
    words: Sequence[tuple[str, float]],
    form: str,
    tune: Tune | None,
    shape: Shape,
    voice: str,
    strength: float,
    options: PoetOptions,
    rng: np.random.Generator,
    progress: Progress,
) -> tuple[list[Written], list[str]]:
    """Candidates with words forced in the order of the text: about one a line at small strength, one in two lines at
    full.
    """
    room = max(1, round(len(shape) * (1.0 - 0.5 * min(1.0, strength))))
    chosen = (
        list(words) if len(words) <= room else [words[int(i)] for i in np.linspace(0, len(words) - 1, room).round()]
    )
    title = "".join(w for w, _ in words[:3])[:8]
    made: list[Written] = []
    forced: list[str] = []
    batches = -(-(options.best_of or _CANDIDATES) // _ROWS)
    for batch in range(batches):
        progress.update(batch / batches, f"{len(made)} candidates")
        placed = _place(engine, chosen, form, tune, shape, rng)
        if placed is None:
            chosen = chosen[: max(1, len(chosen) - 1)]
            continue
        known, plans = placed
        told = [
            Prefix(
                form=f"ci:{tune.name}" if tune else form,
                regulated=None if tune else True,
                kind=k,
                rhyme=r,
                voice=voice,
                title="" if tune else title,
                known=known,
            )
            for _, k, r in plans
        ]
        made += engine.write(told, [p for p, _, _ in plans], shape, rng, temperature=options.temperature)
        forced = [w for w, _ in chosen]
    if not made:
        raise InputError(f"the words of the text cannot stand in {form}; try another form or a higher strength")
    return made, forced


def _place(
    engine: VerseEngine,
    words: Sequence[tuple[str, float]],
    form: str,
    tune: Tune | None,
    shape: Shape,
    rng: np.random.Generator,
) -> tuple[Mapping[tuple[int, int], str], list[tuple[Any, str, str]]] | None:
    asked = Asked(known={}, words=(), rhyme="")
    for _ in range(60):
        known: Mapping[tuple[int, int], str] | None = {}
        for number, (word, _) in enumerate(words):
            line = min(len(shape) - 1, int((number + 0.5) * len(shape) / len(words)))
            known = place_word(word, shape, known, rng, clauses=(line,)) if known is not None else None
        if known is None:
            continue
        plans = plans_of(form, tune, asked, known, engine.prosody, engine.rhyme_words, rng, _ROWS)
        if plans:
            return known, plans
    return None
