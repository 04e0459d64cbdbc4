"""What is asked, declared once: the arguments of each verb. Schemas of tools, forms and checks come from them.

Who asks from outside names works by their ids and never a file; the options of a model are its own declaration.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ....core.errors import InputError
from ....core.seeds import MAX_SEED
from ....core.theme import MAX_CHARACTERS

__all__ = [
    "JOBS",
    "VERBS",
    "Analyze",
    "Ask",
    "Generate",
    "Inspire",
    "Making",
    "Replay",
    "Restore",
    "TransferStyle",
    "WorkId",
    "read_ask",
]

_ID = r"^(sha256:)?[0-9a-fA-F]{4,64}$"
WorkId = Annotated[str, Field(pattern=_ID, max_length=71)]
_MASK = 4 << 20


class Ask(BaseModel):
    """Base of what is asked: frozen, unknown names refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, protected_namespaces=())


class Making(Ask):
    """What all verbs of a medium take."""

    model: str | None = Field(None, max_length=200, description="Name of the model; the medium's default if not given")
    options: dict[str, Any] = Field(default_factory=dict, max_length=200, description="The model's own options")
    seed: int | None = Field(None, ge=0, le=MAX_SEED, description="Same seed, same work; a random one if not given")


class _Themed(Making):
    theme: str | None = Field(
        None, max_length=MAX_CHARACTERS, description="What it is about, in English or Chinese words"
    )
    theme_from: WorkId | None = Field(None, description="Id of a work of any medium to take the theme from")


class Generate(_Themed):
    """Make a work from a theme."""

    style: str | None = Field(None, max_length=400, description="A style's name, or a mix: monet:0.7+hokusai:0.3")
    style_from: WorkId | None = Field(None, description="Id of a work whose style is taken")
    sources: tuple[WorkId, ...] = Field((), max_length=16, description="Ids of works to build on")
    candidates: int = Field(1, ge=1, le=16, description="Make this many, keep the best")
    novelty: float | None = Field(None, ge=0, le=1, description="From imitation, 0, to innovation, 1")


class TransferStyle(Making):
    """Make a work anew in another style."""

    work: WorkId = Field(description="Id of the work")
    style: str | None = Field(None, max_length=400, description="A style's name, or a mix: monet:0.7+hokusai:0.3")
    style_from: WorkId | None = Field(None, description="Id of a work whose style is taken")
    strength: float = Field(1.0, ge=0, le=1, description="0 leaves the work as it is, 1 goes all the way")


class Restore(Making):
    """Mend or fill in a part of a work."""

    work: WorkId = Field(description="Id of the work")
    region: str | None = Field(
        None, max_length=400, description="The part, in the medium's words; what is found damaged if not given"
    )
    mask: str | None = Field(None, max_length=_MASK, description="A PNG in base64, white where to mend")


class Analyze(Ask):
    """Read a work: findings, and an explanation in sentences."""

    model: str | None = Field(None, max_length=200, description="Name of the model; the medium's default if not given")
    options: dict[str, Any] = Field(default_factory=dict, max_length=200, description="The model's own options")
    work: WorkId = Field(description="Id of the work")
    explain: bool = Field(True, description="Add an explanation in sentences")
    language: Literal["en", "zh"] = Field("en", description="Language of the explanation")


class Inspire(_Themed):
    """Ideas for a theme, not works."""

    count: int = Field(5, ge=1, le=100, description="How many ideas")


class Replay(Ask):
    """Make a work again from its manifest, and say whether it is the same."""

    work: WorkId = Field(description="Id of the work")


VERBS: dict[str, type[Ask]] = {
    "generate": Generate,
    "analyze": Analyze,
    "transfer_style": TransferStyle,
    "restore": Restore,
    "inspire": Inspire,
}
"""Operation -> its arguments. Training and measuring work on folders of this computer and are not lent."""

JOBS: dict[str, type[Ask]] = {**VERBS, "replay": Replay}
"""All that takes long enough to be a job."""


A = TypeVar("A", bound=Ask)


def read_ask(type_: type[A], values: object) -> A:
    """`values` as what is asked. Raises InputError, in one line that names the field."""
    try:
        return type_.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = ".".join(str(part) for part in first["loc"]) or "arguments"
        if first["type"] == "extra_forbidden":
            known = ", ".join(type_.model_fields)
            raise InputError(f"there is no argument {name!r}; there are: {known}") from error
        reason = first["msg"].removeprefix("Value error, ")
        given = "" if first["type"] == "missing" else f" ({str(first['input'])[:80]!r} was given)"
        raise InputError(f"the argument {name!r}: {reason[:1].lower()}{reason[1:]}{given}") from error
