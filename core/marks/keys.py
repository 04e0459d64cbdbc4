"""The keys of a person: those that sign works, and those of others that are trusted.

    keys/ring.json          every key that is known, by its public half: name, own or trusted, dates, what replaced it
    keys/0a1b2c3d4e5f6071.json     the private half of an own key, readable by its owner alone, under a passphrase on wish
    keys/0a1b2c3d4e5f6071.pem      its certificates, where it signed Content Credentials

Keys are of Ed25519 (RFC 8032), whose signatures need no random numbers: the same work signed twice gives the same file.
A key is shown to others as a card, a small JSON that it signed itself; a card of a key that replaced another one is signed by
that one, too, and a card of a revoked key says since when. Who a key belongs to is for people to find out: a key is
trusted when somebody says so.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from ..errors import InputError, StoreError, UnknownName
from ..files import make_folder, now, write_text
from ..home import keys_folder, locks_folder
from ..locks import locked
from .cards import Card, replacing, sign_card
from .certificates import make_chain
from .secret import lock_secret, unlock_secret

__all__ = ["Key", "KeyRing", "Signer"]

_VERSION = 1
_WAIT_S = 30.0
_MAX_RING = 8 << 20


@dataclass(frozen=True, kw_only=True)
class Key:
    """A key that is known.

    key: the public half, 64 hexadecimal digits; name; own: whether the private half is here; trusted; created, expires,
    revoked: dates, "" where there is none; reason: why it was revoked; replaces: the key before it, proof: that key's
    signature on this; replaced_by.
    """

    key: str
    name: str
    own: bool = False
    trusted: bool = False
    created: str = ""
    expires: str = ""
    revoked: str = ""
    reason: str = ""
    replaces: str = ""
    proof: str = ""
    replaced_by: str = ""

    @property
    def short(self) -> str:
        """The first sixteen digits: what a person is shown, and may type."""
        return self.key[:16]

    @property
    def signs(self) -> bool:
        """Whether new works may be signed with it."""
        return self.own and not self.revoked and not self.replaced_by and not self.has_expired

    @property
    def has_expired(self) -> bool:
        """Whether its last day is over."""
        return bool(self.expires) and date.fromisoformat(self.expires) < now().date()

    @property
    def state(self) -> str:
        """ "own", "trusted" or "unknown"; or, before these, "revoked" or "expired"."""
        if self.revoked:
            return "revoked"
        if self.has_expired:
            return "expired"
        return "own" if self.own else "trusted" if self.trusted else "unknown"

    def card(self) -> Card:
        """What others are shown."""
        return Card(
            key=self.key,
            name=self.name,
            created=self.created,
            expires=self.expires,
            revoked=self.revoked,
            reason=self.reason,
            replaces=self.replaces,
            proof=self.proof,
        )


class Signer:
    """A private key, opened. key: its public half, 64 hexadecimal digits."""

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._private = Ed25519PrivateKey.from_private_bytes(secret)
        self.key = self._private.public_key().public_bytes_raw().hex()

    @property
    def public(self) -> Any:
        """The public half as cryptography has it."""
        return self._private.public_key()

    def sign(self, message: bytes) -> str:
        """The signature, 128 hexadecimal digits; the same for the same message."""
        return self._private.sign(message).hex()


class KeyRing:
    """The keys under `home/keys`. Nothing is created before the first key is kept."""

    def __init__(self, home: Path) -> None:
        self._home = Path(home)
        self.folder = keys_folder(self._home)

    def entries(self) -> tuple[Key, ...]:
        """All keys that are known, those of one's own first. Raises StoreError where the list is none."""
        path = self.folder / "ring.json"
        try:
            with open(path, encoding="utf-8") as file:
                row = json.loads(file.read(_MAX_RING))
            if row["version"] != _VERSION:
                raise ValueError(f"it is of version {row['version']!r}, not {_VERSION}")
            keys = [Key(**one) for one in row["keys"]]
        except (FileNotFoundError, NotADirectoryError):
            return ()
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise StoreError(
                f"the list of keys {str(path)!r} cannot be read ({error}); put a copy of it back"
            ) from error
        return tuple(sorted(keys, key=lambda key: (not key.own, key.name, key.created, key.key)))

    def known(self, key: str) -> Key | None:
        """The key of a public half, if it is known."""
        return next((k for k in self.entries() if k.key == key), None)

    def find(self, name: str) -> Key:
        """A key by its name (of several, the one that signs now) or by eight or more of its digits. Raises UnknownName."""
        keys = self.entries()
        named = [k for k in keys if k.name == name] or [k for k in keys if len(name) >= 8 and k.key.startswith(name)]
        if not named:
            raise UnknownName("key", name, {k.name for k in keys}, hint="`artwright keys new NAME` makes one")
        return min(named, key=lambda k: (not k.signs, bool(k.replaced_by)))

    # ------------------------------------------------------------------ own keys

    def new(self, name: str, *, passphrase: str = "", expires: str = "") -> Key:
        """Make a key. expires: its last day, YYYY-MM-DD. Raises InputError if there is one of that name that signs."""
        _check_name(name)
        _check_day(expires)
        with self._edited() as keys:
            if any(k.name == name and k.signs for k in keys.values()):
                raise InputError(f"there is a key {name!r} that signs; `artwright keys rotate {name}` replaces it")
            key = self._make(name, passphrase, expires)
            keys[key.key] = key
        return key

    def rotate(self, name: str, *, passphrase: str = "", new_passphrase: str = "", expires: str = "") -> Key:
        """A new key of the same name, which the old one vouches for; the old one signs no more."""
        _check_day(expires)
        old = self.find(name)
        signer = self.signer(old, passphrase=passphrase)
        with self._edited() as keys:
            new = self._make(old.name, new_passphrase, expires)
            new = replace(new, replaces=old.key, proof=signer.sign(replacing(new.key)))
            keys[new.key] = new
            keys[old.key] = replace(keys[old.key], replaced_by=new.key)
        return new

    def revoke(self, name: str, *, reason: str = "", since: str = "") -> Key:
        """Say that a key, of one's own or of somebody else, counts no more. since: the day; today by default."""
        _check_day(since, past=True)
        old = self.find(name)
        if old.revoked:
            raise InputError(f"the key {old.name!r} ({old.short}) is revoked since {old.revoked} already")
        with self._edited() as keys:
            revoked = replace(
                keys[old.key], revoked=since or now().date().isoformat(), reason=reason[:200], trusted=False
            )
            keys[old.key] = revoked
        return revoked

    def signer(self, key: Key, *, passphrase: str = "") -> Signer:
        """The opened private half. Raises InputError for a key that may not sign, WrongPassphrase, StoreError."""
        if not key.own:
            raise InputError(f"the key {key.name!r} is somebody else's; its private half is not here")
        if not key.signs:
            why = (
                f"is revoked since {key.revoked}"
                if key.revoked
                else f"has expired on {key.expires}"
                if key.has_expired
                else "was replaced"
            )
            raise InputError(
                f"the key {key.name!r} ({key.short}) {why} and signs no more; make one with `artwright keys new`"
            )
        return self.open(key, passphrase=passphrase)

    def open(self, key: Key, *, passphrase: str = "") -> Signer:
        """The private half of an own key, even of one that signs no more works: it may still sign its card. Raises as
        `signer`.
        """
        row = self._private(key)
        secret = unlock_secret(row["secret"], passphrase) if isinstance(row["secret"], dict) else None
        signer = Signer(secret if secret is not None else bytes.fromhex(row["secret"]))
        if signer.key != key.key:
            raise StoreError(f"the file of the key {key.name!r} holds another key; put a copy of it back")
        return signer

    def has_passphrase(self, key: Key) -> bool:
        """Whether the private half is under a passphrase."""
        return key.own and isinstance(self._private(key)["secret"], dict)

    def card(self, key: Key, signer: Signer | None) -> dict[str, Any]:
        """The card of a key to be shown to others, signed by itself where its private half is given."""
        return sign_card(key.card(), signer.sign if signer else None)

    def chain(self, key: Key, signer: Signer) -> str:
        """The certificates of an own key in PEM, made when they are first asked for."""
        path = self.folder / f"{key.short}.pem"
        if not path.exists():
            since = datetime.fromisoformat(key.created).replace(tzinfo=UTC)
            until = datetime.fromisoformat(key.expires).replace(tzinfo=UTC) + timedelta(days=1) if key.expires else None
            write_text(path, make_chain(signer.public, key.name, since=since, until=until))
        return path.read_text("ascii")

    # ------------------------------------------------------------------ keys of others

    def trust(self, card: Card, *, name: str = "") -> Key:
        """Trust the key of a card, or take in what a new card of a known key says. name: one's own name for it."""
        with self._edited() as keys:
            before = keys.get(card.key)
            named = name or (before.name if before else card.name)
            _check_name(named)
            clash = next(
                (k for k in keys.values() if k.name == named and k.key != card.key and not k.replaced_by), None
            )
            if clash is not None and clash.key != card.replaces:
                raise InputError(
                    f"there is another key {named!r} ({clash.short}); give this one ({card.key[:16]}) a name of its own with --name"
                )
            told = {name: value for name, value in asdict(card).items() if value and name != "name"}
            known = replace(before or Key(key=card.key, name=named), name=named)
            if known.revoked:
                told |= {"revoked": known.revoked, "reason": known.reason}  # nothing takes that back
            key = replace(known, **told)  # digits alone, or an older card, take nothing back that is known
            key = replace(key, trusted=not key.revoked)
            keys[key.key] = key
            if card.replaces in keys:
                keys[card.replaces] = replace(keys[card.replaces], replaced_by=key.key)
        return key

    # ------------------------------------------------------------------ on the disk

    def _make(self, name: str, passphrase: str, expires: str) -> Key:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        secret = Ed25519PrivateKey.generate().private_bytes_raw()
        key = Key(key=Signer(secret).key, name=name, own=True, created=now().date().isoformat(), expires=expires)
        row = {"version": _VERSION, "secret": lock_secret(secret, passphrase) if passphrase else secret.hex()}
        path = self._private_path(key)
        write_text(path, "")  # its mode is set while it holds nothing, and kept
        os.chmod(path, 0o600)
        write_text(path, json.dumps(row) + "\n")
        return key

    def _private(self, key: Key) -> dict[str, Any]:
        path = self._private_path(key)
        try:
            row = json.loads(path.read_text("utf-8"))
            if not isinstance(row, dict) or not isinstance(row.get("secret"), str | dict):
                raise ValueError("it holds no key")
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the private half {str(path)!r} of the key {key.name!r} cannot be read: {error}"
            ) from error
        return row

    def _private_path(self, key: Key) -> Path:
        return self.folder / f"{key.short}.json"

    @contextmanager
    def _edited(self) -> Iterator[dict[str, Key]]:
        """The keys by their public halves, to be changed in the block and written at its end."""
        make_folder(locks_folder(self._home))
        make_folder(self.folder)
        os.chmod(self.folder, 0o700)
        busy = StoreError("another program is changing the list of keys")
        with locked(locks_folder(self._home) / "keys.lock", wait_s=_WAIT_S, busy=lambda: busy):
            keys = {key.key: key for key in self.entries()}
            yield keys
            row = {"version": _VERSION, "keys": [asdict(key) for key in keys.values()]}
            write_text(self.folder / "ring.json", json.dumps(row, indent=1, ensure_ascii=False) + "\n")


def _check_name(name: str) -> None:
    if not name or len(name) > 64 or not name.isprintable() or name != name.strip():
        raise InputError(f"{name!r} is no name for a key; 1 to 64 characters are, without spaces at the ends")


def _check_day(day: str, *, past: bool = False) -> None:
    if not day:
        return
    try:
        given = date.fromisoformat(day)
    except ValueError as error:
        raise InputError(f"{day!r} is no day; write it as YYYY-MM-DD") from error
    if past and given > now().date():
        raise InputError(f"{day} is still to come; a key is revoked since today or an earlier day")
    if not past and given < now().date():
        raise InputError(f"{day} is over; a key expires today or later")
