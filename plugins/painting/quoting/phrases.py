"""Chinese without spaces, cut into words that are known."""

from __future__ import annotations

from collections.abc import Set

__all__ = ["split_chinese"]

_LONGEST = 4
_JOINED = {
    "夜市": ("夜", "市场"), "老人": ("老", "老者"), "江雪": ("江", "雪"), "夜雨": ("夜", "雨"), "春雨": ("春", "雨"), "秋雨": ("秋", "雨"),
    "雪山": ("雪", "山"), "雪夜": ("雪", "夜"), "月夜": ("月", "夜"), "秋山": ("秋", "山"), "春山": ("春", "山"), "春江": ("春", "江"),
    "老妇": ("老", "妇人"), "古寺": ("寺",), "寒江": ("冬", "江"), "寒山": ("冬", "山"), "孤舟": ("孤独", "舟"), "孤烟": ("烟",),
    "海上": ("海",), "雨夜": ("雨", "夜"), "晚秋": ("秋", "晚"), "秋林": ("秋", "林"), "独钓": ("钓",),
    "采莲": ("采", "荷"), "红叶": ("红", "叶"),
}  # fmt: skip
_PLAIN = frozenset("的了在着和与一个之里中上下有是这那把被从向到而且也又都很于其所以位只条座幅张")


def split_chinese(run: str, known: Set[str]) -> list[tuple[str, str]]:
    """(word, as it is written) of the run: known words, the longest first, and single characters that are none; particles are
    dropped, and a phrase may say two things.
    """
    out: list[tuple[str, str]] = []
    at = 0
    while at < len(run):
        ahead = range(min(_LONGEST, len(run) - at), 0, -1)
        size = next((n for n in ahead if run[at : at + n] in known or run[at : at + n] in _JOINED), 1)
        word = run[at : at + size]
        if word in _JOINED:
            out += [(part, word) for part in _JOINED[word]]
        elif word in known or word not in _PLAIN:
            out.append((word, word))
        at += size
    return out
