"""Records signals of networks in training: what passes through layers, and what steps change."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._layers.normalizations import least_rows
from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._stack.job import Job, NetworkState
from sklearn_deepmlp._stack.layer_sums import layer_sums
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.row_chunks import RowChunks
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp._stack.stacked_data import StackedData
from sklearn_deepmlp._stack.weight_norms import StepNorms
from sklearn_deepmlp._training.records import LearnedParams, Record, signals_of

# Bytes of one layer's outputs for a chunk of rows: what fits in a core's cache, and what keeps a
# GPU busy; and the minimum number of rows.
_CHUNK_BYTES, _GPU_CHUNK_BYTES, _LEAST_ROWS = 2**19, 2**28, 32


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
        self._rows = _rows_of(jobs, data)
        self._records: list[Record] = []
        self._norms: NDArray[np.float64] | None = None
        self._penalties = np.zeros(len(jobs))
        self._planned_steps: Container[int] = ()
        self._step = 0

    def keep(self, indices: Sequence[int]) -> None:
        """Resume with the networks of these indices only."""
        self._members = [self._members[index] for index in indices]
        self._rows.keep(indices)

    def plan_steps(self, indices: Container[int]) -> None:
        """Begin an epoch, in which the steps of these indices are measured."""
        self._planned_steps, self._step = indices, 0

    def begin_step(self) -> bool:
        """Begin the next step, and return whether it is measured."""
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
        self._add(network, self._rows, self._members, [epoch] * len(self._members))

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
        rows = self._rows
        if members != self._members:
            rows = _rows_of(self._jobs, self._data)
            rows.keep(members)
        self._add(Network(jobs, self._data.n_features), rows, members, epochs)

    def _add(
        self,
        network: Network,
        rows: Batches | RowChunks,
        members: list[int],
        epochs: Sequence[int],
    ) -> None:
        sums = layer_sums(network, rows, self._at_step)
        if self._norms is None:
            norms = np.full((2, *sums.sums.shape[:0:-1]), np.nan)
        else:
            norms = self._norms[:, members]
        self._records.append(Record([*members], [*epochs], sums, norms, _learned(network)))

    def signals(self) -> dict[int, Signals]:
        """Return the signals of each network of the last record, by its index at the beginning."""
        return signals_of(self._records, self._jobs, self._penalties)


def _rows_of(jobs: Sequence[Job], data: StackedData) -> Batches | RowChunks:
    """Return the rows of networks, in their order and in chunks of a size that is fast.

    Where a normalization takes statistics over rows, chunks are at least as large as batches.
    """
    architecture = jobs[0].architecture
    n_bytes = _CHUNK_BYTES if jobs[0].device == "cpu" else _GPU_CHUNK_BYTES
    row_bytes = len(jobs) * max(architecture.layer_sizes[1:]) * jobs[0].data.X.dtype.itemsize
    size = max(_LEAST_ROWS, n_bytes // row_bytes)
    if least_rows(architecture.normalization) == 1:
        return RowChunks(jobs, data, size)
    sizes = [max(size, job.optimization.batch_size) for job in jobs]
    pairs = zip(jobs, sizes, strict=True)
    return Batches([job.changed(shuffle=False, batch_size=size) for job, size in pairs], data)


def _learned(network: Network) -> list[LearnedParams]:
    """Return what the activations of each network have learned; empty where they learn nothing."""
    learns = [bool(job.architecture.activation.learned()) for job in network.jobs]
    return [
        network.state(member).activation_params if learns[member] else []
        for member in range(len(learns))
    ]
