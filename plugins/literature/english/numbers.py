"""Numbers as they are read aloud: 1914 is nineteen fourteen in a poem, 3rd third, 5:30 five thirty, $20 twenty dollars."""

from __future__ import annotations

import re

__all__ = ["read_numbers", "spell"]

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
).split()
_TENS = "zero ten twenty thirty forty fifty sixty seventy eighty ninety".split()
_SCALES = ("", "thousand", "million", "billion", "trillion")
_ORDINAL = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_MONEY = {"$": ("dollar", "dollars"), "\u00a3": ("pound", "pounds"), "\u20ac": ("euro", "euros")}
_NUMBER = re.compile(
    r"(?P<money>[$\u00a3\u20ac])?(?<![\d.])(?:(?P<hour>\d{1,2}):(?P<minute>[0-5]\d)\b"
    r"|(?P<whole>\d{1,3}(?:,\d{3})+|\d+)(?P<part>\.\d+)?(?P<end>st|nd|rd|th|'?s)?(?![^\W_]))(?P<percent>\s?%)?",
    re.IGNORECASE,
)


def spell(number: int) -> str:
    """A whole number from 0 on in words; one beyond the trillions digit by digit."""
    if number >= 10**15:
        return " ".join(_SMALL[int(digit)] for digit in str(number))
    parts: list[str] = []
    for scale in reversed(range(len(_SCALES))):
        group = number // 1000**scale % 1000
        if group:
            parts += [_below_thousand(group), _SCALES[scale]]
    return " ".join(part for part in parts if part) or "zero"


def _below_thousand(number: int) -> str:
    hundreds, rest = divmod(number, 100)
    words = [_SMALL[hundreds], "hundred"] if hundreds else []
    if rest:
        words += ["and"] * bool(hundreds) + [_SMALL[rest] if rest < 20 else _ten(rest)]
    return " ".join(words)


def _ten(number: int) -> str:
    return _TENS[number // 10] + (f" {_SMALL[number % 10]}" if number % 10 else "")


def _year(number: int) -> str:
    """A year as it is said: 1914, 1900, 1905, 2024; 2005 as a number."""
    first, last = divmod(number, 100)
    if 2000 <= number < 2010 or number % 1000 == 0:
        return spell(number)
    return f"{spell(first)} {'hundred' if not last else f'oh {spell(last)}' if last < 10 else spell(last)}"


def _ordinal(words: str) -> str:
    head, _, last = words.rpartition(" ")
    last = _ORDINAL.get(last) or (f"{last[:-1]}ieth" if last.endswith("y") else f"{last}th")
    return f"{head} {last}".strip()


def _plural(words: str) -> str:
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}es" if words.endswith("x") else f"{words}s"


def _aloud(found: re.Match[str]) -> str:
    if found["hour"]:
        minute = int(found["minute"])
        said = f"{spell(int(found['hour']))} " + (
            "o'clock" if not minute else f"oh {spell(minute)}" if minute < 10 else spell(minute)
        )
    else:
        digits = found["whole"].replace(",", "")
        end = (found["end"] or "").lower().lstrip("'")
        number = int(digits[:18])
        is_year = (
            len(digits) == 4
            and 1001 <= number < 2100
            and "," not in found["whole"]
            and not found["money"]
            and not found["part"]
        )
        if len(digits) > 15 or (digits[0] == "0" and len(digits) > 1):
            said = " ".join(_SMALL[int(digit)] for digit in digits[:40])
        else:
            said = _year(number) if is_year and end in ("", "s") else spell(number)
        if found["part"]:
            said += " point " + " ".join(_SMALL[int(digit)] for digit in found["part"][1:13])
        said = _plural(said) if end == "s" else _ordinal(said) if end else said
    if found["money"]:
        said += " " + _MONEY[found["money"]][said != "one"]
    return f" {said} " + ("percent " if found["percent"] else "")


def read_numbers(line: str) -> str:
    """A line with its numbers in words, and `&` as *and*; the rest as it was."""
    if "&" not in line and not any(map(str.isdigit, line)):
        return line
    return re.sub(r" {2,}", " ", _NUMBER.sub(_aloud, line).replace("&", " and ")).strip()
