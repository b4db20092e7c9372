"""Where concurrent tasks meet, as the threads that make calls of `Parallel` see it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import count
from typing import Any

from sklearn_deepmlp._estimators.user_warnings import users_line
from sklearn_deepmlp._together.admission import MAX_THREADS
from sklearn_deepmlp._together.fit_records import records_of_new_call
from sklearn_deepmlp._together.idleness import PATIENCE, Patience
from sklearn_deepmlp._together.meeting import Meeting
from sklearn_deepmlp._together.memory import held_bytes
from sklearn_deepmlp._together.processes.plan import Limits, n_processes
from sklearn_deepmlp._together.processes.rule import WORTH, Worth
from sklearn_deepmlp._together.progress import open_progress
from sklearn_deepmlp._together.reporting import open_reports
from sklearn_deepmlp._together.serving import Server
from sklearn_deepmlp._together.task_thread import run_task
from sklearn_deepmlp._together.tasks import Call, Caller, Cancelled, Runner, Task, current_task

MEMORY_BUDGET = 2**30
_LATE = (
    "Results that joblib.Parallel generates within a task must be consumed before the task ends."
)
_of_thread = threading.local()


def current_rendezvous() -> Rendezvous | None:
    """Return the rendezvous of the task that this thread runs."""
    return None if current_task() is None else _of_thread.rendezvous


class Rendezvous:
    """Runs tasks in threads, and trains the jobs that they bring in groups.

    The progress that is open where it is made counts these jobs.

    Parameters
    ----------
    memory_budget : int
        Estimated bytes that all tasks in flight may hold together, and all processes that train
        blocks. One task runs in any case.
    n_jobs : int
        The number of processes that may train blocks, as in `fit_together`.
    max_threads : int
        Tasks that may be in flight at a time.
    patience : Patience
        How long running tasks must be asleep until those that wait are trained without them.
    worth : Worth
        When other processes train blocks.
    """

    def __init__(
        self,
        memory_budget: int = MEMORY_BUDGET,
        *,
        n_jobs: int = -1,
        max_threads: int = MAX_THREADS,
        patience: Patience = PATIENCE,
        worth: Worth = WORTH,
    ) -> None:
        limits = Limits(n_processes(n_jobs), memory_budget, worth)
        self._meeting = Meeting(limits, max_threads, patience, open_progress())
        self._call_indices = count()
        self._server: Server | None = None

    # --- Calls

    def begin_call(self) -> Call:
        """Record a call, whose thread dispatches tasks."""
        owner = current_task()
        return self._begin_outer_call() if owner is None else self._begin_inner_call(owner)

    def _begin_inner_call(self, owner: Task) -> Call:
        index = (*owner.index, next(owner.call_indices))
        call = Call(owner, index, open_reports(), owner.call.line, records_of_new_call())
        with self._meeting.condition:
            self._meeting.attend_to(call)
        return call

    def _begin_outer_call(self) -> Call:
        index = (next(self._call_indices),)
        records = records_of_new_call()
        call = Call(self._caller(), index, open_reports(), users_line(), records)
        try:
            self._serve(call)
        except BaseException:  # Ctrl-C: joblib does not know yet that the call has begun
            self.end_call(call)
            raise
        return call

    def _caller(self) -> Runner:
        """Return this thread, which may have made other calls that are not over."""
        with self._meeting.condition:
            callers = [call.runner for call in self._meeting.outer_calls]
        mine = (c for c in callers if isinstance(c, Caller) and c.thread == threading.get_ident())
        return next(mine, Caller())

    def _serve(self, call: Call) -> None:
        """Add an outer call to those that are served; the first one needs a server."""
        meeting = self._meeting
        with meeting.condition:
            is_first = not meeting.outer_calls
            if is_first:
                meeting.start_over()
            meeting.outer_calls.append(call)
            meeting.attend_to(call)
        if is_first:
            self._server = Server(meeting, self._run)
            self._server.start()

    def _run(self, task: Task) -> None:
        """Run a task in its thread."""
        _of_thread.rendezvous = self
        run_task(self._meeting, task)

    def end_call(self, call: Call) -> None:
        """Record that a call is over."""
        meeting = self._meeting
        with meeting.condition:
            call.runner.leave(call)
            meeting.recount(call.runner)
            if call.owner is not None:
                return
            meeting.outer_calls = [other for other in meeting.outer_calls if other is not call]
            is_last = not meeting.outer_calls
        if is_last and self._server is not None:
            self._server.join()

    def take_opened_early(self) -> bool:
        """Return, once, whether jobs were trained while running tasks were asleep."""
        was_early, self._meeting.opened_early = self._meeting.opened_early, False
        return was_early

    # --- Tasks of a call

    def submit(self, call: Call, function: Callable[[], Any], done: Callable[[Task], Any]) -> Task:
        """Queue a task."""
        if call.records is not None:
            call.records.begin_batch(function)
        task = Task(call, call.next_index(), function, done, held_bytes(function))
        with self._meeting.condition:
            if call.is_dead():
                raise Cancelled
            call.n_open += 1
            self._meeting.admission.push(task)
        return task

    @contextmanager
    def waiting(self, call: Call) -> Iterator[None]:
        """Count the thread of a call, which has dispatched its tasks, as waiting for them."""
        meeting = self._meeting
        with meeting.condition:
            if call.is_cancelled:
                raise RuntimeError(_LATE)
            call.is_waiting = not call.is_done()
            meeting.attend_to(call)
        with self._slot_left(call) if call.is_waiting else nullcontext():
            try:
                yield
            finally:
                with meeting.condition:
                    meeting.wake(call)

    def _slot_left(self, call: Call) -> AbstractContextManager[None]:
        """Let another thread compute while that of a call waits; only tasks have slots."""
        return nullcontext() if call.owner is None else self._meeting.slots.left()

    def cancel(self, call: Call) -> None:
        """Give up the tasks of a call, and wait until none of them runs."""
        meeting = self._meeting
        meeting.give_up(call)
        if call.owner is None:
            meeting.slots.open()  # a task that must release a lock may wait for a slot
        with self._slot_left(call), meeting.condition:
            meeting.condition.wait_for(call.is_done)
