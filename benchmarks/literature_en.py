"""English literature: speed against transformers' generate with the same weights, forms kept, bits per character.

    python benchmarks/literature_en.py speed                  tokens a second at batch 1, one thread, ours and theirs in one run; a sonnet in seconds
    python benchmarks/literature_en.py forms --count 20       poems of each form checked, lines that come twice, theme words kept
    python benchmarks/literature_en.py bits PATH              bits per character: n-grams alone, network alone, the mixture
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
    "misty mountains at dawn", "a lighthouse in a storm", "autumn moon", "the sea", "a mother", "truth and beauty", "the forest at night", "time",
    "the city in rain", "a cat", "snow", "the king", "love", "a garden", "the river",
)


def speed(tokens: int = 120) -> dict[str, float]:
    """Greedy decoding at batch 1 by the numpy engine and by transformers with the same weights; a sonnet by the poet."""
    import torch
    from artwright.core.theme import Theme
    from artwright.core.weights import load_weights
    from artwright.plugins.literature.english.lending import find_weights, lend_verse
    from artwright.plugins.literature.english.prose_engine import ProseEngine
    from artwright.plugins.literature.english.writer import compose
    from artwright.plugins.literature.options import PoetOptions
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    path = find_weights("prose-en", None)
    engine = ProseEngine.load(path)
    arrays, card = load_weights(path)
    c = card["config"]
    llama = LlamaForCausalLM(LlamaConfig(
        vocab_size=c["vocabulary"], hidden_size=c["width"], intermediate_size=c["hidden"], num_hidden_layers=c["layers"], num_attention_heads=c["heads"],
        num_key_value_heads=c["heads"], rms_norm_eps=1e-6, max_position_embeddings=512, tie_word_embeddings=True, bos_token_id=None, eos_token_id=None,
    )).eval()
    state = {"model.embed_tokens.weight": arrays["table"], "lm_head.weight": arrays["table"], "model.norm.weight": arrays["body.norm.weight"]}
    for i in range(c["layers"]):
        at, to = f"body.layers.{i}.", f"model.layers.{i}."
        for letter, part in zip("qkv", np.split(arrays[at + "qkv.weight"], 3), strict=True):
            state[f"{to}self_attn.{letter}_proj.weight"] = part
        gate, up = np.split(arrays[at + "gate_up.weight"], 2)
        state |= {
            f"{to}self_attn.o_proj.weight": arrays[at + "out.weight"], f"{to}mlp.gate_proj.weight": gate, f"{to}mlp.up_proj.weight": up,
            f"{to}mlp.down_proj.weight": arrays[at + "down.weight"], f"{to}input_layernorm.weight": arrays[at + "norm_attention.weight"],
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
            made = llama.generate(torch.tensor([start]), max_new_tokens=tokens, min_new_tokens=tokens, do_sample=False, pad_token_id=0)
        return made[0, len(start) :].tolist()

    found: dict[str, float] = {}
    results = {}
    for name, work in (("ours", ours), ("transformers", theirs)):
        work()
        times = []
        for _ in range(3):
            began = time.perf_counter()
            results[name] = work()
            times.append(time.perf_counter() - began)
        found[f"{name}_tokens_per_s"] = round(tokens / min(times), 1)
    found["ratio"] = round(found["ours_tokens_per_s"] / found["transformers_tokens_per_s"], 2)
    found["same_tokens_share"] = round(float(np.mean(np.array(results["ours"]) == np.array(results["transformers"]))), 3)

    class Devices:
        """Keeps what was loaded, as the studio's device manager does."""

        def __init__(self) -> None:
            self.kept: dict[Any, Any] = {}

        def lease(self, key: Any, loader: Any) -> Any:
            from contextlib import nullcontext

            if key not in self.kept:
                self.kept[key] = loader("cpu")
            return nullcontext(self.kept[key])

    devices = Devices()
    with lend_verse(devices, None):
        pass
    for form in ("sonnet", "quatrain", "limerick", "haiku"):
        compose(Theme.from_prompt("the sea"), form, PoetOptions(), np.random.default_rng(0), None, devices, None)
        began = time.perf_counter()
        compose(Theme.from_prompt("autumn moon"), form, PoetOptions(), np.random.default_rng(1), None, devices, None)
        found[f"{form}_s"] = round(time.perf_counter() - began, 2)
    return found


def forms(count: int) -> dict[str, Any]:
    """`count` poems of each form on the themes by turns, judged by the checker."""
    from artwright.core.theme import Theme
    from artwright.plugins.literature.english.checker import check
    from artwright.plugins.literature.english.forward import ForwardReader
    from artwright.plugins.literature.english.lending import lend_prose, lend_verse
    from artwright.plugins.literature.english.words import tokenize
    from artwright.plugins.literature.english.writer import theme_words, write_poem
    from artwright.plugins.literature.options import PoetOptions

    rows: dict[str, Any] = {}
    lines: Counter[str] = Counter()
    with lend_verse(None, None) as engine, lend_prose(None, None) as reader:
        forward = ForwardReader(reader, engine.cased)
        for form in ("shakespearean", "petrarchan", "haiku", "limerick", "ballad", "couplets", "quatrain", "blank-verse"):
            right = themed = failed = 0
            seconds = time.perf_counter()
            for n in range(count):
                theme = Theme.from_prompt(THEMES[n % len(THEMES)])
                try:
                    text, _ = write_poem(engine, theme, form, PoetOptions(), np.random.default_rng(1000 + n), None, forward)
                except ValueError:
                    failed += 1
                    continue
                plain = "quatrain" if form == "quatrain" and len(tokenize(text.lines[0])) < 8 else form
                right += form == "quatrain" or not check(text.lines, plain)
                said = {t for line in text.lines for t in tokenize(line)}
                themed += bool(said & set(theme_words(theme, engine.lexicon)))
                lines.update(line for line in text.lines if form != "limerick" or line != text.lines[0])
            each = round((time.perf_counter() - seconds) / count, 2)
            rows[form] = {"asked": count, "right": right, "failed": failed, "theme_word": themed, "seconds_each": each}
    return {"forms": rows, "lines": sum(lines.values()), "distinct_lines": len(lines)}


def bits(path: Path) -> dict[str, Any]:
    """What each part of the mixture gives."""
    from artwright.plugins.literature.english.evaluate import evaluate

    return evaluate(path, None)


def main() -> None:
    """Read the arguments, print one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="?", default="speed", choices=("speed", "forms", "bits"))
    parser.add_argument("path", nargs="?", type=Path)
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    if chosen.what == "bits" and chosen.path is None:
        parser.error("bits needs a PATH: a .jsonl of poems or a folder of .txt")
    found = speed() if chosen.what == "speed" else forms(chosen.count) if chosen.what == "forms" else bits(chosen.path)
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
