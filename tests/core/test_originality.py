"""Originality: runs are found in their place, copies by name; neighbours and percentiles are those worked out by hand."""

import time

import numpy as np
import pytest
from artwright.core.errors import FormatError, InputError
from artwright.core.originality import Fingerprint, Index, Nearest, Originality, Run, percentile
from artwright.core.originality.scanning import SEQUENCE_END, cover, encode, find_runs

POEMS = {
    "静夜思, 李白": "床前明月光疑是地上霜举头望明月低头思故乡",
    "春晓, 孟浩然": "春眠不觉晓处处闻啼鸟夜来风雨声花落知多少",
    "鹿柴, 王维": "空山不见人但闻人语响返景入深林复照青苔上",
}
LINES = {
    "Because I could not stop for Death, Emily Dickinson": "because i could not stop for death he kindly stopped for me",
    "Hope, Emily Dickinson": "hope is the thing with feathers that perches in the soul and sings the tune",
    "Sonnet 18, William Shakespeare": "shall i compare thee to a summer s day thou art more lovely and more temperate",
}


def text(poem, **fields):
    return Fingerprint.of_text(poem, **fields)


def words(line, **fields):
    return Fingerprint.of_words(line.split(), **fields)


@pytest.fixture(scope="module")
def poems():
    return Index.build([(name, text(poem, noun="poems")) for name, poem in POEMS.items()], gram=3)


def longest_by_force(query, works):
    best = 0
    for work in works:
        for i in range(len(query)):
            while i + best + 1 <= len(query) and query[i : i + best + 1] in work:
                best += 1
    return best


def test_the_longest_run_is_found_in_its_place(poems):
    marks = (((0, "line 1"), (5, "line 2")),)
    run = poems.measure(text("今夜寒山雪低头思故乡", marks=marks)).longest_copy
    assert run == Run(length=5, start=5, place="line 2", source="静夜思, 李白", source_start=15)
    assert poems.measure(text("花落知多少")).longest_copy == Run(length=5, source="春晓, 孟浩然", source_start=15)
    assert poems.measure(text("乡春眠")).longest_copy is None  # a run does not cross from one work into the next
    for nothing in ("", "月", "大漠孤烟直"):
        report = poems.measure(text(nothing))
        assert report.longest_copy is None and not report.copied and not report.nearest


@pytest.mark.parametrize("seed", range(6))
def test_runs_agree_with_brute_force(seed):
    rng = np.random.default_rng(seed)
    letters = "".join(map(chr, rng.choice(np.arange(0x4E00, 0x9000), int(rng.integers(3, 7)), replace=False)))
    pick = lambda size: "".join(letters[n] for n in rng.integers(0, len(letters), size))  # noqa: E731
    works = [pick(int(rng.integers(5, 60))) for _ in range(12)]
    if len(set(encode([np.array([ord(c) for c in letters])]).tolist())) <= len(letters):
        pytest.skip("two of these letters have one hash")
    gram = int(rng.integers(3, 9))
    index = Index.build([(str(n), text(work)) for n, work in enumerate(works)], gram=gram)
    for _ in range(30):
        query = pick(int(rng.integers(0, 40)))
        run, longest = index.measure(text(query)).longest_copy, longest_by_force(query, works)
        assert (run.length if run else 0) == (longest if longest >= gram else 0)
        if run:
            held = works[int(run.source)][run.source_start : run.source_start + run.length]
            assert held == query[run.start : run.start + run.length]


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ("床前看月光疑是地上霜举头望山月低头思故乡", "静夜思, 李白"),
        ("春眠不觉晓处处有啼鸟夜来风雨声花落是多少", "春晓, 孟浩然"),
        ("空山不见客但闻人语响返景入深林复照绿苔上", "鹿柴, 王维"),
    ],
)
def test_a_poem_with_two_characters_changed_is_named(poems, changed, name):
    report = poems.measure(text(changed))
    assert report.copied and report.nearest[0].name == name and report.share >= 0.8
    assert report.tell().startswith(f"a copy of {name}: ")


@pytest.mark.parametrize(
    ("changed", "name"),
    [
        ("because i could not wait for death", "Because I could not stop for Death, Emily Dickinson"),
        ("hope is a thing with feathers that perches in my soul", "Hope, Emily Dickinson"),
        ("shall i compare thee to a winter s day", "Sonnet 18, William Shakespeare"),
    ],
)
def test_a_line_with_a_word_changed_is_named(changed, name):
    index = Index.build([(n, words(line)) for n, line in LINES.items()], gram=4)
    report = index.measure(words(changed))
    assert report.nearest[0].name == name and report.share > 0.7 and report.longest_copy.source == name


def test_a_work_is_measured_without_itself():
    works = [*POEMS.items(), ("echo", "月光疑是")]
    index = Index.build([(n, text(poem)) for n, poem in works], gram=3)
    whole = text(POEMS["静夜思, 李白"])
    assert index.measure(whole).longest_copy.length == 20
    run = index.measure(whole, without="静夜思, 李白").longest_copy
    assert run == Run(length=4, start=3, source="echo", source_start=0)
    assert index.measure(whole, without="no such work").share == 1.0


def test_sequences_are_voices_and_places_are_counted_in_their_own():
    high, low = np.arange(100, 140), np.arange(500, 530)
    index = Index.build([("canon", Fingerprint(sequences=(high, low)))], gram=4)
    marks = ((), ((0, "bar 1"), (20, "bar 5")))
    asked = Fingerprint(sequences=(np.arange(9), np.concatenate([np.arange(20), low[5:25]])), unit="notes", marks=marks)
    run = index.measure(asked).longest_copy
    assert (run.sequence, run.start, run.length, run.place, run.source_start) == (1, 20, 20, "bar 5", 45)


def test_what_real_works_share_is_the_measure():
    rng = np.random.default_rng(3)
    pick = lambda size: rng.integers(0, 40, size)  # noqa: E731
    works = [(f"work {n}", Fingerprint(sequences=(pick(200),), noun="tunes")) for n in range(200)]
    real = [(f"real {n}", Fingerprint(sequences=(pick(60),))) for n in range(300)]
    index = Index.build(works, real=real, gram=3)
    alarms = sum(index.measure(Fingerprint(sequences=(pick(60),))).copied for _ in range(300))
    assert alarms <= 3
    named = 0
    for name, print_ in works[:100]:
        changed = print_.sequences[0].copy()
        changed[rng.choice(200, 20, replace=False)] += 1000
        report = index.measure(Fingerprint(sequences=(changed,)))
        named += report.copied and report.nearest[0].name == name and report.percentile == 0
    assert named >= 99
    middling = [index.measure(Fingerprint(sequences=(pick(60),))).percentile for _ in range(100)]
    assert 35 < np.mean(middling) < 65


def test_vectors_are_compared_by_angle_and_the_nearest_variant():
    rng = np.random.default_rng(1)
    pictures = rng.normal(size=(50, 16)).astype(np.float32)
    index = Index.build(
        [(f"picture {n}", Fingerprint(vectors=v)) for n, v in enumerate(pictures)],
        real=[(f"real {n}", Fingerprint(vectors=rng.normal(size=16))) for n in range(60)],
    )
    report = index.measure(Fingerprint(vectors=np.stack([rng.normal(size=16), 3 * pictures[7]])))
    assert report.nearest[0].name == "picture 7" and report.nearest[0].distance < 0.01 and report.copied
    assert report.longest_copy is None and report.share is None and report.percentile == 0
    assert report.tell() == "a copy of picture 7; more original than 0 % of real works"
    other = index.measure(Fingerprint(vectors=rng.normal(size=16)))
    assert not other.copied and other.tell().startswith("nearest: picture ")
    with pytest.raises(InputError, match="does not fit"):
        index.measure(Fingerprint(vectors=np.ones(3)))


def test_an_index_is_saved_and_loaded(tmp_path, poems):
    path = tmp_path / "poems.safetensors"
    rare = Index.build(
        [*((n, text(p, kind="zh")) for n, p in POEMS.items()), ("rare", text("𠮷𠮷𠮷"))], kind="zh", gram=3
    )
    rare.save(path)
    again = Index.load(path)
    assert Index.read_kind(path) == again.kind == "zh" and again.names == rare.names and len(again) == 4
    assert again.measure(text("今夜明月光疑是霜")) == rare.measure(text("今夜明月光疑是霜"))
    assert again.measure(text("𠮷𠮷𠮷")).longest_copy.length == 3
    for n, bad in enumerate((b"", b"PK\x03\x04 broken", b"\x93NUMPY", path.read_bytes()[:-40])):
        broken = tmp_path / f"{n}.safetensors"
        broken.write_bytes(bad)
        with pytest.raises(FormatError, match="is not an index"):
            Index.load(broken)


def test_an_index_holds_no_text(tmp_path):
    index = Index.build([("a", text("床前明月光疑是地上霜"))])
    index.save(tmp_path / "index.safetensors")
    held = (tmp_path / "index.safetensors").read_bytes()
    for coding in ("utf-8", "utf-16-le", "utf-32-le", "gbk"):
        assert "明月".encode(coding) not in held


def test_what_cannot_be_an_index_is_refused():
    for bad in ([0.5, 1.0], [[1, 2]]):
        with pytest.raises(InputError, match="whole numbers"):
            Fingerprint(sequences=(bad,))
    with pytest.raises(InputError, match="finite"):
        Fingerprint(vectors=[float("nan")])
    with pytest.raises(InputError, match="from 3 to 8"):
        Index.build([("a", text("abc"))], gram=2)
    with pytest.raises(InputError, match="at least one work"):
        Index.build([("empty", Fingerprint())])
    with pytest.raises(InputError, match="one length"):
        Index.build([("a", Fingerprint(vectors=np.ones(3))), ("b", Fingerprint(vectors=np.ones(4)))])


def test_a_corpus_of_four_million_symbols_answers_at_once():
    rng = np.random.default_rng(0)
    corpus = rng.integers(0, 5000, 4_000_000)
    index = Index.build([(str(n), Fingerprint(sequences=(p,))) for n, p in enumerate(np.split(corpus, 1000))])
    strange = rng.integers(0, 5000, 200)
    asked = Fingerprint(sequences=(np.concatenate([strange, corpus[21000:21060], strange]),))
    index.measure(asked)
    began = time.process_time()
    run = index.measure(asked).longest_copy
    assert run.length >= 60 and run.source == "5" and time.process_time() - began < 0.2


def test_a_gram_that_is_everywhere_costs_little_and_hides_no_run():
    same = np.zeros(3000, np.int64)
    index = Index.build([(str(n), Fingerprint(sequences=(np.append(same, [n + 1, n + 2]),))) for n in range(200)])
    began = time.process_time()
    report = index.measure(Fingerprint(sequences=(np.append(same, [8, 9]),)))
    assert time.process_time() - began < 2 and report.longest_copy.length == 3002
    assert report.longest_copy.source == "7"


def test_covered_symbols_are_those_in_runs_and_beside_them():
    work = encode([np.arange(30)])
    query = encode([np.r_[0:5, 900, 6:8, 900, 900, 900, 11:13]])
    held = cover(query, work, np.array([0]), 4)
    assert held.tolist() == [True] * 5 + [False] + [True] * 2 + [False] * 6 and query[-1] == SEQUENCE_END
    starts, places, lengths = find_runs(query, work, 4)
    assert (starts.tolist(), places.tolist(), lengths.tolist()) == ([0], [0], [5])


def test_percentiles_say_how_many_real_works_are_nearer():
    copies = [2, 4, 4, 6]
    assert [percentile(n, copies) for n in (1, 7, 4, 5)] == [100, 0, 50, 25]
    assert percentile(0.1, [0.2, 0.3], higher_is_nearer=False) == 0
    assert percentile(0.9, [0.2, 0.3], higher_is_nearer=False) == 100
    with pytest.raises(InputError, match="real works"):
        percentile(1, [])


def test_a_report_goes_to_json_and_back():
    report = Originality(
        nearest=(Nearest(name="moon", distance=0.25),),
        longest_copy=Run(length=3, start=1, source="moon", source_start=2, place="line 1"),
        share=0.75,
        percentile=40.0,
        unit="characters",
        noun="poems",
        compared=7,
    )
    assert Originality.from_dict(report.to_dict()) == report
    assert report.tell() == (
        "longest run shared: 3 characters with moon, at line 1; more original than 40 % of real poems"
    )
    assert Originality.from_dict(Originality().to_dict()) == Originality()
    for bad in ({"nearest": [{}]}, {"nearest": [], "longest_copy": {"size": 3}}, {"nearest": [], "share": "high"}, []):
        with pytest.raises(FormatError, match="not a report"):
            Originality.from_dict(bad)
