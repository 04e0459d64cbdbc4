"""Ideas for a theme."""

from __future__ import annotations

from ..models.brush.engine import inspire

__all__ = ["inspire"]
