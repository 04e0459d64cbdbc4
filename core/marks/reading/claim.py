"""What one mark in a file says."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

__all__ = ["Claim"]

_UNPROVED = "anybody can write it"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One mark. kind: "c2pa", "iptc", "tc260", "a1111", "comfyui", "invokeai", "novelai", "rights", "xmp", "synthid",
    "contradiction"; says: a sentence; holds: whether it is proved (False: it is broken), None where nothing can prove it;
    why: a sentence on that; details: what it names.
    """

    kind: str
    says: str
    holds: bool | None = None
    why: str = _UNPROVED
    details: dict[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON."""
        return asdict(self)
