"""Batches of a search that are sent to other processes and trained together there."""

import os

import numpy as np
import pytest
from joblib import Parallel, delayed
from joblib.externals.loky import get_reusable_executor
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._together.fit_records import records_of_search

# joblib 1.5 warns of its own backend for Dask.
pytestmark = pytest.mark.filterwarnings("ignore:`apply_async` is deprecated")

X, Y = load_iris(return_X_y=True)
GRID = {"deepmlpclassifier__activation": ["relu", "tanh", "selu", "prelu"]}
ACTIVATIONS = ["ReLU()", "Tanh()", "SELU()", "PReLU()"]
N_FITS = 4 * 3


def search():
    net = DeepMLPClassifier((8,), max_iter=5, random_state=0)
    return GridSearchCV(make_pipeline(StandardScaler(), net), GRID, cv=3)


@pytest.fixture(scope="module")
def expected():
    return search().fit(X, Y)


@pytest.fixture(scope="module")
def loky():
    yield 2
    get_reusable_executor().shutdown(wait=True)


@pytest.fixture(scope="module")
def dask():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield 2


@pytest.fixture(scope="module")
def ray():
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False)
    yield 2
    ray.shutdown()


BACKENDS = ["loky", "dask", "ray"]


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param, request.getfixturevalue(request.param)


def test_a_search_on_workers_equals_a_sequential_one(backend, expected):
    name, n_workers = backend
    with fit_together(name, n_jobs=n_workers) as report:
        found = search().fit(X, Y)
    for key, scores in expected.cv_results_.items():
        if key.startswith(("split", "mean_test")):
            np.testing.assert_array_equal(found.cv_results_[key], scores)
    np.testing.assert_allclose(found.predict_proba(X), expected.predict_proba(X), atol=1e-8)
    assert sum(len(stack.members) for stack in report.stacks) == N_FITS
    assert max(len(stack.members) for stack in report.stacks) >= N_FITS // 2 // n_workers
    assert len(report.separate) == 1  # the refit
    records = records_of_search(found)
    activations = [repr(record.activation) for (record,) in records]
    assert activations == [name for name in ACTIVATIONS for _ in range(3)]


def process_of(seed):
    DeepMLPClassifier((3,), max_iter=1, random_state=seed).fit(X, Y)
    return os.getpid()


def test_batches_are_divided_among_workers(loky):
    with fit_together("loky", n_jobs=loky) as report:
        processes = Parallel()(delayed(process_of)(seed) for seed in range(40))
    assert len(set(processes)) == 2
    assert os.getpid() not in processes
    assert [len(stack.members) for stack in report.stacks] == [20, 20]


def fails(seed):
    if seed == 7:
        raise RuntimeError("the seventh")
    return seed


def test_errors_of_workers_come_out(loky):
    with fit_together("loky", n_jobs=loky), pytest.raises(RuntimeError, match="the seventh"):
        Parallel()(delayed(fails)(seed) for seed in range(20))


def test_results_keep_their_order(loky):
    with fit_together("loky", n_jobs=loky):
        assert Parallel()(delayed(abs)(-i) for i in range(1000)) == list(range(1000))


def test_warnings_that_are_ignored_here_are_ignored_on_workers(loky, capfd):
    net = DeepMLPClassifier((4,), max_iter=1, random_state=0)
    for _ in range(3):
        with fit_together("loky", n_jobs=loky):
            GridSearchCV(net, {"alpha": np.arange(20)}, cv=3, refit=False).fit(X, Y)
    assert "ConvergenceWarning" not in capfd.readouterr().err


def test_workers_in_threads_of_this_process_are_counted_once():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=1, processes=False, dashboard_address=":0", silence_logs=50
        ) as cluster,
        distributed.Client(cluster),
        fit_together("dask") as report,
    ):
        search().fit(X, Y)
    assert sum(len(stack.members) for stack in report.stacks) == N_FITS
    assert len(report.separate) == 1  # the refit


def test_ray_must_be_installed():
    try:
        import ray  # noqa: F401
    except ImportError:
        with pytest.raises(ImportError, match="needs ray"), fit_together("ray"):
            pass
