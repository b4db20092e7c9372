"""The penalty alpha="auto": the same whatever the size of a batch, and never in the way."""

from itertools import product

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_circles, make_regression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together

X, Y = load_iris(return_X_y=True)
X = scale(X)
X_REG, Y_REG = make_regression(80, 5, noise=1.0, random_state=0)
Y_REG = scale(Y_REG)
DATA = {DeepMLPClassifier: (X, Y), DeepMLPRegressor: (X_REG, Y_REG)}
KINDS = pytest.mark.parametrize("kind", DATA)


def net(kind, **params):
    return kind((16, 16), max_iter=30, random_state=0, **params)


def assert_same(a, b, **tolerance):
    for one, other in zip(a.coefs_, b.coefs_, strict=True):
        np.testing.assert_allclose(one, other, **{"rtol": 1e-6, "atol": 1e-9, **tolerance})


@KINDS
@pytest.mark.parametrize("solver", ["adam", "nadam", "rmsprop", "sgd", "lbfgs"])
@pytest.mark.parametrize("l1_ratio", [0.0, 0.3])
def test_auto_is_a_number_times_the_rows_of_a_batch(kind, solver, l1_ratio):
    if solver == "lbfgs" and l1_ratio > 0:
        return
    data, y = DATA[kind]
    params = {"solver": solver, "l1_ratio": l1_ratio, "batch_size": 10, "learning_rate_init": 0.01}
    rows = len(data) if solver == "lbfgs" else 10
    auto = net(kind, **params).fit(data, y)
    number = net(kind, alpha=kind._auto_alpha * rows, **params).fit(data, y)
    free = net(kind, alpha=0.0, **params).fit(data, y)
    assert_same(auto, number)
    assert np.abs(auto.coefs_[0] - free.coefs_[0]).max() > 1e-5


@KINDS
def test_auto_does_not_depend_on_a_factor_of_the_weights(kind):
    data, y = DATA[kind]
    one = net(kind).fit(data, y)
    assert_same(one, net(kind).fit(data, y, np.full(len(y), 64.0)))


@KINDS
@pytest.mark.no_cover
def test_single_rows_are_not_crushed_by_it(kind):
    data, y = (part[::4] for part in DATA[kind])
    weights = {}
    for alpha in ("auto", 0.0, 100 * kind._auto_alpha):
        one = net(kind, alpha=alpha, learning_rate_init=0.004)
        for _ in range(2):
            for row in range(len(data)):
                classes = {"classes": [0, 1, 2]} if kind is DeepMLPClassifier else {}
                one.partial_fit(data[[row]], y[[row]], **classes)
        weights[alpha] = sum(np.square(coef).sum() for coef in one.coefs_)
    shrunk = {alpha: size / weights[0.0] for alpha, size in weights.items()}
    assert 0.7 < shrunk["auto"] < 1
    assert shrunk[100 * kind._auto_alpha] < shrunk["auto"] - 0.05  # as a number for 100 rows


@KINDS
def test_self_normalizing_networks_have_none(kind):
    data, y = DATA[kind]
    auto = net(kind, activation="selu").fit(data, y)
    free = net(kind, activation="selu", alpha=0.0).fit(data, y)
    assert_same(auto, free, rtol=0, atol=0)


def test_selu_may_be_in_a_grid_with_others():
    model = make_pipeline(StandardScaler(), DeepMLPClassifier((8,), max_iter=3))
    grid = {"deepmlpclassifier__activation": ["relu", "selu"]}
    GridSearchCV(model, grid, cv=2, error_score="raise").fit(X, Y)


@KINDS
@pytest.mark.no_cover
def test_members_of_a_stack_may_have_auto_or_numbers(kind):
    data, y = DATA[kind]
    grid = {"alpha": ["auto", 0.0, 0.5], "batch_size": [10, 32], "l1_ratio": [0.0, 0.5]}

    def scores():
        search = GridSearchCV(net(kind), grid, cv=2, scoring=None, error_score="raise")
        return search.fit(data, y).cv_results_["mean_test_score"]

    with fit_together() as report:
        together = scores()
    np.testing.assert_allclose(together, scores(), atol=1e-8)
    assert len(report.stacks) == 1


def test_adamw_decays_weights_by_it():
    data, y = DATA[DeepMLPClassifier]
    auto = net(DeepMLPClassifier, solver="adamw").fit(data, y)
    number = net(DeepMLPClassifier, solver="adamw", alpha=DeepMLPClassifier._auto_alpha)
    assert_same(auto, number.fit(data, y), rtol=0, atol=0)


def spirals(n=100):
    rng = np.random.default_rng(0)
    angle = 3 * np.pi * np.sqrt(rng.random(n))
    arm = np.c_[angle * np.cos(angle), angle * np.sin(angle)] / 5
    points = np.r_[arm, -arm] + rng.normal(scale=0.02, size=(2 * n, 2))
    return points, np.repeat([0, 1], n)


def parity(n_bits):
    bits = np.array(list(product([0.0, 1.0], repeat=n_bits)))
    return bits, bits.sum(axis=1).astype(int) % 2


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("data", "epochs", "accuracy"),
    [
        pytest.param(parity(2), 500, 1.0, id="XOR"),
        pytest.param(parity(4), 1000, 1.0, id="parity of 4 bits"),
        pytest.param(
            make_circles(200, noise=0.05, factor=0.5, random_state=0), 300, 1.0, id="circles"
        ),
        pytest.param(spirals(), 2000, 0.95, id="spirals"),
    ],
)
def test_hard_patterns_are_learned_at_the_default(data, epochs, accuracy):
    scores = [
        DeepMLPClassifier(learning_rate_init=0.01, max_iter=epochs, random_state=seed)
        .fit(*data)
        .score(*data)
        for seed in range(3)
    ]
    assert np.median(scores) >= accuracy


def test_a_strong_penalty_does_not_learn_xor():
    strong = DeepMLPClassifier(alpha=1.0, learning_rate_init=0.01, max_iter=500, random_state=0)
    assert strong.fit(*parity(2)).score(*parity(2)) < 1
