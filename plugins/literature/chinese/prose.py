"""Writing Chinese prose: pages after a small plot, pages that go on from an opening, sentences made anew, gaps filled.

What so small a model cannot do, keep a story, the plot does: persons with names, a place, a thing, an arrival, a turn
and an end, each told by a sentence of a small grammar (`data/plots.json`); the sentences between them are the model's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.progress import Progress
from ..lm.language import TextAndNotes
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.prose_zh.engine import ProseEngine, voice_of
from .content import content_words, theme_words
from .corpus import clean_prose
from .lending import lend_prose, lend_verse
from .page import ENDS, Page, plots

if TYPE_CHECKING:
    from ....core.requests import Context, GenerateRequest, RestoreRequest, TransferRequest

__all__ = ["fill_prose", "rewrite", "write_prose"]

_HAN = re.compile(r"[\u3400-\u9fff]+")


def write_prose(request: GenerateRequest[PoetOptions], context: Context, author: str = "") -> TextAndNotes:
    """A page about the theme, after a plot; with an opening given, a page that goes on from it."""
    theme, options = request.theme, request.options
    refuse_idle(options, "Chinese prose")
    length = options.length or 400
    keywords = [w for w in re.split(r"[,，、;；\s]+", options.keywords) if w]
    remembered = [w.strip() for w in re.split(r"[;；\n]+", options.memory) if w.strip()]
    with lend_prose(context, options.weights) as engine:
        voice = voice_of(engine, author)
        unknown = [c for w in keywords for c in w if c not in engine.ids]
        if unknown:
            raise InputError(f"the character {unknown[0]!r} is not known to the prose model; choose other words")
        whole = theme.text.strip()
        words = [*([whole] if len(whole) <= 4 and _HAN.fullmatch(whole) else []), *theme_words(theme)] or ["夜"]
        names = [w for w in remembered if len(w) <= 3 and _HAN.fullmatch(w)]
        words = list(dict.fromkeys(words))
        page = Page(engine, voice, context.rng, notes="。".join(remembered), persons=names)
        opening = clean_prose(options.opening)
        if opening:
            page.say(opening)
            _go_on(page, length, [*keywords, *words], names, options.temperature, context.progress)
        else:
            _tell(page, length, keywords, words, names, options.temperature, context.progress)
        body = page.text
        body = body[: max(body.rfind(e) for e in (*ENDS, "”")) + 1] or body
        missing = [w for w in keywords if w not in body]
        body += f"这便是{'，'.join(missing)}。" if missing else ""
        score = -engine.score(body, voice) / max(1, len(body))
        wanted = [*keywords, *words, *names]
        notes = {
            "form": "prose",
            "voice": voice,
            "score": round(score, 4),
            "bits_per_char": round(-score, 3),
            "words_kept": [w for w in wanted if w in body],
            "persons": list(page.persons),
            "longest_run": engine.runs.longest(body[len(opening) :]),
        }
    title = theme.text if theme.language == "zh" and len(theme.text) <= 16 else "".join(words[:2])
    return Text(
        stanzas=tuple((p,) for p in body.split("\n") if p.strip()), language="zh", form="prose", title=title
    ), notes


def _tell(
    page: Page,
    length: int,
    keywords: Sequence[str],
    words: Sequence[str],
    names: Sequence[str],
    temperature: float,
    progress: Progress,
) -> None:
    """A page after the voice's plot: each turn opens a paragraph, the model goes on in it."""
    known = plots()
    plot, rng = known.get(page.voice, known["luxun"]), page.rng
    slots = _cast(plot, names, words[0], rng)
    page.persons = (slots["a"], slots["b"])
    heads = [slots["a"], slots["ta"], f"那{slots['n']}", slots["b"]]
    turns = plot["beats"] if length >= 220 else [plot["beats"][0], plot["beats"][3], plot["beats"][-1]]
    details = [plot["details"][i] for i in rng.permutation(len(plot["details"]))]
    pending = [w for w in (*keywords, *words) if w]
    for number, frames in enumerate(turns):
        if number:
            page.say("\n")
        before, last = len(page.text), number + 1 == len(turns)
        share = (length - before) / (len(turns) - number)
        slots |= {name: str(rng.choice(plot[f"{name}s"])).format(**slots) for name in ("ask", "answer")}
        fitting = [f for f in frames if number or "{w}" in f] or frames
        end = fitting[int(rng.integers(len(fitting)))].format(**slots)
        if not last:
            page.say(end)
        # A detail of the plot, then the model, and so on; the last turn closes the page.
        while len(page.text) - before + (len(end) if last else 0) < share - 14:
            progress.update(min(1.0, len(page.text) / length), f"{len(page.text)} characters")
            pending = [w for w in pending if w not in page.text]
            made = (
                page.sentence(wishes=pending[:1], heads=heads, temperature=temperature)
                if not details or len(details) % 3 == 0
                else ""
            )
            # Nobody is told of before the turn that brings them.
            early = [d for d in details if number > 1 or ("{b}" not in d and "{tb}" not in d)]
            if not made and not early:
                break
            page.say(made or early[-1].format(**slots))
            if early:
                details.remove(early[-1])
        if last:
            page.say(end)


def _cast(
    plot: Mapping[str, Sequence[str]], names: Sequence[str], word: str, rng: np.random.Generator
) -> dict[str, str]:
    """What the sentences of a plot name: two persons with their pronouns (those of the notes first), a place, a thing."""
    cast = [tuple(plot["cast"][i].split("|")) for i in rng.permutation(len(plot["cast"]))]
    pronouns = dict(cast)
    people = [*((n, pronouns.get(n, "他")) for n in names), *(c for c in cast if c[0] not in names)][:2]
    thing = plot["things"][int(rng.integers(len(plot["things"])))].split("|")
    place = plot["places"][int(rng.integers(len(plot["places"])))]
    (first, of_first), (second, of_second) = people
    return {
        "a": first,
        "ta": of_first,
        "b": second,
        "tb": of_second,
        "p": place,
        "t": "".join(thing),
        "n": thing[1],
        "w": word,
    }


def _go_on(
    page: Page, length: int, words: Sequence[str], names: Sequence[str], temperature: float, progress: Progress
) -> None:
    """Sentences after an opening, a paragraph of about four."""
    pending, sentences = [w for w in words if w not in page.text], 0
    if page.text[-1:] not in (*ENDS, "”", "\n"):
        found = [
            t for t, _ in sorted(page.candidates([""] * 12, temperature=temperature, most=40), key=lambda c: -c[1])
        ]
        page.say(next((t for t in found if pending[:1] and pending[0] in t), found[0] if found else "。"))
    while len(page.text) < length:
        progress.update(len(page.text) / length, f"{len(page.text)} characters")
        pending = [w for w in pending if w not in page.text]
        made = page.sentence(wishes=pending[:1], heads=[*pending[:1], *names, ""], temperature=temperature)
        if not made:
            break
        page.say(made)
        sentences += 1
        if sentences % 4 == 0 and len(page.text) < length - 30:
            page.say("\n")


def rewrite(request: TransferRequest[PoetOptions], context: Context, author: str) -> TextAndNotes:
    """A text towards an author's prose: its content words stay in their order, `strength` of its sentences are written
    anew around them.
    """
    text: Text = request.artwork.payload
    body = "\n".join(text.lines)
    with lend_verse(context) as verse:
        every = [w for w, _ in content_words(text, verse)]
    sentences = (
        [s for s in re.split(r"(?<=[。！？…\n])", body) if s.strip()] if text.language == "zh" else ["".join(every)]
    )
    with lend_prose(context, request.options.weights) as engine:
        page = Page(engine, voice_of(engine, author), context.rng)
        for number, sentence in enumerate(sentences):
            context.progress.update(number / len(sentences), f"sentence {number + 1}")
            words = [w for w in every if w in sentence] or every[:2]
            if context.rng.random() >= request.strength and text.language == "zh":
                page.say(sentence)
                continue
            for first in range(0, len(words), 2):
                pair = words[first : first + 2]
                page.say(page.sentence(wishes=pair, heads=[pair[0]], temperature=request.options.temperature))
        written = page.text
        score = round(-engine.score(written, page.voice) / max(1, len(written)), 4)
        notes = {"voice": author, "skeleton": every, "kept_words": [w for w in every if w in written], "score": score}
    paragraphs = tuple((p,) for p in written.split("\n") if p.strip())
    return Text(stanzas=paragraphs, language="zh", form="prose", title=text.title), notes


def fill_prose(
    request: RestoreRequest[PoetOptions], context: Context, stanzas: tuple[tuple[str, ...], ...]
) -> TextAndNotes:
    """Gaps in prose, one after the other: of each run of gaps the candidates that fit both sides best. stanzas: of the
    request's text, with its gaps marked.
    """
    refuse_idle(request.options, "restored Chinese prose")
    text: Text = request.artwork.payload
    whole = "\n\n".join("\n".join(s) for s in stanzas)
    proposals: list[dict[str, Any]] = []
    with lend_prose(context, request.options.weights) as engine:
        voice = voice_of(engine, "")
        while found := re.search("□+", whole):
            context.progress.update(found.start() / len(whole), "gap")
            size = found.end() - found.start()
            left, right = whole[: found.start()][-60:], whole[found.end() :][:40].split("□")[0]
            fillings = _fillings(engine, left, size, voice, context.rng)
            scores = np.array([-engine.score(left + c + right, voice) for c in fillings]) * math.log(2)
            p = np.exp(scores - scores.max())
            order = np.argsort(-p)[:10]
            proposals.append(
                {
                    "gap": size,
                    "proposals": [{"text": fillings[i], "probability": round(float(p[i] / p.sum()), 4)} for i in order],
                }
            )
            whole = whole[: found.start()] + fillings[int(order[0])] + whole[found.end() :]
    made = tuple(tuple(s.split("\n")) for s in whole.split("\n\n"))
    taken = [float(gap["proposals"][0]["probability"]) for gap in proposals]
    return Text(stanzas=made, language="zh", form=text.form, title=text.title, author=text.author), {
        "gaps": len(proposals),
        "proposals": proposals,
        "score": round(float(np.mean(np.log(np.maximum(taken, 1e-30)))), 4),
    }


def _fillings(engine: ProseEngine, left: str, size: int, voice: str, rng: np.random.Generator) -> list[str]:
    """What may stand in a gap of `size` characters: the forty likeliest of one, 48 drawn of more."""
    context = [engine.ids.get(c, 1) for c in left]
    unfit = [0, 1, *([engine.ids["\n"]] if "\n" in engine.ids else [])]
    rows = 1 if size == 1 else 48
    made: list[list[int]] = [[] for _ in range(rows)]
    if engine.net is not None:
        cache, hidden = engine.net.open(context, voice, size + 1)
        cache, hidden = cache.repeat(rows), np.repeat(hidden, rows, axis=0)
    for _ in range(size):
        network = engine.net.chances(hidden) if engine.net is not None else [None] * rows
        for row in range(rows):
            p = engine.chances([*context[-3:], *made[row]][-3:], voice, network[row])
            p[unfit] = 0
            if size == 1:
                return [engine.chars[i - 2] for i in np.argsort(-p)[:40]]
            mass = np.cumsum(p ** (1 / 0.8))
            made[row].append(int(np.searchsorted(mass, rng.random() * mass[-1], side="right")))
        if engine.net is not None:
            hidden = engine.net.step(cache, np.array([m[-1] for m in made]))
    return list(dict.fromkeys(engine.text(m) for m in made))
