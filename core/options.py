"""A model's own parameters, declared once: validation, command line, JSON schema and the stored row come from it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .errors import OptionError

__all__ = ["Options", "input_file", "output_file", "parse_options"]

_PLACE = "artwright_place"


class Options(BaseModel):
    """Base of every model's options: frozen, unknown names refused, each field with a description.

    class StippleOptions(Options):
        dots: int = Field(4000, ge=1, le=100_000, description="Number of dots")
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, defer_build=True)

    @classmethod
    def inputs(cls) -> tuple[str, ...]:
        """Names of the options that are files to read (`input_file`)."""
        return cls._places("input")

    @classmethod
    def outputs(cls) -> tuple[str, ...]:
        """Names of the options that are files to write (`output_file`)."""
        return cls._places("output")

    @classmethod
    def _places(cls, kind: str) -> tuple[str, ...]:
        extras = ((name, field.json_schema_extra) for name, field in cls.model_fields.items())
        return tuple(name for name, extra in extras if isinstance(extra, dict) and extra.get(_PLACE) == kind)


def input_file(default: Any = "", *, description: str) -> Any:
    """A field for a file that the model reads: its content, never its path, goes into the manifest of what is made."""
    return Field(default, description=description, json_schema_extra={_PLACE: "input"})


def output_file(default: Any = "", *, description: str) -> Any:
    """A field for a file that the model writes besides the work: checked like an output, and never kept in a manifest
    nor obeyed from one.
    """
    return Field(default, description=description, json_schema_extra={_PLACE: "output"})


O = TypeVar("O", bound=Options)


def parse_options(type_: type[O], values: Mapping[str, Any], *, model: str) -> O:
    """`values` (text from a command line or typed values) as options of `type_`.

    Raises OptionError, one line: the option, what was given, what is allowed, a suggestion for an unknown name.
    """
    try:
        return type_.model_validate({k.replace("-", "_"): v for k, v in values.items()})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "options"
        known = sorted(type_.model_fields)
        if first["type"] == "extra_forbidden":
            near = get_close_matches(name, known, n=1, cutoff=0.6)
            meant = f". Did you mean {near[0]!r}?" if near else ""
            allowed = ", ".join(known) or "none"
            raise OptionError(f"model {model!r} has no option {name!r}; it has: {allowed}{meant}") from error
        reason = first["msg"].removeprefix("Value error, ")
        raise OptionError(
            f"option {name!r} of model {model!r} is {first['input']!r}: {reason[:1].lower()}{reason[1:]}"
        ) from error
