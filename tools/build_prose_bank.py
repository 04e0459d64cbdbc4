"""Makes the bank of sentences of `plugins/literature/models/prose_en`: python tools/build_prose_bank.py corpora/texts/prose-en

Sentences of 5 to 24 words of the authors whose voices are offered, without names, dialogue or figures.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

MODEL = Path(__file__).parents[1] / "plugins" / "literature" / "models" / "prose_en"
_ABBREVIATED = re.compile(r"\b(Mr|Mrs|Dr|St|Miss|Capt|Col|M|Mme|Esq|No|[Vv]ol|p|i\.e|e\.g)\.$")
_ODD = re.compile(r"[\d\[\]{}()*|<>=/\"]|[A-Z]{2,}|--.*--|(^| )'|'( |$)|\.--|! ")
_QUOTES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "_": ""})
_RAISED = frozenset(("I", "God", "Heaven"))


def sentences(text: str) -> Iterator[tuple[str, int, str]]:
    """(place, number, sentence) of those of a work that may be quoted."""
    number = 0
    for paragraph in re.split(r"\n\s*\n", text.translate(_QUOTES)):
        parts: list[str] = []
        for part in re.split(r"(?<=[.!?])\s+(?=[A-Z\"])", " ".join(paragraph.split())):
            if parts and _ABBREVIATED.search(parts[-1]):
                parts[-1] += f" {part}"
            else:
                parts.append(part)
        for at, sentence in enumerate(parts):
            number += 1
            if _is_plain(sentence):
                yield "P" if not at else "E" if at == len(parts) - 1 else "-", number, sentence


def common_openers(corpus: Path) -> frozenset[str]:
    """Words that stand far more often small than raised inside sentences: what else opens one is a name."""
    small: Counter[str] = Counter()
    raised: Counter[str] = Counter()
    for file in sorted(corpus.glob("*/*.txt")):
        for before, word in re.findall(r"(\S+) ([A-Za-z]+)", file.read_text("utf-8", errors="replace")):
            if before[-1].isalpha() or before[-1] == ",":
                (raised if word[0].isupper() else small)[word.lower()] += 1
    return frozenset(w for w, n in small.items() if n >= 5 and n > 3 * raised[w]) | {"i"}


def _is_plain(sentence: str) -> bool:
    words = sentence.split()
    if not 5 <= len(words) <= 24 or _ODD.search(sentence) or not sentence[0].isupper() or sentence[-1] not in ".!?":
        return False
    inner = (w.strip(".,;:!?'-").split("'")[0] for w in words[1:])
    return all(not w[:1].isupper() or w in _RAISED for w in inner)


def main(corpus: str) -> None:
    """Read the works, write the bank."""
    from artwright.core.weights import save_weights
    from artwright.plugins.literature.english.prose_bank import stands_alone
    from artwright.plugins.literature.lm.bank import pack_rows
    from artwright.plugins.literature.models.poet.styles import ENGLISH_PROSE

    rows, seen = [], set()
    common = common_openers(Path(corpus))
    for author in ENGLISH_PROSE:
        for file in sorted((Path(corpus) / author.replace("-", "_")).glob("*.txt")):
            for place, number, sentence in sentences(file.read_text("utf-8", errors="replace")):
                first = sentence.split()[0].strip(",;:-").split("'")[0].lower()
                if sentence not in seen and first in common and stands_alone(sentence):
                    seen.add(sentence)
                    rows.append((author, file.stem, place, str(number), sentence))
    card = {
        "model": "prose-en-bank",
        "data": f"{len(rows)} single sentences of {len(ENGLISH_PROSE)} authors of Project Gutenberg texts",
        "licence": "works in the public domain, as they stand",
        "steps": 0,
        "seed": 0,
        "evaluation": {"sentences": len(rows)},
        "command": "python tools/build_prose_bank.py corpora/texts/prose-en",
    }
    save_weights(MODEL / "prose-en-bank.safetensors", pack_rows(rows), card)


if __name__ == "__main__":
    main(*sys.argv[1:])
