"""Strategies of hypothesis over small data: features, targets and weights of rows.

Choices are drawn, and entries come from a generator with a drawn seed, which is quick and shrinks
well enough.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import strategies as st
from scipy.sparse import csc_array, csr_array
from sklearn.preprocessing import scale

GENERATORS = st.integers(0, 1000).map(np.random.default_rng)
SIZES = [1.0, 1e-3, 1e3, 1e-30, 1e30, 1e-300, 1e150, 1e300]
ORDINARY_SIZES = SIZES[:3]
DTYPES = [np.float64, np.float32, np.int64, bool]
CONTAINERS = {
    "C": np.ascontiguousarray,
    "F": np.asfortranarray,
    "list": np.ndarray.tolist,
    "frame": lambda X: pd.DataFrame(X, columns=[f"column {i}" for i in range(X.shape[1])]),
    "csr": csr_array,
    "csc": csc_array,
}
LABELS = [
    np.array([0, 1, 2, 3]),
    np.array(["a", "b", "c", "d"]),
    np.array([-1.0, 0.0, 5.0, 7.0]),
    np.array(["one", "two", "three", "four"], dtype=object),
]


def _as_type(X, dtype):
    """Round or clip finite numbers to a dtype."""
    if dtype is bool:
        return X > 0
    limit = 1e9 if dtype is np.int64 else float(np.finfo(dtype).max)
    return np.clip(X, -limit, limit).astype(dtype)


def _spoil(X, draw, sizes):
    """Give features other sizes, and make some of them or their rows equal."""
    X *= np.array(draw(st.lists(st.sampled_from(sizes), min_size=1, max_size=X.shape[1])))[-1]
    X[:, 0] *= draw(st.sampled_from(sizes))
    if draw(st.booleans()):
        X[:, -1] = draw(st.sampled_from([0.0, 1.0, -3.0]))
    if draw(st.booleans()):
        X[len(X) // 2 :] = X[0]
    return X


@st.composite
def features(draw, n_rows, *, extreme, containers=tuple(CONTAINERS), dtypes=tuple(DTYPES)):
    """Draw finite features in one of the forms in which users give them."""
    X = draw(GENERATORS).standard_normal((n_rows, draw(st.integers(1, 6))))
    if draw(st.booleans()):
        X = scale(X)
    else:
        with np.errstate(over="ignore"):
            X = np.clip(_spoil(X, draw, SIZES if extreme else ORDINARY_SIZES), -1e305, 1e305)
    X = _as_type(X, draw(st.sampled_from(dtypes)))
    return CONTAINERS[draw(st.sampled_from(containers))](X)


@st.composite
def classes(draw, n_rows):
    """Draw labels: of one class, of several, or of several at once."""
    generator = draw(GENERATORS)
    if draw(st.integers(0, 3)) == 0:
        return generator.integers(0, 2, (n_rows, draw(st.integers(2, 3))))
    codes = generator.integers(0, draw(st.integers(1, 4)), n_rows)
    return draw(st.sampled_from(LABELS))[codes]


@st.composite
def numbers(draw, n_rows, *, extreme):
    """Draw targets of a regressor, one or several."""
    shape = draw(st.sampled_from([(n_rows,), (n_rows, 1), (n_rows, 3)]))
    size = draw(st.sampled_from(SIZES if extreme else ORDINARY_SIZES))
    with np.errstate(under="ignore"):
        return size * (draw(GENERATORS).standard_normal(shape) + draw(st.sampled_from([0, 2])))


@st.composite
def weights(draw, n_rows, *, extreme):
    """Draw weights of rows, or none."""
    generator = draw(GENERATORS)
    size = draw(st.sampled_from([1.0, *((1e-300, 1e300) if extreme else ())]))
    return draw(
        st.sampled_from(
            [None, np.full(n_rows, size), size * generator.random(n_rows),
             generator.integers(0, 3, n_rows)]
        )
    )  # fmt: skip


@st.composite
def datasets(draw, *, target, extreme, min_rows=1, **of_features):
    """Draw features, targets and weights of a few rows."""
    n_rows = draw(st.integers(min_rows, 40))
    X = draw(features(n_rows, extreme=extreme, **of_features))
    is_regression = target == "numbers"
    y = draw(numbers(n_rows, extreme=extreme) if is_regression else classes(n_rows))
    return X, y, draw(weights(n_rows, extreme=extreme))
