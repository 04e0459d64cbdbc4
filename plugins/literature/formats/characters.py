"""Characters of a text file as a reader means them: nothing invisible, no look-alikes, one way to end a line.

What programs put into texts for their own ends is left out (soft hyphens, joiners, marks of direction, variation
selectors, control characters); what looks like a character but is another (radicals for characters, ligatures, letters
of full width or of mathematics) becomes the character. Marks of Chinese print stay as they are.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = ["chinese_marks", "tidy"]

_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
#: Left out everywhere: soft hyphen, grapheme joiner, spaces of no width, direction, annotation, tags.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\u206a-\u206f"
    "\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\U000e0100-\U000e01ef]"
)
#: Joiners and selectors: they belong to emoji and to scripts that join their letters, and are litter elsewhere.
_JOINING = re.compile("(.?)([\u200c\u200d\ufe00-\ufe0f]+)", re.DOTALL)
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
#: What NFKC may rewrite: Kangxi radicals, ligatures, forms of vertical print and small ones, full-width letters and
#: digits, half-width marks and kana, letters of mathematics. (Canonical look-alikes are the business of NFC.)
_COMPATIBLE = re.compile(
    "[\u2f00-\u2fd5\ufb00-\ufb06\ufe10-\ufe19\ufe30-\ufe44\ufe47-\ufe4f\ufe50-\ufe6b\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f"
    "\U0001d400-\U0001d7ff]"
)
#: CJK radicals that NFKC leaves alone, with the characters that they stand for (Unicode, EquivalentUnifiedIdeograph).
_RADICALS = str.maketrans(
    dict(
        pair
        for pair in zip(
            "⺁⺄⺅⺆⺈⺉⺊⺋⺌⺍⺎⺐⺒⺓⺔⺕⺖⺗⺘⺙⺛⺜⺝⺞⺟⺠⺡⺢⺣⺤⺦⺨⺩⺪⺬⺭⺮⺯⺰⺲⺶⺹⺺⺻⺼⺽⺾⺿⻀⻁⻂⻃⻄⻅⻆⻈⻉⻊⻋⻌⻍⻎⻏⻐⻑⻒⻓⻔⻕⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻭⻮⻯⻰⻱⻲⻳",
            "厂乙亻冂刀刂卜㔾小小兀尢巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫丬犭王疋示礻竹糹纟罒羊耂肀聿肉臼艹艹艹虎衤覀西见角讠贝足车辶辶辶阝钅長镸长门阜阝雨青韦页风飞食飠饣首马骨鬼鱼鸟卤麦黄黾斉齐歯齿竜龙龜亀龟",
            strict=True,
        )
    )
)
_NUMBER_OR_LATIN = re.compile(r"[A-Za-z0-9]")
_HAN = re.compile(r"[\u3400-\u9fff]")
#: ASCII marks after a Chinese character, and what they stand for.
_MARK = re.compile(r"(?<=[\u3400-\u9fff\u201d\u2019\u300d\u300f\u300b\uff09\u25a1])\s*(\.{2,}|-{2,}|[,.;:!?])\s*")
_MARKS = {",": "，", ".": "。", ";": "；", ":": "：", "!": "！", "?": "？"}
_FULL_STOP = re.compile("(?<=[\u3400-\u9fff])\uff0e")


def tidy(text: str) -> tuple[str, int, int]:
    """(text in NFC with lines ended by newlines, control characters left out, other characters changed or left out)."""
    text = _BREAKS.sub("\n", text)
    kept = _CONTROL.sub("", text)
    control = len(text) - len(kept)
    seen = _INVISIBLE.sub("", _JOINING.sub(_joined, kept))
    changed = len(kept) - len(seen)
    plain = _COMPATIBLE.sub(lambda m: unicodedata.normalize("NFKC", m[0]), seen).translate(_RADICALS)
    changed += sum(a != b for a, b in zip(seen, plain, strict=False)) if len(seen) == len(plain) else 1
    return unicodedata.normalize("NFC", _SPACES.sub(" ", plain.replace("\t", "    "))), control, changed


def _joined(found: re.Match[str]) -> str:
    before = found[1]
    kind = unicodedata.category(before) if before else ""
    name = unicodedata.name(before, "") if before else ""
    needs = kind in ("So", "Sk", "Mn", "Mc") or name.startswith(("ARABIC", "SYRIAC")) or "\u0900" <= before <= "\u0dff"
    return found[0] if needs and not name.startswith("CJK") else before


def chinese_marks(line: str) -> str:
    """A line of Chinese with the marks that it is printed with: ASCII ones after a Chinese character are taken for
    them; clauses set apart by spaces alone get a comma, single characters set apart are joined.
    """
    line = _FULL_STOP.sub("。", _MARK.sub(_mark, line))
    if not _HAN.search(line) or _NUMBER_OR_LATIN.search(line):
        return line
    parts = line.split()
    if len(parts) > 1:
        if all(len(p.rstrip("，。！？；：、")) <= 1 for p in parts):
            return "".join(parts)
        if all(len(p) >= 3 and all(map(_HAN.match, p)) for p in parts[:-1]) and _HAN.match(parts[-1]):
            return "，".join(parts)
    return line


def _mark(found: re.Match[str]) -> str:
    sign = found[1]
    if len(sign) > 1:
        return "……" if sign[0] == "." else "——"
    after = found.string[found.end() : found.end() + 1]
    return found[0] if sign in ".:" and after.isascii() and after.isalnum() else _MARKS[sign]
