"""What the layers of M networks make of their rows: sums over rows and units."""

from __future__ import annotations

from collections.abc import Callable
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
from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.row_chunks import RowChunks
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
    network: Network, batches: Batches | RowChunks, at_step: Callable[[], None]
) -> LayerSums:
    """Send rows through networks as in training, but without noise, and sum up what the layers do.

    Parameters
    ----------
    network : Network
        The networks, which stay as they are.
    batches : Batches or RowChunks
        Each row of each network once.
    at_step : callable
        Called before each batch.
    """
    sums = _Sums(network, len(batches))
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
    """Adds up batches.

    What is kept of all batches is in a few arrays that exist from the start: many small ones among
    the large ones of the layers would fragment memory.
    """

    def __init__(self, network: Network, n_batches: int) -> None:
        sizes, n_members = network.jobs[0].architecture.layer_sizes, len(network.jobs)
        self._shape = len(sizes) - 1, n_members
        self._bound = _saturation_bound(network)
        self._dtype = accumulator_dtype(network.theta.device)
        shape = n_batches, 5 * len(sizes) - 8, n_members  # the output layer has 2 sums, others 5
        self._values = network.theta.new_empty(shape, dtype=self._dtype)
        self._batches = iter(self._values)
        self._steepest = [network.theta.new_zeros(n_members, units) for units in sizes[1:-1]]

    def begin_batch(self, real: Tensor | None) -> None:
        """Begin a batch, given which of its rows are no padding."""
        self._real = None if real is None else real.unsqueeze(-1)
        self._places, self._layers = iter(next(self._batches)), iter(self._steepest)

    def add_hidden(self, layer: HiddenLayer) -> None:
        """Add a hidden layer of the batch."""
        sizes, steepest = self._without_padding(layer.slopes.abs_(), 0.0), next(self._layers)
        torch.maximum(steepest, sizes.amax(-2), out=steepest)
        saturated = self._without_padding(sizes, torch.inf).le_(self._bound)  # 1 or 0, as a float
        self._add(*self._moments(layer.z), *self._moments(layer.out), saturated.sum((-2, -1)))

    def add_output(self, raw: Tensor) -> None:
        """Add the output layer of the batch."""
        self._add(*self._moments(raw))

    def _add(self, *values: Tensor) -> None:
        for value, place in zip(values, self._places, strict=False):
            place.copy_(value)

    def _without_padding(self, x: Tensor, value: float) -> Tensor:
        return x if self._real is None else torch.where(self._real, x, value)

    def _moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sum of all entries of each network, and that of their squares."""
        entries = self._without_padding(x, 0.0).to(self._dtype).flatten(-2)
        return entries.sum(-1), torch.linalg.vector_norm(entries, dim=-1).square()

    def total(self) -> LayerSums:
        """Return the sums over all batches."""
        n_layers, n_members = self._shape
        sums = np.full((n_layers, 5, n_members), np.nan)
        of_layers = self._values.sum(0).cpu().numpy()
        sums.reshape(-1, n_members)[: len(of_layers)] = of_layers
        return LayerSums(sums.swapaxes(0, 1), self._dead_units())

    def _dead_units(self) -> NDArray[np.bool_]:
        if not self._steepest:
            return np.zeros((self._shape[1], 0), dtype=bool)
        return (torch.cat(self._steepest, 1) == 0).cpu().numpy()


def _saturation_bound(network: Network) -> Number:
    """Return the slope up to which the pre-activations of each network count as saturated."""
    steepest = [steepest_slope(job.architecture.activation) for job in network.jobs]
    return per_network([SATURATED * slope for slope in steepest], network.theta, 3)
