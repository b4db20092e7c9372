"""A forward pass of training, and the way back through it.

Each piece of the forward pass records its pullback: a function that takes the derivatives of the
losses by what the piece returned, writes those by its parameters to their places, and returns
those by what it was given. Autograd would find the same, but the graph that it builds takes a
third of a small network's step.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from sklearn_deepmlp._stack.layout import LayerTensors
from sklearn_deepmlp._stack.noise import StepNoise

Pullback = Callable[[Tensor], Tensor]


class TrainingPass:
    """What a forward pass has in training and not in prediction.

    Parameters
    ----------
    gradients : sequence of LayerTensors
        Where the derivatives by the parameters of each layer go.
    row_weight : Tensor of shape (M, B)
        Weights of rows.
    noise : StepNoise, optional
        Given where something is random.
    uses_running : Tensor of bool of shape (M, 1, 1), optional
        As in `Batch`.
    """

    def __init__(
        self,
        gradients: Sequence[LayerTensors],
        row_weight: Tensor,
        noise: StepNoise | None = None,
        uses_running: Tensor | None = None,
    ) -> None:
        self.gradients, self.row_weight, self.noise = gradients, row_weight, noise
        self.uses_running = uses_running
        self._pullbacks: list[Pullback] = []
        self._around: list[Tensor] = []

    def record(self, pullback: Pullback) -> None:
        """Take note of the next piece."""
        self._pullbacks.append(pullback)

    def begin_skip(self) -> None:
        """Take note that from here a connection goes around the next pieces."""
        self.record(lambda slopes: slopes + self._around.pop())

    def end_skip(self) -> None:
        """Take note that the connection is added here."""

        def keep(slopes: Tensor) -> Tensor:
            self._around.append(slopes)
            return slopes

        self.record(keep)

    def backward(self, slopes: Tensor) -> None:
        """Go back once, freeing what each piece remembers.

        Parameters
        ----------
        slopes : Tensor
            Derivatives of the losses by what the last piece returned.
        """
        while self._pullbacks:
            slopes = self._pullbacks.pop()(slopes)


def by_autograd(
    function: Callable[..., Tensor], x: Tensor, parameters: Tensor | None, place: Tensor | None
) -> tuple[Tensor, Pullback]:
    """Apply a function whose derivatives nobody has written down.

    Parameters
    ----------
    function : callable
        Takes `x`, and `parameters` where there are any.
    x : Tensor
        The input.
    parameters : Tensor, optional
        What is learned.
    place : Tensor of the shape of `parameters`, optional
        Where its derivatives go.

    Returns
    -------
    out : Tensor
        What `function` returns, without a graph.
    pullback : callable
        Goes back through it.
    """
    with torch.enable_grad():
        given = [x] if parameters is None else [x, parameters]
        leaves = [tensor.detach().requires_grad_() for tensor in given]
        out = function(leaves[0].clone(), *leaves[1:])  # of its own, to change in place

    def pullback(slopes: Tensor) -> Tensor:
        found = _derivatives(out, slopes, leaves)
        if place is not None:
            place.copy_(found[1])
        return found[0]

    return out.detach(), pullback


def _derivatives(out: Tensor, slopes: Tensor, leaves: Sequence[Tensor]) -> Sequence[Tensor]:
    if not out.requires_grad:  # it comes from none of them
        return [torch.zeros_like(leaf) for leaf in leaves]
    return torch.autograd.grad(out, leaves, slopes, materialize_grads=True)
