"""The inputs of one training step."""

from __future__ import annotations

from typing import NamedTuple

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
