"""A rendezvous trains the same fits together whatever threads do, and leaves none waiting."""

import gc
import multiprocessing
import os
import random
import signal
import subprocess
import threading
import time
import weakref

import numpy as np
import pytest
from joblib import Parallel, delayed
from meetings import sequentially
from programs import command_of, environment
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together

X, Y = load_iris(return_X_y=True)
X = scale(X)


def fitted(seed, **params):
    return DeepMLPClassifier((6,), max_iter=3, random_state=seed, **params).fit(X, Y)


class Delay(TransformerMixin, BaseEstimator):
    """Takes a random time, and passes data on."""

    def __init__(self, seconds=0.02):
        self.seconds = seconds

    def fit(self, X, y=None):
        time.sleep(random.uniform(0, self.seconds))  # noqa: S311
        return self

    def transform(self, X):
        time.sleep(random.uniform(0, self.seconds))  # noqa: S311
        return X


def test_threads_that_take_their_time_change_no_bit():
    grid = {"deepmlpclassifier__alpha": [0.0, 0.1], "deepmlpclassifier__random_state": [0, 1]}
    net = DeepMLPClassifier((6,), max_iter=3, early_stopping=True)
    seen = []

    def record(net, X, y):
        seen.append(
            (str(net[-1].alpha), net[-1].random_state, X[0, 0], net.predict_proba(X).tobytes())
        )
        return 0.0

    runs = set()
    for _ in range(25):
        seen.clear()
        with fit_together(memory_budget=6 * 2**20) as report:  # fewer at a time than there are
            found = GridSearchCV(
                make_pipeline(Delay(0.005), net), grid, cv=3, refit=False, scoring=record
            )
            found.fit(X, Y)
        assert [len(stack.members) for stack in report.stacks] == [6, 6]
        runs.add(str(sorted(map(str, seen))))
    assert len(runs) == 1


def outer(index, n_fits):
    time.sleep(random.uniform(0, 0.01))  # noqa: S311
    nets = Parallel(n_jobs=-1)(delayed(fitted)(10 * index + i) for i in range(n_fits))
    return [net.coefs_[0] for net in nets]


def test_calls_inside_of_tasks_meet_across_tasks():
    with fit_together() as report:
        found = Parallel()(delayed(outer)(index, 1 + index % 3) for index in range(9))
    assert [len(stack.members) for stack in report.stacks] == [18]
    for index, nets in enumerate(found):
        for i, coefs in enumerate(nets):
            np.testing.assert_allclose(coefs, fitted(10 * index + i).coefs_[0], atol=1e-9)


def nested(depth, seed):
    if depth == 0:
        return fitted(seed).loss_
    seeds = range(3 * seed, 3 * seed + 3)
    return sum(Parallel(n_jobs=2)(delayed(nested)(depth - 1, s) for s in seeds))


@pytest.mark.parametrize("budget", [1, 4 * 2**20, 2**30])
def test_three_levels_deep(budget):
    with fit_together(memory_budget=budget) as report:
        found = Parallel()(delayed(nested)(2, seed) for seed in range(3))
    assert found == pytest.approx([sequentially(nested, 2, seed) for seed in range(3)])
    n_trained = sum(len(stack.members) for stack in report.stacks) + len(report.separate)
    assert n_trained == 27


def test_a_thousand_tasks():
    with fit_together(memory_budget=2**28) as report:
        losses = Parallel()(delayed(loss_of)(seed) for seed in range(1000))
    assert len(set(losses)) == 1000
    assert max(len(stack.members) for stack in report.stacks) == 256


def loss_of(seed):
    net = DeepMLPClassifier((2,), max_iter=1, random_state=seed, batch_size=150)
    return net.fit(X, Y).loss_


def one_after_another(seed):
    return [fitted(seed + i).loss_ for i in range(1 + seed % 3)]


def test_tasks_that_fit_several_times_meet_as_long_as_they_do():
    with fit_together() as report:
        Parallel()(delayed(one_after_another)(seed) for seed in range(6))
    assert [len(stack.members) for stack in report.stacks] == [6, 4, 2]


def test_fits_of_sequential_calls_meet_those_of_other_tasks():
    with fit_together() as report:
        Parallel()(
            delayed(cross_val_score)(DeepMLPClassifier((3,), max_iter=2), X, Y, cv=3, n_jobs=1)
            for _ in range(4)
        )
    assert [len(stack.members) for stack in report.stacks] == [4, 4, 4]


# --- Failures


def moody(seed, kind):
    rng = random.Random(seed)  # noqa: S311
    time.sleep(rng.uniform(0, 0.01))
    if kind == "before" and rng.random() < 0.3:
        raise RuntimeError("before the fit")
    net = fitted(seed % 5)
    if kind == "after" and rng.random() < 0.3:
        raise RuntimeError("after the fit")
    if kind == "inside":
        Parallel(n_jobs=-1)(delayed(moody)(10 * seed + i, "before") for i in range(seed % 3))
    return net


@pytest.mark.parametrize("kind", ["before", "after", "inside"])
def test_an_exception_in_200_threads_leaves_none_of_them_waiting(kind):
    n_threads = threading.active_count()
    with fit_together(), pytest.raises(RuntimeError, match="the fit"):
        Parallel()(delayed(moody)(seed, kind) for seed in range(200))
    assert threading.active_count() == n_threads
    with fit_together() as report:  # nothing is left of it
        Parallel()(delayed(fitted)(seed) for seed in range(3))
    assert [len(stack.members) for stack in report.stacks] == [3]


def caught(seed):
    try:
        return moody(seed, "inside")
    except RuntimeError:
        return None


def test_tasks_that_catch_what_their_inner_calls_raise_continue():
    with fit_together():
        found = Parallel()(delayed(caught)(seed) for seed in range(60))
    assert 0 < sum(net is None for net in found) < 60


def test_one_context_serves_calls_after_a_failure():
    with fit_together() as report:
        with pytest.raises(RuntimeError, match="before"):
            Parallel()(delayed(moody)(seed, "before") for seed in range(20))
        Parallel()(delayed(fitted)(seed) for seed in range(3))
    assert len(report.stacks[-1].members) == 3


def test_a_timeout_ends_the_call():
    with fit_together(), pytest.raises(multiprocessing.TimeoutError, match=r"^$"):  # noqa: PT012
        net = DeepMLPClassifier((50,), max_iter=100_000, tol=0.0, n_iter_no_change=10**6)
        Parallel(timeout=0.3)(delayed(net.fit)(X, Y) for _ in range(2))


def test_generators_are_served():
    with fit_together():
        found = Parallel(return_as="generator")(delayed(loss_of)(seed) for seed in range(5))
        assert len(list(found)) == 5


def test_unordered_generators_are_served():
    with fit_together():
        found = Parallel(return_as="generator_unordered")(delayed(loss_of)(i) for i in range(5))
        assert len(set(found)) == 5


def test_no_task_is_no_error():
    with fit_together():
        assert Parallel()(delayed(fitted)(seed) for seed in range(0)) == []


INTERRUPTED = """
import sys, warnings
from leftovers import n_threads_left
from sklearn.datasets import load_digits
from sklearn.model_selection import GridSearchCV
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
X, y = load_digits(return_X_y=True)
net = DeepMLPClassifier((50,), max_iter=100_000, tol=0.0, n_iter_no_change=10**6)
search = GridSearchCV(net, {"alpha": [0.0, 0.1], "activation": ["relu", "tanh"]}, cv=3)
for _ in range(3):
    try:
        print("started", flush=True)
        with fit_together():
            search.fit(X / 16, y)
    except KeyboardInterrupt:
        print("interrupted", n_threads_left(), flush=True)
"""


@pytest.mark.usefixtures("sigint_interrupts")
@pytest.mark.skipif(os.name == "nt", reason="has no SIGINT for one process")
@pytest.mark.timeout(60)
def test_ctrl_c_ends_a_search_at_once_and_leaves_no_thread():
    command = command_of(INTERRUPTED)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment()) as child:
        for seconds in [0.01, 0.3, 1.0]:
            assert child.stdout.readline() == "started\n"
            time.sleep(seconds)
            child.send_signal(signal.SIGINT)
            start = time.monotonic()
            assert child.stdout.readline() == "interrupted 1\n"
            assert time.monotonic() - start < 20  # the search takes minutes if left to itself


class Data(np.ndarray):
    """An array that may be referred to weakly."""


def slowly_fitted(data, seed):
    time.sleep(0.1)
    return fitted(seed)


def test_data_of_tasks_are_released_when_a_call_is_over():
    data = np.zeros((1000, 3)).view(Data)
    reference = weakref.ref(data)
    gc.disable()  # as in a worker that idles: nothing may wait for the garbage collector
    try:
        with fit_together():
            Parallel()(delayed(slowly_fitted)(data, seed) for seed in range(20))
        del data
        assert reference() is None
    finally:
        gc.enable()
