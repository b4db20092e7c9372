"""The joblib backend whose tasks run in threads, and whose networks are trained together."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from sklearn_deepmlp._compat.joblib import FallbackToBackend, ParallelBackendBase
from sklearn_deepmlp._estimators.user_warnings import warn
from sklearn_deepmlp._together.rendezvous import MEMORY_BUDGET, Rendezvous, current_rendezvous
from sklearn_deepmlp._together.tasks import Call, Task
from sklearn_deepmlp._together.warning_filters import WarningFilters

NAME = "fit_together"
# The number of jobs for callers that divide their work by it: large enough that an ensemble is
# trained together, and small enough that work without networks is not cut into tiny pieces.
_N_JOBS = 256
# More tasks than there ever are. joblib's "all" means the same, but loses exceptions raised by the
# generator of the tasks.
ALL_TASKS = 10**9
_OPENED_EARLY = (
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
        A parameter of joblib's backends that is not supported.
    memory_budget : int
        Estimated bytes that all tasks in flight may hold together, if no rendezvous is given.
    n_processes : int
        The `n_jobs` of `fit_together`, if no rendezvous is given; joblib's own `n_jobs` are others.
    rendezvous : Rendezvous, optional
        Where the tasks meet, for example that of the call around this one.
    is_shared : bool
        Whether several objects of `Parallel` may have this backend. Each of them then gets a
        backend of its own with the same rendezvous.
    """

    supports_retrieve_callback = True
    uses_threads = True
    supports_sharedmem = True

    def __init__(
        self,
        nesting_level: int | None = None,
        inner_max_num_threads: int | None = None,
        *,
        memory_budget: int = MEMORY_BUDGET,
        n_processes: int = -1,
        rendezvous: Rendezvous | None = None,
        is_shared: bool = True,
    ) -> None:
        super().__init__(nesting_level, inner_max_num_threads)
        self._rendezvous = rendezvous or Rendezvous(memory_budget, n_jobs=n_processes)
        self._is_shared = is_shared
        self._process = os.getpid()
        self._filters = WarningFilters()
        self._call: Call

    @property
    def default_n_jobs(self) -> int:
        """All in the outermost call; one within tasks, as in joblib's own backends."""
        return 1 if self.nesting_level else -1

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """Return 1 if that is requested, else many: the memory budget bounds what runs at once."""
        n_jobs = self.default_n_jobs if n_jobs is None else n_jobs
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        return 1 if n_jobs == 1 or self._is_forked() else _N_JOBS

    def _is_forked(self) -> bool:
        """Return whether this is a forked child, without the threads of the rendezvous."""
        return self._process != os.getpid()

    def configure(self, n_jobs: int | None = 1, parallel: Any = None, **backend_kwargs: Any) -> int:
        if self._is_shared and not self._is_forked():
            # joblib does not say whose call it is that begins, waits or ends.
            raise FallbackToBackend(self._of_one_call())
        parallel.pre_dispatch = ALL_TASKS  # what is not dispatched is not trained with the rest
        return super().configure(n_jobs, parallel)

    def _of_one_call(self) -> TogetherBackend:
        rendezvous = current_rendezvous() or self._rendezvous
        return TogetherBackend(self.nesting_level, rendezvous=rendezvous, is_shared=False)

    def get_nested_backend(self) -> tuple[ParallelBackendBase, None]:
        level = (self.nesting_level or 0) + 1
        return TogetherBackend(level, rendezvous=self._rendezvous), None

    def start_call(self) -> None:
        self._call = self._rendezvous.begin_call()
        if self._call.owner is None:
            self._filters.save()

    def submit(self, func: Callable[[], Any], callback: Callable[[Task], Any]) -> Task:
        return self._rendezvous.submit(self._call, func, callback)

    def retrieve_result_callback(self, out: Task) -> Any:
        return out.outcome()

    def retrieval_context(self) -> AbstractContextManager[None]:
        return self._rendezvous.waiting(self._call)

    def abort_everything(self, ensure_ready: bool = True) -> None:
        self._rendezvous.cancel(self._call)

    def stop_call(self) -> None:
        self._rendezvous.end_call(self._call)
        if self._call.owner is None:
            self._filters.restore()
            if self._rendezvous.take_opened_early():
                warn(_OPENED_EARLY)
