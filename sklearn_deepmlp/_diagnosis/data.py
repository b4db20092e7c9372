"""Findings about the data: features and targets far from unit scale, batches of one row."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import has_batch_statistics, is_regressor, knows_data
from sklearn_deepmlp._diagnosis.finding import Evidence, Remedy, change
from sklearn_deepmlp._diagnosis.recorded import data_of
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._estimators.messages import feature_label
from sklearn_deepmlp._estimators.target_scale import (
    GREATEST_MEAN,
    GREATEST_STD,
    LEAST_STD,
    is_far_from_unit,
)
from sklearn_deepmlp._stack.effective_rows import LEAST_EFFECTIVE_ROWS
from sklearn_deepmlp._stack.signals import DataScale
from sklearn_deepmlp._stack.solvers import SOLVERS

# Measured with (50, 50) units, relu and tanh, on standardized wine, breast_cancer and digits.
GREATEST_FEATURE_STD, GREATEST_FEATURE_MEAN = 10.0, 10.0
LEAST_FEATURE_STD = 0.01


def _wrong_feature(data: DataScale) -> int | None:
    """Return which of the named features is the first that is far from standardized."""
    means, stds = np.abs(data.feature_means), data.feature_stds
    wrong = ~(stds <= GREATEST_FEATURE_STD)
    wrong |= ~(means <= GREATEST_FEATURE_MEAN * np.maximum(stds, 1.0))
    wrong |= (stds > 0) & (stds < LEAST_FEATURE_STD)
    return int(np.argmax(wrong)) if wrong.any() else None


def _find_unscaled_features(record: FitRecord) -> Evidence | None:
    data = data_of(record)
    first = _wrong_feature(data)
    if first is None:
        return None
    label = feature_label(int(data.features[first]), record.feature_names)
    mean, std = data.feature_means[first], data.feature_stds[first]
    return Evidence(f"The mean of {label} is {mean:.2g}, its standard deviation {std:.2g}.")


def _standardized_features(record: FitRecord) -> Remedy:
    return Remedy(
        "Standardize the features: StandardScaler as the last step before this estimator in a "
        "Pipeline."
    )


def _find_unscaled_target(record: FitRecord) -> Evidence | None:
    data = data_of(record)
    mean, std = data.target_mean, data.target_std
    if mean is None or std is None:
        return None
    solver = SOLVERS[record.params["solver"]]
    if not is_far_from_unit(mean, std, by_line_search=not solver.is_stochastic):
        return None
    return Evidence(f"The mean of the target is {mean:.2g}, its standard deviation {std:.2g}.")


def _standardized_target(record: FitRecord) -> Remedy:
    return Remedy(
        "Standardize the target: TransformedTargetRegressor(net, transformer=StandardScaler())."
    )


def _find_single_rows(record: FitRecord) -> Evidence | None:
    size = record.params["batch_size"]
    rows = min(record.rows_per_epoch, np.inf if size == "auto" else size)
    if not rows < LEAST_EFFECTIVE_ROWS:
        return None
    return Evidence(f"A batch has {rows:.2g} rows on average.")


def _layer_normalization(record: FitRecord) -> Remedy:
    what = "Give more rows at once, or normalize each row separately"
    return change(what, {"normalization": "layer"})


CHECKS = (
    Check(
        code="DM10",
        title="features not standardized",
        explanation=(
            "Initial weights suit features of mean 0 and variance 1. Large features dominate "
            "the others and saturate or shift all units; small ones hardly reach the output."
        ),
        threshold=(
            f"a feature has a standard deviation above {GREATEST_FEATURE_STD:g} or below "
            f"{LEAST_FEATURE_STD:g}, or a mean outside ±{GREATEST_FEATURE_MEAN:g} standard "
            "deviations, or units where these are below 1"
        ),
        reason=(
            "a quarter of the features multiplied by 3 costs up to 0.02 of accuracy, by 10 up to "
            "0.08, by 30 up to 0.19, by 0.01 up to 0.05; a mean of 3 in all features costs up to "
            "0.03, of 10 up to 0.1"
        ),
        needs=(knows_data,),
        find=_find_unscaled_features,
        remedy=_standardized_features,
        only_if_stalled=False,
        first_step="Standardize the features",
    ),
    Check(
        code="DM11",
        title="target not standardized",
        explanation=(
            "Initial weights give outputs of about unit scale, and each step moves them by "
            "about the learning rate. Targets of another scale are out of reach for a long "
            "time."
        ),
        threshold=(
            f"the target has a standard deviation outside [{LEAST_STD:g}, {GREATEST_STD:g}] "
            f"or a mean outside ±{GREATEST_MEAN:g} standard deviations, or units where these "
            "are below 1"
        ),
        reason="the bounds of the warning in `fit`",
        needs=(knows_data, is_regressor),
        find=_find_unscaled_target,
        remedy=_standardized_target,
        only_if_stalled=False,
    ),
    Check(
        code="DM13",
        title="batch statistics of one row",
        explanation=(
            "One row has no variance, so batch normalization uses its running statistics "
            "instead, which then never learn the scale of the data."
        ),
        threshold=f"batches have fewer than {LEAST_EFFECTIVE_ROWS:g} rows on average",
        reason="a variance needs two rows",
        needs=(has_batch_statistics,),
        find=_find_single_rows,
        remedy=_layer_normalization,
        only_if_stalled=False,
    ),
)
