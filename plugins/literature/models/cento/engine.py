"""A cento on a theme: lines of other poets in a form, told whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .....core.errors import InputError
from ...chinese.brief import read_brief
from ...chinese.lending import lend_verse as lend_chinese
from ...chinese.prosody import FORMS as REGULATED
from ...chinese.prosody import prosody
from ...chinese.writer import text_of, title_of
from ...english.checker import check
from ...english.forms import find_form, plan
from ...english.lending import lend_prose as lend_english
from ...english.writer import text_of as text_of_english
from ...lm.language import TextAndNotes
from ...lm.lending import lend, weights_of
from ..poet.options import PoetOptions, refuse_idle
from ..poet.styles import CHINESE_VERSE
from .chinese import compose_chinese
from .chinese_bank import ChineseBank
from .english import compose_english
from .english_bank import EnglishBank

if TYPE_CHECKING:
    from .....core.requests import Context, GenerateRequest

__all__ = ["write"]

ENGLISH_FORMS = ("quatrain", "couplets", "blank-verse")


def write(
    request: GenerateRequest[PoetOptions], context: Context, *, language: str, form: str, voice: str
) -> TextAndNotes:
    """A cento in one of its forms; voice: the Chinese poet or dynasty whose lines alone are taken. Raises InputError for
    another form or voice.
    """
    refuse_idle(request.options, "a cento")
    return (_chinese if language == "zh" else _english)(request, context, form, voice)


def _english(request: GenerateRequest[PoetOptions], context: Context, form: str, voice: str) -> TextAndNotes:
    shape = find_form(form)
    if form not in ENGLISH_FORMS:
        raise InputError(
            f"an English cento is made of couplets, and a {form} is not; there are: {', '.join(ENGLISH_FORMS)}"
        )
    if voice:
        raise InputError(f"an English cento is of many poets, and {voice!r} was asked for; leave the style out")
    path = weights_of("cento-en")
    with (
        lend_english(context) as engine,
        lend(context.devices, "cento-en", (path,), lambda: EnglishBank.load(path)) as bank,
    ):
        context.progress.update(0.2, f"{len(bank.couplets)} couplets")
        shaped = plan(shape, context.rng, lines=request.options.length)
        if form == "quatrain":
            shaped = replace(shaped, form=replace(shaped.form, rhymes="AABB" * (shaped.lines // 4)))
        found, notes = compose_english(engine, bank, shaped, request.theme, context.rng)
    faults = check(found.lines, shaped.form)
    if faults:
        raise InputError(f"no {form} of known lines keeps its form on this theme ({faults[0].text}); try another seed")
    text = text_of_english(found.lines, shaped, request.theme)
    sources = [(bank.couplets[number].poet, bank.couplets[number].poem) for number in found.couplets for _ in range(2)]
    told = _notes(sources, found.value, notes, ", {1}")
    return replace(text, title=f"{text.title} (a cento)"), told


def _chinese(request: GenerateRequest[PoetOptions], context: Context, form: str, voice: str) -> TextAndNotes:
    if form not in REGULATED:
        raise InputError(f"a Chinese cento is regulated verse, and {form!r} was asked for: {', '.join(REGULATED)}")
    if voice and voice not in CHINESE_VERSE:
        raise InputError(f"{voice!r} is no poet of Chinese verse; there are: {', '.join(CHINESE_VERSE)}")
    poet = CHINESE_VERSE.get(voice, "")
    path = weights_of("cento-zh")
    with (
        lend_chinese(context) as engine,
        lend(context.devices, "cento-zh", (path,), lambda: ChineseBank.load(path)) as bank,
    ):
        context.progress.update(0.2, f"{len(bank.lines)} lines")
        found, notes = compose_chinese(engine, bank, form, request.theme, context.rng, poet=poet)
        lines = [bank.lines[number] for number in found.lines]
        title = f"{title_of(request.theme, None)}（集{poet[-1] if len(poet) == 1 else poet or '句'}）"
        text = text_of([line.text for line in lines], read_brief(form, request.options, prosody()), title=title)
        sources = [(bank.poems[line.poem].poet, bank.poems[line.poem].title) for line in lines]
    return text, _notes(sources, found.value, notes, "《{1}》")


def _notes(sources: Sequence[tuple[str, str]], score: float, notes: dict[str, Any], shown: str) -> dict[str, Any]:
    """What is told of a cento: whose each line is, also in a sentence."""
    told = "; ".join(
        f"{n} {poet}{shown.format(poet, poem) if poem else ''}" for n, (poet, poem) in enumerate(sources, 1)
    )
    rows = [{"line": n, "poet": poet, "poem": poem} for n, (poet, poem) in enumerate(sources, 1)]
    return {
        **notes,
        "score": score,
        "quotes": rows,
        "remarks": [f"a cento: each couplet is a poet's own, the choice is ours: {told}"],
    }
