"""The feedback store on each kind of database: migrations from every version, and the same behaviour in PostgreSQL."""

import json
import threading

import pytest
from artwright import Artwork
from artwright.core.errors import StoreError
from artwright.core.feedback.database import Database, alembic_config, parse_url
from artwright.core.feedback.schema import HEAD, VERSION_TABLE, VERSIONS, Base
from artwright.core.feedback.store import FeedbackStore


def work(number, medium="painting"):
    return Artwork(medium=medium, payload=None, id=f"sha256:{number:064x}", title=f"work {number}")


def fill(store):
    store.rate(work(1), 5, user="ann", features={"light": 0.5})
    store.rate(work(2), 2, user="ben")
    store.rate(work(2), 3, user="ben")
    store.prefer(work(1), work(2), user="ann", other_features={"light": 0.1})
    store.tag(work(1), "sea", user="ann")
    store.tag(work(1), "sea", user="ann")
    store.comment(work(3, "music"), "像雨 ♪", user="ben")


def test_the_same_is_said_of_each_kind(url, tmp_path):
    store = FeedbackStore(tmp_path, url=url)
    fill(store)
    assert [(f.kind, f.user, f.stars, f.text) for f in store.said()] == [
        ("comment", "ben", None, "像雨 ♪"),
        ("tag", "ann", None, "sea"),
        ("preference", "ann", None, ""),
        ("rating", "ben", 3, ""),
        ("rating", "ann", 5, ""),
    ]
    assert all(f.created.endswith("+00:00") for f in store.said())
    assert store.features("painting") == {work(1).id: {"light": 0.5}, work(2).id: {"light": 0.1}}
    lines = list(store.export())
    other = FeedbackStore(tmp_path / "other")
    assert other.import_(lines)["new"] == 5 and list(other.export())[1:] == lines[1:]
    assert store.import_(lines)["new"] == 0
    assert store.forget("ann") == 3 and store.users() == ["ben"] and [f.stars for f in store.ratings()] == [3]
    assert {json.loads(line).get("id") for line in store.export()} == {None, work(2).id, work(3).id}
    if url.startswith("postgresql"):
        with pytest.raises(StoreError, match="pg_dump") as caught:
            store.backup(tmp_path / "copy")
        assert "artist@" in str(caught.value)


def test_many_write_at_once_from_nothing(url, tmp_path):
    failed = []

    def rate(name):
        store = FeedbackStore(tmp_path, url=url, busy_s=60)
        try:
            for n in range(4):
                store.rate(work(n), 4, user=name)
        except StoreError as error:
            failed.append(error)

    threads = [threading.Thread(target=rate, args=(f"user {n % 2}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and len(FeedbackStore(tmp_path, url=url).ratings()) == 8


def migrate_to(url, version):
    """A database of a version of the past."""
    from alembic import command

    database = Database(parse_url(url))
    engine = database._create()
    with engine.connect() as connection, connection.begin():
        command.upgrade(alembic_config(connection), version)
    engine.dispose()
    return database


def write_rows(url):
    """Rows as the oldest version had them."""
    from sqlalchemy import text

    engine = Database(parse_url(url))._create()
    moment = "2026-01-01T00:00:00.000000+00:00"
    with engine.connect() as connection, connection.begin():
        connection.execute(text(f"INSERT INTO users (id, name, created) VALUES (1, 'ann', '{moment}')"))
        for n in (1, 2):
            values = f"'{work(n).id}', 'painting', 't', 'm', '', '{moment}'"
            connection.execute(text(f"INSERT INTO works (id, medium, title, model, style, created) VALUES ({values})"))
        connection.execute(
            text(
                f"INSERT INTO ratings (id, user_id, work_id, stars, created) VALUES (1, 1, '{work(1).id}', 4, "
                f"'{moment}')"
            )
        )
        connection.execute(
            text(
                f"INSERT INTO preferences (id, user_id, work_id, other_id, created) VALUES (1, 1, '{work(1).id}', "
                f"'{work(2).id}', '{moment}')"
            )
        )
        connection.execute(
            text(
                f"INSERT INTO tags (id, user_id, work_id, tag, created) VALUES (1, 1, '{work(1).id}', 'sea', "
                f"'{moment}')"
            )
        )
        connection.execute(
            text(
                f"INSERT INTO comments (id, user_id, work_id, text, created) VALUES (1, 1, '{work(1).id}', 'fine', "
                f"'{moment}')"
            )
        )
        if engine.dialect.name == "postgresql":
            for table in ("users", "ratings", "preferences", "tags", "comments"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', 1)"))
    engine.dispose()


@pytest.mark.parametrize("version", VERSIONS)
def test_each_older_version_is_brought_up_with_its_rows(url, tmp_path, version):
    migrate_to(url, version)
    write_rows(url)
    store = FeedbackStore(tmp_path, url=url)
    assert [(f.kind, f.user, f.work) for f in store.said()] == [
        (kind, "ann", work(1).id) for kind in ("rating", "preference", "tag", "comment")
    ]
    store.rate(work(2), 2, user="ann", features={"light": 1.0})
    assert [f.stars for f in store.ratings()] == [2, 4] and store.features("painting") == {work(2).id: {"light": 1.0}}
    assert store.forget("ann") == 5


def test_the_models_describe_what_the_migrations_make(url):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlalchemy import text

    engine = migrate_to(url, HEAD)._create()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == HEAD
    engine.dispose()


def test_the_list_of_versions_is_that_of_the_scripts(tmp_path):
    from alembic.script import ScriptDirectory

    engine = Database(parse_url("sqlite://"))._create()
    with engine.connect() as connection:
        scripts = ScriptDirectory.from_config(alembic_config(connection))
        assert [s.revision for s in scripts.walk_revisions()][::-1] == list(
            VERSIONS
        ) and scripts.get_current_head() == HEAD
    engine.dispose()


def test_a_newer_version_is_refused_and_left_as_it_is(url, tmp_path):
    from sqlalchemy import text

    fill(FeedbackStore(tmp_path, url=url))
    engine = Database(parse_url(url))._create()
    with engine.connect() as connection, connection.begin():
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '0099'"))
    for act in (
        lambda s: s.ratings(),
        lambda s: s.rate(work(1), 1, user="ann"),
        lambda s: s.forget("ann"),
        lambda s: list(s.export()),
    ):
        with pytest.raises(
            StoreError, match=f"has version 0099, newer than this artwright knows \\({HEAD}\\); update it"
        ) as caught:
            act(FeedbackStore(tmp_path, url=url))
        assert "\n" not in str(caught.value)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM ratings")).scalar() == 2
    engine.dispose()


def test_a_migration_that_fails_changes_nothing(url, tmp_path, monkeypatch):
    from sqlalchemy import inspect, text

    database = migrate_to(url, "0001")
    write_rows(url)
    engine = database._create()
    with engine.connect() as connection, connection.begin():
        connection.execute(text("ALTER TABLE works ADD COLUMN features INTEGER"))  # what 0002 will want to add
    with pytest.raises(StoreError) as caught:
        FeedbackStore(tmp_path, url=url).ratings()
    assert "\n" not in str(caught.value)
    with engine.connect() as connection:
        assert connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar() == "0001"
        assert (
            len(inspect(connection).get_table_names()) == 7
            and connection.execute(text("SELECT count(*) FROM comments")).scalar() == 1
        )
    engine.dispose()


def test_a_server_that_is_gone_is_told(server, tmp_path):
    with pytest.raises(StoreError, match="does not exist") as caught:
        FeedbackStore(tmp_path, url=server("no_such_database")).ratings()
    assert "\n" not in str(caught.value)


def test_another_programs_tables_are_left_alone(server, tmp_path):
    import psycopg

    with psycopg.connect(server("postgres"), autocommit=True) as connection:
        for name in ("shared_elsewhere", "shared_clash"):
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    for name, table in (("shared_elsewhere", "alembic_version"), ("shared_clash", "works")):
        with psycopg.connect(server(name), autocommit=True) as connection:
            connection.execute(f"CREATE TABLE {table} (version_num text)")
    FeedbackStore(tmp_path, url=server("shared_elsewhere")).rate(work(1), 3, user="ann")
    with pytest.raises(StoreError, match="it has the tables works and no version"):
        FeedbackStore(tmp_path, url=server("shared_clash")).rate(work(1), 3, user="ann")
