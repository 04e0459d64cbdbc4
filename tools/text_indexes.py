"""Builds the indexes of known texts that literature ships: hashes and names, no text (`core.originality.Index`).

python tools/text_indexes.py CORPORA/texts plugins/literature/lm/indexes

Eight megabytes in all: every Chinese poem, the three Chinese writers of prose, every poem of the first English
collection, of the second those of the poets whose lines are known by heart, and English works of prose of at most 60,000
words, the shortest first. Each index is measured by works of its own, every one without itself.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, tempfile.mkdtemp())
(Path(sys.path[0]) / "artwright").symlink_to(ROOT)

import numpy as np  # noqa: E402
from artwright.core.artwork import Text  # noqa: E402
from artwright.core.originality import Fingerprint, Index  # noqa: E402
from artwright.plugins.literature.formats.files import read_words  # noqa: E402
from artwright.plugins.literature.formats.rows import read_rows  # noqa: E402
from artwright.plugins.literature.lm.originality import fingerprint_of  # noqa: E402
from artwright.plugins.literature.models.poet.styles import ENGLISH_PROSE  # noqa: E402

KNOWN = (
    "William Blake", "John Keats", "Percy Bysshe Shelley", "Samuel Taylor Coleridge", "Thomas Gray",
    "William Shakespeare", "John Donne", "George Herbert", "Andrew Marvell", "Emily Dickinson", "Emma Lazarus",
    "W. B. (William Butler) Yeats", "Emily Brontë", "Edgar Allan Poe", "Gerard Manley Hopkins", "Wilfred Owen", "Baron George Gordon Byron Byron",
    "Baron Alfred Tennyson Tennyson", "William Wordsworth", "Robert Browning",
)  # fmt: skip
#: Poems that everybody knows, by words of theirs; collections have them under the names of those who chose them.
FAMOUS = {
    "wandered lonely as a cloud": "William Wordsworth, Daffodils",
    "she walks in beauty like the night": "Lord Byron, She Walks in Beauty",
    "the assyrian came down like the wolf": "Lord Byron, The Destruction of Sennacherib",
    "half a league half a league": "Alfred Tennyson, The Charge of the Light Brigade",
    "sunset and evening star": "Alfred Tennyson, Crossing the Bar",
    "if you can keep your head when all": "Rudyard Kipling, If",
    "the boy stood on the burning deck": "Felicia Hemans, Casabianca",
    "twinkle twinkle little star": "Jane Taylor, The Star",
    "twas the night before christmas": "Clement Clarke Moore, A Visit from St. Nicholas",
    "come live with me and be my love": "Christopher Marlowe, The Passionate Shepherd",
    "gather ye rosebuds while ye may": "Robert Herrick, To the Virgins",
    "death be not proud": "John Donne, Death, be not proud",
    "i think that i shall never see": "Joyce Kilmer, Trees",
    "i must go down to the seas again": "John Masefield, Sea Fever",
    "in flanders fields the poppies": "John McCrae, In Flanders Fields",
    "abou ben adhem": "Leigh Hunt, Abou Ben Adhem",
    "stone walls do not a prison make": "Richard Lovelace, To Althea",
    "had we but world enough and time": "Andrew Marvell, To His Coy Mistress",
    "the curfew tolls the knell of parting": "Thomas Gray, Elegy",
    "i met a traveller from an antique land": "Percy Bysshe Shelley, Ozymandias",
    "not like the brazen giant of greek fame": "Emma Lazarus, The New Colossus",
    "drink to me only with thine eyes": "Ben Jonson, To Celia",
    "out of the night that covers me": "William Ernest Henley, Invictus",
    "it was many and many a year ago": "Edgar Allan Poe, Annabel Lee",
}
ZH_WRITERS = {"luxun": "鲁迅", "yudafu": "郁达夫", "xiaohong": "萧红"}
LONGEST_PROSE, MOST_PROSE, MOST_VERSE = 60_000, 720_000, 460_000
REAL = 500

Work = tuple[str, Fingerprint]


def _print(lines: Iterable[str], language: str) -> Fingerprint:
    made = fingerprint_of(Text(stanzas=(tuple(lines),), language=language))
    assert made is not None
    return Fingerprint(kind=made.kind, sequences=made.sequences, unit=made.unit)


def chinese_verse(folder: Path) -> Iterator[Work]:
    """Every poem by 作者《题》; poems of one title are told apart by their first characters."""
    rows = sorted(
        read_rows(folder / "poetry-zh.jsonl.gz"), key=lambda r: (str(r["dynasty"]), str(r["author"]), str(r["title"]))
    )
    seen: set[str] = set()
    for row in rows:
        title = re.sub(r"\s+", "", str(row["title"])) or "无题"
        name = f"{row['author']}《{title[:24]}》"
        if name in seen:
            name += "".join(re.findall(r"[\u3400-\u9fff]", "".join(row["lines"])))[:4]
        seen.add(name)
        yield name, _print(row["lines"], "zh")


def chinese_prose(folder: Path) -> Iterator[Work]:
    """The pieces of the three writers."""
    for file in sorted((folder / "prose-zh").rglob("*.txt")):
        yield f"{ZH_WRITERS[file.parent.name]}《{file.stem}》", _print([read_words(file, limit=0)[0]], "zh")


def english_verse(folder: Path) -> Iterator[Work]:
    """Every poem of the first collection, then the known poets' of the second that are not there already."""
    seen: set[str] = set()
    words = 0
    files = (folder / "poetry-en.jsonl.gz", folder / "poetry-en-more.jsonl.xz")
    for file in files:
        rows = list(read_rows(file))
        if file is files[1]:
            known = [r for author in KNOWN for r in rows if r["author"] == author and len(r["lines"]) <= 80]
            rows = [r for r in rows if _famous(r) and len(r["lines"]) <= 160] + known
        for row in rows:
            lines = [str(line) for line in row["lines"]]
            keys = {" ".join(re.findall(r"[a-z]+", line.lower())) for line in lines if len(line) > 20}
            made = _print(lines, "en")
            if file is files[1] and (len(keys & seen) >= 2 or words + made.size > MOST_VERSE or made.size < 20):
                continue
            words += made.size if file is files[1] else 0
            seen |= keys
            title = " ".join(str(row["title"]).split())[:60] or lines[0][:40]
            yield _famous(row) or f"{row['author']}, {title}", made


def _famous(row: dict[str, Any]) -> str:
    """The name of a poem that is known by its words, "" for others."""
    text = " ".join(re.findall(r"[a-z]+", " ".join(map(str, row["lines"][:40])).lower().replace("'", "")))
    return next((name for words, name in FAMOUS.items() if words in text), "")


def english_prose(folder: Path) -> Iterator[Work]:
    """Short works of prose, the shortest first, up to a number of words in all."""
    found = []
    for file in sorted((folder / "prose-en").rglob("*.txt")):
        made = _print([read_words(file, limit=0)[0]], "en")
        author = ENGLISH_PROSE.get(file.parent.name, file.parent.name.replace("_", " ").title())
        found.append((f"{author}, {file.stem.replace('_', ' ').capitalize()}", made))
    words = 0
    for name, made in sorted(found, key=lambda work: work[1].size):
        words += made.size
        if made.size <= LONGEST_PROSE and words <= MOST_PROSE:
            yield name, made


def _pages(works: list[Work], size: int, rng: np.random.Generator) -> list[Work]:
    """Pages of works: what a generated page is as long as."""
    found = []
    for name, made in works:
        text = made.sequences[0]
        if len(text) > size:
            at = int(rng.integers(len(text) - size))
            found.append((name, Fingerprint(kind=made.kind, sequences=(text[at : at + size],), unit=made.unit)))
    return found


def main() -> None:
    """Build all four, tell their sizes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("texts", type=Path)
    parser.add_argument("output", type=Path)
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    sources = {
        "verse-zh": ("zh", "poems", chinese_verse, "classical Chinese poems, their texts in the public domain"),
        "prose-zh": ("zh", "pages", chinese_prose, "Lu Xun, Yu Dafu, Xiao Hong, in the public domain"),
        "verse-en": ("en", "poems", english_verse, "English poems of Project Gutenberg texts, in the public domain"),
        "prose-en": (
            "en",
            "pages",
            english_prose,
            "short English works of Project Gutenberg texts, in the public domain",
        ),
    }
    total = 0
    for name, (kind, noun, read, data) in sources.items():
        rng = np.random.default_rng(0)
        works = list(read(given.texts))
        real = works if noun == "poems" else _pages(works, 400, rng)
        real = [real[i] for i in rng.permutation(len(real))[:REAL]]
        facts = {
            "data": f"{len(works)} {'works' if noun == 'pages' else noun}: {data}",
            "licence": "hashes and names, MIT like the code",
            "command": "python tools/text_indexes.py CORPORA/texts plugins/literature/lm/indexes",
        }
        index = Index.build(works, real=real, kind=kind, gram=4, noun=noun, facts=facts)
        path = given.output / f"{name}.safetensors"
        index.save(path)
        total += path.stat().st_size
        print(f"{name}: {len(works)} works, {path.stat().st_size:,} bytes")
    print(f"{total:,} bytes in all")


if __name__ == "__main__":
    main()
