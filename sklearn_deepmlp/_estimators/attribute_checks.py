"""Checks that an estimator's attributes are those of a fitted network, as predictions need them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn.base import BaseEstimator, is_classifier

from sklearn_deepmlp._compat.sklearn import own_attributes, parameter_names
from sklearn_deepmlp._estimators.network_checks import check_network, check_optimizer_state
from sklearn_deepmlp._estimators.signal_checks import check_signals
from sklearn_deepmlp._estimators.value_kinds import (
    BOOL,
    CLASSES,
    COUNT,
    MATRIX,
    NAMES,
    REAL,
    SIZE,
    SPARSE_FORMAT,
    TEXT,
    VECTOR,
    VECTORS_BY_NAME,
    Kind,
    check_kinds,
    instance_of,
    one_of,
)
from sklearn_deepmlp._losses import CLASSIFICATION_LOSSES, REGRESSION_LOSSES
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import Initializer

_DICT, _TUPLE = instance_of(dict, "a dict"), instance_of(tuple, "a tuple")
_OF_BOTH = {
    "n_features_in_": SIZE,
    "n_outputs_": SIZE,
    "coefs_": MATRIX.listed(),
    "intercepts_": VECTOR.listed(),
    "activation_params_": VECTORS_BY_NAME.listed(),
    "normalization_params_": VECTORS_BY_NAME.listed(),
    "activation_": instance_of(Activation, "an activation"),
    "n_layers_": SIZE,
    "_layers": _DICT,
    "loss_": REAL,
    "loss_curve_": REAL.listed(),
    "best_loss_": REAL.or_none(),
    "validation_scores_": REAL.listed().or_none(),
    "best_validation_score_": REAL.or_none(),
    "init_": instance_of(Initializer, "an initializer"),
    "signals_": instance_of(Signals, "an object of the class Signals").or_none(),
    "n_iter_": COUNT,
    "t_": COUNT,
    "_scoring": TEXT.or_none(),
}
_OF_CLASSIFIERS = {
    "out_activation_": one_of({loss.out_activation for loss in CLASSIFICATION_LOSSES.values()}),
    "classes_": CLASSES,
    "_is_multilabel": BOOL,
    "_sparse_format": SPARSE_FORMAT.or_none(),
}
_OF_REGRESSORS = {
    "out_activation_": one_of({loss.out_activation for loss in REGRESSION_LOSSES.values()}),
}
_OF_SOME = {"feature_names_in_": NAMES, "_optimizer_state": _DICT, "_inputs_seen": _TUPLE}


def fitted_attributes_of(estimator: BaseEstimator) -> dict[str, Any]:
    """Return all attributes of an estimator but its parameters and what belongs to scikit-learn."""
    params = parameter_names(type(estimator))
    return {
        name: value
        for name, value in sorted(own_attributes(estimator).items())
        if name not in params
    }


def check_attributes(estimator: BaseEstimator) -> None:
    """Refuse attributes that no estimator of this class has, or that do not fit each other.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        Fitted or not.

    Raises
    ------
    ValueError
        With the name of the attribute.
    """
    fitted, owner = fitted_attributes_of(estimator), type(estimator).__name__
    required = _OF_BOTH | (_OF_CLASSIFIERS if is_classifier(estimator) else _OF_REGRESSORS)
    _check_names(fitted, required, owner)
    check_kinds(fitted, required | _OF_SOME, owner)
    if fitted:
        _check_together(fitted)


def _check_names(fitted: Mapping[str, Any], required: dict[str, Kind], owner: str) -> None:
    if unknown := fitted.keys() - required.keys() - _OF_SOME.keys():
        raise ValueError(
            f"{owner} has attributes that are not its own: {sorted(unknown)}. Delete them to save "
            "it."
        )
    if fitted and (missing := required.keys() - fitted.keys()):
        raise ValueError(f"A fitted {owner} has {sorted(missing)}, which are missing here.")


def _check_together(fitted: Mapping[str, Any]) -> None:
    check_network(fitted)
    n_layers = len(fitted["coefs_"])
    if "classes_" in fitted:
        _check_outputs(fitted)
    if fitted["signals_"] is not None:
        check_signals(fitted["signals_"], n_layers)
    if "_optimizer_state" in fitted:
        check_optimizer_state(fitted)
    _check_rest(fitted, n_layers)


def _check_outputs(fitted: Mapping[str, Any]) -> None:
    n_classes, is_multilabel = len(fitted["classes_"]), fitted["_is_multilabel"]
    is_binary = not is_multilabel and n_classes <= 2
    expected = 1 if is_binary else n_classes
    activation = "logistic" if is_multilabel or is_binary else "softmax"
    if (fitted["n_outputs_"], fitted["out_activation_"]) != (expected, activation):
        raise ValueError(
            f"'classes_' has {n_classes} entries and asks for {expected} outputs with "
            f"{activation!r}, but the network has {fitted['n_outputs_']} with "
            f"{fitted['out_activation_']!r}."
        )
    if fitted["_sparse_format"] is not None and not is_multilabel:
        raise ValueError("Only multilabel targets can be sparse: '_sparse_format' must be None.")


def _check_rest(fitted: Mapping[str, Any], n_layers: int) -> None:
    if fitted["n_layers_"] != n_layers + 1:
        raise ValueError(f"'n_layers_' must be {n_layers + 1}, as 'coefs_' has {n_layers} items.")
    names = fitted.get("feature_names_in_")
    if names is not None and len(names) != fitted["n_features_in_"]:
        raise ValueError("'feature_names_in_' must have one name per feature.")
    seen = fitted.get("_inputs_seen", ())
    kinds = (COUNT, REAL, REAL)
    if seen and not _are_of_kinds(seen, kinds):
        raise ValueError("'_inputs_seen' must be a number of rows and two statistics of them.")


def _are_of_kinds(values: tuple[Any, ...], kinds: tuple[Kind, ...]) -> bool:
    pairs = zip(kinds, values, strict=False)
    return len(values) == len(kinds) and all(kind.contains(value) for kind, value in pairs)
