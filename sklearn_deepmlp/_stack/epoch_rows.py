"""The rows of all batches of an epoch, as tensors, and their weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from torch import Tensor


class StepWeights(NamedTuple):
    """The fields of `Batch` that depend on sample weights, each with one entry per step."""

    row_weight: Sequence[Tensor]
    total_weight: Sequence[Tensor]
    uses_running: Sequence[Tensor | None]


@dataclass(frozen=True)
class EpochWeights:
    """The fields of `Batch` that depend on sample weights, for all steps of an epoch.

    For a single network there is no dimension M, except in `total_weight`.

    Attributes
    ----------
    row_weight : Tensor of shape (n_steps, M, B)
    total_weight : Tensor of shape (n_steps, M, 1)
    uses_running : Tensor of bool of shape (n_steps, M, 1, 1), or None
        None where no batch statistics are computed.
    sizes : sequence of int
        Rows of the largest batch of each step.
    use_running : sequence of bool
        For each step, whether any network uses running statistics.
    """

    row_weight: Tensor
    total_weight: Tensor
    uses_running: Tensor | None
    sizes: Sequence[int]
    use_running: Sequence[bool]

    @cached_property
    def steps(self) -> StepWeights:
        """The same, divided into steps."""
        row_weight = zip(self.row_weight.unbind(), self.sizes, strict=True)
        return StepWeights(
            [step[..., :size] for step, size in row_weight],
            self.total_weight.unbind(),
            self._uses_running_of_steps(),
        )

    def _uses_running_of_steps(self) -> Sequence[Tensor | None]:
        if self.uses_running is None:
            return [None] * len(self.sizes)
        steps = zip(self.uses_running.unbind(), self.use_running, strict=True)
        return [step if is_used else None for step, is_used in steps]


class EpochRows(NamedTuple):
    """The batches of an epoch before their rows are gathered.

    For a single network there is no dimension M in indices.

    Attributes
    ----------
    X, targets : Tensor of int32 of shape (n_steps, M, B)
        The indices of their rows; the same object where these are equal.
    weights : EpochWeights
        Their weights.
    """

    X: Tensor
    targets: Tensor
    weights: EpochWeights
