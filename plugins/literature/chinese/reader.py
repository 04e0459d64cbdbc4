"""Reading Chinese: form, tones, rhyme, antithesis, images, mood, words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ....core.artwork import Text
from ....core.theme import Mood, mood_of, read_words
from ..models.poet.options import TUNES
from .checker import Verdict, check_regulated, check_tune, find_clash, recognise
from .corpus import split_clauses
from .forms import tune_of
from .lending import lend_lexicon
from .lexicon import Lexicon
from .prosody import FORMS, Prosody, prosody
from .voices import nearest_voices

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["NAMES", "find_form", "read", "read_with"]

_PINYIN = {name: key for key, name in TUNES.items()}
NAMES = {
    "wujue": "五言绝句",
    "qijue": "七言绝句",
    "wulv": "五言律诗",
    "qilv": "七言律诗",
    "gushi": "古体诗",
    "prose": "散文",
    "free": "自由体",
    **{key: f"词·{name}" for key, name in TUNES.items()},
}
#: Level in today's Mandarin, entering in the rhyme books: what trips a modern ear.
_LEVEL_TODAY = frozenset(
    "白十一国石竹独绝夕席惜节结洁别学觉昨薄食识德得则责泽择宅拾失湿实直值职织佛福服伏烛足俗族叔熟读毒屋哭秃捉卓桌浊活脱拨泼八发罚拔达察插杀瞎刮刷"
    "接叠碟蝶跌歇协胁切贴截急级及集吸七漆膝疾滴笛敌积击激极夺说缺决诀"
)


def find_form(lines: Sequence[str]) -> str:
    """The form of some lines as the medium names it: "qijue", a tune's key, "gushi", "free" or "prose"."""
    clauses = split_clauses(list(lines))
    lengths = [len(text) for text, _ in clauses]
    if not lengths:
        return ""
    form = recognise(clauses)
    if form.startswith("ci:"):
        return _PINYIN.get(form[3:], form)
    # A poem of any length keeps to short clauses, however many stand in a line; prose does not.
    short = sum(n <= 7 for n in lengths) >= 0.9 * len(lengths) and max(lengths) <= 11
    if form == "free" and (sum(lengths) > 240 or (max(map(len, lines)) > 40 and not short)):
        return "prose"
    return form


def read(text: Text, context: Context) -> dict[str, Any]:
    """Findings as plain JSON; see docs/media/literature.md for what each means."""
    with lend_lexicon(context) as lexicon:
        return read_with(text, lexicon)


def read_with(text: Text, lexicon: Lexicon) -> dict[str, Any]:
    """Findings as plain JSON; see docs/media/literature.md for what each means."""
    lines = list(text.lines)
    clauses = split_clauses(lines)
    texts = [t for t, _ in clauses]
    form = find_form(lines)
    han = [c for line in texts for c in line if "\u3400" <= c <= "\u9fff"]
    findings: dict[str, Any] = {
        "language": "zh",
        "form": form or text.form,
        "form_name": NAMES.get(form, form),
        "stated_form": text.form,
        "characters": len(han),
        "lines": len(lines),
        "clauses": len(texts),
    }
    table = prosody()
    verse = form not in ("prose", "")
    if verse:
        verdict = _verdict(form, texts)
        findings["metre"] = _metre(texts, verdict, table)
        findings["rhyme"] = _rhyme(clauses, verdict, table)
        findings["form_kept"] = verdict.kept if verdict else None
        findings["faults"] = list(verdict.faults) if verdict else []
        findings["clash"] = find_clash("".join(texts))
    if len(texts) >= 2 and verse:
        findings["antithesis"] = _antithesis(texts, form, lexicon)
    findings["vocabulary"] = _vocabulary(han, lexicon)
    findings["imagery"] = _imagery(lines)
    findings["mood"] = _mood(lines)
    findings["repetition"] = {c: n for c, n in Counter(han).most_common(8) if n > 1}
    if form == "prose" or len(han) > 300:
        findings["voice"] = nearest_voices("".join(lines))
    return findings


def _verdict(form: str, texts: Sequence[str]) -> Verdict | None:
    if form in FORMS:
        return check_regulated(texts, form)
    tune = tune_of(form)
    return check_tune(texts, tune) if tune else None


def _metre(texts: Sequence[str], verdict: Verdict | None, table: Prosody) -> list[dict[str, Any]]:
    """Line by line: the tone of each character (平, 仄, 中 for both, ？ unknown), what the pattern wants, wrong places from
    1.
    """
    rows = []
    for number, line in enumerate(texts):
        tones = "".join({"平": "平", "仄": "仄", "平仄": "中", "": "？"}[table.used(c)] for c in line)
        row: dict[str, Any] = {"line": line, "tones": tones}
        if verdict and number < len(verdict.patterns):
            row["pattern"] = verdict.patterns[number].replace(".", "中")
            row["wrong"] = [p + 1 for c, p in verdict.places if c == number]
            row["rare_reading"] = (
                [p + 1 for p in table.faults(line, verdict.patterns[number], used=True) if p + 1 not in row["wrong"]]
                if len(line) == len(verdict.patterns[number])
                else []
            )
        rows.append(row)
    return rows


def _rhyme(clauses: Sequence[tuple[str, str]], verdict: Verdict | None, table: Prosody) -> dict[str, Any]:
    ends = [text[-1] for text, mark in clauses if text and mark in "。！？"]
    if not ends:
        ends = [text[-1] for text, _ in clauses if text][1::2]
    if verdict and verdict.rhyme:
        ends = (
            [clauses[0][0][-1], *ends] if verdict.kind in ("B", "D") and clauses[0][1] not in tuple("。！？") else ends
        )
        return {"book": "平水韵", "group": verdict.rhyme, "words": ends}
    found = table.rhyme_group(ends, level=None)
    group = table.groups[found[0]] if found and found[1] * 2 > len(ends) else ""
    parts = Counter(p for c in ends if (k := table.characters.get(c)) for p in k.parts)
    part, hits = parts.most_common(1)[0] if parts else ("", 0)
    return {
        "book": "平水韵" if group else "词林正韵",
        "group": group or (f"第{part[:-1]}部{part[-1]}声" if hits > 1 else ""),
        "words": ends,
    }


def _antithesis(texts: Sequence[str], form: str, lexicon: Lexicon) -> list[dict[str, Any]]:
    """Couplets of equal length with how well their places answer each other; real octaves have about 0.25 in the
    middle.
    """
    found = []
    for first in range(0, len(texts) - 1, 2):
        up, low = texts[first], texts[first + 1]
        if len(up) != len(low) or len(up) < 3:
            continue
        likeness = [lexicon.likeness(a, b, parallel=True) for a, b in zip(up, low, strict=True)]
        asked = form in ("wulv", "qilv") and first in (2, 4)
        found.append(
            {
                "lines": [first + 1, first + 2],
                "strength": round(sum(likeness) / len(likeness), 3),
                "required": asked,
                "pairs": [f"{a}/{b}" for a, b, v in zip(up, low, likeness, strict=True) if v > 0.35],
            }
        )
    return found


def _vocabulary(han: Sequence[str], lexicon: Lexicon) -> dict[str, Any]:
    kinds = len(set(han))
    found: dict[str, Any] = {"characters": len(han), "different": kinds, "richness": round(kinds / max(1, len(han)), 3)}
    rare = [c for c in dict.fromkeys(han) if lexicon.count(c) < 60]
    found["rare"] = rare[:20]
    found["words"] = [han[i] + han[i + 1] for i in range(len(han) - 1) if han[i] + han[i + 1] in lexicon.words][:24]
    return found


def _imagery(lines: Sequence[str]) -> dict[str, int]:
    images = Counter(image for line in lines for image in read_words(line)[1])
    return dict(images.most_common(12))


#: Characters of feeling: (valence, arousal). Images of the shared table add theirs at half weight.
_FEELING: dict[str, tuple[float, float]] = {
    **dict.fromkeys("愁恨悲哀怨苦泣泪伤凄惨忧惆怅啼咽", (-0.8, 0.0)),
    **dict.fromkeys("孤独寂寞残衰老病贫空荒废冷暮断别离尽枯瘦", (-0.5, -0.3)),
    **dict.fromkeys("死亡鬼坟骨血战烽乱惊怒杀破贼哭", (-0.7, 0.6)),
    **dict.fromkeys("喜欢乐笑歌舞贺宴庆", (0.8, 0.5)),
    **dict.fromkeys("春芳香暖晴明丽艳新荣锦", (0.45, 0.1)),
    **dict.fromkeys("闲静安清幽眠悠高淡和", (0.35, -0.5)),
    **dict.fromkeys("奔飞腾雷雄壮豪烈狂", (0.2, 0.7)),
}


def line_mood(line: str) -> Mood:
    """The mood of a line by its characters of feeling and its images; neutral if it has none."""
    felt = [(_FEELING[c], 1.0) for c in line if c in _FEELING]
    images = read_words(line)[1]
    if images:
        mood = mood_of(images)
        felt.append(((mood.valence, mood.arousal), 0.5))
    weight = sum(w for _, w in felt)
    if not weight:
        return Mood()
    return Mood(valence=sum(f[0] * w for f, w in felt) / weight, arousal=sum(f[1] * w for f, w in felt) / weight)


def _mood(lines: Sequence[str]) -> dict[str, Any]:
    by_line = [line_mood(line) for line in lines]
    felt = [m for m in by_line if m.valence or m.arousal]
    valence = sum(m.valence for m in felt) / max(1, len(felt))
    arousal = sum(m.arousal for m in felt) / max(1, len(felt))
    return {
        "valence": round(valence, 3),
        "arousal": round(arousal, 3),
        "word": _mood_word(valence, arousal),
        "by_line": [[round(m.valence, 2), round(m.arousal, 2)] for m in by_line[:200]],
    }


def _mood_word(valence: float, arousal: float) -> str:
    if abs(valence) < 0.12 and abs(arousal) < 0.2:
        return "even"
    if valence >= 0:
        return "exalted" if arousal > 0.15 else "serene"
    return "agitated" if arousal > 0.15 else "melancholy"


def entering_today(text: str) -> list[str]:
    """Characters that are level today but of the entering tone in the books."""
    table = prosody()
    return [c for c in dict.fromkeys(text) if c in _LEVEL_TODAY and (k := table.characters.get(c)) and k.entering]
