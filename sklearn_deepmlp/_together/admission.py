"""Which tasks may start, in the order of their indices and within bounds."""

from __future__ import annotations

import heapq

from sklearn_deepmlp._together.tasks import Index, Task

# More threads do not make stacks faster, but each takes address space and counts towards the
# threads that a container may have.
MAX_THREADS = 512


class Admission:
    """The tasks that wait to be started, and those in flight.

    Parameters
    ----------
    memory_budget : int
        Estimated bytes that all tasks in flight may hold together. One task runs in any case.
    max_threads : int
        Tasks that may be in flight at a time, each of which has a thread.
    """

    def __init__(self, memory_budget: int, max_threads: int = MAX_THREADS) -> None:
        self._memory_budget, self._max_threads = memory_budget, max_threads
        self._queue: list[tuple[Index, Task]] = []
        self._in_flight: set[Task] = set()

    def __bool__(self) -> bool:
        return bool(self._queue)

    def push(self, task: Task) -> None:
        """Queue a task."""
        heapq.heappush(self._queue, (task.index, task))

    def admit(self, *, at_least_one: bool) -> list[Task]:
        """Take the next tasks from the queue, as many as may run together with those in flight."""
        tasks: list[Task] = []
        others = self._others()
        held = sum(task.n_bytes for task in others)
        while self._queue:
            held += self._queue[0][1].n_bytes
            n_threads = len(others) + len(tasks)
            is_full = held > self._memory_budget or n_threads >= self._max_threads
            if is_full and (tasks or not at_least_one):
                break
            tasks.append(heapq.heappop(self._queue)[1])
        for task in tasks:
            task.is_in_flight = True
        self._in_flight.update(tasks)
        return tasks

    def _others(self) -> list[Task]:
        """Return the tasks in flight, except those that can only end after others have started."""
        return [task for task in self._in_flight if not task.waits_for_tasks()]

    def put_back(self, task: Task) -> bool:
        """Requeue a task that could not start; return whether others in flight can make room."""
        self._in_flight.discard(task)
        task.is_in_flight = False
        others = self._others()
        if not others:
            return False
        self._max_threads = len(others)
        self.push(task)
        return True

    def leave(self, task: Task) -> None:
        """Record that a task is over."""
        self._in_flight.discard(task)
        task.is_in_flight = False

    def take_dead(self) -> list[Task]:
        """Take the tasks for which nobody waits from the queue."""
        dead = [task for _, task in self._queue if task.call.is_dead()]
        self._queue = [entry for entry in self._queue if not entry[1].call.is_dead()]
        heapq.heapify(self._queue)
        return dead
