"""A look at a network before any training."""

import copy
import pickle
import re
from html import unescape

import numpy as np
import pytest
import scipy.sparse
import torch
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale
from sklearn.utils.validation import check_is_fitted

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, inspect_initialization
from sklearn_deepmlp._randomness import seeds_from
from sklearn_deepmlp.activations import ACTIVATIONS, Activation, Swish
from sklearn_deepmlp.initializers import INITIALIZERS, Normal, VarianceScaling

X, Y = load_digits(return_X_y=True)
X, Y = scale(X)[:200], Y[:200]
ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]


def deep(activation="relu", init="auto", n_layers=30, units=64, kind=DeepMLPClassifier, **params):
    return kind((units,) * n_layers, activation, init=init, random_state=0, **params)


def verdict(*args, **params):
    return inspect_initialization(deep(*args, **params), X).verdict


# --- Verdicts and remedies

VERDICTS = {
    ("relu", "standard_normal"): "explodes",
    ("gelu", "standard_normal"): "explodes",
    ("selu", "standard_normal"): "explodes",
    ("tanh", "standard_normal"): "saturates",
    ("sigmoid", "standard_normal"): "saturates",
    ("sigmoid", "glorot_normal"): "vanishes",
    ("sigmoid", "he_normal"): "vanishes",
    ("relu", "glorot_normal"): "vanishes",
    ("leaky_relu", "lecun_uniform"): "vanishes",
    ("mish", "glorot_uniform"): "vanishes",
    ("swish", "he_normal"): "vanishes",
    ("relu", "he_normal"): "fits",
    ("leaky_relu", "he_uniform"): "fits",
    ("tanh", "glorot_normal"): "fits",
    ("selu", "lecun_normal"): "fits",
    ("identity", "lecun_normal"): "fits",
}


@pytest.mark.parametrize(("activation", "init"), VERDICTS)
def test_verdicts_at_30_layers(activation, init):
    assert verdict(activation, init) == VERDICTS[activation, init]


def test_saturated_functions_let_no_gradient_through_where_layers_are_narrow():
    assert verdict("sigmoid", "standard_normal", units=20) == "vanishes"
    assert verdict("sigmoid", "standard_normal", units=200) == "saturates"


WRONG = [pair for pair, name in VERDICTS.items() if name != "fits"]


@pytest.mark.parametrize(("activation", "init"), WRONG)
def test_the_remedy_lets_the_signal_through(activation, init):
    estimator = deep(activation, init)
    report = inspect_initialization(estimator, X)
    cured = inspect_initialization(clone(estimator).set_params(**report.params), X)
    assert report.params
    assert cured.verdict == "fits"
    assert cured.remedy is None
    assert not cured.params


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("n_layers", [1, 2])
def test_defaults_fit_where_networks_are_shallow(name, n_layers):
    assert verdict(name, n_layers=n_layers) == "fits"


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - {"logistic", "sigmoid"}))
def test_defaults_of_all_functions_but_the_logistic_one_fit_at_10_layers(name):
    assert verdict(name, n_layers=10) == "fits"


def test_the_remedy_for_a_smooth_function_names_the_scale_that_preserves_the_variance():
    report = inspect_initialization(deep("swish", "he_normal"), X)
    assert report.remedy.startswith('Use init=VarianceScaling(scale="auto"), which is scale=2.81')
    assert report.params["init"].scale == "auto"


def test_a_network_that_fits_but_fades_is_told_the_better_scale():
    report = inspect_initialization(deep("gelu", "he_normal"), X)
    assert report.verdict == "fits"
    assert 'init=VarianceScaling(scale="auto"), here scale=2.35' in report.explanation


@pytest.mark.parametrize(("activation", "init"), [("relu", "he_normal"), ("selu", "lecun_normal")])
def test_a_network_that_keeps_its_signal_is_told_no_other_scale(activation, init):
    report = inspect_initialization(deep(activation, init, units=200), X)
    assert "VarianceScaling" not in report.explanation


def test_no_initialization_helps_the_logistic_function_so_that_another_is_named():
    report = inspect_initialization(deep("sigmoid", "he_normal"), X)
    assert report.params == {"activation": "tanh", "init": "auto"}
    assert report.layer == 1
    assert verdict("sigmoid", VarianceScaling("auto")) == "vanishes"


def test_explanations_give_the_layers_and_the_factor_per_layer():
    report = inspect_initialization(deep("relu", "standard_normal"), X)
    numbers = re.search(
        r"From layer 1 to layer 30 .* goes from (\S+) to (\S+), a factor of (\S+) per layer",
        report.explanation,
    )
    first, last, factor = map(float, numbers.groups())
    std = report.signals.preactivation_std[0]
    assert report.layer == 30
    assert (first, last) == pytest.approx((std[0], std[29]), rel=0.05)
    assert factor == pytest.approx((last / first) ** (1 / 29), rel=0.05)


class Zero(Activation):
    def function(self, z):
        return 0 * z


def test_a_function_that_no_initialization_suits_is_replaced():
    report = inspect_initialization(deep(Zero(), "he_normal", n_layers=5), X)
    assert report.verdict == "vanishes"
    assert report.params["activation"] in ACTIVATIONS


def test_weights_that_are_all_too_small():
    assert verdict("relu", Normal(std=1e-3), n_layers=5) == "vanishes"


def test_a_signal_beyond_all_numbers_explodes():
    report = inspect_initialization(deep("relu", "standard_normal", 60), X.astype(np.float32))
    assert report.verdict == "explodes"
    assert "to inf" in report.explanation


def test_a_network_that_nothing_helps_needs_fewer_layers():
    estimator = DeepMLPClassifier((3, 4) * 100, "sigmoid", random_state=0)
    report = inspect_initialization(estimator, X[:20])
    assert report.verdict == "vanishes"
    assert report.remedy == "Use fewer hidden layers."
    assert not report.params


# --- The data


@pytest.mark.parametrize("activation", ["relu", "tanh", "selu"])
def test_features_far_from_unit_scale_are_told(activation):
    raw, net = load_breast_cancer().data, deep(activation, n_layers=5)
    note = f"X has a root mean square of {np.sqrt(np.mean(raw**2)):.3g} instead of 1"
    report = inspect_initialization(net, raw)
    assert note in report.explanation
    assert "with StandardScaler()" in report.explanation
    scaled = inspect_initialization(net, StandardScaler().fit_transform(raw))
    assert "root mean square" not in scaled.explanation
    assert report.verdict == scaled.verdict == "fits"
    sparse = inspect_initialization(net, scipy.sparse.csr_matrix(raw))
    assert note in sparse.explanation
    assert "with StandardScaler(with_mean=False)" in sparse.explanation


def test_the_scale_of_the_features_is_no_reason_for_another_verdict():
    for factor in (1e-3, 1e3):
        for init in ("he_normal", "glorot_normal", "standard_normal"):
            scaled = inspect_initialization(deep("relu", init), factor * X[:50])
            assert scaled.verdict == VERDICTS["relu", init]


def test_features_that_are_all_zero():
    for activation in ("relu", "sigmoid"):
        report = inspect_initialization(deep(activation, n_layers=3), np.zeros((5, 4)))
        assert report.verdict == "fits"
        assert "X has a root mean square of 0 instead of 1" in report.explanation


def test_sparse_features_are_as_dense_ones():
    dense = np.where(X > 1, X, 0.0)
    report = inspect_initialization(deep(n_layers=5), dense)
    sparse = inspect_initialization(deep(n_layers=5), scipy.sparse.csr_matrix(dense))
    for name, values in report.signals.columns().items():
        np.testing.assert_allclose(sparse.signals.columns()[name], values, rtol=1e-9, err_msg=name)


def test_rare_ones_of_sparse_features_are_no_alarm():
    rng = np.random.default_rng(0)
    words = scipy.sparse.random(300, 5000, 0.01, "csr", random_state=rng)
    for activation in ("relu", "tanh", "sigmoid", "gelu"):
        assert inspect_initialization(deep(activation, n_layers=3), words).verdict == "fits"


def test_data_frames_and_single_rows():
    frame = load_iris(as_frame=True).data
    net = deep(n_layers=3)
    array = inspect_initialization(net, frame.to_numpy())
    of_frame = inspect_initialization(net, frame)
    np.testing.assert_array_equal(of_frame.signals.gradient_norm, array.signals.gradient_norm)
    assert inspect_initialization(net, frame[:1]).signals.n_layers == 4


def test_features_of_other_shapes_and_kinds_are_refused():
    with pytest.raises(ValueError, match="Expected 2D array"):
        inspect_initialization(deep(), X[0])
    with pytest.raises(ValueError, match="contains NaN"):
        inspect_initialization(deep(), [[np.nan]])


# --- The network


def initial_fit(estimator, X=X, Y=Y):
    """Fit so little that the fitted network is still the one it began with."""
    net = clone(estimator).set_params(learning_rate_init=1e-300, max_iter=1)
    return net.fit(X, scale(Y.astype(float)) if isinstance(net, DeepMLPRegressor) else Y)


@pytest.mark.parametrize("kind", ESTIMATORS)
@pytest.mark.parametrize(
    "params",
    [
        {},
        {"normalization": "batch"},
        {"normalization": "layer"},
        {"skip_connections": "residual"},
        {"skip_connections": "wide"},
        {"activation": "rrelu"},
        {"activation": "prelu", "dropout": 0.5},
        {"init": VarianceScaling("auto"), "dtype": "float32"},
    ],
    ids=repr,
)
def test_signals_are_those_of_the_network_that_a_fit_starts_with(kind, params):
    estimator = kind((20,) * 4, random_state=3).set_params(**params)
    fitted = initial_fit(estimator)
    target = scale(Y.astype(float)) if kind is DeepMLPRegressor else Y
    report = inspect_initialization(estimator, X, target)
    assert report.layer_sizes == (64, 20, 20, 20, 20, fitted.n_outputs_)
    for name, values in report.signals.columns().items():
        if name not in {"gradient_norm", "update_ratio"}:
            expected = fitted.signals_.columns()[name][:1]
            np.testing.assert_allclose(values, expected, rtol=1e-5, atol=1e-8, err_msg=name)
    assert np.isnan(report.signals.update_ratio).all()
    assert report.signals.epoch == [0]


def test_signals_of_hidden_layers_need_no_targets():
    without, with_y = (inspect_initialization(deep(n_layers=3), X, y) for y in (None, Y))
    for name in ("preactivation_std", "activation_mean", "saturated", "dead"):
        np.testing.assert_array_equal(
            getattr(without.signals, name)[0, :-1], getattr(with_y.signals, name)[0, :-1]
        )


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_gradients_are_those_of_a_plain_network(activation):
    estimator = deep(activation, n_layers=6, batch_size=200)
    net = initial_fit(estimator)
    weights = [torch.tensor(w, requires_grad=True) for w in net.coefs_]
    h = torch.from_numpy(X)
    for weight in weights[:-1]:
        h = ACTIVATIONS[activation]().function(h @ weight)
    seed = seeds_from(estimator.random_state).noise
    normal = torch.from_numpy(np.random.default_rng(seed).standard_normal((200, 10)))
    (h @ weights[-1] * normal / 200).sum().backward()
    expected = [weight.grad.norm().item() for weight in weights]
    measured = inspect_initialization(estimator, X, Y).signals.gradient_norm[0]
    np.testing.assert_allclose(measured, expected, rtol=1e-9)


def test_the_same_seed_gives_the_same_report():
    first, second = (inspect_initialization(deep(), X) for _ in range(2))
    assert str(first) == str(second)
    other = inspect_initialization(deep().set_params(random_state=1), X)
    assert str(other) != str(first)


def test_networks_without_hidden_layers():
    for kind in ESTIMATORS:
        report = inspect_initialization(kind(()), X)
        assert report.verdict == "fits"
        assert report.signals.n_layers == 1


@pytest.mark.parametrize("activation", ["relu", "tanh", "swish"])
@pytest.mark.parametrize("init", ["auto", "standard_normal", "glorot_normal"])
def test_a_normalization_keeps_the_signal_whatever_the_initialization(activation, init):
    assert verdict(activation, init, normalization="layer") == "fits"
    assert verdict(activation, init, normalization="batch", n_layers=10) == "fits"


def test_gradients_explode_through_many_batch_normalizations():
    estimator = deep("relu", normalization="batch")  # Yang et al. (2019, arXiv:1902.08129)
    report = inspect_initialization(estimator, X)
    assert report.verdict == "explodes"
    assert report.layer == 1
    assert report.params == {"normalization": "layer"}
    assert inspect_initialization(estimator.set_params(**report.params), X).verdict == "fits"


@pytest.mark.parametrize("activation", ["sigmoid", "tanh"])
def test_residual_layers_may_saturate_as_gradients_go_around_them(activation):
    assert verdict(activation, "he_normal", skip_connections="residual") == "fits"


def test_residual_layers_need_a_share_of_the_variance():
    residual = {"skip_connections": "residual"}
    assert verdict("relu", "auto", **residual) == "fits"
    assert verdict("relu", VarianceScaling("auto"), **residual) == "fits"
    assert verdict("relu", "he_normal", **residual) == "explodes"


# --- The estimator


@pytest.mark.parametrize("kind", ESTIMATORS)
def test_the_estimator_stays_as_it_is(kind):
    estimator = kind((5, 5), Swish(), init=Normal(), random_state=np.random.RandomState(0))
    before = copy.deepcopy(vars(estimator))
    report = inspect_initialization(estimator, X)
    assert vars(estimator).keys() == before.keys()
    assert str(estimator.random_state.get_state()) == str(before["random_state"].get_state())
    with pytest.raises(NotFittedError, match="not fitted"):
        check_is_fitted(estimator)
    assert str(inspect_initialization(estimator, X)) == str(report)


def test_of_a_fitted_estimator_the_parameters_count():
    estimator = deep(n_layers=3)
    fitted = clone(estimator).set_params(max_iter=3).fit(X, Y)
    coefs = copy.deepcopy(fitted.coefs_)
    fresh, looked = (inspect_initialization(net, X) for net in (estimator, fitted))
    assert str(fresh) == str(looked)
    for before, after in zip(coefs, fitted.coefs_, strict=True):
        np.testing.assert_array_equal(before, after)


def test_a_broken_condition_of_selu_is_looked_at_instead_of_refused():
    report = inspect_initialization(deep("selu", "he_normal", self_normalization="enforce"), X)
    assert report.signals.preactivation_std[0, 29] > 3


def test_parameters_are_checked_as_in_fit():
    with pytest.raises(ValueError, match="The 'activation' parameter of DeepMLPClassifier must"):
        inspect_initialization(DeepMLPClassifier(activation="step"), X)
    with pytest.raises(ValueError, match="hidden_layer_sizes must be > 0"):
        inspect_initialization(DeepMLPClassifier((-1,)), X)


def test_a_pipeline_is_told_what_to_pass():
    pipeline = make_pipeline(StandardScaler(), deep(n_layers=2))
    with pytest.raises(TypeError, match=r"inspect_initialization\(pipeline\[-1\], pipe"):
        inspect_initialization(pipeline, X)
    report = inspect_initialization(pipeline[-1], pipeline[:-1].fit_transform(X))
    assert report.verdict == "fits"


@pytest.mark.parametrize("wrong", [LogisticRegression(), None, DeepMLPClassifier])
def test_other_estimators_are_refused(wrong):
    with pytest.raises(TypeError, match="'estimator' parameter of inspect_initialization must be"):
        inspect_initialization(wrong, X)


# --- The report


def test_it_prints_the_verdict_the_remedy_and_some_layers():
    report = inspect_initialization(deep("relu", "standard_normal"), X)
    told, table = str(report).split("\n\n")
    assert " ".join(told.split()) == (
        "DeepMLPClassifier with 30 hidden layers, activation ReLU(), init Normal() "
        f"Verdict: explodes. {report.explanation} Remedy: {report.remedy}"
    )
    head, *rows = table.splitlines()
    layers = [row.split()[0] for row in rows]
    assert head.split()[:2] == ["layer", "units"]
    assert (layers[0], layers[-1]) == ("1", "output")
    assert len(layers) <= 8
    assert max(map(len, str(report).splitlines())) <= 88


def test_it_shows_every_layer_of_a_short_network():
    text = str(inspect_initialization(DeepMLPRegressor((7, 6, 5)), X))
    rows = [line.split()[:2] for line in text.splitlines()[-4:]]
    assert rows == [["1", "7"], ["2", "6"], ["3", "5"], ["output", "1"]]


def test_it_shows_the_same_as_html():
    report = inspect_initialization(deep(Swish(beta=1.5), "standard_normal", n_layers=4), X)
    page = report._repr_html_()
    assert report.explanation in unescape(page)
    assert report.remedy in unescape(page)
    cells = re.findall("<t[hd]>(.*?)</t[hd]>", page)
    assert "".join(cells).replace(" ", "") == "".join("".join(str(report).split("\n\n")[1]).split())


def test_it_is_frozen_and_can_be_stored():
    report = inspect_initialization(deep("tanh", n_layers=3), X)
    assert str(pickle.loads(pickle.dumps(report))) == str(report)
    with pytest.raises(AttributeError, match="verdict"):
        report.verdict = "fits"


@pytest.mark.parametrize("init", INITIALIZERS)
def test_every_initialization_has_a_verdict_at_any_depth(init):
    for n_layers in (1, 2, 10):
        report = inspect_initialization(deep("elu", init, n_layers, units=20), X)
        assert (report.verdict == "fits") == (report.remedy is None)
