"""The thread that decides what comes next: which tasks start, and when a group is trained.

It decides by the counts of tasks and never by a timer. So which jobs are trained together does not
depend on which task was faster. There is one exception. A task that waits for its training may hold
a lock that running tasks need. So when all that runs has been asleep for some seconds, the group is
trained without them, and the outermost call ends with a warning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from sklearn_deepmlp._threads import limited_to, n_threads
from sklearn_deepmlp._together.idleness import CHECK_INTERVAL
from sklearn_deepmlp._together.meeting import Meeting
from sklearn_deepmlp._together.tasks import Task
from sklearn_deepmlp._together.threads import TaskThreads, no_thread


class Server:
    """Serves outer calls in a separate thread until none is left.

    Parameters
    ----------
    meeting : Meeting
        The state that it shares with the threads it serves.
    run : callable
        What the thread of a task does with it.
    """

    def __init__(self, meeting: Meeting, run: Callable[[Task], None]) -> None:
        self._meeting = meeting
        self._is_serving = threading.Event()
        # Only the thread refers to `run` and to the tasks, so that they are freed when it ends.
        self._thread = threading.Thread(
            target=self._serve, args=(run, n_threads()), name="fit_together", daemon=True
        )

    def start(self) -> None:
        """Start the thread."""
        try:
            self._thread.start()
        except RuntimeError as error:
            raise no_thread(error) from error
        except BaseException:
            self._is_serving.wait(timeout=1)  # if the thread has been created at all
            raise

    def join(self) -> None:
        """Wait for the end of the thread, if it has started."""
        if self._thread.ident is not None:
            self._thread.join()

    def _serve(self, run: Callable[[Task], None], n_torch_threads: int) -> None:
        self._is_serving.set()
        threads = TaskThreads(run)
        with limited_to(n_torch_threads):
            while (tasks := self._next_tasks()) is not None:
                self._step(tasks, threads)
            threads.join_ended()

    def _next_tasks(self) -> list[Task] | None:
        """Wait for the next step: tasks to start, none to train a group, or None at the end."""
        meeting = self._meeting
        with meeting.condition:
            while not self._has_work():
                meeting.condition.wait(CHECK_INTERVAL if meeting.running else None)
            return self._admit() if meeting.outer_calls else None

    def _has_work(self) -> bool:
        """Return whether it is time for a step, which includes a check for sleeping tasks."""
        meeting = self._meeting
        if not meeting.outer_calls:
            return True
        has_more = bool(meeting.admission or meeting.gathering)
        if not meeting.running:
            return has_more
        if not self._are_asleep():
            return False
        meeting.slots.open()  # the task that holds the lock may wait for a slot
        meeting.opened_early |= has_more
        return has_more

    def _are_asleep(self) -> bool:
        running = self._meeting.running
        tasks = [runner for runner in running if isinstance(runner, Task)]
        return len(tasks) == len(running) and self._meeting.idleness.lasts(tasks)

    def _admit(self) -> list[Task]:
        """Return the tasks to start; where there are none, close the group of those that wait."""
        meeting = self._meeting
        tasks = meeting.admission.admit(at_least_one=not meeting.gathering)
        for task in tasks:
            meeting.recount(task)
        if not tasks:
            meeting.gathering.close_group()
        return tasks

    def _step(self, tasks: list[Task], threads: TaskThreads) -> None:
        for task in tasks:
            self._start(task, threads)
        if not tasks:
            self._train_group()

    def _start(self, task: Task, threads: TaskThreads) -> None:
        """Start a task, or queue it again where threads are scarce."""
        error = threads.start(task)
        if error is None:
            return
        with self._meeting.condition:
            is_put_back = not task.call.is_dead() and self._meeting.admission.put_back(task)
            self._meeting.recount(task)
        if not is_put_back:
            task.error = no_thread(error)
            self._meeting.end(task)

    def _train_group(self) -> None:
        meeting = self._meeting
        outcomes = meeting.gathering.train()
        with meeting.condition:
            for waiting, outcome in zip(meeting.gathering.end_group(), outcomes, strict=True):
                meeting.resume(waiting, outcome)
