"""From a theme to a finished piece for players with roles."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from .....core.errors import InputError, UnknownName
from ...models.composer.options import ComposerOptions
from ...models.composer.roles.encoding import chords_of
from ...models.composer.roles.engine import lend_roles
from ...models.composer.roles.styles import ROLE_STYLES, RoleStyle
from ...notation.score_midi import to_midi
from ...theory.keys import Key, key_shift
from ...theory.score import Note, Score
from ..choosing import choose_key, parse_metre
from ..copying import check_copies, longest_copies
from ..expression import shade
from ..finishing import finished
from ..wishes import read_wishes
from .draw import Row, draw_rows
from .form import LocalKey, RolePlan, planned, sketch_form
from .masks import Rules
from .pedalling import balance, pedal, slurs
from .reach import players_of
from .saved_plans import SavedPlan, load_plan, save_plan

if TYPE_CHECKING:
    from .....core.artwork import Artwork
    from .....core.requests import Context, GenerateRequest

__all__ = ["HEAT", "compose_roles", "players", "role_style"]

_PLAYED = {
    "piano": (("Right hand", 0, ("right", "right 2")), ("Left hand", 0, ("left", "left 2"))),
    "song": (
        ("Voice", 53, ("voice",)),
        ("Right hand", 0, ("right", "right 2")),
        ("Left hand", 0, ("left", "left 2")),
    ),
    "quartet": (
        ("Violin I", 40, ("part 1",)),
        ("Violin II", 40, ("part 2",)),
        ("Viola", 41, ("part 3",)),
        ("Cello", 42, ("part 4",)),
    ),
    "hymn": (
        ("Soprano", 52, ("part 1",)),
        ("Alto", 52, ("part 2",)),
        ("Tenor", 52, ("part 3",)),
        ("Bass", 52, ("part 4",)),
    ),
}
"""(name, General MIDI program, slots) of the parts of each ensemble."""
HEAT = 0.92
"""The usual temperature."""


def role_style(request: GenerateRequest[ComposerOptions]) -> RoleStyle | None:
    """The style with roles that a request, or else its plan, names. Raises InputError for a mix of one with others, and for a
    plan with another style.
    """
    names = [] if request.style is None else list(dict(request.style.names))
    named = [name for name in names if name in ROLE_STYLES]
    if named and len(names) > 1:
        raise InputError(f"the style {named[0]!r} can't be mixed with others; give it alone")
    if request.options.plan and not named:
        if names:
            raise InputError(
                f"--plan counts in the styles for piano, song, quartet, hymn and choir, not in {names[0]!r}"
            )
        named = [load_plan(Path(request.options.plan)).style]
        if named[0] not in ROLE_STYLES:
            raise UnknownName("style", named[0], sorted(ROLE_STYLES), where=" of a plan")
    return ROLE_STYLES[named[0]] if named else None


def compose_roles(request: GenerateRequest[ComposerOptions], context: Context, style: RoleStyle) -> Artwork:
    """A new work in a style with roles. Raises InputError for options that these styles have no use for."""
    options, rng = request.options, context.rng
    for name in ("voices", "instruments", "weights"):
        if getattr(options, name):
            raise InputError(f"--{name} has no use in the style {str(request.style)!r}: its players are settled")
    saved = _saved(options)
    wishes = read_wishes(request.theme, 4, heeded=[k for k, v in _given(options).items() if not v])
    means = wishes.means
    key = saved.home if saved else choose_key(options.key or wishes.key, wishes.mood, rng, wishes.mode or means.mode)
    if key.mode not in ("major", "minor"):
        raise InputError(f"pieces in the style {str(request.style)!r} are in major or minor, not in {key.name!r}")
    own = [f"{top}/{bottom}" for top, bottom in style.metres]
    asked = (saved.metre if saved else options.metre) or wishes.metre or next((m for m in means.metres if m in own), "")
    metre = parse_metre(asked) if asked else style.metres[int(rng.integers(len(style.metres)))]
    bars = options.bars or style.bars
    sketch = (
        saved.sketch()
        if saved
        else sketch_form(rng, ensemble=style.ensemble, bars=bars, minor=key.minor, form=options.form)
    )
    plan = planned(
        rng,
        sketch,
        style=style.learned,
        ensemble=style.ensemble,
        metre=metre,
        signature=key.signature,
        density=means.density,
    )
    told = options.tempo_qpm or (saved.tempo_qpm if saved else 0.0)
    tempo = told or wishes.qpm or float(round(min(style.qpm * means.pace * wishes.pace, 208.0)))
    rules = Rules(players_of(style.ensemble), means, style.density)
    if options.save_plan:
        name = next(n for n, known in ROLE_STYLES.items() if known is style)
        save_plan(Path(options.save_plan), sketch, style=name, metre=metre, key=key, tempo_qpm=tempo)
    with lend_roles(context) as engine:
        rows = draw_rows(
            engine,
            plan,
            rules,
            rng,
            count=options.best_of,
            temperature=options.temperature or HEAT,
            top_p=options.top_p,
            tell=lambda share: context.progress.update(0.95 * share, "writing"),
        )
    row, score, copies = _first_original(rows, plan, key, tempo, style.ensemble)
    midi = to_midi(score, program=[program for _, program, _ in players(style.ensemble)], minor=key.minor)
    ends = [close.end for close in plan.closes]
    shade(midi, means, plan.frame.metres, ends)
    balance(midi)
    if style.ensemble in ("piano", "song") and means.articulation > 0.75:
        pedal(midi, plan.frame.metres[0], plan.frame.total)
    legato = means.articulation > 0.75
    notes = {
        "slurs": slurs(score, plan) if legato and style.ensemble in ("piano", "song", "quartet") else [],
        "plan": {
            "form": plan.form,
            "phrase_ends_quarters": [end / 24 for end in ends],
            "closes": ["full" if close.full else "half" for close in plan.closes],
            "keys": [_name(close.key, key.signature) for close in plan.closes],
        },
        "nats_per_note": round(row.nats / max(1, row.drawn), 4),
        "critic": round(row.cost / len(plan.closes), 4),
        "key": key.name,
        "metre": f"{metre[0]}/{metre[1]}",
        "bars": sketch.bars,
        "tempo_qpm": tempo,
        "style": str(request.style or style.learned),
        "ensemble": style.ensemble,
        "longest_copies": copies,
        "character": means.notes(),
        "sound": {"articulation": round(means.articulation, 2)},
    }
    title = " ".join(request.theme.text.split())[:60]
    cost = row.cost / len(plan.closes)
    return finished(midi, title, notes, operation="generate", score=-cost, unused=wishes.unused)


def _saved(options: ComposerOptions) -> SavedPlan | None:
    """The plan that is written again. Raises InputError where options ask for what it says."""
    if not options.plan:
        return None
    for name, is_set in (
        ("key", options.key),
        ("metre", options.metre),
        ("bars", options.bars),
        ("form", options.form != "auto"),
    ):
        if is_set:
            raise InputError(f"the plan says the {name}; leave --{name} out, or edit the plan")
    return load_plan(Path(options.plan))


def _given(options: ComposerOptions) -> dict[str, object]:
    return {"programs": True, "key": options.key, "metre": options.metre, "qpm": options.tempo_qpm}


def players(ensemble: str) -> tuple[tuple[str, int, tuple[str, ...]], ...]:
    """(name, General MIDI program, slots) of the parts of an ensemble, from the top."""
    return _PLAYED.get(ensemble, _PLAYED["hymn"])


def _first_original(
    rows: list[Row], plan: RolePlan, key: Key, tempo: float, ensemble: str
) -> tuple[Row, Score, list[int]]:
    """The best row whose lines copy no longer run of notes than real works share; else the one that copies least."""
    reports = []
    for row in rows:
        score = _score(row, plan, key, tempo, ensemble)
        copies = longest_copies(replace(score, lines=_lines(row), names=()))
        if check_copies(copies, "mozart"):
            return row, score, copies
        reports.append((max(copies, default=0), row, score, copies))
    _, row, score, copies = min(reports, key=lambda report: report[0])
    return row, score, copies


def _lines(row: Row) -> tuple[tuple[Note, ...], ...]:
    """The first note of every chord, by slot: what a listener follows."""
    return tuple(
        tuple(Note(c.onset, c.length, c.tones[0]) for c in chords)
        for chords in chords_of(row.cursor).values()
        if chords
    )


def _score(row: Row, plan: RolePlan, key: Key, tempo: float, ensemble: str) -> Score:
    """All notes as lines, each named for its player."""
    from ...models.composer.roles.vocabulary import SLOTS

    chords = chords_of(row.cursor)
    lines: list[tuple[Note, ...]] = []
    names: list[str] = []
    for name, _, slots in players(ensemble):
        for slot in slots:
            struck = chords.get(SLOTS.index(slot), ())
            for k in range(max((len(c.tones) for c in struck), default=0)):
                lines.append(tuple(Note(c.onset, c.length, c.tones[k]) for c in struck if k < len(c.tones)))
                names.append(name)
    return Score("", plan.frame.style, tuple(lines), plan.frame.metres, key.signature, tempo, tuple(names))


def _name(key: LocalKey, signature: int) -> str:
    from ...theory.key_finding import KEY_NAMES

    tonic = (key.tonic - key_shift(signature)) % 12
    return KEY_NAMES[tonic + 12 * key.minor]
