"""What the feedback store acknowledges is so: whatever the clock does, who else reads, what a file holds."""

import json
import os
import random
import sqlite3
import threading
import time
from datetime import UTC, datetime, timedelta

import pytest
from artwright import Artwork
from artwright.core.artwork import Provenance
from artwright.core.errors import ArtwrightError, Cancelled, FormatError, OutputError, StoreError, UnknownName
from artwright.core.feedback import exchange
from artwright.core.feedback.database import Database
from artwright.core.feedback.schema import VERSION_TABLE
from artwright.core.feedback.store import FeedbackStore

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
MOMENT = "2026-01-01T00:00:00+00:00"
HEADING = {"kind": "artwright-feedback", "version": 1, "created": MOMENT}
WORK = {
    "kind": "work",
    "id": f"sha256:{1:064x}",
    "medium": "painting",
    "title": "",
    "model": "",
    "style": "",
    "created": MOMENT,
}
RATING = {"kind": "rating", "user": "ann", "work": WORK["id"], "stars": 3, "created": MOMENT}


def work(number, medium="painting", **kwargs):
    return Artwork(medium=medium, payload=None, id=f"sha256:{number:064x}", title=f"work {number}", **kwargs)


def store_at(url, tmp_path, *moments):
    """A store whose clock tells these moments, the last one for ever."""
    told = list(moments)
    return FeedbackStore(tmp_path, url=url, clock=lambda: told.pop(0) if len(told) > 1 else told[0])


# the clock


@pytest.mark.parametrize(
    "later",
    [timedelta(0), timedelta(microseconds=-1), timedelta(days=-400), timedelta(seconds=1)],
    ids=["stands still", "steps back", "years back", "goes on"],
)
def test_the_last_thing_said_counts_whatever_the_clock_does(url, tmp_path, later):
    first, second = (FeedbackStore(tmp_path, url=url, clock=lambda at=at: at) for at in (NOW, NOW + later))
    first.rate(work(1), 1, user="ann")
    first.comment(work(1), "one", user="ann")
    first.prefer(work(1), work(2), user="ann")
    said = [second.rate(work(1), 5, user="ann"), second.comment(work(1), "two", user="ann")]
    said.append(second.prefer(work(1), work(2), user="ann"))
    assert [f.stars for f in second.ratings()] == [5]
    assert [f.text for f in second.said("comment")] == ["two", "one"] and len(second.preferences()) == 2
    assert all(one in second.said() for one in said)  # what is told is what is stored
    assert {f.created for f in said} == {
        (NOW + max(later, timedelta(microseconds=1))).isoformat(timespec="microseconds")
    }


def test_a_rating_of_the_last_moment_there_is_can_be_replaced(url, tmp_path):
    FeedbackStore(tmp_path, url=url, clock=lambda: datetime.max.replace(tzinfo=UTC)).rate(work(1), 1, user="ann")
    store = FeedbackStore(tmp_path, url=url, clock=lambda: NOW)
    assert store.rate(work(1), 4, user="ann").stars == 4 == store.ratings()[0].stars


def test_a_tag_that_is_there_is_told_as_it_is(url, tmp_path):
    store = store_at(url, tmp_path, NOW, NOW, NOW + timedelta(days=1))
    assert store.tag(work(1), "sea", user="ann") == store.tag(work(1), "SEA", user="ann") == store.said("tag")[0]


@pytest.mark.parametrize("created", ["9999-12-31T00:00:00+00:00", "2026-03-03T00:00:00+00:00", "2126-01-01T00:00:00Z"])
def test_an_import_from_the_future_is_refused(url, tmp_path, created):
    store = FeedbackStore(tmp_path, url=url, clock=lambda: NOW)
    for row in (RATING, {**RATING, "kind": "comment", "text": "x"}, {**RATING, "kind": "tag", "text": "x"}):
        with pytest.raises(FormatError, match=r"line 3 .* is in the future"):
            store.import_(map(json.dumps, [HEADING, WORK, {**row, "created": created}]))
    store.import_(map(json.dumps, [HEADING, WORK, {**RATING, "created": "2026-03-01T20:00:00+00:00"}]))  # a zone ahead
    store.rate(work(1), 5, user="ann")
    assert [f.stars for f in store.ratings()] == [5]


def test_comments_of_one_microsecond_are_all_kept_once(url, tmp_path):
    rows = [{**RATING, "kind": "comment", "text": text} for text in ("one", "two", "one", "three")]
    lines = [json.dumps(row) for row in (HEADING, WORK, *rows)]
    store = FeedbackStore(tmp_path, url=url)
    assert store.import_(lines)["new"] == 3 and store.import_(lines)["new"] == 0
    assert {f.text for f in store.said("comment")} == {"one", "two", "three"}
    assert store.import_(list(store.export()))["new"] == 0


# forgetting, backups, damage


def test_forgetting_beside_a_reader_says_that_traces_may_remain_and_goes_on(tmp_path):
    store = FeedbackStore(tmp_path, busy_s=0.2)
    store.comment(work(1), "unforgettable-secret", user="secret-ann")
    store.comment(work(1), "fine", user="ben")
    reading = FeedbackStore(tmp_path).export()
    next(reading), next(reading)  # an export that is not at its end
    with pytest.raises(StoreError, match=r"was deleted, but traces .* run this again") as caught:
        store.forget("secret-ann")
    assert "\n" not in str(caught.value) and store.users() == ["ben"]
    with pytest.raises(StoreError, match="traces"):  # asked again, while it is still read
        store.forget("secret-ann")
    reading.close()
    with pytest.raises(UnknownName, match="secret-ann"):
        store.forget("secret-ann")
    for file in tmp_path.iterdir():
        assert b"unforgettable" not in file.read_bytes() and b"secret-ann" not in file.read_bytes(), file


def damage(file, places, seed=0):
    """Overwrite bytes of a file."""
    rng = random.Random(seed)
    with open(file, "r+b") as stream:
        for place in places:
            stream.seek(place)
            stream.write(rng.randbytes(24))


@pytest.fixture
def grown(tmp_path):
    """A store of several pages, closed."""
    store = FeedbackStore(tmp_path / "home")
    for n in range(12):
        store.comment(work(n), "calm " * 150, user=f"user {n % 3}")
    return store


def test_a_damaged_database_is_not_backed_up_over_a_good_one(grown, tmp_path):
    copy = grown.backup(tmp_path / "copy.sqlite3")
    good = copy.read_bytes()
    file = tmp_path / "home" / "feedback.sqlite3"
    damage(file, range(4096 * 2 + 8, file.stat().st_size, 4096))
    for force in (True, False):
        place = copy if force else tmp_path / "other.sqlite3"
        with pytest.raises(StoreError, match=r"no backup was written|move the file away") as caught:
            grown.backup(place, force=force)
        assert "\n" not in str(caught.value)
    assert copy.read_bytes() == good and sorted(p.name for p in tmp_path.iterdir()) == ["copy.sqlite3", "home"]
    assert grown.check() and FeedbackStore(tmp_path, url=f"sqlite:///{copy}").check() == []


@pytest.mark.parametrize("end", ["", "-wal", "-shm"])
def test_a_backup_or_an_export_is_never_put_over_the_database(grown, tmp_path, end):
    place = tmp_path / "home" / ".." / "home" / f"feedback.sqlite3{end}"
    with pytest.raises(OutputError, match="the feedback database itself"):
        grown.backup(place, force=True)
    with pytest.raises(OutputError, match="the feedback database itself"):
        grown.check_place(place)
    assert len(grown.said()) == 12


def test_whatever_page_is_damaged_the_answer_is_one_line(grown, tmp_path):
    file = tmp_path / "home" / "feedback.sqlite3"
    whole = file.read_bytes()
    found = 0
    for seed in range(24):
        file.write_bytes(whole)
        rng = random.Random(seed)
        damage(file, [rng.randrange(100, len(whole) - 24) for _ in range(1 + seed % 5)], seed)
        for act in (
            lambda s: s.said(),
            lambda s: list(s.export()),
            lambda s: s.features("painting"),
            lambda s: s.rate(work(99), 3, user="user 1"),
            lambda s: s.backup(tmp_path / "copy", force=True),
            lambda s: s.forget("user 2"),
        ):
            try:
                act(FeedbackStore(tmp_path / "home"))
            except ArtwrightError as error:
                assert "\n" not in str(error)
                found += 1
        FeedbackStore(tmp_path / "home").check()
    assert found > 10


@pytest.mark.parametrize(
    "act", [lambda s: s.users(), lambda s: s.rate(work(1), 3, user="ann"), lambda s: s.forget("a")]
)
def test_an_empty_file_or_a_lost_version_is_told(tmp_path, act):
    empty = tmp_path / "feedback.sqlite3"
    empty.write_bytes(b"")
    with pytest.raises(StoreError, match="is an empty file: what it held is lost"):
        act(FeedbackStore(tmp_path))
    assert FeedbackStore(tmp_path).check() and empty.read_bytes() == b""
    empty.unlink()
    FeedbackStore(tmp_path).rate(work(1), 3, user="a")
    with sqlite3.connect(empty) as connection:
        connection.execute(f"DELETE FROM {VERSION_TABLE}")
    connection.close()
    with pytest.raises(StoreError, match="has lost its version: it is damaged; bring back a backup"):
        act(FeedbackStore(tmp_path))
    assert "lost its version" in FeedbackStore(tmp_path).check()[0]


def test_values_that_we_cannot_have_written_are_told_as_damage(grown, tmp_path):
    file = tmp_path / "home" / "feedback.sqlite3"
    whole = file.read_bytes()
    for statement in (
        "UPDATE comments SET created = 'yesterday'",
        "UPDATE works SET features = '{\"x\": '",
        "UPDATE users SET name = CAST(x'fffe' AS TEXT) WHERE id = 1",
    ):
        file.write_bytes(whole)
        with sqlite3.connect(file) as connection:
            connection.execute(statement)
        connection.close()
        with pytest.raises(StoreError, match=r"damaged|move the file away") as caught:
            grown.said(), list(grown.export()), grown.users()
        assert "\n" not in str(caught.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_may_only_be_read_is_read(grown, tmp_path):
    home = tmp_path / "home"
    (home / "feedback.sqlite3").chmod(0o400)
    home.chmod(0o500)
    try:
        assert len(FeedbackStore(home).said()) == 12
        with pytest.raises(StoreError, match="make the file and its folder writable"):
            FeedbackStore(home).rate(work(1), 3)
    finally:
        home.chmod(0o700)


def test_a_file_that_may_only_be_read_is_opened_so(grown, tmp_path, monkeypatch):
    file = tmp_path / "home" / "feedback.sqlite3"
    monkeypatch.setattr(os, "access", lambda path, how: how != os.W_OK)
    before = sorted(p.name for p in file.parent.iterdir())
    assert len(FeedbackStore(tmp_path / "home").said()) == 12
    with pytest.raises(StoreError, match="make the file and its folder writable"):
        FeedbackStore(tmp_path / "home").rate(work(1), 3)
    assert sorted(p.name for p in file.parent.iterdir()) == before


def test_what_was_said_is_readable_by_its_owner_alone(grown, tmp_path):
    file = tmp_path / "home" / "feedback.sqlite3"
    assert file.stat().st_mode & 0o077 == 0 and [p.name for p in file.parent.iterdir()] == ["feedback.sqlite3"]


# imports


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([{**RATING, "created": "0001-01-01T00:00:00+23:59"}], "is none in UTC"),
        ([{**RATING, "created": "9999-12-31T23:59:59-23:59"}], "is none in UTC"),
        ([{**RATING, "created": 7}], "TypeError"),
        ([{**RATING, "user": "\ud800"}], "cannot hold the character"),
        ([{**RATING, "kind": "comment", "text": "a\0b"}], "cannot hold the character"),
        ([{**RATING, "kind": "tag", "text": ["x"]}], "'text' is not text"),
        ([{**RATING, "stars": 10**400}], "1 to 5 stars, not 1000"),
        ([{**RATING, "kind": ["rating"]}], "no kind of feedback"),
        ([{**WORK, "features": {"x": 10**400}}], "finite numbers"),
        ([{**WORK, "features": {"x": True}}], "finite numbers"),
        ([{**WORK, "features": {"a\0b": 1}}], "cannot hold NUL"),
        ([{**WORK, "title": "half \udc80"}], "cannot hold NUL or half a character"),
        ([{**WORK, "model": "m" * 201}], "at most 200"),
        (['{"kind": "work", "features": {"x": 1e999}}'], "finite numbers|lacks"),
        (["9" * 5000], "line 3"),
        (["[" * 50_000], "line 3"),
        (["\0" * 10], "line 3"),
        (["x" * (exchange.MAX_LINE + 1)], "longer than"),
    ],
)
def test_odd_lines_are_told_in_one(url, tmp_path, rows, said):
    store = FeedbackStore(tmp_path, url=url, clock=lambda: NOW)
    lines = [row if isinstance(row, str) else json.dumps(row) for row in (HEADING, WORK, *rows)]
    with pytest.raises(FormatError, match=said) as caught:
        store.import_(lines)
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500 and "line 3" in str(caught.value)
    assert store.users() == []


def test_all_wrong_lines_are_named_and_nothing_is_imported(tmp_path):
    rows = [{**RATING, "stars": n} for n in range(40)] + [{**RATING, "work": work(2).id}]
    store = FeedbackStore(tmp_path)
    with pytest.raises(FormatError) as caught:
        store.import_(map(json.dumps, [HEADING, WORK, *rows]))
    told = str(caught.value)
    assert "line 3 of the export is wrong: a rating has 1 to 5 stars, not 0; line 9:" in told
    assert "and 26 more lines; nothing was imported" in told and "\n" not in told and store.users() == []


@pytest.mark.parametrize(
    "start", ["", "\ufeff", "\n", "\ufeff\n \n", "\r\n"], ids=["plain", "bom", "blank", "both", "crlf"]
)
def test_marks_and_blank_lines_at_the_start_do_not_matter(tmp_path, start):
    text = start + "\n".join(map(json.dumps, [HEADING, WORK, RATING])) + "\n"
    assert FeedbackStore(tmp_path).import_(text.split("\n"))["new"] == 1
    with pytest.raises(FormatError, match="must be the heading"):
        FeedbackStore(tmp_path).import_((start + json.dumps(WORK)).split("\n"))


def rows_of(count):
    """An export of ratings, each of its own work."""
    works = [{**WORK, "id": work(n).id} for n in range(count)]
    return [HEADING, *works, *({**RATING, "work": row["id"]} for row in works)]


def test_others_write_while_an_import_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "_ROWS", 50)
    store, waits, done = FeedbackStore(tmp_path), [], threading.Event()
    store.rate(work(5000), 3, user="ben")

    def rate():
        other = FeedbackStore(tmp_path)
        while not done.is_set():
            began = time.monotonic()
            other.rate(work(5000), 4, user="ben")
            waits.append(time.monotonic() - began)
            time.sleep(0.02)

    thread = threading.Thread(target=rate)
    thread.start()
    try:
        assert store.import_(map(json.dumps, rows_of(600)))["new"] == 600
    finally:
        done.set()
        thread.join()
    assert len(waits) > 3 and max(waits) < 3


def test_an_import_that_is_stopped_says_how_far_it_came_and_goes_on(url, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "_ROWS", 50)
    real, calls, stop = Database.transact, [], []

    def stopping(self, act):
        calls.append(act)
        if len(calls) == 4:
            raise stop.pop()
        return real(self, act)

    monkeypatch.setattr(Database, "transact", stopping)
    lines = [json.dumps(row) for row in rows_of(100)]
    store = FeedbackStore(tmp_path, url=url)
    for problem, error in ((KeyboardInterrupt(), Cancelled), (StoreError("disk is full"), StoreError)):
        calls.clear()
        stop.append(problem)
        with pytest.raises(error, match="150 of 200 rows are stored; import the file again"):
            store.import_(lines)
    monkeypatch.setattr(Database, "transact", real)
    assert store.import_(lines)["new"] == 50 and len(store.ratings()) == 100


def test_works_that_are_forgotten_during_an_import_come_back(url, tmp_path, monkeypatch):
    monkeypatch.setattr(exchange, "_ROWS", 50)
    store, other = FeedbackStore(tmp_path, url=url), FeedbackStore(tmp_path, url=url)
    transact = Database.transact

    def between(self, act):
        result = transact(self, act)
        if self is store._db() and "eve" in other.users():
            other.forget("eve")  # deletes the works that nobody spoke of yet
        return result

    other.rate(work(999), 1, user="eve")
    monkeypatch.setattr(Database, "transact", between)
    lines = [json.dumps(row) for row in rows_of(60)]
    assert store.import_(lines)["new"] == 60 and len(store.ratings()) == 60


def test_a_work_with_any_manifest_can_be_rated(url, tmp_path):
    for n, created in enumerate(
        ("0001-01-01T00:00:00+23:59", "yesterday", "2026-01-01T00:00:00", "9999-12-31T23:59:59-12:00")
    ):
        made = Provenance(operation="generate", medium="painting", model="m" * 500, style="s\udc80\0", created=created)
        odd = Artwork(medium="painting", payload=None, id=work(n).id, title="a\0b \ud800", provenance=made)
        FeedbackStore(tmp_path, url=url).rate(odd, 3, user="ann", features={"x\udc80": 1.0})
    store = FeedbackStore(tmp_path, url=url)
    assert len(store.ratings()) == 4
    assert FeedbackStore(tmp_path / "other").import_(store.export())["new"] == 4


# speed


def test_the_newest_are_found_by_an_index(tmp_path):
    store = FeedbackStore(tmp_path)
    store.rate(work(1), 3, user="ann")
    from sqlalchemy import event

    seen = []
    event.listen(
        store._db()._open(), "before_cursor_execute", lambda c, cur, text, par, ctx, many: seen.append((text, par))
    )
    for kind in ("rating", "preference", "tag", "comment"):
        store.said(kind, limit=20)
        store.said(kind, user="ann", limit=20)
    with sqlite3.connect(tmp_path / "feedback.sqlite3") as connection:
        for text, parameters in seen:
            if "LIMIT" in text and "ORDER BY" in text:
                plan = " ".join(str(row[3]) for row in connection.execute("EXPLAIN QUERY PLAN " + text, parameters))
                index = "_user_id" if "users.name = " in text.split("LIMIT")[0] else "_created"
                assert index in plan and "SCAN users" not in plan, plan
    connection.close()
    assert len([t for t, _ in seen if "LIMIT" in t and "ORDER BY" in t]) == 8


@pytest.mark.slow
def test_a_million_ratings_are_listed_at_once(tmp_path):
    store = FeedbackStore(tmp_path)
    store.rate(work(0), 3, user="ann")
    with sqlite3.connect(tmp_path / "feedback.sqlite3") as connection:
        rows = ((f"user {n}", MOMENT) for n in range(10))
        connection.executemany("INSERT INTO users (name, created) VALUES (?, ?)", rows)
        rows = ((work(n).id, MOMENT) for n in range(1, 100_000))
        connection.executemany(
            "INSERT INTO works (id, medium, title, model, style, created) VALUES (?, 'painting', '', '', '', ?)", rows
        )
        rows = (
            (2 + n // 100_000, work(n % 100_000).id, (NOW + timedelta(seconds=n)).isoformat()) for n in range(10**6)
        )
        connection.executemany("INSERT INTO ratings (user_id, work_id, stars, created) VALUES (?, ?, 3, ?)", rows)
    connection.close()
    store.said(limit=1)
    for asked in ({}, {"user": "user 3"}, {"medium": "painting"}, {"medium": "music"}, {"work": work(7).id}):
        began = time.monotonic()
        assert len(store.said("rating", limit=20, **asked)) == {"music": 0}.get(
            asked.get("medium"), 10 if "work" in asked else 20
        )
        assert time.monotonic() - began < 0.2, asked
