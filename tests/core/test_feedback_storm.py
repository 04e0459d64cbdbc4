"""The feedback store under fire: many writers of which some are killed, and each step of a transaction failing in turn.

What was acknowledged is there, once; what failed left nothing by halves.
"""

import ctypes.util
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time

import pytest
from artwright import Artwork
from artwright.core.errors import StoreError
from artwright.core.feedback.store import FeedbackStore
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

WRITERS = 8


def work(number):
    return Artwork(medium="painting", payload=None, id=f"sha256:{number:064x}", title=f"work {number}")


# Each writer says things under its own name and under one that all share, of works that all share, and appends what was
# acknowledged to its own file: a killed process loses nothing that it has written.
WRITER = """
import os, sys
from pathlib import Path
from artwright import Artwork
from artwright.core.feedback.store import FeedbackStore

url, folder, count = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])

def write(me):
    store = FeedbackStore(folder, url=url, busy_s=60)
    with open(folder / f"told {me}", "ab", buffering=0) as told:
        start = sum(1 for _ in open(told.name))
        for n in range(start, count):
            works = [Artwork(medium="painting", payload=None, id=f"sha256:{(n * 7 + me * 3 + i) % 40:064x}") for i in (0, 1)]
            works.sort(key=lambda w: w.id, reverse=bool(me % 2))
            said = store.comment(works[0], f"{me} {n} {os.getpid()}", user="all")
            store.prefer(*works, user=f"writer {me}")
            store.rate(works[1], 1 + n % 5, user="all")
            told.write(f"{n} {os.getpid()}\\n".encode())

FeedbackStore(folder, url=url).users()
for line in sys.stdin:  # "me": begin that writer in a process of its own
    me = int(line)
    process = os.fork()
    if process == 0:
        try:
            write(me)
        except BaseException as error:
            (folder / "failed").open("a").write(f"{me}: {error}\\n")
            os._exit(1)
        os._exit(0)
    print(process, flush=True)
    if me == -1:
        break
"""


def storm(url, folder, *, count, kills):
    """Eight writers say `count` things each; `kills` times one of them is killed and begun again."""
    rng = random.Random(7)
    nursery = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, str(folder), str(count)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def begin(me):
        nursery.stdin.write(f"{me}\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())

    def is_done(me):
        told = folder / f"told {me}"
        return told.exists() and len(told.read_bytes().splitlines()) >= count

    running = {me: begin(me) for me in range(WRITERS)}
    try:
        for _ in range(kills):
            time.sleep(rng.uniform(0.02, 0.15))
            me = rng.randrange(WRITERS)
            os.kill(running[me], signal.SIGKILL)
            running[me] = begin(me)
        until = time.monotonic() + 240
        while not all(map(is_done, range(WRITERS))):
            assert not (folder / "failed").exists(), (folder / "failed").read_text()
            assert time.monotonic() < until, "the writers do not come to an end"
            time.sleep(0.05)
    finally:
        nursery.kill()
        nursery.wait()
        nursery.stdin.close()
        nursery.stdout.close()


def check_storm(url, folder, count):
    store = FeedbackStore(folder, url=url)
    assert store.check() == []
    told = {me: (folder / f"told {me}").read_text().split("\n")[:-1] for me in range(WRITERS)}
    acknowledged = {f"{me} {line}" for me, lines in told.items() for line in lines}
    assert len(acknowledged) == WRITERS * count
    stored = [f.text for f in store.said("comment")]
    assert len(stored) == len(set(stored)) and acknowledged <= set(stored)
    for me in range(WRITERS):
        at_least = len(told[me])
        at_most = len([text for text in stored if text.startswith(f"{me} ")])
        assert at_least <= len(store.preferences(user=f"writer {me}")) <= at_most
    ratings = [f.work for f in store.ratings(user="all")]
    assert len(ratings) == len(set(ratings)) > 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_eight_writers_of_which_some_are_killed_lose_and_double_nothing(url, tmp_path):
    storm(url, tmp_path, count=5, kills=8)
    check_storm(url, tmp_path, 5)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_long_storm(url, tmp_path):
    storm(url, tmp_path, count=150, kills=60)
    check_storm(url, tmp_path, 150)


def test_writers_who_lock_each_other_out_try_again(server, url, tmp_path):
    """PostgreSQL undoes one of two transactions that wait for each other; that one is done again."""
    if not url.startswith("postgresql"):
        pytest.skip("SQLite has one writer")
    import psycopg

    store = FeedbackStore(tmp_path, url=url)
    store.rate(work(1), 3, user="ann")
    tries = []
    engine = store._db()._open()

    def refuse(connection, cursor, statement, parameters, context, many):
        if "INSERT INTO comments" in statement and len(tries) < 3:
            tries.append(statement)
            kind = psycopg.errors.DeadlockDetected if len(tries) % 2 else psycopg.errors.SerializationFailure
            raise OperationalError(statement, parameters, kind("deadlock detected"))

    event.listen(engine, "before_cursor_execute", refuse)
    store.comment(work(1), "still here", user="ann")
    assert len(tries) == 3 and [f.text for f in store.said("comment")] == ["still here"]


# each statement and each commit failing in turn


def grow(store):
    """What the fault tests try, one acknowledgement after the other."""
    yield lambda: store.rate(work(1), 2, user="ann", features={"light": 0.5})
    yield lambda: store.rate(work(1), 5, user="ann")
    yield lambda: store.comment(work(1), "calm", user="ann")
    yield lambda: store.prefer(work(2), work(1), user="ben")
    yield lambda: store.tag(work(1), "sea", user="ben")
    yield lambda: store.forget("ben") if "ben" in store.users() else 0


def test_whichever_statement_fails_all_or_nothing_is_stored(url, tmp_path):
    whole = FeedbackStore(tmp_path, url=url)
    whole.users()
    failed = 0
    for number in range(12):
        before = whole.said()
        for act in grow(whole):
            engine, seen = whole._db()._open(), []

            def fail(*arguments, seen=seen, number=number):
                seen.append(1)
                if len(seen) == number + 1:
                    raise OperationalError("statement", {}, sqlite3.OperationalError("disk I/O error"))

            for name in ("before_cursor_execute", "commit"):
                event.listen(engine, name, fail)
            try:
                said = act()
                event.remove(engine, "before_cursor_execute", fail)
                event.remove(engine, "commit", fail)
                now = whole.said()
                assert isinstance(said, int) or said in now
                before = now
            except StoreError as error:
                event.remove(engine, "before_cursor_execute", fail)
                event.remove(engine, "commit", fail)
                failed += 1
                assert "\n" not in str(error)
                if "traces" in str(error):
                    before = whole.said()
                assert whole.said() == before
        if number > 3 and "ann" in whole.users():
            whole.forget("ann")
    assert failed > 15 and whole.check() == []


SHIM = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/types.h>
static int turn = -1, seen = 0;
static int fails(void) {
    if (turn < 0) { const char *t = getenv("FAIL_TURN"); turn = t ? atoi(t) : 0; }
    return turn && ++seen == turn;
}
#define REAL(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))
ssize_t pwrite64(int f, const void *b, size_t n, off_t o);
ssize_t pwrite64(int f, const void *b, size_t n, off_t o) {
    if (fails()) { errno = ENOSPC; return -1; }
    return REAL(pwrite64)(f, b, n, o);
}
int fsync(int f);
int fsync(int f) { if (fails()) { errno = EIO; return -1; } return REAL(fsync)(f); }
int fdatasync(int f);
int fdatasync(int f) { if (fails()) { errno = EIO; return -1; } return REAL(fdatasync)(f); }
int ftruncate64(int f, off_t n);
int ftruncate64(int f, off_t n) { if (fails()) { errno = EIO; return -1; } return REAL(ftruncate64)(f, n); }
__attribute__((visibility("default"))) void begin_turn(int n) { turn = n; seen = 0; }
__attribute__((visibility("default"))) int seen_turns(void) { return seen; }
"""
FAULTS = """
import ctypes, json, shutil, sys
from pathlib import Path
from artwright import Artwork
from artwright.core.errors import ArtwrightError, UnknownName
from artwright.core.feedback.store import FeedbackStore

shim, base = ctypes.CDLL(sys.argv[1]), Path(sys.argv[2])
work = lambda n: Artwork(medium="painting", payload=None, id=f"sha256:{n:064x}")
acts = [
    lambda s: s.rate(work(1), 5, user="ann"),
    lambda s: s.comment(work(1), "calm " * 900, user="ann"),
    lambda s: s.prefer(work(2), work(1), user="ben"),
    lambda s: s.backup(s.home / "copy"),
    lambda s: s.forget("ben"),
]
FeedbackStore(base / "made").rate(work(9), 3, user="cleo")
turn, found, step, new = 0, [], int(sys.argv[3]), False
while True:
    turn += step * 8 if new else step
    home = base / str(turn)
    if not new:
        shutil.copytree(base / "made", home)
    store = FeedbackStore(home, busy_s=0.1)
    store.home = home
    known, faults = [], 0
    shim.begin_turn(turn)
    for act in acts:
        before = shim.seen_turns()
        try:
            said = act(store)
        except UnknownName:
            continue  # what ben said was not stored
        except ArtwrightError as error:
            assert "\\n" not in str(error), error
            assert before < turn <= shim.seen_turns(), error
            faults += 1
            continue
        known = [k for k in known if k.user != "ben"] if isinstance(said, int) else known + [said] * hasattr(said, "kind")
    done = shim.seen_turns() < turn
    shim.begin_turn(0)
    again = FeedbackStore(home)
    stored = again.said() if (home / "feedback.sqlite3").exists() else []
    lost = [k for k in known if k not in stored and k.user != "ben"]
    found.append({"turn": turn, "lost": len(lost), "wrong": again.check(), "faults": faults,
                  "left": [p.name for p in home.iterdir() if p.name.startswith(".")] if home.exists() else []})
    shutil.rmtree(home, ignore_errors=True)
    if done and not new:
        turn, new = 0, True  # and now from nothing
    elif done:
        break
print(json.dumps(found))
"""


@pytest.mark.skipif(shutil.which("cc") is None or not ctypes.util.find_library("dl"), reason="needs a C compiler (cc)")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs LD_PRELOAD")
@pytest.mark.parametrize("step", [4, pytest.param(1, marks=pytest.mark.slow)])
def test_whichever_write_or_fsync_fails_what_was_acknowledged_is_there(tmp_path, step):
    source, shim = tmp_path / "shim.c", tmp_path / "shim.so"
    source.write_text(textwrap.dedent(SHIM))
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", shim, source, "-ldl"], check=True, capture_output=True)
    environment = {**os.environ, "LD_PRELOAD": str(shim)}
    done = subprocess.run(
        [sys.executable, "-c", FAULTS, str(shim), str(tmp_path / "homes"), str(step)],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) > 40 / step and sum(row["faults"] for row in found) >= len(found) // 2
    assert [row for row in found if row["lost"] or row["wrong"] or row["left"]] == []
