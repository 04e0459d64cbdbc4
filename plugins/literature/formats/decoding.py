"""Bytes of a text file as text: which encoding they are in, decided for the whole file.

In this order: what a byte order mark says; UTF-16 and UTF-32 without one, where zero bytes show them; UTF-8; then, of
Chinese encodings (GB 18030, Big5) the one in which the text reads as Chinese; then Windows-1252, where it gives letters
and marks of western Europe among plain ones. Anything else is refused with the byte that breaks UTF-8.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ....core.errors import FormatError

__all__ = ["decode"]

_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
#: Marks of Windows-1252 that stand in English texts beside letters.
_WESTERN_MARKS = frozenset(
    "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u00a0\u00ad\u00b0\u00a3\u20ac\u00a7\u00a9\u00ae\u00ab\u00bb\u00b7\u00bd\u00bc\u00be\u2122\u2020\u2021\u00a1\u00bf"
)
#: Control characters that no text in plain bytes has.
_PLAIN_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1f]")
#: Three accented letters on end, letters that hardly any language has, one that stands alone: not western text.
_ACCENTED_RUN = re.compile(
    "[\u00c0-\u00ff]{3}|[\u00d0\u00de\u00f0\u00fe\u00ff\u00d7\u00f7]|(?<![^\\W_])[\u00c0-\u00df\u00e1-\u00fd](?![^\\W_])"
)
#: The commonest words of today's Chinese, beside which the books of old verse know the rest.
_MODERN = frozenset(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会家可下而过天去能对小多然于心学么之都好看起发当没成只如事把还用第样道想作种开美总从无情己面最女但现前些所同日手又行意动方期它头经长儿回位分爱老因很给名法间斯知世什两次使身者被高已亲其进此话常与活正感这那吗吧呢啊"
)


def decode(data: bytes, *, name: str) -> tuple[str, str]:
    """(text, encoding) of bytes. Raises FormatError, one line, that names the byte which cannot be read.

    Zero bytes and end-of-file marks at the end are padding and left out; any other zero byte is no text.
    """
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "") or _wide(data)
    if encoding:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            raise FormatError(
                f"{name!r} begins as {encoding} but byte {error.start} ({data[error.start]:#04x}) breaks it; save it as "
                f"UTF-8"
            ) from error
        return _whole(text, name), encoding
    data = data.rstrip(b"\0\x1a")
    if b"\0" in data:
        raise FormatError(f"{name!r} is not a text: byte {data.index(0)} is 0x00")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        broken = error
    for guess in (_as_chinese, _as_western):
        if found := guess(data):
            return found
    raise FormatError(
        f"{name!r} is not text in UTF-8, GB 18030, Big5 or Windows-1252: byte {broken.start} is "
        f"{data[broken.start]:#04x} ({broken.reason}); save it as UTF-8"
    )


def _whole(text: str, name: str) -> str:
    text = text.rstrip("\0\x1a")
    if "\0" in text:
        raise FormatError(f"{name!r} is not a text: character {text.index(chr(0))} is U+0000")
    return text


def _wide(data: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: the one whose characters are assigned and nearly all common; "" if neither is."""
    padded = data.rstrip(b"\0\x1a")
    if b"\0" not in data or (b"\0" not in padded and not _PLAIN_CONTROL.search(padded)):
        return ""
    for size, encodings in ((4, ("utf-32-le", "utf-32-be")), (2, ("utf-16-le", "utf-16-be"))):
        if len(data) % size:
            continue
        for encoding in encodings:
            try:
                text = data.decode(encoding).rstrip("\0\x1a")
            except UnicodeDecodeError:
                continue
            usual = sum(
                " " <= c <= "\u024f" or c in "\r\n\t" or "\u2010" <= c <= "\u2030" or _is_eastern(c) for c in text
            )
            if text and usual >= 0.97 * len(text) and not _is_paired_ascii(data, text):
                return encoding
    return ""


def _is_paired_ascii(data: bytes, text: str) -> bool:
    """Whether what reads as Chinese is letters of ASCII taken two by two: `la` is U+6C61. Half the low bytes of Chinese
    are beyond ASCII; a text so short that none is must read as Chinese.
    """
    if not any(map(_is_eastern, text)) or not data.isascii():
        return False
    share, common = _chinese_shares(text)
    return share < 0.8 or common < 0.4


def _is_eastern(char: str) -> bool:
    return "\u3000" <= char <= "\u30ff" or "\u4e00" <= char <= "\u9fff" or "\uff00" <= char <= "\uffef"


def _as_chinese(data: bytes) -> tuple[str, str] | None:
    """The text in the Chinese encoding in which it reads best, if it does in one: of what is not ASCII, four fifths are
    Chinese of the first level or its marks, and a good part of the characters are common ones.
    """
    best: tuple[float, str, str] | None = None
    for encoding in ("gb18030", "cp950", "utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        share, common = _chinese_shares(text)
        # Korean in EUC reads as Chinese of the first level, with few common characters and no marks among them.
        if (
            share >= 0.8
            and common >= (0.4 if "，" in text or "。" in text else 0.55)
            and (best is None or share + common > best[0])
        ):
            best = (share + common, text, encoding)
    return (best[1], "big5" if best[2] == "cp950" else best[2]) if best else None


def _chinese_shares(text: str) -> tuple[float, float]:
    """(what of the characters beyond ASCII is Chinese of the first level or its marks, what of the Chinese ones is
    common), in simplified characters.
    """
    from ..chinese.script import simplify

    other = [c for c in simplify(text[:20_000])[0] if ord(c) > 0x7F]
    han = [c for c in other if "\u3400" <= c <= "\u9fff"]
    marks = sum("\u2010" <= c <= "\u2027" or "\u3000" <= c <= "\u301f" or "\uff00" <= c <= "\uff5e" for c in other)
    first_level = sum(0xB0 <= (c.encode("gb2312", "replace") + b" ")[0] <= 0xD7 for c in han)
    if not han:
        return 0.0, 0.0
    return (first_level + marks) / len(other), sum(c in _common() for c in han) / len(han)


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """The thousand commonest characters of old verse, and those of today's prose."""
    from ..chinese.prosody import prosody

    table = prosody().characters
    return frozenset(sorted(table, key=lambda c: -table[c].count)[:1000]) | _MODERN


def _as_western(data: bytes) -> tuple[str, str] | None:
    """The text as Windows-1252, if what is beyond ASCII is little: letters beside letters, and marks of print."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        return None
    letters = sum(c.isascii() and c.isalpha() for c in text)
    other = [c for c in text if not c.isascii()]
    accented = sum(map(str.isalpha, other))
    if not letters or 4 * accented > letters or 2 * len(other) > letters or _ACCENTED_RUN.search(text):
        return None
    if any(c not in _WESTERN_MARKS and not c.isalpha() for c in other):
        return None
    return text, "windows-1252"
