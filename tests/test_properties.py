"""What holds for any parameters and any data: finite results or a clear error, and same bits."""

import copy
import io
import pickle
import re
import warnings

import joblib
import numpy as np
import pytest
import sklearn.base
from hypothesis import Phase, example, find, given, settings
from hypothesis import strategies as st
from scipy.sparse import csc_array, issparse
from sklearn.exceptions import (
    ConvergenceWarning,
    DataConversionWarning,
    UndefinedMetricWarning,
)
from strategies import Case, cases, values

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, load
from sklearn_deepmlp.activations import PReLU

pytestmark = pytest.mark.no_cover

ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]
QUICK = settings(phases=[Phase.generate])
NOT_SELF_NORMALIZING = r"DeepMLP\w+ with activation SELU\(\) is not self-normalizing, as "
# How the errors of fits of finite data begin; of parameters, each names one.
ERRORS = [
    r"The '(\w+)' parameter of (DeepMLP\w+|[A-Z]\w+) must be ",
    r"Input X contains values too large for a network of dtype float\d\d: row ",
    r"Input y contains values too large for a network of dtype float\d\d: row ",
    r"Solver produced non-finite parameter weights\. The input data may contain large values ",
    NOT_SELF_NORMALIZING,
    r"The validation set is too small\. Increase the size of your dataset: early stopping needs ",
    r"The classes, .*, are not in class_weight, whose keys? ",
    r"Sample weights must contain at least one (non-zero|positive) number.* sample_weight",
]
WARNINGS = {
    ConvergenceWarning: [
        r"Stochastic Optimizer: Maximum iterations \(\d+\) reached",
        r"lbfgs failed to converge after \d+ iterations",
        r"Training has diverged: the loss of epoch \d+ is ",
    ],
    UndefinedMetricWarning: [
        r"Early stopping could not judge: ",
        r"R\^2 score is not well-defined with less than two samples",
    ],
    DataConversionWarning: [r"A column-vector y was passed when a 1d array was expected"],
    UserWarning: [
        r"Got `batch_size` less than 1 or larger than sample size",
        r"early_stopping=True with validation_fraction=",
        NOT_SELF_NORMALIZING,
        r"The scale of (y|output \d of y) is far from 1: ",
    ],
}


def matches_one_of(patterns, message):
    return any(re.match(pattern, message) for pattern in patterns)


def check_error(error):
    assert matches_one_of(ERRORS, str(error)), error


def check_warnings(caught):
    for each in caught:
        assert matches_one_of(WARNINGS.get(each.category, []), str(each.message)), each


def outputs(net, X):
    """Return what the methods of a network give for features, as arrays."""
    methods = ["predict", "predict_proba", "predict_log_proba", "decision_function"]
    found = {name: getattr(net, name)(X) for name in methods if hasattr(net, name)}
    return {name: each.toarray() if issparse(each) else each for name, each in found.items()}


def bits(arrays):
    """Return what two dictionaries of arrays share only if they have the same bits."""
    return {
        name: each.tolist() if each.dtype.kind == "O" else (each.dtype, each.shape, each.tobytes())
        for name, each in arrays.items()
    }


# --- The strategies themselves


@pytest.mark.parametrize("extreme", [False, True])
@pytest.mark.parametrize("kind", ESTIMATORS)
def test_every_parameter_is_drawn(kind, extreme):
    defaults = kind().get_params()
    table = values(kind, extreme=extreme)
    assert table.keys() == defaults.keys()
    for name, strategy in table.items():
        usual = repr(defaults[name])
        other = find(strategy, lambda value, usual=usual: repr(value) != usual, settings=QUICK)
        kind(**{name: other})._validate_params()


# --- Finite results, or a clear error


def assert_outputs_are_finite(net, X):
    found = outputs(net, X)
    assert all(np.isfinite(each).all() for each in found.values() if each.dtype.kind == "f")
    if "predict_proba" in found:
        assert_are_probabilities(net, found["predict_proba"])


def assert_are_probabilities(net, probabilities):
    assert probabilities.min() >= 0
    assert probabilities.max() <= 1
    if not net._is_multilabel:
        total = probabilities.sum(axis=1)
        np.testing.assert_allclose(total, 1, rtol=8 * np.finfo(probabilities.dtype).eps)


# Their sum is inf - inf for numpy, and the slopes of PReLU are infinite in float32.
LARGEST = np.finfo(np.float32).max * np.array([[1, -1], [-1, 1]] * 4, dtype=np.float32)
CODES = np.arange(8) % 2
INFINITE_SLOPES = DeepMLPClassifier(activation=PReLU(1e300), dtype="float32", record_signals=1)


@given(case=cases())
@example(case=Case(DeepMLPClassifier(max_iter=1), LARGEST, CODES, None))
@example(case=Case(DeepMLPClassifier(max_iter=1), csc_array(LARGEST), CODES, None))
@example(case=Case(DeepMLPRegressor(max_iter=1), np.ones((8, 1)), LARGEST, None))
@example(case=Case(INFINITE_SLOPES, np.ones((8, 1)), CODES, None))
def test_finite_data_give_finite_results_or_a_clear_error(case):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            net = case.fit()
            assert_outputs_are_finite(net, case.X)
        except ValueError as error:
            check_error(error)
    check_warnings(caught)


# --- The same bits twice


@given(case=cases())
def test_a_second_fit_gives_the_same_bits(case):
    first, second = case.fitted(), case.fitted()
    assert joblib.hash(vars(first)) == joblib.hash(vars(second))


# --- Round trips


def through_joblib(net):
    file = io.BytesIO()
    joblib.dump(net, file)
    return joblib.load(file)


COPIES = {
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
    "joblib": through_joblib,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@given(case=cases(), way=st.sampled_from(sorted(COPIES)))
def test_copies_give_the_same_bits(case, way):
    net = case.fitted()
    try:
        expected = outputs(net, case.X)
    except ValueError as error:
        return check_error(error)
    copied = COPIES[way](net)
    assert bits(outputs(copied, case.X)) == bits(expected)
    assert repr(copied.get_params()) == repr(net.get_params())
    return None


@given(case=cases())
def test_clones_have_the_parameters_of_what_they_are_cloned_from(case):
    params = case.net.get_params()
    cloned = sklearn.base.clone(case.net)
    assert repr(cloned) == repr(case.net)
    assert repr(cloned.get_params()) == repr(params)
    assert repr(type(cloned)().set_params(**params).get_params()) == repr(params)


@given(case=cases())
def test_saved_networks_give_the_same_bits(case, tmp_path_factory):
    net = case.fitted()
    path = tmp_path_factory.mktemp("saved") / "net.safetensors"
    net.save(path)
    try:
        expected = outputs(net, case.X)
    except ValueError as error:
        return check_error(error)
    loaded = load(path)
    assert bits(outputs(loaded, case.X)) == bits(expected)
    assert repr(loaded.get_params()) == repr(net.get_params())
    return None
