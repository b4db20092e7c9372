"""L-BFGS follows scikit-learn's MLP, and takes what it can of early stopping."""

import numpy as np
import pytest
from jobs import make_job
from scikit_learn_mlp import PAIRS, WEIGHTED, X, Y, initial_weights, scikit_learn_with_weights
from scipy.sparse import csr_array
from sklearn.exceptions import ConvergenceWarning
from stacks import assert_same_result

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._training.lbfgs import minimize_by_lbfgs
from sklearn_deepmlp._training.watch import UNWATCHED

LBFGS = {"solver": "lbfgs", "hidden_layer_sizes": (8,), "random_state": 0}


@pytest.mark.parametrize("weighted", WEIGHTED)
@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS)
def test_it_trains_as_scikit_learns_mlp(pair, weighted):
    ours, theirs, y, loss = pair
    params = {
        **loss,
        "solver": "lbfgs",
        "hidden_layer_sizes": (12, 8),
        "activation": "tanh",
        "alpha": 0.5,
        "max_iter": 20,
    }
    weight = {"sample_weight": np.random.default_rng(0).uniform(0.5, 2, 150)} if weighted else {}
    net = ours(**params, random_state=0)
    weights = initial_weights(net.set_params(solver="adam"), X, y)
    net.set_params(solver="lbfgs").fit(X, y, **weight)
    mlp = scikit_learn_with_weights(theirs, weights, **params).fit(X, y, **weight)
    for a, b in zip(net.coefs_ + net.intercepts_, mlp.coefs_ + mlp.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-6)
    assert net.n_iter_ == mlp.n_iter_ == 20
    assert net.loss_ == pytest.approx(mlp.loss_, rel=1e-10)


def test_the_loss_curve_falls_to_the_loss():
    net = DeepMLPClassifier(**LBFGS, alpha=0.1).fit(X, Y)
    assert net.loss_curve_ == sorted(net.loss_curve_, reverse=True)
    assert net.loss_curve_[-1] == net.loss_ == net.best_loss_
    assert (len(net.loss_curve_), net.t_) == (net.n_iter_, net.n_iter_ * 150)


def test_rows_in_pieces_are_the_same_as_all_at_once():
    job = make_job(solver="lbfgs", alpha=0.1, max_iter=10)
    at_once, in_pieces = (minimize_by_lbfgs(job, UNWATCHED, max_rows) for max_rows in (None, 40))
    assert_same_result(in_pieces, at_once, atol=1e-9)


def test_learned_activations_and_layer_normalization_are_trained_too():
    params = {"activation": "prelu", "normalization": "layer", "skip_connections": "residual"}
    net = DeepMLPClassifier(**LBFGS, alpha=0.01, **params).set_params(hidden_layer_sizes=(8, 8))
    assert net.fit(X, Y).score(X, Y) > 0.98
    assert (net.activation_params_[0]["negative_slope"] != 0.25).any()
    assert (net.normalization_params_[0]["scale"] != 1.0).any()


def test_float32_stays_float32():
    net = DeepMLPClassifier(**LBFGS, alpha=0.1).fit(X.astype(np.float32), Y)
    assert net.coefs_[0].dtype == np.float32
    assert net.score(X, Y) > 0.95


def test_sparse_rows_are_dense_ones():
    net = DeepMLPClassifier(**LBFGS, alpha=0.1, max_iter=10)
    weights = net.fit(X, Y).coefs_[0].copy()
    np.testing.assert_allclose(net.fit(csr_array(X), Y).coefs_[0], weights, rtol=0, atol=1e-12)


def test_a_warm_start_resumes():
    net = DeepMLPClassifier(**LBFGS, alpha=0.1, max_iter=5, warm_start=True).fit(X, Y)
    first = net.loss_
    assert net.fit(X, Y).loss_ < first
    assert len(net.loss_curve_) == 10


@pytest.mark.filterwarnings("default::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("limit", [{"max_iter": 4}, {"max_fun": 3}], ids=str)
def test_it_warns_where_a_limit_is_reached(limit):
    with pytest.warns(ConvergenceWarning, match="lbfgs failed to converge after .*LIMIT") as caught:
        DeepMLPClassifier(**LBFGS, **limit).fit(X, Y)
    assert caught[0].filename == __file__


def test_no_warning_where_the_gradient_is_small(recwarn):
    net = DeepMLPClassifier(**LBFGS, alpha=1.0, tol=0.01).fit(X, Y)
    assert net.n_iter_ < 200
    assert not recwarn.list


def test_early_stopping_holds_no_rows_back():
    plain = DeepMLPClassifier(**LBFGS, max_iter=5).fit(X, Y)
    stopping = DeepMLPClassifier(**LBFGS, max_iter=5, early_stopping=True).fit(X, Y)
    np.testing.assert_array_equal(plain.coefs_[0], stopping.coefs_[0])
    assert stopping.validation_scores_ is None


def test_early_stopping_judges_each_iteration_on_given_rows_and_keeps_the_best():
    net = DeepMLPClassifier(**LBFGS, early_stopping=True, n_iter_no_change=5)
    net.fit(X[::2], Y[::2], X_val=X[1::2], y_val=Y[1::2])
    assert len(net.validation_scores_) == net.n_iter_
    assert net.best_validation_score_ == max(net.validation_scores_)
    assert net.best_loss_ is None
    assert np.argmax(net.validation_scores_) <= net.n_iter_ - 6


def test_batch_size_has_no_effect_on_it(recwarn):
    plain = DeepMLPClassifier(**LBFGS, max_iter=3).fit(X, Y)
    other = DeepMLPClassifier(**LBFGS, max_iter=3, batch_size=1000).fit(X, Y)
    np.testing.assert_array_equal(plain.coefs_[0], other.coefs_[0])
    assert not [warning for warning in recwarn if "batch_size" in str(warning.message)]


def test_verbose_prints_every_iteration(capsys):
    net = DeepMLPRegressor(**LBFGS, max_iter=3, verbose=True).fit(X, X[:, 0])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"Iteration 1, loss = {net.loss_curve_[0]:.8f}"
    assert len(lines) == 4
    assert "LIMIT" in lines[3]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        (
            {"dropout": 0.1},
            "'dropout' parameter .* must be 0 with solver='lbfgs'",
        ),
        ({"activation": "rrelu"}, "'activation' parameter .* without random slopes"),
        ({"normalization": "batch"}, "'normalization' parameter .* None or 'layer'"),
        ({"l1_ratio": 0.5}, "'l1_ratio' parameter .* must be 0 with solver='lbfgs'"),
        ({"max_norm": 1.0}, "'max_norm' parameter .* must be None"),
        ({"max_grad_norm": 1.0}, "'max_grad_norm' parameter .* must be None"),
        ({"learning_rate": "cosine"}, "'learning_rate' parameter .* must be 'constant'"),
        ({"learning_rate": "one_cycle"}, "'learning_rate' parameter .* must be 'constant'"),
    ],
    ids=str,
)
def test_what_contradicts_it_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        DeepMLPClassifier(**{**LBFGS, **params}).fit(X, Y)
