"""The order of a network's rows in each epoch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._stack.job import Job


class RowOrder:
    """The order of a job's rows in each epoch, a function of only the seed and the epoch.

    One word of the counter of Philox (Salmon et al. 2011) is the epoch.

    Parameters
    ----------
    job : Job
        Has the rows and the seed.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._bits = np.random.Philox(key=job.seeds.order)
        self._generator = np.random.Generator(self._bits)
        self._state: Any = self._bits.state

    def of_epoch(self, epoch: int) -> NDArray[np.intp]:
        """Return the rows in the order of an epoch of this training; epochs start at 0."""
        rows = self._job.data.rows
        if not self._job.optimization.shuffle:
            return rows
        self._state["state"]["counter"][2] = self._job.start.epochs + epoch
        self._bits.state = self._state
        return self._generator.permutation(rows)


def row_orders(jobs: Sequence[Job]) -> list[RowOrder]:
    """Return the row order of each job; jobs with the same order share one object."""
    keys = [
        (job.seeds.order, job.start.epochs, job.optimization.shuffle, id(job.data.rows))
        for job in jobs
    ]
    distinct = {key: RowOrder(job) for key, job in dict(zip(keys, jobs, strict=True)).items()}
    return [distinct[key] for key in keys]
