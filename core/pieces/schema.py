"""The form of a piece: what its keys are, and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["MAX_STEPS", "ForEach", "PieceSpec", "Scalar", "StepSpec", "json_schema"]

Scalar = str | int | float | bool | None
MAX_STEPS = 200


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class ForEach(_Form):
    """What a step is done for, once each: one of rows (a CSV, TSV or JSON Lines file beside the piece, its columns become
    values), list (words, or mappings of values), range (first and last number, and the step between them), works (a step that is
    done for each itself; each of its works). name: what tells them apart, with `{columns}`; their number if empty.
    """

    rows: str = ""
    list_: list[Scalar | dict[str, Scalar]] = Field(default_factory=list, alias="list")
    range_: list[int] = Field(default_factory=list, alias="range", max_length=3)
    works: str = ""
    name: str = ""

    @model_validator(mode="after")
    def _one_of_them(self) -> ForEach:
        given = [name for name in ("rows", "list", "range", "works") if getattr(self, _ATTRIBUTES.get(name, name))]
        if len(given) != 1:
            raise ValueError(f"for_each takes one of rows, list, range and works, not {' and '.join(given) or 'none'}")
        if self.range_ and (len(self.range_) == 1 or (len(self.range_) == 3 and not self.range_[2])):
            raise ValueError("a range is [first, last] or [first, last, step], the step not 0")
        return self


_ATTRIBUTES = {"list": "list_", "range": "range_", "from": "from_"}


class StepSpec(_Form):
    """One step.

    medium: of a new work; operation; model: its name, the medium's default if empty; theme: words, with `{names}`
    filled in; theme_from: steps whose works give the theme (after `theme`, if both); work: the step whose work is styled,
    mended or read; style: a name or a mix; novelty: 0, imitation, to 1, innovation; style_from: a step whose work is the
    style; from: steps to build on; options: the model's own; seed: a fixed one; output: files to write; for_each: what it is
    done for, once each; candidates: of so many the best is kept, choose: by `taste`, `score`, `max FINDING` or `min FINDING`;
    until: a condition on findings, tries: how often it is tried; retries: how often it is begun again after an error that
    may pass; timeout: in seconds.
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
    choose: str = ""
    until: str = ""
    tries: int | None = Field(None, ge=1, le=64)
    retries: int = Field(0, ge=0, le=10)
    timeout: float | None = Field(None, gt=0, le=1_000_000)
    output: str | list[str] = Field(default_factory=list)
    title: str = ""
    explain: bool = True
    for_each: ForEach | None = None

    @field_validator("operation", mode="before")
    @classmethod
    def _with_hyphen(cls, value: object) -> object:
        return value.replace("-", "_") if isinstance(value, str) else value

    @field_validator("for_each", mode="before")
    @classmethod
    def _in_short(cls, value: object) -> object:
        if isinstance(value, list):
            return {"list": value}
        if isinstance(value, str):
            return {"rows" if value.lower().endswith((".csv", ".tsv", ".jsonl")) else "works": value}
        return value

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
        """Steps whose works it needs, by the key that names them."""
        return {
            "theme_from": self.theme_sources,
            "from": self.sources,
            "work": _listed(self.work),
            "style_from": _listed(self.style_from),
        }

    @property
    def waits_for(self) -> dict[str, tuple[str, ...]]:
        """Steps that must come before, by the key that names them."""
        works = self.for_each.works if self.for_each else ""
        return {**self.needs, "for_each": _listed(works)}


class PieceSpec(_Form):
    """A piece.

    title, about: for the page; `about` may be a mapping of "en" and "zh", of which the value `theme` chooses by its
    language; values: what `{names}` stand for unless they are given; steps by name; page: its file, or "" for none.
    """

    title: str = ""
    about: str | dict[Literal["en", "zh"], str] = ""
    values: dict[str, Scalar] = Field(default_factory=dict)
    steps: dict[str, StepSpec]
    page: str = ""

    def to_dict(self) -> dict[str, Any]:
        """The piece as plain values, of the form that it is read from; what has its usual value is left out."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _listed(value: str | list[str]) -> tuple[str, ...]:
    return tuple([value] if isinstance(value, str) and value else value)


def json_schema() -> dict[str, Any]:
    """The JSON schema of a piece's file (draft 2020-12), for editors."""
    schema = PieceSpec.model_json_schema(by_alias=True)
    step = schema["$defs"]["StepSpec"]
    step["properties"]["operation"]["enum"] = ["generate", "transfer-style", "restore", "analyze"]
    step["properties"]["for_each"] = {
        "anyOf": [{"$ref": "#/$defs/ForEach"}, {"type": "string"}, {"type": "array"}],
        "description": "What the step is done for, once each",
    }
    schema["$defs"]["Include"] = {
        "type": "object",
        "properties": {"include": {"type": "string"}, "with": {"type": "object"}},
        "required": ["include"],
        "additionalProperties": False,
        "description": "The steps of another piece, under this name and a full stop",
    }
    schema["properties"]["steps"]["additionalProperties"] = {
        "anyOf": [{"$ref": "#/$defs/StepSpec"}, {"$ref": "#/$defs/Include"}]
    }
    _let_names_stand(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _let_names_stand(node: Any) -> None:
    """Where a number is wanted, a `{name}` that stands for one may be written."""
    if isinstance(node, Mapping):
        if node.get("type") in ("integer", "number", "boolean") and isinstance(node, dict):
            numbers = {key: node.pop(key) for key in list(node) if key not in ("title", "default", "description")}
            node["anyOf"] = [numbers, {"type": "string", "pattern": r"^(\{\w+\}|true|false|-?[0-9.]+)$"}]
            return
        for part in list(node.values()):
            _let_names_stand(part)
    elif isinstance(node, list):
        for part in node:
            _let_names_stand(part)
