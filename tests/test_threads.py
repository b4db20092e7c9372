"""Small networks are trained on one thread, whatever torch is set to; large ones on all."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from leftovers import n_threads_left
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import cross_validate
from sklearn.preprocessing import scale
from threadpoolctl import threadpool_info

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, fit_together
from sklearn_deepmlp._threads import limited_to, n_threads, one_blas_thread
from sklearn_deepmlp._waits import sleeping_waits
from sklearn_deepmlp.activations import Activation

X, Y = load_breast_cancer(return_X_y=True)
X = scale(X)
SOLVERS = ["adam", "adamw", "nadam", "rmsprop", "sgd", "lbfgs"]


def small_net(**params):
    return DeepMLPClassifier((32, 32, 32), **{"max_iter": 20, "random_state": 0, **params})


@pytest.fixture
def several_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    yield
    torch.set_num_threads(before)


def other_threads_part(function):
    """Return the CPU time of the other threads of the process, as a part of this one's."""
    process, thread = time.process_time(), time.thread_time()
    function()
    own = time.thread_time() - thread
    return (time.process_time() - process - own) / own


@pytest.mark.usefixtures("several_threads")
@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_small_networks_are_fitted_and_predict_on_one_thread(solver, dtype):
    data = X.astype(dtype)

    def work():
        net = small_net(solver=solver, max_iter=100, n_iter_no_change=1000).fit(data, Y)
        for _ in range(20):
            net.predict(data)

    assert other_threads_part(work) < 0.2


@pytest.mark.usefixtures("several_threads")
def test_large_networks_are_fitted_on_all_threads():
    data = np.random.default_rng(0).standard_normal((600, 512), dtype=np.float32)
    net = DeepMLPRegressor((768, 768), max_iter=2, tol=0)
    assert other_threads_part(lambda: net.fit(data, data[:, 0])) > 0.3


def bits_with(n, function):
    before = torch.get_num_threads()
    torch.set_num_threads(n)
    try:
        return [array.tobytes() for array in function()]
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("solver", SOLVERS)
def test_bits_of_small_networks_do_not_depend_on_threads(solver):
    def fitted():
        return small_net(solver=solver, activation="mish").fit(X.astype(np.float32), Y).coefs_

    assert bits_with(1, fitted) == bits_with(3, fitted)


def test_bits_of_a_stack_of_small_networks_do_not_depend_on_threads():
    def scores():
        with fit_together():
            net = small_net(early_stopping=True, scoring="loss")
            found = cross_validate(net, X, Y, cv=4, return_estimator=True)
        return [coef for net in found["estimator"] for coef in net.coefs_]

    assert bits_with(1, scores) == bits_with(3, scores)


@pytest.mark.parametrize("n_rows", [1, 100, 5000])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_bits_of_predictions_do_not_depend_on_threads(n_rows, dtype):
    data = np.random.default_rng(0).standard_normal((n_rows, 64)).astype(dtype)
    net = DeepMLPRegressor((512, 512), max_iter=1).fit(data, np.ones(n_rows))
    assert bits_with(1, lambda: [net.predict(data)]) == bits_with(3, lambda: [net.predict(data)])


class Raising(Activation):
    def function(self, z):
        raise OSError("a broken activation")


@pytest.mark.usefixtures("several_threads")
@pytest.mark.parametrize("sizes", [(8,), (1500, 1500)])
def test_threads_are_as_before_after_a_fit_and_after_an_error(sizes):
    data = np.random.default_rng(0).standard_normal((100, 50))
    y = data[:, 0]
    net = DeepMLPRegressor(sizes, max_iter=1, batch_size=100)
    net.fit(data, y).predict(data)
    assert torch.get_num_threads() == 3
    with pytest.raises(OSError, match="a broken activation"):
        net.set_params(activation=Raising()).fit(data, y)
    assert torch.get_num_threads() == 3


@pytest.mark.usefixtures("several_threads")
def test_other_threads_keep_theirs_during_a_fit():
    seen = []

    def score(net, data, y):
        with ThreadPoolExecutor(1) as pool:  # a thread that torch has not met
            seen.append(pool.submit(torch.get_num_threads).result())
        return 0.0

    small_net(early_stopping=True, scoring=score, max_iter=3).fit(X, Y)
    assert seen == [3, 3, 3]


def blas_threads():
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_blas_has_its_threads_back_when_the_last_is_over():
    before = blas_threads()
    first, second = one_blas_thread(), one_blas_thread()
    first.__enter__()
    second.__enter__()
    first.__exit__(None, None, None)
    assert set(blas_threads()) == {1}
    second.__exit__(None, None, None)
    assert blas_threads() == before


@pytest.mark.usefixtures("several_threads")
def test_limits_are_nested():
    with limited_to(2):
        assert n_threads() == 2
        with limited_to(1):
            assert n_threads() == 1
        assert n_threads() == 2
    assert n_threads() == 3


@pytest.mark.parametrize("n", [1, 2, 200])  # of the process, which may have more than cores
def test_what_makes_waiting_threads_sleep_is_gone_afterwards(n):
    before = threading.active_count()
    for _ in range(20):
        with limited_to(n), sleeping_waits():
            assert n == 200 or threading.active_count() > before
    assert n_threads_left(before) == before


def large_prediction(activation="relu"):
    data = np.random.default_rng(0).standard_normal((10_000, 64), dtype=np.float32)
    net = DeepMLPRegressor((512, 512), activation, max_iter=1).fit(data[:50], data[:50, 0])
    return net, data


@pytest.mark.usefixtures("several_threads")
def test_large_predictions_take_all_threads():
    net, data = large_prediction()
    assert other_threads_part(lambda: net.predict(data)) > 0.3


class RaisingOnMany(Activation):
    def function(self, z):
        if z.max() > 1e6:
            raise OSError("too much")
        return z.relu()


@pytest.mark.usefixtures("several_threads")
@pytest.mark.parametrize("row", [0, 9_999])
def test_an_error_in_one_of_the_threads_comes_out(row):
    net, data = large_prediction(RaisingOnMany())
    data[row] = 1e20
    n_before = threading.active_count()
    with pytest.raises(OSError, match="too much"):
        net.predict(data)
    assert threading.active_count() == n_before
