"""What both languages share in reading: themes of texts, features for taste."""

from __future__ import annotations

import re
from itertools import pairwise
from statistics import mean, pstdev

from ....core.artwork import Artwork, Text
from ....core.theme import Theme, concepts, mood_of, read_words

__all__ = ["features_of", "theme_of"]

_FIELDS = {
    "water": ("river", "sea", "lake", "rain", "waterfall", "water"),
    "mountain": ("mountain", "stone", "cloud", "mist"),
    "night": ("night", "moon", "star", "dusk"),
    "plants": ("flower", "tree", "forest", "grass", "leaf", "garden", "rose", "lotus", "plum", "bamboo"),
    "animals": ("bird", "horse", "fish", "crane", "goose", "cat", "dog"),
    "people": ("mother", "friend", "child", "king", "lover", "monk", "soldier"),
    "cold": ("snow", "winter"),
    "sorrow": ("death", "homesick", "ruin", "fear"),
    "making": ("music", "poem", "wine", "tea", "lamp"),
}
_EXCERPT = 20_000


def theme_of(artwork: Artwork) -> Theme:
    """Words, images, mood and palette of a text; for Chinese the title and first line are its text."""
    text: Text = artwork.payload
    body = "\n".join(text.lines)[:_EXCERPT]
    title = artwork.title or text.title
    words, images = read_words(f"{title}\n{body}")
    head = title or text.lines[0][:60]
    language = "zh" if text.language == "zh" else "en"
    counted = sorted(images, key=lambda k: -sum(body.lower().count(w) for w in getattr(concepts()[k], language)))
    return Theme(
        text=head,
        words=words[:24],
        language=language,
        images=tuple(counted[:12]),
        mood=mood_of(counted[:12]),
        palette=tuple(dict.fromkeys(concepts()[k].colour for k in counted))[:6],
        source=artwork.id,
    )


def features_of(artwork: Artwork) -> dict[str, float]:
    """Numbers that describe a text, of the same names for all."""
    text: Text = artwork.payload
    lines = [line for line in text.lines if line][:2000]
    body = "\n".join(lines)[:_EXCERPT]
    zh = text.language == "zh"
    units = [c for c in body if "\u3400" <= c <= "\u9fff"] if zh else re.findall(r"[a-z']+", body.lower())
    lengths = [len(re.findall(r"[\u3400-\u9fff]" if zh else r"[A-Za-z']+", line)) for line in lines]
    _, images = read_words(body)
    mood = mood_of(images)
    moods = [mood_of(read_words(line)[1]) for line in lines[:200]]
    bigrams = list(pairwise(units))
    characters = max(1, len(body))
    found = {
        "is_chinese": float(zh),
        "is_prose": float(text.form.startswith("prose")),
        "lines": float(len(lines)),
        "stanzas": float(len(text.stanzas)),
        "words": float(len(units)),
        "line_length": mean(lengths or [0]),
        "line_length_spread": pstdev(lengths) if len(lengths) > 1 else 0.0,
        "richness": len(set(units)) / max(1, len(units)),
        "richness_pairs": len(set(bigrams)) / max(1, len(bigrams)),
        "word_length": mean([len(u) for u in units] or [0]),
        "valence": mood.valence,
        "arousal": mood.arousal,
        "valence_spread": pstdev([m.valence for m in moods]) if len(moods) > 1 else 0.0,
        "mood_turn": moods[-1].valence - moods[0].valence if moods else 0.0,
        "images": len(images) / max(1, len(lines)),
        "questions": sum(body.count(c) for c in "?？") / characters,
        "exclamations": sum(body.count(c) for c in "!！") / characters,
        "commas": sum(body.count(c) for c in ",，、;；") / characters,
        "stops": sum(body.count(c) for c in ".。") / characters,
        "dashes": sum(body.count(c) for c in "-—…") / characters,
        "quotes": sum(body.count(c) for c in "\"“”'‘’「」") / characters,
        "first_person": sum(u in ("i", "me", "my", "mine", "我", "吾", "余") for u in units) / max(1, len(units)),
        "second_person": sum(u in ("you", "your", "thou", "thee", "thy", "君", "你", "汝") for u in units)
        / max(1, len(units)),
        "negations": sum(u in ("not", "no", "never", "nor", "不", "无", "未", "莫") for u in units)
        / max(1, len(units)),
        "repeated_openings": 1 - len({line[:1] for line in lines}) / max(1, len(lines)),
    }
    for name, keys in _FIELDS.items():
        found[f"image_{name}"] = float(sum(k in images for k in keys))
    return {k: round(float(v), 6) for k, v in found.items()}
