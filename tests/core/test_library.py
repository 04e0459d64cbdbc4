"""The library: works are kept whole, found by id, prefix or file, and what is broken is told."""

import json
import logging
import os
import subprocess
import sys
import threading
from pathlib import Path

import plugin_stipple
import pytest
from artwright.core.artwork import Provenance
from artwright.core.errors import FormatError, InputError, OutputError, StoreError, UnknownName, UsageError
from artwright.core.library import Library

DOTS = plugin_stipple.Dots()


@pytest.fixture
def library(tmp_path):
    return Library(tmp_path / "home", {"dots": DOTS})


def dots(*numbers, title="a row"):
    work = DOTS.artwork(numbers, title=title)
    return work.with_(
        provenance=Provenance(
            operation="generate",
            medium="dots",
            seed=3,
            parents=("sha256:" + "0" * 64,),
            notes={"plan": [1, 2]},
            id=work.id,
        )
    )


def every_file(folder):
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def test_nothing_is_made_before_the_first_work(library, tmp_path):
    assert (
        library.entries() == []
        and library.size() == (0, 0)
        and library.check() == []
        and list(tmp_path.iterdir()) == []
    )
    with pytest.raises(
        UnknownName, match=r"no work 'abcd' in the library; there are: none.*`artwright works` lists them"
    ):
        library.get("abcd")


def test_a_work_comes_back_with_its_title_and_provenance(library, tmp_path):
    work = dots(1, 2, 3, title="三 dots")
    file = library.add(work, DOTS)
    digits = work.id.removeprefix("sha256:")
    assert file == tmp_path / "home" / "works" / digits[:2] / digits / "work.dots"
    for name in (work.id, digits, digits[:4], digits[:12].upper(), work.short_id):
        got = library.get(name)
        assert got == work and got.payload == (1, 2, 3)
        assert (got.title, got.provenance) == (work.title, work.provenance)
    assert library.get(file).payload == (1, 2, 3) and library.get(str(file)) == work


def test_adding_again_changes_nothing(library):
    work = dots(1)
    file = library.add(work)
    before = (file.stat().st_mtime_ns, every_file(library.folder))
    assert library.add(work.with_(title="another title")) == file
    assert (file.stat().st_mtime_ns, every_file(library.folder)) == before and len(before[1]) == 2
    assert library.get(work.id).title == "a row"


def test_the_newest_come_first(library):
    works = [dots(n, title=str(n)) for n in range(5)]
    for work in works:
        library.add(work)
    assert [row["title"] for row in library.entries()] == ["4", "3", "2", "1", "0"]
    assert len(library.entries(limit=2)) == 2 and library.entries(medium="music") == []
    count, size = library.size()
    assert count == 5 and size == sum(p.stat().st_size for p in library.folder.rglob("*") if p.is_file())


def test_errors_name_what_there_is(library, tmp_path):
    for n in range(600):
        folder = library.folder / "ab" / f"{'ab' + f'{n:04x}':0<64}"
        folder.mkdir(parents=True)
    with pytest.raises(UsageError, match=r"the id 'ab00' fits 256 works: ab0000000000, .* \.\.\.; give more digits"):
        library.get("ab00")
    work = dots(7)
    library.add(work)
    with pytest.raises(UnknownName, match=f"no work 'ffffffff' in the library; there are: {work.short_id}"):
        library.get("ffffffff")
    for name in ("", "a", "picture.png", "sha256:xyz", "../../no/such/thing"):
        with pytest.raises(UnknownName, match="no work"):
            library.get(name)
    with pytest.raises(InputError, match="there is no file"):
        library.get(tmp_path / "gone.dots")
    (tmp_path / "x.xyz").write_text("x")
    with pytest.raises(UnknownName, match=r"no file type '\.xyz'; there are: \.dots"):
        library.get(str(tmp_path / "x.xyz"))
    (tmp_path / "x.dots").write_text("x")
    with pytest.raises(FormatError, match="is not dots"):
        library.get(str(tmp_path / "x.dots"))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"id": 3}',
        '{"id": "x", "medium": "dots", "title": "", "added": "", "name": "a.dots", "sha256": "", "bytes": 1}',
        "\udcff",
    ],
)
def test_a_broken_manifest_is_told_and_left_out(library, caplog, text):
    good, bad = dots(1), dots(2)
    library.add(good)
    manifest = library.add(bad).parent / "manifest.json"
    manifest.write_bytes(text.encode("utf-8", "surrogateescape"))
    with caplog.at_level(logging.WARNING, logger="artwright"):
        assert [row["id"] for row in library.entries()] == [good.id]
    assert (
        len(caplog.messages) == 1
        and str(manifest) in caplog.messages[0]
        and "left out" in caplog.messages[0]
        and "\n" not in caplog.messages[0]
    )
    assert len(library.check()) == 1
    with pytest.raises(StoreError, match="make the work again"):
        library.get(bad.id)
    library.add(bad)  # made again, it takes the broken one's place
    assert library.get(bad.id) == bad and library.check() == [] and len(every_file(library.folder)) == 4


def test_a_file_changed_or_lost_since_is_told(library):
    work = dots(1, 2)
    file = library.add(work)
    text = file.read_text()
    file.write_text(text.replace("2", "3"))
    with pytest.raises(StoreError, match="was changed after the work"):
        library.get(work.id)
    assert library.get(file).id != work.id
    file.unlink()
    with pytest.raises(StoreError, match="is gone"):
        library.get(work.id)
    library.add(work)
    assert library.get(work.id) == work


def test_a_manifest_cannot_lead_out_of_its_folder(library, tmp_path):
    (tmp_path / "secret.dots").write_text("{}")
    manifest = library.add(dots(1)).parent / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "name": "../../../../secret.dots"}))
    assert len(library.check()) == 1 and library.entries() == []


def test_works_are_removed(library):
    work, other = dots(1), dots(2)
    library.add(work)
    broken = library.add(other).parent
    (broken / "manifest.json").write_text("{")
    assert library.remove(work.short_id)["id"] == work.id and library.remove(other.id)["id"] == other.id
    assert library.size() == (0, 0) and every_file(library.folder) == []
    with pytest.raises(UnknownName):
        library.remove(work.id)


def test_a_save_that_fails_leaves_nothing(library, monkeypatch):
    def fail(artwork, path):
        path.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(DOTS, "save", fail, raising=False)
    with pytest.raises(
        OutputError, match=r"cannot keep the work .* No space left on device; .* ARTWRIGHT_HOME"
    ) as caught:
        library.add(dots(1))
    assert "\n" not in str(caught.value) and every_file(library.folder) == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_is_told(tmp_path):
    code = (
        "import importlib.util, resource, signal, sys\nfrom pathlib import Path\n"
        "from artwright.core.errors import OutputError\nfrom artwright.core.library import Library\n"
        f"spec = importlib.util.spec_from_file_location('p', {str(Path(__file__).parents[1] / 'plugin_stipple.py')!r})\n"
        "p = importlib.util.module_from_spec(spec); spec.loader.exec_module(p)\nsignal.signal(signal.SIGXFSZ, "
        "signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: Library(Path(sys.argv[1]), {'dots': p.Dots()}).add(p.Dots().artwork(tuple(range(2000))))\nexcept "
        "OutputError as error: print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert (
        done.stdout.startswith("cannot keep the work") and done.stdout.count("\n") == 1 and every_file(tmp_path) == []
    )


def test_a_place_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot keep the work"):
        Library(tmp_path / "file", {"dots": DOTS}).add(dots(1))


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere")
def test_a_read_only_library_is_told(library):
    library.add(dots(1))
    library.folder.chmod(0o555)
    with pytest.raises(OutputError, match="Permission denied"):
        library.add(dots(2))
    library.folder.chmod(0o755)


def test_several_threads_add_the_same_work(library):
    work, failed = dots(*range(50)), []

    def add():
        try:
            for _ in range(20):
                library.add(work)
        except OutputError as error:
            failed.append(error)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == [] and library.get(work.id) == work and len(every_file(library.folder)) == 2
