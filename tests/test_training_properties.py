"""What training promises for any parameters: weights of rows, pieces of training, stacks."""

import warnings

import numpy as np
import pytest
from fitted_bits import learned
from hypothesis import given
from hypothesis import strategies as st
from joblib import Parallel, delayed
from scipy.sparse import issparse, vstack
from sklearn.base import clone
from strategies import Case, cases, estimators

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together

pytestmark = pytest.mark.no_cover

ARRAYS = {"containers": ("C", "csr")}
# Training to the end, whatever the loss; conditions of SELU are judged otherwise in parts.
ALL_EPOCHS = {
    "n_iter_no_change": float("inf"),
    "early_stopping": False,
    "self_normalization": "ignore",
    "tol": 0.0,
}


def assert_same_bits(net, other):
    found, expected = learned(net), learned(other)
    assert [(a.dtype, a.shape, a.tobytes()) for a in found] == [
        (a.dtype, a.shape, a.tobytes()) for a in expected
    ]


def assert_equal_to_rounding(net, other, tolerance):
    for a, b in zip(learned(net), learned(other), strict=True):
        size = max(1e-3, np.abs(b).max(initial=0))
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance * size)


# --- Rows of weight zero, and repeated rows


def stacked(parts):
    return vstack(parts, format="csr") if issparse(parts[0]) else np.concatenate(parts)


def with_rows_of_weight_zero(case, n_more):
    """Append rows that are some of the others, ten times as large, and weigh nothing."""
    rows = np.arange(n_more) % len(case.y)
    n_rows = len(case.y)
    weight = np.ones(n_rows) if case.sample_weight is None else case.sample_weight
    return case.with_data(
        X=stacked([case.X, case.X[rows] * 10]),
        y=np.concatenate([case.y, case.y[rows]]),
        sample_weight=np.concatenate([weight, np.zeros(n_more)]),
    )


@given(case=cases(dtypes=(np.float64, np.float32), **ARRAYS), n_more=st.integers(1, 50))
def test_rows_of_weight_zero_change_no_bit(case, n_more):
    with np.errstate(over="ignore"):
        more = with_rows_of_weight_zero(case, n_more)
    if not np.isfinite(more.X.data if issparse(more.X) else more.X).all():
        more.X = stacked([case.X] * 2)[: len(more.y)]
    assert_same_bits(more.fitted(), case.fitted())


# The other solvers divide by the size of gradients, which amplifies rounding where that is 0.
FULL_BATCH = {
    "batch_size": 1000,
    "dropout": 0.0,
    "dtype": "float64",
    "early_stopping": False,
    "solver": "sgd",
}


@given(case=cases(extreme=False, fixed=FULL_BATCH, **ARRAYS), seed=st.integers(0, 99))
def test_weights_that_count_are_repeated_rows(case, seed):
    counts = np.random.default_rng(seed).integers(1, 4, len(case.y))
    rows = np.repeat(np.arange(len(case.y)), counts)
    repeated = Case(case.net, case.X[rows], case.y[rows], None)
    weighted = case.with_data(sample_weight=counts)
    if getattr(case.net.activation, "noisy", case.net.activation == "rrelu"):
        return  # slopes are drawn for each row
    assert_equal_to_rounding(repeated.fitted(), weighted.fitted(), 1e-6)


# --- Names of classes


def renamed(y, names):
    return np.array(names)[np.unique(y, return_inverse=True)[1].reshape(y.shape)]


@given(
    case=cases(kind=DeepMLPClassifier, fixed={"class_weight": None, "scoring": None}),
    names=st.sampled_from([["k", "l", "m", "n"], [-7, 0, 2, 90], [0.5, 1.5, 2.5, 8.0]]),
)
def test_names_of_classes_change_no_bit(case, names):
    if np.ndim(case.y) == 1:
        assert_same_bits(case.with_data(y=renamed(case.y, names)).fitted(), case.fitted())


# --- Training in parts


def pieces(case, n_calls):
    """Train by calls of partial_fit."""
    net = clone(case.net)
    extra = {}
    if isinstance(net, DeepMLPClassifier):
        y = case.y
        extra["classes"] = np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])
    for _ in range(n_calls):
        net.partial_fit(case.X, case.y, sample_weight=case.sample_weight, **extra)
    return net


@given(case=cases(fixed={**ALL_EPOCHS, "verbose": False}, **ARRAYS), n_calls=st.integers(1, 4))
def test_calls_of_partial_fit_do_what_fit_does(case, n_calls):
    whole = case.fitted(max_iter=n_calls)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            in_pieces = pieces(case, n_calls)
        except (AttributeError, ValueError) as error:
            refused = ["partial_fit", "non-finite"]
            assert any(each in str(error) for each in refused), error  # noqa: PT017
            return
    assert_same_bits(in_pieces, whole)


PLAIN_SGD = {
    **ALL_EPOCHS,
    "solver": "sgd",
    "momentum": 0.0,
    "learning_rate": "constant",
    "warm_start": True,
}


@given(case=cases(fixed=PLAIN_SGD, **ARRAYS), first=st.integers(1, 3), then=st.integers(1, 3))
def test_fits_that_resume_do_what_one_fit_does(case, first, then):
    whole = case.fitted(max_iter=first + then)
    net = case.fitted(max_iter=first).set_params(max_iter=then)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        net.fit(case.X, case.y, sample_weight=case.sample_weight)
    for found, expected in zip(learned(net), learned(whole), strict=True):
        np.testing.assert_array_equal(found, expected)  # a velocity of 0 gives zeros another sign


# --- Trained together


@st.composite
def candidates(draw):
    """Draw data, and networks of one kind that are trained on them."""
    kind = draw(st.sampled_from([DeepMLPClassifier, DeepMLPRegressor]))
    fixed = {"dtype": "float64", "record_signals": False, "early_stopping": False}
    case = draw(cases(kind=kind, extreme=False, fixed=fixed, min_rows=4, **ARRAYS))
    one_shape = {name: getattr(case.net, name) for name in ("hidden_layer_sizes", "solver")}
    others = estimators(kind, extreme=False, fixed={**fixed, **one_shape})
    return case, [case.net, *draw(st.lists(others, min_size=1, max_size=4))]


def fit_or_error(case, net):
    try:
        return case.with_data(net=net).fit()
    except ValueError as error:
        return str(error)


@pytest.mark.filterwarnings("ignore")  # not around each fit: filters are shared by all threads
@given(drawn=candidates())
def test_networks_trained_together_are_those_trained_separately(drawn):
    case, nets = drawn
    expected = [fit_or_error(case, net) for net in nets]
    with fit_together():
        found = Parallel()(delayed(fit_or_error)(case, net) for net in nets)
    for net, same in zip(found, expected, strict=True):
        if isinstance(same, str):
            assert net == same
        else:
            assert net.n_iter_ == same.n_iter_
            assert_equal_to_rounding(net, same, 1e-6)
