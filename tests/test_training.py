"""Training follows scikit-learn's MLP: its steps, its losses, its rules of when to stop."""

import signal
import warnings

import numpy as np
import pytest
import torch
from scikit_learn_mlp import PAIRS, WEIGHTED, X, Y, initial_weights, scikit_learn_with_weights
from sklearn.base import clone
from sklearn.datasets import load_diabetes, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp.initializers import Initializer

SOLVERS = {
    "adam": {"solver": "adam", "beta_1": 0.8, "beta_2": 0.99, "epsilon": 1e-3},
    "sgd with Nesterov": {"solver": "sgd", "learning_rate_init": 0.05},
    "sgd": {"solver": "sgd", "learning_rate_init": 0.05, "nesterovs_momentum": False},
    "sgd, invscaling": {"solver": "sgd", "learning_rate": "invscaling", "power_t": 0.3},
    "sgd, adaptive": {
        "solver": "sgd",
        "learning_rate": "adaptive",
        "learning_rate_init": 0.05,
        "tol": 0.05,
        "n_iter_no_change": 1,
        "max_iter": 40,
    },
    "sgd without momentum": {"solver": "sgd", "learning_rate_init": 0.1, "momentum": 0.0},
}


@pytest.mark.parametrize("solver", SOLVERS.values(), ids=SOLVERS)
@pytest.mark.parametrize("weighted", WEIGHTED)
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_equal_weights_and_batches_train_as_scikit_learns_mlp(pair, solver, weighted):
    ours, theirs, y, loss = pair
    params = {
        **loss,
        "hidden_layer_sizes": (12, 8),
        "activation": "tanh",
        "alpha": 0.5,
        "max_iter": 20,
        "batch_size": 32,
        "shuffle": False,
        "tol": 0.0,
        **solver,
    }
    weight = {"sample_weight": np.random.default_rng(0).uniform(0.5, 2, 150)} if weighted else {}
    net = ours(**params, random_state=0)
    weights = initial_weights(net, X, y)
    net.fit(X, y, **weight)
    mlp = scikit_learn_with_weights(theirs, weights, **params).fit(X, y, **weight)
    for a, b in zip(net.coefs_ + net.intercepts_, mlp.coefs_ + mlp.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-10)
    np.testing.assert_allclose(net.loss_curve_, mlp.loss_curve_, rtol=1e-10)
    assert (net.n_iter_, net.t_, net.n_layers_, net.n_outputs_, net.out_activation_) == (
        mlp.n_iter_,
        mlp.t_,
        mlp.n_layers_,
        mlp.n_outputs_,
        mlp.out_activation_,
    )
    assert net.loss_ == pytest.approx(mlp.loss_)
    assert net.best_loss_ == pytest.approx(mlp.best_loss_)


def test_an_adaptive_rate_falls_until_it_is_negligible():
    net = DeepMLPClassifier(
        (5,), solver="sgd", learning_rate="adaptive", tol=100.0, n_iter_no_change=1, random_state=0
    )
    net.set_params(learning_rate_init=1e-5).fit(X, Y)
    # The first epoch improves, then each third lowers the rate: 1e-5, 2e-6, 4e-7 is low enough.
    mlp = MLPClassifier((5,), **{k: v for k, v in net.get_params().items() if k in SGD_NAMES})
    assert net.n_iter_ == mlp.fit(X, Y).n_iter_ == 7


SGD_NAMES = {"solver", "learning_rate", "tol", "n_iter_no_change", "learning_rate_init"}


@pytest.mark.parametrize("learning_rate", ["invscaling", "adaptive"])
def test_schedules_of_sgd_have_no_effect_on_adam(learning_rate):
    plain = DeepMLPClassifier((5,), max_iter=5, random_state=0).fit(X, Y)
    other = DeepMLPClassifier((5,), learning_rate=learning_rate, max_iter=5, random_state=0)
    np.testing.assert_array_equal(plain.coefs_[0], other.fit(X, Y).coefs_[0])


def test_stops_after_epochs_without_improvement():
    net = DeepMLPClassifier((5,), tol=100.0, n_iter_no_change=4, random_state=0).fit(X, Y)
    assert net.n_iter_ == 6  # one that improves on nothing, and more than 4 that do not


def test_infinite_patience():
    net = DeepMLPClassifier((5,), tol=100.0, n_iter_no_change=np.inf, max_iter=30).fit(X, Y)
    assert net.n_iter_ == 30


@pytest.mark.filterwarnings("default::sklearn.exceptions.ConvergenceWarning")
def test_running_out_of_epochs_warns_at_the_call_of_fit():
    with pytest.warns(ConvergenceWarning, match=r"Maximum iterations \(3\) reached") as caught:
        DeepMLPClassifier((5,), max_iter=3).fit(X, Y)
    assert caught[0].filename == __file__


def test_no_warning_once_converged():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        DeepMLPClassifier((5,), tol=1.0).fit(X, Y)


class TestWeights:
    def test_rows_of_weight_zero_change_no_bit(self):
        weight = np.where(np.arange(len(X)) % 3 == 0, 0.0, 1.0 + np.arange(len(X)) / 50)
        spoiled = X.copy()
        spoiled[weight == 0] = 1e6
        labels = Y.copy()
        labels[weight == 0] = 2
        kept = weight > 0
        for changes in [{}, {"early_stopping": True}, {"dropout": 0.3}]:
            net = DeepMLPClassifier((10,), max_iter=5, random_state=0, **changes)
            without = clone(net).fit(X[kept], Y[kept], sample_weight=weight[kept])
            with_zeros = clone(net).fit(spoiled, labels, sample_weight=weight)
            for a, b in zip(without.coefs_, with_zeros.coefs_, strict=True):
                np.testing.assert_array_equal(a, b)

    def test_classes_of_weight_zero_stay(self):
        net = DeepMLPClassifier((5,), max_iter=5).fit(X, Y, sample_weight=(Y < 2) * 1.0)
        assert net.classes_.tolist() == [0, 1, 2]
        assert net.predict_proba(X).shape == (150, 3)

    def test_integer_weights_equal_repeated_rows(self):
        repeats = np.random.default_rng(0).integers(1, 4, len(X))
        params = {"batch_size": "auto", "max_iter": 20, "random_state": 0, "shuffle": False}
        few, many = X[:60], np.repeat(X[:60], repeats[:60], axis=0)
        weighted = DeepMLPClassifier((10,), alpha=0.3, **params)
        weighted.fit(few, Y[40:100], sample_weight=repeats[:60])
        repeated = DeepMLPClassifier((10,), alpha=0.3, **params)
        repeated.fit(many, np.repeat(Y[40:100], repeats[:60]))
        np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-9)

    def test_all_zero(self):
        with pytest.raises(ValueError, match=r"[Ss]ample weights"):
            DeepMLPClassifier().fit(X, Y, sample_weight=np.zeros(len(X)))

    def test_negative(self):
        with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
            DeepMLPClassifier().fit(X, Y, sample_weight=-np.ones(len(X)))


class TestTargets:
    def test_several_regression_targets(self):
        X, Y = make_regression(200, 6, n_targets=3, random_state=0)
        net = DeepMLPRegressor((50,), learning_rate_init=0.02, random_state=0)
        assert net.fit(scale(X), scale(Y)).score(scale(X), scale(Y)) > 0.95
        assert net.predict(X).shape == (200, 3)

    def test_one_regression_target_in_a_column(self):
        from sklearn.exceptions import DataConversionWarning

        X, y = load_diabetes(return_X_y=True)
        with pytest.warns(DataConversionWarning, match="A column-vector y was passed"):
            net = DeepMLPRegressor(max_iter=2).fit(X, scale(y)[:, None])
        assert net.predict(X).shape == y.shape

    def test_text_labels(self):
        names = np.array(["setosa", "versicolor", "virginica"])[Y]
        net = DeepMLPClassifier((20,), learning_rate_init=0.01, random_state=0).fit(X, names)
        assert set(net.predict(X)) == set(names)
        assert net.score(X, names) > 0.95

    def test_multilabel(self):
        labels = np.column_stack([Y == 0, Y == 1, Y > 0]).astype(int)
        net = DeepMLPClassifier((20,), learning_rate_init=0.01, random_state=0).fit(X, labels)
        assert net.out_activation_ == "logistic"
        assert net.classes_.tolist() == [0, 1, 2]
        assert (net.predict(X) == labels).mean() > 0.97

    def test_one_class_is_certain(self):
        net = DeepMLPClassifier((5,), max_iter=3).fit(X, ["only"] * len(X))
        assert set(net.predict(X)) == {"only"}
        np.testing.assert_array_equal(net.predict_proba(X), np.ones((len(X), 1)))


def test_verbose_prints_epochs_and_the_reason_to_stop(capsys):
    DeepMLPClassifier((5,), verbose=True, tol=1.0, n_iter_no_change=2).fit(X, Y)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Iteration 1, loss = ")
    assert lines[-1].startswith("Training loss did not improve more than tol=1.000000 for 2")


def test_verbose_prints_validation_scores(capsys):
    DeepMLPClassifier((5,), verbose=1, early_stopping=True, max_iter=2, tol=0.0).fit(X, Y)
    assert capsys.readouterr().out.count("Validation score: ") == 2


def test_batch_size_above_the_rows_is_clipped():
    with pytest.warns(UserWarning, match="batch_size=1000 with 150 rows") as caught:
        net = DeepMLPClassifier((5,), batch_size=1000, max_iter=2, random_state=0).fit(X, Y)
    assert caught[0].filename == __file__
    whole = DeepMLPClassifier((5,), batch_size=150, max_iter=2, random_state=0).fit(X, Y)
    np.testing.assert_array_equal(net.coefs_[0], whole.coefs_[0])


def test_penalty_shrinks_coefficients_only():
    params = {"max_iter": 100, "learning_rate_init": 0.01, "random_state": 0}
    free = DeepMLPClassifier((10,), "prelu", **params).fit(X, Y)
    held = DeepMLPClassifier((10,), "prelu", alpha=50.0, **params).fit(X, Y)
    assert np.abs(held.coefs_[0]).mean() < 0.5 * np.abs(free.coefs_[0]).mean()
    assert np.abs(held.activation_params_[0]["negative_slope"]).mean() > 0.1


def test_dropout_draws_noise_in_training_only():
    plain = DeepMLPClassifier((30,), max_iter=5, random_state=0).fit(X, Y)
    dropped = DeepMLPClassifier((30,), dropout=0.5, max_iter=5, random_state=0).fit(X, Y)
    assert not np.allclose(plain.coefs_[0], dropped.coefs_[0])
    np.testing.assert_array_equal(dropped.predict_proba(X), dropped.predict_proba(X))


def test_dropout_kind_follows_the_activation():
    def first_weights(activation, kind):
        net = DeepMLPClassifier((30,), activation, dropout=0.3, dropout_kind=kind, max_iter=3)
        net.set_params(self_normalization="ignore", random_state=0)
        return net.fit(X, Y).coefs_[0]

    for activation, kind in [("selu", "alpha"), ("relu", "standard")]:
        auto = first_weights(activation, "auto")
        np.testing.assert_array_equal(auto, first_weights(activation, kind))
    assert not np.allclose(first_weights("relu", "alpha"), first_weights("relu", "standard"))


class MakesItFail(Initializer):
    def draw(self, fan_in, fan_out, generator):
        message = "no weights today"
        raise RuntimeError(message)


class Interrupts(Initializer):
    def draw(self, fan_in, fan_out, generator):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.usefixtures("sigint_interrupts")
@pytest.mark.parametrize(
    ("init", "error", "message"),
    [(MakesItFail(), RuntimeError, "no weights today"), (Interrupts(), KeyboardInterrupt, "^$")],
)
def test_a_failed_refit_leaves_the_old_model(init, error, message):
    net = DeepMLPClassifier((5,), max_iter=3, random_state=0).fit(X, Y)
    before = net.predict_proba(X)
    state = dict(vars(net), init=init)
    net.set_params(init=init)
    with pytest.raises(error, match=message):
        net.fit(X[:, :2], Y % 2)
    assert vars(net).keys() == state.keys()
    assert all(vars(net)[name] is value for name, value in state.items())
    np.testing.assert_array_equal(net.predict_proba(X), before)


def test_fit_works_where_gradients_are_off():
    expected = DeepMLPClassifier((5,), max_iter=3, random_state=0).fit(X, Y)
    for context in [torch.no_grad(), torch.inference_mode()]:
        with context:
            net = DeepMLPClassifier((5,), max_iter=3, random_state=0).fit(X, Y)
        np.testing.assert_array_equal(net.coefs_[0], expected.coefs_[0])
