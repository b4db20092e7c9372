"""Weights of classes, as factors of their rows' weights."""

from __future__ import annotations

from dataclasses import replace
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._did_you_mean import did_you_mean
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._estimators.training_data import TrainingData, of_positive_weight
from sklearn_deepmlp._estimators.weight_bounds import bounded

_LARGEST = float(np.finfo(np.float64).max)

ClassWeight = dict[Any, float] | str


def with_class_weights(
    data: TrainingData, class_weight: Any, classes: NDArray[Any], owner: str
) -> TrainingData:
    """Multiply sample weights by the weights of classes.

    Parameters
    ----------
    data : TrainingData
        The data of a classifier.
    class_weight : dict, list of dict, "balanced" or None
        The parameter of that name.
    classes : ndarray of shape (n_classes,)
        The class labels.
    owner : str
        Name of the estimator, for messages.
    """
    if class_weight is None:
        return data
    columns, labels = _columns(data, classes)
    is_multilabel = data.targets.labels is None
    each = weights_of_columns(class_weight, len(columns), owner, is_multilabel=is_multilabel)
    weight = data.sample_weight
    for of_column, codes in zip(each, columns, strict=True):
        factor = class_factors(of_column, labels, codes, data.sample_weight)
        weight = bounded(weight * factor[codes])
    if not weight.any():
        expected = "above 0 for a class of y; it is 0 for all"
        raise ValueError(parameter_message("class_weight", owner, expected, class_weight))
    return of_positive_weight(replace(data, sample_weight=weight))


def _columns(data: TrainingData, classes: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[Any]]:
    """Return the codes of each column of y, and the labels that they stand for."""
    labels = data.targets.labels
    if labels is None:
        return data.targets.values.T.astype(np.intp), np.array([0, 1])
    return labels[None].astype(np.intp), classes


def weights_of_columns(
    class_weight: Any, n_columns: int, owner: str, *, is_multilabel: bool
) -> list[ClassWeight]:
    """Return the class weights of each column of y, checked.

    Parameters
    ----------
    class_weight : dict, list of dict, or "balanced"
        The parameter of that name.
    n_columns : int
        Labels per row: 1 unless y is multilabel.
    owner : str
        Name of the estimator, for messages.
    is_multilabel : bool
        Whether `class_weight` must be a list of one dict per label.
    """
    if class_weight == "balanced":
        return ["balanced"] * n_columns
    is_list = isinstance(class_weight, list)
    expected = "'balanced', None or a dict for this y"
    if is_multilabel:
        expected = f"'balanced', None or a list of {n_columns} dicts, one per label, for this y"
    each = class_weight if is_list else [class_weight]
    is_of_dicts = all(isinstance(one, dict) for one in each)
    if is_list != is_multilabel or len(each) != n_columns or not is_of_dicts:
        raise ValueError(parameter_message("class_weight", owner, expected, class_weight))
    for one in each:
        _check_weights(one, owner)
    return each


def _is_weight(value: Any) -> bool:
    try:  # as floats, because numpy would round the bound to the type of the value
        return isinstance(value, Real) and 0 <= float(value) <= _LARGEST
    except OverflowError:  # an int that is too large
        return False


def _check_weights(class_weight: dict[Any, Any], owner: str) -> None:
    for label, weight in class_weight.items():
        if not _is_weight(weight):
            expected = (
                "a dict of finite numbers that are not negative; "
                f"class {label!r} has the weight {weight!r}"
            )
            raise ValueError(parameter_message("class_weight", owner, expected, class_weight))


def class_factors(
    class_weight: ClassWeight,
    classes: NDArray[Any],
    codes: NDArray[np.intp],
    sample_weight: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the factor of each class, of shape (n_classes,).

    Parameters
    ----------
    class_weight : dict or "balanced"
        Weights by class, checked; classes that a dict leaves out have weight 1. "balanced" gives
        all classes that are present the same sum of weights and preserves the total.
    classes : ndarray of shape (n_classes,)
        The class labels.
    codes : ndarray of int of shape (n_samples,)
        The index of each row's class.
    sample_weight : ndarray of shape (n_samples,)
        Positive weights, which "balanced" counts as repeated rows.
    """
    if isinstance(class_weight, dict):
        return bounded(_factors_of_dict(class_weight, classes.tolist()))
    sums = np.bincount(codes, weights=sample_weight, minlength=len(classes))
    present = sums > 0
    factors = np.zeros(len(classes))
    factors[present] = sample_weight.sum() / (present.sum() * sums[present])
    return factors


def _factors_of_dict(class_weight: dict[Any, float], classes: list[Any]) -> NDArray[np.float64]:
    """Return weights in the order of the classes, as scikit-learn's `compute_class_weight` does.

    Unlike this function, it reads classes such as "1" as numbers.
    """
    without = [label for label in classes if label not in class_weight]
    unknown = [label for label in class_weight if label not in set(classes)]
    if without and unknown:
        keys, hint = f"keys {unknown} are not classes", ""
        if len(unknown) == 1:
            keys = f"key {unknown[0]!r} is not a class"
            hint = did_you_mean(unknown[0], [label for label in without if isinstance(label, str)])
        raise ValueError(
            f"The classes, {without}, are not in class_weight, whose {keys} of y. The classes of y "
            f"are {classes}.{hint}"
        )
    return np.array([float(class_weight.get(label, 1.0)) for label in classes])
