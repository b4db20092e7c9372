"""What the layers of M networks make of their rows: statistics over rows and units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.curves import steepest_slope
from sklearn_deepmlp._layers.per_network import per_network
from sklearn_deepmlp._layers.tensors import accumulator_dtype
from sklearn_deepmlp._stack.batches import Batch
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._types import Number

# A pre-activation counts as saturated where the slope is at most this fraction of the steepest one.
# For tanh that is |f(z)| ≥ 0.975.
SATURATED = 0.05

PerLayer = NDArray[np.float64]


class LayerStatistics(NamedTuple):
    """Statistics of the layers of M networks.

    Attributes
    ----------
    preactivation_mean, preactivation_std : ndarray of shape (M, n_layers)
        Of the pre-activations, over rows and units.
    activation_mean, activation_std : ndarray of shape (M, n_layers)
        Of the activations; NaN for the output layer, and so are the fractions below.
    saturated, dead, died : ndarray of shape (M, n_layers)
        Fractions of saturated pre-activations, of dead units, and of units that have died.
    dead_units : ndarray of bool of shape (M, n_units)
        Which of all hidden units are dead.
    """

    preactivation_mean: PerLayer
    preactivation_std: PerLayer
    activation_mean: PerLayer
    activation_std: PerLayer
    saturated: PerLayer
    dead: PerLayer
    died: PerLayer
    dead_units: NDArray[np.bool_]

    @property
    def per_layer(self) -> tuple[PerLayer, ...]:
        """All fields of shape (M, n_layers)."""
        return self[:-1]


def layer_statistics(
    network: Network,
    batches: Iterable[Batch],
    at_step: Callable[[], None],
    dead_before: NDArray[np.bool_] | None = None,
) -> LayerStatistics:
    """Send rows through networks as in training, but without noise, and describe the layers.

    Parameters
    ----------
    network : Network
        The networks, which stay as they are.
    batches : iterable of Batch
        Each row of each network once.
    at_step : callable
        Called before each batch.
    dead_before : ndarray of bool of shape (M, n_units), optional
        Which hidden units have been dead before and so have not died; None for all that are dead.
    """
    sums = _Sums(network)
    running_stats = network.running_stats.clone()
    for batch in batches:
        at_step()
        sums.begin_batch(batch.real)
        context = Context(batch.row_weight, None, batch.uses_running, sums.add_hidden)
        x = batch.X
        for layer in network.layers:
            x, _ = layer.train(x, context)
        sums.add_output(cast("Tensor", x))
    network.running_stats.copy_(running_stats)
    return sums.statistics(dead_before)


class _Sums:
    """Sums over the rows and units of each layer, of M networks.

    They are the sums and the norms of pre-activations and of activations, and the number of
    saturated pre-activations; of each unit, moreover, the steepest slope.
    """

    def __init__(self, network: Network) -> None:
        self._n_members = len(network.jobs)
        self._n_rows = np.array([[len(job.data.rows)] for job in network.jobs])
        self._sizes = np.array(network.jobs[0].architecture.layer_sizes[1:])
        self._bound = _saturation_bound(network)
        self._dtype = accumulator_dtype(network.theta.device)
        self._batches: list[list[Tensor]] = []
        self._steepest: list[list[Tensor]] = []

    def begin_batch(self, real: Tensor | None) -> None:
        """Begin a batch, given which of its rows are no padding."""
        self._real = None if real is None else real.unsqueeze(-1)
        self._batches.append([])
        self._steepest.append([])

    def add_hidden(self, z: Tensor, out: Tensor, slopes: Tensor) -> None:
        """Add a hidden layer of the batch."""
        sizes = self._without_padding(slopes.abs(), 0.0)
        self._steepest[-1].append(sizes.amax(-2))
        saturated = self._without_padding(sizes, torch.inf).le_(self._bound)  # 1 or 0, as a float
        self._batches[-1] += [*self._moments(z), *self._moments(out), saturated.sum((-2, -1))]

    def add_output(self, raw: Tensor) -> None:
        """Add the output layer of the batch."""
        self._batches[-1] += self._moments(raw)

    def _without_padding(self, x: Tensor, value: float) -> Tensor:
        return x if self._real is None else torch.where(self._real, x, value)

    def _moments(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """Return the sum and the norm of all entries of each network."""
        entries = self._without_padding(x, 0.0).to(self._dtype).flatten(-2)
        return entries.sum(-1), torch.linalg.vector_norm(entries, dim=-1)

    def statistics(self, dead_before: NDArray[np.bool_] | None) -> LayerStatistics:
        """Return the statistics of all rows added."""
        z, z_norm, out, out_norm, saturated = self._by_kind()
        units = self._dead_units()
        died = units & ~(units if dead_before is None else dead_before)
        with np.errstate(over="ignore", invalid="ignore"):  # networks may have diverged
            return LayerStatistics(
                *self._mean_and_std(z, z_norm),
                *self._mean_and_std(out, out_norm),
                self._mean(saturated),
                self._fractions(units),
                self._fractions(died),
                units,
            )

    def _by_kind(self) -> NDArray[np.float64]:
        """Return the sums of all batches, of shape (5, n_batches, n_layers, M)."""
        shape = len(self._batches), len(self._sizes), 5, self._n_members
        sums = np.full(shape, np.nan)  # where the output layer has no such sum
        for index, batch in enumerate(self._batches):
            values = torch.stack(batch).to(self._dtype).cpu().numpy()
            sums[index].reshape(-1, self._n_members)[: len(batch)] = values.reshape(len(batch), -1)
        return np.moveaxis(sums, 2, 0)

    def _mean(self, of_batches: NDArray[np.float64]) -> PerLayer:
        """Return means over rows and units, from sums (n_batches, n_layers, M)."""
        return of_batches.sum(axis=0).T / (self._n_rows * self._sizes)

    def _mean_and_std(
        self, sums: NDArray[np.float64], norms: NDArray[np.float64]
    ) -> tuple[PerLayer, PerLayer]:
        mean = self._mean(sums)
        return mean, np.sqrt(np.maximum(self._mean(norms**2) - mean**2, 0.0))

    def _dead_units(self) -> NDArray[np.bool_]:
        """Return which units have the slope 0 for all rows, of shape (M, n_units)."""
        if len(self._sizes) == 1:
            return np.zeros((self._n_members, 0), dtype=bool)
        of_batches = torch.stack([torch.cat(batch, -1) for batch in self._steepest])
        return (of_batches.amax(0) == 0).cpu().numpy().reshape(self._n_members, -1)

    def _fractions(self, units: NDArray[np.bool_]) -> PerLayer:
        """Return the fraction of such units in each layer; NaN for the output layer."""
        ends = np.cumsum(self._sizes[:-1])
        counts = [part.sum(axis=1) for part in np.split(units, ends[:-1], axis=1)]
        fractions = np.full((self._n_members, len(self._sizes)), np.nan)
        if len(ends):
            fractions[:, :-1] = np.stack(counts, axis=1) / self._sizes[:-1]
        return fractions


def _saturation_bound(network: Network) -> Number:
    """Return the slope up to which the pre-activations of each network count as saturated."""
    steepest = [steepest_slope(job.architecture.activation) for job in network.jobs]
    return per_network([SATURATED * slope for slope in steepest], network.theta, 3)
