"""Normalization and skip connections: what they save, and what they make trainable."""

import numpy as np
import pytest
import torch
from bound_layers import new_batch_norm, standard_normal
from jobs import make_job, stored_data
from sklearn.datasets import load_iris, make_classification
from sklearn.preprocessing import scale
from validation_rows import validation_rows

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.batch_norm import MOMENTUM
from sklearn_deepmlp._layers.normalization import EPSILON
from sklearn_deepmlp._stack.batches import Batches

X, Y = load_iris(return_X_y=True)
X = scale(X)


def batch_norm_of(z, row_weight):
    """Return what a new batch normalization gives, and its running mean and variance after it."""
    layer, running = new_batch_norm(z.shape[-1], len(z))
    uses_running = (row_weight.sum(1) == 0)[:, None, None]
    return layer.train(z, Context(row_weight, uses_running=uses_running))[0], running


def test_batch_norm_is_torchs_where_weights_are_equal():
    z = standard_normal(1, 40, 7)
    ours, (mean, var) = batch_norm_of(z, torch.full((1, 40), 1 / 40, dtype=z.dtype))
    theirs = torch.nn.BatchNorm1d(7, eps=EPSILON, momentum=MOMENTUM, dtype=z.dtype)
    torch.testing.assert_close(ours[0], theirs(z[0]))
    torch.testing.assert_close(mean[0, 0], theirs.running_mean)
    # Torch keeps the variance of n − 1, which repeated rows would change.
    biased = 0.9 + (theirs.running_var - 0.9) * 39 / 40
    torch.testing.assert_close(var[0, 0], biased)


def test_batch_norm_counts_rows_by_weight_and_padding_not_at_all():
    z = standard_normal(1, 4, 3)
    repeats = torch.tensor([1, 3, 2, 0])
    weighted, running = batch_norm_of(z, (repeats / repeats.sum())[None].double())
    repeated, same = batch_norm_of(
        z.repeat_interleave(repeats, dim=1), torch.full((1, 6), 1 / 6, dtype=z.dtype)
    )
    torch.testing.assert_close(weighted.repeat_interleave(repeats, dim=1), repeated)
    torch.testing.assert_close(running, same)


def test_running_statistics_of_a_resting_member_stay():
    weight = torch.stack([torch.full((5,), 0.2), torch.zeros(5)]).double()
    _, (mean, var) = batch_norm_of(standard_normal(2, 5, 3), weight)
    assert (mean[0] != 0).all()
    assert (mean[1] == 0).all()
    assert (var[1] == 1).all()


def test_a_single_last_row_joins_the_previous_batch():
    for normalization, sizes in [("batch", [10, 11]), (None, [10, 10, 1])]:
        jobs = [make_job(0, 21, batch_size=10, normalization=normalization)]
        batches = Batches(jobs, stored_data(jobs))
        assert [batch.X.shape[0] for batch in batches] == sizes


@pytest.mark.parametrize("n_rows", [1, 2, 3])
def test_batch_normalization_of_very_few_rows(n_rows):
    net = DeepMLPClassifier((5,), normalization="batch", max_iter=3)
    net.fit(X[::50][:n_rows], Y[::50][:n_rows])
    assert np.isfinite(net.predict_proba(X)).all()


def test_what_a_normalized_network_saves():
    net = DeepMLPClassifier((6, 5), normalization="batch", max_iter=3, alpha=0.1).fit(X, Y)
    for units, params in zip([6, 5], net.normalization_params_, strict=True):
        assert list(params) == ["scale", "offset", "mean", "var"]
        assert {array.shape for array in params.values()} == {(units,)}
        assert (params["var"] > 0).all()
        assert not np.array_equal(params["scale"], np.ones(units))
    net.set_params(normalization="layer").fit(X, Y)
    assert [list(params) for params in net.normalization_params_] == [["scale", "offset"]] * 2
    net.set_params(normalization=None).fit(X, Y)
    assert net.normalization_params_ == [{}, {}]


def test_batch_norm_statistics_describe_the_data():
    net = DeepMLPClassifier(
        (6,), normalization="batch", max_iter=300, learning_rate_init=1e-9, tol=0.0,
        n_iter_no_change=np.inf, batch_size=150,
    ).fit(X, Y)  # fmt: skip
    z = X @ net.coefs_[0] + net.intercepts_[0]
    np.testing.assert_allclose(net.normalization_params_[0]["mean"], z.mean(0), atol=1e-6)
    np.testing.assert_allclose(net.normalization_params_[0]["var"], z.var(0), rtol=1e-6)


def test_normalization_ignores_the_scale_of_weights():
    params = {"normalization": "batch", "max_iter": 1, "learning_rate_init": 1e-300}
    params |= {"random_state": 0, "batch_size": 150, "alpha": 0.0}
    small = DeepMLPClassifier((20,), init="lecun_normal", **params).fit(X, Y)
    large = DeepMLPClassifier((20,), init="he_normal", **params).fit(X, Y)
    assert small.loss_ == pytest.approx(large.loss_, rel=1e-4)


def test_wide_networks_see_the_features_at_the_output():
    net = DeepMLPClassifier((6, 5), skip_connections="wide", max_iter=3).fit(X, Y)
    assert [coef.shape for coef in net.coefs_] == [(4, 6), (6, 5), (9, 3)]
    linear = DeepMLPClassifier((), skip_connections="wide", max_iter=3).fit(X, Y)
    assert [coef.shape for coef in linear.coefs_] == [(4, 3)]


def test_predictions_follow_the_connections_that_were_fitted():
    net = DeepMLPClassifier((4, 4), skip_connections="residual", max_iter=3).fit(X, Y)
    before = net.predict_proba(X)
    net.set_params(skip_connections=None, normalization="batch")
    np.testing.assert_array_equal(net.predict_proba(X), before)


def test_residual_connections_need_equal_widths():
    params = {"max_iter": 3, "random_state": 0}
    plain = DeepMLPClassifier((5, 6, 7), **params).fit(X, Y)
    nothing_to_add = DeepMLPClassifier((5, 6, 7), skip_connections="residual", **params).fit(X, Y)
    np.testing.assert_array_equal(plain.coefs_[0], nothing_to_add.coefs_[0])
    added = DeepMLPClassifier((5, 5, 5), skip_connections="residual", **params).fit(X, Y)
    plain = DeepMLPClassifier((5, 5, 5), **params).fit(X, Y)
    assert not np.allclose(added.coefs_[0], plain.coefs_[0])


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_best_weights_include_the_normalization(kind):
    net = DeepMLPClassifier(
        (10,), normalization=kind, early_stopping=True, random_state=0, validation_fraction=0.3,
        learning_rate_init=0.05, max_iter=60,
    ).fit(X, Y)  # fmt: skip
    rows = validation_rows(net, Y)
    assert net.score(X[rows], Y[rows]) == net.best_validation_score_


def test_weights_equal_repeated_rows_under_batch_normalization():
    repeats = np.random.default_rng(0).integers(1, 4, 60)
    params = {"normalization": "batch", "max_iter": 20, "random_state": 0}
    few, labels = X[::3][:50], Y[::3][:50]
    weighted = DeepMLPClassifier((10,), **params).fit(few, labels, sample_weight=repeats[:50])
    repeated = DeepMLPClassifier((10,), **params)
    repeated.fit(np.repeat(few, repeats[:50], axis=0), np.repeat(labels, repeats[:50]))
    np.testing.assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-9)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("sizes", "params"),
    [
        ((64,) * 30, {"skip_connections": "residual"}),
        ((64,) * 30, {"skip_connections": "residual", "normalization": "batch"}),
        ((16,) * 100, {"skip_connections": "residual", "max_grad_norm": 1.0}),
        ((16,) * 100, {"skip_connections": "residual", "normalization": "layer"}),
    ],
    ids=["30 × 64", "30 × 64, batch", "100 × 16, clipped", "100 × 16, layer"],
)
def test_very_deep_networks_train(sizes, params):
    X, y = make_classification(
        500, 20, n_informative=10, n_classes=3, class_sep=1.5, random_state=0
    )
    net = DeepMLPClassifier(sizes, max_iter=30, batch_size=50, random_state=0, **params)
    assert net.fit(scale(X), y).score(scale(X), y) > 0.9


def test_auto_init_divides_the_variance_among_residual_layers():
    params = {"max_iter": 1, "learning_rate_init": 1e-300, "random_state": 0}
    sizes = (8, 8, 8, 5)  # of the hidden layers two have as many units as inputs
    plain = DeepMLPClassifier(sizes, **params).fit(X, Y)
    shared = DeepMLPClassifier(sizes, skip_connections="residual", **params).fit(X, Y)
    named = DeepMLPClassifier(sizes, skip_connections="residual", init="he_normal", **params)
    for one, part in zip(plain.coefs_, shared.coefs_, strict=True):
        np.testing.assert_allclose(part, one / np.sqrt(2) if one.shape == (8, 8) else one)
    for one, same in zip(plain.coefs_[1:], named.fit(X, Y).coefs_[1:], strict=True):
        np.testing.assert_array_equal(same, one)
