"""Features of a kind or a shape that is no table."""

import numpy as np
from scipy.sparse import coo_array, csr_array

from bad_inputs.cases import LABELS, NO_COLUMNS, Bad, N, X
from bad_inputs.features import FRAME

SHAPES = {
    "records": Bad(
        "X is a structured array with the fields ['age', 'income']. Convert it with "
        "numpy.lib.recfunctions.structured_to_unstructured(X).",
        {"X": np.zeros(N, dtype=[("age", float), ("income", float)])},
        error=TypeError,
    ),
    "one feature as a vector": Bad(
        NO_COLUMNS.format("X"),
        {"X": X[:, 0]},
    ),
    "a series": Bad(
        "Expected a 2-dimensional container but got <class 'pandas.Series'> instead. "
        "Pass a DataFrame containing a single row (i.e. single sample) or a single "
        "column (i.e. single feature) instead. This was found in X.",
        {"X": FRAME["age"]},
    ),
    "images": Bad(
        "Found array with dim 3, while dim <= 2 is required by {owner}. This was found in X.",
        {"X": X.reshape(N, 2, 2)},
    ),
    "a single number": Bad(
        "X must be an array, a list, a data frame or a series. Got an object of type float.",
        {"X": 3.0},
        error=TypeError,
    ),
    "no rows": Bad(
        "Found array with 0 sample(s) (shape=(0, 4)) while a minimum of 1 is required by "
        "{owner}. This was found in X.",
        {"X": X[:0], "y": LABELS[:0]},
    ),
    "no features": Bad(
        "Found array with 0 feature(s) (shape=(24, 0)) while a minimum of 1 is required "
        "by {owner}. This was found in X.",
        {"X": X[:, :0]},
    ),
    "an empty list": Bad(
        "Expected 2D array, got 1D array instead:\n"
        "array=[].\n"
        "Reshape your data either using array.reshape(-1, 1) if your data has a single "
        "feature or array.reshape(1, -1) if it contains a single sample. This was found "
        "in X.",
        {"X": []},
    ),
    "an empty frame": Bad("X must have columns. Got a data frame without any.", {"X": FRAME[[]]}),
    "no sparse rows": Bad(
        "Found array with 0 sample(s) (shape=(0, 4)) while a minimum of 1 is required by "
        "{owner}. This was found in X.",
        {"X": csr_array((0, 4))},
    ),
    "sparse vector": Bad(
        "Expected 2D input, got input with shape (24,).\n"
        "Reshape your data either using array.reshape(-1, 1) if your data has a single "
        "feature or array.reshape(1, -1) if it contains a single sample. This was found "
        "in X.",
        {"X": coo_array(X[:, 0])},
    ),
    "ragged lists": Bad(
        "setting an array element with a sequence. The requested array has an "
        "inhomogeneous shape after 1 dimensions. The detected shape was (24,) + "
        "inhomogeneous part. This was found in X.",
        {"X": [[1.0, 2.0], [3.0]] * (N // 2)},
    ),
    "None": Bad(
        "X must be an array, a list, a data frame or a series. Got None.",
        {"X": None},
        error=TypeError,
    ),
    "a name of a file": Bad(
        "X must be an array, a list, a data frame or a series. Got an object of type str.",
        {"X": "data.csv"},
        error=TypeError,
    ),
    "a dict of columns": Bad(
        "X must be an array, a list, a data frame or a series. Got an object of type dict.",
        {"X": {"age": X[:, 0], "income": X[:, 1]}},
        error=TypeError,
    ),
    "a set": Bad(
        "X must be an array, a list, a data frame or a series. Got an object of type set.",
        {"X": {1.0, 2.0}},
        error=TypeError,
    ),
    "a generator": Bad(
        "X must be an array, a list, a data frame or a series. Got an object of type generator.",
        {"X": (row for row in X)},
        error=TypeError,
    ),
    "a type": Bad(
        "X must be an array, a list, a data frame or a series. Got an object of type type.",
        {"X": list},
        error=TypeError,
    ),
    "too few rows": Bad(
        "Found input variables with inconsistent numbers of samples: [23, 24]. This was "
        "found in X and y.",
        {"X": X[:-1]},
    ),
    "too many rows": Bad(
        "Found input variables with inconsistent numbers of samples: [48, 24]. This was "
        "found in X and y.",
        {"X": np.vstack([X, X])},
    ),
}
