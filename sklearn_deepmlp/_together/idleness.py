"""Whether all tasks that run are asleep, as those are that wait for a lock.

A lock that a task holds while it waits at the door cannot be seen from outside. What can be seen
is that the threads which the door waits for use no CPU time.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from sklearn_deepmlp._together.tasks import Number, Task

# Seconds between two looks. They are counted rather than timed, so that a process which was
# stopped for a while has not been idle for as long.
LOOK = 0.25
# Looks without CPU time until tasks count as asleep. While other threads of the process are busy,
# those of a library may be working for the tasks, so that it takes more of them.
_PATIENCE, _PATIENCE_WHILE_BUSY = 20, 120
# Once tasks were asleep, they are likely to be so again, as those that queue at a lock are.
_LATER_PATIENCE = 4
# Parts of a core below which threads are idle: a task's, and all of the process, in which progress
# bars and event loops go on.
_IDLE_TASK, _IDLE_PROCESS = 0.01, 0.1


class Idleness:
    """Counts looks at which all running tasks were idle."""

    def __init__(self) -> None:
        self._patience = _PATIENCE
        self._start_over(())

    def _start_over(self, tasks: Collection[Task]) -> None:
        self._numbers = _numbers(tasks)  # not the tasks, whose data are to go when they end
        self._last = time.monotonic(), _cpu_seconds(tasks), time.process_time()
        self._n_idle = self._n_idle_while_busy = 0

    def lasts(self, tasks: Collection[Task]) -> bool:
        """Look at the tasks that run; tell whether they have been asleep for some seconds."""
        time_before, task_before, process_before = self._last
        seconds = time.monotonic() - time_before
        if seconds < LOOK:
            return False
        if self._numbers != _numbers(tasks):
            self._start_over(tasks)
            return False
        of_tasks, of_process = _cpu_seconds(tasks), time.process_time()
        self._last = time.monotonic(), of_tasks, of_process
        is_idle = of_tasks - task_before < _IDLE_TASK * seconds
        is_process_idle = of_process - process_before < _IDLE_PROCESS * seconds
        self._n_idle = self._n_idle + 1 if is_idle and is_process_idle else 0
        can_tell = all(task.cpu_clock is not None for task in tasks)
        self._n_idle_while_busy = self._n_idle_while_busy + 1 if is_idle and can_tell else 0
        if self._n_idle < self._patience and self._n_idle_while_busy < _PATIENCE_WHILE_BUSY:
            return False
        self._patience = _LATER_PATIENCE
        self._start_over(tasks)
        return True


def _numbers(tasks: Collection[Task]) -> set[Number]:
    return {task.number for task in tasks}


def _cpu_seconds(tasks: Collection[Task]) -> float:
    clocks = [task.cpu_clock for task in tasks if task.cpu_clock is not None]
    return sum(_clock_seconds(clock) for clock in clocks)


def _clock_seconds(clock: int) -> float:
    try:
        return time.clock_gettime(clock)
    except OSError:  # of a thread that has just ended
        return 0.0
