"""A residual connection: the input of some layers is added to their output (He et al. 2016)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from torch import Tensor

from sklearn_deepmlp._layers.base import (
    Context,
    Features,
    Layer,
    Pullback,
    predict_through,
    pull_back,
    train_through,
)
from sklearn_deepmlp._layers.sparse_features import as_dense


class Residual(Layer):
    """x + f(x).

    Parameters
    ----------
    layers : sequence of Layer
        The function f, which has as many units as inputs.

    Notes
    -----
    Shape: (M, B, units) or (B, units), in and out. The input may be sparse.

    Examples
    --------
    >>> import torch
    >>> from sklearn_deepmlp._layers.linear import Linear
    >>> linear = Linear(1, 1, index=0)
    >>> linear.bind([torch.tensor([[2.0]]), torch.tensor([[0.0]])], [], [])
    >>> Residual([linear]).predict(torch.tensor([[5.0]]))
    tensor([[15.]])
    """

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers

    def sublayers(self) -> Sequence[Layer]:
        return self._layers

    def predict(self, x: Features) -> Tensor:
        return as_dense(x) + cast("Tensor", predict_through(self._layers, x))

    def train(self, x: Features, context: Context) -> tuple[Tensor, Pullback]:
        out, tape = train_through(self._layers, x, context)

        def backward(grad_output: Tensor) -> Tensor:
            return pull_back(tape, grad_output) + grad_output

        return as_dense(x) + cast("Tensor", out), backward
