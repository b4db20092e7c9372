"""The workers that take part in the training of a group, as this process sees them."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from contextlib import suppress

from sklearn_deepmlp._compat.joblib import Future, TerminatedWorkerError, wait
from sklearn_deepmlp._together.processes.folder import Folder
from sklearn_deepmlp._together.processes.recorded_warnings import warn_again
from sklearn_deepmlp._together.processes.worker import Report, work
from sklearn_deepmlp._together.processes.workers import WORKERS
from sklearn_deepmlp._together.tasks import Cancelled
from sklearn_deepmlp._together.units import Trained, Unit

_KILLED = (
    "A worker process of fit_together has ended unexpectedly: it was killed, perhaps because "
    "memory was short, or it crashed. Give fit_together a smaller memory_budget, so that fewer "
    "processes train at a time, or n_jobs=1, so that only this one does."
)


class Helpers:
    """Workers to which units are offered.

    Parameters
    ----------
    units : dict of int to sequence of Job
        The units that they may take.
    n_workers : int
        Their number.

    Attributes
    ----------
    trained : dict of int to Trained
        What has come back so far.
    """

    def __init__(self, units: Mapping[int, Unit], n_workers: int) -> None:
        self.trained: dict[int, Trained] = {}
        self._folder = Folder.make(units)
        self._offered = {index for index in units if self._folder.has_parcel(index)}
        self._n_epochs = 0
        try:
            self._running = set(WORKERS.run(n_workers, work, self._folder.path))
        except BaseException:
            self.end()
            raise

    def take(self, index: int) -> bool:
        """Take a unit for this process, unless a worker has it; return whether it is taken."""
        if index not in self._offered:
            return True
        if self._folder.take(index):
            self._offered.discard(index)
            return True
        return False

    def epochs_since(self) -> int:
        """Return how many epochs workers have done since this was last asked."""
        before, self._n_epochs = self._n_epochs, self._folder.board.n_epochs()
        return self._n_epochs - before

    def have_work(self) -> bool:
        """Return whether workers have units that they may still bring back.

        Every unit must have been taken by now.
        """
        return bool(self._running) and not self._offered <= self.trained.keys()

    def receive(self, seconds: float = 0) -> None:
        """Receive what has come back, after waiting some seconds for it.

        Raises
        ------
        Cancelled
            If a worker was killed.
        """
        done = wait(self._running, timeout=seconds, return_when="FIRST_COMPLETED").done
        self._running -= done
        for future in done:
            self._receive(future)

    def _receive(self, future: Future) -> None:
        error = future.exception()
        if isinstance(error, TerminatedWorkerError):
            raise Cancelled(RuntimeError(_KILLED))
        if error is not None:  # the worker cannot import the package, or has no memory left
            WORKERS.is_usable = False
            return
        for index, pickled in future.result().items():
            with suppress(Exception):  # an exception of the user may be picklable one way only
                report: Report = pickle.loads(pickled)  # noqa: S301 - of our own process
                warn_again(report.warnings)
                self.trained[index] = report.trained

    def abort(self) -> None:
        """End the training of the workers, and the workers."""
        self._folder.board.stop()
        WORKERS.kill()
        self.end()

    def end(self) -> None:
        """Remove what was shared with them; one that starts only now finds nothing to do."""
        self._folder.remove()
