"""Damage is found and mended."""

from __future__ import annotations

from ..models.conservator.engine import restore

__all__ = ["restore"]
