"""Records signals of networks in training: what passes through layers, and what steps change."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._layers.normalizations import least_rows
from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._stack.layer_statistics import layer_statistics
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.signals import SIGNALS, Signals
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.weight_norms import StepNorms

# Bytes of one layer's outputs for a chunk of rows: what fits in a core's cache, and what keeps a
# GPU busy; and the minimum number of rows.
_CHUNK_BYTES, _GPU_CHUNK_BYTES, _LEAST_ROWS = 2**19, 2**28, 32

LearnedParams = list[dict[str, NDArray[np.floating]]]


@dataclass
class _Record:
    """What was measured at one time.

    Attributes
    ----------
    members : list of int
        The networks that it concerns.
    epochs : list of int
        How many epochs each of them has been trained.
    statistics : ndarray of shape (7, M, n_layers)
        `LayerStatistics.per_layer`.
    norms : ndarray of shape (2, M, n_layers)
        `StepNorms`.
    learned : list of list of dict
        What the activation of each hidden layer has learned, per network.
    """

    members: list[int]
    epochs: list[int]
    statistics: NDArray[np.float64]
    norms: NDArray[np.float64]
    learned: list[LearnedParams]


class Recorder:
    """Records signals of M networks.

    Parameters
    ----------
    jobs : sequence of Job
        One per network, equal activations adjacent.
    data : StackedData
        Their rows.
    at_step : callable
        Called before each batch of a record.
    """

    def __init__(self, jobs: Sequence[Job], data: StackedData, at_step: Callable[[], None]) -> None:
        self._jobs, self._data, self._at_step = list(jobs), data, at_step
        self._members = list(range(len(jobs)))
        self._batches = Batches(_in_chunks(jobs), data)
        self._records: list[_Record] = []
        self._dead_at_start: NDArray[np.bool_] | None = None
        self._norms: NDArray[np.float64] | None = None
        self._penalties = np.zeros(len(jobs))
        self._planned_steps: Container[int] = ()
        self._step = 0

    def keep(self, indices: Sequence[int]) -> None:
        """Resume with the networks of these indices only."""
        self._members = [self._members[index] for index in indices]
        self._batches.keep(indices)

    def plan_steps(self, indices: Container[int]) -> None:
        """Begin an epoch, in which the steps of these indices are measured."""
        self._planned_steps, self._step = indices, 0

    def begin_step(self) -> bool:
        """Begin the next step, and tell whether it is measured."""
        index, self._step = self._step, self._step + 1
        return index in self._planned_steps

    def record_step(self, norms: StepNorms, penalties: Sequence[float] | None) -> None:
        """Record what a step has changed; the first step belongs to the initial networks.

        Parameters
        ----------
        norms : StepNorms
            Of the networks that are left.
        penalties : sequence of float of shape (M,), or None
            What their penalties added to the losses; None without penalties.
        """
        if self._norms is None:
            self._norms = np.stack(norms)
            self._records[0].norms = self._norms.copy()
        self._norms[:, self._members] = norms
        if penalties is not None:
            self._penalties[self._members] = penalties

    def record(self, network: Network, epoch: int) -> None:
        """Record the networks that are left, after an epoch."""
        self._add(network, self._batches, self._members, [epoch] * len(self._members))

    def record_states(self, states: dict[int, NetworkState], epochs: Sequence[int]) -> None:
        """Record networks in their final states.

        Parameters
        ----------
        states : dict of int to NetworkState
            By the index that a network had at the beginning.
        epochs : sequence of int
            How many epochs each of these networks has been trained.
        """
        members = list(states)
        jobs = [self._jobs[member].changed(state=states[member]) for member in members]
        batches = self._batches
        if members != self._members:
            batches = Batches(_in_chunks(self._jobs), self._data)
            batches.keep(members)
        self._add(Network(jobs), batches, members, epochs)

    def _add(
        self, network: Network, batches: Batches, members: list[int], epochs: Sequence[int]
    ) -> None:
        before = None if self._dead_at_start is None else self._dead_at_start[members]
        statistics = layer_statistics(network, batches, self._at_step, before)
        if self._dead_at_start is None:
            self._dead_at_start = statistics.dead_units
        values = np.stack(statistics.per_layer)
        norms = np.full_like(values[:2], np.nan) if self._norms is None else self._norms[:, members]
        self._records.append(_Record([*members], [*epochs], values, norms, _learned(network)))

    def signals(self, member: int) -> Signals:
        """Return what was recorded of one network, by the index that it had at the beginning."""
        found = [
            (record, record.members.index(member))
            for record in self._records
            if member in record.members
        ]
        # The last record of an epoch counts: the final state may be that of an earlier epoch.
        by_epoch = {record.epochs[index]: (record, index) for record, index in found}
        rows = list(by_epoch.values())
        values = [
            np.concatenate([record.statistics[:, index], record.norms[:, index]])
            for record, index in rows
        ]
        learned = [record.learned[index] for record, index in rows]
        columns: dict[str, Any] = dict(zip(SIGNALS, np.stack(values, axis=1), strict=True))
        return Signals(
            epoch=np.array(list(by_epoch)),
            **columns,
            activation_params=_over_units(learned, np.mean),
            activation_params_std=_over_units(learned, np.std),
            penalty=float(self._penalties[member]),
        )


def _in_chunks(jobs: Sequence[Job]) -> list[Job]:
    """Return jobs whose batches, in the order of the rows, are those of a record.

    Statistics of a normalization over rows are those of batches as large as in training. Otherwise
    the size of a batch does not matter, and is one that is fast.
    """
    architecture = jobs[0].architecture
    if least_rows(architecture.normalization) > 1:
        return [job.changed(shuffle=False) for job in jobs]
    n_bytes = _CHUNK_BYTES if jobs[0].device == "cpu" else _GPU_CHUNK_BYTES
    row_bytes = len(jobs) * max(architecture.layer_sizes[1:]) * jobs[0].data.X.dtype.itemsize
    size = max(_LEAST_ROWS, n_bytes // row_bytes)
    return [job.changed(shuffle=False, batch_size=min(size, len(job.data.rows))) for job in jobs]


def _learned(network: Network) -> list[LearnedParams]:
    """Return what the activations of each network have learned; empty where they learn nothing."""
    learns = [bool(job.architecture.activation.learned()) for job in network.jobs]
    return [
        network.state(member).activation_params if learns[member] else []
        for member in range(len(learns))
    ]


def _over_units(
    records: Sequence[LearnedParams], statistic: Callable[..., np.floating]
) -> dict[str, NDArray[np.float64]]:
    """Return a statistic of what was learned, over the units; NaN for the output layer."""
    names = records[0][0] if records[0] else ()
    return {
        name: np.array(
            [
                [*(statistic(layer[name], dtype=float) for layer in record), np.nan]
                for record in records
            ]
        )
        for name in names
    }
