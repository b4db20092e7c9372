"""Standardized data of any size are taken for such, and raw data of some dozens of rows are not."""

import numpy as np
import pytest
from scipy.stats import chi2, norm
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_linnerud,
    load_wine,
)
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._estimators.rows_seen import RowsSeen, batch_violations, with_rows
from sklearn_deepmlp._estimators.sampling_bounds import (
    CHANCE,
    CHANCE_OF_ANY,
    any_mean_deviation,
    mean_deviation,
    variance_range,
)
from sklearn_deepmlp._estimators.standardization import data_violations

ROWS, FEATURES = [1, 2, 3, 4, 5, 8, 13, 30, 100], [1, 2, 7, 40]
RAW = {
    "iris": load_iris().data,
    "wine": load_wine().data,
    "breast cancer": load_breast_cancer().data,
    "digits": load_digits().data,
    "diabetes": load_diabetes(scaled=False).data,
    "linnerud": load_linnerud().data,
}


# --- The bounds


@pytest.mark.parametrize("n_values", [1, 7, 1000])
@pytest.mark.parametrize("n_means", [1, 30])
def test_a_mean_deviates_by_chance_as_it_says(n_values, n_means):
    outside = 2 * norm.sf(mean_deviation(n_values, n_means) * np.sqrt(n_values))
    assert outside * n_means == pytest.approx(CHANCE)


@pytest.mark.parametrize(("n_values", "dof"), [(2, 1), (3, 2), (300, 290)])
@pytest.mark.parametrize("n_variances", [1, 30])
def test_a_variance_deviates_by_chance_as_it_says(n_values, dof, n_variances):
    low, high = variance_range(n_values, dof, n_variances)
    assert chi2.cdf(low * n_values, dof) * n_variances == pytest.approx(CHANCE / 2)
    assert chi2.sf(high * n_values, dof) * n_variances == pytest.approx(CHANCE / 2)


def test_the_mean_of_a_growing_number_of_rows_may_deviate_more_than_that_of_a_fixed_one():
    n_rows = np.array([8, 100, 10_000, 10**9])
    fixed = -norm.ppf(CHANCE_OF_ANY / 2) / np.sqrt(n_rows)
    ratio = np.array([any_mean_deviation(n) for n in n_rows]) / fixed
    assert (ratio > 1).all()
    assert (np.diff(ratio) > 0).all()
    assert ratio[-1] < 2


def test_wide_samples_of_many_rows_are_judged_by_the_bounds_of_the_theorem():
    assert mean_deviation(300 * 10) < 0.1
    assert mean_deviation(150, 30) < 0.5
    low, high = variance_range(120, 119, 30)
    assert 0.5**2 < low < high < 2.0**2


# --- All rows at once


@pytest.mark.parametrize("n_rows", ROWS)
@pytest.mark.parametrize("n_features", FEATURES)
def test_standard_normal_data_of_any_size_pass(n_rows, n_features):
    rng = np.random.default_rng(n_rows * 100 + n_features)
    for _ in range(100):
        assert data_violations(rng.standard_normal((n_rows, n_features))) == []


@pytest.mark.parametrize("n_rows", ROWS)
@pytest.mark.parametrize("n_features", FEATURES)
def test_rows_scaled_by_other_rows_pass(n_rows, n_features):
    rng = np.random.default_rng(n_rows * 100 + n_features)
    for _ in range(50):
        scaler = StandardScaler().fit(rng.normal(7, 3, (300, n_features)))
        assert data_violations(scaler.transform(rng.normal(7, 3, (n_rows, n_features)))) == []


@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
@pytest.mark.parametrize("n_rows", range(1, 31))
def test_a_fit_on_few_rows_is_taken(estimator, n_rows):
    X = np.random.default_rng(n_rows).standard_normal((n_rows, 3))
    net = estimator((3,), "selu", max_iter=1)
    net.fit(X, np.arange(n_rows) % 2)


@pytest.mark.parametrize("n_rows", [8, 30, 100])
@pytest.mark.parametrize("X", RAW.values(), ids=RAW)
def test_raw_data_of_few_rows_are_refused(X, n_rows):
    rng = np.random.default_rng(0)
    for _ in range(20):
        rows = rng.choice(len(X), min(n_rows, len(X)), replace=False)
        assert data_violations(X[rows])


@pytest.mark.parametrize("X", RAW.values(), ids=RAW)
def test_data_scaled_to_an_interval_are_refused_from_30_rows_on(X):
    rng = np.random.default_rng(0)
    X = MinMaxScaler().fit_transform(X)
    for _ in range(20):
        assert data_violations(X[rng.choice(len(X), min(30, len(X)), replace=False)])


def test_a_raw_constant_is_found_in_three_rows():
    X = np.random.default_rng(0).standard_normal((3, 4))
    X[:, 2] = 1.0
    (violation,) = data_violations(X)
    assert "1 feature is constant and not within ±0.5: feature 2" in violation.finding


# --- A few rows at a time


def first_refusal(X, sizes):
    """Return after how many rows a stream of batches of these sizes is refused; 0 for never."""
    seen = RowsSeen()
    for rows in np.split(X, np.cumsum(sizes)):
        if len(rows) == 0:
            continue
        seen = with_rows(seen, rows)
        if batch_violations(rows, seen):
            return seen.n_rows
    return 0


@pytest.mark.parametrize("n_features", [1, 4])
@pytest.mark.parametrize("seed", range(5))
def test_no_call_of_a_long_stream_of_standard_normal_rows_is_refused(n_features, seed):
    X = np.random.default_rng(seed).standard_normal((2000, n_features))
    assert first_refusal(X, np.ones(1999, int)) == 0


@pytest.mark.parametrize("seed", range(10))
def test_batches_of_any_sizes_are_taken(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.geometric(1 / rng.choice([2, 10, 50]), 60)
    assert first_refusal(rng.standard_normal((sizes.sum(), 3)), sizes) == 0


@pytest.mark.parametrize("X", RAW.values(), ids=RAW)
def test_scaled_rows_that_arrive_singly_are_accepted(X):
    X = StandardScaler().fit_transform(X)
    for seed in range(5):
        rows = np.random.default_rng(seed).permutation(len(X))[:500]
        assert first_refusal(X[rows], np.ones(len(rows) - 1, int)) == 0


@pytest.mark.parametrize("X", RAW.values(), ids=RAW)
def test_raw_rows_that_arrive_singly_are_refused_after_some_dozens(X):
    for seed in range(5):
        X = X[np.random.default_rng(seed).permutation(len(X))]
        assert 8 <= first_refusal(X, np.ones(len(X) - 1, int)) <= 36
        assert 8 <= first_refusal(10 * StandardScaler().fit_transform(X), np.ones(99, int)) <= 36


def test_what_is_remembered_does_not_depend_on_the_batches():
    X = np.random.default_rng(0).standard_normal((50, 3))
    whole, seen = with_rows(RowsSeen(), X), RowsSeen()
    for rows in np.split(X, [1, 2, 11, 40]):
        seen = with_rows(seen, rows)
    assert seen == pytest.approx(whole)
    assert whole == pytest.approx((50, X.mean(), (np.abs(X) > 1.5).mean()))


@pytest.mark.parametrize("huge", [1e200, 1e308])
def test_huge_rows_are_refused_without_numerical_warnings(huge):
    X = huge * np.where(np.arange(80) % 2, 1.0, -1.0).reshape(20, 4)
    assert first_refusal(X, [10]) > 0
