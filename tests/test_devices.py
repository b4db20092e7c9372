"""Where a network trains and predicts, and in which numbers."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_array
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._estimators.devices import (
    ACCELERATOR_FLOPS,
    available_accelerators,
    prediction_device,
    step_flops,
    training_device,
    training_dtype,
)
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.rows import DenseRows, HostRows, kind_of_rows, stored_once
from sklearn_deepmlp.activations import ReLU

X, Y = load_iris(return_X_y=True)
X = scale(X)
HERE = ["cpu", *available_accelerators()]
FLOAT64 = np.dtype(np.float64)


@pytest.fixture
def with_gpu(monkeypatch):
    """Pretend that there are two GPUs, as far as choosing goes."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)


def test_operations_of_a_step():
    architecture = Architecture((4, 3, 2), ReLU())
    assert step_flops(architecture, 10, X) == 6 * (4 * 3 + 3 * 2) * 10
    sparse = csr_array(X * [0, 1, 0, 1])
    assert step_flops(architecture, 10, sparse) == 6 * (2 * 3 + 3 * 2) * 10


def test_auto_takes_the_accelerator_for_large_steps_only(with_gpu):
    assert training_device("auto", 0.9 * ACCELERATOR_FLOPS, "Net") == "cpu"
    assert training_device("auto", ACCELERATOR_FLOPS, "Net") == "cuda"
    assert prediction_device("auto", ACCELERATOR_FLOPS).type == "cuda"


def test_numbered_devices_exist_or_not(with_gpu):
    assert training_device("cuda:1", 1.0, "Net") == "cuda:1"
    with pytest.raises(ValueError, match="'device' parameter of Net must be a device that torch"):
        training_device("cuda:2", 1.0, "Net")


@pytest.mark.parametrize("device", ["cuda:77", "mps"])
def test_a_network_predicts_where_its_device_is_missing(device, monkeypatch):
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    net = DeepMLPClassifier((5,), max_iter=2, random_state=0).fit(X, Y)
    expected = net.predict_proba(X)
    np.testing.assert_array_equal(net.set_params(device=device).predict_proba(X), expected)


def test_dtype_follows_device_and_data():
    assert training_dtype("auto", "cpu", FLOAT64, "Net") == np.float64
    assert training_dtype("auto", "cuda", FLOAT64, "Net") == np.float32
    assert training_dtype("float64", "cuda", FLOAT64, "Net") == np.float64
    assert training_dtype("float32", "cpu", FLOAT64, "Net") == np.float32
    with pytest.raises(ValueError, match=r"'dtype' parameter of Net .* which has no float64"):
        training_dtype("float64", "mps", FLOAT64, "Net")


@pytest.mark.parametrize("device", HERE)
def test_a_network_trains_on_every_device_that_is_here(device):
    params = {"max_iter": 20, "dtype": "float32", "random_state": 0, "dropout": 0.1}
    net = DeepMLPClassifier((10,), device=device, **params).fit(X, Y)
    on_cpu = DeepMLPClassifier((10,), device="cpu", **params).fit(X, Y)
    np.testing.assert_allclose(net.predict_proba(X), on_cpu.predict_proba(X), atol=1e-3)


@pytest.mark.parametrize("shape", [(4, 10), (4, 3, 10)], ids=["one network", "three networks"])
def test_rows_in_main_memory_give_the_same_batches(shape):
    places = torch.from_numpy(np.random.default_rng(0).integers(len(X), size=shape))
    cpu = torch.device("cpu")
    pairs = zip(
        DenseRows([X], cpu).steps(places), HostRows([X], cpu).steps(places), places, strict=True
    )
    for dense, host, rows in pairs:
        np.testing.assert_array_equal(host, dense)
        np.testing.assert_array_equal(host, X[rows])


def test_a_gpu_holds_rows_that_leave_it_room(monkeypatch):
    gpu = torch.device("cuda", 0)
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (2 * X.nbytes, 4 * X.nbytes))
    assert kind_of_rows([X], gpu) is DenseRows
    assert kind_of_rows([X, X], gpu) is HostRows
    assert type(stored_once([X, X[:10]], torch.device("cpu"))[0]) is DenseRows


class Hungry(ReLU):
    """Asks for more memory than there is for networks with many rows."""

    def __init__(self, most=100):
        self.most = most

    def function(self, z, *, most):
        if z.shape[:-1].numel() > most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return super().function(z)


def test_too_little_memory_names_the_remedy():
    with pytest.raises(MemoryError, match=r"device 'cpu' is too small .* Set a smaller batch_size"):
        DeepMLPClassifier((10,), Hungry()).fit(X, Y)
    DeepMLPClassifier((10,), Hungry(150), max_iter=2).fit(X, Y)


def test_a_stack_too_large_for_the_memory_is_trained_in_halves():
    net = DeepMLPClassifier((10,), Hungry(500), batch_size=100, max_iter=2, random_state=0)
    with fit_together() as report:
        found = cross_val_score(net, X, Y, cv=8)
    np.testing.assert_allclose(found, cross_val_score(net, X, Y, cv=8))
    assert [len(stack.members) for stack in report.stacks] == [8]
