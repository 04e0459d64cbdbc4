"""Pieces: their form, what is refused before anything runs, what a run leaves behind, and its page."""

import importlib.util
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from artwright import Piece
from artwright.core.errors import Cancelled, InputError, OptionError, OutputError, UnknownName
from artwright.core.pieces.piece import demo_path
from artwright.core.pieces.reading import read_yaml
from artwright.testing import CancelAt, fresh_studio

HERE = Path(__file__).parents[1]
ROW = {
    "title": "{theme}",
    "about": "A test.",
    "values": {"theme": "autumn moon", "width": 120},
    "steps": {
        "song": {"medium": "tunes", "theme_from": "view", "output": ["song.mid", "song.wav"]},
        "poem": {"medium": "lines", "theme": "{theme}", "output": "poem.txt"},
        "view": {
            "medium": "views",
            "theme": "{theme}",
            "theme_from": ["poem"],
            "options": {"width": "{width}"},
            "output": "view.png",
        },
        "night": {"operation": "transfer-style", "work": "view", "style_from": "view", "output": "night.png"},
        "reading": {"operation": "analyze", "work": "poem", "output": ["reading.json", "reading.txt"]},
    },
    "page": "index.html",
}


def load_easel():
    spec = importlib.util.spec_from_file_location("plugin_easel", HERE / "plugin_easel.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def easel():
    return load_easel()


@pytest.fixture
def studio(tmp_path, easel):
    return fresh_studio(tmp_path / "home", easel)


def piece(**changes):
    return Piece.from_dict({**ROW, **changes}, name="test.yaml")


def step(name, **changes):
    return piece(steps={**ROW["steps"], name: {**ROW["steps"].get(name, {}), **changes}})


def test_a_piece_makes_its_works_in_the_order_they_need(studio, easel, tmp_path):
    result = piece().run(studio, tmp_path / "out", seed=3)
    assert easel.CALLS == ["lines", "views", "tunes", "transfer_style"]
    names = {
        "song.mid",
        "song.wav",
        "poem.txt",
        "view.png",
        "night.png",
        "reading.json",
        "reading.txt",
        "index.html",
        "manifest.json",
    }
    assert {p.name for p in (tmp_path / "out").iterdir()} == names == {p.name for p in result.files}
    assert list(result.works) == list(ROW["steps"]) and result.page == tmp_path / "out" / "index.html"
    assert result.works["view"].payload.width == 120
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    rows = {row["step"]: row for row in manifest["steps"]}
    assert manifest["seed"] == 3 and manifest["values"]["theme"] == "autumn moon"
    assert (
        rows["song"]["provenance"]["parents"] == [rows["view"]["work"]]
        and rows["night"]["provenance"]["parents"][0] == rows["view"]["work"]
    )
    assert (
        rows["reading"]["analysis"] == {"size": 3}
        and (tmp_path / "out" / "reading.txt").read_text("utf-8") == "It is calm.\n"
    )
    assert "moon" in rows["view"]["provenance"]["theme"]["images"]


def test_same_seed_same_works_in_another_home(easel, tmp_path):
    ids = []
    for home, seed in (("a", 1), ("b", 1), ("c", 2)):
        result = piece().run(fresh_studio(tmp_path / home, easel), tmp_path / f"out-{home}", seed=seed)
        ids.append([work.id for work in result.works.values()])
    assert ids[0] == ids[1] and ids[0][2] != ids[2][2]
    assert (tmp_path / "out-a" / "view.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"


def test_a_new_step_changes_no_other(studio, tmp_path):
    one = piece().run(studio, tmp_path / "one", seed=1)
    two = step("other", medium="views", theme="sea").run(studio, tmp_path / "two", seed=1)
    assert 'id="other"' not in two.page.read_text("utf-8")
    assert all(two.works[name] == work for name, work in one.works.items())


def test_what_was_made_before_is_taken_from_the_library(studio, easel, tmp_path):
    first = piece().run(studio, tmp_path / "one", seed=1)
    easel.CALLS.clear()
    again = piece().run(studio, tmp_path / "two", seed=1)
    assert easel.CALLS == [] and again.works == first.works
    piece().run(studio, tmp_path / "three", seed=1, values={"width": 64})
    assert easel.CALLS == ["views", "tunes", "transfer_style"]
    easel.CALLS.clear()
    piece().run(studio, tmp_path / "four", seed=1, fresh=True)
    assert len(easel.CALLS) == 4


def test_values_are_filled_in(studio, tmp_path):
    result = piece().run(studio, tmp_path / "out", values={"theme": "江月 {moon}", "width": "64"})
    assert result.works["view"].payload.width == 64 and result.works["poem"].payload.language == "zh"
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "<title>江月 {moon}</title>" in page and "作法" in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stepz": {}}, r"there is no key 'stepz'.*Did you mean 'steps'"),
        ({"steps": {}}, "1 to 200 steps, this one 0"),
        ({"steps": {"A b": {"medium": "views", "theme": "x"}}}, "'A b' is no name of a step"),
        (
            {"steps": {"a": {"medium": "views", "theme": "x", "outputt": "a.png"}}},
            r"step 'a': there is no key 'outputt'.*Did you mean 'output'",
        ),
        ({"steps": {"a": {"theme": "x"}}}, "step 'a': generate needs the key 'medium'"),
        ({"steps": {"a": {"medium": "views", "theme": "x", "work": "a"}}}, "generate does not take the key 'work'"),
        ({"steps": {"a": {"medium": "views", "theme_from": "b"}}}, "no step 'b'"),
        (
            {
                "steps": {
                    "a": {"medium": "views", "theme_from": "b"},
                    "b": {"medium": "views", "from": "a", "theme": "x"},
                }
            },
            "wait for one another: .* -> ",
        ),
        ({"steps": {"a": {"medium": "views", "theme": "x", "output": "../a.png"}}}, "is no name of a file"),
        ({"steps": {"a": {"medium": "views", "theme": "x", "output": "/a.png"}}}, "is no name of a file"),
        (
            {"steps": {"a": {"medium": "views", "theme": "x", "output": "manifest.json"}}},
            "is written by the manifest already",
        ),
        (
            {"steps": {"a": {"medium": "views", "theme": "x", "output": ["a.png", "A.png"]}}},
            "is written by step 'a' already",
        ),
        ({"steps": {"a": {"medium": "views", "theme": "x", "operation": "paint"}}}, "operation is 'paint'"),
        ({"steps": {"a": {"operation": "transfer-style", "work": "a"}}}, "needs 'style'"),
        ({"page": "view.html/x"}, "is no name of a file"),
        ({"page": "page.png"}, r"must end in \.html"),
        ({"steps": ["a"]}, "steps is"),
    ],
)
def test_a_wrong_form_is_told_in_one_line(changes, said):
    with pytest.raises(InputError, match=said) as caught:
        piece(**changes)
    assert all(line.startswith("test.yaml") for line in str(caught.value).splitlines())


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("view", {"medium": "viewz"}, r"step 'view': no medium 'viewz'.*Did you mean 'views'"),
        ("view", {"model": "toi"}, r"step 'view': no model 'toi'"),
        ("view", {"options": {"wide": 3}}, r"step 'view': model 'toy' has no option 'wide'"),
        ("view", {"options": {"width": 3}}, r"step 'view': option 'width' of model 'toy' is 3"),
        ("view", {"style": "monet"}, r"step 'view': no style 'monet'"),
        ("view", {"output": "view.jpg"}, r"step 'view': views cannot be written as 'view.jpg'"),
        ("view", {"theme": "{nothing}"}, r"\{nothing\} is not among its values: theme, width"),
        ("view", {"theme": "...", "theme_from": []}, r"step 'view': the theme '...' holds no word"),
        ("view", {"theme": "", "theme_from": []}, r"step 'view': it needs 'theme'"),
        ("reading", {"output": "reading.pdf"}, r"step 'reading': lines cannot be written as 'reading.pdf'"),
    ],
)
def test_what_is_not_installed_is_told_before_anything_runs(studio, easel, tmp_path, name, changes, said):
    with pytest.raises(InputError, match=said) as caught:
        step(name, **changes).run(studio, tmp_path / "out")
    assert "\n" not in str(caught.value) and easel.CALLS == [] and not (tmp_path / "out").exists()


def test_unknown_values_are_told(studio, tmp_path):
    with pytest.raises(
        UnknownName, match=r"no value 'them' in the piece 'test.yaml'; there are: theme, width. Did you mean 'theme'"
    ):
        piece().run(studio, tmp_path / "out", values={"them": "x"})


def test_a_folder_that_is_not_empty_is_kept(studio, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    with pytest.raises(OutputError, match="is not empty and is kept; use --force"):
        piece().run(studio, out)
    piece().run(studio, out, force=True)
    assert (out / "mine.txt").read_text() == "mine" and (out / "index.html").exists()
    with pytest.raises(OutputError, match="is a file"):
        piece().run(studio, out / "mine.txt")


def test_nothing_half_written_is_left_when_it_is_stopped_or_fails(studio, easel, tmp_path, monkeypatch):
    with pytest.raises(Cancelled):
        piece().run(studio, tmp_path / "out", progress=CancelAt(4))
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".artwright-*"))

    def broken(artwork, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(studio.registry.medium("tunes"), "save", broken)
    with pytest.raises(OutputError, match=r"No space left on device; (choose another|make room)"):
        piece().run(studio, tmp_path / "out")
    assert not (tmp_path / "out").exists() and not list(tmp_path.glob(".artwright-*"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("steps: [", r"a.yaml:1:9: this is not YAML"),
        ("steps:\n  a: {medium: views}\n  a: {medium: views}\n", r"a.yaml:3:3: 'a' stands twice"),
        ("a: &x [1]\nb: *x\n", r"a.yaml:2:\d: aliases"),
        ("- 1\n", "a piece is a mapping"),
        ("", "a piece is a mapping"),
        ("!!python/object/apply:os.system ['true']", "tags .* are not taken"),
        ("[" * 3000, r"nested too deeply|not YAML"),
    ],
)
def test_broken_yaml_is_told_in_one_line(tmp_path, text, said):
    path = tmp_path / "a.yaml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=said) as caught:
        Piece.load(path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "written",
    [
        "no",
        "NO",
        "on",
        "off",
        "yes",
        "y",
        "1.10",
        "007",
        "0x1F",
        "1_000",
        "12:30:00",
        "2024-05-01",
        "2020-13-45",
        "1e3",
        ".inf",
        "9" * 5000,
        "true",
        "=",
        "nullable",
    ],
)
def test_a_value_is_the_text_that_was_written(tmp_path, written):
    path = tmp_path / "a.yaml"
    path.write_text(f"values: {{theme: {written}}}\nsteps:\n  a: {{medium: literature, theme: '{{theme}}'}}\n", "utf-8")
    assert read_yaml(path)[0]["values"]["theme"] == written
    assert Piece.load(path).spec.values["theme"] == written


@pytest.mark.parametrize("written", ["null", "~", "", "Null"])
def test_null_alone_is_no_text(tmp_path, written):
    path = tmp_path / "a.yaml"
    path.write_text(f"values:\n  theme: {written}\n  other: '{written}'\n", "utf-8")
    assert read_yaml(path)[0]["values"] == {"theme": None, "other": written}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_yaml_is_read_in_every_form_of_unicode(tmp_path, encoding):
    path = tmp_path / "a.yaml"
    path.write_bytes("values: {theme: 秋月}\n".encode(encoding))
    assert read_yaml(path)[0]["values"]["theme"] == "秋月"


def test_many_keys_take_time_in_proportion(tmp_path):
    def seconds(keys):
        path = tmp_path / "a.yaml"
        path.write_text("values:\n" + "".join(f"  k{i}: 1\n" for i in range(keys)))
        began = time.process_time()
        assert len(read_yaml(path)[0]["values"]) == keys
        return time.process_time() - began

    assert seconds(20_000) < 12 * seconds(4_000)


@pytest.mark.parametrize(
    "text", ["!!int no", "!!timestamp 2020-13-45", "!!bool maybe", "!x 1", "!!set {a, b}", "!!binary '@@'"]
)
def test_tags_are_refused_in_one_line(tmp_path, text):
    path = tmp_path / "a.yaml"
    path.write_text(f"title: {text}\n")
    with pytest.raises(InputError, match=r"a.yaml:1:8: tags \(.*\) are not taken"):
        read_yaml(path)


def test_broken_files_are_told(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        Piece.load(tmp_path / "none.yaml")
    (tmp_path / "b.yaml").write_bytes(b"title: \xff\xfe")
    with pytest.raises(InputError, match="is not UTF-8"):
        Piece.load(tmp_path / "b.yaml")
    (tmp_path / "c.yaml").write_bytes(b"#" * (1 << 20) + b"##")
    with pytest.raises(InputError, match="larger than 1 MiB"):
        Piece.load(tmp_path / "c.yaml")


class Page(HTMLParser):
    """Collects what a page refers to, and whether its elements are closed."""

    VOID = frozenset({"meta", "img", "br", "source", "link", "input", "hr"})

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.open, self.tags = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [v for k, v in attributes if k in ("src", "href", "poster")]
        self.ids += [v for k, v in attributes if k == "id"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


@pytest.mark.parametrize("name", ["a#1.png", "50%20.png", "what?.png", "it's é.png", "a&b.png"])
def test_the_page_finds_files_of_any_name(studio, tmp_path, name):
    from urllib.parse import unquote, urlsplit

    text = f'title: x\nsteps:\n  a: {{medium: views, theme: moon, output: "{name}"}}\npage: index.html\n'
    (tmp_path / "a.yaml").write_text(text, "utf-8")
    Piece.load(tmp_path / "a.yaml").run(studio, tmp_path / "out", seed=1)
    page = Page((tmp_path / "out" / "index.html").read_text("utf-8"))
    places = [urlsplit(link) for link in page.links if not link.startswith(("#", "data:"))]
    assert name in {unquote(place.path) for place in places}
    assert all((tmp_path / "out" / unquote(place.path)).is_file() and not place.query for place in places)


def test_the_page_is_whole_and_asks_nothing_of_a_network(studio, tmp_path):
    piece(about="<b>& more").run(
        studio, tmp_path / "out", values={"theme": "moon <script>alert(1)</script> over water"}
    )
    text = (tmp_path / "out" / "index.html").read_text("utf-8")
    page = Page(text)
    assert page.open == [] and "script" not in page.tags and "&lt;b&gt;&amp; more" in text
    assert not re.search(r"(https?:)?//[a-z]", re.sub(r"base64,[^)\"]*", "", text))
    for link in page.links:
        if link.startswith("#"):
            assert link[1:] in page.ids
        elif not link.startswith("data:"):
            assert (tmp_path / "out" / link).is_file()
    assert {"song", "poem", "view", "night", "reading"} <= set(page.ids)
    assert "$" not in re.sub(r"base64,[^)\"]*", "", text)


def test_the_demo_is_a_valid_piece():
    demo = Piece.load(demo_path())
    outputs = {name for step in demo.spec.steps.values() for name in step.outputs}
    assert {
        "poem.txt",
        "painting.png",
        "score.mid",
        "score.wav",
        "film.mp4",
    } <= outputs and demo.spec.page == "index.html"


def test_options_are_checked_as_the_model_declares(studio, tmp_path):
    with pytest.raises((OptionError, InputError), match="width"):
        piece().run(studio, tmp_path / "out", values={"width": "wide"})


def test_a_passing_word_of_a_poem_does_not_change_what_a_picture_shows():
    from artwright import Theme
    from artwright.core.theme import join_themes

    prompt, poem = (
        Theme.from_prompt("autumn moon over a quiet river"),
        Theme.from_prompt("Red leaves are singing on your hair at dawn by the sea in spring"),
    )
    joined = join_themes([prompt, poem])
    assert joined.images[: len(prompt.images)] == prompt.images and joined.text == prompt.text
    added = joined.images[len(prompt.images) :]
    assert "leaf" in added and not {"portrait", "music", "sea", "dawn", "spring"} & set(added)
    assert set(join_themes([Theme.from_prompt("what remains unsaid"), poem]).images) == set(poem.images)
    with pytest.raises(InputError, match="a theme is needed"):
        join_themes([])
