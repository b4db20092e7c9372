"""The rule of scores: None where there is none yet, NaN where it is undefined, else a number."""

import threading
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_classification
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_iris(return_X_y=True)
X = scale(X)
X_REG, Y_REG = (scale(a) for a in load_diabetes(return_X_y=True))
STOP = {"hidden_layer_sizes": (8,), "early_stopping": True, "max_iter": 5, "random_state": 0}
VALIDATION = {"X_val": X[::3], "y_val": Y[::3]}


def undefined(estimator, X, y):
    return np.nan


def scored(values):
    """Return a scorer that gives these scores one after another."""
    left = iter(values)
    return lambda estimator, X, y: next(left)


# --- no score yet


def test_lbfgs_that_has_converged_at_once_has_no_score_yet():
    net = DeepMLPClassifier(**STOP, solver="lbfgs", tol=1e10).fit(X, Y, **VALIDATION)
    assert net.n_iter_ == 0
    assert net.validation_scores_ == net.loss_curve_ == []
    assert net.best_validation_score_ is None
    assert np.isfinite(net.loss_)
    # What comes later is compared with nothing.
    net.set_params(tol=1e-9, warm_start=True).fit(X, Y, **VALIDATION)
    assert net.best_validation_score_ == max(net.validation_scores_)
    best, scores = net.best_validation_score_, net.validation_scores_
    net.set_params(tol=1e10).fit(X, Y, **VALIDATION)
    assert (net.best_validation_score_, net.validation_scores_) == (best, scores)


# --- undefined scores


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
def test_undefined_scores_are_nan_and_the_last_weights_stay(solver):
    net = DeepMLPClassifier(**STOP, solver=solver, scoring=undefined)
    with pytest.warns(UndefinedMetricWarning, match="every validation score .* is undefined") as w:
        net.fit(X, Y, **VALIDATION)
    assert w[0].filename == __file__
    assert np.isnan(net.best_validation_score_)
    assert len(net.validation_scores_) == net.n_iter_ == 5
    assert np.isnan(net.validation_scores_).all()
    plain = clone(net).set_params(early_stopping=False, scoring=None).fit(X, Y)
    np.testing.assert_array_equal(net.coefs_[0], plain.coefs_[0])
    assert net.loss_ == plain.loss_


@pytest.mark.filterwarnings("ignore:Early stopping could not judge")
def test_a_warm_start_with_undefined_scores_keeps_what_its_loss_is_of():
    net = DeepMLPClassifier(**STOP, warm_start=True, scoring=undefined)
    plain = clone(net).set_params(early_stopping=False, scoring=None)
    for each, data in ((net, VALIDATION), (plain, {})):
        each.fit(X, Y, **data).fit(X, Y, **data)
    np.testing.assert_array_equal(net.coefs_[0], plain.coefs_[0])
    assert net.loss_ == plain.loss_
    assert len(net.validation_scores_) == len(net.loss_curve_) == 10


def test_a_warm_start_whose_scores_are_all_undefined_keeps_the_best_and_says_so():
    values = [0.1, 0.3, 0.2, 0.1, 0.0, *[np.nan] * 5]
    net = DeepMLPClassifier(**STOP, warm_start=True, scoring=scored(values))
    net.fit(X, Y, **VALIDATION)
    weights = net.coefs_[0].copy()
    with pytest.warns(UndefinedMetricWarning, match="weights of the best score before are kept"):
        net.fit(X, Y, **VALIDATION)
    np.testing.assert_array_equal(net.coefs_[0], weights)
    assert net.best_validation_score_ == 0.3
    assert len(net.validation_scores_) == 10


def test_single_undefined_scores_are_passed_over():
    values = [np.nan, 0.1, np.nan, 0.4, 0.2]
    net = DeepMLPClassifier(**STOP, scoring=scored(values)).fit(X, Y, **VALIDATION)
    np.testing.assert_array_equal(net.validation_scores_, values)
    assert net.best_validation_score_ == 0.4
    four = clone(net).set_params(early_stopping=False, scoring=None, max_iter=4).fit(X, Y)
    np.testing.assert_array_equal(net.coefs_[0], four.coefs_[0])


@pytest.mark.filterwarnings("ignore:Early stopping could not judge")
@pytest.mark.parametrize("infinite", [np.inf, -np.inf])
def test_infinite_scores_are_undefined(infinite):
    net = DeepMLPClassifier(**STOP, scoring=scored([infinite] * 5)).fit(X, Y, **VALIDATION)
    assert np.isnan(net.best_validation_score_)
    assert np.isnan(net.validation_scores_).all()


# --- divergence


DIVERGING = {
    "adam": {"solver": "adam", "learning_rate_init": 1e155},
    "sgd": {"solver": "sgd", "learning_rate_init": 1e3, "momentum": 0.0},
    "identity": {"solver": "sgd", "learning_rate_init": 10.0, "activation": "identity"},
}


@pytest.mark.filterwarnings("default::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("name", DIVERGING)
def test_divergence_is_never_silent(name, warm):
    net = DeepMLPRegressor(**{**STOP, "max_iter": 40})
    if warm:
        net.set_params(warm_start=True, max_iter=5).fit(X_REG, Y_REG)
        net.set_params(max_iter=40)
    net.set_params(**DIVERGING[name])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            net.fit(X_REG, Y_REG)
        except ValueError as error:
            assert "non-finite parameter weights" in str(error)  # noqa: PT017 - either may happen
            return
    assert np.isfinite(net.predict(X_REG)).all()
    if not np.isfinite(net.loss_):
        messages = [str(w.message) for w in caught if issubclass(w.category, ConvergenceWarning)]
        assert any("diverged" in message for message in messages)


@pytest.mark.filterwarnings("default::sklearn.exceptions.ConvergenceWarning")
def test_divergence_under_early_stopping_warns_and_keeps_the_best():
    net = DeepMLPRegressor((8,), "identity", early_stopping=True, warm_start=True, random_state=0)
    net.set_params(max_iter=5).fit(X_REG, Y_REG)
    weights = net.coefs_[0].copy()
    net.set_params(solver="sgd", learning_rate_init=1e10)
    message = r"diverged: the loss of epoch \d+ is (inf|nan).* learning_rate_init=10000000000\.0"
    with pytest.warns(ConvergenceWarning, match=message):
        net.fit(X_REG, Y_REG)
    np.testing.assert_array_equal(net.coefs_[0], weights)
    assert not np.isfinite(net.loss_)


def test_the_best_loss_is_never_undefined_where_one_is_defined():
    net = DeepMLPRegressor((8,), "identity", warm_start=True, random_state=0, max_iter=3)
    net.fit(X_REG, Y_REG)
    net.loss_curve_[0] = np.nan
    net.fit(X_REG, Y_REG)
    assert net.best_loss_ == min(net.loss_curve_[1:])


# --- a validation score is what `score` gives

RNG = np.random.default_rng(0)
TARGETS = {
    "one class": (DeepMLPClassifier, np.full(150, 3), 2 * X),
    "one word": (DeepMLPClassifier, np.full(150, "a"), X),
    "two classes": (DeepMLPClassifier, Y > 0, X),
    "three classes": (DeepMLPClassifier, Y, X),
    "labels": (DeepMLPClassifier, RNG.integers(0, 2, (150, 4)), X),
    "numbers": (DeepMLPRegressor, X[:, 0] + Y, X),
    "columns": (DeepMLPRegressor, np.column_stack([X[:, 0] + Y, X[:, 1], 5 * X[:, 2]]), X),
    "counts": (DeepMLPRegressor, Y + 1.0, X),
}


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", TARGETS)
def test_a_validation_score_is_what_score_gives(name, seed, weighted):
    kind, y, data = TARGETS[name]
    net = kind(**{**STOP, "random_state": seed})
    if name == "counts":
        net.set_params(loss="poisson")
    weight = RNG.uniform(0.1, 2, len(data[::2])) if weighted else None
    net.fit(data, y, X_val=data[::2], y_val=y[::2], sample_weight_val=weight)
    expected = net.score(data[::2], y[::2], sample_weight=weight)
    assert net.best_validation_score_ == pytest.approx(expected, rel=1e-12)
    assert net.best_validation_score_ == max(net.validation_scores_)


# --- a prediction reads the fitted state once


METHODS = ["predict", "predict_proba", "predict_log_proba", "decision_function"]


@pytest.mark.parametrize("method", [*METHODS, "score"])
def test_a_call_answers_from_one_model_while_another_thread_refits(method):
    rows, six = make_classification(
        110, 6, n_informative=5, n_redundant=0, n_classes=6, n_clusters_per_class=1, random_state=0
    )
    names = np.array([f"class {i}" for i in range(6)])[six]
    two = np.where(six > 2, "large", "small")
    models = [
        DeepMLPClassifier((12,), "tanh", max_iter=2, random_state=0).fit(rows, two),
        DeepMLPClassifier((9, 9), "prelu", max_iter=2, random_state=0, normalization="batch").fit(
            rows[:, :6], names
        ),
    ]

    def answer(net):
        return net.score(rows, two) if method == "score" else getattr(net, method)(rows)

    expected = [answer(model) for model in models]
    net = clone(models[0]).fit(rows, two)
    is_over = threading.Event()

    def refit():
        while not is_over.is_set():
            for model, y in zip(models, (two, names), strict=True):
                net.set_params(**model.get_params()).fit(rows, y)

    thread = threading.Thread(target=refit)
    thread.start()
    try:
        found = [answer(net) for _ in range(400)]
    finally:
        is_over.set()
        thread.join()
    for each in found:
        assert any(np.array_equal(each, one) for one in expected)


def test_predicting_methods_keep_their_names_and_documentation():
    for kind in (DeepMLPClassifier, DeepMLPRegressor):
        for name in set(METHODS) & set(dir(kind)):
            method = getattr(kind, name)
            assert method.__name__ == name
            assert "Parameters" in method.__doc__
