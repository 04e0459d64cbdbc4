"""Chinese prose with a voice: counted characters, mixed by how much each source knows of the moment.

Three sources give a distribution over the next character: the n-grams of one author, those of vernacular prose of five
centuries, and the text itself so far. How much each counts is learned on held-out pieces, by the length of the context
that the author and the text know. It holds a voice and a phrase; it holds no plot.

`score` is a code: probabilities of each character given those before, the text's own counts included, summing to one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ....core.artwork import Text
from ....core.errors import InputError
from ....core.progress import Progress, Silent
from ....core.theme import Theme
from ....core.weights import load_weights
from ..options import PoetOptions
from .prose_counts import Counts

if TYPE_CHECKING:
    from ....core.devices import DeviceManager

__all__ = ["ProseEngine", "clean", "compose_prose", "evaluate_prose", "fill_prose", "read_pieces", "rewrite"]

Floats = NDArray[np.float32]
_ENDS = "。！？…"
_CANDIDATES = 12
_CONTENT = 0.5
_LONGEST_COPY = 12
_UNKNOWN_BITS = 15.0


def clean(text: str) -> str:
    """Paragraphs without indentation or empty lines, one a line."""
    return "\n".join(line.strip() for line in text.replace("\r", "").split("\n") if line.strip())


class _Cache:
    """The n-grams of a text so far (orders 1 to 3), with Witten-Bell backoff."""

    def __init__(self) -> None:
        self.tables: list[dict[tuple[int, ...], dict[int, int]]] = [{}, {}, {}]

    def probability(self, before: Sequence[int], char: int) -> tuple[float, int]:
        """(probability of `char`, length + 1 of the longest known context or 0)."""
        p, rest, depth = 0.0, 1.0, 0
        for k in (2, 1, 0):
            if len(before) < k:
                continue
            row = self.tables[k].get(tuple(before[len(before) - k :]) if k else ())
            if row:
                depth = depth or k + 1
                total = sum(row.values())
                share = total / (total + len(row))
                p += rest * share * row.get(char, 0) / total
                rest *= 1 - share
        return p, depth

    def add(self, before: Sequence[int], char: int) -> None:
        """Count one more character."""
        for k in (0, 1, 2):
            if len(before) >= k:
                row = self.tables[k].setdefault(tuple(before[len(before) - k :]) if k else (), {})
                row[char] = row.get(char, 0) + 1


class ProseEngine:
    """The counts, ready for use."""

    def __init__(self, arrays: Mapping[str, NDArray[Any]], card: Mapping[str, Any]) -> None:
        self.card = card
        self.chars = arrays["chars"].tobytes().decode("utf-8")
        self.ids = {c: i + 2 for i, c in enumerate(self.chars)}
        size = len(self.chars) + 2
        names = sorted({name.split(".")[0] for name in arrays if "." in name})
        self.counts = {name: Counts({k.split(".", 1)[1]: v for k, v in arrays.items() if k.startswith(name + ".")}, size) for name in names}
        self.mix = np.asarray(arrays["mix"], np.float64).reshape(4, 4, 3)
        self.voices = tuple(n for n in names if n != "base")
        unigram, _ = self.counts["base"].distribution([])
        self.log_unigram = np.log(np.maximum(unigram, 1e-7)).astype(np.float64)
        plain = set("，。、！？；：“”…\n")
        self.writable = np.array([False, False, *("\u4e00" <= c <= "\u9fff" or c in plain for c in self.chars)])
        self.marks = {c: self.ids.get(c, 0) for c in plain}

    @classmethod
    def load(cls, path: Path) -> ProseEngine:
        """The engine of a weight file. Raises WeightsError."""
        return cls(*load_weights(path))

    def encode(self, text: str) -> NDArray[np.int64]:
        """Ids of a text, a separator before and after it."""
        return np.array([0, *(self.ids.get(c, 1) for c in text), 0], np.int64)

    def parts(self, text: str, voice: str) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.int64]]:
        """(probabilities by author, base and cache: shape (characters, 3); depth of the author's context; of the cache's)."""
        ids = self.encode(text)
        author, deep = self.counts[voice].score(ids)
        base, _ = self.counts["base"].score(ids)
        cache = _Cache()
        own = np.zeros((len(ids) - 1, 2))
        row = ids.tolist()
        for i in range(1, len(row)):
            before = row[max(0, i - 2) : i]
            own[i - 1] = cache.probability(before, row[i])
            cache.add(before, row[i])
        return np.stack([author, base, own[:, 0]], axis=1).astype(np.float64), deep, own[:, 1].astype(np.int64)

    def score(self, text: str, voice: str) -> float:
        """Bits of a text, its end counted, in one voice."""
        p, deep, own = self.parts(text, voice)
        mixed = (p * self.mix[deep, own]).sum(axis=1)
        unknown = sum(c not in self.ids for c in text)
        return float(-np.log2(np.maximum(mixed, 1e-12)).sum()) + _UNKNOWN_BITS * unknown

    def next(self, context: Sequence[int], voice: str, *, author: float = 0.75) -> Floats:
        """The distribution over what follows, without the cache."""
        own, _ = self.counts[voice].distribution(context)
        base, _ = self.counts["base"].distribution(context)
        return author * own + (1 - author) * base

    def write(
        self, context: list[int], voice: str, rng: np.random.Generator, *, temperature: float, most: int, wanted: frozenset[int] = frozenset(),
    ) -> tuple[list[int], float]:
        """(ids of one sentence after `context`, its mean score). wanted: characters made likelier, until they have come.

        The score is log-probability less a part of the character's own: by likelihood alone the emptiest sentence wins.
        Quotation marks come in pairs; letters, digits and brackets are not written.
        """
        made: list[int] = []
        total = 0.0
        behind = self.text(context[-200:]).rpartition("\n")[2]
        quotes = behind.count("“") - behind.count("”")
        while len(made) < most:
            p = self.next((context + made)[-3:], voice).astype(np.float64) * self.writable
            p[self.marks["“" if quotes > 0 else "”"]] = 0
            if quotes > 0:
                p[self.marks["\n"]] = 0
            last = (context + made)[-1:]
            if last and self.chars[last[0] - 2] == "…":
                p[self.marks["…"]] *= (context + made)[-2:-1] != last
            if not p.any():
                break
            for char in wanted - set(made):
                p[char] *= 6
            drawn = p ** (1 / temperature)
            drawn[drawn < 0.02 * drawn.max()] = 0
            mass = np.cumsum(drawn)
            char = int(np.searchsorted(mass, rng.random() * mass[-1], side="right"))
            total += math.log(max(float(p[char]), 1e-9)) - _CONTENT * float(self.log_unigram[char])
            made.append(char)
            text = self.chars[char - 2]
            quotes += {"“": 1, "”": -1}.get(text, 0)
            if text == "\n" or (text in _ENDS and quotes <= 0 and len(made) > 6):
                break
        return made, total / max(1, len(made))

    def text(self, ids: Sequence[int]) -> str:
        """Characters of ids; separators and unknown ones are left out."""
        return "".join(self.chars[i - 2] for i in ids if i > 1)

    def copied(self, ids: Sequence[int], voice: str) -> int:
        """Characters of the longest run whose every step has a context of three that the author knows and goes the author's way."""
        row = np.array([0, *ids], np.int64)
        p, deep = self.counts[voice].score(row)
        best = run = 0
        for known, share in zip(deep, p, strict=True):
            run = run + 1 if known == 3 and share > 0.3 else 0
            best = max(best, run)
        return best + 3 if best else 0


def _voice_of(engine: ProseEngine, style: str) -> str:
    from .voices import AUTHORS

    keys = {name: key for key, name in AUTHORS.items()}
    voice = keys.get(style, style or "luxun")
    if voice not in engine.voices:
        raise InputError(f"the prose model has no voice {style!r}; it has: {', '.join(AUTHORS.get(v, v) for v in engine.voices)}")
    return voice


def compose_prose(
    theme: Theme, options: PoetOptions, rng: np.random.Generator, progress: Progress, devices: DeviceManager | None, home: Path, *, style: str = "",
) -> tuple[Text, dict[str, Any]]:
    """A page of prose about the theme: sentence by sentence, each the best of twelve by likelihood, theme and novelty."""
    from .planning import theme_words
    from .weights import lend_prose

    if options.acrostic or options.keep:
        raise InputError("an acrostic and given lines belong to verse; leave them out, or ask for a form of verse")
    length = options.length or 400
    with lend_prose(devices, home, options.weights) as engine:
        voice = _voice_of(engine, style)
        words = [w for w in (*re.split(r"[,，、;；\s]+", options.keywords), *re.split(r"[;；,，\s]+", options.memory), *theme_words(theme)) if w]
        unknown = [c for w in words for c in w if c not in engine.ids]
        if unknown and options.keywords:
            raise InputError(f"the character {unknown[0]!r} is not known to the prose model; choose other words")
        opening = clean(options.opening) or _opening(words, rng)
        ids = [engine.ids.get(c, 1) for c in opening]
        pending = [w for w in words if w not in opening]
        sentences = 0
        while len(ids) < length:
            progress.update(len(ids) / length, f"{len(ids)} characters")
            wish = pending[0] if pending and sentences % 2 == 0 else ""
            sentence = _best_sentence(engine, ids, voice, words, wish, options.temperature, rng)
            ids += sentence
            sentences += 1
            written = engine.text(sentence)
            pending = [w for w in pending if w not in written]
            if sentences % 5 == 0 and not written.endswith("\n") and "\n" in engine.ids:
                ids.append(engine.ids["\n"])
        body = engine.text(ids)
        body = body[: max(body.rfind(e) for e in _ENDS) + 1] or body
        body = _with_missing(body, [w for w in re.split(r"[,，、;；\s]+", options.keywords) if w])
        score = -engine.score(body, voice) / max(1, len(body))
        notes = {
            "form": "prose", "voice": voice, "score": round(score, 4), "bits_per_char": round(-score, 3), "words_kept": [w for w in words if w in body],
            "originality": {"longest_followed_run": engine.copied(engine.encode(body)[1:-1].tolist(), voice)},
        }
    title = theme.text if theme.language == "zh" and len(theme.text) <= 16 else "".join(words[:2])
    return Text(stanzas=tuple((p,) for p in body.split("\n") if p.strip()), language="zh", form="prose", title=title), notes


def _opening(words: Sequence[str], rng: np.random.Generator) -> str:
    frames = ("我在{}里", "那时是{}的时候，", "说到{}，", "{}，我是常常记起的。", "我向来")
    return frames[int(rng.integers(len(frames)))].format(words[0] if words else "夜")


def _with_missing(body: str, keywords: Sequence[str]) -> str:
    """Promised words that did not come by themselves, said at the end."""
    missing = [w for w in keywords if w not in body]
    return body + (f"这便是{'，'.join(missing)}。" if missing else "")


def _best_sentence(
    engine: ProseEngine, ids: list[int], voice: str, words: Sequence[str], wish: str, temperature: float, rng: np.random.Generator,
) -> list[int]:
    recent = engine.text(ids[-400:])
    best: tuple[float, list[int]] = (-math.inf, [])
    for number in range(_CANDIDATES):
        head = [engine.ids[c] for c in wish if c in engine.ids] if wish and number % 3 == 0 and (not ids or engine.chars[ids[-1] - 2] in _ENDS + "\n") else []
        wanted = frozenset(engine.ids[c] for c in (wish or "") if c in engine.ids)
        made, score = engine.write(ids + head, voice, rng, temperature=temperature, most=70, wanted=wanted)
        sentence = head + made
        text = engine.text(sentence)
        value = score + 0.6 * bool(wish and wish in text) + 0.1 * sum(w in text for w in words[:6])
        value -= 0.5 * (len(text) < 8) + 0.5 * (text[-1:] not in _ENDS + "\n") + 2.0 * (text[:8] in recent)
        value -= 1.5 * (engine.copied(ids[-3:] + sentence, voice) > _LONGEST_COPY)
        value -= 0.5 * abs(text.count("“") - text.count("”")) + 1.0 * bool(re.match(r"[一二三四五六七八九十○〇]+[年月]", text))
        if value > best[0]:
            best = (value, sentence)
    return best[1]


def rewrite(
    text: Text, author: str, strength: float, options: PoetOptions, rng: np.random.Generator, progress: Progress, devices: DeviceManager | None, home: Path,
) -> tuple[Text, dict[str, Any]]:
    """A text towards an author's prose: its content words stay in their order, `strength` of its sentences are written anew around them."""
    from .transfer import content_words
    from .weights import lend_prose, lend_verse

    body = "\n".join(text.lines)
    with lend_verse(devices, home) as verse:
        every = [w for w, _ in content_words(text, verse)]
    sentences = [s for s in re.split(r"(?<=[。！？…\n])", body) if s.strip()] if text.language == "zh" else ["".join(every)]
    with lend_prose(devices, home) as engine:
        voice = _voice_of(engine, author)
        ids: list[int] = []
        kept = 0
        for number, sentence in enumerate(sentences):
            progress.update(number / len(sentences), f"sentence {number + 1}")
            words = [w for w in every if w in sentence] or every[:2]
            if rng.random() >= strength and text.language == "zh":
                ids += [engine.ids.get(c, 1) for c in sentence]
                continue
            for first in range(0, len(words), 2):
                pair = words[first : first + 2]
                made = _best_sentence(engine, ids, voice, pair, pair[0], options.temperature, rng)
                ids += made
                kept += sum(w in engine.text(made) for w in pair)
        written = engine.text(ids)
        score = round(-engine.score(written, voice) / max(1, len(written)), 4)
        notes = {"voice": author, "skeleton": every, "kept_words": [w for w in every if w in written], "score": score}
    paragraphs = tuple((p,) for p in written.split("\n") if p.strip())
    return Text(stanzas=paragraphs, language="zh", form="prose", title=text.title), notes


def fill_prose(
    text: Text, stanzas: tuple[tuple[str, ...], ...], options: PoetOptions, rng: np.random.Generator, progress: Progress, devices: DeviceManager | None,
    home: Path,
) -> tuple[Text, dict[str, Any]]:
    """Gaps in prose, one after the other: of each run of gaps the candidates that fit both sides best."""
    from .weights import lend_prose

    whole = "\n\n".join("\n".join(s) for s in stanzas)
    proposals: list[dict[str, Any]] = []
    with lend_prose(devices, home, options.weights) as engine:
        voice = _voice_of(engine, "")
        while found := re.search("□+", whole):
            progress.update(found.start() / len(whole), "gap")
            size = found.end() - found.start()
            left, right = whole[: found.start()][-60:], whole[found.end() :][:40].split("□")[0]
            options_here = _fillings(engine, left, size, voice, rng)
            scores = np.array([-engine.score(left + c + right, voice) for c in options_here]) * math.log(2)
            p = np.exp(scores - scores.max())
            order = np.argsort(-p)[:10]
            proposals.append({"gap": size, "proposals": [{"text": options_here[i], "probability": round(float(p[i] / p.sum()), 4)} for i in order]})
            whole = whole[: found.start()] + options_here[int(order[0])] + whole[found.end() :]
    made = tuple(tuple(s.split("\n")) for s in whole.split("\n\n"))
    return Text(stanzas=made, language="zh", form=text.form, title=text.title, author=text.author), {"gaps": len(proposals), "proposals": proposals}


def _fillings(engine: ProseEngine, left: str, size: int, voice: str, rng: np.random.Generator) -> list[str]:
    context = [engine.ids.get(c, 1) for c in left]
    if size == 1:
        p = engine.next(context[-3:], voice)
        return [engine.chars[i - 2] for i in np.argsort(-p)[:60] if i > 1 and engine.chars[i - 2] != "\n"][:40]
    found = []
    for _ in range(48):
        made: list[int] = []
        for _ in range(size):
            p = engine.next((context + made)[-3:], voice).astype(np.float64)
            p[:2] = 0
            p[engine.ids.get("\n", 0)] = 0
            mass = np.cumsum(p ** (1 / 0.8))
            made.append(int(np.searchsorted(mass, rng.random() * mass[-1], side="right")))
        found.append(engine.text(made))
    return list(dict.fromkeys(found))


def read_pieces(path: Path) -> list[tuple[str, str, str]]:
    """(author, name, text) of .txt files under a folder (the author is the folder's name), and rows of .jsonl files with `text`."""
    from ..files import decode
    from .corpus import read_rows

    if not path.exists():
        raise InputError(f"{str(path)!r} does not exist; name a folder of .txt files")
    wanted = re.compile(r"(?!poetry).*\.(txt|jsonl|jsonl\.gz|jsonl\.xz)$")
    files = [path] if path.is_file() else sorted(p for p in path.rglob("*") if wanted.match(p.name))
    found: list[tuple[str, str, str]] = []
    for file in files:
        if file.suffix == ".txt":
            found.append((file.parent.name, file.stem, clean(decode(file.read_bytes(), name=str(file))[0])))
        else:
            found += [("", str(r.get("work", file.stem)), clean(r["text"])) for r in read_rows(file) if isinstance(r.get("text"), str)]
    return [(a, n, t) for a, n, t in found if len(t) >= 20 and 3 * len(re.findall(r"[\u3400-\u9fff]", t)) >= len(t)]


def evaluate_prose(engine: ProseEngine, path: Path, progress: Progress | None = None) -> dict[str, Any]:
    """Bits a character of the texts under `path`, each in the voice that tells it best, which costs two bits a text."""
    progress = progress or Silent()
    pieces = read_pieces(path)
    if not pieces:
        raise InputError(f"{str(path)!r} holds no Chinese prose of 20 characters or more")
    rows = []
    for number, (author, name, text) in enumerate(pieces):
        progress.update(number / len(pieces), name)
        bits = min(engine.score(text, v) for v in engine.voices) + 2
        rows.append((author, bits, len(text) + 1))
    characters = sum(n for _, _, n in rows)
    by_author: dict[str, dict[str, float]] = {}
    for author in sorted({a for a, _, _ in rows}):
        own = [(b, n) for a, b, n in rows if a == author]
        size = sum(n for _, n in own)
        by_author[author] = {"characters": size, "bits_per_char": round(sum(b for b, _ in own) / size, 4)}
    return {"characters": characters, "texts": len(rows), "bits_per_char": round(sum(b for _, b, _ in rows) / characters, 4), "by_author": by_author}
