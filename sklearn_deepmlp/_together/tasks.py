"""What joblib asks a backend for: calls of `Parallel`, the tasks that they dispatch, their threads.

The thread of a task may make calls itself, and so may a thread that runs no task. Both are runners,
of which the rendezvous has to know whether they run or wait for their tasks.
"""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from sklearn_deepmlp._estimators.user_warnings import Line
from sklearn_deepmlp._together.fit_records import FitRecords
from sklearn_deepmlp._together.report import TogetherReport

Index = tuple[int, ...]


class Cancelled(BaseException):
    """Ends a task for which nobody waits any more; not an `Exception`, which a task might catch.

    Parameters
    ----------
    cause : Exception, optional
        What the outermost call raises, whose tasks end for this reason.
    """

    def __init__(self, cause: Exception | None = None) -> None:
        super().__init__()
        self.cause = cause


class Runner(ABC):
    """A thread that runs a task, makes calls of `Parallel`, or does both.

    Attributes
    ----------
    calls : list of Call
        The calls that are not over, the one that the thread attended to most recently last. There
        may be several where `Parallel` returns generators.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []

    def attend_to(self, call: Call) -> None:
        """Record that the thread begins a call, or begins to wait for its tasks."""
        self.leave(call)
        self.calls.append(call)

    def leave(self, call: Call) -> None:
        """Record that a call is over."""
        self.calls = [other for other in self.calls if other is not call]

    def waits_for_tasks(self) -> bool:
        """Return whether the thread waits for the tasks of a call and does nothing else."""
        return bool(self.calls) and self.calls[-1].is_waiting

    @abstractmethod
    def runs(self) -> bool:
        """Return whether it may still dispatch tasks, or bring a job to the rendezvous."""


class Caller(Runner):
    """A thread that makes calls and runs no task."""

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.get_ident()

    def runs(self) -> bool:
        return bool(self.calls) and not self.waits_for_tasks()


class Call:
    """A call of `Parallel`.

    Parameters
    ----------
    runner : Runner
        The thread that makes the call.
    index : tuple of int
        Its position in the order of calls and tasks: that of the task whose thread makes it, if
        any, followed by the position among the calls of that task.
    reports : tuple of TogetherReport
        The reports that cover the networks of its tasks.
    line : Line
        Where the user's code made the outermost call.
    records : FitRecords, optional
        Where the fits of its tasks are recorded.

    Attributes
    ----------
    n_open : int
        Tasks submitted that are not done.
    is_waiting : bool
        Whether its thread waits for the tasks and does nothing else.
    is_cancelled : bool
        Whether nobody waits for its tasks.
    """

    def __init__(
        self,
        runner: Runner,
        index: Index,
        reports: tuple[TogetherReport, ...],
        line: Line,
        records: FitRecords | None = None,
    ) -> None:
        self.runner, self.index, self.reports, self.line = runner, index, reports, line
        self.records = records
        self.n_open = 0
        self.is_waiting = self.is_cancelled = False
        self._task_indices = count()

    @property
    def owner(self) -> Task | None:
        """The task whose thread makes the call."""
        return self.runner if isinstance(self.runner, Task) else None

    def next_index(self) -> Index:
        """Return the index of the next task."""
        return (*self.index, next(self._task_indices))

    def is_done(self) -> bool:
        """Return whether all tasks submitted so far are done."""
        return self.n_open == 0

    def is_dead(self) -> bool:
        """Return whether this call, or one that waits for it, is cancelled."""
        return self.is_cancelled or (self.owner is not None and self.owner.call.is_dead())


@dataclass(eq=False)
class Task(Runner):
    """A task, which is also the future that joblib gets.

    Attributes
    ----------
    call : Call
        The call that it belongs to.
    index : tuple of int
        Its position in the order of all tasks; those of inner calls follow that of their owner.
    function : callable
        What it runs.
    done : callable
        joblib's callback, to be called with the task when it is done.
    n_bytes : int
        Estimate of the memory that it holds.
    result, error : object, BaseException or None
        What it returned, or raised.
    is_in_flight : bool
        Whether it has started and is not over.
    is_waiting_for_training : bool
        Whether its thread waits at the rendezvous.
    cpu_clock : int or None
        The clock of its thread's CPU time, where the system has one.
    """

    call: Call
    index: Index
    function: Callable[[], Any]
    done: Callable[[Task], Any]
    n_bytes: int
    result: Any = None
    error: BaseException | None = None
    is_in_flight: bool = False
    is_waiting_for_training: bool = False
    cpu_clock: int | None = None

    def __post_init__(self) -> None:
        super().__init__()
        self.call_indices = count()

    def runs(self) -> bool:
        is_waiting = self.is_waiting_for_training or self.waits_for_tasks()
        return self.is_in_flight and not is_waiting

    def run(self) -> None:
        """Run in this thread, and keep the result or the error."""
        if self.call.is_dead():
            self.error = Cancelled()
            return
        try:
            self.result = self.function()
        except BaseException as error:  # noqa: BLE001 - raised where the task is waited for
            self.error = error

    def outcome(self) -> Any:
        """Return what the task returned, or raise what it raised."""
        if self.error is None:
            return self.result
        is_outermost = self.call.owner is None
        if is_outermost and isinstance(self.error, Cancelled) and self.error.cause is not None:
            raise self.error.cause
        raise self.error


_current = threading.local()


def current_task() -> Task | None:
    """Return the task that this thread runs; none in a child forked from it."""
    task, process = getattr(_current, "task", (None, None))
    return task if process == os.getpid() else None


def set_current_task(task: Task) -> None:
    """Record the task that this thread runs."""
    _current.task = task, os.getpid()
    if hasattr(time, "pthread_getcpuclockid"):
        task.cpu_clock = time.pthread_getcpuclockid(threading.get_ident())
