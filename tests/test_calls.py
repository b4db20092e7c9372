"""Calls go from a floor to the same or a lower one, but for what is handed down to be called."""

import pytest
from calls import recorded_calls
from floors import floor_of
from sklearn.base import BaseEstimator
from sklearn.datasets import load_iris
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together

X, Y = load_iris(return_X_y=True)
X = scale(X)
PARAMS = {"hidden_layer_sizes": (8, 8), "random_state": 0, "max_iter": 3}
PLAIN = {
    "classifier": DeepMLPClassifier(**PARAMS),
    "regressor": DeepMLPRegressor(**PARAMS, loss="huber", alpha=0.1),
    "noise": DeepMLPClassifier(**PARAMS, activation="rrelu", dropout=0.1),
    "learned activation": DeepMLPClassifier(**PARAMS, activation="prelu", max_norm=1.0),
    "normalization": DeepMLPClassifier(**PARAMS, normalization="batch"),
    "skip connections": DeepMLPClassifier(**PARAMS, skip_connections="wide"),
    "schedule": DeepMLPClassifier(**PARAMS, learning_rate="one_cycle", max_grad_norm=1.0),
    "lbfgs": DeepMLPClassifier(**PARAMS, solver="lbfgs"),
}


class Watcher(BaseEstimator):
    """A callback that scores each epoch, as a user's might."""

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context, *, X, y):
        pass

    def on_fit_task_end(self, estimator, context, *, X, y, metadata, fitted_estimator):
        if fitted_estimator is not None:
            fitted_estimator.score(X, y)


@pytest.mark.parametrize("kind", PLAIN)
def test_a_fit_calls_downward_only(kind):
    with recorded_calls() as calls:
        PLAIN[kind].fit(X, Y)
    assert not calls.upward
    assert calls.called_back == {"at_step"}


def test_predictions_and_partial_fit_call_downward_only():
    net = DeepMLPClassifier(**PARAMS)
    with recorded_calls() as calls:
        net.partial_fit(X, Y, classes=[0, 1, 2]).partial_fit(X, Y)
        net.predict(X)
        net.predict_proba(X)
        net.score(X, Y)
    assert not calls.upward
    assert calls.called_back == {"at_step"}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_early_stopping_calls_back_the_score_of_its_job(solver):
    net = DeepMLPClassifier(**PARAMS, solver=solver, early_stopping=True, scoring="accuracy")
    with recorded_calls() as calls:
        net.fit(X, Y, X_val=X, y_val=Y)
    assert not calls.upward
    assert calls.called_back == {"at_step", "score"}


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_callbacks_are_told_by_what_the_job_carries(solver):
    pytest.importorskip("sklearn.callback", reason="came with scikit-learn 1.9")
    net = DeepMLPClassifier(**PARAMS, solver=solver).set_callbacks(Watcher())
    with recorded_calls() as calls:
        net.fit(X, Y)
    assert not calls.upward
    assert calls.called_back == {"at_step", "on_epoch"}


def test_training_together_replaces_the_trainer_and_watches_the_training():
    search = GridSearchCV(PLAIN["classifier"], {"solver": ["adam", "lbfgs"]}, cv=2)
    with recorded_calls() as calls, fit_together():
        search.fit(X, Y)
    assert not calls.upward
    assert calls.called_back == {"at_step", "at_epoch", "listener", "trainer"}


def training_of(path):
    """Return the floors of a path below the estimators from where training begins to its end."""
    floors = [floor_of(module) for module in path if module is not None]
    start = floors.index("_training")
    end = len(floors) - floors[::-1].index("_training")
    return floors[start:end]


def in_order_of_first_visits(floors):
    return [floor for floor in dict.fromkeys(floors) if floor != "ground"]


@pytest.mark.parametrize("kind", PLAIN)
def test_a_fit_goes_down_through_the_floors_and_comes_back_up(kind):
    with recorded_calls() as calls:
        PLAIN[kind].fit(X, Y)
    floors = training_of(calls.path)
    way_down = in_order_of_first_visits(floors)
    way_up = in_order_of_first_visits(floors[::-1])[::-1]
    assert way_down == ["_training", "_stack", "_layers"]
    assert way_up == way_down[::-1]
    assert "_estimators" not in floors  # it hands over once, and gets back once
