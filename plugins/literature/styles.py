"""The voices that the writers know, by name."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CHINESE_PROSE", "CHINESE_VERSE", "ENGLISH_PROSE", "FORM_STYLES", "known_styles"]

#: Poets whose name stands in the verse model's prefix (each with 300 poems or more in the corpus), and the dynasties.
CHINESE_VERSE: Mapping[str, str] = {
    "li-bai": "李白",
    "du-fu": "杜甫",
    "bai-juyi": "白居易",
    "li-shangyin": "李商隐",
    "du-mu": "杜牧",
    "liu-yuxi": "刘禹锡",
    "wei-yingwu": "韦应物",
    "jia-dao": "贾岛",
    "su-shi": "苏轼",
    "lu-you": "陆游",
    "yang-wanli": "杨万里",
    "huang-tingjian": "黄庭坚",
    "wang-anshi": "王安石",
    "xin-qiji": "辛弃疾",
    "ouyang-xiu": "欧阳修",
    "tang": "唐",
    "song": "宋",
}
#: Writers of prose whose voice token the prose model was trained with.
CHINESE_PROSE: Mapping[str, str] = {"lu-xun": "鲁迅", "yu-dafu": "郁达夫", "xiao-hong": "萧红"}
#: Forms that style transfer takes as styles.
FORM_STYLES = (
    "wujue",
    "qijue",
    "wulv",
    "qilv",
    "huanxisha",
    "pusaman",
    "rumengling",
    "busuanzi",
    "sonnet",
    "quatrain",
    "ballad",
    "haiku",
    "limerick",
)
#: Writers of English prose that the English model was trained with, by their names in the corpus.
ENGLISH_PROSE: Mapping[str, str] = {
    "poe": "Edgar Allan Poe",
    "dickens": "Charles Dickens",
    "austen": "Jane Austen",
    "doyle": "Arthur Conan Doyle",
    "stevenson": "Robert Louis Stevenson",
    "wilde": "Oscar Wilde",
    "twain": "Mark Twain",
    "conrad": "Joseph Conrad",
    "melville": "Herman Melville",
    "lovecraft": "H. P. Lovecraft",
}


def known_styles() -> list[tuple[str, str, str]]:
    """(name, summary, source) of each voice and form."""
    found = [
        (name, f"Chinese verse in the manner of {zh}", "author in the prefix of verse-zh")
        for name, zh in CHINESE_VERSE.items()
    ]
    found += [
        (name, f"Chinese prose in the voice of {zh}", "voice in the prefix of prose-zh")
        for name, zh in CHINESE_PROSE.items()
    ]
    found += [
        (name, f"English prose in the voice of {who}", "voice in the prefix of prose-en")
        for name, who in ENGLISH_PROSE.items()
    ]
    return found + [(name, f"the form {name}: what is given is written anew as one", "") for name in FORM_STYLES]
