"""Models of the whole world, from a folder, a GGUF file or the local cache of a model hub: found, checked, loaded.

Importing this package loads nothing heavy; `transformers` is imported when a model is loaded.
"""

from __future__ import annotations

from .sources import Source, find_source

__all__ = ["Source", "find_source"]
