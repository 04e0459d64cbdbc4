"""Memory that runs out while a pretrained model is loaded or writes: wherever it does, the work is the same or it is told."""

from __future__ import annotations

import pytest
import torch
from artwright import Studio
from artwright.core.errors import ArtwrightError
from torch.utils._python_dispatch import TorchDispatchMode

TEXTS = ["The rain came down upon the roof and woke the sleeping town."] * 3
ASKED = {"form": "prose", "length": 6, "best_of": 2}


class Starved(TorchDispatchMode):
    """Lets memory run out at some of torch's operations, by their number."""

    def __init__(self, fails=lambda number: False):
        super().__init__()
        self.fails, self.number, self.failed = fails, 0, 0

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        self.number += 1
        if self.fails(self.number):
            self.failed += 1
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 MiB")
        return func(*args, **(kwargs or {}))


@pytest.fixture(scope="module")
def folder(tmp_path_factory, save_model):
    return save_model(tmp_path_factory.mktemp("tiny"), "llama", TEXTS)


@pytest.fixture(scope="module")
def write(folder, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")

    def run(fails=lambda number: False):
        studio = Studio(home)
        with Starved(fails) as mode:
            work = studio.generate("literature", "rain", model=f"hf:{folder}", options=ASKED, seed=4, keep=False)
        assert all(resident.pins == 0 for resident in studio.devices.residents())
        return work, mode

    return run


def test_memory_that_runs_out_once_changes_nothing_wherever_it_does(write):
    whole, mode = write()
    operations = mode.number
    assert operations > 200
    points = sorted({*range(1, operations, max(1, operations // 8)), operations})
    for point in points:
        again, mode = write(lambda number, at=point: number == at)
        assert mode.failed == 1 and again.id == whole.id, point


def test_fewer_pages_at_once_are_tried_and_told(write, monkeypatch):
    from artwright.plugins.literature.models.hf import writing

    real, tried = writing.write_pages, []

    def starved(*arguments, rows, **settings):
        tried.append(rows)
        if rows > 1:
            raise MemoryError
        return real(*arguments, rows=rows, **settings)

    monkeypatch.setattr(writing, "write_pages", starved)
    work, _ = write()
    assert tried == [2, 2, 1]
    assert work.remarks == (
        "memory ran out on cpu; it went on with 1 rows at once in place of 2, which may change the work",
    )


def test_memory_that_is_never_enough_is_an_error_with_numbers(write):
    whole, mode = write()
    operations = mode.number
    with pytest.raises(ArtwrightError, match="needs more memory than there is on cpu; the budget is"):
        write(lambda number: number > operations // 8)
    assert write()[0].id == whole.id
