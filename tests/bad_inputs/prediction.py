"""Data that a fitted network cannot predict from, and methods that need a fitted one."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.exceptions import NotFittedError

from bad_inputs.cases import CLASSIFIER, LABELS, PER_FOLD, Bad, N, X, missing, spoiled
from bad_inputs.features import DECIMALS, FRAME, HOLES, WORDS

FITTED = {"X": FRAME}


def before_fit(message, method, **more):
    return Bad(message, method=method, fitted_to=None, error=NotFittedError, **more)


def of_frame(message, frame):
    return Bad(message, {"X": frame}, method="predict", fitted_to=FITTED)


def predicting(message, features, **more):
    return Bad(message, {"X": features}, **{"method": "predict", **more})


PREDICTION = {
    "predict before fit": before_fit(
        "This {owner} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator.",
        "predict",
    ),
    "predict_proba before fit": before_fit(
        "This {owner} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator.",
        "predict_proba",
        kinds=CLASSIFIER,
    ),
    "predict_log_proba before fit": before_fit(
        "This {owner} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator.",
        "predict_log_proba",
        kinds=CLASSIFIER,
    ),
    "decision_function before fit": before_fit(
        "This {owner} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator.",
        "decision_function",
        kinds=CLASSIFIER,
    ),
    "score before fit": before_fit(
        "This {owner} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator.",
        "score",
    ),
    "too few features": predicting(
        "X has 3 features, but {owner} is expecting 4 features as input.", X[:, :3]
    ),
    "too many features": predicting(
        "X has 8 features, but {owner} is expecting 4 features as input.", np.hstack([X, X])
    ),
    "too few sparse features": predicting(
        "X has 3 features, but {owner} is expecting 4 features as input.", csr_array(X[:, :3])
    ),
    "one row as a vector": predicting(
        "Expected 2D array, got 1D array instead:\n"
        "array=[ 0.38266943 -0.23288205  0.44008028 -0.2600382 ].\n"
        "Reshape your data either using array.reshape(-1, 1) if your data has a single "
        "feature or array.reshape(1, -1) if it contains a single sample. This was found "
        "in X.",
        X[0],
    ),
    "one number": predicting(
        "X must be an array, a list, a data frame or a series. Got an object of type float.",
        3.0,
        error=TypeError,
    ),
    "images": predicting(
        "Found array with dim 3, while dim <= 2 is required by {owner}. This was found in X.",
        X[None],
    ),
    "None": predicting(
        "X must be an array, a list, a data frame or a series. Got None.", None, error=TypeError
    ),
    "a word": predicting(
        "X must be an array, a list, a data frame or a series. Got an object of type str.",
        "data.csv",
        error=TypeError,
    ),
    "no rows": predicting(
        "Found array with 0 sample(s) (shape=(0, 4)) while a minimum of 1 is required by "
        "{owner}. This was found in X.",
        X[:0],
    ),
    "words": predicting(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 0 holds 'tall'. Encode words as numbers, for instance with "
        "OneHotEncoder in a ColumnTransformer.",
        np.full((N, 4), "tall", dtype=object),
    ),
    "complex": predicting(
        "Complex data not supported. This was found in X.\n"
        f"Row 0 of feature 0 holds (0.38266942694188455+1j). {PER_FOLD}",
        X + 1j,
    ),
    "NaN": predicting(missing("X", "Row 1 of feature 1 holds nan."), spoiled(X, np.nan)),
    "infinity": predicting(
        "Input X contains infinity or a value too large for dtype('float64').\n"
        f"Row 1 of feature 1 holds inf. {PER_FOLD}",
        spoiled(X, np.inf),
    ),
    "sparse NaN": predicting(
        missing("X", "Row 1 of feature 1 holds nan."), csr_array(spoiled(X, np.nan))
    ),
    "ragged": predicting(
        "setting an array element with a sequence. The requested array has an "
        "inhomogeneous shape after 1 dimensions. The detected shape was (2,) + "
        "inhomogeneous part. This was found in X.",
        [[1, 2, 3, 4], [1]],
    ),
    "probabilities of NaN": predicting(
        missing("X", "Row 1 of feature 1 holds nan."),
        spoiled(X, np.nan),
        method="predict_proba",
        kinds=CLASSIFIER,
    ),
    "logarithms for too few features": predicting(
        "X has 3 features, but {owner} is expecting 4 features as input.",
        X[:, :3],
        method="predict_log_proba",
        kinds=CLASSIFIER,
    ),
    "logits of a vector": predicting(
        "Expected 2D array, got 1D array instead:\n"
        "array=[ 0.38266943 -0.23288205  0.44008028 -0.2600382 ].\n"
        "Reshape your data either using array.reshape(-1, 1) if your data has a single "
        "feature or array.reshape(1, -1) if it contains a single sample. This was found "
        "in X.",
        X[0],
        method="decision_function",
        kinds=CLASSIFIER,
    ),
    "columns in another order": of_frame(
        "The feature names should match those that were passed during fit.\n"
        "Feature names must be in the same order as they were in fit. This was found in X.",
        FRAME[["income", "age", "height", "weight"]],
    ),
    "a column is missing": of_frame(
        "The feature names should match those that were passed during fit.\n"
        "Feature names seen at fit time, yet now missing:\n"
        "- income. This was found in X.",
        FRAME.drop(columns="income"),
    ),
    "another column": of_frame(
        "The feature names should match those that were passed during fit.\n"
        "Feature names unseen at fit time:\n"
        "- wealth\n"
        "Feature names seen at fit time, yet now missing:\n"
        "- income. This was found in X.",
        FRAME.rename(columns={"income": "wealth"}),
    ),
    "a column more": of_frame(
        "The feature names should match those that were passed during fit.\n"
        "Feature names unseen at fit time:\n"
        "- sex. This was found in X.",
        FRAME.assign(sex=0.0),
    ),
    "NaN in a column": of_frame(missing("X", "Row 5 of feature 'height' holds nan."), HOLES),
    "words in a column": of_frame(
        "could not convert string to float: 'tall'. This was found in X.\n"
        "Row 0 of feature 'height' holds 'tall'. Encode words as numbers, for instance "
        "with OneHotEncoder in a ColumnTransformer.",
        WORDS,
    ),
    "more than float32 holds": Bad(
        "Input X contains values too large for a network of dtype float32: row 1 of "
        "feature 1 holds 1e+60. Scale the features, for instance with StandardScaler in "
        "a Pipeline.",
        {"X": spoiled(X, 1e60)},
        {"dtype": "float32"},
        "predict",
        fitted_to={"X": X.astype(np.float32)},
    ),
    "more than float32 holds in a column": Bad(
        "Input X contains values too large for a network of dtype float32: row 5 of "
        "feature 'income' holds 1e+60. Scale the features, for instance with "
        "StandardScaler in a Pipeline.",
        {"X": DECIMALS},
        method="predict",
        fitted_to={"X": FRAME.astype(np.float32)},
    ),
    "score with too few targets": Bad(
        "Found input variables with inconsistent numbers of samples: [23, 24]",
        {"y": LABELS[:-1]},
        method="score",
    ),
    "score on other features": Bad(
        "X has 3 features, but {owner} is expecting 4 features as input.",
        {"X": X[:, :3]},
        method="score",
    ),
}
