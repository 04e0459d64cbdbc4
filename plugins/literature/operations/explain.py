"""What was found in a text, in sentences."""

from __future__ import annotations

from typing import Any

from ....core.artwork import Text
from ....core.messages import Catalogue
from ....core.originality import Originality
from ..models.poet.languages import WRITTEN

__all__ = ["explain"]

MESSAGES = Catalogue(
    {
        "originality": ("Originality: {told}.", ""),
        "same as": ("", "与{name}雷同"),
        "same as, shared": ("", "与{name}雷同，{share:.0f}%见于其中"),
        "longest run": ("", "与{source}最长相同{length}{unit}"),
        "no run": ("", "与{compared}篇已知作品无相同的四{unit}"),
        "newer than": ("", "比{percentile:.0f}%的真人{works}更新"),
        "all": ("", "新旧：{parts}。"),
        "poems": ("poems", "诗词"),
        "pages": ("pages", "文章"),
        "works": ("works", "作品"),
        "characters": ("characters", "字"),
        "words": ("words", "词"),
    }
)


def explain(text: Text, findings: dict[str, Any], report: Originality | None, language: str) -> str:
    """A lesson on the text in "en" or "zh", with how near it is to known works."""
    if text.language not in WRITTEN:
        return str(findings["remark"])
    told = tell_originality(report, language) if report is not None else ""
    return "\n".join(filter(None, (WRITTEN[text.language].explain(text, findings, language), told)))


def tell_originality(report: Originality, language: str) -> str:
    """The report as a sentence in "en" or "zh"."""
    say = MESSAGES.speak(language)
    if not say.is_chinese:
        return say("originality", told=report.tell())
    unit = say(report.unit) if report.unit in say else report.unit
    parts = []
    if report.copied and report.nearest:
        name = report.nearest[0].name
        shared = say("same as, shared", name=name, share=100 * report.share) if report.share else ""
        parts.append(shared or say("same as", name=name))
    run = report.longest_copy
    if run is not None:
        parts.append(say("longest run", source=run.source, length=run.length, unit=unit))
    else:
        parts.append(say("no run", compared=report.compared, unit=unit))
    if report.percentile is not None:
        works = say(report.noun if report.noun in say else "works")
        parts.append(say("newer than", percentile=report.percentile, works=works))
    return say("all", parts="；".join(parts))
