"""English verse checked: its metre, its rhymes, the form they make, each fault with its line and word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ....core.errors import InputError
from ..english.checker import last_word
from .english_forms import Scheme, find_scheme, name_form
from .english_rhymes import letters_of
from .findings import Fault, Licence, Verdict
from .metre import Metre, find_metre, words_of
from .word_stress import spoken

__all__ = ["check_english", "english_forms"]

MAX_LINES = 400
_ASKED = {
    "sonnet": ("sonnet", 14),
    "villanelle": ("villanelle", 19),
    "limerick": ("limerick", 5),
    "haiku": ("haiku", 3),
    "ballade": ("ballade", 28),
}
_NEAR = {
    "identical": "the same word again (identical rhyme)",
    "eye": "a rhyme for the eye: spelled alike, said otherwise today",
    "consonance": "slant rhyme: the consonants agree, the vowel doesn't",
    "assonance": "assonance: the vowel agrees, the consonants don't",
}


def english_forms() -> tuple[str, ...]:
    """Forms that may be asked for."""
    return tuple(_ASKED)


def check_english(stanzas: Sequence[Sequence[str]], form: str = "") -> Verdict:
    """The verdict on a poem in English. form: what it means to be; its faults against that are named.

    Raises InputError for prose, and for more than 400 lines.
    """
    lines = [line for stanza in stanzas for line in stanza]
    if len(lines) > MAX_LINES:
        raise InputError(f"the poem has {len(lines)} lines; at most {MAX_LINES} are checked at once. Give a part of it")
    metre, scheme = find_metre(stanzas), find_scheme(stanzas)
    syllables = [sum(len(spoken(w)[0].stress) for w in words_of(line)) for line in lines]
    key, name = name_form(scheme, metre, len(lines), syllables)
    faults = list(metre.faults) if key not in ("free-verse", "haiku") else []
    licences = list(metre.licences) if key not in ("free-verse", "haiku") else []
    if scheme is not None:
        found = _rhymes(lines, scheme, metre)
        faults += [f for f in found if isinstance(f, Fault)]
        licences += [x for x in found if isinstance(x, Licence)]
    if key == "haiku":
        faults += _haiku(syllables, lines)
    faults += _asked(form, key, name, lines, syllables)
    order = lambda f: (f.line, f.place, f.name)  # noqa: E731
    letters = scheme.letters if scheme is not None else letters_of(lines)
    return Verdict(
        language="en",
        form=key,
        name=name,
        metre=metre.name,
        rhyme=letters,
        faults=tuple(sorted(faults, key=order)),
        licences=tuple(sorted(licences, key=order)),
        lines=_rows(lines, metre, letters, syllables),
    )


def _rhymes(lines: Sequence[str], scheme: Scheme, metre: Metre) -> list[Fault | Licence]:
    found: list[Fault | Licence] = []
    refrains = dict(scheme.refrains)
    ballad = scheme.letters[:4] == "ABAB" and scheme.unit == 4 and bool(metre.feet) and max(metre.feet) <= 4
    for i, (relation, at) in enumerate(scheme.relations):
        word, other = last_word(lines[i]), last_word(lines[at]) if at >= 0 else ""
        place = len(words_of(lines[i]))
        if i in refrains and _bare(lines[i]) != _bare(lines[refrains[i]]):
            rule = f"a {scheme.name} says line {refrains[i] + 1} again here"
            if word == last_word(lines[refrains[i]]):
                found.append(Licence(name="varied refrain", line=i + 1, text=lines[i], rule=rule))
            else:
                remedy = f"write {lines[refrains[i]]!r}"
                found.append(Fault(name="refrain", line=i + 1, text=lines[i], rule=rule, remedy=remedy))
        if relation == "none" and ballad and scheme.letters[i] == scheme.letters[i - i % 4] and i % 4 in (0, 2):
            rule = "first and third line of this stanza don't rhyme, as ballads may"
            found.append(Licence(name="unrhymed line", line=i + 1, place=place, text=word, rule=rule))
        elif relation == "none":
            rule = f"{word!r} rhymes with no line of its letter {scheme.letters[i]}, as {other!r} of line {at + 1}"
            remedy = f"take one of: {', '.join(_suggest(other)) or 'other words for both'}"
            found.append(Fault(name="rhyme", line=i + 1, place=place, text=word, rule=rule, remedy=remedy))
        elif relation in _NEAR and i not in refrains:
            rule = f"with {other!r} of line {at + 1}: {_NEAR[relation]}"
            name = {"eye": "eye rhyme", "identical": "identical rhyme"}.get(relation, f"near rhyme ({relation})")
            found.append(Licence(name=name, line=i + 1, place=place, text=word, rule=rule))
    return found


def _suggest(word: str) -> list[str]:
    from .english_words import rhyming_words

    return [w for w in rhyming_words(word, most=40) if w != word][:4] if word else []


def _bare(line: str) -> str:
    return "".join(c for c in line.lower() if c.isalpha())


def _haiku(syllables: Sequence[int], lines: Sequence[str]) -> list[Fault]:
    return [
        Fault(
            name="length",
            line=i + 1,
            text=lines[i],
            rule=f"line {i + 1} of a haiku has {want} syllables, this one {n}",
            remedy=f"{'take away' if n > want else 'add'} {abs(n - want)}",
        )
        for i, (n, want) in enumerate(zip(syllables, (5, 7, 5), strict=False))
        if n != want
    ]


def _asked(form: str, key: str, name: str, lines: Sequence[str], syllables: Sequence[int]) -> list[Fault]:
    """What a form that was asked for lacks."""
    if not form or form == key:
        return []
    if form not in _ASKED:
        known = ", ".join(_ASKED)
        raise InputError(f"{form!r} is no form that a poem in English is checked as; there are: {known}")
    stem, count = _ASKED[form]
    if key == stem or key.startswith(f"{stem}-"):
        return []
    if len(lines) != count:
        rule = f"a {form} has {count} lines, here are {len(lines)}"
        verb = "add" if len(lines) < count else "take away"
        return [Fault(name="lines", line=0, rule=rule, remedy=f"{verb} {abs(count - len(lines))}")]
    if form == "haiku":
        return _haiku(syllables, lines)
    return [
        Fault(
            name="form", line=0, text=name, rule=f"this is no {form}", remedy="see the scheme of rhymes and the metre"
        )
    ]


def _rows(lines: Sequence[str], metre: Metre, letters: str, syllables: Sequence[int]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for i, (line, scan) in enumerate(zip(lines, metre.scans, strict=True)):
        row: dict[str, Any] = {"text": line, "rhyme": letters[i] if i < len(letters) else "x"}
        if scan is None:
            rows.append({**row, "syllables": syllables[i]})
            continue
        rows.append(
            {
                **row,
                "syllables": len(scan.pattern.places),
                "stress": scan.stress,
                "pattern": scan.pattern.places,
                "licences": list(scan.pattern.licences),
            }
        )
    return rows
