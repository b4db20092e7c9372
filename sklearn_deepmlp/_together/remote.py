"""Batches of tasks that travel to other processes or machines and meet at a door there.

joblib's own backends carry them; only what a batch does at its end is ours.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

from joblib.parallel import BACKENDS, EXTERNAL_BACKENDS, BatchedCalls, ParallelBackendBase

from sklearn_deepmlp._together.backend import ALL_TASKS
from sklearn_deepmlp._together.report import TogetherReport

# Tasks that travel as one; fewer where there would be less than a batch for each worker.
_BATCH = 256

RunTogether = Callable[[Sequence[Any], Sequence[Any]], tuple[list[Any], TogetherReport]]


class _Travelling:
    """Mixin before a backend of joblib: sends whole batches, and merges their reports."""

    run_together: RunTogether
    reports: Sequence[TogetherReport]
    supports_retrieve_callback: bool

    def configure(self, n_jobs: int = 1, parallel: Any = None, **backend_kwargs: Any) -> int:
        parallel.pre_dispatch = ALL_TASKS  # batches are divided among all workers
        return super().configure(n_jobs, parallel, **backend_kwargs)  # type: ignore[misc]

    def compute_batch_size(self) -> int:
        return _BATCH

    def submit(self, func: BatchedCalls, callback: Callable[[Any], Any] | None = None) -> Any:
        items: list[Any] = [(self.run_together, (func.items, warnings.filters[:]), {})]
        nested = func._backend, func._n_jobs
        batch = BatchedCalls(items, nested, func._reducer_callback, func._pickle_cache)
        send = getattr(super(), "submit", None) or super().apply_async  # type: ignore[misc] # in joblib 1.3
        future = send(batch, callback)
        if not self.supports_retrieve_callback:  # as Dask's of joblib 1.3, asked by `get`
            get = future.get
            future.get = lambda timeout=None: self._unpack(get(timeout))
        return future

    apply_async = submit

    def retrieve_result_callback(self, out: Any) -> list[Any]:
        return self._unpack(super().retrieve_result_callback(out))  # type: ignore[misc]

    def _unpack(self, batch: list[Any]) -> list[Any]:
        ((results, report),) = batch
        for mine in self.reports:
            mine.add(report)
        return results


def travelling_backend(
    name: str, n_jobs: int, run_together: RunTogether, reports: Sequence[TogetherReport]
) -> ParallelBackendBase:
    """Return a backend whose batches are run by a function where they arrive.

    Parameters
    ----------
    name : {"loky", "dask", "ray"}
        The backend of joblib that carries them.
    n_jobs : int
        Number of workers where a caller names none.
    run_together : callable
        Takes the tasks of a batch and the warning filters here; returns their results and what
        was trained. It is pickled.
    reports : sequence of TogetherReport
        They take over what the batches report.
    """
    if name == "ray":
        _register_ray()
    elif name in EXTERNAL_BACKENDS:
        EXTERNAL_BACKENDS[name]()
    base = BACKENDS[name]
    kind = type(f"Travelling{base.__name__}", (_Travelling, base), {})
    backend: ParallelBackendBase = kind()
    backend.nesting_level, backend.default_n_jobs = 0, n_jobs
    backend.run_together, backend.reports = run_together, reports
    return backend


def _register_ray() -> None:
    try:
        from ray.util.joblib import register_ray  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ImportError(
            "fit_together(backend='ray') needs Ray, which is not installed: pip install ray"
        ) from error
    register_ray()
