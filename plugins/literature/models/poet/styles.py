"""The voices that the writers know, by name."""

from __future__ import annotations

from collections.abc import Mapping

from .form_names import FORM_ALIASES

__all__ = ["CHINESE_PROSE", "CHINESE_VERSE", "ENGLISH_PROSE", "FORM_STYLES", "aliases_of", "known_styles"]

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


#: Courtesy names and older spellings, and names in traditional characters.
_OTHER_NAMES: Mapping[str, tuple[str, ...]] = {
    "li-bai": ("李太白", "li-po"),
    "du-fu": ("杜子美", "tu-fu"),
    "bai-juyi": ("白乐天", "po-chu-i"),
    "liu-yuxi": ("劉禹錫",),
    "wei-yingwu": ("韋應物",),
    "jia-dao": ("賈島",),
    "su-shi": ("苏东坡", "蘇軾", "蘇東坡", "su-dongpo"),
    "lu-you": ("陆放翁", "陸游"),
    "yang-wanli": ("楊萬里",),
    "huang-tingjian": ("黄山谷", "黃庭堅"),
    "xin-qiji": ("辛稼轩", "辛棄疾"),
    "ouyang-xiu": ("欧阳永叔", "歐陽修"),
    "tang": ("唐诗", "唐詩"),
    "song": ("宋诗", "宋詩"),
    "lu-xun": ("魯迅", "周树人"),
    "yu-dafu": ("郁達夫",),
    "xiao-hong": ("蕭紅",),
    "poe": ("爱伦坡",),
    "dickens": ("狄更斯",),
    "austen": ("奥斯汀", "简·奥斯汀"),
    "doyle": ("conan-doyle", "柯南道尔"),
    "stevenson": ("r-l-stevenson", "史蒂文森"),
    "wilde": ("王尔德",),
    "twain": ("马克·吐温",),
    "conrad": ("康拉德",),
    "melville": ("梅尔维尔",),
    "lovecraft": ("洛夫克拉夫特",),
}


def aliases_of(name: str) -> tuple[str, ...]:
    """Other names of a style: a writer's whole name and its Chinese form, a form of verse as FORM_ALIASES has it."""
    whole = {**CHINESE_VERSE, **CHINESE_PROSE, **ENGLISH_PROSE}.get(name)
    forms = tuple(alias for alias, form in FORM_ALIASES.items() if form == name)
    return (*([whole] if whole else []), *_OTHER_NAMES.get(name, ()), *forms)
