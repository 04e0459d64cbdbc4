"""Literature as a medium: the payload is a `Text`, in English or Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...core.artwork import Artwork, Medium, Provenance, Text
from ...core.errors import FormatError

if TYPE_CHECKING:
    from PIL.Image import Image

    from ...core.originality import Fingerprint
    from ...core.style import Style
    from ...core.theme import Theme

__all__ = ["Literature", "work_of"]


class Literature(Medium):
    """Verse and prose in plain text or Markdown, at most 10 MB; Chinese is kept in simplified characters."""

    name = "literature"
    summary = "verse that keeps its form and prose with a voice, in English and Chinese"
    reads = (".txt", ".md")
    writes = (".txt", ".md")

    def content(self, payload: Any) -> bytes:
        """Lines and stanzas as UTF-8; form and title do not count."""
        return str(payload).encode("utf-8")

    def check(self, payload: Any) -> None:
        """Raise FormatError for a text without words, or longer than what is read."""
        from .formats.files import MAX_BYTES

        text = str(payload)
        if not any(character.isalnum() for character in text):
            raise FormatError("the text holds no words")
        if len(text) > MAX_BYTES // 4:
            raise FormatError(f"the text has {len(text):,} characters; texts of up to {MAX_BYTES >> 20} MiB are read")

    def load(self, path: Path) -> Artwork:
        """The text in a file, its language and form found where the file does not say. Raises
        FormatError in one line.
        """
        from .formats.files import read_text
        from .formats.payload import make_text

        path = Path(path)
        if path.suffix.lower() not in self.reads:
            raise FormatError(f"{str(path)!r} is not a text file; literature reads {', '.join(self.reads)}")
        found = read_text(path)
        notes = dict(found.notes)
        text, changes = make_text(
            found.stanzas,
            title=found.title,
            author=found.author,
            details=found.manifest.details,
            is_own=found.is_own,
        )
        notes |= changes
        provenance = found.manifest.provenance
        if provenance is None and notes:
            provenance = Provenance(operation="load", medium=self.name, notes=notes)
        remarks = (notes["manifest"],) if "manifest" in notes else ()
        return self.artwork(text, title=text.title, provenance=provenance, remarks=remarks)

    def save(self, artwork: Artwork, path: Path) -> None:
        """Write the text; the manifest goes into the front matter (.md) or beside the file (.txt)."""
        from ...core.manifest import manifest_text
        from .formats.files import write_work

        path = Path(path)
        if path.suffix.lower() not in self.writes:
            raise FormatError(
                f"literature is not written as {path.suffix or path.name!r}; use {' or '.join(self.writes)}"
            )
        text: Text = artwork.payload
        titled = artwork.with_(title=artwork.title or text.title)
        details = {"form": text.form, "language": text.language, "author": text.author}
        file_id = self.file_id(text)
        write_work(replace(text, title=titled.title), path, manifest_text(titled, details=details, file_id=file_id))

    def with_words(self, payload: Any, words: str) -> Text:
        """The text with some words in a stanza of their own at its end."""
        text: Text = payload
        return replace(text, stanzas=(*text.stanzas, (f"({words})",)))

    def preview(self, artwork: Artwork, *, width: int = 640) -> Image:
        """The text as a page, RGB."""
        from .formats.page import draw_page

        return draw_page(artwork.payload, artwork.title, width=width)

    def theme(self, artwork: Artwork) -> Theme:
        """Words, images and mood of the text."""
        from .lm.features import theme_of

        return theme_of(artwork)

    def features(self, artwork: Artwork) -> dict[str, float]:
        """Some thirty numbers on length, rhythm, words, images, mood and sound, the same names in both languages."""
        from .lm.features import features_of

        return features_of(artwork)

    def kinds(self) -> tuple[str, ...]:
        """The languages."""
        return ("en", "zh")

    def kind_of(self, theme: Theme, style: Style | None, options: Mapping[str, Any]) -> str:
        """The language that is asked for, the form's, the style's or the theme's."""
        from .models.poet.choice import language_of

        return language_of(theme, style, options)

    def fingerprint(self, artwork: Artwork) -> Fingerprint | None:
        """Chinese characters or English words; None for a text in another language."""
        from .lm.originality import fingerprint_of

        return fingerprint_of(artwork.payload)

    def indexes(self) -> tuple[Path, ...]:
        """Known poems and pages of both languages."""
        from .lm.originality import INDEXES

        return tuple(INDEXES / f"{name}.safetensors" for name in ("verse-zh", "prose-zh", "verse-en", "prose-en"))

    def lessons(self) -> Mapping[str, str]:
        """The tones of regulated verse, the metre of English lines."""
        where = f"{__package__}.teaching"
        return {"tones": f"{where}.tones:Tones", "metre": f"{where}.metre:Metre"}

    def describe(self, artwork: Artwork) -> str:
        """The text itself, with its title."""
        title = artwork.title or artwork.payload.title
        return f"{title}\n\n{artwork.payload}" if title else str(artwork.payload)

    def html(self, artwork: Artwork, files: Mapping[str, str]) -> str:
        """An article with the title and the stanzas."""
        from html import escape

        text: Text = artwork.payload
        body = "".join(f"<p>{'<br>'.join(escape(line) for line in stanza)}</p>" for stanza in text.stanzas)
        title = artwork.title or text.title
        head = f"<h2>{escape(title)}</h2>" if title else ""
        kind = "prose" if text.form.startswith("prose") else "verse"
        return (
            f'<article class="literature {kind}" '
            f'lang="{escape("zh-Hans" if text.language == "zh" else text.language)}">{head}{body}</article>'
        )


def work_of(
    text: Text,
    notes: Mapping[str, Any],
    *,
    operation: str,
    unused: tuple[str, ...] = (),
    remarks: tuple[str, ...] = (),
) -> Artwork:
    """A text as an artwork: of the writer's notes, "score" and "remarks" are the work's own, the rest stays beside it."""
    beside = dict(notes)
    score = beside.pop("score", None)
    return Literature().artwork(
        text,
        title=text.title,
        provenance=Provenance(operation=operation, medium=Literature.name, notes=beside),
        score=None if score is None else float(score),
        unused=unused,
        remarks=(*remarks, *beside.pop("remarks", ())),
    )
