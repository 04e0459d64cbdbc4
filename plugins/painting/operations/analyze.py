"""What is seen in a picture."""

from __future__ import annotations

from ..models.eye.engine import analyze

__all__ = ["analyze"]
