"""The shortest training loop that torch allows: what the machine can do without an estimator.

Nothing but tensors and functions: no module, no optimizer object, no validation, no record of
the loss. It makes the same steps as the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor
from torch.nn import functional as F

from benchmarks.shapes import Array, Shape

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class AdamState:
    """What Adam changes, as lists with a tensor for each parameter.

    Attributes
    ----------
    values : list of Tensor
        The memory of the parameters, without their gradients.
    first, second : list of Tensor
        Moments.
    step : Tensor
        Steps made.
    """

    values: list[Tensor]
    first: list[Tensor]
    second: list[Tensor]
    step: Tensor


def train(X: Array, y: Array, shape: Shape) -> list[Tensor]:
    """Train a network and return its weights and biases in turn.

    Parameters
    ----------
    X : ndarray of shape (n_rows, n_features)
        Features.
    y : ndarray of int64 of shape (n_rows,)
        Class numbers.
    shape : Shape
        The network and its training.
    """
    generator = torch.Generator().manual_seed(0)
    rows = torch.from_numpy(X)
    loss, targets = _objective(torch.from_numpy(y), rows.dtype, shape.n_classes)
    parameters = _initial_parameters(shape.network_sizes, rows.dtype, generator)
    state = _adam_state(parameters)
    for _ in range(shape.epochs):
        order = torch.randperm(len(rows), generator=generator)
        for places in torch.split(order, shape.batch_size):
            raw = forward(rows.index_select(0, places), parameters)
            value = loss(raw, targets.index_select(0, places))
            _adam(state, torch.autograd.grad(value, parameters))
    return parameters


def forward(h: Tensor, parameters: Sequence[Tensor]) -> Tensor:
    """Return the raw outputs of a batch.

    Parameters
    ----------
    h : Tensor of shape (n_rows, n_features)
        The batch.
    parameters : sequence of Tensor
        Weights and biases in turn.
    """
    for i in range(0, len(parameters) - 2, 2):
        h = torch.addmm(parameters[i + 1], h, parameters[i]).relu()
    return torch.addmm(parameters[-1], h, parameters[-2])


def _objective(y: Tensor, dtype: torch.dtype, n_classes: int) -> tuple[Loss, Tensor]:
    """Return loss and targets."""
    if n_classes == 2:
        return F.binary_cross_entropy_with_logits, y.to(dtype)[:, None]
    return F.cross_entropy, y


def _initial_parameters(
    sizes: Sequence[int], dtype: torch.dtype, generator: torch.Generator
) -> list[Tensor]:
    parameters = []
    for fan_in, fan_out in pairwise(sizes):
        weight = torch.randn(fan_in, fan_out, dtype=dtype, generator=generator)
        weight *= (2 / fan_in) ** 0.5
        parameters += [weight, torch.zeros(fan_out, dtype=dtype)]
    return [parameter.requires_grad_() for parameter in parameters]


def _adam_state(parameters: Sequence[Tensor]) -> AdamState:
    values = [parameter.detach() for parameter in parameters]
    first, second = ([torch.zeros_like(value) for value in values] for _ in range(2))
    return AdamState(values, first, second, torch.zeros(()))


def _adam(state: AdamState, gradients: Sequence[Tensor]) -> None:
    state.step.add_(1)
    torch._fused_adam_(
        state.values,
        list(gradients),
        state.first,
        state.second,
        [],
        [state.step] * len(state.values),
        lr=0.001,
        beta1=0.9,
        beta2=0.999,
        weight_decay=0.0,
        eps=1e-8,
        amsgrad=False,
        maximize=False,
    )
