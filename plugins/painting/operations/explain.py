"""The findings of a picture as a short lesson, in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ....core.messages import Catalogue, Speaker, same_words
from ....core.originality import Originality
from ..eye.photographs import UNSURE

__all__ = ["explain"]

_WARM = 0.15  # share of chroma on one side from which a picture is called warm or cool
_PARALLEL, _SINGLE = (
    0.58,
    0.45,
)  # coherence from which strokes run along one another, and to which each goes its own way
_CENTRED = 0.03  # how far the weight may lie from the middle
_SEEN = 0.0005  # share of the area from which damage of a kind is told
_AGED = 0.3  # from which varnish and fading are told

MESSAGES = Catalogue(
    {
        "share": ("{name} ({share:.0%})", "{name}（{share:.0%}）"),
        "colour": (
            "Colour. The colours that one sees first are {colours}. The hues make {article} {scheme} scheme, {warmth} on the whole.",
            "",
        ),
        "colour zh": ("", "色彩：先看见的是{colours}，属{scheme}配色，整体{warmth}。"),
        "warm": ("warm", "偏暖"),
        "cool": ("cool", "偏冷"),
        "between warm and cool": ("between warm and cool", "冷暖平衡"),
        "values": (
            "Values. The picture is in a {tone} key: half of it is lighter than {median:.2f} (0 black, 1 white), most lies "
            "between {low:.2f} and {high:.2f}. {dark:.0%} is dark and {light:.0%} light. Squint at it: these big masses carry "
            "the picture before any detail does.",
            "",
        ),
        "values zh": (
            "",
            "明暗：{tone}，多数在 {low:.2f} 到 {high:.2f} 之间（0 为黑，1 为白）；暗部占 {dark:.0%}，亮部占 {light:.0%}。"
            "眯眼看，先看见的是这几块大的明暗。",
        ),
        "composition": (
            "Composition. The eye goes to a point {x:.0%} from the left and {y:.0%} from the top, {thirds}. {build}",
            "构图：视线落在距左 {x:.0%}、距上 {y:.0%} 处，{thirds}。{build}",
        ),
        "near thirds": ("close to a crossing of thirds", "接近三分点"),
        "off thirds": ("away from the crossings of thirds", "不在三分点上"),
        "level edge": (
            "A horizon or other level edge parts the picture at {height:.0%} of its height",
            "画面在 {height:.0%} 高处有水平分界",
        ),
        "symmetric": ("left and right answer each other", "左右呼应"),
        "centred": ("the weight lies in the middle", "重心居中"),
        "to the right": ("the weight leans to the right", "重心偏右"),
        "to the left": ("the weight leans to the left", "重心偏左"),
        "brushwork": (
            "Brushwork. It reads as {words}; strokes run {direction} most of all{order}.",
            "",
        ),
        "brushwork zh": ("", "笔触：{words}；以{direction}为主。"),
        "parallel": (", parallel to one another", ""),
        "each its own way": (", each its own way", ""),
        "a photograph": (
            "Kind. This is a photograph, as it seems ({share:.0%}): movement and hand below are only what it comes nearest to.",
            "种类：看来是照片（{share:.0%}）；下面的流派与手法只是最接近者。",
        ),
        "not sure": (
            "Kind. It is not sure whether this is a painting or a photograph.",
            "种类：难以断定是画作还是照片。",
        ),
        "movement": ("Movement. {surely} {name}{second}.{about}", ""),
        "movement zh": ("", "流派：{surely} {name}（{probability:.0%}）。{about}"),
        "very likely": ("This is very likely", "很可能是"),
        "looks like": ("This looks like", "看来像"),
        "hard to place": ("It is hard to place; the best guess is", "难以归类，最接近"),
        "second": (" ({name} comes next with {probability:.0%})", ""),
        "look for": (" Look for {marks}.", "可注意：{marks}。"),
        "artist": (
            "Hand. Of the artists the eye knows, it is nearest to {names}.",
            "手法：在所知画家中最接近 {names}。",
        ),
        "relatives": ("Relatives. To the eye it is most like {work}.", ""),
        "relatives zh": ("", "相近作品：{artist}《{title}》。"),
        "mood": ("Mood. Its light and colour feel {light} and {pace}.", "情绪：{light}，{pace}。"),
        "bright": ("bright", "明朗"),
        "sombre": ("sombre", "沉郁"),
        "balanced": ("balanced", "平和"),
        "lively": ("lively", "活跃"),
        "calm": ("calm", "宁静"),
        "steady": ("steady", "稳定"),
        "condition": ("Condition. {damage}{aged}.", "保存状况：{damage}{aged}。"),
        "possible": ("Possible {kinds}", "可能有{kinds}"),
        "damage": ("{kind} ({share:.1%} of the area)", "{kind}（{share:.1%}）"),
        "undamaged": ("No cracks, scratches or losses stand out", "未见明显裂纹、划痕或缺损"),
        "varnished": ("; the lights are yellow, as under old varnish", "；亮部发黄，似有旧光油"),
        "faded": ("; darks and colours look faded", "；暗部与色彩似已褪"),
        "same as": ("", "独创：与《{name}》相同{percentile}。"),
        "nearest to": ("", "独创：构图最接近 {name}（距离 {distance:.2f}）{percentile}。"),
        "more original than": ("", "；比 {percentile:.0f}% 的真实画作更独特"),
        **{
            f"marks of {movement}": marks
            for movement, marks in {
                "Impressionism": (
                    "broken strokes, coloured shadows and the light of one moment",
                    "笔触断续，阴影有色，捕捉瞬间的光",
                ),
                "Baroque": (
                    "strong light against dark, warm browns and movement in depth",
                    "明暗对比强烈，暖褐色调，纵深中有动势",
                ),
                "Rococo": (
                    "light pastel colours, soft edges and graceful curves",
                    "色彩轻柔粉嫩，边缘柔和，曲线优雅",
                ),
                "Ukiyo-e": ("flat colour, clear contour lines and empty ground", "平涂色块，轮廓线清晰，留有空白"),
                "Naive Art (Primitivism)": (
                    "simple forms, frontal figures and clear local colours",
                    "形体单纯，人物正面，固有色鲜明",
                ),
                "Pointillism": ("small separate dots of pure colour that mix in the eye", "纯色小点并置，由眼睛混合"),
                "High Renaissance": (
                    "balanced order, modelled forms and soft transitions",
                    "构图均衡，形体饱满，过渡柔和",
                ),
                "Cubism": (
                    "forms broken into planes, sober colours and shallow space",
                    "形体分解为块面，色彩克制，空间浅",
                ),
            }.items()
        },
        **same_words(
            {
                **{"neutral": "无彩", "monochrome": "单色", "analogous": "邻近色", "complementary": "互补色"},
                **{"split complementary": "分裂互补色", "triadic": "三色", "many hues": "多色"},
                **{"high": "高调", "middle": "中调", "low": "低调"},
                **{"smooth": "平滑", "broken": "断续", "flowing": "流动", "restless": "躁动"},
                **{"outlined": "有轮廓线", "fine": "细", "broad": "宽", "even": "匀称"},
                **{"flat": "横向", "upright": "竖向", "rising": "上升斜线", "falling": "下降斜线"},
                **{"cracks": "裂纹", "scratches": "划痕", "losses": "缺损"},
            }
        ),
    }
)


def explain(findings: Mapping[str, Any], language: str = "en") -> str:
    """The findings of `analyze` as lines, in "en" or "zh"."""
    return "\n".join(_lines(findings, MESSAGES.speak(language)))


def _lines(f: Mapping[str, Any], say: Speaker) -> Iterator[str]:
    yield _tell_colour(f, say)
    yield _tell_values(f["values"], say)
    yield _tell_composition(f["composition"], say)
    yield _tell_brushwork(f["brushwork"], f["composition"]["directions"], say)
    photograph = f["photograph"]
    if photograph is not None and photograph > UNSURE[0]:
        yield say("not sure") if photograph < UNSURE[1] else say("a photograph", share=photograph)
    if f["movement"]:
        yield _tell_movement(f["movement"], say)
    if f["artist"]:
        names = say.joined(say("share", name=a["name"], share=a["probability"]) for a in f["artist"][:3])
        yield say("artist", names=names)
    if f["nearest_works"]:
        yield _tell_relative(f["nearest_works"][0], say)
    if f["originality"]:
        yield _tell_originality(Originality.from_dict(f["originality"]), say)
    mood = f["mood"]
    yield say(
        "mood",
        light=say(_sided(mood["valence"], 0.2, "bright", "sombre", "balanced")),
        pace=say(_sided(mood["arousal"], 0.15, "lively", "calm", "steady")),
    )
    if "damage" in f:
        yield _tell_damage(f["damage"], say)


def _sided(value: float, limit: float, above: str, below: str, between: str) -> str:
    return above if value > limit else below if value < -limit else between


def _in_language(key: str, say: Speaker) -> str:
    """The key of a sentence that tells other things in Chinese."""
    return f"{key} zh" if say.is_chinese else key


def _tell_colour(f: Mapping[str, Any], say: Speaker) -> str:
    name = "name_zh" if say.is_chinese else "name"
    scheme = f["harmony"]["scheme"]
    article = {} if say.is_chinese else {"article": "an" if scheme[0] in "aeiou" else "a"}
    return say(
        _in_language("colour", say),
        colours=say.joined(say("share", name=c[name], share=c["share"]) for c in f["first_seen"]),
        scheme=say(scheme),
        warmth=say(_sided(f["harmony"]["warm"], _WARM, "warm", "cool", "between warm and cool")),
        **article,
    )


def _tell_values(values: Mapping[str, Any], say: Speaker) -> str:
    low, high = values["range"]
    median = {} if say.is_chinese else {"median": values["median"]}
    return say(
        _in_language("values", say),
        tone=say(values["key"]),
        low=low,
        high=high,
        dark=values["dark_share"],
        light=values["light_share"],
        **median,
    )


def _tell_composition(built: Mapping[str, Any], say: Speaker) -> str:
    build = [say("level edge", height=built["horizon"])] if built["horizon"] is not None else []
    if built["symmetry"] > 0.6:
        build.append(say("symmetric"))
    build.append(say(_sided(built["balance"][0] - 0.5, _CENTRED, "to the right", "to the left", "centred")))
    text = "，".join(build) + "。" if say.is_chinese else "; ".join(build) + "."
    x, y = built["focus"]
    thirds = say("near thirds" if built["thirds"] > 0.6 else "off thirds")
    return say("composition", x=x, y=y, thirds=thirds, build=text[0].upper() + text[1:])


def _tell_brushwork(brush: Mapping[str, Any], directions: Mapping[str, float], say: Speaker) -> str:
    coherence = brush["coherence"]
    order = "parallel" if coherence > _PARALLEL else "each its own way" if coherence < _SINGLE else ""
    return say(
        _in_language("brushwork", say),
        words=say.joined(map(say, brush["manner"])),
        direction=say(max(directions, key=directions.__getitem__)),
        **({} if say.is_chinese else {"order": say(order) if order else ""}),
    )


def _tell_movement(ranked: list[Mapping[str, Any]], say: Speaker) -> str:
    first = ranked[0]
    name, probability = first["name"], first["probability"]
    surely = say("very likely" if probability > 0.9 else "looks like" if probability > 0.6 else "hard to place")
    marks = f"marks of {name}"
    about = say("look for", marks=say(marks)) if marks in say else ""
    if say.is_chinese:
        return say("movement zh", surely=surely, name=name, probability=probability, about=about)
    second = say("second", name=ranked[1]["name"], probability=ranked[1]["probability"]) if len(ranked) > 1 else ""
    return say("movement", surely=surely, name=name, second=second, about=about)


def _tell_relative(row: Mapping[str, Any], say: Speaker) -> str:
    if say.is_chinese:
        return say("relatives zh", artist=row.get("artist", ""), title=row.get("title", ""))
    title = f"“{row['title']}”" if row.get("title") else "a work"
    return say("relatives", work=title + (f" by {row['artist']}" if row.get("artist") else ""))


def _tell_originality(report: Originality, say: Speaker) -> str:
    if not say.is_chinese:
        told = report.tell()
        return f"Originality. {told[:1].upper()}{told[1:]}."
    near = report.nearest[0]
    percentile = "" if report.percentile is None else say("more original than", percentile=report.percentile)
    if report.copied:
        return say("same as", name=near.name, percentile=percentile)
    return say("nearest to", name=near.name, distance=near.distance, percentile=percentile)


def _tell_damage(damage: Mapping[str, Any], say: Speaker) -> str:
    kinds = [say("damage", kind=say(k), share=v) for k, v in damage["kinds"].items() if v >= _SEEN]
    aged = [key for key, found in (("varnished", damage["varnish"]), ("faded", damage["fading"])) if found > _AGED]
    return say(
        "condition",
        damage=say("possible", kinds=say.joined(kinds)) if kinds else say("undamaged"),
        aged="".join(map(say, aged)),
    )
