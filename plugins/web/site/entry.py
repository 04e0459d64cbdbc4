"""Who visits: signed in by a session or a key; the page to sign in; what an admin sees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.responses import JSONResponse, RedirectResponse, Response

from ....core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from ..accounts.people import People, Person
    from .app import Asked, Site

__all__ = ["COOKIE", "identify", "people", "sign_in", "sign_in_form", "sign_out", "stranger"]

COOKIE = "session"


def identify(people: People, request: Request) -> Person | None:
    """Whoever a request comes from, by the key that it carries or the session of its browser."""
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind:
        return people.who(key.strip(), "key") if kind.lower() == "bearer" else None
    token = request.cookies.get(COOKIE)
    return people.who(token, "session") if token else None


def stranger(asked: Asked) -> Response:
    """What somebody is told who is not signed in: the page to do so; a program, that it needs a key."""
    if asked.here.startswith(("/api/", "/metrics")):
        return JSONResponse({"error": "sign in"}, 401, headers={"www-authenticate": "Bearer"})
    return RedirectResponse(f"/enter?next={quote(asked.here)}", 303)


def sign_in_form(site: Site, asked: Asked) -> Response:
    """The page to sign in."""
    return site.page("enter.html", asked, next=_inside(asked.query), failed=False)


def sign_in(site: Site, asked: Asked) -> Response:
    """A session for who knows the password; nobody is told whether the name or the password was wrong."""
    if site.people is None:
        raise UsageError("there are no accounts here; the studio is open")
    name, password = str(asked.form.get("name", "")).strip(), str(asked.form.get("password", ""))
    token = site.people.sign_in(name, password, asked.address)
    if token is None:
        return site.page("enter.html", asked, status=401, next=_inside(asked.form), failed=True)
    answer = RedirectResponse(_inside(asked.form), 303)
    answer.set_cookie(COOKIE, token, max_age=14 * 86_400, httponly=True, samesite="lax", secure=site.is_secure)
    return answer


def sign_out(site: Site, asked: Asked) -> Response:
    """The end of a session."""
    if site.people is not None and asked.session:
        site.people.sign_out(asked.session)
    answer = RedirectResponse("/enter", 303)
    answer.delete_cookie(COOKIE)
    return answer


def people(site: Site, asked: Asked) -> Response:
    """Who there is, and what was done."""
    if site.people is None:
        raise UsageError("there are no accounts here; the studio is open")
    log = [
        (datetime.fromtimestamp(at, UTC).isoformat(" ", "seconds"), who, what, about)
        for at, who, what, about in site.people.log()
    ]
    return site.page("people.html", asked, people=site.people.everybody(), log=log)


def _inside(values: Mapping[str, str]) -> str:
    """Where to go afterwards: a page of this site, never another one."""
    place = str(values.get("next", "/"))
    plain = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if plain else "/"
