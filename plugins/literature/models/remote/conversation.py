"""An endpoint's model asked until the checkers find no fault, and what is told of that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from .....core.errors import StoreError
from .asking import mend
from .endpoint import Endpoint, Message
from .options import RemoteOptions

if TYPE_CHECKING:
    from .....core.requests import Context, Request

__all__ = ["ROOM", "THOUGHT", "ask_until_kept", "endpoint_of", "notes_of"]

ROOM = 4
"""Tokens that an answer may have for each word or character that is asked for, beside `THOUGHT`."""
THOUGHT = 600


def endpoint_of(request: Request[RemoteOptions]) -> Endpoint:
    """The endpoint that a request names. Raises InputError."""
    return Endpoint(request.model.partition(":")[2], request.options.base_url, request.options.timeout_s)


def ask_until_kept(
    endpoint: Endpoint,
    request: Request[RemoteOptions],
    context: Context,
    ask: str,
    read: Callable[[str], list[str]],
    faults_of: Callable[[Sequence[str]], list[str]],
    *,
    language: str,
    size: int,
) -> tuple[list[str], int]:
    """(lines without a fault, how often the model was asked). Raises StoreError if there are none at the last try."""
    options = request.options
    talk: list[Message] = []
    fewest: list[str] | None = None
    for number in range(options.tries):
        done = number / options.tries
        answer = endpoint.write(
            [{"role": "user", "content": ask}, *talk],
            seed=request.seed + number,
            temperature=options.temperature,
            max_tokens=THOUGHT + ROOM * size,
            tell=lambda text, share=done: context.progress.update(share, text[-40:]),  # type: ignore[misc]
        )
        found = read(answer)
        faults = faults_of(found) if found else ["there is no line in the answer"]
        if not faults:
            return found, number + 1
        fewest = faults if fewest is None or len(faults) < len(fewest) else fewest
        shown = "\n".join(found) or answer[:2000]
        talk = [{"role": "assistant", "content": shown}, {"role": "user", "content": mend(faults, language)}]
    assert fewest is not None
    told = "; ".join(fewest[:3]) + (f"; and {len(fewest) - 3} more" if len(fewest) > 3 else "")
    raise StoreError(
        f"{endpoint.model!r} was asked {options.tries} times and never kept the form; nearest it came with: {told}. More --tries, "
        f"a freer form, or a model whose form is kept by decoding (-m hf:..., or none)"
    )


def notes_of(request: Request[Any], context: Context, tries: int) -> dict[str, Any]:
    """What a manifest tells of it; a remark says so, too."""
    often = "once" if tries == 1 else f"{tries} times, until the checkers found no fault"
    context.devices.remark(f"{request.model!r} was asked over a network, {often}")
    return {"tries": tries}
