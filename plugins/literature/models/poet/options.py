"""What a person may ask of the writers, declared once for both languages."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from .....core.errors import InputError
from .....core.options import Options, also_called
from .form_names import FORM_ALIASES, TUNES

__all__ = ["EN_FORMS", "TUNES", "USED", "ZH_FORMS", "LiteratureOptions", "PoetOptions", "refuse_idle"]

ChineseForm = Literal[
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
]
EnglishForm = Literal[
    "sonnet",
    "petrarchan",
    "spenserian",
    "ode",
    "terza-rima",
    "quatrain",
    "ballad",
    "couplets",
    "haiku",
    "limerick",
    "blank-verse",
    "free-verse",
    "prose-en",
]
Form = Literal["auto", "prose", ChineseForm, EnglishForm]
ZH_FORMS: tuple[str, ...] = get_args(ChineseForm)
EN_FORMS: tuple[str, ...] = get_args(EnglishForm)


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


_WRITING = frozenset(("form", "write_in", "weights"))
_VERSE = _WRITING | {"acrostic", "keywords", "keep", "rhyme", "best_of", "temperature"}
_PROSE = _WRITING | {"keywords", "length", "memory"}
#: What each kind of work heeds; everything else is refused, with where it belongs.
USED = {
    "Chinese verse": _VERSE,
    "English verse": _VERSE | {"length"},
    "Chinese prose": _PROSE | {"opening", "temperature"},
    "English prose": _PROSE | {"opening", "temperature"},
    "English prose after a plan": _PROSE,
    "English prose of quotations": _PROSE | {"opening"},
    "a cento": frozenset(("form", "write_in", "length")),
    "verse of a pretrained model": (_VERSE | {"length"}) - {"weights"},
    "prose of a pretrained model": (_PROSE | {"opening", "temperature", "best_of"}) - {"weights", "keywords"},
    "verse of an endpoint's model": (_VERSE | {"length", "tries", "base_url", "timeout_s"}) - {"weights", "best_of"},
    "prose of an endpoint's model": (_PROSE | {"opening", "temperature", "base_url", "timeout_s"})
    - {"weights", "keywords"},
    "a text restored by a pretrained model": frozenset(),
    "a text restored by an endpoint's model": frozenset(("tries", "base_url", "timeout_s", "temperature")),
    "a restored Chinese poem": frozenset(("weights", "best_of")),
    "restored Chinese prose": frozenset(("weights",)),
    "a restored English text": frozenset(("weights",)),
    "a text made anew as Chinese verse": frozenset(("form", "best_of", "temperature", "weights")),
    "a text made anew as English verse": frozenset(
        ("form", "acrostic", "keywords", "keep", "rhyme", "best_of", "temperature", "weights")
    ),
    "a text made anew as Chinese prose": frozenset(("temperature", "weights")),
    "a text made anew as English prose": frozenset(("form", "memory", "temperature", "weights")),
    "ideas": frozenset(("form", "write_in", "weights")),
    "ideas of an endpoint's model": frozenset(("form", "write_in", "tries", "base_url", "timeout_s", "temperature")),
    "reading a text": frozenset(),
    "training": frozenset(("size", "start")),
    "tuning": frozenset(("start",)),
    "measuring": frozenset(("weights",)),
}
_WHERE = {
    "length": "it is for prose, and for ballads, couplets, quatrains and blank verse",
    "opening": "it is for prose; give the first line of a poem as keep='1:...'",
    "memory": "it is for prose",
    "acrostic": "it is for verse",
    "keep": "it is for verse",
    "rhyme": "it is for verse",
    "size": "it is for training",
    "start": "it is for training",
}


def refuse_idle(options: Options, kind: str) -> None:
    """Raise InputError if an option was given that does nothing for a `kind` of `USED`."""
    for name, field in type(options).model_fields.items():
        value = getattr(options, name)
        if name not in USED[kind] and value != field.default:
            where = _WHERE.get(name)
            raise InputError(
                f"the option {name!r} ({value!r}) does nothing for {kind}; leave it out"
                + (f": {where}" if where else "")
            )
