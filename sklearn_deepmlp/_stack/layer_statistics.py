"""What the layers of M networks make of their rows: statistics over rows and units."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

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
        hidden = _HiddenLayers()
        raw, _ = network.forward(batch, None, hidden)
        sums.add(raw, hidden, batch.real)
    network.running_stats.copy_(running_stats)
    return sums.statistics(dead_before)


class _HiddenLayers:
    """What an observer is told of the hidden layers: z, f(z) and f'(z) of each."""

    def __init__(self) -> None:
        self.z: list[Tensor] = []
        self.out: list[Tensor] = []
        self.slopes: list[Tensor] = []

    def __call__(self, z: Tensor, out: Tensor, slopes: Tensor) -> None:
        self.z.append(z)
        self.out.append(out)
        self.slopes.append(slopes)


class _Sums:
    """Sums over rows, of each unit of M networks."""

    def __init__(self, network: Network) -> None:
        sizes = network.jobs[0].architecture.layer_sizes[1:]
        self._sizes = np.array(sizes)
        self._bound = _saturation_bound(network)
        self._dtype = accumulator_dtype(network.theta.device)
        self._totals: list[Tensor] | None = None
        self._n_rows = np.array([len(job.data.rows) for job in network.jobs], float)[:, None]

    def add(self, raw: Tensor, hidden: _HiddenLayers, real: Tensor | None) -> None:
        """Add a batch, given which of its rows are no padding."""
        none = raw[..., :0]  # where there are no hidden layers
        z = torch.cat([*hidden.z, raw], -1)
        out, slopes = torch.cat([*hidden.out, none], -1), torch.cat([*hidden.slopes, none], -1)
        sizes = slopes.abs()
        if real is not None:
            real = real.unsqueeze(-1)
            z, out, slopes = (torch.where(real, x, 0.0) for x in (z, out, slopes))
            sizes = torch.where(real, sizes, torch.inf)
        self._accumulate(
            [
                self._sum(z),
                self._sum_of_squares(z),
                self._sum(out),
                self._sum_of_squares(out),
                (sizes <= self._bound).sum(-2),
                (slopes != 0).any(-2),
            ]
        )

    def _sum(self, x: Tensor) -> Tensor:
        return x.sum(-2, dtype=self._dtype)

    def _sum_of_squares(self, x: Tensor) -> Tensor:
        return torch.linalg.vector_norm(x, dim=-2, dtype=self._dtype).square()

    def _accumulate(self, sums: list[Tensor]) -> None:
        if self._totals is None:
            self._totals = sums
            return
        for total, new in zip(self._totals, sums, strict=True):
            total.add_(new)

    def statistics(self, dead_before: NDArray[np.bool_] | None) -> LayerStatistics:
        """Return the statistics of all rows added."""
        totals = [total.cpu().numpy() for total in self._totals or ()]
        z, z_squares, out, out_squares, saturated, live = (
            total.reshape(len(self._n_rows), -1) for total in totals
        )
        dead_units = live == 0
        died = dead_units & ~(dead_units if dead_before is None else dead_before)
        return LayerStatistics(
            *self._moments(z, z_squares),
            *self._moments(out, out_squares),
            self._means(saturated / self._n_rows),
            self._means(dead_units),
            self._means(died),
            dead_units,
        )

    def _moments(
        self, sums: NDArray[np.float64], squares: NDArray[np.float64]
    ) -> tuple[PerLayer, PerLayer]:
        """Return mean and standard deviation over rows and units."""
        with np.errstate(over="ignore", invalid="ignore"):  # networks may have diverged
            mean = self._means(sums / self._n_rows)
            variance = self._means(squares / self._n_rows) - mean**2
            return mean, np.sqrt(np.maximum(variance, 0.0))

    def _means(self, of_units: NDArray[np.generic]) -> PerLayer:
        """Return the mean over the units of each layer; NaN for layers that have no such units."""
        means = np.full((len(of_units), len(self._sizes)), np.nan)
        n_layers = int(np.searchsorted(np.cumsum(self._sizes), of_units.shape[1], "right"))
        if n_layers:
            starts = np.cumsum([0, *self._sizes[: n_layers - 1]])
            sums = np.add.reduceat(of_units.astype(np.float64), starts, axis=1)
            means[:, :n_layers] = sums / self._sizes[:n_layers]
        return means


def _saturation_bound(network: Network) -> Number:
    """Return the slope up to which the pre-activations of each network count as saturated."""
    steepest = [steepest_slope(job.architecture.activation) for job in network.jobs]
    return per_network([SATURATED * slope for slope in steepest], network.theta, 3)
