"""Reading English: metre, rhyme, form, words, images, mood, repetition, voice, as plain JSON, and in sentences."""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from ....core.theme import read_words
from .checker import Scan, check, line_rhymes, scan
from .forms import FORMS, Form
from .lexicon import FUNCTION, stem
from .mood import line_mood
from .phonetics import count_syllables, sounds
from .voices import nearest_voices
from .words import MARKS, tokenize

if TYPE_CHECKING:
    from ....core.artwork import Text
    from ....core.requests import Context

__all__ = ["read", "rhyme_scheme", "scan_lines"]

MAX_LINES = 400
MAX_CHARACTERS = 400_000
_FEET = {
    1: "monometer",
    2: "dimeter",
    3: "trimeter",
    4: "tetrameter",
    5: "pentameter",
    6: "hexameter",
    7: "heptameter",
    8: "octameter",
}
_RHYTHMS = (("iambic", "wS"), ("trochaic", "Sw"), ("anapaestic", "wwS"), ("dactylic", "Sww"))


def read(text: Text, context: Context | None = None) -> dict[str, Any]:
    """Findings on an English text; verse gets scansion and rhyme, prose readability; both words, images, mood, voice.

    Only the first 400 lines are scanned and the first 400,000 characters read, and the findings say so.
    """
    whole = list(text.lines)
    lines = _beginning(whole)
    is_prose = text.form == "prose" or _looks_like_prose(lines)
    words = [w for line in lines for w in tokenize(line) if w not in MARKS]
    findings: dict[str, Any] = {
        "language": "en",
        "kind": "prose" if is_prose else "verse",
        "lines": len(whole),
        "read_lines": len(lines),
        "stanzas": [len(s) for s in text.stanzas],
        "words": len(words),
        "vocabulary": _vocabulary(words),
        "readability": _readability(lines, words),
        "imagery": _imagery(lines),
        "mood": _mood(lines[:MAX_LINES]),
        "repetition": _repetition(lines),
        "voice": nearest_voices(lines),
    }
    if not is_prose:
        findings |= _verse(text, lines[:MAX_LINES])
        findings["scanned_lines"] = min(len(lines), MAX_LINES)
    else:
        findings["form"] = "prose"
    return findings


def _beginning(lines: list[str]) -> list[str]:
    """Lines up to the limit of characters; a single longer line is cut."""
    room, found = MAX_CHARACTERS, []
    for line in lines:
        if room <= 0:
            break
        found.append(line[:room])
        room -= len(line)
    return found


def _looks_like_prose(lines: Sequence[str]) -> bool:
    return bool(lines) and mean(len(line) for line in lines) > 90


def _verse(text: Text, lines: Sequence[str]) -> dict[str, Any]:
    scanned = scan_lines(lines)
    letters = rhyme_scheme(lines)
    form, faults = _recognise(lines, text.form)
    counted = Counter(row["metre"] for row in scanned if row["metre"])
    metre, share = (counted.most_common(1)[0][0], counted.most_common(1)[0][1] / len(scanned)) if counted else ("", 0.0)
    for row, letter in zip(scanned, letters, strict=True):
        row["rhyme"] = letter
    for fault in faults:
        row = scanned[fault.line - 1]
        if fault.line and not (fault.kind == "stress" and (row["faults"] or row["licences"])):
            row["faults"].append(fault.text)
    return {
        "form": form,
        "form_faults": [{"line": f.line, "kind": f.kind, "text": f.text} for f in faults],
        "metre": metre,
        "metre_share": round(share, 3),
        "rhyme_scheme": "".join(letters),
        "scansion": scanned,
        "syllables": [row["syllables"] for row in scanned],
        "alliteration": _alliteration(lines),
    }


@lru_cache(maxsize=32)
def _patterns(syllables: int) -> tuple[tuple[str, str], ...]:
    """(name, pattern) of the rhythms that a line of so many syllables may have, one syllable more or less at its end
    allowed.
    """
    found = []
    for name, foot in _RHYTHMS:
        for feet in range(1, 9):
            full = foot * feet
            clipped = {"anapaestic": full[1:], "trochaic": full[:-1], "dactylic": full[:-2]}.get(name, "")
            for pattern in (full, full + "w", clipped):
                if len(pattern) == syllables and pattern:
                    found.append((f"{name} {_FEET[feet]}", pattern))
    return tuple(dict.fromkeys(found))


def _rhythm_cost(read: Scan, pattern: str, words: Sequence[str]) -> float:
    """Faults of the best reading, and small costs for function words raised and content words sunk."""
    cost, at = float(read.faults), 0
    for word in words:
        size = max(1, len(sounds(word)[0].stress) if sounds(word) else count_syllables(word))
        if size == 1 and at < len(pattern):
            raised = pattern[at] == "S"
            cost += 0.3 if raised and word in FUNCTION else 0.35 if not raised and word not in FUNCTION else 0.0
        at += size
    return cost


def scan_lines(lines: Sequence[str]) -> list[dict[str, Any]]:
    """For each line its syllables, stress, metre, pattern and faults; the poem's commonest metre wins where it fits as
    well.
    """
    rows: list[dict[str, Any]] = []
    for line in lines:
        words = [t for t in tokenize(line) if t not in MARKS]
        plain = scan(words)
        found = []
        for count in {plain.syllables, plain.syllables - 1, plain.syllables + 1}:
            for name, pattern in _patterns(count):
                read = scan(words, pattern)
                if read.syllables == len(pattern):
                    found.append(
                        (_rhythm_cost(read, pattern, words) + 0.4 * abs(count - plain.syllables), name, pattern, read)
                    )
        rows.append({"text": line, "words": words, "plain": plain, "found": sorted(found, key=lambda f: f[0])})
    votes: dict[str, float] = defaultdict(float)
    for row in rows:
        for cost, name, _, _ in row["found"][:3]:
            votes[name] += 1.0 / (1.0 + cost)
    return [_scansion(row, votes) for row in rows]


def _scansion(row: dict[str, Any], votes: Mapping[str, float]) -> dict[str, Any]:
    top = max(votes.values(), default=1)
    best = min(row["found"], key=lambda f: f[0] - 0.9 * votes.get(f[1], 0.0) / top, default=None)
    if best is None or best[0] > 3.5:
        plain = row["plain"]
        return {
            "text": row["text"],
            "syllables": plain.syllables,
            "stress": plain.stress,
            "metre": "",
            "pattern": "",
            "faults": [],
            "licences": [],
        }
    _, name, pattern, read = best
    turned = scan(row["words"], "Sw" + pattern[2:]) if read.faults and pattern.startswith("wSw") else None
    if turned is not None and turned.syllables == len(pattern) and turned.faults < read.faults:
        read, pattern = turned, "Sw" + pattern[2:]
    licence = ["inverted first foot"] if turned is not None and read is turned else []
    if pattern.endswith("w") and name.startswith(("iambic", "anapaestic")):
        licence.append("feminine ending")
    faults = [f"{read.faults} stress(es) against the {name}"] if read.faults else []
    return {
        "text": row["text"],
        "syllables": read.syllables,
        "stress": read.stress,
        "metre": name,
        "pattern": pattern,
        "faults": faults,
        "licences": licence,
    }


def rhyme_scheme(lines: Sequence[str], *, reach: int = 8) -> list[str]:
    """A letter a line, `x` where nothing within `reach` lines rhymes; letters start again after z."""
    group: list[int] = [-1] * len(lines)
    count = 0
    for i in range(len(lines)):
        for back in range(1, min(reach, i) + 1):
            if line_rhymes(lines[i], lines[i - back]):
                if group[i - back] < 0:
                    group[i - back] = count
                    count += 1
                group[i] = group[i - back]
                break
    order: dict[int, str] = {}
    letters = []
    for g in group:
        if g >= 0 and g not in order:
            order[g] = chr(ord("A") + len(order) % 23)
        letters.append(order[g] if g >= 0 else "x")
    return letters


def _recognise(lines: Sequence[str], claimed: str) -> tuple[str, list[Any]]:
    """The form whose faults are fewest, if it has at most one in three lines; else by its looks. (name, faults)."""
    best: tuple[float, str, list[Any]] | None = None
    for form in _candidate_forms(lines):
        faults = check(lines, form)
        share = len(faults) / max(1, len(lines)) - (0.15 if form.name == claimed else 0.0)
        if best is None or share < best[0]:
            best = (share, form.name, faults)
    if best is not None and (best[0] <= 0.4 or (claimed and best[1] == claimed)):
        return best[1], best[2]
    rhymed = sum(letter != "x" for letter in rhyme_scheme(lines)) / max(1, len(lines))
    if rhymed < 0.25:
        tens = sum(abs(scan([t for t in tokenize(line) if t not in MARKS]).syllables - 10) <= 1 for line in lines)
        return ("blank-verse" if lines and tens >= 0.7 * len(lines) else "free-verse"), []
    return "rhymed verse", []


def _candidate_forms(lines: Sequence[str]) -> list[Form]:
    n = len(lines)
    found = [f for f in FORMS.values() if len(f.metres) == n and f.name not in ("free-verse", "blank-verse")]
    tetrameter = ("tetrameter",) * 4
    if n == 4:
        quatrain = FORMS["quatrain"]
        for metres in (quatrain.metres, tetrameter, ("tetrameter", "trimeter") * 2):
            for rhymes in ("ABAB", "AABB", "ABBA", "xAxA"):
                name = "ballad" if rhymes == "xAxA" or metres[1] == "trimeter" else "quatrain"
                found.append(Form(name, metres, rhymes, (4,), "abab", (4,)))
    for name, unit in (("ballad", 4), ("couplets", 2)):
        if n % unit == 0 and n > 4:
            metres, rhymes = (
                (("tetrameter", "trimeter") * 2, "xAxA") if name == "ballad" else (("pentameter",) * 2, "AA")
            )
            letters = "".join("x" if r == "x" else chr(65 + k) for k in range(n // unit) for r in rhymes)
            found.append(Form(name, metres * (n // unit), letters, (unit,) * (n // unit), "other", ()))
    return found


@lru_cache(maxsize=1)
def _common() -> dict[str, int]:
    """Rank of the commonest words of verse and prose, from 0."""
    return {w: i for i, w in enumerate((Path(__file__).parent / "data" / "common.txt").read_text("utf-8").split())}


def _vocabulary(words: Sequence[str]) -> dict[str, Any]:
    """Richness: kinds over words, also in windows of 100 (moving average), and the words outside the common ones."""
    kinds = Counter(words)
    window = (
        [len(set(words[i : i + 100])) / 100 for i in range(0, max(1, len(words) - 99), 10)]
        if len(words) >= 100
        else [len(kinds) / max(1, len(words))]
    )
    rank = _common()
    rare = [w for w in kinds if w not in rank and stem(w) not in rank and not w.endswith("'s")]
    content = Counter(w for w in words if w not in FUNCTION)
    return {
        "kinds": len(kinds),
        "richness": round(len(kinds) / max(1, len(words)), 3),
        "richness_per_100": round(mean(window), 3),
        "rare": sorted(rare)[:30],
        "rare_share": round(len(rare) / max(1, len(kinds)), 3),
        "most_used": [[w, n] for w, n in content.most_common(8)],
    }


def _readability(lines: Sequence[str], words: Sequence[str]) -> dict[str, float]:
    """Flesch (1948) reading ease and Kincaid (1975) grade; a text without stops counts as one sentence."""
    sentences = max(1, len(re.findall(r"[.!?]+", " ".join(lines))))
    syllables = sum(map(count_syllables, words))
    n = max(1, len(words))
    return {
        "flesch": round(206.835 - 1.015 * n / sentences - 84.6 * syllables / n, 1),
        "grade": round(0.39 * n / sentences + 11.8 * syllables / n - 15.59, 1),
        "words_per_sentence": round(n / sentences, 1),
        "syllables_per_word": round(syllables / n, 2),
    }


def _imagery(lines: Sequence[str]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    for line in lines:
        counted.update(read_words(line)[1])
    return dict(counted.most_common(12))


def _mood(lines: Sequence[str]) -> dict[str, Any]:
    moods = [line_mood([t for t in tokenize(line) if t not in MARKS]) for line in lines]
    rows = [[round(m.valence, 2), round(m.arousal, 2)] for m in moods]
    valence, arousal = (mean(r[0] for r in rows), mean(r[1] for r in rows)) if rows else (0.0, 0.0)
    return {
        "valence": round(valence, 3),
        "arousal": round(arousal, 3),
        "word": _mood_word(valence, arousal),
        "by_line": rows,
    }


def _mood_word(valence: float, arousal: float) -> str:
    if abs(valence) < 0.06 and abs(arousal) < 0.06:
        return "neutral"
    if valence >= 0:
        return "joyful" if arousal > 0.08 else "serene"
    return "troubled" if arousal > 0.02 else "melancholy"


def _repetition(lines: Sequence[str]) -> dict[str, Any]:
    """Repeated lines, openings that come back, and runs of three words that stand twice."""
    keys = Counter(" ".join(t for t in tokenize(line) if t not in MARKS) for line in lines)
    opens = Counter(tokens[0] for line in lines if (tokens := tokenize(line)))
    words = [t for line in lines for t in tokenize(line) if t not in MARKS]
    runs = Counter(zip(words, words[1:], words[2:], strict=False))
    return {
        "repeated_lines": sum(n - 1 for k, n in keys.items() if k and n > 1),
        "openings": {w: n for w, n in opens.most_common(3) if n > 1},
        "repeated_runs": [" ".join(r) for r, n in runs.most_common(5) if n > 1],
    }


def _alliteration(lines: Sequence[str]) -> float:
    """Share of neighbouring content words of a line that begin with the same consonant sound."""
    same = pairs = 0
    for line in lines:
        heads = [s[0].phones[0] for w in tokenize(line) if w not in MARKS and w not in FUNCTION and (s := sounds(w))]
        for a, b in itertools.pairwise(heads):
            pairs += 1
            same += a == b and not a[-1].isdigit()
    return round(same / pairs, 3) if pairs else 0.0
