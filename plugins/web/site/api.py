"""The interface over HTTP: the same verbs as jobs, works by id, and a description of it all (OpenAPI 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, PlainTextResponse, Response

from ....core.errors import UsageError
from ..asking.answers import entry_facts, facts, model_row
from ..asking.options import lent_models, lent_schema
from ..asking.verbs import JOBS, VERBS
from .asking import ask_job, verbs_of
from .pages import number, work_file

if TYPE_CHECKING:
    from ..jobs.queue import Job
    from .app import Asked, Handler, Site

__all__ = ["ROUTES"]

_KEY = "idempotency-key"
_LONGEST_KEY = 200


def media(site: Site, asked: Asked) -> Response:
    """The media with their verbs and the suffixes that they write."""
    rows = [
        {
            "medium": name,
            "summary": medium.summary,
            "operations": verbs_of(site.studio, name),
            "writes": list(medium.writes),
        }
        for name, medium in sorted(site.studio.registry.media.items())
    ]
    return JSONResponse({"media": rows})


def models(site: Site, asked: Asked) -> Response:
    """The models of a medium, each with the schema of its options."""
    medium = str(asked.path["medium"])
    site.studio.registry.medium(medium)
    lent: dict[str, Any] = {}
    for operation in VERBS:
        lent |= lent_models(site.studio, medium, operation)
    rows = [{**model_row(name, *entry), "options": lent_schema(entry[1])} for name, entry in sorted(lent.items())]
    return JSONResponse({"models": rows})


def ask(site: Site, asked: Asked) -> Response:
    """Ask for a job: `{"medium": ..., "operation": ..., "ask": {...}}`. Under one Idempotency-Key it is asked once."""
    if extra := sorted(set(asked.form) - {"medium", "operation", "ask"}):
        raise UsageError(f"there is no field {extra[0]!r}; there are: medium, operation, ask")
    medium, operation, values = asked.form.get("medium"), asked.form.get("operation"), asked.form.get("ask", {})
    if not isinstance(medium, str) or not isinstance(operation, str) or not isinstance(values, dict):
        raise UsageError("the fields 'medium' and 'operation' are texts, and 'ask' is an object")
    key = asked.headers.get(_KEY)
    if key is not None and not 1 <= len(key) <= _LONGEST_KEY:
        raise UsageError(f"the header Idempotency-Key has 1 to {_LONGEST_KEY} characters")
    job = ask_job(site, medium, operation, values, key=key)
    return JSONResponse(job_row(job), status_code=202, headers={"location": f"/api/v1/jobs/{job.id}"})


def job(site: Site, asked: Asked) -> Response:
    """How far a job is, or what it came to."""
    return JSONResponse(job_row(site.job(str(asked.path["id"]))))


def cancel(site: Site, asked: Asked) -> Response:
    """Stop a job."""
    return JSONResponse(job_row(site.queue.cancel(site.job(str(asked.path["id"])).id)))


def works(site: Site, asked: Asked) -> Response:
    """Works of the library, newest first: `words`, `medium`, `limit` (1 to 200)."""
    medium = asked.query.get("medium") or None
    if medium is not None:
        site.studio.registry.medium(medium)
    limit = number(asked.query, "limit", 20, least=1, most=200)
    rows = site.studio.library.entries(medium=medium, limit=limit, words=asked.query.get("words", ""))
    return JSONResponse({"works": [entry_facts(row) for row in rows]})


def work(site: Site, asked: Asked) -> Response:
    """A work in words and figures."""
    return JSONResponse(facts(site.studio, site.studio.library.work(str(asked.path["id"]))))


def metrics(site: Site, asked: Asked) -> Response:
    """Figures for Prometheus: jobs by state."""
    counts = site.queue.counts()
    lines = ["# HELP artwright_jobs Jobs by state.", "# TYPE artwright_jobs gauge"]
    lines += [
        f'artwright_jobs{{state="{s}"}} {counts.get(s, 0)}'
        for s in ("queued", "running", "done", "failed", "cancelled")
    ]
    return PlainTextResponse("\n".join(lines) + "\n")


def openapi(site: Site, asked: Asked) -> Response:
    """The description of the interface."""
    return JSONResponse(_description())


def job_row(job: Job) -> dict[str, Any]:
    """A job as it is told."""
    names = ("id", "medium", "operation", "ask", "state", "share", "note", "result", "error", "asked", "begun", "ended")
    return {name: getattr(job, name) for name in names}


_V1 = "/api/v1"
ROUTES: list[tuple[str, str, str, Handler]] = [
    (f"{_V1}/media", "GET", "viewer", media),
    (f"{_V1}/media/{{medium}}/models", "GET", "viewer", models),
    (f"{_V1}/jobs", "POST", "maker", ask),
    (f"{_V1}/jobs/{{id}}", "GET", "viewer", job),
    (f"{_V1}/jobs/{{id}}", "DELETE", "maker", cancel),
    (f"{_V1}/works", "GET", "viewer", works),
    (f"{_V1}/works/{{id}}", "GET", "viewer", work),
    (f"{_V1}/works/{{id}}/file{{suffix}}", "GET", "viewer", work_file),
    (f"{_V1}/openapi.json", "GET", "viewer", openapi),
    ("/metrics", "GET", "admin", metrics),
]
"""(address, method, the role that it takes, what it does)"""


def _description() -> dict[str, Any]:
    from .... import __version__

    asks: dict[str, Any] = {}
    for operation, type_ in JOBS.items():
        schema = type_.model_json_schema(ref_template="#/components/schemas/{model}")
        asks |= schema.pop("$defs", {})
        asks[type_.__name__] = {**schema, "description": f"What `ask` holds for the operation {operation!r}."}
    paths: dict[str, Any] = {}
    for path, method, _, handler in ROUTES:
        named = [part[1:-1] for part in path.replace("file{", "file/{").split("/") if part.startswith("{")]
        row: dict[str, Any] = {
            "summary": (handler.__doc__ or "").partition("\n")[0],
            "operationId": f"{method.lower()}_{handler.__name__}",
            "parameters": [{"name": n, "in": "path", "required": True, "schema": {"type": "string"}} for n in named],
            "responses": {"202" if method == "POST" else "200": {"description": "done"}, "4XX": _ERROR, "503": _ERROR},
        }
        if method == "POST":
            row["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ASK}}}
            row["parameters"].append({"name": "Idempotency-Key", "in": "header", "schema": {"type": "string"}})
        paths.setdefault(path, {})[method.lower()] = row
    return {
        "openapi": "3.1.0",
        "info": {"title": "artwright", "version": __version__},
        "paths": paths,
        "components": {"schemas": asks},
    }


_ERROR = {
    "description": "one sentence",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}},
}
_ASK = {
    "type": "object",
    "required": ["medium", "operation"],
    "additionalProperties": False,
    "properties": {
        "medium": {"type": "string"},
        "operation": {"enum": sorted(JOBS)},
        "ask": {"anyOf": [{"$ref": f"#/components/schemas/{type_.__name__}"} for type_ in JOBS.values()]},
    },
}
