"""partial_fit resumes training, one epoch per call."""

import pickle

import numpy as np
import pytest
from fitted_networks import CLASSES, X_REG, Y_REG, X, Y, assert_same_network
from sklearn.base import clone
from sklearn.datasets import make_multilabel_classification
from sklearn.linear_model import SGDClassifier

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

CONFIGURATIONS = [
    *({"solver": solver} for solver in ("adam", "adamw", "nadam", "rmsprop", "sgd")),
    {"dropout": 0.3, "activation": "rrelu"},
    {"dropout": 0.3, "activation": "selu", "batch_size": 32},
    {"activation": "prelu", "normalization": "batch", "skip_connections": "wide"},
    {"activation": "swish", "normalization": "layer", "alpha": 0.1, "max_norm": 1.0},
    {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.1},
    {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 0.01},
    {"dtype": "float32"},
]


@pytest.mark.parametrize("params", CONFIGURATIONS, ids=str)
def test_calls_of_partial_fit_equal_one_fit(params):
    net = DeepMLPClassifier((8, 7), max_iter=12, random_state=0, **params)
    whole = clone(net).fit(X, Y)
    for _ in range(whole.n_iter_):
        net.partial_fit(X, Y, classes=CLASSES)
    assert_same_network(net, whole)
    assert net.loss_curve_ == whole.loss_curve_
    assert (net.t_, net.best_loss_, net.loss_) == (whole.t_, whole.best_loss_, whole.loss_)
    assert net.n_iter_ == 1


def test_calls_of_a_regressor_equal_one_fit():
    net = DeepMLPRegressor((8,), max_iter=6, random_state=0)
    whole = clone(net).fit(X_REG, Y_REG)
    for _ in range(6):
        net.partial_fit(X_REG, Y_REG)
    assert_same_network(net, whole)


def test_a_pickle_between_calls_changes_nothing():
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, classes=CLASSES)
    loaded = pickle.loads(pickle.dumps(net))
    assert_same_network(loaded.partial_fit(X, Y), net.partial_fit(X, Y))


def test_the_solver_begins_anew_after_fit():
    net = DeepMLPClassifier((8,), max_iter=3, random_state=0)
    fitted = clone(net).fit(X, Y)
    parts = clone(net)
    for _ in range(3):
        parts.partial_fit(X, Y, classes=CLASSES)
    assert_same_network(fitted, parts)
    fitted.partial_fit(X, Y)
    parts.partial_fit(X, Y)
    assert not np.array_equal(fitted.coefs_[0], parts.coefs_[0])
    assert not hasattr(parts.fit(X, Y), "_optimizer_state")


def test_another_solver_begins_anew():
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, classes=CLASSES)
    net.set_params(solver="sgd").partial_fit(X, Y)
    assert list(net._optimizer_state["arrays"]) == ["velocity"]


@pytest.mark.no_cover
def test_batches_with_some_of_the_classes():
    net = DeepMLPClassifier((20,), learning_rate_init=0.05, random_state=0)
    order = np.random.default_rng(0).permutation(len(X))
    for _ in range(8):
        for rows in np.array_split(order, 10):
            net.partial_fit(X[rows], Y[rows], classes=CLASSES)
    assert net.score(X, Y) > 0.95
    assert net.partial_fit(X[:5], Y[:5]).classes_.tolist() == CLASSES


def test_calls_with_labels_equal_one_fit():
    X_labels, labels = make_multilabel_classification(random_state=0)
    net = DeepMLPClassifier((8,), max_iter=4, random_state=0)
    whole = clone(net).fit(X_labels, labels)
    for _ in range(4):
        net.partial_fit(X_labels, labels, classes=np.arange(5))
    assert_same_network(net, whole)
    with pytest.raises(ValueError, match="`y` has classes not in `self"):
        net.partial_fit(X_labels, np.column_stack([labels, labels[:, 0]]))


@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
def test_lbfgs_has_no_partial_fit(estimator):
    net = estimator(solver="lbfgs")
    assert not hasattr(net, "partial_fit")
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'"):
        net.partial_fit  # noqa: B018


def test_arguments_are_in_the_order_of_scikit_learn():
    weight = np.linspace(0.5, 2, len(X))
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, weight, CLASSES)
    named = clone(net).partial_fit(X, Y, classes=CLASSES, sample_weight=weight)
    assert_same_network(net, named)


def test_rows_of_weight_zero_change_no_bit():
    weight = np.r_[np.ones(100), np.zeros(50)]
    net = DeepMLPClassifier((8,), random_state=0)
    rest = clone(net).partial_fit(X[:100], Y[:100], classes=CLASSES)
    assert_same_network(net.partial_fit(X, Y, weight, CLASSES), rest)


def test_a_network_keeps_its_data_type():
    net = DeepMLPClassifier((8,), random_state=0)
    net.partial_fit(X.astype(np.float32), Y, classes=CLASSES).partial_fit(X, Y)
    assert net.coefs_[0].dtype == np.float32


def test_it_warns_of_no_missing_convergence(recwarn):
    DeepMLPClassifier((8,)).partial_fit(X, Y, classes=CLASSES)
    assert not recwarn.list


# --- SELU batch by batch


def selu():
    return DeepMLPClassifier((8, 8), "selu", random_state=0)


def test_standardized_batches_of_any_size_are_taken():
    net = selu()
    order = np.random.default_rng(0).permutation(len(X))
    for rows in np.split(order, [3, 7, 15, 40]):
        net.partial_fit(X[rows], Y[rows], classes=CLASSES)
    assert net._inputs_seen[0] == 150


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (X + 2, r"the mean of all rows seen so far is not within ±0\.1"),
        (X * 10, r"most entries of all rows seen so far are not within ±1\.5"),
    ],
)
def test_raw_batches_are_refused(batch, message):
    with pytest.raises(ValueError, match=message):
        selu().partial_fit(batch[::5], Y[::5], classes=CLASSES)
    net = selu().set_params(self_normalization="warn")
    with pytest.warns(UserWarning, match=message):
        net.partial_fit(batch[::5], Y[::5], classes=CLASSES)


def test_fewer_than_eight_rows_are_not_judged():
    net, raw = selu(), 100 + X
    net.partial_fit(raw[:3], Y[:3], classes=CLASSES).partial_fit(raw[3:7], Y[3:7])
    with pytest.raises(ValueError, match="the mean of all rows seen so far"):
        net.partial_fit(raw[7:8], Y[7:8])


def test_the_mean_is_that_of_all_batches():
    net, shifted = selu(), X + 0.6
    net.partial_fit(X[::2], Y[::2], classes=CLASSES)
    net.partial_fit(shifted[:9], Y[:9])  # 9 of 84 rows
    with pytest.raises(ValueError, match="seen so far"):
        selu().partial_fit(shifted, Y, classes=CLASSES)


def test_parameters_that_break_self_normalization_are_refused():
    with pytest.raises(ValueError, match=r"alpha=0\.1 penalizes the weights"):
        selu().set_params(alpha=0.1).partial_fit(X, Y, classes=CLASSES)


def test_first_call_rules_are_those_of_scikit_learn():
    other = SGDClassifier().partial_fit(X, Y, classes=CLASSES)
    net = DeepMLPClassifier((8,)).partial_fit(X, Y, classes=CLASSES)
    for each in (other, net):
        with pytest.raises(ValueError, match="not the same as on last call to partial_fit"):
            each.partial_fit(X, Y, classes=[0, 1])
