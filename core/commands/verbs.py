"""What the commands of all media have in common: the options that each takes, and what it is called with.

A verb is written as a function of a `Call` and its own parameters that gives its result for `--json`, and is declared with
click's decorators, `verb` the innermost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any

import click

from .flags import ModelOption, Verb, given_options
from .parameters import force_option, json_option, model_option, pairs_option, seed_option
from .printing import echo_json
from .session import studio_of

if TYPE_CHECKING:
    from ..artwork import Medium
    from ..studio import Studio

__all__ = ["Call", "verb"]


@dataclass(frozen=True)
class Call:
    """One use of a verb.

    studio, medium; asked: the model, its options and, where the verb takes them, seed and force, by the names that the
    studio's methods have for them; as_json: whether nothing but the result is to be on stdout.
    """

    studio: Studio
    medium: Medium
    asked: Mapping[str, Any]
    as_json: bool

    @property
    def seed(self) -> int | None:
        """The seed that was asked for."""
        seed: int | None = self.asked.get("seed")
        return seed

    @property
    def force(self) -> bool:
        """Whether an output that exists is replaced."""
        return bool(self.asked.get("force"))


def verb(*, seed: bool = True, force: bool = True) -> Callable[[Callable[..., Any]], Callable[..., None]]:
    """A decorator that adds the common options and hands them over as a `Call`; what the function gives is printed with
    `--json`, unless it is None.
    """

    def declare(function: Callable[..., Any]) -> Callable[..., None]:
        @click.pass_context
        @wraps(function)
        def run(
            ctx: click.Context,
            /,
            model: str | None,
            pairs: tuple[tuple[str, str], ...],
            as_json: bool,
            **values: Any,
        ) -> None:
            assert isinstance(ctx.command, Verb)
            flags = {p.name for p in ctx.command.params if isinstance(p, ModelOption)}
            options = given_options(ctx, {k: v for k, v in values.items() if k in flags}, pairs)
            asked = {"model": model, "options": options}
            asked |= {name: values.pop(name) for name in ("seed", "force") if name in values}
            own = {k: v for k, v in values.items() if k not in flags}
            result = function(Call(studio_of(ctx), ctx.command.medium, asked, as_json), **own)
            if as_json and result is not None:
                echo_json(result)

        command = json_option(run)
        command = force_option(command) if force else command
        command = seed_option(command) if seed else command
        return model_option(pairs_option(command))

    return declare
