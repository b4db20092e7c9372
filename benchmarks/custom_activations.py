"""Custom activations whose derivatives are left to autograd."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from sklearn_deepmlp.activations import Activation


class Softsign(Activation):
    """An activation whose derivative is left to autograd."""

    def __init__(self, steepness: float = 1.0) -> None:
        self.steepness = steepness

    def function(self, z: Tensor, **hyperparameters: Any) -> Tensor:
        steepness = hyperparameters["steepness"]
        return steepness * z / (1 + (steepness * z).abs())


class LearnedSoftsign(Softsign):
    """One whose steepness is learned, by autograd as well."""

    def learned(self) -> tuple[str, ...]:
        return ("steepness",)
