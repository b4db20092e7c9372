"""Targets that cannot be used."""

import numpy as np
import pandas as pd
from scipy.sparse import coo_array, csr_array

from bad_inputs.cases import CLASSIFIER, COLUMNS, LABELS, PER_FOLD, REGRESSOR, Bad, N, X, spoiled

NAMES = np.array(["cat", "dog", "owl"])[LABELS]
MIXED = np.array(["cat", 1, 2.5] * (N // 3), dtype=object)


def missing_target(place, message="Input y contains NaN."):
    """Return a message about missing targets."""
    return f"{message}\n{place} {PER_FOLD}"


def infinite_target(place):
    """Return a message about infinite targets."""
    message = "Input y contains infinity or a value too large for dtype('float64')."
    return missing_target(place, message)


TARGETS = {
    "no y": Bad(
        "This {owner} estimator requires y to be passed, but the target y is None.", {"y": None}
    ),
    "NaN in y": Bad(
        missing_target("Row 5 of y holds nan."), {"y": spoiled(LABELS, np.nan)}, kinds=CLASSIFIER
    ),
    "NaN in y of numbers": Bad(
        missing_target("Row 5 of y holds nan."), {"y": spoiled(LABELS, np.nan)}, kinds=REGRESSOR
    ),
    "infinity in y": Bad(
        infinite_target("Row 5 of y holds inf."),
        {"y": spoiled(LABELS, np.inf)},
        kinds=CLASSIFIER,
    ),
    "infinity in y of numbers": Bad(
        infinite_target("Row 5 of y holds inf."),
        {"y": spoiled(LABELS, np.inf)},
        kinds=REGRESSOR,
    ),
    "None among labels": Bad(
        "Labels in y must be all words or all numbers. Got the types ['NoneType', "
        "'str']. Leave out rows without a label, or give the label a name.\n"
        f"Row 1 of y holds None. {PER_FOLD}",
        {"y": np.where(LABELS == 1, None, NAMES)},
        kinds=CLASSIFIER,
        error=TypeError,
    ),
    "None among numbers": Bad(
        missing_target("Row 1 of y holds None."),
        {"y": np.where(LABELS == 1, None, 1.5)},
        kinds=REGRESSOR,
    ),
    "missing integers": Bad(
        missing_target("Row 1 of y holds nan."),
        {"y": pd.array([1, None] * (N // 2), dtype="Int64")},
    ),
    "missing words": Bad(
        missing_target("Row 1 of y holds nan.", "Input contains NaN. This was found in y."),
        {"y": pd.Series(["cat", None] * (N // 2))},
        kinds=CLASSIFIER,
    ),
    "missing categories": Bad(
        missing_target("Row 1 of y holds nan.", "Input contains NaN. This was found in y."),
        {"y": pd.Series(pd.Categorical(["cat", None] * (N // 2)))},
        kinds=CLASSIFIER,
    ),
    "NaN in labels of columns": Bad(
        missing_target("Row 2 of column 1 of y holds nan."),
        {"y": spoiled(COLUMNS, np.nan)},
        kinds=CLASSIFIER,
    ),
    "too few targets": Bad(
        "Found input variables with inconsistent numbers of samples: [24, 23]. This was "
        "found in X and y.",
        {"y": LABELS[:-1]},
    ),
    "too many targets": Bad(
        "Found input variables with inconsistent numbers of samples: [24, 48]. This was "
        "found in X and y.",
        {"y": np.r_[LABELS, LABELS]},
    ),
    "no targets": Bad(
        "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is required by "
        "{owner}. This was found in y.",
        {"y": []},
    ),
    "one number": Bad(
        "y must be an array, a list, a data frame or a series. Got an object of type int.",
        {"y": 3},
        error=TypeError,
    ),
    "a word": Bad(
        "y must be an array, a list, a data frame or a series. Got an object of type str.",
        {"y": "species"},
        error=TypeError,
    ),
    "a dict": Bad(
        "y must be an array, a list, a data frame or a series. Got an object of type dict.",
        {"y": {"species": LABELS}},
        error=TypeError,
    ),
    "a set of targets": Bad(
        "y must be an array, a list, a data frame or a series. Got an object of type set.",
        {"y": {0, 1}},
        error=TypeError,
    ),
    "continuous": Bad(
        "Unknown label type: continuous. Maybe you are trying to fit a classifier, which "
        "expects discrete classes on a regression target with continuous values. This "
        "was found in y.",
        {"y": X[:, 0]},
        kinds=CLASSIFIER,
    ),
    "continuous columns": Bad(
        "Unknown label type: continuous-multioutput. Maybe you are trying to fit a "
        "classifier, which expects discrete classes on a regression target with "
        "continuous values. This was found in y.",
        {"y": X[:, :2]},
        kinds=CLASSIFIER,
    ),
    "continuous objects": Bad(
        "Unknown label type: unknown. Maybe you are trying to fit a classifier, which "
        "expects discrete classes on a regression target with continuous values. This "
        "was found in y.",
        {"y": X[:, 0].astype(object)},
        kinds=CLASSIFIER,
    ),
    "several columns of classes": Bad(
        "Multioutput target data is not supported: y has several columns with values "
        "other than 0 and 1. Fit one classifier per column, for instance with "
        "MultiOutputClassifier.",
        {"y": np.column_stack([LABELS, LABELS])},
        kinds=CLASSIFIER,
    ),
    "several columns of words": Bad(
        "Multioutput target data is not supported: y has several columns with values "
        "other than 0 and 1. Fit one classifier per column, for instance with "
        "MultiOutputClassifier.",
        {"y": np.column_stack([NAMES, NAMES])},
        kinds=CLASSIFIER,
    ),
    "columns of other labels": Bad(
        "Multilabel y must hold zeros and ones only. Column 0 holds the values [0, 2]. "
        "Encode it first, for instance as y = (y == 2).",
        {"y": 2 * COLUMNS},
        kinds=CLASSIFIER,
    ),
    "sparse columns of other labels": Bad(
        "Multilabel y must hold zeros and ones only. Column 0 holds the values [0, 2]. "
        "Encode it first, for instance as y = (y == 2).",
        {"y": csr_array(2 * COLUMNS)},
        kinds=CLASSIFIER,
    ),
    "sparse numbers for classes": Bad(
        "Unknown label type: continuous-multioutput. Maybe you are trying to fit a "
        "classifier, which expects discrete classes on a regression target with "
        "continuous values. This was found in y.",
        {"y": csr_array(X)},
        kinds=CLASSIFIER,
    ),
    "sparse vector": Bad(
        "Sparse y must have 2 dimensions. Got the shape (24,).",
        {"y": coo_array(LABELS)},
        kinds=CLASSIFIER,
    ),
    "sparse values": Bad(
        "Sparse data was passed as y, but a regressor needs dense targets. Use 'y.toarray()'.",
        {"y": csr_array(X[:, :1])},
        kinds=REGRESSOR,
        error=TypeError,
    ),
    "no columns": Bad(
        "Found array with 0 feature(s) (shape=(24, 0)) while a minimum of 1 is required "
        "by {owner}. This was found in y.",
        {"y": np.zeros((N, 0))},
    ),
    "three dimensions": Bad(
        "Found array with dim 3, while dim <= 2 is required by {owner}. This was found in y.",
        {"y": np.zeros((N, 2, 2))},
    ),
    "a row of targets": Bad(
        "Found input variables with inconsistent numbers of samples: [24, 1]. This was "
        "found in X and y.",
        {"y": LABELS[None]},
    ),
    "words and numbers": Bad(
        "Labels in y must be all words or all numbers. Got the types ['float', 'int', "
        "'str']. Leave out rows without a label, or give the label a name.",
        {"y": MIXED},
        kinds=CLASSIFIER,
        error=TypeError,
    ),
    "words for numbers": Bad(
        "could not convert string to float: 'cat'. This was found in y.",
        {"y": NAMES.tolist()},
        kinds=REGRESSOR,
    ),
    "words as objects for numbers": Bad(
        "could not convert string to float: 'cat'. This was found in y.",
        {"y": NAMES.astype(object)},
        kinds=REGRESSOR,
    ),
    "words and numbers for numbers": Bad(
        "could not convert string to float: 'cat'. This was found in y.",
        {"y": MIXED},
        kinds=REGRESSOR,
    ),
    "bytes as labels": Bad(
        "Support for labels represented as bytes is not supported. Convert the labels to "
        "a string or integer format. This was found in y.",
        {"y": NAMES.astype(bytes)},
        kinds=CLASSIFIER,
        error=TypeError,
    ),
    "lists as targets": Bad(
        "setting an array element with a sequence. The requested array has an "
        "inhomogeneous shape after 1 dimensions. The detected shape was (24,) + "
        "inhomogeneous part. This was found in y.",
        {"y": [[0], [0, 1]] * (N // 2)},
    ),
    "objects as classes": Bad(
        "Unknown label type: unknown. Maybe you are trying to fit a classifier, which "
        "expects discrete classes on a regression target with continuous values. This "
        "was found in y.",
        {"y": np.array([{"a": 1}] * N, dtype=object)},
        kinds=CLASSIFIER,
    ),
    "objects as numbers": Bad(
        "float() argument must be a string or a real number, not 'dict'. This was found in y.",
        {"y": np.array([{"a": 1}] * N, dtype=object)},
        kinds=REGRESSOR,
        error=TypeError,
    ),
    "tuples of labels": Bad(
        "You appear to be using a legacy multi-label data representation. Sequence of "
        "sequences are no longer supported; use a binary array or sparse matrix instead "
        "- the MultiLabelBinarizer transformer can convert to this format. This was "
        "found in y.",
        {"y": pd.Series([("cat", "dog"), ("owl",)] * (N // 2))},
        kinds=CLASSIFIER,
    ),
    "a column of lists": Bad(
        "setting an array element with a sequence. This was found in y.",
        {"y": pd.Series([[1, 2], [3]] * (N // 2))},
        kinds=REGRESSOR,
    ),
    "complex targets": Bad("Complex data not supported. This was found in y.", {"y": LABELS + 1j}),
    "dates as numbers": Bad(
        "y holds dates or durations. Turn them into numbers first, for instance into "
        "days since a fixed date.",
        {"y": np.full(N, np.datetime64("2020-01-01"))},
        kinds=REGRESSOR,
        error=TypeError,
    ),
    "durations as numbers": Bad(
        "y holds dates or durations. Turn them into numbers first, for instance into "
        "days since a fixed date.",
        {"y": np.full(N, np.timedelta64(3, "D"))},
        kinds=REGRESSOR,
        error=TypeError,
    ),
    "more than float32 holds": Bad(
        "Input y contains values too large for a network of dtype float32: row 5 holds "
        "[1.e+60]. Scale y, for instance with TransformedTargetRegressor.",
        {"y": spoiled(LABELS, 1e60)},
        {"dtype": "float32"},
        kinds=REGRESSOR,
    ),
    "negative counts": Bad(
        "Some value(s) of y are out of the valid range of the loss 'poisson', which "
        "needs y >= 0: row 5 holds -2.0.",
        {"y": spoiled(LABELS, -2)},
        {"loss": "poisson"},
        kinds=REGRESSOR,
    ),
    "negative counts in a column": Bad(
        "Some value(s) of y are out of the valid range of the loss 'poisson', which "
        "needs y >= 0: row 2 holds [ 1. -2.].",
        {"y": spoiled(COLUMNS, -2)},
        {"loss": "poisson"},
        kinds=REGRESSOR,
    ),
    "a class with one row": Bad(
        pattern=r"The least populated class(es)? in y ha(s|ve) only 1 member, which is too few\..* "
        "Early stopping takes rows of each class to validate with: add rows, set "
        r"early_stopping=False, or give X_val and y_val\.",
        data={"y": np.r_[1, np.zeros(N - 1, int)]},
        params={"early_stopping": True},
        kinds=CLASSIFIER,
    ),
    "too few rows to stop early": Bad(
        "The validation set is too small. Increase the size of your dataset: early "
        "stopping needs 2 rows to train and 2 to validate, but got n_samples=3 in total.",
        {"X": X[:3], "y": LABELS[:3]},
        {"early_stopping": True},
    ),
}
