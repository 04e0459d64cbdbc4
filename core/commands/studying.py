"""The commands of a medium that read works or learn from them: analyze, evaluate, train."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, UsageError
from ..files import atomic, check_output
from .inputs import open_work, use_files
from .printing import show, show_findings
from .verbs import Call, verb

if TYPE_CHECKING:
    from ..requests import Analysis

__all__ = ["analyze", "evaluate", "train"]

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--explain", is_flag=True, help="Explain it in words.")
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the explanation.",
)
@click.option(
    "--plot",
    type=click.Path(path_type=Path),
    metavar="FILE.png",
    help="Draw the analysis; of several files, into a folder of that name.",
)
@verb(seed=False)
def analyze(call: Call, files: tuple[str, ...], explain: bool, language: str, plot: Path | None) -> None:
    plots = _plan_plots(plot, files, call.force)
    several = len(files) > 1

    def use(file: str) -> dict[str, Any]:
        work = open_work(call.studio, file, call.medium)
        analysis = call.studio.analyze(work, explain=explain, language=language, plot=plot is not None, **call.asked)
        _draw(analysis, plots.get(file))
        if not call.as_json:
            if several:
                show(f"== {file}")
            if explain:
                show(analysis.explanation)
            else:
                show_findings(analysis.findings)
            if several:
                show("")
        row = {"id": work.id, "medium": work.medium, "findings": dict(analysis.findings)}
        return row | ({"explanation": analysis.explanation} if explain else {})

    use_files(files, use, as_json=call.as_json, name="works", whole=several)


@click.command()
@click.argument("path", type=click.Path(path_type=Path), required=False)
@click.option(
    "--generated", type=click.Path(path_type=Path), metavar="FOLDER", help="Works to compare with --reference."
)
@click.option("--reference", type=click.Path(path_type=Path), metavar="FOLDER", help="Works to compare with.")
@verb(seed=False, force=False)
def evaluate(call: Call, path: Path | None, generated: Path | None, reference: Path | None) -> dict[str, Any]:
    works = path or generated
    if works is None or (path is not None and generated is not None):
        raise InputError("name what to evaluate: PATH, or --generated FOLDER with --reference FOLDER")
    figures = call.studio.evaluate(call.medium.name, works, reference=reference, **call.asked)
    if not call.as_json:
        show_findings(figures)
    return dict(figures)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--name", help="What the result is called (with --from-feedback: the person's name if not given).")
@click.option(
    "--from-feedback",
    metavar="USER",
    help="Learn from what this person preferred, in place of a folder.",
)
@click.option(
    "--minutes",
    type=float,
    default=10.0,
    show_default=True,
    help="Wall-clock budget over all sessions of the run.",
)
@click.option("--resume", is_flag=True, help="Go on with the run of that name.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="Where the weights go (default: artwright's own folder).",
)
@click.option("--force", is_flag=True, help="Replace weights, a style and a run of that name.")
@verb(force=False)
def train(
    call: Call,
    folder: Path | None,
    name: str | None,
    from_feedback: str | None,
    minutes: float,
    resume: bool,
    output: Path | None,
) -> dict[str, Any]:
    if (folder is None) == (from_feedback is None):
        raise UsageError("name what to learn from: a FOLDER of works, or --from-feedback USER")
    name = name or from_feedback
    if name is None:
        raise UsageError("give what is trained a name: --name NAME")
    asked = {**call.asked, "seed": call.seed or 0}
    report = call.studio.train(
        call.medium.name,
        folder,
        name=name,
        minutes=minutes,
        resume=resume,
        weights=output,
        from_feedback=from_feedback,
        **asked,
    )
    if not call.as_json:
        show(str(report.weights))
        show_findings(report.card)
        show(f"report card: {report.page}")
    return {"weights": str(report.weights), "report": str(report.page), "card": dict(report.card)}


def _plan_plots(plot: Path | None, files: tuple[str, ...], force: bool) -> dict[str, Path]:
    """Where the plot of each file goes; checked before any is read."""
    if plot is None:
        return {}
    if plot.suffix.lower() not in _PICTURES and len(files) == 1:
        raise InputError(
            f"a plot is a picture and cannot be written as {plot.name!r}; use one of: {', '.join(_PICTURES)}"
        )
    paths = {file: plot if len(files) == 1 else plot / f"{Path(file).stem}.png" for file in files}
    twice = next((path for path in paths.values() if list(paths.values()).count(path) > 1), None)
    if twice is not None:
        raise InputError(f"two of the files would be drawn into {str(twice)!r}; analyze them one by one")
    for path in paths.values():
        check_output(path, force=force)
    return paths


def _draw(analysis: Analysis, path: Path | None) -> None:
    if path is not None and analysis.plot is not None:
        with atomic(path) as temporary:
            analysis.plot.save(temporary)
