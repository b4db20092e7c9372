"""What this package uses of joblib and its loky that they do not export at their top level."""

import multiprocessing.resource_tracker
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from joblib._memmapping_reducer import _get_temp_dir
from joblib.externals.loky import BrokenProcessPool, Future, ProcessPoolExecutor, wait
from joblib.externals.loky.backend import resource_tracker
from joblib.externals.loky.backend.reduction import dumps as _dumps
from joblib.externals.loky.process_executor import TerminatedWorkerError
from joblib.parallel import (
    BACKENDS,
    EXTERNAL_BACKENDS,
    BatchedCalls,
    FallbackToBackend,
    ParallelBackendBase,
)

__all__ = [
    "BACKENDS",
    "EXTERNAL_BACKENDS",
    "BatchedCalls",
    "BrokenProcessPool",
    "FallbackToBackend",
    "Future",
    "ParallelBackendBase",
    "ProcessPoolExecutor",
    "TerminatedWorkerError",
    "call_before_joining_workers",
    "dumps",
    "folder_for_arrays",
    "has_dead_workers",
    "start_resource_trackers",
    "track_folder",
    "untrack_folder",
    "wait",
    "with_items",
]


def with_items(batch: BatchedCalls, items: Sequence[Any]) -> BatchedCalls:
    """Return a batch that is sent like the given one, but with other tasks."""
    nested = batch._backend, batch._n_jobs
    return BatchedCalls(items, nested, batch._reducer_callback, batch._pickle_cache)


def dumps(value: Any, reducers: Mapping[type, Callable[[Any], Any]] | None = None) -> bytes:
    """Pickle a value as loky does, functions and classes of ``__main__`` by value.

    Parameters
    ----------
    value : object
        What to pickle.
    reducers : dict of type to callable, optional
        What ``__reduce__`` shall return for objects of exactly these types.
    """
    return bytes(_dumps(value, reducers))


def folder_for_arrays() -> str:
    """Return where joblib would write arrays that processes share: in memory, if there is room."""
    folder: str = _get_temp_dir("")[0]
    return folder


def track_folder(path: str) -> None:
    """Have a folder removed when this process ends, however that happens."""
    resource_tracker.register(path, "folder")


def untrack_folder(path: str) -> None:
    """Forget a folder that has been removed."""
    resource_tracker.unregister(path, "folder")


def start_resource_trackers() -> None:
    """Start the processes that loky starts along with its first worker.

    Starting them lets Ctrl-C through again in a thread that has blocked it.
    """
    multiprocessing.resource_tracker.ensure_running()
    resource_tracker.ensure_running()


def has_dead_workers(executor: ProcessPoolExecutor) -> bool:
    """Return whether processes of a pool have ended, perhaps without its knowledge so far."""
    return any(not process.is_alive() for process in [*executor._processes.values()])


def call_before_joining_workers(function: Callable[[], None]) -> None:
    """Have a function called when the interpreter ends, before loky waits for its workers.

    `atexit` would call it afterwards.
    """
    threading._register_atexit(function)  # type: ignore[attr-defined]
