"""`artwright feedback` in process, on a studio with a small plugin, as a person would use it."""

import json

import plugin_stipple
import pytest
from artwright import Studio, hookimpl
from artwright.core.commands.feedback import feedback
from artwright.core.commands.session import Session
from artwright.core.errors import ArtwrightError
from artwright.core.loader import PluginHost
from click.testing import CliRunner


class Listener:
    """A plugin that hears what is said; once it breaks."""

    def __init__(self):
        self.heard = []

    @hookimpl
    def on_feedback(self, feedback, context):
        self.heard.append(feedback)
        if feedback.kind == "comment":
            raise RuntimeError("an ear broke")


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("ARTWRIGHT_USER", "ann")
    host = PluginHost([])
    host.add(plugin_stipple, "stipple-plugin")
    listener = Listener()
    host.add(listener, "listener")
    studio = Studio(tmp_path / "home", host=host)
    works = [studio.generate("dots", "misty mountains", seed=seed) for seed in range(12)]

    def run(*arguments, input=None):
        session = Session()
        session.__dict__.update(host=host, studio=studio)
        done = CliRunner().invoke(feedback, [str(a) for a in arguments], obj=session, input=input)
        if done.exception and not isinstance(done.exception, SystemExit | ArtwrightError):
            raise done.exception
        return done

    run.studio, run.works, run.heard = studio, works, listener.heard
    return run


def as_json(done):
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_work_is_rated_by_prefix_id_and_file(house, tmp_path):
    work = house.works[0]
    house.studio.save(work, tmp_path / "a.dots")
    assert "*****" in house("rate", work.short_id[:6], 5).output
    assert as_json(house("rate", work.id, 4, "--json")) | {"created": ""} == {
        "kind": "rating",
        "user": "ann",
        "work": work.id,
        "medium": "dots",
        "title": "misty mountains",
        "stars": 4,
        "created": "",
    }
    assert as_json(house("rate", tmp_path / "a.dots", 2, "--user", "ben", "--json"))["work"] == work.id
    assert [(r["user"], r["stars"]) for r in as_json(house("list", "--json"))["feedback"]] == [("ben", 2), ("ann", 4)]
    assert [f.stars for f in house.heard] == [5, 4, 2]
    assert set(house.studio.feedback.features("dots")) == {work.id}


def test_all_that_can_be_said_is_said_and_listed(house, caplog):
    one, two = house.works[:2]
    house("prefer", one.short_id, two.short_id)
    house("tag", one.short_id, "Calm", "night sea")
    assert house("comment", one.short_id, "-", input="from stdin\nand on").exit_code == 0
    assert "plugin 'listener' failed in on_feedback" in caplog.text  # and yet it was stored
    listed = house("list").output.splitlines()
    assert len(listed) == 4 and "from stdin and on" in listed[0] and f"better than {two.short_id}" in listed[3]
    assert len(house("list", "--kind", "tag", "--work", one.short_id, "--medium", "dots").output.splitlines()) == 2
    assert (
        house("list", "--user", "ben").stdout == "" and "nothing was said yet" in house("list", "--user", "ben").stderr
    )


def test_export_import_backup_forget_path(house, tmp_path):
    house("rate", house.works[0].id, 3)
    house("tag", house.works[0].id, "日出")
    path = house("path").output.strip()
    assert path == str(tmp_path / "home" / "feedback.sqlite3")
    assert house("export", "--output", tmp_path / "said.jsonl").exit_code == 0
    assert house("export").output.splitlines()[1:] == (tmp_path / "said.jsonl").read_text("utf-8").splitlines()[1:]
    assert "--force" in str(house("export", "--output", tmp_path / "said.jsonl").exception)
    assert house("backup", tmp_path / "copy.sqlite3").exit_code == 0 and (tmp_path / "copy.sqlite3").stat().st_size > 0
    refused = house("forget", "ann")
    assert refused.exception.exit_code == 2 and "--yes" in str(refused.exception)
    assert "2 things said were deleted" in house("forget", "ann", "--yes").output and house("list").stdout == ""
    assert house("import", tmp_path / "said.jsonl").output == "read 1 works, 1 ratings, 1 tags; 2 new\n"
    assert as_json(house("import", "-", "--json", input=(tmp_path / "said.jsonl").read_text("utf-8")))["new"] == 0
    assert len(as_json(house("list", "--json"))["feedback"]) == 2


def test_taste_is_shown_ranks_and_asks(house):
    with_mean = sorted(house.works, key=lambda w: sum(w.payload))
    told = house("taste", "dots")
    assert (
        told.exception.exit_code == 2
        and "the taste of 'ann' in dots is not known yet: 0 ratings and 0 preferences are too few"
        in str(told.exception)
    )
    for place, work in enumerate(with_mean):
        house("rate", work.id, 1 + 4 * place // 11)
    assert "learned from 12 ratings and 0 preferences" in house("taste", "dots").output
    shown = as_json(house("taste", "dots", with_mean[0].short_id, with_mean[-1].short_id, "--json"))
    assert [row["work"] for row in shown["ranking"]] == [with_mean[-1].id, with_mean[0].id]
    assert (
        shown["leanings"][0]["feature"] == "mean" and shown["leanings"][0]["weight"] > 0 and shown["foresight"] is None
    )
    assert as_json(house("taste", "dots", "--json"))["foresight"] > 0.8
    assert house("taste", "dots", with_mean[0].short_id).output.count("sd") == 1
    asked = as_json(house("taste", "dots", "--ask", "--json"))["ask"]
    assert len(set(asked)) == 2 and set(asked) <= {w.id for w in house.works}
    best = house.studio.generate("dots", "misty mountains", seed=0, candidates=8)
    assert sum(best.payload) > sum(house.works[0].payload)


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["rate", "ffffffff", 3], 2, "no work 'ffffffff' in the library"),
        (["rate", "ffffffff", 7], 2, "is not in the range 1<=x<=5"),
        (["prefer", "ffffffff", "eeeeeeee"], 2, "no work 'ffffffff'"),
        (["list", "--medium", "dost"], 2, "no medium 'dost'; there are: dots. Did you mean 'dots'"),
        (["import", "no-such-file"], 2, "cannot read 'no-such-file': No such file"),
        (["forget", "nobody", "--yes"], 2, "no user 'nobody'"),
        (["export", "--user", "nobody"], 2, "no user 'nobody'"),
        (["backup", "copy.sqlite3"], 1, "nothing to back up"),
        (["taste", "dost"], 2, "no medium 'dost'"),
    ],
)
def test_errors_are_told_in_a_line(house, arguments, code, said):
    done = house(*arguments)
    text = str(done.exception) if isinstance(done.exception, ArtwrightError) else done.output
    assert (
        said in text
        and (done.exception.exit_code if isinstance(done.exception, ArtwrightError) else done.exit_code) == code
    )


def test_an_export_in_a_broken_encoding_is_told(house, tmp_path):
    (tmp_path / "bad.jsonl").write_bytes(b"\xff\xfe\x00")
    done = house("import", tmp_path / "bad.jsonl")
    assert "is not an export: it is not UTF-8" in str(done.exception)
