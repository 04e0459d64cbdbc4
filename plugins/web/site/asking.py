"""Jobs asked from pages and over HTTP: checked first, with a seed of their own, then queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import UnknownName
from ....core.seeds import check_seed
from ..accounts.people import TooMany
from ..asking.doing import check
from ..asking.options import lent_models
from ..asking.verbs import JOBS, VERBS, read_ask

if TYPE_CHECKING:
    from ....core.studio import Studio
    from ..jobs.queue import Job
    from .app import Site

__all__ = ["ask_job", "media_of", "verbs_of"]

_LATER_S = 3600


def verbs_of(studio: Studio, medium: str) -> list[str]:
    """What can be asked of a medium."""
    return [operation for operation in VERBS if lent_models(studio, medium, operation)]


def media_of(studio: Studio) -> list[str]:
    """Media that can make something, those that can do most first."""
    able = {medium: verbs_of(studio, medium) for medium in studio.registry.media}
    return sorted((m for m in able if "generate" in able[m]), key=lambda m: (-len(able[m]), m))


def ask_job(site: Site, medium: str, operation: str, values: Mapping[str, Any], *, key: str | None = None) -> Job:
    """Queue a job of whoever visits. Raises what the check of it raises, Full where too much waits, TooMany where it is
    more than this person may ask for.
    """
    if operation not in JOBS:
        raise UnknownName("operation", operation, JOBS)
    ask = read_ask(JOBS[operation], dict(values))
    check(site.studio, medium, operation, ask)
    row = ask.model_dump(mode="json", exclude_defaults=True)
    if "seed" in JOBS[operation].model_fields:
        row["seed"] = check_seed(row.get("seed"))
    job = site.queue.add(medium, operation, row, person=site.person, key=key, allow=lambda *used: _allow(site, *used))
    site.note("asked", f"{medium} {operation} {job.id}")
    return job


def _allow(site: Site, jobs: int, seconds: float) -> None:
    """Raise TooMany where a person has had enough for a day, or keeps as much as they may."""
    if site.visitor is None:
        return
    quota = site.visitor.quota
    if jobs >= quota.works:
        raise TooMany(f"you asked for {jobs} works today, and may for {quota.works}; ask again later", _LATER_S)
    if seconds >= quota.minutes * 60:
        raise TooMany(
            f"your works took {seconds / 60:.0f} minutes today, and may {quota.minutes:g}; ask again later", _LATER_S
        )
    _, kept = site.studio.library.size()
    if kept >= quota.megabytes << 20:
        raise TooMany(f"your works take {kept >> 20} MB, and may {quota.megabytes}; remove some", _LATER_S)
