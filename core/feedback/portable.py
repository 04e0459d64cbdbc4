"""A taste on one small page: written to be carried to another computer, and read again."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

from ..errors import FormatError
from .taste import Taste

__all__ = ["MOST_BYTES", "pack_taste", "unpack_taste"]

MOST_BYTES = 2048
_FORMAT = "artwright-taste"


def pack_taste(taste: Taste, medium: str) -> str:
    """A taste as a line of JSON of at most 2,048 bytes: for each feature its mean and spread over works, and both weights
    with their deviations; where there is no room for all, the features that matter most.
    """
    rows = [
        [name, *(_short(x) for x in (centre, scale, *weights))]
        for name, centre, scale, *weights in zip(taste.names, taste.centre, taste.scale, *_weights(taste), strict=True)
    ]
    order = sorted(range(len(rows)), key=lambda i: -max(abs(rows[i][3]), abs(rows[i][5])))
    head = {
        _FORMAT: 1,
        "medium": medium,
        "said": [taste.ratings, taste.preferences],
    }
    kept: list[int] = []
    text = json.dumps({**head, "features": []})
    for i in order:
        longer = json.dumps(
            {**head, "features": [rows[j] for j in [*kept, i]]}, ensure_ascii=False, separators=(",", ":")
        )
        if len(longer.encode()) >= MOST_BYTES:
            break
        kept.append(i)
        text = longer
    return text + "\n"


def unpack_taste(text: str, medium: str) -> Taste:
    """The inverse of `pack_taste`. Raises FormatError, in one line, if it is no taste in this medium."""
    try:
        row = json.loads(text)
        if not isinstance(row, dict) or row.get(_FORMAT) != 1:
            raise ValueError("it does not begin as one does")
        if row.get("medium") != medium:
            raise FormatError(f"this is a taste in {row.get('medium')!r}; one in {medium!r} was asked for")
        ratings, preferences = (int(x) for x in row["said"])
        names = [str(feature[0]) for feature in row["features"]]
        table = np.array([[float(x) for x in feature[1:]] for feature in row["features"]], np.float64)
        if table.shape != (len(names), 6) or not len(names) or len(set(names)) < len(names):
            raise ValueError("each feature has a name of its own and six numbers")
        if not np.isfinite(table).all() or (table[:, [1, 3, 5]] <= 0).any():
            raise ValueError("a spread or a deviation is not above 0")
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise FormatError(
            f"this is not a taste: {error}; one is written by `artwright feedback taste --export`"
        ) from error
    centre, scale, linear, linear_sd, curved, curved_sd = table.T
    return Taste(
        names,
        centre,
        scale,
        np.concatenate([linear, curved]),
        np.diag(np.concatenate([linear_sd, curved_sd]) ** 2),
        ratings=ratings,
        preferences=preferences,
    )


def _weights(taste: Taste) -> tuple[Any, ...]:
    d = len(taste.names)
    sd = np.sqrt(np.maximum(np.diag(taste.covariance), 1e-8))
    return taste.mean[:d], sd[:d], taste.mean[d:], sd[d:]


def _short(value: float) -> float:
    """Three significant digits."""
    return 0.0 if not value else round(float(value), 2 - math.floor(math.log10(abs(value))))
