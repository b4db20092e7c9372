"""Whether all running tasks are asleep, like tasks that wait for a lock.

A lock that a task holds while it waits at the rendezvous cannot be seen from outside. What can be
seen is that the threads for which the rendezvous waits use no CPU time.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from dataclasses import dataclass

from sklearn_deepmlp._together.tasks import Index, Task

# Seconds between two checks. Checks are counted, not timed, so that a process that was suspended
# for a while does not count as idle.
CHECK_INTERVAL = 0.25
# Fractions of a core below which threads are idle: those of the tasks, and all of the process, in
# which progress bars and event loops keep running.
_IDLE_TASK, _IDLE_PROCESS = 0.01, 0.1


@dataclass(frozen=True)
class Patience:
    """Numbers of consecutive checks without CPU time after which tasks count as asleep.

    Attributes
    ----------
    first : int
        Before tasks have been asleep for the first time.
    later : int
        Afterwards: tasks that queue for a lock are likely to be asleep again.
    while_busy : int
        While other threads of the process are busy, such as those of a library that work for the
        tasks.
    """

    first: int = 20
    later: int = 4
    while_busy: int = 120


PATIENCE = Patience()


class Idleness:
    """Counts checks at which all running tasks were idle.

    Parameters
    ----------
    patience : Patience
        How many checks it takes.
    """

    def __init__(self, patience: Patience = PATIENCE) -> None:
        self._patience, self._n_needed = patience, patience.first
        self._start_over(())

    def _start_over(self, tasks: Collection[Task]) -> None:
        self._indices = _indices(tasks)  # not the tasks, so that their data can be freed
        self._last = time.monotonic(), _cpu_seconds(tasks), time.process_time()
        self._n_idle = self._n_idle_while_busy = 0

    def lasts(self, tasks: Collection[Task]) -> bool:
        """Check the running tasks; return whether they have been asleep for some seconds."""
        seconds = time.monotonic() - self._last[0]
        if seconds < CHECK_INTERVAL:
            return False
        if self._indices != _indices(tasks):
            self._start_over(tasks)
            return False
        self._count(tasks, seconds)
        if not self._are_asleep():
            return False
        self._n_needed = self._patience.later
        self._start_over(tasks)
        return True

    def _count(self, tasks: Collection[Task], seconds: float) -> None:
        """Count a check of the tasks, some seconds after the last one."""
        _, task_before, process_before = self._last
        of_tasks, of_process = _cpu_seconds(tasks), time.process_time()
        self._last = time.monotonic(), of_tasks, of_process
        are_idle = of_tasks - task_before < _IDLE_TASK * seconds
        is_process_idle = of_process - process_before < _IDLE_PROCESS * seconds
        can_tell = all(task.cpu_clock is not None for task in tasks)
        self._n_idle = self._n_idle + 1 if are_idle and is_process_idle else 0
        self._n_idle_while_busy = self._n_idle_while_busy + 1 if are_idle and can_tell else 0

    def _are_asleep(self) -> bool:
        if self._n_idle >= self._n_needed:
            return True
        return self._n_idle_while_busy >= self._patience.while_busy


def _indices(tasks: Collection[Task]) -> set[Index]:
    return {task.index for task in tasks}


def _cpu_seconds(tasks: Collection[Task]) -> float:
    clocks = [task.cpu_clock for task in tasks if task.cpu_clock is not None]
    return sum(_clock_seconds(clock) for clock in clocks)


def _clock_seconds(clock: int) -> float:
    try:
        return time.clock_gettime(clock)
    except OSError:  # of a thread that has just ended
        return 0.0
