"""What a film is made of: pictures, words and sounds among the works it is given, and its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .....core.artwork import Artwork, Text
from .....core.errors import InputError
from .....core.requests import Context, GenerateRequest
from .....core.theme import read_words
from .options import EditorOptions

__all__ = ["Sources", "choose_title", "find_unused", "sort_sources"]

MAX_PICTURES = 40
MAX_TITLE = 60  # characters of a theme that may stand as a title


@dataclass(frozen=True)
class Sources:
    """Sources by their part in the film: words are those whose payload is a `Text`, sounds those whose medium writes
    `.wav`, and everything else is a picture.
    """

    pictures: tuple[Artwork, ...]
    words: tuple[Artwork, ...]
    sounds: tuple[Artwork, ...]

    @property
    def stanzas(self) -> list[list[str]]:
        """The lines of all words, by stanza."""
        return [list(stanza) for work in self.words for stanza in work.payload.stanzas]


def sort_sources(works: tuple[Artwork, ...], context: Context) -> Sources:
    """Sources by part. Raises InputError if there is no picture."""
    words = tuple(w for w in works if isinstance(w.payload, Text))
    sounds = tuple(w for w in works if w not in words and ".wav" in context.media[w.medium].writes)
    pictures = tuple(w for w in works if w not in words and w not in sounds)
    if not pictures:
        given = ", ".join(w.medium for w in works) or "nothing"
        raise InputError(
            f"a film needs a picture to show and got {given}; give a painting with --from FILE (and words and music "
            f"in the same way)"
        )
    if len(pictures) > MAX_PICTURES:
        raise InputError(f"a film got {len(pictures)} pictures; it takes up to {MAX_PICTURES}")
    return Sources(pictures, words, sounds)


def choose_title(sources: Sources, request: GenerateRequest[EditorOptions]) -> str:
    """The title that was asked for, else that of the words, else the theme, cut at a word if it is long."""
    title = request.options.title
    if not title:
        title = next((work.payload.title for work in sources.words if work.payload.title), "") or request.theme.text
        if len(title) > MAX_TITLE:
            cut = title[: MAX_TITLE - 2]
            cut = cut.rsplit(" ", 1)[0] if title[:MAX_TITLE].isascii() else cut
            title = cut.rstrip(" ,;:，、；。") + "…"
    return title[:1].upper() + title[1:]


def find_unused(request: GenerateRequest[EditorOptions], texts: Sequence[str]) -> tuple[str, ...]:
    """Words of the theme that are neither shown nor among those that a source was made from and used."""
    if request.theme.source:
        return ()
    shown = set(read_words(" ".join(texts))[0])
    for work in request.sources:
        provenance = work.provenance
        if provenance is not None and provenance.theme:
            unused = read_words(" ".join(provenance.unused))[0]
            shown |= {str(word) for word in provenance.theme.get("words", ())}.difference(unused)
    return tuple(word for word in request.theme.words if word not in shown)
