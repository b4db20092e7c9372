"""Batch normalization of batches that are in effect a single row."""

import numpy as np
import pytest
import scipy.sparse
import torch
from bound_layers import new_batch_norm, standard_normal
from jobs import make_job
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import scale
from stacks import assert_same_result

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._stack.effective_rows import effective_rows, row_kinds
from sklearn_deepmlp._training.train import train_stack
from sklearn_deepmlp._training.trainers import train

X, Y = load_breast_cancer(return_X_y=True)
X, X_TEST, Y, Y_TEST = train_test_split(scale(X), Y, random_state=0, stratify=Y)


def net(**params):
    params = {"normalization": "batch", "max_iter": 20, "random_state": 0, **params}
    return DeepMLPClassifier((32, 32), **params)


def running(fitted):
    return [params[name] for params in fitted.normalization_params_ for name in ("mean", "var")]


def assert_same(one, other, **tolerance):
    for a, b in zip(running(one) + one.coefs_, running(other) + other.coefs_, strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


# --- How many rows a batch has in effect


def test_effective_rows_of_equal_weights_are_the_rows():
    weight, kinds = np.ones((3, 2, 5)), np.arange(30).reshape(3, 2, 5)
    np.testing.assert_allclose(effective_rows(weight, kinds), 5.0)


def test_effective_rows_of_a_dominating_weight_are_one():
    assert effective_rows(np.array([1.0, 1e-9, 1e-9]), np.arange(3)) == pytest.approx(1.0)


def test_a_batch_without_weight_has_no_effective_row():
    assert effective_rows(np.zeros(3), np.arange(3)) == 0.0


@pytest.mark.parametrize("seed", range(20))
def test_repeated_rows_are_one_row_of_their_weight(seed):
    rng = np.random.default_rng(seed)
    weight, repeats = rng.exponential(size=9), rng.integers(1, 5, 9)
    kinds = rng.permutation(9)
    order = rng.permutation(repeats.sum())
    padded = np.r_[np.repeat(weight, repeats)[order], 0.0, 0.0]
    repeated = effective_rows(padded, np.r_[np.repeat(kinds, repeats)[order], 3, 77])
    assert repeated == pytest.approx(effective_rows(weight * repeats, kinds))


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("sparse", [False, True])
def test_only_equal_rows_are_of_one_kind(dtype, sparse):
    rng = np.random.default_rng(0)
    rows = rng.integers(-2, 3, (3000, 4)).astype(dtype)
    given = scipy.sparse.csr_matrix(rows) if sparse else rows
    _, expected = np.unique(rows, axis=0, return_inverse=True)
    _, found = np.unique(row_kinds(given), return_inverse=True)
    pairs = np.unique(np.column_stack([expected.ravel(), found.ravel()]), axis=0)
    assert len(pairs) == expected.max() + 1 == found.max() + 1


def test_zeros_of_both_signs_are_equal():
    assert len(set(row_kinds(np.array([[0.0, 1.0], [-0.0, 1.0]])))) == 1


# --- What the estimators do


@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_batch_size_of_1_is_refused(estimator, method):
    one = estimator((3,), normalization="batch", batch_size=1)
    message = (
        f"The 'batch_size' parameter of {estimator.__name__} must be at least 2 with "
        r"normalization='batch', .* Got 1 instead"
    )
    options = (
        {"classes": [0, 1]} if (estimator, method) == (DeepMLPClassifier, "partial_fit") else {}
    )
    with pytest.raises(ValueError, match=message):
        getattr(one, method)(X, Y, **options)
    one.set_params(normalization="layer", max_iter=1).fit(X[:20], Y[:20])


@pytest.mark.filterwarnings("ignore:Got `batch_size` less than 1 or larger")
@pytest.mark.parametrize("n_rows", [1, 2])
@pytest.mark.parametrize("sparse", [False, True])
def test_a_fit_on_one_row_however_often_leaves_the_running_statistics(n_rows, sparse):
    same = np.tile(X[:1], (n_rows, 1))
    fitted = net().fit(scipy.sparse.csr_matrix(same) if sparse else same, Y[:1].repeat(n_rows))
    for params in fitted.normalization_params_:
        np.testing.assert_array_equal(params["mean"], 0.0)
        np.testing.assert_array_equal(params["var"], 1.0)
    assert np.isfinite(fitted.predict_proba(X_TEST)).all()


def test_single_rows_train_by_running_statistics_and_leave_them_unchanged():
    good = net(batch_size=32).fit(X, Y)
    before, score = running(good), good.score(X_TEST, Y_TEST)
    good.set_params(batch_size="auto")
    for row in range(100):
        good.partial_fit(X[row : row + 1], Y[row : row + 1])
    for old, new in zip(before, running(good), strict=True):
        np.testing.assert_array_equal(old, new)
    assert good.score(X_TEST, Y_TEST) > score - 0.02


def test_a_network_trained_on_single_rows_only_predicts():
    new = net()
    for row in range(len(X)):
        new.partial_fit(X[row : row + 1], Y[row : row + 1], classes=[0, 1])
    assert new.score(X_TEST, Y_TEST) > 0.9


@pytest.mark.parametrize("heavy", [1e3, 1e6, 1e12])
def test_a_dominating_weight_does_not_spoil_predictions(heavy):
    weight = np.ones(len(X))
    weight[0] = heavy * len(X)
    fitted = net(batch_size=len(X), max_iter=30).fit(X, Y, weight)
    assert all((params["var"] == 1.0).all() for params in fitted.normalization_params_)
    X_reg, y_reg = load_diabetes(return_X_y=True)
    weight = np.ones(len(X_reg))
    weight[0] = heavy * len(X_reg)
    params = {"normalization": "batch", "random_state": 0, "max_iter": 30, "batch_size": 442}
    regressor = DeepMLPRegressor((32, 32), **params).fit(scale(X_reg), scale(y_reg), weight)
    assert regressor.score(scale(X_reg), scale(y_reg)) > -3


def test_a_weight_equals_repeated_rows_where_it_dominates():
    weight = np.r_[1, 1, 40]
    weighted = net().fit(X[:3], Y[:3], weight)
    repeated = net().fit(np.repeat(X[:3], weight, axis=0), np.repeat(Y[:3], weight))
    assert_same(weighted, repeated, atol=1e-9)
    assert all((params["var"] == 1.0).all() for params in weighted.normalization_params_)


@pytest.mark.parametrize("seed", range(10))
def test_weights_equal_repeated_rows_for_any_few_rows(seed):
    rng = np.random.default_rng(seed)
    n_rows = rng.integers(2, 6)
    weight = rng.choice([1, 2, 3, 9, 30], n_rows)
    rows = rng.choice(len(X), n_rows, replace=False)
    weighted = net(max_iter=10).fit(X[rows], Y[rows], weight)
    repeated = net(max_iter=10)
    repeated.fit(np.repeat(X[rows], weight, axis=0), np.repeat(Y[rows], weight))
    assert_same(weighted, repeated, atol=1e-7)


# --- The layer itself

Z, SOME_WEIGHT = standard_normal(2, 4, 3), standard_normal(2, 4, seed=1).exp()
ROW_WEIGHT = SOME_WEIGHT / SOME_WEIGHT.sum(1, keepdim=True)
FIRST_USES_RUNNING = Context(ROW_WEIGHT, uses_running=torch.tensor([True, False])[:, None, None])


def used_batch_norm():
    """Return a batch normalization that has seen some rows, and its running statistics."""
    layer, running = new_batch_norm(3, 2)
    layer.train(2 * Z + 1, Context(ROW_WEIGHT))
    return layer, running


def test_a_member_of_too_few_rows_is_normalized_as_in_prediction():
    layer, running = used_batch_norm()
    expected, before = layer.predict(Z), [tensor.clone() for tensor in running]
    normalized, _ = layer.train(Z, FIRST_USES_RUNNING)
    torch.testing.assert_close(normalized[0], expected[0])
    means = (normalized[1] * ROW_WEIGHT[1][:, None]).sum(0)
    torch.testing.assert_close(means, torch.zeros(3).double())
    for old, new in zip(before, running, strict=True):
        torch.testing.assert_close(new[0], old[0], rtol=0, atol=0)
        assert (new[1] != old[1]).all()


# --- A stack


def test_members_of_few_effective_rows_equal_separate_fits():
    heavy = np.ones(1797)
    heavy[::50] = 1e4
    same = np.zeros((1797, 64))
    jobs = [
        make_job(0, 101, normalization="batch", batch_size=20, max_iter=8),
        make_job(1, 90, normalization="batch", batch_size=18, max_iter=8, sample_weight=heavy),
        make_job(2, 1, normalization="batch", batch_size=2, max_iter=8),
        make_job(3, 40, normalization="batch", batch_size=20, max_iter=8, X=same),
    ]
    for job, together in zip(jobs, train_stack(jobs), strict=True):
        assert_same_result(together, train(job))
