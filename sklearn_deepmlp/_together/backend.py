"""The joblib backend whose tasks are threads, and whose networks are trained together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from joblib.parallel import ParallelBackendBase

from sklearn_deepmlp._together.door import Door
from sklearn_deepmlp._together.report import TogetherReport
from sklearn_deepmlp._together.tasks import Call, Task, current_task
from sklearn_deepmlp._together.warning_filters import WarningFilters

NAME = "fit_together"
BUDGET = 2**30
# Into how many tasks callers that ask may divide their work: many for an ensemble to be trained
# together, few enough that what trains no network is not cut into crumbs.
_WIDTH = 256


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
    report : TogetherReport, optional
        Is told of what was trained.
    door : Door, optional
        That of the call around this one.
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
        report: TogetherReport | None = None,
        door: Door | None = None,
    ) -> None:
        super().__init__(nesting_level, inner_max_num_threads)
        self._door = door or Door(memory_budget, report or TogetherReport())
        self._filters = WarningFilters()
        self._calls: list[Call] = []

    @property
    def default_n_jobs(self) -> int:
        """As many as there are in the outermost call; inside of tasks one, as in all backends."""
        return 1 if self.nesting_level else -1

    def effective_n_jobs(self, n_jobs: int | None) -> int:
        """Return 1 where that is asked for, else many: the budget bounds what runs at once."""
        n_jobs = self.default_n_jobs if n_jobs is None else n_jobs
        if n_jobs == 0:
            raise ValueError("n_jobs == 0 in Parallel has no meaning")
        return 1 if n_jobs == 1 else _WIDTH

    def configure(self, n_jobs: int | None = 1, parallel: Any = None, **backend_kwargs: Any) -> int:
        parallel.pre_dispatch = "all"  # what is not dispatched cannot be trained with the rest
        return super().configure(n_jobs, parallel)

    def get_nested_backend(self) -> tuple[ParallelBackendBase, None]:
        level = (self.nesting_level or 0) + 1
        return TogetherBackend(level, door=self._door), None

    def start_call(self) -> None:
        owner = current_task()
        self._calls.append(self._door.begin_call(owner))
        if owner is None:
            self._filters.save()

    def submit(self, func: Callable[[], Any], callback: Callable[[Task], Any]) -> Task:
        return self._door.submit(self._calls[-1], func, callback)

    apply_async = submit  # its name in joblib 1.3

    def retrieve_result_callback(self, out: Task) -> Any:
        return out.outcome()

    @contextmanager
    def retrieval_context(self) -> Iterator[None]:
        call = self._calls[-1]
        try:
            self._door.begin_waiting(call)
            yield
        finally:
            self._door.end_waiting(call)

    def abort_everything(self, ensure_ready: bool = True) -> None:
        if self._calls:
            self._door.cancel(self._calls[-1])

    def stop_call(self) -> None:
        call = self._calls.pop()
        self._door.end_call(call)
        if call.owner is None:
            self._filters.restore()
