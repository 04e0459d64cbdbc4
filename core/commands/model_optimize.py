"""`artwright models optimize`: a model made smaller and faster, and what that costs."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import InputError, UnknownName
from ..home import runs_folder, weights_folder
from ..pretrained.own_models import read_models
from ..registry import is_name
from .parameters import json_option
from .printing import echo_json, note, show
from .session import pass_studio

if TYPE_CHECKING:
    from ..compression.learner import Learner
    from ..compression.optimizing import Recipe
    from ..registry import ModelSpec
    from ..studio import Studio

__all__ = ["optimize_model"]


@click.command("optimize")
@click.argument("model")
@click.option("--quantize", type=click.Choice(["int8", "int4"]), help="Fewer bits for each number of its matrices.")
@click.option(
    "--prune", metavar="SHARE", default="", help="Take out what matters least, as 30%, and train what is left."
)
@click.option(
    "--grain",
    type=click.Choice(["units", "numbers"]),
    default="units",
    show_default=True,
    help="What is taken out: whole units of its layers, which makes it smaller and faster, or single numbers.",
)
@click.option("--distill", metavar="INTO", default="", help="Teach a smaller one: width=50% or layers=50%.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True),
    metavar="FOLDER",
    help="Works to learn from and to measure on; a share of them is held out.",
)
@click.option("--minutes", type=float, default=10.0, show_default=True, help="How long it may train.")
@click.option("--weights", default="", metavar="NAME", help="Weights of your own, of a model that comes with a plugin.")
@click.option("--into", default="", metavar="NAME", help="What the result is called; of hf: the folder it goes to.")
@click.option("--seed", type=int, default=0, show_default=True, help="Random seed of the training.")
@json_option
@pass_studio
def optimize_model(
    studio: Studio, model: str, as_json: bool, into: str, weights: str, corpus: Path | None, **asked: Any
) -> None:
    """Make a language model smaller and faster: fewer bits, fewer numbers, or a student of it.

    MODEL: prose-en, verse-en, composer, a folder of safetensors (hf:./FOLDER), or a name of your list. The result is
    another model: the one it was made from stays. Its card tells size, speed and loss before and after.
    """
    from ..compression.optimizing import Recipe, optimize

    recipe = Recipe(**{**asked, "quantize": asked["quantize"] or ""})
    if recipe.learns and corpus is None:
        raise InputError("give --corpus FOLDER: what matters is judged on works, and a smaller model learns from them")
    source = read_models(studio.home).full_name(model)
    find = _pretrained if source.partition(":")[0] == "hf" else _builtin
    learner, name, use = find(studio, source, weights, into or f"{{}}-{_suffix(recipe)}", corpus)
    made_of = repr((source, weights, str(into or ""), str(corpus.resolve()) if corpus else ""))
    run = f"{name}-{hashlib.sha256(made_of.encode()).hexdigest()[:8]}"  # another model or corpus is another training
    runs = runs_folder(studio.home, "models", run)
    card = optimize(learner, recipe, runs, name=model, progress=studio.progress)
    if as_json:
        echo_json(card)
        return
    _show(card)
    note(f"use it: {use}")


def _suffix(recipe: Recipe) -> str:
    made = "student" if recipe.distill else "pruned" if recipe.prune else ""
    return "-".join(part for part in (made, recipe.quantize) if part)


def _pretrained(studio: Studio, source: str, weights: str, into: str, corpus: Path | None) -> tuple[Learner, str, str]:
    """(learner, a name for its run, how the result is used)."""
    from ..pretrained.learner import CausalLearner
    from ..pretrained.sources import find_source

    if weights:
        raise InputError("--weights is for models that come with a plugin; of hf: name the folder")
    place = source.partition(":")[2]
    found = find_source(place)
    room = studio.devices.budget("cpu")
    if 4 * found.parameters > room:
        raise InputError(
            f"{place!r} takes {4 * found.parameters / 1e9:.2f} GB in float32, and there is room for {room / 1e9:.2f} GB on "
            f"the CPU; optimize it on a larger machine"
        )
    target = Path(into.format(found.folder.resolve().name))
    return (
        CausalLearner(place, target, corpus),
        target.name,
        f"-m hf:{target if target.is_absolute() else f'./{target}'}",
    )


def _builtin(studio: Studio, source: str, weights: str, into: str, corpus: Path | None) -> tuple[Learner, str, str]:
    from ..weights import find_weights

    specs = [spec for owner, spec in studio.registry.models() if source in (spec.name, f"{owner}:{spec.name}")]
    able = sorted({spec.name for _, spec in studio.registry.models() if spec.learner} | {"hf:./FOLDER"})
    if not specs:
        raise UnknownName("model", source, able)
    spec: ModelSpec = specs[0]
    if not spec.learner:
        raise InputError(f"{source!r} cannot be made smaller; these can: {', '.join(able)}")
    kind = spec.learner_type()
    shipped, default = Path(_file_of(kind)).parent, kind.default or spec.name
    path = find_weights(weights, medium=spec.medium, home=studio.home, shipped=shipped, kind=spec.name, default=default)
    name = into.format(weights or spec.name)
    target = weights_folder(studio.home, spec.medium) / f"{name}.safetensors"
    if not is_name(name):
        raise InputError(f"{name!r} is no name for weights; use 1 to 64 letters, digits, '-', '_' and '.'")
    if target.exists():
        raise InputError(f"there are weights {name!r} of {spec.medium} already; choose another name with --into")
    return kind(path, target, corpus), name, f"-m {spec.name} --weights {name}"


def _file_of(kind: type) -> str:
    import sys

    return str(sys.modules[kind.__module__].__file__)


def _show(card: dict[str, Any]) -> None:
    figures = card["evaluation"]
    show(card["place"])
    show(
        f"{'':<10}{'bytes':>14}{'nats a token':>14}   tokens a second at "
        + ", ".join(figures["after"]["tokens_per_second_by_rows"])
    )
    for side in ("before", "after"):
        row = figures[side]
        loss = row.get("held_out_nats_per_token")
        told = f"{loss:>14.4f}" if loss is not None else f"{'not measured':>14}"
        speed = ", ".join(f"{value:,.0f}" for value in row["tokens_per_second_by_rows"].values())
        show(f"{side:<10}{row['bytes']:>14,}{told}   {speed}")
    show(f"{'float32':<10}{figures['bytes_of_before_in_float32']:>14,}")
    if "loss_is_higher_by_percent" in figures:
        show(f"the loss is {figures['loss_is_higher_by_percent']:+.2f} %")
