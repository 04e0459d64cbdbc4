"""What a new work is about, made from a prompt or from any work of any medium: that is how media meet.

Words in English and Chinese lead to *images*: keys of a shared table (`words/data/concepts.tsv`: "mountain", "dusk",
"sorrow" ...) with their words in both languages, a mood and a colour. So a Chinese theme can guide an English
poem, and a painting's palette a score. A word of a prompt that the table does not hold takes the image of its nearest
concept by word vectors (`words`), if one is near. Mood is valence and arousal (Russell 1980).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .errors import InputError
from .words.concepts import Concept, Mood, concepts, images_of_words
from .words.language import language_remark
from .words.reading import HAN, SURNAMES, read_text, stems, unframe
from .words.vectors import nearest_concepts, split_run

__all__ = ["Concept", "Mood", "Theme", "check_prompt", "concepts", "find_language", "join_themes"]

MAX_CHARACTERS = 2_000


def find_language(text: str) -> str:
    """`"zh"` if a third or more of the letters are Chinese characters, else `"en"`."""
    letters = [c for c in text if c.isalpha()]
    return "zh" if letters and 3 * len(HAN.findall(text)) >= len(letters) else "en"


@dataclass(frozen=True, kw_only=True)
class Theme:
    """What a work is about.

    text: as the person gave it, or a line made from a work; words: its content words in order; language: "en" or
    "zh"; images: keys of `concepts()`, most important first; mood; palette: colours as `#rrggbb`, main one first;
    source: id of the work it was made from, or ""; readings: each content word of a prompt with the image it was read
    as, "" where it brought none (empty for a theme made from a work).
    """

    text: str
    words: tuple[str, ...] = ()
    language: str = "en"
    images: tuple[str, ...] = ()
    mood: Mood = field(default_factory=Mood)
    palette: tuple[str, ...] = ()
    source: str = ""
    readings: tuple[tuple[str, str], ...] = ()

    @classmethod
    def from_prompt(cls, text: str) -> Theme:
        """Read a prompt in English or Chinese: words of the shared table first, then words that have a near neighbour
        in it.

        Raises InputError if it is empty, holds no letter, or is longer than 2,000 characters.
        """
        text = check_prompt(text)
        readings, images = _read_prompt(text)
        return cls(
            text=text,
            words=tuple(word for word, _ in readings),
            language=find_language(text),
            images=images,
            mood=mood_of(images),
            palette=tuple(dict.fromkeys(concepts()[key].colour for key in images))[:6],
            readings=readings,
        )

    @property
    def remarks(self) -> tuple[str, ...]:
        """What whoever wrote the theme must hear of how it was read: that its language is not understood."""
        remark = "" if self.source else language_remark(self.text)  # the title of a work is nobody's words
        return (remark,) if remark else ()

    def words_in(self, language: str) -> tuple[str, ...]:
        """Words for the theme in `language`: its own where they are of it, else those of its images."""
        if language == self.language and self.words:
            return self.words
        return tuple(dict.fromkeys(getattr(concepts()[key], language)[0] for key in self.images))

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON, lossless."""
        row = asdict(self)
        row["readings"] = [list(pair) for pair in self.readings]
        return {k: list(v) if isinstance(v, tuple) else v for k, v in row.items()}

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Theme:
        """The inverse of `to_dict`, each field checked; images that are not known here are left out. Raises FormatError if
        it is no theme.
        """
        from .manifest_form import theme_values  # here, for pydantic takes a third of a second

        values = theme_values(row)
        return cls(
            text=values["text"],
            words=tuple(values["words"]),
            language=values["language"],
            images=tuple(key for key in values["images"] if key in concepts()),
            mood=Mood(**values["mood"]),
            palette=tuple(values["palette"]),
            source=values["source"],
            readings=tuple((word, image) for word, image in values["readings"]),
        )


def mood_of(images: Iterable[str]) -> Mood:
    """The mean mood of some images, the first ones and the strong ones weighing most; neutral if there are none."""
    total = valence = arousal = 0.0
    for place, key in enumerate(images):
        mood = concepts()[key].mood
        weight = (0.2 + abs(mood.valence) + abs(mood.arousal)) / (1 + 0.15 * place)
        total, valence, arousal = total + weight, valence + weight * mood.valence, arousal + weight * mood.arousal
    return Mood(valence=valence / total, arousal=arousal / total) if total else Mood()


# What a work may add to a prompt that has images of its own. A passing word of a poem ("hair", "song") must not turn a
# river into a portrait or a
# still life, so only what fits any scene is taken, and at most one hour, one season, one weather in all.
_GROUPS = (
    frozenset({"dawn", "day", "dusk", "night", "sun", "moon", "star"}),
    frozenset({"spring", "summer", "autumn", "winter"}),
    frozenset({"mist", "rain", "storm", "snow", "rainbow"}),
)
_FITTING = frozenset().union(
    *_GROUPS,
    "cloud wind tree leaf flower grass bamboo plum peach bird crane goose crow stone sorrow joy peace hope "
    "freedom beauty dream memory homesick time".split(),
    "light cold warm gold silver red blue green yellow white black purple orange pink brown grey".split(),
)


def _additions(images: tuple[str, ...], more: Iterable[str]) -> Iterable[str]:
    """Those of `more` that fit beside `images`; all of them where there are none."""
    taken = [bool(group & set(images)) for group in _GROUPS]
    for key in more:
        inside = [key in group for group in _GROUPS]
        if not images or (key in _FITTING and not any(a and b for a, b in zip(taken, inside, strict=True))):
            taken = [a or b for a, b in zip(taken, inside, strict=True)]
            yield key


def join_themes(themes: Iterable[Theme]) -> Theme:
    """One theme of several, the first one leading: its text, language, words and images; the others add colours, and
    images that fit beside its own.

    The mood is half the first one's. The source is that of the last one that has any. Raises InputError if there is no
    theme.
    """
    parts = list(themes)
    if not parts:
        raise InputError("a theme is needed: give words, or a work to take it from")
    if len(parts) == 1:
        return parts[0]
    first, rest = parts[0], parts[1:]

    def mean(name: str) -> float:
        return 0.5 * getattr(first.mood, name) + 0.5 * sum(getattr(part.mood, name) for part in rest) / len(rest)

    more = _additions(first.images, (key for part in rest for key in part.images))
    speaking = [first] if first.images else parts
    return Theme(
        text=first.text,
        language=first.language,
        images=tuple(dict.fromkeys([*first.images, *more])),
        words=tuple(dict.fromkeys(word for part in speaking if part.language == first.language for word in part.words)),
        mood=Mood(valence=mean("valence"), arousal=mean("arousal")),
        palette=tuple(dict.fromkeys(colour for part in parts for colour in part.palette))[:8],
        source=next((part.source for part in reversed(parts) if part.source), ""),
        readings=tuple(dict.fromkeys(pair for part in parts for pair in part.readings)),
    )


def check_prompt(text: str) -> str:
    """A prompt with single spaces. Raises InputError if it is empty, holds no letter, or is longer than 2,000 characters."""
    text = " ".join(text.split())
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise InputError("the theme holds bytes that are not UTF-8 text; write it as UTF-8")
    if not any(c.isalpha() for c in text):
        raise InputError(f"the theme {text!r} holds no word; give a few words, as in 'misty mountains at dawn'")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the theme has {len(text)} characters; at most {MAX_CHARACTERS} are taken. Give a few words")
    return text


def read_words(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(content words, images) of a text in English, Chinese or both, each once, in order; by the shared table alone."""
    pairs = list(read_text(text, *images_of_words()))
    return tuple(dict.fromkeys(word for word, _ in pairs)), tuple(dict.fromkeys(image for _, image in pairs if image))


def _read_prompt(text: str) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """(readings, images): images of known words first, then those of the nearest concepts of unknown ones."""
    readings: dict[str, str] = {}
    known: list[str] = []
    near: list[str] = []
    for word, image in read_text(unframe(text), *images_of_words()):
        for part, own_image in [(word, image)] if image is not None else _read_unknown(word):
            readings[part] = readings.get(part) or own_image
            (near if image is None else known).append(own_image)
    return tuple(readings.items()), tuple(dict.fromkeys(image for image in (*known, *near) if image))


def _read_unknown(word: str) -> list[tuple[str, str]]:
    """Parts of a word that the table does not hold, each with the image of its nearest concept or ""."""
    if HAN.search(word):
        return [
            (part, "" if part in SURNAMES else next((key for key, _ in nearest_concepts(part, "zh", 1)), ""))
            for part in split_run(word)
        ]
    for form in stems(word):
        if nearest := nearest_concepts(form, "en", 1):
            return [(word, nearest[0][0])]
    return [(word, "")]
