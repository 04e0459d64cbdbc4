"""Where works get their marks: before they are written, and in the file when it is there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from ..artwork import Artwork, Medium
from ..errors import FormatError, InputError
from ..manifest import sidecar
from .containers.parts import keeps_parts
from .embedding import put_label
from .issuing import CARRIERS, check_issuer, issue
from .keys import Key, KeyRing, Signer
from .labels import MAKING, label_of, visible_words
from .reading.sources import read_said
from .seals import close_seal, with_blank_seal
from .secret import ask_passphrase
from .wishes import Wishes

__all__ = ["FIRST_KEY", "Marker"]

_log = logging.getLogger("artwright")

FIRST_KEY = "mine"
"""The name of a key that is made when a work is signed and there is none."""


class Marker:
    """Gives works the marks that a person wants, with the keys of a home. find: the file of a work that is kept, by its id."""

    def __init__(self, home: Path, wishes: Wishes, find: Callable[[str], Path | None] = lambda id_: None) -> None:
        self.wishes = wishes
        self.ring = KeyRing(home)
        self._find = find

    @cached_property
    def signer(self) -> Signer:
        """The private key, opened once. Raises InputError where it cannot be, StoreError."""
        key = self._key
        return self.ring.signer(key, passphrase=ask_passphrase(key.name) if self.ring.has_passphrase(key) else "")

    @cached_property
    def _key(self) -> Key:
        if self.wishes.key:
            return self.ring.find(self.wishes.key)
        own = [key for key in self.ring.entries() if key.signs]
        if len(own) > 1:
            names = ", ".join(key.name for key in own)
            raise InputError(
                f"there are several keys that sign: {names}; choose one with --key NAME or `artwright marks set --key NAME`"
            )
        if own:
            return own[0]
        key = self.ring.new(FIRST_KEY)
        _log.warning(
            "the key %r (%s) was made to sign with; it lies in %s: keep a copy", key.name, key.short, self.ring.folder
        )
        return key

    def before(self, work: Artwork, medium: Medium) -> Artwork:
        """The work as it is to be written: with the words that must be seen in it, and room for its seal."""
        if words := visible_words(work, self.wishes.mark):
            work = replace(work, payload=medium.with_words(work.payload, words))
        return with_blank_seal(work, self.signer.key, dated=self.wishes.dated) if self.wishes.sign else work

    def after(self, path: Path, work: Artwork) -> None:
        """Mark the file that was written of the work that `before` gave."""
        label = label_of(work, self.wishes.mark, author=self.wishes.author, licence=self.wishes.licence)
        if label is not None:
            put_label(path, label)
        issues = self._issues(path, work)
        # the library writes the whole file anew, or the seal beside it is of all of its bytes
        after_it = issues and (sidecar(path).is_file() or not keeps_parts(path))
        if self.wishes.sign and not after_it:
            close_seal(path, work, self.signer)
        if issues:
            issue(path, work, self.signer, self.ring.chain(self._key, self.signer), find=self._find)
        if self.wishes.sign and after_it:
            close_seal(path, work, self.signer, beside=True)

    def _issues(self, path: Path, work: Artwork) -> bool:
        """Whether a file gets credentials; where it does not though something asks for it, that is told."""
        made = work.provenance
        if not self.wishes.credentials:
            if made is not None and any(self._has_credentials(id_) for id_ in made.parents[:20]):
                _log.warning(
                    "what %s was made from has Content Credentials, which end here; --c2pa carries them on", path.name
                )
            return False
        check_issuer()
        if path.suffix.lower() not in CARRIERS:
            _log.warning("%s files carry no Content Credentials; those that do: %s", path.suffix, ", ".join(CARRIERS))
        elif made is None or made.operation not in MAKING:
            _log.warning("%s gets no Content Credentials: nothing is known of how it was made", path.name)
        else:
            return True
        return False

    def _has_credentials(self, id_: str) -> bool:
        file = self._find(id_)
        try:
            return file is not None and read_said(file).c2pa
        except FormatError:
            return False
