"""The English forms by name: rhyme schemes, refrains, stanzas, and the metre that goes with them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from .english_rhymes import COSTS, relate
from .metre import Metre

__all__ = ["Scheme", "find_scheme", "name_form"]

#: Schemes of fourteen lines that have a name, and octaves that take any sestet.
SONNETS = {
    "ABABCDCDEFEFGG": ("sonnet", "English (Shakespearean) sonnet"),
    "ABABBCBCCDCDEE": ("sonnet-spenserian", "Spenserian sonnet"),
    "ABABABABCDCDCD": ("sonnet-sicilian", "Sicilian sonnet"),
    "ABCABDCABCDEDE": ("sonnet-keatsian", "sonnet with interwoven rhymes, as Keats's on the sonnet"),
    "ABABACDCEDEFEF": ("sonnet-irregular", "sonnet with linked rhymes, as Shelley's Ozymandias"),
    "ABBACDDCEFFEGG": ("sonnet", "sonnet of three enclosed quatrains and a couplet"),
    "ABABCDCDEFFEGG": ("sonnet", "sonnet of three quatrains and a couplet"),
    "ABBACDDCEFEFGG": ("sonnet", "sonnet of three quatrains and a couplet"),
}
_OCTAVES = {
    "ABBAABBA": ("sonnet-petrarchan", "Italian (Petrarchan) sonnet"),
    "ABBAACCA": ("sonnet-petrarchan", "Italian sonnet with a second pair of rhymes"),
    "ABBABAAB": ("sonnet-petrarchan", "Italian sonnet, its quatrains turned"),
    "ABABBABA": ("sonnet-petrarchan", "Italian sonnet, its quatrains turned"),
    "ABABABAB": ("sonnet-sicilian", "sonnet with a Sicilian octave"),
    "ABABBAAB": ("sonnet-petrarchan", "Italian sonnet of two kinds of quatrain"),
    "ABBAABAB": ("sonnet-petrarchan", "Italian sonnet of two kinds of quatrain"),
    "ABABACAC": ("sonnet-irregular", "sonnet with linked quatrains"),
    "ABBACDDC": ("sonnet-irregular", "sonnet of two quatrains and a sestet"),
    "ABABCDCD": ("sonnet-irregular", "sonnet of two quatrains and a sestet"),
    "ABABBCBC": ("sonnet-irregular", "sonnet with linked quatrains and a sestet"),
}
#: Mean lack of a full rhyme beyond which a poem keeps no scheme.
_MOST_LACKING = 0.36
#: Characters of a line below which a poem in quatrains may be a ballad or hymn.
_BALLAD_LINE = 38
#: Lines between two that rhyme: those of a ballade at most.
_FARTHEST = 35
#: Octave and sestet are told from the schemes above by a little, so that of two that fit the one with a name is taken.
_UNNAMED, _IRREGULAR = 0.015, 0.07


@lru_cache(maxsize=1)
def _sestets() -> tuple[str, ...]:
    """Every way for six lines to rhyme by two or three letters, each of them twice at least."""
    found = []
    for rest in product("ABC", repeat=5):
        letters = "A" + "".join(rest)
        order = "".join(dict.fromkeys(letters))
        if order == "ABC"[: len(order)] and len(order) > 1 and min(letters.count(c) for c in order) > 1:
            found.append(letters)
    return tuple(found)


#: Schemes of a stanza: (letters, name); the shorter scheme of two that fit is taken.
STANZAS = {
    2: ("AA",),
    3: ("AAA", "AxA"),
    4: ("ABAB", "AABB", "ABBA", "xAxA", "AAxA", "AAAA"),
    5: ("AABBA", "ABAAB", "ABABB", "ABABA", "AAAAB"),
    6: ("ABABCC", "AABCCB", "ABABAB", "AAABAB", "AABBCC", "ABCABC", "xAxAxA", "ABBACC", "AABAAB"),
    7: ("ABABBCC", "ABABCCB"),
    8: ("ABABABCC", "ABABCDCD", "AABBCCDD", "xAxAxBxB", "ABABBCBC", "AABCCBDD", "ABBACDDC", "AAABCCCB", "ABBAACCA"),
    9: ("ABABBCBCC", "AAAABCCCB", "AABCCCDDB"),
    10: ("ABABCDECDE", "ABABCDEDCE", "ABABCDECED", "AABBCCDDEE"),
    11: ("ABABCDEDCCE", "ABABCDECDDE"),
}
_NAMES = {
    ("AABBA", "anapaestic"): ("limerick", "limerick"),
    ("ABABBCC", "iambic"): ("rhyme-royal", "rhyme royal"),
    ("ABABABCC", "iambic"): ("ottava-rima", "ottava rima"),
    ("ABABBCBCC", "iambic"): ("spenserian-stanza", "Spenserian stanza"),
    ("AAABAB", "iambic"): ("burns-stanza", "Burns stanza (standard Habbie)"),
}


@dataclass(frozen=True)
class Scheme:
    """letters: one a line; relations: of each line with the earlier one of its letter ("" for the first); misses: mean lack of
    a full rhyme; unit: lines of a stanza; refrains: (line, the earlier one it says again); name: if the scheme has one.
    """

    letters: str
    relations: tuple[tuple[str, int], ...]
    misses: float
    unit: int = 0
    refrains: tuple[tuple[int, int], ...] = ()
    key: str = ""
    name: str = ""


def find_scheme(stanzas: Sequence[Sequence[str]]) -> Scheme | None:
    """The scheme that the rhymes of a poem lack least, None if most lines rhyme by none."""
    lines = [line for stanza in stanzas for line in stanza]
    table = [
        [relate(one, other) if abs(i - j) <= _FARTHEST else "none" for j, other in enumerate(lines)]
        for i, one in enumerate(lines)
    ]
    measured = [_measure(lines, table, *candidate) for candidate in _candidates(lines, [len(s) for s in stanzas])]
    found = [scheme for scheme in measured if scheme is not None]
    sizes = {len(s) for s in stanzas}
    own = sizes.pop() if len(sizes) == 1 and (len(stanzas) > 1 or len(lines) <= 4) else 0
    best = min(found, key=lambda s: (s.misses, len(set(s.letters)), s.unit != own, s.unit), default=None)
    return best if best is not None and best.misses <= _MOST_LACKING else None


Candidate = tuple[str, int, tuple[tuple[int, int], ...], str, str]


def _candidates(lines: Sequence[str], sizes: Sequence[int]) -> Iterator[Candidate]:
    n = len(lines)
    if n == 14:
        for letters, (key, name) in SONNETS.items():
            yield letters, 14, (), key, name
        for octave, (key, name) in _OCTAVES.items():
            start = ord(max(octave)) + 1
            for sestet in _sestets():
                yield octave + "".join(chr(start + ord(c) - 65) for c in sestet), 14, (), key, name
    if n == 19:
        yield _villanelle()
    if n in (28, 35):
        yield _ballade(n)
    yield from _terza_rima(n)
    pantoum = _pantoum(lines)
    if pantoum:
        yield pantoum
    alike = sizes[0] if len(set(sizes)) == 1 else 0
    units = [alike] if alike in STANZAS else []
    units += [u for u in (2, 4, 3, 6, 8, 5, 7, 9, 10, 11) if n % u == 0 and u not in units and (n // u > 1 or n == u)]
    for unit in units:
        for letters in STANZAS[unit]:
            yield _repeat(letters, n // unit), unit, (), "", ""
    if alike == 4 and n >= 12 and sum(map(len, lines)) < _BALLAD_LINE * n:
        yield _mixed_ballad(lines), 4, (), "", ""
    if alike == 4 and n > 4:
        yield (
            "".join(_letter(k) * 2 + _letter(k + 1) + _letter(k) for k in range(n // 4)),
            4,
            (),
            "rubai-chain",
            ("linked quatrains (chain rhyme)"),
        )
    if n > 5 and alike == 4:
        last = (
            "".join(_letter(k) * 2 + _letter(k + 1) + _letter(k) for k in range(n // 4 - 1)) + _letter(n // 4 - 1) * 4
        )
        yield last, 4, (), "rubai-chain", "linked quatrains (chain rhyme), the last on one rhyme"


def _mixed_ballad(lines: Sequence[str]) -> str:
    """ABAB where first and third line of a stanza rhyme, xAxA where they don't, as ballads and hymns mix them."""
    letters, used = "", 0
    for at in range(0, len(lines), 4):
        both = relate(lines[at], lines[at + 2]) == "full"
        first = _letter(used) if both else "x"
        second = _letter(used + both)
        letters += (first + second) * 2
        used += 1 + both
    return letters


def _letter(number: int) -> str:
    return chr(65 + number) if number < 26 else chr(0x391 + number - 26)


def _repeat(letters: str, times: int) -> str:
    kinds = [c for c in dict.fromkeys(letters) if c != "x"]
    return "".join("x" if c == "x" else _letter(k * len(kinds) + kinds.index(c)) for k in range(times) for c in letters)


def _villanelle() -> Candidate:
    refrains = ((5, 0), (11, 0), (17, 0), (8, 2), (14, 2), (18, 2))
    return "ABA" * 5 + "ABAA", 3, refrains, "villanelle", "villanelle"


def _ballade(n: int) -> Candidate:
    stanza, envoi = ("ABABBCBC", "BCBC") if n == 28 else ("ABABBCCDCD", "CCDCD")
    size = len(stanza)
    refrains = tuple((at, size - 1) for at in (2 * size - 1, 3 * size - 1, n - 1))
    return stanza * 3 + envoi, size, refrains, "ballade", "ballade"


def _terza_rima(n: int) -> Iterator[Candidate]:
    if n < 7:
        return
    tercets, rest = divmod(n, 3)
    chain = "".join(_letter(k) + _letter(k + 1) + _letter(k) for k in range(tercets))
    if rest == 1:
        yield chain + _letter(tercets), 3, (), "terza-rima", "terza rima"
    elif rest == 2:
        name = "terza rima closed by a couplet" + (", a sonnet" if n == 14 else "")
        yield chain + _letter(tercets) * 2, 3, (), "terza-rima", name
    else:
        yield chain, 3, (), "terza-rima", "terza rima"


def _pantoum(lines: Sequence[str]) -> Candidate | None:
    """Second and fourth line of a stanza come back as first and third of the next; two in three is enough to tell."""
    n = len(lines)
    if n % 4 or n < 12:
        return None
    refrains = tuple(pair for k in range(4, n, 4) for pair in ((k, k - 3), (k + 2, k - 1)))
    same = sum(_plain(lines[a]) == _plain(lines[b]) for a, b in refrains)
    if 3 * same < 2 * len(refrains):
        return None
    return "".join(_letter(k) + _letter(k + 1) for k in range(n // 4) for _ in "ab"), 4, refrains, "pantoum", "pantoum"


def _plain(line: str) -> str:
    return "".join(c for c in line.lower() if c.isalpha())


def _measure(
    lines: Sequence[str],
    table: Sequence[Sequence[str]],
    letters: str,
    unit: int,
    refrains: tuple[tuple[int, int], ...],
    key: str,
    name: str,
) -> Scheme | None:
    """How much the rhymes of a poem lack to a scheme; None if it is more than any that is taken."""
    relations: list[tuple[str, int]] = []
    kinds = set(letters) - {"x"}
    pairs = max(1, len(letters) - letters.count("x") - len(kinds))
    odd: set[int] = set()  # lines that rhyme with none of the two and more others of their letter: the fault is theirs
    lack = 0.0
    again = dict(refrains)
    places = {kind: [i for i, c in enumerate(letters) if c == kind] for kind in kinds}
    for i, letter in enumerate(letters):
        others = [j for j in places.get(letter, ()) if j != i]
        earlier = [j for j in others if j < i and j not in odd]
        if len(others) > 1 and all(table[i][j] == "none" for j in others):
            odd.add(i)
            earlier = others
        if not earlier:
            # A new letter that rhymes with an old one says that the scheme is another.
            lack += (0.5 if letter == "x" else 0.34) if "full" in table[i][max(0, i - 7) : i] else 0.0
            relations.append(("", -1))
        elif i in again and _plain(lines[i]) == _plain(lines[again[i]]):
            relations.append(("full", again[i]))
        else:
            at = min(earlier, key=lambda j: (COSTS[table[i][j]], j > i, -j))
            relations.append((table[i][at], at))
            lack += COSTS[table[i][at]]
        if lack > (_MOST_LACKING + 0.1) * pairs:
            return None
    # Few rhymes asked for prove little: each unrhymed line counts a little against the scheme.
    loose = letters.count("x") / len(letters) if letters else 0.0
    irregular = key == "sonnet-irregular" and letters not in SONNETS
    unnamed = _IRREGULAR if irregular else _UNNAMED if key.startswith("sonnet") and letters not in SONNETS else 0.0
    return Scheme(letters, tuple(relations), lack / pairs + 0.06 * loose + unnamed, unit, refrains, key, name)


def name_form(scheme: Scheme | None, metre: Metre, count: int, syllables: Sequence[int]) -> tuple[str, str]:
    """(key, name for people) of the form that scheme and metre make."""
    pentameter = metre.rhythm == "iambic" and bool(metre.feet) and metre.feet.count(5) >= 0.7 * len(metre.feet)
    if scheme is None:
        if count == 3 and all(abs(a - b) <= 1 for a, b in zip(syllables, (5, 7, 5), strict=True)):
            return "haiku", "haiku"
        if pentameter and count > 3:
            return "blank-verse", "blank verse"
        if not metre.rhythm:
            return "free-verse", "free verse"
        return "unrhymed", f"unrhymed verse, {metre.name}"
    if scheme.key:
        if scheme.key.startswith("sonnet") and not pentameter:
            return scheme.key, f"{scheme.name} (in {metre.name})"
        return scheme.key, scheme.name
    stanza = _stanza_letters(scheme)
    known = _NAMES.get((stanza, metre.rhythm))
    if known and (pentameter or known[0] in ("limerick", "burns-stanza")):
        if known[0] == "limerick" and count == 5:
            return known
        if known[0] != "limerick":
            return known
    return _by_stanza(stanza, metre, pentameter)


_Rule = Callable[[Sequence[int]], bool]


def _stanza_letters(scheme: Scheme) -> str:
    first = scheme.letters[: scheme.unit]
    return first


def _by_stanza(stanza: str, metre: Metre, pentameter: bool) -> tuple[str, str]:
    feet = metre.feet[: len(stanza)]
    iambic = metre.rhythm == "iambic"
    tetrameter = bool(feet) and set(feet) == {4}
    if stanza == "AA":
        if pentameter:
            return "couplets", "heroic couplets"
        return ("couplets", "octosyllabic couplets") if iambic and tetrameter else ("couplets", "couplets")
    if len(stanza) == 4:
        if feet == (4, 3, 4, 3) and stanza in ("ABAB", "xAxA"):
            return ("ballad", "ballad stanza") if stanza == "xAxA" else ("common-metre", "common metre")
        if feet == (3, 3, 4, 3) and stanza in ("ABAB", "xAxA"):
            return "short-metre", "short metre"
        if stanza == "ABBA" and tetrameter and iambic:
            return "in-memoriam", "In Memoriam stanza"
        if stanza == "AAxA" and pentameter:
            return "rubaiyat", "Rubaiyat stanza"
        if stanza == "ABAB" and pentameter:
            return "quatrain", "heroic (elegiac) quatrains"
        if stanza in ("ABAB", "xAxA") and tetrameter and iambic:
            return "long-metre", "long metre"
        return "quatrain", f"quatrains, {stanza}"
    if stanza == "ABABCC":
        return "sixain", "Venus and Adonis stanza" if pentameter else "sixains, ABABCC"
    return "stanzas", f"stanzas of {len(stanza)} lines, {stanza}"
