"""Titles, first lines, images and plots for a theme by any language model: shown three of a kind, it writes the fourth."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ....core.pretrained.causal import CausalModel
from ....core.transformer.sampling import draw

__all__ = ["KINDS", "draw_ideas"]

KINDS = ("title", "first line", "image", "plot")
LONGEST = {"title": 14, "first line": 24, "image": 28, "plot": 90}
TEMPERATURE, MIN_P = 0.9, 0.06


@lru_cache(maxsize=1)
def _asks() -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = json.loads(
        (Path(__file__).parent / "data" / "ideas.json").read_text("utf-8")
    )
    return found


def draw_ideas(
    model: CausalModel, kind: str, theme: str, language: str, number: int, rng: np.random.Generator
) -> list[str]:
    """Different ideas of a kind, at most `number`; those that broke off are left out while there are others.

    kind: one of `KINDS`; language: "en" or "zh".
    """
    ask = _asks()[language][kind]
    turns = [(ask["ask"].format(title), idea) for title, idea in ask["shown"]]
    shown = {idea for _, idea in turns}
    batch = model.read(model.prompt(turns, ask["ask"].format(theme))).take([0] * (number + 2))
    said: list[list[int]] = [[] for _ in range(number + 2)]
    living = list(range(number + 2))
    whole: dict[str, bool] = {}
    for step in range(LONGEST[kind]):
        tokens = draw(batch.log_p, rng, temperature=TEMPERATURE, min_p=MIN_P).tolist()
        going = []
        for row, (of, token) in enumerate(zip(living, tokens, strict=True)):
            said[of].append(token)
            text = model.decode(said[of])
            ends = token in model.ends or "\n" in text.lstrip()
            if ends or step + 1 == LONGEST[kind]:
                found = text.strip().partition("\n")[0].strip(" \"'“”《》")
                whole[found] = ends or whole.get(found, False)
            else:
                going.append(row)
        if not going:
            break
        living = [living[row] for row in going]
        batch = batch.take(going).step([tokens[row] for row in going])
    good = [text for text in whole if any(map(str.isalnum, text)) and text not in shown]
    return sorted(good, key=lambda text: not whole[text])[:number]
