"""The interface between estimators and engine: jobs go in, results come out.

Who trains the jobs of a thread can be set, which is how `fit_together` collects them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._training.train import train_separately

Trainer = Callable[[Job], Result]

_TRAINER: ContextVar[Trainer | None] = ContextVar("trainer", default=None)
# Trainers for threads that have none, as new threads do not inherit it; the last one is used.
_FOR_OTHER_THREADS: list[Trainer] = []


def train(job: Job) -> Result:
    """Train one network, by this thread's trainer if it has one.

    Parameters
    ----------
    job : Job
        The training.

    Returns
    -------
    Result

    Raises
    ------
    Exception, MemoryError
        As `train_separately` does.
    """
    trainer = _TRAINER.get() or _for_other_threads()
    return train_separately(job) if trainer is None else trainer(job)


def _for_other_threads() -> Trainer | None:
    last = _FOR_OTHER_THREADS[-1:]  # a copy, because other threads may remove theirs meanwhile
    return last[0] if last else None


@contextmanager
def trained_by(trainer: Trainer) -> Iterator[None]:
    """Have the jobs of this thread trained by a given function."""
    token = _TRAINER.set(trainer)
    try:
        yield
    finally:
        _TRAINER.reset(token)


@contextmanager
def trained_in_other_threads_by(trainer: Trainer) -> Iterator[None]:
    """Have the jobs of threads without a trainer trained by a given function."""
    _FOR_OTHER_THREADS.append(trainer)
    try:
        yield
    finally:
        _FOR_OTHER_THREADS.remove(trainer)
