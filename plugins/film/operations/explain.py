"""Findings of a film in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ....core.messages import Catalogue

__all__ = ["explain"]

_SLOW = 0.06  # mean change of a pixel a second, up to which a film's movement is called slow
_DARK, _BRIGHT = 0.35, 0.6  # mean light

MESSAGES = Catalogue(
    {
        "film": (
            "The film lasts {seconds:.1f} s in about {shots} {shots:shot|shots}; its movement is {pace}, its pictures are "
            "{light}, and {sound}.",
            "全片 {seconds:.1f} 秒，约 {shots} 个镜头，运动{pace}，画面{light}，{sound}。",
        ),
        "slow": ("slow", "舒缓"),
        "lively": ("lively", "活跃"),
        "dark": ("dark", "偏暗"),
        "middle": ("of middle light", "适中"),
        "bright": ("bright", "明亮"),
        "silent": ("it is silent", "无声"),
        "loudness": ("its mean loudness is {db:.0f} dB below full scale", "平均响度 {db:.0f} dB"),
    }
)


def explain(findings: Mapping[str, Any], language: str) -> str:
    """A sentence on the findings of `analyze`, in "en" or "zh"."""
    say = MESSAGES.speak(language)
    features = findings["features"]
    light = features["light_mean"]
    return say(
        "film",
        seconds=findings["duration_s"],
        shots=len(findings["cuts_s"]) + 1,
        pace=say("slow" if features["movement_mean"] < _SLOW else "lively"),
        light=say("dark" if light < _DARK else "bright" if light > _BRIGHT else "middle"),
        sound=say("silent") if findings["audio_codec"] is None else say("loudness", db=features["loudness_db"]),
    )
