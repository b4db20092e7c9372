"""What this package takes from `joblib.parallel` and joblib does not export itself."""

from collections.abc import Sequence
from typing import Any

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
    "FallbackToBackend",
    "ParallelBackendBase",
    "with_items",
]


def with_items(batch: BatchedCalls, items: Sequence[Any]) -> BatchedCalls:
    """Return a batch of other tasks that is sent as this one is."""
    nested = batch._backend, batch._n_jobs
    return BatchedCalls(items, nested, batch._reducer_callback, batch._pickle_cache)
