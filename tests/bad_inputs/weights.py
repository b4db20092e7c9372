"""Weights of rows and of classes that cannot be used."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from bad_inputs.cases import CLASSIFIER, COLUMNS, NO_WEIGHT, Bad, N, spoiled

ONES = np.ones(N)


def of_classes(message, class_weight, data=None, **more):
    return Bad(message, data or {}, {"class_weight": class_weight}, kinds=CLASSIFIER, **more)


def of_rows(message, sample_weight, **more):
    return Bad(message, {"sample_weight": sample_weight}, **more)


WEIGHTS = {
    "negative": of_rows("Negative values in data passed to `sample_weight`.", spoiled(ONES, -1)),
    "NaN": of_rows("Input sample_weight contains NaN.", spoiled(ONES, np.nan)),
    "infinity": of_rows(
        "Input sample_weight contains infinity or a value too large for dtype('float64').",
        spoiled(ONES, np.inf),
    ),
    "missing in a series": of_rows(
        "Input sample_weight contains NaN.", pd.Series([1, None] * (N // 2), dtype="Int64")
    ),
    "too few": of_rows("sample_weight.shape == (23,), expected (24,)!", ONES[:-1]),
    "too many": of_rows("sample_weight.shape == (25,), expected (24,)!", np.ones(N + 1)),
    "none at all": of_rows(
        "Found array with 0 sample(s) (shape=(0,)) while a minimum of 1 is required. "
        "This was found in sample_weight.",
        [],
    ),
    "a column": of_rows(
        "Sample weights must be 1D array or scalar, got 2D array. Expected either a "
        "scalar value or a 1D array of length 24. This was found in sample_weight.",
        ONES[:, None],
    ),
    "two columns": of_rows(
        "Sample weights must be 1D array or scalar, got 2D array. Expected either a "
        "scalar value or a 1D array of length 24. This was found in sample_weight.",
        np.ones((N, 2)),
    ),
    "all zero": of_rows("", 0 * ONES, pattern=NO_WEIGHT.format("sample_weight")),
    "the number zero": of_rows("", 0, pattern=NO_WEIGHT.format("sample_weight")),
    "a negative number": of_rows("Negative values in data passed to `sample_weight`.", -1),
    "the number NaN": of_rows("Input sample_weight contains NaN.", np.nan),
    "words": of_rows(
        "could not convert string to float: 'heavy'. This was found in sample_weight.",
        ["heavy"] * N,
    ),
    "a word": of_rows(
        "sample_weight must be an array, a list, a data frame or a series. Got an object "
        "of type str.",
        "balanced",
        error=TypeError,
    ),
    "complex": of_rows("Complex data not supported. This was found in sample_weight.", ONES + 1j),
    "dates": of_rows(
        "sample_weight holds dates or durations. Turn them into numbers first, for "
        "instance into days since a fixed date.",
        np.full(N, np.datetime64("2020-01-01")),
        error=TypeError,
    ),
    "objects": of_rows(
        "float() argument must be a string or a real number, not 'dict'. This was found "
        "in sample_weight.",
        np.array([{}] * N),
        error=TypeError,
    ),
    "None among weights": of_rows("Input sample_weight contains NaN.", [1, None] * (N // 2)),
    "a dict": of_rows(
        "sample_weight must be an array, a list, a data frame or a series. Got an object "
        "of type dict.",
        {0: 1.0},
        error=TypeError,
    ),
    "sparse": of_rows(
        "Sparse data was passed for sample_weight, but dense data is required. Use "
        "'.toarray()' to convert to a dense numpy array.",
        csr_array(ONES[:, None]),
        error=TypeError,
    ),
    "more than float64 holds": of_rows(
        "int too large to convert to float. This was found in sample_weight.", [10**400] * N
    ),
    "class weight of an unknown label": of_classes(
        "The classes, [1, 2], are not in class_weight, whose key 7 is not a class of y. The "
        "classes of y are [0, 1, 2].",
        {0: 1.0, 7: 2.0},
    ),
    "class weight of a misspelled label": of_classes(
        "The classes, ['churn', 'stay'], are not in class_weight, whose key 'chrn' is not a class "
        "of y. The classes of y are ['churn', 'stay']. Did you mean 'churn'?",
        {"chrn": 5},
        {"y": np.array(["churn", "stay"])[np.arange(N) % 2]},
    ),
    "class weight by names": of_classes(
        "The classes, [0, 1, 2], are not in class_weight, whose keys ['0', '1', '2'] are not "
        "classes of y. The classes of y are [0, 1, 2].",
        {"0": 1.0, "1": 2.0, "2": 1.0},
    ),
    "negative class weight": of_classes(
        "The 'class_weight' parameter of {owner} must be a dict of finite numbers that "
        "are not negative; class 0 has the weight -1.0. Got {0: -1.0} instead.",
        {0: -1.0},
    ),
    "class weight NaN": of_classes(
        "The 'class_weight' parameter of {owner} must be a dict of finite numbers that "
        "are not negative; class 0 has the weight nan. Got {0: nan} instead.",
        {0: np.nan},
    ),
    "infinite class weight": of_classes(
        "The 'class_weight' parameter of {owner} must be a dict of finite numbers that "
        "are not negative; class 1 has the weight inf. Got {1: inf} instead.",
        {1: float("inf")},
    ),
    "class weight None": of_classes(
        "The 'class_weight' parameter of {owner} must be a dict of finite numbers that "
        "are not negative; class 1 has the weight None. Got {1: None} instead.",
        {1: None},
    ),
    "class weight in words": of_classes(
        "The 'class_weight' parameter of {owner} must be a dict of finite numbers that "
        "are not negative; class 1 has the weight 'heavy'. Got {1: 'heavy'} instead.",
        {1: "heavy"},
    ),
    "nested class weight": of_classes(
        "The 'class_weight' parameter of {owner} must be a dict of finite numbers that "
        "are not negative; class 1 has the weight {2: 1.0}. Got {1: {2: 1.0}} instead.",
        {1: {2: 1.0}},
    ),
    "class weight zero for all": of_classes(
        "The 'class_weight' parameter of {owner} must be above 0 for a class of y; it is "
        "0 for all. Got {0: 0, 1: 0, 2: 0} instead.",
        {0: 0, 1: 0, 2: 0},
    ),
    "list of class weights for one column": of_classes(
        "The 'class_weight' parameter of {owner} must be 'balanced', None or a dict for "
        "this y. Got [{0: 1.0}] instead.",
        [{0: 1.0}],
    ),
    "list of numbers": of_classes(
        "The 'class_weight' parameter of {owner} must be 'balanced', None or a dict for "
        "this y. Got [1.0, 2.0, 1.0] instead.",
        [1.0, 2.0, 1.0],
    ),
    "one dict for labels of columns": of_classes(
        "The 'class_weight' parameter of {owner} must be 'balanced', None or a list of 2 "
        "dicts, one per label, for this y. Got {0: 1.0, 1: 2.0} instead.",
        {0: 1.0, 1: 2.0},
        {"y": COLUMNS},
    ),
    "too few dicts": of_classes(
        "The 'class_weight' parameter of {owner} must be 'balanced', None or a list of 2 "
        "dicts, one per label, for this y. Got [{0: 1.0, 1: 2.0}] instead.",
        [{0: 1.0, 1: 2.0}],
        {"y": COLUMNS},
    ),
    "unknown label in a list": of_classes(
        "The classes, [0], are not in class_weight, whose key 7 is not a class of y. The "
        "classes of y are [0, 1].",
        [{0: 1.0, 1: 1.0}, {1: 1.0, 7: 1.0}],
        {"y": COLUMNS},
    ),
    "class weights leave no row": of_classes(
        "The 'class_weight' parameter of {owner} must be above 0 for a class of y; it is "
        "0 for all. Got {0: 1.0, 1: 0.0, 2: 0.0} instead.",
        {0: 1.0, 1: 0.0, 2: 0.0},
        {"sample_weight": [0, 1, 1] * (N // 3)},
    ),
}
