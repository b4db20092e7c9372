"""The parameters of both estimators: their constraints and their documentation.

Defaults and the order stand in the signatures of the estimators.
"""

from __future__ import annotations

from typing import Any

from sklearn_deepmlp._estimators.parameter_table.duration import DURATION
from sklearn_deepmlp._estimators.parameter_table.network import NETWORK
from sklearn_deepmlp._estimators.parameter_table.objective import OBJECTIVE
from sklearn_deepmlp._estimators.parameter_table.optimization import OPTIMIZATION
from sklearn_deepmlp._estimators.parameter_table.parameter import Parameter

PARAMETERS: dict[str, Parameter] = NETWORK | OBJECTIVE | OPTIMIZATION | DURATION
_OF_CLASSIFIER = ("class_weight", "label_smoothing")
_OF_REGRESSOR = ("loss", "quantile")


def _constraints_without(names: tuple[str, ...]) -> dict[str, list[Any]]:
    return {name: each.constraint for name, each in PARAMETERS.items() if name not in names}


CLASSIFIER_CONSTRAINTS = _constraints_without(_OF_REGRESSOR)
REGRESSOR_CONSTRAINTS = _constraints_without(_OF_CLASSIFIER)
