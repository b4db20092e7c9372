"""Targets and weights are understood, or refused with their name."""

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_iris(return_X_y=True)
X = scale(X)
X_LABELS, LABELS = make_multilabel_classification(random_state=0)
X_LABELS = scale(X_LABELS)
CODES = np.arange(100) % 5
NET = DeepMLPClassifier((8,), max_iter=3, random_state=0)


def assert_same_weights(net, other):
    for a, b in zip(net.coefs_ + net.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(a, b)


# --- several labels


@pytest.mark.parametrize(
    "kind", [np.int64, np.uint8, np.float32, bool, csr_array, np.ndarray.tolist]
)
def test_zeros_and_ones_of_any_kind_are_labels(kind):
    expected = clone(NET).fit(X_LABELS, LABELS)
    y = LABELS.astype(kind) if isinstance(kind, type) and kind is not csr_array else kind(LABELS)
    assert_same_weights(clone(NET).fit(X_LABELS, y), expected)


def fit_labels(way, y):
    """Bring targets to a network in one of the ways in which it gets any."""
    net = clone(NET)
    if way == "partial_fit":
        return net.partial_fit(X_LABELS, y, classes=np.arange(5))
    if way == "y_val":
        net.set_params(early_stopping=True)
        return net.fit(X_LABELS, LABELS, X_val=X_LABELS, y_val=y)
    net.set_params(class_weight="balanced" if way == "balanced" else None)
    return net.fit(X_LABELS, csr_array(y) if way == "sparse" else y)


@pytest.mark.parametrize(
    "low_high", [(0, 2), (1, 2), (-1, 1), (-1, 0), (5, 9), (-3.0, 0.0), (2, 3)]
)
@pytest.mark.parametrize("way", ["fit", "partial_fit", "y_val", "sparse", "balanced"])
def test_other_values_of_labels_are_refused(low_high, way):
    y = np.where(LABELS == 1, low_high[1], low_high[0])
    message = r"Multilabel y\w* must hold zeros and ones.* Column \d holds"
    if way == "sparse" and 0 not in low_high:  # where zeros are left out they are a third value
        message = "Multioutput target data is not supported: y has several columns"
    with pytest.raises(ValueError, match=message):
        fit_labels(way, y)


def test_the_message_names_column_and_values():
    y = LABELS.copy()
    y[:, 3] = np.where(y[:, 3] == 1, 7, 0)
    y[y == 1] = 0
    with pytest.raises(ValueError, match=r"Column 3 holds the values \[0, 7\]"):
        clone(NET).fit(X_LABELS, y)


KINDS = {"labels": LABELS, "classes": CODES, "two classes": CODES % 2}
WAYS = ["partial_fit", "partial_fit after fit", "warm_start", "y_val"]


def first_then(way, y, other):
    """Fit a network to some targets, and bring it others."""
    net = clone(NET)
    if way == "y_val":
        return net.set_params(early_stopping=True).fit(X_LABELS, y, X_val=X_LABELS, y_val=other)
    if way == "warm_start":
        return net.set_params(warm_start=True).fit(X_LABELS, y).fit(X_LABELS, other)
    if way == "partial_fit after fit":
        return net.fit(X_LABELS, y).partial_fit(X_LABELS, other)
    classes = np.unique(y) if y.ndim == 1 else np.arange(y.shape[1])
    return net.partial_fit(X_LABELS, y, classes=classes).partial_fit(X_LABELS, other)


@pytest.mark.parametrize(
    ("first", "then"),
    [(a, b) for a in KINDS for b in KINDS if (a == "labels") != (b == "labels")],
)
@pytest.mark.parametrize("way", WAYS)
def test_a_network_never_changes_between_labels_and_classes(first, then, way):
    with pytest.raises(
        ValueError, match=r"`y(_val)?` (is|has) .*multilabel, with 5 labels per row"
    ):
        first_then(way, KINDS[first], KINDS[then])


@pytest.mark.parametrize("n_labels", [3, 6])
@pytest.mark.parametrize("way", WAYS)
def test_another_number_of_labels_is_refused(n_labels, way):
    other = np.column_stack([LABELS, LABELS])[:, :n_labels]
    with pytest.raises(ValueError, match=r"has (the same )?classes"):
        first_then(way, LABELS, other)


def test_the_classes_of_labels_are_their_columns():
    net = clone(NET)
    for _ in range(3):  # the identical call, again and again
        net.partial_fit(X_LABELS, LABELS, classes=np.arange(5))
    np.testing.assert_array_equal(net.classes_, np.arange(5))
    assert net.partial_fit(X_LABELS, LABELS).predict(X_LABELS).shape == LABELS.shape


@pytest.mark.parametrize("classes", [[0, 1], np.arange(6), np.arange(1, 6), list("abcde")])
def test_other_classes_of_labels_are_refused_by_the_first_call(classes):
    with pytest.raises(ValueError, match=r"has classes not in|classes.* columns of y"):
        clone(NET).partial_fit(X_LABELS, LABELS, classes=classes)


# --- class weights


@pytest.mark.parametrize(
    "weight", [-1, np.nan, np.inf, -np.inf, 10**400, "1", None, [1], 1j], ids=str
)
@pytest.mark.parametrize("y", [Y, Y > 0, np.array(list("abc"))[Y]], ids=["int", "bool", "str"])
def test_class_weights_that_are_none_name_class_and_value(weight, y):
    label = np.unique(y)[1].item()
    net = DeepMLPClassifier((5,), max_iter=2, class_weight={label: weight})
    message = rf"'class_weight' parameter of DeepMLPClassifier must be .*class {label!r} has"
    with pytest.raises(ValueError, match=message) as caught:
        net.fit(X, y)
    assert repr(weight) in str(caught.value)
    assert "sample_weight" not in str(caught.value)


def test_class_weights_may_be_floats_of_any_size():
    as_float32 = DeepMLPClassifier(
        (5,), max_iter=2, random_state=0, class_weight={0: np.float32(2)}
    )
    as_float = clone(as_float32).set_params(class_weight={0: 2.0})
    np.testing.assert_array_equal(as_float32.fit(X, Y).coefs_[0], as_float.fit(X, Y).coefs_[0])


def test_class_weights_of_labels_name_their_label_too():
    each = [{0: 1.0, 1: 1.0} for _ in range(5)]
    each[2][1] = -4.0
    with pytest.raises(
        ValueError, match=r"'class_weight' parameter .* class 1 has the weight -4\.0"
    ):
        DeepMLPClassifier((5,), class_weight=each).fit(X_LABELS, LABELS)
    each[2] = "balanced"
    with pytest.raises(ValueError, match="'class_weight' parameter"):
        DeepMLPClassifier((5,), class_weight=each).fit(X_LABELS, LABELS)


def test_weights_of_classes_that_are_not_there():
    with pytest.raises(ValueError, match=r"The classes, \[2\], are not in class_weight"):
        DeepMLPClassifier((5,), class_weight={0: 1.0, 1: 2.0, 3: 1.0}).fit(X, Y)
    # Of all classes and one more: as scikit-learn's compute_class_weight takes it.
    more = DeepMLPClassifier(
        (5,), max_iter=3, random_state=0, class_weight={0: 1, 1: 2, 2: 1, 3: 1}
    )
    less = clone(more).set_params(class_weight={1: 2})
    assert_same_weights(more.fit(X, Y), less.fit(X, Y))


def test_classes_that_are_numbers_in_text_have_weights():
    net = DeepMLPClassifier((5,), max_iter=3, random_state=0, class_weight={"0": 3, "1": 1, "2": 1})
    as_numbers = clone(net).set_params(class_weight={0: 3})
    assert_same_weights(net.fit(X, Y.astype(str)), as_numbers.fit(X, Y))


def test_class_weights_that_leave_no_row_are_named():
    with pytest.raises(ValueError, match=r"'class_weight' parameter .* 0 for all"):
        DeepMLPClassifier((5,), class_weight={0: 0, 1: 0, 2: 0}).fit(X, Y)


# --- weights of any size

SIZES = [5e-324, 1e-320, 1e-300, 1e-40, 1e40, 1e300, 1e307, 1.7e308]
FITS = {
    "adam": (DeepMLPClassifier, {}),
    "batch norm": (DeepMLPClassifier, {"normalization": "batch", "batch_size": 32}),
    "early stopping": (DeepMLPClassifier, {"early_stopping": True, "scoring": "loss"}),
    "lbfgs": (DeepMLPClassifier, {"solver": "lbfgs"}),
    "regressor": (DeepMLPRegressor, {"early_stopping": True}),
}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize("size", SIZES)
def test_weights_matter_up_to_a_factor(size, fit, dtype):
    kind, params = FITS[fit]
    net = kind((8,), max_iter=5, random_state=0, alpha=0.0, dtype=dtype, **params)
    weight = np.full(len(X), 1.0)
    weight[:40] = 0.25 if size > 1e-310 else 1.0
    plain = clone(net).fit(X, Y, weight)
    sized = clone(net).fit(X, Y, weight * size)
    np.testing.assert_allclose(sized.loss_curve_, plain.loss_curve_, rtol=1e-3)
    if "early_stopping" in params:
        expected = plain.validation_scores_
        np.testing.assert_allclose(sized.validation_scores_, expected, rtol=1e-3)
    np.testing.assert_allclose(sized.coefs_[0], plain.coefs_[0], atol=1e-3)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("size", SIZES[1:])
def test_class_weights_matter_up_to_a_factor(size, dtype):
    net = DeepMLPClassifier((8,), max_iter=5, random_state=0, alpha=0.0, dtype=dtype)
    plain = clone(net).set_params(class_weight={0: 1.0, 1: 1.0, 2: 1.0}).fit(X, Y)
    net.set_params(class_weight=dict.fromkeys(range(3), size))
    np.testing.assert_allclose(net.fit(X, Y).coefs_[0], plain.coefs_[0], atol=1e-6)
    net.fit(X, Y, np.full(150, size))  # the product of both is far beyond every number
    np.testing.assert_allclose(net.coefs_[0], plain.coefs_[0], atol=1e-6)
    net.set_params(class_weight="balanced").fit(X, Y, np.full(150, size))
    np.testing.assert_allclose(net.coefs_[0], plain.coefs_[0], atol=1e-6)


def test_weights_of_labels_multiply_within_bounds():
    net = DeepMLPClassifier((8,), max_iter=5, random_state=0, alpha=0.0)
    plain = clone(net).fit(X_LABELS, LABELS)
    net.set_params(class_weight=[{0: 1e200, 1: 1e200}] * 5).fit(X_LABELS, LABELS)
    np.testing.assert_allclose(net.coefs_[0], plain.coefs_[0], atol=1e-6)


@pytest.mark.parametrize("factor", [2.0**-80, 0.5, 4.0, 2.0**80])
def test_ordinary_weights_keep_their_penalty(factor):
    """The penalty is divided by the sum of weights, as that of scikit-learn's MLP is."""
    weight = np.random.default_rng(0).uniform(0.5, 2, 150)
    net = DeepMLPClassifier((8,), max_iter=5, random_state=0, alpha=1.0).fit(X, Y, weight)
    scaled = clone(net).set_params(alpha=factor).fit(X, Y, weight * factor)
    assert_same_weights(net, scaled)


def test_a_huge_weight_beside_ordinary_ones_is_all_that_counts():
    weight = np.ones(150)
    weight[Y == 0] = 1e308
    net = DeepMLPClassifier((8,), max_iter=100, random_state=0, learning_rate_init=0.05)
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        net.fit(X, Y, weight)
    assert (net.predict(X) == 0).mean() > 0.95


# --- a parameter that only its own loss reads


@pytest.mark.parametrize("loss", ["squared_error", "absolute_error", "huber", "poisson"])
@pytest.mark.parametrize("method", ["fit", "partial_fit"])
def test_a_quantile_without_its_loss_is_refused(loss, method):
    net = DeepMLPRegressor((5,), loss=loss, quantile=0.9)
    message = (
        rf"The 'quantile' parameter of DeepMLPRegressor must be 0\.5 with loss='{loss}'.*"
        r"loss='quantile'.* Got 0\.9 instead\."
    )
    with pytest.raises(ValueError, match=message):
        getattr(net, method)(X, Y)
