"""A model's own parameters, declared once: validation, command line, JSON schema and the stored row come from it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from .errors import OptionError
from .names import match_name

__all__ = [
    "Options",
    "also_called",
    "belongs_to",
    "choices_of",
    "counts_for",
    "input_file",
    "never_recorded",
    "output_file",
    "parse_options",
]

_PLACE = "artwright_place"
_WORDS = "artwright_words"
_FOLDER = "artwright_folder"
_COUNTS = "artwright_counts"
_OF = "artwright_of"
_NEVER = "artwright_never_recorded"


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
    def folders(cls) -> tuple[str, ...]:
        """Names of the outputs that are folders."""
        return tuple(name for name, extra in cls._extras() if extra.get(_FOLDER))

    @classmethod
    def words(cls) -> dict[str, tuple[str, ...]]:
        """Words that an input takes in place of a file, by its name."""
        return {name: tuple(extra[_WORDS]) for name, extra in cls._extras() if extra.get(_WORDS)}

    @classmethod
    def unrecorded(cls) -> tuple[str, ...]:
        """Names of the options that say nothing of the work: outputs, what counts for outputs alone, and what a manifest
        must not hold nor be obeyed in (`never_recorded`).
        """
        outputs = cls.outputs()
        of = {name: extra.get(_OF) for name, extra in cls._extras()}
        never = {name for name, extra in cls._extras() if extra.get(_NEVER)}
        return tuple(n for n in cls.model_fields if n in outputs or of.get(n) in outputs or n in never)

    @classmethod
    def counts_in(cls, name: str, operation: str) -> bool:
        """Whether an option counts for an operation at all (`counts_for`)."""
        operations, _ = cls._conditions(name)
        return not operations or operation in operations

    def idle(self, operation: str) -> dict[str, str]:
        """Options that were set and do nothing in this operation, each with what it does count for."""
        idle = {}
        for name in sorted(self.model_fields_set):
            operations, when = self._conditions(name)
            if getattr(self, name) == type(self).model_fields[name].get_default(call_default_factory=True):
                continue
            if operations and operation not in operations:
                idle[name] = f"in {_words(operation)}; it counts for: {', '.join(map(_words, operations))}"
                continue
            for other, allowed in when.items():
                value = getattr(self, other)
                if value not in allowed:
                    named = ", ".join(repr(a) for a in allowed if a not in ("", "auto"))
                    idle[name] = f"where {other} is {value!r}; it counts where {other} is: {named}"
        return idle

    @classmethod
    def _conditions(cls, name: str) -> tuple[list[str], dict[str, list[Any]]]:
        held = dict(cls._extras()).get(name, {}).get(_COUNTS, {})
        return held.get("operations", []), held.get("when", {})

    @classmethod
    def _places(cls, kind: str) -> tuple[str, ...]:
        return tuple(name for name, extra in cls._extras() if extra.get(_PLACE) == kind)

    @classmethod
    def _extras(cls) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, field in cls.model_fields.items():
            if isinstance(field.json_schema_extra, dict):
                yield name, field.json_schema_extra


def belongs_to(output: str) -> dict[str, Any]:
    """What a field has in its `json_schema_extra` that says how an output is written and nothing of the work: like the
    output, it is not recorded.
    """
    return {_OF: output}


def never_recorded() -> dict[str, Any]:
    """What a field has in its `json_schema_extra` that is neither kept in a manifest nor obeyed from one: an address."""
    return {_NEVER: True}


def counts_for(*operations: str, **when: Iterable[Any]) -> dict[str, Any]:
    """What a field counts for, as its `json_schema_extra`; set where it does nothing, it is refused.

        length: int = Field(0, description="...", json_schema_extra=counts_for("generate", form=("auto", "prose")))

    operations: names of operations, all if none is given; when: values of other options with which it counts (name what
    may turn out so as well: "auto").
    """
    return {_COUNTS: {"operations": list(operations), "when": {name: list(values) for name, values in when.items()}}}


def input_file(
    default: Any = "", *, description: str, words: tuple[str, ...] = (), counts: Mapping[str, Any] | None = None
) -> Any:
    """A field for a file that the model reads: its content, never its path, goes into the manifest of what is made.

    words: what it takes in place of a file; counts: what it counts for (`counts_for`).
    """
    return Field(
        default, description=description, json_schema_extra={_PLACE: "input", _WORDS: list(words), **(counts or {})}
    )


def output_file(
    default: Any = "", *, description: str, folder: bool = False, counts: Mapping[str, Any] | None = None
) -> Any:
    """A field for a file (or a folder of files) that the model writes besides the work: checked like an output, and never
    kept in a manifest nor obeyed from one. counts: what it counts for (`counts_for`).
    """
    return Field(
        default, description=description, json_schema_extra={_PLACE: "output", _FOLDER: folder, **(counts or {})}
    )


def also_called(aliases: Mapping[str, str]) -> BeforeValidator:
    """Lets a choice be asked for by other names (alias -> choice); case, accents, spaces and hyphens do not count.

    form: Annotated[Literal["sonnet", "qijue"], also_called({"七绝": "qijue"})] = "sonnet"
    """

    def resolve(value: Any) -> Any:
        return (match_name(value, (), aliases) or value) if isinstance(value, str) else value

    return BeforeValidator(resolve)


O = TypeVar("O", bound=Options)


def parse_options(type_: type[O], values: Mapping[str, Any], *, model: str, operation: str | None = None) -> O:
    """`values` (text from a command line or typed values) as options of `type_`.

    Text for an option of several values is split at its commas; a choice is found whatever its case and hyphens.
    operation: what they are for; an option that does nothing in it is refused (`counts_for`).
    Raises OptionError, one line: the option, what was given, what is allowed, a suggestion for an unknown name.
    """
    options = _validated(type_, values, model)
    for name, reason in options.idle(operation).items() if operation else ():
        raise OptionError(f"option {name!r} of model {model!r} does nothing {reason}")
    return options


def _validated(type_: type[O], values: Mapping[str, Any], model: str) -> O:
    fields = type_.model_fields
    given = {name.replace("-", "_"): value for name, value in values.items()}
    try:
        return type_.model_validate({n: _read(v, fields[n]) if n in fields else v for n, v in given.items()})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "options"
        if first["type"] == "extra_forbidden":
            known = sorted(fields)
            allowed = ", ".join(known) or "none"
            sentence = f"model {model!r} has no option {name!r}; it has: {allowed}{_meant(name, known)}"
            raise OptionError(sentence) from error
        choices = choices_of(fields[name]) if name in fields else ()
        reason = first["msg"].removeprefix("Value error, ")
        reason = f"{reason[:1].lower()}{reason[1:]}"
        if first["type"] == "literal_error" and choices:
            reason = f"it is one of: {', '.join(c or repr(c) for c in choices)}{_meant(str(first['input']), choices)}"
        raise OptionError(f"option {name!r} of model {model!r} is {_shown(first['input'])}: {reason}") from error


def choices_of(field: FieldInfo) -> tuple[str, ...]:
    """The texts that a field with named choices takes, in their order; none for other fields."""
    kind = field.annotation
    return tuple(c for c in get_args(kind) if isinstance(c, str)) if get_origin(kind) is Literal else ()


def _read(value: Any, field: FieldInfo) -> Any:
    if not isinstance(value, str):
        return value
    if get_origin(field.annotation) in (tuple, list, set, frozenset):
        return [part.strip() for part in value.split(",") if part.strip()]
    return match_name(value, choices_of(field)) or value


def _words(operation: str) -> str:
    return operation.replace("_", "-")


def _meant(name: str, known: Iterable[str]) -> str:
    near = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f". Did you mean {near[0]!r}?" if near else ""


def _shown(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:180]}... ({len(text)} characters)"
