"""Chinese verse and prose measured: speed against transformers, bits against counted models, forms, poems in number,
gaps, voices, seconds.

    python benchmarks/literature_zh.py [--corpus TEXTS] [--rows 1000] [--poems 1000] [--best-of 8] [--only
    speed,seconds,forms,poems,bits,gaps,voice,prose]

Each figure is measured in this run on one thread, in CPU seconds (other work on the machine does not count). TEXTS is
the folder that
holds poetry-zh.jsonl.gz and prose-zh; without it bits, gaps, voice and prose are left out.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402  the thread settings must come first
from artwright.core.theme import Theme  # noqa: E402
from artwright.plugins.literature.chinese.brief import Brief, plans_of, read_brief  # noqa: E402
from artwright.plugins.literature.chinese.checker import check_regulated, check_tune, find_clash  # noqa: E402
from artwright.plugins.literature.lm.lending import weights_of  # noqa: E402
from artwright.plugins.literature.models.poet.options import PoetOptions  # noqa: E402
from artwright.plugins.literature.models.verse_zh.encoding import Prefix  # noqa: E402
from artwright.plugins.literature.models.verse_zh.engine import VerseEngine, feet  # noqa: E402

REGULATED = ("wujue", "qijue", "wulv", "qilv")
THEMES = (
    "秋夜 送别 江楼 山居 梅花 怀古 春雨 渔父 早行 寒食 登高 明月 听琴 访僧 边塞 采莲 落花 归雁 夜泊 晚晴 "
    "新竹 古寺 残雪 孤舟 故园 柳絮 牧童 黄昏 钓台 瀑布 "
    "中秋 重阳 除夕 元日 清明 端午 七夕 立秋 大雪 惊蛰 桃源 菊花 海棠 荷花 牡丹 兰花 芭蕉 梧桐 松树 苔痕 "
    "白鹭 燕子 黄莺 杜鹃 蝉声 蛙声 蟋蟀 鹤 马 猿声 "
    "长城 洞庭 西湖 长江 黄河 泰山 庐山 金陵 长安 扬州 塞上 江南 村居 田家 书斋 酒家 渡口 驿站 桥上 楼台 "
    "琴 棋 书 画 茶 酒 剑 镜 灯 笛 "
    "思乡 闺怨 羁旅 隐居 送友 寄远 悼亡 赠别 独坐 闲步 望月 听雨 观潮 踏青 采桑 捣衣 扫雪 垂钓 煮茶 读书"
).split()[:100]
#: The study's short lists (VERSE.md): two seasons, or night and sun, in one poem.
SEASONS = (("春", "桃", "杏", "莺"), ("秋", "菊"), ("雪", "腊"))
SUN, NIGHT = ("夕阳", "残阳", "斜阳", "白日", "落日"), ("夜", "三更", "五更", "半夜", "明月")


def measure_speed(engine: VerseEngine, steps: int = 120) -> dict[str, float]:
    """Tokens a second at batch 1: our engine's step (five lookups, body, head, greedy draw) and transformers'
    `generate`, same body and head.
    """
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.set_num_threads(1)
    decoder, d = engine.decoder, engine.decoder.width
    hidden = decoder.layers[0].down.shape[0]
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(engine.table),
            hidden_size=d,
            intermediate_size=hidden,
            num_hidden_layers=len(decoder.layers),
            num_attention_heads=decoder.heads,
            num_key_value_heads=decoder.heads,
            rms_norm_eps=1e-6,
            tie_word_embeddings=True,
            max_position_embeddings=512,
            eos_token_id=None,
            pad_token_id=0,
        )
    ).eval()
    prompt = torch.ones((1, 8), dtype=torch.long) * engine.code.go
    with torch.inference_mode():
        model.generate(prompt, max_new_tokens=8, do_sample=False)
        began = time.process_time()
        model.generate(prompt, max_new_tokens=steps, min_new_tokens=steps, do_sample=False)
        theirs = steps / (time.process_time() - began)

    def run() -> float:
        cache = decoder.cache(1, 8 + steps)
        zeros, around = np.zeros((1, 1), np.int64), np.zeros((1, 1, 5), np.int64)
        decoder.forward(
            engine.embed(
                np.full((1, 8), engine.code.go), *(np.zeros((1, 8), np.int64),) * 4, np.zeros((1, 8, 5), np.int64)
            ),
            cache,
        )
        token = np.array([[engine.code.go]])
        began = time.process_time()
        for _ in range(steps):
            token = (
                decoder.forward(engine.embed(token, zeros, zeros, zeros, zeros, around), cache)[:, 0] @ engine.head
            ).argmax(axis=-1)[:, None]
        return steps / (time.process_time() - began)

    run()
    ours = max(run() for _ in range(3))
    return {"ours": round(ours), "transformers": round(theirs), "ratio": round(ours / theirs, 2)}


def measure_forms(engine: VerseEngine, rows: int) -> dict[str, dict[str, float]]:
    """For each form the share of single candidates (a quarter as many of ci) that keep it by the stricter readings, and
    milliseconds a candidate.
    """
    found = {}
    themes = ("秋夜", "送别", "江楼", "山居", "梅花", "怀古", "春雨", "渔父")
    for form in (*REGULATED, "huanxisha", "pusaman", "dielianhua", "rumengling"):
        brief = Brief(form=form)
        tune, rng, kept, clashes, began = brief.tune, np.random.default_rng(1), 0, 0, time.process_time()
        number = 16 * max(1, rows // (16 if tune is None else 64))
        for start in range(0, number, 16):
            plans = plans_of(brief, {}, engine, rng, 16)
            told = [
                Prefix(
                    form=brief.told_form,
                    regulated=None if tune else True,
                    kind=k,
                    rhyme=r,
                    title=themes[start // 16 % len(themes)],
                )
                for _, k, r in plans
            ]
            for one in engine.write(told, [p for p, _, _ in plans], brief.shape, rng):
                verdict = (
                    check_tune(one.clauses, tune, used=True) if tune else check_regulated(one.clauses, form, used=True)
                )
                kept += verdict.kept
                clashes += bool(find_clash("".join(one.clauses)))
        spent = 1000 * (time.process_time() - began) / number
        found[form] = {
            "candidates": number,
            "kept": round(kept / number, 4),
            "clash_before_choice": round(clashes / number, 4),
            "ms": round(spent, 1),
        }
    return found


def measure_poems() -> dict[str, float]:
    """Seconds for the best of 64 with the model warm."""
    from artwright.plugins.literature.chinese import writer
    from artwright.plugins.literature.chinese.lending import lend_verse

    found = {}
    for form in ("qijue", "qilv"):
        asked, context = asking("秋夜", 0, form=form)
        with lend_verse(context) as engine:
            began, brief = time.process_time(), Brief(form=form)
            drawn = writer.draw_candidates(engine, brief, asked, context)
            writer.choose_best(engine, drawn, asked.theme, brief)
            found[form] = round(time.process_time() - began, 2)
    return found


def asking(theme: str, seed: int, **options: object) -> tuple[Any, Any]:
    """(request, context) as the studio makes them, models lent on the CPU."""
    from artwright.core.devices import DeviceManager
    from artwright.core.requests import Context, GenerateRequest

    request = GenerateRequest(
        medium="literature", model="poet", options=PoetOptions(**options), theme=Theme.from_prompt(theme)
    )
    return request, Context(devices=DeviceManager("cpu"), library=None, feedback=None, home=Path("."), seed=seed)


def mixes_the_world(text: str) -> bool:
    """Two seasons, or night and sun, by the study's short lists."""
    seasons = sum(any(w in text for w in words) for words in SEASONS)
    return seasons > 1 or (any(w in text for w in SUN) and any(w in text for w in NIGHT))


def measure_number(
    engine: VerseEngine, number: int, best_of: int, real: list[tuple[str, list[str]]]
) -> dict[str, object]:
    """`number` poems on 100 themes, the four forms in turn. real: (form, clauses) of held-out
    poems, to compare with.
    """
    from artwright.plugins.literature.chinese import writer

    lexicon, taken, rows = engine.lexicon, set(), []
    most = int(lexicon.card["facts"]["real_longest_run"]["99"])
    for i in range(number):
        form = REGULATED[i // len(THEMES) % 4]
        (asked, context), brief = asking(THEMES[i % len(THEMES)], i, best_of=best_of), Brief(form=form)
        drawn = writer.draw_candidates(engine, brief, asked, context)
        text, notes = writer.choose_best(engine, drawn, asked.theme, brief, taken=taken)
        clauses = [c for line in text.lines for c in line.replace("。", "，").split("，") if c]
        shared = sum(c in taken for c in clauses)
        taken.update(clauses)
        near = writer.theme_field(engine, asked.theme)
        kept, run = check_regulated(clauses, form, used=True).kept, notes["longest_run"]
        rows.append((form, clauses, kept, shared, bool(near & set("".join(clauses))), run))
    found: dict[str, object] = {
        "poems": number,
        "best_of": best_of,
        "kept": sum(r[2] for r in rows) / number,
        "shared_lines": sum(r[3] for r in rows),
        "theme_or_near": round(sum(r[4] for r in rows) / number, 3),
        "longest_run": max(r[5] for r in rows),
        "real_longest_run_99": most,
        "runs_beyond_real_99": sum(r[5] > most for r in rows),
        "mixed_world": round(sum(mixes_the_world("".join(r[1])) for r in rows) / number, 4),
    }
    if real:
        found["mixed_world_real"] = round(float(np.mean([mixes_the_world("".join(c)) for _, c in real])), 4)
        for form in REGULATED:
            ours, theirs = [r[1] for r in rows if r[0] == form], [c for f, c in real if f == form]
            size = min(len(ours), len(theirs))
            found[f"distinct_2_{form}"] = {
                "poems": size,
                "ours": distinct_2(ours[:size]),
                "real": distinct_2(theirs[:size]),
            }
    return found


def distinct_2(poems: list[list[str]]) -> float:
    """Different pairs inside feet, as a share of all."""
    pairs = [c[i : i + 2] for clauses in poems for c in clauses for i in feet(len(c)) if i + 1 < len(c)]
    return round(len(set(pairs)) / max(1, len(pairs)), 3)


def measure_given(engine: VerseEngine, number: int) -> dict[str, float]:
    """Share of acrostics of common characters and of given words that are kept, the form with them (four candidates
    each).
    """
    from artwright.plugins.literature.chinese import writer

    rng, acrostics, words = np.random.default_rng(5), 0, 0
    common = engine.lexicon.chars[:1500]
    known = list(engine.lexicon.words)[:3000]
    for i in range(number):
        form = REGULATED[i % 4]
        shape = Brief(form=form).shape
        first = "".join(common[int(j)] for j in rng.integers(0, len(common), len(shape)))
        pair = [known[int(j)] for j in rng.choice(len(known), 2, replace=False)]
        for kind, given in (("acrostic", first), ("keywords", "，".join(pair))):
            asked, context = asking(THEMES[i % 100], i, best_of=4, **{kind: given})
            brief = read_brief(form, asked.options, engine.prosody)
            drawn = writer.draw_candidates(engine, brief, asked, context)
            text, notes = writer.choose_best(engine, drawn, asked.theme, brief)
            clauses = [c for line in text.lines for c in line.replace("。", "，").split("，") if c]
            if kind == "acrostic":
                acrostics += notes["kept"] and "".join(c[0] for c in clauses) == first
            else:
                words += notes["kept"] and all(w in "".join(clauses) for w in pair)
    return {"each": number, "acrostics": acrostics / number, "keywords": words / number}


def measure_voice(texts: Path, pages: int) -> dict[str, object]:
    """Attribution of 1,500 characters: real samples, cross-validated over pieces (five folds); generated ones by
    profiles of all pieces.
    """
    import hashlib
    from collections import defaultdict

    from artwright.plugins.literature.chinese.corpus import read_prose
    from artwright.plugins.literature.chinese.prose import write_prose
    from artwright.plugins.literature.chinese.voices import AUTHORS, build_profiles, nearest_voices, samples_of

    pieces = read_prose(texts / "prose-zh")
    fold = [int(hashlib.sha256(f"{a}/{n}".encode()).hexdigest(), 16) % 5 for a, n, _ in pieces]
    right: dict[str, list[bool]] = defaultdict(list)
    for k in range(5):
        works: dict[str, dict[bool, list[str]]] = defaultdict(lambda: {True: [], False: []})
        for (author, _, text), f in zip(pieces, fold, strict=True):
            works[author][f == k].append(text)
        profiles = build_profiles({a: w[False] for a, w in works.items()})
        for author, parts in works.items():
            right[author] += [
                nearest_voices(s, profiles)["nearest"][0]["author"] == author for s in samples_of(parts[True])
            ]
    every = [r for some in right.values() for r in some]
    by_author = {a: round(float(np.mean(r)), 3) for a, r in right.items()}
    found: dict[str, object] = {"samples": len(every), "real": round(float(np.mean(every)), 3), "by_author": by_author}
    made: dict[str, float] = {}
    for name in AUTHORS.values():
        hits = []
        for seed in range(pages):
            text, _ = write_prose(*asking(THEMES[7 * seed], seed, form="prose", length=1500), name)
            hits.append(nearest_voices("".join(text.lines))["nearest"][0]["author"] == name)
        made[name] = round(float(np.mean(hits)), 2)
    return found | {"generated": made, "pages_each": pages}


def measure_prose(texts: Path) -> dict[str, object]:
    """Bits a character of held-out pieces with the shipped mixing weights (fitted on them: the card has the
    cross-validated figures), and KN-4's.
    """
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_prose
    from artwright.plugins.literature.models.prose_zh.engine import ProseEngine

    engine = ProseEngine.load(weights_of("prose-zh"))
    pieces = read_prose(texts / "prose-zh")
    _, held = split_held_out([f"{a}/{n}" for a, n, _ in pieces], 0.06)
    found: dict[str, object] = {"cross_validated": engine.card["evaluation"]}
    for author in engine.voices:
        some = [pieces[i][2] for i in held if pieces[i][0] == author]
        p = np.concatenate([engine.counts["kin"].score(engine.encode(t))[0] for t in some])
        found[author] = {"pieces": len(some), "kneser_ney_4": round(float(-np.log2(p).mean()), 3)}
    return found


def measure_bits(engine: VerseEngine, corpus: Path) -> dict[str, float]:
    """Bits a character on the held-out poems: ours, and an interpolated Kneser-Ney 4-gram on
    the same training poems.
    """
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_poems
    from artwright.plugins.literature.chinese.evaluate import score_poems
    from artwright.plugins.literature.lm.counts import Counts, build_counts

    poems = read_poems(corpus)
    kept, held = split_held_out([p.opening for p in poems], 0.02)
    judged = [poems[i] for i in held][:400]
    chars = sorted({c for i in kept for c in poems[i].text})
    ids = {c: n + 2 for n, c in enumerate(chars)}

    def row(some: list[str]) -> np.ndarray:
        out = [0]
        for text in some:
            out += [*(ids.get(c, 1) for c in text), 0]
        return np.array(out, np.int64)

    counts = Counts(
        build_counts(row([poems[i].text for i in kept]), len(chars) + 2, least=(1, 1, 1, 1)), len(chars) + 2
    )
    p, _ = counts.score(row([q.text for q in judged]))
    scored = score_poems(engine, judged)
    return {
        "characters": sum(n for _, n in scored),
        "ours": round(sum(b for b, _ in scored) / sum(n for _, n in scored), 4),
        "kneser_ney_4": round(float(-np.log2(p).mean()), 4),
    }


def measure_gaps(engine: VerseEngine, corpus: Path, number: int = 100) -> dict[str, float]:
    """One gap in each of some held-out regulated poems: share of true characters at the top and
    among the first five.
    """
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_poems
    from artwright.plugins.literature.chinese.restore import GAP, fill

    poems = read_poems(corpus)
    _, held = split_held_out([p.opening for p in poems], 0.02)
    some = [poems[i] for i in held if poems[i].regulated][:number]
    (_, context), first, five = asking("", 0), 0, 0
    rng = context.rng
    for poem in some:
        clauses = [list(t) for t, _ in poem.clauses]
        c = int(rng.integers(len(clauses)))
        i = int(rng.integers(len(clauses[c])))
        true, clauses[c][i] = clauses[c][i], GAP
        with_gap = [("".join(t), mark) for t, (_, mark) in zip(clauses, poem.clauses, strict=True)]
        found = [p["text"] for p in fill(engine, with_gap, poem.title, 16, context)]
        first += found[0] == true
        five += true in found[:5]
    return {"poems": len(some), "top1": round(first / len(some), 3), "top5": round(five / len(some), 3)}


def real_poems(corpus: Path) -> list[tuple[str, list[str]]]:
    """(form, clauses) of held-out regulated poems."""
    from artwright.core.training import split_held_out
    from artwright.plugins.literature.chinese.corpus import read_poems

    poems = read_poems(corpus)
    _, held = split_held_out([p.opening for p in poems], 0.02)
    return [(poems[i].form, [t for t, _ in poems[i].clauses]) for i in held if poems[i].regulated]


def main() -> None:
    """Measure and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--rows", type=int, default=1000)
    parser.add_argument("--poems", type=int, default=1000)
    parser.add_argument("--best-of", type=int, default=8)
    parser.add_argument("--gaps", type=int, default=100)
    parser.add_argument("--pages", type=int, default=5)
    parser.add_argument("--only", default="speed,seconds,forms,poems,given,bits,gaps,voice,prose")
    arguments = parser.parse_args()
    wanted = set(arguments.only.split(","))
    engine = VerseEngine.load(weights_of("verse-zh"), weights_of("verse-zh-lexicon"))
    verse = arguments.corpus / "poetry-zh.jsonl.gz" if arguments.corpus else None
    steps = {
        "speed": lambda: measure_speed(engine),
        "seconds": measure_poems,
        "forms": lambda: measure_forms(engine, arguments.rows),
        "poems": lambda: measure_number(engine, arguments.poems, arguments.best_of, real_poems(verse) if verse else []),
        "given": lambda: measure_given(engine, max(20, arguments.poems // 10)),
    }
    if arguments.corpus and verse:
        steps |= {
            "bits": lambda: measure_bits(engine, verse),
            "gaps": lambda: measure_gaps(engine, verse, arguments.gaps),
            "voice": lambda: measure_voice(arguments.corpus, arguments.pages),
            "prose": lambda: measure_prose(arguments.corpus),
        }
    for name, step in steps.items():
        if name in wanted:
            print(json.dumps({name: step()}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
