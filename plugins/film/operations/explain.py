"""Findings of a film in sentences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["explain"]

_SLOW = 0.06  # mean change of a pixel a second, up to which a film's movement is called slow
_DARK, _BRIGHT = 0.35, 0.6  # mean light

_SENTENCES = {
    "en": "The film lasts {seconds:.1f} s in about {shots} shots; its movement is {pace}, its pictures are {light}, and {sound}.",
    "zh": "全片 {seconds:.1f} 秒，约 {shots} 个镜头，运动{pace}，画面{light}，{sound}。",
}
_WORDS = {
    "slow": {"en": "slow", "zh": "舒缓"},
    "lively": {"en": "lively", "zh": "活跃"},
    "dark": {"en": "dark", "zh": "偏暗"},
    "middle": {"en": "of middle light", "zh": "适中"},
    "bright": {"en": "bright", "zh": "明亮"},
    "silent": {"en": "it is silent", "zh": "无声"},
    "loud": {"en": "its mean loudness is {db:.0f} dB below full scale", "zh": "平均响度 {db:.0f} dB"},
}


def explain(findings: Mapping[str, Any], language: str) -> str:
    """A sentence on the findings of `analyze`, in "en" or "zh"."""
    features = findings["features"]
    light = features["light_mean"]
    sound = "silent" if findings["audio_codec"] is None else "loud"
    return _SENTENCES[language].format(
        seconds=findings["duration_s"],
        shots=len(findings["cuts_s"]) + 1,
        pace=_WORDS["slow" if features["movement_mean"] < _SLOW else "lively"][language],
        light=_WORDS["dark" if light < _DARK else "bright" if light > _BRIGHT else "middle"][language],
        sound=_WORDS[sound][language].format(db=features["loudness_db"]),
    )
