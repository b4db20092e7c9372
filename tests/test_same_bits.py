"""One seed, one search, bit for bit: whoever runs its fits, and however often."""

from contextlib import contextmanager

import joblib
import pytest
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together

pytestmark = pytest.mark.no_cover

X, Y = load_iris(return_X_y=True)
X = scale(X)
NET = DeepMLPClassifier(
    (12, 8), "rrelu", dropout=0.1, early_stopping=True, batch_size=32, max_iter=6, random_state=0
)


def search():
    """Return the scores of a search and the weights of its refit and of other folds, as bytes."""
    grid = [
        {"activation": ["rrelu", "relu", "prelu"], "solver": ["adam", "sgd"]},
        {"activation": ["tanh"], "solver": ["lbfgs"], "dropout": [0.0]},
    ]
    found = GridSearchCV(NET, grid, cv=3, error_score="raise", return_train_score=True).fit(X, Y)
    scores = [v for k, v in sorted(found.cv_results_.items()) if k.startswith("split")]
    folds = cross_validate(NET, X, Y, cv=3, return_estimator=True)["estimator"]
    weights = [array for net in (found.best_estimator_, *folds) for array in net.coefs_]
    return found.best_params_, [array.tobytes() for array in (*scores, *weights)]


@contextmanager
def on_dask():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.Client(processes=False, n_workers=2, dashboard_address=None),
        joblib.parallel_config(backend="dask"),
    ):
        yield


BACKENDS = {
    "again": lambda: joblib.parallel_config(n_jobs=1),
    "sequential": lambda: joblib.parallel_config(backend="sequential"),
    "threading, one": lambda: joblib.parallel_config(backend="threading", n_jobs=1),
    "threading": lambda: joblib.parallel_config(backend="threading", n_jobs=2),
    "loky, one": lambda: joblib.parallel_config(backend="loky", n_jobs=1),
    "loky": lambda: joblib.parallel_config(backend="loky", n_jobs=2),
    "multiprocessing": lambda: joblib.parallel_config(backend="multiprocessing", n_jobs=2),
    "dask": on_dask,
}


@pytest.fixture(scope="module")
def expected():
    return search()


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_search_under_any_backend(backend, expected):
    with BACKENDS[backend]():
        assert search() == expected


def test_a_search_trained_together_repeats_itself():
    found = []
    for _ in range(3):
        with fit_together() as report:
            found.append(search())
        assert [len(stack.members) for stack in report.stacks] == [9, 9, 3]
    assert found[0] == found[1] == found[2]
