"""Random trees of work within `fit_together` end, with right results, whatever meets in them."""

import asyncio
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress

import numpy as np
import pytest
from joblib import Parallel, delayed
from meetings import fit_together_at
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._together.idleness import Patience
from sklearn_deepmlp._together.rendezvous import Rendezvous

pytestmark = pytest.mark.no_cover

X, Y = (data[::5] for data in load_iris(return_X_y=True))
X = scale(X)
LOCK = threading.Lock()
LEAVES = ["fit", "fit", "fit", "sleep", "failure", "late failure", "lock"]
NODES = ["call", "call", "call", "context", "generator", "bad generator", "caught", "threads"]


class Expected(Exception):
    """What some of the work raises."""


def loss_of(seed):
    return DeepMLPClassifier((2 + seed % 2,), max_iter=1, random_state=seed).fit(X, Y).loss_


LOSSES = [loss_of(seed) for seed in range(6)]


def fit(seed):
    assert loss_of(seed) == pytest.approx(LOSSES[seed])


def leaf(rng):
    kind, seed, seconds = rng.choice(LEAVES), rng.randrange(6), rng.uniform(0, 0.02)

    def work():
        if kind == "sleep":
            time.sleep(seconds)
        if kind == "failure":
            raise Expected
        if kind == "lock":
            with LOCK:
                fit(seed)
        else:
            fit(seed)
        if kind == "late failure":
            raise Expected

    return work


def tasks(works, *, is_bad=False):
    for work in works:
        yield delayed(work)()
    if is_bad:
        raise Expected


def in_threads(work):
    async def twice():
        await asyncio.gather(*(asyncio.to_thread(work) for _ in range(2)))

    asyncio.run(twice())
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: work(), range(2)))


def node(rng, depth):
    if depth == 0 or rng.random() < 0.3:
        return leaf(rng)
    kind, seed = rng.choice(NODES), rng.randrange(6)
    n_jobs, budget = rng.choice([-1, -1, None, 1]), rng.choice([1, 2**22, 2**30])
    works = [node(rng, depth - 1) for _ in range(rng.choice([1, 2, 3, 6]))]

    def work():
        if kind == "call":
            Parallel(n_jobs=n_jobs)(tasks(works))
        elif kind == "context":
            with fit_together(memory_budget=budget):
                Parallel(n_jobs=n_jobs)(tasks(works))
        elif kind == "generator":
            with closing(Parallel(n_jobs=-1, return_as="generator")(tasks(works))) as results:
                fit(seed)
                list(results)
        elif kind == "bad generator":
            Parallel(n_jobs=-1)(tasks(works, is_bad=True))
        elif kind == "threads":
            fit(seed)
            in_threads(lambda: fit(seed))
        else:
            try:
                works[0]()
            except Expected:
                fit(seed)

    return work


def n_trained(report):
    return len(report.separate) + sum(len(stack.members) for stack in report.stacks)


@pytest.mark.filterwarnings("ignore:.*no CPU time", "ignore:.*tasks")
@pytest.mark.parametrize("seed", range(40))
@pytest.mark.timeout(60)
def test_random_work(seed):
    rng = random.Random(seed)  # noqa: S311
    works = [node(rng, 3) for _ in range(rng.choice([1, 2, 4, 8]))]
    budget = rng.choice([1, 2**22, 2**30])
    with fit_together_at(Rendezvous(budget, patience=Patience(first=2, later=1))) as report:
        with suppress(Expected):
            Parallel()(tasks(works))
        n_before = n_trained(report)
        found = Parallel()(delayed(loss_of)(seed) for seed in range(0, 6, 2))
    np.testing.assert_allclose(found, LOSSES[::2])
    assert n_trained(report) == n_before + 3
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith(("task", "fit_together"))]
