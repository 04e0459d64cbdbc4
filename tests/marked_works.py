"""A small work of each medium, made here and at once, to be signed, labelled and read in every format."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec

import numpy as np
from artwright import Studio, Text
from artwright.core.artwork import Provenance
from artwright.core.errors import ArtwrightError
from artwright.core.manifest import read_beside
from artwright.core.marks.wishes import Wishes
from artwright.core.provenance import verify, verify_beside

SCORES = (".svg", ".png", ".pdf")
FORMATS = [
    *(("painting", s) for s in (".png", ".jpg", ".jpeg", ".webp")),
    *(("music", s) for s in (".mid", ".midi", ".wav", ".flac", ".mp3", ".ogg", ".opus", ".musicxml", ".mxl", ".abc")),
    *(("music", s) for s in SCORES if all(map(find_spec, ("verovio", "resvg_py", "svg2pdf_py", "pypdf")))),
    *(("literature", s) for s in (".txt", ".md")),
    *(("film", s) for s in (".mp4", ".webm")),
]


def _picture():
    from PIL import Image

    rng = np.random.default_rng(3)
    coarse = Image.fromarray(rng.integers(0, 256, (6, 8, 3), dtype=np.uint8))
    return coarse.resize((96, 72), Image.Resampling.BICUBIC)


def _tune():
    import pretty_midi

    midi = pretty_midi.PrettyMIDI(initial_tempo=96)
    piano = pretty_midi.Instrument(0, name="Piano")
    for place, pitch in enumerate((60, 64, 67, 72)):
        piano.notes.append(pretty_midi.Note(80, pitch, place * 0.1, place * 0.1 + 0.09))
    midi.instruments.append(piano)
    return midi


def _reel(folder):
    import av
    from artwright.plugins.film.reel.container import probe

    path = folder / "reel.mp4"
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as out:
        stream = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(6):
            grey = np.full((48, 64, 3), 20 * number, dtype=np.uint8)
            out.mux(stream.encode(av.VideoFrame.from_ndarray(grey)))
        out.mux(stream.encode())
    return probe(path.read_bytes(), ".mp4", path.name)


@cache
def _payload(medium, folder):
    if medium == "painting":
        return _picture()
    if medium == "music":
        return _tune()
    if medium == "literature":
        lines = ("The river carries down the moon,", "and no one sings.")
        return Text(stanzas=(lines,), language="en", title="River")
    return _reel(folder)


def studio_of(home, **wishes):
    """A studio whose works get these marks."""
    return Studio(home, marks=Wishes(**wishes))


def work_of(studio, medium, folder, *, title="River & moon – 江月"):
    """A work with a manifest such as a model leaves."""
    payload = _payload(medium, folder)
    work = studio.registry.medium(medium).artwork(payload, title=title)
    made = Provenance(
        operation="generate",
        medium=medium,
        model="tiny",
        plugin=medium,
        seed=3,
        id=work.id,
        parents=("sha256:" + "ab" * 32,),
        weights={"tiny.safetensors": "cd" * 32},
        notes={"plan": ["a long plan"] * 200},
    )
    return work.with_(provenance=made)


def judge(studio, path):
    """The verdict on a file; "unreadable" where it is none any more."""
    ring = studio.marker.ring
    try:
        if path.suffix in SCORES and path.stem == "music":
            return verify_beside(path, read_beside(path), ring)
        work = studio.load(path)
        return verify(work, studio.registry.medium(work.medium), path=path, ring=ring)
    except ArtwrightError as error:
        return {"verdict": "unreadable", "signature": "none", "explanation": str(error)}


def holds(row):
    return row["verdict"] == "unchanged" and row["signature"] in ("own", "trusted", "unknown key")
