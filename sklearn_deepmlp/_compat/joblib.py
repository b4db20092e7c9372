"""What this package uses of `joblib.parallel` that joblib does not export at its top level."""

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
    """Return a batch that is sent like the given one, but with other tasks."""
    nested = batch._backend, batch._n_jobs
    return BatchedCalls(items, nested, batch._reducer_callback, batch._pickle_cache)
