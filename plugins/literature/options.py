"""What a person may ask of the writers, declared once for both languages."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from ...core.options import Options

__all__ = ["EN_FORMS", "TUNES", "ZH_FORMS", "LiteratureOptions", "PoetOptions"]

#: Tunes of ci whose shape the corpus settles, in pinyin.
TUNES = {
    "huanxisha": "浣溪沙",
    "pusaman": "菩萨蛮",
    "zhegutian": "鹧鸪天",
    "xijiangyue": "西江月",
    "linjiangxian": "临江仙",
    "jianzimulanhua": "减字木兰花",
    "dielianhua": "蝶恋花",
    "dianjiangchun": "点绛唇",
    "qingpingyue": "清平乐",
    "yumeiren": "虞美人",
    "haoshijin": "好事近",
    "busuanzi": "卜算子",
    "yujiaao": "渔家傲",
    "yeijinmen": "谒金门",
    "nangezi": "南歌子",
    "rumengling": "如梦令",
    "caisangzi": "采桑子",
    "ruanlanggui": "阮郎归",
    "yulouchun": "玉楼春",
    "taxixing": "踏莎行",
    "shengzhazi": "生查子",
    "queqiaoxian": "鹊桥仙",
    "langtaosha": "浪淘沙",
    "yijiangnan": "望江南",
    "suzhongqing": "诉衷情",
    "zhaozhongcuo": "朝中措",
}
ZH_FORMS = ("wujue", "qijue", "wulv", "qilv", *TUNES, "prose-zh")
EN_FORMS = (
    "sonnet",
    "petrarchan",
    "quatrain",
    "ballad",
    "couplets",
    "haiku",
    "limerick",
    "blank-verse",
    "free-verse",
    "prose-en",
)

Form = Literal[
    "auto",
    "prose",
    "wujue",
    "qijue",
    "wulv",
    "qilv",
    "huanxisha",
    "pusaman",
    "zhegutian",
    "xijiangyue",
    "linjiangxian",
    "jianzimulanhua",
    "dielianhua",
    "dianjiangchun",
    "qingpingyue",
    "yumeiren",
    "haoshijin",
    "busuanzi",
    "yujiaao",
    "yeijinmen",
    "nangezi",
    "rumengling",
    "caisangzi",
    "ruanlanggui",
    "yulouchun",
    "taxixing",
    "shengzhazi",
    "queqiaoxian",
    "langtaosha",
    "yijiangnan",
    "suzhongqing",
    "zhaozhongcuo",
    "prose-zh",
    "sonnet",
    "petrarchan",
    "quatrain",
    "ballad",
    "couplets",
    "haiku",
    "limerick",
    "blank-verse",
    "free-verse",
    "prose-en",
]


class LiteratureOptions(Options):
    """What every model of literature takes."""

    size: Literal["tiny", "small", "base"] = Field(
        "base", description="Size of a model to train: base is what ships, small and tiny are for trials"
    )
    start: str = Field(
        "",
        description="A finished run to begin the training of verse-en or verse-zh with, in place of random parameters",
    )
    weights: str = Field("", description="Weights of your own by name (see `train`); those that ship if empty")


class PoetOptions(LiteratureOptions):
    """Options of the poet. A language's writer ignores none of them silently: what it cannot do it refuses."""

    form: Form = Field(
        "auto",
        description="Form of the work; auto chooses qijue in Chinese and quatrain in English, prose the theme's language",
    )
    write_in: Literal["auto", "en", "zh"] = Field(
        "auto", description="Language to write in; auto takes the form's, else the theme's"
    )
    acrostic: str = Field(
        "", max_length=64, description="First characters (Chinese) or first letters (English) of the lines, in order"
    )
    keywords: str = Field("", max_length=200, description="Words that must appear, separated by commas or spaces")
    keep: str = Field(
        "",
        max_length=600,
        description="Given lines, as in '3:孤帆远影碧空尽' (number, colon, line), several separated by '/'",
    )
    rhyme: str = Field(
        "", max_length=12, description="Rhyme to use: a Pingshui group such as 真, or an English word to rhyme with"
    )
    best_of: int = Field(0, ge=0, le=256, description="Candidates the model ranks inside (0: 64)")
    temperature: float = Field(
        0.8, ge=0.1, le=2.0, description="Boldness of the draw: lower is safer, higher is stranger"
    )
    length: int = Field(
        0, ge=0, le=4000, description="Length of prose in words (English) or characters (Chinese); 0: about a page"
    )
    opening: str = Field("", max_length=2000, description="Beginning to go on from (prose)")
    memory: str = Field(
        "", max_length=1000, description="Names and facts to keep in view (prose), separated by semicolons"
    )
