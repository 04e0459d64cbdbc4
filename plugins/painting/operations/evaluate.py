"""The eye on known works, or works against a reference."""

from __future__ import annotations

from ..models.eye.engine import evaluate

__all__ = ["evaluate"]
