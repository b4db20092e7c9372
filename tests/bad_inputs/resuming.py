"""What `partial_fit` and `warm_start` cannot resume from."""

import numpy as np

from bad_inputs.cases import (
    CLASSIFIER,
    COLUMNS,
    LABELS,
    NO_WEIGHT,
    REGRESSOR,
    Bad,
    N,
    X,
    missing,
    spoiled,
)
from bad_inputs.features import FRAME

WARM = {"warm_start": True}
TWO = np.column_stack([X[:, 0], X[:, 1]])


def partial(message, data=None, params=None, kinds=CLASSIFIER, **more):
    return Bad(message, data or {}, params or {}, method="partial_fit", kinds=kinds, **more)


def first(message, classes, y=LABELS, **more):
    data = {"y": y, "classes": classes}
    return partial(message, data, fitted_to=None, **more)


def warm(message, data=None, kinds=CLASSIFIER, **params):
    return Bad(message, data or {}, {**WARM, **params}, kinds=kinds)


RESUMING = {
    "classes are missing": first("classes must be passed on the first call to partial_fit.", None),
    "classes lack a label": first(
        "`y` has classes not in `self.classes_`. `self.classes_` has [0 1]. 'y' has [0 1 2].",
        [0, 1],
    ),
    "classes are a number": first(
        "classes must be an array, a list, a data frame or a series. Got an object of type int.",
        3,
        error=TypeError,
    ),
    "classes are a word": first(
        "classes must be an array, a list, a data frame or a series. Got an object of type str.",
        "abc",
        error=TypeError,
    ),
    "no classes": first(
        "classes must be one label or more, in one dimension. Got the shape (0,).", []
    ),
    "classes in two columns": first(
        "classes must be one label or more, in one dimension. Got the shape (2, 2).",
        [[0, 1], [2, 3]],
    ),
    "classes are not unique numbers": first(
        "Unknown label type: ([0.5, 1.5],). This was found in classes.", [0.5, 1.5]
    ),
    "classes of mixed types": first(
        "Labels in classes must be all words or all numbers. Got the types ['int', "
        "'str']. Leave out rows without a label, or give the label a name.",
        ["a", 1],
        error=TypeError,
    ),
    "classes with None": first(
        "classes must not contain missing values. Got [0, 1, 2, None].", [0, 1, 2, None]
    ),
    "classes with NaN": first(
        "classes must not contain missing values. Got [0, 1, nan].", [0, 1, np.nan]
    ),
    "classes are words": first(
        "`y` has classes not in `self.classes_`. `self.classes_` has ['a' 'b' 'c']. 'y' "
        "has [0 1 2].",
        ["a", "b", "c"],
    ),
    "classes are complex": first(
        "Complex data not supported. This was found in classes.", [0j, 1j, 2j]
    ),
    "too few labels are announced": first(
        "`y` has classes not in `self.classes_`, or not all of them. `self.classes_` has "
        "[0]. 'y' has [0 1]: the classes of multilabel targets are the indices of the "
        "columns of y.",
        [0],
        y=COLUMNS,
    ),
    "classes change": partial(
        "`classes=[0, 1]` is not the same as on last call to partial_fit, was: array([0, 1, 2])",
        {"classes": [0, 1]},
    ),
    "an unknown label": partial(
        "`y` has classes not in `self.classes_`. `self.classes_` has [0 1 2]. 'y' has [1 2 3].",
        {"y": LABELS + 1},
    ),
    "words for numbered classes": partial(
        "`y` has classes not in `self.classes_`. `self.classes_` has [0 1 2]. 'y' has "
        "['a' 'b' 'c'].",
        {"y": np.array(["a", "b", "c"])[LABELS]},
    ),
    "labels of columns": partial(
        "`y` is multilabel, with 2 labels per row, but the network predicts one of the "
        "classes [0 1 2]. Give one column of them, or fit a new network.",
        {"y": COLUMNS},
    ),
    "one column for several": partial(
        "`y` has one column of class labels, but the network is multilabel, with 2 "
        "labels per row. Give zeros and ones of shape (n_samples, 2), or fit a new network.",
        {"y": LABELS},
        fitted_to={"y": COLUMNS},
    ),
    "more columns": partial(
        "`y` has classes not in `self.classes_`, or not all of them. `self.classes_` has "
        "[0 1]. 'y' has [0 1 2 3]: the classes of multilabel targets are the indices of "
        "the columns of y.",
        {"y": np.hstack([COLUMNS, COLUMNS])},
        fitted_to={"y": COLUMNS},
    ),
    "other features": partial(
        "X has 3 features, but {owner} is expecting 4 features as input.", {"X": X[:, :3]}
    ),
    "other columns": partial(
        "The feature names should match those that were passed during fit.\n"
        "Feature names must be in the same order as they were in fit. This was found in X.",
        {"X": FRAME[["income", "age", "height", "weight"]]},
        fitted_to={"X": FRAME},
    ),
    "NaN": partial(missing("X", "Row 1 of feature 1 holds nan."), {"X": spoiled(X, np.nan)}),
    "no weight": partial(
        "", {"sample_weight": np.zeros(N)}, pattern=NO_WEIGHT.format("sample_weight")
    ),
    "early stopping": partial(
        "partial_fit does not support early_stopping=True", params={"early_stopping": True}
    ),
    "a schedule over all epochs": partial(
        "The 'learning_rate' parameter of {owner} must be one of ['constant', "
        "'invscaling', 'adaptive'] in partial_fit, which does not know how many calls "
        "will follow. Got 'cosine' instead.",
        params={"learning_rate": "cosine"},
    ),
    "one cycle over all epochs": partial(
        "The 'learning_rate' parameter of {owner} must be one of ['constant', "
        "'invscaling', 'adaptive'] in partial_fit, which does not know how many calls "
        "will follow. Got 'one_cycle' instead.",
        params={"learning_rate": "one_cycle"},
    ),
    "balanced classes": partial(
        "The 'class_weight' parameter of {owner} must be a dict or None in partial_fit, "
        "which does not know how often each class will occur. Got 'balanced' instead.",
        params={"class_weight": "balanced"},
    ),
    "a solver without steps": partial(
        "This '{owner}' has no attribute 'partial_fit'",
        params={"solver": "lbfgs"},
        error=AttributeError,
    ),
    "an unknown solver": partial(
        "The 'solver' parameter of {owner} must be a str among {'adam', 'adamw', "
        "'nadam', 'rmsprop', 'sgd', 'lbfgs'}. Got 'adamm' instead. Did you mean 'adam'?",
        params={"solver": "adamm"},
    ),
    "more layers": partial(
        "warm_start and partial_fit resume training of the fitted network, whose layers "
        "have coefficients of the shapes [(4, 3), (3, 3)]. hidden_layer_sizes, "
        "skip_connections and y now ask for [(4, 3), (3, 3), (3, 3)]. Keep the "
        "parameters of the fitted {owner}, or fit a new one (warm_start=False).",
        params={"hidden_layer_sizes": (3, 3)},
    ),
    "another number of targets": partial(
        "warm_start and partial_fit resume training of the fitted network, whose layers "
        "have coefficients of the shapes [(4, 3), (3, 1)]. hidden_layer_sizes, "
        "skip_connections and y now ask for [(4, 3), (3, 2)]. Keep the parameters of the "
        "fitted {owner}, or fit a new one (warm_start=False).",
        {"y": TWO},
        kinds=REGRESSOR,
    ),
    "raw data for selu": partial(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: the mean of all rows seen so far is not within ±0.1; "
        "most entries of all rows seen so far are not within ±1.5. Remedy: Standardize "
        "all features before partial_fit, with a StandardScaler that has seen enough "
        "rows: fitted before, or grown by its own partial_fit.",
        {"X": 50 + X, "classes": [0, 1, 2]},
        {"activation": "selu"},
        fitted_to=None,
    ),
    "large data for selu": partial(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- X is not standardized: most entries of all rows seen so far are not within "
        "±1.5. Remedy: Standardize all features before partial_fit, with a "
        "StandardScaler that has seen enough rows: fitted before, or grown by its own "
        "partial_fit.",
        {"X": 10 * X, "classes": [0, 1, 2]},
        {"activation": "selu"},
        fitted_to=None,
    ),
    "alpha for selu": partial(
        "{owner} with activation SELU() is not self-normalizing, as these conditions are "
        "broken (self_normalization='warn' or 'ignore' trains anyway):\n"
        "- alpha=0.1 penalizes the weights. Remedy: set alpha=0; dropout with "
        "dropout_kind='auto' regularizes instead.",
        {"classes": [0, 1, 2]},
        {"activation": "selu", "alpha": 0.1},
        fitted_to=None,
    ),
    "warm: another width": warm(
        "warm_start and partial_fit resume training of the fitted network, whose layers "
        "have coefficients of the shapes [(4, 3), (3, 3)]. hidden_layer_sizes, "
        "skip_connections and y now ask for [(4, 4), (4, 3)]. Keep the parameters of the "
        "fitted {owner}, or fit a new one (warm_start=False).",
        hidden_layer_sizes=(4,),
    ),
    "warm: another depth": warm(
        "warm_start and partial_fit resume training of the fitted network, whose layers "
        "have coefficients of the shapes [(4, 3), (3, 3)]. hidden_layer_sizes, "
        "skip_connections and y now ask for [(4, 3), (3, 3), (3, 3)]. Keep the "
        "parameters of the fitted {owner}, or fit a new one (warm_start=False).",
        hidden_layer_sizes=(3, 3),
    ),
    "warm: wide": warm(
        "warm_start and partial_fit resume training of the fitted network, whose layers "
        "have coefficients of the shapes [(4, 3), (3, 3)]. hidden_layer_sizes, "
        "skip_connections and y now ask for [(4, 3), (7, 3)]. Keep the parameters of the "
        "fitted {owner}, or fit a new one (warm_start=False).",
        skip_connections="wide",
    ),
    "warm: a learned activation": warm(
        "warm_start and partial_fit resume training of the fitted network, whose "
        "activation has learned nothing. activation='prelu' now asks for "
        "['negative_slope']. Keep the parameters of the fitted {owner}, or fit a new one "
        "(warm_start=False).",
        activation="prelu",
    ),
    "warm: a normalization": warm(
        "warm_start and partial_fit resume training of the fitted network, whose "
        "normalization has learned nothing. normalization='batch' now asks for ['scale', "
        "'offset', 'mean', 'var']. Keep the parameters of the fitted {owner}, or fit a "
        "new one (warm_start=False).",
        normalization="batch",
    ),
    "warm: fewer classes": warm(
        "warm_start can only be used where `y` has the same classes as in the previous "
        "call to fit. Previously got [0 1 2], `y` has [0 1]. Set warm_start=False to "
        "start a new network.",
        {"y": LABELS % 2},
    ),
    "warm: other classes": warm(
        "warm_start can only be used where `y` has the same classes as in the previous "
        "call to fit. Previously got [0 1 2], `y` has [1 2 3]. Set warm_start=False to "
        "start a new network.",
        {"y": LABELS + 1},
    ),
    "warm: labels of columns": warm(
        "`y` is multilabel, with 2 labels per row, but the network predicts one of the "
        "classes [0 1 2]. Give one column of them, or fit a new network.",
        {"y": COLUMNS},
    ),
    "warm: other features": warm(
        "X has 3 features, but {owner} is expecting 4 features as input.", {"X": X[:, :3]}
    ),
    "warm: another number of targets": warm(
        "warm_start and partial_fit resume training of the fitted network, whose layers "
        "have coefficients of the shapes [(4, 3), (3, 1)]. hidden_layer_sizes, "
        "skip_connections and y now ask for [(4, 3), (3, 2)]. Keep the parameters of the "
        "fitted {owner}, or fit a new one (warm_start=False).",
        {"y": TWO},
        REGRESSOR,
    ),
}
