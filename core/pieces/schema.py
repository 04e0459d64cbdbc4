"""The form of a piece, and all checks that need no model: keys, names, references, cycles, templates, suffixes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from difflib import get_close_matches
from graphlib import CycleError, TopologicalSorter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ..decoding import decode_text
from ..errors import ArtwrightError, FormatError, InputError, UnknownName, UsageError
from ..options import Options, parse_options
from ..theme import Theme, find_language

if TYPE_CHECKING:
    from ..studio import Studio

__all__ = ["PieceSpec", "StepSpec", "check_file", "check_steps", "fill", "order_of", "parse_piece", "read_yaml"]

MAX_STEPS = 200
MAX_BYTES = 1 << 20
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_HOLE = re.compile(r"\{\{|\}\}|\{(\w+)\}")
Scalar = str | int | float | bool | None
_NULL_ALONE = {
    first: [("tag:yaml.org,2002:null", re.compile(r"(~|null|Null|NULL|)\Z"))] for first in ("~", "n", "N", "")
}


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class StepSpec(_Form):
    """One step.

    medium: of a new work; operation; model: its name, the medium's default if empty; theme: words, with `{names}`
    filled in; theme_from: steps
    whose works give the theme (after `theme`, if both); work: the step whose work is styled, mended or read; style: a
    name or a mix; novelty: 0, imitation, to 1, innovation;
    style_from: a step whose work is the style; from: steps to build on; options: the model's own; seed: a fixed one;
    output: files to write.
    """

    medium: str = ""
    operation: Literal["generate", "transfer_style", "restore", "analyze"] = "generate"
    model: str | None = None
    theme: str = ""
    theme_from: str | list[str] = Field(default_factory=list)
    work: str = ""
    style: str = ""
    style_from: str = ""
    strength: float = Field(1.0, ge=0, le=1)
    novelty: float | None = Field(None, ge=0, le=1)
    region: str = ""
    from_: str | list[str] = Field(default_factory=list, alias="from")
    options: dict[str, Any] = Field(default_factory=dict)
    seed: int | None = Field(None, ge=0)
    candidates: int = Field(1, ge=1, le=64)
    output: str | list[str] = Field(default_factory=list)
    title: str = ""
    explain: bool = True

    @field_validator("operation", mode="before")
    @classmethod
    def _with_hyphen(cls, value: object) -> object:
        return value.replace("-", "_") if isinstance(value, str) else value

    @property
    def outputs(self) -> tuple[str, ...]:
        """Files to write."""
        return _listed(self.output)

    @property
    def theme_sources(self) -> tuple[str, ...]:
        """Steps whose works give the theme."""
        return _listed(self.theme_from)

    @property
    def sources(self) -> tuple[str, ...]:
        """Steps to build on."""
        return _listed(self.from_)

    @property
    def needs(self) -> dict[str, tuple[str, ...]]:
        """Steps that must come before, by the key that names them."""
        return {
            "theme_from": self.theme_sources,
            "from": self.sources,
            "work": _listed(self.work),
            "style_from": _listed(self.style_from),
        }


class PieceSpec(_Form):
    """A piece.

    title, about: for the page; `about` may be a mapping of "en" and "zh", of which the value `theme` chooses by its
    language; values: what
    `{names}` stand for unless they are given; steps by name; page: its file, or "" for none.
    """

    title: str = ""
    about: str | dict[Literal["en", "zh"], str] = ""
    values: dict[str, Scalar] = Field(default_factory=dict)
    steps: dict[str, StepSpec]
    page: str = ""


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return tuple([value] if isinstance(value, str) and value else value)


def read_yaml(path: Path) -> Any:
    """The content of a YAML file, without aliases and double keys. Raises InputError naming the file and the line."""
    import yaml

    class Strict(yaml.SafeLoader):
        """Refuses what makes a small file large or hides a key. Every value stays the text that was written (`no`,
        `1.10`, `2024-05-01`, `007`), for what it is meant as is said by its key; but for null and a quoted text.
        """

        yaml_implicit_resolvers = _NULL_ALONE

        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                mark = self.get_mark()
                raise InputError(f"{path.name}, line {mark.line + 1}: aliases (*name) are not taken; write it out")
            event: Any = cast(Any, self).peek_event()
            if getattr(event, "tag", None) is not None:
                line = event.start_mark.line + 1
                raise InputError(f"{path.name}, line {line}: tags ({event.tag}) are not taken; leave them out")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
            seen: set[Any] = set()
            for key, _ in node.value:
                if not isinstance(key, yaml.ScalarNode):
                    raise InputError(f"{path.name}, line {key.start_mark.line + 1}: a key is one word, not a list")
                if key.value in seen:
                    line = key.start_mark.line + 1
                    raise InputError(f"{path.name}, line {line}: {key.value!r} stands twice; keep one of them")
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise InputError(f"{str(path)!r} is larger than {MAX_BYTES >> 20} MiB; a piece is a short text")
        return yaml.load(decode_text(data, name=str(path)), Strict)
    except FormatError as error:
        raise InputError(str(error)) from error
    except OSError as error:
        raise InputError(f"the piece {str(path)!r} cannot be read: {error.strerror or error}") from error
    except RecursionError as error:
        raise InputError(f"{str(path)!r} is nested too deeply; a piece has three levels") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InputError(f"{path.name}{where}: this is not YAML: {problem}") from error


def parse_piece(row: Any, *, name: str) -> PieceSpec:
    """Check the form of a piece. Raises InputError, one line."""
    if not isinstance(row, Mapping):
        raise InputError(
            f"{name}: a piece is a mapping with the key 'steps', not {type(row).__name__}; docs/pieces.md shows one"
        )
    try:
        spec = PieceSpec.model_validate(row)
    except ValidationError as error:
        raise InputError(_first(error, name)) from error
    if not 1 <= len(spec.steps) <= MAX_STEPS:
        raise InputError(f"{name}: a piece has 1 to {MAX_STEPS} steps, this one {len(spec.steps)}")
    for step in spec.steps:
        if not _NAME.fullmatch(step):
            raise InputError(
                f"{name}: {step!r} is no name of a step; use small letters, digits, '-' and '_', a letter first"
            )
    _check_references(spec, name)
    order_of(spec, name=name)
    return spec


def _first(error: ValidationError, name: str) -> str:
    """The first problem in one line, with a suggestion for an unknown key."""
    first = error.errors(include_url=False)[0]
    place = [str(part) for part in first["loc"] if part not in ("str", "list[str]")]
    step = f", step {place[1]!r}" if len(place) > 1 and place[0] == "steps" else ""
    key = place[-1] if place else ""
    form = StepSpec if step else PieceSpec
    if first["type"] == "extra_forbidden":
        known = sorted(field.alias or label for label, field in form.model_fields.items())
        near = get_close_matches(key, known, n=1, cutoff=0.6)
        return (
            f"{name}{step}: there is no key {key!r}; there are: "
            f"{', '.join(known)}{f'. Did you mean {near[0]!r}?' if near else ''}"
        )
    if first["type"] == "missing":
        return f"{name}{step}: the key {key!r} is missing; docs/pieces.md shows a piece"
    problem = first["msg"].removeprefix("Value error, ")
    return (
        f"{name}{step}: {'.'.join(place[2:] if step else place) or 'the piece'} is {first['input']!r}: "
        f"{problem[:1].lower()}{problem[1:]}"
    )


def _check_references(spec: PieceSpec, name: str) -> None:
    files: dict[str, str] = {"manifest.json": "the manifest"}
    for label, step in spec.steps.items():
        where = f"{name}, step {label!r}"
        for key, others in step.needs.items():
            for other in others:
                if other not in spec.steps:
                    raise UnknownName("step", other, spec.steps, where=f" ({where}, key {key!r})")
        _check_keys(step, where)
        for file in step.outputs:
            check_file(file, where)
            if file.lower() in files:
                raise InputError(f"{where}: {file!r} is written by {files[file.lower()]} already; choose another name")
            files[file.lower()] = f"step {label!r}"
    if spec.page:
        check_file(spec.page, name)
        if not spec.page.endswith(".html") or spec.page.lower() in files:
            raise InputError(
                f"{name}: the page {spec.page!r} must end in .html and be no step's output; index.html is usual"
            )


def _check_keys(step: StepSpec, where: str) -> None:
    """Which keys an operation needs and which mean nothing to it."""
    given = {
        key
        for key, value in (
            ("medium", step.medium),
            ("theme", step.theme),
            ("theme_from", step.theme_from),
            ("from", step.from_),
            ("work", step.work),
            ("style", step.style),
            ("style_from", step.style_from),
            ("region", step.region),
        )
        if value
    }
    needed = {"generate": {"medium"}, "transfer_style": {"work"}, "restore": {"work"}, "analyze": {"work"}}[
        step.operation
    ]
    taken = {
        "generate": {"medium", "theme", "theme_from", "from", "style", "style_from"},
        "transfer_style": {"work", "style", "style_from"},
        "restore": {"work", "region"},
        "analyze": {"work"},
    }[step.operation]
    operation = step.operation.replace("_", "-")
    for key in sorted(needed - given):
        raise InputError(f"{where}: {operation} needs the key {key!r}")
    for key in sorted(given - taken):
        raise InputError(f"{where}: {operation} does not take the key {key!r}; it takes: {', '.join(sorted(taken))}")
    if step.style and step.style_from:
        raise InputError(f"{where}: 'style' and 'style_from' are both given; keep one")
    if step.operation == "transfer_style" and not (step.style or step.style_from):
        raise InputError(f"{where}: transfer-style needs 'style' (a name) or 'style_from' (a step)")


def check_file(file: str, where: str, *, folder: bool = False) -> None:
    """Raise InputError unless `file` is a plain name of a file (or of a folder) in the piece's folder."""
    path = PurePosixPath(file)
    if (
        len(path.parts) != 1
        or file.startswith(".")
        or "\\" in file
        or ":" in file
        or (not path.suffix and not folder)
        or not file.isprintable()
        or len(file.encode()) > 255
    ):
        raise InputError(f"{where}: {file!r} is no name of a file in the piece's folder; write one as in painting.png")


def order_of(spec: PieceSpec, *, name: str) -> list[str]:
    """Steps in an order in which each comes after what it needs; as written where that is free. Raises InputError for a
    circle.
    """
    places = {label: place for place, label in enumerate(spec.steps)}
    sorter = TopologicalSorter(
        {label: {other for others in step.needs.values() for other in others} for label, step in spec.steps.items()}
    )
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        raise InputError(f"{name}: these steps wait for one another: {circle}; cut the circle") from error
    ready: list[str] = []
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted([*ready, *sorter.get_ready()], key=places.__getitem__)
        ordered.append(ready.pop(0))
        sorter.done(ordered[-1])
    return ordered


def fill(spec: PieceSpec, values: Mapping[str, Any], *, name: str) -> PieceSpec:
    """The piece with its `{names}` filled in from `values` and its own. Raises UnknownName for a value it does not use,
    InputError for one it lacks.
    """
    for key in values:
        if key not in spec.values:
            raise UnknownName("value", key, spec.values, where=f" in the piece {name!r}")
    known = {**spec.values, **values}

    def put(text: Any, where: str, optional: bool = False) -> Any:
        if isinstance(text, list):
            return [put(item, where) for item in text]
        if not isinstance(text, str):
            return text
        whole = re.fullmatch(r"\{(\w+)\}", text)
        if whole and whole[1] in known and (optional or known[whole[1]] is not None):
            return known[whole[1]]

        def one(hole: re.Match[str]) -> str:
            if hole[1] is None:
                return hole[0][0]
            value = known.get(hole[1])
            if value is None:
                fault = "has no value; give it with --set"
                if hole[1] not in known:
                    fault = f"is not among its values: {', '.join(known) or 'none'}; add it under 'values'"
                raise InputError(f"{where}: {{{hole[1]}}} {fault}")
            return str(value)

        return _HOLE.sub(one, text)

    steps = {}
    for label, step in spec.steps.items():
        where = f"{name}, step {label!r}"
        row = {key: str(put(getattr(step, key), where)) for key in ("theme", "style", "title", "region")}
        options = {key: put(value, where, optional=True) for key, value in step.options.items()}
        steps[label] = step.model_copy(update={**row, "options": {k: v for k, v in options.items() if v is not None}})
    about = spec.about
    if isinstance(about, dict):
        chosen: Literal["en", "zh"] = "zh" if find_language(str(known.get("theme", ""))) == "zh" else "en"
        about = about.get(chosen) or next(iter(about.values()), "")
    return spec.model_copy(update={"steps": steps, "title": str(put(spec.title, name)), "about": str(put(about, name))})


def check_steps(spec: PieceSpec, studio: Studio, *, name: str) -> tuple[dict[str, type[Options]], dict[str, str]]:
    """Check steps against what is installed: media, models, options, styles, suffixes. Loads no model; returns the options
    class and the medium of each step.
    """
    from ..style import Style

    media: dict[str, str] = {}
    types: dict[str, type[Options]] = {}
    for label in order_of(spec, name=name):
        step = spec.steps[label]
        where = f"{name}, step {label!r}"
        try:
            medium = studio.registry.medium(step.medium or media[step.work])
            media[label] = medium.name
            _, model = studio.model(medium.name, step.model, step.operation)
            types[label] = model.options_type()
            parse_options(types[label], step.options, model=model.name, operation=step.operation)
            if step.style:
                for style, _ in Style.parse(step.style).names:
                    studio.style_name(medium.name, style)
            if step.theme:
                Theme.from_prompt(step.theme)
        except ArtwrightError as error:
            raise (InputError if isinstance(error, UsageError) else type(error))(f"{where}: {error}") from error
        if step.operation == "generate" and not step.theme and not step.theme_sources:
            raise InputError(f"{where}: it needs 'theme' (words) or 'theme_from' (a step)")
        taken = (".json", ".txt", ".png") if step.operation == "analyze" else medium.writes
        for file in step.outputs:
            if PurePosixPath(file).suffix.lower() not in taken:
                raise InputError(
                    f"{where}: {medium.name} cannot be written as {file!r}; it is written as: {', '.join(taken)}"
                )
    return types, media
