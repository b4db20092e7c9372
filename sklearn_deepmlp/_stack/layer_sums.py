"""What the layers of M networks make of their rows: sums over rows and units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._by_numpy import ignored_overflow
from sklearn_deepmlp._layers.base import Context, HiddenLayer
from sklearn_deepmlp._layers.curves import steepest_slope
from sklearn_deepmlp._layers.per_network import per_network
from sklearn_deepmlp._layers.tensors import accumulator_dtype
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.row_chunks import Chunk
from sklearn_deepmlp._types import Number

# A pre-activation counts as saturated where the slope is at most this fraction of the steepest one.
# For tanh that is |f(z)| ≥ 0.975.
SATURATED = 0.05


class LayerSums(NamedTuple):
    """Sums over the rows and units of each layer, of M networks.

    Attributes
    ----------
    sums : ndarray of shape (5, n_layers, M)
        Sums of the pre-activations, of their squares, of the activations, of their squares, and the
        number of saturated pre-activations. The last three are NaN for the output layer.
    dead_units : ndarray of bool of shape (M, n_units)
        At which hidden units, of all layers, the slope is 0 for all rows.
    """

    sums: NDArray[np.float64]
    dead_units: NDArray[np.bool_]


def layer_sums(
    network: Network, batches: Iterable[Batch | Chunk], at_step: Callable[[], None]
) -> LayerSums:
    """Send rows through networks as in training, but without noise, and sum up what the layers do.

    Parameters
    ----------
    network : Network
        The networks, which stay as they are.
    batches : iterable of Batch or Chunk
        Each row of each network once.
    at_step : callable
        Called before each batch.
    """
    sums = _Sums(network)
    running_stats = network.running_stats.clone()
    for batch in batches:
        at_step()
        sums.begin_batch(batch.real)
        x, hidden = batch.X, list[HiddenLayer]()
        context = Context(batch.row_weight, None, batch.uses_running, hidden)
        for layer in network.layers:
            with ignored_overflow():
                x, _ = layer.train(x, context)
            while hidden:
                sums.add_hidden(hidden.pop(0))
        sums.add_output(cast("Tensor", x))
    network.running_stats.copy_(running_stats)
    return sums.total()


class _Sums:
    """Adds up batches."""

    def __init__(self, network: Network) -> None:
        self._shape = len(network.jobs[0].architecture.layer_sizes) - 1, len(network.jobs)
        self._bound = _saturation_bound(network)
        self._dtype = accumulator_dtype(network.theta.device)
        self._batches: list[list[Tensor]] = []
        self._steepest: list[list[Tensor]] = []

    def begin_batch(self, real: Tensor | None) -> None:
        """Begin a batch, given which of its rows are no padding."""
        self._real = None if real is None else real.unsqueeze(-1)
        self._batches.append([])
        self._steepest.append([])

    def add_hidden(self, layer: HiddenLayer) -> None:
        """Add a hidden layer of the batch."""
        sizes = self._without_padding(layer.slopes.abs_(), 0.0)
        self._steepest[-1].append(sizes.amax(-2))
        saturated = self._without_padding(sizes, torch.inf).le_(self._bound)  # 1 or 0, as a float
        z, out = self._moments(layer.z), self._moments(layer.out)
        self._batches[-1] += [*z, *out, saturated.sum((-2, -1))]

    def add_output(self, raw: Tensor) -> None:
        """Add the output layer of the batch."""
        self._batches[-1] += self._moments(raw)

    def _without_padding(self, x: Tensor, value: float) -> Tensor:
        return x if self._real is None else torch.where(self._real, x, value)

    def _moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sum of all entries of each network, and that of their squares."""
        entries = self._without_padding(x, 0.0).to(self._dtype).flatten(-2)
        return entries.sum(-1), torch.linalg.vector_norm(entries, dim=-1).square()

    def total(self) -> LayerSums:
        """Return the sums over all batches."""
        values = torch.stack([torch.stack(batch).to(self._dtype) for batch in self._batches])
        of_layers = values.sum(0).cpu().numpy().reshape(-1, self._shape[1])
        n_layers, n_members = self._shape
        sums = np.full((n_layers, 5, n_members), np.nan)
        sums.reshape(-1, n_members)[: len(of_layers)] = of_layers
        return LayerSums(sums.swapaxes(0, 1), self._dead_units())

    def _dead_units(self) -> NDArray[np.bool_]:
        n_layers, n_members = self._shape
        if n_layers == 1:
            return np.zeros((n_members, 0), dtype=bool)
        of_batches = torch.stack([torch.cat(batch, -1) for batch in self._steepest])
        return (of_batches.amax(0) == 0).cpu().numpy().reshape(n_members, -1)


def _saturation_bound(network: Network) -> Number:
    """Return the slope up to which the pre-activations of each network count as saturated."""
    steepest = [steepest_slope(job.architecture.activation) for job in network.jobs]
    return per_network([SATURATED * slope for slope in steepest], network.theta, 3)
