"""Words and images of a text by the shared table: stems, false friends, and what a person says around a theme.

No vectors here: this is what every theme, and the reading of whole works, needs at once. English words are looked up
by themselves, then by their stems; a word with two senses (*fall*, *rose*, *light*) by its neighbours in the text.
Chinese is read by the longest known word first; words of grammar that hold the character of an image (今天, 马上)
are known as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

__all__ = ["HAN", "STOP", "SURNAMES", "Found", "read_text", "stems", "unframe"]

Found = tuple[str, str | None]
"""(word, image): an image's key, "" for a word that is known to bring none, None for one that the table does not hold."""

HAN = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\W\d_]+(?:[-'\u2019][^\W\d_]+)*", re.UNICODE)
_DATE = re.compile(r"\d+\s*[年月日号时点分秒]")

STOP = frozenset(
    "a an and are as at be but by for from had has have he her his how i if in into is it its let me my no "
    "nor not of off on or our out over she so "
    "some than that the their them then there these they this those to under up us was we were what when "
    "where which while who whom whose why will "
    "with would you your thy thee thou very one own about above across after again against all almost "
    "along also always am among another any around "
    "away back because been before behind being below beneath beside between beyond both can could did do "
    "does doing done down during each else ere "
    "ever every few here him himself herself itself myself i'm it's i've just like many more most much "
    "must near never now once only other ours per "
    "shall should since such that's through thus till too toward towards until upon via whether within "
    "without yet yours please something someone "
    "everything nothing ll ve don't".split()
)
STOP_ZH = frozenset(
    "的了在是我有和就不都一上也很到说要去你会着没看好这那里与之其而于以为中个们把被他她它吗呢吧啊呀及从又更最将正让给对"
)

SURNAMES = frozenset(
    "赵孙李周吴郑冯陈褚卫蒋沈韩秦许何吕张孔曹严魏陶姜戚谢邹窦章苏潘葛范彭郎鲁韦昌苗俞任袁柳鲍费廉岑薛"
    "贺倪汤殷罗毕郝邬安傅卞齐康伍余卜顾孟萧尹姚邵汪祁禹狄臧伏戴宋庞熊纪舒屈项祝董梁杜阮蓝闵贾刘邓郭丁邢蔡田樊霍虞"
)
"""Characters that novels know as families: alone, they lie by kinship, which says nothing of the theme."""

_PLAIN_ZH = frozenset(
    "水墨 忽然 虽然 非常 究竟 未必 偶然 无论 大概 大约 尚未 至今 身边 平常 寻常 令人 慢慢 远远 常常 结果 "
    "外边 旁边 后边 往前 明年 今年 时候 有时 那时 "
    "同时 及时 随时 平时 时尚 大家 作家 专家 特别 别人 别的 个别 真的 真是 认真 季节 情节 细节 天气 聊天 "
    "今天 每天 一天 整天 当天 白白 老是 老板 关心 "
    "中心 小心 放心 耐心 信息 说明 表明 明白 声明 发明 文明 证明 明确 照顾 按照 目的 题目 节目 项目 目前 "
    "方面 里面 外面 上面 下面 前面 后面 表面 对面 "
    "见面 面对 面积 地方 地址 地图 马上 东西 意思 意义 知道 味道 人工 人物 人员 个人 有人 风格 水平 水准 "
    "海报 花费 花钱 金融 日常 日程 星期 天才 平面 "
    "世界上 静静地 慢慢地 渐渐地 轻轻地 经过 经常 音响 书包 信用 电子 国际 家具 文件 草稿 林立 山寨 石油 "
    "月份 王先生 生意 主题 内容 样子 好像 好看 "
    "思路 火候 土豆 雷同 风险 流行 流程 度过 难道 报道 一道 街舞 头等 独特 残余 老式".split()
)
"""Words without an image that would be read as one, by the characters they are made of."""

_PLAIN = frozenset(
    "weather season twenty fifty twelve running approaching nearly later painting paintings picture "
    "pictures image images drawing sketch style piece "
    "theme thing things way ways kind sort lot bit left fell fallen falling winding make makes made making "
    "take takes took get gets got give gives "
    "come comes came go goes went gone see sees saw seen look looks looking say says said great little big "
    "small large tiny long short high low new "
    "last first second next same different good better best bad many two three four five six seven eight "
    "nine ten let's really quite perhaps maybe "
    "today whole every full half part parts may might wood's".split()
)
"""Words that never look for a neighbour: of grammar, size and number, and of making."""

_VERBS = frozenset("write paint draw compose create make generate give show sing tell design imagine render".split())
_OF = frozenset(
    "painting picture image drawing sketch photograph photo illustration watercolour watercolor landscape scene".split()
)
_ABOUT = frozenset(
    "poem poetry song sonnet haiku story music piece tune verse verses lines text essay ballad limerick "
    "ode prose melody symphony waltz fugue".split()
)
_FRAME_ZH = re.compile(
    r"^(?:请|帮我|给我|为我|替我|我想|我要)*(?:写|画|作|谱|来|创作|生成|谱写|绘)?一?[首幅张篇曲段支](?:关于|描写|描绘|有关|表现)?(?=.)"
    r"|^(?:请|帮我|给我|为我)+(?:写|画|作|谱)|^关于"
)
_FRAME_END_ZH = re.compile(
    r"(?<=.)(?:为题)?的(?:诗|诗歌|词|画|画作|图画|图|曲子|乐曲|歌|音乐|散文|文章|水墨画|油画|绝句|律诗|五绝|七绝|五律|七律)$"
)


def unframe(text: str) -> str:
    """A prompt without what is said around its theme: "write a poem about the sea" -> "the
    sea", "画一幅山水画" -> "山水画".
    """
    if HAN.match(text):
        return _FRAME_END_ZH.sub("", _FRAME_ZH.sub("", text)) or text
    words = text.split(" ")
    for at, word in enumerate(words[:7]):
        after = words[at + 1].lower() if at + 1 < len(words) else ""
        plain = word.lower()
        if at + 2 < len(words) and (
            (plain in _OF and after in ("of", "about", "showing", "with"))
            or (plain in _ABOUT and after in ("about", "on", "for"))
        ):
            head = [
                w
                for w in words[:at]
                if w.lower() not in _VERBS
                and w.lower() not in ("me", "us", "please", "a", "an", "the", "short", "long")
            ]
            return " ".join([*head, *words[at + 2 :]])
    return text


def read_text(text: str, en: Mapping[str, str], zh: Mapping[str, str]) -> Iterator[Found]:
    """Content words of a text with what the table says of each, in order. en, zh: image by word."""
    longest = max(map(len, (*zh, *_PLAIN_ZH)))
    tokens = _WORD.findall(_DATE.sub(" ", text))
    lower = [t.lower().replace("\u2019", "'") for t in tokens]
    for at, token in enumerate(tokens):
        if HAN.search(token):
            yield from _read_chinese(token, zh, longest)
        else:
            yield from _read_english(at, lower, token, en)


def _read_english(at: int, words: Sequence[str], token: str, en: Mapping[str, str]) -> Iterator[Found]:
    word = words[at]
    before = words[at - 1] if at else ""
    after = words[at + 1] if at + 1 < len(words) else ""
    if word in _SENSES:
        image = _SENSES[word](before, after, token)
        if image != "?":
            yield word, image
            return
    if word in STOP or len(word) < 2:
        return
    for form in stems(word):
        if form in en:
            yield word, en[form]
            return
    if "-" in word:
        parts = [p for p in word.split("-") if len(p) > 1 and p not in STOP]
        part_images = [(p, next((en[f] for f in stems(p) if f in en), None)) for p in parts]
        if any(image for _, image in part_images):
            yield from part_images
            return
    yield word, "" if word in _PLAIN else None


_IRREGULAR = {
    "feet": "foot",
    "geese": "goose",
    "wolves": "wolf",
    "thieves": "thief",
    "lives": "life",
    "wives": "wife",
    "slept": "sleep",
    "shone": "shine",
    "froze": "frozen",
    "swam": "swim",
    "rode": "riding",
    "fought": "fight",
    "lit": "light",
    "knives": "knife",
    "teeth": "tooth",
    "halves": "half",
}
_ENDS = (
    ("'s", ""),
    ("s'", "s"),
    ("ies", "y"),
    ("ves", "f"),
    ("es", ""),
    ("s", ""),
    ("ied", "y"),
    ("ed", ""),
    ("ed", "e"),
    ("ing", ""),
    ("ing", "e"),
    ("iness", "y"),
    ("ness", ""),
    ("iest", "y"),
    ("ier", "y"),
    ("est", ""),
    ("er", ""),
    ("ily", "y"),
    ("ly", ""),
    ("y", ""),
    ("y", "e"),
    ("like", ""),
    ("less", ""),
    ("ful", ""),
    ("side", ""),
)
_DOUBLED = re.compile(r"([bdgklmnprt])\1$")
_WHOLE = frozenset(
    "party county country penny candy story navy body copy army ally fairly fully early only family "
    "winding falling fallen evening building being "
    "morning wedding nothing something during species series glass grass cross moss loss boss class mass "
    "pass brass dress press less news always "
    "princess means physics lens iris bias number under other over never ever letter matter better after "
    "paper water river winter summer flower power "
    "tower shower master sister brother mother father finger corner silver copper order border wonder "
    "thunder spider ginger hunger danger stranger "
    "forest harvest rest west guest nest quest chest best test honest interest rather together "
    "banker bankers banking batter belly busy bully cower stagger ladder ladders manner manners apply horny inner porter "
    "porters portly partly ponder merely irony mister singly soundly ready wary gravely gravy sober simply bearer bearers "
    "forty carry archer archers engineer engineers tidy arter mary dresser dressers".split()
)
"""Words that look inflected and are not."""


def stems(word: str) -> Iterator[str]:
    """The word, then what it may be an inflection of, likeliest first."""
    yield word
    if word in _IRREGULAR:
        yield _IRREGULAR[word]
    if word in _WHOLE:
        return
    for end, new in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= 3:
            stem = word[: -len(end)]
            yield stem + new
            if not new and end in ("ed", "ing", "er", "est", "y") and _DOUBLED.search(stem):
                yield stem[:-1]


_PRONOUNS = frozenset("i you we they he she it who there".split())
_ARTICLES = frozenset("a the this that my your his her our their an".split())
_SEASONS = frozenset("spring summer autumn fall winter snow march may april june july october".split())
_MONTH = frozenset("in of early late mid last this next every each since until by".split())
_WHEN = frozenset(
    "day days morning mornings evening evenings afternoon night nights sun sunshine rain rains wind winds "
    "breeze snow blossom blossoms flowers queen "
    "sky skies".split()
)
_PLACES = frozenset(
    "over above from behind up through in on at with and into beyond like to out again slowly silently "
    "early high".split()
)
_RISERS = frozenset(
    "sun moon mist fog smoke wind star stars storm tide waves river he she they it we i who lark lord king "
    "city voice dust mountain mountains towers".split()
)


_MONEY = frozenset(
    "manager managers account accounts clerk clerks note notes robbery robber robbers loan loans".split()
) | {
    "holiday",
    "teller",
    "card",
    "job",
}


def _may(before: str, after: str, token: str) -> str:
    if not before:
        return "" if after in _PRONOUNS | _ARTICLES | {"all", "every", "god", "love", "peace"} else "spring"
    return (
        "spring"
        if before in _MONTH or after in _WHEN or (token == "May" and before in ("the", "merry", "sweet", "and", "a"))
        else ""
    )


def _march(before: str, after: str, token: str) -> str:
    return "spring" if before in _MONTH - {"of"} or after in _WHEN else "soldier"


def _fall(before: str, after: str, token: str) -> str:
    named = before in ("the", "this", "last", "late", "early", "every", "each", "in", "of") and after not in (
        "of",
        "from",
        "into",
        "to",
        "asleep",
    )
    dressed = after in _WHEN | {
        "leaves",
        "colors",
        "colours",
        "foliage",
        "forest",
        "woods",
        "harvest",
        "trees",
        "landscape",
        "air",
        "light",
        "season",
    }
    return "autumn" if named or dressed or not (before or after) else ""


def _falls(before: str, after: str, token: str) -> str:
    return (
        "waterfall"
        if before in ("the", "these", "great", "niagara", "victoria", "iguazu", "below", "of") or token == "Falls"
        else ""
    )


def _rose(before: str, after: str, token: str) -> str:
    return "" if before in _RISERS or (before in _PLACES and after in _PLACES) else "rose"


def _spring(before: str, after: str, token: str) -> str:
    source = (
        before in ("hot", "mineral", "mountain", "hidden", "desert", "sacred", "underground") and after not in _WHEN
    )
    return "waterfall" if source else "spring"


def _light(before: str, after: str, token: str) -> str:
    thin = (
        "rain snow breeze wind blue green grey gray pink brown red yellow purple mist fog hearted heart frost "
        "drizzle shower step steps touch"
    ).split()
    return "" if after in thin else "light"


def _orange(before: str, after: str, token: str) -> str:
    fruit = (
        "tree",
        "trees",
        "grove",
        "groves",
        "orchard",
        "juice",
        "blossom",
        "blossoms",
        "peel",
        "and",
        "on",
        "in",
        "slices",
    )
    coloured = (after and after not in STOP and after not in fruit) or before in (
        "bright",
        "deep",
        "burnt",
        "dark",
        "pale",
        "glowing",
    )
    return "orange" if coloured else "fruit"


_SENSES: Mapping[str, Callable[[str, str, str], str]] = {
    "may": _may,
    "march": _march,
    "fall": _fall,
    "falls": _falls,
    "rose": _rose,
    "spring": _spring,
    "light": _light,
    "orange": _orange,
    "leaves": lambda b, a, t: "homesick" if b in _PRONOUNS | {"train", "ship", "bus", "boat", "never"} else "leaf",
    "watch": lambda b, a, t: (
        "soldier"
        if b == "night"
        else "time"
        if b in _ARTICLES | {"pocket", "wrist", "gold", "silver", "old", "broken"}
        else ""
    ),
    "bank": lambda b, a, t: (
        "" if a in _MONEY or b in {"savings", "central", "national", "world", "investment", "piggy"} else "river"
    ),
    "banks": lambda b, a, t: "" if b in {"big", "central"} else "river",
    "well": lambda b, a, t: "water" if b in _ARTICLES | {"old", "village", "wishing", "dry", "deep", "stone"} else "",
    "still": lambda b, a, t: (
        "" if b in _PRONOUNS | {"is", "are", "am", "was", "were"} or a in _PRONOUNS | {"life", "remember"} else "peace"
    ),
    "life": lambda b, a, t: "fruit" if b == "still" else "world",
    "fair": lambda b, a, t: (
        "joy"
        if b in {"the", "county", "village", "country", "street", "fun", "state", "at"} and (not a or a in _PLACES)
        else "beauty"
    ),
    "past": lambda b, a, t: "memory" if b in _ARTICLES | {"distant", "of", "long"} and (not a or a in STOP) else "",
    "early": lambda b, a, t: "" if a in _SEASONS else "dawn",
    "glass": lambda b, a, t: "" if a == "of" else "mirror",
    "rest": lambda b, a, t: "" if a == "of" else "peace",
    "dark": lambda b, a, t: "" if a in ("blue", "green", "red", "brown") else "night",
    "rock": lambda b, a, t: "music" if a in ("music", "song", "concert", "band", "star", "and", "n") else "stone",
    "down": lambda b, a, t: "",
    "left": lambda b, a, t: "",
}
"""What a word with two senses means between two others: an image, or "" for none."""


def _read_chinese(token: str, zh: Mapping[str, str], longest: int) -> Iterator[Found]:
    """Longest known word first; runs of unknown characters stay together."""
    unknown = ""
    at = 0
    while at < len(token):
        pieces = (token[at : at + n] for n in range(min(longest, len(token) - at), 0, -1))
        piece = next((p for p in pieces if p in zh or p in _PLAIN_ZH), "")
        if piece or token[at] in STOP_ZH:
            if unknown:
                yield unknown, None
            unknown = ""
            if piece:
                yield piece, zh.get(piece, "")
        else:
            unknown += token[at]
        at += len(piece) or 1
    if unknown:
        yield unknown, None
