"""What a language model is shown before it writes: poems in the form, each with its plan, and the theme.

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

__all__ = [
    "PLAN_ENDS",
    "PLAN_OPENS",
    "chinese_prompt",
    "english_prompt",
    "form_prompt",
    "prose_prompt",
    "shown_clauses",
    "shown_lines",
]

#: What stands about a plan, before a poem.
PLAN_OPENS, PLAN_ENDS = "[", "]"

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
    return tuple(line for _, _, poem in _shown("en", _kind(plan)) for line in poem.split("\n"))


def shown_clauses(form: str) -> tuple[str, ...]:
    """The clauses of the Chinese poems that are shown for a form, without marks."""
    return tuple(line.rstrip("，。") for _, _, poem in _shown("zh", form) for line in poem.split("\n"))


def _turns(ask: str, shown: list[list[str]]) -> list[tuple[str, str]]:
    return [(ask.format(title), f"{PLAN_OPENS}{told}{PLAN_ENDS}\n\n{poem}") for title, told, poem in shown]


def english_prompt(model: CausalModel, plan: Plan, theme: str) -> list[int]:
    """The tokens before an English poem."""
    name = {"shakespearean": "sonnet", "petrarchan": "sonnet"}.get(plan.form.name, plan.form.name.replace("-", " "))
    return model.prompt(_turns(f"A {name}: {{}}", _shown("en", _kind(plan))), f"A {name}: {theme}")


def chinese_prompt(model: CausalModel, form: str, theme: str, tune: str = "") -> list[int]:
    """The tokens before a Chinese poem; tune: the name of a ci's tune, or ""."""
    turns = _turns(f"{_CHINESE.get(form, _CHINESE['qijue'])}：{{}}", _shown("zh", form))
    return model.prompt(turns, f"词·{tune}：{theme}" if tune else f"{_CHINESE[form]}：{theme}")


def form_prompt(model: CausalModel, form: str, theme: str) -> list[int]:
    """The tokens before a poem of a form that nothing holds in form: shown are poems alone, without plans."""
    name = "tetrameter" if form == "quatrain" else form
    ask = f"{_CHINESE[form]}：{{}}" if form in _CHINESE else f"A {form}: {{}}"
    shown = _shown("zh" if form in _CHINESE else "en", name)
    return model.prompt([(ask.format(title), poem) for title, _, poem in shown], ask.format(theme))


def prose_prompt(
    model: CausalModel,
    theme: str,
    language: str,
    *,
    length: int,
    author: str = "",
    opening: str = "",
    memory: str = "",
    source: str = "",
) -> list[int]:
    """The tokens before a page of prose, the opening included.

    author: whose manner is asked for; memory: what holds; source: a text that is to be told anew.
    """
    if language == "zh":
        ask = (
            f"把下面的文字改写成约{length}字的散文，内容不变：{source}\n"
            if source
            else f"写一段约{length}字的散文或小说，题目是《{theme}》。"
        )
        ask += f"用{author}的笔法。" if author else ""
        ask += f"其中：{memory}。" if memory else ""
        ask += "只写正文。"
    else:
        ask = (
            f"Tell this anew in about {length} words, and keep what happens: {source}\n"
            if source
            else f"Write a scene of about {length} words. Its theme: {theme}."
        )
        ask += f" Write in the manner of {author}." if author else ""
        ask += f" Keep in mind: {memory}." if memory else ""
        ask += " Begin with the words given, and write" if opening else " Write"
        ask += " nothing but the scene."
    return [*model.prompt((), ask), *model.encode(opening)]
