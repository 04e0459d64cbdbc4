"""The group that every medium has: `artwright MEDIUM generate | analyze | transfer-style | ...`.

A command exists if a model of the medium does the operation. Its flags are the common ones and, one each, the
options of the models that do it: `--bars` for a field `bars`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .common import LazyGroup, echo_json, host_of, note, read_theme, studio_of
from .flags import given_options, option_flags

if TYPE_CHECKING:
    from ..artwork import Artwork, Medium
    from ..studio import Studio

__all__ = ["MediumGroup"]

_HELP = {
    "generate": "Make new works from a theme, or from a work of any medium.",
    "analyze": "Read a work: what it is made of, and how.",
    "transfer_style": "Make a work anew in another style, keeping its skeleton.",
    "restore": "Mend or fill in a part of a work.",
    "train": "Learn from a folder of works.",
    "evaluate": "Measure a model, or works against a reference.",
    "inspire": "Ideas for a theme: not works, but where to begin.",
}


class MediumGroup(LazyGroup):
    """The commands of one medium, each built when it is used."""

    def __init__(self, medium: Medium) -> None:
        super().__init__(
            name=medium.name,
            help=f"{medium.summary}\n\nReads {' '.join(medium.reads)}; writes {' '.join(medium.writes)}.",
            no_args_is_help=True,
        )
        self.medium = medium
        self._built: dict[str, click.Command] = {}

    def _operations(self, ctx: click.Context) -> list[str]:
        done = {op for _, spec in host_of(ctx).registry.models(self.medium.name) for op in spec.operations}
        return [op for op in _HELP if op in done]

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [op.replace("_", "-") for op in self._operations(ctx)] + sorted(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        operation = cmd_name.replace("-", "_")
        if cmd_name not in self._built and operation in self._operations(ctx):
            self._built[cmd_name] = _build(ctx, self.medium, operation)
        return self._built.get(cmd_name) or super().get_command(ctx, cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, without reading the models' options."""
        rows = [(op.replace("_", "-"), _HELP[op]) for op in self._operations(ctx)]
        rows += [(name, command.get_short_help_str(60)) for name, command in sorted(self.commands.items())]
        if rows:
            with formatter.section("Commands"):
                formatter.write_dl(rows)


def _build(ctx: click.Context, medium: Medium, operation: str) -> click.Command:
    own = option_flags(ctx, medium.name, operation)
    common = {
        "generate": _generate,
        "analyze": _analyze,
        "transfer_style": _transfer,
        "restore": _restore,
        "train": _train,
        "evaluate": _evaluate,
        "inspire": _inspire,
    }[operation]
    return common(medium, own)


_MODEL = click.Option(
    ["-m", "--model", "model"],
    metavar="MODEL",
    envvar="ARTWRIGHT_MODEL",
    show_envvar=True,
    help="The model; see `artwright models`.",
)
_PAIRS = click.Option(
    ["-o", "--option", "pairs"],
    type=(str, str),
    multiple=True,
    metavar="NAME VALUE",
    help="An option of the model, by name.",
)
_SEED = click.Option(
    ["--seed", "seed"],
    type=int,
    envvar="ARTWRIGHT_SEED",
    show_envvar=True,
    help="Random seed: same seed, same work. Random if not given.",
)
_OUTPUT = click.Option(
    ["--output", "output"],
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write; with --count, a folder.",
)
_JSON = click.Option(["--json", "as_json"], is_flag=True, help="One JSON object on stdout, nothing else.")
_FORCE = click.Option(["--force", "force"], is_flag=True, help="Replace an output that exists.")
_FILE = click.Argument(["file"], type=click.Path(path_type=Path))


def _command(name: str, callback: Any, parameters: list[click.Parameter], own: list[click.Option]) -> click.Command:
    return click.Command(
        name.replace("_", "-"), callback=click.pass_context(callback), params=[*parameters, *own], help=_HELP[name]
    )


# ---------------------------------------------------------------------- the operations


def _generate(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters: list[click.Parameter] = [
        click.Argument(["theme"], required=False),
        click.Option(
            ["--theme-from", "theme_from"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Take the theme from a work of any medium.",
        ),
        click.Option(
            ["--style", "style"],
            metavar="STYLE|FILE",
            help="A name, a mix (a:0.7+b:0.3), or a work; see `artwright styles`.",
        ),
        click.Option(
            ["--from", "sources"],
            type=click.Path(path_type=Path),
            multiple=True,
            metavar="FILE",
            help="A work to build on (repeatable).",
        ),
        _MODEL,
        _PAIRS,
        _SEED,
        click.Option(
            ["--count", "count"],
            type=click.IntRange(1, 1000),
            default=1,
            show_default=True,
            help="How many works, with seeds one after another.",
        ),
        click.Option(
            ["--candidates", "candidates"],
            type=click.IntRange(1, 64),
            default=1,
            show_default=True,
            help="Make this many, keep the best.",
        ),
        _OUTPUT,
        _FORCE,
        _JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        theme: str | None,
        theme_from: Path | None,
        style: str | None,
        sources: tuple[Path, ...],
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        count: int,
        candidates: int,
        output: Path | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        import secrets

        from ..errors import InputError

        studio = studio_of(ctx)
        given = [studio.load(path) for path in sources]
        about = given[0] if given and theme is None and theme_from is None else read_theme(theme, theme_from)
        first = secrets.randbits(31) if seed is None else seed
        targets = _targets(studio, medium, output, count, first, force)
        if theme_from is not None and not theme_from.exists():
            raise InputError(f"there is no file {str(theme_from)!r} to take a theme from")
        rows = []
        for number, target in enumerate(targets):
            work = studio.generate(
                medium.name,
                about,
                model=model,
                style=_style_source(style),
                options=given_options(values, pairs),
                seed=first + number,
                sources=given,
                candidates=candidates,
                force=force,
            )
            rows.append(_written(studio, medium, work, target, force=force, as_json=as_json))
        if as_json:
            echo_json(rows[0] if count == 1 else {"works": rows})

    return _command("generate", run, parameters, own)


def _analyze(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters = [
        _FILE,
        _MODEL,
        _PAIRS,
        click.Option(["--explain", "explain"], is_flag=True, help="Explain it in words."),
        click.Option(
            ["--language", "language"],
            type=click.Choice(["en", "zh"]),
            default="en",
            show_default=True,
            help="Language of the explanation.",
        ),
        click.Option(
            ["--plot", "plot"], type=click.Path(path_type=Path), metavar="FILE.png", help="Draw the analysis."
        ),
        _FORCE,
        _JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        file: Path,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        explain: bool,
        language: str,
        plot: Path | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        from ..files import atomic, check_output

        studio = studio_of(ctx)
        if plot is not None:
            check_output(plot, force=force)
        work = _open(studio, medium, file)
        found = studio.analyze(
            work,
            model=model,
            explain=explain,
            language=language,
            plot=plot is not None,
            options=given_options(values, pairs),
            force=force,
        )
        if plot is not None and found.plot is not None:
            with atomic(plot) as temporary:
                found.plot.save(temporary)
        if as_json:
            row = {"id": work.id, "medium": medium.name, "findings": dict(found.findings)}
            echo_json(row | ({"explanation": found.explanation} if explain else {}))
            return
        if explain:
            click.echo(found.explanation)
        else:
            _show(found.findings)

    return _command("analyze", run, parameters, own)


def _transfer(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters = [
        _FILE,
        click.Option(
            ["--style", "styles"],
            required=True,
            multiple=True,
            metavar="STYLE|FILE",
            help="A name, a mix, or a work (repeatable).",
        ),
        click.Option(
            ["--strength", "strength"],
            type=float,
            default=1.0,
            show_default=True,
            help="0 leaves the work as it is, 1 goes all the way.",
        ),
        _MODEL,
        _PAIRS,
        _SEED,
        _OUTPUT,
        _FORCE,
        _JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        file: Path,
        styles: tuple[str, ...],
        strength: float,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        output: Path | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        studio = studio_of(ctx)
        target = _targets(studio, medium, output, 1, seed, force)[0]
        work = _open(studio, medium, file)
        made = studio.transfer_style(
            work,
            _mixed(studio, medium, styles),
            strength=strength,
            model=model,
            options=given_options(values, pairs),
            seed=seed,
            force=force,
        )
        row = _written(studio, medium, made, target, force=force, as_json=as_json)
        if as_json:
            echo_json(row)

    return _command("transfer_style", run, parameters, own)


def _restore(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters = [
        _FILE,
        click.Option(
            ["--region", "region"],
            metavar="REGION",
            help="The part, in the words of the medium; what is found damaged if not given.",
        ),
        click.Option(
            ["--mask", "mask"], type=click.Path(path_type=Path), metavar="FILE", help="A picture, white where to mend."
        ),
        _MODEL,
        _PAIRS,
        _SEED,
        _OUTPUT,
        _FORCE,
        _JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        file: Path,
        region: str | None,
        mask: Path | None,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        output: Path | None,
        force: bool,
        as_json: bool,
        **values: Any,
    ) -> None:
        studio = studio_of(ctx)
        target = _targets(studio, medium, output, 1, seed, force)[0]
        work = _open(studio, medium, file)
        made = studio.restore(
            work, region=region, mask=mask, model=model, options=given_options(values, pairs), seed=seed, force=force
        )
        row = _written(studio, medium, made, target, force=force, as_json=as_json)
        if as_json:
            echo_json(row)

    return _command("restore", run, parameters, own)


def _train(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters = [
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
        _MODEL,
        _PAIRS,
        _SEED,
        _JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        folder: Path,
        name: str,
        minutes: float,
        resume: bool,
        output: Path | None,
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
            options=given_options(values, pairs),
            seed=seed or 0,
            weights=output,
        )
        if as_json:
            echo_json({"weights": str(report.weights), "card": dict(report.card)})
            return
        click.echo(report.weights)
        _show(report.card)

    return _command("train", run, parameters, own)


def _evaluate(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters = [
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
        _MODEL,
        _PAIRS,
        _JSON,
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
        from ..errors import InputError

        if (path is None) == (generated is None):
            raise InputError("name what to evaluate: PATH, or --generated FOLDER with --reference FOLDER")
        figures = studio_of(ctx).evaluate(
            medium.name,
            path or generated or Path(),
            model=model,
            reference=reference,
            options=given_options(values, pairs),
        )
        if as_json:
            echo_json(figures)
        else:
            _show(figures)

    return _command("evaluate", run, parameters, own)


def _inspire(medium: Medium, own: list[click.Option]) -> click.Command:
    parameters = [
        click.Argument(["theme"], required=False),
        click.Option(
            ["--theme-from", "theme_from"],
            type=click.Path(path_type=Path),
            metavar="FILE",
            help="Take the theme from a work of any medium.",
        ),
        click.Option(
            ["--count", "count"], type=click.IntRange(1, 100), default=5, show_default=True, help="How many ideas."
        ),
        _MODEL,
        _PAIRS,
        _SEED,
        _JSON,
    ]

    def run(
        ctx: click.Context,
        /,
        theme: str | None,
        theme_from: Path | None,
        count: int,
        model: str | None,
        pairs: tuple[tuple[str, str], ...],
        seed: int | None,
        as_json: bool,
        **values: Any,
    ) -> None:
        ideas = studio_of(ctx).inspire(
            medium.name,
            read_theme(theme, theme_from),
            model=model,
            count=count,
            options=given_options(values, pairs),
            seed=seed,
        )
        if as_json:
            echo_json({"ideas": [{"kind": i.kind, "text": i.text, "data": dict(i.data)} for i in ideas]})
            return
        for idea in ideas:
            click.echo(f"{idea.kind}: {idea.text}")

    return _command("inspire", run, parameters, own)


# ---------------------------------------------------------------------- helpers


def _open(studio: Studio, medium: Medium, file: Path) -> Artwork:
    from ..errors import InputError, UsageError

    if not file.exists():
        try:
            work = studio.library.get(str(file))
        except UsageError as error:
            raise InputError(f"there is no file {str(file)!r}, and no work of that id in the library") from error
        if work.medium != medium.name:
            raise InputError(f"{str(file)!r} is a work of {work.medium}; use `artwright {work.medium}`")
        return work
    return studio.load(file, medium.name)


def _style_source(style: str | None) -> str | Path | None:
    return Path(style) if style and Path(style).is_file() else style


def _mixed(studio: Studio, medium: Medium, styles: tuple[str, ...]) -> Any:
    """One style out of names, mixes and files, in equal parts."""
    if len(styles) == 1:
        return _style_source(styles[0])
    from ..style import Style

    names: list[tuple[str, float]] = []
    references = []
    for style in styles:
        source = _style_source(style)
        if isinstance(source, Path):
            references.append((studio.load(source, medium.name), 1.0))
        else:
            names.extend(Style.parse(style).names)
    return Style.mix(names, references)


def _targets(
    studio: Studio, medium: Medium, output: Path | None, count: int, seed: int | None, force: bool
) -> list[Path | None]:
    """Where each work goes; checked before any work is made. None: a name is found when the work is there."""
    from ..files import check_output
    from ..studio import check_suffix

    if output is None:
        return [None] * count
    if count == 1 and output.suffix:
        check_suffix(medium, output)
        check_output(output, force=force)
        return [output]
    suffix = medium.writes[0]
    names = [output / f"{medium.name}-{seed + n if seed is not None else n}{suffix}" for n in range(count)]
    for name in names:
        check_output(name, force=force)
    return list(names)


def _written(
    studio: Studio, medium: Medium, work: Artwork, target: Path | None, *, force: bool, as_json: bool
) -> dict[str, Any]:
    """Write a work, tell the person, and give its row for --json. A text without --output goes to stdout."""
    shown_only = target is None and medium.writes[0] == ".txt"
    if not shown_only:
        target = target or _free_name(work, medium)
        studio.save(work, target, force=force)
    provenance = work.provenance
    if not as_json:
        if shown_only:
            click.echo(medium.describe(work))
        else:
            click.echo(target)
        for remark in provenance.notes.get("remarks", ()) if provenance else ():
            note(f"note: {remark}")
        note(f"{work.short_id}  seed {provenance.seed if provenance else '-'}")
    return {
        "id": work.id,
        "medium": work.medium,
        "title": work.title,
        "file": None if shown_only else str(target),
        "text": medium.describe(work),
        "provenance": provenance.to_dict() if provenance else None,
    }


def _free_name(work: Artwork, medium: Medium) -> Path:
    stem = re.sub(r"[^\w]+", "-", work.title or medium.name, flags=re.UNICODE).strip("-").lower()[:48] or medium.name
    seed = work.provenance.seed if work.provenance else None
    base = f"{stem}-{seed}" if seed is not None else stem
    name, number = Path(base + medium.writes[0]), 2
    while name.exists():
        name, number = Path(f"{base}-{number}{medium.writes[0]}"), number + 1
    return name


def _show(findings: Any, indent: int = 0) -> None:
    """Findings as an indented list, short values on one line."""
    pad = "  " * indent
    for key, value in findings.items():
        if isinstance(value, dict) and value:
            click.echo(f"{pad}{key}:")
            _show(value, indent + 1)
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            click.echo(f"{pad}{key}:")
            for row in value[:12]:
                click.echo(f"{pad}  - " + ", ".join(f"{k} {_short(v)}" for k, v in row.items()))
            if len(value) > 12:
                click.echo(f"{pad}  ... {len(value) - 12} more (--json has all)")
        else:
            click.echo(f"{pad}{key}: {_short(value)}")


def _short(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, list | tuple):
        shown = ", ".join(_short(v) for v in value[:16])
        return shown + (" ..." if len(value) > 16 else "")
    return str(value)
