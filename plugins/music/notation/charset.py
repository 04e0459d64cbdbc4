"""The encoding of a file's texts, where the format doesn't say which: decided once, from all texts together.

A title of three letters says little; with the lyrics it says enough. UTF-8 is taken where all texts are UTF-8;
else chardet chooses among the encodings that sequencers have written.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["clean_line", "clean_text", "find_encoding"]

_CANDIDATES = ("cp1252", "cp1251", "koi8-r", "cp932", "gb18030", "big5", "cp949", "euc-jp")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fc\uff66-\uff9f]")
_MIXED = re.compile(
    r"[a-zA-Z][\u0400-\u04ff]|[\u0400-\u04ff][a-zA-Z]|[a-z][\u2e80-\uffff]+[a-z]|[\uac00-\ud7a3][\u4e00-\u9fff]"
)
"""Two scripts in one word, which nobody writes: a sign that the bytes were read in the wrong encoding."""
_USUAL = {"gb18030": "gb2312", "cp949": "euc-kr"}
"""Of encodings that give a character to almost any two bytes, the part that is written with."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ENOUGH = 1 << 14


def find_encoding(texts: Sequence[bytes]) -> str:
    """The name of the encoding that all of `texts` are in; "utf-8" if they are valid in it, "cp1252" if nothing fits."""
    data = b"\n".join(texts)
    if data.isascii() or _decodes(data, "utf-8"):
        return "utf-8"
    if _reads_as_kana(data):
        return "cp932"
    import chardet

    rows = dict.fromkeys(row for text in texts for row in text.splitlines() if not row.isascii())
    wide = b"\n".join(rows)[:_ENOUGH]
    guesses = chardet.detect_all(wide, ignore_threshold=True, include_encodings=_CANDIDATES, compat_names=False)
    names = [str(row["encoding"]).lower() for row in guesses if row["encoding"]]
    fitting = [name for name in names if _decodes(data, name)]
    plain = [name for name in fitting if not _MIXED.search(data.decode(name))]
    usual = [name for name in plain if name not in _USUAL or _usual(data.decode(name), _USUAL[name])]
    return (usual or plain or fitting or ["cp1252"])[0]


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _usual(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _reads_as_kana(data: bytes) -> bool:
    """Whether the text in Shift-JIS is mostly kana: syllables that no other reading of bytes gives by chance."""
    try:
        text = data.decode("cp932")
    except UnicodeDecodeError:
        return False
    wide = [c for c in text if not c.isascii()]
    full = sum(bool(_KANA.match(c)) and c < "\uff00" for c in wide)
    return full >= 2 and full >= 0.6 * len(wide)


def clean_text(data: bytes, encoding: str) -> str:
    """The text of some bytes without control characters other than tabs and line ends; bytes of no meaning are marked."""
    return _CONTROLS.sub("", data.decode(encoding, "replace"))


def clean_line(text: str) -> str:
    """A title in one line, without control characters."""
    return " ".join(_CONTROLS.sub("", text).split())
