"""What a picture gives to another medium: mood, figures, and a guess at what it shows.

Light and colour against mood: Valdez and Mehrabian (1994), who found pleasure to rise with brightness and saturation, and
arousal with saturation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.artwork import Artwork
from ....core.theme import Theme, mood_of
from ....core.words.concepts import Mood, concepts
from ..atelier.colour import Array
from ..atelier.noise import resize
from .brushwork import Brushwork, measure, to_lab
from .colours import find_harmony, find_palette
from .composition import find_composition, find_horizon, find_values

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["features", "find_mood", "read_theme"]


def find_mood(lab: Array, brushwork: Brushwork, warm: float) -> Mood:
    """Valence from brightness, chroma and warmth; arousal from chroma, contrast and restless texture."""
    bright = float(np.mean(lab[..., 0]))
    valence = 2.2 * (bright - 0.52) + 5.0 * (brushwork.chroma - 0.05) + 0.25 * warm
    arousal = (
        6.0 * (brushwork.chroma - 0.055)
        + 2.6 * (brushwork.masses - 0.12)
        + 8.0 * (brushwork.fine - 0.043)
        + 0.2 * warm
        - 0.1
    )
    return Mood(valence=float(np.tanh(valence)), arousal=float(np.tanh(arousal)))


def features(picture: Image) -> dict[str, float]:
    """Forty named numbers on colour, values, composition and brushwork; the same keys for each picture."""
    lab = to_lab(picture, 640)
    brushwork = measure(lab)
    harmony, values, built = find_harmony(lab), find_values(lab), find_composition(lab)
    mood = find_mood(lab, brushwork, harmony["warm"])
    palette = find_palette(lab)
    row = {f"hand_{k}": v for k, v in brushwork.to_dict().items()}
    row |= {
        f"value_{k}": float(values[k])
        for k in ("median", "contrast", "middle_spread", "dark_share", "light_share", "masses", "skew")
    }
    row |= {f"direction_{k}": v for k, v in built["directions"].items()}
    row |= {
        "focus_x": built["focus"][0],
        "focus_y": built["focus"][1],
        "thirds": built["thirds"],
        "symmetry": built["symmetry"],
        "horizon": built["horizon"] or 0.0,
        "horizon_sure": built["horizon_sure"],
        "balance_x": built["balance"][0],
        "balance_y": built["balance"][1],
        "open_share": built["open_share"],
        "warm": harmony["warm"],
        "colours": float(len(palette)),
        "main_share": palette[0].share,
        "mean_a": float(lab[..., 1].mean()),
        "mean_b": float(lab[..., 2].mean()),
        "valence": mood.valence,
        "arousal": mood.arousal,
        "format": float(np.log2(picture.width / picture.height)),
    }
    return {k: round(float(v), 5) for k, v in row.items()}


def read_theme(artwork: Artwork) -> Theme:
    """What a picture gives to another medium."""
    lab = to_lab(artwork.payload, 384)
    palette = tuple(s.hex for s in find_palette(lab, 6))
    mood = find_mood(lab, measure(lab), find_harmony(lab)["warm"])
    made = artwork.provenance
    told = Theme.from_dict(made.theme) if made is not None and made.theme and made.theme.get("text") else None
    images = tuple(told.images) if told else ()
    if not images and made is not None:
        images = _images_of_plan(made.notes.get("plan"))
    guessed = images or _guess_images(lab)
    if told:
        blended = mood_of(images)
        mood = (
            Mood(valence=(mood.valence + 2 * blended.valence) / 3, arousal=(mood.arousal + 2 * blended.arousal) / 3)
            if images
            else mood
        )
        return Theme(
            text=told.text,
            words=told.words,
            language=told.language,
            images=guessed,
            mood=mood,
            palette=palette,
            source=artwork.id,
        )
    words = tuple(concepts()[key].en[0] for key in guessed)
    return Theme(text=" ".join(words), words=words, images=guessed, mood=mood, palette=palette, source=artwork.id)


def _images_of_plan(plan: Any) -> tuple[str, ...]:
    """Names in a plan that the shared table knows, in order."""
    found: list[str] = []

    def look(value: Any) -> None:
        if isinstance(value, str) and value in concepts():
            found.append(value)
        elif isinstance(value, Mapping):
            for inner in value.values():
                look(inner)
        elif isinstance(value, list | tuple):
            for inner in value:
                look(inner)

    look(plan)
    return tuple(dict.fromkeys(found))[:8]


def _guess_images(lab: Array) -> tuple[str, ...]:
    """Images from colours and where they lie: enough to give a poem its season and hour, no claim to see things."""
    small = resize(lab, 48, 64)
    top, low = small[:16].reshape(-1, 3), small[28:].reshape(-1, 3)
    light = float(small[..., 0].mean())
    chroma = np.hypot(small[..., 1], small[..., 2])
    _, sure = find_horizon(small)
    scores = {
        "night": 1.6 * (0.40 - light) / 0.2,
        "snow": 1.2 * (float((low[:, 0] > 0.82).mean()) - 0.45) / 0.3 * (chroma.mean() < 0.05),
        "sky": 1.2 * _share(top, hue=250, spread=35, light=(0.5, 1.0), chroma=0.02) + 0.5 * sure,
        "sea": 1.5 * _share(low, hue=235, spread=45, light=(0.2, 0.8), chroma=0.025) * (0.4 + sure),
        "forest": 1.3 * _share(small.reshape(-1, 3), hue=130, spread=35, light=(0.1, 0.75), chroma=0.03),
        "field": 1.4 * _share(low, hue=95, spread=28, light=(0.5, 0.95), chroma=0.05) * sure,
        "autumn": 1.2 * _share(small.reshape(-1, 3), hue=62, spread=25, light=(0.3, 0.75), chroma=0.07),
        "dusk": 1.5 * _share(top, hue=50, spread=30, light=(0.35, 0.85), chroma=0.05),
        "mist": 1.2 * (0.10 - float(small[..., 0].std())) / 0.06 * (light > 0.55),
        "flower": 1.6 * _share(small.reshape(-1, 3), hue=5, spread=35, light=(0.35, 0.9), chroma=0.09),
        "gold": 1.1 * _share(small.reshape(-1, 3), hue=88, spread=16, light=(0.5, 0.9), chroma=0.09) * (sure < 0.4),
        "figure": 1.0
        * _share(small[8:40, 16:48].reshape(-1, 3), hue=55, spread=22, light=(0.5, 0.9), chroma=0.03)
        * (sure < 0.5),
    }
    ranked = sorted(scores, key=lambda k: -scores[k])
    return tuple(k for k in ranked if scores[k] > 0.3)[:4] or (ranked[0],)


def _share(points: Array, *, hue: float, spread: float, light: tuple[float, float], chroma: float) -> float:
    angle = np.degrees(np.arctan2(points[:, 2], points[:, 1])) % 360
    near = np.abs((angle - hue + 180) % 360 - 180) < spread
    return float(
        (
            near
            & (points[:, 0] > light[0])
            & (points[:, 0] < light[1])
            & (np.hypot(points[:, 1], points[:, 2]) > chroma)
        ).mean()
    )
