"""The application: which address leads to which page, and how a request becomes an answer."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache, partial
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
from ..accounts.people import People, Person, TooMany
from ..asking.studios import Studios
from ..jobs.queue import Full, Job, Queue
from . import entry
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
    headers; language: "en" or "zh"; here: the address; address: of whoever asks; session: the token of it.
    """

    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"
    here: str = "/"
    address: str = ""
    session: str = ""


Handler = Callable[["Site", Asked], Response]


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """The templates; whatever is put into them is text, unless it is marked."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@dataclass(frozen=True, kw_only=True)
class Site:
    """What pages are made from. studios: of everybody; queue; people: who has an account, None where the studio is open to
    who can reach it; visitor: who asks; is_secure: whether browsers reach it over TLS.
    """

    studios: Studios
    queue: Queue
    people: People | None = None
    visitor: Person | None = None
    is_secure: bool = False

    @property
    def person(self) -> str:
        """The name of who asks, "" where there are no accounts."""
        return self.visitor.name if self.visitor is not None else ""

    @property
    def studio(self) -> Studio:
        """The studio of who asks. Raises UsageError where nobody is signed in who has to be."""
        if self.people is not None and self.visitor is None:
            raise UsageError("sign in")
        return self.studios.of(self.person)

    def job(self, id_: str) -> Job:
        """A job of who asks; another's is as unknown as one that there is not."""
        job = self.queue.get(id_)
        if job.person != self.person:
            raise UnknownName("job", id_[:40], ())
        return job

    def note(self, what: str, about: str) -> None:
        """Put into the log what was done, where there are accounts."""
        if self.people is not None:
            self.people.note(self.person, what, about)

    def page(self, name: str, asked: Asked, *, status: int = 200, **values: Any) -> Response:
        """A page from a template, in the language that is asked for."""
        say = partial(word, language=asked.language)
        html = (
            _templates()
            .get_template(name)
            .render(
                say=say, language=asked.language, languages=LANGUAGES, here=asked.here, visitor=self.visitor, **values
            )
        )
        return HTMLResponse(html, status_code=status)


def status_of(error: ArtwrightError) -> int:
    """The status of HTTP that says what kind of error it is."""
    if isinstance(error, Full):
        return 503
    if isinstance(error, TooMany):
        return 429
    if isinstance(error, UnknownName):
        return 404 if error.kind in ("work", "job", "medium", "page", "lesson") else 400
    return 400 if isinstance(error, UsageError) else 500


def make_app(
    studio: Studio,
    queue: Queue,
    *,
    people: People | None = None,
    hosts: Collection[str] = LOOPBACK,
    is_secure: bool = False,
) -> Guard:
    """The application of a studio. people: who has an account; without them whoever reaches it may do all; hosts: the names
    that it answers to; is_secure: whether browsers reach it over TLS.
    """
    from . import api, lessons, pages
    from .progress import events

    site = Site(studios=Studios(studio), queue=queue, people=people, is_secure=is_secure)

    def get(path: str, handler: Handler, need: str | None = "viewer") -> Route:
        return Route(path, _endpoint(site, handler, _page_of_error, need), methods=["GET"])

    def post(path: str, handler: Handler, need: str | None = "maker") -> Route:
        return Route(path, _endpoint(site, handler, _page_of_error, need), methods=["POST"])

    routes: list[Route | Mount] = [
        get("/", pages.front),
        post("/make", pages.make_from_front),
        get("/make/{medium}/{operation}", pages.make_form),
        post("/make/{medium}/{operation}", pages.make),
        get("/jobs", pages.jobs),
        get("/jobs/{id}", pages.job),
        post("/jobs/{id}/cancel", pages.cancel),
        get("/jobs/{id}/events", events),
        get("/works", pages.works),
        get("/works/{id}", pages.work),
        post("/works/{id}/say", pages.say_of_work),
        get("/works/{id}/file{suffix}", pages.work_file),
        get("/compare", pages.compare),
        post("/compare", pages.prefer),
        get("/lessons", lessons.lessons),
        get("/lessons/{name}", lessons.give),
        post("/lessons/{name}", lessons.mark, "viewer"),
        get("/people", entry.people, "admin"),
        get("/enter", entry.sign_in_form, None),
        post("/enter", entry.sign_in, None),
        post("/leave", entry.sign_out, None),
        get("/fonts/{face}.woff2", pages.font, None),
        *(
            Route(path, _endpoint(site, handler, _json_of_error, need), methods=[method])
            for path, method, need, handler in api.ROUTES
        ),
        Mount("/static", StaticFiles(directory=_HERE / "static")),
    ]
    handlers: dict[Any, Any] = {HTTPException: partial(_missing, site)}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), hosts=hosts)


def _endpoint(site: Site, handler: Handler, failure: Any, need: str | None) -> Callable[[Request], Awaitable[Response]]:
    """A handler in a thread, its errors told. need: the role that it takes; None for everybody."""

    async def endpoint(request: Request) -> Response:
        asked = _asked(request)
        mine = site
        try:
            if site.people is not None:
                mine = replace(site, visitor=await run_in_threadpool(entry.identify, site.people, request))
                if need is not None and mine.visitor is None:
                    return entry.stranger(asked)
                if need is not None and mine.visitor is not None and not mine.visitor.may(need):
                    return failure(mine, asked, 403, f"this needs the role {need!r}")
            asked = _asked(request, await _read_form(request))
            answer = await run_in_threadpool(handler, mine, asked)
        except ArtwrightError as error:
            answer = failure(mine, asked, status_of(error), str(error))
            if isinstance(error, TooMany):
                answer.headers["retry-after"] = str(error.seconds)
        except Exception as error:  # nobody is shown where in the code it happened
            _log.error("%s %s: %s", request.method, asked.here, tell_error(error))
            answer = failure(mine, asked, 500, tell_error(error))
        if site.people is not None and need is not None:
            answer.headers["vary"] = "Cookie, Authorization"
            answer.headers.setdefault("cache-control", "no-store")
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
        address=request.client.host if request.client else "",
        session=request.cookies.get(entry.COOKIE, ""),
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
