"""The records of the fits of a search, by the task that made them, kept as long as the search."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

from sklearn_deepmlp._compat.sklearn import calling_search, parameters_of_task
from sklearn_deepmlp._estimators.fit_record import FitRecord


@dataclass
class FitRecords:
    """Records of the fits of a call, by the index of their task.

    Attributes
    ----------
    parameters : list
        For each task the parameters that a search has given it, the object itself.
    by_task : dict of int to list of FitRecord
        The fits of each task that has any, in their order.
    """

    parameters: list[Any] = field(default_factory=list)
    by_task: dict[int, list[FitRecord]] = field(default_factory=dict)

    def begin_batch(self, batch: Any) -> int:
        """Add the tasks of a `BatchedCalls` of joblib, and return the index of the first one."""
        first = len(self.parameters)
        self.parameters += map(parameters_of_task, batch.items)
        return first

    def add(self, task: int, record: FitRecord) -> None:
        """Add a fit of a task."""
        self.by_task.setdefault(task, []).append(record)

    def update(self, first: int, others: FitRecords) -> None:
        """Add the records of a batch, given the index of its first task."""
        for task, records in others.by_task.items():
            self.by_task.setdefault(first + task, []).extend(records)


_OF_SEARCHES: WeakKeyDictionary[Any, list[FitRecords]] = WeakKeyDictionary()
_OF_BATCH: ContextVar[FitRecords | None] = ContextVar("of_batch", default=None)


def records_of_new_call() -> FitRecords | None:
    """Return where the fits of a call that this thread begins are recorded; None if nowhere."""
    search = calling_search()
    if search is None:
        return _OF_BATCH.get()
    records = FitRecords()
    _OF_SEARCHES.setdefault(search, []).append(records)
    return records


@contextmanager
def recorded_for_batch(*, is_wanted: bool) -> Iterator[FitRecords]:
    """Have the fits of a call of this thread recorded, which runs a batch that was sent here."""
    records = FitRecords()
    token = _OF_BATCH.set(records if is_wanted else None)
    try:
        yield records
    finally:
        _OF_BATCH.reset(token)


def records_of_search(search: Any) -> list[list[FitRecord]] | None:
    """Return the fits of each task of a search, in the order of its candidates and their splits.

    None if the search has not run within `fit_together`, or has run again since.
    """
    n_splits = search.n_splits_
    wanted = [each for each in search.cv_results_["params"] for _ in range(n_splits)]
    found: list[list[FitRecord]] = []
    given: list[Any] = []
    for records in reversed(_OF_SEARCHES.get(search, [])):
        if len(found) < len(wanted):
            n_tasks = len(records.parameters)
            found = [[*records.by_task.get(task, ())] for task in range(n_tasks)] + found
            given = records.parameters + given
    is_its_own = len(given) == len(wanted) and all(
        one is other for one, other in zip(given, wanted, strict=True)
    )
    return found if is_its_own else None
