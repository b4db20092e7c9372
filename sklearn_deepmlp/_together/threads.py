"""The threads of tasks; the system may allow fewer threads than there are tasks."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sklearn_deepmlp._together.tasks import Task


class TaskThreads:
    """Starts a thread for each task.

    Parameters
    ----------
    run : callable
        What a thread does with its task.
    """

    def __init__(self, run: Callable[[Task], None]) -> None:
        self._run = run
        self._threads: list[tuple[Task, threading.Thread]] = []

    def start(self, task: Task) -> Exception | None:
        """Start a task; return the error where no thread can be started."""
        self._forget_ended()
        error = self._try_to_start(task)
        if error is not None and self.join_ended():
            error = self._try_to_start(task)
        return error

    def _try_to_start(self, task: Task) -> Exception | None:
        thread = threading.Thread(
            target=self._run, args=(task,), name=f"task {task.index}", daemon=True
        )
        try:
            thread.start()
        except (RuntimeError, MemoryError) as error:
            return error
        self._threads.append((task, thread))
        return None

    def _forget_ended(self) -> None:
        self._threads = [(task, thread) for task, thread in self._threads if thread.is_alive()]

    def join_ended(self) -> bool:
        """Wait for the threads of finished tasks; return whether there were any."""
        ending = [thread for task, thread in self._threads if not task.is_in_flight]
        for thread in ending:
            thread.join()
        return bool(ending)


def no_thread(error: Exception) -> RuntimeError:
    """Return an error that says what to do where not even one thread can be started."""
    no_thread_error = RuntimeError(
        f"No thread could be started to run a fit in: {error}. Give fit_together a smaller "
        "memory_budget, so that fewer fits are in flight at once, or raise the limits on the "
        "threads and the memory of this process."
    )
    no_thread_error.__cause__ = error
    return no_thread_error
