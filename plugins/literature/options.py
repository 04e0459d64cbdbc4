"""What a person may ask of the writers, declared once for both languages."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from ...core.options import Options, also_called
from .form_names import FORM_ALIASES, TUNES

__all__ = ["EN_FORMS", "TUNES", "ZH_FORMS", "LiteratureOptions", "PoetOptions"]

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

    form: Annotated[Form, also_called(FORM_ALIASES)] = Field(
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
