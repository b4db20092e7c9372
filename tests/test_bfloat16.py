"""Networks whose products are computed in bfloat16."""

import pickle
import platform

import numpy as np
import pytest
import torch
from fitted_networks import assert_same_network
from jobs import X, Y, epoch_of, make_job, run_of
from scipy.sparse import csr_array
from sklearn.model_selection import cross_val_score
from stacks import STACKS, assert_same_result

from sklearn_deepmlp import (
    DeepMLPClassifier,
    DeepMLPRegressor,
    fit_together,
    inspect_initialization,
)
from sklearn_deepmlp._compat.number_types import lack_of_bfloat16
from sklearn_deepmlp._estimators import devices, dtypes
from sklearn_deepmlp._training.train import train_separately, train_stack
from sklearn_deepmlp.activations import Activation

CPU, CUDA = torch.device("cpu"), torch.device("cuda", 1)
X32 = X.astype(np.float32)
TRAIN, TEST = slice(0, 1000), slice(1000, None)


@pytest.fixture(autouse=True)
def bfloat16_everywhere(monkeypatch):
    """Let processors without bfloat16 compute it slowly, as torch does."""
    if lack_of_bfloat16(CPU) is not None:
        allow(monkeypatch, lambda device: None)


def allow(monkeypatch, lack):
    for module in (devices, dtypes):
        monkeypatch.setattr(module, "lack_of_bfloat16", lack)


def net(sizes=(64, 64), dtype="bfloat16", **params):
    return DeepMLPClassifier(
        sizes, dtype=dtype, **{"max_iter": 15, "n_iter_no_change": 99, "random_state": 0, **params}
    )


def in_bfloat16(job):
    return job.changed(X=X32, products="bfloat16")


def gradient_of(job):
    run = run_of([job])
    [(batch, noise, _)] = epoch_of(run)
    run.stack.evaluate(batch, noise)
    return run.stack.network.gradient[0].double()


def test_gradients_are_near_the_exact_ones():
    job = make_job(n_rows=60, batch_size=60, alpha=0.1)
    exact, rounded = gradient_of(job), gradient_of(in_bfloat16(job))
    assert 1e-4 < (rounded - exact).norm() / exact.norm() < 0.01


@pytest.mark.parametrize("name", STACKS)
def test_a_stack_trains_as_its_networks_do_separately(name):
    jobs = [in_bfloat16(job.changed(max_iter=2)) for job in STACKS[name]]
    for joint, job in zip(train_stack(jobs), jobs, strict=True):
        assert_same_result(joint, train_separately(job), rtol=0.02, atol=0.02)


def test_accuracy_is_close_to_that_of_float32():
    scores = [net(dtype=d).fit(X[TRAIN], Y[TRAIN]).score(X[TEST], Y[TEST]) for d in DTYPES]
    assert abs(scores[0] - scores[1]) < 0.015
    y = X[:, :2].sum(axis=1)
    r2 = [
        DeepMLPRegressor((64,), dtype=d, max_iter=30, random_state=0, batch_size=50)
        .fit(X[TRAIN, 10:], y[TRAIN])
        .score(X[TRAIN, 10:], y[TRAIN])
        for d in DTYPES
    ]
    assert abs(r2[0] - r2[1]) < 0.02


DTYPES = ("float32", "bfloat16")


def test_what_is_fitted_and_predicted_is_float32():
    fitted = net(solver="nadam", activation="prelu", normalization="batch").fit(X, Y)
    of_units = [*fitted.activation_params_, *fitted.normalization_params_]
    arrays = [*fitted.coefs_, *fitted.intercepts_, *(a for d in of_units for a in d.values())]
    assert {array.dtype.name for array in arrays} == {"float32"}
    assert fitted.predict_proba(X).dtype == np.float32
    assert any((coef != torch.from_numpy(coef).bfloat16().float().numpy()).any() for coef in arrays)


def test_predictions_multiply_rounded_factors():
    fitted = net((30,)).fit(X, Y)

    def rounded(array):
        return torch.from_numpy(np.asarray(array, np.float32)).bfloat16().double().numpy()

    product = rounded(rounded(X) @ rounded(fitted.coefs_[0]))
    h = np.maximum(rounded(product + fitted.intercepts_[0]), 0)
    z = rounded(h @ rounded(fitted.coefs_[1])) + fitted.intercepts_[1]
    expected = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    found = fitted.predict_proba(X)
    assert np.isclose(found, expected, rtol=1e-4, atol=1e-6).mean() > 0.99
    exact = fitted.set_params(dtype="float32").predict_proba(X)
    np.testing.assert_array_equal(exact, found)  # the network stays what it was trained as


def test_a_pickled_network_predicts_the_same():
    fitted = net().fit(X, Y)
    copy = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(copy.predict_proba(X), fitted.predict_proba(X))


def test_same_seed_same_bits():
    params = {"dropout": 0.2, "activation": "rrelu", "early_stopping": True}
    one, other = (net(**params).fit(X, Y) for _ in range(2))
    assert_same_network(one, other)
    assert one.validation_scores_ == other.validation_scores_


def test_training_resumes():
    whole = net(shuffle=False, solver="sgd", momentum=0).fit(X, Y)
    warm = net(shuffle=False, solver="sgd", momentum=0, warm_start=True, max_iter=10).fit(X, Y)
    assert_same_network(warm.set_params(max_iter=5).fit(X, Y), whole)
    partly = net(shuffle=False)
    for _ in range(3):
        partly.partial_fit(X, Y, classes=np.unique(Y))
    assert_same_network(partly, net(shuffle=False, max_iter=3).fit(X, Y))


def test_a_search_keeps_the_kinds_of_products_apart():
    estimators = [net((20,), dtype=d, max_iter=3) for d in DTYPES]
    with fit_together() as report:
        scores = [cross_val_score(estimator, X, Y, cv=3) for estimator in estimators]
    assert [len(stack.members) for stack in report.stacks] == [3, 3]
    for estimator, found in zip(estimators, scores, strict=True):
        np.testing.assert_allclose(found, cross_val_score(estimator, X, Y, cv=3), atol=0.01)


class NoBFloat16(Activation):
    """A custom function, with its derivative from autograd."""

    def function(self, z):
        assert z.dtype != torch.bfloat16
        return torch.tanh(z)


@pytest.mark.parametrize("normalization", [None, "batch", "layer"])
def test_custom_activations_get_no_bfloat16(normalization):
    params = {"max_iter": 8, "normalization": normalization}
    custom = net(activation=NoBFloat16(), init="glorot_normal", **params).fit(X, Y)
    built_in = net(activation="tanh", init="glorot_normal", **params).fit(X, Y)
    np.testing.assert_allclose(custom.predict_proba(X), built_in.predict_proba(X), atol=0.05)


@pytest.mark.parametrize("skip_connections", [None, "wide", "residual"])
def test_sparse_features(skip_connections):
    params = {"skip_connections": skip_connections, "max_iter": 8}
    sparse = net(**params).fit(csr_array(X), Y)
    found = sparse.predict_proba(csr_array(X))
    np.testing.assert_allclose(found, net(**params).fit(X, Y).predict_proba(X), atol=0.05)


def test_signals_are_recorded():
    signals = net(max_iter=2, normalization="layer").fit(X, Y).signals_
    assert np.isfinite(signals.activation_mean[:, :-1]).all()  # the output layer has none
    assert inspect_initialization(net(), X, Y).verdict == "fits"


def test_a_line_search_needs_exact_products():
    with pytest.raises(ValueError, match=r"'dtype' parameter of .*='lbfgs', .* rounding"):
        net(solver="lbfgs").fit(X, Y)


def test_without_hardware_a_fit_says_so_and_a_prediction_is_exact(monkeypatch):
    fitted = net((30,)).fit(X, Y)
    rounded = fitted.predict_proba(X)
    allow(monkeypatch, lambda device: "the processor has no bfloat16 instructions")
    expected = r"'dtype' parameter of DeepMLPClassifier must be other than 'bfloat16' on device "
    with pytest.raises(ValueError, match=expected + r"'cpu', because the processor has no"):
        net().fit(X, Y)
    h = np.maximum(X @ fitted.coefs_[0] + fitted.intercepts_[0], 0)
    z = h @ fitted.coefs_[1] + fitted.intercepts_[1]
    exact = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(fitted.predict_proba(X), exact, atol=1e-5)
    assert abs(rounded - exact).max() > 1e-5


def test_auto_takes_a_gpu_for_bfloat16_that_the_processor_lacks(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    for lacking, expected in [({"cpu"}, "cuda"), (set(), "cpu"), ({"cpu", "cuda"}, "cpu")]:
        allow(
            monkeypatch, lambda device, names=lacking: device.type if device.type in names else None
        )
        assert devices.training_device("auto", -1.0, "bfloat16", "Net") == expected
        assert devices.training_device("auto", -1.0, "exact", "Net") == "cpu"


@pytest.mark.parametrize("has_it", [False, True])
def test_what_hardware_has(has_it, monkeypatch):
    monkeypatch.setattr(torch.cpu, "_is_avx512_bf16_supported", lambda: has_it)
    monkeypatch.setattr(platform, "machine", lambda: "AMD64")
    assert (lack_of_bfloat16(CPU) is None) == has_it
    capability = (8, 0) if has_it else (7, 5)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda device: capability)
    assert (lack_of_bfloat16(CUDA) is None) == has_it
    if not has_it:
        assert "compute capability 7.5" in lack_of_bfloat16(CUDA)
    assert lack_of_bfloat16(torch.device("mps")) is not None


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_gives_about_the_same():
    found = [
        net(device=device).fit(X[TRAIN], Y[TRAIN]).score(X[TEST], Y[TEST])
        for device in ("cpu", "cuda")
    ]
    assert abs(found[0] - found[1]) < 0.015
