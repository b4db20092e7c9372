"""What was measured of networks in training, and the signals that it gives."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.layer_statistics import layer_statistics
from sklearn_deepmlp._stack.layer_sums import LayerSums
from sklearn_deepmlp._stack.signals import Signals

LearnedParams = list[dict[str, NDArray[np.floating]]]
Columns = dict[str, NDArray[np.float64]]


@dataclass
class Record:
    """What was measured at one time.

    Attributes
    ----------
    members : list of int
        The networks that it concerns, by the index that each had at the beginning.
    epochs : list of int
        How many epochs each of them has been trained.
    sums : LayerSums
        What their layers did.
    norms : ndarray of shape (2, M, n_layers)
        `StepNorms`.
    learned : list of list of dict
        What the activation of each hidden layer has learned, per network.
    """

    members: list[int]
    epochs: list[int]
    sums: LayerSums
    norms: NDArray[np.float64]
    learned: list[LearnedParams]


def signals_of(
    records: Sequence[Record], jobs: Sequence[Job], penalties: NDArray[np.float64]
) -> dict[int, Signals]:
    """Return the signals of each network that has a record at the end, by its index.

    Parameters
    ----------
    records : sequence of Record
        In the order of time; the first one is of all networks, in their order.
    jobs : sequence of Job
        The trainings of the networks.
    penalties : ndarray of shape (M,)
        What the penalties of the networks have added to their losses.
    """
    columns = _columns(records, jobs)
    learned = [each for record in records for each in record.learned]
    rows = _rows(records)
    return {
        member: Signals(
            epoch=np.array(list(rows[member])),
            **_taken(columns, list(rows[member].values())),
            activation_params=_over_units(learned, rows[member].values(), np.mean),
            activation_params_std=_over_units(learned, rows[member].values(), np.std),
            penalty=float(penalties[member]),
        )
        for member in records[-1].members
    }


def _columns(records: Sequence[Record], jobs: Sequence[Job]) -> Columns:
    """Return all signals, with one row per network of each record."""
    members = np.concatenate([record.members for record in records])
    sums = LayerSums(
        np.concatenate([record.sums.sums for record in records], axis=-1),
        np.concatenate([record.sums.dead_units for record in records]),
    )
    n_rows = np.array([len(job.data.rows) for job in jobs])[members]
    units = jobs[0].architecture.layer_sizes[1:]
    gradient_norm, update_ratio = np.concatenate([record.norms for record in records], axis=1)
    statistics = layer_statistics(sums, records[0].sums.dead_units[members], n_rows, units)
    return {**statistics, "gradient_norm": gradient_norm, "update_ratio": update_ratio}


def _rows(records: Sequence[Record]) -> dict[int, dict[int, int]]:
    """Return the row of each epoch of each network; of two at the same epoch, the last one."""
    rows: dict[int, dict[int, int]] = defaultdict(dict)
    row = 0
    for record in records:
        for member, epoch in zip(record.members, record.epochs, strict=True):
            rows[member][epoch] = row
            row += 1
    return rows


def _taken(columns: Columns, rows: list[int]) -> dict[str, Any]:
    return {name: column[rows] for name, column in columns.items()}


def _over_units(
    learned: Sequence[LearnedParams], rows: Iterable[int], statistic: Callable[..., np.floating]
) -> Columns:
    """Return a statistic of what was learned, over the units; NaN for the output layer."""
    records = [learned[row] for row in rows]
    names = records[0][0] if records[0] else ()
    with np.errstate(over="ignore", invalid="ignore"):  # networks that diverge are recorded too
        return {
            name: np.array(
                [
                    [*(statistic(layer[name], dtype=float) for layer in record), np.nan]
                    for record in records
                ]
            )
            for name in names
        }
