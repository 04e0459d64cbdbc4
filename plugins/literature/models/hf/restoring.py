"""Gaps of a text filled by a pretrained model: what stands behind a gap is heard too, and the form is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .....core.artwork import Text
from .....core.errors import InputError
from .....core.theme import Theme
from ...chinese.brief import Brief
from ...chinese.checker import recognise
from ...chinese.corpus import split_clauses
from ...chinese.forms import tune_of
from ...chinese.lending import lend_lexicon
from ...chinese.prosody import FORMS
from ...chinese.restore import GAP, mark_gaps
from ...english.restore import GapForm, around, fill_gaps, find_gaps
from ...guided.chinese import write_chinese
from ...lm.language import TextAndNotes
from ..poet.form_names import TUNES
from ..poet.options import refuse_idle
from .engine import PretrainedWriter, lend_writer

if TYPE_CHECKING:
    from .....core.requests import Context, RestoreRequest
    from ..poet.options import PoetOptions

__all__ = ["restore"]

READ, SHORT, LIKELY = 24, 300, 160
"""Words that are read in the passage; those whose form is looked at; tokens read before a gap at most."""
MOST_GAPS = 60


def restore(request: RestoreRequest[PoetOptions], context: Context, *, language: str) -> TextAndNotes:
    """The text with its gaps filled, and the proposals for each. Raises InputError if it has none."""
    refuse_idle(request.options, "a text restored by a pretrained model")
    text: Text = request.artwork.payload
    with lend_writer(context, request.model) as writer:
        if language == "en":
            lines, gaps = find_gaps(text, request.region)
            return fill_gaps(text, lines, gaps, _Words(writer, text), context.progress)
        return _chinese(writer, request, context)


class _Words(GapForm):
    """Ranks the English words that a model can write for the gaps of one text."""

    def __init__(self, writer: PretrainedWriter, text: Text) -> None:
        super().__init__(text)
        self.model, self.words = writer.model, writer.words

    def rank(self, lines: list[list[str]], stanza: int, row: int) -> list[tuple[str, float]]:
        """Words for the first gap of a line with their probabilities, the best first."""
        flat, at, before, after = around(lines, stanza, row)
        head = before.rstrip(" ")
        opens = not head or head[-1] == "\n"
        anchor = self.model.encode(head or "\n")[-LIKELY:]
        read = self.model.read(anchor)
        table = self.words.heads if opens else self.words.inside
        first = np.full(len(self.words.words), -np.inf, np.float32)
        first[table.words] = read.log_p[0, table.table[:, 0]] - 2 * (table.table[:, 1] >= 0)
        likely = np.argsort(-first, kind="stable")[:SHORT]
        form = [self.form_score(flat, at, self.words.words[i]) if self.is_verse else 0.0 for i in likely]
        chosen = likely[np.argsort(-(first[likely] + np.array(form)), kind="stable")[:READ]]
        spelled = [("" if opens else " ") + self._printed(i, head) + after[:80] for i in chosen]
        tokens = self.model.tokens_after(head or "\n", spelled)
        kept = [(i, ids) for i, ids in zip(chosen.tolist(), tokens, strict=True) if ids]
        chances = read.take([0] * len(kept)).likelihood([ids for _, ids in kept])
        known = {int(i): score for i, score in zip(likely, form, strict=True)}
        score = np.array([float(c.sum()) + known[i] for (i, _), c in zip(kept, chances, strict=True)])
        share = np.exp(score - score.max())
        share /= share.sum()
        order = np.argsort(-share, kind="stable")
        return [(self.words.words[kept[k][0]], float(share[k])) for k in order]

    def _printed(self, word: int, head: str) -> str:
        text = self.words.printed[word]
        return text[:1].upper() + text[1:] if not head or head[-1] in "\n.!?" else text


def _chinese(writer: PretrainedWriter, request: RestoreRequest[PoetOptions], context: Context) -> TextAndNotes:
    """A poem of a form that is known is written anew about what is there; other texts are filled one by one."""
    text: Text = request.artwork.payload
    stanzas = mark_gaps(text, request.region)
    whole = "".join(line for stanza in stanzas for line in stanza)
    if GAP not in whole:
        raise InputError(
            "the text has no gap; write □ for each missing character, or name the lines with --region 'line 3'"
        )
    if whole.count(GAP) > MOST_GAPS:
        raise InputError(f"the text has {whole.count(GAP)} gaps; at most {MOST_GAPS} are filled at once")
    clauses = split_clauses([line for stanza in stanzas for line in stanza])
    if all(c == GAP for t, _ in clauses for c in t):
        raise InputError("nothing but gaps: give at least one character to go by, or use generate")
    form = _option_of(recognise(clauses))
    filled = _in_form(writer, form, clauses, text, context) if form and not text.form.startswith("prose") else ""
    filled = filled or _one_by_one(writer, whole, context)
    best = iter(filled)
    made = tuple(tuple("".join(next(best) if c == GAP else c for c in line) for line in stanza) for stanza in stanzas)
    notes = {"gaps": whole.count(GAP), "filled": filled, "form_kept": form if form else ""}
    return Text(stanzas=made, language="zh", form=text.form, title=text.title, author=text.author), notes


def _option_of(form: str) -> str:
    """A recognised form as an option names it, "" for what has no plan of tones."""
    name = next((pinyin for pinyin, tune in TUNES.items() if form == f"ci:{tune}"), form)
    return name if name in FORMS or (name in TUNES and tune_of(name) is not None) else ""


def _in_form(
    writer: PretrainedWriter, form: str, clauses: Sequence[tuple[str, str]], text: Text, context: Context
) -> str:
    """The characters of the gaps in order, "" where the form cannot hold what is there."""
    known = {(c, len(t) - i): char for c, (t, _) in enumerate(clauses) for i, char in enumerate(t) if char != GAP}
    theme = Theme.from_prompt(text.title or "".join(t for t, _ in clauses).replace(GAP, "")[:8])
    try:
        with lend_lexicon(context) as lexicon:
            poems = write_chinese(
                writer.model,
                writer.characters,
                lexicon,
                theme,
                Brief(form=form, known=known),
                context.rng,
                temperature=0.6,
                tell=context.progress.update,
                may_quote=True,
            )
    except InputError:  # what is there keeps no plan of the form: it is filled by sense alone
        return ""
    if not poems:
        return ""
    pairs = zip((t for t, _ in clauses), poems[0].clauses, strict=True)
    return "".join(new for old, made in pairs for was, new in zip(old, made, strict=True) if was == GAP)


def _one_by_one(writer: PretrainedWriter, whole: str, context: Context) -> str:
    """Each gap by the character that what stands on both sides makes likeliest."""
    model, table = writer.model, writer.characters
    single = np.flatnonzero(table.size == 1)
    filled, count = [], whole.count(GAP)
    for number in range(count):
        before, _, after = whole.partition(GAP)
        read = model.read(model.encode("\n" + before)[-LIKELY:])
        order = single[np.argsort(-read.log_p[0, table.ids[single]], kind="stable")[:READ]]
        behind = model.encode(after.partition(GAP)[0][:16])
        chances = read.take([0] * len(order)).likelihood([[int(table.ids[i]), *behind] for i in order])
        best = table.texts[int(order[int(np.argmax([c.sum() for c in chances]))])]
        filled.append(best)
        whole = before + best + after
        context.progress.update((number + 1) / count, f"gap {number + 1} of {count}")
    return "".join(filled)
