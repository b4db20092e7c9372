"""Fits in threads that joblib did not start and in forked children, and where warnings point."""

import asyncio
import os
import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import numpy as np
import pytest
from joblib import Parallel, delayed
from programs import printed_by
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._together.report import OTHER_THREAD, OUTSIDE

X, Y = load_iris(return_X_y=True)
X = scale(X)
NET = DeepMLPClassifier((4,), max_iter=2, random_state=0)


def loss_of(seed):
    return DeepMLPClassifier((4,), max_iter=2, random_state=seed).fit(X, Y).loss_


def members(report):
    return [len(stack.members) for stack in report.stacks]


def reasons(report):
    return [one.reason for one in report.separate]


# --- Threads that inherit the context of a task


def with_asyncio(seed):
    async def both():
        return await asyncio.gather(*(asyncio.to_thread(loss_of, seed + i) for i in range(2)))

    return asyncio.run(both())


def with_copied_context(seed):
    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(copy_context().run, loss_of, seed + i) for i in range(2)]
        return [future.result() for future in futures]


def with_dask(seed):
    dask = pytest.importorskip("dask")
    return list(
        dask.compute(*(dask.delayed(loss_of)(seed + i) for i in range(2)), scheduler="threads")
    )


def with_plain_threads(seed):
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(loss_of, (seed, seed + 1)))


def with_joblib_threads(seed):
    return Parallel(n_jobs=2, backend="threading")(delayed(loss_of)(seed + i) for i in range(2))


OLDER_POOL = ThreadPoolExecutor(2)
OLDER_LOSSES = [OLDER_POOL.submit(loss_of, seed) for seed in range(2)]  # starts its threads


def with_older_threads(seed):
    return list(OLDER_POOL.map(loss_of, (seed, seed + 1)))


OLDER_CONTEXT = copy_context()


def with_older_context(seed):
    with ThreadPoolExecutor(1) as pool:
        run = OLDER_CONTEXT.copy().run
        return [pool.submit(run, loss_of, seed + i).result() for i in range(2)]


def with_searches(seed):
    """Search in threads, whose joblib does not know of the context."""

    def losses(seed):
        return Parallel()(delayed(loss_of)(seed) for seed in [seed])

    with ThreadPoolExecutor(2) as pool:
        return [loss for found in pool.map(losses, (seed, seed + 1)) for loss in found]


HELPERS = [
    with_asyncio, with_copied_context, with_dask, with_plain_threads, with_joblib_threads,
    with_older_threads, with_older_context, with_searches,
]  # fmt: skip


@pytest.mark.parametrize("helper", HELPERS)
@pytest.mark.timeout(60)
def test_fits_in_threads_of_a_task_are_trained_at_once(helper):
    def task(seed):
        return [*helper(seed), loss_of(seed + 2)]

    with fit_together() as report:
        found = Parallel()(delayed(task)(seed) for seed in range(0, 12, 3))
    np.testing.assert_allclose(found, [[loss_of(3 * i + j) for j in range(3)] for i in range(4)])
    assert members(report) == [4]
    assert reasons(report) == [OTHER_THREAD] * 8


@pytest.mark.parametrize("helper", HELPERS)
@pytest.mark.timeout(60)
def test_fits_in_threads_of_the_caller_are_in_the_report(helper):
    with fit_together() as report:
        helper(0)
        cross_val_score(NET, X, Y, cv=2)
        NET.fit(X, Y)
    assert members(report) == [2]
    assert reasons(report)[:2] == [OTHER_THREAD] * 2
    assert "n_jobs=1" in reasons(report)[2]
    assert "2 separately" in str(report)
    assert "fit_together did not start" in str(report)


def counts(report):
    """Return how often each reason is given."""
    return Counter(reasons(report))


@pytest.mark.timeout(60)
def test_many_threads_at_once_are_counted_once_each():
    with fit_together() as report, ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(loss_of, seed) for seed in range(80)]
        while not all(future.done() for future in futures):
            assert re.match("0 networks trained together in 0 stacks", str(report))
    assert counts(report) == {OTHER_THREAD: 80}
    assert all(one.seconds > 0 for one in report.separate)


@pytest.mark.timeout(60)
def test_no_fit_is_lost_while_other_contexts_come_and_go():
    reports, is_over = [], threading.Event()

    def come_and_go():
        while not is_over.is_set():
            with fit_together() as report:
                reports.append(report)

    visitors = [threading.Thread(target=come_and_go) for _ in range(2)]
    with fit_together() as lasting, ThreadPoolExecutor(2) as pool:
        for thread in visitors:
            thread.start()
        list(pool.map(loss_of, range(60)))
        is_over.set()
        for thread in visitors:
            thread.join()
    assert sum(len(report.separate) for report in [lasting, *reports]) == 60


@pytest.mark.timeout(60)
def test_a_context_of_another_thread_covers_this_one_too():
    is_open, is_over = threading.Event(), threading.Event()
    found = []

    def hold_open():
        with fit_together() as report:
            is_open.set()
            is_over.wait()
        found.append(report)

    thread = threading.Thread(target=hold_open)
    thread.start()
    is_open.wait()
    loss_of(0)
    with_plain_threads(0)
    with fit_together() as own:
        loss_of(1)
        with_plain_threads(2)
    is_over.set()
    thread.join()
    assert reasons(found[0]) == [OTHER_THREAD] * 3
    assert reasons(own) == [OUTSIDE] + [OTHER_THREAD] * 2


@pytest.mark.parametrize("helper", HELPERS)
def test_nested_contexts_report_a_fit_in_a_thread_once_each(helper):
    with fit_together() as outer:
        with fit_together() as inner:
            helper(0)
        helper(2)
    assert reasons(inner) == [OTHER_THREAD] * 2
    assert reasons(outer) == [OTHER_THREAD] * 4


@pytest.mark.timeout(60)
@pytest.mark.parametrize("helper", HELPERS)
def test_threads_of_contexts_within_tasks_are_in_the_outer_report(helper):
    def task(seed):
        with fit_together() as inner:
            helper(seed)
        return reasons(inner)

    with fit_together() as outer:
        inner = Parallel()(delayed(task)(seed) for seed in (0, 2))
    assert reasons(outer) == [OTHER_THREAD] * 4
    if helper in {with_asyncio, with_copied_context}:  # whose threads know where they come from
        assert inner == [[OTHER_THREAD] * 2] * 2


def test_coroutines_run_in_the_thread_of_the_context():
    async def fit(seed):
        await asyncio.sleep(0)
        return loss_of(seed)

    async def both():
        return await asyncio.gather(fit(0), fit(1))

    with fit_together() as report:
        asyncio.run(both())
    assert reasons(report) == [OUTSIDE] * 2


@pytest.mark.timeout(60)
def test_a_thread_that_enters_the_context_itself_trains_together():
    def search():
        with fit_together() as report:
            cross_val_score(NET, X, Y, cv=3)
        return members(report)

    async def both():
        return await asyncio.gather(*(asyncio.to_thread(search) for _ in range(2)))

    assert asyncio.run(both()) == [[3], [3]]
    with fit_together() as outer:
        assert asyncio.run(both()) == [[3], [3]]
    assert members(outer) == [3, 3]


def test_a_report_of_nothing_tells_the_likely_cause():
    with fit_together() as report:
        pass
    assert "0 separately\n  no network was trained in this process" in str(report)
    loss_of(0)
    assert "must enter fit_together itself" in " ".join(str(report).split())


@pytest.mark.timeout(60)
def test_trials_of_optuna_are_in_the_report():
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    with fit_together() as report:
        study = optuna.create_study()
        study.optimize(lambda trial: loss_of(trial.number), n_trials=4, n_jobs=2)
    assert reasons(report) == [OTHER_THREAD] * 4


@pytest.mark.timeout(60)
def test_a_context_of_a_task_that_outlives_it():
    kept = []
    with fit_together():
        Parallel()(delayed(lambda: kept.append(copy_context()))() for _ in range(3))
    found = []
    for context in kept:
        thread = threading.Thread(target=context.run, args=(lambda: found.append(loss_of(0)),))
        thread.start()
        thread.join()
    assert found == [loss_of(0)] * 3


def test_nothing_is_reported_after_the_context():
    with fit_together() as report:
        pass
    NET.fit(X, Y)
    with_plain_threads(0)
    assert report.separate == []


# --- Children forked within a task

FORKED = """
import os, sys, warnings
from joblib import Parallel, delayed
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
X, y = load_iris(return_X_y=True)
net = DeepMLPClassifier((4,), max_iter=2, random_state=0)

def in_a_child(work):
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            print(repr(error), flush=True)
            os._exit(1)
    assert os.waitpid(child, 0)[1] == 0

def fit():
    net.fit(X, y)

def validate():
    assert len(cross_val_score(net, X, y, cv=3, n_jobs=-1)) == 3

def search():
    with fit_together() as report:
        cross_val_score(net, X, y, cv=3)
    assert [len(stack.members) for stack in report.stacks] == [3]

def task(work):
    in_a_child(work)
    net.fit(X, y)

with fit_together() as report:
    for work in (fit, validate, search):
        Parallel()(delayed(task)(work) for _ in range(3))
        in_a_child(work)
assert report.separate == []
print([len(stack.members) for stack in report.stacks])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="cannot fork")
def test_fits_in_forked_children_are_trained_there():
    assert printed_by(FORKED) == "[3, 3, 3]\n"


# --- Warnings


def together():
    with fit_together():
        model = GridSearchCV(NET, {"alpha": [0.0]}, cv=2, n_jobs=-1)
        cross_val_score(model, X, Y, cv=2)
        Parallel()(delayed(cross_val_score)(model, X, Y, cv=2) for _ in range(2))


def sequentially():
    cross_val_score(NET, X, Y, cv=2)


@pytest.mark.filterwarnings("default::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("search", [together, sequentially])
@pytest.mark.timeout(60)
def test_warnings_point_to_the_users_line(search):
    with pytest.warns(ConvergenceWarning, match="hasn't converged") as caught:
        search()
    assert {one.filename for one in caught} == {__file__}
