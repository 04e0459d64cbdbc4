"""`artwright keys`: keys that sign works, and those of others that are trusted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import FormatError, InputError
from ..home import home_path
from .parameters import force_option, json_option
from .printing import note, show, show_rows
from .session import pass_studio

if TYPE_CHECKING:
    from ..marks.keys import Key, KeyRing
    from ..studio import Studio

__all__ = ["keys"]

_name = click.argument("name")
_passphrase_option = click.option(
    "--passphrase", is_flag=True, help="Keep the private half under a passphrase, asked for now."
)
_keyring_option = click.option("--keyring", is_flag=True, help="Put the passphrase into the system's keyring.")
_expires_option = click.option("--expires", default="", metavar="DAY", help="The last day that it counts, YYYY-MM-DD.")
_LOST = "a passphrase that is lost cannot be found again, and the key with it: revoke it then, and make another"
_MAX_CARD = 1 << 16


@click.group()
def keys() -> None:
    """Keys that sign works, and those of others that you trust.

    A key has a private half, which stays in the home of artwright, and a public half, which others need to check what you
    signed: hand them its card (`artwright keys export`).
    """


@keys.command()
@_name
@_passphrase_option
@_keyring_option
@_expires_option
def new(name: str, passphrase: bool, keyring: bool, expires: str) -> None:
    """Make a key called NAME."""
    ring = _ring()
    told = _new_passphrase(name, passphrase, keyring)
    key = ring.new(name, passphrase=told, expires=expires)
    _keep(name, told, keyring)
    show(f"{key.key}  {key.name}")
    note(f"its private half lies in {str(ring.folder)!r}, readable by you alone: keep a copy of that folder")


@keys.command("list")
@json_option
def list_keys(as_json: bool) -> None:
    """The keys that are known, those of your own first."""
    rows = [_row(key) for key in _ring().entries()]
    show_rows(
        rows,
        lambda row: show(f"{row['key'][:16]}  {row['state']:<9}{row['name']}{_more(row)}"),
        name="keys",
        as_json=as_json,
    )


@keys.command()
@_name
@click.option("--output", type=click.Path(path_type=Path), help="The file for it (default: standard output).")
@force_option
def export(name: str, output: Path | None, force: bool) -> None:
    """The card of a key, to hand to others: its public half, signed by itself."""
    from ..files import check_output, write_text
    from ..marks.secret import ask_passphrase

    ring = _ring()
    if output is not None:
        check_output(output, force=force)
    key = ring.find(name)
    if not key.own and not key.revoked:
        raise InputError(f"the key {key.name!r} ({key.short}) is somebody else's: ask them for its card")
    signer = None
    if key.own:
        signer = ring.open(key, passphrase=ask_passphrase(key.name) if ring.has_passphrase(key) else "")
    text = json.dumps(ring.card(key, signer), indent=1, ensure_ascii=False) + "\n"
    if output is None:
        click.echo(text, nl=False)
    else:
        write_text(output, text)
        show(str(output))


@keys.command()
@click.argument("card", metavar="CARD|KEY")
@click.option("--name", default="", help="Your name for it.")
def trust(card: str, name: str) -> None:
    """Trust somebody's key from now on: the card that they gave you, or its 64 digits.

    The card of a key that replaced one you trust, or of a key that was revoked, is taken in the same way.
    """
    from ..marks.cards import read_card

    path, ring = Path(card), _ring()
    try:
        data: bytes | str = card
        if path.is_file():
            with open(path, "rb") as file:
                data = file.read(_MAX_CARD + 1)
        read = read_card(data)
    except (OSError, ValueError, FormatError) as error:
        raise InputError(f"{card[:80]!r}: {error}") from error
    if not name and not read.name and ring.known(read.key) is None:
        raise InputError("digits alone have no name; give the key one with --name")
    replaced = ring.known(read.replaces) if read.replaces else None
    key = ring.trust(read, name=name)
    show(f"{key.key}  {key.name}")
    if key.revoked:
        note(f"it is revoked since {key.revoked}: what it signed counts no more")
    elif replaced is not None:
        note(f"it replaces {replaced.name!r} ({replaced.short}), which vouches for it")


@keys.command()
@_name
@_passphrase_option
@_keyring_option
@_expires_option
def rotate(name: str, passphrase: bool, keyring: bool, expires: str) -> None:
    """Replace a key of your own by a new one, for which the old one vouches. What the old one signed still counts."""
    from ..marks.secret import ask_passphrase

    ring = _ring()
    old = ring.find(name)
    told = ask_passphrase(old.name) if ring.has_passphrase(old) else ""
    new = _new_passphrase(name, passphrase, keyring)
    key = ring.rotate(name, passphrase=told, new_passphrase=new, expires=expires)
    _keep(name, new, keyring)
    show(f"{key.key}  {key.name}")
    note(f"it replaces {old.short}; hand its card to those who trust the old one: `artwright keys export {key.name}`")


@keys.command()
@_name
@click.option("--reason", default="", help="Why, for those who meet it.")
@click.option("--since", default="", metavar="DAY", help="Since when, YYYY-MM-DD (default: today).")
def revoke(name: str, reason: str, since: str) -> None:
    """Say that a key counts no more: one of your own that was lost or stolen, or somebody else's. It cannot be taken back."""
    key = _ring().revoke(name, reason=reason, since=since)
    note(f"{key.name!r} ({key.short}) is revoked since {key.revoked}")
    if key.own:
        note(f"tell others: hand them its card, `artwright keys export {key.short}`")


@keys.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--key", metavar="NAME", help="The key to sign with, if there are several.")
@force_option
@pass_studio
def sign(studio: Studio, files: tuple[Path, ...], key: str | None, force: bool) -> None:
    """Sign files of any kind that are there already: a page, a book, a work of your own. What is signed lies beside each.

    Works that artwright writes are signed with `--sign`, where their format has room in the file itself.
    """
    from dataclasses import replace

    from ..files import check_output
    from ..manifest import Manifest, read_beside, sidecar
    from ..marks.marking import Marker
    from ..marks.seals import seal_beside

    signer = Marker(studio.home, replace(studio.marks, key=key or studio.marks.key)).signer
    for file in files:
        if not file.is_file():
            raise InputError(f"there is no file {str(file)!r}")
        there = read_beside(file)
        if there != Manifest() and not there.is_bare_seal:
            raise InputError(f"{str(file)!r} has a manifest of artwright beside it; write the work again with --sign")
        check_output(sidecar(file), force=force)
    for file in files:
        show(str(seal_beside(file, signer)))


def _ring() -> KeyRing:
    from ..marks.keys import KeyRing

    return KeyRing(home_path())


def _new_passphrase(name: str, wanted: bool, keep: bool) -> str:
    from ..marks.secret import ask_passphrase, check_keyring

    if not wanted and not keep:
        return ""
    if keep:
        check_keyring()
    note(_LOST)
    return ask_passphrase(name, new=True)


def _keep(name: str, passphrase: str, wanted: bool) -> None:
    """Put a passphrase into the keyring, once the key is made: a refusal leaves the one of the key before."""
    from ..marks.secret import keep_passphrase

    if wanted:
        keep_passphrase(name, passphrase)


def _row(key: Key) -> dict[str, Any]:
    from dataclasses import asdict

    row = {k: v for k, v in asdict(key).items() if k != "proof"}
    return {**row, "state": key.state, "signs": key.signs}


def _more(row: dict[str, Any]) -> str:
    parts = [f"revoked since {row['revoked']}"] if row["revoked"] else []
    parts += [f"until {row['expires']}"] if row["expires"] else []
    parts += [f"replaced by {row['replaced_by'][:16]}"] if row["replaced_by"] else []
    return f"  ({', '.join(parts)})" if parts else ""
