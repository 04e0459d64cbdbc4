"""Bits per character of the English models on works they have not seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ....core.errors import InputError
from .corpus import read_poems
from .lending import lend_prose
from .prose_data import read_prose
from .prose_engine import Memory

if TYPE_CHECKING:
    from ....core.progress import Progress

__all__ = ["evaluate"]


def evaluate(
    path: Path,
    home: Path | None,
    progress: Progress | None = None,
    *,
    devices: Any = None,
    weights: str = "",
    model: str = "prose-en",
) -> dict[str, Any]:
    """{"characters", "bits_per_char", "tokens", "works", "kind", "network_bits_per_char"} of a .jsonl of poems or a
    folder of .txt.

    A poem counts as its lines joined with newlines and one end mark; a text as its characters and one end mark. Works
    are
    read one after another in the order of the file; what a work teaches is remembered only inside it, but for the
    mixing weights. Whichever model is named, it is the BPE model that measures: a model of whole words has no bits for
    the
    spelling of words it does not know. Raises InputError if the path holds no work.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(f"there is nothing at {str(path)!r}; give a .jsonl file of poems or a folder of .txt files")
    if path.is_file():
        is_verse = ".jsonl" in path.name
    else:
        is_verse = any(".jsonl" in f.name for f in path.iterdir()) and not any(path.rglob("*.txt"))
    texts = (
        ["\n".join(line for s in p.stanzas for line in s) for p in read_poems(path)]
        if is_verse
        else [w.text for w in read_prose(path)]
    )
    texts = [t for t in texts if t.strip()]
    if not texts:
        raise InputError(f"{str(path)!r} holds no text; a .jsonl line needs 'lines', a folder needs .txt files")
    kind = "verse" if is_verse else "prose"
    bits = network = 0.0
    characters = tokens = 0
    with lend_prose(devices, home, weights) as engine:
        mix = engine.start_weights(kind)
        for number, text in enumerate(texts):
            ids = [*engine.encode(text), engine.end]
            bits -= float(engine.log_p(ids, kind, memory=Memory(), weights=mix).sum()) / np.log(2)
            network -= float(engine.network_log_p(ids, kind).sum()) / np.log(2)
            characters += len(text) + 1
            tokens += len(ids)
            if progress is not None:
                progress.update((number + 1) / len(texts), f"{bits / characters:.3f} bits a character")
    return {
        "language": "en",
        "kind": kind,
        "works": len(texts),
        "characters": characters,
        "tokens": tokens,
        "bits_per_char": round(bits / characters, 4),
        "network_bits_per_char": round(network / characters, 4),
        "bits_per_token": round(bits / tokens, 4),
        "measured_by": "prose-en",
        "asked": model,
    }
