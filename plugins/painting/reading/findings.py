"""The findings of a picture: all that can be measured in it and that the eye names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.originality import Originality
from ....core.progress import Progress, Silent
from ..eye.model import Eye, Sight
from ..mending.damage import find_damage
from .brushwork import Brushwork, measure, to_lab
from .colours import find_first_seen, find_harmony, find_palette
from .composition import find_composition, find_values
from .theme import find_mood

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["analyze_picture"]


def analyze_picture(
    picture: Image,
    sight: Sight,
    eye: Eye,
    original: Originality | None,
    *,
    damage: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Findings as plain JSON: size, palette, first_seen, harmony, values, composition, brushwork, mood, photograph, movement, artist, genre,
    nearest_works, originality, damage. What each figure means: docs/media/painting.md."""
    progress = progress or Silent()
    lab = to_lab(picture)
    progress.update(0.3, "measuring")
    brushwork = measure(lab)
    harmony = find_harmony(lab)
    mood = find_mood(lab, brushwork, harmony["warm"])
    findings: dict[str, Any] = {
        "size": list(picture.size),
        "palette": [s.to_dict() for s in find_palette(lab)],
        "first_seen": [s.to_dict() for s in find_first_seen(lab)],
        "harmony": harmony,
        "values": find_values(lab),
        "composition": find_composition(lab),
        "brushwork": {**brushwork.to_dict(), "manner": describe_brushwork(brushwork)},
        "mood": {"valence": round(mood.valence, 3), "arousal": round(mood.arousal, 3)},
        "photograph": None if sight.photograph is None else round(sight.photograph, 3),
        "movement": sight.ranked("movement"),
        "artist": sight.ranked("hand") or sight.ranked("artist"),
        "genre": sight.ranked("genre"),
        "nearest_works": eye.nearest(sight, 3),
        "originality": original.to_dict() if original else None,
    }
    if damage:
        progress.update(0.6, "looking for damage")
        findings["damage"] = find_damage(np.asarray(picture, np.float32) / 255).to_dict()
    return findings


def describe_brushwork(brushwork: Brushwork) -> list[str]:
    """Words for the brushwork: "smooth", "broken", "flowing", "restless", "outlined", "fine", "broad"."""
    words = []
    if brushwork.fine < 0.028:
        words.append("smooth")
    elif brushwork.fine > 0.055:
        words.append("broken")
    if brushwork.coherence > 0.60:
        words.append("flowing")
    elif brushwork.coherence < 0.43:
        words.append("restless")
    if brushwork.contour > 0.012:
        words.append("outlined")
    if brushwork.width < 3.0:
        words.append("fine")
    elif brushwork.width > 5.4:
        words.append("broad")
    return words or ["even"]
