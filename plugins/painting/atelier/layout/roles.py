"""What the images of a theme mean for a picture: ground, subject, extras, time, weather, season.

Keys are those of the shared table of concepts; each of them is named here or says something through its mood alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from .....core.words.reading import stems

__all__ = ["MOODS", "ROLES", "WORDS", "Role", "kind_of"]


@dataclass(frozen=True)
class Role:
    """ground: the kind of picture it asks for; subject: item kinds, one of which is the main thing; extra: smaller
    things;
    time, weather, season: what it settles; sky: marks; flowers: colours in the grass; strength: how far its ground wins
    over others."""

    ground: str = ""
    subject: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    time: str = ""
    weather: str = ""
    season: str = ""
    sky: tuple[str, ...] = ()
    flowers: tuple[str, ...] = ()
    strength: int = 1
    more: Mapping[str, str] = field(default_factory=dict)


_MEADOW = ("e8e0f0", "f0d050", "d85a4a")

ROLES: Mapping[str, Role] = {
    "mountain": Role("mountain", strength=2),
    "sea": Role("sea", ("sailboat", "wave", "ship"), strength=3),
    "river": Role("river", strength=3),
    "lake": Role("lake", ("boat",), strength=3),
    "waterfall": Role("mountain", ("waterfall",), strength=4),
    "forest": Role("forest", strength=3),
    "tree": Role(subject=("tree",)),
    "bamboo": Role(subject=("bamboo",)),
    "leaf": Role(season="autumn"),
    "flower": Role("still", ("bouquet",), flowers=("f6f0e2", "e88a98", "f0c840"), strength=1),
    "rose": Role("still", ("rose-bouquet",), flowers=("d8384a", "f0a0b0"), strength=1),
    "lotus": Role("pond", ("lotus",), strength=4),
    "plum": Role("branch", ("plum-branch",), ("blossom",), season="spring", strength=1),
    "peach": Role("", ("blossom",), season="spring", flowers=("f4bccb",)),
    "chrysanthemum": Role("still", ("daisy-bouquet",), season="autumn", flowers=("f0c840", "e8a030"), strength=1),
    "sunflower": Role("", ("sunflower",), season="summer", strength=2),
    "grass": Role("meadow", flowers=_MEADOW),
    "field": Role("fields", ("windmill", "house"), strength=2),
    "garden": Role("garden", ("wooden-bridge",), flowers=("e88a98", "f6f0e2", "f0c840", "b080c8"), strength=2),
    "village": Role(subject=("village",)),
    "house": Role(subject=("house",)),
    "city": Role("street", strength=3),
    "bridge": Role("lake", ("bridge",), strength=2),
    "road": Role("path", strength=2),
    "temple": Role(subject=("pagoda",)),
    "tower": Role(subject=("castle",)),
    "lighthouse": Role("sea", ("lighthouse",), strength=4),
    "window": Role("interior", ("window",), strength=3),
    "door": Role(subject=("gate",)),
    "ship": Role("sea", ("ship",), strength=3),
    "boat": Role("lake", ("boat",), strength=2),
    "harbour": Role("sea", ("ship",), ("sailboat", "sailboat"), strength=3),
    "island": Role("sea", ("island",), strength=3),
    "sky": Role(sky=("wide",)),
    "cloud": Role(sky=("clouds", "wide")),
    "mist": Role(weather="mist", time="mist"),
    "rain": Role(weather="rain", time="rain"),
    "storm": Role(weather="storm", time="storm", sky=("lightning",)),
    "wind": Role(sky=("wind",)),
    "snow": Role(weather="snow", time="snow", season="winter"),
    "sun": Role(sky=("sun",)),
    "moon": Role(time="night", sky=("moon",)),
    "star": Role(time="night", sky=("stars", "milky")),
    "rainbow": Role(sky=("rainbow",)),
    "dawn": Role(time="dawn", sky=("sun",)),
    "day": Role(time="day"),
    "dusk": Role(time="dusk", sky=("sun",)),
    "night": Role(time="night", sky=("moon", "stars")),
    "spring": Role(season="spring", extra=("blossom",), flowers=_MEADOW),
    "summer": Role(season="summer", flowers=_MEADOW),
    "autumn": Role(season="autumn"),
    "winter": Role(season="winter", time="snow"),
    "bird": Role("branch", ("bird",), ("flock",)),
    "crane": Role("lake", ("crane",), strength=1),
    "goose": Role("lake", ("geese",), sky=("wide",)),
    "crow": Role("fields", ("crows",), strength=1),
    "eagle": Role("mountain", ("eagle",), sky=("wide",)),
    "fish": Role("pond", ("koi",), strength=4),
    "butterfly": Role("meadow", ("butterfly",), flowers=_MEADOW),
    "bee": Role("still", ("bouquet",), flowers=_MEADOW),
    "horse": Role("meadow", ("horse",)),
    "cow": Role("meadow", ("cow",), flowers=_MEADOW),
    "sheep": Role("meadow", ("sheep",)),
    "dog": Role("path", ("dog",)),
    "cat": Role("interior", ("cat",), strength=2),
    "deer": Role("forest", ("deer",)),
    "tiger": Role("forest", ("tiger",)),
    "lion": Role("meadow", ("lion",)),
    "bear": Role("forest", ("bear",)),
    "elephant": Role("meadow", ("elephant",)),
    "figure": Role("meadow", ("figure",)),
    "child": Role("meadow", ("figure",), flowers=_MEADOW),
    "mother": Role("garden", ("pair",), flowers=_MEADOW),
    "friend": Role("path", ("pair",)),
    "lover": Role("garden", ("pair",), flowers=("d8384a", "f0a0b0")),
    "portrait": Role("portrait", ("portrait",), strength=5),
    "king": Role("portrait", ("king",), strength=2),
    "soldier": Role("meadow", ("rider",)),
    "monk": Role("mountain", ("monk",)),
    "dancer": Role("garden", ("dancer",)),
    "music": Role("still", ("lute",), strength=1),
    "bell": Role(subject=("church",)),
    "flute": Role("", ("flutist",)),
    "poem": Role("still", ("book",), strength=1),
    "wine": Role("still", ("wine",), strength=2),
    "tea": Role("still", ("tea",), strength=2),
    "fruit": Role("still", ("fruit",), strength=3),
    "vase": Role("still", ("bouquet",), strength=3),
    "lamp": Role("", ("lantern",), time="night"),
    "fire": Role("", ("fire",), time="night"),
    "smoke": Role(weather="mist"),
    "stone": Role(extra=("stones",)),
    "desert": Role("desert", ("rider",), strength=3),
    "ruin": Role(subject=("castle",)),
    "mirror": Role("lake"),
    "flight": Role(sky=("flock", "wide")),
    "dream": Role(weather="mist", sky=("moon",)),
    "memory": Role(time="dusk", weather="mist"),
    "homesick": Role("path", ("traveller",), time="dusk"),
    "time": Role("path", time="dusk"),
    "death": Role(subject=("bare",), time="mist"),
    "sorrow": Role(weather="rain", time="rain"),
    "joy": Role(flowers=_MEADOW),
    "peace": Role("lake"),
    "anger": Role(weather="storm", time="storm"),
    "fear": Role(weather="storm", time="storm"),
    "hope": Role(time="dawn", sky=("sun",)),
    "freedom": Role(sky=("flock", "wide")),
    "beauty": Role(flowers=_MEADOW),
    "gold": Role(time="dusk"),
    "abstract": Role("abstract", strength=5),
    "machine": Role("abstract", strength=1),
    "world": Role("mountain"),
    "water": Role("lake", strength=2),
    "fox": Role("forest", ("fox",)),
    "wolf": Role("forest", ("wolf",)),
    "rabbit": Role("meadow", flowers=_MEADOW),
    "monkey": Role("mountain"),
    "frog": Role("pond", ("lotus",)),
    "kitchen": Role("still", ("fruit",), strength=2),
    "light": Role(sky=("sun",)),
    "cold": Role(weather="mist"),
    "warm": Role(time="dusk"),
    "spirit": Role("mountain", weather="mist"),
    "mystery": Role(weather="mist"),
    "dress": Role("portrait", ("portrait",)),
    "eye": Role("portrait", ("portrait",)),
}
"""A mood word settles weather only where nothing else does; see `planner`."""

MOODS = frozenset(
    {
        "dream",
        "memory",
        "homesick",
        "time",
        "death",
        "sorrow",
        "joy",
        "peace",
        "anger",
        "fear",
        "hope",
        "freedom",
        "beauty",
        "truth",
        "gold",
        "silver",
    }
)

WORDS: Mapping[str, str] = {
    # words of painting that the shared table does not hold, in both languages, as item kinds or concept keys
    "windmill": "windmill",
    "mill": "windmill",
    "风车": "windmill",
    "willow": "willow",
    "柳": "willow",
    "柳树": "willow",
    "pine": "pine",
    "松": "pine",
    "松树": "pine",
    "cypress": "cypress",
    "柏": "cypress",
    "birch": "birch",
    "poplar": "poplar",
    "poplars": "poplar",
    "castle": "castle",
    "城堡": "castle",
    "church": "church",
    "cathedral": "church",
    "教堂": "church",
    **dict.fromkeys(("lion", "lions", "狮", "狮子", "雄狮"), "lion"),
    **dict.fromkeys(("bear", "bears", "熊", "棕熊"), "bear"),
    **dict.fromkeys(("elephant", "elephants", "象", "大象"), "elephant"),
    "rider": "rider",
    "riders": "rider",
    "horseman": "rider",
    "horsemen": "rider",
    "knight": "rider",
    "knights": "rider",
    "骑": "rider",
    "wave": "wave",
    "waves": "wave",
    "浪": "wave",
    "海浪": "wave",
    "reeds": "reeds",
    "reed": "reeds",
    "芦苇": "reeds",
    "candle": "candle",
    "烛": "candle",
    "烛光": "candle",
    "lantern": "lantern",
    "灯笼": "lantern",
    "cliff": "cliff",
    "cliffs": "cliff",
    "崖": "cliff",
    "swan": "crane",
    "parasol": "parasol",
    "umbrella": "parasol",
    "伞": "parasol",
    "umbrellas": "parasol",
    "雨伞": "parasol",
    "油纸伞": "parasol",
    "lady": "lady",
    "woman": "lady",
    "women": "lady",
    "ladies": "lady",
    "girl": "lady",
    "girls": "lady",
    "女": "lady",
    "佳人": "lady",
    "美人": "lady",
    "man": "gentleman",
    "men": "gentleman",
    "boy": "gentleman",
    "boys": "gentleman",
    "traveller": "traveller",
    "行人": "traveller",
    "客": "traveller",
    "koi": "koi",
    "锦鲤": "koi",
    "torii": "gate",
    "shrine": "gate",
    "skyline": "skyline",
    "fisherman": "boat",
    "渔翁": "boat",
    "apples": "fruit",
    "apple": "fruit",
    "couple": "pair",
    **dict.fromkeys(
        "mother mum mama mom grandmother grandma granny wife daughter aunt sister bride 母 母亲 妈妈 奶奶 祖母 妻子 妻 姐姐 妹妹 "
        "女孩 姑娘 少女 女子 女人".split(),
        "lady",
    ),
    **dict.fromkeys(
        "father dad papa grandfather grandpa husband son uncle brother 父 父亲 爸爸 爷爷 祖父 丈夫 哥哥 弟弟 男孩 男子 男人 "
        "少年".split(),
        "gentleman",
    ),
}


def kind_of(word: str) -> str:
    """The item kind or concept that painting has for a word itself, in any inflection; "" if none."""
    word = word.lower()
    return next((WORDS[form] for form in stems(word) if form in WORDS), "")
