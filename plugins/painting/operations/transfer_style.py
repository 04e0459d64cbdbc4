"""A picture is painted anew with the hand of another."""

from __future__ import annotations

from ..models.brush.engine import transfer_style

__all__ = ["transfer_style"]
