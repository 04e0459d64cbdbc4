"""What stands before every page: whose host is asked, from which page, with how long a body; and what browsers may do.

Pages run nothing but the studio's own script, load nothing from elsewhere and are shown in no other site's frame.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LARGEST_BODY", "LOOPBACK", "Guard"]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
LARGEST_BODY = 1 << 20
_SLOWEST_S = 30.0
_CHANGING = ("POST", "PUT", "PATCH", "DELETE")
_HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


class Guard:
    """An ASGI application around another one. hosts: the names it answers to, so that no page of a stranger reaches it by
    a name of its own (DNS rebinding).

    A request that changes something must come from a page of the same host, if it comes from a page (CSRF); a body is
    no longer than `LARGEST_BODY` bytes and arrives within half a minute.
    """

    def __init__(self, app: ASGIApp, *, hosts: Collection[str] = LOOPBACK) -> None:
        self._app, self._hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse in one line of plain text."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        refused = self._refusal(scope, headers)
        if refused:
            await _refuse(send, *refused)
            return
        try:
            body = await asyncio.wait_for(_read(receive), _SLOWEST_S) if scope["method"] in _CHANGING else b""
        except TimeoutError:
            await _refuse(send, 408, "the body of the request did not arrive in time")
            return
        if body is None:
            await _refuse(send, 413, f"the body of the request is longer than {LARGEST_BODY >> 10} KiB; send less")
            return
        if scope["method"] in _CHANGING:
            receive = _again(body, receive)
        await self._app(scope, receive, _with_headers(send))

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "")
        if _name(host) not in self._hosts:
            return 421, "this studio answers on its own computer alone; open it as http://127.0.0.1"
        if scope["method"] not in _CHANGING:
            return None
        site, origin = headers.get("sec-fetch-site", "same-origin"), headers.get("origin")
        if site not in ("same-origin", "none") or (origin is not None and urlsplit(origin).netloc != host):
            return 403, "the request comes from a page of another site"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > LARGEST_BODY:
            return 413, f"the body of the request is longer than {LARGEST_BODY >> 10} KiB; send less"
        return None


def _name(host: str) -> str:
    """The host of a Host header, without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _read(receive: Receive) -> bytes | None:
    """A whole body; None if it is too long."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            return None
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes | None, receive: Receive) -> Receive:
    """A body that was read, handed on once; then what else is received."""
    waiting = [{"type": "http.request", "body": body or b"", "more_body": False}]

    async def again() -> Message:
        return waiting.pop() if waiting else await receive()

    return again


def _with_headers(send: Send) -> Send:
    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            named = {key.lower() for key, _ in message.get("headers", [])}
            more = [(k.encode(), v.encode()) for k, v in _HEADERS.items() if k.encode() not in named]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await send(message)

    return sent


async def _refuse(send: Send, status: int, sentence: str) -> None:
    body = f"{sentence}\n".encode()
    headers: list[tuple[bytes, Any]] = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    start = {"type": "http.response.start", "status": status, "headers": headers}
    await _with_headers(send)(start)
    await send({"type": "http.response.body", "body": body})
