"""The jobs that wait at a rendezvous, and the group of them in training."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from operator import attrgetter

from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._together.equal_arrays import EqualArrays
from sklearn_deepmlp._together.processes.plan import Limits
from sklearn_deepmlp._together.progress import Progress
from sklearn_deepmlp._together.reporting import open_reports
from sklearn_deepmlp._together.tasks import Cancelled, Task
from sklearn_deepmlp._together.train_group import train_group
from sklearn_deepmlp._training.watch import Watch


class WaitingJob:
    """A job whose task waits for its training, with the reports that cover it."""

    def __init__(self, task: Task, job: Job) -> None:
        self.task, self.job, self.reports = task, job, open_reports()
        self._outcome: Result | BaseException = Cancelled()
        self._is_over = threading.Event()

    def end(self, outcome: Result | BaseException) -> None:
        """Let the task resume, with the result or the error of the training."""
        self._outcome = outcome
        self._is_over.set()

    def wait(self) -> None:
        """Wait until the job has an outcome."""
        self._is_over.wait()

    def result(self) -> Result:
        """Return the result, or raise the error."""
        if isinstance(self._outcome, BaseException):
            raise self._outcome
        return self._outcome


class Gathering:
    """Gathers jobs and trains them in groups; the caller holds the lock where threads share it.

    Parameters
    ----------
    limits : Limits
        What a group may use.
    progress : Progress
        Counts the jobs and their epochs.
    """

    def __init__(self, limits: Limits, progress: Progress) -> None:
        self._limits, self._progress = limits, progress
        self._waiting: list[WaitingJob] = []
        self._in_training: list[WaitingJob] = []
        self._is_cancelled = False
        self._arrays = EqualArrays()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def waiting_job(self, task: Task, job: Job) -> WaitingJob:
        """Return a job that shares equal arrays with those that wait; needs no lock."""
        return WaitingJob(task, self._arrays.share(job))

    def add(self, waiting: WaitingJob) -> None:
        """Add a job to those that wait."""
        self._waiting.append(waiting)
        self._progress.wait(waiting.job)

    def take_dead(self) -> list[WaitingJob]:
        """Take the jobs whose tasks are cancelled; end a training for which nobody waits.

        Those in training are included, because a score may wait for a lock that such a task holds.
        """
        withdrawn, self._waiting = _dead_and_others(self._waiting)
        for waiting in withdrawn:
            self._progress.withdraw(waiting.job)
        dead, others = _dead_and_others(self._in_training)
        self._is_cancelled = not others
        return withdrawn + dead

    def close_group(self) -> None:
        """Make those that wait the group in training."""
        self._in_training = sorted(self._waiting, key=attrgetter("task.index"))
        self._waiting = []
        self._is_cancelled = False

    def train(self) -> list[Result | BaseException]:
        """Train the jobs of the group."""
        jobs = [waiting.job for waiting in self._in_training]
        reports = [waiting.reports for waiting in self._in_training]
        with self._progress.training(jobs) as at_epoch:
            watch = Watch(self._raise_if_cancelled, at_epoch)
            try:
                return [*train_group(jobs, watch, reports, self._limits)]
            except BaseException as error:  # noqa: BLE001 - nobody may be left waiting
                return [error] * len(jobs)

    def _raise_if_cancelled(self) -> None:
        if self._is_cancelled:
            raise Cancelled

    def end_group(self) -> list[WaitingJob]:
        """Return the jobs of the group and forget them."""
        over, self._in_training = self._in_training, []
        self._arrays = EqualArrays()
        return over


def _dead_and_others(jobs: Iterable[WaitingJob]) -> tuple[list[WaitingJob], list[WaitingJob]]:
    """Divide jobs into those whose tasks are cancelled and the others."""
    parts: tuple[list[WaitingJob], list[WaitingJob]] = [], []
    for waiting in jobs:
        parts[not waiting.task.call.is_dead()].append(waiting)
    return parts
