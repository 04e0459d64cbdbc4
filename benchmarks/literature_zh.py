"""Chinese verse against its peers: speed against transformers, bits against a counted model, forms, gaps, seconds.

    python benchmarks/literature_zh.py [--corpus POEMS.jsonl.gz] [--rows 512]

Each figure is measured in this run on one thread, in CPU seconds (other work on the machine does not count). Without a corpus the bits are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402  the thread settings must come first
from artwright.core.progress import Silent  # noqa: E402
from artwright.core.theme import Theme  # noqa: E402
from artwright.plugins.literature.chinese.check import check_regulated, check_tune, find_clash  # noqa: E402
from artwright.plugins.literature.chinese.encoding import Prefix  # noqa: E402
from artwright.plugins.literature.chinese.engine import VerseEngine  # noqa: E402
from artwright.plugins.literature.chinese.planning import Asked, plans_of, shape_of  # noqa: E402
from artwright.plugins.literature.chinese.tunes import tunes  # noqa: E402
from artwright.plugins.literature.chinese.weights import SHIPPED  # noqa: E402
from artwright.plugins.literature.options import TUNES, PoetOptions  # noqa: E402

NOTHING = Asked(known={}, words=(), rhyme="")


def measure_speed(engine: VerseEngine, steps: int = 120) -> dict[str, float]:
    """Tokens a second at batch 1: our engine's step (five lookups, body, head, greedy draw) and transformers' `generate`, same body and head."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    decoder, d = engine.decoder, engine.decoder.width
    hidden = decoder.layers[0][3].shape[0]
    model = LlamaForCausalLM(LlamaConfig(
        vocab_size=len(engine.table), hidden_size=d, intermediate_size=hidden, num_hidden_layers=len(decoder.layers), num_attention_heads=decoder.heads,
        num_key_value_heads=decoder.heads, rms_norm_eps=1e-6, tie_word_embeddings=True, max_position_embeddings=512, eos_token_id=None, pad_token_id=0,
    )).eval()
    prompt = torch.ones((1, 8), dtype=torch.long) * engine.code.go
    with torch.inference_mode():
        model.generate(prompt, max_new_tokens=8, do_sample=False)
        began = time.process_time()
        model.generate(prompt, max_new_tokens=steps, min_new_tokens=steps, do_sample=False)
        theirs = steps / (time.process_time() - began)

    def run() -> float:
        cache = decoder.cache(1, 8 + steps)
        zeros, around = np.zeros((1, 1), np.int64), np.zeros((1, 1, 5), np.int64)
        decoder.forward(engine.embed(np.full((1, 8), engine.code.go), *(np.zeros((1, 8), np.int64),) * 4, np.zeros((1, 8, 5), np.int64)), cache)
        token = np.array([[engine.code.go]])
        began = time.process_time()
        for _ in range(steps):
            token = (decoder.forward(engine.embed(token, zeros, zeros, zeros, zeros, around), cache)[:, 0] @ engine.head).argmax(axis=-1)[:, None]
        return steps / (time.process_time() - began)

    run()
    ours = max(run() for _ in range(3))
    return {"ours": round(ours), "transformers": round(theirs), "ratio": round(ours / theirs, 2)}


def measure_forms(engine: VerseEngine, rows: int) -> dict[str, dict[str, float]]:
    """For each form the share of single candidates that keep it by the stricter readings, and milliseconds a candidate."""
    found = {}
    themes = ("秋夜", "送别", "江楼", "山居", "梅花", "怀古", "春雨", "渔父")
    for form in ("wujue", "qijue", "wulv", "qilv", "huanxisha", "pusaman", "dielianhua", "rumengling"):
        tune = tunes()[TUNES[form]] if form in TUNES else None
        shape, rng, kept, clashes, began = shape_of(form, tune), np.random.default_rng(1), 0, 0, time.process_time()
        for start in range(0, rows, 16):
            plans = plans_of(form, tune, NOTHING, {}, engine.prosody, engine.rhyme_words, rng, 16)
            told = [
                Prefix(form=f"ci:{tune.name}" if tune else form, regulated=None if tune else True, kind=k, rhyme=r, title=themes[start // 16 % len(themes)])
                for _, k, r in plans
            ]
            for one in engine.write(told, [p for p, _, _ in plans], shape, rng):
                verdict = check_tune(one.clauses, tune, used=True) if tune else check_regulated(one.clauses, form, used=True)
                kept += verdict.kept
                clashes += bool(find_clash("".join(one.clauses)))
        spent = 1000 * (time.process_time() - began) / rows
        found[form] = {"kept": round(kept / rows, 4), "clash_before_choice": round(clashes / rows, 4), "ms": round(spent, 1)}
    return found


def measure_poems() -> dict[str, float]:
    """Seconds for the best of 64 with the model warm."""
    from artwright.plugins.literature.chinese import writer
    from artwright.plugins.literature.chinese.weights import lend_verse

    found = {}
    with lend_verse(None, Path(".")) as engine:
        for form in ("qijue", "qilv"):
            theme, options = Theme.from_prompt("秋夜"), PoetOptions(form=form)
            began = time.process_time()
            shape, rng = shape_of(form, None), np.random.default_rng(0)
            made = writer.candidates(engine, theme, form, None, shape, NOTHING, 64, options.temperature, rng, Silent(), "")
            writer.choose_best(engine, made, theme, form, None, shape, NOTHING)
            found[form] = round(time.process_time() - began, 2)
    return found


def measure_bits(engine: VerseEngine, corpus: Path) -> dict[str, float]:
    """Bits a character on the held-out poems: ours, and an interpolated Kneser-Ney 4-gram on the same training poems."""
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_poems
    from artwright.plugins.literature.chinese.evaluate import score_poems
    from artwright.plugins.literature.chinese.prose_counts import Counts, build_counts
    from artwright.plugins.literature.chinese.train import poem_name

    poems = read_poems(corpus)
    kept, held = split_held_out([poem_name(p) for p in poems], 0.02)
    judged = [poems[i] for i in held][:400]
    chars = sorted({c for i in kept for c in poems[i].text})
    ids = {c: n + 2 for n, c in enumerate(chars)}

    def row(some: list[str]) -> np.ndarray:
        out = [0]
        for text in some:
            out += [*(ids.get(c, 1) for c in text), 0]
        return np.array(out, np.int64)

    counts = Counts(build_counts(row([poems[i].text for i in kept]), len(chars) + 2, least=(1, 1, 1, 1)), len(chars) + 2)
    p, _ = counts.score(row([q.text for q in judged]))
    scored = score_poems(engine, judged)
    return {
        "characters": sum(n for _, n in scored), "ours": round(sum(b for b, _ in scored) / sum(n for _, n in scored), 4),
        "kneser_ney_4": round(float(-np.log2(p).mean()), 4),
    }


def measure_gaps(engine: VerseEngine, corpus: Path, number: int = 100) -> dict[str, float]:
    """One gap in each of some held-out regulated poems: share of true characters at the top and among the first five."""
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_poems
    from artwright.plugins.literature.chinese.restore import GAP, fill
    from artwright.plugins.literature.chinese.train import poem_name

    poems = read_poems(corpus)
    _, held = split_held_out([poem_name(p) for p in poems], 0.02)
    some = [poems[i] for i in held if poems[i].regulated][:number]
    rng, first, five = np.random.default_rng(0), 0, 0
    for poem in some:
        clauses = [list(t) for t, _ in poem.clauses]
        c = int(rng.integers(len(clauses)))
        i = int(rng.integers(len(clauses[c])))
        true, clauses[c][i] = clauses[c][i], GAP
        with_gap = [("".join(t), mark) for t, (_, mark) in zip(clauses, poem.clauses, strict=True)]
        found = [p["text"] for p in fill(engine, with_gap, poem.title, 16, rng, Silent())]
        first += found[0] == true
        five += true in found[:5]
    return {"poems": len(some), "top1": round(first / len(some), 3), "top5": round(five / len(some), 3)}


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--rows", type=int, default=512)
    arguments = parser.parse_args()
    engine = VerseEngine.load(SHIPPED / "verse-zh.safetensors", SHIPPED / "verse-zh-lexicon.safetensors")
    found = {"tokens_per_second": measure_speed(engine), "seconds_best_of_64": measure_poems(), "forms": measure_forms(engine, arguments.rows)}
    if arguments.corpus:
        found |= {"bits_per_character": measure_bits(engine, arguments.corpus), "one_gap": measure_gaps(engine, arguments.corpus)}
    print(json.dumps(found, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
