"""Likelihood of works: nats for the whole token sequence, header included, so that any tokenizer can be compared.

The numerator is the negative log-likelihood of every pitch, rest and length of a work, and of its header (voices,
metre, pickup, key,
number of bars); the denominator is the number of sounding notes, ties merged, each voice counted. MIDI files tell no
pickup unless a short first
bar says so: where a file begins with one metre, each beat is tried as bar line, and the choice is paid for in the
header.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.errors import FormatError, InputError
from .blending import blend, parameters
from .corpus import from_midi_file
from .dataset import windows
from .encoding import Encoded, encode
from .engine import Engine, Reading
from .facts import facts, header_nats
from .memory import counts
from .scores import Score
from .styles import OWN, STYLE_TABLE
from .vocabulary import HOLD, SLOTS

if TYPE_CHECKING:
    from ...core.requests import Context, EvaluateRequest
    from .options import ComposerOptions

__all__ = ["evaluate_folder", "nearest_styles", "note_nats", "scores_nats"]


VIEWS = (-2, 0, 2)
"""Transpositions under which a work is read when it is judged."""


def _groups(score: Score) -> list[Score]:
    """The score in groups of at most SLOTS lines, each a sequence of its own."""
    return [replace(score, lines=score.lines[i : i + SLOTS], names=()) for i in range(0, len(score.lines), SLOTS)]


def read_nets(engine: Engine, encoded: Encoded) -> Reading:
    """What the nets alone say of each position, under all views in which the piece stays inside the alphabet."""
    heard = encoded.sound[encoded.sound > 0]
    inside = [m for m in engine.views if m == 0 or (len(heard) and heard.min() + m >= 1 and heard.max() + m < HOLD)]
    return engine.read([windows(encoded, shift=move) for move in inside], inside)


def sequence_nats(engine: Engine, score: Score, style: str) -> float:
    """Nats of the notes of one group by the nets alone, without the header."""
    return -float(read_nets(engine, encode(score, style=style)).logs.sum())


def note_nats(engine: Engine, works: Sequence[Encoded], style: str, *, alone: bool = False) -> list[float]:
    """Nats of each work's notes, without the header: the nets, with what was counted in the training works and in the
    work itself mixed in.

    alone: by the nets alone.
    """
    weights = None if alone else parameters(style)
    if weights is None:
        return [-float(read_nets(engine, work).logs.sum()) for work in works]
    found = []
    for work, counted in zip(works, counts(works, style), strict=True):
        reading = read_nets(engine, work)
        found.append(-float(blend(reading.logs, reading.undecided, counted, weights).sum()))
    return found


def _bar_choices(score: Score) -> list[Score]:
    """The score under each bar line it may begin on: each beat of the first metre, where the file says nothing of a
    pickup.
    """
    first = score.metres[0]
    if len(score.metres) > 1 or first.tick < 0:
        return [score]
    beat = max(1, 96 // first.denominator)
    return [
        replace(score, metres=(replace(first, tick=up - first.bar if up else 0),)) for up in range(0, first.bar, beat)
    ]


def with_bars(engine: Engine, score: Score, style: str) -> Score:
    """The score under the bar lines that make it likeliest to the nets."""
    choices = _bar_choices(score)[:8]
    if len(choices) == 1:
        return score
    plain = engine.seen((0,))
    probe = [sequence_nats(plain, _groups(_head(c))[0], style) for c in choices]
    ranked = sorted(range(len(choices)), key=probe.__getitem__)[:2]
    nats = {
        i: header_nats(choices[i], style) + sum(sequence_nats(plain, g, style) for g in _groups(choices[i]))
        for i in ranked
    }
    return choices[min(nats, key=nats.__getitem__)]


def scores_nats(
    engine: Engine, scores: Sequence[Score], style: str, *, search: bool = True, alone: bool = False
) -> tuple[list[float], list[Score]]:
    """(nats of header and notes of each score, the scores with the bar lines that were chosen). search: whether to look
    for bar lines.
    """
    chosen = [with_bars(engine, score, style) if search else score for score in scores]
    groups = [_groups(score) for score in chosen]
    each = iter(note_nats(engine, [encode(group, style=style) for of in groups for group in of], style, alone=alone))
    return [
        header_nats(score, style) + sum(next(each) for _ in of) for score, of in zip(chosen, groups, strict=True)
    ], chosen


def _head(score: Score, quarters: int = 64) -> Score:
    """The first quarters of a score."""
    lines = tuple(tuple(n for n in line if n.onset < 24 * quarters) for line in score.lines)
    return replace(score, lines=tuple(line for line in lines if line) or score.lines, names=())


def nearest_styles(engine: Engine, score: Score) -> dict[str, float]:
    """Learned styles by nats per note of the beginning of a score, with its header (so that a single line is no
    chorale), likeliest first.
    """
    head = _groups(_head(score))[0]
    engine = engine.seen((0,))
    notes = max(1, head.notes)
    figures = {
        f.learned: (sequence_nats(engine, head, f.learned) + header_nats(score, f.learned)) / notes
        for f in STYLE_TABLE.values()
    }
    return dict(sorted(figures.items(), key=lambda e: e[1]))


def evaluate_scores(
    engines: dict[str, Engine], scores: Sequence[Score], style: str = "", *, alone: bool = False
) -> dict[str, Any]:
    """Sums over scores. engines: by style, with "all" for the rest; style: to read them in, "" for the likeliest of
    each; alone: without counts.
    """
    by_style: dict[str, list[Score]] = {}
    for score in scores:
        by_style.setdefault(style or next(iter(nearest_styles(engines["all"], score))), []).append(score)
    choice = 0.0 if style else math.log(len(STYLE_TABLE))
    total = header = 0.0
    for chosen, of in by_style.items():
        nats, found = scores_nats(engines.get(chosen, engines["all"]), of, chosen, alone=alone)
        total += sum(nats) + choice * len(of)
        header += sum(header_nats(score, chosen) + choice for score in found)
    notes = sum(score.notes for score in scores)
    sixteenths = sum(score.length / 6 for score in scores)
    grid = sum(score.length / 6 * len(score.lines) for score in scores)
    used = {chosen: len(of) for chosen, of in by_style.items()}
    return {
        "files": len(scores),
        "notes": notes,
        "nats": round(total, 3),
        "nats_per_note": round(total / max(1, notes), 5),
        "nats_per_sixteenth": round(total / max(1.0, sixteenths), 5),
        "nats_per_grid_token": round(total / max(1.0, grid), 5),
        "header_nats_per_note": round(header / max(1, notes), 5),
        "styles": used,
    }


def evaluate_folder(request: EvaluateRequest, context: Context, options: ComposerOptions) -> dict[str, Any]:
    """Figures of the MIDI files and scores under a path; of style `options.styles` if one is named, else of the likeliest for each
    file.

    Raises InputError if there is no file that can be read.
    """
    from .lending import judges, lend

    path = Path(request.path)
    files = _scores_under(path)
    scores: list[Score] = []
    read: list[Path] = []
    skipped: list[str] = []
    for file in files:
        try:
            scores.append(from_midi_file(file, name=file.name, limit=64))
        except FormatError as error:
            skipped.append(str(error))
        else:
            read.append(file)
    if not scores:
        raise InputError(
            f"{str(path)!r} holds no notes that can be read; give a .mid file or a score, or a folder of them"
        )
    style, named = _style_to_read_in(options, context)
    paths = {name: judges(name, options.weights, context.home) for name in ("all", "bach")}
    with lend(context, paths["all"]) as general, lend(context, paths["bach"]) as chorale:
        engines = {"all": general.seen(VIEWS), "bach": chorale.seen(VIEWS)}
        result = evaluate_scores(
            engines, scores, style, alone=bool(options.weights)
        )  # counts were fitted to the shipped nets
    result["styles"] = {named.get(name, name): count for name, count in result["styles"].items()}
    result["skipped"] = skipped
    if request.reference is not None:
        result["reference"] = _compare(read, Path(request.reference))
    return result


def _scores_under(path: Path) -> list[Path]:
    """A file, or the MIDI files and scores of a folder, in order of name."""
    from .medium import NOTES

    return [path] if path.is_file() else sorted(p for p in path.rglob("*") if p.suffix.lower() in NOTES)


def _style_to_read_in(options: ComposerOptions, context: Context) -> tuple[str, dict[str, str]]:
    """(learned style in which all files are read, or "" for the likeliest of each; what a style is called by whom it
    belongs to). Raises InputError for a style that is not known.
    """
    from ...core.weights import read_card
    from .lending import weight_files

    style = options.styles.split(",")[0].strip() if options.styles else ""
    if options.weights:
        learned = read_card(weight_files("all", options.weights, context.home)[0]).get("data", {}).get("works", {})
        if OWN in learned and style in ("", options.weights):
            return OWN, {OWN: options.weights}
    if style and style not in facts():
        raise InputError(f"no style {style!r} to read the files in; there are: {', '.join(facts())}")
    return style, {}


def _compare(files: Sequence[Path], reference: Path) -> dict[str, Any]:
    """Overlapping area of each feature of the files and of a reference folder, or a file of it (Yang and Lerch 2020);
    what can't be read is told.
    """
    from .medium import Music
    from .overlap import overlapping_areas

    medium = Music()
    found = _scores_under(reference)
    theirs: list[dict[str, float]] = []
    skipped: list[str] = []
    for path in found:
        try:
            theirs.append(medium.features(medium.load(path)))
        except FormatError as error:
            skipped.append(str(error))
    if len(theirs) < 2:
        raise InputError(
            f"the reference {str(reference)!r} holds {len(theirs)} files that can be read; distances within "
            f"it need at least 2"
        )
    ours = [medium.features(medium.load(p)) for p in files]
    return {"files": len(theirs), "overlapping_area": overlapping_areas(ours, theirs), "skipped": skipped}
