"""Jobs asked from pages and over HTTP: checked first, with a seed of their own, then queued."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ....core.errors import UnknownName
from ....core.seeds import check_seed
from ..asking.doing import check
from ..asking.options import lent_models
from ..asking.verbs import JOBS, VERBS, read_ask

if TYPE_CHECKING:
    from ....core.studio import Studio
    from ..jobs.queue import Job, Queue

__all__ = ["ask_job", "media_of", "verbs_of"]


def verbs_of(studio: Studio, medium: str) -> list[str]:
    """What can be asked of a medium."""
    return [operation for operation in VERBS if lent_models(studio, medium, operation)]


def media_of(studio: Studio) -> list[str]:
    """Media that can make something, those that can do most first."""
    able = {medium: verbs_of(studio, medium) for medium in studio.registry.media}
    return sorted((m for m in able if "generate" in able[m]), key=lambda m: (-len(able[m]), m))


def ask_job(
    studio: Studio, queue: Queue, medium: str, operation: str, values: Mapping[str, Any], *, key: str | None = None
) -> Job:
    """Queue a job. Raises what the check of it raises, Full where too much waits."""
    if operation not in JOBS:
        raise UnknownName("operation", operation, JOBS)
    ask = read_ask(JOBS[operation], dict(values))
    check(studio, medium, operation, ask)
    row = ask.model_dump(mode="json", exclude_defaults=True)
    if "seed" in JOBS[operation].model_fields:
        row["seed"] = check_seed(row.get("seed"))
    return queue.add(medium, operation, row, key=key)
