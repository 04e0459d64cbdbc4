"""Many continuations of one text read by a transformer, each token once: a tree of tokens under one cache.

What is read lies in the columns of one cache of one sequence, whatever the number of rows; a row is the set of columns
that it may look at (its way from the root), given to the network as a mask of attention. So rows that share a
beginning share its columns, a row is repeated or dropped without a copy, and rows that say the same token after the
same beginning are computed once (tree attention: Miao et al. 2024, "SpecInfer").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import torch

    from .causal import CausalModel

__all__ = ["Rows", "TokenTree"]

Array = NDArray[np.float32]
Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]


class TokenTree:
    """The cache, and how many columns it has. Columns are only ever added: rows that were made before stay valid."""

    def __init__(self, model: CausalModel, cache: Any = None, columns: int = 0) -> None:
        from transformers import DynamicCache

        self.model, self.columns = model, columns
        self.cache = cache if cache is not None else DynamicCache()

    def read(self, tokens: Ints, seen: Flags, places: Ints, wanted: Ints) -> Array:
        """Read tokens as new columns. seen: (tokens, old and new columns), what each looks at, itself included; places:
        (tokens,), how many it stands behind; wanted: of which the chances of the next token are told, (wanted,
        vocabulary).
        """
        import torch

        network = self.model.network
        kind, device = network.dtype, network.device
        with torch.inference_mode():
            mask = torch.zeros(seen.shape, dtype=kind).masked_fill_(torch.from_numpy(~seen), torch.finfo(kind).min)
            out = network(
                input_ids=torch.from_numpy(tokens)[None].to(device),
                attention_mask=mask[None, None].to(device),
                position_ids=torch.from_numpy(places)[None].to(device),
                past_key_values=self.cache,
                use_cache=True,
                logits_to_keep=torch.from_numpy(wanted).to(device),
            )
            logits: torch.Tensor = out.logits[0, :, : self.model.vocabulary].float()
            found = torch.log_softmax(logits, -1).cpu().numpy()
        self.columns += len(tokens)
        return np.asarray(found, np.float32)

    def cut(self, columns: Ints) -> TokenTree:
        """A tree of its own that holds only these columns."""
        import torch
        from transformers import DynamicCache

        cache, chosen = DynamicCache(), torch.from_numpy(columns).to(self.model.network.device)
        for number, layer in enumerate(self.cache.layers):
            cache.update(layer.keys.index_select(2, chosen), layer.values.index_select(2, chosen), number)
        return TokenTree(self.model, cache, len(columns))


class Rows:
    """Continuations of one prompt.

    seen: (rows, columns), which columns of the tree a row is made of; tips: (rows,), the last of them, -1 before the
    first; log_p: (rows, vocabulary), natural logarithms of the chances of the next token of each.
    """

    def __init__(self, tree: TokenTree, seen: Flags, tips: Ints, log_p: Array) -> None:
        self.tree, self.seen, self.tips, self.log_p = tree, seen, tips, log_p

    @classmethod
    def empty(cls, model: CausalModel) -> Rows:
        """One row that has read nothing."""
        return cls(
            TokenTree(model), np.zeros((1, 0), bool), np.full(1, -1), np.zeros((1, model.vocabulary), np.float32)
        )

    def __len__(self) -> int:
        return len(self.seen)

    def take(self, rows: Sequence[int] | Ints) -> Rows:
        """The named rows, which may repeat; this one stays as it is."""
        chosen = np.asarray(rows, np.int64)
        return Rows(self.tree, self.seen[chosen], self.tips[chosen], self.log_p[chosen])

    def apart(self) -> Rows:
        """The same rows over a tree of their own, without the columns that none of them is made of."""
        used = np.flatnonzero(self.seen.any(0))
        number = np.full(self.tree.columns + 1, -1)
        number[used] = np.arange(len(used))
        return Rows(self.tree.cut(used), self.seen[:, used], number[self.tips], self.log_p)

    @staticmethod
    def join(parts: Sequence[Rows]) -> Rows:
        """Rows over one tree, in order."""
        tree = parts[0].tree
        return Rows(
            tree,
            np.concatenate([_widened(part.seen, tree.columns) for part in parts]),
            np.concatenate([part.tips for part in parts]),
            np.concatenate([part.log_p for part in parts]),
        )

    def step(self, tokens: Sequence[int] | Ints) -> Rows:
        """Go on with one token in each row, in place."""
        pairs, inverse = np.unique(
            np.stack([self.tips, np.asarray(tokens, np.int64)], axis=1), axis=0, return_inverse=True
        )
        inverse = inverse.reshape(-1)
        first = np.zeros(len(pairs), np.int64)
        first[inverse[::-1]] = np.arange(len(inverse))[::-1]
        before = self.tree.columns
        seen = np.concatenate([_widened(self.seen, before)[first], np.eye(len(pairs), dtype=bool)], axis=1)
        log_p = self.tree.read(
            np.ascontiguousarray(pairs[:, 1]), seen, seen.sum(1) - 1, np.arange(len(pairs), dtype=np.int64)
        )
        self.seen, self.tips, self.log_p = seen[inverse], before + inverse, log_p[inverse]
        return self

    def extend(self, tokens: Sequence[Sequence[int]]) -> Rows:
        """Go on with the tokens of each row (at least one), in place."""
        sizes = np.array([len(row) for row in tokens])
        if len(tokens) > 1 and sizes.max() == 1:
            return self.step([row[0] for row in tokens])
        before, total = self.tree.columns, int(sizes.sum())
        row = np.repeat(np.arange(len(sizes)), sizes)
        starts = np.cumsum(sizes) - sizes
        at = np.arange(total)
        within = (row[:, None] == row[None]) & (at[:, None] >= at[None])
        seen = np.concatenate([_widened(self.seen, before)[row], within], axis=1)
        ends = starts + sizes - 1
        flat = np.concatenate([np.asarray(one, np.int64) for one in tokens])
        self.log_p = self.tree.read(flat, seen, seen.sum(1) - 1, ends)
        self.seen, self.tips = seen[ends], before + ends
        return self

    def likelihood(self, tokens: Sequence[Sequence[int]]) -> list[Array]:
        """Of tokens that could follow each row, the natural logarithms of their chances; the rows stay as they are."""
        found = []
        for number, row in enumerate(tokens):
            flat = np.asarray(row, np.int64)
            first, rest = self.log_p[number, flat[:1]], flat[:-1]
            if not len(rest):
                found.append(first)
                continue
            before, size = self.tree.columns, len(rest)
            own = np.repeat(_widened(self.seen[number : number + 1], before), size, axis=0)
            seen = np.concatenate([own, np.tri(size, dtype=bool)], axis=1)
            log_p = self.tree.read(rest, seen, seen.sum(1) - 1, np.arange(size, dtype=np.int64))
            found.append(np.concatenate([first, log_p[np.arange(size), flat[1:]]]))
        return found


def _widened(seen: Flags, columns: int) -> Flags:
    """With columns that were added to the tree since, which these rows do not see."""
    missing = columns - seen.shape[1]
    return np.pad(seen, ((0, 0), (0, missing))) if missing else seen
