"""`artwright originality`: any file, one sentence, names; a folder of one's own; what cannot be compared is told."""

import json
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import plugin_easel
import pytest
from artwright.core.originality import Fingerprint, Index, IndexShelf
from artwright.testing import fresh_studio
from PIL import Image, ImageOps


def run(*arguments, cwd):
    done = subprocess.run(
        [sys.executable, "-m", "artwright", *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False
    )
    return done.returncode, done.stdout, done.stderr


RIVER = "The river carries down the moon,\nThe reeds are still, the night is long,\nAnd someone on the farther side\n"


def picture(seed):
    rng = np.random.default_rng(seed)
    return Image.fromarray(rng.integers(0, 255, (9, 12, 3), dtype=np.uint8)).resize((120, 90), Image.Resampling.BICUBIC)


@pytest.fixture
def folder(tmp_path):
    shelf = tmp_path / "shelf" / "deep"
    shelf.mkdir(parents=True)
    for seed in range(6):
        picture(seed).save(shelf / f"view-{seed}.png")
    (shelf.parent / "broken.png").write_bytes(b"not a picture")
    (shelf / "words.txt").write_text(RIVER, "utf-8")
    ImageOps.mirror(picture(3)).resize((200, 150)).save(tmp_path / "mine.jpg")
    return tmp_path


def test_works_of_a_folder_are_named(folder):
    code, out, err = run("originality", "mine.jpg", "--against", "shelf", cwd=folder)
    assert code == 0 and "left out: 'shelf/broken.png'" in err
    assert "view 3 (deep/view-3.png)" in out.splitlines()[0] and out.splitlines()[1].endswith(
        "view 3 (deep/view-3.png)"
    )
    code, out, _ = run("originality", "mine.jpg", "shelf/deep/view-3.png", "--against", "shelf", "--json", cwd=folder)
    first, second = json.loads(out)["works"]
    assert first["originality"]["nearest"][0]["distance"] < 0.05 and "view-3" in first["said"]
    assert (
        second["file"] == "shelf/deep/view-3.png" and second["originality"]["nearest"][0]["distance"] > 0.3
    )  # not itself


def test_what_cannot_be_compared_is_told_in_one_line(folder):
    (folder / "empty").mkdir()
    for asked, said in (
        (("gone.jpg",), "no file 'gone.jpg'"),
        (("mine.jpg", "--against", "nowhere"), "no folder 'nowhere'"),
        (("mine.jpg", "--against", "empty"), "there is no other work of painting"),
    ):
        code, out, err = run("originality", *asked, cwd=folder)
        assert code != 0 and not out and said in err and err.count("\n") == 1


def test_the_studio_measures_whatever_it_makes(tmp_path):
    class KnownLines(plugin_easel.Lines):
        def fingerprint(self, artwork):
            return Fingerprint.of_words(str(artwork.payload).lower().split(), kind="lines")

        def indexes(self):
            return (tmp_path / "lines.safetensors", tmp_path / "others.safetensors", tmp_path / "gone.safetensors")

    medium = KnownLines()
    known = [("River", Fingerprint.of_words(RIVER.lower().split(), kind="lines"))]
    Index.build(known).save(tmp_path / "lines.safetensors")
    Index.build([("Other", Fingerprint.of_words(["x"] * 9, kind="other"))]).save(tmp_path / "others.safetensors")
    studio = fresh_studio(tmp_path / "home", builtin=False)
    studio.registry.loading("test")
    studio.registry.add_medium(medium)
    path = tmp_path / "copy.txt"
    path.write_text(RIVER, "utf-8")
    report = studio.originality(path)
    assert report.copied and report.nearest[0].name == "River" and report.compared == 1 and report.share == 1
    path.write_text("Nothing here was ever said before\n", "utf-8")
    fresh = studio.originality(path)
    assert not fresh.copied and fresh.longest_copy is None
    (tmp_path / "lines.safetensors").unlink()
    assert studio.originality(path) is None


def test_of_several_indexes_a_work_is_judged_among_its_own_and_named_by_any(tmp_path):
    medium = SimpleNamespace(
        indexes=lambda: (tmp_path / "poems", tmp_path / "pages"),
        fingerprint=lambda words: Fingerprint.of_words(words.split(), kind="en", noun="poems"),
    )
    rng = np.random.default_rng(0)
    for noun in ("poems", "pages"):
        prints = [
            (f"{noun} {n}", Fingerprint.of_words([f"w{i}" for i in rng.integers(0, 30, 40)], kind="en", noun=noun))
            for n in range(40)
        ]
        words = {"poems": "down the long river the boats go", "pages": "it was the best of all times for boats"}[noun]
        prints.append((f"the {noun}", Fingerprint.of_words(words.split(), kind="en", noun=noun)))
        Index.build(prints, real=prints[:40]).save(tmp_path / noun)
    shelf = IndexShelf()
    copy = shelf.measure(medium, "it was the best of all times for trains")
    assert copy.copied and copy.nearest[0].name == "the pages" and copy.noun == "pages"
    strange = " ".join(f"x{n}" for n in range(40))
    both = shelf.measure(medium, f"the best of all times {strange} the long river the {strange}")
    assert not both.copied and both.noun == "poems" and both.compared == 82
    assert [near.name for near in both.nearest] == ["the pages", "the poems"]
    assert both.longest_copy.source == "the pages" and both.longest_copy.length == 5
    assert both.share == pytest.approx(1 - both.nearest[0].distance)
