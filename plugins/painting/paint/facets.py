"""Masses broken into planes that shift and turn, before they are painted: what Cubism does to a subject."""

from __future__ import annotations

import numpy as np

from ..atelier.colour import Array, oklab_to_srgb, srgb_to_oklab

__all__ = ["break_masses"]

_HEIGHT = 480


def break_masses(masses: Array, seed: int) -> Array:
    """The masses (Oklab) as facets, about 480 pixels high: the atelier's divisions, on what was quoted."""
    from PIL import Image as pil

    from ..atelier.mixing import paint_mix
    from ..atelier.styles import find_style
    from ..reading.photo import scene_from_sketch

    size = max(64, round(_HEIGHT * masses.shape[1] / masses.shape[0])), _HEIGHT
    sketch = pil.fromarray((oklab_to_srgb(masses) * 255 + 0.5).astype(np.uint8))
    image = paint_mix(scene_from_sketch(sketch, size), [(find_style("cubism"), 1.0)], size=size, seed=seed)
    return srgb_to_oklab(np.asarray(image.convert("RGB"), np.float32) / np.float32(255))
