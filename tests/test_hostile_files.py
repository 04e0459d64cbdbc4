"""Files that were damaged or forged: each gives a reading or one line of error, never a traceback, in every medium.

A seed file of each format that a medium reads is changed at random (bytes, blocks, lengths), loaded through the studio, and
analyzed if it loads. Sixty changes of each format here, a thousand with `-m slow`.
"""

from __future__ import annotations

import io
import zipfile

import numpy as np
import pytest
from artwright.core.errors import ArtwrightError, PluginError

POEM = "# Quiet Night\n\nBefore my bed the moonlight lies so bright,\nI think it frost upon the ground tonight.\n"
ABC = "X:1\nT:A tune\nM:4/4\nL:1/4\nQ:1/4=100\nK:G\n|:GABc|d2 z2|[1 GABc:|[2 e4|]\n"
KERN = "**kern\t**kern\n*clefF4\t*clefG2\n*M4/4\t*M4/4\n=1\t=1\n4C\t4c\n4D\t4d\n4E\t4e\n4F\t4f\n=2\t=2\n1C\t1c\n==\t==\n*-\t*-\n"
XML = """<?xml version="1.0" encoding="UTF-8"?>
<score-partwise version="3.1"><part-list><score-part id="P1"><part-name>A</part-name></score-part></part-list>
<part id="P1"><measure number="1"><attributes><divisions>2</divisions><key><fifths>1</fifths></key>
<time><beats>4</beats><beat-type>4</beat-type></time></attributes>
<note><pitch><step>C</step><octave>4</octave></pitch><duration>4</duration><type>half</type></note>
<note><pitch><step>F</step><alter>1</alter><octave>4</octave></pitch><duration>4</duration><type>half</type></note>
</measure></part></score-partwise>
"""


def _picture(kind, **settings):
    from PIL import Image

    pixels = np.random.default_rng(1).integers(0, 255, (24, 32, 3), np.uint8)
    data = io.BytesIO()
    Image.fromarray(pixels).save(data, kind, **settings)
    return data.getvalue()


def _layered(suffix):
    import tempfile
    from pathlib import Path

    from artwright.plugins.painting.formats.layers import Stage, write_layers
    from PIL import Image

    pixels = np.random.default_rng(1).integers(0, 255, (24, 32, 3), np.uint8)
    stages = [Stage("ground", Image.new("RGB", (32, 24))), Stage("masses", Image.fromarray(pixels))]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        write_layers(path, stages, "{}")
        return path.read_bytes()


def _tune():
    import mido

    file = mido.MidiFile()
    track = mido.MidiTrack()
    file.tracks.append(track)
    track.append(mido.MetaMessage("track_name", name="a tune"))
    track.append(mido.MetaMessage("set_tempo", tempo=500_000))
    track.append(mido.MetaMessage("time_signature", numerator=3, denominator=4))
    for pitch in (60, 64, 67, 72, 71, 67, 65, 62, 60):
        track.append(mido.Message("note_on", note=pitch, velocity=80))
        track.append(mido.Message("note_off", note=pitch, velocity=0, time=240))
    data = io.BytesIO()
    file.save(file=data)
    return data.getvalue()


def _recording(kind, codec, layout="mono", rate=44_100):
    """A quarter of a second of a scale."""
    import av

    times = np.arange(11_025) / 44_100
    sound = (0.3 * np.sin(2 * np.pi * 440 * times * (1 + times))).astype(np.float32)[None, :]
    data = io.BytesIO()
    with av.open(data, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=rate, layout=layout)
        frame = av.AudioFrame.from_ndarray(sound, format="fltp", layout="mono")
        frame.sample_rate = 44_100
        resampler = av.AudioResampler(
            stream.codec_context.format, layout, rate, stream.codec_context.frame_size or None
        )
        for part in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return data.getvalue()


def _film(kind, codec="libx264"):
    import av

    data = io.BytesIO()
    with av.open(data, "w", format=kind) as container:
        stream = container.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for number in range(10):
            pixels = np.full((32, 32, 3), 20 * number, np.uint8)
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return data.getvalue()


def _zipped(text):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(
            "META-INF/container.xml", '<container><rootfiles><rootfile full-path="a.xml"/></rootfiles></container>'
        )
        archive.writestr("a.xml", text)
    return data.getvalue()


SEEDS = {
    ("painting", ".png"): lambda: _picture("PNG"),
    ("painting", ".jpg"): lambda: _picture("JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\0\0"),
    ("painting", ".webp"): lambda: _picture("WEBP"),
    ("painting", ".tif"): lambda: _picture("TIFF"),
    ("painting", ".bmp"): lambda: _picture("BMP"),
    ("painting", ".gif"): lambda: _picture("GIF"),
    ("painting", ".ora"): lambda: _layered(".ora"),
    ("painting", ".psd"): lambda: _layered(".psd"),
    ("music", ".mid"): _tune,
    ("music", ".abc"): ABC.encode,
    ("music", ".krn"): KERN.encode,
    ("music", ".musicxml"): XML.encode,
    ("music", ".mxl"): lambda: _zipped(XML),
    ("music", ".wav"): lambda: _recording("wav", "pcm_s16le"),
    ("music", ".flac"): lambda: _recording("flac", "flac"),
    ("music", ".mp3"): lambda: _recording("mp3", "libmp3lame"),
    ("music", ".ogg"): lambda: _recording("ogg", "libopus", rate=48_000),
    ("literature", ".txt"): "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。\n".encode,
    ("literature", ".md"): POEM.encode,
    ("film", ".mp4"): lambda: _film("mp4"),
    ("film", ".mov"): lambda: _film("mov"),
    ("film", ".mkv"): lambda: _film("matroska"),
    ("film", ".webm"): lambda: _film("webm", "libvpx"),
}


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """The bytes with one to four faults: bytes changed, blocks cut, doubled, zeroed or put elsewhere, the end lost."""
    data = bytearray(data)
    for _ in range(rng.integers(1, 5)):
        at = int(rng.integers(0, max(1, len(data))))
        if rng.random() < 0.4:
            at = min(at, int(rng.integers(0, 64)))  # the head says what the rest is
        size = int(rng.integers(1, 1 + max(1, min(64, len(data)))))
        match int(rng.integers(0, 8)):
            case 0 | 1:
                data[at : at + 1] = rng.bytes(1)
            case 2:
                data[at : at + 4] = [b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"\x80\0\0\0"][
                    int(rng.integers(4))
                ]
            case 3:
                data[at : at + size] = b""
            case 4:
                data[at:at] = data[at : at + size]
            case 5:
                data[at : at + size] = bytes(len(data[at : at + size]))
            case 6:
                data[at:at] = rng.bytes(size)
            case 7:
                data = data[: max(1, at)]
    return bytes(data)


@pytest.fixture(scope="module")
def studio(tmp_path_factory):
    from artwright import Studio

    return Studio(home=tmp_path_factory.mktemp("home"))


def read(studio, path, medium, *, whole):
    """What came of a file: "" if it was read, or the line that refused it."""
    try:
        work = studio.load(path, medium)
        if whole:
            studio.analyze(work)
        return ""
    except PluginError:
        raise
    except ArtwrightError as error:
        return str(error)


def try_many(studio, folder, medium, suffix, count, seed):
    original = SEEDS[medium, suffix]()
    rng = np.random.default_rng(seed)
    path = folder / f"a{suffix}"
    told = []
    for number in range(count):
        data = original if number == 0 else damaged(original, rng)
        path.write_bytes(data)
        try:
            said = read(studio, path, medium, whole=number % 6 == 0)
        except Exception as error:
            (folder / f"bad-{number}{suffix}").write_bytes(data)
            raise AssertionError(f"change {number} of {suffix}: {type(error).__name__}: {error}") from error
        assert len(said.splitlines()) <= 1 and "report it" not in said, said
        told.append(said)
    assert told[0] == ""  # the seed itself is whole
    return told


@pytest.mark.parametrize(("medium", "suffix"), SEEDS)
def test_a_damaged_file_is_read_or_refused_in_one_line(studio, tmp_path, medium, suffix):
    try_many(studio, tmp_path, medium, suffix, 60, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize(("medium", "suffix"), SEEDS)
def test_a_thousand_damaged_files_are_read_or_refused(studio, tmp_path, medium, suffix):
    try_many(studio, tmp_path, medium, suffix, 1000, seed=2)


def test_every_format_that_is_read_has_a_seed(studio):
    """Suffixes of one format count once."""
    same = {
        ".jpeg": ".jpg",
        ".jfif": ".jpg",
        ".tiff": ".tif",
        ".midi": ".mid",
        ".kar": ".mid",
        ".xml": ".musicxml",
        ".m4v": ".mp4",
        ".jpe": ".jpg",
        ".rmi": ".mid",
    }
    others = {".avif", ".heic", ".heif", ".m4a", ".aac", ".opus", ".aif", ".aiff", ".mka"}  # of decoders that are tried
    for medium in studio.registry.media.values():
        for suffix in medium.reads:
            if medium is studio.registry.find_medium(suffix):
                assert (medium.name, same.get(suffix, suffix)) in SEEDS or suffix in others, suffix
