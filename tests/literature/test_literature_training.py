"""Training by way of the studio: a run begins with another's parameters, or says in one line that it can't."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from artwright.core.errors import InputError
from artwright.core.studio import Studio


def english_poems(path: Path) -> Path:
    """24 poems of made lines."""
    rng = np.random.default_rng(0)
    words = "old wide dark deep sea moon tree rain road bell lamp star".split()
    rows = [
        {"title": str(n), "lines": [" ".join(["the", *rng.choice(words, size=7), "and", "gray,"]) for _ in range(4)]}
        for n in range(24)
    ]
    path.write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return path


def chinese_poems(path: Path) -> Path:
    """60 poems of made lines."""
    rng = np.random.default_rng(0)
    table = list("春江花月夜山水风云雨雪天地人心日光白青红")
    rows = [
        {
            "title": "题",
            "author": "某",
            "form": "wujue",
            "lines": ["".join(rng.choice(table, 5)) + mark for mark in "，。，。"],
        }
        for _ in range(60)
    ]
    path.write_text("\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8")
    return path


@pytest.mark.parametrize("model", ["verse-zh", "verse-en"])
def test_a_run_begins_with_another_or_says_there_is_none(tmp_path: Path, model: str) -> None:
    studio = Studio(tmp_path / "home")
    corpus = (chinese_poems if model == "verse-zh" else english_poems)(tmp_path / "poems.jsonl")
    options = {"size": "tiny"}
    with pytest.raises(InputError, match="no finished run 'first'"):
        studio.train(
            "literature", corpus, name="second", model=model, minutes=0.01, options=options | {"start": "first"}
        )
    studio.train("literature", corpus, name="first", model=model, minutes=0.01, options=options)
    state = tmp_path / "home" / "runs" / "literature" / "first" / "state.json"
    ended = state.read_text("utf-8")
    state.write_text(ended.replace('"finished": true', '"finished": false'), "utf-8")
    with pytest.raises(InputError, match="no finished run 'first'"):
        studio.train(
            "literature", corpus, name="second", model=model, minutes=0.01, options=options | {"start": "first"}
        )
    state.write_text(ended, "utf-8")
    card = studio.train(
        "literature", corpus, name="second", model=model, minutes=0.01, options=options | {"start": "first"}
    ).card
    assert card["started_from"]["run"] == "first" and card["started_from"]["steps"] >= 1
    assert "--start first" in card["command"]
    assert "poems.jsonl" in card["data"] and "person's own" in card["licence"] and "public domain" not in str(card)


def test_a_run_of_another_kind_cannot_be_begun_with(tmp_path: Path) -> None:
    corpus = chinese_poems(tmp_path / "poems.jsonl")
    with pytest.raises(InputError, match="verse-en and verse-zh"):
        Studio(tmp_path / "home").train(
            "literature", corpus, name="p", model="prose-zh", minutes=0.01, options={"start": "first"}
        )
