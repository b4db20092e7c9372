"""The joblib backend whose tasks are threads, and whose networks are trained together."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sklearn_deepmlp._compat.joblib import FallbackToBackend, ParallelBackendBase
from sklearn_deepmlp._estimators.warning import warn
from sklearn_deepmlp._together.door import Door, current_door
from sklearn_deepmlp._together.tasks import Call, Task
from sklearn_deepmlp._together.warning_filters import WarningFilters

NAME = "fit_together"
BUDGET = 2**30
# Into how many tasks callers that ask may divide their work: many for an ensemble to be trained
# together, few enough that what trains no network is not cut into crumbs.
_WIDTH = 256
# More tasks than there are. joblib's "all" means the same, but loses what the generator of the
# tasks raises.
ALL_TASKS = 10**9
_SLEEPERS = (
    "Fits within fit_together did not wait for all others: while some waited to be trained, the "
    "tasks that were running used no CPU time for some seconds, as they do behind a lock that a "
    "waiting fit holds, or when they wait for something outside of this process. The results are "
    "right, but what was trained together depends on time, and stacks may be small. Fit without "
    "holding a lock (functools.cached_property holds one before Python 3.12), or fit outside of "
    "fit_together."
)


class TogetherBackend(ParallelBackendBase):
    """A backend of joblib.

    Parameters
    ----------
    nesting_level : int, optional
        Number of parallel calls around this one.
    inner_max_num_threads : None
        joblib's; not supported.
    memory_budget : int
        Bytes that tasks in flight may hold together.
    door : Door, optional
        That of the call around this one.
    is_shared : bool
        Whether several objects of `Parallel` may have it, each of which gets one of its own.
    """

    supports_retrieve_callback = True
    uses_threads = True
    supports_sharedmem = True

    def __init__(
        self,
        nesting_level: int | None = None,
        inner_max_num_threads: int | None = None,
        *,
        memory_budget: int = BUDGET,
        door: Door | None = None,
        is_shared: bool = True,
    ) -> None:
        super().__init__(nesting_level, inner_max_num_threads)
        self._door = door or Door(memory_budget)
        self._is_shared = is_shared
        self._process = os.getpid()
        self._filters = WarningFilters()
        self._call: Call

    @property
    def default_n_jobs(self) -> int:
        """As many as there are in the outermost call; inside of tasks one, as in all backends."""
        return 1 if self.nesting_level else -1

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """Return 1 where that is asked for, else many: the budget bounds what runs at once."""
        n_jobs = self.default_n_jobs if n_jobs is None else n_jobs
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        return 1 if n_jobs == 1 or self._is_forked() else _WIDTH

    def _is_forked(self) -> bool:
        """Tell whether this is a child process, to which the threads of the door did not come."""
        return self._process != os.getpid()

    def configure(self, n_jobs: int | None = 1, parallel: Any = None, **backend_kwargs: Any) -> int:
        if self._is_shared and not self._is_forked():
            # joblib does not say whose call it is that begins, waits or ends.
            door = current_door() or self._door
            raise FallbackToBackend(TogetherBackend(self.nesting_level, door=door, is_shared=False))
        parallel.pre_dispatch = ALL_TASKS  # what is not dispatched is not trained with the rest
        return super().configure(n_jobs, parallel)

    def get_nested_backend(self) -> tuple[ParallelBackendBase, None]:
        level = (self.nesting_level or 0) + 1
        return TogetherBackend(level, door=self._door), None

    def start_call(self) -> None:
        self._call = self._door.begin_call()
        if self._call.owner is None:
            self._filters.save()

    def submit(self, func: Callable[[], Any], callback: Callable[[Task], Any]) -> Task:
        return self._door.submit(self._call, func, callback)

    apply_async = submit  # its name in joblib 1.3

    def retrieve_result_callback(self, out: Task) -> Any:
        return out.outcome()

    def retrieval_context(self) -> AbstractContextManager[None]:
        return self._door.waiting(self._call)

    def abort_everything(self, ensure_ready: bool = True) -> None:
        self._door.cancel(self._call)

    def stop_call(self) -> None:
        self._door.end_call(self._call)
        if self._call.owner is None:
            self._filters.restore()
            if self._door.has_met_sleepers:
                self._door.has_met_sleepers = False
                warn(_SLEEPERS)
