"""From a request to a finished work: composing from a theme, and the edits that build on a given work."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...core.artwork import Artwork, Provenance
from ...core.errors import InputError
from .compose import Finished, compose, first_original
from .convert import from_midi, programs, to_midi, voice_names
from .copying import check_copies
from .editing import Free, fill, find_phrases, next_bar
from .encoding import key_shift
from .keys import Key, parse_key
from .models.composer import ComposerOptions, lend, weight_files
from .plan import QUARTETS, plan_piece, rules_for
from .scores import Metre, Note, Score, bar_lines
from .styles import DEFAULT, STYLE_TABLE, StyleFacts
from .vocabulary import SLOTS

if TYPE_CHECKING:
    import pretty_midi

    from ...core.requests import Context, GenerateRequest
    from ...core.style import Style
    from ...core.theme import Theme
    from .engine import Engine

__all__ = ["compose_work", "continue_work", "harmonise", "score_of", "vary"]

STYLE_HEAT = {"bach": 1.1, "mozart": 1.0, "haydn": 1.0, "beethoven": 1.0}
_MAJOR_SIGNATURES, _NAMES = (
    tuple(range(-4, 5)),
    {-4: "Ab", -3: "Eb", -2: "Bb", -1: "F", 0: "C", 1: "G", 2: "D", 3: "A", 4: "E"},
)
_MINORS = {-4: "f", -3: "c", -2: "g", -1: "d", 0: "a", 1: "e", 2: "b", 3: "f#", 4: "c#"}


def named_style(style: Style | None) -> tuple[str, StyleFacts]:
    """The name with the most weight and what is known of it; Bach's chorales if none is asked for."""
    name = max(style.names, key=lambda part: part[1])[0] if style is not None and style.names else DEFAULT
    if name not in STYLE_TABLE:
        raise InputError(f"no style {name!r} for the composer; there are: {', '.join(STYLE_TABLE)}")
    return name, STYLE_TABLE[name]


def parse_metre(text: str) -> tuple[int, int]:
    """`"6/8"` as (6, 8). Raises InputError unless both are sensible."""
    found = re.fullmatch(r"\s*(\d+)\s*/\s*(\d+)\s*", text)
    if not found or not 1 <= int(found[1]) <= 16 or int(found[2]) not in (1, 2, 4, 8, 16):
        raise InputError(
            f"{text!r} is not a metre that can be written; give one such as 4/4, 3/4, 6/8 (upper number 1 to 16, "
            f"lower 1, 2, 4, 8 or 16)"
        )
    return int(found[1]), int(found[2])


def choose_key(text: str, theme: Theme | None, rng: np.random.Generator) -> Key:
    """The key asked for, or one that fits the mood: minor for sad themes, sharps for bright ones."""
    if text:
        return parse_key(text)
    valence, arousal = (theme.mood.valence, theme.mood.arousal) if theme is not None else (0.0, 0.0)
    minor = valence + rng.normal(0, 0.12) < 0
    centre = 1.5 * valence + 1.0 * arousal
    weights = np.exp(-0.5 * ((np.array(_MAJOR_SIGNATURES) - centre) / 1.6) ** 2)
    signature = int(_MAJOR_SIGNATURES[int(np.searchsorted(np.cumsum(weights), rng.random() * weights.sum()))])
    return Key(
        signature,
        "minor" if minor else "major",
        f"{_MINORS[signature]} minor" if minor else f"{_NAMES[signature]} major",
    )


def choose_tempo(options: ComposerOptions, theme: Theme | None, facts: StyleFacts, metre: tuple[int, int]) -> float:
    """Quarters a minute: as asked, or the style's own, faster for excited themes."""
    if options.tempo_qpm:
        return options.tempo_qpm
    arousal = theme.mood.arousal if theme is not None else 0.0
    compound = 1.25 if metre[1] == 8 and metre[0] % 3 == 0 and metre[0] > 3 else 1.0
    return float(round(facts.qpm * compound * (1 + 0.28 * arousal)))


def heat(options: ComposerOptions, style: str) -> float:
    """The temperature asked for, or the one at which a style's figures are nearest to those of real works."""
    return options.temperature or STYLE_HEAT.get(style, 0.9)


def compose_work(request: GenerateRequest, context: Context, options: ComposerOptions) -> Artwork:
    """A new work from a theme."""
    rng = context.rng
    name, facts = named_style(request.style)
    key = choose_key(options.key, request.theme, rng)
    metre = parse_metre(options.metre) if options.metre else facts.metres[int(rng.integers(len(facts.metres)))]
    voices = options.voices or facts.voices
    bars = options.bars or facts.bars
    pickup = {"auto": None, "yes": True, "no": False}[options.pickup]
    plan = plan_piece(
        rng, style=facts.learned, voices=voices, bars=bars, metre=metre, minor=key.minor, tonic=key.final, pickup=pickup
    )
    tempo = choose_tempo(options, request.theme, facts, metre)
    program = programs(options.instruments, voices, facts.ensemble)
    mix = (
        {STYLE_TABLE[n].learned: w for n, w in request.style.names}
        if request.style is not None and len(request.style.names) > 1
        else {}
    )
    with lend(
        context, weight_files("all" if mix else facts.learned, options.weights, context.home, options.nets)
    ) as lent:
        engine = lent.blended(mix) if mix else lent

        def write() -> list[Finished]:
            found = compose(
                engine,
                [plan] * options.best_of,
                rng,
                style=facts.learned,
                voices=voices,
                signature=key.signature,
                minor=key.minor,
                tempo_qpm=tempo,
                temperature=heat(options, facts.learned),
                top_p=options.top_p,
                blend=bool(mix),
                tell=lambda share: context.progress.update(0.9 * share, "writing"),
            )
            return _by_density(found, request.theme)

        best, longest = first_original(write(), write, facts.learned)
    copies = _originality(longest, facts.learned)
    score = best.score
    if options.instruments.strip().lower() in KEYBOARDS and facts.learned in QUARTETS:
        score, program = hands(score), program[:1] * 2
    midi = to_midi(score, program=program, minor=key.minor)
    notes = {
        **best.notes(),
        "key": key.name,
        "metre": f"{metre[0]}/{metre[1]}",
        "bars": bars,
        "voices": voices,
        "tempo_qpm": tempo,
        "style": str(request.style or name),
    }
    return _artwork(midi, _title(request.theme.text, name, key.name), notes, operation="generate", originality=copies)


KEYBOARDS = ("piano", "harpsichord")


def hands(score: Score) -> Score:
    """The score for two hands: lines whose middle lies above that of all, and the others."""
    means = [sum(n.pitch * n.length for n in line) / max(1, sum(n.length for n in line)) for line in score.lines]
    middle = (max(means) + min(means)) / 2
    return replace(score, names=tuple("Right hand" if mean >= middle else "Left hand" for mean in means))


def _by_density(found: list[Finished], theme: Theme) -> list[Finished]:
    """Candidates ordered by the critic, with a leaning to fuller ones for excited themes and calmer ones for quiet
    themes.
    """
    if len(found) < 2:
        return found
    mean = float(np.mean([f.figures.notes_per_bar for f in found])) or 1.0
    return sorted(found, key=lambda f: f.cost - 0.4 * theme.mood.arousal * (f.figures.notes_per_bar / mean - 1))


def _originality(copies: Sequence[int], style: str) -> dict[str, Any]:
    return {"longest_copy_notes": list(copies), "within_limits": check_copies(copies, style), "compared_with": style}


def _title(text: str, style: str, key: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 60 else f"{words[:57]}..."


def _artwork(
    midi: pretty_midi.PrettyMIDI,
    title: str,
    notes: dict[str, Any],
    *,
    operation: str,
    originality: dict[str, Any] | None = None,
) -> Artwork:
    from .medium import Music

    return Music().artwork(
        midi,
        title=title,
        provenance=Provenance(operation=operation, medium="music", notes=notes, originality=originality),
    )


def score_of(work: Artwork, *, limit: int = SLOTS) -> tuple[Score, list[int]]:
    """(score with lines in the order of their parts from the top, number of the instrument of each line).

    Raises InputError if the work is no music, is empty, or has more lines than the model's voices.
    """
    if work.medium != "music":
        raise InputError(
            f"a work of medium {work.medium!r} was given; this needs music (.mid, .musicxml, .abc, or a recorded "
            f"melody)"
        )
    midi = work.payload
    parts = [i for i, instrument in enumerate(midi.instruments) if instrument.notes and not instrument.is_drum]
    if not parts:
        raise InputError(f"{work.title or work.short_id!r} holds no notes to build on: {_why_empty(midi)}")
    score = from_midi(midi, name=work.title, style="user", limit=10_000, by_part=True)
    owners: list[int] = []
    for i in parts:
        from .scores import to_lines

        scale = 24 / midi.resolution
        spans = [
            (round(midi.time_to_tick(n.start) * scale), round(midi.time_to_tick(n.end) * scale), n.pitch)
            for n in midi.instruments[i].notes
        ]
        notes = [Note(on, max(1, off - on), pitch) for on, off, pitch in spans]
        owners += [i] * len(to_lines(notes, 10_000))
    if len(score.lines) > limit:
        raise InputError(
            f"{work.title or work.short_id!r} has {len(score.lines)} voices; at most {limit} can be worked on. "
            f"Give fewer parts"
        )
    return score, owners


def _why_empty(midi: pretty_midi.PrettyMIDI) -> str:
    """What there is instead of notes with a pitch."""
    if getattr(midi, "samples", None) is not None:
        return "no melody was heard in the recording; one clear line, hummed or played, is needed"
    return "only drums" if any(instrument.notes for instrument in midi.instruments) else "it is empty"


def _style_or_nearest(style: Style | None, score: Score) -> str:
    if style is not None and style.names:
        return STYLE_TABLE[named_style(style)[0]].learned
    if len(score.lines) == 1:
        return "essen"
    return "bach" if len(score.lines) == 4 else "monteverdi"


def _joined(
    work: Artwork, owners: Sequence[int], new: Sequence[Sequence[Note]], removed: Sequence[Free], score: Score
) -> pretty_midi.PrettyMIDI:
    """A copy of the work's MIDI without the notes that begin in `removed`, with the new ones; all else is untouched."""
    import copy

    import pretty_midi

    midi = copy.deepcopy(work.payload)
    scale = midi.resolution / 24
    starts = [{n.onset for n in line} for line in score.lines]
    for v, owner in enumerate(owners):
        instrument = midi.instruments[owner]
        spans = [(f.start, f.stop) for f in removed if f.voice == v]
        if spans:
            instrument.notes = [
                n
                for n in instrument.notes
                if not (
                    (tick := round(midi.time_to_tick(n.start) / scale)) in starts[v]
                    and any(a <= tick < b for a, b in spans)
                )
            ]
        velocity = (
            round(float(np.median([n.velocity for n in work.payload.instruments[owner].notes])))
            if work.payload.instruments[owner].notes
            else 80
        )
        if new[v]:
            for n in new[v]:
                start, end = (midi.tick_to_time(round(t * scale)) for t in (n.onset, n.end))
                instrument.notes.append(pretty_midi.Note(velocity, n.pitch, start, end))
            instrument.notes.sort(key=lambda n: n.start)
    return midi


def continue_work(request: GenerateRequest, context: Context, options: ComposerOptions) -> Artwork:
    """The given work, untouched, and `bars` bars more, with a cadence at the end."""
    work = request.sources[0]
    score, owners = score_of(work)
    style = _style_or_nearest(request.style, score)
    start, metre = bar_lines(score.metres, score.length)[-1]
    full = score.length >= start + metre.bar or score.length - start > metre.bar // 2
    begin = next_bar(score) if full else score.length
    total = next_bar(score) + (options.bars or 8) * metre.bar
    shift = key_shift(score.signature)
    key = _key_of(score)
    final = 1 + 2 * key.final + int(key.minor and len(score.lines) > 1)
    goals = [_final_goal(total, metre, final)]
    free = [Free(v, min(begin, line[-1].end if line else 0), total) for v, line in enumerate(score.lines)]
    with lend(context, weight_files(style, options.weights, context.home, options.nets)) as engine:
        _, new, best = fill(
            engine,
            score,
            free,
            context.rng,
            style=style,
            task="free",
            tries=options.best_of,
            total=total,
            goals=goals,
            final=final,
            temperature=heat(options, style),
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.9 * share, "continuing"),
        )
    midi = _joined(work, owners, new, [], score)
    notes = {
        "task": "continue",
        "bars_added": options.bars or 8,
        "style": style,
        "nats_per_note": round(best.nats_per_note, 4),
        "shift": shift,
    }
    return _artwork(midi, work.title, notes, operation="generate")


def _key_of(score: Score) -> Key:
    """Major or minor of the signature, by the last and lowest note."""
    last = max((line[-1] for line in score.lines if line), key=lambda n: (n.end, -n.pitch))
    tonic = (last.pitch + key_shift(score.signature)) % 12
    return Key(score.signature, "minor" if tonic in (9, 2, 4) else "major", "")


def _final_goal(total: int, metre: Metre, chord: int) -> Any:
    from .cursor import Goal

    hold = metre.bar if metre.bar <= 96 else metre.bar // 2
    return Goal(total - hold, total, chord)


def harmonise(request: GenerateRequest, context: Context, options: ComposerOptions) -> Artwork:
    """The highest line of the given work as soprano, with three voices below it."""
    work = request.sources[0]
    score, _ = score_of(work, limit=10_000)
    melody = max(
        score.lines, key=lambda line: sum(n.pitch * n.length for n in line) / max(1, sum(n.length for n in line))
    )
    pitches = [n.pitch for n in melody]
    if min(pitches) < 48 or max(pitches) > 88:
        span = f"{min(pitches)} to {max(pitches)}"
        raise InputError(
            f"the melody goes from {span} (MIDI numbers); between 48 (C3) and 88 (E6) it can be harmonised: "
            f"transpose it by octaves"
        )
    name, facts = named_style(request.style)
    voices = options.voices or 4
    whole, notes = harmonised(melody, score, facts.learned if facts.voices > 1 else DEFAULT, voices, context, options)
    key = _key_of(whole)
    program = programs(
        options.instruments, voices, facts.ensemble if facts.voices > 1 else STYLE_TABLE[DEFAULT].ensemble
    )
    midi = to_midi(replace(whole, names=voice_names(voices)), program=program, minor=key.minor)
    return _artwork(midi, work.title, {"task": "harmonise", "style": name, **notes}, operation="generate")


def harmonised(
    melody: Sequence[Note], score: Score, style: str, voices: int, context: Context, options: ComposerOptions
) -> tuple[Score, dict[str, Any]]:
    """A score of `voices` voices, the highest of them a melody that stays as it is, and notes for the manifest."""
    with lend(context, weight_files(style, options.weights, context.home, options.nets)) as engine:
        return melody_harmonised(
            engine,
            melody,
            score,
            style,
            voices,
            context.rng,
            options,
            tell=lambda share: context.progress.update(0.9 * share, "harmonising"),
        )


def melody_harmonised(
    engine: Engine,
    melody: Sequence[Note],
    score: Score,
    style: str,
    voices: int,
    rng: np.random.Generator,
    options: ComposerOptions,
    tell: Callable[[float], None] | None = None,
) -> tuple[Score, dict[str, Any]]:
    """`harmonised` with an engine and a generator at hand."""
    bar = score.metres[-1].bar
    end = melody[-1].end
    lines = (tuple(melody), *(() for _ in range(voices - 1)))
    base = Score(
        name=score.name,
        style=style,
        lines=lines,
        metres=score.metres,
        signature=score.signature,
        tempo_qpm=score.tempo_qpm,
    )
    shift = key_shift(score.signature)
    phrases = find_phrases(melody, end, bar)
    from .cursor import Goal

    goals = []
    for start, stop in phrases:
        top = (melody_at(melody, start).pitch + shift) % 12
        chord = _fitting_chord(top, stop == end, rng)
        before = (melody_at(melody, start - 1).pitch + shift - (chord - 1) // 2) % 12
        goals.append(
            Goal(start, stop, chord, top + 1, dominant=style == "bach" and before in (2, 5, 7, 11) and start >= 24)
        )
    free = [Free(v, 0, end) for v in range(1, voices)]
    rules = rules_for(
        style, voices
    )  # a given tune does not bend: the other voices have to avoid more clashes than in free composing
    whole, _, best = fill(
        engine,
        base,
        free,
        rng,
        style=style,
        task="melody",
        tries=options.best_of,
        total=end,
        goals=goals,
        final=goals[-1].chord,
        rules=replace(rules, sharp=1.6, dissonance=1.0) if rules.sharp else rules,
        temperature=heat(options, style),
        top_p=options.top_p,
        tell=tell,
    )
    return whole, {"nats_per_note": round(best.nats_per_note, 4), "phrases": len(phrases)}


def melody_at(melody: Sequence[Note], tick: int) -> Note:
    """The note of a melody that sounds at or before a tick."""
    return max((n for n in melody if n.onset <= tick), key=lambda n: n.onset, default=melody[0])


_CHORDS_OVER = {
    0: (1, 20, 11),
    2: (15, 15, 6),
    4: (1, 20, 19),
    5: (11, 6),
    7: (1, 15),
    9: (20, 11, 19),
    11: (15,),
    8: (9,),
    6: (5,),
    1: (19,),
    10: (21,),
    3: (7,),
}
"""Chords (classes as in `encoding.chord_class`, in the empty signature) that a phrase may end on below a note of each pitch class."""


def _fitting_chord(top: int, last: bool, rng: np.random.Generator) -> int:
    if last:
        return {0: 1, 4: 1, 7: 1, 9: 19, 1: 19}.get(top, 1 if top in (0, 4, 7) else _CHORDS_OVER[top][0])
    options = _CHORDS_OVER[top]
    return options[min(int(rng.random() ** 1.5 * len(options)), len(options) - 1)]


def vary(request: GenerateRequest, context: Context, options: ComposerOptions) -> Artwork:
    """A variation: the notes on the strong beats of each voice stay, what lies between is written anew."""
    work = request.sources[0]
    score, owners = score_of(work)
    style = _style_or_nearest(request.style, score)
    bars = bar_lines(score.metres, score.length)
    strong = {t for start, metre in bars for t in ((start, start + metre.bar // 2) if metre.bar >= 96 else (start,))}
    last = score.length - bars[-1][1].bar
    free: list[Free] = []
    for v, line in enumerate(score.lines):
        keep = {n.onset for n in line if n.onset in strong or n.end >= score.length or (v == 0 and n.phrase_end)}
        for n in line:
            if n.onset not in keep and n.onset < max(last, n.onset - 1):
                free.append(Free(v, n.onset, n.onset + 1))
    if not free:
        raise InputError(f"{work.title or work.short_id!r} has no notes between its strong beats that could be varied")
    with lend(context, weight_files(style, options.weights, context.home, options.nets)) as engine:
        _, new, best = fill(
            engine,
            score,
            free,
            context.rng,
            style=style,
            task="notes",
            tries=options.best_of,
            temperature=max(1.0, options.temperature),
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.9 * share, "varying"),
        )
    midi = _joined(work, owners, new, free, score)
    return _artwork(
        midi,
        work.title,
        {"task": "vary", "style": style, "nats_per_note": round(best.nats_per_note, 4)},
        operation="generate",
    )
