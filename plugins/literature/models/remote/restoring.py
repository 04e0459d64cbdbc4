"""Gaps of a text filled by an endpoint's model: asked for the whole text, of which nothing but the gaps may have changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from .....core.artwork import Text
from .....core.errors import InputError
from ...chinese.restore import GAP as CHINESE_GAP
from ...chinese.restore import mark_gaps
from ...chinese.script import simplify
from ...english.restore import GAP as ENGLISH_GAP
from ...english.restore import find_gaps
from ...lm.language import TextAndNotes
from ..poet.options import refuse_idle
from .asking import read_page
from .conversation import ask_until_kept, endpoint_of, notes_of
from .options import RemoteOptions

if TYPE_CHECKING:
    from .....core.requests import Context, RestoreRequest

__all__ = ["restore"]

_WORD = r"([^\W\d_]+(?:['\u2019-][^\W\d_]+)*)"
_HAN = r"([\u3400-\u9fff])"
_GAPS = {"en": (ENGLISH_GAP, _WORD), "zh": (re.compile(CHINESE_GAP), _HAN)}
MOST_GAPS = 60


def restore(request: RestoreRequest[RemoteOptions], context: Context, *, language: str) -> TextAndNotes:
    """The text with its gaps filled. Raises InputError if it has none, StoreError where the endpoint fails or its model
    changes what is there.
    """
    refuse_idle(request.options, "a text restored by an endpoint's model")
    text: Text = request.artwork.payload
    stanzas: Sequence[Sequence[str]] = (
        mark_gaps(text, request.region) if language == "zh" else find_gaps(text, request.region)[0]
    )
    lines = [line for stanza in stanzas for line in stanza]
    gaps = sum(len(_GAPS[language][0].findall(line)) for line in lines)
    if not gaps:
        raise InputError(
            "the text has no gap; write □ for each missing character, or name the lines with --region 'line 3'"
        )
    if gaps > MOST_GAPS:
        raise InputError(f"the text has {gaps} gaps; at most {MOST_GAPS} are filled at once. Give a part of it")
    made, tries = ask_until_kept(
        endpoint_of(request),
        request,
        context,
        _ask(lines, language),
        lambda answer: read_page(simplify(answer)[0] if language == "zh" else answer),
        lambda found: _faults(found, lines, language),
        language=language,
        size=2 * sum(len(line) if language == "zh" else len(line.split()) for line in lines),
    )
    filled = [_filled(new, old, language) or [] for new, old in zip(made, lines, strict=True)]
    rest = iter(_put(old, words, language) for old, words in zip(lines, filled, strict=True))
    whole = tuple(tuple(next(rest) for _ in stanza) for stanza in stanzas)
    notes = {"gaps": gaps, "filled": [word for words in filled for word in words], **notes_of(request, context, tries)}
    return Text(stanzas=whole, language=language, form=text.form, title=text.title, author=text.author), notes


def _ask(lines: Sequence[str], language: str) -> str:
    body = "\n".join(_GAPS[language][0].sub("□" if language == "zh" else "____", line) for line in lines)
    if language == "zh":
        return f"下面的文字有缺字，每个□缺一个汉字。请补全，其余一字不改，逐行写出全文，不要说明。\n{body}"
    return (
        f"Words are missing in this text; each ____ stands for one word. Fill them so that sense, metre and rhyme hold, "
        f"change nothing else, and answer with the whole text, line by line, and nothing but it.\n{body}"
    )


def _filled(new: str, old: str, language: str) -> list[str] | None:
    """What stands in the gaps of a line, None where anything else is another than it was; marks and case do not count."""
    gap, word = _GAPS[language]
    parts = [_plain(part) for part in gap.split(old)]
    found = re.fullmatch(word.join(rf"\W*{part}\W*" if part else r"\W*" for part in parts), new, flags=re.IGNORECASE)
    return list(found.groups()) if found else None


def _plain(part: str) -> str:
    """A part of a line as a pattern: its words, whatever stands between them."""
    return r"\W+".join(map(re.escape, re.findall(r"\w+", part)))


def _put(old: str, words: Sequence[str], language: str) -> str:
    rest = iter(words)
    return _GAPS[language][0].sub(lambda _: next(rest), old)


def _faults(found: Sequence[str], lines: Sequence[str], language: str) -> list[str]:
    if len(found) != len(lines):
        return [f"{len(found)} lines came where the text has {len(lines)}"]
    return [
        f"line {number} must stay as it is but for its gaps: {old}"
        for number, (new, old) in enumerate(zip(found, lines, strict=True), 1)
        if _filled(new, old, language) is None
    ]
