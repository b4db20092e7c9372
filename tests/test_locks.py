"""Fits that wait to be trained while they hold a lock, and tasks that sleep or compute for long."""

import functools
import threading
import time

import numpy as np
import pytest
from joblib import Parallel, delayed
from meetings import fit_together_at, sequentially
from programs import printed_by
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._together import idleness, serving
from sklearn_deepmlp._together.idleness import Patience
from sklearn_deepmlp._together.rendezvous import Rendezvous

X, Y = load_iris(return_X_y=True)
X = scale(X)


def loss_of(seed):
    return DeepMLPClassifier((4,), max_iter=2, random_state=seed).fit(X, Y).loss_


def members(report):
    return [len(stack.members) for stack in report.stacks]


# Half a second rather than five.
IMPATIENT = Patience(first=2, later=1)


@pytest.fixture
def short_looks(monkeypatch):
    """Look five times as often whether tasks are asleep, where they are for certain."""
    for module in (idleness, serving):
        monkeypatch.setattr(module, "CHECK_INTERVAL", 0.05)


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


def two_fits(seed):
    return [loss_of(seed), loss_of(seed + 1)]


def inner_call(seed):
    return Parallel(n_jobs=-1)(delayed(loss_of)(seed + i) for i in range(2))


def cached(seed):
    return Cached().loss


WORKS = {
    "a fit": loss_of,
    "two fits": two_fits,
    "an inner call": inner_call,
    "a cached property": cached,
}


def locked(work):
    lock = threading.Lock()
    return [delayed(under_a_lock)(lock, functools.partial(work, seed)) for seed in range(5)]


@pytest.mark.usefixtures("short_looks")
@pytest.mark.parametrize("name", WORKS)
@pytest.mark.timeout(60)
def test_fits_under_a_lock_end_with_a_warning(name):
    expected = [sequentially(WORKS[name], seed) for seed in range(5)]
    with (
        fit_together_at(Rendezvous(patience=IMPATIENT)) as report,
        pytest.warns(UserWarning, match="no CPU time for some seconds"),
    ):
        found = Parallel()(locked(WORKS[name]))
    np.testing.assert_allclose(found, expected)
    assert len(report.separate) + sum(members(report)) == np.size(expected)


@pytest.mark.parametrize("name", WORKS)
@pytest.mark.timeout(60)
def test_fits_that_start_one_at_a_time_do_not_meet_at_a_lock(name):
    with fit_together_at(Rendezvous(memory_budget=1, patience=IMPATIENT)):
        found = Parallel()(locked(WORKS[name]))
    np.testing.assert_allclose(found, [sequentially(WORKS[name], seed) for seed in range(5)])


@pytest.mark.usefixtures("short_looks")
@pytest.mark.timeout(60)
def test_the_warning_points_to_the_call():
    lock = threading.Lock()
    with (
        fit_together_at(Rendezvous(patience=IMPATIENT)),
        pytest.warns(UserWarning, match="no CPU time") as caught,
    ):
        Parallel()(delayed(under_a_lock)(lock, functools.partial(loss_of, 0)) for _ in range(2))
    assert {one.filename for one in caught} == {__file__}


@pytest.mark.usefixtures("short_looks")
@pytest.mark.timeout(60)
def test_a_lock_while_another_thread_is_busy():
    rendezvous = Rendezvous(patience=Patience(while_busy=4))
    lock, is_over = threading.Lock(), threading.Event()

    def count():
        while not is_over.is_set():
            sum(range(1000))

    busy = threading.Thread(target=count, daemon=True)
    busy.start()
    try:
        with fit_together_at(rendezvous), pytest.warns(UserWarning, match="no CPU time"):
            Parallel()(delayed(under_a_lock)(lock, functools.partial(loss_of, 0)) for _ in range(3))
    finally:
        is_over.set()
        busy.join()


@pytest.mark.filterwarnings("ignore:.*no CPU time")
@pytest.mark.timeout(60)
def test_tasks_that_sleep_for_long_cost_a_stack_its_size_only():
    def after(seconds):
        time.sleep(seconds)
        return loss_of(0)

    with fit_together_at(Rendezvous(patience=IMPATIENT)) as report:
        found = Parallel()(delayed(after)(1.5 * (i % 2)) for i in range(4))
    assert found == pytest.approx([loss_of(0)] * 4)
    assert sum(members(report)) == 4


@pytest.mark.timeout(60)
def test_tasks_that_compute_for_long_are_waited_for():
    def after(seconds):
        end = time.process_time() + seconds
        while time.process_time() < end:
            sum(range(1000))
        return loss_of(0)

    with fit_together_at(Rendezvous(patience=Patience(first=4))) as report:
        Parallel()(delayed(after)(2.0 * (i % 2)) for i in range(4))
    assert members(report) == [4]


@pytest.mark.timeout(60)
def test_tasks_that_sleep_for_less_than_that_are_waited_for():
    def after(seconds):
        time.sleep(seconds)
        return loss_of(0)

    with fit_together() as report:
        Parallel()(delayed(after)(1.0 * (i % 2)) for i in range(4))
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
