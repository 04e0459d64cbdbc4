"""A causal language model of transformers as something to be made smaller: any folder of safetensors with a tokenizer."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..compression.learner import Kept, Learner, Outputs, Units
from ..decoding import decode_text
from ..errors import InputError
from ..files import make_folder, write_text
from ..training import split_held_out
from .causal import CausalModel, load_causal
from .compact import LEAST, large_matrices
from .sources import Source, find_source, read_config
from .stepped import copy_beside, save_stepped

if TYPE_CHECKING:
    from torch import nn
    from torch.optim import Optimizer

__all__ = ["CARD", "CausalLearner", "read_texts"]

CARD = "optimized.json"
_LENGTH, _ROWS, _PROBES = 128, 4, 8
_GATED = (("gate_proj", "up_proj"), "down_proj")
_PLAIN = ((("c_fc",), "c_proj"), (("dense_h_to_4h",), "dense_4h_to_h"), (("fc1",), "fc2"))
_UNITS = ("intermediate_size", "n_inner")
_LAYERS = ("num_hidden_layers", "n_layer")
_SPEEDS, _STEPS = (1, 8, 32), 8


def read_texts(corpus: Path) -> list[tuple[str, str]]:
    """(name, text) of the .txt and .md files of a folder, and of each row of its .jsonl files ("text", or "lines").

    Raises InputError where there is nothing, or a row is no object with a text.
    """
    files = sorted(file for file in corpus.rglob("*") if file.suffix in (".txt", ".md", ".jsonl") and file.is_file())
    if corpus.is_file():
        files = [corpus]
    texts = [pair for file in files for pair in _texts_of(file)]
    if not any(text.strip() for _, text in texts):
        raise InputError(f"{str(corpus)!r} holds no text; give a folder of .txt, .md or .jsonl files")
    return texts


def _texts_of(file: Path) -> Iterator[tuple[str, str]]:
    text = decode_text(file.read_bytes(), name=str(file))
    if file.suffix != ".jsonl":
        yield file.stem, text
        return
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            said = row["text"] if "text" in row else "\n".join(row["lines"])
        except (ValueError, TypeError, KeyError) as error:
            raise InputError(f"line {number} of {str(file)!r} is no row with 'text' or 'lines'") from error
        yield f"{file.stem}:{number}", str(said)


class CausalLearner(Learner):
    """A folder of safetensors. target: the folder to write, which must not be there; corpus: texts, or None."""

    rate, bits = 1e-4, 32

    def __init__(self, text: str, target: Path, corpus: Path | None) -> None:
        source = find_source(text)
        if source.gguf or source.bits:
            kind = "a GGUF file" if source.gguf else f"of {source.bits} bits already"
            raise InputError(f"{text!r} is {kind}; optimize the folder of safetensors that it was made from")
        if target.exists():
            raise InputError(f"{str(target)!r} is there already; choose another name with --into")
        self.source, self.target = source, target
        self.model = load_causal(source, "cpu", compacted=False)
        self.network = self.model.network
        self.config = {**read_config(source.folder / "config.json")}
        self.config["layers"] = self.config[self._key(_LAYERS)]
        self.learned: NDArray[np.int64] | None = None
        self.judged: NDArray[np.int64] | None = None
        if corpus is not None:
            self.learned, self.judged = self._windows(corpus)

    def _key(self, names: Sequence[str]) -> str:
        found = next((name for name in names if self.config.get(name)), None)
        if found is None:
            raise InputError(f"config.json of {self.source.text!r} names none of {', '.join(names)}")
        return found

    def _windows(self, corpus: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows of tokens to learn from, and rows that are held out: a text as a whole, or the end of a single one."""
        texts = read_texts(corpus)
        kept, held = split_held_out([name for name, _ in texts]) if len(texts) > 1 else ([0], [0])
        every = [self.model.encode(text) for _, text in texts]
        sides = [[every[i] for i in side] for side in (kept, held)]
        if len(texts) == 1:
            border = len(every[0]) * 9 // 10
            sides = [[every[0][:border]], [every[0][border:]]]
        rows = [_rows([token for text in side for token in text]) for side in sides]
        if not all(len(side) for side in rows):
            raise InputError(f"{str(corpus)!r} holds too little text; at least {20 * _LENGTH:,} tokens are needed")
        return rows[0], rows[1]

    def optimizers(self, network: nn.Module) -> list[Optimizer]:
        """AdamW over all that may change."""
        import torch

        return [torch.optim.AdamW(network.parameters(), lr=self.rate, betas=(0.9, 0.95), weight_decay=0.01)]

    def make(self, config: Mapping[str, Any]) -> nn.Module:
        from transformers import AutoConfig, AutoModelForCausalLM

        shape = {key: value for key, value in config.items() if key != "layers"}
        kind = AutoConfig.for_model(**shape)
        network: nn.Module = AutoModelForCausalLM.from_config(kind)  # type: ignore[no-untyped-call]
        return network

    def units(self, network: nn.Module) -> list[Units]:
        found = []
        for module in network.modules():
            for into, out in (_GATED, *_PLAIN):
                parts: list[Any] = [getattr(module, name, None) for name in (*into, out)]
                if all(hasattr(part, "weight") for part in parts):
                    count = parts[-1].weight.shape[0 if type(parts[-1]).__name__ == "Conv1D" else 1]
                    found.append(Units(tuple(parts[:-1]), parts[-1], count))
        if not found:
            raise InputError(
                f"{self.source.architecture!r} has no feed-forward layers that are known here; prune single numbers "
                f"(--grain numbers)"
            )
        return found

    def linears(self, network: nn.Module) -> dict[str, nn.Module]:
        head = network.get_output_embeddings()  # type: ignore[operator]
        return {
            name: layer
            for name, layer in network.named_modules()
            if type(layer).__name__ in ("Linear", "Conv1D") and layer is not head
        }

    def smaller(
        self, *, units: int | None = None, width: float | None = None, layers: int | None = None
    ) -> dict[str, Any]:
        if width is not None:
            raise InputError("a student of a pretrained model has fewer layers, not a smaller width; write layers=50%")
        config = {**self.config}
        if units is not None:
            config["n_inner" if "n_embd" in config else self._key(_UNITS)] = units
        if layers is not None:
            config[self._key(_LAYERS)] = config["layers"] = layers
            if isinstance(config.get("layer_types"), list):
                config["layer_types"] = [config["layer_types"][i] for i in _spread(self.config["layers"], layers)]
        if layers == self.config["layers"]:
            raise InputError(f"the model has {layers} layer(s), and that would stay so")
        return config

    def student(self, config: Mapping[str, Any]) -> nn.Module:
        import torch

        network, stack = self.make(config), _stack(self.network)
        kept = _spread(self.config["layers"], config["layers"])
        mine = dict(self.network.named_parameters())
        with torch.no_grad():
            for name, parameter in network.named_parameters():
                if name.startswith(f"{stack}."):
                    number, _, rest = name[len(stack) + 1 :].partition(".")
                    name = f"{stack}.{kept[int(number)]}.{rest}"
                parameter.copy_(mine[name])
        return network

    def batch(self, rng: np.random.Generator) -> NDArray[np.int64]:
        assert self.learned is not None
        return self.learned[rng.integers(len(self.learned), size=_ROWS)]

    def held_out(self) -> Sequence[NDArray[np.int64]]:
        if self.judged is None:
            return []
        chosen = np.unique(np.linspace(0, len(self.judged) - 1, _PROBES * _ROWS).round().astype(int))
        return np.array_split(self.judged[chosen], max(1, len(chosen) // _ROWS))

    def outputs(self, network: Any, batch: NDArray[np.int64]) -> Outputs:
        import torch

        ids = torch.from_numpy(np.ascontiguousarray(batch))
        logits = network(ids, use_cache=False).logits[:, :-1]
        target = ids[:, 1:].reshape(-1)
        return [(logits.reshape(len(target), -1), target)], len(target)

    def before(self) -> Kept:
        return self._measured(self.model, self.source)

    def keep(self, network: nn.Module, config: Mapping[str, Any], bits: int, card: Mapping[str, Any]) -> Kept:
        if bits != 32 and next(large_matrices(network), None) is None:
            raise InputError(
                f"{self.source.text!r} has no matrix of {LEAST:,} numbers, so there is nothing to gain in fewer bits"
            )
        make_folder(self.target)
        shape = {key: value for key, value in config.items() if key != "layers"}
        if bits == 32:
            network.save_pretrained(self.target)  # type: ignore[operator]
            copy_beside(self.source.folder, self.target)
            write_text(self.target / "config.json", json.dumps(shape, indent=1) + "\n")
        else:
            save_stepped(network, shape, self.source.folder, self.target, bits)
        made = find_source(str(self.target))
        return self._measured(load_causal(made, "cpu", compacted=False), made)

    def tell(self, kept: Kept, told: Mapping[str, Any]) -> None:
        write_text(self.target / CARD, json.dumps(told, indent=1, ensure_ascii=False) + "\n")

    def _measured(self, model: CausalModel, source: Source) -> Kept:
        return Kept(
            place=source.folder, bytes=source.stored, loss=self.loss_of(model.network), speed=_speed(model.network)
        )


def _rows(tokens: Sequence[int]) -> NDArray[np.int64]:
    count = len(tokens) // _LENGTH
    return np.array(tokens[: count * _LENGTH], np.int64).reshape(count, _LENGTH)


def _spread(old: int, new: int) -> list[int]:
    """Which of the old layers the new ones begin as: at equal steps, the first and the last among them."""
    kept: list[int] = np.linspace(0, old - 1, new).round().astype(int).tolist()
    return kept


def _stack(network: nn.Module) -> str:
    """The name of the list of a network's layers."""
    import torch

    return max(
        ((name, len(module)) for name, module in network.named_modules() if isinstance(module, torch.nn.ModuleList)),
        key=lambda found: found[1],
    )[0]


def _speed(network: Any) -> dict[int, float]:
    """Tokens a second, one after another behind 32, by rows; the better of two tries."""
    import torch

    found = {}
    for rows in _SPEEDS:
        read = torch.arange(32).repeat(rows, 1)
        with torch.no_grad():
            known = network(read, use_cache=True).past_key_values
            taken = []
            for _ in range(2):
                cache = deepcopy(known)
                began = time.perf_counter()
                for _ in range(_STEPS):
                    network(read[:, :1], past_key_values=cache, use_cache=True)
                taken.append(time.perf_counter() - began)
        found[rows] = round(rows * _STEPS / min(taken), 1)
    return found
