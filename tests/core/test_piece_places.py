"""What a stranger's piece may write and read: files of its own folders alone; and one folder for one run."""

import json
import os
import threading

import plugin_places
import pytest
from artwright import Studio
from artwright.core.errors import InputError, OutputError
from artwright.core.loader import PluginHost
from artwright.core.pieces.piece import Piece


@pytest.fixture
def studio(tmp_path):
    host = PluginHost([])
    host.add(plugin_places, "places-plugin")
    return Studio(tmp_path / "home", host=host)


@pytest.fixture
def piece(tmp_path):
    def make(options, page="", **values):
        (tmp_path / "piece").mkdir(exist_ok=True)
        path = tmp_path / "piece" / "p.yaml"
        row = {
            "page": page,
            "values": values,
            "steps": {"a": {"medium": "marks", "theme": "sea", "options": options, "output": "a.marks"}},
        }
        path.write_text(json.dumps(row))
        return Piece.load(path)

    return make


def files(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


@pytest.mark.parametrize("option", ["log", "steps"])
@pytest.mark.parametrize(
    "place",
    ["../x", "/tmp/artwright-x", "sub/x", "..", ".hidden", "a\\b", "c:x", "manifest.json", "A.marks", "x" * 300],
)
def test_what_an_option_writes_stays_in_the_folder_of_the_piece(studio, piece, tmp_path, option, place):
    with pytest.raises(InputError) as error:
        piece({option: place}).run(studio, tmp_path / "out")
    assert "\n" not in str(error.value) and not (tmp_path / "out").exists() and not (tmp_path / "home").exists()


def test_what_an_option_writes_goes_there_even_if_the_work_is_known(studio, piece, tmp_path):
    made = piece({"log": "log.txt", "steps": "steps"})
    for out in ("one", "two"):
        result = made.run(studio, tmp_path / out)
        assert files(tmp_path / out) == ["a.marks", "log.txt", "manifest.json", *(f"steps/{n}.txt" for n in range(3))]
        assert [p.relative_to(tmp_path / out).as_posix() for p in result.files][-1] == "manifest.json"
        options = json.loads(result.manifest.read_text())["steps"][0]["provenance"]["options"]
        assert "log" not in options and "steps" not in options
    made.run(studio, tmp_path / "one", force=True)
    with pytest.raises(InputError, match=r"'same\.txt' is written by step 'a' already"):
        piece({"log": "same.txt", "steps": "same.txt"}).run(studio, tmp_path / "three")


@pytest.mark.parametrize("place", ["/etc/hostname", "../secret", "sub/../../secret", "link", "a\\..\\secret"])
def test_what_an_option_reads_lies_beside_the_piece(studio, piece, tmp_path, place):
    (tmp_path / "secret").write_bytes(b"\x2a")
    (tmp_path / "piece").mkdir()
    (tmp_path / "piece" / "link").symlink_to(tmp_path / "secret")
    with pytest.raises(InputError, match="not in the folder of the piece"):
        piece({"pattern": place}).run(studio, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_file_beside_the_piece_and_one_that_the_person_names_are_read(studio, piece, tmp_path):
    (tmp_path / "mine").write_bytes(b"\x2a")
    (tmp_path / "piece" / "sub").mkdir(parents=True)
    (tmp_path / "piece" / "sub" / "p.bin").write_bytes(b"\x07")
    result = piece({"pattern": "sub/p.bin"}, page="index.html").run(studio, tmp_path / "out")
    work = result.works["a"]
    assert "p.bin" in result.page.read_text() and "sha256" not in result.page.read_text()
    assert work.payload[-1] == 7 and work.provenance.options["pattern"]["text"] == "\x07"
    (tmp_path / "piece" / "sub" / "p.bin").write_bytes(b"\x08")
    again = piece({"pattern": "sub/p.bin"}).run(studio, tmp_path / "again").works["a"]
    assert again.payload[-1] == 8, "another content is another work"
    mine = str(tmp_path / "mine")
    chosen = piece({"pattern": "{file}"}, file="none")
    assert chosen.run(studio, tmp_path / "b", values={"file": mine}).works["a"].payload[-1] == 42
    assert str(tmp_path) not in (tmp_path / "b" / "manifest.json").read_text(), "no path goes into what is published"
    with pytest.raises(InputError, match="give it with --set"):
        piece({"pattern": "{file}"}, file=mine).run(studio, tmp_path / "c")


def test_two_runs_into_one_folder_are_one_folder(studio, piece, tmp_path):
    made, told = piece({}), []
    barrier = threading.Barrier(2)

    def run(seed):
        try:
            barrier.wait(10)
            made.run(studio, tmp_path / "out", seed=seed)
        except OutputError as error:
            told.append(str(error))

    threads = [threading.Thread(target=run, args=(seed,)) for seed in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(told) == 1
    assert "another run is writing to the folder" in told[0] or "is not empty and is kept" in told[0]
    row = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert json.loads((tmp_path / "out" / "a.marks").read_text())["marks"] == [
        int(n) for n in studio.library.get(row["steps"][0]["work"]).payload
    ]


def test_a_piece_replaces_its_own_files_and_nobody_elses(studio, piece, tmp_path):
    out = tmp_path / "out"
    piece({}).run(studio, out, seed=1)
    (out / "mine.txt").write_text("mine")
    again = piece({"log": "log.txt"}).run(studio, out, seed=1)
    assert (out / "log.txt").exists() and (out / "mine.txt").read_text() == "mine" and again.files
    with pytest.raises(OutputError, match="is not empty and is kept"):
        piece({}).run(studio, out, seed=2)  # another seed means other works
    (out / "a.marks").write_text("edited by hand")
    with pytest.raises(OutputError, match=r"'a.marks' .* was changed since the piece made it"):
        piece({"log": "log.txt"}).run(studio, out, seed=1)
    assert (out / "a.marks").read_text() == "edited by hand"
    (out / "other.txt").write_text("mine too")
    piece({}).run(studio, out, seed=1, force=True)
    with pytest.raises(OutputError, match=r"'other.txt' .* is not the piece's own and is kept"):
        piece({"log": "other.txt"}).run(studio, out, seed=1)
    assert (out / "other.txt").read_text() == "mine too"


def test_with_force_all_is_checked_before_the_first_file_is_replaced(studio, piece, tmp_path):
    out = tmp_path / "out"
    piece({}).run(studio, out, seed=1)
    before = {name: (out / name).read_bytes() for name in files(out)}
    (out / "log.txt").mkdir()
    with pytest.raises(OutputError, match="is a folder"):
        piece({"log": "log.txt"}).run(studio, out, seed=2, force=True)
    assert {name: (out / name).read_bytes() for name in files(out)} == before
    (out / "log.txt").rmdir()
    target = tmp_path / "elsewhere.marks"
    target.write_text("old")
    os.chmod(target, 0o600)
    (out / "a.marks").unlink()
    (out / "a.marks").symlink_to(target)
    piece({"log": "log.txt"}).run(studio, out, seed=2, force=True)
    assert (out / "a.marks").is_symlink() and "marks" in target.read_text() and target.stat().st_mode & 0o777 == 0o600
