"""`artwright doctor --security`: open homes and keys are wrong, the rest is told."""

from __future__ import annotations

import json
import os

import pytest
from artwright.core.home import home_path
from artwright.core.marks.keys import KeyRing

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has permissions of its own")


def rows_of(done):
    return {row["check"]: row for row in json.loads(done.text)["checks"]}


def test_an_open_home_and_open_keys_are_wrong(call):
    home = home_path()
    home.chmod(0o755)
    key = KeyRing(home).new("ann")
    done = call("doctor", "--security", "--json")
    rows = rows_of(done)
    assert done.code == 1 and not rows["home"]["ok"] and "chmod 700" in rows["home"]["found"]
    assert rows["private keys"]["ok"] and "without a passphrase: ann" in rows["keys"]["found"]
    home.chmod(0o700)
    assert call("doctor", "--security").code == 0
    (home / "keys" / f"{key.short}.json").chmod(0o644)
    done = call("doctor", "--security", "--json")
    assert done.code == 1 and "revoke" in rows_of(done)["private keys"]["found"]


def test_what_is_not_in_order_is_told(call, tmp_path):
    from marked_works import studio_of, work_of

    home_path().chmod(0o700)
    studio = studio_of(home_path())
    studio.library.add(work_of(studio, "literature", tmp_path))
    rows = rows_of(call("doctor", "--security", "--json"))
    assert "1 of 1 works are not in it" in rows["register"]["found"] and "are not signed" in rows["signing"]["found"]
    assert call("works", "register").code == 0 and call("marks", "set", "--sign").code == 0
    rows = rows_of(call("doctor", "--security", "--json"))
    assert rows["register"]["found"] == "all works are in it" and rows["signing"]["found"].startswith(
        "works are signed"
    )
    (home_path() / "keys" / "ring.json").write_text("{")
    done = call("doctor", "--security", "--json")
    assert done.code == 1 and not rows_of(done)["keys"]["ok"]
