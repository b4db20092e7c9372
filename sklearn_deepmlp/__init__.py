"""Deep multilayer perceptrons as scikit-learn estimators.

``DeepMLPClassifier`` and ``DeepMLPRegressor`` take the place of scikit-learn's ``MLPClassifier``
and ``MLPRegressor`` where networks grow deep. Activation functions and initializations are in
``sklearn_deepmlp.activations`` and ``sklearn_deepmlp.initializers``.
"""

from sklearn_deepmlp._diagnosis.initialization_report import InitializationReport
from sklearn_deepmlp._diagnosis.inspect_initialization import inspect_initialization
from sklearn_deepmlp._estimators.classifier import DeepMLPClassifier
from sklearn_deepmlp._estimators.divergence import DivergenceError
from sklearn_deepmlp._estimators.regressor import DeepMLPRegressor
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp._together.context import fit_together
from sklearn_deepmlp._version import __version__

__all__ = [
    "DeepMLPClassifier",
    "DeepMLPRegressor",
    "DivergenceError",
    "InitializationReport",
    "Signals",
    "__version__",
    "fit_together",
    "inspect_initialization",
]
