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


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_predicting_huge_values_names_the_entry(estimator):
    frame = pd.DataFrame(X, columns=list("abcd"))
    init = "glorot_normal"
    net = estimator((5,), "identity", init=init, max_iter=3, random_state=0).fit(frame, Y)
    frame.loc[11, "c"] = -1.7e308
    frame.loc[11, "d"] = 1.6e308
    with pytest.raises(ValueError, match=r"too large .* row 11 of feature 'c' holds -1\.7e\+308"):
        net.predict(frame * 1.0)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_frames_bring_their_names(make):
    frame = make({name: X[:, i] for i, name in enumerate("abcd")})
    plain = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(X, Y)
    net = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(frame, Y)
    np.testing.assert_array_equal(net.predict_proba(frame), plain.predict_proba(X))
    # Which frames have names is for scikit-learn to say.
    names = getattr(StandardScaler().fit(frame), "feature_names_in_", None)
    np.testing.assert_array_equal(getattr(net, "feature_names_in_", None), names)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_a_missing_target_of_pandas_is_found(estimator):
    y = np.where(np.arange(len(X)) == 7, pd.NA, 1.5)
    with pytest.raises((TypeError, ValueError), match=r"\nRow 7 of y holds <NA>\."):
        estimator((5,)).fit(X, y)


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
