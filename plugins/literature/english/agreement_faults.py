"""Faults of agreement that a reader hears at once: number, person, tense, what may follow `to` and an auxiliary.

Parts of speech are rough (`classes.part_of_speech`), so a fault costs and does not forbid.
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["faults", "misses_subject", "misses_verb"]

_ONE = frozenset("is was has hath doth does 's".split())
_MANY = frozenset("are were have".split())
_A = frozenset("a an this each every another one".split())
_THESE = frozenset("these those many few both".split())
_DETERMINERS = frozenset("the my thy his her its our your their no some".split())
_MODALS = frozenset(
    "to will would shall should can could may might must i'll let's cannot don't can't won't wilt shalt "
    "did didn't".split()
)
_SUBJECTS = frozenset("i we they you he she it thou who".split())
_PAST = frozenset("was were had did".split())
_NOW = frozenset("is are has have does do".split())
_OWN = {"i": "me", "we": "us", "thou": "thee"}
_LINKS = frozenset("that if when as while though what where till until before since because than".split())


_PREPOSITIONS = frozenset(
    "in on of from with by at to into upon beneath above below under over through across among amid "
    "between behind beyond beside before after along around "
    "against like than for near o'er within without toward towards down up".split()
)
_FINITE = frozenset(
    "is was are were has had have will would shall should can could may might must doth hath did does do".split()
)


_WAITING = frozenset("who which that whose whom when where as if while what how since because though till".split())


def _first_noun(tags: Sequence[str], words: Sequence[str], start: int, reach: int = 4) -> str:
    for i in range(start, min(len(words), start + reach)):
        if tags[i] in ("noun", "nouns"):
            return tags[i]
        if (
            tags[i] not in ("adjective", "adverb", "done")
            and words[i] not in _DETERMINERS
            and words[i] not in ("a", "an", "all", "not", "but", "never")
        ):
            return ""
    return ""


def _head(words: Sequence[str], tags: Sequence[str], verb: int) -> int:
    """Where the head of the subject before a verb stands, behind the phrases with *of* that hang on it; -1 where none
    is seen.
    """
    at = verb - 1
    while at >= 0 and tags[at] in ("noun", "nouns"):
        head = at
        at -= 1
        while at >= 0 and (
            tags[at] in ("adjective", "done", "doing")
            or words[at] in _DETERMINERS
            or words[at] in ("a", "an", "all", "these", "those")
        ):
            at -= 1
        if at < 1 or words[at] != "of" or tags[at - 1] not in ("noun", "nouns"):
            return head
        at -= 1
    return -1


def faults(words: Sequence[str], tags: Sequence[str]) -> int:
    """How many there are in a line of words and marks with their parts of speech."""
    found, n = 0, len(words)
    for i, (word, tag) in enumerate(zip(words, tags, strict=True)):
        following = words[i + 1] if i + 1 < n else ""
        next_tag = tags[i + 1] if i + 1 < n else ""
        near = words[max(0, i - 4) : i]
        if word in ("there", "here", "this") and following in _ONE:
            found += _first_noun(tags, words, i + 2) == "nouns"
        if word in ("there", "these", "those") and following in _MANY:
            found += _first_noun(tags, words, i + 2) == "noun" and "and" not in words[i:]
        if tag == "nouns" and (following in _ONE or next_tag == "present"):
            found += "of" not in near and "and" not in near and "in" not in near
        if tag == "noun" and following in _MANY:
            found += "and" not in near and "of" not in near
        if word in _A or word in _THESE:
            noun = _first_noun(tags, words, i + 1, 2)
            found += noun == ("nouns" if word in _A else "noun")
        if word in ("a", "an") and following:
            found += (
                (following[0] in "aeio") != (word == "an")
                and following not in ("one", "once", "hour", "honest", "european")
                and following[0] not in "hu"
            )
        if word in _DETERMINERS or word in ("a", "an"):
            found += next_tag in ("past", "present", "base") or following in _SUBJECTS
        if word in _MODALS:
            found += next_tag in ("past", "present", "doing")
        if word in ("i", "we", "they", "you"):
            found += next_tag == "present" or following in ("is", "has")
        if word in ("i", "he", "she", "it"):
            found += following in ("are", "were")
        if word in _OWN and _OWN[word] in words[i + 1 : i + 5] and not _SUBJECTS & set(words[i + 1 : i + 5]):
            found += 1
        if word in _MANY or word in ("is", "was", "has"):
            head = _head(words, tags, i)
            found += (
                head >= 0
                and "and" not in words[head:i]
                and tags[head] == ("noun" if word in _MANY else "nouns")
                and "of" in words[head:i]
            )
    found += words.count("not") > 1
    before = {w for w, t in zip(words, tags, strict=True) if w in _PAST or t == "past"}
    now = {w for w, t in zip(words, tags, strict=True) if w in _NOW or t == "present"}
    return found + bool(before and now and not _LINKS & set(words))


def misses_subject(
    words: Sequence[str], tags: Sequence[str], earlier: Sequence[str], earlier_tags: Sequence[str]
) -> bool:
    """Whether a line opens with a finite verb that no subject waits for, or whose clause has its verb. earlier: the
    sentence so far, empty where one begins.

    A subject is a pronoun or a noun that no preposition governs; `are` and `were` ask for a plural or an `and`.
    """
    opens = next((i for i, w in enumerate(words) if w not in ("and", "or", "but", "nor", ",")), len(words))
    if opens or not words or not (words[0] in _FINITE or tags[0] in ("past", "present")):
        return False
    nouns, free, plural = False, False, "and" in earlier
    governed = False
    for word, tag in zip(earlier, earlier_tags, strict=True):
        governed = word in _PREPOSITIONS or (governed and tag not in ("past", "present") and word not in (",", "and"))
        if word in _SUBJECTS or word in (
            "who",
            "which",
            "that",
            "there",
            "what",
            "these",
            "those",
            "all",
            "none",
            "one",
        ):
            free, plural = (
                True,
                plural or word in ("we", "they", "you", "who", "which", "that", "there", "these", "those", "all"),
            )
        if tag in ("noun", "nouns"):
            nouns, free, plural = True, free or not governed, plural or tag == "nouns"
            governed = False
    head = _head(earlier, earlier_tags, len(earlier))
    if head >= 0 and "and" not in earlier[head:]:
        one, many = words[0] in ("is", "was", "has") or tags[0] == "present", words[0] in ("are", "were", "have")
        if (one and earlier_tags[head] == "nouns") or (many and earlier_tags[head] == "noun" and not plural):
            return True
    if not earlier:
        return words[0] in _FINITE - {"may", "shall", "will"} or tags[0] in ("past", "present")
    clause = max((i + 1 for i, w in enumerate(earlier) if w in (",", "and")), default=0)
    said = sum(
        w in _FINITE or t in ("past", "present") for w, t in zip(earlier[clause:], earlier_tags[clause:], strict=True)
    )
    waits = sum(w in _WAITING for w in earlier[clause:])
    return not free or said > waits or (words[0] in ("are", "were", "have") and nouns and not plural)


_OPENING = frozenset("when where while as if since because till until though ere whence".split())


def misses_verb(words: Sequence[str], earlier: Sequence[str], earlier_tags: Sequence[str]) -> bool:
    """Whether a line opens a clause with *when*, *where* or the like while one opened so in the sentence before has no
    verb yet.
    """
    opens = next((w for w in words if w not in ("and", "or", "but", ",")), "")
    started = max((i for i, w in enumerate(earlier) if w in _OPENING), default=-1)
    if opens not in _OPENING or started < 0:
        return False
    return not any(
        w in _FINITE or t in ("past", "present", "base")
        for w, t in zip(earlier[started:], earlier_tags[started:], strict=True)
    )
