"""How some pictures are painted, as a hand that the atelier can paint with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ..atelier.brush import Layer
from ..atelier.colour import Array
from ..atelier.mixing import TONES, mix_numbers
from ..atelier.styles.parameters import Outline, StyleParameters
from ..reading.brushwork import Brushwork, measure, mix_brushwork, to_lab
from ..reading.colours import find_palette, to_hex

__all__ = ["Manner", "manner_of_pictures", "mix_manners"]


@dataclass(frozen=True, kw_only=True)
class Manner:
    """How to paint: parameters of the atelier, and the statistics to arrive at (None where the hand is a named one)."""

    parameters: StyleParameters
    brushwork: Brushwork | None = None


def manner_of_pictures(pictures: Sequence[tuple[Image.Image, float]], *, name: str = "reference") -> Manner:
    """The manner of one or more pictures with weights."""
    labs = [(to_lab(p), w) for p, w in pictures]
    brushwork = mix_brushwork([(measure(lab), w) for lab, w in labs])
    total = sum(w for _, w in labs)
    palette = tuple((*s.lab, s.share * w / total) for lab, w in labs for s in find_palette(lab, 20))
    darkest = np.mean([lab[lab[..., 0] <= np.quantile(lab[..., 0], 0.04)].mean(axis=0) for lab, _ in labs], axis=0)
    ground = np.mean([np.median(lab.reshape(-1, 3), axis=0) for lab, _ in labs], axis=0)
    return Manner(parameters=_parameters(brushwork, palette, darkest, ground, name), brushwork=brushwork)


def _parameters(
    brushwork: Brushwork,
    palette: tuple[tuple[float, float, float, float], ...],
    darkest: Array,
    ground: Array,
    name: str,
) -> StyleParameters:
    """A measured hand as parameters of the stroke family.

    Scans differ in sharpness more than painters in brushes, so widths are stretched and kept within what reads as a
    stroke.
    """
    width = float(np.clip(3.1 * brushwork.width, 9.0, 18))
    aspect = float(np.clip(1.1 * brushwork.length / brushwork.width, 1.8, 5))
    turn = float(np.clip(0.95 - 1.2 * brushwork.coherence, 0.08, 0.6))
    light = float(np.clip(1.15 * brushwork.fine, 0.012, 0.09))
    chroma = float(np.clip(1.3 * brushwork.grain, 0.002, 0.018))
    bristle = float(np.clip(12 * brushwork.fine, 0.3, 0.95))
    layers = tuple(
        Layer(
            width=width * size,
            length=width * size * aspect * shorter,
            density=density,
            light=light * calm,
            chroma=chroma * calm,
            turn=turn,
            error=error,
            edge=edge,
            bristle=bristle,
            dry=dry,
        )
        for size, shorter, density, error, edge, calm, dry in (
            (2.2, 1.0, 1.5, 0.0, 0.11, 1.0, 0.0),
            (1.3, 1.0, 1.4, 0.022, 0.10, 1.0, 0.1),
            (0.75, 0.8, 1.3, 0.05, 0.11, 0.8, 0.2),
            (0.42, 0.8, 1.6, 0.07, 0.15, 0.5, 0.3),
        )
    )
    outline = None
    if brushwork.contour > 0.012:
        outline = Outline(
            width=4.5,
            length=24,
            count=int(np.clip(60_000 * brushwork.contour, 700, 2600)),
            colour=to_hex(darkest),
            own=0.35,
            opacity=0.85,
        )
    return StyleParameters(
        name=name,
        summary="measured from pictures",
        palette=palette,
        palette_light=0.3,
        palette_chroma=0.65,
        ground=to_hex(ground),
        ground_share=0.35,
        layers=layers,
        outline=outline,
        streak=float(np.clip(0.25 * (brushwork.coherence - 0.5), 0, 0.04)),
        relief=float(np.clip(11 * brushwork.fine, 0.08, 0.7)),
        shine=float(np.clip(1.5 * (brushwork.fine - 0.05), 0, 0.1)),
        level_water=0.4,
    )


_TONES = (*TONES, "ground_share")
_BRUSH = ("width", "length", "light", "chroma", "turn", "bristle")


def mix_manners(parts: Sequence[tuple[Manner, float]]) -> Manner:
    """The weighted mix of some manners: the heaviest gives the pipeline, all give palette, tone and brush."""
    if len(parts) == 1:
        return parts[0][0]
    main = max(parts, key=lambda part: part[1])[0].parameters
    mixed = mix_numbers(main, [(m.parameters, w) for m, w in parts], tones=_TONES, brush=_BRUSH)
    measured = [(m.brushwork, w) for m, w in parts if m.brushwork is not None]
    return Manner(
        parameters=mixed.but(name="mix"),
        brushwork=mix_brushwork(measured) if len(measured) == len(parts) else None,
    )
