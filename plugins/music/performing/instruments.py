"""Instruments by name: General MIDI programs for what people write, in English, Chinese and the languages of scores."""

from __future__ import annotations

import re
from functools import lru_cache

__all__ = ["DRUMS", "ENSEMBLE_OF", "FAMILIES", "find_instruments", "find_program", "plain_name", "program_names"]

DRUMS = -1
"""Stands for the drum channel among programs."""
CHOIR = 52

_NAMES: dict[int, str] = {
    0: "piano grand-piano pianoforte klavier fortepiano 钢琴 鋼琴",
    4: "electric-piano rhodes 电钢琴",
    6: "harpsichord cembalo clavecin clavicembalo 羽管键琴 大键琴",
    8: "celesta 钢片琴",
    9: "glockenspiel 钟琴",
    10: "music-box 八音盒",
    11: "vibraphone vibes 颤音琴",
    12: "marimba 马林巴",
    13: "xylophone 木琴",
    14: "tubular-bells chimes",
    15: "dulcimer zither yangqin 扬琴",
    16: "hammond-organ",
    19: "organ church-organ pipe-organ orgel orgue organo 管风琴",
    20: "reed-organ harmonium",
    21: "accordion akkordeon accordeon 手风琴",
    22: "harmonica mouth-organ 口琴",
    23: "bandoneon",
    24: "guitar acoustic-guitar gitarre guitare chitarra lute laute 吉他",
    26: "jazz-guitar",
    27: "electric-guitar 电吉他",
    32: "acoustic-bass upright-bass",
    33: "bass-guitar electric-bass 贝斯",
    40: "violin violine violon violino fiddle violins violini 小提琴",
    41: "viola bratsche violas viole 中提琴",
    42: "cello violoncello violoncelle cellos celli 大提琴",
    43: "contrabass double-bass kontrabass contrebasse contrabasso basso-continuo 低音提琴",
    46: "harp harfe harpe arpa 竖琴",
    47: "timpani kettledrum pauken timbales 定音鼓",
    48: "strings string-ensemble string-orchestra streicher archi 弦乐",
    52: "choir chorus chor choeur coro voice voices soprano alto tenor baritone mezzo cantus altus bassus 合唱 人声",
    56: "trumpet trompete trompette tromba cornet bugle 小号",
    57: "trombone posaune 长号",
    58: "tuba 大号",
    60: "horn french-horn corno waldhorn cor 圆号",
    61: "brass brass-section 铜管",
    64: "soprano-saxophone soprano-sax",
    65: "saxophone sax alto-saxophone alto-sax 萨克斯 萨克斯风",
    66: "tenor-saxophone tenor-sax",
    67: "baritone-saxophone baritone-sax",
    68: "oboe hautbois 双簧管",
    69: "english-horn cor-anglais 英国管",
    70: "bassoon fagott fagotto basson 巴松 大管",
    71: "clarinet klarinette clarinette clarinetto 单簧管 黑管",
    72: "piccolo 短笛",
    73: "flute floete flöte flauto 长笛",
    74: "recorder blockfloete blockflöte 竖笛",
    75: "pan-flute panpipes panflute 排箫",
    77: "shakuhachi xiao 箫 洞箫 尺八",
    78: "whistle tin-whistle 哨笛",
    79: "ocarina 陶笛",
    81: "synth synthesizer synthesiser 合成器",
    104: "sitar 西塔琴",
    105: "banjo 班卓琴",
    106: "shamisen pipa 琵琶 三味线",
    107: "koto guzheng guqin zheng 古筝 古琴 筝",
    108: "kalimba mbira 拇指琴",
    109: "bagpipe bagpipes dudelsack 风笛",
    110: "erhu huqin 二胡 胡琴",
    111: "shanai suona 唢呐",
    114: "steel-drums steel-drum steelpan",
    DRUMS: "drums drum drumset drumkit drum-kit drum-set percussion taiko schlagzeug batterie 鼓 架子鼓 打击乐",
}
FAMILIES: dict[str, tuple[int, ...]] = {
    "string quartet": (40, 40, 41, 42),
    "弦乐四重奏": (40, 40, 41, 42),
    "brass quartet": (56, 56, 60, 57),
    "woodwind": (73, 68, 71, 70),
    "woodwinds": (73, 68, 71, 70),
    "orchestra": (48,),
    "交响": (48,),
}
"""Ensembles by name, programs from the highest voice down."""


ENSEMBLE_OF: dict[int, tuple[int, ...]] = {
    40: (40, 40, 41, 42),
    48: (40, 40, 41, 42),
    52: (52, 52, 52, 52),
    56: (56, 56, 60, 57),
    61: (56, 56, 60, 57),
    65: (64, 65, 66, 67),
    68: (68, 68, 69, 70),
    71: (71, 71, 71, 70),
    73: (73, 73, 71, 70),
}
"""Who plays several voices where one instrument alone is named, from the top."""

_AMBIGUOUS = frozenset(
    "voice voices soprano alto tenor baritone mezzo cantus altus bassus cor chorus whistle chimes lute piccolo".split()
)
"""Names that in a sentence seldom mean an instrument."""


@lru_cache(maxsize=1)
def program_names() -> dict[str, int]:
    """Every name with its program, the words of General MIDI's own names included; lower case, single spaces."""
    import pretty_midi

    names = {plain_name(pretty_midi.program_to_instrument_name(p)): p for p in range(120)}
    for program, text in _NAMES.items():
        names.update({plain_name(name): program for name in text.split()})
    return names


def plain_name(name: str) -> str:
    """A name in lower case, without marks, words set apart by one space."""
    return " ".join(re.sub(r"[()\-_.,]", " ", name.lower()).split())


def find_program(name: str) -> int | None:
    """The program of a part by its name ("Violin II", "Clarinet in Bb 1", "Flauto"); None if it names no instrument.

    Drums are None too: whether a part is drums its file must say.
    """
    names = program_names()
    plain = plain_name(name)
    words = plain.split()
    for size in range(len(words), 0, -1):
        for first in range(len(words) - size + 1):
            program = names.get(" ".join(words[first : first + size]))
            if program is not None and program != DRUMS:
                return program
    return CHOIR if words and words[0] in ("bass", "basso", "superius", "discant") and len(words) < 3 else None


def find_instruments(text: str) -> tuple[tuple[str, tuple[int, int], tuple[int, ...]], ...]:
    """Instruments that a text names, in order: (words as they stand there, their span, programs, DRUMS for drums).

    Longer names win over shorter ones ("tenor saxophone" over "tenor"); Chinese names may stand within a sentence.
    """
    known: dict[str, tuple[int, ...]] = {
        name: (program,) for name, program in program_names().items() if name not in _AMBIGUOUS
    }
    known = {**known, **FAMILIES}
    found: list[tuple[tuple[int, int], str, tuple[int, ...]]] = []
    taken = [False] * len(text)
    lower = text.lower()
    for name in sorted(known, key=lambda n: (-len(n), n)):
        pattern = re.escape(name).replace(r"\ ", r"[\s\-]+")
        if name.isascii():
            pattern = rf"(?<![a-z]){pattern}s?(?![a-z])"
        for match in re.finditer(pattern, lower):
            if not any(taken[match.start() : match.end()]):
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())
                found.append((match.span(), match[0], known[name]))
    return tuple((text[a:b], (a, b), programs) for (a, b), _, programs in sorted(found))
