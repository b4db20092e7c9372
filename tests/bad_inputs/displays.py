"""Displays with arguments that they cannot draw."""

import numpy as np
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_deepmlp as deep
from bad_inputs.cases import LABELS, QUICK, BadCall, X
from bad_inputs.functions import NET, of_network, search
from sklearn_deepmlp import DeepMLPClassifier


def silent():
    return DeepMLPClassifier(**QUICK, record_signals=False).fit(X, LABELS)


DISPLAYS = {
    "LossCurveDisplay: not fitted": BadCall(
        "This DeepMLPClassifier instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.LossCurveDisplay.from_estimator(NET),
        NotFittedError,
    ),
    "LossCurveDisplay: another estimator": BadCall(
        "LossCurveDisplay.from_estimator needs a DeepMLPClassifier or DeepMLPRegressor, "
        "or a Pipeline whose last step is one. Got LogisticRegression instead.",
        lambda: deep.LossCurveDisplay.from_estimator(LogisticRegression()),
        TypeError,
    ),
    "NetworkDisplay: not fitted": BadCall(
        "This DeepMLPClassifier instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.NetworkDisplay.from_estimator(NET),
        NotFittedError,
    ),
    "NetworkDisplay: a pipeline of another": BadCall(
        "NetworkDisplay.from_estimator needs a DeepMLPClassifier or DeepMLPRegressor, or "
        "a Pipeline whose last step is one. Got StandardScaler instead.",
        lambda: deep.NetworkDisplay.from_estimator(make_pipeline(StandardScaler())),
        TypeError,
    ),
    "SignalDisplay: not fitted": BadCall(
        "This DeepMLPClassifier instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.SignalDisplay.from_estimator(NET),
        NotFittedError,
    ),
    "SignalDisplay: an unknown signal": BadCall(
        "The 'signal' parameter of SignalDisplay must be one of ['preactivation_mean', "
        "'preactivation_std', 'activation_mean', 'activation_std', 'saturated', 'dead', "
        "'died', 'gradient_norm', 'update_ratio']. Got 'gradients' instead. Did you mean "
        "'gradient_norm'?",
        of_network(deep.SignalDisplay.from_estimator, signal="gradients"),
    ),
    "SignalDisplay: a list of signals": BadCall(
        "The 'signal' parameter of SignalDisplay must be one of ['preactivation_mean', "
        "'preactivation_std', 'activation_mean', 'activation_std', 'saturated', 'dead', "
        "'died', 'gradient_norm', 'update_ratio']. Got ['dead'] instead.",
        of_network(deep.SignalDisplay.from_estimator, signal=["dead"]),
    ),
    "SignalDisplay: an unknown kind": BadCall(
        "The 'kind' parameter of SignalDisplay must be one of ['auto', 'layers', "
        "'epochs', 'heatmap']. Got 'bars' instead.",
        of_network(deep.SignalDisplay.from_estimator, kind="bars"),
    ),
    "SignalDisplay: nothing recorded": BadCall(
        "This DeepMLPClassifier has recorded no signals. Fit it with "
        'record_signals="auto" or an integer.',
        lambda: deep.SignalDisplay.from_estimator(silent()),
    ),
    "SignalDisplay: no signals": BadCall(
        "The 'signals' parameter of SignalDisplay.from_signals must be a Signals object, "
        "such as signals_ of a fitted estimator. Got {} instead.",
        lambda: deep.SignalDisplay.from_signals({}),
        TypeError,
    ),
    "ActivationDisplay: an unknown name": BadCall(
        "The 'activations' parameter of ActivationDisplay.from_activations must be "
        "Activation objects or names, each of them one of ['identity', 'logistic', "
        "'sigmoid', 'tanh', 'relu', 'leaky_relu', 'rrelu', 'prelu', 'elu', 'selu', "
        "'gelu', 'gelu_sigmoid', 'swish', 'silu', 'mish']. Got 'rely' instead. Did you mean "
        "'relu'?",
        lambda: deep.ActivationDisplay.from_activations(["relu", "rely"]),
    ),
    "ActivationDisplay: a number": BadCall(
        "The 'activations' parameter of ActivationDisplay.from_activations must be "
        "Activation objects or names, each of them one of ['identity', 'logistic', "
        "'sigmoid', 'tanh', 'relu', 'leaky_relu', 'rrelu', 'prelu', 'elu', 'selu', "
        "'gelu', 'gelu_sigmoid', 'swish', 'silu', 'mish']. Got 3 instead.",
        lambda: deep.ActivationDisplay.from_activations(3),
    ),
    "ActivationDisplay: a function": BadCall(
        "The 'activations' parameter of ActivationDisplay.from_activations must be "
        "Activation objects or names, each of them one of ['identity', 'logistic', "
        "'sigmoid', 'tanh', 'relu', 'leaky_relu', 'rrelu', 'prelu', 'elu', 'selu', "
        "'gelu', 'gelu_sigmoid', 'swish', 'silu', 'mish']. Got <ufunc 'tanh'> instead. Pass "
        "its name here, 'tanh'.",
        lambda: deep.ActivationDisplay.from_activations([np.tanh]),
    ),
    "ActivationDisplay: nothing": BadCall(
        "The 'activations' parameter of ActivationDisplay.from_activations must be "
        "Activation objects or names, each of them one of ['identity', 'logistic', "
        "'sigmoid', 'tanh', 'relu', 'leaky_relu', 'rrelu', 'prelu', 'elu', 'selu', "
        "'gelu', 'gelu_sigmoid', 'swish', 'silu', 'mish']. Got [] instead.",
        lambda: deep.ActivationDisplay.from_activations([]),
    ),
    "ActivationDisplay: words on the axis": BadCall(
        "The 'z' parameter of ActivationDisplay.from_activations must be an array of "
        "numbers. Got ['a'] instead.",
        lambda: deep.ActivationDisplay.from_activations("relu", z=["a"]),
    ),
    "ActivationDisplay: three axes": BadCall(
        "The 'ax' parameter of ActivationDisplay.plot must be None, an Axes or a "
        "sequence of 2 Axes. Got [None, None, None] instead.",
        lambda: deep.ActivationDisplay.from_activations("relu", ax=[None] * 3),
    ),
    "ActivationComparisonDisplay: not fitted": BadCall(
        "This GridSearchCV instance is not fitted yet. Call 'fit' with appropriate "
        "arguments before using this estimator.",
        lambda: deep.ActivationComparisonDisplay.from_search(GridSearchCV(NET, {})),
        NotFittedError,
    ),
    "ActivationComparisonDisplay: no search": BadCall(
        "Candidates are those of a fitted search, such as GridSearchCV. Got "
        "DeepMLPClassifier(hidden_layer_sizes=(3,), max_iter=1, random_state=0) instead.",
        of_network(deep.ActivationComparisonDisplay.from_search),
        TypeError,
    ),
    "ActivationComparisonDisplay: an unknown parameter": BadCall(
        "The 'parameter' parameter of ActivationComparisonDisplay.from_search must be "
        "one of the parameters that the search varies, 'activation'. Got 'alpha' instead.",
        lambda: deep.ActivationComparisonDisplay.from_search(search(), parameter="alpha"),
    ),
    "ActivationComparisonDisplay: an unknown metric": BadCall(
        "The 'metric' parameter of ActivationComparisonDisplay.from_search must be one "
        "of the search's metrics, 'score'. Got 'f1' instead.",
        lambda: deep.ActivationComparisonDisplay.from_search(search(), metric="f1"),
    ),
    "ActivationComparisonDisplay: one axis": BadCall(
        "The 'ax' parameter of ActivationComparisonDisplay.plot must be None or a "
        "sequence of 3 axes. Got [None] instead.",
        lambda: deep.ActivationComparisonDisplay.from_search(search(), ax=[None]),
    ),
}
