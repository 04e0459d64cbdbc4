"""The composer network in torch: summed inputs, the shared transformer body, a head for pitch and one for length.

Pitch logits are a linear map plus tables of intervals to the voice's own last note, the bass, the top and the voice
above, so that what is learned of an interval holds at every pitch. The length head knows the pitch.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .....core.transformer.network import Body, BodyConfig
from .dataset import TABLE, Batch
from .vocabulary import LENGTHS, PITCHES

__all__ = ["INTERVALS", "Composer"]

INTERVALS = 176
REFERENCES = 4


class Composer(nn.Module):
    """(rows, length, columns) of table rows -> logits of pitch; and of length, given pitch.

    table: rows of the table of inputs; lengths: how many there are; references: pitches that intervals are measured from.
    """

    def __init__(
        self, config: BodyConfig, *, table: int = TABLE, lengths: int = len(LENGTHS), references: int = REFERENCES
    ) -> None:
        super().__init__()
        d = config.width
        self.body = Body(config)
        self.dropout = config.dropout
        self.references = references
        self.inputs = nn.Parameter(torch.randn(table, d) * 0.02)
        self.pitch = nn.Linear(d, PITCHES, bias=False)
        self.interval = nn.Linear(d, references * INTERVALS, bias=False)
        self.length_hidden = nn.Linear(d, d, bias=False)
        self.length_pitch = nn.Parameter(torch.randn(PITCHES, d) * 0.02)
        self.length = nn.Linear(d, lengths, bias=False)
        for linear in (self.pitch, self.interval, self.length_hidden, self.length):
            nn.init.normal_(linear.weight, std=0.02)
        with torch.no_grad():
            self.inputs[0].zero_()

    def hidden(self, index: Tensor, work: Tensor | None) -> Tensor:
        """Hidden states (rows, length, width). work: (rows, length) or None for rows of one work."""
        rows, length, columns = index.shape
        x = F.embedding_bag(index.reshape(-1, columns), self.inputs, mode="sum", padding_idx=0).view(rows, length, -1)
        x = F.dropout(x, self.dropout, self.training)
        mask = None
        if work is not None:
            causal = torch.ones(length, length, dtype=torch.bool, device=index.device).tril()
            mask = (causal & (work[:, :, None] == work[:, None, :]))[:, None]
        return F.dropout(self.body(x, mask), self.dropout, self.training)

    def pitch_logits(self, h: Tensor, refs: Tensor) -> Tensor:
        """(..., PITCHES) from hidden states (..., width) and reference pitches (..., references)."""
        logits = self.pitch(h)
        tables = self.interval(h).view(*h.shape[:-1], self.references, INTERVALS)
        steps = torch.arange(1, 88, device=h.device)
        at = (steps - refs[..., None] + 87).clamp(0, INTERVALS - 1)
        picked = tables.gather(-1, at) * (refs > 0)[..., None]
        return logits + F.pad(picked.sum(-2), (1, 1))

    def length_logits(self, h: Tensor, pitch: Tensor) -> Tensor:
        """(..., lengths) from hidden states and the pitch (...) that was said."""
        return self.length(F.silu(self.length_hidden(h) + F.embedding(pitch, self.length_pitch)))

    def losses(self, batch: Batch, *, smoothing: float = 0.0) -> tuple[Tensor, Tensor]:
        """Sums of the negative log-likelihood of pitches and of lengths over what counts in `batch`, in nats."""
        pitch, length = (
            F.cross_entropy(said, target, reduction="sum", label_smoothing=smoothing)
            for said, target in zip(*self.choices(batch), strict=True)
        )
        return pitch, length

    def nats(self, batch: Batch) -> Tensor:
        """Negative log-likelihood of what counts in each row, (rows,), in nats."""
        each = [
            F.cross_entropy(said, target, reduction="none") for said, target in zip(*self.choices(batch), strict=True)
        ]
        row = torch.from_numpy(np.nonzero(batch.pitch >= 0)[0]).to(self.inputs.device)
        return each[0].new_zeros(len(batch.index)).index_add(0, row, each[0] + each[1])

    def choices(self, batch: Batch) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
        """(logits of pitches and of lengths, their targets) over what counts in `batch`."""
        device = self.inputs.device
        index, work = torch.from_numpy(batch.index).to(device), torch.from_numpy(batch.work).to(device)
        h = self.hidden(index, work)
        target, size = torch.from_numpy(batch.pitch).to(device), torch.from_numpy(batch.target_length).to(device)
        counted = target >= 0
        h, refs, said = (
            h[counted],
            torch.from_numpy(batch.refs).to(device)[counted],
            torch.from_numpy(batch.said).to(device)[counted],
        )
        return (self.pitch_logits(h, refs), self.length_logits(h, said)), (target[counted], size[counted])

    def arrays(self) -> dict[str, np.ndarray[Any, Any]]:
        """The parameters as float32 arrays under their own names."""
        return {k: v.detach().cpu().numpy().astype(np.float32) for k, v in self.state_dict().items()}

    def load_arrays(self, arrays: Mapping[str, np.ndarray[Any, Any]]) -> None:
        """The inverse of `arrays`."""
        self.load_state_dict({k: torch.from_numpy(np.asarray(v)) for k, v in arrays.items()})
