"""Sparse features and sparse labels give what dense ones give."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.sparse
import torch
from gradient_jobs import GRADIENT_JOBS
from jobs import epoch_of, run_of
from sklearn.datasets import load_digits, make_multilabel_classification
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import OneHotEncoder
from stacks import STACKS

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together
from sklearn_deepmlp._layers.sparse_features import features_of_steps
from sklearn_deepmlp._training.train import train_stack

X, Y = load_digits(return_X_y=True)
X, Y = X[:300] / 16, Y[:300]  # half of the entries are 0
FORMATS = [
    getattr(scipy.sparse, f"{name}_{kind}")
    for name in ("csr", "csc", "coo")
    for kind in ("array", "matrix")
]
PARAMS = {"hidden_layer_sizes": (10,), "max_iter": 5, "random_state": 0}


def csr_with_all_oddities(dense, index_dtype=np.int64):
    """Return a matrix in CSR format that stores zeros, entries twice, and rows in any order."""
    rng = np.random.default_rng(0)
    values, columns, ends = [], [], [0]
    for row in dense:
        filled = np.flatnonzero(row)
        zeros = np.flatnonzero(row == 0)[:1]
        shares = rng.uniform(size=len(filled))
        stored = np.r_[row[filled] * shares, row[filled] * (1 - shares), row[zeros]]
        order = rng.permutation(len(stored))
        values.append(stored[order])
        columns.append(np.r_[filled, filled, zeros][order])
        ends.append(ends[-1] + len(stored))
    odd = scipy.sparse.csr_array(dense.shape, dtype=dense.dtype)
    odd.data = np.concatenate(values).astype(dense.dtype)
    odd.indices = np.concatenate(columns).astype(index_dtype)
    odd.indptr = np.array(ends, dtype=index_dtype)
    return odd


def all_arrays(net):
    of_units = [*net.activation_params_, *net.normalization_params_]
    return [*net.coefs_, *net.intercepts_, *(a for layer in of_units for a in layer.values())]


def assert_same_network(a, b, rtol=1e-7, atol=1e-10):
    for x, y in zip(all_arrays(a), all_arrays(b), strict=True):
        np.testing.assert_allclose(x, y, rtol=rtol, atol=atol)


# --- Agreement with dense features, to rounding


@pytest.mark.parametrize("make", [*FORMATS, csr_with_all_oddities])
@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
def test_sparse_and_dense_features_give_the_same_network(make, estimator):
    dense = estimator(**PARAMS, dropout=0.1, batch_size=32).fit(X, Y)
    sparse = estimator(**PARAMS, dropout=0.1, batch_size=32).fit(make(X), Y)
    assert_same_network(sparse, dense)
    np.testing.assert_allclose(sparse.predict(make(X)), dense.predict(X))


@pytest.mark.parametrize("index_dtype", [np.int32, np.int64])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_oddities_of_the_format_have_no_effect(dtype, index_dtype):
    data = X.astype(dtype)
    data[::7] = 0  # rows without entries
    odd = csr_with_all_oddities(data, index_dtype)
    np.testing.assert_allclose(odd.toarray(), data, rtol=1e-6)
    dense, sparse = (DeepMLPClassifier(**PARAMS).fit(x, Y) for x in (data, odd))
    tolerance = 1e-3 if dtype == np.float32 else 1e-7
    assert_same_network(sparse, dense, tolerance, tolerance)
    np.testing.assert_allclose(sparse.predict_proba(odd), dense.predict_proba(data), atol=tolerance)


@pytest.mark.parametrize("job", GRADIENT_JOBS.values(), ids=GRADIENT_JOBS)
def test_gradients_are_those_of_dense_features(job):
    found = []
    for features in (job.data.X, csr_with_all_oddities(job.data.X)):
        run = run_of([job.changed(X=features)])
        run.stack.network.gradient.fill_(7.0)  # what an earlier step left
        [(batch, noise, _)] = epoch_of(run)
        losses = run.stack.evaluate(batch, noise)
        found.append((losses.numpy(), run.stack.network.gradient.numpy()))
    for of_dense, of_sparse in zip(*found, strict=True):
        np.testing.assert_allclose(of_sparse, of_dense, rtol=1e-9, atol=1e-13)


@pytest.mark.no_cover
@pytest.mark.parametrize("shares", [True, False], ids=["one matrix", "a matrix each"])
@pytest.mark.parametrize("jobs", STACKS.values(), ids=STACKS)
def test_stacks_are_those_of_dense_features(jobs, shares):
    shared = scipy.sparse.csr_array(jobs[0].data.X)
    sparse = [
        job.changed(X=shared if shares else csr_with_all_oddities(job.data.X)) for job in jobs
    ]
    for a, b in zip(train_stack(sparse), train_stack(jobs), strict=True):
        np.testing.assert_allclose(a.loss_curve, b.loss_curve, rtol=1e-6)
        pairs = [*zip(a.state.coefs, b.state.coefs, strict=True)]
        for x, y in [*pairs, *zip(a.state.intercepts, b.state.intercepts, strict=True)]:
            np.testing.assert_allclose(x, y, rtol=1e-6, atol=1e-8)


KINDS = {
    "no hidden layer": {"hidden_layer_sizes": ()},
    "no hidden layer, wide": {"hidden_layer_sizes": (), "skip_connections": "wide"},
    "wide": {"hidden_layer_sizes": (10, 8), "skip_connections": "wide"},
    "wide, batch normalization, dropout": {
        "skip_connections": "wide",
        "normalization": "batch",
        "dropout": 0.2,
    },
    "features around the first layer": {
        "hidden_layer_sizes": (64, 64),
        "skip_connections": "residual",
    },
    "features around it, normalized, random": {
        "hidden_layer_sizes": (64, 8, 8),
        "skip_connections": "residual",
        "normalization": "layer",
        "activation": "rrelu",
        "dropout": 0.2,
    },
    "learned": {"activation": "prelu", "normalization": "batch"},
    "penalized": {"alpha": 0.5, "l1_ratio": 0.5, "max_norm": 1.0, "max_grad_norm": 0.5},
    "wide, bounded": {"skip_connections": "wide", "max_norm": 0.7, "solver": "adamw", "alpha": 0.1},
    "lbfgs": {"solver": "lbfgs", "alpha": 0.1},
    "lbfgs, wide": {"solver": "lbfgs", "alpha": 0.1, "skip_connections": "wide"},
    "sgd": {"solver": "sgd", "learning_rate": "one_cycle", "batch_size": 37},
    "early stopping": {"early_stopping": True, "scoring": "loss"},
}


@pytest.mark.no_cover
@pytest.mark.parametrize("estimator", [DeepMLPClassifier, DeepMLPRegressor])
@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_networks_of_all_kinds_are_those_of_dense_features(kind, estimator):
    params = {**PARAMS, **kind}
    weight = np.random.default_rng(0).uniform(0, 2, 300) * (np.arange(300) % 5 > 0)
    data = scipy.sparse.csr_array(X)
    dense = estimator(**params).fit(X, Y, weight)
    sparse = estimator(**params).fit(data, Y, weight)
    assert_same_network(sparse, dense, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(sparse.predict(data), dense.predict(X), rtol=1e-6)
    assert sparse.score(data, Y) == pytest.approx(dense.score(X, Y))


def test_predictions_in_pieces_are_those_of_single_rows():
    net = DeepMLPClassifier((2000,), max_iter=1, random_state=0).fit(X[:50], Y[:50])
    data = scipy.sparse.csr_matrix(X)
    by_row = [net.predict_proba(data[[i]]) for i in range(0, 300, 50)]
    np.testing.assert_allclose(net.predict_proba(data)[::50], np.vstack(by_row), atol=1e-12)


def test_rows_without_entries_and_matrices_without_any():
    empty = scipy.sparse.csr_array((40, 6))
    y = np.arange(40) % 2
    dense, sparse = (
        DeepMLPClassifier(**PARAMS, skip_connections="wide").fit(x, y)
        for x in (np.zeros((40, 6)), empty)
    )
    assert_same_network(sparse, dense)
    np.testing.assert_allclose(sparse.predict_proba(empty), dense.predict_proba(np.zeros((40, 6))))


def test_matrices_of_memory_that_cannot_be_written():
    data = scipy.sparse.csr_array(X)
    for array in (data.data, data.indices, data.indptr):
        array.flags.writeable = False
    net = DeepMLPClassifier(**PARAMS).fit(data, Y)
    assert_same_network(net, DeepMLPClassifier(**PARAMS).fit(X, Y))
    np.testing.assert_allclose(net.predict_proba(data), net.predict_proba(X), atol=1e-12)


def test_searches_trained_together_are_those_of_dense_features():
    grid = {"activation": ["relu", "tanh", "prelu"], "skip_connections": [None, "wide"]}
    net = DeepMLPClassifier(**PARAMS, early_stopping=True)
    with fit_together() as report:
        sparse = GridSearchCV(net, grid, cv=3).fit(scipy.sparse.csr_matrix(X), Y)
    assert max(len(stack.members) for stack in report.stacks) == 9
    dense = GridSearchCV(net, grid, cv=3).fit(X, Y)
    for fold in range(3):
        name = f"split{fold}_test_score"
        np.testing.assert_allclose(sparse.cv_results_[name], dense.cv_results_[name], atol=0.011)
    assert_same_network(sparse.best_estimator_, dense.best_estimator_, rtol=1e-6, atol=1e-8)


def test_early_stopping_weights_and_partial_fit():
    weight = np.r_[np.zeros(30), np.linspace(1, 2, 270)]
    params = {**PARAMS, "early_stopping": True, "skip_connections": "wide"}
    dense = DeepMLPClassifier(**params).fit(X, Y, weight)
    sparse = DeepMLPClassifier(**params).fit(scipy.sparse.csr_array(X), Y, weight)
    assert sparse.validation_scores_ == dense.validation_scores_
    for net, data in [(dense, X), (sparse, scipy.sparse.csr_array(X))]:
        net.set_params(early_stopping=False).partial_fit(data, Y)
    assert_same_network(sparse, dense)


@pytest.mark.parametrize("sums_on_cpu", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("n_members", [1, 3])
def test_products_with_matrices(n_members, dtype, sums_on_cpu):
    rng = np.random.default_rng(0)
    dense = rng.standard_normal((2, n_members, 5, 7)) * (
        rng.uniform(size=(2, n_members, 5, 7)) < 0.3
    )
    rows = csr_with_all_oddities(dense.reshape(-1, 7).astype(str(dtype).removeprefix("torch.")))
    of_networks = (slice(None),) if n_members > 1 else (0,)  # a single one has no dimension M
    weight = torch.randn(n_members, 50, dtype=dtype)[:, 3:31].view(n_members, 7, 4)[of_networks]
    grad_output = torch.randn(n_members, 5, 4, dtype=dtype)[of_networks]
    steps = features_of_steps(rows, 2, n_members, torch.device("cpu"))
    for step, all_values in zip(steps, torch.from_numpy(dense).to(dtype), strict=True):
        features, values = replace(step, sums_on_cpu=sums_on_cpu), all_values[of_networks]
        place = torch.full((n_members, 30), torch.nan, dtype=dtype)
        out = place[:, :28].view(n_members, 7, 4)[of_networks]
        features.transposed_times(grad_output, out=out)
        torch.testing.assert_close(features.to_dense(), values)
        torch.testing.assert_close(features.times(weight), values @ weight)
        torch.testing.assert_close(out, values.mT @ grad_output)
        assert place[:, 28:].isnan().all()


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
