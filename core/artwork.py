"""Works of art and where they come from; media, which know how works are read, written and shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .errors import InputError
from .files import sha256_tag

if TYPE_CHECKING:
    from PIL.Image import Image

    from .originality import Fingerprint
    from .style import Style
    from .theme import Theme

__all__ = ["MAX_TITLE", "Artwork", "Medium", "Provenance", "Seal", "Text", "find_reader", "shorten_id"]

MAX_TITLE = 4_000
"""Characters of a title: what a manifest takes."""


@dataclass(frozen=True, kw_only=True)
class Seal:
    """What binds a file and its manifest to the key that signed them (`core.marks.seals`).

    key: the public key; file: SHA-256 of the file with its seal left blank; signature: of the manifest, Ed25519; all in
    hexadecimal digits, the last two noughts while the seal is blank. time: when its signer says that it was signed, ISO
    8601, or "". manifest: the text that was signed; beside: whether it lay beside the file, as a canonical sidecar.
    """

    key: str
    file: str = "0" * 64
    signature: str = "0" * 128
    time: str = ""
    manifest: str = ""
    beside: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether it waits to be filled."""
        return not self.signature.strip("0")


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """How a work came to be: all that is needed to make it again.

    operation: "generate", "transfer_style", "restore" or "load"; model, plugin, version: who made it;
    theme: the theme as a dict, or None; style: the style as text, or None; options: the model's options, all of
    them; seed: the random seed; device: those that leases really used, joined by "+" ("cpu" where there was none);
    seconds: wall time; parents: ids of the works it was made from, sources: of those among them that it was built on;
    created: UTC, ISO 8601; originality: distance report
    against the training works, or None; score, unused, remarks: as `Artwork` has them; weights: SHA-256 of each weight
    file that was read, by file name; wrappers: plugins whose hook wrappers ran round the call ("name version");
    notes: what the model wants remembered (a plan, a log-likelihood), plain JSON; id: of the work that all this tells
    of, set by the studio, so that a file which was changed afterwards can be told from one that was not; file_id: of
    what the file itself holds, where its format has loss, else "" (`Medium.file_id`); seal: of the file it was read from
    or is written to, if it is signed. When, how fast and in which file does not count when two are compared.
    """

    operation: str
    medium: str
    model: str = ""
    plugin: str = ""
    plugin_version: str = ""
    artwright_version: str = ""
    theme: Mapping[str, Any] | None = None
    style: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    device: str = "cpu"
    seconds: float = field(default=0.0, compare=False)
    parents: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    created: str = field(default="", compare=False)
    originality: Mapping[str, Any] | None = None
    score: float | None = None
    unused: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    weights: Mapping[str, str] = field(default_factory=dict)
    wrappers: tuple[str, ...] = ()
    notes: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    file_id: str = field(default="", compare=False)
    seal: Seal | None = field(default=None, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, lossless but for the seal, which is of one file."""
        row = {f.name: getattr(self, f.name) for f in fields(self) if f.name != "seal"}
        return {
            k: list(v) if isinstance(v, tuple) else dict(v) if isinstance(v, Mapping) else v for k, v in row.items()
        }

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Provenance:
        """The inverse of `to_dict`, each field checked; those of a newer version are ignored. Raises FormatError if it is
        no provenance.
        """
        from .manifest_form import provenance_values  # here, for pydantic takes a third of a second

        return cls(**provenance_values(row))


def shorten_id(id_: str) -> str:
    """The first twelve digits of a work's id: what people are shown, and may type."""
    return id_.removeprefix("sha256:")[:12]


@dataclass(frozen=True, kw_only=True, eq=False)
class Artwork:
    """An immutable work of one medium. Two works are equal if their medium and content are.

    medium: its name; payload: a `PIL.Image.Image`, a `pretty_midi.PrettyMIDI`, a `Text`, or what the medium says;
    treat it as read-only. id: `sha256:` and 64 hexadecimal digits of the content, title and provenance apart.
    score: the model's own judgement, higher is better, in the unit that its card tells, or None if it has none;
    unused: words of the theme that had no effect on the work; remarks: sentences that whoever asked must hear.
    """

    medium: str
    payload: Any
    id: str
    title: str = ""
    provenance: Provenance | None = None
    score: float | None = None
    unused: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def short_id(self) -> str:
        """The first twelve hexadecimal digits: what a person types."""
        return shorten_id(self.id)

    def with_(self, **changes: Any) -> Artwork:
        """A copy with another title, provenance, score or remarks."""
        return replace(self, **changes)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Artwork) and (self.medium, self.id) == (other.medium, other.id)

    def __hash__(self) -> int:
        return hash((self.medium, self.id))


@dataclass(frozen=True, kw_only=True)
class Text:
    """The payload of literature: lines with their punctuation, grouped in stanzas.

    stanzas: tuples of lines, none of them empty; language: "en" or "zh"; form: a form's name ("sonnet", "qijue",
    "prose") or "" where it is not known; author: "" unless given. For prose a line is a paragraph.
    """

    stanzas: tuple[tuple[str, ...], ...]
    language: str
    form: str = ""
    title: str = ""
    author: str = ""

    @property
    def lines(self) -> tuple[str, ...]:
        """All lines in order."""
        return tuple(line for stanza in self.stanzas for line in stanza)

    def __str__(self) -> str:
        return "\n\n".join("\n".join(stanza) for stanza in self.stanzas)


class Medium(ABC):
    """A kind of art: owns its file formats.

    A medium object is made at start-up, so its module must be light: import what is heavy inside the methods.
    name: lower case ("painting"); reads, writes: suffixes with the dot, the first of `writes` being the default, and a
    suffix that several media read going to the one that names it earliest;
    participle: what was done to what is in a work ("painted"), for sentences.
    """

    name: str
    participle: str = "used"
    summary: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]

    @abstractmethod
    def content(self, payload: Any) -> bytes:
        """The canonical bytes of a payload: what its id is the hash of. Equal works, equal bytes."""

    def file_id(self, payload: Any) -> str:
        """The hash of a payload as it lay in its file, which tells an untouched file of a format with loss from a
        changed one. Override it where a file holds more than the content (sound, beside the notes heard in it).
        """
        return self.content_id(payload)

    def content_id(self, payload: Any) -> str:
        """The id of a work with this payload."""
        return sha256_tag(self.name.encode() + b"\0" + self.content(payload))

    @abstractmethod
    def load(self, path: Path) -> Artwork:
        """The work in a file, with the provenance that the file carries, if any.

        Raises FormatError in one line if it is not what its name says, broken, empty or beyond the stated limits.
        """

    def read_mask(self, source: Path | Image) -> Image:
        """A mask of a part of a work, from a file or a picture of any mode: greys (mode L), white where to mend.

        Raises InputError where works of this medium are not mended under masks, FormatError for what is no picture.
        """
        raise InputError(f"no mask can be laid on a work of {self.name}; say with --region what to mend")

    @abstractmethod
    def save(self, artwork: Artwork, path: Path) -> None:
        """Write the work in the format of the suffix, whole or not at all, with its manifest inside or beside it.

        Raises FormatError for a suffix the medium does not write, OutputError if the place cannot be written.
        """

    @abstractmethod
    def preview(self, artwork: Artwork, *, width: int = 640) -> Image:
        """A picture of the work, RGB, `width` pixels wide."""

    @abstractmethod
    def theme(self, artwork: Artwork) -> Theme:
        """What this work gives to another medium: words, mood, images, palette."""

    @abstractmethod
    def features(self, artwork: Artwork) -> dict[str, float]:
        """A few dozen named numbers that describe the work: what taste is learned on. Same keys for each work."""

    def check(self, payload: Any) -> None:  # noqa: B027  most media have no limits beyond their formats
        """Raise FormatError, in one line, for a payload beyond what `load` takes: a model's work is kept only if it can
        be read again. To override.
        """

    def with_words(self, payload: Any, words: str) -> Any:
        """A payload in which some words are seen, where a law asks for them: in a corner, at the end. What is given back is
        what a file will hold; the work stays what it is. To override; by default nothing is added.
        """
        return payload

    def check_place(self, path: Path) -> None:  # noqa: B027  most formats need nothing
        """Raise InputError, in one line with the remedy, where a file of this suffix cannot be written here: it is asked
        before a work is made. To override.
        """

    def kinds(self) -> tuple[str, ...]:
        """The sorts of works that a person may have a model of their own for (`artwright models default MEDIUM:KIND`)."""
        return ()

    def kind_of(self, theme: Theme, style: Style | None, options: Mapping[str, Any]) -> str:
        """Which of `kinds` a work would be that is asked for so, "" where it is none, or what is asked is unsound."""
        return ""

    def fingerprint(self, artwork: Artwork) -> Fingerprint | None:
        """What of a work is compared with known ones, or None where a medium compares nothing."""
        return None

    def indexes(self) -> tuple[Path, ...]:
        """The files of known works that its works are compared with (`core.originality.Index`)."""
        return ()

    def lessons(self) -> Mapping[str, str]:
        """Exercises in the medium's craft: name -> `"package.module:Class"` of a `core.lessons.Lesson`."""
        return {}

    def describe(self, artwork: Artwork) -> str:
        """What the command line prints of a work: its text, or a line of facts."""
        return artwork.title or artwork.short_id

    def html(self, artwork: Artwork, files: Mapping[str, str]) -> str:
        """A fragment of HTML that shows the work. files: suffix -> relative address (URL) of what was written."""
        from html import escape

        return f"<p>{escape(self.describe(artwork))}</p>"

    def artwork(
        self,
        payload: Any,
        *,
        title: str = "",
        provenance: Provenance | None = None,
        score: float | None = None,
        unused: tuple[str, ...] = (),
        remarks: tuple[str, ...] = (),
    ) -> Artwork:
        """A payload as a work with its id; the rest as `Artwork` has it."""
        return Artwork(
            medium=self.name,
            payload=payload,
            id=self.content_id(payload),
            title=title,
            provenance=provenance,
            score=score,
            unused=unused,
            remarks=remarks,
        )


def find_reader(suffix: str, media: Iterable[Medium]) -> Medium | None:
    """The medium that reads files of a suffix; of several, the one that names it earliest among those it reads: a `.mov`
    is a film, though music hears what sounds in it.
    """
    suffix = suffix.lower()
    able = [medium for medium in media if suffix in medium.reads]
    return min(able, key=lambda medium: medium.reads.index(suffix)) if able else None
