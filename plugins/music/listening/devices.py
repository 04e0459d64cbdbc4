"""The device that the studio lends to what runs in torch: training and the spectra of recordings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ....core.requests import Context

__all__ = ["lend_device"]


@contextmanager
def lend_device(context: Context, what: str, *, size: int) -> Iterator[str]:
    """The name of the device to work on, booked for as long as the block lasts. what: tells leases apart; size: bytes
    that the work takes there.
    """
    if context.devices is None:
        yield "cpu"
        return
    with context.devices.lease(("music", what), lambda device: device, size=size) as device:
        yield device
