"""Each check is found where a network has what it looks for, and its remedy removes the finding."""

import re
from functools import cache

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_diabetes, load_wine
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, DivergenceError, diagnose
from sklearn_deepmlp._diagnosis.checks import CHECKS
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import VarianceScaling

RAW_X, Y = load_wine(return_X_y=True)
X = scale(RAW_X)
DIABETES_X, DIABETES_Y = load_diabetes(return_X_y=True)
DIABETES_X = scale(DIABETES_X)
NOISE = np.random.default_rng(0)
NOISE_X = NOISE.standard_normal((100, 10))
NOISE_Y = (NOISE_X[:, 0] + 1.5 * NOISE.standard_normal(100) > 0).astype(int)
CODES = [check.code for check in CHECKS]


def net(sizes=(20,) * 3, activation="relu", **params):
    return DeepMLPClassifier(sizes, activation, **{"random_state": 0, "max_iter": 40, **params})


# For each check a network of which it is true.
FOUND = {
    "DM01": net((20,) * 30, "logistic", max_iter=20),
    "DM02": net((20,) * 20, init="standard_normal", max_iter=20),
    "DM03": net((50,) * 3, "tanh", init="standard_normal"),
    "DM04": net((20,) * 10, learning_rate_init=0.1),
    "DM05": net((30,) * 8, "selu", init="he_normal", self_normalization="ignore"),
    "DM06": net(
        (50, 50),
        "prelu",
        learning_rate_init=1e-2,
        max_iter=150,
        early_stopping=True,
        n_iter_no_change=150,
        validation_fraction=0.3,
    ),
    "DM07": net(activation="prelu", learning_rate_init=1e-6, max_iter=5),
    "DM08": net((20,) * 10, "tanh", learning_rate_init=0.1),
    "DM09": net(learning_rate_init=1e-5, max_iter=20),
    "DM12": net((20, 20), "logistic", batch_size=32, max_iter=20),
}
DATA = {"DM06": (NOISE_X, NOISE_Y)}
# Those whose remedy is about the data or about how they are given.
ABOUT_DATA = {"DM10", "DM11", "DM13"}


def codes(fit):
    return [finding.code for finding in diagnose(fit).findings]


def statuses(fit):
    return {check.code: check.status for check in diagnose(fit).checks}


def finding(code, fit):
    return next(each for each in diagnose(fit).findings if each.code == code)


@cache
def found_network(code):
    return FOUND[code].fit(*DATA.get(code, (X, Y)))


def test_codes_are_unique_and_numbered():
    assert [f"DM{number:02}" for number in range(1, len(CHECKS) + 1)] == CODES
    assert FOUND.keys() | ABOUT_DATA == set(CODES)


@pytest.mark.parametrize("code", FOUND)
def test_found(code):
    network = found_network(code)
    assert statuses(network)[code] == "found"
    found = finding(code, network)
    assert re.search(r"\d", found.evidence)
    assert found.params
    if found.layer is not None:
        assert 1 <= found.layer <= len(network.hidden_layer_sizes)
        assert f"ayer {found.layer}" in found.evidence
    for name, value in found.params.items():
        shown = f'"{value}"' if isinstance(value, str) else repr(value)
        assert f"{name}={shown}" in found.remedy


@pytest.mark.parametrize("code", FOUND)
def test_the_remedy_removes_the_finding(code):
    remedied = found_network(code).__class__(**found_network(code).get_params())
    remedied.set_params(**finding(code, found_network(code)).params)
    remedied.fit(*DATA.get(code, (X, Y)))
    assert code not in codes(remedied)


class Cube(Activation):
    """A custom activation, with a scale that preserves the variance, but not for long."""

    def function(self, z):
        return z**3


class Runaway(Activation):
    """One without such a scale: the mean of its squares is infinite."""

    def function(self, z):
        return z * (z**4).exp()


def found_of_propagation(network):
    try:
        fit = network.fit(X, Y)
    except DivergenceError as error:
        fit = error
    (found,) = [each for each in diagnose(fit).findings if each.code in {"DM01", "DM02"}]
    return found


@pytest.mark.parametrize(
    ("activation", "init", "expected"),
    [
        ("logistic", "auto", {"activation": "tanh", "init": "auto"}),
        ("tanh", "standard_normal", {"init": "auto"}),
        ("relu", "lecun_normal", {"init": "auto"}),
        ("relu", VarianceScaling(0.5), {"init": "auto"}),
        ("swish", "lecun_normal", {"init": VarianceScaling(scale="auto")}),
        ("gelu", "standard_normal", {"init": VarianceScaling(scale="auto")}),
        (Cube(), "standard_normal", {"init": VarianceScaling(scale="auto")}),
    ],
)
def test_remedies_of_vanishing_and_exploding(activation, init, expected):
    network = net((20,) * 20, activation, init=init, dtype="float64", max_iter=10)
    found = found_of_propagation(network)
    assert repr(found.params) == repr(expected)
    if not isinstance(activation, Cube):
        assert not {"DM01", "DM02"} & set(codes(network.set_params(**found.params).fit(X, Y)))


def test_what_no_initialization_cures_needs_skip_connections():
    network = net((20,) * 20, Runaway(), init="lecun_normal")
    found = found_of_propagation(network)
    assert found.params["skip_connections"] == "residual"
    assert codes(network.set_params(**found.params, max_iter=80).fit(X, Y)) == []


def test_what_steps_have_saturated_needs_smaller_ones():
    network = net((20,) * 10, "tanh", learning_rate_init=0.1).fit(X, Y)
    found = finding("DM03", network)
    assert "fitted" in found.evidence
    assert found.params == {"learning_rate_init": 0.001}
    assert codes(network.set_params(**found.params).fit(X, Y)) == []


@pytest.fixture(scope="module")
def healthy():
    return net(max_iter=100).fit(X, Y)


def test_a_healthy_network_passes(healthy):
    assert codes(healthy) == []
    passed = {code for code, status in statuses(healthy).items() if status == "passed"}
    assert passed == {"DM01", "DM02", "DM04", "DM08", "DM09", "DM10", "DM12"}


def test_what_cannot_be_told_is_not_applicable(healthy):
    reasons = {check.code: check.reason for check in diagnose(healthy).checks if check.reason}
    assert reasons == {
        "DM03": "the activation is not flat on both sides",
        "DM05": "the activation is not self-normalizing",
        "DM06": "the activation learns nothing",
        "DM07": "the activation learns nothing",
        "DM11": "not a regressor",
        "DM13": "no statistics of batches",
    }


@pytest.mark.parametrize(
    ("code", "network", "reason"),
    [
        ("DM01", net((20,), max_iter=2), "fewer than two hidden layers"),
        ("DM03", net((), "tanh", max_iter=2), "no hidden layers"),
        ("DM04", net(activation="leaky_relu", max_iter=2), "units of this activation cannot die"),
        ("DM04", net(activation="tanh", max_iter=2), "saturate rather than die"),
        ("DM06", net(activation="prelu", max_iter=2), "no validation scores"),
        ("DM08", net(solver="lbfgs", max_iter=2), "solver='lbfgs' has no learning rate"),
        ("DM12", net(max_iter=2), "fewer than 10 epochs"),
        ("DM01", net(record_signals=False, max_iter=2), "record_signals=False"),
        ("DM10", net(record_signals=False, max_iter=2), "record_signals=False"),
    ],
)
def test_conditions(code, network, reason):
    network.fit(X, Y)
    (check,) = [check for check in diagnose(network).checks if check.code == code]
    assert check.status == "not applicable"
    assert reason in check.reason


def test_features_that_are_not_standardized():
    raw = net(max_iter=5).fit(RAW_X, Y)
    assert "standard deviation 3.1e+02" in finding("DM10", raw).evidence
    assert not finding("DM10", raw).params
    assert "StandardScaler" in finding("DM10", raw).remedy
    assert "DM10" not in codes(make_pipeline(StandardScaler(), net(max_iter=5)).fit(RAW_X, Y))


def test_causes_come_before_their_effects():
    raw = net((20, 20), "tanh").fit(RAW_X, Y)
    first, *others = diagnose(raw).findings
    assert first.code == "DM10"
    assert "DM03" in [each.code for each in others]
    assert {each.remedy for each in others} == {
        "Standardize the features first (DM10), then diagnose again."
    }
    assert not any(each.params for each in others)
    assert codes(make_pipeline(StandardScaler(), raw).fit(RAW_X, Y)) == []


def test_causes_are_checks_that_say_what_to_do():
    by_code = {check.code: check for check in CHECKS}
    causes = [by_code[code] for check in CHECKS for code in check.caused_by]
    assert causes
    assert all(cause.first_step and not cause.caused_by for cause in causes)


@pytest.mark.parametrize("change", [lambda x: x * 1e-3, lambda x: x + 20, lambda x: x * 20])
def test_one_feature_that_is_not_standardized(change):
    changed = np.column_stack([X[:, :5], change(X[:, 5]), X[:, 6:]])
    found = finding("DM10", net(max_iter=5).fit(changed, Y))
    assert "The mean of feature 5 is" in found.evidence


def test_features_are_named():
    frame = load_wine(as_frame=True).data
    assert "'proline'" in finding("DM10", net(max_iter=5).fit(frame, Y)).evidence


@pytest.mark.parametrize("factor", [1.0, 1e5, 1e-4])
def test_a_target_that_is_not_standardized(factor):
    regressor = DeepMLPRegressor((20, 20), random_state=0, max_iter=20)
    y = DIABETES_Y * factor
    raw = regressor.fit(DIABETES_X, y)
    assert "TransformedTargetRegressor" in finding("DM11", raw).remedy
    scaled = TransformedTargetRegressor(regressor, transformer=StandardScaler())
    assert statuses(scaled.fit(DIABETES_X, y))["DM11"] == "passed"


def test_targets_that_the_network_predicts_the_logarithm_of():
    counts = DeepMLPRegressor((20,), loss="poisson", max_iter=2).fit(DIABETES_X, DIABETES_Y)
    assert statuses(counts)["DM11"] == "not applicable"


def test_batches_of_one_row():
    single = net((5,), normalization="batch")
    for row in range(5):
        single.partial_fit(X[row : row + 1], Y[row : row + 1], classes=[0, 1, 2])
    assert "A batch has 1 row" in finding("DM13", single).evidence
    assert statuses(net((5,), normalization="batch", max_iter=2).fit(X, Y))["DM13"] == "passed"
    single.set_params(**finding("DM13", single).params)
    assert statuses(single)["DM13"] == "not applicable"


def test_a_fit_that_failed():
    diverging = net((20,) * 30, init="standard_normal", solver="sgd", learning_rate_init=1.0)
    with pytest.raises(DivergenceError, match="non-finite") as caught:
        diverging.fit(X, Y)
    assert {"DM02", "DM08"} <= set(codes(caught.value))


def test_a_fit_that_failed_without_signals():
    diverging = net(
        (20,) * 30,
        init="standard_normal",
        solver="sgd",
        learning_rate_init=1.0,
        record_signals=False,
    )
    with pytest.raises(DivergenceError, match="non-finite") as caught:
        diverging.fit(X, Y)
    assert codes(caught.value) == ["DM08"]
    assert "non-finite" in finding("DM08", caught.value).evidence


@pytest.mark.parametrize("estimator", [net(), make_pipeline(StandardScaler(), net())])
def test_an_estimator_that_is_not_fitted(estimator):
    with pytest.raises(NotFittedError, match="DeepMLPClassifier instance is not fitted yet"):
        diagnose(estimator)


@pytest.mark.parametrize("other", [LogisticRegression(), "relu", ValueError("other")])
def test_anything_else(other):
    with pytest.raises(TypeError, match=f"Got {type(other).__name__} instead"):
        diagnose(other)


def test_label_smoothing_does_not_look_like_a_stall():
    smoothed = net(label_smoothing=0.5, max_iter=200).fit(X, Y)
    assert codes(smoothed) == []
    binary = net(label_smoothing=0.5, max_iter=200).fit(X, Y > 0)
    assert codes(binary) == []
