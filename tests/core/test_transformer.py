"""One transformer in three places: torch for training, numpy for use, and transformers' Llama as the reference."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from artwright.core.errors import WeightsError
from artwright.core.transformer.decoder import Decoder, Matrix, product
from artwright.core.transformer.muon import build_optimizer
from artwright.core.transformer.network import Body, BodyConfig
from artwright.core.transformer.sampling import draw, log_softmax
from artwright.core.weights import load_weights, save_weights

CONFIG = BodyConfig(width=32, layers=3, heads=4, hidden=80)


@pytest.fixture
def body():
    torch.manual_seed(1)
    body = Body(CONFIG)
    with torch.no_grad():
        for name, parameter in body.named_parameters():
            parameter.copy_(torch.randn_like(parameter) * 0.15 + (1.0 if "norm" in name else 0.0))
    return body.eval()


def decoder_of(body):
    return Decoder({k: v.detach().numpy() for k, v in body.state_dict().items()}, heads=CONFIG.heads)


def test_numpy_decoder_computes_what_torch_computes_step_by_step(body):
    x = torch.randn(2, 11, CONFIG.width)
    with torch.no_grad():
        expected = body(x).numpy()
    decoder = decoder_of(body)
    whole = decoder.forward(x.numpy(), decoder.cache(2, 11))
    cache = decoder.cache(2, 11)
    first = decoder.forward(x[:, :4].numpy(), cache)
    steps = [decoder.forward(x[:, i : i + 1].numpy(), cache) for i in range(4, 11)]
    assert np.abs(whole - expected).max() < 1e-4
    assert np.abs(np.concatenate([first, *steps], axis=1) - expected).max() < 1e-4
    with pytest.raises(ValueError, match="11 positions"):
        decoder.forward(x[:, :1].numpy(), cache)


def test_body_computes_what_llama_computes_with_the_same_weights(body):
    from transformers import LlamaConfig, LlamaModel

    d, f = CONFIG.width, CONFIG.hidden
    llama = LlamaModel(
        LlamaConfig(
            vocab_size=8,
            hidden_size=d,
            intermediate_size=f,
            num_hidden_layers=CONFIG.layers,
            num_attention_heads=CONFIG.heads,
            num_key_value_heads=CONFIG.heads,
            rms_norm_eps=1e-6,
            max_position_embeddings=64,
            attention_bias=False,
            mlp_bias=False,
        )
    ).eval()
    state = {"embed_tokens.weight": llama.embed_tokens.weight, "norm.weight": body.norm.weight}
    for i, layer in enumerate(body.layers):
        at = f"layers.{i}."
        for name, part in zip("qkv", layer.qkv.weight.chunk(3), strict=True):
            state[f"{at}self_attn.{name}_proj.weight"] = part
        gate, up = layer.gate_up.weight.chunk(2)
        state |= {
            f"{at}self_attn.o_proj.weight": layer.out.weight,
            f"{at}mlp.gate_proj.weight": gate,
            f"{at}mlp.up_proj.weight": up,
            f"{at}mlp.down_proj.weight": layer.down.weight,
            f"{at}input_layernorm.weight": layer.norm_attention.weight,
            f"{at}post_attention_layernorm.weight": layer.norm_gated.weight,
        }
    llama.load_state_dict(state)
    x = torch.randn(2, 9, d)
    with torch.no_grad():
        expected = llama(inputs_embeds=x).last_hidden_state
        ours = body(x)
    assert float((ours - expected).abs().max()) < 1e-3
    decoder = decoder_of(body)
    assert np.abs(decoder.forward(x.numpy(), decoder.cache(2, 9)) - expected.numpy()).max() < 1e-3


@pytest.mark.parametrize("rows", [1, 2, 3, 7, 40])
@pytest.mark.parametrize(("out", "width"), [(50, 24), (3, 1), (65, 39)])
def test_few_rows_read_stored_steps_and_many_rows_floats(rows, out, width):
    rng = np.random.default_rng(rows)
    steps = rng.integers(-127, 128, (out, width)).astype(np.float32)
    steps[:, 0] = 127
    weight = steps * rng.uniform(0.001, 0.01, (out, 1)).astype(np.float32)
    weight[-1] = 0
    matrix, rough = Matrix(weight), Matrix(rng.standard_normal((out, width)))
    assert rough._stored is None or width == 1
    assert product is None or matrix._stored[0].dtype == np.int8
    x = rng.standard_normal((rows, width)).astype(np.float32)
    assert np.abs(x @ matrix - x @ weight.T).max() < 1e-4
    assert np.array_equal(x @ rough, x @ rough._columns) or width == 1
    assert np.abs(x[0] @ matrix.columns(np.array([0, 2])) - x[0] @ weight[[0, 2]].T).max() < 1e-4
    assert (x[None, :, None] @ matrix).shape == (1, rows, 1, out)


@pytest.mark.skipif(product is None, reason="built without a C compiler")
def test_the_compiled_product_refuses_what_does_not_fit():
    x, weight, scale, out = (
        np.ones((2, 5), np.float32),
        np.ones((3, 5), np.int8),
        np.ones(3, np.float32),
        np.empty((2, 3), np.float32),
    )
    product(x, weight, scale, out)
    assert (out == 5).all()
    floats, doubles = weight.astype(np.float32), x.astype(float)
    for wrong in (
        (x[:, :4], weight, scale, out),
        (x, floats, scale, out),
        (x[0], weight, scale, out),
        (doubles, weight, scale, out),
    ):
        with pytest.raises((TypeError, BufferError, ValueError)):
            product(*wrong)
    for wrong in ((x, weight[:, :4].copy(), scale, out), (x, weight, scale[:2], out), (x, weight, scale, out[:1])):
        with pytest.raises(ValueError, match="do not fit"):
            product(*wrong)
    out.flags.writeable = False
    with pytest.raises((BufferError, ValueError)):
        product(x, weight, scale, out)


def test_int8_by_row_loses_next_to_nothing(body, tmp_path):
    arrays = {k: v.detach().numpy() for k, v in body.state_dict().items()} | {"ids": np.arange(5, dtype=np.int32)}
    save_weights(tmp_path / "w.safetensors", arrays, {"data": "none"})
    loaded, card = load_weights(tmp_path / "w.safetensors")
    assert card["data"] == "none" and len(card["sha256"]) == 64
    assert loaded["ids"].dtype == np.int32 and (loaded["ids"] == np.arange(5)).all()
    matrix = arrays["layers.0.qkv.weight"]
    assert np.abs(loaded["layers.0.qkv.weight"] - matrix).max() <= np.abs(matrix).max() / 127 * 0.51
    x = np.random.default_rng(2).standard_normal((1, 8, CONFIG.width)).astype(np.float32)
    exact, rounded = (Decoder({k: v for k, v in a.items() if k != "ids"}, heads=4) for a in (arrays, loaded))
    a, b = exact.forward(x, exact.cache(1, 8)), rounded.forward(x, rounded.cache(1, 8))
    assert np.abs(a - b).max() < 0.05 * np.abs(a).max()


def test_damaged_weights_are_refused(tmp_path):
    save_weights(tmp_path / "w.safetensors", {"a": np.ones((2, 40), np.float32)}, {})
    data = bytearray((tmp_path / "w.safetensors").read_bytes())
    data[-1] ^= 1
    (tmp_path / "w.safetensors").write_bytes(bytes(data))
    with pytest.raises(WeightsError, match="SHA-256"):
        load_weights(tmp_path / "w.safetensors")
    with pytest.raises(WeightsError, match="missing"):
        load_weights(tmp_path / "none.safetensors")


def test_drawing_follows_the_probabilities_and_its_bounds():
    logits = np.log(np.array([[0.5, 0.3, 0.15, 0.05]], np.float32))
    rows = np.repeat(logits, 4000, axis=0)
    share = np.bincount(draw(rows, np.random.default_rng(0)), minlength=4) / 4000
    assert np.abs(share - [0.5, 0.3, 0.15, 0.05]).max() < 0.03
    assert set(draw(rows, np.random.default_rng(0), top_p=0.6)) == {0, 1}
    assert set(draw(rows, np.random.default_rng(0), min_p=0.25)) == {0, 1, 2}
    assert (draw(rows, np.random.default_rng(0), temperature=0.02) == 0).mean() > 0.99
    masked = rows + np.array([-1e9, 0, -1e9, 0], np.float32)
    assert set(draw(masked, np.random.default_rng(3))) == {1, 3}
    assert np.allclose(np.exp(log_softmax(logits)).sum(), 1)
    assert (draw(rows, np.random.default_rng(7)) == draw(rows, np.random.default_rng(7))).all()


def test_muon_learns_faster_than_it_started():
    torch.manual_seed(0)
    body = Body(CONFIG)
    head = torch.nn.Linear(CONFIG.width, 5)
    module = torch.nn.ModuleDict({"body": body, "head": head})
    optimizers = build_optimizer(module, lr=2e-2)
    assert len(optimizers) == 2
    x, y = torch.randn(8, 6, CONFIG.width), torch.randint(0, 5, (8, 6))
    losses = []
    for _ in range(40):
        loss = torch.nn.functional.cross_entropy(head(body(x)).reshape(-1, 5), y.reshape(-1))
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        losses.append(loss.item())
    assert losses[-1] < 0.7 * losses[0]
