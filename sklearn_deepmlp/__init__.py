"""Deep multilayer perceptrons as scikit-learn estimators.

``DeepMLPClassifier`` and ``DeepMLPRegressor`` take the place of scikit-learn's ``MLPClassifier``
and ``MLPRegressor`` where networks grow deep. Activation functions and initializations are in
``sklearn_deepmlp.activations`` and ``sklearn_deepmlp.initializers``.
"""

from sklearn_deepmlp._diagnosis.diagnose import diagnose
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
    "Signals",
    "__version__",
    "diagnose",
    "fit_together",
]
