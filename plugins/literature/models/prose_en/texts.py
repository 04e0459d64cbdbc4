"""Texts for the English prose model: cleaned, as byte-level BPE tokens, one stream of prose and one of verse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .....core.errors import InputError, WeightsError
from .....core.training import split_held_out
from ...english.corpus import Poem, clean_stanzas, read_poems
from ...formats.files import read_words

if TYPE_CHECKING:
    from tokenizers import Tokenizer
from ...lm.arrays import Arrays

__all__ = ["END", "ProseData", "code_corpus", "read_prose", "special_tokens", "train_tokenizer"]

END, VERSE, PROSE, ANY = "<end>", "<verse>", "<prose>", "<author:any>"


@dataclass(frozen=True)
class Work:
    """A work of prose. author: the folder's name, or "" for a file that lies in no author's folder."""

    author: str
    name: str
    text: str


def read_prose(folder: Path) -> list[Work]:
    """Works under a folder: .txt files, in folders by author or not, in order of their paths.

    Raises FormatError if a file is no text, naming it and the byte.
    """
    folder = Path(folder)
    files = (
        sorted(f for f in folder.rglob("*.txt") if "-zh" not in str(f.relative_to(folder).parent))
        if folder.is_dir()
        else [folder]
    )
    works = []
    for file in files:
        author = file.parent.name.replace("_", "-") if file.parent != folder else ""
        works.append(Work(author, file.stem, read_words(file, limit=0)[0]))
    return works


def poem_text(poem: Poem) -> str:
    """A poem's lines joined with newlines, what is not verse left out; "" if nothing is left."""
    return "\n".join(line.strip() for stanza in clean_stanzas(poem) for line in stanza)


def special_tokens(authors: list[str]) -> list[str]:
    """Control tokens: end, kinds, authors."""
    return [END, VERSE, PROSE, ANY, *(f"<author:{a}>" for a in authors)]


def token_id(tokenizer: Tokenizer, token: str) -> int:
    """The number of a control token. Raises WeightsError if the tokenizer has none of that name."""
    found = tokenizer.token_to_id(token)
    if found is None:
        raise WeightsError(
            f"the tokenizer of the prose model has no token {token!r}; train it again or install artwright again"
        )
    return int(found)


def train_tokenizer(texts: Iterator[str], specials: list[str], *, size: int = 8_192) -> Tokenizer:
    """A byte-level BPE of `size` tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=size,
        special_tokens=specials,
        show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        max_token_length=16,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer


@dataclass
class ProseData(Arrays):
    """Streams of token numbers (uint16). verse: poems, each closed by END; prose: works, each closed by END, with the
    author's token number for each work and where it begins."""

    prose: NDArray[np.uint16]
    prose_start: NDArray[np.int64]
    prose_author: NDArray[np.int64]
    verse: NDArray[np.uint16]
    verse_start: NDArray[np.int64]
    held_prose: NDArray[np.uint16]
    held_verse: NDArray[np.uint16]


def _stream(tokenizer: Tokenizer, texts: list[str], end: int) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    parts: list[NDArray[np.uint16]] = []
    starts, at = [], 0
    for i in range(0, len(texts), 256):
        for coded in tokenizer.encode_batch_fast(texts[i : i + 256], add_special_tokens=False):
            ids = np.array([*coded.ids, end], np.uint16)
            starts.append(at)
            parts.append(ids)
            at += len(ids)
    return (np.concatenate(parts) if parts else np.zeros(0, np.uint16)), np.array(starts, np.int64)


def without_copies(texts: list[str], kept: list[int], held: list[int]) -> list[int]:
    """Held-out poems that share fewer than two lines with each of those that are learned from."""

    def keys(text: str) -> list[str]:
        return ["".join(filter(str.isalpha, line.lower())) for line in text.split("\n") if len(line) > 20]

    owner = {key: i for i in held for key in keys(texts[i])}
    copied: set[int] = set()
    for i in kept:
        shared = Counter(owner[key] for key in keys(texts[i]) if key in owner)
        copied |= {j for j, n in shared.items() if n >= 2}
    return [i for i in held if i not in copied]


def gather(corpus: Path) -> tuple[list[Work], list[Work], list[str], list[str]]:
    """(works to learn, works held out, poems to learn, poems held out). Raises InputError if
    there is too little text.
    """
    corpus = Path(corpus)
    folder = corpus / "prose-en" if (corpus / "prose-en").is_dir() else corpus
    works = read_prose(folder)
    poems = (
        list(read_poems(corpus))
        if any(".jsonl" in f.name for f in (corpus.iterdir() if corpus.is_dir() else [corpus]))
        else []
    )
    if sum(len(w.text) for w in works) < 20_000:
        raise InputError(
            f"{str(corpus)!r} holds {sum(len(w.text) for w in works)} characters of English prose in .txt files; "
            f"at least 20,000 are needed"
        )
    kept, held = (
        split_held_out([f"{w.author}/{w.name}" for w in works], 0.06, salt="prose-en") if len(works) > 1 else ([0], [])
    )
    learned, kept_out = [works[i] for i in kept], [works[i] for i in held]
    names = [f"{p.title}|{p.stanzas[0][0] if p.stanzas and p.stanzas[0] else i}" for i, p in enumerate(poems)]
    verse_kept, verse_held = (
        split_held_out(names, 0.02, salt="verse-en") if len(poems) > 1 else (list(range(len(poems))), [])
    )
    texts = [poem_text(p) for p in poems]
    verse_held = without_copies(texts, verse_kept, verse_held)
    return (
        learned,
        kept_out,
        [texts[i] for i in verse_kept if texts[i]],
        [texts[i] for i in verse_held if texts[i] and "-more" not in poems[i].source],
    )


def build_data(corpus: Path, *, size: int = 8_192) -> tuple[ProseData, Tokenizer, list[str]]:
    """(data, tokenizer, authors) of a corpus folder."""
    learned, held, poems, held_poems = gather(corpus)
    authors = sorted({w.author for w in learned if w.author})
    specials = special_tokens(authors)

    def sample() -> Iterator[Any]:
        for work in learned[::2]:
            yield work.text[:400_000]
        yield from poems[:: max(1, len(poems) // 6_000)]

    tokenizer = train_tokenizer(sample(), specials, size=size)
    return _coded((learned, held, poems, held_poems), tokenizer), tokenizer, authors


def code_corpus(corpus: Path, tokenizer: Tokenizer) -> ProseData:
    """A corpus folder in the tokens of a tokenizer that there is; authors that it has no token for count as any."""
    return _coded(gather(corpus), tokenizer)


def _coded(texts: tuple[list[Work], list[Work], list[str], list[str]], tokenizer: Tokenizer) -> ProseData:
    learned, held, poems, held_poems = texts
    end, any_author = token_id(tokenizer, END), token_id(tokenizer, ANY)
    prose, prose_start = _stream(tokenizer, [w.text for w in learned], end)
    known = [tokenizer.token_to_id(f"<author:{w.author}>") for w in learned]
    verse, verse_start = _stream(tokenizer, poems, end)
    return ProseData(
        prose,
        prose_start,
        np.array([any_author if n is None else n for n in known], np.int64),
        verse,
        verse_start,
        _stream(tokenizer, [w.text[:60_000] for w in held], end)[0],
        _stream(tokenizer, held_poems, end)[0],
    )
