"""What this package takes from `joblib.parallel` and joblib does not export itself."""

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
]
