"""The rows of all networks of a stack, each array stored once."""

from __future__ import annotations

from collections.abc import Sequence

from sklearn_deepmlp._layers.per_network import Like
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.rows import DenseRows, row_bytes, stored_once


class StackedData:
    """Features and targets of all networks.

    Parameters
    ----------
    jobs : sequence of Job
        One per network.
    like : Like
        dtype and device of the training.

    Attributes
    ----------
    X : DenseRows, HostRows or SparseRows
        Of shape (n_rows, n_features).
    targets : DenseRows or HostRows
        Of shape (n_rows,) or (n_rows, n_outputs).
    row_bytes : int
        Size of a row of X in bytes; for sparse rows, the mean size.
    starts : list of tuple of int
        The indices at which the rows of each job begin, in X and in the targets.
    like : Like
        As given.
    """

    def __init__(self, jobs: Sequence[Job], like: Like) -> None:
        self.like = like
        self.X, X_starts = stored_once([job.data.X for job in jobs], like.device)
        self.targets, starts = stored_once([job.data.targets for job in jobs], like.device)
        self.starts = list(zip(X_starts, starts, strict=True))
        self.row_bytes = row_bytes(jobs[0].data.X)

    def on_device(self) -> tuple[DenseRows, DenseRows] | None:
        """Return X and targets if all rows lie on the device, otherwise None."""
        X, targets = self.X, self.targets
        return (X, targets) if type(X) is DenseRows and type(targets) is DenseRows else None
