"""Originality: runs are found exactly, in their place; neighbours and percentiles are those worked out by hand."""

import numpy as np
import pytest
from artwright.core.errors import FormatError, InputError
from artwright.core.originality import CorpusIndex, Nearest, Originality, Run, nearest, percentile

WORKS = [("moon", "床前明月光疑是地上霜"), ("spring", "春眠不觉晓处处闻啼鸟"), ("deer", "空山不见人但闻人语响")]


def longest_by_force(query, works, without=None):
    best = 0
    for name, text in works:
        if name != without:
            for i in range(len(query)):
                length = best + 1
                while i + length <= len(query) and query[i : i + length] in text:
                    best, length = length, length + 1
    return best


@pytest.mark.parametrize("gram", [2, 3, 5, 12, 40])
def test_the_longest_run_is_found_in_its_place(gram):
    index = CorpusIndex.build(WORKS, gram=gram)
    assert index.longest_run("今夜明月光疑是霜") == Run(length=5, start=2, source="moon", source_start=2)
    assert index.longest_run("床前明月光疑是地上霜") == Run(length=10, start=0, source="moon", source_start=0)
    assert index.longest_run("闻啼") == Run(length=2, start=0, source="spring", source_start=7)
    assert index.longest_run("处") == Run(length=1, start=0, source="spring", source_start=5)
    assert index.longest_run("ABC") == index.longest_run("") == Run(length=0)
    assert index.longest_run("霜春").length == 1  # a run does not cross from one work into the next


@pytest.mark.parametrize("seed", range(6))
def test_it_agrees_with_brute_force(seed):
    rng = np.random.default_rng(seed)
    letters = int(rng.integers(2, 6))
    works = [(str(n), "".join(map(chr, rng.integers(97, 97 + letters, rng.integers(0, 60))))) for n in range(12)]
    index = CorpusIndex.build(works, gram=int(rng.integers(2, 9)))
    for _ in range(30):
        query = "".join(map(chr, rng.integers(97, 97 + letters, rng.integers(0, 40))))
        run = index.longest_run(query)
        assert run.length == longest_by_force(query, works)
        if run.length:
            source = dict(works)[run.source]
            assert source[run.source_start : run.source_start + run.length] == query[run.start : run.start + run.length]
        assert index.longest_run(query, without="3").length == longest_by_force(query, works, without="3")


def test_a_work_is_measured_without_itself():
    index = CorpusIndex.build([*WORKS, ("echo", "月光疑是")], gram=3)
    text = WORKS[0][1]
    assert index.longest_run(text).length == 10 and index.longest_run(text, without="moon") == Run(
        length=4, start=3, source="echo", source_start=0
    )
    assert index.longest_run(text, without="no such work").length == 10


def test_the_copied_share_counts_symbols_in_shared_grams():
    index = CorpusIndex.build([("a", [1, 2, 3, 4, 5, 6])], gram=3)
    assert index.copied_share([1, 2, 3, 9, 9, 4, 5, 6, 9, 9]) == 0.6
    assert (
        index.copied_share([1, 2]) == index.copied_share([]) == 0.0
        and index.copied_share([1, 2, 3], without="a") == 0.0
    )


def test_numbers_arrays_and_large_symbols():
    index = CorpusIndex.build([("a", np.array([5, 2**31 - 2, 7], dtype=np.int64)), ("empty", [])], gram=2)
    assert index.longest_run([0, 5, 2**31 - 2]).length == 2
    for bad in ([-1, 2], [2**31], [0.5, 1.0], [[1, 2]]):
        with pytest.raises(InputError, match="symbols"):
            index.longest_run(bad)
    with pytest.raises(InputError, match="2 to 64"):
        CorpusIndex.build(WORKS, gram=1)
    with pytest.raises(InputError, match="at least one work"):
        CorpusIndex.build([])


def test_an_index_is_saved_and_loaded(tmp_path):
    index = CorpusIndex.build([*WORKS, ("rare", "𠮷𠮷𠮷")], gram=3)
    index.save(tmp_path / "index.npz")
    again = CorpusIndex.load(tmp_path / "index.npz")
    assert again.names == index.names and again.longest_run("今夜明月光疑是霜") == index.longest_run("今夜明月光疑是霜")
    assert again.longest_run("𠮷𠮷𠮷").length == 3
    for bad in (b"", b"PK\x03\x04 broken", b"\x93NUMPY"):
        (tmp_path / "bad.npz").write_bytes(bad)
        with pytest.raises(FormatError, match="is not an index"):
            CorpusIndex.load(tmp_path / "bad.npz")


def test_a_corpus_of_a_million_symbols_answers_at_once():
    import time

    rng = np.random.default_rng(0)
    corpus = rng.integers(0, 50, 1_000_000)
    index = CorpusIndex.build([(str(n), part) for n, part in enumerate(np.split(corpus, 1000))], gram=6)
    began = time.process_time()
    run = index.longest_run(np.concatenate([rng.integers(0, 50, 200), corpus[5100:5160], rng.integers(0, 50, 200)]))
    assert run.length >= 60 and run.source == "5" and time.process_time() - began < 0.5


def test_the_nearest_are_those_with_the_least_distance():
    matrix = [[1, 0], [1, 1], [-1, 0], [10, 0.1]]
    names = ["east", "northeast", "west", "far east"]
    assert [n.name for n in nearest([2, 0], matrix, names)] == ["east", "far east", "northeast"]
    assert nearest([2, 0], matrix, names, count=1, metric="euclidean") == (Nearest(name="east", distance=1.0),)
    assert nearest([2, 0], matrix, names, count=4)[3] == Nearest(name="west", distance=2.0)
    with pytest.raises(InputError, match="do not fit"):
        nearest([1, 2, 3], matrix, names)
    with pytest.raises(InputError, match="no metric 'angle'"):
        nearest([1, 2], matrix, names, metric="angle")


def test_percentiles_say_how_many_real_works_are_nearer():
    copies = [2, 4, 4, 6]
    assert (
        percentile(1, copies) == 100
        and percentile(7, copies) == 0
        and percentile(4, copies) == 50
        and percentile(5, copies) == 25
    )
    assert (
        percentile(0.1, [0.2, 0.3], higher_is_nearer=False) == 0
        and percentile(0.9, [0.2, 0.3], higher_is_nearer=False) == 100
    )
    with pytest.raises(InputError, match="real works"):
        percentile(1, [])


def test_a_report_goes_to_json_and_back():
    report = Originality(
        nearest=(Nearest(name="moon", distance=0.25),),
        longest_copy=Run(length=3, start=1, source="moon", source_start=2),
        percentile=40.0,
    )
    assert Originality.from_dict(report.to_dict()) == report
    assert set(report.to_dict()) == {"nearest", "longest_copy", "percentile"}
    assert Originality.from_dict(Originality().to_dict()) == Originality()
    for bad in ({"nearest": [{}]}, {"longest_copy": {"size": 3}}, {"percentile": "high"}, []):
        with pytest.raises(FormatError, match="not a report"):
            Originality.from_dict(bad)
