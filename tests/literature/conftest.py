"""What is asked of literature's own functions, and what is lent them, as the studio does."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="session")
def context_at():
    """context_at(home, seed): a context with models lent on the CPU."""
    from artwright.core.devices import DeviceManager
    from artwright.core.requests import Context

    devices = DeviceManager("cpu")

    def make(home, seed=0):
        return Context(devices=devices, library=None, feedback=None, home=home, seed=seed)

    return make


@pytest.fixture(scope="session")
def ask():
    """ask(GenerateRequest, theme="the sea", best_of=8): a request; what it has no field for is an option."""
    from dataclasses import fields

    from artwright.core.theme import Theme
    from artwright.plugins.literature.models.poet.options import PoetOptions

    def make(kind, *, model="poet", **given):
        own = {field.name for field in fields(kind)}
        asked = {name: value for name, value in given.items() if name in own}
        options = asked.pop("options", None) or PoetOptions(**{k: v for k, v in given.items() if k not in own})
        if isinstance(asked.get("theme"), str):
            asked["theme"] = Theme.from_prompt(asked["theme"])
        return kind(medium="literature", model=model, options=options, **asked)

    return make


@pytest.fixture(scope="session")
def training(ask, context_at):
    """training(model, corpus, home, name=..., steps=...): a tiny training for at most so many steps."""
    from artwright.core.requests import TrainRequest
    from artwright.plugins.literature.lm.training import Training

    def make(model, corpus, home, *, name="mine", steps=3, minutes=5.0, seed=1, resume=False):
        request = ask(
            TrainRequest,
            model=model,
            corpus=corpus,
            name=name,
            minutes=minutes,
            seed=seed,
            runs=home / "runs" / name,
            weights=home / "weights" / "literature",
            resume=resume,
            size="tiny",
        )
        return Training(request=request, context=context_at(home, seed), steps=steps)

    return make
