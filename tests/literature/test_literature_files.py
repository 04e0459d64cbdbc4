"""Text files as people have them: encodings, invisible characters, heads and notes, Markdown; and any bytes at all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from artwright.core.artwork import Artwork, Text
from artwright.core.errors import ArtwrightError, FormatError, InputError
from artwright.core.studio import Studio
from artwright.plugins.literature.chinese.script import simplify
from artwright.plugins.literature.english.numbers import read_numbers
from artwright.plugins.literature.english.phonetics import count_syllables
from artwright.plugins.literature.english.reader import scan_lines
from artwright.plugins.literature.formats.decoding import decode
from artwright.plugins.literature.medium import Literature
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

QUATRAIN = ("白日依山尽，", "黄河入海流。", "欲穷千里目，", "更上一层楼。")
TRADITIONAL = "雲母屏風燭影深，長河漸落曉星沉。嫦娥應悔偷靈藥，碧海青天夜夜心。"
ENGLISH = ("The lantern burns above the door,", "The evening settles on the sand;")


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio(tmp_path_factory.mktemp("home"), device="cpu")


def load(folder: Path, text: str | bytes, name: str = "a.txt") -> Artwork:
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    (folder / name).write_bytes(data)
    return Literature().load(folder / name)


def notes(work: Artwork) -> dict[str, str]:
    return dict(work.provenance.notes) if work.provenance else {}


# ------------------------------------------------------------------ encodings


@pytest.mark.parametrize(
    "encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig"]
)
@pytest.mark.parametrize("text", ["".join(QUATRAIN) + "\n", "Caf\u00e9 \u2014 the sea\r\nis calm tonight\r\n", "月\n"])
def test_unicode_is_read_with_and_without_a_mark(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), name="a")[0].lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("".join(QUATRAIN), "gb18030"),
        ("高铁站里人很多，他们都在等车。", "gbk"),
        ("床前明月光，疑是地上霜。", "utf-16-le"),
        (TRADITIONAL, "big5"),
        (TRADITIONAL, "gb18030"),
        ("\u201cna\u00efve,\u201d she said \u2014 caf\u00e9", "cp1252"),
        ("Bront\u00ebs of the moor, clich\u00e9d and cold", "latin-1"),
    ],
)
def test_older_encodings_are_found_for_the_whole_file(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), name="a")[0] == text


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Я помню чудное мгновенье", "cp1251"),
        ("나 보기가 역겨워 가실 때에는 말없이 고이", "euc-kr"),
        ("古い池の水音", "shift-jis"),
    ],
)
def test_other_encodings_are_refused_and_not_misread(text: str, encoding: str) -> None:
    with pytest.raises(FormatError, match="UTF-8"):
        decode(text.encode(encoding), name="a")


@pytest.mark.parametrize(
    "data",
    [b"ab\0cd", b"The sea\0goes out\0at night", b"la\0ng", "海\0月".encode(), "a\0b\n".encode("utf-16"), b"\xff\xfea"],
)
def test_zero_bytes_inside_are_no_text_and_padding_is(data: bytes) -> None:
    with pytest.raises(FormatError):
        decode(data, name="a")
    assert decode(b"the sea\n\0\0\0\x1a", name="a")[0] == "the sea\n"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u0085", "\u2028", "\u2029", "\x0b"])
def test_every_end_of_line_ends_one(tmp_path: Path, end: str) -> None:
    assert load(tmp_path, end.join(ENGLISH)).payload.lines == ENGLISH


# ------------------------------------------------------------------ characters


@pytest.mark.parametrize(
    ("given_", "meant"),
    [
        ("The lan\u00adtern burns a\u200dbove the door,", ENGLISH[0]),
        ("\u202aThe \u2060lantern\ufe0f burns\u00a0above\u2009the door,\u200e", ENGLISH[0]),
        ("The lantern bu\u200crns above the \uff44\uff4f\uff4f\uff52,", ENGLISH[0]),
        ("\U0001d4e3he lantern burns above the door,", ENGLISH[0]),
        ("a \ufb01eld of \ufb02owers", "a field of flowers"),
        ("白\ufe00日\U000e0100依\u00ad山尽，", QUATRAIN[0]),
        ("⽩⽇依⼭尽，", QUATRAIN[0]),
        ("\u3000\u3000白日依山尽，", QUATRAIN[0]),
        ("清⻛吹⻋⻢，⻥⻰听⻓⻝。", "清风吹车马，鱼龙听长食。"),
        ("白日依山尽\ufe10", QUATRAIN[0]),
        ("白日依山尽\uff64黄河入海流\uff61", "白日依山尽、黄河入海流。"),
        ("\uf9f7春\ufa15", "立春凞"),
    ],
)
def test_look_alikes_and_invisible_characters_are_made_plain(tmp_path: Path, given_: str, meant: str) -> None:
    work = load(tmp_path, given_ + "\n")
    assert work.payload.lines == (meant,)


def test_what_belongs_to_its_neighbours_stays(tmp_path: Path) -> None:
    for line in (
        "a heart \u2764\ufe0f and a family \U0001f468\u200d\U0001f469",
        "५ क्\u200dष of the sea and land",
        "naïve … “so” — x²",
    ):
        assert load(tmp_path, line + " and words\n").payload.lines[0].startswith(line.split(" and")[0])


@pytest.mark.parametrize(
    "lines",
    [
        "白日依山尽,\n黄河入海流.\n欲穷千里目,\n更上一层楼.",
        "白日依山尽, 黄河入海流. 欲穷千里目, 更上一层楼!",
        "白日依山尽\uff0c黄河入海流\uff0e欲穷千里目;更上一层楼.",
        "白日依山尽 黄河入海流\n欲穷千里目 更上一层楼",
        "白 日 依 山 尽\n黄 河 入 海 流\n欲 穷 千 里 目\n更 上 一 层 楼",
        "白日依山尽\n黄河入海流\n欲穷千里目\n更上一层楼",
    ],
)
def test_chinese_verse_is_read_whatever_its_marks(studio: Studio, tmp_path: Path, lines: str) -> None:
    work = load(tmp_path, lines)
    found = studio.analyze(work).findings
    assert (found["form"], found["form_kept"]) == ("wujue", True)


def test_marks_of_other_things_stay_what_they_are(tmp_path: Path) -> None:
    assert load(tmp_path, "他买了3.5斤米，花了1,000元，见www.a.cn。\n").payload.lines == (
        "他买了3.5斤米，花了1,000元，见www.a.cn。",
    )
    assert load(tmp_path, "The 'sea', 3.5 miles off. So... what?\n").payload.lines == (
        "The 'sea', 3.5 miles off. So... what?",
    )


@pytest.mark.parametrize(
    ("traditional", "simple"),
    [
        ("乾坤日夜浮", "乾坤日夜浮"),
        ("淚乾口燥，乾隆年間", "泪干口燥，乾隆年间"),
        ("乾元用九，君子終日乾乾", "乾元用九，君子终日乾乾"),
        ("皇后在後宮", "皇后在后宫"),
        ("白髮初發，頭髮蓬鬆", "白发初发，头发蓬松"),
        ("千里裏，雲云", "千里里，云云"),
        ("宮商角徵羽，魏徵徵兵", "宫商角徵羽，魏徵征兵"),
        ("於戲，終於", "於戏，终于"),
    ],
)
def test_traditional_characters_become_the_right_simple_ones(traditional: str, simple: str) -> None:
    assert simplify(traditional)[0] == simple


# ------------------------------------------------------------------ heads, notes, rules

HEADS = {
    "《登鹳雀楼》\n作者：王之涣\n\n": ("登鹳雀楼", "王之涣"),
    "登鹳雀楼\n王之涣\n": ("登鹳雀楼", "王之涣"),
    "登鹳雀楼\n\n[唐] 王之涣\n\n": ("登鹳雀楼", "王之涣"),
    "《登鹳雀楼》（唐）王之涣\n": ("登鹳雀楼", "王之涣"),
    "标题：登鹳雀楼\n作者: 王之涣\n朝代：唐\n": ("登鹳雀楼", "王之涣"),
    "登鹳雀楼\n唐·王之涣\n\n": ("登鹳雀楼", "王之涣"),
    "登鹳雀楼\n——王之涣\n\n": ("登鹳雀楼", "王之涣"),
    "# 登鹳雀楼\n\n[唐] 王之涣\n\n": ("登鹳雀楼", "王之涣"),
    "": ("", ""),
}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize(
    "foot", ["", "\n注释：\n①白日：太阳。\n", "\n（选自《全唐诗》）\n", "\n——王之涣\n", "\n一九八二年三月抄\n"]
)
def test_a_poems_head_and_foot_are_no_lines(tmp_path: Path, head: str, foot: str) -> None:
    work = load(tmp_path, head + "\n".join(QUATRAIN) + "\n" + foot)
    title, author = HEADS[head]
    assert work.payload.lines == QUATRAIN and work.payload.form == "wujue"
    assert work.title == title and work.payload.author in {author, "王之涣"}
    assert not foot or "left_out" in notes(work)


@pytest.mark.parametrize(
    ("text", "title", "author", "lines"),
    [
        ("The Door\nby Ann Lee\n\n{}", "The Door", "Ann Lee", ENGLISH),
        ("The Door\n\nAnn Lee\n(1830-1886)\n\n{}", "The Door", "Ann Lee", ENGLISH),
        ("Title: The Door\nAuthor: Ann Lee\nDate: May 1890\n{}", "The Door", "Ann Lee", ENGLISH),
        ("The Door\n-- Ann Lee\n\n{}", "The Door", "Ann Lee", ENGLISH),
        ("## The Door ##\n{}", "The Door", "", ENGLISH),
        ("{}\n\n-- Ann Lee, 1890", "", "Ann Lee", ENGLISH),
        ("{}\n\nSource: The Doors (1890)\nhttps://example.org/poem", "", "", ENGLISH),
        ("{}\n\nNotes:\n1. sand: of the sea", "", "", ENGLISH),
        ("I\n\n{}\n\nII\n\nAnd more", "", "", (*ENGLISH, "And more")),
        ("1.\n{}\n2.\nAnd more", "", "", (*ENGLISH, "And more")),
        ("[Verse 1]\n{}\n\n[Chorus]\nAnd more", "", "", (*ENGLISH, "And more")),
        ("{}\n\n* * *\n\nAnd more\n~~~~\nAnd last", "", "", (*ENGLISH, "And more", "And last")),
    ],
)
def test_an_english_poems_head_and_foot_are_no_lines(
    tmp_path: Path, text: str, title: str, author: str, lines: tuple[str, ...]
) -> None:
    work = load(tmp_path, text.replace("{}", "\n".join(ENGLISH)))
    assert (work.title, work.payload.author, work.payload.lines) == (title, author, lines)


@pytest.mark.parametrize("mark", ["[1]", "[^2]", "\u00b9", "\u2020", "[12]"])
def test_footnote_marks_are_no_words(tmp_path: Path, mark: str) -> None:
    work = load(tmp_path, f"The lantern{mark} burns above the door,{mark}\nThe evening settles on the sand;\n")
    assert work.payload.lines == ENGLISH and "footnote mark" in notes(work)["left_out"]


@pytest.mark.parametrize(
    ("mark", "head", "title"),
    [("{}  ", "", ""), ("{}. ", "The Door\n\n", "The Door"), ("[{}] ", "", ""), ("{})\t", "By day\n", "")],
)
def test_numbers_before_lines_are_left_out(tmp_path: Path, mark: str, head: str, title: str) -> None:
    poem = [*ENGLISH, "The tide goes whispering from the shore", "And leaves its letters on the land."]
    work = load(tmp_path, head + "\n".join(mark.format(i) + line for i, line in enumerate(poem, 1)))
    assert list(work.payload.lines[-4:]) == poem and work.title == title
    assert "4 numbers of a line" in notes(work)["left_out"]


def test_numbers_before_chinese_lines_are_left_out(tmp_path: Path) -> None:
    work = load(tmp_path, "登鹳雀楼\n\n" + "\n".join(f"{i}、{line}" for i, line in enumerate(QUATRAIN, 1)))
    assert work.payload.lines == QUATRAIN and work.title == "登鹳雀楼"
    apart = load(tmp_path, "1. 江上清风吹客衣\n\n2. 山前古寺晚钟微\n", "b.txt")
    assert apart.payload.lines == ("江上清风吹客衣", "山前古寺晚钟微") and apart.title == ""


def test_every_fifth_line_numbered_before_it(tmp_path: Path) -> None:
    poem = [f"{line} a" for line in "one two three four five six seven eight nine ten".split()]
    numbered = [f"{i}   {line}" if i % 5 == 0 else f"     {line}" for i, line in enumerate(poem, 1)]
    assert list(load(tmp_path, "\n".join(numbered)).payload.lines) == poem


def test_numbers_of_lines_are_left_out_and_numbers_in_lines_stay(tmp_path: Path) -> None:
    numbered = "One a\ntwo b\nthree c\nfour d\nfive e      5\nsix f\nseven g\neight h\nnine i\nten j\t10\n"
    assert load(tmp_path, numbered).payload.lines[4::5] == ("five e", "ten j")
    kept = "I counted sheep up to\n  20\nand then I slept till 5\n"
    assert load(tmp_path, kept).payload.lines == ("I counted sheep up to", "20", "and then I slept till 5")


@pytest.mark.parametrize(
    "poem",
    [
        "I\nloved\nyou\n\nonce\n",
        "\u201cHope\u201d is the thing with feathers \u2014\nThat perches in the soul \u2014\n",
        "\u2014 And then the windows failed\n\u2014 and then\n",
        "* * *\nStars\n",
        "1 man went up the hill\n20 men came down\n3 of them were ill\n",
        "He said so\n\u2014 and left\n\nThe night came in\n",
        "床前明月光\n",
        "By night the sea came in\nand by the day it left\n",
    ],
)
def test_what_may_be_verse_stays(tmp_path: Path, poem: str) -> None:
    work = load(tmp_path, poem)
    words = poem.replace("*", "").split()
    assert " ".join([work.title, *work.payload.lines]).split() == words


# ------------------------------------------------------------------ Markdown


@pytest.mark.parametrize(
    ("text", "title", "author", "lines"),
    [
        ("# Door\n\n*The lantern* burns above the **door**,  \nThe [evening](http://a.b/c) settles on the sand;\n", "Door", "", ENGLISH),
        ("---\ntitle: No\nauthor: A: B\ntags: [a, b]\n---\n\n{}\n", None, None, ENGLISH),
        ("---\ntitle: No\nauthor: Ann\n---\n\n{}\n", "No", "Ann", ENGLISH),
        ("{}\n\n<!-- a comment -->\n\n![picture](a.png)\n", "", "", ENGLISH),
        ("> {}\n", "", "", ENGLISH),
        ("- The lantern burns above the door,\n- The evening settles on the sand;\n", "", "", ENGLISH),
        ("The lantern burns above the door,<br>The evening settles on the sand;\n---\n", "", "", ENGLISH),
        ("    The lantern burns above the door,\n    The evening settles on the sand;\n", "", "", ENGLISH),
        ("```\n{}\n```\n", "", "", ENGLISH),
        ("# Door\n## by Ann Lee\n\nThe lantern[^1] burns above the door,\\\nThe evening settles on the sand;\n\n[^1]: x\n", "Door", "Ann Lee", ENGLISH),
        ("The lantern burns above the&nbsp;door,\nThe evening settles on the sand&#59;\n", "", "", ENGLISH),
    ],
)  # fmt: skip
def test_markdown_is_read_as_its_words(
    tmp_path: Path, text: str, title: str | None, author: str | None, lines: tuple[str, ...]
) -> None:
    work = load(tmp_path, text.replace("{}", "\n".join(ENGLISH)), "a.md")
    assert work.payload.lines[-2:] == lines
    if title is not None:
        assert (work.title, work.payload.author, work.payload.lines) == (title, author, lines)


LINE = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z", "M")) | st.sampled_from("*_[]()<>#`\\-+.!|&~= "),
    min_size=1,
    max_size=30,
)  # fmt: skip


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stanzas=st.lists(st.lists(LINE, min_size=1, max_size=4), min_size=1, max_size=3),
    title=LINE,
    form=st.sampled_from(["", "prose"]),
)
@pytest.mark.parametrize("suffix", [".md", ".txt"])
def test_what_is_written_is_read_again(
    tmp_path: Path, suffix: str, stanzas: list[list[str]], title: str, form: str
) -> None:
    from artwright.plugins.literature.formats.characters import tidy

    def plain(line: str) -> str:
        return " ".join(tidy(line)[0].split()) or "x"

    kept = tuple(tuple(map(plain, stanza)) for stanza in stanzas)
    text = Text(stanzas=(("words",), *kept), language="en", form=form, title=plain(title))
    work = Literature().artwork(text, title=text.title)
    Literature().save(work, tmp_path / f"a{suffix}")
    again = Literature().load(tmp_path / f"a{suffix}")
    assert again.payload.stanzas == text.stanzas and again.id == work.id and again.title == work.title


# ------------------------------------------------------------------ numbers, accents, languages


@pytest.mark.parametrize(
    ("written", "aloud"),
    [
        ("In 1914 the boys", "In nineteen fourteen the boys"),
        ("the 3rd of 20", "the third of twenty"),
        ("at 5:30", "at five thirty"),
        ("$1 & 100%", "one dollar and one hundred percent"),
        ("1,001 nights", "one thousand one nights"),
        ("the 1920s", "the nineteen twenties"),
        ("007", "zero zero seven"),
        ("3.14", "three point one four"),
        ("1905 and 1066", "nineteen oh five and ten sixty six"),
    ],
)
def test_numbers_are_read_aloud(written: str, aloud: str) -> None:
    assert read_numbers(written) == aloud


def test_lines_with_numbers_scan_as_they_are_said() -> None:
    rows = scan_lines(["In 1914 the boys went out,", "The other 20 were struck dumb."])
    assert [row["syllables"] for row in rows] == [9, 8]


@pytest.mark.parametrize(
    ("word", "count"),
    [("coöperate", 4), ("naïve", 2), ("Brontë", 2), ("fiancée", 3), ("zoölogy", 4), ("blessèd", 2), ("Cæsar", 2)],
)
def test_accented_words_have_their_syllables(word: str, count: int) -> None:
    assert count_syllables(word) == count


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Über allen Gipfeln\nIst Ruh,\nIn allen Wipfeln\nSpürest du\nKaum einen Hauch;\n"),
        ("ja", "古池や\n蛙飛びこむ\n水の音\n"),
        ("ar", "قفا نبك من ذكرى حبيب ومنزل\n"),
        ("fr", "Sous le pont Mirabeau coule la Seine\nEt nos amours\n"),
    ],
)
def test_a_text_in_another_language_is_counted_and_not_scanned(
    studio: Studio, tmp_path: Path, language: str, text: str
) -> None:
    work = load(tmp_path, text)
    found = studio.analyze(work, explain=True, plot=True)
    assert found.findings["language"] == language and "only English and Chinese" in found.findings["remark"]
    assert not {"metre", "form", "scansion", "rhyme"} & set(found.findings) and found.explanation
    with pytest.raises(InputError, match="seems to be in"):
        studio.transfer_style(work, "haiku")
    assert studio.theme(work).language in ("en", "zh")


# ------------------------------------------------------------------ any file at all

SEEDS = (
    "\n".join(QUATRAIN).encode(),
    TRADITIONAL.encode("big5"),
    "《江上》\n作者：某人\n\n江上清风吹客衣,\n山前古寺晚钟微.①\n注释：x\n".encode(),
    ("# Door\n\n" + "  \n".join(ENGLISH) + "\n\n---\n[^1]: note <!-- x -->\n").encode(),
    b'---\ntitle: a\nartwright: {"medium": "literature", "title": "a"}\n---\n\nThe sea\\\nis calm\n',
    "Title: x\nBy Ann\n\nIn 1914, at 5:30 [1]\ncaf\u00e9s     5\n\n-- Ann, 1890\n".encode("utf-16"),
    "다 1,000 \u202e\u0301\u0301 \ufdfa\U0001f468\u200d\U0001f469 ㍿ ①②\n".encode(),
)


def read_anything(studio: Studio, path: Path) -> str:
    """ "read", or the one line of an error; anything else is a failure."""
    try:
        work = Literature().load(path)
        found = studio.analyze(work)
    except ArtwrightError as error:
        assert "\n" not in str(error), str(error)
        return str(error)
    assert found.findings["language"] and found.findings["lines"] >= 1
    return "read"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
@pytest.mark.parametrize("suffix", [".txt", ".md"])
def test_any_file_is_read_or_refused_in_one_line(studio: Studio, tmp_path: Path, suffix: str, data: bytes) -> None:
    (tmp_path / f"a{suffix}").write_bytes(data)
    assert read_anything(studio, tmp_path / f"a{suffix}")


def mutated(rng: random.Random) -> bytes:
    data = bytearray(rng.choice(SEEDS))
    for _ in range(rng.randint(1, 6)):
        at, kind = rng.randrange(len(data) + 1), rng.randrange(6)
        if kind == 0 and data:
            data[at % len(data)] ^= 1 << rng.randrange(8)
        elif kind == 1:
            del data[at : at + rng.randint(1, 12)]
        elif kind == 2:
            data[at:at] = rng.choice(SEEDS)[: rng.randint(1, 40)]
        elif kind == 3:
            data[at:at] = rng.choice(
                ("\u202e", "\u200d", "---\n", "\r", "\u2028", "```\n", "[^1]", "> ", "\ufeff", "　")
            ).encode()
        elif kind == 4:
            data[at:at] = bytes(rng.randrange(256) for _ in range(rng.randint(1, 4)))
        else:
            data += data[at : at + 60]
    return bytes(data)


def run_mutations(studio: Studio, folder: Path, count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    results = []
    for number in range(count):
        path = folder / f"m{number % 4}{rng.choice(('.txt', '.md'))}"
        path.write_bytes(mutated(rng))
        results.append(read_anything(studio, path))
    return results


def test_mutated_files_are_read_or_refused(studio: Studio, tmp_path: Path) -> None:
    results = run_mutations(studio, tmp_path, 60, seed=1)
    assert results.count("read") > 12


@pytest.mark.slow
def test_a_thousand_mutated_files_are_read_or_refused(studio: Studio, tmp_path: Path) -> None:
    results = run_mutations(studio, tmp_path, 1000, seed=2)
    assert results.count("read") > 200


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.md", "[" * 20_000), ("a.md", "*a_ " * 20_000), ("a.md", "> " * 3_000 + "x"), ("a.md", "<" * 50_000 + "a"),
        ("a.txt", "《" * 50_000 + "字"), ("a.txt", "— a" * 30_000), ("a.txt", "1,000" * 20_000), ("a.txt", "a [1]" * 20_000),
        ("a.md", "---\na: &a [x]\nb: [*a, *a]\n---\nthe sea\n"), ("a.txt", "\n" * 200_000 + "word"),
    ],
    ids=range(10),
)  # fmt: skip
def test_files_made_to_be_slow_are_not(tmp_path: Path, name: str, text: str) -> None:
    import time

    began = time.process_time()
    load(tmp_path, f"{text}\nthe sea", name)
    assert time.process_time() - began < 5


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_collections_and_plans_are_read_with_a_mark(studio: Studio, tmp_path: Path, mark: bytes) -> None:
    from artwright.plugins.painting.atelier.saved_plans import load_plan

    rows = tmp_path / "poems.jsonl"
    rows.write_bytes(mark + b'{"lines": ["The sea is calm tonight,", "The tide is full", "and wide"]}\n')
    assert studio.evaluate("literature", rows)["works"] == 1
    (tmp_path / "plan.json").write_bytes(mark + b"[]")
    with pytest.raises(InputError, match="no JSON object"):
        load_plan(tmp_path / "plan.json")
    beside = tmp_path / "a.txt.artwright.json"
    beside.write_bytes(mark + b'{"medium": "literature", "title": "The sea"}')
    assert load(tmp_path, "The sea\nis calm\n").title == "The sea"
