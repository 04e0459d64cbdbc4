"""Counts beside the nets, the code of a header, choosing on the way, chord progressions, and what the analyst says of
likeness.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from artwright.core.devices import DeviceManager
from artwright.core.requests import AnalyzeRequest, Context
from artwright.plugins.music.models.composer import continuations as memory
from artwright.plugins.music.models.composer import style_facts as facts
from artwright.plugins.music.models.composer.blending import blend, parameters
from artwright.plugins.music.models.composer.encoding import Encoded, encode
from artwright.plugins.music.notation.score_midi import to_midi
from artwright.plugins.music.theory import progressions as harmony
from artwright.plugins.music.theory.score import Metre, Note, Score

PHRASE = ((60, 24), (62, 24), (64, 12), (65, 12), (67, 24), (69, 12), (67, 12), (65, 12), (64, 12), (62, 48))


def tune(*parts: tuple[int, tuple[tuple[int, int], ...]], style: str = "essen") -> Score:
    """A line of phrases, each moved by so many semitones."""
    notes, at = [], 0
    for move, phrase in parts:
        for pitch, length in phrase:
            notes.append(Note(at, length, pitch + move))
            at += length
    return Score(name="tune", style=style, lines=(tuple(notes),), metres=(Metre(0, 4, 4),))


def noise() -> dict[str, np.ndarray]:
    """The parameters of a tiny net that says anything."""
    import torch
    from artwright.core.transformer.network import BodyConfig
    from artwright.plugins.music.models.composer.network import Composer

    torch.manual_seed(4)
    net = Composer(BodyConfig(width=32, layers=1, heads=1, hidden=64))
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.05 * torch.randn_like(p))
        net.inputs[0].zero_()
    return net.arrays()


def test_what_is_mixed_stays_a_distribution() -> None:
    rng = np.random.default_rng(0)
    weights = rng.normal(0, 2, (6, 2, 4))
    p = rng.dirichlet(np.ones(7), 2).T  # of seven tokens, for pitch and for length
    counts = np.zeros((7, 6, 2, 3), np.float32)
    seen = rng.integers(0, 4, (7, 6, 2))
    counts[..., 0], counts[..., 1], counts[..., 2] = seen, seen.sum(0), (seen > 0).sum(0)
    undecided = np.repeat(-(p * np.log(p)).sum(0)[None], 7, 0)
    mixed = blend(np.log(p), undecided, counts, weights)
    assert np.allclose(np.exp(mixed).sum(0), 1)
    assert np.allclose(blend(np.log(p), undecided, np.zeros_like(counts), weights), np.log(p))


def test_a_return_is_counted_in_any_key_and_nothing_is_known_ahead() -> None:
    work = encode(tune((0, PHRASE), (5, PHRASE)))
    counts = memory.counts([work], "none")[0]
    own = len(memory.CORPUS_ORDERS) + memory.PIECE_ORDERS.index(4)
    assert (counts[: len(PHRASE), own, :, 0] == 0).all()
    assert (counts[len(PHRASE) + 5 :, own, 0, :2] == 1).all()
    other = encode(tune((0, PHRASE), (5, tuple(reversed(PHRASE)))))
    assert (memory.counts([other], "none")[0][: len(PHRASE)] == counts[: len(PHRASE)]).all()


def test_symbols_and_pitches_say_the_same() -> None:
    work = encode(tune((0, PHRASE), (-30, PHRASE), (20, PHRASE)))
    said = memory.symbols(work)
    last = 0
    for symbol, sound in zip(said.tolist(), work.sound.tolist(), strict=True):
        found = (
            symbol - 2 - memory.INTERVALS if not last else [x for x in range(1, 88) if 2 + (x - last) % 87 == symbol]
        )
        assert found == (sound if not last else [sound])
        last = sound


def test_training_lines_are_found_again() -> None:
    shipped = memory._shipped(memory.PATH)
    start = int(shipped["folk.lines"][:40].sum())
    said = shipped["folk.symbol"][start : start + 24].astype(int)
    sizes = shipped["folk.length"][start : start + 24].astype(int)
    pitch, notes, at = 48, [], 0
    from artwright.plugins.music.models.composer.vocabulary import LENGTHS

    for i, (symbol, size) in enumerate(zip(said, sizes, strict=True)):
        if symbol >= 2:
            pitch += 0 if i == 0 else (symbol - 2 + 43) % 87 - 43
            notes.append(Note(at, LENGTHS[size], pitch))
        at += LENGTHS[size]
    work = encode(Score(name="", style="ryan", lines=(tuple(notes),)), shift=0)
    counts = memory.counts([work], "ryan")[0]
    order = memory.CORPUS_ORDERS.index(10)
    assert (counts[12:, order, 0, 0] >= 1).all()


def test_counts_help_where_a_tune_returns() -> None:
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.evaluation import note_nats
    from artwright.plugins.music.models.composer.lending import weight_files

    engine = Engine.load(weight_files("all", "", None, 1))
    work = encode(tune((0, PHRASE), (0, PHRASE), (7, PHRASE), (0, PHRASE)))
    alone, mixed = (note_nats(engine, [work], "essen", alone=a)[0] for a in (True, False))
    assert mixed < 0.85 * alone


@pytest.mark.parametrize("style", ["bach", "essen", "palestrina", "mozart"])
def test_every_style_has_weights(style: str) -> None:
    weights = parameters(style)
    kinds = len(memory.CORPUS_ORDERS) + len(memory.PIECE_ORDERS) + len(memory.TOGETHER_ORDERS)
    assert weights is not None and weights.shape == (kinds, 2, 4)


def test_the_header_is_a_code() -> None:
    row = facts.facts()["essen"]
    assert sum(math.exp(-facts._bars_cost(row["bars"], b)) for b in range(1, 4097)) == pytest.approx(1, abs=0.02)
    assert sum(math.exp(-facts._cost(row["keys"], k, 12)) for k in range(12)) == pytest.approx(1)
    score = tune((0, PHRASE), (0, PHRASE))
    assert facts.header_nats(score, "essen") < facts.header_nats(replace(score, metres=(Metre(0, 7, 8),)), "essen")
    assert facts.header_nats(score, "unknown") > facts.header_nats(score, "essen")


def test_a_session_goes_on_from_what_was_said() -> None:
    from artwright.plugins.music.models.composer.engine import Engine, Net

    engine = Engine([Net(noise(), heads=1)])
    work: Encoded = encode(tune((0, PHRASE), (0, PHRASE)))
    straight, histories = engine.session(2), [[], []]
    for i in range(12):
        straight.put(work.base[[i, i]])
        for row in (0, 1):
            histories[row].append(straight.last(row))
    begun = engine.session(2, histories)
    assert np.allclose(begun.put(work.base[[12, 13]]), straight.put(work.base[[12, 13]]), atol=1e-4)


def test_the_best_rows_go_on() -> None:
    from artwright.plugins.music.composing.candidates import frame_for
    from artwright.plugins.music.composing.plan import plan_piece, rules_for
    from artwright.plugins.music.composing.search import Survival, decode
    from artwright.plugins.music.models.composer.engine import Engine, Net

    engine = Engine([Net(noise(), heads=1)])
    plan = plan_piece(np.random.default_rng(1), style="bach", voices=4, bars=4, metre=(4, 4), minor=False, pickup=False)
    frame, rules, stop = frame_for(plan, style="bach", voices=4, signature=0), rules_for("bach", 4), plan.goals[0].end
    low = Survival((stop,), lambda row, start, end: sum(row.cursor.sounds[0]), kept=1)
    rows = decode(engine, [frame] * 3, rules, np.random.default_rng(2), survival=low)
    heads = [[n for n in row.cursor.lines()[0] if n.onset < stop] for row in rows]
    free = decode(engine, [frame] * 3, rules, np.random.default_rng(2))
    sums = [sum(n.pitch for n in row.cursor.lines()[0] if n.onset < stop) for row in free]
    assert heads[0] == heads[1] == heads[2] and all(row.cursor.done for row in rows)
    assert len({tuple(row.cursor.lines()[0]) for row in rows}) == 3 and len(set(sums)) > 1


def test_usual_progressions_surprise_less() -> None:
    def chords(*sets: tuple[int, ...]) -> list[int]:
        return [s[0] % 12 * harmony.SIZE + harmony._mask({p % 12 for p in s}) for s in sets]

    usual = chords((0, 4, 7), (5, 9, 0), (7, 11, 2), (0, 4, 7))
    odd = chords((0, 4, 7), (6, 10, 1), (3, 6, 11), (0, 4, 7))
    assert harmony.surprise(usual) < harmony.surprise(odd) - 2
    assert harmony.surprise(usual[:1]) == 0


def test_the_analyst_says_whom_a_piece_is_like() -> None:
    from artwright.plugins.music.medium import Music
    from artwright.plugins.music.models.analyst.options import AnalystOptions
    from artwright.plugins.music.operations.analyze import analyze

    context = Context(devices=DeviceManager(), library=None, feedback=None, home=None)
    phrases = ((0, PHRASE),) * 4  # a piece of fewer notes is not compared with others
    work = Music().artwork(to_midi(tune(*phrases), program=(73,)), title="tune")

    def ask(language: str, **options: bool):
        request = AnalyzeRequest(
            medium="music",
            model="analyst",
            options=AnalystOptions(**options),
            artwork=work,
            explain=True,
            language=language,
        )
        return analyze(request, context)

    told = ask("en", chords=False)
    assert len(told.findings["nearest_styles"]) == 4 and told.findings["nearest_styles"][0]["style"] in (
        "essen",
        "chinese",
        "aird",
        "ryan",
        "oneill",
    )
    assert told.findings["originality"]["compared"] > 10_000 and "nearest to" in told.explanation
    assert "风格" in ask("zh").explanation
    assert "originality" not in ask("en", likeness=False).findings


def test_tunes_fall_into_strains_that_return() -> None:
    from artwright.plugins.music.composing.candidates import compose
    from artwright.plugins.music.composing.plan import plan_piece
    from artwright.plugins.music.models.composer.engine import Engine, Net

    rng = np.random.default_rng(5)
    plan = plan_piece(rng, style="ryan", voices=1, bars=16, metre=(2, 4), minor=False, pickup=True)
    found = compose(
        Engine([Net(noise(), heads=1)]), [plan], rng, style="ryan", voices=1, signature=0, minor=False, tempo_qpm=100
    )[0]
    line = found.score.lines[0]
    strain = 4 * 48
    first, second = (
        [(n.onset % strain, n.pitch) for n in line if start <= n.onset < start + 3 * 48] for start in (0, strain)
    )
    assert plan.form in ("aa'bb'", "aa'ba'") and first == second
    assert {g.end for g in plan.goals} <= {n.end for n in line}
    assert line[-1].pitch % 12 == 0 and all(
        n.pitch % 12 in (0, 2, 4, 7) for n in line if n.end in {g.end for g in plan.goals}
    )


def test_voices_enter_with_one_subject() -> None:
    from artwright.plugins.music.composing.candidates import compose
    from artwright.plugins.music.composing.plan import plan_piece
    from artwright.plugins.music.models.composer.engine import Engine
    from artwright.plugins.music.models.composer.lending import weight_files

    rng = np.random.default_rng(5)
    plan = plan_piece(rng, style="palestrina", voices=4, bars=12, metre=(4, 2), minor=False)
    engine = Engine.load(weight_files("all", "", None, 1))
    found = compose(engine, [plan], rng, style="palestrina", voices=4, signature=0, minor=False, tempo_qpm=150)[0]
    assert {voice for voice, _, _ in found.entries} == {0, 1, 2, 3}
    rhythms = set()
    for voice, tick, pitch in found.entries:
        line = found.score.lines[voice]
        entry = [n for n in line if n.onset >= tick][:4]
        assert entry[0].onset == tick and entry[0].pitch == pitch and line[0] == entry[0]
        rhythms.add(tuple(n.onset - tick for n in entry))
    assert len(rhythms) == 1


def test_quartets_are_written_with_double_stops_for_four_players() -> None:
    from artwright.plugins.music.composing.candidates import compose, players_for
    from artwright.plugins.music.composing.plan import plan_piece
    from artwright.plugins.music.models.composer.engine import Engine, Net

    rng = np.random.default_rng(5)
    plan = plan_piece(rng, style="haydn", voices=4, bars=4, metre=(3, 4), minor=True)
    found = compose(
        Engine([Net(noise(), heads=1)]), [plan], rng, style="haydn", voices=4, signature=0, minor=True, tempo_qpm=100
    )[0]
    names = [i.name for i in to_midi(found.score).instruments]
    assert names == ["Violin I", "Violin II", "Viola", "Cello"] and len(found.score.lines) > 4
    assert players_for("haydn", 4, (73, 71, 71, 70)) == [0, 1, 2, 3] and players_for("bach", 4, (0,) * 4) == [
        0,
        0,
        1,
        1,
    ]
