"""What is said to people: sentences in English and Chinese, and text of others made fit to be shown.

An operation finds; a catalogue says what was found:

    MESSAGES = Catalogue(
        {
            "size": ("{voices} {voices:voice|voices}, {bars} {bars:bar|bars}", "{voices} 个声部，{bars} 小节"),
            "surely": ("surely, {probability:.0%}", "把握 {probability:.0%}"),
            **same_words({"half cadence": "半终止"}),
        }
    )
    say = MESSAGES.speak("zh")
    say("size", voices=4, bars=12)          # "4 个声部，12 小节"
    say.listed([say("half cadence"), ...])  # joined as the language does it
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any, Literal

__all__ = ["Catalogue", "Language", "Speaker", "printable", "same_words"]

Language = Literal["en", "zh"]

#: Embeddings, overrides and isolates of writing direction: they turn round what is printed after them.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class _Numbers(Formatter):
    """Format with one more kind of field: `{bars:bar|bars}` is the first word for one (or true), else the second."""

    def format_field(self, value: Any, format_spec: str) -> Any:
        one, bar, many = format_spec.partition("|")
        return (one if value == 1 else many) if bar else super().format_field(value, format_spec)


_FORMATTER = _Numbers()


class Catalogue:
    """Sentences by their keys, each a pair (English, Chinese).

    Values stand in braces by name, with a format if need be (`{share:.0%}`), and choose a word by number or truth as
    `{voices:voice|voices}`. A sentence that is said in one language alone is "" in the other. Raises ValueError for a
    pair of which one tells a value that the other leaves out.
    """

    def __init__(self, messages: Mapping[str, tuple[str, str]]) -> None:
        self._messages = {key: {"en": en, "zh": zh} for key, (en, zh) in messages.items()}
        self._values: dict[str, frozenset[str]] = {}
        for key, (en, zh) in messages.items():
            names, others = _names(en), _names(zh)
            if en and zh and names != others:
                raise ValueError(f"{key!r} tells in one language alone: {', '.join(sorted(names ^ others))}")
            self._values[key] = names | others

    def __contains__(self, key: object) -> bool:
        return key in self._messages

    def speak(self, language: str) -> Speaker:
        """One who says these sentences in Chinese where `language` is "zh", else in English."""
        return Speaker(self, "zh" if language == "zh" else "en")

    def say(self, key: str, language: Language, values: Mapping[str, Any]) -> str:
        """A sentence with its values. Raises KeyError for a key that is not there, ValueError for values that are not
        those of the sentence."""
        template = self._messages[key][language]
        if values.keys() != self._values[key]:
            wanted, given = sorted(self._values[key]), sorted(values)
            raise ValueError(
                f"{key!r} takes the values {', '.join(wanted) or 'none'}; given: {', '.join(given) or 'none'}"
            )
        return _FORMATTER.vformat(template, (), values)


class Speaker:
    """A catalogue in one language: `say("size", bars=12)` is a sentence, `say("half cadence")` a word."""

    def __init__(self, catalogue: Catalogue, language: Language) -> None:
        self._catalogue = catalogue
        self.language: Language = language

    def __call__(self, key: str, **values: Any) -> str:
        """The sentence of `key` with its values. Raises as `Catalogue.say`."""
        return self._catalogue.say(key, self.language, values)

    def __contains__(self, key: object) -> bool:
        return key in self._catalogue

    @property
    def is_chinese(self) -> bool:
        """Whether it speaks Chinese, for what is not a matter of words: names that come in both languages, order."""
        return self.language == "zh"

    def joined(self, items: Iterable[str]) -> str:
        """Items with the comma of a list between them: "a, b, c" or "a、b、c"."""
        return ("、" if self.is_chinese else ", ").join(items)

    def listed(self, items: Iterable[str]) -> str:
        """Items as a list is read out: "a, b and c" or "a、b、c"."""
        words = list(items)
        if self.is_chinese or len(words) < 2:
            return self.joined(words)
        return f"{', '.join(words[:-1])} and {words[-1]}"


def same_words(chinese: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Words that are their own keys in English, with their Chinese. chinese: English word -> Chinese word."""
    return {word: (word, other) for word, other in chinese.items()}


def _names(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in _FORMATTER.parse(template) if name is not None)


def printable(text: str, *, lines: bool = True) -> str:
    r"""A text from a file or a plugin as it may be shown: nothing in it moves the cursor, colours or turns round what
    follows.

    Control characters, marks of writing direction, separators of lines and halves of surrogate pairs are written as
    escapes (`\x1b`, `\u202e`); newlines and tabs stay where `lines` is true and become spaces where it is not.

    >>> printable("\x1b[31mred\x07")
    '\\x1b[31mred\\x07'
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "\n\t" if lines else ""
    return "".join(c if c in kept or not _is_active(c) else _escape(c, lines) for c in text)


def _is_active(char: str) -> bool:
    return char in _TURNING or unicodedata.category(char) in ("Cc", "Zl", "Zp", "Cs")


def _escape(char: str, lines: bool) -> str:
    if not lines and char in "\n\r\t\v\f\x85\u2028\u2029":
        return " "
    number = ord(char)
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"
