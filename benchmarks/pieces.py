"""What the engine of pieces costs: steps that do nothing, by the thousand and by the million.

python benchmarks/pieces.py [ROWS] [--snakemake]

Prints seconds and milliseconds of the processor a step of a first and a second run, the memory at its highest, and the size of the journal. A step
that does nothing is settled without a model or a library, so that what is measured is the plan, the decision, the journal and
the manifest. --snakemake: the same number of empty rules by Snakemake, if it is installed (`pip install snakemake`).
"""

from __future__ import annotations

import argparse
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Future
from pathlib import Path

from artwright import Medium, ModelSpec, Options, Piece, Text, Theme, hookimpl
from artwright.core.pieces import crew
from artwright.core.pieces.doing import Job, Outcome
from artwright.testing import fresh_studio


class Notes(Medium):
    """A medium of one line."""

    name, summary, reads, writes = "notes", "Lines.", (".note",), (".note",)

    def content(self, payload):
        return str(payload).encode()

    def load(self, path):
        return self.artwork(Text(stanzas=((path.read_text("utf-8"),),)))

    def save(self, artwork, path):
        path.write_text(str(artwork.payload), "utf-8")

    def preview(self, artwork, *, width=640):
        from PIL import Image

        return Image.new("RGB", (width, 1))

    def theme(self, artwork):
        return Theme.from_prompt("note")

    def features(self, artwork):
        return {"length": 1.0}


@hookimpl
def register_media(registry):
    registry.add_medium(Notes())


@hookimpl
def register_models(registry):
    registry.add_model(
        ModelSpec(name="none", medium="notes", operations=frozenset({"generate"}), summary="Nothing.", options=Options)
    )


@hookimpl
def generate(request, context):
    return context.media["notes"].artwork(Text(stanzas=((request.theme.text,),)), title=request.theme.text)


class Nobody(crew.Here):
    """Does nothing, at once."""

    room = 64

    def submit(self, job: Job, *, start: float, share: float) -> Future[Outcome]:
        future: Future[Outcome] = Future()
        future.set_result(Outcome(work="sha256:" + job.name.encode().hex().zfill(64), title=job.name))
        return future


def measure(rows: int, folder: Path) -> None:
    """Run a piece of so many rows twice, and print what it took."""
    from artwright.core.pieces import piece
    from artwright.core.pieces.shelf import Shelf

    piece.choose_crew = lambda studio, shelf, progress, **_: Nobody(studio, shelf, progress)
    Shelf.has = lambda self, id_: True  # type: ignore[method-assign]
    Shelf.provenance = lambda self, id_: None  # type: ignore[method-assign]
    step = {"for_each": {"range": [1, rows]}, "medium": "notes", "theme": "row {item}"}
    made = Piece.from_dict({"steps": {"row": step}})
    studio = fresh_studio(folder / "home")
    studio.host.add(sys.modules[__name__], "notes")
    for name in ("first", "second"):
        began, busy = time.perf_counter(), time.process_time()
        made.run(studio, folder / "out", force=True)
        took, busy = time.perf_counter() - began, time.process_time() - busy
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        journal = (folder / "home" / "pieces.sqlite3").stat().st_size / 1e6
        print(
            f"{name} run: {rows:,} steps, {took:.1f} s, {1000 * busy / rows:.3f} ms of the processor a step, at most {most:.0f} MB of memory, "
            f"journal {journal:.0f} MB",
            flush=True,
        )


def measure_snakemake(rows: int, folder: Path) -> None:
    """The same number of empty rules by Snakemake."""
    if shutil.which("snakemake") is None:
        print("snakemake is not installed")
        return
    wanted = f'rule all:\n    input: expand("{{n}}.txt", n=range({rows}))\n'
    (folder / "Snakefile").write_text(wanted + 'rule one:\n    output: touch("{n}.txt")\n    shell: ":"\n', "utf-8")
    for name in ("first", "second"):
        began = time.perf_counter()
        subprocess.run(["snakemake", "--cores", "2", "--quiet", "all"], cwd=folder, check=True, capture_output=True)
        took = time.perf_counter() - began
        print(f"snakemake, {name} run: {rows:,} steps, {took:.1f} s, {1000 * took / rows:.2f} ms a step", flush=True)


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int, nargs="?", default=1000)
    parser.add_argument("--snakemake", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(asked.rows, Path(folder))
    if asked.snakemake:
        with tempfile.TemporaryDirectory() as folder:
            measure_snakemake(asked.rows, Path(folder))


if __name__ == "__main__":
    main()
