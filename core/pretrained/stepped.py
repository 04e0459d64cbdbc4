"""Pretrained models whose large matrices are kept on disk as int8 or int4 steps, in a folder beside their tokenizer.

`steps.safetensors` holds of each large matrix NAME its `NAME.steps` (int8, or uint8 of two steps each; those at both ends, of
tokens, are int8 always: of four bits they would cost more than all the others) and `NAME.scale`
(float16, one for each 64 numbers of a row), and all else as it was; `config.json` says under `artwright` how many bits a
step takes. The file has a name of its own so that a library that knows nothing of steps finds no weights, not wrong ones.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..errors import WeightsError
from ..files import atomic, write_text
from ..nibbles import pack_nibbles, unpack_nibbles
from ..transformer.panels import GROUP, Panels, are_fast, in_steps
from .compact import Large, is_turned, large_matrices, put_panels
from .sources import STEPPED, Source

if TYPE_CHECKING:
    import torch

__all__ = ["load_stepped", "save_stepped"]

FILE = "steps.safetensors"
_BESIDE = (
    "tokenizer*", "vocab*", "merges.txt", "special_tokens_map.json", "added_tokens.json", "spiece.model", "chat_template*",
    "generation_config.json", "README.md", "LICENSE*",
)  # fmt: skip


def save_stepped(network: Any, config: Mapping[str, Any], source: Path, target: Path, bits: int) -> None:
    """Write a float32 network on the CPU with 8 or 4 bits for each number of its large matrices. config: its config.json;
    source: the folder that its tokenizer is taken from; target: a folder that is there.
    """
    from safetensors.torch import save_file

    stored: dict[str, torch.Tensor] = {}
    first: dict[int, str] = {}
    same: dict[str, str] = {}
    paths = set()
    ends = {network.get_input_embeddings(), network.get_output_embeddings()}
    for large in large_matrices(network):
        paths.add(f"{large.path}.weight")
        key = large.layer.weight.data_ptr()
        if key in first:
            same[large.path] = first[key]
            continue
        first[key] = large.path
        own = 8 if large.layer in ends else bits
        stored |= {f"{large.path}.{part}": array for part, array in _in_steps(large.matrix, own)}
    for name, tensor in network.state_dict().items():
        if name not in paths:
            stored[name] = tensor.detach().clone().contiguous()
    with atomic(target / FILE) as temporary:
        save_file(stored, str(temporary), metadata={"format": "artwright-steps", "same": json.dumps(same)})
    copy_beside(source, target)
    told = {"bits": bits, "parameters": sum(p.numel() for p in network.parameters())}
    write_text(target / "config.json", json.dumps({**config, STEPPED: told}, indent=1) + "\n")


def copy_beside(source: Path, target: Path) -> None:
    """The tokenizer, the model's own card and its licence."""
    for file in sorted({file for pattern in _BESIDE for file in source.glob(pattern) if file.is_file()}):
        shutil.copyfile(file, target / file.name)


def _in_steps(matrix: NDArray[np.float32], bits: int) -> Iterator[tuple[str, torch.Tensor]]:
    import torch

    steps, scale = pack_nibbles(matrix, GROUP) if bits == 4 else in_steps(matrix)
    yield "steps", torch.from_numpy(steps)
    yield "scale", torch.from_numpy(scale.astype(np.float16))


def load_stepped(source: Source, device: str) -> Any:
    """The network of a folder that `save_stepped` wrote: panels on a CPU that is quick with them, else numbers of the type
    that `Source.number_type` says. Raises WeightsError where the file does not fit its configuration.
    """
    import torch
    from safetensors import SafetensorError, safe_open
    from transformers import AutoConfig, AutoModelForCausalLM

    config = AutoConfig.from_pretrained(source.folder, local_files_only=True, trust_remote_code=False)
    kind = getattr(torch, source.number_type(device))
    with _without_numbers():
        network: Any = AutoModelForCausalLM.from_config(config, dtype=kind)  # type: ignore[no-untyped-call]
    try:
        with safe_open(str(source.folder / FILE), "pt") as file:
            same = json.loads((file.metadata() or {})["same"])
            panels = device == "cpu" and are_fast()
            _fill_large(network, file, same, kind, panels=panels)
            known = dict(network.named_parameters())
            for name in file.keys():  # noqa: SIM118
                if name in known:
                    _put(network, name, file.get_tensor(name).to(kind))
    except (SafetensorError, KeyError, ValueError, TypeError, RuntimeError) as error:
        raise WeightsError(
            f"the weights of {source.text!r} do not fit its config.json ({error}); make it again with `artwright models "
            f"optimize`"
        ) from error
    empty = [name for name, parameter in network.named_parameters() if parameter.is_meta]
    if empty:
        raise WeightsError(
            f"{FILE!r} of {source.text!r} lacks {empty[0]!r}; make it again with `artwright models optimize`"
        )
    return network.to(device)


def _without_numbers() -> Any:
    """A context, of this thread alone, in which matrices are made without memory; buffers, which are computed, have theirs."""
    import torch
    from torch.overrides import TorchFunctionMode

    class Mode(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            given = dict(kwargs or {})
            if func is torch.empty and given.get("device") is None:
                given["device"] = "meta"
            return func(*args, **given)

    return Mode()


def _fill_large(network: Any, file: Any, same: Mapping[str, str], kind: Any, *, panels: bool) -> None:
    import torch

    made: dict[str, Any] = {}
    for large in list(large_matrices(network)):
        path = same.get(large.path, large.path)
        if path not in made:
            steps, scale = file.get_tensor(f"{path}.steps").numpy(), file.get_tensor(f"{path}.scale").numpy()
            steps = unpack_nibbles(steps) if steps.dtype == np.uint8 else steps
            if steps.shape != _shape(large) or scale.shape != (len(steps), steps.shape[1] // GROUP):
                raise ValueError(f"{path} is of another shape")
            wide = scale.astype(np.float32)
            made[path] = Panels.of_steps(steps, wide) if panels else torch.from_numpy(steps * np.repeat(wide, GROUP, 1))
        if panels:
            put_panels(large, made[path])
        else:
            _put(network, f"{large.path}.weight", (made[path].T if is_turned(large.layer) else made[path]).to(kind))
        bias = f"{large.path}.bias"
        if panels and bias in file.keys():  # noqa: SIM118
            _put(network, bias, file.get_tensor(bias).to(kind))


def _shape(large: Large) -> tuple[int, int]:
    rows, columns = large.layer.weight.shape
    return (columns, rows) if is_turned(large.layer) else (rows, columns)


def _put(network: Any, name: str, tensor: torch.Tensor) -> None:
    import torch

    path, _, last = name.rpartition(".")
    parent = network.get_submodule(path)
    if getattr(parent, last).shape != tensor.shape:
        raise ValueError(f"{name} is of another shape")
    setattr(parent, last, torch.nn.Parameter(tensor.contiguous(), requires_grad=False))
