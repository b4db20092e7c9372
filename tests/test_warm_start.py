"""Training that goes on with a fitted network: partial_fit and warm_start."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris, make_multilabel_classification
from sklearn.linear_model import SGDClassifier
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_iris(return_X_y=True)
X = scale(X)
CLASSES = [0, 1, 2]
X_REG, Y_REG = (scale(a) for a in load_diabetes(return_X_y=True))


def assert_same(net, other):
    for name in ("coefs_", "intercepts_"):
        for a, b in zip(getattr(net, name), getattr(other, name), strict=True):
            np.testing.assert_array_equal(a, b)
    for name in ("activation_params_", "normalization_params_"):
        np.testing.assert_equal(getattr(net, name), getattr(other, name))


# --- partial_fit

WAYS = [
    *({"solver": solver} for solver in ("adam", "adamw", "nadam", "rmsprop", "sgd")),
    {"dropout": 0.3, "activation": "rrelu"},
    {"dropout": 0.3, "activation": "selu", "batch_size": 32},
    {"activation": "prelu", "normalization": "batch", "skip_connections": "wide"},
    {"activation": "swish", "normalization": "layer", "alpha": 0.1, "max_norm": 1.0},
    {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.1},
    {"solver": "sgd", "learning_rate": "adaptive", "n_iter_no_change": 1, "tol": 0.01},
    {"dtype": "float32"},
]


@pytest.mark.parametrize("params", WAYS, ids=str)
def test_calls_of_partial_fit_do_what_one_fit_does(params):
    net = DeepMLPClassifier((8, 7), max_iter=12, random_state=0, **params)
    whole = clone(net).fit(X, Y)
    for _ in range(whole.n_iter_):
        net.partial_fit(X, Y, classes=CLASSES)
    assert_same(net, whole)
    assert net.loss_curve_ == whole.loss_curve_
    assert (net.t_, net.best_loss_, net.loss_) == (whole.t_, whole.best_loss_, whole.loss_)
    assert net.n_iter_ == 1


def test_a_regressor_goes_on_as_well():
    net = DeepMLPRegressor((8,), max_iter=6, random_state=0)
    whole = clone(net).fit(X_REG, Y_REG)
    for _ in range(6):
        net.partial_fit(X_REG, Y_REG)
    assert_same(net, whole)


def test_a_pickle_between_calls_changes_nothing():
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, classes=CLASSES)
    loaded = pickle.loads(pickle.dumps(net))
    assert_same(loaded.partial_fit(X, Y), net.partial_fit(X, Y))


def test_the_solver_begins_anew_after_fit():
    net = DeepMLPClassifier((8,), max_iter=3, random_state=0)
    fitted = clone(net).fit(X, Y)
    parts = clone(net)
    for _ in range(3):
        parts.partial_fit(X, Y, classes=CLASSES)
    assert_same(fitted, parts)
    fitted.partial_fit(X, Y)
    parts.partial_fit(X, Y)
    assert not np.array_equal(fitted.coefs_[0], parts.coefs_[0])
    assert not hasattr(parts.fit(X, Y), "_solver_state")


def test_another_solver_begins_anew():
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, classes=CLASSES)
    net.set_params(solver="sgd").partial_fit(X, Y)
    assert list(net._solver_state["moments"]) == ["velocity"]


def test_batches_with_some_of_the_classes():
    net = DeepMLPClassifier((20,), learning_rate_init=0.02, random_state=0)
    order = np.random.default_rng(0).permutation(len(X))
    for _ in range(30):
        for rows in np.array_split(order, 10):
            net.partial_fit(X[rows], Y[rows], classes=CLASSES)
    assert net.score(X, Y) > 0.95
    assert net.partial_fit(X[:5], Y[:5]).classes_.tolist() == CLASSES


def test_labels_go_on():
    X_labels, labels = make_multilabel_classification(random_state=0)
    net = DeepMLPClassifier((8,), max_iter=4, random_state=0)
    whole = clone(net).fit(X_labels, labels)
    for _ in range(4):
        net.partial_fit(X_labels, labels, classes=np.arange(5))
    assert_same(net, whole)
    with pytest.raises(ValueError, match="`y` has classes not in `self"):
        net.partial_fit(X_labels, np.column_stack([labels, labels[:, 0]]))


@pytest.mark.parametrize(
    ("X_more", "y_more", "classes", "message"),
    [
        (X, Y + 1, None, r"`y` has classes not in `self.classes_`. `self.classes_` has \[0 1 2\]"),
        (X, Y, [0, 1], r"`classes=\[0, 1\]` is not the same as on last call"),
        (X[:, :3], Y, None, "X has 3 features, but DeepMLPClassifier is expecting 4 features"),
    ],
)
def test_what_does_not_fit_the_network_is_refused_and_changes_nothing(
    X_more, y_more, classes, message
):
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, classes=CLASSES)
    before = pickle.dumps(net)
    with pytest.raises(ValueError, match=message):
        net.partial_fit(X_more, y_more, classes=classes)
    assert pickle.dumps(net) == before


def test_the_first_call_needs_the_classes():
    with pytest.raises(ValueError, match="classes must be passed on the first call"):
        DeepMLPClassifier().partial_fit(X, Y)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"early_stopping": True}, "partial_fit does not support early_stopping=True"),
        ({"learning_rate": "cosine"}, r"'learning_rate' parameter .* must be one of .*adaptive"),
        ({"learning_rate": "one_cycle"}, r"'learning_rate' parameter .* how many calls"),
        ({"class_weight": "balanced"}, r"'class_weight' parameter .* a dict or None"),
    ],
)
def test_what_needs_all_data_is_refused(params, message):
    with pytest.raises(ValueError, match=message):
        DeepMLPClassifier(**params).partial_fit(X, Y, classes=CLASSES)


@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
def test_lbfgs_has_no_partial_fit(estimator):
    net = estimator(solver="lbfgs")
    assert not hasattr(net, "partial_fit")
    with pytest.raises(AttributeError, match="has no attribute 'partial_fit'"):
        net.partial_fit  # noqa: B018


def test_arguments_stand_in_the_order_of_scikit_learn():
    weight = np.linspace(0.5, 2, len(X))
    net = DeepMLPClassifier((8,), random_state=0).partial_fit(X, Y, weight, CLASSES)
    named = clone(net).partial_fit(X, Y, classes=CLASSES, sample_weight=weight)
    assert_same(net, named)


def test_rows_of_weight_zero_change_no_bit():
    weight = np.r_[np.ones(100), np.zeros(50)]
    net = DeepMLPClassifier((8,), random_state=0)
    rest = clone(net).partial_fit(X[:100], Y[:100], classes=CLASSES)
    assert_same(net.partial_fit(X, Y, weight, CLASSES), rest)


def test_a_network_keeps_its_data_type():
    net = DeepMLPClassifier((8,), random_state=0)
    net.partial_fit(X.astype(np.float32), Y, classes=CLASSES).partial_fit(X, Y)
    assert net.coefs_[0].dtype == np.float32


def test_it_warns_of_no_missing_convergence(recwarn):
    DeepMLPClassifier((8,)).partial_fit(X, Y, classes=CLASSES)
    assert not recwarn.list


# --- warm_start


def test_a_warm_start_goes_on():
    net = DeepMLPClassifier((8,), max_iter=5, warm_start=True, random_state=0).fit(X, Y)
    first = [*net.loss_curve_]
    net.fit(X, Y)
    assert net.loss_curve_[:5] == first
    assert len(net.loss_curve_) == 10
    assert net.loss_curve_[5] < first[4]
    assert (net.n_iter_, net.t_) == (5, 10 * 150)
    assert net.best_loss_ == min(net.loss_curve_)


def test_without_warm_start_every_fit_starts_anew():
    net = DeepMLPClassifier((8,), max_iter=5, random_state=0).fit(X, Y)
    before = [w.copy() for w in net.coefs_]
    np.testing.assert_array_equal(net.fit(X, Y).coefs_[0], before[0])


def test_the_solver_begins_anew_but_order_and_noise_go_on():
    params = {"solver": "sgd", "momentum": 0.0, "dropout": 0.2, "random_state": 0}
    twice = DeepMLPClassifier((8,), max_iter=5, warm_start=True, **params).fit(X, Y).fit(X, Y)
    assert_same(twice, DeepMLPClassifier((8,), max_iter=10, **params).fit(X, Y))


def test_an_inverse_rate_goes_on_to_fall():
    params = {"solver": "sgd", "momentum": 0.0, "learning_rate": "invscaling", "random_state": 0}
    twice = DeepMLPClassifier((8,), max_iter=5, warm_start=True, **params).fit(X, Y).fit(X, Y)
    assert_same(twice, DeepMLPClassifier((8,), max_iter=10, **params).fit(X, Y))


def test_the_best_weights_survive_a_second_fit_that_finds_no_better():
    net = DeepMLPClassifier((8,), early_stopping=True, warm_start=True, random_state=0)
    net.set_params(learning_rate_init=0.02, max_iter=60).fit(X, Y)
    best, weights = net.best_validation_score_, net.coefs_[0].copy()
    net.set_params(learning_rate_init=1e-12, max_iter=3).fit(X, Y)
    assert net.best_validation_score_ == best
    np.testing.assert_array_equal(net.coefs_[0], weights)
    assert len(net.validation_scores_) == len(net.loss_curve_)


def test_another_scoring_begins_with_no_best():
    net = DeepMLPClassifier((8,), early_stopping=True, warm_start=True, random_state=0)
    net.set_params(max_iter=3).fit(X, Y).set_params(scoring="loss").fit(X, Y)
    assert len(net.validation_scores_) == 3
    assert net.best_validation_score_ == max(net.validation_scores_) < 0


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"hidden_layer_sizes": (9,)}, r"shapes \[\(4, 8\), \(8, 3\)\].*\[\(4, 9\), \(9, 3\)\]"),
        ({"hidden_layer_sizes": (8, 8)}, "go on with the fitted network, whose layers"),
        ({"skip_connections": "wide"}, "go on with the fitted network, whose layers"),
        ({"activation": "prelu"}, r"activation has learned nothing. activation='prelu' now asks"),
        ({"normalization": "batch"}, "normalization has learned nothing"),
    ],
)
def test_other_layers_are_refused(params, message):
    net = DeepMLPClassifier((8,), warm_start=True, max_iter=2).fit(X, Y)
    before = net.coefs_[0].copy()
    net.set_params(**params)
    with pytest.raises(ValueError, match=message):
        net.fit(X, Y)
    np.testing.assert_array_equal(net.coefs_[0], before)


def test_other_classes_are_refused_in_the_words_of_scikit_learn():
    net = DeepMLPClassifier((8,), warm_start=True, max_iter=2).fit(X, Y)
    message = r"can only be used where `y` has the same classes .*got \[0 1 2\], `y` has \[0 1\]"
    with pytest.raises(ValueError, match=message):
        net.fit(X[Y < 2], Y[Y < 2])
    mlp = MLPClassifier((8,), warm_start=True, max_iter=2).fit(X, Y)
    with pytest.raises(ValueError, match=message):
        mlp.fit(X[Y < 2], Y[Y < 2])


def test_another_number_of_targets_is_refused():
    net = DeepMLPRegressor((8,), warm_start=True, max_iter=2).fit(X_REG, Y_REG)
    with pytest.raises(ValueError, match=r"y now ask for \[\(10, 8\), \(8, 2\)\]"):
        net.fit(X_REG, np.column_stack([Y_REG, Y_REG]))


def test_a_warm_start_after_partial_fit_begins_the_solver_anew():
    net = DeepMLPClassifier((8,), max_iter=2, random_state=0)
    parts = clone(net).partial_fit(X, Y, classes=CLASSES).partial_fit(X, Y)
    whole = clone(net).fit(X, Y)
    for each in (parts, whole):
        each.set_params(warm_start=True).fit(X, Y)
    assert_same(parts, whole)


# --- SELU in pieces


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


def test_of_fewer_than_eight_rows_nothing_is_said():
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
