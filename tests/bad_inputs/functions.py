"""Functions and displays of the package with arguments that they cannot use."""

from functools import cache

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, ShuffleSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_deepmlp as deep
from bad_inputs.cases import (
    CLASSIFIER,
    LABELS,
    NO_COLUMNS,
    QUICK,
    BadCall,
    X,
    fitted,
    missing,
    spoiled,
)
from sklearn_deepmlp import DeepMLPClassifier

NET = DeepMLPClassifier(**QUICK)


@cache
def search(**params):
    """Return a fitted search; the parameters tell searches apart."""
    grid = {"activation": ["relu", "tanh"]}
    return GridSearchCV(NET, grid, **{"cv": 2, "refit": False, **params}).fit(X, LABELS)


def comparing(message, search_params=None, **arguments):
    return BadCall(
        message, lambda: deep.compare_candidates(search(**search_params or {}), **arguments)
    )


def inspecting(message, estimator, data, **more):
    return BadCall(message, lambda: deep.inspect_initialization(estimator, data), **more)


def choosing(message, search_params=None, **arguments):
    def call():
        deep.within_one_standard_error(**arguments)(search(**search_params or {}).cv_results_)

    return BadCall(message, call)


def of_network(function, **arguments):
    """Return the call of a function with a fitted network."""
    (kind,) = CLASSIFIER
    return lambda: function(fitted(kind), **arguments)


FUNCTIONS = {
    "load: a class that no file can hold": BadCall(
        "trusted must contain classes of activations, initializers or estimators. Got "
        "<class 'int'> instead.",
        lambda: deep.load("any file", trusted=[int]),
        TypeError,
    ),
    "load: an object for a class": BadCall(
        "trusted must contain classes of activations, initializers or estimators. Got "
        "DeepMLPClassifier(hidden_layer_sizes=(3,), max_iter=1, random_state=0) instead.",
        lambda: deep.load("any file", trusted=[NET]),
        TypeError,
    ),
    "compare_candidates: not fitted": BadCall(
        "This GridSearchCV instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.compare_candidates(GridSearchCV(NET, {})),
        NotFittedError,
    ),
    "compare_candidates: no search": BadCall(
        "Candidates are those of a fitted search, such as GridSearchCV. Got "
        "DeepMLPClassifier(hidden_layer_sizes=(3,), max_iter=1, random_state=0) instead.",
        lambda: deep.compare_candidates(NET),
        TypeError,
    ),
    "compare_candidates: a fitted network": BadCall(
        "Candidates are those of a fitted search, such as GridSearchCV. Got "
        "DeepMLPClassifier(hidden_layer_sizes=(3,), max_iter=1, random_state=0) instead.",
        of_network(deep.compare_candidates),
        TypeError,
    ),
    "compare_candidates: a dict": BadCall(
        "Candidates are those of a fitted search, such as GridSearchCV. Got {} instead.",
        lambda: deep.compare_candidates({}),
        TypeError,
    ),
    "compare_candidates: None": BadCall(
        "Candidates are those of a fitted search, such as GridSearchCV. Got None instead.",
        lambda: deep.compare_candidates(None),
        TypeError,
    ),
    "compare_candidates: an unknown metric": comparing(
        "The 'metric' parameter of compare_candidates must be one of the search's "
        "metrics, 'score'. Got 'f1' instead.",
        metric="f1",
    ),
    "compare_candidates: no single metric": comparing(
        "The 'metric' parameter of compare_candidates must be one of the search's "
        "metrics, 'accuracy', 'f1_macro'. Got None instead.",
        {"scoring": ("accuracy", "f1_macro")},
    ),
    "compare_candidates: an unknown parameter": comparing(
        "The 'best_of_each' parameter of compare_candidates must be one of the "
        "parameters that the search varies, 'activation'. Got 'alpha' instead.",
        best_of_each="alpha",
    ),
    "compare_candidates: no rope": comparing(
        "The 'rope' parameter of compare_candidates must be a float in the range [0.0, "
        "inf). Got -0.1 instead.",
        rope=-0.1,
    ),
    "compare_candidates: a rope of NaN": comparing(
        "The 'rope' parameter of compare_candidates must be a float in the range [0.0, "
        "inf). Got nan instead.",
        rope=float("nan"),
    ),
    "compare_candidates: no significance": comparing(
        "The 'significance_level' parameter of compare_candidates must be a float in the "
        "range (0.0, 1.0). Got 0 instead.",
        significance_level=0,
    ),
    "compare_candidates: certain": comparing(
        "The 'significance_level' parameter of compare_candidates must be a float in the "
        "range (0.0, 1.0). Got 1.0 instead.",
        significance_level=1.0,
    ),
    "compare_candidates: all rows test": comparing(
        "The 'test_fraction' parameter of compare_candidates must be a float in the "
        "range (0.0, 1.0) or None. Got 1.0 instead.",
        test_fraction=1.0,
    ),
    "compare_candidates: one split": comparing(
        "compare_candidates needs scores on at least 2 splits, but the search has 1. "
        "Set its 'cv' to more, for example 5.",
        {"cv": ShuffleSplit(1, random_state=0)},
    ),
    "diagnose: not fitted": BadCall(
        "This DeepMLPClassifier instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.diagnose(NET),
        NotFittedError,
    ),
    "diagnose: another estimator": BadCall(
        "diagnose needs a fitted DeepMLPClassifier or DeepMLPRegressor, a Pipeline or "
        "TransformedTargetRegressor of one, the DivergenceError of its fit, or a search. "
        "Got LogisticRegression instead.",
        lambda: deep.diagnose(LogisticRegression()),
        TypeError,
    ),
    "diagnose: None": BadCall(
        "diagnose needs a fitted DeepMLPClassifier or DeepMLPRegressor, a Pipeline or "
        "TransformedTargetRegressor of one, the DivergenceError of its fit, or a search. "
        "Got NoneType instead.",
        lambda: deep.diagnose(None),
        TypeError,
    ),
    "diagnose: a pipeline of another": BadCall(
        "diagnose needs a fitted DeepMLPClassifier or DeepMLPRegressor, a Pipeline or "
        "TransformedTargetRegressor of one, the DivergenceError of its fit, or a search. "
        "Got StandardScaler instead.",
        lambda: deep.diagnose(make_pipeline(StandardScaler())),
        TypeError,
    ),
    "diagnose: a search that kept nothing": BadCall(
        "The fits of this GridSearchCV are not known, as their networks are gone when it "
        "ends. Run it within sklearn_deepmlp.fit_together(), which keeps what they "
        "recorded, and diagnose it in the same process.",
        lambda: deep.diagnose(search()),
    ),
    "diagnose: a search that is not fitted": BadCall(
        "This GridSearchCV instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.diagnose(GridSearchCV(NET, {})),
        NotFittedError,
    ),
    "inspect_initialization: another estimator": inspecting(
        "The 'estimator' parameter of inspect_initialization must be a DeepMLPClassifier "
        "or a DeepMLPRegressor. Got LogisticRegression() instead.",
        LogisticRegression(),
        X,
        error=TypeError,
    ),
    "inspect_initialization: a class": inspecting(
        "The 'estimator' parameter of inspect_initialization must be a DeepMLPClassifier "
        "or a DeepMLPRegressor. Got <class 'sklearn_deepmlp.DeepMLPClassifier'> instead.",
        DeepMLPClassifier,
        X,
        error=TypeError,
    ),
    "inspect_initialization: None": inspecting(
        "The 'estimator' parameter of inspect_initialization must be a DeepMLPClassifier "
        "or a DeepMLPRegressor. Got None instead.",
        None,
        X,
        error=TypeError,
    ),
    "inspect_initialization: NaN": inspecting(
        missing("X", "Row 1 of feature 1 holds nan.", "DeepMLPClassifier"), NET, spoiled(X, np.nan)
    ),
    "inspect_initialization: a vector": inspecting(
        NO_COLUMNS.format("X"),
        NET,
        X[:, 0],
    ),
    "inspect_initialization: no data": inspecting(
        "X must be an array, a list, a data frame or a series. Got None.",
        NET,
        None,
        error=TypeError,
    ),
    "inspect_initialization: a bad parameter": inspecting(
        "The 'alpha' parameter of DeepMLPClassifier must be a str among {'auto'} or a "
        "float in the range [0.0, inf). Got -1 instead.",
        DeepMLPClassifier(alpha=-1),
        X,
    ),
    "inspect_initialization: too few targets": BadCall(
        "Found input variables with inconsistent numbers of samples: [24, 23]. This was "
        "found in X and y.",
        lambda: deep.inspect_initialization(NET, X, LABELS[:-1]),
    ),
    "within_one_standard_error: a number": choosing(
        "The 'by' parameter of within_one_standard_error must be an instance of 'str'. "
        "Got 3 instead.",
        by=3,
    ),
    "within_one_standard_error: metrics": choosing(
        "The 'metric' parameter of within_one_standard_error must be an instance of "
        "'str' or None. Got ['accuracy'] instead.",
        metric=["accuracy"],
    ),
    "within_one_standard_error: an unknown parameter": choosing(
        "The 'by' parameter of within_one_standard_error must be one of 'predict_time', "
        "'fit_time', 'activation', and have numbers. Got 'alpha' instead.",
        by="alpha",
    ),
    "within_one_standard_error: words": choosing(
        "The 'by' parameter of within_one_standard_error must be one of 'predict_time', "
        "'fit_time', 'activation', and have numbers. Got 'activation' instead.",
        by="activation",
    ),
    "within_one_standard_error: an unknown metric": choosing(
        "The 'metric' parameter of within_one_standard_error must be one of the search's "
        "metrics, 'score'. Got 'f1' instead.",
        metric="f1",
    ),
    "within_one_standard_error: one split": choosing(
        "within_one_standard_error needs at least 2 splits, and a candidate whose scores "
        "are all finite. Splits: 1; such candidates: 2.",
        {"cv": ShuffleSplit(1, random_state=0)},
    ),
}
