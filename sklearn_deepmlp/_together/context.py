"""The context in which fits that joblib runs concurrently are trained together."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from numbers import Integral
from typing import Any

from joblib import Parallel, cpu_count, parallel_config, register_parallel_backend

from sklearn_deepmlp._compat.parameter_hints import validate_params
from sklearn_deepmlp._compat.sklearn import Interval, str_options
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._together.backend import NAME, TogetherBackend
from sklearn_deepmlp._together.fit_records import recorded_for_batch
from sklearn_deepmlp._together.progress import is_progress_open, open_progress
from sklearn_deepmlp._together.progress_bar import progress_shown
from sklearn_deepmlp._together.remote import RemoteBatch, remote_backend
from sklearn_deepmlp._together.rendezvous import MEMORY_BUDGET
from sklearn_deepmlp._together.report import OTHER_THREAD, OUTSIDE, TogetherReport
from sklearn_deepmlp._together.reporting import open_reports, reporting_to
from sklearn_deepmlp._together.tasks import current_task
from sklearn_deepmlp._together.train_group import train_at_once
from sklearn_deepmlp._training.trainers import trained_by, trained_in_other_threads_by

register_parallel_backend(NAME, TogetherBackend)


@contextmanager
@validate_params(
    {
        "backend": [str_options(["loky", "dask", "ray"]), None],
        "n_jobs": [
            Interval(Integral, 1, None, closed="left"),
            Interval(Integral, None, -1, closed="right"),
        ],
        "memory_budget": [Interval(Integral, 1, None, closed="left")],
        "progress": ["boolean"],
    },
    prefer_skip_nested_validation=False,
)
def fit_together(
    backend: str | None = None,
    *,
    n_jobs: int = -1,
    memory_budget: int = MEMORY_BUDGET,
    progress: bool = False,
) -> Iterator[TogetherReport]:
    """Train the networks of concurrent fits as stacks.

    Within the context, everything that calls joblib (searches, cross-validation, ensembles,
    multi-output wrappers, pipelines in any of them) runs its fits concurrently. Each fit that
    reaches the training of its network waits until all have; networks of one shape are then
    trained as one, and every fit continues with its own. The results are those of sequential
    training, up to rounding.

    Networks of one stack may differ in data, rows, batch size, activation, initialization,
    seed, hyperparameters of the optimizer, penalties, dropout, weights and early stopping. Networks
    that differ in layer sizes, loss, solver, normalization, dtype, device, skip connections or
    `record_signals` are in different stacks. ``solver="lbfgs"`` trains sequentially.

    Parameters
    ----------
    backend : {"loky", "dask", "ray"}, default=None
        None runs the fits in this process, and trains their networks in it and in others. With the
        name of a joblib backend, whole fits are sent to its workers in batches, and those of a
        batch are trained together there.
    n_jobs : int, default=-1
        Number of processes that train at a time: without a backend, this one and its workers, which
        take part if that saves time; with a backend, its workers. -1 means as many as there are
        cores, -2 one less, and so on. It does not affect results.
    memory_budget : int, default=2**30
        Bytes that the data of the fits in flight may take; with a backend, per worker. A fit is
        counted as three times the size of the data that it is given, and at least 1 MiB. What it
        creates from its data beyond that, and the training itself, need additional memory. The
        number of processes that train at a time is limited so that they fit into as many bytes
        again.
    progress : bool, default=False
        Whether to show a bar on standard output, which advances with the epochs of all networks.
        It needs rich (``pip install 'sklearn-deepmlp[progress]'``), and `backend` must be None.

    Yields
    ------
    TogetherReport
        What was trained together and what separately, filled as it happens. It prints as text and
        shows as HTML in a notebook.

    Raises
    ------
    ValueError
        For an invalid parameter.
    ImportError
        If `progress` is True and rich is not installed.

    See Also
    --------
    TogetherReport : What was trained together, and what separately.
    diagnose : Explain why the networks of a search do not learn.

    Notes
    -----
    An estimator or function with ``n_jobs=1`` runs its fits sequentially, and so does one with
    ``n_jobs=None`` within another call of joblib; such fits are only trained together with fits of
    tasks that run at the same time. Within a task of another `fit_together` the context joins that
    one, whose backend, `memory_budget` and `progress` then apply. Fits in threads that joblib did
    not start, and in forked children, are trained separately. Fit times, such as
    ``mean_fit_time``, include waiting. With ``random_state=None`` fits draw their seeds in the
    order of the threads, so that ``numpy.random.seed`` does not make them reproducible.

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
    if progress and backend is not None:
        expected = f"False with backend={backend!r}, whose workers do not report progress"
        raise ValueError(parameter_message("progress", "fit_together", expected, progress))
    report = TogetherReport()
    with (
        reporting_to((*open_reports(), report)),
        progress_shown() if progress and not _is_within_another() else nullcontext(),
        _run_by(backend, n_jobs, memory_budget),
    ):
        yield report


def _is_within_another() -> bool:
    """Return whether another context decides whether the progress of this one is shown."""
    return current_task() is not None or is_progress_open()


@contextmanager
def run_by(backend: Any, n_jobs: int = -1) -> Iterator[None]:
    """Have the calls of this thread run by a backend, and what it fits between them reported."""
    with _trained_for_callers(), parallel_config(backend=backend, n_jobs=n_jobs):
        yield


def _run_by(name: str | None, n_jobs: int, memory_budget: int) -> AbstractContextManager[None]:
    has_one_core = name == "loky" and n_jobs < 0 and cpu_count() == 1
    if name is None or has_one_core or current_task() is not None:
        return run_by(TogetherBackend(0, memory_budget=memory_budget, n_processes=n_jobs))
    run_together = partial(_run_together, memory_budget)
    return run_by(remote_backend(name, n_jobs, run_together, open_reports()), n_jobs)


def _run_together(
    memory_budget: int, tasks: Sequence[Any], filters: Sequence[Any], first: int | None
) -> RemoteBatch:
    """Run the tasks of a batch on arrival, with the warning filters of the process that sent it."""
    with (
        warnings.catch_warnings(),
        reporting_to(()),  # a worker in a thread of this process may have a copy of its context
        fit_together(n_jobs=1, memory_budget=memory_budget) as report,
        recorded_for_batch(is_wanted=first is not None) as records,
    ):
        warnings.filters = [*filters]
        return RemoteBatch(Parallel()(tasks), report, first, records)


@contextmanager
def _trained_for_callers() -> Iterator[None]:
    """Have what is fitted outside of tasks trained at once, and reported."""
    if current_task() is not None:  # whose jobs go to the rendezvous
        yield
        return
    thread, reports, progress = threading.get_ident(), open_reports(), open_progress()

    def train(job: Job) -> Result:
        reason = OUTSIDE if threading.get_ident() == thread else OTHER_THREAD
        return train_at_once(job, progress, reports, reason)

    with trained_by(train), trained_in_other_threads_by(train):
        yield
