"""Matrices as int8 panels: the product is the rounded matrix's, whatever the rows and threads."""

from __future__ import annotations

import numpy as np
import pytest
from artwright.core.transformer.panels import Panels, are_fast

pytestmark = pytest.mark.skipif(not are_fast(), reason="no compiled panels here")


@pytest.mark.parametrize("rows", [1, 2, 5, 6, 13, 40])
@pytest.mark.parametrize(("many", "size"), [(1, 64), (16, 320), (50, 128), (300, 576)])
def test_product_is_that_of_the_rounded_matrix(rows, many, size):
    rng = np.random.default_rng(rows)
    weight = rng.standard_normal((many, size)).astype(np.float32)
    x = rng.standard_normal((rows, size)).astype(np.float32)
    panels = Panels(weight)
    rounded = panels.rows(np.arange(many))
    assert np.abs(rounded - weight).max() <= np.abs(weight).max() / 254 + 1e-6
    assert np.allclose(panels.multiply(x), x @ rounded.T, atol=1e-3)
    assert np.array_equal(panels.multiply(x), panels.multiply(x, threads=3))


def test_one_large_number_spoils_its_group_alone():
    weight = np.full((16, 128), 0.01, np.float32)
    weight[0, 0] = 100
    rounded = Panels(weight).rows(np.arange(16))
    assert np.allclose(rounded[1:], 0.01) and np.allclose(rounded[0, 64:], 0.01)


def test_no_multiple_of_the_group_is_refused():
    with pytest.raises(ValueError, match="64"):
        Panels(np.zeros((4, 100), np.float32))


def test_compact_keeps_what_two_layers_share():
    import torch
    from artwright.core.pretrained.compact import compact

    generator = torch.Generator().manual_seed(3)
    network = torch.nn.ModuleDict(
        {"words": torch.nn.Embedding(600, 128), "head": torch.nn.Linear(128, 600), "small": torch.nn.Linear(64, 64)}
    ).requires_grad_(False)
    network["words"].weight.copy_(torch.randn(600, 128, generator=generator))
    network["head"].weight = network["words"].weight
    ids = torch.tensor([[4, 7]])
    before = network["head"](network["words"](ids))
    assert compact(network) == 1
    assert isinstance(network["small"], torch.nn.Linear)
    after = network["head"](network["words"](ids))
    assert torch.allclose(before, after, atol=0.05 * float(before.std()))
