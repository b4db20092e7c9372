"""The inputs of one training step, and buffers at fixed addresses that hold them.

A step that reads its rows, noise and hyperparameters from such buffers runs the same kernels on the
same addresses each time, so that a GPU can record it once and replay it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import Any, NamedTuple

import torch
from torch import Tensor

from sklearn_deepmlp._layers.noise import StepNoise
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.hyperparameters import StepHyperparameters


class Step(NamedTuple):
    """Everything that differs from step to step.

    Attributes
    ----------
    batch : Batch
        Its rows.
    noise : StepNoise or None
        Its random bits; None where nothing is random.
    hyperparameters : StepHyperparameters
        Those of the solver.
    """

    batch: Batch
    noise: StepNoise | None
    hyperparameters: StepHyperparameters

    def tensors(self) -> Iterator[Tensor]:
        """Yield all tensors, in a fixed order."""
        values = [*self.batch, *self.hyperparameters.values.values(), self.hyperparameters.active]
        if self.noise is not None:
            values.append(self.noise.keys)
        yield from (value for value in values if isinstance(value, Tensor))

    def mapped(self, function: Callable[[Tensor], Tensor]) -> Step:
        """Return the step with each tensor replaced by what a function returns for it."""

        def replaced(value: Any) -> Any:
            return function(value) if isinstance(value, Tensor) else value

        return Step(
            Batch(*map(replaced, self.batch)),
            None if self.noise is None else StepNoise(function(self.noise.keys)),
            StepHyperparameters(
                {name: replaced(value) for name, value in self.hyperparameters.values.items()},
                replaced(self.hyperparameters.active),
                self.hyperparameters.step_count,
            ),
        )

    def kind(self) -> Hashable:
        """Return what steps must have in common to use the same buffers."""
        parts = (*self.batch, self.noise, self.hyperparameters.active)
        shapes = [tensor.shape for tensor in self.tensors()]
        return tuple(part is not None for part in parts), tuple(shapes)


class StepBuffers:
    """Buffers for steps; each kind of step has its own."""

    def __init__(self) -> None:
        self._steps: dict[Hashable, Step] = {}

    def load(self, step: Step) -> Step:
        """Copy a step into the buffers of its kind; return the step that consists of these.

        Features must be dense, and hyperparameters that vary must be tensors.
        """
        held = self._steps.get(step.kind())
        if held is None:
            held = self._steps[step.kind()] = step.mapped(torch.clone)
            return held
        for buffer, tensor in zip(held.tensors(), step.tensors(), strict=True):
            buffer.copy_(tensor)
        return held
