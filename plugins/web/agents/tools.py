"""The tools: one for each verb of each medium, made from the registry and the options' declarations, and a few for works.

A medium of anybody's plugin has its tools like those that come with artwright.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pydantic import Field

from ....core.errors import FormatError, InputError, UsageError
from ..asking.answers import entry_facts, facts, model_row
from ..asking.doing import LARGEST_FILE, bring, do, replay_work
from ..asking.options import lent_model, lent_models, lent_schema
from ..asking.verbs import VERBS, Ask, Replay, WorkId, read_ask

if TYPE_CHECKING:
    from ....core.artwork import Artwork
    from ....core.progress import Progress
    from ....core.studio import Studio

__all__ = ["Answer", "ToolSpec", "list_tools", "tool_name"]

_READS = ("analyze", "inspire")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a tool comes to. data: plain JSON; work: shown as a picture, `width` pixels across, where it is one."""

    data: Mapping[str, Any]
    work: Artwork | None = None
    width: int = 1024


@dataclass(frozen=True, kw_only=True)
class ToolSpec:
    """A tool. schema: of its arguments; reads: whether it changes nothing; call: does it, told of progress."""

    name: str
    summary: str
    schema: Mapping[str, Any]
    reads: bool
    call: Callable[[Mapping[str, Any], Progress | None], Answer]


class Search(Ask):
    """Find works of the library, newest first."""

    words: str = Field("", max_length=400, description="All of these in title, theme, style, model or id")
    medium: str | None = Field(None, max_length=64, description="Works of one medium")
    limit: int = Field(20, ge=1, le=200, description="At most so many")


class Look(Ask):
    """Look at a work: its picture or engraved score, its text, how it was made."""

    work: WorkId = Field(description="Id of the work, or the first digits of it (4 or more)")
    width: int = Field(1024, ge=64, le=2048, description="Pixels across of its picture")


class Models(Ask):
    """The models of a medium; of one of them, its options as a JSON schema."""

    medium: str = Field(max_length=64, description="Name of the medium")
    model: str | None = Field(None, max_length=200, description="The model whose options are told")


class Styles(Ask):
    """The styles that a medium knows by name."""

    medium: str = Field(max_length=64, description="Name of the medium")


class Bring(Ask):
    """Bring a file of your own into the library, as a work."""

    name: str = Field(max_length=200, description="Its name with the suffix, as in song.mid")
    text: str | None = Field(None, max_length=LARGEST_FILE, description="Its content, if it is text")
    base64: str | None = Field(None, max_length=LARGEST_FILE * 4 // 3 + 4, description="Its content in base64")


class Rate(Ask):
    """Say how much a work is liked."""

    work: WorkId = Field(description="Id of the work")
    stars: int = Field(ge=1, le=5, description="From 1 to 5")


class Prefer(Ask):
    """Say which of two works of one medium is better."""

    work: WorkId = Field(description="Id of the better work")
    other: WorkId = Field(description="Id of the other one")


class OriginalityOf(Ask):
    """How far a work is from the works that its medium knows."""

    work: WorkId = Field(description="Id of the work")


def tool_name(medium: str, operation: str) -> str:
    """`MEDIUM_OPERATION`, in the letters that names of tools may have."""
    return "".join(c if c.isascii() else f"u{ord(c):x}" for c in f"{medium}_{operation}")


def list_tools(studio: Studio, *, read_only: bool = False) -> dict[str, ToolSpec]:
    """The tools of a studio by name. read_only: those alone that change nothing."""
    tools = [_verb_tool(studio, medium, operation) for medium in studio.registry.media for operation in VERBS]
    found = [tool for tool in tools if tool is not None] + list(_work_tools(studio))
    return {tool.name: tool for tool in found if tool.reads or not read_only}


def _verb_tool(studio: Studio, medium: str, operation: str) -> ToolSpec | None:
    """The tool of a verb, with the options of the medium's default model; None where no model lent does it."""
    lent = lent_models(studio, medium, operation)
    if not lent:
        return None
    ask = VERBS[operation]
    _, default = lent_model(studio, medium, None, operation)
    options = lent_schema(default)
    schema = _schema(ask)
    definitions = {**schema.pop("$defs", {}), **options.pop("$defs", {})}
    schema["properties"]["options"] = {
        **options,
        "description": f"Options of the model {default.name}; another model's are told by the tool `models`",
    }
    schema["properties"]["model"]["description"] = f"One of: {', '.join(sorted(lent))}; {default.name} if not given"
    if definitions:
        schema["$defs"] = definitions
    summary = studio.registry.medium(medium).summary

    def call(arguments: Mapping[str, Any], progress: Progress | None) -> Answer:
        return _told(studio, do(studio, medium, operation, read_ask(ask, dict(arguments)), progress))

    return ToolSpec(
        name=tool_name(medium, operation),
        summary=f"{ask.__doc__} Medium: {medium}. {summary}",
        schema=schema,
        reads=operation in _READS,
        call=call,
    )


def _schema(ask: type[Ask]) -> dict[str, Any]:
    schema = ask.model_json_schema()
    schema.pop("description", None)
    schema.pop("title", None)
    for row in schema.get("properties", {}).values():
        row.pop("title", None)
    return {"type": "object", "properties": {}, **schema}


def _told(studio: Studio, result: Any) -> Answer:
    """A work, an analysis or ideas as an answer."""
    if isinstance(result, list):
        return Answer(data={"ideas": [{"kind": i.kind, "text": i.text, "data": dict(i.data)} for i in result]})
    if hasattr(result, "findings"):
        return Answer(data={"findings": dict(result.findings), "explanation": result.explanation})
    return Answer(data=facts(studio, result), work=result)


def _work_tools(studio: Studio) -> list[ToolSpec]:
    rows: list[tuple[str, type[Ask], bool, Callable[[Studio, Any], Answer]]] = [
        ("works", Search, True, _search),
        ("look", Look, True, _look),
        ("models", Models, True, _models),
        ("styles", Styles, True, _styles),
        ("originality", OriginalityOf, True, _originality),
        ("bring", Bring, False, _bring),
        ("rate", Rate, False, _rate),
        ("prefer", Prefer, False, _prefer),
        ("replay", Replay, False, _replay),
    ]
    return [
        ToolSpec(
            name=name, summary=str(ask.__doc__), schema=_schema(ask), reads=reads, call=partial(_call, studio, ask, run)
        )
        for name, ask, reads, run in rows
    ]


def _call(
    studio: Studio,
    ask: type[Ask],
    run: Callable[[Studio, Any], Answer],
    arguments: Mapping[str, Any],
    progress: Progress | None,
) -> Answer:
    return run(studio, read_ask(ask, dict(arguments)))


def _search(studio: Studio, ask: Search) -> Answer:
    if ask.medium is not None:
        studio.registry.medium(ask.medium)
    rows = studio.library.entries(medium=ask.medium, limit=ask.limit, words=ask.words)
    return Answer(data={"works": [entry_facts(row) for row in rows]})


def _look(studio: Studio, ask: Look) -> Answer:
    work = studio.library.work(ask.work)
    return Answer(data=facts(studio, work), work=work, width=ask.width)


def _models(studio: Studio, ask: Models) -> Answer:
    studio.registry.medium(ask.medium)
    lent: dict[str, Any] = {}
    for operation in VERBS:
        lent |= lent_models(studio, ask.medium, operation)
    if ask.model is None:
        return Answer(data={"models": [model_row(name, *entry) for name, entry in sorted(lent.items())]})
    if ask.model not in lent:
        raise UsageError(
            f"no model {ask.model!r} of medium {ask.medium!r} is lent; there are: {', '.join(sorted(lent))}"
        )
    owner, spec = lent[ask.model]
    return Answer(data={**model_row(ask.model, owner, spec), "options": lent_schema(spec)})


def _styles(studio: Studio, ask: Styles) -> Answer:
    studio.registry.medium(ask.medium)
    rows = [s for (medium, _), s in sorted(studio.registry.styles.items()) if medium == ask.medium]
    return Answer(
        data={"styles": [{"style": s.name, "summary": s.summary, "also_called": list(s.aliases)} for s in rows]}
    )


def _originality(studio: Studio, ask: OriginalityOf) -> Answer:
    report = studio.originality(studio.library.work(ask.work))
    return Answer(data={"originality": None if report is None else {**report.to_dict(), "said": report.tell()}})


def _bring(studio: Studio, ask: Bring) -> Answer:
    if (ask.text is None) == (ask.base64 is None):
        raise InputError("give the file's content either as 'text' or as 'base64'")
    try:
        data = ask.text.encode("utf-8") if ask.text is not None else b64decode(ask.base64 or "", validate=True)
    except ValueError as error:
        raise FormatError("the argument 'base64' is no base64") from error
    return _told(studio, bring(studio, ask.name, data))


def _rate(studio: Studio, ask: Rate) -> Answer:
    work = studio.library.work(ask.work)
    studio.feedback.rate(work, ask.stars, features=studio.registry.medium(work.medium).features(work))
    return Answer(data={"work": work.id, "stars": ask.stars})


def _prefer(studio: Studio, ask: Prefer) -> Answer:
    work, other = studio.library.work(ask.work), studio.library.work(ask.other)
    medium = studio.registry.medium(work.medium)
    if other.medium == work.medium:
        studio.feedback.prefer(work, other, features=medium.features(work), other_features=medium.features(other))
    else:
        studio.feedback.prefer(work, other)
    return Answer(data={"better": work.id, "other": other.id})


def _replay(studio: Studio, ask: Replay) -> Answer:
    made = replay_work(studio, ask.work)
    return Answer(data={**facts(studio, made), "same": made.id == studio.library.find(ask.work)["id"]}, work=made)
