"""Mistakes get an answer that names what is wrong and what to do, and never a silent NaN."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler, scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_iris(return_X_y=True)
X = scale(X)
ESTIMATORS = [DeepMLPClassifier, DeepMLPRegressor]


def spoiled(value):
    data = X.copy()
    data[7, 2] = value
    return data


DATA = {
    "NaN in X": (spoiled(np.nan), Y, "Input X contains NaN"),
    "infinity in X": (spoiled(np.inf), Y, "Input X contains infinity"),
    "NaN in y": (X, np.where(Y == 1, np.nan, Y), r"Input y contains NaN|Input contains NaN"),
    "words in X": (X.astype(str).astype(object) + "a", Y, "could not convert string to float"),
    "1-D X": (X[:, 0], Y, "Expected 2D array, got 1D array instead"),
    "no rows": (X[:0], Y[:0], r"Found array with 0 sample\(s\)"),
    "no features": (X[:, :0], Y, r"Found array with 0 feature\(s\)"),
    "too few targets": (X, Y[:-1], "Found input variables with inconsistent numbers of samples"),
    "complex X": (X + 1j, Y, "Complex data not supported"),
}


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize(("data", "y", "message"), DATA.values(), ids=DATA)
def test_data_that_cannot_be_used(estimator, data, y, message):
    with pytest.raises(ValueError, match=message):
        estimator(max_iter=2).fit(data, y)


@pytest.mark.parametrize(
    ("y", "message"),
    [
        (X[:, 0], "Unknown label type"),
        (np.column_stack([Y, Y]), "Multioutput target data is not supported"),
        (None, "requires y to be passed"),
    ],
)
def test_targets_that_are_no_classes(y, message):
    with pytest.raises(ValueError, match=message):
        DeepMLPClassifier(max_iter=2).fit(X, y)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_predicting_with_wrong_data(estimator):
    net = estimator((5,), max_iter=2).fit(X, Y)
    with pytest.raises(ValueError, match=r"X has 3 features, but .* is expecting 4 features"):
        net.predict(X[:, :3])
    with pytest.raises(ValueError, match="Input X contains NaN"):
        net.predict(spoiled(np.nan))


@pytest.mark.parametrize("method", ["predict", "predict_proba", "decision_function"])
def test_predicting_before_fitting(method):
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError, match="This DeepMLPClassifier instance is not fitted yet"):
        getattr(DeepMLPClassifier(), method)(X)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_one_row_is_enough(estimator):
    net = estimator((5,), max_iter=2).fit(X[:1], Y[:1])
    assert net.predict(X).shape == (150,)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("size", [1e20, 1e155, 1e300])
def test_huge_values_never_give_nan(estimator, size):
    net = estimator((5,), "identity", max_iter=3, random_state=0)
    try:
        net.fit(size * X, Y)
    except ValueError as error:
        assert "non-finite parameter weights" in str(error)  # noqa: PT017 - either may happen
        return
    assert np.isfinite(net.predict(X)).all()


def test_statistics_that_overflow_are_found():
    net = DeepMLPClassifier((5,), normalization="batch", max_iter=3)
    with pytest.raises(ValueError, match="non-finite parameter weights"):
        net.fit((1e25 * X).astype(np.float32), Y)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_predicting_huge_values_names_the_entry(estimator):
    frame = pd.DataFrame(X, columns=list("abcd"))
    init = "glorot_normal"
    net = estimator((5,), "identity", init=init, max_iter=3, random_state=0).fit(frame, Y)
    frame.loc[11, "c"] = -1.7e308
    frame.loc[11, "d"] = 1.6e308
    with pytest.raises(ValueError, match=r"too large .* row 11 of feature 'c' holds -1\.7e\+308"):
        net.predict(frame * 1.0)


def test_float32_cannot_hold_what_float64_can():
    with pytest.raises(ValueError, match=r"dtype float32: row 7 of feature 2 holds 1e\+60"):
        DeepMLPClassifier(dtype="float32").fit(spoiled(1e60), Y)
    target = np.where(np.arange(150) == 9, 1e60, 0.0)
    with pytest.raises(ValueError, match=r"y contains values too large .* row 9 holds \[1\.e"):
        DeepMLPRegressor(dtype="float32").fit(X, target)
    net = DeepMLPClassifier(dtype="float32", max_iter=2).fit(X, Y)
    with pytest.raises(ValueError, match=r"dtype float32: row 7 of feature 2 holds 1e\+60"):
        net.predict(spoiled(1e60))


def test_divergence_names_the_rate():
    net = DeepMLPRegressor((5,), "identity", solver="sgd", learning_rate_init=1e10)
    with pytest.raises(ValueError, match=r"non-finite .* or learning_rate_init=10000000000\.0"):
        net.fit(X, Y)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"hidden_layer_sizes": (5, 0)}, r"hidden_layer_sizes must be > 0, got \[5, 0\]"),
        ({"hidden_layer_sizes": (5, 2.5)}, "'hidden_layer_sizes' parameter of .* sequence of ints"),
        ({"hidden_layer_sizes": -1}, "'hidden_layer_sizes' parameter of"),
        ({"activation": "rely"}, "'activation' parameter of .* must be a str among"),
        ({"init": "xavier"}, "'init' parameter of .* must be a str among"),
        ({"dropout": 1.0}, r"'dropout' parameter of .* range \[0\.0, 1\.0\)"),
        ({"dropout_kind": "none"}, "'dropout_kind' parameter of"),
        ({"device": "gpu"}, "'device' parameter of .* must be 'auto', 'cpu', 'mps', 'cuda'"),
        ({"device": "cuda:99"}, "'device' parameter of .* a device that torch finds here"),
        ({"dtype": "float16"}, "'dtype' parameter of"),
        ({"self_normalization": False}, "'self_normalization' parameter of"),
        ({"solver": "adamm"}, "'solver' parameter of"),
    ],
    ids=str,
)
@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_parameters_that_cannot_be(estimator, params, message):
    with pytest.raises(ValueError, match=message):
        estimator(**params).fit(X, Y)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_frames_bring_their_names(make):
    frame = make({name: X[:, i] for i, name in enumerate("abcd")})
    plain = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(X, Y)
    net = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(frame, Y)
    np.testing.assert_array_equal(net.predict_proba(frame), plain.predict_proba(X))
    # Which frames have names is for scikit-learn to say.
    names = getattr(StandardScaler().fit(frame), "feature_names_in_", None)
    np.testing.assert_array_equal(getattr(net, "feature_names_in_", None), names)


def test_columns_in_another_order_are_refused():
    frame = pd.DataFrame(X, columns=list("abcd"))
    net = DeepMLPClassifier((5,), max_iter=2).fit(frame, Y)
    with pytest.raises(ValueError, match="feature names should match"):
        net.predict(frame[["b", "a", "c", "d"]])


def test_refitting_without_names_forgets_them():
    net = DeepMLPClassifier((5,), max_iter=2).fit(pd.DataFrame(X, columns=list("abcd")), Y)
    assert not hasattr(net.fit(X, Y), "feature_names_in_")


def test_messages_begin_as_scikit_learns_mlp_does():
    for params in [{"hidden_layer_sizes": (5, 0)}]:
        with pytest.raises(ValueError, match="hidden_layer_sizes") as theirs:
            MLPClassifier(**params).fit(X, Y)
        with pytest.raises(ValueError, match="hidden_layer_sizes") as ours:
            DeepMLPClassifier(**params).fit(X, Y)
        assert str(ours.value).startswith(str(theirs.value).rstrip("."))
