"""What a theme asks for outright (instruments, key, metre, tempo), what sets the mood, and what music cannot use of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ....core.errors import InputError
from ....core.theme import Mood, Theme, concepts, mood_of
from ..performing.instruments import DRUMS, find_instruments, instruments
from ..theory.keys import parse_key
from .character import PLAIN, Means, choose_means

__all__ = ["Wishes", "read_wishes", "words_of"]

T = TypeVar("T")

_METRES = {
    "3/4": "waltz waltzes minuet menuet mazurka sarabande ländler 圆舞曲 小步舞曲 华尔兹",
    "6/8": "jig jigs gigue barcarolle siciliana siciliano tarantella 船歌 吉格",
    "2/4": "polka polkas 波尔卡",
}
_TEMPI = {
    "largo": 50.0,
    "lento": 56.0,
    "adagio": 62.0,
    "andante": 76.0,
    "moderato": 96.0,
    "allegretto": 112.0,
    "allegro": 132.0,
    "vivace": 152.0,
    "presto": 176.0,
    "广板": 50.0,
    "慢板": 62.0,
    "柔板": 62.0,
    "行板": 76.0,
    "中板": 96.0,
    "小快板": 112.0,
    "快板": 132.0,
    "急板": 176.0,
}
_PACES = {"slow": 0.72, "slowly": 0.72, "fast": 1.35, "quick": 1.35, "quickly": 1.35, "慢速": 0.72, "快速": 1.35}
_KEY = re.compile(
    r"(?<![a-z])([a-g](?:[#b♯♭]|[ -](?:flat|sharp))?)[ -](major|minor|dorian|phrygian|lydian|mixolydian)(?![a-z])"
    r"|[降升]?[a-g]\s*[大小]调",
    re.IGNORECASE,
)
_MODE = re.compile(r"(?<![a-z])(major|minor)(?: key| mode)?(?![a-z])|([大小])调", re.IGNORECASE)
_GENRE = re.compile(
    r"(?<![a-z])(?:jazz|pop|blues|techno|rap|disco|reggae|tango|samba|swing|funk|edm|hip[ -]?hop|bossa[ -]nova|dubstep|"
    r"(?:rock|metal|soul|country|house|trance|electronic|ambient)(?= (?:music|songs?|band|ballad|tune|beat|anthem)))"
    r"(?![a-z])|爵士|摇滚|流行|电子|说唱",
    re.IGNORECASE,
)
_UNWRITTEN = frozenset({"music", "flute"})
"""Images that stand for sounding things: to have one read from a word says nothing of a mood."""

_FAINT = 0.12
"""What valence and arousal of an image come to, at least, for its word to be heard in key, pace and density."""


@dataclass(frozen=True)
class Wishes:
    """programs: General MIDI, from the highest voice down, () where none is named; key: as `parse_key` reads it, or "";
    mode: "major", "minor" or ""; metre: "3/4" or ""; qpm: quarters a minute or 0; pace: what the style's tempo is
    multiplied by; mood; means: musical means for it; unused: words that nothing comes of, as they were written; heard: those asked for outright.
    """

    programs: tuple[int, ...] = ()
    key: str = ""
    mode: str = ""
    metre: str = ""
    qpm: float = 0.0
    pace: float = 1.0
    mood: Mood = field(default_factory=Mood)
    means: Means = PLAIN
    unused: tuple[str, ...] = ()
    heard: tuple[str, ...] = ()


def read_wishes(theme: Theme, voices: int, *, heeded: Sequence[str] = ("programs", "key", "metre", "qpm")) -> Wishes:
    """The wishes of a theme for a piece of so many voices.

    heeded: which kinds count; of the others (since an option says it) the words are unused. Of a theme that was taken
    from a work only the mood counts, and nothing is unused.
    """
    if theme.source or not theme.readings:
        return Wishes(mood=theme.mood, means=choose_means(theme, theme.mood)[0])
    text = theme.text
    heard = [False] * len(text)

    def mark(start: int, end: int) -> None:
        heard[start:end] = [True] * (end - start)

    programs, played = _programs(text, voices) if "programs" in heeded else ((), ())
    for start, end in played:
        mark(start, end)
    key, mode = _key(text, mark) if "key" in heeded else ("", "")
    metre = _first(text, {name: metre for metre, names in _METRES.items() for name in names.split()}, mark)
    qpm = _first(text, _TEMPI, mark) if "qpm" in heeded else None
    pace = _first(text, _PACES, mark) if "qpm" in heeded and qpm is None else None
    genres = [match.span() for match in _GENRE.finditer(text)]
    named = [span for _, span, _ in find_instruments(text)]
    moods: list[str] = []
    unused: list[tuple[int, str]] = []
    outright: list[str] = []
    for word, image in theme.readings:
        at = _place(word, text)
        inside = at >= 0 and all(heard[at : at + len(word)])
        if inside:
            outright.append(text[at : at + len(word)])
        silent = any(a <= at < b for a, b in (*genres, *named))
        if image and image not in _UNWRITTEN and not silent and _strength(image) >= _FAINT:
            moods.append(image)
        elif not inside and (silent or word not in (*concepts()["music"].en, *concepts()["music"].zh)):
            unused.append((at, text[at : at + len(word)] if at >= 0 else word))
    images = tuple(dict.fromkeys(moods))
    mood = theme.mood if set(images) == set(theme.images) else mood_of(i for i in theme.images if i in images)
    means, telling = choose_means(theme, mood, images)
    unused = [(at, word) for at, word in unused if word not in telling]
    return Wishes(
        programs=programs,
        key=key,
        mode=mode,
        metre=metre if metre and "metre" in heeded else "",
        qpm=qpm or 0.0,
        pace=pace or 1.0,
        mood=mood,
        means=means,
        unused=tuple(dict.fromkeys(word for _, word in sorted(unused))),
        heard=tuple(outright),
    )


def words_of(theme: Theme) -> tuple[str, ...]:
    """The content words of a theme as they were written; () where it was taken from a work."""
    places = [(_place(word, theme.text), word) for word, _ in theme.readings] if not theme.source else []
    return tuple(dict.fromkeys(theme.text[at : at + len(word)] if at >= 0 else word for at, word in places))


def _programs(text: str, voices: int) -> tuple[tuple[int, ...], tuple[tuple[int, int], ...]]:
    """(programs, spans of the names that are played): a single voice takes the first instrument; several take one each,
    from the top, or an ensemble of its kind where one instrument alone is named.
    """
    named = [(span, programs) for _, span, programs in find_instruments(text) if programs != (DRUMS,)]
    if not named:
        return (), ()
    if voices == 1:
        span, programs = named[0]
        return programs[:1], (span,)
    if len(named) == 1:
        span, programs = named[0]
        return instruments().consorts.get(programs[0], programs) if voices > 2 and len(programs) == 1 else programs, (
            span,
        )
    taken = named[:voices]
    return tuple(programs[0] for _, programs in taken), tuple(span for span, _ in taken)


def _key(text: str, mark: Callable[[int, int], None]) -> tuple[str, str]:
    match = _KEY.search(text)
    if match and match[1] != "a":  # "in a minor key": an article
        name = re.sub(
            r"[ -](flat|sharp)", lambda m: "b" if m[1].lower() == "flat" else "#", match[0], flags=re.IGNORECASE
        )
        name = name.replace("-", " ")
        try:
            parse_key(name[:1].upper() + name[1:])
        except InputError:
            return "", ""
        mark(*match.span())
        return name[:1].upper() + name[1:], ""
    if match := _MODE.search(text):
        mark(*match.span())
        return "", "major" if (match[1] or "").lower() == "major" or match[2] == "大" else "minor"
    return "", ""


def _first(text: str, table: Mapping[str, T], mark: Callable[[int, int], None]) -> T | None:
    """What the first word of a table that stands in the text means."""
    best: tuple[int, int, T] | None = None
    lower = text.lower()
    for word, value in table.items():
        pattern = rf"(?<![a-z]){re.escape(word)}(?![a-z])" if word.isascii() else re.escape(word)
        match = re.search(pattern, lower)
        if match and (best is None or (match.start(), -match.end()) < (best[0], -best[1])):
            best = match.start(), match.end(), value
    if best is None:
        return None
    mark(best[0], best[1])
    return best[2]


def _place(word: str, text: str) -> int:
    return text.lower().replace("\u2019", "'").find(word.lower())


def _strength(image: str) -> float:
    mood = concepts()[image].mood
    return abs(mood.valence) + abs(mood.arousal)
