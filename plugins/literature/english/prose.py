"""Writing prose: sentence by sentence, several candidates each, the best one goes on.

The draw is from network and n-grams mixed, with the memory of the page and of the notes that the person gave, so that
names come back. A candidate is judged by its mean log p, by the theme's words and the names it brings, and refused for
runs of words that the page has already.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.progress import Progress, Silent
from ....core.theme import concepts
from ....core.transformer.sampling import log_softmax
from ..lm.language import TextAndNotes
from ..lm.memory import BackoffMemory
from ..models.poet.options import PoetOptions, refuse_idle
from ..models.poet.styles import ENGLISH_PROSE
from ..models.prose_en.engine import ProseEngine
from .collage import Told, best_voice, compose_prose, teller_of, told_by
from .content import phrases
from .lending import lend_prose, lend_prose_bank
from .lexicon import FUNCTION, stem
from .prose_bank import work_title
from .story import plan_story, tell
from .voice_steering import Voice
from .voices import authors
from .words import tokenize

if TYPE_CHECKING:
    from ....core.requests import Context, GenerateRequest

__all__ = ["Page", "continue_page", "paragraphs", "write_prose"]

CANDIDATES, LONGEST, CONTEXT = 12, 56, 190
#: What a sentence gains by the author's words in it, beside its mean log p.
LIKENESS = 2.0
#: Words of a page where no length is asked for: of one that is planned, of one that is drawn.
_PLANNED_WORDS, _DRAWN_WORDS = 320, 220
SILENT = Silent()
_ENDS = re.compile(r"[.!?][\"')]*\s*$")
_ODD = re.compile(r"[\[\]_*{}<>|\\^~]|\d|[A-Z]{4,}|CHAPTER|--\s*--")


@dataclass
class Page:
    """A page in the making. text: printed so far; tokens: of memory notes, opening and text; hidden: of the notes, in
    tokens.
    """

    engine: ProseEngine
    author: str
    tokens: list[int]
    hidden: int
    memory: BackoffMemory
    wanted: list[str]
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What is printed."""
        return self.engine.decode(self.tokens[self.hidden :])


def _names(notes: str) -> tuple[str, ...]:
    """Capitalised words of the notes that are not the first of a sentence, or stand alone before a comma or verb."""
    found = re.findall(r"\b[A-Z][a-z]{2,}\b", notes)
    return tuple(dict.fromkeys(w for w in found if w.lower() not in FUNCTION))


def _mixed(
    engine: ProseEngine, hidden: NDArray[np.float32], histories: Sequence[Sequence[int]], memory: BackoffMemory
) -> NDArray[np.float64]:
    """Probabilities of the next token for each row."""
    network = np.exp(log_softmax(hidden @ engine.head)).astype(np.float64)
    weights = engine.start_weights("prose")
    out = np.empty_like(network)
    for row, history in enumerate(histories):
        context = list(history[-3:])
        used = min(len(engine.ngrams["prose"].path(context)), len(weights) - 1)
        grams = engine.ngrams["prose"].distribution(context)
        out[row] = memory.distribution(history, weights[used, 0] * network[row] + weights[used, 1] * grams)
    out[:, engine.specials] = 0
    return out


def _shaped(p: NDArray[np.float64], temperature: float, top_p: float) -> NDArray[np.float64]:
    """Rows made bolder or safer: power 1 / temperature, then the likeliest tokens that hold `top_p`."""
    p = p ** (1 / temperature)
    p /= p.sum(axis=1, keepdims=True)
    order = np.argsort(-p, axis=1)
    ranked = np.take_along_axis(p, order, axis=1)
    mass = np.cumsum(ranked, axis=1)
    ranked[mass - ranked >= top_p] = 0
    np.put_along_axis(p, order, ranked, axis=1)
    return p / p.sum(axis=1, keepdims=True)


def _sentences(
    page: Page,
    rng: np.random.Generator,
    temperature: float,
    boost: NDArray[np.float64] | None,
    candidates: int = CANDIDATES,
    voice: Voice | None = None,
) -> list[tuple[list[int], float]]:
    """Candidates for what comes next, up to the end of a sentence: (tokens, mean log p)."""
    engine = page.engine
    cache, hidden = engine.open("prose", page.author, page.tokens[-CONTEXT:], LONGEST + 1)
    cache = cache.repeat(candidates)
    hidden = np.repeat(hidden, candidates, axis=0)
    rows: list[list[int]] = [[] for _ in range(candidates)]
    value = np.zeros(candidates)
    live = np.ones(candidates, bool)
    recent = {tuple(page.tokens[i : i + 4]) for i in range(max(0, len(page.tokens) - 600), len(page.tokens) - 3)}
    for _ in range(LONGEST):
        histories = [[*page.tokens[-8:], *r] for r in rows]
        p = _mixed(engine, hidden, histories, page.memory)
        log_p = np.log(np.maximum(p, 1e-30))
        if boost is not None:
            p = p * boost
        shaped = _shaped(p, 0.85 * temperature, 0.88)
        if voice is not None:
            voice.note(shaped[live])
        uniform = rng.random(candidates)
        drawn = np.minimum((np.cumsum(shaped, axis=1) <= uniform[:, None]).sum(axis=1), engine.vocabulary - 1)
        for r in np.flatnonzero(live):
            token = int(drawn[r])
            rows[r].append(token)
            value[r] += log_p[r, token]
            if tuple([*page.tokens[-3:], *rows[r]][-4:]) in recent:
                value[r] -= 4.0
            text = engine.decode(rows[r])
            if len(rows[r]) > 4 and _ENDS.search(text) and not re.search(r"\b(Mr|Mrs|Dr|St|Miss)\.$", text.rstrip()):
                live[r] = False
        if not live.any():
            break
        hidden = engine.step(cache, drawn)
    ended = [
        (row, float(v) / max(1, len(row))) for row, v, going in zip(rows, value, live, strict=True) if not going and row
    ]
    if ended:
        return ended
    cut = [(_cut(engine, row), float(v) / max(1, len(row))) for row, v in zip(rows, value, strict=True)]
    return [(row, v) for row, v in cut if row]


def _cut(engine: ProseEngine, row: list[int]) -> list[int]:
    """A sentence that came to no end, ended at its last pause, or before its last word where it has none."""
    spelled = [engine.decode([token]) for token in row]
    at = next((i for i in range(len(row) - 1, 8, -1) if spelled[i].strip() in (",", ";")), 0)
    at = at or next((i for i in range(len(row) - 1, 8, -1) if spelled[i][:1] == " "), 0)
    return [*row[:at], *engine.encode(".")] if at else []


@lru_cache(maxsize=1)
def common_words() -> frozenset[str]:
    """The seven thousand commonest words: what begins a sentence with a capital and is no name."""
    return frozenset((Path(__file__).parent / "data" / "common.txt").read_text("utf-8").split()) - {"pip", "mr", "mrs"}


def _judge(page: Page, tokens: list[int], mean_log_p: float, so_far: str) -> float:
    """What a candidate is worth: higher is better."""
    text = page.engine.decode(tokens)
    score = mean_log_p
    stems = {stem(w) for w in tokenize(text)}
    score += 0.5 * sum(stem(w) in stems for w in page.wanted)
    score += 0.25 * sum(name in text for name in page.names)
    score -= 2.0 * bool(_ODD.search(text)) + 4.0 * (sum(t.isalpha() for t in tokenize(text)) < 3)
    found = [*re.findall(r"(?<=[a-z,;.] )[A-Z][a-z]+(?=[ ,.'])", text), *re.findall(r"^\s*([A-Z][a-z]+)", text)]
    strange = [
        w for w in found if w not in so_far and w not in page.names and w.lower() not in common_words() and w != "God"
    ]
    score -= 1.0 * len(strange)
    # Dialogue is likely word by word and says little: a page is carried by narrative.
    score -= 0.6 * (text.count('"') + text.count(" '")) + 0.06 * max(0, 16 - len(tokens))
    return score


def continue_page(
    page: Page,
    words: int,
    rng: np.random.Generator,
    *,
    temperature: float = 0.8,
    progress: Progress = SILENT,
    boost: NDArray[np.float64] | None = None,
    voice: Voice | None = None,
    candidates: int = CANDIDATES,
) -> Page:
    """Go on until the page has `words` words and ends a sentence. Same generator, same page.

    boost: what each token's chance is multiplied with; voice: of an author, to be kept to in its place; candidates: how
    many sentences are drawn
    for each that stays.
    """
    start = len(page.text.split())
    for _ in range(max(4, words // 4)):
        text = page.text
        count = len(text.split())
        if count - start >= words:
            break
        boost = voice.boost() if voice is not None else boost
        found = _sentences(page, rng, temperature, boost, candidates, voice) or _sentences(
            page, rng, 0.6, boost, max(8, candidates)
        )
        if not found:
            break
        tokens, _ = max(
            found,
            key=lambda c: (
                _judge(page, c[0], c[1], text) + (LIKENESS * voice.likeness(page.engine.decode(c[0])) if voice else 0.0)
            ),
        )
        for token in tokens:
            page.memory.add(page.tokens[-3:], token)
            page.tokens.append(token)
        said = {stem(w) for w in tokenize(page.engine.decode(tokens))}
        page.wanted = [w for w in page.wanted if stem(w) not in said]
        progress.update(min(1.0, (count - start) / words), f"{count} words")
    return page


def paragraphs(text: str) -> tuple[tuple[str, ...], ...]:
    """Printed text as stanzas of one line each; quotation marks left open are closed, an
    unfinished sentence dropped.
    """
    found = []
    for part in re.split(r"\n\s*\n", text):
        line = " ".join(part.split())
        if line.count('"') % 2:
            line += '"'
        if line:
            found.append((line,))
    return tuple(found)


def likelihood(engine: ProseEngine, stanzas: Sequence[Sequence[str]], author: str = "") -> float:
    """Mean natural logarithm of the chance of a character of a page, under network and n-grams: higher is likelier."""
    body = "\n\n".join("\n".join(stanza) for stanza in stanzas)
    ids = [*engine.encode(body), engine.end]
    found = engine.log_p(ids, "prose", author=author if author in engine.authors else "", memory=BackoffMemory())
    return round(float(found.sum()) / max(1, len(body)), 4)


def open_page(engine: ProseEngine, author: str, opening: str, notes: str, wanted: Sequence[str]) -> Page:
    """A page that begins with `opening`; the notes are read before it and weigh in its memory."""
    if author and author not in engine.authors:
        raise InputError(f"the prose model has no voice {author!r}; it has: {', '.join(engine.authors) or 'none'}")
    told = ". ".join(part.strip().rstrip(".") for part in notes.split(";") if part.strip())
    before = engine.encode(f"{told}.\n\n") if told else []
    tokens = [*before, *engine.encode(opening)]
    memory = BackoffMemory(strengths=(3_000.0, 60.0, 12.0, 6.0))
    for _ in range(3 if before else 1):
        for i, token in enumerate(before or tokens):
            memory.add((before or tokens)[max(0, i - 3) : i], token)
    return Page(engine, author, tokens, len(before), memory, list(wanted), _names(notes))


def _planned(
    engine: ProseEngine,
    request: GenerateRequest[PoetOptions],
    context: Context,
    words: Sequence[str],
    asked: Sequence[str],
) -> tuple[list[str], dict[str, Any]]:
    """Paragraphs of a page with a plan, and what the plan was; what is longer than the plots reach is drawn."""
    theme, options, rng = request.theme, request.options, context.rng
    story = plan_story(words, theme.text if theme.language == "en" else "", options.memory, rng)
    goal = options.length or _PLANNED_WORDS
    story.facts += [f"there was one word that {story.slots['he']} kept coming back to, and it was {w}" for w in asked]
    parts = tell(story, goal, rng, engine=engine)
    context.progress.update(min(1.0, sum(len(p.split()) for p in parts) / goal), f"{len(parts)} paragraphs")
    short = goal - sum(len(p.split()) for p in parts)
    if short > 400:
        page = open_page(engine, "", "\n\n".join(parts), "", ())
        continue_page(page, short, rng, temperature=options.temperature, progress=context.progress)
        parts = [line for stanza in paragraphs(page.text) for line in stanza]
    cast = {k: story.slots[k] for k in ("Hero", "Other", "place", "object")}
    return parts, {"way": "planned", "voice": "", "plot": story.plots[0], "plan": cast}


def _quoted(
    engine: ProseEngine,
    request: GenerateRequest[PoetOptions],
    context: Context,
    words: Sequence[str],
    author: str,
) -> tuple[list[str], dict[str, Any]]:
    """Paragraphs of an author's own sentences, behind an opening where there is one, and whose they are."""
    options, rng = request.options, context.rng
    if author and author not in ENGLISH_PROSE:
        raise InputError(f"there is no voice {author!r} of English prose; there are: {', '.join(ENGLISH_PROSE)}")
    opening = " ".join(options.opening.split())
    with lend_prose_bank(context) as bank:
        if opening:
            told = told_by(opening, options.memory)
        else:
            told = Told(teller_of(bank.shelf(author), request.theme.words_in("en"), rng), "past")
        whose = author or best_voice(bank, words, told)
        page = compose_prose(
            engine,
            bank.shelf(whose),
            words,
            options.length or _DRAWN_WORDS,
            rng,
            told=told,
            opening=opening,
            author=whose,
            progress=context.progress,
        )
    works = ", ".join(dict.fromkeys(work_title(s.work) for s in page.chosen))
    total = sum(len(part.split()) for part in page.paragraphs)
    share = round(100 * (total - len(opening.split())) / max(1, total))
    yours = f", {100 - share} % are the opening's" if opening else ""
    remarks = [
        f"{share} % of the words are {ENGLISH_PROSE[whose]}'s{yours}: single sentences of {works}; the choice and the order are ours"
    ]
    if opening:
        named = f", {page.named} of them with the name put in" if page.named else ""
        if told.unsaid:
            remarks.append(
                f"nobody says whether {told.unsaid} is he or she, so the page goes on without; "
                f"say it: --memory '{told.unsaid}: she'"
            )
        remarks.append(
            f"it goes on by choosing sentences{named}, and knows no story; a language model of your own writes on: -m hf:FOLDER"
        )
    quotes = [
        {"author": ENGLISH_PROSE[whose], "work": work_title(s.work), "words": len(s.text.split())} for s in page.chosen
    ]
    notes = {"way": "quoted", "voice": author, "told": vars(told), "quotes": quotes, "remarks": remarks}
    return page.paragraphs, notes


def write_prose(request: GenerateRequest[PoetOptions], context: Context, author: str = "") -> TextAndNotes:
    """A page of prose on a theme, and notes ("score": `likelihood`): planned (`story.py`); where a voice or an opening is
    asked for, of real sentences (`collage.py`); with weights of one's own drawn by the model.

    Raises InputError for an unknown voice, or an option that does nothing here.
    """
    theme, options = request.theme, request.options
    imagery = [w for key in theme.images for w in concepts()[key].en]
    words = sorted(
        (w for w in theme.words_in("en") if w.isalpha()),
        key=lambda w: (w.endswith(("ed", "y", "ing", "ful")), w not in imagery),
    ) or ["silence"]
    asked = [w.lower() for w in re.split(r"[,;\s]+", options.keywords) if w]
    planned = not (author or options.opening.strip() or options.weights)
    quoted = not (planned or options.weights)
    refuse_idle(
        options,
        "English prose after a plan" if planned else "English prose of quotations" if quoted else "English prose",
    )
    with lend_prose(context, options.weights) as engine:
        if planned or quoted:
            if planned:
                parts, notes = _planned(engine, request, context, words, asked)
            else:
                parts, notes = _quoted(engine, request, context, [*asked, *words[:4]], author)
            stanzas: tuple[tuple[str, ...], ...] = tuple((p,) for p in parts)
        else:
            opening = options.opening.strip() or str(context.rng.choice(phrases()["openings"])).format(words[0])
            page = open_page(engine, author, opening, options.memory, [*asked, *words[1:4]])
            continue_page(
                page,
                options.length or _DRAWN_WORDS,
                context.rng,
                temperature=options.temperature,
                progress=context.progress,
                voice=Voice(engine, author) if author in authors("prose") else None,
            )
            stanzas = paragraphs(page.text)
            notes = {
                "way": "drawn",
                "voice": author,
                "opening": opening,
                "missing": page.wanted[: len(asked)] if asked else [],
            }
        notes["score"] = likelihood(engine, stanzas, author)
    notes["words"] = sum(len(line.split()) for stanza in stanzas for line in stanza)
    title = theme.text if theme.language == "en" and len(theme.text) <= 48 else " ".join(words[:3])
    return Text(stanzas=stanzas, language="en", form="prose", title=title[:1].upper() + title[1:]), notes
