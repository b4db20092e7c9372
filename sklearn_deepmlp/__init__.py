"""Deep multilayer perceptrons as scikit-learn estimators.

``DeepMLPClassifier`` and ``DeepMLPRegressor`` take the place of scikit-learn's ``MLPClassifier``
and ``MLPRegressor`` where networks grow deep. Activation functions and initializations are in
``sklearn_deepmlp.activations`` and ``sklearn_deepmlp.initializers``.
"""

from sklearn_deepmlp._comparison.candidate_comparison import CandidateComparison
from sklearn_deepmlp._comparison.compare import compare_candidates
from sklearn_deepmlp._comparison.one_standard_error import (
    OneStandardErrorRule,
    within_one_standard_error,
)
from sklearn_deepmlp._comparison.selection import LeftOut
from sklearn_deepmlp._diagnosis.check import CheckResult
from sklearn_deepmlp._diagnosis.diagnose import diagnose
from sklearn_deepmlp._diagnosis.diagnosis import Diagnosis
from sklearn_deepmlp._diagnosis.finding import Finding
from sklearn_deepmlp._diagnosis.initialization_report import InitializationReport
from sklearn_deepmlp._diagnosis.inspect_initialization import inspect_initialization
from sklearn_deepmlp._diagnosis.search_diagnosis import (
    CandidateDiagnosis,
    CandidateFinding,
    SearchDiagnosis,
)
from sklearn_deepmlp._displays.activation import ActivationDisplay
from sklearn_deepmlp._displays.activation_comparison import ActivationComparisonDisplay
from sklearn_deepmlp._displays.loss_curve import LossCurveDisplay
from sklearn_deepmlp._displays.network import NetworkDisplay
from sklearn_deepmlp._displays.signal import SignalDisplay
from sklearn_deepmlp._estimators.classifier import DeepMLPClassifier
from sklearn_deepmlp._estimators.divergence import DivergenceError
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._estimators.loading import load
from sklearn_deepmlp._estimators.regressor import DeepMLPRegressor
from sklearn_deepmlp._estimators.trusted_types import trusted_types
from sklearn_deepmlp._stack.signals import DataScale, Signals
from sklearn_deepmlp._together.context import fit_together
from sklearn_deepmlp._together.report import Member, Separate, StackReport, TogetherReport
from sklearn_deepmlp._version import __version__

__all__ = [
    "TRUSTED_TYPES",
    "ActivationComparisonDisplay",
    "ActivationDisplay",
    "CandidateComparison",
    "CandidateDiagnosis",
    "CandidateFinding",
    "CheckResult",
    "DataScale",
    "DeepMLPClassifier",
    "DeepMLPRegressor",
    "Diagnosis",
    "DivergenceError",
    "Finding",
    "FitRecord",
    "InitializationReport",
    "LeftOut",
    "LossCurveDisplay",
    "Member",
    "NetworkDisplay",
    "OneStandardErrorRule",
    "SearchDiagnosis",
    "Separate",
    "SignalDisplay",
    "Signals",
    "StackReport",
    "TogetherReport",
    "__version__",
    "compare_candidates",
    "diagnose",
    "fit_together",
    "inspect_initialization",
    "load",
    "within_one_standard_error",
]

for _public in filter(callable, map(globals().get, __all__)):
    _public.__module__ = __name__  # the file that defines it is no part of the interface

TRUSTED_TYPES = trusted_types()  # after the above, as it names them
