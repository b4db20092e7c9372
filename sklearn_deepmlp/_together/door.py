"""The door before the engine, at which the jobs of concurrent tasks wait for each other.

It opens when nothing runs and no queued task may start. What runs is each task, from its start
until joblib's callback for it has returned, and each thread that dispatches tasks; but neither a
task at the door, nor a thread that waits for the tasks of its call. That thread runs again the
moment the last of them is done, or one has failed.

One thread decides what comes next, by the numbers of tasks and never by a timer. So which jobs
are trained together does not depend on which task was quicker.
"""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import count
from typing import Any

import torch
from joblib import cpu_count

from sklearn_deepmlp._engine.training import trained_by
from sklearn_deepmlp._sklearn import threadpool_controller
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._together.equal_arrays import EqualArrays
from sklearn_deepmlp._together.held_bytes import held_bytes
from sklearn_deepmlp._together.report import TogetherReport
from sklearn_deepmlp._together.rounds import train_round
from sklearn_deepmlp._together.tasks import Call, Cancelled, Task, set_current_task


class _Waiting:
    """A job at the door."""

    def __init__(self, task: Task, job: Job) -> None:
        self.task, self.job = task, job
        self.outcome: Result | BaseException = Cancelled()
        self.is_over = threading.Event()

    def end(self, outcome: Result | BaseException) -> None:
        self.outcome = outcome
        self.is_over.set()


class Door:
    """Runs tasks in threads, and trains what they bring.

    Parameters
    ----------
    budget : int
        Bytes that tasks in flight may hold together, by estimate. One runs in any case.
    report : TogetherReport
        Is told of what was trained.
    """

    def __init__(self, budget: int, report: TogetherReport) -> None:
        self._budget, self._report = budget, report
        self._state = threading.Condition()
        self._slots = threading.Semaphore(cpu_count())  # more threads would be in each other's way
        self._call_numbers = count()
        self._n_outer_calls = 0
        self._thread: threading.Thread | None = None
        self._is_serving = threading.Event()
        self._queue: list[tuple[tuple[int, ...], Task]] = []
        self._n_running = 0
        self._held = 0
        self._waiting: list[_Waiting] = []
        self._in_training: list[_Waiting] = []
        self._is_training_cancelled = False
        self._arrays = EqualArrays()

    # --- For threads that make calls

    def begin_call(self, owner: Task | None) -> Call:
        """Take note of a call, whose thread dispatches tasks; `owner` is the task of the thread."""
        if owner is not None:
            return Call(owner, (*owner.number, next(owner.call_numbers)))
        call = Call(None, (next(self._call_numbers),))
        with self._state:
            is_first = self._n_outer_calls == 0
            if is_first:
                self._n_running = self._held = 0  # whatever an interruption left
            self._n_running += 1
            self._n_outer_calls += 1
        if is_first:
            self._start_to_serve(call)
        return call

    def _start_to_serve(self, call: Call) -> None:
        self._is_serving.clear()
        self._thread = threading.Thread(
            target=self._serve, args=(torch.get_num_threads(),), name="fit_together", daemon=True
        )
        try:
            self._thread.start()
        except BaseException:  # Ctrl-C: joblib does not know yet that the call has begun
            self._is_serving.wait(timeout=1)  # if the thread has been made at all
            self.end_call(call)
            raise

    def submit(self, call: Call, function: Callable[[], Any], done: Callable[[Task], Any]) -> Task:
        """Queue a task."""
        task = Task(call, call.next_number(), function, done, held_bytes(function))
        with self._state:
            call.n_open += 1
            heapq.heappush(self._queue, (task.number, task))
        return task

    def begin_waiting(self, call: Call) -> None:
        """Take note that a call has dispatched its tasks and waits for them."""
        with self._state:
            call.is_waiting = call.n_open > 0
            if not call.is_waiting:
                return
            self._n_running -= 1
            if call.owner is not None:
                self._held -= call.owner.n_bytes
            self._state.notify_all()
        if call.owner is not None:
            self._slots.release()

    def end_waiting(self, call: Call) -> None:
        """Take note that the thread of a call goes on."""
        with self._state:
            has_waited = call.is_waiting or call.is_woken
            self._wake(call)
        if call.owner is not None and has_waited:
            self._slots.acquire()

    def _wake(self, call: Call) -> None:
        """Count the thread of a call as running again."""
        if call.is_waiting:
            call.is_waiting, call.is_woken = False, True
            self._n_running += 1
            if call.owner is not None:
                self._held += call.owner.n_bytes

    def cancel(self, call: Call) -> None:
        """Give up the tasks of a call, and wait until none of them runs."""
        with self._state:
            call.is_cancelled = True
            dead = [task for _, task in self._queue if task.call.is_dead()]
            self._queue = [entry for entry in self._queue if not entry[1].call.is_dead()]
            heapq.heapify(self._queue)
            for waiting in [w for w in self._waiting if w.task.call.is_dead()]:
                self._waiting.remove(waiting)
                self._n_running += 1
                waiting.end(Cancelled())
            in_training = [w.task.call.is_dead() for w in self._in_training]
            self._is_training_cancelled = bool(in_training) and all(in_training)
        for task in dead:
            task.error = Cancelled()
            task.done(task)
        without_slot = nullcontext() if call.owner is None else self._without_slot()
        with without_slot, self._state:
            for task in dead:
                self._close(task)
            self._state.wait_for(lambda: call.n_open == 0)

    def end_call(self, call: Call) -> None:
        """Take note that a call is over."""
        if call.owner is not None:
            return
        with self._state:
            self._n_running -= 1
            self._n_outer_calls -= 1
            is_last = self._n_outer_calls == 0
            self._state.notify_all()
        if is_last and self._thread is not None and self._thread.ident is not None:
            self._thread.join()

    # --- In the thread that decides

    def _serve(self, n_torch_threads: int) -> None:
        self._is_serving.set()
        if torch.get_num_threads() == n_torch_threads:
            self._serve_calls()
            return
        openmp = {"limits": n_torch_threads, "user_api": "openmp"}  # concerns this thread only
        with threadpool_controller().limit(**openmp):
            self._serve_calls()

    def _serve_calls(self) -> None:
        threads: list[threading.Thread] = []
        while True:
            with self._state:
                self._state.wait_for(self._has_work)
                if self._n_outer_calls == 0:
                    break
                tasks = self._admit()
                if not tasks:
                    self._in_training = sorted(self._waiting, key=lambda w: w.task.number)
                    self._waiting = []
                    self._is_training_cancelled = False
            for task in tasks:
                threads += self._start(task)
            if not tasks:
                self._train_waiting()
                threads = [thread for thread in threads if thread.is_alive()]
        for thread in threads:
            thread.join()

    def _start(self, task: Task) -> list[threading.Thread]:
        """Start a task in a thread of its own, if there may be one more."""
        thread = threading.Thread(target=self._run, args=(task,), name=f"task {task.number}")
        try:
            thread.start()
        except RuntimeError as error:
            task.error = error
            self._end(task)
            return []
        return [thread]

    def _has_work(self) -> bool:
        is_quiet = self._n_running == 0 and bool(self._queue or self._waiting)
        return is_quiet or self._n_outer_calls == 0

    def _admit(self) -> list[Task]:
        """Take the next tasks from the queue that may run beside those at the door."""
        tasks: list[Task] = []
        while self._queue:
            n_bytes = self._queue[0][1].n_bytes
            is_first = not tasks and not self._waiting
            if self._held + n_bytes > self._budget and not is_first:
                break
            tasks.append(heapq.heappop(self._queue)[1])
            self._held += n_bytes
            self._n_running += 1
        return tasks

    def _train_waiting(self) -> None:
        round_ = self._in_training
        outcomes: list[Result | BaseException]
        try:
            jobs = [waiting.job for waiting in round_]
            outcomes = [*train_round(jobs, self._raise_if_cancelled, self._report)]
        except BaseException as error:  # noqa: BLE001 - nobody may be left waiting
            outcomes = [error] * len(round_)
        with self._state:
            self._in_training = []
            self._arrays = EqualArrays()
            self._n_running += len(round_)
        for waiting, outcome in zip(round_, outcomes, strict=True):
            waiting.end(outcome)

    def _raise_if_cancelled(self) -> None:
        if self._is_training_cancelled:
            raise Cancelled

    # --- In the threads of tasks

    def _run(self, task: Task) -> None:
        set_current_task(task)
        with self._slots, trained_by(partial(self._train, task)):
            task.run()
            self._end(task)

    def _end(self, task: Task) -> None:
        """Tell joblib that a task is done, and what waits for it."""
        try:
            task.done(task)
        finally:
            with self._state:
                self._n_running -= 1
                self._held -= task.n_bytes
                self._close(task)
                self._state.notify_all()

    @contextmanager
    def _without_slot(self) -> Iterator[None]:
        """Let another task run while this thread waits."""
        self._slots.release()
        try:
            yield
        finally:
            self._slots.acquire()

    def _close(self, task: Task) -> None:
        """Take note that a task is done; wake who waits for no other any more."""
        task.call.n_open -= 1
        if task.call.n_open == 0 or task.error is not None:
            self._wake(task.call)

    def _train(self, task: Task, job: Job) -> Result:
        """Wait at the door until the job of a task is trained."""
        waiting = _Waiting(task, self._arrays.share(job))
        with self._state:
            if task.call.is_dead():
                raise Cancelled
            self._waiting.append(waiting)
            self._n_running -= 1
            self._state.notify_all()
        with self._without_slot():
            waiting.is_over.wait()
        if isinstance(waiting.outcome, BaseException):
            raise waiting.outcome
        return waiting.outcome
