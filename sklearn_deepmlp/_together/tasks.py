"""What joblib asks a backend for: calls of `Parallel`, and the tasks that they dispatch."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

Number = tuple[int, ...]


class Cancelled(BaseException):
    """Ends a task that nobody waits for any more; no `Exception`, which a task might catch."""


class Call:
    """A call of `Parallel`.

    Parameters
    ----------
    owner : Task or None
        The task whose thread makes the call.
    number : tuple of int
        Its place in the order of calls and tasks, behind that of the owner.

    Attributes
    ----------
    n_open : int
        Tasks submitted that are not done.
    is_waiting, is_woken : bool
        Whether its thread waits for the tasks and does nothing else, and whether it has done so.
    is_cancelled : bool
        Whether nobody waits for its tasks.
    """

    def __init__(self, owner: Task | None, number: Number) -> None:
        self.owner, self.number = owner, number
        self.n_open = 0
        self.is_waiting = self.is_woken = False
        self.is_cancelled = False
        self._task_numbers = count()

    def next_number(self) -> Number:
        """Return the number of the next task."""
        return (*self.number, next(self._task_numbers))

    def is_dead(self) -> bool:
        """Tell whether this call, or one that waits for it, is cancelled."""
        return self.is_cancelled or (self.owner is not None and self.owner.call.is_dead())


@dataclass(eq=False)
class Task:
    """A task, which is also the future that joblib gets.

    Attributes
    ----------
    call : Call
        That it belongs to.
    number : tuple of int
        Its place in the order of all tasks; those of inner calls follow that of their owner.
    function : callable
        What it does.
    done : callable
        joblib's, to be called with the task when it is done.
    n_bytes : int
        The memory that it holds, by estimate.
    result, error : object, BaseException or None
        What it returned, or raised.
    """

    call: Call
    number: Number
    function: Callable[[], Any]
    done: Callable[[Task], Any]
    n_bytes: int
    result: Any = None
    error: BaseException | None = None

    def __post_init__(self) -> None:
        self.call_numbers = count()

    def run(self) -> None:
        """Do it, keeping what comes out."""
        try:
            self.result = self.function()
        except BaseException as error:  # noqa: BLE001 - raised where the task is waited for
            self.error = error

    def outcome(self) -> Any:
        """Return what the task returned, or raise what it raised."""
        if self.error is not None:
            raise self.error
        return self.result


_current = threading.local()


def current_task() -> Task | None:
    """Return the task that this thread runs."""
    return getattr(_current, "task", None)


def set_current_task(task: Task) -> None:
    """Note the task that this thread runs."""
    _current.task = task
