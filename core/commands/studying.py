"""The commands of a medium that read works or learn from them: analyze, evaluate, train."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError
from .common import echo_json, show, studio_of
from .flags import given_options
from .inputs import each_file, open_work
from .outputs import show_findings
from .parameters import FORCE, JSON, MODEL, PAIRS, SEED, Built

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from ..requests import Analysis

__all__ = ["OPERATIONS"]

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def _analyze(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        click.Argument(["files"], metavar="FILE...", nargs=-1, required=True),
        MODEL,
        PAIRS,
        click.Option(["--explain", "explain"], is_flag=True, help="Explain it in words."),
        click.Option(
            ["--language", "language"],
            type=click.Choice(["en", "zh"]),
            default="en",
            show_default=True,
            help="Language of the explanation.",
        ),
        click.Option(
            ["--plot", "plot"],
            type=click.Path(path_type=Path),
            metavar="FILE.png",
            help="Draw the analysis; of several files, into a folder of that name.",
        ),
        FORCE,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        files: tuple[str, ...],
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        explain: bool,
        language: str,
        plot: Path | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        studio = studio_of(ctx)
        plots = _plan_plots(plot, files, force)
        options = given_options(ctx, values, pairs)
        several = len(files) > 1

        def use(file: str) -> dict[str, Any]:
            work = open_work(studio, file, medium)
            found = studio.analyze(
                work,
                model=model,
                explain=explain,
                language=language,
                plot=plot is not None,
                options=options,
                force=force,
            )
            _draw(found, plots.get(file))
            if not as_json:
                _show(found, file if several else "", explain)
            return _row(work, found, explain)

        rows, failed = each_file(files, use, as_json=as_json)
        if as_json:
            echo_json({"works": rows} if several else rows[0])
        if failed:
            ctx.exit(1)

    return parameters, run


def _plan_plots(plot: Path | None, files: tuple[str, ...], force: bool) -> dict[str, Path]:
    """Where the plot of each file goes; checked before any is read."""
    from ..files import check_output

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


def _draw(found: Analysis, path: Path | None) -> None:
    from ..files import atomic

    if path is not None and found.plot is not None:
        with atomic(path) as temporary:
            found.plot.save(temporary)


def _row(work: Artwork, found: Analysis, explain: bool) -> dict[str, Any]:
    row = {"id": work.id, "medium": work.medium, "findings": dict(found.findings)}
    return row | ({"explanation": found.explanation} if explain else {})


def _show(found: Analysis, file: str, explain: bool) -> None:
    if file:
        show(f"== {file}")
    if explain:
        show(found.explanation)
    else:
        show_findings(found.findings)
    if file:
        show("")


def _evaluate(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        click.Argument(["path"], type=click.Path(path_type=Path), required=False),
        click.Option(
            ["--generated", "generated"],
            type=click.Path(path_type=Path),
            metavar="FOLDER",
            help="Works to compare with --reference.",
        ),
        click.Option(
            ["--reference", "reference"],
            type=click.Path(path_type=Path),
            metavar="FOLDER",
            help="Works to compare with.",
        ),
        MODEL,
        PAIRS,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        path: Path | None,
        generated: Path | None,
        reference: Path | None,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        as_json: bool,
        **values: Any,
    ) -> None:
        works = path or generated
        if works is None or (path is not None and generated is not None):
            raise InputError("name what to evaluate: PATH, or --generated FOLDER with --reference FOLDER")
        figures = studio_of(ctx).evaluate(
            medium.name, works, model=model, reference=reference, options=given_options(ctx, values, pairs)
        )
        if as_json:
            echo_json(figures)
        else:
            show_findings(figures)

    return parameters, run


def _train(medium: Medium) -> Built:
    parameters: list[click.Parameter] = [
        click.Argument(["folder"], type=click.Path(path_type=Path)),
        click.Option(["--name", "name"], required=True, help="What the result is called."),
        click.Option(
            ["--minutes", "minutes"],
            type=float,
            default=10.0,
            show_default=True,
            help="Wall-clock budget over all sessions of the run.",
        ),
        click.Option(["--resume", "resume"], is_flag=True, help="Go on with the run of that name."),
        click.Option(
            ["--output", "output"],
            type=click.Path(path_type=Path),
            metavar="FOLDER",
            help="Where the weights go (default: artwright's own folder).",
        ),
        click.Option(["--force", "force"], is_flag=True, help="Replace weights, a style and a run of that name."),
        MODEL,
        PAIRS,
        SEED,
        JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        folder: Path,
        name: str,
        minutes: float,
        resume: bool,
        output: Path | None,
        force: bool,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        as_json: bool,
        **values: Any,
    ) -> None:
        report = studio_of(ctx).train(
            medium.name,
            folder,
            name=name,
            model=model,
            minutes=minutes,
            resume=resume,
            options=given_options(ctx, values, pairs),
            seed=seed or 0,
            weights=output,
            force=force,
        )
        if as_json:
            echo_json({"weights": str(report.weights), "card": dict(report.card)})
            return
        show(str(report.weights))
        show_findings(report.card)

    return parameters, run


OPERATIONS = {"analyze": _analyze, "evaluate": _evaluate, "train": _train}
