"""Data to validate on, and scores, that early stopping cannot use."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.sparse import csr_array

from bad_inputs.cases import (
    CLASSIFIER,
    COLUMNS,
    LABELS,
    NO_COLUMNS,
    NO_WEIGHT,
    PER_FOLD,
    REGRESSOR,
    Bad,
    N,
    X,
    missing,
    spoiled,
)
from bad_inputs.features import FRAME, HOLES

STOP = {"early_stopping": True}
GOOD = {"X_val": X, "y_val": LABELS}
ONES = np.ones(N)


@dataclass(frozen=True)
class Returns:
    """A scorer that always gives the same."""

    value: Any

    def __call__(self, estimator, X, y):
        return self.value


def validated(message, kinds=CLASSIFIER, params=STOP, error=ValueError, pattern=None, **data):
    return Bad(message, {**GOOD, **data}, params, kinds=kinds, error=error, pattern=pattern)


def scored(message, scoring, data=None):
    return Bad(message, data or {}, {**STOP, "scoring": scoring}, kinds=CLASSIFIER)


VALIDATION = {
    "X_val without y_val": Bad(
        "X_val is provided, but y_val was not provided.", {"X_val": X}, STOP
    ),
    "y_val without X_val": Bad(
        "y_val is provided, but X_val was not provided.", {"y_val": LABELS}, STOP
    ),
    "weights without X_val": Bad(
        "sample_weight_val is provided, but X_val was not provided.",
        {"sample_weight_val": ONES},
        STOP,
    ),
    "without early stopping": validated(
        "X_val and y_val are passed to fit while at the same time early_stopping is "
        "False. When passing X_val and y_val to fit, early_stopping should be set to True.",
        params={},
    ),
    "other features": validated(
        "X_val has 3 features, but {owner} is expecting 4 features as input.", X_val=X[:, :3]
    ),
    "other columns": Bad(
        "The feature names should match those that were passed during fit.\n"
        "Feature names must be in the same order as they were in fit. This was found in "
        "X_val.",
        {"X": FRAME, "y_val": LABELS, "X_val": FRAME[["income", "age", "height", "weight"]]},
        STOP,
    ),
    "too few targets": validated(
        "Found input variables with inconsistent numbers of samples: [24, 23]. This was "
        "found in X_val and y_val.",
        y_val=LABELS[:-1],
    ),
    "unknown labels": validated(
        "`y_val` has classes not in `self.classes_`. `self.classes_` has [0 1 2]. "
        "'y_val' has [1 2 3].",
        y_val=LABELS + 1,
    ),
    "words for numbers": validated(
        "`y_val` has classes not in `self.classes_`. `self.classes_` has [0 1 2]. "
        "'y_val' has ['a' 'b' 'c'].",
        y_val=np.array(["a", "b", "c"])[LABELS],
    ),
    "columns for labels": validated(
        "`y_val` is multilabel, with 2 labels per row, but the network predicts one of "
        "the classes [0 1 2]. Give one column of them, or fit a new network.",
        y_val=COLUMNS,
    ),
    "continuous targets": validated(
        "Unknown label type: continuous. Maybe you are trying to fit a classifier, which "
        "expects discrete classes on a regression target with continuous values. This "
        "was found in y_val.",
        y_val=X[:, 0],
    ),
    "NaN in X_val": validated(
        missing("X_val", "Row 1 of feature 1 holds nan."), X_val=spoiled(X, np.nan)
    ),
    "NaN in a column": validated(
        missing("X_val", "Row 5 of feature 'height' holds nan."), X=FRAME, X_val=HOLES
    ),
    "infinity in sparse X_val": validated(
        "Input X_val contains infinity or a value too large for dtype('float64').\n"
        f"Row 1 of feature 1 holds inf. {PER_FOLD}",
        X_val=csr_array(spoiled(X, np.inf)),
    ),
    "words in X_val": validated(
        "could not convert string to float: 'a'. This was found in X_val.\n"
        "Row 0 of feature 0 holds 'a'. Encode words as numbers, for instance with "
        "OneHotEncoder in a ColumnTransformer.",
        X_val=np.full((N, 4), "a", dtype=object),
    ),
    "a vector": validated(
        NO_COLUMNS.format("X_val"),
        X_val=X[:, 0],
    ),
    "no rows": validated(
        "Found array with 0 sample(s) (shape=(0, 4)) while a minimum of 1 is required by "
        "{owner}. This was found in X_val.",
        X_val=X[:0],
        y_val=LABELS[:0],
    ),
    "complex X_val": validated(
        "Complex data not supported. This was found in X_val.\n"
        f"Row 0 of feature 0 holds (0.38266942694188455+1j). {PER_FOLD}",
        X_val=X + 1j,
    ),
    "a word": validated(
        "X_val must be an array, a list, a data frame or a series. Got an object of type str.",
        X_val="data.csv",
        error=TypeError,
    ),
    "NaN in y_val": validated(
        f"Input y_val contains NaN.\nRow 5 of y_val holds nan. {PER_FOLD}",
        y_val=spoiled(LABELS, np.nan),
    ),
    "a word as y_val": validated(
        "y_val must be an array, a list, a data frame or a series. Got an object of type str.",
        y_val="species",
        error=TypeError,
    ),
    "no weight": validated(
        "", sample_weight_val=0 * ONES, pattern=NO_WEIGHT.format("sample_weight_val")
    ),
    "negative weights": validated(
        "Negative values in data passed to `sample_weight_val`.", sample_weight_val=-ONES
    ),
    "weights of NaN": validated(
        "Input sample_weight_val contains NaN.", sample_weight_val=np.nan * ONES
    ),
    "too few weights": validated(
        "sample_weight_val.shape == (23,), expected (24,)!", sample_weight_val=ONES[:-1]
    ),
    "weights in words": validated(
        "sample_weight_val must be an array, a list, a data frame or a series. Got an "
        "object of type str.",
        sample_weight_val="balanced",
        error=TypeError,
    ),
    "two outputs": validated(
        "y_val has 2 outputs, but y has 1 outputs.", REGRESSOR, y_val=X[:, :2]
    ),
    "negative counts": validated(
        "Some value(s) of y_val are out of the valid range of the loss 'poisson', which "
        "needs y_val >= 0: row 0 holds -1.",
        REGRESSOR,
        {**STOP, "loss": "poisson"},
        y=LABELS,
        y_val=LABELS - 1,
    ),
    "sparse y_val": validated(
        "Sparse data was passed as y_val, but a regressor needs dense targets. Use "
        "'y_val.toarray()'.",
        REGRESSOR,
        y_val=csr_array(X[:, :1]),
        error=TypeError,
    ),
    "more than float32 holds": validated(
        "Input X_val contains values too large for a network of dtype float32: row 1 of "
        "feature 1 holds 1e+60. Scale the features, for instance with StandardScaler in "
        "a Pipeline.",
        params={**STOP, "dtype": "float32"},
        X_val=spoiled(X, 1e60),
    ),
    "a score of words": scored(
        "The 'scoring' parameter of {owner} must be a scorer that returns a number; it "
        "returned 'good'. Got Returns(value='good') instead.",
        Returns("good"),
    ),
    "a score of None": scored(
        "The 'scoring' parameter of {owner} must be a scorer that returns a number; it "
        "returned None. Got Returns(value=None) instead.",
        Returns(None),
    ),
    "several scores": scored(
        "The 'scoring' parameter of {owner} must be a scorer that returns a number; it "
        "returned [0.5, 0.7]. Got Returns(value=[0.5, 0.7]) instead.",
        Returns([0.5, 0.7]),
    ),
    "a complex score": scored(
        "The 'scoring' parameter of {owner} must be a scorer that returns a number; it "
        "returned 1j. Got Returns(value=1j) instead.",
        Returns(1j),
    ),
    "a metric for a scorer": scored(
        "The 'scoring' parameter of {owner} must be a scorer, callable as "
        "scorer(estimator, X, y). Got <built-in function max> instead.",
        max,
    ),
    "a scorer without weights": scored(
        "The 'scoring' parameter of {owner} must be a scorer that takes sample_weight, "
        "as those of make_scorer do, where rows or classes have weights. Got "
        "Returns(value=0.5) instead.",
        Returns(0.5),
        {"sample_weight": 1 + LABELS},
    ),
    "a scorer for other targets": scored(
        "The 'scoring' parameter of {owner} must be a scorer for this y and these "
        "predictions. Got 'r2' instead. It raised ValueError: could not convert string "
        "to float: 'a'",
        "r2",
        {"y": np.array(["a", "b", "c"], dtype=object)[LABELS]},
    ),
    "a scorer of a positive class, for words": scored(
        "The 'scoring' parameter of {owner} must be a scorer for this y and these "
        "predictions. Got 'f1' instead. It raised ValueError: pos_label=1 is not a valid label: "
        "It should be one of ['a' 'b']. Pass scoring=make_scorer(f1_score, pos_label=...) with "
        "the positive class.",
        "f1",
        {"y": np.array(["a", "b"])[np.arange(N) % 2]},
    ),
    "a scorer for two classes": scored(
        "The 'scoring' parameter of {owner} must be a scorer for this y and these "
        "predictions. Got 'f1' instead. It raised ValueError: Target is multiclass but "
        "average='binary'. Please choose another average setting, one of [None, 'micro', "
        "'macro', 'weighted'].",
        "f1",
    ),
}
