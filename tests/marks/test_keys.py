"""Keys: made, listed, handed over, replaced, revoked; under a passphrase; and what is told of bad ones."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pytest
from artwright import Studio
from artwright.core.errors import FormatError, InputError, StoreError, UnknownName
from artwright.core.home import home_path
from artwright.core.marks.cards import read_card
from artwright.core.marks.keys import KeyRing
from artwright.core.marks.secret import WrongPassphrase, ask_passphrase, lock_secret, unlock_secret
from artwright.core.marks.wishes import Wishes, read_wishes
from marked_works import studio_of, work_of


@pytest.fixture
def ring(tmp_path):
    return KeyRing(tmp_path / "home")


def card_of(ring, name):
    key = ring.find(name)
    return read_card(json.dumps(ring.card(key, ring.open(key))))


def test_a_key_is_for_its_owner_alone(ring):
    assert ring.entries() == () and not ring.folder.exists()
    key = ring.new("ann")
    (private,) = (p for p in ring.folder.iterdir() if p.name != "ring.json")
    assert stat.S_IMODE(private.stat().st_mode) == 0o600 and stat.S_IMODE(ring.folder.stat().st_mode) == 0o700
    assert key.key not in private.read_text() and json.loads(private.read_text())["secret"] not in str(ring.entries())
    assert ring.signer(key).sign(b"x") == ring.signer(key).sign(b"x"), "the same thing signed twice is the same"
    with pytest.raises(InputError, match=r"keys rotate ann"):
        ring.new("ann")


def test_a_passphrase_locks_a_key(ring, monkeypatch):
    key = ring.new("ann", passphrase="open sesame")
    assert ring.has_passphrase(key)
    with pytest.raises(WrongPassphrase, match="not the right one"):
        ring.signer(key, passphrase="open barley")
    assert ring.signer(key, passphrase="open sesame").key == key.key
    monkeypatch.setenv("ARTWRIGHT_PASSPHRASE", "open sesame")
    assert ask_passphrase("ann") == "open sesame"
    row = lock_secret(b"secret", "a")
    assert unlock_secret(row, "a") == b"secret" and lock_secret(b"secret", "a") != row
    for bad in ({**row, "locked": "00" + row["locked"][2:]}, {**row, "cost": 1 << 40}, {}, {**row, "salt": "zz"}):
        with pytest.raises(WrongPassphrase):
            unlock_secret(bad, "a")


def test_a_card_is_trusted_and_its_successor_known(ring, tmp_path):
    theirs = KeyRing(tmp_path / "theirs")
    old = theirs.new("bea", expires="2999-01-01")
    assert ring.trust(card_of(theirs, "bea")).state == "trusted"
    new = theirs.rotate("bea")
    assert (new.replaces, theirs.find("bea").key, theirs.known(old.key).signs) == (old.key, new.key, False)
    assert ring.trust(card_of(theirs, "bea")).state == "trusted"
    assert ring.known(old.key).replaced_by == new.key and ring.known(old.key).state == "trusted"
    theirs.revoke("bea", reason="stolen", since="2026-01-02")
    ring.trust(card_of(theirs, new.short))
    known = ring.known(new.key)
    assert (known.state, known.revoked, known.reason) == ("revoked", "2026-01-02", "stolen")
    with pytest.raises(InputError, match="revoked since 2026-01-02 and signs no more"):
        theirs.signer(theirs.find("bea"))
    with pytest.raises(InputError, match="already"):
        theirs.revoke("bea")


def test_forged_cards_are_refused(ring, tmp_path):
    theirs = KeyRing(tmp_path / "theirs")
    old, mine = theirs.new("bea"), ring.new("eve")
    row = theirs.card(old, theirs.signer(old))
    stolen = ring.card(mine, ring.signer(mine)) | {"replaces": old.key, "proof": row["signature"]}
    hostile = (
        row | {"name": "someone else"},
        row | {"expires": "2999-01-01"},
        {k: v for k, v in row.items() if k != "signature"},
        stolen,
        row | {"key": mine.key},
        row | {"name": "a\x1b[2J"},
        row | {"created": "soon"},
        row | {"key": 3},
    )
    for bad in (*map(json.dumps, hostile), "", "{", b"\xff\xfe", "[]", "ab" * 31, "x" * 100_000):
        with pytest.raises(FormatError, match="it is no key"):
            read_card(bad)
    assert read_card("AB" * 32 + "\n").key == "ab" * 32


def test_a_name_is_of_one_key(ring, tmp_path):
    ring.new("bea")
    theirs = KeyRing(tmp_path / "theirs")
    theirs.new("bea")
    with pytest.raises(InputError, match="there is another key 'bea'"):
        ring.trust(card_of(theirs, "bea"))
    assert ring.trust(card_of(theirs, "bea"), name="Bea").name == "Bea"
    with pytest.raises(UnknownName, match="no key 'bee'"):
        ring.find("bee")
    for bad in ("", " a", "a\nb", "x" * 65):
        with pytest.raises(InputError, match="no name for a key"):
            ring.new(bad)
    for bad in ("tomorrow", "2001-01-01"):
        with pytest.raises(InputError):
            ring.new("cia", expires=bad)


def test_a_broken_list_is_one_line(ring):
    key = ring.new("ann")
    (ring.folder / "ring.json").write_text("{")
    with pytest.raises(StoreError, match="cannot be read"):
        ring.entries()
    (ring.folder / f"{key.short}.json").write_text("{}")
    with pytest.raises(StoreError, match="cannot be read"):
        ring.signer(key)


def test_the_commands_sign_trust_and_revoke(call, tmp_path, monkeypatch):
    studio = studio_of(tmp_path / "studio", sign=True)
    path = studio.save(work_of(studio, "literature", tmp_path), tmp_path / "poem.md")
    theirs = studio.marker.ring
    assert call("verify", path).text.count("a key that is not known here") == 1
    card = tmp_path / "card.json"
    card.write_text(json.dumps(theirs.card(theirs.find("mine"), studio.marker.signer)))
    assert call("keys", "trust", card, "--name", "Bea").code == 0
    told = json.loads(call("verify", path, "--json").text)
    assert (told["verdict"], told["signature"], told["signed_by"]) == ("unchanged", "trusted", "Bea")
    assert "trusted  Bea" in call("keys", "list").text
    assert call("keys", "revoke", "Bea", "--since", "2026-02-03", "--reason", "lost").code == 0
    done = call("verify", path)
    assert done.code == 1 and "revoked since 2026-02-03: lost" in done.text
    assert call("keys", "trust", "ab" * 31).code == 2 and call("keys", "trust", "cd" * 32).code == 2
    assert "no key" in call("keys", "export", "nobody").err
    monkeypatch.setenv("ARTWRIGHT_PASSPHRASE", "sesame")
    made = call("keys", "new", "ann", "--passphrase")
    assert made.code == 0 and "cannot be found again" in made.err
    assert call("keys", "export", "ann", "--output", "ann.json").code == 0
    assert read_card((tmp_path / "ann.json").read_text()).name == "ann"
    assert call("keys", "rotate", "ann").code == 0
    assert json.loads(call("keys", "list", "--json").text)["keys"][0]["name"] == "ann"


def test_what_works_get_is_said_once(call, tmp_path):
    assert "sign: no" in call("marks").text
    assert call("keys", "new", "ann").code == 0 and call("keys", "new", "bob").code == 0
    work = work_of(studio_of(home_path()), "literature", tmp_path)
    with pytest.raises(InputError, match="several keys that sign: ann, bob"):
        studio_of(home_path(), sign=True).save(work, tmp_path / "a.md")
    assert not (tmp_path / "a.md").exists()
    assert json.loads(call("marks", "set", "--sign", "--key", "ann", "--json").text)["key"] == "ann"
    assert call("marks", "set", "--key", "eve").code == 2
    assert read_wishes(home_path()) == Wishes(sign=True, key="ann")
    Studio(home_path()).save(work, tmp_path / "a.md")
    assert "signed by 'ann'" in call("verify", "a.md").text


@pytest.mark.slow  # two pictures are painted
def test_what_works_get_is_said_for_a_run(call):
    assert call("keys", "new", "ann").code == 0 and call("keys", "new", "bob").code == 0
    asked = ("painting", "generate", "rain", "-m", "sketch", "-o", "size", "64", "--seed", "1", "--output")
    assert call(*asked, "b.png", "--sign", "--key", "bob").code == 0
    assert "signed by 'bob'" in call("verify", "b.png").text
    assert call("marks", "set", "--sign", "--key", "ann").code == 0
    again = call("replay", "b.png", "--output", "c.png", "--no-sign")
    assert again.code == 0 and "signature: none" in call("verify", "c.png").text


def test_the_ancestry_of_a_work_is_a_tree(call, tmp_path):
    studio = studio_of(home_path())
    source = work_of(studio, "literature", tmp_path)
    studio.library.add(source)
    work = work_of(studio, "painting", tmp_path)
    made = replace(
        work.provenance, theme={"text": "rain", "source": source.id}, parents=(source.id, "sha256:" + "e" * 64)
    )
    studio.save(work.with_(provenance=made), tmp_path / "b.png")
    done = call("verify", "b.png", "--ancestry")
    assert done.code == 0 and f"theme: {source.short_id}  literature, River" in done.text
    assert f"  style: {'ab' * 6}  not in the library" in done.text and f"style: {'e' * 12}  not" in done.text
    tree = json.loads(call("verify", "b.png", "--ancestry", "--json").text)["ancestry"]
    assert [(row["role"], row["kept"], len(row["parents"])) for row in tree] == [
        ("theme", True, 1),
        ("style", False, 0),
    ]


@pytest.mark.parametrize("name", ["page.html", "book.epub", "data.json", "poem.txt", "own.png"])
def test_files_of_any_kind_are_signed_beside(call, tmp_path, name):
    from PIL import Image

    path = tmp_path / name
    if name.endswith(".png"):
        Image.new("RGB", (20, 20), "teal").save(path)
    else:
        path.write_text("Title\n\nA line of words,\nand another.\n")
    before = studio_of(tmp_path / "x").load(path).payload if name.endswith((".txt", ".png")) else None
    assert call("keys", "new", "ann").code == 0 and call("keys", "sign", name).code == 0
    done = call("verify", name)
    assert done.code == 0 and "verdict: unchanged" in done.text and "signed by 'ann'" in done.text
    if before is not None:
        assert studio_of(tmp_path / "x").load(path).payload == before, "it is read as it was"
    path.write_bytes(path.read_bytes() + b" ")
    assert call("verify", name).code == 1
    assert call("keys", "sign", name).code == 1 and call("keys", "sign", name, "--force").code == 0
    assert call("verify", name).code == 0
    assert call("keys", "sign", "nothing.txt").code == 2


def test_a_work_of_artwright_is_not_signed_beside(call, tmp_path):
    studio = studio_of(home_path())
    studio.save(work_of(studio, "literature", tmp_path), tmp_path / "a.txt")
    refused = call("keys", "sign", "a.txt", "--force")
    assert refused.code == 2 and "write the work again with --sign" in refused.err


def test_what_is_known_of_a_key_is_not_taken_back_by_digits_or_an_old_card(tmp_path):
    ring = KeyRing(tmp_path)
    old = ring.new("ann")
    card = old.card()
    ring.rotate("ann")
    ring.trust(card, name="ann-before")
    again = ring.find(old.key[:16])
    assert again.own and again.created == old.created and not again.signs
    ring.trust(type(card)(key=old.key), name="ann-before")
    assert ring.find(old.key[:16]).created == old.created


def test_a_revoked_card_that_names_a_key_it_does_not_replace_is_none(tmp_path):
    ring = KeyRing(tmp_path)
    row = ring.card(ring.revoke(ring.new("eve").name), None)
    row.pop("signature", None)
    mine = ring.new("ann")
    with pytest.raises(FormatError, match="has not vouched for it"):
        read_card(json.dumps({**row, "replaces": mine.key}))
