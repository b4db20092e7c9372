"""What the threads of a rendezvous share: which of them run, what is queued, which jobs wait.

A task runs from its start until joblib's callback for it has returned, except while it waits for
its training. A thread that makes a call runs, too, except while it waits for the tasks of the call;
it runs again the moment the last of them is done, or one has failed.
"""

from __future__ import annotations

import threading

from joblib import cpu_count

from sklearn_deepmlp._stack.job import Result
from sklearn_deepmlp._together.admission import Admission
from sklearn_deepmlp._together.gathering import Gathering, WaitingJob
from sklearn_deepmlp._together.idleness import Idleness, Patience
from sklearn_deepmlp._together.processes.plan import Limits
from sklearn_deepmlp._together.progress import Progress
from sklearn_deepmlp._together.slots import Slots
from sklearn_deepmlp._together.tasks import Call, Cancelled, Runner, Task


class Meeting:
    """The shared state, behind one lock.

    Parameters
    ----------
    limits : Limits
        What tasks and their training may use.
    max_threads : int
        Tasks that may be in flight at a time.
    patience : Patience
        How long running tasks must be asleep until the rendezvous opens without them.
    progress : Progress
        Counts the networks that tasks bring.

    Attributes
    ----------
    condition : threading.Condition
        The lock of all that follows, notified of each change.
    outer_calls : list of Call
        The calls that no task makes and that are not over.
    running : set of Runner
        The threads that run.
    opened_early : bool
        Whether the rendezvous has opened while running tasks were asleep.
    progress : Progress
        The one that was given.
    """

    def __init__(
        self, limits: Limits, max_threads: int, patience: Patience, progress: Progress
    ) -> None:
        self._limits, self._max_threads = limits, max_threads
        self._patience, self.progress = patience, progress
        self.condition = threading.Condition()
        self.outer_calls: list[Call] = []
        self.start_over()

    def start_over(self) -> None:
        """Forget whatever an interruption left."""
        self.admission = Admission(self._limits.memory_budget, self._max_threads)
        self.slots = Slots(cpu_count())  # more threads would be in each other's way
        self.idleness = Idleness(self._patience)
        self.running: set[Runner] = set()
        self.gathering = Gathering(self._limits, self.progress)
        self.opened_early = False

    # --- With the lock held

    def recount(self, runner: Runner) -> None:
        """Record whether a thread runs, after something that may have changed it."""
        if runner.runs():
            self.running.add(runner)
        else:
            self.running.discard(runner)
        self.condition.notify_all()

    def attend_to(self, call: Call) -> None:
        """Record that a thread begins a call, or begins to wait for its tasks."""
        call.runner.attend_to(call)
        self.recount(call.runner)

    def wake(self, call: Call) -> None:
        """Count the thread of a call as running again."""
        call.is_waiting = False
        self.recount(call.runner)

    def resume(self, waiting: WaitingJob, outcome: Result | BaseException) -> None:
        """Let a task that waits for its training resume."""
        waiting.task.is_waiting_for_training = False
        self.recount(waiting.task)
        waiting.end(outcome)

    def _close(self, task: Task) -> None:
        """Record that a task is done; wake the thread that need not wait any longer."""
        task.call.n_open -= 1
        if task.call.is_done() or task.error is not None:
            self.wake(task.call)

    # --- These take the lock themselves

    def give_up(self, call: Call) -> None:
        """End what has not begun of a call, and let its waiting tasks end."""
        with self.condition:
            call.is_cancelled = True
            dead = self.admission.take_dead()
            for waiting in self.gathering.take_dead():
                self.resume(waiting, Cancelled())
        for task in dead:
            task.error = Cancelled()
            self.end(task)

    def end(self, task: Task) -> None:
        """Tell joblib that a task is done, and then whoever waits for it."""
        for call in task.calls:
            self.give_up(call)  # nobody consumes its results in time
        try:
            task.done(task)
        finally:
            with self.condition:
                self.admission.leave(task)
                self.recount(task)
                self._close(task)
