"""Losses have the values and the minima of their definitions; weights of classes are weights."""

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.metrics import mean_absolute_error, mean_pinball_loss, mean_poisson_deviance
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._losses import LOSSES, REGRESSION_LOSSES

X, Y = load_iris(return_X_y=True)
X = scale(X)
RNG = np.random.default_rng(0)
POSITIVE = RNG.gamma(2.0, size=150)
# Nearly no training: the loss of the first epoch is that of the initial weights.
AT_START = {"max_iter": 1, "learning_rate_init": 1e-300, "batch_size": 150, "random_state": 0}
AT_START["alpha"] = 0.0
QUICK = {"max_iter": 50, "learning_rate_init": 0.02, "random_state": 0}
NUMBERS = {"quantile": {"quantile": 0.8}}


def huber(y, predicted):
    distance = np.abs(y - predicted)
    return np.where(distance < 1, distance**2 / 2, distance - 0.5).mean()


VALUES = {
    "squared_error": lambda y, p: ((y - p) ** 2).mean() / 2,
    "absolute_error": mean_absolute_error,
    "huber": huber,
    "poisson": lambda y, p: mean_poisson_deviance(y, p) / 2,
    "quantile": lambda y, p: mean_pinball_loss(y, p, alpha=0.8),
}


@pytest.mark.parametrize("loss", REGRESSION_LOSSES)
def test_the_loss_is_what_its_name_says(loss):
    net = DeepMLPRegressor((5,), loss=loss, **NUMBERS.get(loss, {}), **AT_START).fit(X, POSITIVE)
    assert net.loss_ == pytest.approx(VALUES[loss](POSITIVE, net.predict(X)))


@pytest.mark.parametrize(
    "number", [0.0, 0.3, torch.tensor([0.3, 0.0, 0.1])[:, None, None]], ids=str
)
@pytest.mark.parametrize("name", LOSSES)
def test_the_derivative_is_that_of_the_loss(name, number):
    generator = torch.Generator().manual_seed(0)
    raw = torch.randn((3, 7, 4), generator=generator, dtype=torch.float64, requires_grad=True)
    target = torch.rand((3, 7, 4), generator=generator, dtype=torch.float64)
    if name == "log_loss":
        target = target.argmax(-1)
    if isinstance(number, torch.Tensor):
        number = number.double()
    _, slope = LOSSES[name].evaluate(raw.detach(), target, number)
    (expected,) = torch.autograd.grad(LOSSES[name].evaluate(raw, target, number)[0].sum(), raw)
    torch.testing.assert_close(slope, expected)


MINIMA = {
    "squared_error": np.mean,
    "absolute_error": np.median,
    "poisson": np.mean,
    "quantile": lambda y: np.quantile(y, 0.8),
}


@pytest.mark.parametrize("loss", MINIMA)
def test_without_features_the_minimum_is_predicted(loss):
    nothing = np.zeros((150, 1))
    net = DeepMLPRegressor((), loss=loss, batch_size=150, max_iter=3000, **NUMBERS.get(loss, {}))
    net.set_params(learning_rate="cosine", learning_rate_init=0.02, n_iter_no_change=np.inf)
    predicted = net.fit(nothing, POSITIVE).predict(nothing)
    assert predicted[0] == pytest.approx(MINIMA[loss](POSITIVE), abs=0.03)


def test_huber_heeds_outliers_less():
    spoiled = POSITIVE.copy()
    spoiled[:5] += 1000
    nothing = np.zeros((150, 1))
    net = DeepMLPRegressor((), loss="huber", batch_size=150, max_iter=2000, learning_rate_init=0.01)
    predicted = net.fit(nothing, spoiled).predict(nothing)[0]
    assert predicted < np.mean(POSITIVE) + 0.3 < np.mean(spoiled)


def test_quantiles_of_a_network_are_ordered_and_cover():
    X = RNG.uniform(-2, 2, (600, 1))
    y = np.sin(X[:, 0]) + (0.2 + 0.2 * np.abs(X[:, 0])) * RNG.standard_normal(600)
    nets = [
        DeepMLPRegressor((20,), loss="quantile", quantile=q, **{**QUICK, "max_iter": 200})
        for q in [0.1, 0.9]
    ]
    low, high = (net.fit(X, y).predict(X) for net in nets)
    assert np.mean(y < low) == pytest.approx(0.1, abs=0.04)
    assert np.mean(y < high) == pytest.approx(0.9, abs=0.04)


def test_poisson_outputs_are_exponential_and_positive():
    net = DeepMLPRegressor((5,), loss="poisson", **QUICK).fit(X, POSITIVE)
    assert net.out_activation_ == "exp"
    assert (net.predict(10 * X) > 0).all()


def test_poisson_refuses_negative_targets():
    y = POSITIVE.copy()
    y[33] = -0.5
    with pytest.raises(ValueError, match=r"out of the valid range of the loss 'poisson'.* row 33"):
        DeepMLPRegressor(loss="poisson").fit(X, y)


def test_poisson_predictions_that_overflow_are_an_error():
    net = DeepMLPRegressor((), loss="poisson", **QUICK).fit(X, POSITIVE)
    with pytest.raises(ValueError, match=r"prediction for row \d+ of X overflows: it is exp\("):
        net.predict(1e6 * X)


def test_early_stopping_by_the_score_of_exponential_outputs():
    net = DeepMLPRegressor((5,), loss="poisson", early_stopping=True, **QUICK).fit(X, POSITIVE)
    assert np.isfinite(net.best_validation_score_)


def test_smoothing_of_classes_is_torchs():
    net = DeepMLPClassifier((5,), label_smoothing=0.3, **AT_START).fit(X, Y)
    logits, y = torch.from_numpy(net.decision_function(X)), torch.from_numpy(Y)
    expected = torch.nn.functional.cross_entropy(logits, y, label_smoothing=0.3)
    assert net.loss_ == pytest.approx(expected.item())


def test_smoothing_of_two_classes_is_that_of_two_columns():
    net = DeepMLPClassifier((5,), label_smoothing=0.3, **AT_START).fit(X, Y == 1)
    logit = torch.from_numpy(net.decision_function(X))
    logits = torch.stack([torch.zeros_like(logit), logit], dim=1)
    y = torch.from_numpy((Y == 1).astype(int))
    expected = torch.nn.functional.cross_entropy(logits, y, label_smoothing=0.3)
    assert net.loss_ == pytest.approx(expected.item())


def test_smoothing_makes_less_sure():
    plain = DeepMLPClassifier((20,), **QUICK).fit(X, Y)
    smooth = DeepMLPClassifier((20,), label_smoothing=0.3, **QUICK).fit(X, Y)
    sure = [net.predict_proba(X).max(axis=1).mean() for net in (smooth, plain)]
    assert sure[0] < 0.85
    assert sure[1] > 0.9


def same(a, b):
    for one, other in zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-10)


NAMES = np.array(["a", "b", "c"])[Y]


class TestClassWeight:
    def test_a_dict_is_a_weight_of_rows(self):
        weights = {"a": 2.0, "c": 0.5}
        rows = np.array([2.0, 1.0, 0.5])[Y]
        net = DeepMLPClassifier((5,), **QUICK)
        same(
            clone(net).set_params(class_weight=weights).fit(X, NAMES),
            clone(net).fit(X, NAMES, sample_weight=rows),
        )

    @pytest.mark.parametrize("y", [Y, Y == 0], ids=["multiclass", "binary"])
    def test_balanced_gives_classes_equal_sums(self, y):
        keep = np.r_[0:30, 50:60, 100:150]
        counts = np.unique(y[keep], return_counts=True)[1]
        rows = (len(keep) / (len(counts) * counts))[np.unique(y[keep], return_inverse=True)[1]]
        net = DeepMLPClassifier((5,), **QUICK)
        same(
            clone(net).set_params(class_weight="balanced").fit(X[keep], y[keep]),
            clone(net).fit(X[keep], y[keep], sample_weight=rows),
        )

    def test_it_multiplies_sample_weights(self):
        weight = RNG.uniform(0.5, 2, 150)
        net = DeepMLPClassifier((5,), **QUICK)
        same(
            clone(net).set_params(class_weight={"b": 3.0}).fit(X, NAMES, sample_weight=weight),
            clone(net).fit(X, NAMES, sample_weight=weight * np.array([1, 3.0, 1])[Y]),
        )

    def test_balanced_counts_weights_as_repeated_rows(self):
        repeats = RNG.integers(0, 4, 60)
        few, y = X[::2][:60], Y[::2][:60]
        net = DeepMLPClassifier((5,), class_weight="balanced", **QUICK)
        weighted = clone(net).fit(few, y, sample_weight=repeats)
        repeated = clone(net).fit(np.repeat(few, repeats, axis=0), np.repeat(y, repeats))
        same(weighted, repeated)

    def test_weight_zero_leaves_a_class_out(self):
        net = DeepMLPClassifier((5,), class_weight={"b": 0.0}, **QUICK).fit(X, NAMES)
        without = DeepMLPClassifier((5,), **QUICK)
        without.fit(X, NAMES, sample_weight=(Y != 1) * 1.0)
        same(net, without)
        assert net.classes_.tolist() == ["a", "b", "c"]

    def test_unknown_classes_are_refused(self):
        net = DeepMLPClassifier(class_weight={"a": 1.0, "z": 2.0})
        with pytest.raises(ValueError, match=r"classes, \['b', 'c'\], are not in class_weight"):
            net.fit(X, NAMES)

    def test_weights_of_labels_are_multiplied(self):
        X, Y = make_multilabel_classification(60, n_classes=3, random_state=0)
        weights = [{0: 1.0, 1: 2.0}, {0: 0.5, 1: 1.0}, {1: 3.0}]
        rows = np.prod([[w.get(v, 1.0) for v in Y[:, i]] for i, w in enumerate(weights)], axis=0)
        net = DeepMLPClassifier((5,), **QUICK)
        same(
            clone(net).set_params(class_weight=weights).fit(X, Y),
            clone(net).fit(X, Y, sample_weight=rows),
        )
        counts = Y.mean(axis=0)
        rows = np.prod(np.where(Y == 1, 0.5 / counts, 0.5 / (1 - counts)), axis=1)
        same(
            clone(net).set_params(class_weight="balanced").fit(X, Y),
            clone(net).fit(X, Y, sample_weight=rows),
        )

    @pytest.mark.parametrize("class_weight", [{0: 1.0}, [{0: 1.0}]])
    def test_labels_need_a_dict_each(self, class_weight):
        X, Y = make_multilabel_classification(40, n_classes=3, random_state=0)
        with pytest.raises(ValueError, match=r"'class_weight' parameter .* list of 3 dicts"):
            DeepMLPClassifier(class_weight=class_weight).fit(X, Y)

    def test_classes_need_one_dict(self):
        with pytest.raises(ValueError, match=r"'class_weight' parameter .* or a dict for this y"):
            DeepMLPClassifier(class_weight=[{0: 1.0}]).fit(X, Y)
