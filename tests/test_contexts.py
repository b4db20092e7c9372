"""`fit_together` within `fit_together`: in a task, around it, as a decorator, on a worker."""

import threading

import joblib
import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from programs import printed_by
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together

X, Y = load_iris(return_X_y=True)
X = scale(X)
NET = DeepMLPClassifier((4,), max_iter=2, random_state=0)


def members(report):
    return [len(stack.members) for stack in report.stacks]


class Searching(ClassifierMixin, BaseEstimator):
    """Searches within its own context."""

    def __init__(self, backend=None):
        self.backend = backend

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        with fit_together(self.backend, n_jobs=2) as self.report_:
            grid = {"alpha": [0.0, 0.1]}
            self.search_ = GridSearchCV(NET, grid, cv=3).fit(X, y)
        return self

    def predict(self, X):
        return self.search_.predict(X)


@pytest.mark.parametrize("backend", [None, "loky"])
@pytest.mark.timeout(60)
def test_a_context_within_tasks_joins_the_outer_one(backend):
    expected = cross_val_score(Searching(), X, Y, cv=4)
    with fit_together() as report:
        found = cross_validate(Searching(backend), X, Y, cv=4, return_estimator=True)
    np.testing.assert_allclose(found["test_score"], expected)
    assert members(report) == [24, 4]  # the refits meet too
    assert report.separate == []
    for net in found["estimator"]:
        inner = net.report_
        assert [(len(stack.members), stack.n_others) for stack in inner.stacks] == [(6, 18), (1, 3)]
        assert "stack of 6 networks 4-4-3 and 18 of other contexts, adam" in str(inner)


def searched(seed):
    with fit_together() as report:
        Parallel()(delayed(NET.fit)(X, Y) for _ in range(3))
        DeepMLPClassifier((2,), max_iter=2, solver="lbfgs", random_state=seed).fit(X, Y)
    return report


@pytest.mark.timeout(60)
def test_reports_of_contexts_within_tasks_cover_their_own_fits():
    with fit_together() as report:
        inner = Parallel()(delayed(searched)(seed) for seed in range(2))
        cross_val_score(NET, X, Y, cv=2)
    assert members(report) == [6, 2]
    assert [len(stack.members) for one in inner for stack in one.stacks] == [3, 3]
    assert [len(one.separate) for one in inner] == [1, 1]
    assert len(report.separate) == 2


@pytest.mark.timeout(60)
def test_three_contexts_deep():
    def within(depth):
        with fit_together() as report:
            if depth == 0:
                return [cross_val_score(NET, X, Y, cv=2)]
            found = Parallel()(delayed(within)(depth - 1) for _ in range(2))
        assert sum(members(report)) == 2 * 2**depth
        return [score for scores in found for score in scores]

    with fit_together() as report:
        assert len(within(2)) == 4
    assert members(report) == [8]


@pytest.mark.timeout(60)
def test_the_backend_by_name_within_a_task():
    def by_name():
        with parallel_config(backend="fit_together"):
            return cross_val_score(NET, X, Y, cv=2, n_jobs=-1)

    with fit_together() as report:
        Parallel()(delayed(by_name)() for _ in range(3))
    assert members(report) == [6]


@pytest.mark.timeout(60)
def test_n_jobs_of_an_inner_context_changes_nothing():
    def fitted():
        with fit_together(n_jobs=1):
            return Parallel()(delayed(NET.fit)(X, Y) for _ in range(2))

    with fit_together() as report:
        Parallel()(delayed(fitted)() for _ in range(3))
    assert members(report) == [6]


@pytest.mark.timeout(60)
def test_an_outer_context_reports_both():
    with fit_together() as outer:
        cross_val_score(NET, X, Y, cv=3)
        with fit_together(memory_budget=1) as inner:
            cross_val_score(NET, X, Y, cv=2)
    assert members(outer) == [3]
    assert len(inner.separate) == len(outer.separate) == 2


@fit_together()
def halved(seeds):
    """Fit for each seed, by calling itself with halves of them."""
    if len(seeds) == 1:
        return [DeepMLPClassifier((3,), max_iter=2, random_state=seeds[0]).fit(X, Y).loss_]
    middle = len(seeds) // 2
    halves = Parallel()(delayed(halved)(half) for half in (seeds[:middle], seeds[middle:]))
    return [loss for half in halves for loss in half]


@pytest.mark.timeout(60)
def test_a_decorated_function_that_calls_itself():
    assert len(set(halved(range(8)))) == 8
    with fit_together() as report:
        halved(range(8))
    assert members(report) == [8]


@pytest.mark.timeout(60)
def test_contexts_in_several_threads():
    found = []

    def search():
        with fit_together() as report:
            cross_val_score(NET, X, Y, cv=3)
        found.append(members(report))

    threads = [threading.Thread(target=search) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[3]] * 4


def on_worker(seed):
    with fit_together() as report:
        cross_val_score(NET, X, Y, cv=3)
    return members(report)


def test_a_context_on_workers():
    assert Parallel(n_jobs=2, backend="loky")(delayed(on_worker)(i) for i in range(3)) == [[3]] * 3
    with fit_together("loky", n_jobs=2) as report:
        assert Parallel()(delayed(on_worker)(seed) for seed in range(4)) == [[3]] * 4
    assert members(report) == [6, 6]
    get_reusable_executor().shutdown(wait=True)


FAILING = """
import threading, warnings
from joblib import Parallel, delayed
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
X, y = load_iris(return_X_y=True)
net = DeepMLPClassifier((50,), max_iter=100_000, tol=0.0, n_iter_no_change=10**6)

def search(index):
    with fit_together():
        if index == 2:
            threading.Timer(1.0, lambda: signal.raise_signal(signal.SIGINT)).start()
        return cross_val_score(net, X, y, cv=3)

import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    with fit_together():
        Parallel()(delayed(search)(index) for index in range(3))
except KeyboardInterrupt:
    names = [thread.name for thread in threading.enumerate()]
    print("interrupted", [name for name in names if name.startswith(("task", "fit_together"))])
"""


def test_ctrl_c_comes_out_of_contexts_within_tasks():
    assert printed_by(FAILING) == "interrupted []\n"


@pytest.mark.timeout(60)
def test_an_error_comes_out_of_contexts_within_tasks():
    def failing(index):
        with fit_together():
            Parallel()(delayed(NET.fit)(X, Y) for _ in range(2))
            if index == 1:
                raise RuntimeError("the second")

    with fit_together(), pytest.raises(RuntimeError, match="the second"):
        Parallel()(delayed(failing)(index) for index in range(3))
    assert type(joblib.parallel.get_active_backend()[0]).__name__ != "TogetherBackend"
