"""`check`: what a poem is and how it keeps to that, by its language and the shape of its lines."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ....core.artwork import Text
from ....core.errors import InputError
from ..chinese.corpus import split_clauses
from ..models.poet.form_names import FORM_ALIASES
from .english_check import check_english
from .findings import Fault, Verdict
from .regulated import check_lines
from .tunes import check_ci, find_tune, tune_named, tune_of_title

__all__ = ["check"]

_REGULATED = {"wujue": (4, 5), "qijue": (4, 7), "wulv": (8, 5), "qilv": (8, 7)}
_LONGEST = 400


def check(text: Text, form: str = "") -> Verdict:
    """The verdict on a poem in Chinese or English.

    form: what it means to be ("qijue", "浣溪沙", "sonnet"); "" finds it. Raises InputError for what is no verse, for a tune
    that isn't known, and for other languages.
    """
    if not any(c.isalnum() for line in text.lines for c in line):
        raise InputError("the poem holds no word; there is nothing to check in it")
    if text.language == "zh":
        return _check_chinese(text, form)
    if text.language != "en":
        raise InputError(
            f"the text seems to be in {text.language!r}; verse is checked in English and Chinese (--language says which it is)"
        )
    if _is_english_prose(text):
        raise InputError(
            "this is prose, which has no form to check; `literature analyze` reads it. Verse has its line breaks"
        )
    return check_english([s for s in text.stanzas if s], FORM_ALIASES.get(form, form))


def _is_english_prose(text: Text) -> bool:
    lines = [line for line in text.lines if line.strip()]
    return sum(len(line) > 100 for line in lines) * 2 >= len(lines)


def _check_chinese(text: Text, form: str) -> Verdict:
    clauses = [(t, m) for t, m in split_clauses(list(text.lines)) if t]
    lengths = [len(t) for t, _ in clauses]
    asked = FORM_ALIASES.get(form, form)
    if asked in _REGULATED:
        return _check_regulated([t for t, _ in clauses], asked)
    if asked:
        return check_ci(clauses, tune_named(form))
    if len(lengths) > _LONGEST:
        raise InputError(
            f"the text has {len(lengths)} clauses; poems of at most {_LONGEST} are checked. Give a part of it"
        )
    titled = tune_of_title(text.title)
    if titled is not None:
        return check_ci(clauses, titled)
    one_length = len(set(lengths)) == 1
    tune = find_tune(clauses)
    if one_length and lengths[0] in (5, 7) and len(lengths) % 2 == 0:
        verdict = check_lines([t for t, _ in clauses])
        # 浣溪沙 and 生查子 have lines of one length too: a tune that is kept explains more than faults do.
        if tune is not None and (verdict.otherwise or not verdict.kept):
            as_ci = check_ci(clauses, tune)
            return verdict if as_ci.faults else as_ci
        return verdict
    nearly = _nearly_regulated(lengths)
    sung = check_ci(clauses, tune) if tune is not None else None
    # Eight lines of which one is short may have the lengths of a tune; a poem in that tune would keep it.
    if sung is not None and (sung.kept or not nearly):
        return sung
    if nearly:
        return _check_regulated([t for t, _ in clauses], nearly)
    if one_length and lengths[0] == 4 and len(lengths) >= 4:
        return Verdict(language="zh", form="siyan", name="四言诗", remarks=("four characters a line: tones are free",))
    if form or text.form.startswith("prose") or _is_chinese_prose(lengths):
        raise InputError(
            "this is prose, which has no form to check; verse has lines of 5 or 7, or the clauses of a tune (name it with --form)"
        )
    return Verdict(
        language="zh",
        form="zayan",
        name="杂言",
        remarks=("lines of several lengths, and no tune that is known has them; name the tune with --form",),
    )


def _is_chinese_prose(lengths: Sequence[int]) -> bool:
    return max(lengths) > 11 or sum(lengths) > 400


def _nearly_regulated(lengths: Sequence[int]) -> str:
    """The regulated form of which one line has a wrong number of characters; "" if there is none."""
    for name, (lines, size) in _REGULATED.items():
        if len(lengths) == lines and Counter(lengths)[size] >= lines - 1:
            return name
    return ""


def _check_regulated(lines: Sequence[str], form: str) -> Verdict:
    count, size = _REGULATED[form]
    wrong = [i for i, line in enumerate(lines) if len(line) != size]
    if len(lines) == count and not wrong:
        return check_lines(lines, as_regulated=True)
    faults = []
    names = {"wujue": "五言绝句", "qijue": "七言绝句", "wulv": "五言律诗", "qilv": "七言律诗"}
    if len(lines) != count:
        rule = f"{names[form]} has {count} lines, here are {len(lines)}"
        verb = "add" if len(lines) < count else "take away"
        faults.append(Fault(name="句数", line=0, rule=rule, remedy=f"{verb} {abs(count - len(lines))}"))
    for i in wrong:
        rule = f"a line of {names[form]} has {size} characters, this one {len(lines[i])}"
        verb = "add" if len(lines[i]) < size else "take away"
        remedy = f"{verb} {abs(size - len(lines[i]))}"
        faults.append(Fault(name="字数", line=i + 1, text=lines[i], rule=rule, remedy=remedy))
    return Verdict(language="zh", form=form, name=names[form], faults=tuple(faults))
