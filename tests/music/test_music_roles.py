"""Music for players with roles: what is read, said to the net, planned, playable and written."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import numpy as np
import pytest
from artwright.benchmarks import music_asked
from artwright.core.errors import FormatError, InputError
from artwright.core.studio import Studio
from artwright.plugins.music.composing.ensembles.form import FORMS, plan_roles
from artwright.plugins.music.medium import Music
from artwright.plugins.music.models.composer.roles.corpora import sheet_of
from artwright.plugins.music.models.composer.roles.cursor import Cursor
from artwright.plugins.music.models.composer.roles.dataset import RoleDataset, windows
from artwright.plugins.music.models.composer.roles.encoding import chords_of, encode, frame_of, words_of
from artwright.plugins.music.models.composer.roles.engine import WEIGHTS, RoleEngine
from artwright.plugins.music.models.composer.roles.judging import role_nats, role_score
from artwright.plugins.music.models.composer.roles.reading import guess_ensemble, read_roles, strands
from artwright.plugins.music.models.composer.roles.scores import Chord, RoleScore
from artwright.plugins.music.models.composer.roles.training import RoleRecipe, make_net, split_works
from artwright.plugins.music.models.composer.roles.vocabulary import COLUMNS, MORE, SIZES, SLOTS
from artwright.plugins.music.theory.keys import parse_key
from artwright.plugins.music.theory.score import Note

RIGHT, LEFT, VOICE = (SLOTS.index(name) for name in ("right", "left", "voice"))

WALTZ = """**kern\t**kern
*Ipiano\t*Ipiano
*k[]\t*k[]
*M3/4\t*M3/4
=1\t=1
4CC\t2.e
4E 4G\t.
4E 4G\t.
=2\t=2
4BBB\t4d 4g
4D 4G\t4f
4D 4G\t4d
=3\t=3
2.CC 2.E\t2.c
==\t==
*-\t*-
"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory) -> Studio:
    return Studio(home=tmp_path_factory.mktemp("home"))


@pytest.fixture
def waltz(tmp_path):
    path = tmp_path / "waltz.krn"
    path.write_text(WALTZ, "utf-8")
    return path


def scribble(seed: int) -> RoleScore:
    """Some chords at random for a song, in any key and metre map, with rests, long notes and triplets."""
    rng = np.random.default_rng(seed)
    slots = {}
    for slot in (VOICE, RIGHT, LEFT):
        now, line = 0, []
        for _ in range(30):
            now += int(rng.choice([0, 0, 12, 24]))
            length = int(rng.choice([6, 8, 12, 24, 36, 500]))
            tones = sorted({int(p) for p in rng.integers(40, 84, 1 if slot == VOICE else int(rng.integers(1, 5)))})
            line.append(Chord(now, length, tuple(tones if slot == LEFT else tones[::-1])))
            now += length
        slots[slot] = tuple(line)
    sharps = int(rng.integers(-6, 7))
    return RoleScore("scribble", "song", "song", slots, keys=((0, sharps), (480, 0)), sections=(0, 480), minor=True)


@pytest.mark.parametrize("seed", range(4))
def test_what_is_said_to_the_net_is_the_score(seed):
    score = scribble(seed)
    work, frame = encode(score), frame_of(score)
    words, cursor = words_of(score, frame), Cursor(frame)
    spoken = dict.fromkeys(frame.slots, 0)
    while not cursor.done:
        slot = cursor.slot
        for word in words[slot][spoken[slot]]:
            cursor.push(*word)
        spoken[slot] += 1
    assert chords_of(cursor) == score.slots
    assert work.counted.sum() == score.notes
    assert (work.base < SIZES).all() and work.base.shape == (len(work.pitch), len(COLUMNS))
    assert (work.length[work.pitch == 0] != MORE).all()


def test_a_hand_is_chords_and_a_second_line_for_what_sounds_against_them():
    notes = [Note(0, 72, 76), Note(0, 24, 60), Note(0, 24, 64), Note(24, 48, 62)]
    first, second = strands(notes, 2)
    assert first == (Chord(0, 72, (76,)),)
    assert second == (Chord(0, 24, (64, 60)), Chord(24, 48, (62,)))
    (only,) = strands(notes, 1, bass=True)
    assert only == (Chord(0, 24, (60, 64, 76)), Chord(24, 48, (62,)))


def test_kern_is_read_as_two_hands(waltz):
    sheet = sheet_of(waltz)
    assert guess_ensemble(sheet) == "piano"
    score = read_roles(sheet, name="waltz", style="waltz", ensemble="piano")
    assert set(score.slots) == {RIGHT, LEFT} and score.minor is False
    assert score.slots[LEFT][1] == Chord(24, 24, (52, 55)) and score.slots[RIGHT][1] == Chord(72, 24, (67, 62))
    with pytest.raises(FormatError, match="no song"):
        read_roles(sheet, name="waltz", style="song", ensemble="song")


def test_works_of_one_name_stay_on_one_side():
    scores = [RoleScore(f"work {i % 40}", "piano", "piano", {RIGHT: (Chord(0, 24, (60,)),)}) for i in range(120)]
    kept, held = split_works(scores, 0.2)
    assert held and not {s.name for s in kept} & {s.name for s in held} and len(kept) + len(held) == 120


def test_torch_and_numpy_say_the_same():
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    from artwright.plugins.music.models.composer.engine import Net

    net = make_net(RoleRecipe(width=32, layers=1, hidden=64, dropout=0.0)).eval()
    work = encode(scribble(1))
    batch = windows(work)
    with torch.no_grad():
        theirs = float(sum(net.losses(batch)))
    reading = RoleEngine(Net(net.arrays(), heads=1)).read(batch)
    assert -reading.logs.sum() == pytest.approx(theirs, rel=1e-4)
    data = RoleDataset([scribble(s) for s in range(3)], np.ones(3))
    drawn = data.batch(np.random.default_rng(0), rows=2, length=64)
    assert drawn.index.shape == (2, 64, len(COLUMNS)) and (drawn.pitch >= 0).any()


def test_decoding_position_by_position_is_reading_at_once():
    engine = RoleEngine.load(WEIGHTS)
    work = encode(scribble(2))
    n = 40
    session = engine.session(1)
    logs = 0.0
    for i in range(n):
        pitch = session.put(work.base[i : i + 1], work.references[i : i + 1])
        logs += float(pitch[0, work.pitch[i]])
        logs += float(session.lengths(work.pitch[i : i + 1].astype(np.int64))[0, work.length[i]])
    whole = engine.read(windows(work, length=4096, planned=True)).logs[:n].sum()
    assert logs == pytest.approx(whole, rel=1e-3)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ensemble", ["piano", "song", "quartet"])
def test_plans_of_any_length_close_where_they_end(form, ensemble):
    for bars in (1, 2, 3, 5, 8, 13, 16, 31, 32, 57, 96):
        for metre in ((3, 4), (4, 4), (6, 8), (5, 4)):
            plan = plan_roles(
                np.random.default_rng(bars),
                style="piano",
                ensemble=ensemble,
                bars=bars,
                metre=metre,
                signature=2,
                minor=bars % 2 == 0,
                form=form,
            )
            size = plan.frame.metres[0].bar
            assert plan.frame.total == bars * size == plan.closes[-1].end and plan.closes[-1].full
            assert all(a.end == b.begin for a, b in zip(plan.closes, plan.closes[1:], strict=False))
            assert all(close.begin <= close.start < close.end for close in plan.closes)
            assert all(0 <= start - back < stop - back <= start < stop for start, stop, back in plan.echoes)


STYLES = ["waltz", "polonaise", "nocturne", "song", "quartet", "hymn", "choir"]


@pytest.mark.parametrize("style", STYLES)
def test_what_is_written_can_be_played_and_ends_on_its_tonic(studio, style):
    for seed, key in enumerate(("E minor", "Bb major")):
        work = studio.generate(
            "music", "a piece", style=style, seed=seed, options={"bars": 9, "best_of": 1, "key": key}, keep=False
        )
        on_beat, last = music_asked.last_note(work.payload)
        assert on_beat and last == parse_key(key).tonic
        assert not music_asked.unplayable(work.payload)
        assert work.provenance.notes["key"] == key


def test_a_section_that_returns_is_heard_again(studio):
    options = {"bars": 32, "best_of": 1, "key": "C major", "metre": "3/4"}
    work = studio.generate("music", "a waltz", style="waltz", seed=3, options=options, keep=False)
    assert work.provenance.notes["plan"]["form"] == "AABA"
    midi = work.payload
    bars = {}
    for part in midi.instruments:
        for note in part.notes:
            step = round(midi.time_to_tick(note.start) * 24 / midi.resolution)
            bars.setdefault(step // 72, set()).add((part.name, step % 72, note.pitch))
    assert [bars[b] for b in range(8)] == [bars[b] for b in range(8, 16)]
    assert [bars[b] for b in range(6)] == [bars[b] for b in range(24, 30)]
    assert bars[0] != bars[16]


def test_same_seed_same_work(studio):
    ids = {
        studio.generate("music", "rain", style="song", seed=4, options={"bars": 8, "best_of": 2}, keep=False).id
        for _ in range(2)
    }
    assert len(ids) == 1


def test_the_voice_rests_before_its_verse_and_to_breathe(studio):
    options = {"bars": 20, "best_of": 1, "metre": "4/4"}
    midi = studio.generate("music", "evening", style="schubert", seed=2, options=options, keep=False).payload
    voice = midi.instruments[0]
    assert voice.name == "Voice"
    ticks = [round(midi.time_to_tick(n.end) * 24 / midi.resolution) for n in voice.notes]
    starts = [round(midi.time_to_tick(n.start) * 24 / midi.resolution) for n in voice.notes]
    assert min(starts) >= 2 * 96 and max(ticks) <= 18 * 96
    for phrase in range(2, 18, 4):
        assert not any(a < (phrase + 4) * 96 and b > (phrase + 4) * 96 - 12 for a, b in zip(starts, ticks, strict=True))


def test_slurs_and_pedal_are_written(studio, tmp_path):
    work = studio.generate(
        "music", "a sad waltz", style="waltz", seed=1, options={"bars": 16, "best_of": 1}, keep=False
    )
    assert {change.number for change in work.payload.instruments[1].control_changes} == {64}
    Music().save(work, tmp_path / "waltz.musicxml")
    kinds = [slur.get("type") for slur in ET.parse(tmp_path / "waltz.musicxml").getroot().iter("slur")]
    assert kinds.count("start") == kinds.count("stop") > 0


@pytest.mark.parametrize(
    ("style", "options", "said"),
    [
        ("waltz", {"voices": 3}, "--voices has no use"),
        ("song", {"instruments": "organ"}, "--instruments has no use"),
        ("waltz", {"key": "D dorian"}, "major or minor"),
        ("ryan", {"form": "aba"}, "--form counts"),
        ("waltz:0.5+ryan:0.5", {}, "can't be mixed"),
    ],
)
def test_what_has_no_use_is_refused_in_one_line(studio, style, options, said):
    with pytest.raises(InputError, match=said) as error:
        studio.generate("music", "a piece", style=style, options=options, keep=False)
    assert "\n" not in str(error.value)


def test_evaluate_reads_kern_and_midi_of_a_piece_alike(studio, waltz, tmp_path):
    medium = Music()
    medium.save(medium.load(waltz), tmp_path / "waltz.mid")
    engine = RoleEngine.load(WEIGHTS)
    nats = [role_nats(engine, role_score(tmp_path / name, name)) for name in ("waltz.krn", "waltz.mid")]
    assert nats[0] == pytest.approx(nats[1], rel=0.05)
    found = studio.evaluate("music", tmp_path)
    assert found["styles"] == {"piano": 2} and found["notes"] == 36 and np.isfinite(found["nats"])
