"""Too little memory: real limits of the address space of this process, as Linux has them."""

import resource
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch
from fitted import X, Y, assert_learns_as_before, raised_by, refit_of, reset, staying

from sklearn_deepmlp import DeepMLPRegressor
from sklearn_deepmlp.activations import Activation

MIB = 2**20
torch.set_num_threads(1)


def pages(which):
    """Return how many bytes of memory the process has reserved (0) or holds (1)."""
    return int(Path("/proc/self/statm").read_text().split()[which]) * resource.getpagesize()


@contextmanager
def room_for(n_bytes):
    """Let the process reserve so many bytes beyond what it has now."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (pages(0) + n_bytes, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


class Hoarding(Activation):
    """Takes memory in each backward pass, as a graph that is never freed does."""

    default_init = "he_normal"
    saved_for_backward = "input"
    held = []

    def function(self, z):
        return z.relu()

    def backward(self, grad_output, saved):
        if grad_output.numel() > 10_000:  # not the curve that the signals look at
            Hoarding.held.append(torch.ones(16 * MIB // 4))
        return grad_output * (saved > 0)


def no_room_in_a_backward_pass():
    held = pages(1)
    data = np.tile(X, (4, 1))
    target = np.tile(Y, 4)
    with staying(refit_of(activation=Hoarding(), batch_size=2000, max_iter=1000)) as net:
        with room_for(300 * MIB):
            error = raised_by(MemoryError, net.fit, data, target)
        assert "Set a smaller batch_size" in str(error)
        assert Hoarding.held
        Hoarding.held.clear()
        del error
    assert pages(1) < held + 60 * MIB
    assert_learns_as_before(reset(net))


def no_room_for_the_weights():
    data = np.ones((100, 4000))
    with staying(refit_of()) as net:
        wide = DeepMLPRegressor((8000, 8000), max_iter=1)
        with room_for(400 * MIB):
            error = raised_by(MemoryError, wide.fit, data, data[:, 0])
        assert "Set a smaller batch_size, smaller hidden_layer_sizes or dtype" in str(error)
        assert not hasattr(wide, "coefs_")
    assert_learns_as_before(reset(net))


def no_room_for_a_copy_of_the_data():
    data = np.ones((200_000, 100), dtype=np.float32)
    net = DeepMLPRegressor((4,), max_iter=1, dtype="float64")
    with room_for(100 * MIB):
        error = raised_by(MemoryError, net.fit, data, data[:, 0])
    assert "allocate" in str(error) or "memory" in str(error)


def no_room_for_a_prediction():
    net = DeepMLPRegressor((2000,), max_iter=1).fit(X, X[:, 0])
    before = net.predict(X)
    data = np.ones((1_000_000, 20))
    # Memory that was freed before may be enough.
    with room_for(5 * MIB), suppress(MemoryError, RuntimeError):
        assert len(net.predict(data)) == len(data)
    np.testing.assert_array_equal(net.predict(X), before)


def no_room_for_another_thread():
    torch.set_num_threads(8)
    data = np.random.default_rng(0).standard_normal((10_000, 64), dtype=np.float32)
    net = DeepMLPRegressor((512, 512), max_iter=1).fit(data[:50], data[:50, 0])
    expected = net.predict(data)
    before = threading.stack_size(2**30)
    try:
        with room_for(2**29):
            np.testing.assert_array_equal(net.predict(data), expected)
    finally:
        threading.stack_size(before)
        torch.set_num_threads(1)
