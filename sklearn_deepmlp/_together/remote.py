"""Batches of tasks that are sent to other processes or machines and meet at a rendezvous there.

joblib's own backends send them; this file replaces what a batch does on arrival, and collects the
reports that come back with the results.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._compat.joblib import (
    BACKENDS,
    EXTERNAL_BACKENDS,
    BatchedCalls,
    ParallelBackendBase,
    with_items,
)
from sklearn_deepmlp._together.backend import ALL_TASKS
from sklearn_deepmlp._together.fit_records import FitRecords, records_of_new_call
from sklearn_deepmlp._together.report import TogetherReport

# Tasks of a batch; fewer where there would otherwise be less than a batch per worker.
_BATCH_SIZE = 256


class RemoteBatch(NamedTuple):
    """What comes back from a batch of tasks.

    Attributes
    ----------
    results : list
        What its tasks have returned.
    report : TogetherReport
        What was trained together there.
    first : int or None
        Index of its first task; None where its fits are not recorded.
    fit_records : FitRecords
        The records of its fits.
    """

    results: list[Any]
    report: TogetherReport
    first: int | None
    fit_records: FitRecords


RunTogether = Callable[[Sequence[Any], Sequence[Any], int | None], RemoteBatch]


class _RemoteMixin:
    """Mixin before a backend of joblib: sends whole batches, and merges their reports."""

    run_together: RunTogether
    reports: Sequence[TogetherReport]

    fit_records: FitRecords | None = None

    def start_call(self) -> None:
        super().start_call()  # type: ignore[misc]
        self.fit_records = records_of_new_call()

    def configure(self, n_jobs: int = 1, parallel: Any = None, **backend_kwargs: Any) -> int:
        parallel.pre_dispatch = ALL_TASKS  # batches are divided among all workers
        return super().configure(n_jobs, parallel, **backend_kwargs)  # type: ignore[misc]

    def compute_batch_size(self) -> int:
        return _BATCH_SIZE

    def submit(self, func: BatchedCalls, callback: Callable[[Any], Any] | None = None) -> Any:
        records = self.fit_records
        first = None if records is None else records.begin_batch(func)
        batch = func.items, warnings.filters[:], first
        items: list[Any] = [(self.run_together, batch, {})]
        return super().submit(with_items(func, items), callback)  # type: ignore[misc]

    def retrieve_result_callback(self, out: Any) -> list[Any]:
        (ran,) = super().retrieve_result_callback(out)  # type: ignore[misc]
        for report in self.reports:
            report.add(ran.report)
        if self.fit_records is not None:
            self.fit_records.update(ran.first, ran.fit_records)
        return ran.results


def remote_backend(
    name: str, n_jobs: int, run_together: RunTogether, reports: Sequence[TogetherReport]
) -> ParallelBackendBase:
    """Return a backend whose batches are run by a function on arrival.

    Parameters
    ----------
    name : {"loky", "dask", "ray"}
        The backend of joblib that sends them.
    n_jobs : int
        Number of workers where a caller specifies none.
    run_together : callable
        Takes the tasks of a batch, the warning filters of this process and the index of the first
        task, or None where fits are not recorded. It is pickled.
    reports : sequence of TogetherReport
        To which the reports of the batches are added.
    """
    if name == "ray":
        _register_ray()
    elif name in EXTERNAL_BACKENDS:
        EXTERNAL_BACKENDS[name]()
    base = BACKENDS[name]
    kind = type(f"Remote{base.__name__}", (_RemoteMixin, base), {})
    backend: ParallelBackendBase = kind()
    backend.nesting_level, backend.default_n_jobs = 0, n_jobs
    backend.run_together, backend.reports = run_together, reports
    return backend


def _register_ray() -> None:
    import_extra("ray.util.joblib", "fit_together(backend='ray')").register_ray()
