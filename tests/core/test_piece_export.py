"""What a piece hands on: a book that readers take, a sheet, a table, an archive, a graph; and the examples."""

import csv
import io
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import plugin_easel
import pytest
from artwright import Piece, Studio
from artwright.core.errors import InputError, OutputError
from artwright.core.pieces.exporting import export
from artwright.core.pieces.graph import draw_graph
from artwright.testing import fresh_studio
from PIL import Image

EXAMPLES = Path(__file__).parents[2] / "examples" / "pieces"
STEPS = {
    "poem": {"medium": "lines", "theme": "autumn <moon> & sea", "output": "poem.txt"},
    "view": {
        "for_each": ["dawn", "dusk"],
        "medium": "views",
        "theme_from": "poem",
        "theme": "{item}",
        "title": "=The {item}",
        "output": "{item}.png",
    },
    "song": {"medium": "tunes", "theme_from": "view", "output": "song.mid"},
    "reading": {"operation": "analyze", "work": "poem", "output": "reading.txt"},
}


@pytest.fixture
def made(tmp_path):
    studio = fresh_studio(tmp_path / "home", plugin_easel)
    piece = Piece.from_dict({"title": "A <year>", "steps": STEPS, "page": "index.html"}, name="year")
    piece.run(studio, tmp_path / "out")
    return studio, tmp_path / "out"


def test_a_book_has_all_that_can_be_read_and_seen(made, tmp_path):
    studio, folder = made
    export(studio, folder, tmp_path / "year.epub")
    with zipfile.ZipFile(tmp_path / "year.epub") as book:
        assert book.namelist()[0] == "mimetype" and book.infolist()[0].compress_type == zipfile.ZIP_STORED
        pages = {name: ElementTree.fromstring(book.read(name)) for name in book.namelist() if name.endswith("xhtml")}
        package = ElementTree.fromstring(book.read("book.opf"))
        listed = {item.attrib["href"] for item in package.iter("{http://www.idpf.org/2007/opf}item")}
        assert listed == set(book.namelist()) - {"mimetype", "META-INF/container.xml", "book.opf"}
    assert len(pages) == 5, "a poem, two pictures, a score, and the contents"
    images = [one for page in pages.values() for one in page.iter("{http://www.w3.org/1999/xhtml}img")]
    assert len(images) == 3 and all(one.attrib["alt"] for one in images)
    before = (tmp_path / "year.epub").read_bytes()
    export(studio, folder, tmp_path / "year.epub", force=True)
    assert (tmp_path / "year.epub").read_bytes() == before


@pytest.mark.slow
@pytest.mark.skipif(not (shutil.which("epubcheck") and shutil.which("java")), reason="epubcheck (Debian) is not here")
def test_epubcheck_finds_nothing_wrong_with_a_book(made, tmp_path):
    export(*made, tmp_path / "year.epub")
    done = subprocess.run(
        ["java", "-jar", shutil.which("epubcheck"), "-w", str(tmp_path / "year.epub")],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_table_has_a_row_for_each_step_and_no_formula(made, tmp_path):
    export(*made, tmp_path / "year.csv")
    rows = list(csv.DictReader(io.StringIO((tmp_path / "year.csv").read_text("utf-8"))))
    assert [row["step"] for row in rows] == ["poem", "view[1]", "view[2]", "song", "reading"]
    assert rows[1]["title"] == "'=The dawn" and rows[1]["options.width"] == "160" and rows[0]["options.width"] == ""
    assert re.fullmatch("[0-9]+", rows[3]["seed"]) and rows[0]["theme"] == "autumn <moon> & sea"


def test_an_archive_has_the_manifest_and_all_files(made, tmp_path):
    _, folder = made
    export(*made, tmp_path / "year.zip")
    with zipfile.ZipFile(tmp_path / "year.zip") as archive:
        assert archive.testzip() is None
        for name in ("manifest.json", "index.html", "poem.txt", "dawn.png", "dusk.png", "song.mid", "reading.txt"):
            assert archive.read(f"year/{name}") == (folder / name).read_bytes()


@pytest.mark.parametrize("name", ["sheet.png", "sheet.jpg"])
def test_a_sheet_shows_all_works(made, tmp_path, name):
    export(*made, tmp_path / name)
    with Image.open(tmp_path / name) as sheet:
        assert sheet.width > 4 * 360 and sheet.height > 100 and len(set(sheet.convert("L").tobytes())) > 20


def test_what_cannot_be_exported_is_told(made, tmp_path):
    studio, folder = made
    with pytest.raises(InputError, match=r"cannot be made of a piece; there are: \.csv"):
        export(studio, folder, tmp_path / "year.doc")
    with pytest.raises(InputError, match="no folder that a piece made"):
        export(studio, tmp_path, tmp_path / "year.csv")
    (tmp_path / "year.csv").write_text("mine")
    with pytest.raises(OutputError):
        export(studio, folder, tmp_path / "year.csv")
    (folder / "dawn.png").unlink()
    with pytest.raises(InputError, match=r"lacks 'dawn\.png'"):
        export(studio, folder, tmp_path / "year.zip")
    (folder / "manifest.json").write_text('{"piece": "x", "steps": [{"files": ["../../etc/passwd"]}]}')
    with pytest.raises(InputError, match="no folder that a piece made"):
        export(studio, folder, tmp_path / "year.zip")


def test_a_graph_has_a_box_for_each_step_and_an_arrow_for_each_need(tmp_path):
    studio = fresh_studio(tmp_path / "home", plugin_easel)
    drawn = draw_graph(Piece.from_dict({"title": "A <year>", "steps": STEPS}).plan(studio))
    svg = ElementTree.fromstring(drawn)
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}rect"))) == 4
    assert drawn.count("marker-end") == 3 and "view × 2" in drawn and "A &lt;year&gt;" in drawn


NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))


@pytest.fixture(scope="module")
def whole_studio(tmp_path_factory):
    return Studio(tmp_path_factory.mktemp("home"))


@pytest.mark.parametrize("name", NAMES)
def test_an_example_is_a_piece_that_can_run(whole_studio, name):
    piece = Piece.load(EXAMPLES / f"{name}.yaml", studio=whole_studio)
    plan = piece.plan(whole_studio)
    assert plan.size >= 2 and Piece.from_dict(piece.to_dict()).spec == piece.spec
    assert draw_graph(plan).startswith("<svg")


SMALL = {
    "four-seasons": {"width": "256", "bars": "4", "film": "320", "height": "180"},
    "postcards": {"width": "256"},
    "sonnets": {"bars": "4"},
    "variations": {"bars": "4", "width": "256"},
    "picture-book": {"width": "256"},
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SMALL))
def test_an_example_runs_at_a_small_size_and_makes_nothing_twice(whole_studio, tmp_path, name):
    piece = Piece.load(EXAMPLES / f"{name}.yaml")
    result = piece.run(whole_studio, tmp_path / "out", values=SMALL[name], seed=3)
    assert result.page.exists() and len(result.files) > len(result.works)
    told = []
    piece.run(whole_studio, tmp_path / "again", values=SMALL[name], seed=3, tell=told.append)
    assert {event.state for event in told} == {"known"}
