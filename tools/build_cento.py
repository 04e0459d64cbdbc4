"""Makes the banks of lines of `plugins/literature/models/cento` from the corpora.

    python tools/build_cento.py zh corpora/texts
    python tools/build_cento.py en corpora/texts

The English poets are those listed here, all in the public domain; Chinese ones are of the Tang and Song. Lines that speak
of a person by a pronoun alone are left out: in a cento nobody knows who that is.
"""

from __future__ import annotations

import gzip
import json
import lzma
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

MODEL = Path(__file__).parents[1] / "plugins" / "literature" / "models" / "cento"
#: Of the smaller file of poems all but these are taken (dialect, free verse, or not yet in the public domain everywhere).
NOT_TAKEN = frozenset(
    "Robert Frost|Walt Whitman|Edward Lear|Stephen Crane|Vachel Lindsay|Lewis Carroll|Paul Laurence Dunbar|Rudyard Kipling|"
    "Robert Burns|Edgar Lee Masters".split("|")
)
TAKEN = frozenset(
    "William Wordsworth|Algernon Charles Swinburne|Baron George Gordon Byron Byron|William Morris|Thomas Moore|William Cowper|"
    "Baron Alfred Tennyson Tennyson|Henry Wadsworth Longfellow|John Milton|Elizabeth Barrett Browning|Robert Browning|"
    "Matthew Arnold|Sir Walter Scott|Walter Scott|Robert Southey|Thomas Hood|James Russell Lowell|John Greenleaf Whittier|"
    "Oliver Wendell Holmes|George Meredith|Coventry Kersey Dighton Patmore|Bliss Carman|Percy Bysshe Shelley|"
    "Adelaide Anne Procter|Robert Herrick|John Keats|Thomas Hardy|Archibald Lampman|Emma Lazarus|Henry Vaughan|Herman Melville|"
    "W. B. (William Butler) Yeats|Robert Bridges|John Drinkwater|William Watson|George Santayana|Samuel Taylor Coleridge|"
    "Christina Georgina Rossetti|Thomas Gray|Edwin Arlington Robinson|Henry Timrod|Richard Hovey|Francis Thompson|"
    "William Shakespeare|Robert Louis Stevenson|Wilfrid Scawen Blunt|William Ernest Henley|Henry Kendall|Thomas Woolner|"
    "Austin Dobson|Oliver Goldsmith|Mathilde Blind|Ralph Waldo Emerson|Jean Ingelow|George MacDonald|Madison Julius Cawein|"
    "Richard Le Gallienne|William Lisle Bowles|Edward Young|Charlotte Brontë|Edith Matilda Thomas|Helen Hay Whitney|"
    "Laurence Hope|Sir Edwin Arnold|E. (Edith) Nesbit|Cale Young Rice|John Dryden|Alexander Pope|Aubrey De Vere|"
    "William Cullen Bryant|Charles Kingsley|Allan Cunningham|Arthur Symons|Ella Wheeler Wilcox|Toru Dutt|Henry Van Dyke|"
    "Lewis Morris|Evaleen Stein|Rupert Brooke|Frederic Manning|Edmund Waller|John Donne|Sir Henry John Newbolt|John Freeman|"
    "Andrew Lang|Susan Coolidge|Henry Kirk White|Maurice Henry Hewlett|Joanna Baillie".split("|")
)
CALLED = {
    "Baron George Gordon Byron Byron": "Lord Byron",
    "Baron Alfred Tennyson Tennyson": "Alfred Tennyson",
    "W. B. (William Butler) Yeats": "W. B. Yeats",
    "Coventry Kersey Dighton Patmore": "Coventry Patmore",
    "E. (Edith) Nesbit": "Edith Nesbit",
    "Walter Scott": "Sir Walter Scott",
    "Madison Julius Cawein": "Madison Cawein",
    "Christina Georgina Rossetti": "Christina Rossetti",
    "Alice Christiana Thompson Meynell": "Alice Meynell",
    "Ernest Christopher Dowson": "Ernest Dowson",
    "Maurice Henry Hewlett": "Maurice Hewlett",
    "Edith Matilda Thomas": "Edith M. Thomas",
}
#: Words that may have a capital inside a line; any other capital is taken for a name, and the line left out.
RAISED = frozenset(
    "God Heaven Love Death Time Spring Summer Autumn Winter Night Nature Beauty Hope Truth Fate Fame Sleep Life Day Earth Sea "
    "Sun Moon Morn Morning Evening Peace Joy Sorrow Grief Memory Youth Art Song Spirit Muse Lord January February March April "
    "May June July August September October November December I O Oh Silence Dawn Dusk Eve Faith Music Pain Power World Star "
    "Stars Winds Wind West East North South".split()
)
_NOT_IN_LINES = re.compile(r'[\d\[\]{}<>_|=+*/"\u201c\u201d()&]|[A-Z]{2,}|--.*--|\u2014.*\u2014')
_POINTING = re.compile(
    r"\b(he|she|him|they|them|it|himself|herself|itself|themselves|these|those|such|both|ye|quoth|said|cried|dost|didst|wert|"
    r"hast|that's|it's|'tis|'twas|'t)\b",
    re.IGNORECASE,
)
_CLIPPED = re.compile(r"\b(thro'|tho'|ev'ry|pow'r|heav'n|flow'r|'em|ye|wi'|o')|[a-z]'d\b|\u2014\s*$", re.IGNORECASE)
_HEADLESS = re.compile(r"^(Which|Whose|Whom|That|To|Than|Or|Nor|Till|Until|Of|From hence)\b")
_LEADS = re.compile(
    r"^(When|While|Where|As|If|Though|Since|Because|Before|After|Ere|Although|Like|With|In|On|Beneath|Upon)\b"
)
_LEADS_ON = re.compile(
    r"^(And|Or|Nor|With|In|On|Of|To|From|Beneath|Upon|Where|When|While|As|Like|That|Which|Whose|Who)\b"
)
#: Poets of stories and satires: their lines want those before them.
_TELLERS = frozenset(
    "John Dryden|Alexander Pope|Edward Young|Toru Dutt|Susan Coolidge|Edmund Waller|Joanna Baillie|William Morris|"
    "Sir Edwin Arnold|John Milton|Allan Cunningham|Sir Walter Scott|Henry Van Dyke|Andrew Lang|Thomas Hood".split("|")
)
#: Lines that go on with a story or an argument, speak of what was named before, or speak to somebody at hand.
_GOES_ON = re.compile(
    r"^(Then|So|Thus|Thence|Hence|There\b(?! (is|are|was|were|will|shall|can|may|must|lies|lie|comes|came|stands|stood|falls|"
    r"blows))|Therefore|Meanwhile|For|Nor|But|Yet|Here will|And when|And as|And then|And so|And thus|And such|This|That|Thereat|"
    r"Whereat|Whereon|Scarce|Sir|Dispatch|Yes|No|Ay|Nay|Well|Come,|Once more|Again|One|Some|Part|Who|What|Such|Another|Must all)\b"
    r"|\b(answered|replied|cried|exclaimed|spake|spoke|quoth|sayest|thereof|therein|thereto|whereof|dame|lord|lords|sire|"
    r"knight|maid|bride|bridegroom|king's|queen's|husband|wife|master|mistress|sword|host|foe|foes|Rome|Greece|Greek|"
    r"Roman|slave|slaves|steed|steeds|chariot|battle|troops|warrior|warriors|cocke|blest|doth|hath|thou|thy|thee|thine)\b"
    r"|\b(a|an|the|this|that|my|his|her|our|their|your|some|no|and|so|very|too)\s+(old|new|grey|gray|white|black|red|green|sweet|"
    r"fair|bright|dark|deep|cold|high|low|long|great|wild|proud|dear|true|pale|vast|rare|slow|soft|sad)\W*$"
)

CHINESE_POETS = frozenset(
    "杜甫 李白 白居易 李商隐 杜牧 刘禹锡 王维 孟浩然 韦应物 贾岛 许浑 刘长卿 钱起 岑参 王昌龄 高适 卢纶 司空曙 李端 戴叔伦 "
    "皇甫冉 张籍 王建 元稹 韩愈 柳宗元 姚合 张祜 温庭筠 韦庄 罗隐 陆龟蒙 皮日休 司空图 郑谷 杜荀鹤 方干 赵嘏 马戴 雍陶 李频 "
    "许棠 张乔 吴融 韩偓 崔涂 齐己 贯休 皎然 李群玉 薛能 曹松 郎士元 李益 韩翃 武元衡 权德舆 张说 张九龄 宋之问 沈佺期 王勃 "
    "卢照邻 骆宾王 杨炯 陈子昂 祖咏 常建 綦毋潜 储光羲 李颀 崔颢 王之涣 贺知章 张继 顾况 刘方平 施肩吾 刘得仁 徐铉 李中 朱庆余 "
    "项斯 喻凫 于武陵 鱼玄机 薛涛 崔护 苏轼 陆游 杨万里 范成大 王安石 黄庭坚 欧阳修 梅尧臣 苏舜钦 林逋 寇准 王禹偁 魏野 陈师道 "
    "陈与义 张耒 秦观 晁补之 贺铸 曾巩 朱熹 曾几 吕本中 刘克庄 戴复古 赵师秀 翁卷 徐玑 徐照 姜夔 文天祥 林景熙 汪元量 朱淑真 "
    "刘子翚 叶绍翁 司马光 邵雍 程颢 释道潜 惠洪 仇远 真山民 方岳 周密 韩琦 范仲淹 晏殊 蔡襄 文同 苏辙 王令 徐俯 韩驹 张栻 叶适 "
    "高翥 王镃 宋祁 周紫芝 志南 杜耒 雷震 卢梅坡".split()
)
#: Poems written to order say little in another place.
_TO_ORDER = re.compile(r"挽|輓|寿|应制|进和|册文|郊庙|乐章|口号|春帖|帖子|试帖|省试|贺.*(相|尚书|侍郎)|青词|咏史")
_OF_A_POET = {"wujue": 60, "qijue": 85, "wulv": 34, "qilv": 45}
_COMMON = 80


def english_poems(corpus: Path) -> Iterator[dict]:
    """Rows of both files by the poets that are taken."""
    with gzip.open(corpus / "poetry-en.jsonl.gz", "rt") as file:
        yield from (row for row in map(json.loads, file) if row["author"] not in NOT_TAKEN)
    with lzma.open(corpus / "poetry-en-more.jsonl.xz", "rt") as file:
        yield from (row for row in map(json.loads, file) if row["author"] in TAKEN)


def pack_english(corpus: Path) -> None:
    """Write the bank of sentences of two lines in one metre that name nobody and want nothing before them."""
    from artwright.plugins.literature.english.checker import scan
    from artwright.plugins.literature.english.phonetics import sounds
    from artwright.plugins.literature.english.prosody import METRES
    from artwright.plugins.literature.english.words import MARKS, normalize, tokenize

    rows: dict[str, tuple[str, ...]] = {}
    for row in english_poems(corpus):
        who = CALLED.get(row["author"], row["author"])
        stanzas = row.get("stanzas") or [row["lines"]]
        for at, stanza in enumerate(stanzas if who not in _TELLERS else ()):
            for i, given in enumerate(pairwise(stanza)):
                one, two = (normalize(line).strip() for line in given)
                if (i and stanza[i - 1].rstrip(" '\"")[-1:] not in ".!?;:") or not _is_whole(given, one, two):
                    continue
                words = [[t for t in tokenize(line) if t not in MARKS] for line in (one, two)]
                if not all(4 <= len(w) <= 11 and all(map(sounds, w)) for w in words):
                    continue
                for metre in ("pentameter", "tetrameter"):
                    read = [scan(w, METRES[metre]) for w in words]
                    if all(r.syllables == len(METRES[metre]) and not r.faults for r in read):
                        ends, last = i + 2 == len(stanza), at == len(stanzas) - 1
                        place = "Ee"[not last] if ends else "Oo"[at > 0] if not i else "-"
                        two = two.rstrip(" '\"")
                        two = f"{two[:-1]}." if two[-1] in ";:" else two
                        rows.setdefault(
                            one, (place, metre, who, title_of(" ".join((row["title"] or "").split())), one, two)
                        )
    poets = len({r[2] for r in rows.values()})
    _save(
        "cento-en",
        sorted(rows.values(), key=lambda r: r[2:]),
        data=f"{len(rows)} sentences of two lines by {poets} poets of Project Gutenberg texts",
    )


def _is_whole(given: tuple[str, str], one: str, two: str) -> bool:
    """Whether two lines are one sentence, with its main clause, that points at nobody who was named before."""
    plain = _is_plain(given[0], one) and _is_plain(given[1], two) and not any(m in one + two[:-1] for m in ".!?")
    points = _POINTING.search(f"{one} {two}") or _GOES_ON.search(one) or _CLIPPED.search(one) or _CLIPPED.search(two)
    headless = _HEADLESS.search(one) or (_LEADS.search(one) and _LEADS_ON.search(two))
    return plain and not points and not headless and two.rstrip(" '\"")[-1:] in ".!?;:"


def _is_plain(given: str, line: str) -> bool:
    """Whether a line begins with a capital, and has no other but of words that may have one."""
    if not 20 <= len(given) <= 62 or _NOT_IN_LINES.search(given) or not line[:1].isupper():
        return False
    inner = (w.strip("',.;:!?\u2014") for w in line.split()[1:])
    return all(not w[:1].isupper() or w.split("'")[0] in RAISED for w in inner)


def title_of(text: str) -> str:
    """A poem's title as it may be shown, "" for none: numbers, books, notes."""
    title = re.sub(r"^(POEM|ODE|SONNET):\s*", "", re.sub(r"[\[\]_*]", "", text).strip(' .:;,"'))
    letters = re.findall("[A-Za-z]", title)
    if sum(c.isupper() for c in letters) > 0.6 * max(1, len(letters)):
        title = re.sub(r"(?<=.)\b(Of|The|And|To|In|A|On|For|At|By)\b", lambda m: m[0].lower(), title.title())
        title = title.replace("'S", "'s")
    numbered = re.fullmatch(r"[IVXLCivxlc\d. ]+", title) or re.match(r"(Book|Canto|This|In|Part)\b", title)
    return title if 2 < len(title) < 50 and len(title.split()) < 8 and not numbered else ""


def pack_chinese(corpus: Path) -> None:
    """Write the bank of Chinese lines: those in the tones that poets use, of common characters, couplets whole."""
    from artwright.plugins.literature.chinese.corpus import poem_of
    from artwright.plugins.literature.chinese.lexicon import Lexicon
    from artwright.plugins.literature.chinese.prosody import FORMS, find_plan, kinds_of, prosody

    lexicon = Lexicon.load(MODEL.parent / "verse_zh" / "verse-zh-lexicon.safetensors")
    with gzip.open(corpus / "poetry-zh.jsonl.gz", "rt") as file:
        poems = [json.loads(row) for row in file]
    random.Random(3).shuffle(poems)
    poems.sort(key=lambda row: not row.get("anthology"))
    taken: Counter[tuple[str, str]] = Counter()
    seen: set[str] = set()
    rows = []
    for row in poems:
        form, who = row["form"], row["author"]
        if form not in FORMS or not row.get("regulated") or who not in CHINESE_POETS or _TO_ORDER.search(row["title"]):
            continue
        lines, shape = [text for text, _ in poem_of(row).clauses], FORMS[form]
        if [len(line) for line in lines] != [shape.length] * shape.lines:
            continue
        if taken[who, form] >= _OF_A_POET[form] and not row.get("anthology"):
            continue
        first, _, faults = find_plan(lines, prosody(), used=True)
        good = [
            not fault and line not in seen and all(lexicon.count(c) >= _COMMON for c in line)
            for line, fault in zip(lines, faults, strict=True)
        ]
        for above in (2, 4) if shape.lines == 8 else ():
            good[above] = good[above + 1] = good[above] and good[above + 1]
        if any(good):
            taken[who, form] += 1
            seen |= {line for line, kept in zip(lines, good, strict=True) if kept}
            body = " ".join(line if kept else "-" for line, kept in zip(lines, good, strict=True))
            rows.append(
                (row["dynasty"], who, row["title"].replace("\t", " "), form, kinds_of(first, shape.lines)[0], body)
            )
    _save("cento-zh", sorted(rows, key=lambda r: (r[1], r[3], r[2])), data=f"{len(rows)} poems of Tang and Song")


def _save(name: str, rows: list[tuple[str, ...]], *, data: str) -> None:
    from artwright.core.weights import save_weights
    from artwright.plugins.literature.lm.bank import pack_rows

    card = {
        "model": "cento",
        "data": data,
        "licence": "works in the public domain, as they stand",
        "steps": 0,
        "seed": 0,
        "evaluation": {"rows": len(rows)},
        "command": "python tools/build_cento.py",
    }
    save_weights(MODEL / f"{name}.safetensors", pack_rows(rows), card)


def main(verb: str, corpus: str) -> None:
    """The command; its verbs are in the module's text."""
    {"zh": pack_chinese, "en": pack_english}[verb](Path(corpus))


if __name__ == "__main__":
    main(*sys.argv[1:])
