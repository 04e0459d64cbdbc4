"""What a language model is shown before it writes: poems in the form, and the theme.

Three poems in the form say more than a request: what a request says leaks into the poem. The English ones were written
for this; the Chinese ones are of the Tang (王之涣, 刘长卿, 孟浩然, 王昌龄, 杜牧, 李商隐, 王维, 杜甫).
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from ....core.pretrained.causal import CausalModel
from ..english.forms import Plan

__all__ = ["chinese_prompt", "english_prompt", "prose_prompt", "shown_lines"]

_CHINESE = {"wujue": "五言绝句", "qijue": "七言绝句", "wulv": "五言律诗", "qilv": "七言律诗"}
_LIKE = {"ballad": "tetrameter", "petrarchan": "sonnet", "shakespearean": "sonnet", "couplets": "quatrain"}


@lru_cache(maxsize=1)
def _examples() -> dict[str, dict[str, list[list[str]]]]:
    found: Any = json.loads((Path(__file__).parent / "data" / "examples.json").read_text("utf-8"))
    return dict(found)


def _shown(language: str, kind: str) -> list[list[str]]:
    every = _examples()[language]
    return every.get(kind) or every["quatrain" if language == "en" else "qijue"]


def _kind(plan: Plan) -> str:
    name = plan.form.name
    return "tetrameter" if name == "quatrain" and plan.form.metres[0] == "tetrameter" else _LIKE.get(name, name)


def shown_lines(plan: Plan) -> tuple[str, ...]:
    """The lines of the poems that are shown for a plan: what a new poem must not say again."""
    return tuple(line for _, poem in _shown("en", _kind(plan)) for line in poem.split("\n"))


def english_prompt(model: CausalModel, plan: Plan, theme: str) -> list[int]:
    """The tokens before an English poem."""
    name = {"shakespearean": "sonnet", "petrarchan": "sonnet"}.get(plan.form.name, plan.form.name.replace("-", " "))
    turns = [(f"A {name}: {title}", poem) for title, poem in _shown("en", _kind(plan))]
    return model.prompt(turns, f"A {name}: {theme}")


def chinese_prompt(model: CausalModel, form: str, theme: str, tune: str = "") -> list[int]:
    """The tokens before a Chinese poem; tune: the name of a ci's tune, or ""."""
    turns = [(f"{_CHINESE.get(form, _CHINESE['qijue'])}：{title}", poem) for title, poem in _shown("zh", form)]
    return model.prompt(turns, f"词·{tune}：{theme}" if tune else f"{_CHINESE[form]}：{theme}")


def prose_prompt(
    model: CausalModel, theme: str, language: str, *, length: int, author: str = "", opening: str = "", memory: str = ""
) -> list[int]:
    """The tokens before a page of prose, the opening included. author: whose manner is asked for; memory: what holds."""
    if language == "zh":
        ask = f"写一段约{length}字的散文或小说，题目是《{theme}》。" + (f"用{author}的笔法。" if author else "")
        ask += f"其中：{memory}。" if memory else ""
    else:
        ask = f"Write a scene of about {length} words. Its theme: {theme}."
        ask += f" Write in the manner of {author}." if author else ""
        ask += f" Keep in mind: {memory}." if memory else ""
    ask += (
        (" Begin with the words given, and write nothing but the scene." if language == "en" else "只写正文。")
        if (opening)
        else (" Write nothing but the scene." if language == "en" else "只写正文。")
    )
    return [*model.prompt((), ask), *model.encode(opening)]
