"""What is added to a table is checked, refused, documented and trained as what stands there."""

import importlib
import pickle

import numpy as np
import pytest
import torch
from pages import DOCS, load
from sklearn.base import clone
from sklearn.datasets import load_diabetes
from sklearn.model_selection import KFold, cross_validate
from sklearn.preprocessing import scale
from sklearn.utils import get_tags

from sklearn_deepmlp import DeepMLPRegressor, fit_together
from sklearn_deepmlp._estimators.docstrings import documented
from sklearn_deepmlp._layers.normalization import EPSILON, Normalization
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS
from sklearn_deepmlp._losses import LOSSES, REGRESSION_LOSSES, Loss
from sklearn_deepmlp._stack.schedules import SCHEDULES, Schedule
from sklearn_deepmlp._stack.solvers import SOLVERS, Solver
from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer

X, Y = load_diabetes(return_X_y=True)
X, Y = scale(X)[:120], scale(Y)[:120]
POSITIVE = np.exp(Y)


def lion(theta, gradient, state, hyperparameters):
    """Lion (Chen et al. 2023, algorithm 2), but for its decay, which is that of "adamw"."""
    first, rate = state["first"], hyperparameters["learning_rate"]
    theta.sub_(first.lerp(gradient, 1 - hyperparameters["beta_1"]).sign() * rate)
    first.lerp_(gradient, 1 - hyperparameters["beta_2"])


LION = Solver(
    "Lion (Chen et al. 2023)",
    lion,
    reads=("beta_1", "beta_2"),
    state=("first",),
    decays_weights=True,
)


def linear_to_zero(progress):
    return 1 - progress.steps / (progress.last + 1)


def log_cosh(raw, target, number):
    error = (raw - target).abs()
    loss = error + torch.nn.functional.softplus(-2 * error) - np.log(2)
    return loss.sum(-1), (raw - target).tanh()


def expectile(raw, target, number):
    """Squared error, weighted by the side on which it lies (Newey and Powell 1987)."""
    error = raw - target
    weight = torch.where(
        error > 0, torch.ones_like(error) - number, torch.zeros_like(error) + number
    )
    return (weight * error.square()).sum(-1) / 2, weight * error


def exponential(raw, target, number):
    """Negative log-likelihood of an exponential distribution of mean exp(raw)."""
    ratio = target * (-raw).exp()
    return (raw + ratio).sum(-1), 1 - ratio


class RMSNorm(Normalization):
    """Over the units of the layer, without their mean (Zhang and Sennrich 2019)."""

    def normalize(self, z):
        return z * self._inverse(z)

    def normalize_train(self, z, context):
        inverse = self._inverse(z)
        normalized = z * inverse

        def pullback(grad_output):
            shared = (grad_output * normalized).mean(-1, keepdim=True)
            return inverse * (grad_output - normalized * shared)

        return normalized, pullback

    def _inverse(self, z):
        return (z.square().mean(-1, keepdim=True) + EPSILON).rsqrt()


class StdNorm(Normalization):
    """Over the rows of the batch, without their mean."""

    least_rows = 3
    stats = {"square": 1.0}

    def normalize(self, z):
        return z * (self._running[0] + EPSILON).rsqrt()

    def normalize_train(self, z, context):
        weight = context.row_weight.unsqueeze(-1)
        square = (z.square() * weight).sum(-2, keepdim=True)
        if context.uses_running is not None:
            square = torch.where(context.uses_running, self._running[0], square)
            weight = torch.where(context.uses_running, 0.0, weight)
        self._running[0].add_(0.1 * (square - self._running[0]))
        inverse = (square + EPSILON).rsqrt()
        normalized = z * inverse

        def pullback(grad_output):
            shared = (grad_output * normalized).sum(-2, keepdim=True)
            return inverse * (grad_output - weight * normalized * shared)

        return normalized, pullback


class Squareplus(Activation):
    """(z + √(z² + smoothness)) / 2 (Barron 2021)."""

    default_init = "he_normal"

    def __init__(self, smoothness=4.0):
        self.smoothness = smoothness

    def function(self, z, *, smoothness):
        return (z + (z.square() + smoothness).sqrt()) / 2


class Orthogonal(Initializer):
    """Weights with orthogonal rows or columns (Saxe et al. 2014)."""

    def __init__(self, gain=1.0):
        self.gain = gain

    def draw(self, fan_in, fan_out, generator):
        square = generator.standard_normal((max(fan_in, fan_out),) * 2)
        return self.gain * np.linalg.qr(square)[0][:fan_in, :fan_out]


ADDED = [
    (SOLVERS, "lion", LION),
    (SCHEDULES, "linear", Schedule("falling to 0", needs_length=True, fractions=linear_to_zero)),
    *(
        (table, name, loss)
        for table in (LOSSES, REGRESSION_LOSSES)
        for name, loss in {
            "log_cosh": Loss("the logarithm of cosh", log_cosh),
            "expectile": Loss("an expectile's loss", expectile, parameter="quantile"),
            "exponential": Loss("for waiting times", exponential, "exp", needs_non_negative=True),
        }.items()
    ),
    (NORMALIZATIONS, "rms", RMSNorm),
    (NORMALIZATIONS, "std", StdNorm),
    (ACTIVATIONS, "squareplus", Squareplus),
    (INITIALIZERS, "orthogonal", Orthogonal),
]
CASES = [
    {"solver": "lion", "alpha": 0.1},
    {"learning_rate": "linear", "solver": "sgd"},
    {"loss": "log_cosh"},
    {"loss": "expectile", "quantile": 0.8},
    {"loss": "exponential"},
    {"normalization": "rms"},
    {"normalization": "std", "alpha": 0.1},
    {"activation": "squareplus"},
    {"init": "orthogonal"},
    {"activation": Squareplus(1.0), "init": Orthogonal(0.5), "solver": "lion"},
]
PARAMS = {"hidden_layer_sizes": (6, 5), "activation": "tanh", "max_iter": 4, "batch_size": 32}


@pytest.fixture(autouse=True)
def _added(monkeypatch):
    for table, name, piece in ADDED:
        monkeypatch.setitem(table, name, piece)


@pytest.fixture(params=CASES, ids=lambda case: ", ".join(f"{k}={v}" for k, v in case.items()))
def net(request):
    return DeepMLPRegressor(**{**PARAMS, "random_state": 0, **request.param})


def arrays(net):
    of_units = [*net.activation_params_, *net.normalization_params_]
    return [*net.coefs_, *net.intercepts_, *(a for layer in of_units for a in layer.values())]


def assert_equal(net, other, tolerance=0.0):
    for a, b in zip(arrays(net), arrays(other), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


def plain_normalization(net, params, z):
    if net.normalization is None:
        return z
    square = params.get("square", (z**2).mean(1, keepdims=True))
    return params["scale"] * z / np.sqrt(square + EPSILON) + params["offset"]


def plain_prediction(net):
    functions = {
        "Tanh": np.tanh,
        "Squareplus": lambda z: (z + np.sqrt(z**2 + net.activation_.smoothness)) / 2,
    }
    of_hidden = zip(net.coefs_[:-1], net.intercepts_[:-1], net.normalization_params_, strict=True)
    h = X
    for coef, intercept, params in of_hidden:
        z = plain_normalization(net, params, h @ coef + intercept)
        h = functions[type(net.activation_).__name__](z)
    raw = (h @ net.coefs_[-1] + net.intercepts_[-1])[:, 0]
    return np.exp(raw) if net.out_activation_ == "exp" else raw


def test_predictions_are_those_of_numpy(net):
    net.fit(X, POSITIVE)
    np.testing.assert_allclose(net.predict(X), plain_prediction(net), rtol=1e-12, atol=1e-12)


def test_training_improves_the_loss(net):
    curve = net.set_params(max_iter=15, learning_rate_init=0.01).fit(X, POSITIVE).loss_curve_
    assert curve[-1] < curve[0]


def test_clones_and_pickles_are_equal(net):
    net.fit(X, POSITIVE)
    assert_equal(net, clone(net).fit(X, POSITIVE))
    restored = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(restored.predict(X), net.predict(X))


def test_warm_start_resumes(net):
    net.set_params(warm_start=True).fit(X, POSITIVE)
    t, curve = net.t_, net.loss_curve_
    net.fit(X, POSITIVE)
    assert net.t_ == 2 * t
    assert net.loss_curve_[: len(curve)] == curve


def test_partial_fit_is_a_first_epoch(net):
    if net.learning_rate == "linear":
        with pytest.raises(
            ValueError, match=r"'learning_rate' parameter .* in partial_fit, .*'linear'"
        ):
            net.partial_fit(X, POSITIVE)
        return
    net.partial_fit(X, POSITIVE)
    assert_equal(net, clone(net).set_params(max_iter=1).fit(X, POSITIVE))
    assert net.partial_fit(X, POSITIVE).t_ == 2 * len(X)


def test_members_of_a_stack_equal_separate_fits(net):
    folds = KFold(3)
    with fit_together():
        found = cross_validate(net, X, POSITIVE, cv=folds, n_jobs=2, return_estimator=True)
    for fitted, (rows, _) in zip(found["estimator"], folds.split(X), strict=True):
        assert_equal(fitted, clone(net).fit(X[rows], POSITIVE[rows]), tolerance=1e-9)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"solver": "lion", "l1_ratio": 0.5}, r"'l1_ratio' .* must be 0 with solver='lion', whose"),
        ({"solver": "lbfgs", "learning_rate": "linear"}, r"'learning_rate' .* solver='lbfgs'"),
        ({"solver": "lbfgs", "normalization": "std"}, r"None or 'layer' or 'rms' with solver='l"),
        ({"normalization": "std", "batch_size": 2}, r"'batch_size' .* least 3 .*='std', which"),
        ({"loss": "log_cosh", "quantile": 0.8}, r"'quantile' .* loss='log_cosh', .*'expectile'\]"),
        ({"loss": "exponential"}, r"valid range of the loss 'exponential', which needs y >= 0"),
    ],
    ids=str,
)
def test_what_contradicts_an_addition_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        DeepMLPRegressor(**PARAMS | params).fit(X, Y)


def test_an_addition_is_a_remedy():
    with pytest.raises(ValueError, match=r"'learning_rate' parameter .* one of .*'constant'"):
        DeepMLPRegressor(learning_rate="cosine").partial_fit(X, Y)
    with pytest.raises(ValueError, match=r"'solver' parameter .*'lion'.* Got 'tiger' instead"):
        DeepMLPRegressor(solver="tiger").fit(X, Y)


def test_tags_follow_from_the_loss():
    assert get_tags(DeepMLPRegressor(loss="exponential")).target_tags.positive_only
    assert not get_tags(DeepMLPRegressor(loss="log_cosh")).target_tags.positive_only


def test_parameters_of_an_addition_are_searched():
    net = DeepMLPRegressor(**PARAMS).set_params(
        activation="squareplus", activation__smoothness=2.0, init="orthogonal", init__gain=3.0
    )
    assert net.activation.smoothness == 2.0
    assert net.init.gain == 3.0


def test_docstrings_tell_of_additions():
    @documented(DeepMLPRegressor._auto_alpha)
    class Net(DeepMLPRegressor):
        """A regressor."""

    text = " ".join(Net.__doc__.split())
    for words in [
        '"lbfgs", "lion"}',
        '- "lion": Lion (Chen et al. 2023)',
        'With "adamw" and "lion", every step multiplies W',
        '- "linear": falling to 0, over `max_iter` epochs and so not in `partial_fit`',
        '- "log_cosh": the logarithm of cosh',
        '- "rms": over the units of the layer, without their mean (Zhang and Sennrich 2019)',
    ]:
        assert words in text


def test_tables_of_the_documentation_list_additions():
    tables = load(DOCS / "_ext" / "tables.py")
    assert '`"lion"`' in tables.value_table()
    assert '`"linear"`' in tables.value_table()
    assert "| `squareplus` |" in tables.activation_table()
    assert "`smoothness=4.0`" in tables.activation_table()
    assert "| `orthogonal` | `Orthogonal()` |" in tables.initializer_table()


def test_an_added_activation_has_its_section(monkeypatch):
    pytest.importorskip("matplotlib", reason="curves need an extra")
    monkeypatch.syspath_prepend(DOCS / "_ext")
    sections = importlib.import_module("activation_sections")
    text = sections.sections().partition("### Squareplus")[2]
    assert "`squareplus`" in text
    assert "(z + √(z² + smoothness)) / 2 (Barron 2021)" in text
    (ax,) = sections.curve_of(Squareplus()).axes
    np.testing.assert_allclose(ax.lines[0].get_ydata(), (sections.Z + np.hypot(sections.Z, 2)) / 2)
