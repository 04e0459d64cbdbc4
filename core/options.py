"""A model's own parameters, declared once: validation, command line, JSON schema and the stored row come from it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import OptionError

__all__ = ["Options", "parse_options"]


class Options(BaseModel):
    """Base of every model's options: frozen, unknown names refused, each field with a description.

    class StippleOptions(Options):
        dots: int = Field(4000, ge=1, le=100_000, description="Number of dots")
    """

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, defer_build=True)


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
