"""What is known of the fits of a search, candidate by candidate, after it has run together."""

import gc
import pickle
import weakref

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.ensemble import BaggingClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, DivergenceError, fit_together
from sklearn_deepmlp._together.fit_records import records_of_search

X, Y = load_iris(return_X_y=True)
RATES = [1e-3, 1e-2, 1e-1]
PARAMS = {"deepmlpclassifier__learning_rate_init": RATES}


def pipeline(**options):
    net = DeepMLPClassifier((6, 5), max_iter=4, random_state=0, **options)
    return make_pipeline(StandardScaler(), net)


def rates_of(records):
    return [[record.params["learning_rate_init"] for record in task] for task in records]


def test_each_fit_is_known_by_its_candidate_and_split():
    with fit_together():
        search = GridSearchCV(pipeline(), PARAMS, cv=3).fit(X, Y)
    records = records_of_search(search)
    assert rates_of(records) == [[rate] for rate in RATES for _ in range(3)]
    assert all(record.signals.epoch.tolist() == [0, 4] for (record,) in records)
    losses = {record.loss_curve[-1] for (record,) in records}
    assert len(losses) == 9


def test_several_rounds_of_a_search_are_joined():
    with fit_together():
        search = HalvingGridSearchCV(pipeline(), PARAMS, cv=3, factor=2, random_state=0)
        search.fit(X, Y)
    given = [params[next(iter(PARAMS))] for params in search.cv_results_["params"]]
    assert len(given) > len(RATES)
    assert rates_of(records_of_search(search)) == [[rate] for rate in given for _ in range(3)]


def test_networks_of_an_ensemble_belong_to_the_candidate():
    net = DeepMLPClassifier((6,), max_iter=3, random_state=0)
    ensemble = BaggingClassifier(net, n_estimators=4, random_state=0, n_jobs=2)
    with fit_together():
        search = GridSearchCV(ensemble, {"estimator__alpha": [0.0, 1.0]}, cv=2).fit(X, Y)
    alphas = [[r.params["alpha"] for r in task] for task in records_of_search(search)]
    assert alphas == [[0.0] * 4, [0.0] * 4, [1.0] * 4, [1.0] * 4]


def test_inner_searches_keep_their_own_records():
    search = GridSearchCV(pipeline(), PARAMS, cv=2, n_jobs=2)
    with fit_together():
        outer = GridSearchCV(search, {"cv": [2, 3]}, cv=2).fit(X, Y)
    # Of each task of the outer search, only the refit is not a task of an inner one.
    assert [len(task) for task in records_of_search(outer)] == [1] * 4
    assert len(records_of_search(outer.best_estimator_)) == len(RATES) * outer.best_params_["cv"]


def test_failed_fits_are_known_too():
    net = pipeline(solver="sgd")
    grid = {"deepmlpclassifier__learning_rate_init": [0.01, 1e300]}
    with (
        fit_together(),
        pytest.warns(FitFailedWarning, match="fits failed"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search = GridSearchCV(net, grid, cv=2).fit(X, Y)
    errors = [record.error for (record,) in records_of_search(search)]
    assert errors[:2] == [None, None]
    assert all("non-finite" in error for error in errors[2:])


def test_a_search_that_ran_elsewhere_has_no_records():
    search = GridSearchCV(pipeline(), PARAMS, cv=2).fit(X, Y)
    assert records_of_search(search) is None
    with fit_together():
        search.fit(X, Y)
    assert records_of_search(search) is not None
    assert records_of_search(pickle.loads(pickle.dumps(search))) is None
    search.fit(X, Y)
    assert records_of_search(search) is None


def test_records_last_as_long_as_the_search():
    with fit_together():
        search = GridSearchCV(pipeline(), PARAMS, cv=2).fit(X, Y)
    signals = weakref.ref(records_of_search(search)[0][0].signals)
    del search
    gc.collect()
    assert signals() is None


def test_the_error_of_a_failed_fit_carries_its_record():
    net = DeepMLPClassifier((6,), solver="sgd", learning_rate_init=1e300, max_iter=3)
    with pytest.raises(DivergenceError, match="diagnose") as caught:
        net.fit(X, Y)
    record = pickle.loads(pickle.dumps(caught.value)).record
    assert record.error == str(caught.value)
    assert record.params["learning_rate_init"] == 1e300
    assert np.isfinite(record.signals.gradient_norm[0]).all()
