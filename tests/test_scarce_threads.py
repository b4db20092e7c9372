"""Searches where the system allows fewer threads than there are fits."""

import sys
import threading

import numpy as np
import pytest
from joblib import Parallel, delayed
from meetings import fit_together_at, sequentially
from programs import printed_by
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._together.rendezvous import Rendezvous

X, Y = load_iris(return_X_y=True)
X = scale(X)


def loss_of(seed):
    return DeepMLPClassifier((4,), max_iter=2, random_state=seed).fit(X, Y).loss_


def members(report):
    return [len(stack.members) for stack in report.stacks]


@pytest.mark.timeout(60)
def test_no_more_threads_than_there_may_be():
    with fit_together_at(Rendezvous(max_threads=7)) as report:
        losses = Parallel()(delayed(loss_of)(seed) for seed in range(20))
    assert losses == pytest.approx([loss_of(seed) for seed in range(20)])
    assert members(report) == [7, 7, 6]


def limit_threads(monkeypatch, n_max):
    start = threading.Thread.start
    of_tasks = []

    def scarce(thread):
        if thread.name.startswith("task"):
            of_tasks[:] = [other for other in of_tasks if other.is_alive()]
            if len(of_tasks) >= n_max:
                raise RuntimeError("can't start new thread")
            of_tasks.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", scarce)


@pytest.mark.parametrize("n_max", [1, 2, 6])
@pytest.mark.timeout(60)
def test_tasks_without_a_thread_wait_for_others_to_end(n_max, monkeypatch):
    limit_threads(monkeypatch, n_max)
    with fit_together() as report:
        losses = Parallel()(delayed(loss_of)(seed) for seed in range(20))
    assert losses == pytest.approx([loss_of(seed) for seed in range(20)])
    assert len(report.separate) + sum(members(report)) == 20


def inner_call(seed):
    return Parallel(n_jobs=-1)(delayed(loss_of)(seed + i) for i in range(2))


@pytest.mark.timeout(60)
def test_inner_calls_without_a_thread_wait_for_others_to_end(monkeypatch):
    limit_threads(monkeypatch, 4)
    with fit_together():
        found = Parallel()(delayed(inner_call)(seed) for seed in range(3))
    np.testing.assert_allclose(found, [sequentially(inner_call, seed) for seed in range(3)])


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
    losses = Parallel()(delayed(loss_of)(seed) for seed in range(150))
assert len(set(losses)) == 150
n_trained = sum(len(stack.members) for stack in report.stacks) + len(report.separate)
print(n_trained, len(report.stacks) > 1)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads its size from /proc")
def test_fits_where_the_address_space_is_small():
    assert printed_by(FEW_THREADS) == "150 True\n"
