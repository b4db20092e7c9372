"""Threads that joblib does not know, forked children, locks around fits, and scarce threads."""

import asyncio
import functools
import os
import sys
import threading
import time
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
from sklearn_deepmlp._together import admission, idleness
from sklearn_deepmlp._together.report import OTHER_THREAD

X, Y = load_iris(return_X_y=True)
X = scale(X)
NET = DeepMLPClassifier((4,), max_iter=2, random_state=0)


def loss_of(seed):
    return DeepMLPClassifier((4,), max_iter=2, random_state=seed).fit(X, Y).loss_


def members(report):
    return [len(stack.members) for stack in report.stacks]


def reasons(report):
    return [one.reason for one in report.alone]


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


HELPERS = [with_asyncio, with_copied_context, with_dask, with_plain_threads]


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
    assert "2 alone" in str(report)
    assert "joblib did not start" in str(report)


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
    assert report.alone == []


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
assert report.alone == []
print([len(stack.members) for stack in report.stacks])
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="cannot fork")
def test_fits_in_forked_children_are_trained_there():
    assert printed_by(FORKED) == "[3, 3, 3]\n"


# --- Fits under a lock


@pytest.fixture
def impatient(monkeypatch):
    """Make the door wait a second rather than five."""
    monkeypatch.setattr(idleness, "_PATIENCE", 4)


class Cached:
    """Fits under a lock, as `functools.cached_property` did before Python 3.12."""

    lock = threading.RLock()

    @functools.cached_property
    def loss(self):
        with self.lock:
            return loss_of(0)


def under_a_lock(lock, work):
    with lock:
        return work()


def inner_call(seed):
    return Parallel(n_jobs=-1)(delayed(loss_of)(seed + i) for i in range(2))


WORKS = {
    "a fit": loss_of,
    "two fits": lambda seed: [loss_of(seed), loss_of(seed + 1)],
    "an inner call": inner_call,
    "a cached property": lambda seed: Cached().loss,
}


def locked(work):
    lock = threading.Lock()
    return [delayed(under_a_lock)(lock, functools.partial(work, seed)) for seed in range(5)]


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.timeout(60)
def test_fits_under_a_lock_end_with_a_warning(name, impatient):
    expected = [WORKS[name](seed) for seed in range(5)]
    with fit_together() as report, pytest.warns(UserWarning, match="no CPU time for some seconds"):
        found = Parallel()(locked(WORKS[name]))
    np.testing.assert_allclose(found, expected)
    assert len(report.alone) + sum(members(report)) == np.size(expected)


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.timeout(60)
def test_fits_of_which_one_starts_at_a_time_do_not_meet_at_a_lock(name, impatient):
    with fit_together(memory_budget=1):
        found = Parallel()(locked(WORKS[name]))
    np.testing.assert_allclose(found, [WORKS[name](seed) for seed in range(5)])


@pytest.mark.timeout(60)
def test_the_warning_points_to_the_call(impatient):
    lock = threading.Lock()
    with fit_together(), pytest.warns(UserWarning, match="no CPU time") as caught:
        Parallel()(delayed(under_a_lock)(lock, lambda: loss_of(0)) for _ in range(2))
    assert {one.filename for one in caught} == {__file__}


@pytest.mark.timeout(60)
def test_a_lock_while_another_thread_is_busy(monkeypatch):
    monkeypatch.setattr(idleness, "_PATIENCE_WHILE_BUSY", 4)
    lock, is_over = threading.Lock(), threading.Event()

    def count():
        while not is_over.is_set():
            sum(range(1000))

    busy = threading.Thread(target=count, daemon=True)
    busy.start()
    try:
        with fit_together(), pytest.warns(UserWarning, match="no CPU time"):
            Parallel()(delayed(under_a_lock)(lock, lambda: loss_of(0)) for _ in range(3))
    finally:
        is_over.set()
        busy.join()


@pytest.mark.filterwarnings("ignore:.*no CPU time")
@pytest.mark.timeout(60)
def test_tasks_that_sleep_for_long_cost_a_stack_its_size_only(impatient):
    def after(seconds):
        time.sleep(seconds)
        return loss_of(0)

    with fit_together() as report:
        found = Parallel()(delayed(after)(3.0 * (i % 2)) for i in range(4))
    assert found == pytest.approx([loss_of(0)] * 4)
    assert sum(members(report)) == 4


@pytest.mark.timeout(60)
def test_tasks_that_compute_for_long_are_waited_for(impatient):
    def after(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            sum(range(1000))
        return loss_of(0)

    with fit_together() as report:
        Parallel()(delayed(after)(3.0 * (i % 2)) for i in range(4))
    assert members(report) == [4]


@pytest.mark.timeout(60)
def test_tasks_that_sleep_for_less_than_that_are_waited_for():
    def after(seconds):
        time.sleep(seconds)
        return loss_of(0)

    with fit_together() as report:
        Parallel()(delayed(after)(2.0 * (i % 2)) for i in range(4))
    assert members(report) == [4]


UNDER_A_LOCK = """
import signal, sys, threading, warnings
from joblib import Parallel, delayed
from sklearn.datasets import load_iris
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
X, y = load_iris(return_X_y=True)
lock = threading.RLock()

def score(net, X, y):
    with lock:
        return 0.0

net = DeepMLPClassifier((4,), max_iter=2, early_stopping=True, scoring=SCORING)

def fit():
    with lock:
        net.fit(X, y)

signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(1.0, lambda: signal.raise_signal(signal.SIGINT)).start()
try:
    with fit_together():
        Parallel()(delayed(fit)() for _ in range(5))
except KeyboardInterrupt:
    names = [thread.name for thread in threading.enumerate()]
    print("interrupted", [name for name in names if name.startswith(("task", "fit_together"))])
"""


@pytest.mark.parametrize("scoring", ["None", "score"])
def test_ctrl_c_comes_out_while_tasks_or_scores_wait_for_a_lock(scoring):
    assert printed_by(UNDER_A_LOCK.replace("SCORING", scoring)) == "interrupted []\n"


# --- Scarce threads


@pytest.mark.timeout(60)
def test_no_more_threads_than_there_may_be(monkeypatch):
    monkeypatch.setattr(admission, "_MOST_THREADS", 7)
    with fit_together() as report:
        losses = Parallel()(delayed(loss_of)(seed) for seed in range(20))
    assert losses == pytest.approx([loss_of(seed) for seed in range(20)])
    assert members(report) == [7, 7, 6]


def limit_threads(monkeypatch, most):
    start = threading.Thread.start
    of_tasks = []

    def scarce(thread):
        if thread.name.startswith("task"):
            of_tasks[:] = [other for other in of_tasks if other.is_alive()]
            if len(of_tasks) >= most:
                raise RuntimeError("can't start new thread")
            of_tasks.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)


@pytest.mark.parametrize("most", [1, 2, 6])
@pytest.mark.timeout(60)
def test_tasks_without_a_thread_wait_for_others_to_end(most, monkeypatch):
    limit_threads(monkeypatch, most)
    with fit_together() as report:
        losses = Parallel()(delayed(loss_of)(seed) for seed in range(20))
    assert losses == pytest.approx([loss_of(seed) for seed in range(20)])
    assert len(report.alone) + sum(members(report)) == 20


@pytest.mark.timeout(60)
def test_inner_calls_without_a_thread_wait_for_others_to_end(monkeypatch):
    limit_threads(monkeypatch, 4)
    with fit_together():
        found = Parallel()(delayed(inner_call)(seed) for seed in range(3))
    np.testing.assert_allclose(found, [inner_call(seed) for seed in range(3)])


@pytest.mark.timeout(60)
def test_not_even_one_thread(monkeypatch):
    limit_threads(monkeypatch, 0)
    with fit_together(), pytest.raises(RuntimeError, match="a smaller memory_budget") as caught:
        Parallel()(delayed(loss_of)(seed) for seed in range(3))
    assert "can't start new thread" in str(caught.value)


FEW_THREADS = """
import resource, warnings
import torch
from joblib import Parallel, delayed
from sklearn.datasets import load_iris
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
torch.set_num_threads(1)
X, y = load_iris(return_X_y=True)
X = (X - X.mean(axis=0)) / X.std(axis=0)

def loss_of(seed):
    return DeepMLPClassifier((4,), max_iter=1, random_state=seed).fit(X, y).loss_

with fit_together():
    Parallel()(delayed(loss_of)(seed) for seed in range(3))
size = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize()
limit = size + 700 * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
with fit_together() as report:
    losses = Parallel()(delayed(loss_of)(seed) for seed in range(300))
assert len(set(losses)) == 300
n_trained = sum(len(stack.members) for stack in report.stacks) + len(report.alone)
print(n_trained, len(report.stacks) > 1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads its size from /proc")
def test_fits_where_the_address_space_is_small():
    assert printed_by(FEW_THREADS) == "300 True\n"


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
