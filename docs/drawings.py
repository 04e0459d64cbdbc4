"""Mermaid drawings of the pages, made into SVG when the documentation is built: no script runs in the reader's browser.

A hook of mkdocs; the drawings stand in the pages as fences of the language `mermaid`.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import mermaidx
from pymdownx.superfences import SuperFencesException


def on_config(config: Any) -> Any:
    """Let fences of mermaid be drawn."""
    fences = config["mdx_configs"].setdefault("pymdownx.superfences", {}).setdefault("custom_fences", [])
    fences.append({"name": "mermaid", "class": "drawing", "format": draw})
    return config


def draw(source: str, *_: Any, **__: Any) -> str:
    """A drawing as SVG on white, under an id of its own: its styles and arrowheads are looked up by that."""
    try:
        svg = str(mermaidx.render(source).svg())
    except RuntimeError as error:
        raise SuperFencesException(f"{error} in the drawing:\n{source}") from error  # any other is swallowed there
    svg = svg.replace("my-svg", f"drawing-{sha256(source.encode()).hexdigest()[:8]}")
    return f'<div class="drawing" style="background: white; padding: 0.6rem; border-radius: 0.2rem">{svg}</div>'
