"""The composer: encoding, engine, masks, edits, training and evaluation."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from artwright.core.devices import DeviceManager
from artwright.core.errors import InputError
from artwright.core.requests import (
    Context,
    EvaluateRequest,
    GenerateRequest,
    InspireRequest,
    RestoreRequest,
    TrainRequest,
    TransferRequest,
)
from artwright.core.style import Style
from artwright.core.theme import Theme
from artwright.plugins import music
from artwright.plugins.music.composing.copying import GRAM, fingerprint, longest_copies
from artwright.plugins.music.models.composer import encoding, vocabulary
from artwright.plugins.music.models.composer.cursor import Cursor, Frame, Goal
from artwright.plugins.music.models.composer.options import ComposerOptions
from artwright.plugins.music.theory.keys import parse_key
from artwright.plugins.music.theory.part_writing import measure, parallels
from artwright.plugins.music.theory.score import TICKS, Metre, Note, Score, bar_lines, merge_metres

CHORALE = (
    "67:1 67:1 69:1 67:1 72:1 71:1 69:1 67:2* 67:1 69:1 71:1 72:1 72:1 71:1 72:1*",
    "64:1 64:1 65:1 64:1 64:1 67:1 66:1 67:2* 62:1 65:1 67:1 67:1 69:1 67:1 67:1*",
    "60:1 60:1 60:1 60:1 60:1 62:1 60:1 59:2* 59:1 60:1 62:1 64:1 65:1 62:1 64:1*",
    "48:1 48:1 53:1 48:1 57:1 55:1 50:1 43:2* 55:1 53:1 50:1 48:1 41:1 43:1 48:1*",
)


def line(text: str) -> tuple[Note, ...]:
    notes, now = [], 0
    for part in text.split():
        pitch, _, length = part.rstrip("*").partition(":")
        ticks = round(TICKS * float(length))
        if int(pitch):
            notes.append(Note(now, ticks, int(pitch), part.endswith("*")))
        now += ticks
    return tuple(notes)


@pytest.fixture
def chorale() -> Score:
    return Score(name="hand", style="bach", lines=tuple(map(line, CHORALE)), metres=(Metre(0, 4, 4),), signature=0)


def context(tmp_path: Path, seed: int = 1) -> Context:
    return Context(devices=DeviceManager(), library=None, feedback=None, home=tmp_path, seed=seed)  # type: ignore[arg-type]


def ask(
    tmp_path: Path,
    text: str = "quiet snow",
    *,
    seed: int = 1,
    style: str | None = "bach",
    sources: tuple = (),
    **options: object,
):
    request = GenerateRequest(
        medium="music",
        model="composer",
        options=ComposerOptions(**{"best_of": 2, **options}),
        seed=seed,
        theme=Theme.from_prompt(text),
        style=Style.parse(style) if style else None,
        sources=sources,
    )
    return music.generate(request, context(tmp_path, seed))


def notes_of(work) -> list[tuple[int, float, float]]:
    return sorted((n.pitch, round(n.start, 4), round(n.end, 4)) for i in work.payload.instruments for n in i.notes)


def random_score(rng: np.random.Generator, voices: int) -> Score:
    lines = []
    for v in range(voices):
        now, notes = 0, []
        while now < 600:
            length = int(rng.choice([6, 8, 12, 24, 36, 48, 96, 400, 101]))
            if rng.random() < 0.85:
                notes.append(Note(now, length, int(rng.integers(50, 70)) + 6 * (voices - v), rng.random() < 0.1))
            now += length
        lines.append(tuple(notes))
    return Score(
        name="r",
        style="mozart",
        lines=tuple(lines),
        metres=(Metre(-72, 4, 4), Metre(216, 3, 8)),
        signature=int(rng.integers(-3, 4)),
    )


@pytest.mark.parametrize("voices", [1, 3, 6])
def test_encoding_gives_back_every_note(voices: int) -> None:
    score = random_score(np.random.default_rng(voices), voices)
    e = encoding.encode(score)
    back = encoding.to_score(e.pitch, e.length, e.voice, voices, e.shift)
    assert [[(n.onset, n.length, n.pitch) for n in row] for row in back] == [
        [(n.onset, n.length, n.pitch) for n in row] for row in score.lines
    ]
    assert (e.base < [c.size for c in vocabulary.COLUMNS]).all()


@pytest.mark.parametrize(("voices", "task"), list(itertools.product([1, 4], ["free", "melody", "gap", "notes"])))
def test_decoding_sees_what_training_saw(voices: int, task: str) -> None:
    rng = np.random.default_rng(7)
    score = random_score(rng, voices)
    e = encoding.encode(score)
    n = len(e.onset)
    given = {
        "free": np.zeros(n, bool),
        "melody": e.voice == 0,
        "gap": (e.onset < 150) | (e.onset >= 400),
        "notes": rng.random(n) < 0.3,
    }[task]
    wanted = e.base.copy()
    encoding.future(e, given, 0, n, wanted)
    wanted[:, vocabulary.INDEX["task"]] = vocabulary.TASKS.index(task) + 1
    wanted = encoding.shifted(wanted, 0)
    segments = tuple(
        tuple(
            (int(e.onset[i]), int(e.length[i]), int(e.pitch[i]), int(e.sound[i]))
            for i in np.flatnonzero(given & (e.voice == v))
        )
        for v in range(voices)
    )
    ends = sorted({note.end for row in score.lines for note in row if note.phrase_end})
    goals = []
    for end in ends:
        row = e.base[np.flatnonzero(e.onset < end)[-1]]
        goals.append(
            Goal(end - 1, end, int(row[vocabulary.INDEX["goal_chord"]]), int(row[vocabulary.INDEX["goal_top"]]))
        )
    frame = Frame(
        style="mozart",
        voices=voices,
        metres=score.metres,
        total=e.total,
        shift=e.shift,
        goals=tuple(goals),
        final=int(e.base[0, vocabulary.INDEX["final"]]),
        task=task,
        given=segments,
    )
    cursor, row = Cursor(frame), np.zeros(len(vocabulary.COLUMNS), np.uint8)
    for i in range(n):
        cursor.inputs(row)
        different = [vocabulary.COLUMNS[c].name for c in np.flatnonzero(row != wanted[i])]
        assert not different, (i, different)
        assert (cursor.given() is not None) == given[i]
        cursor.push(int(e.pitch[i]), int(e.length[i]))
    assert cursor.done


def test_transposing_the_inputs_is_encoding_the_transposed_work(chorale: Score) -> None:
    e = encoding.encode(chorale)
    higher = encoding.encode(chorale, shift=2)
    moved = encoding.shifted(e.base, 2)
    same = np.array([c.name not in ("key", "shift") for c in vocabulary.COLUMNS])
    assert (moved[:, same] == higher.base[:, same]).all()


def tiny(seed: int = 0):
    import torch
    from artwright.core.transformer.network import BodyConfig
    from artwright.plugins.music.models.composer.network import Composer

    torch.manual_seed(seed)
    net = Composer(BodyConfig(width=32, layers=2, heads=1, hidden=48)).eval()
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.05 * torch.randn_like(p))
        net.inputs[0].zero_()
    return net


def test_numpy_engine_equals_torch(chorale: Score) -> None:
    import torch
    from artwright.plugins.music.models.composer.dataset import windows
    from artwright.plugins.music.models.composer.engine import Engine, Net

    net = tiny()
    engine = Engine([Net(net.arrays(), heads=1)])
    e = encoding.encode(chorale)
    batch = windows(e)
    with torch.no_grad():
        pitch, length = net.losses(batch)
    ours = -engine.read([batch]).logs.sum(0)
    assert abs(ours[0] - float(pitch)) < 1e-2 and abs(ours[1] - float(length)) < 1e-2
    session, total = engine.session(1), 0.0
    whole = encoding.shifted(e.base, 0)
    whole[:, vocabulary.INDEX["task"]] = 1
    for name in ("goal", "goal_chord", "goal_top", "final"):
        whole[:, vocabulary.INDEX[name]] = 0
    for i in range(len(e.onset)):
        total -= float(session.put(whole[i : i + 1])[0, e.pitch[i]])
        total -= float(session.lengths(e.pitch[i : i + 1])[0, e.length[i]])
    assert abs(total - sum(ours)) < 1e-2


def test_views_average_to_a_distribution(chorale: Score) -> None:
    from artwright.plugins.music.models.composer.engine import Engine, Net

    engine = Engine([Net(tiny(s).arrays(), heads=1) for s in (0, 1)], views=(-2, 0, 2))
    session = engine.session(2)
    base = encoding.shifted(encoding.encode(chorale).base, 0)
    assert np.allclose(np.exp(session.put(base[:2])).sum(1), 1, atol=1e-3)
    assert np.allclose(np.exp(session.lengths(np.array([40, 41]))).sum(1), 1, atol=1e-3)


def test_long_pieces_go_on_beyond_the_window() -> None:
    from artwright.plugins.music.models.composer.engine import Engine, Net

    session = Engine([Net(tiny().arrays(), heads=1)]).session(1)
    row = np.ones((1, len(vocabulary.COLUMNS)), np.uint8)
    for _ in range(420):
        log = session.put(row)
    assert np.isfinite(log).all()


@pytest.mark.parametrize(
    ("minor", "metre", "pickup"), [(False, (4, 4), True), (True, (4, 4), False), (True, (3, 4), None)]
)
def test_masks_hold_whatever_the_net_says(minor: bool, metre: tuple[int, int], pickup: bool | None) -> None:
    """Even a net of noise keeps bars, ranges, phrase ends, the final V-I, and crosses no voices."""
    from artwright.plugins.music.composing.candidates import compose
    from artwright.plugins.music.composing.plan import CHORALE_RANGES, plan_piece
    from artwright.plugins.music.models.composer.engine import Engine, Net

    rng = np.random.default_rng(3)
    plan = plan_piece(rng, style="bach", voices=4, bars=8, metre=metre, minor=minor, pickup=pickup)
    engine = Engine([Net(tiny().arrays(), heads=1)])
    for finished in compose(engine, [plan] * 3, rng, style="bach", voices=4, signature=-2, minor=minor, tempo_qpm=80):
        lines = finished.score.lines
        assert finished.score.length == plan.total == 8 * plan.metres[0].bar
        for row, (low, high) in zip(lines, CHORALE_RANGES, strict=True):
            assert all(low <= n.pitch <= high for n in row)
            assert all(a.end == b.onset for a, b in itertools.pairwise(row))
            for goal in plan.goals:
                assert any(n.onset == goal.start and n.end == goal.end for n in row)
        tonic = (9 if minor else 0) - encoding.key_shift(-2)
        bass = lines[3]
        assert bass[-1].pitch % 12 == tonic % 12
        assert (bass[-1].pitch - bass[-2].pitch) % 12 in (5, 0)
        assert {row[-1].pitch % 12 for row in lines} <= {(tonic + i) % 12 for i in (0, 3, 4, 7)}


def test_a_chorale_from_a_theme(tmp_path: Path) -> None:
    work = ask(tmp_path, "misty mountains at dawn", bars=8, best_of=4)
    again = ask(tmp_path, "misty mountains at dawn", bars=8, best_of=4)
    other = ask(tmp_path, "misty mountains at dawn", bars=8, best_of=4, seed=2)
    assert work.id == again.id != other.id
    assert [i.name for i in work.payload.instruments] == ["Soprano", "Alto", "Tenor", "Bass"]
    assert work.provenance is not None
    notes = work.provenance.notes
    assert notes["bars"] == 8 and notes["parallels"] <= 0.25 and len(notes["longest_copies"]) == 4
    assert work.score == pytest.approx(-notes["critic"], abs=1e-3) and work.unused == ()
    json.dumps(work.provenance.to_dict())


def test_mood_sets_the_mode(tmp_path: Path) -> None:
    rng = np.random.default_rng
    from artwright.plugins.music.composing.choosing import choose_key

    sad, glad = Theme.from_prompt("grief and tears at a grave"), Theme.from_prompt("joy and laughter in spring")
    assert sum(choose_key("", sad.mood, rng(s)).minor for s in range(20)) >= 17
    assert sum(choose_key("", glad.mood, rng(s)).minor for s in range(20)) <= 3


@pytest.mark.parametrize("style", ["palestrina", "mozart", "ryan", "chinese"])
def test_every_kind_of_style_writes_whole_bars_in_its_key(tmp_path: Path, style: str) -> None:
    work = ask(tmp_path, "a walk by the river", style=style, bars=8, key="G major", best_of=2)
    from artwright.plugins.music.notation.score_midi import from_midi

    score = from_midi(work.payload)
    assert score.length % score.metres[-1].bar in (0, score.metres[-1].bar // 2, score.length % score.metres[-1].bar)
    histogram = np.bincount([n.pitch % 12 for row in score.lines for n in row], minlength=12)
    assert histogram[[7, 9, 11, 0, 2, 4, 6]].sum() >= 0.85 * histogram.sum()
    lowest = min((row[-1] for row in score.lines), key=lambda n: n.pitch)
    assert lowest.pitch % 12 == 7


def test_pickup_bars_are_right_in_the_file(tmp_path: Path) -> None:
    work = ask(tmp_path, bars=8, metre="4/4", pickup="yes", tempo_qpm=120)
    downbeats = work.payload.get_downbeats()
    assert downbeats[:3] == pytest.approx([0.0, 0.5, 2.5])
    from artwright.plugins.music.notation.score_midi import from_midi

    assert from_midi(work.payload).metres[0].tick == -72


def test_continuing_keeps_what_was_given(tmp_path: Path) -> None:
    first = ask(tmp_path, bars=4)
    more = ask(tmp_path, task="continue", bars=3, sources=(first,))
    given, whole = notes_of(first), notes_of(more)
    assert set(given) <= set(whole) and len(whole) > len(given)
    assert more.payload.get_end_time() > first.payload.get_end_time() * 1.5


def test_restoring_touches_nothing_outside(tmp_path: Path) -> None:
    first = ask(tmp_path, bars=6, pickup="no")
    request = RestoreRequest(
        medium="music", model="composer", options=ComposerOptions(best_of=2), seed=5, artwork=first, region="bars 3-4"
    )
    mended = music.restore(request, context(tmp_path, 5))
    bar = 4 * 60 / first.payload.get_tempo_changes()[1][0]
    outside = [n for n in notes_of(first) if not 2 * bar - 1e-3 <= n[1] < 4 * bar - 1e-3]
    assert set(outside) <= set(notes_of(mended))
    assert notes_of(mended) != notes_of(first)
    total = sum(n[2] - n[1] for n in notes_of(first))
    assert sum(n[2] - n[1] for n in notes_of(mended)) == pytest.approx(total, rel=1e-3)


def test_silent_bars_are_found_and_filled(tmp_path: Path) -> None:
    import copy

    from artwright.plugins.music.medium import Music

    first = ask(tmp_path, bars=6, pickup="no")
    midi = copy.deepcopy(first.payload)
    bar = 4 * 60 / midi.get_tempo_changes()[1][0]
    alto = midi.instruments[1]
    alto.notes = [n for n in alto.notes if n.end <= 2 * bar + 1e-3 or n.start >= 3 * bar - 1e-3]
    damaged = Music().artwork(midi, title="damaged")
    request = RestoreRequest(
        medium="music", model="composer", options=ComposerOptions(best_of=2), seed=5, artwork=damaged
    )
    mended = music.restore(request, context(tmp_path, 5))
    assert set(notes_of(damaged)) < set(notes_of(mended))
    with pytest.raises(InputError, match="no silent bars"):
        music.restore(
            RestoreRequest(medium="music", model="composer", options=ComposerOptions(), seed=5, artwork=first),
            context(tmp_path, 5),
        )


def test_harmonising_keeps_the_melody(tmp_path: Path) -> None:
    tune = ask(tmp_path, style="essen", bars=8, key="G major")
    work = ask(tmp_path, task="harmonise", sources=(tune,))
    melody = [(n.pitch, round(n.start, 3), round(n.end, 3)) for n in tune.payload.instruments[0].notes]
    soprano = [(n.pitch, round(n.start, 3), round(n.end, 3)) for n in work.payload.instruments[0].notes]
    assert soprano == melody and len(work.payload.instruments) == 4


def test_style_transfer_keeps_the_skeleton(tmp_path: Path) -> None:
    tune = ask(tmp_path, style="essen", bars=8, key="C major")

    def transfer(style: str, strength: float = 1.0):
        request = TransferRequest(
            medium="music",
            model="composer",
            options=ComposerOptions(best_of=2),
            seed=2,
            artwork=tune,
            style=Style.parse(style),
            strength=strength,
        )
        return music.transfer_style(request, context(tmp_path, 2))

    assert transfer("ryan", 0.0).id == tune.id
    melody = [(n.pitch, round(n.start, 3)) for n in tune.payload.instruments[0].notes]
    assert [(n.pitch, round(n.start, 3)) for n in transfer("palestrina").payload.instruments[0].notes] == melody
    fiddled = transfer("ryan")
    assert fiddled.id != tune.id and len(fiddled.payload.instruments) == 1


def test_varying_keeps_the_beats_on_which_notes_stood(tmp_path: Path) -> None:
    first = ask(tmp_path, bars=4, pickup="no")
    varied = ask(tmp_path, style=None, task="vary", sources=(first,))

    def beats(work):  # a theme may set another tempo
        midi = work.payload
        return {(pitch, midi.time_to_tick(start) / midi.resolution) for pitch, start, _ in notes_of(work)}

    assert beats(first) & beats(varied) and beats(first) != beats(varied)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"key": "H major"}, "not a key"),
        ({"metre": "4/5"}, "not a metre"),
        ({"metre": "0/4"}, "not a metre"),
        ({"instruments": "kazoo"}, "no instrument 'kazoo'"),
        ({"task": "continue"}, "--from"),
        ({"key": "G# major"}, "accidentals"),
    ],
)
def test_bad_wishes_are_refused(tmp_path: Path, options: dict, message: str) -> None:
    with pytest.raises(InputError, match=message):
        ask(tmp_path, **options)


def test_bad_regions_are_refused(tmp_path: Path) -> None:
    first = ask(tmp_path, bars=4)
    for region, message in (
        ("bars 9-12", "outside"),
        ("the middle", "not a region"),
        ("bars 1-2 voices flute", "no voice"),
    ):
        request = RestoreRequest(
            medium="music", model="composer", options=ComposerOptions(), seed=5, artwork=first, region=region
        )
        with pytest.raises(InputError, match=message):
            music.restore(request, context(tmp_path))


def test_ideas_in_two_languages(tmp_path: Path) -> None:
    for text, word in (("autumn moon", "-"), ("秋月", "和弦|度|调|归|落|音")):
        request = InspireRequest(
            medium="music", model="composer", options=ComposerOptions(), theme=Theme.from_prompt(text), count=4
        )
        ideas = music.inspire(request, context(tmp_path))
        assert [i.kind for i in ideas] == ["progression", "motif", "progression", "motif"]
        assert all(i.data for i in ideas) and any(w in ideas[0].text for w in word.split("|"))


def test_keys_are_read() -> None:
    assert (parse_key("f# minor").signature, parse_key("Eb").signature, parse_key("降E大调").signature) == (3, -3, -3)
    assert (
        parse_key("D dorian").final == 2
        and parse_key("a小调").minor
        and parse_key("a").minor
        and not parse_key("A").minor
    )


def test_measures_by_hand() -> None:
    upper, lower = line("67:1 69:1 71:1 72:1"), line("60:1 62:1 52:1 48:1")
    assert parallels([upper, lower]) == (1, 0)
    assert parallels([line("72:1 74:1"), line("60:1 62:1")]) == (0, 1)
    assert parallels([line("72:1 67:1"), line("60:1 62:1")]) == (0, 0)
    figures = measure([line("72:1 71:1"), line("60:1 60:1")], bar=96)
    assert figures.dissonant == 0.5 and figures.sharp == 0.5 and figures.steps == 0.5 and figures.repeated == 0.5


def test_copies_are_found_in_any_key_and_in_other_values(chorale: Score) -> None:
    from artwright.core.originality import Index

    index = Index.build([("the chorale", fingerprint(chorale))], kind="music", gram=GRAM)
    for moved in (
        tuple(Note(n.onset, n.length, n.pitch + 3) for n in chorale.lines[0]),
        tuple(Note(n.onset // 2, n.length // 2, n.pitch) for n in chorale.lines[0]),
        tuple(Note(3 * n.onset, 2 * n.length, n.pitch - 5) for n in chorale.lines[0]),
    ):
        assert longest_copies(replace(chorale, lines=(moved,)), index)[0] >= len(moved) - 1
    other = line("60:1 61:1 66:.5 59:1 60:2 54:1 72:1 61:.5")
    assert longest_copies(replace(chorale, lines=(other,)), index) == [0]


def test_bars_split_by_repeats_stay_on_the_grid() -> None:
    metres = merge_metres([(0, 24, 4, 4), (24, 96, 4, 4), (120, 72, 4, 4), (192, 24, 4, 4), (216, 96, 4, 4)])
    assert metres == (Metre(-72, 4, 4),)
    assert [tick for tick, _ in bar_lines(metres, 312)] == [-72, 24, 120, 216]


def test_training_evaluating_and_using_weights_of_ones_own(tmp_path: Path) -> None:
    from artwright.plugins.music.medium import Music

    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for seed in range(6):
        Music().save(ask(tmp_path, seed=seed, bars=4, best_of=1), corpus / f"{seed}.mid")
    request = TrainRequest(
        medium="music",
        model="composer",
        options=ComposerOptions(width=32, layers=1),
        corpus=corpus,
        name="mine",
        minutes=0.06,
        runs=tmp_path / "runs",
        weights=tmp_path / "weights" / "music",
    )
    report = music.train(request, context(tmp_path))
    assert report.weights.exists() and report.card["data"]["works"] == {"user": 5}
    assert report.card["model"] == "composer" and report.card["data"]["folder"] == "corpus"
    assert "corpus" in report.card["licence"] and "music21" not in report.card["licence"]
    assert report.card["facts"]["voices"] == 4 and report.card["facts"]["metres"][0] in ([4, 4], [3, 4])
    for more in ({"style": "mine"}, {"style": "", "weights": "mine"}):
        work = ask(tmp_path, bars=4, **more)
        assert work.payload.instruments and work.provenance.notes["style"] == "mine"
    with pytest.raises(InputError, match="learned the style 'mine'"):
        ask(tmp_path, bars=4, style="ryan", weights="mine")
    with pytest.raises(InputError, match="leave one out"):
        ask(tmp_path, bars=4, style="mine", weights="all-1")
    own = music.evaluate(
        EvaluateRequest(medium="music", model="composer", options=ComposerOptions(weights="mine"), path=corpus),
        context(tmp_path),
    )
    assert own["styles"] == {"mine": 6}
    shipped, mine = (
        music.evaluate(
            EvaluateRequest(
                medium="music", model="composer", options=ComposerOptions(styles="bach", **more), path=corpus
            ),
            context(tmp_path),
        )
        for more in ({}, {"weights": "mine"})
    )
    assert shipped["files"] == 6 and 0.6 < shipped["nats_per_note"] < 2.6 < mine["nats_per_note"]
    assert shipped["header_nats_per_note"] > 0
    with pytest.raises(InputError, match="at least"):
        music.train(
            TrainRequest(
                medium="music",
                model="composer",
                options=ComposerOptions(),
                corpus=tmp_path / "weights",
                name="x",
                minutes=1,
                runs=tmp_path,
                weights=tmp_path,
            ),
            context(tmp_path),
        )
