"""Equal works are equal files, in every format that the media write, and each is unchanged when it was just written."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec

import plugin_easel
import pytest
from artwright import Studio
from artwright.core.errors import FormatError
from artwright.core.files import now
from artwright.core.provenance import verify
from artwright.plugins import film
from artwright.testing import fresh_studio

ASKED = {
    "painting": {"theme": "a lake at dusk", "options": {"width": 96, "best_of": 1}, "style": "hokusai"},
    "music": {"theme": "night sea", "options": {"bars": 4}},
    "literature": {"theme": "autumn moon", "options": {"form": "haiku"}},
}
SCORES = (".svg", ".png", ".pdf")
FORMATS = [
    *(("painting", s) for s in (".png", ".jpg", ".jpeg", ".webp")),
    *(
        ("music", s)
        for s in (".mid", ".midi", ".wav", ".flac", ".mp3", ".ogg", ".opus", ".musicxml", ".mxl", ".abc", *SCORES)
    ),
    *(("literature", s) for s in (".txt", ".md")),
    *(("film", s) for s in (".mp4", ".webm")),
]


def make(medium, home):
    if medium != "film":
        studio = Studio(home)
        return studio, studio.generate(medium, seed=5, **ASKED[medium])
    studio = fresh_studio(home, plugin_easel, film)
    view = studio.generate("views", "sea", seed=1, options={"width": 320, "height": 200})
    options = {"width": 192, "height": 160, "fps": 10, "seconds": 4}
    return studio, studio.generate("film", "sea", sources=[view], options=options, seed=1)


@pytest.fixture(scope="module")
def twice(tmp_path_factory):
    """Two works of one request of each medium, made at two times in two homes."""
    made = {}

    def of(medium):
        if medium not in made:
            works = []
            for number in range(2):
                with pytest.MonkeyPatch.context() as patch:
                    time = datetime(2026, 1, 2, tzinfo=UTC) + timedelta(days=number, seconds=1)
                    patch.setattr("artwright.core.workshop.now", lambda time=time: time)
                    works.append(make(medium, tmp_path_factory.mktemp("home")))
            made[medium] = works
        return made[medium]

    return of


def written(studio, work, folder, suffix):
    folder.mkdir()
    studio.save(work, folder / f"a{suffix}")
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_every_format_is_tried():
    media = Studio().registry.media
    assert {(name, s) for name, medium in media.items() for s in medium.writes} == set(FORMATS)


@pytest.mark.parametrize(("medium", "suffix"), FORMATS)
def test_two_runs_give_equal_bytes(twice, tmp_path, medium, suffix):
    if suffix in SCORES and medium == "music" and find_spec("verovio") is None:
        pytest.skip("engraving needs the extra 'scores'")
    (one, first), (two, second) = twice(medium)
    assert first == second and first.provenance.created != second.provenance.created
    files = written(one, first, tmp_path / "one", suffix)
    assert files == written(two, second, tmp_path / "two", suffix) and f"a{suffix}" in files
    assert not any(first.provenance.created[:10].encode() in data for data in files.values())


@pytest.mark.parametrize(("medium", "suffix"), [f for f in FORMATS if f[0] != "music" or f[1] not in SCORES])
def test_a_file_just_written_is_unchanged(twice, tmp_path, medium, suffix):
    (studio, work), _ = twice(medium)
    written(studio, work, tmp_path / "one", suffix)
    path = tmp_path / "one" / f"a{suffix}"
    kind = studio.registry.medium(medium)
    loaded = studio.load(path, medium)
    assert verify(loaded, kind)["verdict"] == "unchanged"
    assert loaded.provenance == work.provenance and loaded.title == work.title


@pytest.mark.parametrize(
    ("medium", "suffix", "old", "new"),
    [
        ("literature", ".txt", b" the ", b" a "),
        ("literature", ".md", b"\n# Autumn", b"\nOne more line.\n\n# Autumn"),
        ("music", ".musicxml", b"<octave>4</octave>", b"<octave>3</octave>"),
        ("music", ".mid", b"", b""),
        ("music", ".abc", b"| ", b"| c "),
    ],
)
def test_an_edited_file_is_changed(twice, tmp_path, medium, suffix, old, new):
    (studio, work), _ = twice(medium)
    path = studio.save(work, tmp_path / f"a{suffix}")
    data = path.read_bytes()
    if suffix == ".mid":
        import mido

        tune = mido.MidiFile(path)
        next(m for track in tune.tracks for m in track if m.type == "note_on").velocity ^= 1
        tune.save(path)
    else:
        path.write_bytes(data.replace(old, new, 1))
    assert path.read_bytes() != data
    assert verify(studio.load(path), studio.registry.medium(medium))["verdict"] == "changed"


@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png"])
def test_a_picture_saved_anew_by_another_program_is_changed(twice, tmp_path, suffix):
    from PIL import Image

    (studio, work), _ = twice("painting")
    path = studio.save(work, tmp_path / f"a{suffix}")
    picture = Image.open(path)
    kept = {"exif": picture.getexif()} if suffix != ".png" else {}
    if suffix == ".png":
        from PIL.PngImagePlugin import PngInfo

        kept["pnginfo"] = PngInfo()
        kept["pnginfo"].add_itxt("artwright", picture.text["artwright"])
        picture.load()
        picture.putpixel((0, 0), (1, 2, 3))
    picture.convert("RGB").save(path, **kept, **({"quality": 60} if suffix != ".png" else {}))
    assert verify(studio.load(path), studio.registry.medium("painting"))["verdict"] == "changed"


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3"])
def test_a_sound_in_which_a_sample_was_changed_is_changed(twice, tmp_path, suffix):
    (studio, work), _ = twice("music")
    path = studio.save(work, tmp_path / f"a{suffix}")
    data = bytearray(path.read_bytes())
    at = len(data) * 3 // 4
    data[at] ^= 0x10
    path.write_bytes(data)
    try:
        loaded = studio.load(path)
    except FormatError:
        return
    assert verify(loaded, studio.registry.medium("music"))["verdict"] == "changed"


def test_two_programs_give_equal_bytes(tmp_path):
    """The command line, in processes of their own, with other hashes of strings and a second between."""
    for name, seed in (("one", "1"), ("two", "77")):
        folder = tmp_path / name
        folder.mkdir()
        env = {**os.environ, "ARTWRIGHT_HOME": str(tmp_path / f"home-{name}"), "PYTHONHASHSEED": seed}
        command = [
            sys.executable,
            "-m",
            "artwright",
            "literature",
            "generate",
            "autumn moon",
            "--form",
            "qijue",
            "--seed",
            "3",
        ]
        subprocess.run([*command, "--output", "a.md"], cwd=folder, env=env, check=True, capture_output=True)
        shutil.rmtree(tmp_path / f"home-{name}")
    assert (tmp_path / "one/a.md").read_bytes() == (tmp_path / "two/a.md").read_bytes()


def test_dates_of_records_obey_source_date_epoch(monkeypatch, tmp_path):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert now().isoformat() == "2023-11-14T22:13:20+00:00"
    _, work = make("literature", tmp_path)
    assert work.provenance.created == "2023-11-14T22:13:20+00:00"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    assert now().year >= 2026
