"""The analysis of a picture: everything that `reading` measures and the eye names, explained in English or Chinese, and
drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.originality import Originality
from ....core.progress import Progress, Silent
from ..eye.model import Eye, Sight
from ..mending.damage import find_damage
from .brushwork import Hand, measure, to_lab
from .colours import find_composition, find_harmony, find_mood, find_palette, find_values

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["analyze_picture", "draw_analysis", "explain"]


def analyze_picture(
    picture: Image,
    sight: Sight,
    eye: Eye,
    original: Originality | None,
    *,
    damage: bool = True,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Findings as plain JSON: size, palette, harmony, values, composition, brushwork, mood, movement, artist, genre,
    nearest_works, originality, damage. What each figure means: docs/media/painting.md."""
    progress = progress or Silent()
    lab = to_lab(picture)
    progress.update(0.3, "measuring")
    hand = measure(lab)
    harmony = find_harmony(lab)
    mood = find_mood(lab, hand, harmony["warm"])
    findings: dict[str, Any] = {
        "size": list(picture.size),
        "palette": [s.to_dict() for s in find_palette(lab)],
        "harmony": harmony,
        "values": find_values(lab),
        "composition": find_composition(lab),
        "brushwork": {**hand.to_dict(), "manner": name_manner(hand)},
        "mood": {"valence": round(mood.valence, 3), "arousal": round(mood.arousal, 3)},
        "movement": sight.ranked("movement"),
        "artist": sight.ranked("hand") or sight.ranked("artist"),
        "genre": sight.ranked("genre"),
        "nearest_works": eye.nearest(sight, 3),
        "originality": original.to_dict() if original else None,
    }
    if damage:
        progress.update(0.6, "looking for damage")
        found = find_damage(np.asarray(picture, np.float32) / 255)
        findings["damage"] = found.to_dict()
    return findings


def name_manner(hand: Hand) -> list[str]:
    """Words for the brushwork: "smooth", "broken", "flowing", "restless", "outlined", "fine", "broad"."""
    words = []
    if hand.fine < 0.028:
        words.append("smooth")
    elif hand.fine > 0.055:
        words.append("broken")
    if hand.coherence > 0.60:
        words.append("flowing")
    elif hand.coherence < 0.43:
        words.append("restless")
    if hand.contour > 0.012:
        words.append("outlined")
    if hand.width < 3.0:
        words.append("fine")
    elif hand.width > 5.4:
        words.append("broad")
    return words or ["even"]


_MOVEMENTS: Mapping[str, tuple[str, str]] = {
    "Impressionism": (
        "broken strokes, coloured shadows and the light of one moment",
        "笔触断续，阴影有色，捕捉瞬间的光",
    ),
    "Baroque": ("strong light against dark, warm browns and movement in depth", "明暗对比强烈，暖褐色调，纵深中有动势"),
    "Rococo": ("light pastel colours, soft edges and graceful curves", "色彩轻柔粉嫩，边缘柔和，曲线优雅"),
    "Ukiyo-e": ("flat colour, clear contour lines and empty ground", "平涂色块，轮廓线清晰，留有空白"),
    "Naive Art (Primitivism)": (
        "simple forms, frontal figures and clear local colours",
        "形体单纯，人物正面，固有色鲜明",
    ),
    "Pointillism": ("small separate dots of pure colour that mix in the eye", "纯色小点并置，由眼睛混合"),
    "High Renaissance": ("balanced order, modelled forms and soft transitions", "构图均衡，形体饱满，过渡柔和"),
    "Cubism": ("forms broken into planes, sober colours and shallow space", "形体分解为块面，色彩克制，空间浅"),
}
_ZH = {
    "neutral": "无彩",
    "monochrome": "单色",
    "analogous": "邻近色",
    "complementary": "互补色",
    "split complementary": "分裂互补色",
    "triadic": "三色",
    "many hues": "多色",
    "high": "高调",
    "middle": "中调",
    "low": "低调",
    "smooth": "平滑",
    "broken": "断续",
    "flowing": "流动",
    "restless": "躁动",
    "outlined": "有轮廓线",
    "fine": "细",
    "broad": "宽",
    "even": "匀称",
    "flat": "横向",
    "upright": "竖向",
    "rising": "上升斜线",
    "falling": "下降斜线",
    "portrait": "肖像",
    "landscape": "风景",
    "still life": "静物",
    "marine": "海景",
    "cracks": "裂纹",
    "scratches": "划痕",
    "losses": "缺损",
}


def explain(findings: Mapping[str, Any], language: str = "en") -> str:
    """The findings as a short lesson, in "en" or "zh"."""
    return "\n".join(_chinese(findings) if language == "zh" else _english(findings))


def _english(f: Mapping[str, Any]) -> list[str]:
    colours = ", ".join(f"{c['name']} ({c['share']:.0%})" for c in f["palette"][:4])
    warm = f["harmony"]["warm"]
    values, built, brush = f["values"], f["composition"], f["brushwork"]
    lines = [
        f"Colour. The main colours are {colours}. The hues make "
        f"{'an' if f['harmony']['scheme'][0] in 'aeiou' else 'a'} {f['harmony']['scheme']} scheme, "
        f"{'warm' if warm > 0.15 else 'cool' if warm < -0.15 else 'between warm and cool'} on the whole.",
        f"Values. The picture is in a {values['key']} key: half of it is lighter than {values['median']:.2f} "
        f"(0 black, 1 white), most lies between "
        f"{values['range'][0]:.2f} and {values['range'][1]:.2f}. {values['dark_share']:.0%} is dark and "
        f"{values['light_share']:.0%} light. "
        "Squint at it: these big masses carry the picture before any detail does.",
        f"Composition. The eye goes to a point {built['focus'][0]:.0%} from the left and "
        f"{built['focus'][1]:.0%} from the top, "
        f"{'close to a crossing of thirds' if built['thirds'] > 0.6 else 'away from the crossings of thirds'}. "
        + _english_build(built),
        f"Brushwork. It reads as {', '.join(brush['manner'])}; strokes run {_strongest(built['directions'])} "
        f"most of all"
        f"{', parallel to one another' if brush['coherence'] > 0.58 else ', each its own way' if brush['coherence'] < 0.45 else ''}.",
    ]
    if f["movement"]:
        first = f["movement"][0]
        about = _MOVEMENTS.get(first["name"])
        second = (
            f" ({f['movement'][1]['name']} comes next with {f['movement'][1]['probability']:.0%})"
            if len(f["movement"]) > 1
            else ""
        )
        lines.append(
            f"Movement. {_sure_en(first['probability'])} {first['name']}{second}."
            + (f" Look for {about[0]}." if about else "")
        )
    if f["artist"]:
        lines.append(
            "Hand. Of the artists the eye knows, it is nearest to "
            + ", ".join(f"{a['name']} ({a['probability']:.0%})" for a in f["artist"][:3])
            + "."
        )
    if f["nearest_works"]:
        near = f["nearest_works"][0]
        lines.append(f"Relatives. To the eye it is most like {_work(near)}.")
    if f["originality"]:
        told = Originality.from_dict(f["originality"]).tell()
        lines.append(f"Originality. {told[:1].upper()}{told[1:]}.")
    mood = f["mood"]
    lines.append(
        f"Mood. Its light and colour feel "
        f"{'bright' if mood['valence'] > 0.2 else 'sombre' if mood['valence'] < -0.2 else 'balanced'} and "
        f"{'lively' if mood['arousal'] > 0.15 else 'calm' if mood['arousal'] < -0.15 else 'steady'}."
    )
    if "damage" in f:
        lines.append("Condition. " + _english_damage(f["damage"]))
    return lines


def _english_build(built: Mapping[str, Any]) -> str:
    parts = []
    if built["horizon"] is not None:
        parts.append(f"A horizon or other level edge parts the picture at {built['horizon']:.0%} of its height")
    if built["symmetry"] > 0.6:
        parts.append("left and right answer each other")
    left = built["balance"][0] - 0.5
    parts.append(
        "the weight lies in the middle"
        if abs(left) < 0.03
        else f"the weight leans to the {'right' if left > 0 else 'left'}"
    )
    text = "; ".join(parts)
    return text[0].upper() + text[1:] + "."


def _english_damage(damage: Mapping[str, Any]) -> str:
    kinds = ", ".join(f"{k} ({v:.1%} of the area)" for k, v in damage["kinds"].items() if v >= 0.0005)
    parts = [f"Possible {kinds}" if kinds else "No cracks, scratches or losses stand out"]
    if damage["varnish"] > 0.3:
        parts.append("the lights are yellow, as under old varnish")
    if damage["fading"] > 0.3:
        parts.append("darks and colours look faded")
    return "; ".join(parts) + "."


def _strongest(directions: Mapping[str, float]) -> str:
    return max(directions, key=directions.__getitem__)


def _sure_en(p: float) -> str:
    return (
        "This is very likely" if p > 0.9 else "This looks like" if p > 0.6 else "It is hard to place; the best guess is"
    )


def _work(row: Mapping[str, Any]) -> str:
    title = f"“{row['title']}”" if row.get("title") else "a work"
    return title + (f" by {row['artist']}" if row.get("artist") else "")


def _chinese_originality(report: Originality) -> str:
    name = report.nearest[0].name
    text = (
        f"独创：与《{name}》相同"
        if report.copied
        else f"独创：构图最接近 {name}（距离 {report.nearest[0].distance:.2f}）"
    )
    if report.percentile is not None:
        text += f"；比 {report.percentile:.0f}% 的真实画作更独特"
    return text + "。"


def _chinese(f: Mapping[str, Any]) -> list[str]:
    colours = "、".join(f"{c['name_zh']}（{c['share']:.0%}）" for c in f["palette"][:4])
    warm = f["harmony"]["warm"]
    values, built, brush = f["values"], f["composition"], f["brushwork"]
    lines = [
        f"色彩：主要颜色为{colours}，属{_ZH[f['harmony']['scheme']]}配色，整体{'偏暖' if warm > 0.15 else '偏冷' if warm < -0.15 else '冷暖平衡'}。",
        f"明暗：{_ZH[values['key']]}，多数在 {values['range'][0]:.2f} 到 {values['range'][1]:.2f} 之间（0 "
        f"为黑，1 为白）；暗部占 {values['dark_share']:.0%}，"
        f"亮部占 {values['light_share']:.0%}。眯眼看，先看见的是这几块大的明暗。",
        f"构图：视线落在距左 {built['focus'][0]:.0%}、距上 {built['focus'][1]:.0%} "
        f"处，{'接近三分点' if built['thirds'] > 0.6 else '不在三分点上'}。" + _chinese_build(built),
        f"笔触：{'、'.join(_ZH[w] for w in brush['manner'])}；以{_ZH[_strongest(built['directions'])]}为主。",
    ]
    if f["movement"]:
        first = f["movement"][0]
        about = _MOVEMENTS.get(first["name"])
        lines.append(
            f"流派：{'很可能是' if first['probability'] > 0.9 else '看来像' if first['probability'] > 0.6 else '难以归类，最接近'} "
            f"{first['name']}"
            f"（{first['probability']:.0%}）。" + (f"可注意：{about[1]}。" if about else "")
        )
    if f["artist"]:
        lines.append(
            "手法：在所知画家中最接近 "
            + "、".join(f"{a['name']}（{a['probability']:.0%}）" for a in f["artist"][:3])
            + "。"
        )
    if f["nearest_works"]:
        near = f["nearest_works"][0]
        lines.append(f"相近作品：{near.get('artist', '')}《{near.get('title', '')}》。")
    if f["originality"]:
        lines.append(_chinese_originality(Originality.from_dict(f["originality"])))
    mood = f["mood"]
    lines.append(
        f"情绪：{'明朗' if mood['valence'] > 0.2 else '沉郁' if mood['valence'] < -0.2 else '平和'}，"
        f"{'活跃' if mood['arousal'] > 0.15 else '宁静' if mood['arousal'] < -0.15 else '稳定'}。"
    )
    if "damage" in f:
        kinds = "、".join(f"{_ZH[k]}（{v:.1%}）" for k, v in f["damage"]["kinds"].items() if v >= 0.0005)
        aged = ("；亮部发黄，似有旧光油" if f["damage"]["varnish"] > 0.3 else "") + (
            "；暗部与色彩似已褪" if f["damage"]["fading"] > 0.3 else ""
        )
        lines.append(f"保存状况：{'可能有' + kinds if kinds else '未见明显裂纹、划痕或缺损'}{aged}。")
    return lines


def _chinese_build(built: Mapping[str, Any]) -> str:
    parts = []
    if built["horizon"] is not None:
        parts.append(f"画面在 {built['horizon']:.0%} 高处有水平分界")
    if built["symmetry"] > 0.6:
        parts.append("左右呼应")
    left = built["balance"][0] - 0.5
    parts.append("重心居中" if abs(left) < 0.03 else f"重心偏{'右' if left > 0 else '左'}")
    return "，".join(parts) + "。"


def draw_analysis(picture: Image, findings: Mapping[str, Any], *, language: str = "en") -> Image:
    """The picture with thirds, focus, horizon, balance and stroke directions drawn over it, and the palette, values and
    names below.
    """
    from .sheet import draw

    return draw(picture, findings, language)
