"""A work as the store keeps it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from ..errors import PluginError
from .entries import MAX_TITLE

if TYPE_CHECKING:
    from ..artwork import Artwork

__all__ = ["work_row"]


def work_row(work: Artwork, features: Mapping[str, float] | None, now: datetime) -> dict[str, Any]:
    """A work as it is stored. Its manifest may be anybody's: what no database can hold of it is left out."""
    provenance = work.provenance
    created = now
    if provenance is not None and provenance.created:
        try:
            created = datetime.fromisoformat(provenance.created)
            created = (created if created.tzinfo else created.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError, TypeError):
            created = now  # the time is only shown
    return {
        "id": work.id,
        "medium": work.medium,
        "title": _storable(work.title),
        "model": _storable(provenance.model)[:200] if provenance else "",
        "style": _storable(provenance.style or "") if provenance else "",
        "created": created,
        "features": check_features(features, work.medium) if features is not None else None,
    }


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "replace").decode()[:MAX_TITLE]


def check_features(features: Mapping[str, float], medium: str) -> dict[str, float]:
    """The features as plain numbers. Raises PluginError if one is not a finite number: then the medium is at fault."""
    checked = {}
    for name, value in features.items():
        number = float(value)
        if not math.isfinite(number):
            raise PluginError(
                f"the medium {medium!r} gives {value!r} for the feature {name!r}; features are finite numbers"
            )
        checked[_storable(str(name))[:200]] = number
    return checked
