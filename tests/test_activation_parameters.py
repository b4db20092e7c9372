"""Which activations and which of their parameters fit takes, and searches over them."""

import re

import numpy as np
import pytest
import torch
from activation_cases import X, Y, fit, numbers_of
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp.activations import (
    ACTIVATIONS,
    ELU,
    LeakyReLU,
    PReLU,
    RReLU,
    Swish,
)

PARAMETERS = [(name, key) for name in ACTIVATIONS for key in ACTIVATIONS[name]().get_params()]


@pytest.mark.parametrize(("name", "parameter"), PARAMETERS)
def test_fit_refuses_what_is_no_number(name, parameter):
    kind = ACTIVATIONS[name]
    message = f"The '{parameter}' parameter of {kind.__name__} must be"
    for wrong in ("much", None, np.nan, np.inf, -np.inf):
        with pytest.raises(ValueError, match=message):
            fit(kind(**{parameter: wrong}))


def test_fit_refuses_a_switch_in_place_of_a_number():
    with pytest.raises(ValueError, match="The 'negative_slope' parameter of LeakyReLU must be"):
        fit(LeakyReLU(True))


@pytest.mark.parametrize(
    ("activation", "parameter"),
    [
        (LeakyReLU(-3), "negative_slope"),
        (LeakyReLU(1.01), "negative_slope"),
        (RReLU(lower=-0.1), "lower"),
        (RReLU(upper=1.5), "upper"),
        (ELU(0), "alpha"),
        (ELU(-1), "alpha"),
        (Swish(trainable=2), "trainable"),
    ],
    ids=repr,
)
def test_fit_refuses_numbers_out_of_range(activation, parameter):
    message = f"The '{parameter}' parameter of {type(activation).__name__} must be"
    with pytest.raises(ValueError, match=message):
        fit(activation)


@pytest.mark.parametrize("wrong", ["linear", "ReLU", LeakyReLU, torch.relu, None, 1])
def test_fit_refuses_what_is_no_activation(wrong):
    with pytest.raises(ValueError, match="The 'activation' parameter of DeepMLPClassifier must be"):
        fit(wrong)


def test_fit_names_all_activations_in_the_order_of_the_table():
    listed = ", ".join(repr(name) for name in ACTIVATIONS)
    with pytest.raises(ValueError, match=re.escape(f"a str among {{{listed}}} or an instance")):
        fit("linear")


def test_numbers_may_be_those_of_numpy():
    expected = fit(LeakyReLU(0.25)).coefs_[0]
    for number in (np.float32(0.25), np.float64(0.25)):
        np.testing.assert_array_equal(fit(LeakyReLU(number)).coefs_[0], expected)


def test_fit_leaves_the_given_activation_unchanged():
    given = PReLU(0.4)
    net = fit(given)
    assert net.activation is given
    assert vars(given) == {"negative_slope": 0.4}


def test_search_over_all_names():
    net = make_pipeline(StandardScaler(), DeepMLPClassifier((4,), max_iter=1, random_state=0))
    grid = {"deepmlpclassifier__activation": list(ACTIVATIONS)}
    search = GridSearchCV(net, grid, cv=2, error_score="raise", refit=False).fit(X, Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def test_a_name_and_a_number_of_it_are_searched_together():
    grid = {"activation": ["leaky_relu"], "activation__negative_slope": [0.01, 0.3]}
    net = DeepMLPClassifier((8,), max_iter=3, random_state=0)
    search = GridSearchCV(net, grid, cv=2).fit(X, Y)
    best = search.best_estimator_.activation
    assert isinstance(best, LeakyReLU)
    assert best.negative_slope == search.best_params_["activation__negative_slope"]
    assert net.activation == "relu"


def test_candidates_that_differ_in_a_number_train_differently():
    grid = {"activation__negative_slope": [0.01, 0.9]}
    net = DeepMLPClassifier((8,), "leaky_relu", max_iter=30, random_state=0)
    scores = GridSearchCV(net, grid, cv=2, scoring="neg_log_loss", refit=False).fit(X, Y)
    low, high = scores.cv_results_["mean_test_score"]
    assert low != high


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_nested_number_makes_an_object_of_a_name(name):
    for key, start in numbers_of(name, 0.5).items():
        net = DeepMLPClassifier(activation=name).set_params(**{f"activation__{key}": start})
        assert type(net.activation) is ACTIVATIONS[name]
        assert getattr(net.activation, key) == start


def test_a_nested_parameter_that_the_activation_lacks_is_invalid():
    with pytest.raises(ValueError, match="Invalid parameter 'foo' for estimator ReLU"):
        DeepMLPClassifier().set_params(activation__foo=1)


def test_a_nested_parameter_of_an_unknown_name_is_refused():
    with pytest.raises(ValueError, match="Got activation='linear'"):
        DeepMLPClassifier(activation="linear").set_params(activation__negative_slope=1)


def test_nested_numbers_of_initializations_are_searched():
    grid = {"init": ["he_normal"], "init__scale": [1.0, 2.0]}
    net = DeepMLPClassifier((8,), max_iter=3, random_state=0)
    search = GridSearchCV(net, grid, cv=2).fit(X, Y)
    assert search.best_estimator_.init.scale == search.best_params_["init__scale"]
    assert search.best_estimator_.init_.scale == search.best_params_["init__scale"]


def test_a_nested_number_of_init_auto_is_refused():
    with pytest.raises(ValueError, match="Got init='auto'"):
        DeepMLPClassifier().set_params(init__scale=2.0)
