"""Films: files, captions in time with the music, camera, hostile input."""

import json
import subprocess
import sys

import numpy as np
import plugin_easel
import pytest
from artwright import Artwork, Text
from artwright.core.errors import FormatError, InputError, OptionError
from artwright.plugins import film
from artwright.testing import CancelAt, MediumContract, fresh_studio

SMALL = {"width": 320, "height": 180, "fps": 10, "seconds": 8}


def make_studio(home):
    return fresh_studio(home, plugin_easel, film)


def make_sources(studio, theme="autumn moon on the river", **options):
    view = studio.generate("views", theme, seed=1, options={"width": 640, "height": 400, **options})
    return view, studio.generate("tunes", theme, seed=1), studio.generate("lines", theme, seed=1)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    return make_studio(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="module")
def reel(studio):
    return studio.generate("film", "autumn moon", sources=make_sources(studio), options=SMALL, seed=1)


class TestFilmContract(MediumContract):
    plugin = film
    builtin = False
    medium = "film"

    def sample(self, studio):
        studio.host.add(plugin_easel, "easel")
        view = studio.generate("views", "sea", seed=1)
        return studio.generate(
            "film", "sea", sources=[view], options={**SMALL, "seconds": 4, "width": 192, "height": 160}, seed=1
        )


def test_a_film_has_what_was_asked(reel):
    assert (reel.payload.width_px, reel.payload.height_px, reel.payload.fps) == (320, 180, 10)
    assert abs(reel.payload.duration_s - 8) < 0.15
    assert (reel.payload.video_codec, reel.payload.audio_codec) == ("h264", "aac")
    assert reel.title == "Autumn moon on the r" and not reel.provenance.notes["silent"]


def test_same_inputs_same_bytes(tmp_path):
    one, two = (make_studio(tmp_path / name) for name in "ab")
    works = [
        s.generate("film", "moon", sources=make_sources(s), options={**SMALL, "seconds": 4}, seed=3) for s in (one, two)
    ]
    assert works[0].id == works[1].id and works[0].payload.data == works[1].payload.data
    again = {
        two.generate("film", "moon", sources=make_sources(two), options={**SMALL, "seconds": 4}, seed=3).id
        for _ in range(3)
    }
    assert again == {works[0].id}


def test_the_manifest_travels_in_the_file_and_changes_nothing(studio, reel, tmp_path):
    path = studio.save(reel, tmp_path / "a.mp4")
    assert [p.name for p in tmp_path.iterdir()] == ["a.mp4"]
    again = studio.load(path)
    assert again.id == reel.id and again.title == reel.title and again.provenance == reel.provenance
    other = studio.load(studio.save(again.with_(title="Another title 题"), tmp_path / "b.mp4"))
    assert other.id == reel.id and other.title == "Another title 题"
    assert studio.load(studio.save(reel.with_(provenance=None, title=""), tmp_path / "c.mp4")).provenance is None


def test_webm_is_made_directly_and_from_mp4(studio, reel, tmp_path):
    direct = studio.generate(
        "film", "moon", sources=make_sources(studio), options={**SMALL, "seconds": 4, "container": "webm"}, seed=1
    )
    assert (direct.payload.video_codec, direct.payload.audio_codec) == ("vp9", "opus")
    assert (
        studio.generate(
            "film", "moon", sources=make_sources(studio), options={**SMALL, "seconds": 4, "container": "webm"}, seed=1
        ).id
        == direct.id
    )
    again = studio.load(studio.save(direct, tmp_path / "a.webm"))
    assert again.id == direct.id and again.provenance.notes == direct.provenance.notes
    coded = studio.load(studio.save(reel, tmp_path / "b.webm"))
    assert coded.payload.video_codec == "vp9" and abs(coded.payload.duration_s - reel.payload.duration_s) < 0.2
    assert coded.title == reel.title and coded.id != reel.id


def test_lines_come_on_bar_lines(studio):
    view, tune, words = make_sources(studio)
    made = studio.generate(
        "film", "moon", sources=[view, tune, words], options={**SMALL, "seconds": 0, "fps": 10}, seed=1
    )
    captions = made.provenance.notes["captions"]
    assert [line["text"] for line in captions] == list(words.payload.lines)
    bars = tune.payload.get_downbeats()
    assert made.provenance.notes["on_bars"] and made.payload.duration_s >= 12
    period = 16.0
    assert all(min(abs(line["start_s"] % period - bar) for bar in [*bars, period]) < 0.02 for line in captions)


def test_words_are_drawn_and_leave_again(studio):
    from artwright.plugins.film.camera.canvas import Canvas
    from artwright.plugins.film.camera.moves import Rectangle
    from artwright.plugins.film.captions.typesetting import Typesetter
    from PIL import Image

    frame = Canvas(Image.new("RGB", (640, 360), (90, 110, 130)), 640, 360).view(Rectangle(0.5, 0.5, 1))
    setter = Typesetter(640, 360)
    rows = setter.horizontal(["A quiet line,", "and one more of them"], chinese=False)
    for layer in (*rows, *setter.vertical(["江上月初圆，"], side="right"), setter.title("月")):
        shown = layer.over(frame, 1.0)
        assert shown[0].max() > 225 and np.array_equal(layer.over(frame, 0.0)[0], frame[0])
        half = layer.over(frame, 0.5)
        assert frame[0].max() < half[0].max() < shown[0].max()


def test_columns_for_chinese_rows_for_english(studio):
    view = make_sources(studio)[0]
    looks = []
    for theme in ("江月", "moon"):
        words = studio.generate("lines", theme, seed=1)
        made = studio.generate("film", theme, sources=[view, words], options={**SMALL, "seconds": 4}, seed=1)
        looks.append(made.provenance.notes["look"]["captions"])
    assert looks == ["vertical", "horizontal"]


@pytest.mark.parametrize("size", [(90, 400), (600, 60), (3, 3), (1, 1), (300, 200)])
def test_pictures_of_any_shape(studio, size):
    view = studio.registry.medium("views").artwork(plugin_easel.draw(*size, np.random.default_rng(1)))
    made = studio.generate(
        "film",
        "scroll",
        sources=[view],
        options={**SMALL, "seconds": 4, "width": 160, "height": 160, "fps": 10},
        seed=1,
    )
    assert made.payload.duration_s > 3.5 and made.provenance.notes["silent"]


def test_transparent_and_grey_pictures(studio):
    from PIL import Image

    views = [
        studio.registry.medium("views").artwork(Image.new(mode, (64, 40), colour))
        for mode, colour in (("RGBA", (9, 9, 9, 0)), ("L", 128), ("1", 1))
    ]
    made = studio.generate("film", "three", sources=views, options={**SMALL, "seconds": 6}, seed=1)
    assert [take["picture"] for take in made.provenance.notes["takes"]] == [0, 1, 2]


def test_a_very_long_poem_is_cut_and_told(studio):
    words = studio.registry.medium("lines").artwork(
        Text(stanzas=(tuple(f"line number {n} of a song" for n in range(300)),), language="en")
    )
    made = studio.generate(
        "film", "song", sources=[make_sources(studio)[0], words], options={**SMALL, "seconds": 10}, seed=1
    )
    notes = made.provenance.notes
    assert notes["lines_left_out"] == 300 - len(notes["captions"]) > 250
    assert "are left out" in made.remarks[-1] and made.provenance.remarks == made.remarks


def test_characters_without_a_glyph_are_told(studio):
    words = studio.registry.medium("lines").artwork(Text(stanzas=(("月🎨明",),), language="zh"))
    made = studio.generate(
        "film", "moon", sources=[make_sources(studio)[0], words], options={**SMALL, "seconds": 4}, seed=1
    )
    assert made.provenance.notes["missing_characters"] == ["🎨"] and "U+1F3A8" in made.remarks[0]


def test_what_cannot_be_filmed_is_refused_in_one_line(studio):
    with pytest.raises(InputError, match="needs a picture to show and got nothing; give a painting with --from"):
        studio.generate("film", "moon")
    with pytest.raises(InputError, match="got tunes, lines"):
        studio.generate("film", "moon", sources=make_sources(studio)[1:])
    for name, value, said in (
        ("width", 321, "must be even"),
        ("seconds", 2, "at least 4 seconds"),
        ("fps", 5, "greater than or equal to 10"),
    ):
        with pytest.raises(OptionError, match=said):
            studio.generate("film", "moon", sources=make_sources(studio)[:1], options={name: value})


@pytest.mark.parametrize("name", ["cut.mp4", "cut.webm", "sound.mp4", "picture.mp4"])
def test_hostile_files_are_refused_in_one_line(studio, reel, tmp_path, name):
    path = tmp_path / name
    if name == "cut.mp4":
        path.write_bytes(reel.payload.data[: len(reel.payload.data) // 2 - 5000][40:])
    elif name == "cut.webm":
        path.write_bytes(reel.payload.data)
    elif name == "sound.mp4":
        write_sound(path)
    else:
        make_sources(studio)[0].payload.save(path, "PNG")
    with pytest.raises(FormatError) as caught:
        studio.load(path)
    assert "\n" not in str(caught.value) and name in str(caught.value)


def write_sound(path):
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=48000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        frame.sample_rate = 48000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def test_it_can_be_stopped(tmp_path):
    from artwright.core.errors import Cancelled

    studio = make_studio(tmp_path)
    sources = make_sources(studio)
    studio.progress = CancelAt(5)
    with pytest.raises(Cancelled):
        studio.generate("film", "moon", sources=sources, options=SMALL, seed=1)


def test_reading_a_film(studio, reel):
    found = studio.analyze(reel, explain=True, plot=True)
    assert json.dumps(found.findings) and found.findings["size_px"] == [320, 180] and found.findings["captions"]
    assert found.findings["features"]["loudness_db"] > -60 and "8.0 s" in found.explanation
    assert "秒" in studio.analyze(reel, explain=True, language="zh").explanation
    assert found.plot.size[0] > 1000
    assert studio.theme(reel).text == "autumn moon"
    plain = studio.theme(reel.with_(provenance=None))
    assert plain.palette and plain.source == reel.id


def test_cuts_are_found_where_pictures_change(studio):
    from PIL import Image

    views = [
        studio.registry.medium("views").artwork(Image.new("RGB", (320, 180), colour))
        for colour in ((200, 60, 40), (40, 90, 200))
    ]
    made = studio.generate("film", "two", sources=views, options={**SMALL, "seconds": 8, "titles": False}, seed=1)
    cuts = studio.analyze(made).findings["cuts_s"]
    truth = made.provenance.notes["takes"][1]["start_s"]
    assert len(cuts) == 1 and abs(cuts[0] - truth) < 0.5


def test_the_sound_is_the_music_and_ends_quietly(reel):
    from artwright.plugins.film.reel.container import opened

    with opened(reel.payload) as container:
        parts = [frame.to_ndarray() for frame in container.decode(audio=0)]
    sound = np.concatenate(parts, axis=1)
    assert 0.05 < np.abs(sound).max() <= 1.0
    assert np.abs(sound[:, -2400:]).max() < 0.02


def test_fragment_of_html_is_escaped(studio, reel):
    medium = studio.registry.medium("film")
    shown = medium.html(reel.with_(title='"><script>'), {".mp4": 'a".mp4'})
    assert "<script>" not in shown and 'src="a&quot;.mp4"' in shown and 'poster="data:image/jpeg;base64,' in shown


def test_registering_loads_nothing_heavy():
    code = (
        "import sys; from artwright.core.registry import Registry; from artwright.plugins import film; r = "
        "Registry(); r.loading('film');"
        "film.register_media(registry=r); film.register_models(registry=r);"
        "print([m for m in ('numpy', 'PIL', 'av', 'torch', 'pydantic', 'scipy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_works_are_not_changed(studio):
    sources = make_sources(studio)
    before = [work.id for work in sources]
    studio.generate("film", "moon", sources=sources, options={**SMALL, "seconds": 4}, seed=1)
    media = studio.registry.media
    assert [media[work.medium].artwork(work.payload).id for work in sources] == before
    assert all(isinstance(work, Artwork) for work in sources)


# ---------------------------------------------------------------------- what telephones and cameras write


def record(path, *, turn=0, narrow=1, size=(64, 48)):
    """A film of two seconds, red above and blue below as it is stored; turn: counterclockwise, as a player shows it."""
    from fractions import Fraction

    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(narrow)
        if turn:
            stream.set_display_rotation(turn)
        pixels = np.zeros((size[1], size[0], 3), np.uint8)
        pixels[: size[1] // 2, :, 0] = 250
        pixels[size[1] // 2 :, :, 2] = 250
        for number in range(20):
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def side_of_red(picture):
    """Where a picture is red: "above", "below", "left" or "right"."""
    pixels = np.asarray(picture.convert("RGB"), np.int16)
    redder = pixels[..., 0] - pixels[..., 2]
    high, wide = redder.shape
    sides = {
        "above": redder[: high // 2].mean(),
        "below": redder[high // 2 :].mean(),
        "left": redder[:, : wide // 2].mean(),
        "right": redder[:, wide // 2 :].mean(),
    }
    return max(sides, key=sides.get)


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".m4v", ".mkv"])
@pytest.mark.parametrize(
    ("turn", "size", "side"),
    [(0, (64, 48), "above"), (90, (48, 64), "left"), (-90, (48, 64), "right"), (180, (64, 48), "below")],
)
def test_a_turned_film_is_read_as_it_is_shown(studio, tmp_path, suffix, turn, size, side):
    work = studio.load(record(tmp_path / f"a{suffix}", turn=turn))
    assert (work.payload.width_px, work.payload.height_px) == size
    shown = studio.registry.medium("film").preview(work, width=size[0])
    assert shown.size == size and side_of_red(shown) == side
    found = studio.analyze(work, plot=True)
    assert found.findings["size_px"] == list(size) and found.findings["features"]["aspect"] == pytest.approx(
        size[0] / size[1], abs=1e-4
    )
    copy = studio.load(studio.save(work, tmp_path / "copy.mp4"))
    assert copy.id == work.id and side_of_red(studio.registry.medium("film").preview(copy)) == side


@pytest.mark.parametrize("turn", [90, -90, 180])
def test_a_turned_film_is_coded_anew_upright(studio, tmp_path, turn):
    from artwright.plugins.film.reel.transcoding import transcode

    work = studio.load(record(tmp_path / "a.mov", turn=turn))
    reel = transcode(work.payload, ".webm")
    assert (reel.width_px, reel.height_px, reel.quarter_turns) == (work.payload.width_px, work.payload.height_px, 0)
    medium = studio.registry.medium("film")
    assert side_of_red(medium.preview(medium.artwork(reel))) == side_of_red(medium.preview(work))
    assert abs(reel.duration_s - work.payload.duration_s) < 0.2


@pytest.mark.parametrize(("narrow", "size"), [("2", (128, 48)), ("1/2", (32, 48)), ("16/15", (68, 48))])
def test_narrow_pixels_are_shown_wide(studio, tmp_path, narrow, size):
    work = studio.load(record(tmp_path / "a.mp4", narrow=narrow))
    assert (work.payload.width_px, work.payload.height_px) == size
    assert studio.registry.medium("film").preview(work, width=size[0]).size == size


def test_a_film_of_changing_rate_keeps_its_length(studio, tmp_path):
    import av
    from artwright.plugins.film.reel.transcoding import transcode

    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for time in (*range(30), *range(30, 150, 15)):  # thirty pictures in the first second, two in each that follows
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), time, np.uint8), format="rgb24")
            frame.pts = time
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    work = studio.load(tmp_path / "a.mkv")
    assert abs(transcode(work.payload, ".webm").duration_s - work.payload.duration_s) < 0.6


def test_a_film_is_decoded_once_to_be_analyzed(studio, reel, monkeypatch):
    from artwright.plugins.film.operations import analyze
    from artwright.plugins.film.reel import measures

    real, calls = measures.scan, []
    for module in (analyze, measures):
        monkeypatch.setattr(module, "scan", lambda payload: calls.append(1) or real(payload))
    studio.analyze(reel, explain=True, plot=True)
    studio.registry.medium("film").theme(reel.with_(provenance=None))
    assert len(calls) == 2


def test_words_that_nothing_of_a_film_shows_are_told(studio):
    view = studio.generate("views", "autumn moon", seed=1, options={"width": 320, "height": 200})
    film_of = lambda theme, **more: studio.generate(  # noqa: E731
        "film", theme, sources=[view], options={**SMALL, "seconds": 4, **more}, seed=1
    )
    assert film_of("train at the moon", title="Night", titles=False).unused == ("train",)
    assert film_of("train at the moon", title="A train").unused == ()
    assert film_of(view, titles=False).unused == ()
