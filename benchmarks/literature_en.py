"""English literature: speed against transformers' generate with the same weights, forms kept, bits per character.

    python benchmarks/literature_en.py speed                  tokens a second at batch 1, one thread, ours and theirs in
    one run; a sonnet in seconds
    python benchmarks/literature_en.py forms --count 20       poems of each form checked, lines that come twice, theme
    words kept, runs copied
    python benchmarks/literature_en.py forms --count 300 --best-of 8 --only haiku,limerick,sonnet      the full count, a
    few candidates a line
    python benchmarks/literature_en.py promises --count 40    acrostics, words and lines asked for
    python benchmarks/literature_en.py voices corpora/texts/prose-en      authors named by cosine Delta, each work held
    out in turn
    python benchmarks/literature_en.py generated corpora/texts/prose-en --words 5000     voices heard in pages drawn in
    eight voices, by works held out
    python benchmarks/literature_en.py gallery                the works of docs/gallery/english.md
    python benchmarks/literature_en.py bits PATH              bits per character: n-grams alone, network alone, the
    mixture
    python benchmarks/literature_en.py [--json]               speed

Each prints one JSON object.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections import Counter
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402 - the number of threads is read when it is loaded

THEMES = (
    "misty mountains at dawn",
    "a lighthouse in a storm",
    "autumn moon",
    "the sea",
    "a mother",
    "truth and beauty",
    "the forest at night",
    "time",
    "the city in rain",
    "a cat",
    "snow",
    "the king",
    "love",
    "a garden",
    "the river",
)


def speed(tokens: int = 120) -> dict[str, float]:
    """Greedy decoding at batch 1 by the numpy engine and by transformers with the same weights;
    a sonnet by the poet.
    """
    import torch
    from artwright.core.devices import DeviceManager
    from artwright.core.weights import load_weights
    from artwright.plugins.literature.english.writer import write
    from artwright.plugins.literature.lm.lending import weights_of
    from artwright.plugins.literature.models.prose_en.engine import ProseEngine
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    path = weights_of("prose-en")
    engine = ProseEngine.load(path)
    arrays, card = load_weights(path)
    c = card["config"]
    llama = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=c["vocabulary"],
            hidden_size=c["width"],
            intermediate_size=c["hidden"],
            num_hidden_layers=c["layers"],
            num_attention_heads=c["heads"],
            num_key_value_heads=c["heads"],
            rms_norm_eps=1e-6,
            max_position_embeddings=512,
            tie_word_embeddings=True,
            bos_token_id=None,
            eos_token_id=None,
        )
    ).eval()
    state = {
        "model.embed_tokens.weight": arrays["table"],
        "lm_head.weight": arrays["table"],
        "model.norm.weight": arrays["body.norm.weight"],
    }
    for i in range(c["layers"]):
        at, to = f"body.layers.{i}.", f"model.layers.{i}."
        for letter, part in zip("qkv", np.split(arrays[at + "qkv.weight"], 3), strict=True):
            state[f"{to}self_attn.{letter}_proj.weight"] = part
        gate, up = np.split(arrays[at + "gate_up.weight"], 2)
        state |= {
            f"{to}self_attn.o_proj.weight": arrays[at + "out.weight"],
            f"{to}mlp.gate_proj.weight": gate,
            f"{to}mlp.up_proj.weight": up,
            f"{to}mlp.down_proj.weight": arrays[at + "down.weight"],
            f"{to}input_layernorm.weight": arrays[at + "norm_attention.weight"],
            f"{to}post_attention_layernorm.weight": arrays[at + "norm_gated.weight"],
        }
    llama.load_state_dict({k: torch.from_numpy(np.array(v)) for k, v in state.items()})
    start = [*engine.prefix("prose"), *engine.encode("It was late in the year when")]

    def ours() -> list[int]:
        cache, hidden = engine.open("prose", "", start[2:], tokens + 1)
        out = []
        for _ in range(tokens):
            token = int((hidden @ engine.head).argmax())
            out.append(token)
            hidden = engine.step(cache, np.array([token]))
        return out

    def theirs() -> list[int]:
        with torch.inference_mode():
            made = llama.generate(
                torch.tensor([start]), max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, pad_token_id=0
            )
        return made[0, len(start) :].tolist()

    found: dict[str, float] = {}
    results = {}
    for name, work in (("ours", ours), ("transformers", theirs)):
        work()
        times = []
        for _ in range(3):
            began = time.process_time()
            results[name] = work()
            times.append(time.process_time() - began)
        found[f"{name}_tokens_per_s"] = round(tokens / min(times), 1)
    found["ratio"] = round(found["ours_tokens_per_s"] / found["transformers_tokens_per_s"], 2)
    found["same_tokens_share"] = round(
        float(np.mean(np.array(results["ours"]) == np.array(results["transformers"]))), 3
    )

    devices = DeviceManager("cpu")
    for form in ("sonnet", "quatrain", "limerick", "haiku"):
        write(*_asking("the sea", 0, devices), form=form)
        began = time.process_time()
        write(*_asking("autumn moon", 1, devices), form=form)
        found[f"{form}_s"] = round(time.process_time() - began, 2)
    return found


def _asking(theme: str, seed: int, devices: Any = None) -> tuple[Any, Any]:
    """(request, context) as the studio makes them. devices: that keep what was loaded; new ones on the CPU if None."""
    from artwright.core.devices import DeviceManager
    from artwright.core.requests import Context, GenerateRequest
    from artwright.core.theme import Theme
    from artwright.plugins.literature.models.poet.options import PoetOptions

    request = GenerateRequest(medium="literature", model="poet", options=PoetOptions(), theme=Theme.from_prompt(theme))
    lent = devices or DeviceManager("cpu")
    return request, Context(devices=lent, library=None, feedback=None, home=Path("."), seed=seed)


def _right(text: Any, form: str) -> bool:
    """Whether the checker finds no fault; a quatrain may be of fours or of fives."""
    from artwright.plugins.literature.english import checker
    from artwright.plugins.literature.english.forms import Form, find_form

    shape = find_form(form)
    shapes = [shape]
    if shape.name == "quatrain":
        shapes.append(
            Form(shape.name, ("tetrameter",) * 4, shape.rhymes, shape.stanzas, shape.token, shape.stops, shape.pauses)
        )
    return any(not checker.check(text.lines, s) for s in shapes)


def forms(count: int, only: tuple[str, ...] = (), best_of: int = 0, weights: Path | None = None) -> dict[str, Any]:
    """`count` poems of each form on the themes by turns: judged by the checker, lines that come twice or share seven
    words with the corpus.
    """
    from artwright.core.errors import InputError
    from artwright.core.theme import Theme
    from artwright.plugins.literature.english.content import theme_words
    from artwright.plugins.literature.english.lending import lend_prose
    from artwright.plugins.literature.english.rescoring import ForwardReader
    from artwright.plugins.literature.english.words import MARKS, tokenize
    from artwright.plugins.literature.english.writer import write_poem
    from artwright.plugins.literature.lm.lending import weights_of
    from artwright.plugins.literature.models.poet.options import PoetOptions
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    rows: dict[str, Any] = {}
    lines: Counter[str] = Counter()
    copied = 0
    engine = VerseEngine.load(weights or weights_of("verse-en"))
    with lend_prose(_asking("", 0)[1]) as reader:
        forward = ForwardReader(reader, engine.cased)
        for form in only or (
            "sonnet",
            "petrarchan",
            "haiku",
            "limerick",
            "ballad",
            "couplets",
            "quatrain",
            "blank-verse",
        ):
            right = themed = failed = 0
            seconds = time.process_time()
            for n in range(count):
                theme = Theme.from_prompt(THEMES[n % len(THEMES)])
                try:
                    text, _ = write_poem(
                        engine,
                        theme,
                        form,
                        PoetOptions(best_of=best_of),
                        np.random.default_rng(1000 + n),
                        forward=forward,
                    )
                except InputError:
                    failed += 1
                    continue
                right += _right(text, form)
                said = {t for line in text.lines for t in tokenize(line)}
                themed += bool(said & set(theme_words(theme, engine.lexicon)))
                written = [line for i, line in enumerate(text.lines) if form != "limerick" or i]
                lines.update(written)
                coded = [[engine.index[t] for t in reversed(tokenize(line)) if t not in MARKS] for line in written]
                copied += any(engine.copies.holds(words) for words in coded)
            each = round((time.process_time() - seconds) / count, 2)
            rows[form] = {
                "asked": count,
                "right": right,
                "failed": failed,
                "theme_word": themed,
                "cpu_seconds_each": each,
            }
            print(json.dumps({form: rows[form]}), flush=True)
    return {
        "forms": rows,
        "lines": sum(lines.values()),
        "distinct_lines": len(lines),
        "works_sharing_seven_words": copied,
        "candidates": best_of or 64,
    }


def promises(count: int, weights: Path | None = None) -> dict[str, Any]:
    """Acrostics, words asked for and lines given: how many are kept, of `count` quatrains each; what is refused is told
    apart.
    """
    from artwright.core.errors import InputError
    from artwright.core.theme import Theme
    from artwright.plugins.literature.english.words import tokenize
    from artwright.plugins.literature.english.writer import write_poem
    from artwright.plugins.literature.lm.lending import weights_of
    from artwright.plugins.literature.models.poet.options import PoetOptions
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    engine = VerseEngine.load(weights or weights_of("verse-en"))
    asked = "river golden silence mother stone winter garden hope wander bright".split()
    given = "The river carries all the light away,"
    found: dict[str, Any] = {}
    for what in ("acrostic", "keyword", "line"):
        kept = refused = 0
        for n in range(count):
            rng = np.random.default_rng([n, 77])
            letters = "".join("abcdefghilmnoprstw"[i] for i in rng.integers(18, size=4))
            word = asked[n % len(asked)]
            options = PoetOptions(
                best_of=16,
                **{"acrostic": {"acrostic": letters}, "keyword": {"keywords": word}, "line": {"keep": f"2:{given}"}}[
                    what
                ],
            )
            try:
                text, _ = write_poem(
                    engine,
                    Theme.from_prompt(THEMES[n % len(THEMES)]),
                    "blank-verse" if what == "line" else "quatrain",
                    options,
                    rng,
                )
            except InputError:
                refused += 1
                continue
            words = {t for line in text.lines for t in tokenize(line)}
            first = "".join(line.lstrip("'\"")[0] for line in text.lines).lower()
            kept += {"acrostic": first == letters, "keyword": word in words, "line": given in text.lines}[what]
        found[what] = {"asked": count, "kept": kept, "refused": refused}
    return found


def _works(folder: Path) -> dict[str, list[list[str]]]:
    """Tokens of each author's works; stories are joined to six groups, so that each holds samples."""
    from artwright.plugins.literature.english.words import tokenize
    from artwright.plugins.literature.models.prose_en.texts import read_prose

    found: dict[str, list[list[str]]] = {}
    for work in read_prose(folder):
        found.setdefault(work.author, []).append([t for line in work.text.split("\n") for t in tokenize(line)])
    return {
        a: v if len(v) < 8 else [[t for piece in v[i::6] for t in piece] for i in range(6)] for a, v in found.items()
    }


def voices(folder: Path, words: int = 2_500) -> dict[str, Any]:
    """Cosine Delta on samples of 5,000 words and marks of works that the profiles have not seen; the list of words is
    from all works.

    folder: one folder an author, as corpora/texts/prose-en. Each work is held out in turn; at most 14 samples a work
    are judged.
    """
    from artwright.plugins.literature.english.voices import CLIP, SAMPLE, build_profiles, samples_of

    works = {a: v for a, v in _works(folder).items() if len(v) >= 2}
    listed = {w: i for i, w in enumerate(build_profiles(works, words=words)["words"])}
    author, work, rows = [], [], []
    for name, pieces in works.items():
        for number, piece in enumerate(pieces):
            samples = samples_of(piece, SAMPLE)
            for at in np.unique(np.linspace(0, len(samples) - 1, min(14, len(samples))).astype(int)):
                row = np.zeros(len(listed))
                for w, c in Counter(samples[at]).items():
                    if w in listed:
                        row[listed[w]] = c / len(samples[at])
                author.append(name)
                work.append((name, number))
                rows.append(row)
    table, names, sources = np.stack(rows), np.array(author), np.array([f"{a}/{n}" for a, n in work])
    largest = sorted(works, key=lambda a: -sum(map(len, works[a])))
    most = sorted(works, key=lambda a: (-len(works[a]), -sum(map(len, works[a]))))
    out: dict[str, Any] = {"words": len(listed)}
    for title, chosen in (
        ("eight_with_most_works", most[:8]),
        ("eight_with_most_words", largest[:8]),
        ("all", largest),
    ):
        kept = np.isin(names, chosen)
        x, y, g = table[kept], names[kept], sources[kept]
        right = []
        for held in np.unique(g):
            test = g == held
            mean = np.mean([x[~test & (y == a)].mean(axis=0) for a in chosen], axis=0)
            z = np.clip((x - mean) / (x[~test].std(axis=0) + 1e-9), -CLIP, CLIP)
            profile = np.stack(
                [
                    np.mean([z[~test & (g == k)].mean(axis=0) for k in np.unique(g[~test & (y == a)])], axis=0)
                    for a in chosen
                ]
            )
            profile /= np.linalg.norm(profile, axis=1, keepdims=True)
            right += list(np.array(chosen)[(z[test] @ profile.T).argmax(axis=1)] == y[test])
        out[title] = {"authors": list(chosen), "samples": len(right), "right": round(float(np.mean(right)), 3)}
    return out


EIGHT = ("austen", "dickens", "doyle", "lovecraft", "poe", "stevenson", "twain", "woolf")
PAGE_WORDS = 2_500
OPENINGS = (
    "It was late in the year when",
    "The house stood at the end of",
    "I had not seen him since",
    "There was no sound but",
)


def generated(words: int, folder: Path | None = None, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """Whose voice the attributor hears in `words` words drawn in each of eight voices, in pages of 2,500 with openings
    of their own.

    Two candidates a sentence. folder: as corpora/texts/prose-en; each author's works are then halved: the page leans on
    one half's profile
    and is judged by profiles of the other halves alone. Without it both are the profiles that ship.
    """
    from artwright.plugins.literature.english.lending import lend_prose
    from artwright.plugins.literature.english.prose import continue_page, open_page
    from artwright.plugins.literature.english.voice_steering import Voice
    from artwright.plugins.literature.english.voices import build_profiles, profile_cosine, rank_voices
    from artwright.plugins.literature.english.words import tokenize

    lent = judge = None
    if folder is not None:
        works = {a: v for a, v in _works(folder).items() if len(v) >= 2}
        lent, judge = (build_profiles({a: v[half::2] for a, v in works.items()}, words=2_500) for half in (0, 1))
    found: dict[str, list[str]] = {}
    began = time.process_time()
    with lend_prose(_asking("", 0)[1]) as engine:
        for n, author in enumerate(only or EIGHT):
            voice, pages = Voice(engine, author, lent), []
            for k in range(max(1, round(words / PAGE_WORDS))):
                page = open_page(engine, author, OPENINGS[k % len(OPENINGS)], "", ())
                continue_page(page, min(words, PAGE_WORDS), np.random.default_rng([n, k]), voice=voice, candidates=2)
                pages.append(page.text)
            tokens = tokenize("\n".join(pages).replace("\n", " "))
            found[author] = list(profile_cosine(tokens, judge) if judge else rank_voices(pages, "prose"))
            print(
                json.dumps(
                    {author: found[author][:4], "tokens": len(tokens), "cpu_s": round(time.process_time() - began)}
                ),
                flush=True,
            )
    among = {k: [a for a in v if a in EIGHT] for k, v in found.items()}
    first = {
        title: sum(v[0] == k for k, v in ranked.items())
        for title, ranked in (("named_among_eight", among), ("named_among_all", found))
    }
    return {
        "words": words,
        "of": len(found),
        "authors_in_all": len(next(iter(found.values()))),
        "judge": "held-out works" if judge else "shipped",
        **first,
    }


GALLERY = {
    "quatrain": "the sea; a mother; truth and beauty; autumn moon; war; a bird in spring; the old soldier; time; rain "
    "on the city; a garden",
    "haiku": "snow; an old pond; the city in rain; friendship; a cat; harvest; a bell at dusk; summer grass; the "
    "road home; a crow",
    "limerick": "a cat; the king; time; cheese; the moon; a doctor; a goose; snow; a garden; the sea",
    "sonnet": "love; the forest at night; memory; truth and beauty; the sea; winter; a mother; freedom; the city; a "
    "star",
    "prose": "a lighthouse in a storm; the old house; a letter from London; the garden in winter; a stranger at the "
    "inn",
}
"""Themes of the gallery: nature, persons and ideas mixed, chosen before anything was written on them."""


def gallery(only: tuple[str, ...] = (), weights: Path | None = None) -> None:
    """Print the works of docs/gallery/english.md: seed 900 + place of the theme, nothing picked."""
    from artwright.core.theme import Theme
    from artwright.plugins.literature.english.lending import lend_prose
    from artwright.plugins.literature.english.rescoring import ForwardReader
    from artwright.plugins.literature.english.writer import write, write_poem
    from artwright.plugins.literature.lm.lending import weights_of
    from artwright.plugins.literature.models.poet.options import PoetOptions
    from artwright.plugins.literature.models.verse_en.engine import VerseEngine

    engine = VerseEngine.load(weights or weights_of("verse-en"))
    with lend_prose(_asking("", 0)[1]) as reader:
        forward = ForwardReader(reader, engine.cased)
        for form in only or GALLERY:
            for n, prompt in enumerate(GALLERY[form].split("; ")):
                theme, rng, began = Theme.from_prompt(prompt), np.random.default_rng(900 + n), time.process_time()
                if form == "prose":
                    text, _ = write(*_asking(prompt, 900 + n), form="prose-en")
                else:
                    text, _ = write_poem(engine, theme, form, PoetOptions(), rng, forward=forward)
                print(f"### {form}, {900 + n}, {prompt} ({time.process_time() - began:.1f} s)\n")
                print("\n\n".join("  \n".join(stanza) for stanza in text.stanzas), flush=True)
                print()


def bits(path: Path) -> dict[str, Any]:
    """What each part of the mixture gives."""
    from artwright.core.requests import EvaluateRequest
    from artwright.plugins.literature.english.evaluate import evaluate
    from artwright.plugins.literature.models.poet.options import PoetOptions

    request = EvaluateRequest(medium="literature", model="prose-en", options=PoetOptions(), path=path)
    return evaluate(request, _asking("", 0)[1])


def main() -> None:
    """Read the arguments, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "what",
        nargs="?",
        default="speed",
        choices=("speed", "forms", "promises", "voices", "generated", "gallery", "bits"),
    )
    parser.add_argument("path", nargs="?", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--only", default="", help="forms (or authors), parted by commas")
    parser.add_argument("--words", type=int, default=1_000, help="words drawn in each voice")
    parser.add_argument("--best-of", type=int, default=0)
    parser.add_argument("--weights", type=Path, help="a file of verse-en weights in place of those that ship")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.what in ("bits", "voices") and chosen.path is None:
        parser.error(f"{chosen.what} needs a PATH: a .jsonl of poems or a folder of .txt")
    only = tuple(filter(None, chosen.only.split(",")))
    if chosen.what == "gallery":
        gallery(only, chosen.weights)
        return
    found = (
        speed()
        if chosen.what == "speed"
        else forms(chosen.count, only, chosen.best_of, chosen.weights)
        if chosen.what == "forms"
        else promises(chosen.count, chosen.weights)
        if chosen.what == "promises"
        else voices(chosen.path)
        if chosen.what == "voices"
        else generated(chosen.words, chosen.path, only)
        if chosen.what == "generated"
        else bits(chosen.path)
    )
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
