"""Hands that paint with a master's paint alone: what the registry needs, without importing anything."""

from __future__ import annotations

__all__ = ["ALIASES", "SUMMARIES"]

SUMMARIES = {
    "constable": "wet green, broken lights, great moving clouds",
    "renoir": "feathered touches, warm skin, blue shadows",
    "pissarro": "small woven touches, orchards and boulevards",
    "sisley": "clear air, wide skies, rivers and snow",
    "degas": "dry pastel and thin oil, cut figures, stage light",
    "caravaggio": "one hard light out of the dark",
    "velazquez": "silver greys, few sure touches",
    "hals": "quick open strokes, black in many blacks",
    "chardin": "granular, quiet browns, things at rest",
    "bruegel": "clear flat colours, many small figures",
    "raphael": "even contours, smooth form, clear blue and red",
    "aivazovsky": "transparent waves, glowing air",
    "levitan": "thin autumn light, soft edges",
    "schiele": "broken lines, patched colour on bare ground",
    "shishkin": "firm forest drawing, sunlit trunks",
}

ALIASES: dict[str, tuple[str, ...]] = {
    "constable": ("john-constable", "康斯太勃尔"),
    "renoir": ("pierre-auguste-renoir", "auguste-renoir", "雷诺阿"),
    "pissarro": ("camille-pissarro", "毕沙罗"),
    "sisley": ("alfred-sisley", "西斯莱"),
    "degas": ("edgar-degas", "德加"),
    "caravaggio": ("卡拉瓦乔",),
    "velazquez": ("diego-velazquez", "委拉斯开兹"),
    "hals": ("frans-hals", "哈尔斯"),
    "chardin": ("jean-simeon-chardin", "夏尔丹"),
    "bruegel": ("pieter-bruegel", "pieter-bruegel-the-elder", "勃鲁盖尔"),
    "raphael": ("拉斐尔",),
    "aivazovsky": ("ivan-aivazovsky", "艾瓦佐夫斯基"),
    "levitan": ("isaac-levitan", "列维坦"),
    "schiele": ("egon-schiele", "席勒"),
    "shishkin": ("ivan-shishkin", "希施金"),
}
