"""The context in which fits that joblib runs concurrently are trained together."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from numbers import Integral
from typing import Any

from joblib import Parallel, cpu_count, parallel_config, register_parallel_backend

from sklearn_deepmlp._compat.sklearn import Interval, StrOptions, validate_params
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._together.backend import BUDGET, NAME, TogetherBackend
from sklearn_deepmlp._together.report import (
    OTHER_THREAD,
    OUTSIDE,
    TogetherReport,
    open_reports,
    told,
)
from sklearn_deepmlp._together.rounds import train_at_once
from sklearn_deepmlp._together.tasks import current_task
from sklearn_deepmlp._together.travelling import travelling_backend
from sklearn_deepmlp._training.train import trained_by, trained_in_other_threads_by

register_parallel_backend(NAME, TogetherBackend)


@contextmanager
@validate_params(
    {
        "backend": [StrOptions({"loky", "dask", "ray"}), None],
        "n_jobs": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Integral, None, -1, closed="right"),
        ],
        "memory_budget": [Interval(Integral, 1, None, closed="left")],
    },
    prefer_skip_nested_validation=False,
)
def fit_together(
    backend: str | None = None, *, n_jobs: int = -1, memory_budget: int = BUDGET
) -> Iterator[TogetherReport]:
    """Train the networks of concurrent fits as stacks.

    Within the context, everything that calls joblib (searches, cross-validation, ensembles,
    multi-output wrappers, pipelines in any of them) runs its fits concurrently. Each fit that
    reaches the training of its network waits until all have; networks of one shape are then
    trained as one, and every fit resumes with its own. The results are those of sequential
    training, up to rounding.

    Networks of one stack may differ in data, rows, batch size, activation, initialization,
    seed, the numbers of the optimizer, penalties, dropout, weights and early stopping. Other
    layer sizes, another loss, solver, normalization, dtype or device, or other skip connections
    make another stack. ``solver="lbfgs"`` trains sequentially.

    Parameters
    ----------
    backend : {"loky", "dask", "ray"}, default=None
        None trains in this process. With the name of a joblib backend the fits travel in
        batches to its workers, and those of a batch are trained together where they arrive.
    n_jobs : int, default=-1
        Number of workers of the backend; -1 for all cores. Without a backend it has no meaning
        but 1, which means sequentially.
    memory_budget : int, default=2**30
        Bytes that the data of the fits in flight may take, in each process. For each fit, three
        times the data that it is given are counted, and at least 1 MiB. What a fit creates of its
        data beyond that, and the training itself, need additional memory.

    Yields
    ------
    TogetherReport
        What was trained together and what alone, filled as it happens; ``print`` it.

    Raises
    ------
    ValueError
        For an invalid parameter.

    Notes
    -----
    An estimator or function with ``n_jobs=1`` runs its fits sequentially, and within another call
    of joblib so does ``n_jobs=None``; these fits meet others only where they run beside them.
    Within a task of another `fit_together` the context joins that one, whose backend and
    `memory_budget` then apply. Fits in threads that joblib did not start, and in forked children,
    are trained separately. A fit time, as ``mean_fit_time``, includes waiting. With
    ``random_state=None`` fits draw their seeds in the order of the threads, so that
    ``numpy.random.seed`` does not repeat them.

    The joblib backend is registered as "fit_together", so that
    ``joblib.parallel_config(backend="fit_together")`` does the same without a report.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from sklearn.model_selection import GridSearchCV
    >>> from sklearn_deepmlp import DeepMLPClassifier, fit_together
    >>> X, y = load_iris(return_X_y=True)
    >>> grid = {"activation": ["relu", "tanh"], "alpha": [0.0, 0.1]}
    >>> net = DeepMLPClassifier((20, 20), max_iter=300, random_state=0)
    >>> with fit_together() as report:
    ...     search = GridSearchCV(net, grid, cv=5).fit(X, y)
    >>> [len(stack.members) for stack in report.stacks]
    [20]
    """
    report = TogetherReport()
    with told((*open_reports(), report)):
        backend_ = _backend(backend, n_jobs, memory_budget)
        with _trained_for_callers(), parallel_config(backend=backend_, n_jobs=n_jobs):
            yield report


def _backend(name: str | None, n_jobs: int, memory_budget: int) -> Any:
    has_one_core = name == "loky" and n_jobs < 0 and cpu_count() == 1
    if name is None or has_one_core or current_task() is not None:
        return TogetherBackend(0, memory_budget=memory_budget)
    return travelling_backend(name, n_jobs, partial(_run_together, memory_budget), open_reports())


def _run_together(
    memory_budget: int, tasks: Sequence[Any], filters: Sequence[Any]
) -> tuple[list[Any], TogetherReport]:
    """Run the tasks of a batch where it has arrived, with the warning filters it comes from."""
    with (
        warnings.catch_warnings(),
        told(()),  # a worker in a thread of this process may have a copy of its context
        fit_together(memory_budget=memory_budget) as report,
    ):
        warnings.filters = [*filters]
        return Parallel()(tasks), report


@contextmanager
def _trained_for_callers() -> Iterator[None]:
    """Have what is fitted outside of tasks trained at once, and reported."""
    if current_task() is not None:  # whose jobs go to the door
        yield
        return
    thread, reports = threading.get_ident(), open_reports()

    def train(job: Job) -> Result:
        reason = OUTSIDE if threading.get_ident() == thread else OTHER_THREAD
        return train_at_once(job, reports, reason)

    with trained_by(train), trained_in_other_threads_by(train):
        yield
