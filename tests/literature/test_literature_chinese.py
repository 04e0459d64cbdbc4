"""Chinese verse: forms kept by construction, a reader that sees faults, gaps, voices, training, bits."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from artwright.core.artwork import Text
from artwright.core.errors import InputError
from artwright.core.progress import Silent
from artwright.core.requests import GenerateRequest
from artwright.core.theme import Theme
from artwright.core.weights import load_weights, read_card
from artwright.plugins.literature.chinese import reader, writer
from artwright.plugins.literature.chinese.checker import check_regulated, check_tune, find_clash, recognise
from artwright.plugins.literature.chinese.corpus import Poem, split_clauses
from artwright.plugins.literature.chinese.evaluate import score_poems
from artwright.plugins.literature.chinese.explain import explain
from artwright.plugins.literature.chinese.forms import tunes
from artwright.plugins.literature.chinese.prosody import kinds_of, prosody
from artwright.plugins.literature.chinese.restore import fill
from artwright.plugins.literature.chinese.script import simplify
from artwright.plugins.literature.lm.lending import weights_of
from artwright.plugins.literature.models.poet.options import TUNES
from artwright.plugins.literature.models.verse_zh.encoding import Code, Prefix
from artwright.plugins.literature.models.verse_zh.engine import VerseEngine

POEMS = {
    "登鹳雀楼": ("wujue", ["白日依山尽，", "黄河入海流。", "欲穷千里目，", "更上一层楼。"]),
    "枫桥夜泊": ("qijue", ["月落乌啼霜满天，", "江枫渔火对愁眠。", "姑苏城外寒山寺，", "夜半钟声到客船。"]),
    "春望": (
        "wulv",
        [
            "国破山河在，",
            "城春草木深。",
            "感时花溅泪，",
            "恨别鸟惊心。",
            "烽火连三月，",
            "家书抵万金。",
            "白头搔更短，",
            "浑欲不胜簪。",
        ],
    ),
}
HANGZHOU = "一曲新词酒一杯。去年天气旧亭台。夕阳西下几时回。无可奈何花落去，似曾相识燕归来。小园香径独徘徊。"


@pytest.fixture(scope="module")
def engine():
    return VerseEngine.load(weights_of("verse-zh"), weights_of("verse-zh-lexicon"))


@pytest.fixture
def compose(ask, context_at, tmp_path):
    def make(theme, form, seed=0, **options):
        options.setdefault("best_of", 16)
        request = ask(GenerateRequest, theme=theme, form=form, **options)
        return writer.write(request, context_at(tmp_path, seed), form=form)

    return make


def clauses_of(text):
    return [t for t, _ in split_clauses(list(text.lines))]


# ------------------------------------------------------------------ facts


def test_readings_in_use_are_narrower_than_those_of_the_book():
    table = prosody()
    assert table.tones("花") == "平仄" and table.used("花") == "平"
    assert table.used("看") == "平仄" and table.tones("山") == "平" and table.used("白") == "仄"
    assert len(table.groups) == 105 and table.groups[10] == "真" and table.characters["人"].used_groups == (10,)
    assert kinds_of("D", 4) == "DBCD" and kinds_of("B", 8) == "BDABCDAB"


@pytest.mark.parametrize("title", POEMS)
def test_famous_poems_are_recognised_and_keep_their_form(title):
    form, lines = POEMS[title]
    verdict = check_regulated([line[:-1] for line in lines], form)
    assert recognise(split_clauses(lines)) == form
    assert verdict.kept, verdict.faults


def test_the_checker_names_faults():
    lines = ["白日依山尽", "黄河入海流", "欲穷千里目", "更上一层月"]
    faults = " ".join(check_regulated(lines, "wujue").faults)
    assert "'月'" in faults and "rhyme" in faults
    assert "4 lines of 5" in check_regulated(lines[:3], "wujue").faults[0]
    twice = check_regulated(["白日依山尽", "黄河入海流", "白日依山尽", "黄河入海流"], "wujue")
    assert any("twice" in f for f in twice.faults)
    assert find_clash("春风吹过菊花残") and find_clash("半夜夕阳红") and not find_clash("春风吹过柳条长")


def test_tunes_learned_from_the_corpus_fit_a_famous_ci():
    assert len([t for t in tunes().values() if t.share > 0.8]) >= 12 and set(TUNES.values()) <= set(tunes())
    clauses = split_clauses([HANGZHOU])
    verdict = check_tune([t for t, _ in clauses], tunes()["浣溪沙"])
    assert verdict.kept, verdict.faults
    assert recognise(clauses) == "ci:浣溪沙"


def test_traditional_characters_are_turned():
    assert simplify("國破山河在，城春草木深") == ("国破山河在，城春草木深", 1)


# ------------------------------------------------------------------ the code


def test_the_code_loses_nothing_and_reads_from_the_end(engine):
    code = engine.code
    again = Code.from_dict(json.loads(json.dumps(code.to_dict())))
    assert again.names == code.names and again.shapes == code.shapes
    clauses = split_clauses(POEMS["枫桥夜泊"][1])
    example = code.encode(Prefix(form="qijue", title="枫桥夜泊"), code.split(clauses))
    body = [code.names[i] for i in example.tokens[example.body :]]
    assert body[0] == "[SHAPE1]" and "".join(body[1:8]) == "天满霜啼乌落月" and len(body) == 29
    odd = code.encode(
        Prefix(form="other"),
        code.split(split_clauses(["床前明月光，疑是！", "a long line without any mark at all in it"])),
    )
    names = [code.names[i] for i in odd.tokens[odd.body :]]
    assert names[0] == "[FREE]" and names[1] == "[H ，5]" and names[-1] == "[END]"
    assert sum(len(t) + len(m) for t, m in code.split(split_clauses(["床前明月光，疑是！"]))) == 9


def test_known_characters_are_told_and_not_said(engine):
    code = engine.code
    clauses = split_clauses(POEMS["登鹳雀楼"][1])
    known = {(0, 5): "白", (2, 1): "目"}
    example = code.encode(Prefix(form="wujue", known=known), clauses)
    assert len(example.tokens) - example.body == 1 + 18
    assert [code.names[i] for i in example.tokens[: example.body]][-4:] == ["[KN]", "白", "目", "[GO]"]


def test_numpy_engine_scores_as_torch_does(engine, tmp_path):
    import torch
    from artwright.core.transformer.network import BodyConfig
    from artwright.core.weights import save_weights
    from artwright.plugins.literature.models.verse_zh.network import VerseNetwork, collate, sound_rows
    from artwright.plugins.literature.models.verse_zh.training import pack

    code = engine.code
    torch.manual_seed(3)
    config = BodyConfig(width=32, layers=2, heads=2, hidden=48)
    network = VerseNetwork(config, sound_rows(code, prosody())).eval()
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    save_weights(tmp_path / "w.safetensors", pack(network, code), {"config": config.to_dict()}, exact=True)
    small = VerseEngine.load(tmp_path / "w.safetensors", weights_of("verse-zh-lexicon"))
    examples = [
        code.encode(Prefix(form=form, title=title), code.split(split_clauses(lines)))
        for title, (form, lines) in POEMS.items()
    ]
    with torch.no_grad():
        batch = collate(examples)
        p = torch.log_softmax(network(batch), dim=-1)
        expected = p[torch.arange(len(p)), batch.target[batch.target >= 0]].numpy()
    assert np.abs(np.concatenate(small.token_scores(examples)) - expected).max() < 1e-3


def test_bits_of_real_verse_are_below_a_counted_baseline(engine):
    poems = [
        Poem(title=t, author="", dynasty="", form=f, regulated=None, clauses=split_clauses(lines))
        for t, (f, lines) in POEMS.items()
    ]
    scored = score_poems(engine, poems, Silent())
    assert [n for _, n in scored] == [25, 33, 49]
    assert sum(b for b, _ in scored) / sum(n for _, n in scored) < 7.4
    nonsense = Poem(title="", author="", dynasty="", form="wujue", regulated=None, clauses=(("龘齉靐鱻麤", "，"),) * 4)
    assert score_poems(engine, [nonsense], Silent())[0][0] > 200


# ------------------------------------------------------------------ writing


@pytest.mark.parametrize("form", ["wujue", "qijue", "wulv", "qilv"])
def test_every_candidate_keeps_its_form_by_the_stricter_readings(engine, form):
    from artwright.plugins.literature.chinese.brief import Brief, plans_of

    rng = np.random.default_rng(5)
    plans = plans_of(Brief(form=form), {}, engine, rng, 24)
    told = [Prefix(form=form, regulated=True, kind=k, rhyme=r, title="秋夜") for _, k, r in plans]
    written = engine.write(told, [p for p, _, _ in plans], Brief(form=form).shape, rng, temperature=1.0)
    for one in written:
        verdict = check_regulated(one.clauses, form, used=True)
        assert verdict.kept, (one.clauses, verdict.faults)
    assert len({w.clauses for w in written}) == 24


@pytest.mark.parametrize("form", ["huanxisha", "pusaman", "rumengling", "xijiangyue"])
def test_ci_keep_their_tune(compose, form):
    text, notes = compose("春雨", form)
    verdict = check_tune(clauses_of(text), tunes()[TUNES[form]])
    assert verdict.kept and notes["kept"], verdict.faults
    assert text.form == form and text.title.startswith(TUNES[form])


def test_acrostic_words_and_lines_are_kept(compose):
    text, _ = compose("江上", "qijue", acrostic="春江花月")
    assert "".join(line[0] for line in text.lines) == "春江花月" and check_regulated(clauses_of(text), "qijue").kept
    text, _ = compose("江上", "wulv", keywords="故人，青山")
    assert "故人" in str(text) and "青山" in str(text) and check_regulated(clauses_of(text), "wulv").kept
    text, _ = compose("江上", "qijue", keep="3:孤帆远影碧空尽")
    assert clauses_of(text)[2] == "孤帆远影碧空尽" and check_regulated(clauses_of(text), "qijue").kept
    text, notes = compose("江上", "qijue", rhyme="真")
    assert notes["rhyme"] == "真"


def test_an_acrostic_of_rare_characters_still_keeps_its_form(compose):
    text, _ = compose("秋", "wujue", acrostic="龘龙龑龚")
    assert "".join(line[0] for line in text.lines) == simplify("龘龙龑龚")[0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"keep": "5:孤帆远影碧空尽"}, "line 5"),
        ({"keep": "3:孤帆"}, "2 characters"),
        ({"keep": "孤帆"}, "is not a given line"),
        ({"acrostic": "春江花月夜"}, "5 characters"),
        ({"acrostic": "ab"}, "not a Chinese character"),
        ({"rhyme": "月"}, "no level group"),
        ({"keep": "1:白日依山尽山水/2:山山山山山山山"}, "cannot stand"),
        ({"acrostic": "春", "keep": "1:孤帆远影碧空尽"}, "begins with"),
    ],
)
def test_contradictions_are_errors_in_one_line(compose, options, message):
    with pytest.raises(InputError, match=message) as error:
        compose("江上", "qijue", **options)
    assert "\n" not in str(error.value)


def test_one_seed_one_poem(compose):
    first, again, other = (compose("秋夜", "wujue", seed=s)[0] for s in (1, 1, 2))
    assert str(first) == str(again) != str(other)


def test_poems_hold_their_theme_do_not_clash_and_do_not_copy(compose, engine):
    present = 0
    themes = ("秋夜", "送别", "梅花", "渔父", "a ship at sea")
    for number, theme in enumerate(themes):
        text, notes = compose(theme, "qijue", seed=number)
        field = writer.theme_field(engine, Theme.from_prompt(theme))
        present += bool(field & set(str(text)))
        assert not find_clash(str(text))
        assert notes["longest_run"] <= 7
    assert present >= len(themes) - 1


# ------------------------------------------------------------------ gaps, reading


def test_a_gap_is_filled_with_proposals_that_keep_the_form(engine, context_at, tmp_path):
    clauses = split_clauses(["月落乌啼霜满□，", "江枫渔火对愁眠。", "姑苏城外寒山寺，", "夜半钟声到客船。"])
    proposals = fill(engine, clauses, "枫桥夜泊", 16, context_at(tmp_path))
    assert len(proposals) == 10 and all(p["kept"] for p in proposals)
    assert (
        sum(p["probability"] for p in proposals) <= 1.001
        and proposals[0]["probability"] >= proposals[-1]["probability"]
    )
    broken = split_clauses(["月落乌啼霜满天，", "江枫渔火对愁眠。", "姑苏城外□□□，", "夜半钟声到客□。"])
    several = fill(engine, broken, "", 16, context_at(tmp_path))
    assert all(len(p["text"]) == 4 and p["kept"] for p in several)


def test_the_reader_sees_form_tones_rhyme_and_antithesis(engine):
    form, lines = POEMS["春望"]
    findings = reader.read_with(Text(stanzas=(tuple(lines),), language="zh"), engine.lexicon)
    assert findings["form"] == form and findings["form_kept"] and findings["rhyme"]["group"] == "侵"
    assert findings["metre"][0]["tones"] == "仄仄平平仄" and len(findings["metre"]) == 8
    couplets = {tuple(a["lines"]): a for a in findings["antithesis"]}
    assert couplets[3, 4]["required"] and couplets[3, 4]["strength"] > 0.1
    assert findings["mood"]["valence"] < 0
    for language, word in (("zh", "五言律诗"), ("en", "8 lines of 5 characters")):
        assert word in explain(Text(stanzas=(tuple(lines),), language="zh"), findings, language)


def test_the_attributor_knows_lu_xun():
    from artwright.plugins.literature.chinese.voices import nearest_voices

    text = (
        "我家门前有两株树。一株是枣树，还有一株也是枣树。但我向来是不惮以最坏的恶意来推测中国人的，然而我还不料，也不信竟会下劣凶残到这地步。"
        "我已经说过：这是我们自己的事，于是也就罢了。倘若说，这是一件好事，我想，那是不能够的。"
    ) * 12
    found = nearest_voices(text)
    assert found["nearest"][0]["author"] == "鲁迅" and len(found["nearest"]) == 3


# ------------------------------------------------------------------ training


def test_a_tiny_model_trains_resumes_and_writes(tmp_path, training):
    from artwright.plugins.literature.models.verse_zh.training import train_verse

    rows = []
    for i in range(60):
        rotated = "山水云风花月江天人春秋夜"[i % 12 :] + "山水云风花月江天人春秋夜"[: i % 12]
        lines = [rotated[j : j + 5] + "，。"[j % 2] for j in range(4)]
        rows.append(
            {
                "title": f"其{rotated[0]}",
                "author": "某",
                "dynasty": "唐",
                "form": "wujue",
                "lines": lines,
                "regulated": None,
            }
        )
    with gzip.open(tmp_path / "poems.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write("\n".join(json.dumps(r, ensure_ascii=False) for r in rows))
    first = train_verse(training("verse-zh", tmp_path, tmp_path, steps=6), tokens=256)
    asked = training("verse-zh", tmp_path, tmp_path, steps=30, resume=True)
    card, target = train_verse(asked, tokens=256), asked.target
    assert card["steps"] == 30
    assert card["evaluation"]["held_out_bits_per_character"] < first["evaluation"]["held_out_bits_per_character"]
    engine = VerseEngine.load(target, target.with_name("mine-lexicon.safetensors"))
    assert engine.lexicon.longest_run(rows[0]["lines"][0][:5]) == 5
    with pytest.raises(InputError, match="at least 20"):
        (tmp_path / "few.jsonl").write_text(json.dumps(rows[0], ensure_ascii=False), "utf-8")
        train_verse(training("verse-zh", tmp_path / "few.jsonl", tmp_path, name="few", steps=2))


def test_counts_sum_to_one_and_learn(tmp_path):
    from artwright.plugins.literature.lm.counts import Counts, build_counts

    rng = np.random.default_rng(0)
    ids = np.where(rng.random(4000) < 0.02, 0, np.cumsum(rng.integers(1, 3, 4000)) % 29 + 1)
    ids[0] = 0
    counts = Counts(build_counts(ids, 31, order=3, least=(1, 1, 2)), 31)
    for context in ([], [3], [3, 5], [30, 30]):
        p, _ = counts.distribution(context)
        assert p.sum() == pytest.approx(1, abs=1e-4) and p.min() > 0
    p, depth = counts.score(ids)
    assert -np.log2(p).mean() < 3.0 < np.log2(31) and depth.max() == 2
    q, _ = counts.distribution(ids[10:12].tolist())
    assert q[ids[12]] == pytest.approx(p[11], rel=1e-4)


def test_runs_are_found_and_new_ones_are_not():
    from artwright.plugins.literature.lm.runs import Runs

    runs = Runs.build(["大漠孤烟直，长河落日圆", "白日依山尽黄河入海流"], 5, 1 << 12)
    assert runs.longest("大漠孤烟直长河") == 7 and runs.longest("孤烟直长") == 4 and runs.share("白日依山尽") == 1.0
    assert runs.share("春眠不觉晓处处闻啼鸟") < 0.2 and runs.longest("") == 0


def test_memory_counts_a_text_and_forgets_what_is_far():
    from artwright.plugins.literature.lm.memory import ORDERS, TextMemory

    memory, rng = TextMemory(), np.random.default_rng(0)
    ids = rng.integers(2, 9, 400).tolist()
    memory.read(ids)
    before = ids[-3:]
    every, depth = memory.distributions(before, 10)
    assert depth >= 3 and every.shape == (ORDERS + 1, 10)
    assert np.allclose(every[:depth].sum(axis=1), 1) and every[ORDERS].sum() == pytest.approx(1)
    for char in range(2, 9):
        assert memory.probabilities(before, char)[0] == pytest.approx(every[:, char].tolist())
    memory.read([9] * 150)
    assert memory.probabilities([9], 9)[0][ORDERS] == 1.0


def _small_prose(folder: Path) -> None:
    rng = np.random.default_rng(3)
    subjects, verbs, things = (
        "老人 孩子 先生 姑娘".split(),
        "看着 拿着 想起 走过".split(),
        "河水 旧伞 月亮 灯火".split(),
    )
    for author in ("luxun", "yudafu"):
        (folder / author).mkdir()
        for number in range(12):
            chosen = rng.integers(0, 4, (120, 3))
            text = "".join(
                f"{subjects[a]}{verbs[b]}{things[c]}{'。' if author == 'luxun' else '，我哭了。'}" for a, b, c in chosen
            )
            (folder / author / f"{number}.txt").write_text(text, "utf-8")


def test_prose_learns_a_network_and_sums_to_one(tmp_path, training):
    from artwright.plugins.literature.lm.memory import TextMemory
    from artwright.plugins.literature.models.prose_zh.engine import ProseEngine
    from artwright.plugins.literature.models.prose_zh.training import train_prose

    (tmp_path / "texts").mkdir()
    _small_prose(tmp_path / "texts")
    asked = training("prose-zh", tmp_path / "texts", tmp_path, steps=6)
    card, target = train_prose(asked), asked.target
    assert card["steps"] == 6 and card["parameters"] > 0 and card["voices"] == ["鲁迅", "郁达夫"]
    engine = ProseEngine.load(target)
    text = "老人看着河水。孩子拿着旧伞。"
    assert engine.score(text, "luxun") < engine.score(text, "yudafu") < 14 * 5
    memory, before = TextMemory(), engine.encode("老人看着河").tolist()[:-1]
    memory.read(before[1:])
    net = engine.net
    assert net is not None
    _, hidden = net.open(before[1:], "luxun", 4)
    p = engine.chances(before, "luxun", net.chances(hidden)[0], memory)
    assert p.sum() == pytest.approx(1) and engine.text([int(p.argmax())]) == "水"
    scored, _ = net.score(engine.encode("老人看着河水"), "luxun")
    assert scored[5] == pytest.approx(net.chances(hidden)[0][engine.ids["水"]], rel=1e-3)
    parts, rows = engine.parts(text, "luxun")
    assert engine.mix[rows].sum(axis=1) == pytest.approx(np.ones(len(parts)), abs=1e-3) and (parts <= 1.0001).all()
    asked = training("prose-zh", tmp_path / "texts", tmp_path, name="counted", minutes=0.0)
    assert train_prose(asked)["parameters"] == 0 and ProseEngine.load(asked.target).net is None


def test_shipped_prose_keeps_its_promises(tmp_path, ask, context_at):
    from artwright.plugins.literature.chinese.prose import write_prose

    def write(theme: str, seed: int, author: str, **options):
        request = ask(GenerateRequest, theme=theme, form="prose", **options)
        return write_prose(request, context_at(tmp_path, seed), author)

    text, notes = write("秋夜的枣树", 0, "鲁迅", length=60, keywords="枣树", opening="在我的后园，")
    assert str(text).startswith("在我的后园，") and "枣树" in str(text) and notes["voice"] == "luxun"
    page, notes = write("秋夜", 5, "萧红", length=230, memory="小满; 小满的父亲在城里做工; 大福")
    body = str(page)
    assert notes["persons"] == ["小满", "大福"] and body.count("小满") >= 3 and "大福" in body and "秋夜" in body
    assert all(p.count("“") == p.count("”") for p in body.split("\n")) and body[-1] in "。！？”"
    assert notes["longest_run"] <= 16
    assert str(write("秋夜", 5, "萧红", length=230, memory="小满; 小满的父亲在城里做工; 大福")[0]) == body
    with pytest.raises(InputError, match="it is for verse"):
        write("春", 0, "", acrostic="春")


def test_a_line_is_not_said_in_two_poems_and_seasons_do_not_mix(engine, ask, context_at, tmp_path):
    from artwright.plugins.literature.chinese.brief import Brief

    request, brief = ask(GenerateRequest, theme="秋夜", best_of=16), Brief(form="wujue")
    made, theme = writer.draw_candidates(engine, brief, request, context_at(tmp_path)), request.theme
    first, _ = writer.choose_best(engine, made, theme, brief)
    taken = {c for line in first.lines for c in line.replace("。", "，").split("，") if c}
    second, _ = writer.choose_best(engine, made, theme, brief, taken=taken)
    assert not taken & {c for line in second.lines for c in line.replace("。", "，").split("，")}
    assert (
        engine.lexicon.season_mix(["桃花莺语暖", "秋雁菊霜寒"])
        > 0.15
        > 0.05
        > engine.lexicon.season_mix(["秋雁菊霜寒", "枫叶夜蛩声"])
    )


def test_pairs_said_too_often_are_said_less(engine):
    from artwright.plugins.literature.chinese.brief import Brief, plans_of

    often = load_weights(weights_of("verse-zh"))[0]["overused"].tobytes().decode()
    often = {often[i : i + 2] for i in range(0, len(often), 2)}
    brief = Brief(form="qijue")

    def share(weight: float) -> float:
        rng = np.random.default_rng(3)
        plans = plans_of(brief, {}, engine, rng, 48)
        told = [Prefix(form="qijue", regulated=True, kind=kind, rhyme=rhyme, title="秋夜") for _, kind, rhyme in plans]
        made = engine.write(told, [p for p, _, _ in plans], brief.shape, rng, temperature=0.92, overuse=weight)
        pairs = [c[i : i + 2] for one in made for c in one.clauses for i in (0, 2, 4, 5)]
        return sum(pair in often for pair in pairs) / len(pairs)

    assert len(often) > 1000 and "故人" in often
    assert share(1.0) < 0.8 * share(0.0)


def test_weights_have_true_cards():
    for kind in ("verse-zh", "verse-zh-lexicon", "prose-zh"):
        card = read_card(weights_of(kind, None))
        assert (
            card["data"]
            and card["licence"]
            and card["command"].startswith("artwright literature train")
            and card["bytes"] <= 16 * 2**20
        )
