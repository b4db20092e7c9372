"""The door before the engine, at which the jobs of concurrent tasks wait for each other.

It opens when nothing runs and no queued task may start. What runs is each task, from its start
until joblib's callback for it has returned, and each thread that dispatches tasks; but neither a
task at the door, nor a thread that waits for the tasks of its call. That thread runs again the
moment the last of them is done, or one has failed.

One thread decides what comes next, by the numbers of tasks and never by a timer. So which jobs
are trained together does not depend on which task was quicker. There is one exception. A task at
the door may hold a lock that the running tasks wait for. So when all that runs has been asleep for
some seconds, the door opens too, and the outermost call ends with a warning.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import count
from typing import Any

from joblib import cpu_count

from sklearn_deepmlp._engine.training import trained_by
from sklearn_deepmlp._estimators.warning import called_from, users_line
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._threads import limited_to, n_threads
from sklearn_deepmlp._together.admission import Admission
from sklearn_deepmlp._together.gathering import Gathering, WaitingJob
from sklearn_deepmlp._together.held_bytes import held_bytes
from sklearn_deepmlp._together.idleness import LOOK, Idleness
from sklearn_deepmlp._together.report import OTHER_THREAD, open_reports, told
from sklearn_deepmlp._together.rounds import train_at_once
from sklearn_deepmlp._together.slots import Slots
from sklearn_deepmlp._together.tasks import (
    Call,
    Caller,
    Cancelled,
    Runner,
    Task,
    current_task,
    set_current_task,
)
from sklearn_deepmlp._together.threads import TaskThreads, no_thread

_LATE = (
    "Results that joblib.Parallel generates within a task must be consumed before the task ends."
)
_of_thread = threading.local()


def current_door() -> Door | None:
    """Return the door of the task that this thread runs."""
    return None if current_task() is None else _of_thread.door


class Door:
    """Runs tasks in threads, and trains what they bring.

    Parameters
    ----------
    budget : int
        Bytes that tasks in flight may hold together, by estimate. One runs in any case.
    """

    def __init__(self, budget: int) -> None:
        self._budget = budget
        self._state = threading.Condition()
        self._call_numbers = count()
        self._outer_calls: list[Call] = []
        self._thread: threading.Thread | None = None
        self._is_serving = threading.Event()
        self._start_over()

    def _start_over(self) -> None:
        """Forget whatever an interruption left."""
        self._admission = Admission(self._budget)
        self._slots = Slots(cpu_count())  # more threads would be in each other's way
        self._idleness = Idleness()
        self._running: set[Runner] = set()
        self._gathering = Gathering()
        self.has_met_sleepers = False

    def _recount(self, runner: Runner) -> None:
        """Take note of whether a thread runs, after something that may have changed it."""
        if runner.runs():
            self._running.add(runner)
        else:
            self._running.discard(runner)
        self._state.notify_all()

    # --- For threads that make calls

    def begin_call(self) -> Call:
        """Take note of a call, whose thread dispatches tasks."""
        owner = current_task()
        if owner is not None:
            number = (*owner.number, next(owner.call_numbers))
            call = Call(owner, number, open_reports(), owner.call.line)
            with self._state:
                self._attend_to(call)
            return call
        number = (next(self._call_numbers),)
        call = Call(self._caller(), number, open_reports(), users_line())
        try:
            self._begin_outer_call(call)
        except BaseException:  # Ctrl-C: joblib does not know yet that the call has begun
            self.end_call(call)
            raise
        return call

    def _caller(self) -> Runner:
        """Return this thread, which may have made other calls that are not over."""
        with self._state:
            callers = [call.runner for call in self._outer_calls]
        mine = (c for c in callers if isinstance(c, Caller) and c.thread == threading.get_ident())
        return next(mine, Caller())

    def _begin_outer_call(self, call: Call) -> None:
        with self._state:
            is_first = not self._outer_calls
            if is_first:
                self._start_over()
            self._outer_calls.append(call)
            self._attend_to(call)
        if is_first:
            self._start_to_serve()

    def _start_to_serve(self) -> None:
        self._is_serving.clear()
        self._thread = threading.Thread(
            target=self._serve, args=(n_threads(),), name="fit_together", daemon=True
        )
        try:
            self._thread.start()
        except RuntimeError as error:
            raise no_thread(error) from error
        except BaseException:
            self._is_serving.wait(timeout=1)  # if the thread has been made at all
            raise

    def _attend_to(self, call: Call) -> None:
        call.runner.attend_to(call)
        self._recount(call.runner)

    def submit(self, call: Call, function: Callable[[], Any], done: Callable[[Task], Any]) -> Task:
        """Queue a task."""
        task = Task(call, call.next_number(), function, done, held_bytes(function))
        with self._state:
            if call.is_dead():
                raise Cancelled
            call.n_open += 1
            self._admission.push(task)
        return task

    @contextmanager
    def waiting(self, call: Call) -> Iterator[None]:
        """Take note that the thread of a call has dispatched its tasks and waits for them."""
        with self._state:
            if call.is_cancelled:
                raise RuntimeError(_LATE)
            call.is_waiting = call.n_open > 0
            self._attend_to(call)
        gives_up_slot = call.is_waiting and call.owner is not None
        with self._slots.left() if gives_up_slot else nullcontext():
            try:
                yield
            finally:
                with self._state:
                    self._wake(call)

    def _wake(self, call: Call) -> None:
        """Count the thread of a call as running again."""
        call.is_waiting = False
        self._recount(call.runner)

    def cancel(self, call: Call) -> None:
        """Give up the tasks of a call, and wait until none of them runs."""
        self._give_up(call)
        if call.owner is None:
            self._slots.open()  # a task that must give up a lock may wait for a slot
        with nullcontext() if call.owner is None else self._slots.left(), self._state:
            self._state.wait_for(lambda: call.n_open == 0)

    def _give_up(self, call: Call) -> None:
        with self._state:
            call.is_cancelled = True
            dead = self._admission.take_dead()
            for waiting in self._gathering.take_dead():
                self._let_go(waiting, Cancelled())
        for task in dead:
            task.error = Cancelled()
            self._end(task)

    def end_call(self, call: Call) -> None:
        """Take note that a call is over."""
        with self._state:
            call.runner.leave(call)
            self._recount(call.runner)
            if call.owner is not None:
                return
            self._outer_calls = [other for other in self._outer_calls if other is not call]
            is_last = not self._outer_calls
        if is_last and self._thread is not None and self._thread.ident is not None:
            self._thread.join()

    # --- In the thread that decides

    def _serve(self, n_torch_threads: int) -> None:
        self._is_serving.set()
        with limited_to(n_torch_threads):
            self._serve_calls()

    def _serve_calls(self) -> None:
        threads = TaskThreads(self._run)
        while True:
            with self._state:
                while not self._has_work():
                    self._state.wait(LOOK if self._running else None)
                if not self._outer_calls:
                    break
                tasks = self._admission.admit(at_least_one=not self._gathering)
                for task in tasks:
                    self._recount(task)
                if not tasks:
                    self._gathering.begin_round()
            for task in tasks:
                self._start(task, threads)
            if not tasks:
                self._train_waiting()
        threads.join_ended()

    def _has_work(self) -> bool:
        """Tell whether it is time for a step; a look at what is asleep is part of it."""
        if not self._outer_calls:
            return True
        has_more = bool(self._admission or self._gathering)
        if not self._running:
            return has_more
        if not self._are_asleep():
            return False
        self._slots.open()  # the one who holds the lock may wait for a slot
        self.has_met_sleepers |= has_more
        return has_more

    def _are_asleep(self) -> bool:
        tasks = [runner for runner in self._running if isinstance(runner, Task)]
        return len(tasks) == len(self._running) and self._idleness.lasts(tasks)

    def _start(self, task: Task, threads: TaskThreads) -> None:
        """Start a task, or queue it again where threads are scarce."""
        error = threads.start(task)
        if error is None:
            return
        with self._state:
            is_put_back = not task.call.is_dead() and self._admission.put_back(task)
            self._recount(task)
        if not is_put_back:
            task.error = no_thread(error)
            self._end(task)

    def _train_waiting(self) -> None:
        outcomes = self._gathering.train()
        with self._state:
            for waiting, outcome in zip(self._gathering.end_round(), outcomes, strict=True):
                self._let_go(waiting, outcome)

    def _let_go(self, waiting: WaitingJob, outcome: Result | BaseException) -> None:
        waiting.task.is_at_door = False
        self._recount(waiting.task)
        waiting.end(outcome)

    # --- In the threads of tasks

    def _run(self, task: Task) -> None:
        set_current_task(task)
        _of_thread.door = self
        with (
            self._slots.taken(),
            told(task.call.reports),
            called_from(task.call.line),
            trained_by(partial(self._train, task)),
        ):
            task.run()
            self._end(task)

    def _end(self, task: Task) -> None:
        """Tell joblib that a task is done, and what waits for it."""
        for call in task.calls:
            self._give_up(call)  # nobody consumes its results in time
        try:
            task.done(task)
        finally:
            with self._state:
                self._admission.leave(task)
                self._recount(task)
                self._close(task)

    def _close(self, task: Task) -> None:
        """Take note that a task is done; wake who waits for no other any more."""
        task.call.n_open -= 1
        if task.call.n_open == 0 or task.error is not None:
            self._wake(task.call)

    def _train(self, task: Task, job: Job) -> Result:
        """Wait at the door until the job of a task is trained."""
        if current_task() is not task:  # its context was copied to another thread or process
            return train_at_once(job, open_reports(), OTHER_THREAD)
        waiting = self._gathering.waiting_job(task, job)
        with self._state:
            if task.call.is_dead():
                raise Cancelled
            self._gathering.add(waiting)
            task.is_at_door = True
            self._recount(task)
        with self._slots.left():
            waiting.wait()
        return waiting.result()
