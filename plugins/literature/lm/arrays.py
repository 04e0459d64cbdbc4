"""Prepared texts on disk: dataclasses of arrays as .npz files."""

from __future__ import annotations

from pathlib import Path
from typing import Self

import numpy as np

__all__ = ["Arrays"]


class Arrays:
    """What a dataclass of arrays is kept with."""

    def save(self, path: Path) -> None:
        """Write to an .npz file."""
        np.savez(path, **vars(self))

    @classmethod
    def load(cls, path: Path) -> Self:
        """The inverse of `save`."""
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{name: arrays[name] for name in arrays.files})
