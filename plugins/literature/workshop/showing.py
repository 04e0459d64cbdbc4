"""What the workshop finds, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from .answering_en import Rhymed
from .findings import Fault, Licence, Verdict

if TYPE_CHECKING:
    from .answering import Answered
    from .mending import Mended
    from .rhymes import RhymeRow, Rhymes
    from .whose import Answer

__all__ = ["answer_lines", "lines_of", "mended_lines", "rhyme_lines", "source_lines"]


def lines_of(verdict: Verdict) -> Iterator[str]:
    """A verdict as a person reads it: what the poem is, its lines with their tones or stresses, faults, licences."""
    faults = sum(f.weight == "fault" for f in verdict.faults)
    kept = "in form" if not faults else f"{faults} fault{'s' * (faults != 1)}"
    yield " · ".join(part for part in (verdict.name, verdict.metre, verdict.rhyme, kept) if part)
    for number, row in enumerate(verdict.lines, 1):
        yield f"  {number:2} " + (_chinese(row) if verdict.language == "zh" else _english(row))
    for remark in verdict.remarks:
        yield f"  {remark}"
    for title, found in (
        ("Faults", [f for f in verdict.faults if f.weight == "fault"]),
        ("Blemishes", [f for f in verdict.faults if f.weight != "fault"]),
        ("Licences", list(verdict.licences)),
        ("As regulated verse it would have", list(verdict.otherwise)),
    ):
        if found:
            yield f"{title}:"
            yield from _listed(found)


def _listed(found: Sequence[Fault | Licence]) -> Iterator[str]:
    """One a line, but those of whole lines that are of one name together."""
    together: dict[tuple[str, str], list[int]] = {}
    for one in found:
        if isinstance(one, Licence) and one.line and not one.place and not one.text:
            together.setdefault((one.name, one.rule), []).append(one.line)
        else:
            yield f"  {one}"
    for (name, rule), lines in together.items():
        yield f"  {name}  line{'s' * (len(lines) > 1)} {', '.join(map(str, lines))}: {rule}"


def _chinese(row: dict[str, Any]) -> str:
    return f"{row['text']}  {row['tones']}"


def _english(row: dict[str, Any]) -> str:
    pattern = row.get("pattern", "")
    marks = "".join("/" if p == "S" else "x" for p in pattern) if pattern else f"({row['syllables']})"
    return f"{row['rhyme']} {marks:12} {row['text']}"


def rhyme_lines(found: Rhymes) -> Iterator[str]:
    """Rhymes as a person reads them: English ones by syllables, Chinese ones with words that end in them."""
    yield f"{found.word}  {found.sound}"
    for title, rows in (("Full", found.full), ("Near", found.near)):
        if not rows:
            yield f"{title}: none"
            continue
        yield f"{title}:"
        if found.language == "en":
            yield from _by_syllables(rows)
        else:
            yield from (f"  {row.word}  {row.group}  {' '.join(row.words)}".rstrip() for row in rows)


def _by_syllables(rows: Sequence[RhymeRow]) -> Iterator[str]:
    kinds: dict[tuple[int, str], list[str]] = {}
    for row in rows:
        kinds.setdefault((row.syllables, "" if row.relation == "full" else f" {row.relation}"), []).append(row.word)
    for (number, relation), words in sorted(kinds.items()):
        yield f"  {number} syllable{'s' * (number > 1)}{relation}: {', '.join(words)}"


def source_lines(found: Answer) -> Iterator[str]:
    """Whose a line is, as a person reads it."""
    if not found.sources:
        yield f"nobody's: it stands in none of the {found.works:,} works that are known, nor does half of it"
        return
    if not found.taken:
        yield f"nobody's: only parts of it stand in works that are known ({found.works:,} of them)"
    told = {"whole": "has it word for word", "nearly": "has it nearly"}
    for source in found.sources:
        said = told.get(source.match) or f"has {source.length} of its {found.unit}"
        yield f"{source.work}  {said}"


def mended_lines(found: Mended) -> Iterator[str]:
    """A mended line as a person reads it, and what else would do."""
    yield f"{found.line}  {found.old}"
    yield f"-> {found.new}"
    for step in found.steps:
        others = ", ".join(f"{text} {probability:.0%}" for text, probability in step.proposals)
        yield f"  {step.fault or 'asked'} {step.place} {step.old!r}: {others}"


def answer_lines(found: Sequence[Answered | Rhymed]) -> Iterator[str]:
    """Second halves of a couplet as a person reads them."""
    for one in found:
        if isinstance(one, Rhymed):
            yield f"{one.line}  ({' / '.join(one.rhyme)})"
            continue
        pairs = f"  ({' '.join(one.pairs)})" if one.pairs else ""
        yield f"{one.line}  {one.tones}  likeness {one.likeness:.2f}{pairs}"
