"""Sparse features and sparse labels."""

import numpy as np
import pytest
import scipy.sparse
from sklearn.datasets import load_digits, make_multilabel_classification
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import OneHotEncoder

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

X, Y = load_digits(return_X_y=True)
X, Y = X[:300] / 16, Y[:300]  # half of the entries are 0
FORMATS = [
    getattr(scipy.sparse, f"{name}_{kind}")
    for name in ("csr", "csc", "coo")
    for kind in ("array", "matrix")
]
PARAMS = {"hidden_layer_sizes": (10,), "max_iter": 5, "random_state": 0}


@pytest.mark.parametrize("make", FORMATS)
@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
def test_sparse_and_dense_features_give_the_same_network(make, estimator):
    dense = estimator(**PARAMS, dropout=0.1, batch_size=32).fit(X, Y)
    sparse = estimator(**PARAMS, dropout=0.1, batch_size=32).fit(make(X), Y)
    np.testing.assert_array_equal(sparse.coefs_[0], dense.coefs_[0])
    np.testing.assert_array_equal(sparse.predict(make(X)), dense.predict(X))


def test_early_stopping_weights_and_partial_fit():
    weight = np.r_[np.zeros(30), np.linspace(1, 2, 270)]
    params = {**PARAMS, "early_stopping": True, "skip_connections": "wide"}
    dense = DeepMLPClassifier(**params).fit(X, Y, weight)
    sparse = DeepMLPClassifier(**params).fit(scipy.sparse.csr_array(X), Y, weight)
    assert sparse.validation_scores_ == dense.validation_scores_
    for net, data in [(dense, X), (sparse, scipy.sparse.csr_array(X))]:
        net.set_params(early_stopping=False).partial_fit(data, Y)
    np.testing.assert_array_equal(sparse.coefs_[0], dense.coefs_[0])


def test_float32_stays_float32():
    net = DeepMLPClassifier(**PARAMS).fit(scipy.sparse.csr_array(X.astype(np.float32)), Y)
    assert net.coefs_[0].dtype == np.float32


def test_huge_values_are_named():
    data = scipy.sparse.lil_array(X.shape)
    data[7, 3] = 1e200
    with pytest.raises(ValueError, match=r"row 7 of feature 3 holds 1e\+200"):
        DeepMLPClassifier(**PARAMS, dtype="float32").fit(data.tocsr(), Y)


def test_selu_wants_dense_standardized_features():
    net = DeepMLPClassifier(**PARAMS, activation="selu")
    one_hot = OneHotEncoder().fit_transform(X[:, 20:24])
    with pytest.raises(ValueError, match=r"only zeros and ones(.|\n)*Make X dense and standardize"):
        net.fit(one_hot, Y)
    with pytest.raises(
        ValueError, match=r"constant and [^:]*: feature 35(.|\n)*Make X dense and standardize"
    ):
        net.fit(scipy.sparse.csr_array(np.where(np.arange(64) == 35, 50, X)), Y)


def test_selu_takes_sparse_features_that_are_standardized():
    standard = scipy.sparse.csr_array(np.random.default_rng(0).standard_normal((300, 6)))
    DeepMLPClassifier(**PARAMS, activation="selu").fit(standard, Y)


def test_selu_judges_sparse_batches():
    net = DeepMLPClassifier(**PARAMS, activation="selu")
    with pytest.raises(ValueError, match="mean of all rows seen so far"):
        net.partial_fit(scipy.sparse.csr_array(16 * X), Y, classes=range(10))


@pytest.mark.parametrize("make", FORMATS[:2])
def test_sparse_labels_are_predicted_as_sparse_labels(make):
    X_labels, labels = make_multilabel_classification(random_state=0)
    net = DeepMLPClassifier(**PARAMS).fit(X_labels, make(labels))
    dense = DeepMLPClassifier(**PARAMS).fit(X_labels, labels)
    predicted = net.predict(X_labels)
    assert isinstance(predicted, make)
    assert scipy.sparse.issparse(
        MLPClassifier(max_iter=2).fit(X_labels, make(labels)).predict(X_labels)
    )
    np.testing.assert_array_equal(predicted.toarray(), dense.predict(X_labels))
    assert net.score(X_labels, make(labels)) == dense.score(X_labels, labels)
    assert not scipy.sparse.issparse(net.predict_proba(X_labels))


def test_a_batch_at_a_time_is_made_dense():
    places = np.random.default_rng(0).integers(20_000, size=(2, 40_000))
    data = scipy.sparse.csr_array((np.ones(40_000), places), shape=(20_000, 20_000))
    y = np.arange(20_000) % 2
    net = DeepMLPClassifier((2,), max_iter=1, batch_size=500, random_state=0, dtype="float32")
    net.fit(data[:1000], y[:1000])  # all dense at once, the data would be 3.2 GB
    assert net.predict_proba(data).shape == (20_000, 2)
