"""The journal of pieces: a run that is killed goes on where it was, each step says why it runs, and cleaning keeps what
is known.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import textwrap
from pathlib import Path

import plugin_easel
import pytest
from artwright import Piece, hookimpl
from artwright.core.errors import Cancelled, InputError, PluginError, StoreError
from artwright.core.home import pieces_file
from artwright.core.pieces.cleaning import clean, read_size
from artwright.core.pieces.journal import Entry, Journal
from artwright.core.pieces.locking import find_drift, write_lock
from artwright.core.pieces.places import run_id
from artwright.testing import CancelAt, fresh_studio

STEPS = {
    "poem": {"medium": "lines", "theme": "autumn moon", "output": "poem.txt"},
    "view": {"medium": "views", "theme_from": "poem", "options": {"width": "64", "height": "40"}},
    "night": {"operation": "transfer-style", "work": "view", "style_from": "view", "output": "night.png"},
    "song": {"medium": "tunes", "theme_from": "view", "output": "song.mid"},
    "reading": {"operation": "analyze", "work": "poem", "output": "reading.txt"},
}
CHILDREN = {"poem": ["view", "night", "song", "reading"], "view": ["night", "song"]}


@pytest.fixture
def studio(tmp_path):
    plugin_easel.CALLS.clear()
    return fresh_studio(tmp_path / "home", plugin_easel)


def piece(**changes):
    steps = {name: {**row, **changes.get(name, {})} for name, row in STEPS.items()}
    return Piece.from_dict({"steps": steps}, name="p")


def reasons(studio, out, made=None, **how):
    """What is told of each step by a run that replaces what is there."""
    told = []
    (made or piece()).run(studio, out, force=True, tell=told.append, **how)
    return {event.step: event.reason for event in told if event.state in ("known", "running")}


def foreseen(studio, out, made=None, **how):
    return {step.step: step.reason for step in (made or piece()).foresee(studio, out, **how) if step.runs}


KNOWN = "known: nothing that it depends on has changed"


def test_a_step_says_why_it_runs_and_why_not(studio, tmp_path):
    out = tmp_path / "out"
    assert foreseen(studio, out)["poem"] == "new" and foreseen(studio, out)["view"] == "its parent 'poem' runs"
    assert not (tmp_path / "home" / "pieces.sqlite3").exists(), "to look ahead writes nothing"
    assert set(reasons(studio, out).values()) == {"new"}
    assert set(reasons(studio, out).values()) == {KNOWN} and foreseen(studio, out) == {}
    assert set(reasons(studio, tmp_path / "other").values()) == {"known: the same was made before"}
    wide = piece(view={"options": {"width": "80", "height": "40"}})
    assert foreseen(studio, out, wide) == {
        "view": "option 'width' from 64 to 80",
        "night": "its parent 'view' runs",
        "song": "its parent 'view' runs",
    }
    told = reasons(studio, out, wide)
    assert told["view"] == "option 'width' from 64 to 80" and told["night"] == "its parent 'view' has changed"
    assert told["song"] == "its parent 'view' has changed" and told["poem"] == told["reading"] == KNOWN
    assert set(reasons(studio, out, fresh=True).values()) == {"forced"}


@pytest.mark.parametrize(
    ("step", "change", "reason"),
    [
        ("poem", {"theme": "winter"}, "theme from 'autumn moon' to 'winter'"),
        ("poem", {"seed": 7}, "seed from [0-9]+ to 7"),
        ("song", {"theme_from": "poem"}, "theme_from from view to poem"),
        ("song", {"theme_from": ["view", "poem"]}, "theme_from from view to view, poem"),
        ("night", {"strength": 0.5}, r"strength from nothing to 0\.5"),
        ("view", {"candidates": 2}, "candidates from nothing to 2"),
        ("reading", {"explain": False}, "explain from nothing to False"),
    ],
)
def test_the_reason_names_what_changed(studio, tmp_path, step, change, reason):
    import re

    reasons(studio, tmp_path / "out")
    ahead = foreseen(studio, tmp_path / "out", piece(**{step: change}))
    assert re.fullmatch(reason, ahead[step]) and set(ahead) == {step, *CHILDREN.get(step, [])}


@pytest.mark.slow
def test_the_reason_is_right_in_thirty_changes(studio, tmp_path):
    rng, out, now = random.Random(5), tmp_path / "out", {"poem": {}, "view": {}}
    reasons(studio, out)
    before = {"width": 64, "height": 40, "theme": "autumn moon"}
    for number in range(30):
        kind = rng.choice(["width", "height", "theme"])
        value = f"moon {number}" if kind == "theme" else 41 + number
        was, before[kind] = before[kind], value
        if kind == "theme":
            now["poem"] = {"theme": value}
            step, expected = "poem", f"theme from {was!r} to {value!r}"
        else:
            now["view"] = {"options": {"width": str(before["width"]), "height": str(before["height"])}}
            step, expected = "view", f"option {kind!r} from {was} to {value}"
        told = reasons(studio, out, piece(**now))
        assert told[step] == expected
        for other in STEPS:
            if other in CHILDREN[step]:
                assert told[other] == KNOWN or "has changed" in told[other]
            elif other != step:
                assert told[other] == KNOWN


def test_weights_versions_and_wrappers_are_named(studio, tmp_path, monkeypatch):
    from artwright.core.weights import save_weights

    reasons(studio, tmp_path / "out")
    save_weights(studio.home / "weights" / "lines" / "mine.safetensors", {}, {"model": "toy"})
    assert foreseen(studio, tmp_path / "out")["poem"].startswith("the weights have changed: card ")
    monkeypatch.setattr(type(studio.host), "version", lambda self, name: "2.0")
    assert "versions from" in foreseen(studio, tmp_path / "out")["poem"]


def test_what_was_stopped_goes_on_and_makes_nothing_twice(studio, tmp_path):
    with pytest.raises(Cancelled):
        piece().run(studio, tmp_path / "out", progress=CancelAt(3))
    made = list(plugin_easel.CALLS)
    assert made and not (tmp_path / "out").exists()
    told = reasons(studio, tmp_path / "out")
    assert told["poem"] == KNOWN and "it was stopped while it ran" in told.values()
    assert sorted(plugin_easel.CALLS) == ["lines", "transfer_style", "tunes", "views"]


def test_what_failed_is_told_and_tried_again(studio, tmp_path):
    class Broken:
        fails = True

        @hookimpl(wrapper=True)
        def transfer_style(self, request, context):
            if Broken.fails:
                raise PluginError("the brush broke")
            return (yield)

    studio.host.add(Broken(), "broken")
    with pytest.raises(PluginError, match=r"step 'night': .*the brush broke"):
        piece().run(studio, tmp_path / "out")
    with Journal(studio.home) as journal:
        row = journal.get(run_id(tmp_path / "out"), "night")
        assert row.state == "failed" and "the brush broke" in row.error and row.tries == 1
    Broken.fails = False
    told = reasons(studio, tmp_path / "out")
    assert told["poem"] == KNOWN and told["night"].startswith("it failed before: ")


def test_cleaned_works_stay_known_and_are_made_again_when_they_are_needed(studio, tmp_path):
    out = tmp_path / "out"
    first = piece().run(studio, out)
    ids = {name: work.id for name, work in first.works.items()}
    with Journal(studio.home) as journal:
        removed = clean(studio, journal, run_id(out), keep="finals")
        assert [step for step, _, _ in removed] == ["view"] and studio.library.known(ids["view"]) is None
    told = reasons(studio, out)
    assert told["view"] == KNOWN + "; its work was cleaned away" and plugin_easel.CALLS.count("views") == 1
    again = piece(song={"seed": 9})
    told = reasons(studio, out, again)
    assert told["view"] == "a step that runs needs its work, which is not in the library"
    assert plugin_easel.CALLS.count("views") == 2 and studio.library.known(ids["view"]) is not None
    assert plugin_easel.CALLS.count("lines") == plugin_easel.CALLS.count("transfer_style") == 1


def test_nothing_but_recipes_is_enough_to_have_it_all_again(studio, tmp_path):
    out = tmp_path / "out"
    first = piece().run(studio, out)
    files = {path.name: path.read_bytes() for path in out.iterdir() if path.name != "manifest.json"}
    studio.feedback.rate(first.works["song"], 5)
    with Journal(studio.home) as journal:
        removed = clean(studio, journal, run_id(out), keep="recipes")
        assert {step for step, _, _ in removed} == {"poem", "view", "night"}, "what somebody rated stays"
    told = reasons(studio, out)
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.name != "manifest.json"} == files
    assert told["song"] == KNOWN and told["poem"] == "its work is no longer in the library"


def test_a_budget_removes_first_what_is_soonest_made_again(studio, tmp_path):
    out = tmp_path / "out"
    works = piece().run(studio, out).works
    sizes = {name: studio.library.known(works[name].id)["bytes"] for name in ("poem", "view", "night", "song")}
    with Journal(studio.home) as journal:
        for number, entry in enumerate(list(journal.entries(run_id(out)))):
            journal.put([Entry(**{**entry.__dict__, "seconds": float(10**number)})])
        room = sum(sizes.values()) - 1
        removed = clean(studio, journal, run_id(out), keep="all", budget=room)
        assert len(removed) == 1 and clean(studio, journal, run_id(out), keep="all", budget=room) == []
        clean(studio, journal, run_id(out), keep="all", budget=0)
    assert all(studio.library.known(works._ids[name][0]) is None for name in sizes)


@pytest.mark.parametrize(("text", "size"), [("2GB", 2_000_000_000), ("1.5 MB", 1_500_000), ("800", 800), ("3k", 3000)])
def test_sizes_are_read(text, size):
    assert read_size(text) == size
    with pytest.raises(InputError, match="is no size"):
        read_size(text + "x")


def test_a_lock_tells_what_has_drifted(studio, tmp_path):
    from artwright.core.weights import save_weights

    piece().run(studio, tmp_path / "out")
    lock = tmp_path / "p.lock"
    with Journal(studio.home) as journal:
        assert write_lock(journal, run_id(tmp_path / "out"), lock) == 5
        with pytest.raises(InputError, match="the journal knows no run"):
            write_lock(journal, run_id(tmp_path / "no"), lock)
    lines = lock.read_text("utf-8").splitlines()
    assert len(lines) == 6 and [line.split()[0] for line in lines[1:]] == list(STEPS)
    assert str(tmp_path) not in lock.read_text("utf-8")
    assert list(find_drift(piece().plan(studio), studio, lock)) == []
    wide = piece(view={"options": {"width": "80", "height": "40"}}).plan(studio)
    assert list(find_drift(wide, studio, lock)) == ["step 'view': option 'width' from 64 to 80"]
    more = Piece.from_dict({"steps": {"poem": STEPS["poem"], "new": STEPS["poem"] | {"output": "b.txt"}}}).plan(studio)
    assert "step 'new' is not in the lock" in list(find_drift(more, studio, lock))
    save_weights(studio.home / "weights" / "tunes" / "mine.safetensors", {}, {"model": "toy"})
    (drift,) = find_drift(piece().plan(studio), studio, lock)
    assert drift.startswith("step 'song': the weights have changed")
    lock.write_text("no lock\n")
    with pytest.raises(InputError, match="is no lock of a piece"):
        list(find_drift(piece().plan(studio), studio, lock))


def test_a_home_without_a_journal_costs_the_memory_of_it_alone(studio, tmp_path):
    pieces_file(studio.home).mkdir(parents=True)
    assert len(piece().run(studio, tmp_path / "out").works) == 5


def test_a_damaged_journal_is_told_in_one_line(studio, tmp_path):
    piece().run(studio, tmp_path / "out")
    for end in ("-wal", "-shm"):
        Path(f"{pieces_file(studio.home)}{end}").unlink(missing_ok=True)
    pieces_file(studio.home).write_bytes(b"no database at all" * 100)
    with pytest.raises(StoreError, match=r"the journal of pieces .*; if it is damaged, remove it") as told:
        piece().run(studio, tmp_path / "other")
    assert "\n" not in str(told.value) and not (tmp_path / "other").exists()


def test_a_transaction_is_whole_or_nothing(tmp_path):
    with Journal(tmp_path) as journal:
        with pytest.raises(RuntimeError), journal.writing():
            journal.put([Entry(run="r", step="a", state="done")])
            raise RuntimeError
        assert journal.get("r", "a") is None
        with journal.writing():
            journal.put([Entry(run="r", step="a", state="done", key="k", work="w", parts={"theme": "月"})])
    with Journal(tmp_path) as journal:
        assert journal.find("k").parts == {"theme": "月"} and journal.counts("r") == {"done": 1}


def test_eight_writers_share_a_journal_without_a_lock_error(tmp_path):
    code = textwrap.dedent("""
        import sys
        from pathlib import Path
        from artwright.core.pieces.journal import Entry, Journal
        with Journal(Path(sys.argv[1])) as journal:
            for number in range(50):
                with journal.writing():
                    journal.put([Entry(run=sys.argv[2], step=f"s{number}", state="done")])
    """)
    running = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)]) for n in range(8)]
    assert [process.wait(60) for process in running] == [0] * 8
    rows = sqlite3.connect(pieces_file(tmp_path)).execute("SELECT COUNT(*) FROM steps").fetchone()
    assert rows == (400,)


SCRIPT = textwrap.dedent("""
    import sys
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    import plugin_easel
    from artwright import Piece
    from artwright.testing import fresh_studio
    steps = {f"s{n}": {"medium": "lines", "theme": f"moon {n}", "output": f"{n}.txt"} for n in range(60)}
    tell = lambda event: event.state == "done" and print(event.step, flush=True)
    studio = fresh_studio(Path(sys.argv[1]) / "home", plugin_easel)
    Piece.from_dict({"steps": steps}).run(studio, Path(sys.argv[1]) / "out", tell=tell)
""")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.slow
def test_a_run_that_is_killed_goes_on_and_loses_what_ran_alone(tmp_path):
    rng, made, kills = random.Random(1), [], 0
    while True:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(tmp_path), str(Path(__file__).parents[1])],
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(rng.randint(1, 9)):
            if not (line := process.stdout.readline()):
                break
            made.append(line.strip())
        os.kill(process.pid, signal.SIGKILL) if process.poll() is None and kills < 20 else None
        rest, _ = process.communicate(timeout=120)
        made += rest.split()
        if process.returncode == 0:
            break
        kills += 1
        assert not (tmp_path / "out").exists()
    assert kills >= 3 and len(set(made)) == 60
    assert len(list((tmp_path / "out").glob("*.txt"))) == 60 and not list(tmp_path.glob(".artwright-*"))
    assert len(made) == len(set(made)), "a step that was told to be done is done once"
