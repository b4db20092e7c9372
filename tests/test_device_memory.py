"""Trainings for which the memory of a device is too small."""

import numpy as np
import pytest
import torch
from jobs import SGD, make_job
from sklearn.datasets import load_iris
from sklearn.model_selection import cross_val_score
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._layers.architecture import Initializers
from sklearn_deepmlp._stack.job import Start
from sklearn_deepmlp._stack.training_memory import step_bytes
from sklearn_deepmlp._training.train import train_separately
from sklearn_deepmlp.activations import ReLU
from sklearn_deepmlp.initializers import Initializer

X, Y = load_iris(return_X_y=True)
X = scale(X)


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


class NeverDrawn(Initializer):
    def draw(self, fan_in, fan_out, generator):
        raise AssertionError("Weights are drawn.")


def test_a_training_too_large_for_a_gpu_is_refused_before_weights_are_drawn(monkeypatch):
    gb = 10**9
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda device: (gb, 2 * gb))
    never = NeverDrawn()
    wide = make_job(
        layer_sizes=(64, 10**4, 10**4, 10),
        device="cuda",
        start=Start(Initializers(never, never, never)),
    )
    for job in (wide, wide.changed(solver="lbfgs", hyperparameters={})):
        with pytest.raises(MemoryError, match=r"'cuda' is too small .* GB are needed, 1 GB are fr"):
            train_separately(job)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_gpu_that_is_too_small():
    with pytest.raises(MemoryError, match=r"GB are needed, .* GB are free"):
        DeepMLPClassifier((10**6, 10**6), device="cuda", init=NeverDrawn()).fit(X, Y)
    DeepMLPClassifier((10,), device="cuda", max_iter=2).fit(X, Y)


def test_memory_that_a_training_needs():
    job = make_job(layer_sizes=(64, 100, 10), batch_size=50)
    n_parameters = 65 * 100 + 101 * 10
    of_activations = 2 * 50 * 110 * 8 + 2 * 50 * 64 * 8
    assert step_bytes(job) == 4 * n_parameters * 8 + of_activations
    assert step_bytes(job.changed(solver="sgd", hyperparameters=SGD)) == step_bytes(job) - (
        n_parameters * 8
    )
    single = job.changed(X=job.data.X.astype(np.float32))
    rounded = single.changed(products="bfloat16")
    assert step_bytes(rounded) == step_bytes(single) + 2 * n_parameters - 2 * 50 * 110 * 2


def test_a_stack_too_large_for_the_memory_is_trained_in_halves():
    net = DeepMLPClassifier((10,), Hungry(500), batch_size=100, max_iter=2, random_state=0)
    with fit_together() as report:
        found = cross_val_score(net, X, Y, cv=8)
    np.testing.assert_allclose(found, cross_val_score(net, X, Y, cv=8))
    assert [len(stack.members) for stack in report.stacks] == [8]
