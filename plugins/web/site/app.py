"""The application: which address leads to which page, and how a request becomes an answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from ....core.errors import ArtwrightError, UnknownName, UsageError, tell_error
from ..jobs.queue import Full, Queue
from .guard import LOOPBACK, Guard
from .words import LANGUAGES, word

if TYPE_CHECKING:
    from collections.abc import Collection

    from jinja2 import Environment

    from ....core.studio import Studio

__all__ = ["Asked", "Handler", "Site", "make_app", "status_of"]

_HERE = Path(__file__).parent
_MOST_FIELDS = 400
_log = logging.getLogger("artwright")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as pages see it. path: what its address names; query; form: what was filled in, of a page, or sent as JSON;
    headers; language: "en" or "zh".
    """

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    here: str = "/"


Handler = Callable[["Site", Asked], Response]


@dataclass(frozen=True)
class Site:
    """What pages are made from: a studio, its queue, the templates."""

    studio: Studio
    queue: Queue

    @cached_property
    def templates(self) -> Environment:
        """The templates; whatever is put into them is text, unless it is marked."""
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        return Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def page(self, name: str, asked: Asked, *, status: int = 200, **values: Any) -> Response:
        """A page from a template, in the language that is asked for."""
        say = partial(word, language=asked.language)
        html = self.templates.get_template(name).render(
            say=say, language=asked.language, languages=LANGUAGES, here=asked.here, **values
        )
        return HTMLResponse(html, status_code=status)


def status_of(error: ArtwrightError) -> int:
    """The status of HTTP that says what kind of error it is."""
    if isinstance(error, Full):
        return 503
    if isinstance(error, UnknownName):
        return 404 if error.kind in ("work", "job", "medium", "page") else 400
    return 400 if isinstance(error, UsageError) else 500


def make_app(studio: Studio, queue: Queue, *, hosts: Collection[str] = LOOPBACK) -> Guard:
    """The application of a studio. hosts: the names that it answers to."""
    from . import api, pages
    from .progress import events

    site = Site(studio, queue)

    def route(path: str, handler: Handler, *methods: str, failure: Any = _page_of_error) -> Route:
        return Route(path, _endpoint(site, handler, failure), methods=list(methods or ("GET",)))

    routes: list[Route | Mount] = [
        route("/", pages.front),
        route("/make", pages.make_from_front, "POST"),
        route("/make/{medium}/{operation}", pages.make_form),
        route("/make/{medium}/{operation}", pages.make, "POST"),
        route("/jobs", pages.jobs),
        route("/jobs/{id}", pages.job),
        route("/jobs/{id}/cancel", pages.cancel, "POST"),
        Route("/jobs/{id}/events", partial(events, site)),
        route("/works", pages.works),
        route("/works/{id}", pages.work),
        route("/works/{id}/say", pages.say_of_work, "POST"),
        route("/works/{id}/file{suffix}", pages.work_file),
        route("/compare", pages.compare),
        route("/compare", pages.prefer, "POST"),
        *(route(path, handler, method, failure=_json_of_error) for path, method, handler in api.ROUTES),
        route("/fonts/{face}.woff2", pages.font),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
    ]
    handlers: dict[Any, Any] = {HTTPException: partial(_missing, site)}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), hosts=hosts)


def _endpoint(site: Site, handler: Handler, failure: Any) -> Callable[[Request], Awaitable[Response]]:
    """A handler in a thread, its errors told."""

    async def endpoint(request: Request) -> Response:
        asked = _asked(request)
        try:
            asked = _asked(request, await _read_form(request))
            answer = await run_in_threadpool(handler, site, asked)
        except ArtwrightError as error:
            answer = failure(site, asked, status_of(error), str(error))
        except Exception as error:  # nobody is shown where in the code it happened
            _log.error("%s %s: %s", request.method, asked.here, tell_error(error))
            answer = failure(site, asked, 500, tell_error(error))
        if request.query_params.get("language") in LANGUAGES:
            answer.set_cookie("language", asked.language, max_age=31_536_000, httponly=True, samesite="lax")
        return answer

    return endpoint


def _asked(request: Request, form: Mapping[str, Any] | None = None) -> Asked:
    told = request.query_params.get("language") or request.cookies.get("language")
    first = request.headers.get("accept-language", "").lower()
    language = told if told in LANGUAGES else "zh" if first.startswith("zh") else "en"
    return Asked(
        path=request.path_params,
        query=dict(request.query_params),
        form=form or {},
        headers=request.headers,
        language=language,
        here=request.url.path,
    )


async def _read_form(request: Request) -> dict[str, Any]:
    """The body, of a form or as JSON; nothing where there is none. Raises UsageError."""
    if request.method == "GET":
        return {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            row = json.loads(await request.body() or b"{}")
        except (ValueError, RecursionError) as error:
            raise UsageError(f"the body is no JSON: {error}") from error
        if not isinstance(row, dict):
            raise UsageError("the body is no JSON object")
        return row
    if kind in ("application/x-www-form-urlencoded", ""):
        try:
            return dict(parse_qsl((await request.body()).decode("utf-8"), max_num_fields=_MOST_FIELDS))
        except ValueError as error:
            raise UsageError(f"the body is no form in UTF-8 of at most {_MOST_FIELDS} fields") from error
    raise UsageError(f"a body of type {kind[:60]!r} is not read; send application/json or a form")


def _page_of_error(site: Site, asked: Asked, status: int, sentence: str) -> Response:
    answer = site.page("error.html", asked, status=status, sentence=sentence)
    return _later(answer, status)


def _json_of_error(site: Site, asked: Asked, status: int, sentence: str) -> Response:
    return _later(JSONResponse({"error": sentence}, status_code=status), status)


def _later(answer: Response, status: int) -> Response:
    """With 503 goes when to ask again."""
    if status == 503:
        answer.headers["retry-after"] = "30"
    return answer


async def _missing(site: Site, request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentence = "there is no such page" if status == 404 else "that cannot be done with this page"
    tell = _json_of_error if request.url.path.startswith("/api/") else _page_of_error
    return tell(site, _asked(request), status, sentence)
