"""All numbers of a fitted estimator as flat arrays, named by attribute."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import is_classifier

Array = NDArray[Any]
Arrays = dict[str, Array]

ATTRIBUTES = (
    "coefs_",
    "intercepts_",
    "activation_params_",
    "normalization_params_",
    "loss_curve_",
    "validation_scores_",
    "best_loss_",
    "best_validation_score_",
    "n_iter_",
    "t_",
)
# A single row may be predicted by other code than many rows.
FEW_ROWS = 1


def fitted_arrays(net: Any, X: Any) -> Arrays:
    """Return what an estimator has learned and its predictions.

    Parameters
    ----------
    net : DeepMLPClassifier or DeepMLPRegressor
        The fitted estimator.
    X : array-like of shape (n_rows, n_features)
        Features to predict from.

    Returns
    -------
    dict of str to ndarray
        Names are an attribute and, where it is nested, the place in it: "coefs_.0".
    """
    learned = {name: getattr(net, name) for name in ATTRIBUTES if hasattr(net, name)}
    return dict(_flat(learned | _outputs(net, X)))


def _outputs(net: Any, X: Any) -> dict[str, Array]:
    names = ["decision_function", "predict_proba"] if is_classifier(net) else ["predict"]
    found = {}
    for name in names:
        predict = getattr(net, name)
        found[name] = predict(X)
        found[f"{name} of {FEW_ROWS} row"] = predict(X[:FEW_ROWS])
    return found


def _flat(values: dict[str, Any]) -> Iterator[tuple[str, Array]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _flat({f"{name}.{key}": nested for key, nested in value.items()})
        elif _is_nested(value):
            yield from _flat({f"{name}.{index}": nested for index, nested in enumerate(value)})
        elif value is not None:
            yield name, np.asarray(value)


def _is_nested(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(item, np.ndarray | dict) for item in value)


def group(name: str) -> str:
    """Return the attribute, with whose estimator it is, that an array belongs to."""
    owner, slash, own_name = name.rpartition("/")
    return f"{owner}{slash}{own_name.split('.')[0]}"
