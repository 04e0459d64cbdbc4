"""How well words that a theme does not know are read: words taken out of their concept, and a list judged by hand;
spelling is the baseline.

python benchmarks/words.py [--json]
"""

from __future__ import annotations

import argparse
import difflib
import json
import statistics
import sys
import time
from pathlib import Path

from artwright.core import words
from artwright.core.theme import concepts, read_words
from artwright.core.weights import read_cards

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools" / "words"))

from build_words import evaluate

JUDGED = {
    "en": (
        "dagger:soldier rill:river|waterfall minstrel:music|poem|flute quill:poem alabaster:white|stone "
        "turf:grass lagoon:lake|sea|island zephyrs:wind "
        "stead:horse|house corsair:ship|soldier|sea galley:ship|boat mariner:ship|sea seaman:ship|sea "
        "chariot:horse|soldier|king bridle:horse hoofs:horse "
        "heifer:cow|sheep ewe:sheep spaniel:dog throstle:bird chaffinch:bird plover:bird osprey:eagle|bird "
        "trellis:garden|flower|rose arbour:garden|tree "
        "thatch:house|village rafters:house casement:window lattice:window portal:door postern:door "
        "belfries:bell|tower|temple minster:temple "
        "abbot:monk|temple friar:monk vicar:monk|temple choristers:music|temple psalm:music|temple|poem "
        "viol:flute|music timbrel:flute|music|dancer "
        "cymbals:flute|music troubadour:music|poem|lover swain:lover|figure|sheep wooing:lover "
        "bridal:joy|lover|dress nuptial:joy|lover "
        "cavern:stone|mountain torrent:river|waterfall|storm eddies:river|water surges:sea "
        "maelstrom:sea|storm|water tempestuous:storm|sea gusty:wind|storm "
        "sultriness:warm|summer parched:desert|warm arid:desert sunburnt:sun|warm|brown|field "
        "twinkling:star|light lustre:light|jewel satin:dress "
        "ermine:dress|king brocade:dress|gold topaz:jewel|yellow turret:tower bulwark:soldier|tower "
        "cavalier:soldier|horse|figure|lover musket:soldier "
        "trenches:soldier foeman:soldier sceptre:king coronet:king|jewel despot:king|anger "
        "tyrant:king|anger|soldier sepulchre:ruin|death hearse:death "
        "shroud:death bewail:sorrow|death anguished:sorrow languor:peace|dream|sorrow drowsy:dream|peace "
        "slumberous:dream|peace wrathfully:anger "
        "vexation:anger|sorrow jocund:joy mirthful:joy revelry:joy|wine|dancer goblets:wine flagon:wine "
        "claret:wine mead:wine|grass|field loaves:kitchen "
        "roast:kitchen porridge:kitchen nectarine:fruit|peach quince:fruit cowslip:flower jessamine:flower "
        "eglantine:flower|rose "
        "honeysuckle:flower|rose|garden thyme:flower|grass|garden brambles:grass|tree|leaf larch:tree elms:tree"
    ),
    "zh": (
        "戟:soldier 羹:kitchen|tea 蛱蝶:butterfly 柳絮:tree|flower|spring|wind 钓竿:boat "
        "檀板:music|flute|dancer 琼浆:wine|spirit 鹡鸰:bird|goose "
        "舳舻:ship|boat 缆:boat|ship|harbour 篙:boat 骢:horse 辔:horse 骝:horse 犊:cow 豚:kitchen|cow|sheep "
        "莺:bird 鸠:bird 鹂:bird 鳜:fish 鲂:fish 蚕:bee "
        "蚓:bee 榴:fruit|flower 杏:plum|peach|flower 菱:lotus 藕:lotus|kitchen 荇:lotus|grass|water "
        "蓼:grass|flower 桧:tree 楸:tree 榭:tower 扃:door 闼:door "
        "牖:window 幌:window|lamp|dress 箔:window|bee 梵:temple|monk 偈:temple|monk 刹:temple 衲:monk|dress "
        "冕:king 玺:king|jewel 戈:soldier 矛:soldier "
        "戍:soldier 虏:soldier 烽:soldier 霰:snow 雹:storm|snow|rain 霪:rain 飙:wind|storm 飓:wind|storm|sea "
        "曦:sun|dawn 暾:sun|dawn 晡:dusk|day 宵:night "
        "寐:dream|night 酣:wine|dream 酤:wine 醅:wine 醪:wine 觥:wine 篆:poem|smoke 咏:poem 笺:poem "
        "毫:poem|hand 砚:poem 黛:mountain|portrait|eye|green "
        "鬓:time|portrait 髻:portrait|dress 钗:jewel|dress|portrait 簪:jewel|dress|portrait 佩:jewel|dress "
        "襦:dress 衫:dress 裘:dress 涕:sorrow "
        "恸:sorrow|death 戚:sorrow|mother 怆:sorrow 悄:peace|sorrow 谧:peace 恬:peace 嗔:anger 愠:anger 悚:fear 骇:fear"
    ),
}
"""Words with the images that a reader would accept, written down before any was tried."""


def judge(language: str) -> dict[str, float]:
    """Of the judged words that the table does not hold: how many the vectors know, how many are read, how many of these
    rightly; and by spelling.
    """
    asked = {w: set(k.split("|")) for w, k in (part.split(":") for part in JUDGED[language].split())}
    asked = {w: k for w, k in asked.items() if not read_words(w)[1]}
    listed = {w: c.key for c in concepts().values() for w in getattr(c, language)}
    found = {w: words.nearest_concepts(w, language, 1) for w in asked}
    read = {w: near[0][0] for w, near in found.items() if near}
    spelt = [difflib.get_close_matches(w, listed, 1, 0) for w in asked]
    return {
        "words": len(asked),
        "in_the_vectors": sum(bool(words.neighbours(w, language, 1)) for w in asked),
        "read": len(read),
        "right": round(sum(key in asked[w] for w, key in read.items()) / len(read), 3),
        "right_by_spelling": round(
            sum(bool(s) and listed[s[0]] in asked[w] for w, s in zip(asked, spelt, strict=True)) / len(asked), 3
        ),
    }


def milliseconds(word: str, language: str) -> dict[str, float]:
    """Processor time of a first and of a further unknown word, medians of 7."""
    first, further = [], []
    for _ in range(7):
        words.vectors._vectors.cache_clear()
        for times in (first, further):
            began = time.process_time()
            words.nearest_concepts(word, language)
            times.append(1e3 * (time.process_time() - began))
    return {"first": round(statistics.median(first), 1), "further": round(statistics.median(further), 2)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    as_json = parser.parse_args().json
    figures: dict[str, object] = {"bytes": sum(card["bytes"] for card in read_cards(words.DATA).values())}
    for language, word in (("en", "dagger"), ("zh", "戟")):
        vectors = words.vectors._vectors(language)
        figures[language] = {
            "vectors": len(vectors.words),
            "taken_out": evaluate(vectors.words, vectors.rows, language),
            "judged": judge(language),
            "milliseconds": milliseconds(word, language),
        }
    print(json.dumps(figures, indent=None if as_json else 1, ensure_ascii=False))


if __name__ == "__main__":
    main()
