"""Where a network trains and predicts, and in which numbers."""

import os
import re

import numpy as np
import pytest
import torch
from programs import printed_by
from sklearn.datasets import load_iris
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp._estimators.devices import (
    available_accelerators,
    prediction_device,
    training_device,
)
from sklearn_deepmlp._estimators.dtypes import training_dtype
from sklearn_deepmlp._stack.rows import DenseRows, HostRows, kind_of_rows, stored_once

X, Y = load_iris(return_X_y=True)
X = scale(X)
HERE = ["cpu", *available_accelerators()]
FLOAT64 = np.dtype(np.float64)


@pytest.fixture
def with_gpu(monkeypatch):
    """Pretend that there are two GPUs, as far as choosing goes."""
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: False)


def test_auto_takes_the_accelerator_where_it_saves_time(with_gpu):
    assert training_device("auto", 0.1, "exact", "Net") == "cuda"
    assert training_device("auto", -0.1, "exact", "Net") == "cpu"


def test_auto_predicts_on_a_gpu_sooner_if_the_process_uses_it_already(with_gpu, monkeypatch):
    assert prediction_device("auto", 1e10).type == "cpu"
    assert prediction_device("auto", 1e13).type == "cuda"
    monkeypatch.setattr(torch.cuda, "is_initialized", lambda: True)
    assert prediction_device("auto", 1e10).type == "cuda"
    assert prediction_device("auto", 5e7).type == "cpu"


@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_small_work_on_the_cpu_looks_for_no_accelerator(device, monkeypatch):
    def look():
        raise AssertionError("This takes time, and on some machines starts a driver.")

    monkeypatch.setattr(torch.cuda, "is_available", look)
    monkeypatch.setattr(torch.backends.mps, "is_available", look)
    net = DeepMLPClassifier((5,), max_iter=2, device=device, early_stopping=True).fit(X, Y)
    assert net.predict(X).shape == Y.shape


def test_numbered_devices_exist_or_not(with_gpu):
    assert training_device("cuda:1", -1.0, "exact", "Net") == "cuda:1"
    with pytest.raises(ValueError, match="'device' parameter of Net must be a device that torch"):
        training_device("cuda:2", -1.0, "exact", "Net")


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
    for name in ("float32", "tf32"):
        assert training_dtype(name, "cpu", FLOAT64, "Net") == np.float32
    with pytest.raises(ValueError, match=r"'dtype' parameter of Net .* which has no float64"):
        training_dtype("float64", "mps", FLOAT64, "Net")


def test_tf32_is_float32_where_a_device_has_none():
    nets = [
        DeepMLPClassifier((5,), max_iter=5, random_state=0, device="cpu", dtype=dtype).fit(X, Y)
        for dtype in ("float32", "tf32")
    ]
    for a, b in zip(nets[0].coefs_, nets[1].coefs_, strict=True):
        np.testing.assert_array_equal(a, b)


IN_FORKED_CHILD = """
import multiprocessing, os, sys
import numpy as np, torch
from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

if torch.cuda.is_available():
    torch.ones(1, device="cuda")
else:  # pretend, as far as telling goes
    parent = os.getpid()
    torch.cuda._is_in_bad_fork = lambda: os.getpid() != parent
    torch.cuda.is_available = lambda: True

X = np.random.default_rng(0).normal(size=(2000, 100))
y = X[:, 0] > 0
# Large enough for "auto" to want a GPU, but over after few epochs.
net = DeepMLPClassifier((200,), batch_size=2000, max_iter=10**6, tol=1e9, n_iter_no_change=1)

def work():
    print(net.fit(X, y).n_iter_)
    for device in ("cuda", "cuda:1"):
        net.set_params(device=device).predict(X)
        try:
            net.fit(X, y)
        except ValueError as error:
            print(error)
    sys.stdout.flush()

child = multiprocessing.get_context("fork").Process(target=work)
child.start()
child.join()
print(child.exitcode)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_child_forked_from_a_process_that_has_used_cuda():
    n_iter, of_cuda, of_number, exit_code = printed_by(IN_FORKED_CHILD).splitlines()
    assert int(n_iter) < 5
    assert exit_code == "0"
    expected = r"'device' parameter .* must be 'cpu' or 'auto' in a child .*'loky'.*'spawn'.* Got "
    assert re.search(expected + "'cuda' instead", of_cuda)
    assert re.search(expected + "'cuda:1' instead", of_number)


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
