"""A prediction depends on its row only: not on other rows, their order or their form."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csc_array, csr_array
from sklearn.utils import check_array
from strategies import cases

from sklearn_deepmlp import DeepMLPClassifier

pytestmark = pytest.mark.no_cover

EXACT = {"dtype": "auto"}  # without products in tf32 or bfloat16


def raw(net, X):
    """Return what a network gives before labels or probabilities are made of it."""
    is_classifier = isinstance(net, DeepMLPClassifier)
    return net.decision_function(X) if is_classifier else net.predict(X)


def assert_equal_to_rounding(found, expected):
    """Compare numbers whose rounding errors are relative to the largest of them."""
    assert found.dtype == expected.dtype
    assert found.shape == expected.shape
    size = max(1, np.abs(expected).max())
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e4 * np.finfo(found.dtype).eps * size)


def dense_cases():
    return cases(extreme=False, fixed=EXACT, containers=("C",), dtypes=(np.float64, np.float32))


@given(case=dense_cases(), generator=st.integers(0, 99).map(np.random.default_rng))
def test_rows_are_predicted_as_among_any_others(case, generator):
    net = case.fitted()
    everything = raw(net, case.X)
    rows = generator.integers(0, len(case.X), generator.integers(1, 60))
    assert_equal_to_rounding(raw(net, case.X[rows]), everything[rows])


@given(case=dense_cases())
def test_single_rows_are_predicted_as_among_others(case):
    net = case.fitted()
    single = np.concatenate([raw(net, case.X[i : i + 1]) for i in range(len(case.X))])
    assert_equal_to_rounding(single, raw(net, case.X))


def read_only(X):
    X = X.copy()
    X.flags.writeable = False
    return X


def strided(X):
    return np.repeat(np.repeat(X, 2, axis=0), 3, axis=1)[::2, ::3]


FORMS = {
    "F": np.asfortranarray,
    "reversed twice": lambda X: np.ascontiguousarray(X[::-1, ::-1])[::-1, ::-1],
    "strided": strided,
    "read-only": read_only,
    "CSR": csr_array,
    "CSC": csc_array,
    "other endianness": lambda X: X.astype(X.dtype.newbyteorder()),
}


@given(case=dense_cases(), form=st.sampled_from(sorted(FORMS)))
def test_the_form_of_features_does_not_matter(case, form):
    net = case.fitted()
    assert_equal_to_rounding(raw(net, FORMS[form](case.X)), raw(net, case.X))


@given(case=cases(extreme=False, fixed=EXACT, dtypes=(np.float64,)))
def test_whatever_holds_features_is_predicted_as_the_plain_array(case):
    net = case.fitted()
    plain = check_array(case.X, accept_sparse=True)
    plain = plain if isinstance(plain, np.ndarray) else plain.toarray()
    if isinstance(case.X, pd.DataFrame):
        plain = pd.DataFrame(plain, columns=case.X.columns)
    assert_equal_to_rounding(raw(net, case.X), raw(net, plain))
