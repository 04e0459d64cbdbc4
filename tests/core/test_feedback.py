"""The feedback store: what people say is kept, told once, carried elsewhere, and forgotten for good."""

import json
import os
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from artwright import Artwork
from artwright.core.artwork import Provenance
from artwright.core.errors import FormatError, InputError, OutputError, PluginError, StoreError, UnknownName
from artwright.core.feedback.store import Feedback, FeedbackStore, current_user


def work(number, medium="painting", **kwargs):
    return Artwork(medium=medium, payload=None, id=f"sha256:{number:064x}", title=f"work {number}", **kwargs)


@pytest.fixture
def store(tmp_path):
    with_clock = FeedbackStore(tmp_path / "home", clock=Clock())
    yield with_clock
    with_clock.close()


class Clock:
    """A minute later at each look, in a zone that is not UTC."""

    def __init__(self):
        self.now = datetime(2026, 3, 1, 8, 0, tzinfo=timezone(timedelta(hours=8)))

    def __call__(self):
        self.now += timedelta(minutes=1)
        return self.now


def fill(store):
    made = Provenance(
        operation="generate", medium="painting", model="atelier", style="hokusai", created="2026-01-01T00:00:00+00:00"
    )
    store.rate(work(1, provenance=made), 5, user="ann", features={"light": 0.5, "edge": -1.0})
    store.rate(work(2), 2, user="ben")
    store.prefer(
        work(1), work(2), user="ann", features={"light": 0.5, "edge": -1.0}, other_features={"light": 0.1, "edge": 2.0}
    )
    store.tag(work(1), "  Quiet  Sea ", user="ann")
    store.comment(work(3, "music"), "像雨\nlike rain", user="ben")


def test_nothing_is_made_or_imported_before_the_first_thing_said(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\nfrom artwright.core.feedback.store import FeedbackStore\n"
        f"store = FeedbackStore(Path({str(tmp_path)!r}) / 'home')\n"
        "print([m for m in ('sqlalchemy', 'alembic', 'numpy', 'scipy', 'sqlite3') if m in sys.modules])\n"
        "assert store.ratings() == [] and store.users() == [] and len(list(store.export())) == 1 and 'alembic' "
        "not in sys.modules\n"
    )
    bare = {name: value for name, value in os.environ.items() if not name.startswith("COV")}  # coverage imports sqlite3
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=bare)
    assert done.stdout.strip() == "[]" and list(tmp_path.iterdir()) == []


def test_what_was_said_is_there_for_another_program(store, tmp_path):
    fill(store)
    again = FeedbackStore(tmp_path / "home")
    rating = again.ratings(user="ann")[0]
    assert rating == Feedback(
        kind="rating",
        user="ann",
        work=work(1).id,
        medium="painting",
        title="work 1",
        stars=5,
        created="2026-03-01T00:01:00.000000+00:00",
    )
    assert [f.kind for f in again.said()] == ["comment", "tag", "preference", "rating", "rating"]
    assert again.preferences()[0].other == work(2).id
    assert [f.text for f in again.said("tag")] == ["quiet sea"] and again.said("comment", medium="music")[
        0
    ].text == "像雨\nlike rain"
    assert {f.kind for f in again.said(work=work(2).id)} == {"rating", "preference"}
    assert again.said(limit=1)[0].kind == "comment" and again.said(user="nobody") == []
    assert again.users() == ["ann", "ben"] and again.path == str(tmp_path / "home" / "feedback.sqlite3")
    assert again.features("painting") == {
        work(1).id: {"light": 0.5, "edge": -1.0},
        work(2).id: {"light": 0.1, "edge": 2.0},
    }


def test_a_later_rating_replaces_and_a_tag_is_there_once(store):
    store.rate(work(1), 2, user="ann")
    store.rate(work(1), 4, user="ann")
    store.tag(work(1), "sea", user="ann")
    store.tag(work(1), "SEA", user="ann")
    store.prefer(work(1), work(2), user="ann")
    store.prefer(work(1), work(2), user="ann")
    assert [f.stars for f in store.ratings()] == [4] and len(store.said("tag")) == 1 and len(store.preferences()) == 2


def test_listeners_are_told_after_it_is_stored(store, tmp_path):
    heard = []
    store.listen(lambda said: heard.append((said, len(FeedbackStore(tmp_path / "home").ratings()))))
    said = store.rate(work(1), 3, user="ann")
    assert heard == [(said, 1)]


def test_the_speaker_is_the_login_or_the_one_told(store, monkeypatch):
    monkeypatch.setenv("ARTWRIGHT_USER", "cleo")
    assert store.rate(work(1), 3).user == "cleo" == current_user()
    monkeypatch.delenv("ARTWRIGHT_USER")
    monkeypatch.setattr("getpass.getuser", lambda: (_ for _ in ()).throw(OSError("no name")))
    assert current_user() == "me"


@pytest.mark.parametrize(
    ("act", "error", "said"),
    [
        (lambda s: s.rate(work(1), 6), InputError, "1 to 5, not 6"),
        (lambda s: s.rate(work(1), True), InputError, "not True"),
        (lambda s: s.rate(work(1), 2.5), InputError, r"not 2\.5"),
        (
            lambda s: s.rate(work(1), 3, features={"x": float("nan")}),
            PluginError,
            "medium 'painting' gives nan for the feature 'x'",
        ),
        (lambda s: s.prefer(work(1), work(1)), InputError, "preferred to itself"),
        (lambda s: s.prefer(work(1), work(2, "music")), InputError, "two media"),
        (lambda s: s.tag(work(1), "  "), InputError, "a tag cannot be empty"),
        (lambda s: s.tag(work(1), "x" * 65), InputError, "at most 64 characters"),
        (lambda s: s.comment(work(1), "a\0b"), InputError, r"cannot hold the character '\\x00'"),
        (lambda s: s.comment(work(1), "\udc80"), InputError, "cannot hold the character"),
        (lambda s: s.comment(work(1), "x" * 10_001), InputError, "at most 10,000"),
        (lambda s: s.rate(work(1), 3, user="x" * 101), InputError, "at most 100"),
        (
            lambda s: s.said("rank"),
            UnknownName,
            "no kind of feedback 'rank'; there are: comment, preference, rating, tag",
        ),
        (lambda s: s.forget("ann"), UnknownName, "no user 'ann'"),
        (lambda s: list(s.export(user="ann")), UnknownName, "no user 'ann'"),
    ],
)
def test_bad_input_is_told_and_stores_nothing(store, act, error, said):
    with pytest.raises(error, match=said) as caught:
        act(store)
    assert "\n" not in str(caught.value) and store.said() == []


def test_export_and_import_carry_everything_once(store, tmp_path):
    fill(store)
    lines = list(store.export())
    other = FeedbackStore(tmp_path / "other")
    counts = other.import_(lines)
    assert counts == {"works": 3, "ratings": 2, "preferences": 1, "tags": 1, "comments": 1, "new": 5}
    assert list(other.export())[1:] == lines[1:] and other.said() == store.said()
    assert other.import_(lines)["new"] == 0 and other.said() == store.said()
    assert other.features("painting") == store.features("painting")
    anns = [json.loads(line) for line in store.export(user="ann")]
    assert {r["user"] for r in anns if "user" in r} == {"ann"} and len([r for r in anns if r["kind"] == "work"]) == 2


def test_of_two_ratings_the_later_counts_whichever_is_imported_last(store, tmp_path):
    store.rate(work(1), 1, user="ann")
    early = list(store.export())
    store.rate(work(1), 5, user="ann")
    late = list(store.export())
    for number, order in enumerate(([early, late], [late, early])):
        other = FeedbackStore(tmp_path / f"other{number}")
        for lines in order:
            other.import_(lines)
        assert [f.stars for f in other.ratings()] == [5]


MOMENT = "2026-01-01T00:00:00+00:00"
GOOD_WORK = {
    "kind": "work",
    "id": work(1).id,
    "medium": "painting",
    "title": "",
    "model": "",
    "style": "",
    "created": MOMENT,
    "features": None,
}
GOOD_RATING = {"kind": "rating", "user": "ann", "work": work(1).id, "stars": 3, "created": MOMENT}
HEADING = {"kind": "artwright-feedback", "version": 1, "created": "2026-01-01T00:00:00+00:00"}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "the export is empty"),
        ([GOOD_WORK], "line 1 .* must be the heading"),
        ([{**HEADING, "version": 2}], "line 1 .*version 2; this artwright reads version 1"),
        ([HEADING, "{"], "line 2 of the export is wrong"),
        ([HEADING, "[1]"], "line 2 .* not a JSON object"),
        ([HEADING, "[" * 100_000], "line 2 of the export is wrong"),
        ([HEADING, {"kind": "mood"}], "no kind of feedback 'mood'"),
        ([HEADING, {**GOOD_WORK, "id": "../../etc"}], "is not the id of a work"),
        ([HEADING, {**GOOD_WORK, "features": {"x": "1"}}], "finite numbers"),
        ([HEADING, GOOD_WORK, {**GOOD_RATING, "stars": 9}], "line 3 .* 1 to 5 stars, not 9"),
        ([HEADING, GOOD_WORK, {**GOOD_RATING, "created": "2026-01-01T00:00:00"}], "no offset"),
        ([HEADING, GOOD_WORK, {**GOOD_RATING, "created": "yesterday"}], "line 3 of the export is wrong"),
        ([HEADING, GOOD_WORK, {k: v for k, v in GOOD_RATING.items() if k != "user"}], "lacks 'user'"),
        ([HEADING, GOOD_WORK, GOOD_RATING, {**GOOD_RATING, "work": work(2).id}], "line 4 .* is not in the export"),
        ([HEADING, GOOD_WORK, {**GOOD_RATING, "kind": "preference", "other": work(1).id}], "preferred to itself"),
    ],
)
def test_a_wrong_line_is_named_and_nothing_is_imported(store, rows, said):
    with pytest.raises(FormatError, match=said) as caught:
        store.import_([row if isinstance(row, str) else json.dumps(row) for row in rows])
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 400 and store.users() == []


def test_a_large_import_is_quick(store):
    lines = [HEADING, *({**GOOD_WORK, "id": work(n).id} for n in range(2500))]
    lines += [{**GOOD_RATING, "work": work(n).id, "user": f"user {n % 40}"} for n in range(2500)]
    assert store.import_(json.dumps(line) for line in lines)["new"] == 2500


def test_forgetting_deletes_for_good(store, tmp_path):
    fill(store)
    store.comment(work(4), "unforgettable-secret", user="ann")
    home = tmp_path / "home"
    assert any(b"unforgettable-secret" in file.read_bytes() for file in home.iterdir())
    assert store.forget("ann") == 4
    for file in home.iterdir():
        assert (
            b"unforgettable-secret" not in file.read_bytes()
            and b"quiet sea" not in file.read_bytes()
            and b"hokusai" not in file.read_bytes()
        )
    assert store.users() == ["ben"] and {f.user for f in store.said()} == {"ben"}
    assert {json.loads(line)["id"] for line in store.export() if '"kind": "work"' in line} == {work(2).id, work(3).id}
    with pytest.raises(UnknownName, match="no user 'ann' in the feedback store; there are: ben"):
        store.forget("ann")


def test_a_backup_is_whole_and_can_be_used(store, tmp_path):
    with pytest.raises(StoreError, match="nothing to back up"):
        store.backup(tmp_path / "backup.sqlite3")
    fill(store)
    path = store.backup(tmp_path / "backup.sqlite3")
    with pytest.raises(OutputError, match="--force"):
        store.backup(path)
    store.backup(path, force=True)
    assert FeedbackStore(tmp_path, url=f"sqlite:///{path}").said() == store.said()
    with pytest.raises(OutputError, match="cannot write"):
        store.backup(tmp_path / "backup.sqlite3" / "below.sqlite3")


def test_it_is_a_safe_sqlite(store):
    fill(store)
    with store._db().read() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "secure_delete")
        }
    assert found == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}


def test_threads_and_processes_rate_at_once(tmp_path):
    home = tmp_path / "home"
    code = (
        "import sys\nfrom pathlib import Path\nfrom artwright import Artwork\nfrom "
        "artwright.core.feedback.store import FeedbackStore\n"
        "store, me = FeedbackStore(Path(sys.argv[1]), busy_s=60), sys.argv[2]\n"
        "for n in range(5): store.rate(Artwork(medium='painting', payload=None, id=f'sha256:{n:064x}'), 3, user=me)\n"
    )
    others = [
        subprocess.Popen([sys.executable, "-c", code, str(home), f"process {n}"], stderr=subprocess.PIPE, text=True)
        for n in range(2)
    ]
    store, failed = FeedbackStore(home, busy_s=60), []

    def rate(name):
        try:
            for n in range(5):
                store.rate(work(n), 4, user=name)
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=rate, args=(f"thread {n}",)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        assert other.communicate(timeout=120)[1] == "" and other.returncode == 0
    assert failed == [] and len(store.ratings()) == 25 and len(store.users()) == 5


def test_memory_serves_several_threads(tmp_path):
    store = FeedbackStore(tmp_path / "home", url="sqlite://")
    threads = [
        threading.Thread(target=lambda n=n: [store.rate(work(i), 3, user=f"u{n}") for i in range(5)]) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(store.ratings()) == 20 and not (tmp_path / "home").exists()
    store.close()


def test_a_locked_database_is_told(tmp_path):
    store = FeedbackStore(tmp_path, busy_s=0.1)
    store.rate(work(1), 3, user="ann")
    holder = sqlite3.connect(tmp_path / "feedback.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="database is locked; another program is writing to it") as caught:
        store.rate(work(2), 3, user="ann")
    assert "\n" not in str(caught.value) and len(store.ratings()) == 1  # readers do not wait for writers
    holder.execute("ROLLBACK")
    holder.close()
    store.rate(work(2), 3, user="ann")


@pytest.mark.parametrize("bytes_", [b"this is no database, " * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_corrupt_database_is_told_and_left_as_it_is(tmp_path, bytes_):
    file = tmp_path / "feedback.sqlite3"
    file.write_bytes(bytes_)
    store = FeedbackStore(tmp_path)
    for act in (store.ratings, lambda: store.rate(work(1), 3, user="ann")):
        with pytest.raises(StoreError, match=r"feedback\.sqlite3.*move the file away") as caught:
            act()
        assert "\n" not in str(caught.value)
    assert file.read_bytes() == bytes_


def test_a_damaged_page_is_told(store, tmp_path):
    fill(store)
    store.close()
    file = tmp_path / "home" / "feedback.sqlite3"
    data = bytearray(file.read_bytes())
    data[4096:] = b"\xa5" * (len(data) - 4096)
    file.write_bytes(data)
    with pytest.raises(StoreError) as caught:
        FeedbackStore(tmp_path / "home").ratings()
    assert "\n" not in str(caught.value)


def test_somebody_elses_database_is_refused(tmp_path):
    with sqlite3.connect(tmp_path / "feedback.sqlite3") as other:
        other.execute("CREATE TABLE songs (id INTEGER)")
    other.close()
    with pytest.raises(StoreError, match="not a feedback database of artwright: it has the tables songs"):
        FeedbackStore(tmp_path).rate(work(1), 3, user="ann")


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root to become a user who may not write"
)
def test_a_read_only_database_can_be_read_and_says_what_it_cannot(tmp_path):
    home = tmp_path / "home"
    with_one = FeedbackStore(home)
    with_one.rate(work(1), 4, user="ann")
    for place in (home, *home.parents):
        if place.stat().st_uid == 0 and str(place).startswith("/tmp/"):
            place.chmod(0o755)
    (home / "feedback.sqlite3").chmod(0o444)
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom artwright import Artwork\nfrom artwright.core.errors "
        "import StoreError\n"
        "from artwright.core.feedback import database, exchange\nfrom artwright.core.feedback.store import "
        "FeedbackStore\nimport alembic.command\n"
        "os.setgid(65534); os.setuid(65534)\nstore = FeedbackStore(Path(sys.argv[1]))\n"
        "for act in (lambda: len(store.ratings()), lambda: store.rate(Artwork(medium='painting', payload=None, "
        "id='sha256:' + '0' * 64), 3, user='x')):\n"
        "    try: print(act())\n    except StoreError as error: print('StoreError', error)\n"
        "try: FeedbackStore(Path(sys.argv[1]) / 'new').rate(Artwork(medium='painting', payload=None, "
        "id='sha256:' + '0' * 64), 3, user='x')\n"
        "except StoreError as error: print('StoreError', error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(home)], capture_output=True, text=True, check=True)
    reading, writing, making = done.stdout.splitlines()
    assert reading == "1" or "make the file and its folder writable" in reading
    assert writing.startswith("StoreError") and "make the file and its folder writable" in writing
    assert making.startswith("StoreError cannot make the folder") and "ARTWRIGHT_HOME" in making


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_told_and_what_was_there_stays(tmp_path):
    FeedbackStore(tmp_path).rate(work(1), 4, user="ann")
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom artwright import Artwork\nfrom "
        "artwright.core.errors import StoreError\n"
        "from artwright.core.feedback.store import FeedbackStore\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))\nstore = FeedbackStore(Path(sys.argv[1]))\n"
        "try:\n    for n in range(50): store.comment(Artwork(medium='painting', payload=None, id='sha256:' + "
        "'0' * 64), 'x' * 9000, user='x')\n"
        "except StoreError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert "free some room on the disk" in done.stdout and done.stdout.count("\n") == 1
    assert len(FeedbackStore(tmp_path).ratings()) == 1


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "kind 'mysql'; there are: postgresql, sqlite"),
        ("nonsense", "not an address"),
        ("postgresql://me:secret@127.0.0.1:1/x", "check that the server runs"),
    ],
)
def test_a_wrong_address_is_told_without_its_password(tmp_path, monkeypatch, url, said):
    monkeypatch.setenv("ARTWRIGHT_DATABASE_URL", url)
    with pytest.raises(StoreError, match=said) as caught:
        FeedbackStore(tmp_path).ratings()
    assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_times_are_utc_with_an_offset(store, tmp_path):
    store.rate(work(1), 3, user="ann")
    store.close()
    with sqlite3.connect(tmp_path / "home" / "feedback.sqlite3") as raw:
        kept = raw.execute("SELECT created FROM ratings").fetchone()[0]
    raw.close()
    assert kept == "2026-03-01T00:01:00.000000+00:00" and datetime.fromisoformat(kept).tzinfo == UTC
