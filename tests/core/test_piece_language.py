"""The language of pieces: rows, loops, choices, includes; and all that is wrong told at once, each where it stands."""

import json

import plugin_easel
import pytest
import yaml
from artwright import Piece, PieceBuilder
from artwright.core.errors import InputError, Problems, UnknownName
from artwright.core.pieces.schema import json_schema
from artwright.testing import fresh_studio


@pytest.fixture
def studio(tmp_path):
    plugin_easel.CALLS.clear()
    return fresh_studio(tmp_path / "home", plugin_easel)


@pytest.fixture
def load(tmp_path):
    def write(text, **files):
        for name, content in files.items():
            (tmp_path / name.replace("_", ".")).write_text(content, "utf-8")
        (tmp_path / "p.yaml").write_text(text, "utf-8")
        return Piece.load(tmp_path / "p.yaml")

    return write


CARDS = """\
values: {mood: calm}
steps:
  card:
    for_each: cities.csv
    medium: views
    theme: "{city}, {mood}"
    title: "Card {number}: {city}"
    options: {width: "{width}"}
    output: "{city}.png"
  song:
    for_each: card
    medium: tunes
    theme_from: card
    output: "{city}-{number}.mid"
  last: {medium: tunes, theme_from: card, output: last.mid}
"""
CITIES = "city,width\nRome,64\nOslo,80\nKyoto,96\n"


def test_a_step_is_done_for_each_row_of_a_file(studio, load, tmp_path):
    result = load(CARDS, cities_csv=CITIES).run(studio, tmp_path / "out", values={"mood": "stormy"})
    assert list(result.works) == [
        *(f"card[{n}]" for n in (1, 2, 3)),
        *(f"song[{n}]" for n in (1, 2, 3)),
        "last",
    ]
    assert [result.works[f"card[{n}]"].payload.width for n in (1, 2, 3)] == [64, 80, 96]
    assert result.works["card[2]"].title == "Card 2: Oslo"
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {
        "Rome.png", "Oslo.png", "Kyoto.png", "Rome-1.mid", "Oslo-2.mid", "Kyoto-3.mid", "last.mid", "manifest.json",
    }  # fmt: skip
    rows = {row["step"]: row for row in json.loads(result.manifest.read_text("utf-8"))["steps"]}
    assert rows["card[1]"]["provenance"]["theme"]["text"] == "Rome, stormy"
    assert rows["song[3]"]["provenance"]["parents"] == [rows["card[3]"]["work"]], "each goes with its own"
    assert rows["last"]["files"] == ["last.mid"]


def test_a_changed_row_runs_alone_and_a_new_one_changes_no_other(studio, load, tmp_path):
    named = (
        CARDS.replace("for_each: cities.csv", 'for_each: {rows: cities.csv, name: "{city}"}')
        .replace('title: "Card {number}: {city}"', 'title: "{city}"')
        .replace('"{city}-{number}.mid"', '"{city}.mid"')
    )
    first = load(named, cities_csv=CITIES).run(studio, tmp_path / "out")
    more = load(named, cities_csv="city,width\nLima,70\n" + CITIES.partition("\n")[2].replace("80", "81"))
    told = []
    again = more.run(studio, tmp_path / "out", force=True, tell=told.append)
    ran = {event.step: event.reason for event in told if event.state == "running"}
    assert ran == {
        "card[Lima]": "new",
        "card[Oslo]": "option 'width' from 80 to 81",
        "song[Lima]": "new",
        "song[Oslo]": "its parent 'card[Oslo]' has changed",
        "last": ran["last"],
    }
    assert ran["last"].startswith("theme_from from card[Rome], card[Oslo], card[Kyoto] to card[")
    assert again.works["card[Rome]"] == first.works["card[Rome]"]


def test_lists_ranges_and_json_lines(studio, load, tmp_path):
    text = """\
steps:
  words: {for_each: [dawn, noon], medium: lines, theme: "{item}", output: "{item}.txt"}
  numbers: {for_each: {range: [2, 6, 2]}, medium: lines, theme: "moon {item}", output: "{item}.txt"}
  rows: {for_each: r.jsonl, medium: lines, theme: "{word}", output: "r{number}.txt"}
  pairs: {for_each: {list: [{a: sea, b: x}], name: "{b}"}, medium: lines, theme: "{a}", output: "p{b}.txt"}
"""
    piece = load(text, r_jsonl='{"word": "rain"}\n\n{"word": "snow"}\n')
    result = piece.run(studio, tmp_path / "out")
    assert list(result.works) == [
        "words[1]", "words[2]", "numbers[1]", "numbers[2]", "numbers[3]", "rows[1]", "rows[2]", "pairs[x]",
    ]  # fmt: skip
    assert (tmp_path / "out" / "6.txt").exists() and (tmp_path / "out" / "px.txt").exists()


def test_ragged_rows_are_all_named_and_nothing_runs(studio, load, tmp_path):
    piece = load(CARDS, cities_csv="city,width\nRome\nOslo,80\nKyoto,96,1\n")
    with pytest.raises(InputError, match=r"cities.csv:2:1: lines 2, 4: not of as many cells as the head"):
        piece.run(studio, tmp_path / "out")
    assert plugin_easel.CALLS == [] and not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("cities", "said"),
    [
        ("", "there is no head"),
        ("city,width\n", "there is no row in it"),
        ("city,city\na,b\n", "the column 'city' stands twice"),
        ("city name,width\na,b\n", "the column 'city name' cannot be a {name}"),
        ("city,width\nRome,64\nRome,80\n", "row '2': 'Rome.png' is written by another row or step already"),
        ("city,width\nRome,6\n", "row '1': option 'width' of model 'toy' is '6'"),
        ("city,width\n../x,64\n", "row '1': '../x.png' is no name of a file"),
        ("town,width\nRome,64\n", r"{city} is not among its values: mood, town, width, number"),
    ],
)
def test_a_wrong_row_is_told_before_anything_runs(studio, load, tmp_path, cities, said):
    with pytest.raises(InputError) as told:
        load(CARDS, cities_csv=cities).run(studio, tmp_path / "out")
    assert said in str(told.value) and plugin_easel.CALLS == []


def test_rows_are_read_below_the_folder_of_the_piece_alone(studio, load, tmp_path):
    for place in ("/etc/hosts.csv", "../x.csv"):
        with pytest.raises(InputError, match="not in the folder of the piece"):
            load(CARDS.replace("cities.csv", place)).run(studio, tmp_path / "out")


def test_all_that_is_wrong_is_told_at_once_each_where_it_stands(studio, tmp_path):
    path = tmp_path / "p.yaml"
    path.write_text(
        "steps:\n"
        "  a: {medium: views, theme: sea, outputt: a.png}\n"
        "  b: {medium: viewz, theme: sea, output: b.png}\n"
        "  c: {medium: views, theme: sea, options: {wide: 3}, output: b.png}\n"
        "  d: {operation: restyle, work: b}\n"
        "  e: {medium: tunes, theme_from: f}\n"
        "  f: {medium: tunes, theme_from: e}\n"
        "pages: x.html\n",
        "utf-8",
    )
    with pytest.raises(Problems) as told:
        Piece.load(path, studio=studio)
    begins = [line.split(": ")[0] for line in told.value.lines]
    assert begins == [
        "p.yaml:1:1", "p.yaml:2:34", "p.yaml:3:7", "p.yaml:4:34", "p.yaml:4:54", "p.yaml:5:7", "p.yaml:8:1",
    ]  # fmt: skip
    text = str(told.value)
    for said in (
        "step 'a': there is no key 'outputt'; there are:",
        "Did you mean 'output'?",
        "step 'b': no medium 'viewz'",
        "Did you mean 'views'?",
        "step 'c': model 'toy' has no option 'wide'",
        "'b.png' is written by step 'b' already",
        "operation is 'restyle'",
        "these steps wait for one another: ",
        "p.yaml:8:1: there is no key 'pages'",
    ):
        assert said in text, said


@pytest.mark.parametrize(
    ("step", "said"),
    [
        ("until: lines > 3", "until needs 'tries'"),
        ("tries: 3", "tries needs 'until'"),
        ("until: lots, tries: 3", "'lots' is no condition"),
        ("until: lines > 3, tries: 300", "less than or equal to 64"),
        ("choose: max lines", "choose needs 'candidates'"),
        ("choose: best, candidates: 3", "choose is 'best'"),
        ("until: lines > 3, tries: 3, candidates: 3", "keep one"),
        ("for_each: [x], output: a.txt", "each row would write 'a.txt'"),
        ("for_each: {list: [x], range: [1, 2]}", "for_each takes one of"),
        ("for_each: {range: [1]}", "a range is"),
        ("for_each: b", "step 'b' makes one work"),
    ],
)
def test_a_wrong_loop_is_told(load, step, said):
    with pytest.raises(InputError) as told:
        load(f"steps:\n  a: {{medium: lines, theme: sea, {step}}}\n  b: {{medium: lines, theme: sea}}\n")
    assert said in str(told.value)


def test_many_works_do_not_stand_where_one_is_wanted(load):
    with pytest.raises(InputError, match="work: step 'a' makes many works, and one is wanted; write for_each: a"):
        load("steps:\n  a: {for_each: [x], medium: views, theme: sea}\n  b: {operation: analyze, work: a}\n")


def test_until_makes_works_until_a_finding_is_as_wanted(studio, tmp_path, monkeypatch):
    sizes = iter([1, 2, 5, 9])

    def analyze(work, **_):
        from artwright import Analysis

        return Analysis(medium="views", findings={"size": {"of": next(sizes)}, "kind": "odd"})

    monkeypatch.setattr(studio, "analyze", analyze)
    step = {"medium": "views", "theme": "sea", "until": "size.of >= 4 and kind == odd", "tries": 6}
    sizes = iter([1, 1, 2, 2, 5, 5])
    Piece.from_dict({"steps": {"a": step}}).run(studio, tmp_path / "out")
    assert plugin_easel.CALLS == ["views"] * 3 and studio.library.size()[0] == 1, "the others are not kept"
    sizes = iter([1, 1, 3, 3])
    short = {**step, "tries": 2, "seed": 5}
    told = []
    Piece.from_dict({"steps": {"a": short}}).run(studio, tmp_path / "two", tell=told.append)
    assert "was not reached in 2 tries: the nearest was kept" in told[-1].reason
    sizes = iter([1] * 9)
    with pytest.raises(InputError, match="there is no finding 'sise'; there are: kind, size"):
        Piece.from_dict({"steps": {"a": {**step, "until": "sise > 1"}}}).run(studio, tmp_path / "three")


def test_the_best_of_several_is_chosen_by_a_finding(studio, tmp_path, monkeypatch):
    values = iter([3, 8, 5])
    from artwright import Analysis

    monkeypatch.setattr(studio, "analyze", lambda work, **_: Analysis(medium="views", findings={"calm": next(values)}))
    step = {"medium": "views", "theme": "sea", "candidates": 3, "choose": "max calm", "seed": 1}
    best = Piece.from_dict({"steps": {"a": step}}).run(studio, tmp_path / "out").works["a"]
    from artwright.core.seeds import derive_seed

    assert best.provenance.seed == derive_seed(1, 1) and studio.library.size()[0] == 1


SEASON = """\
values: {season: spring, width: 64}
steps:
  poem: {medium: lines, theme: "{season} rain"}
  view: {medium: views, theme_from: poem, options: {width: "{width}"}, output: "{season}.png"}
"""


def test_a_piece_includes_another_with_its_values(studio, load, tmp_path):
    text = """\
values: {cold: winter}
steps:
  one: {include: season.yaml, with: {season: autumn}}
  two: {include: season.yaml, with: {season: "{cold}", width: 80}}
  song: {medium: tunes, theme_from: [one.poem, two.view], output: song.mid}
"""
    result = load(text, season_yaml=SEASON).run(studio, tmp_path / "out")
    assert list(result.works) == ["one.poem", "one.view", "two.poem", "two.view", "song"]
    assert (tmp_path / "out" / "winter.png").exists() and result.works["two.view"].payload.width == 80
    assert result.works["one.poem"].title == "autumn rain"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "include: season.yaml, with: {seson: x}",
            r"no value 'seson' in the piece 'season.yaml'.*Did you mean 'season'",
        ),
        ("include: nothing.yaml", "cannot be read: No such file"),
        ("include: ../season.yaml", "is not in the folder of the piece"),
        ("include: p.yaml", "include one another: p.yaml -> p.yaml"),
        ("include: season.yaml, medium: views", "takes 'include' and 'with', not 'medium'"),
    ],
)
def test_a_wrong_include_is_told_where_it_stands(load, step, said):
    with pytest.raises((InputError, UnknownName), match=rf"p.yaml:2:\d+: step 'a': .*{said}"):
        load(f"steps:\n  a: {{{step}}}\n  b: {{medium: views, theme: x}}\n", season_yaml=SEASON)


def test_what_is_wrong_in_an_included_piece_is_told_there(load):
    with pytest.raises(InputError, match=r"^season.yaml:4:\d+: step 'a.view': there is no key 'wide'"):
        load("steps:\n  a: {include: season.yaml}\n", season_yaml=SEASON.replace("options", "wide"))


def test_python_and_yaml_say_the_same(studio, tmp_path):
    build = PieceBuilder("Four {theme}", values={"theme": "winds"}, page="index.html")
    poem = build.step("poem", medium="lines", theme="{theme}", output="poem.txt")
    build.step("views", medium="views", for_each=["a", "b"], theme="{item}", from_=[poem], output="{item}.png")
    with pytest.raises(InputError, match="there is a step 'poem' already"):
        build.step("poem", medium="lines")
    piece = build.build()
    (tmp_path / "p.yaml").write_text(piece.to_yaml(), "utf-8")
    again = Piece.load(tmp_path / "p.yaml")
    assert again.spec == piece.spec and Piece.from_dict(again.to_dict()).spec == piece.spec
    assert yaml.safe_load(piece.to_yaml())["steps"]["views"]["from"] == ["poem"]


def test_the_published_schema_is_that_of_the_code_and_takes_the_examples(tmp_path):
    from pathlib import Path

    root = Path(__file__).parents[2]
    assert json.loads((root / "docs" / "piece.schema.json").read_text("utf-8")) == json_schema()
    keys = json_schema()["$defs"]["StepSpec"]["properties"]
    assert {"from", "until", "for_each", "candidates"} <= set(keys) and "from_" not in keys
