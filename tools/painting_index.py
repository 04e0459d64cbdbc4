"""Build the index of known paintings that new ones are compared with (`plugins/painting/data/works.safetensors`).

python tools/painting_index.py CORPUS [OUTPUT]

CORPUS is a folder of pictures with a metadata.csv (path, artist, title). The index holds a vector of 134 numbers for
each work, the works' names, and how near 1,500 of them come to the others, found without themselves; no picture can be
made from it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from artwright.core.originality import Fingerprint, Index
from artwright.plugins.painting.eye.corpus import Work, list_works
from artwright.plugins.painting.formats.files import read_picture
from artwright.plugins.painting.medium import INDEX
from artwright.plugins.painting.reading.likeness import KIND, fingerprint

HELD_OUT = 1_500


def name_of(work: Work) -> str:
    """What a person would call it."""
    return f"{work.artist or 'unknown'}: {work.title or 'untitled (' + work.path.stem + ')'}"


def prints(works: list[Work]) -> Iterator[tuple[str, Fingerprint]]:
    """Names and fingerprints."""
    for work in works:
        yield name_of(work), fingerprint(read_picture(work.path)[0])


def main(corpus: Path, output: Path) -> None:
    """Build and write the index."""
    works = list_works(corpus)
    index = Index.build(
        prints(works),
        real=prints(works[:: max(1, len(works) // HELD_OUT)]),
        kind=KIND,
        noun="paintings",
        facts={
            "data": f"{len(works)} paintings by artists who died before 1927",
            "licence": "public-domain works; no picture can be made from these numbers",
            "command": "python tools/painting_index.py CORPUS",
        },
    )
    index.save(output)
    print(f"{len(index)} works, {output.stat().st_size:,} bytes: {output}")


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) == 3 else INDEX)
