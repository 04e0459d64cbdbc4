"""Progress of a job as events sent by the server (Server-Sent Events, in the HTML standard)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse

if TYPE_CHECKING:
    from .app import Asked, Site

__all__ = ["events"]

_PAUSE_S = 0.4
_LONGEST_S = 3600


def events(site: Site, asked: Asked) -> Response:
    """The state of a job each time it changes, until it is over; a browser that loses the connection asks again."""
    id_ = site.job(str(asked.path["id"])).id

    async def stream() -> AsyncIterator[str]:
        last = ""
        for _ in range(int(_LONGEST_S / _PAUSE_S)):
            job = await run_in_threadpool(site.queue.get, id_)
            ahead = await run_in_threadpool(site.queue.ahead, job) if job.state == "queued" else 0
            row = {"state": job.state, "share": round(job.share, 3), "note": job.note, "ahead": ahead}
            text = json.dumps(row, ensure_ascii=False)
            if text != last:
                yield f"data: {text}\n\n"
                last = text
            if job.is_over:
                return
            await asyncio.sleep(_PAUSE_S)

    return StreamingResponse(stream(), media_type="text/event-stream", headers={"cache-control": "no-store"})
