"""The example reproduces what Glorot and Bengio (2010) observed."""

import runpy
import warnings

import numpy as np
import pytest
from pages import EXAMPLES

pyplot = pytest.importorskip("matplotlib.pyplot", reason="the example draws pictures")


@pytest.fixture(scope="module")
def example():
    """Run the example once and return its variables."""
    pyplot.switch_backend("Agg")
    with warnings.catch_warnings():  # it ignores a category, which must not outlast it
        variables = runpy.run_path(EXAMPLES / "chapter" / "glorot_bengio_2010.py")
    pyplot.close("all")
    return variables


def stds(arrays):
    return np.array([array.std().item() for array in arrays])


def last_sigmoid_layer(example, init):
    """Return the epochs and the mean and spread of the activations of the last hidden layer."""
    signals = example["networks"]["sigmoid", init].signals_
    return signals.epoch, signals.activation_mean[:, 3], signals.activation_std[:, 3]


def test_with_the_old_initialization_tanh_layers_shrink_activations_and_gradients(example):
    activations, gradients = map(stds, example["before"]["old initialization"])
    assert (activations[1:] < 0.7 * activations[:-1]).all()
    assert (gradients[:-1] < 0.7 * gradients[1:]).all()


def test_with_theirs_both_stay_of_one_size(example):
    activations, gradients = map(stds, example["before"]["Glorot and Bengio's"])
    assert (activations[1:] > 0.8 * activations[:-1]).all()
    assert (gradients[:-1] > 0.8 * gradients[1:]).all()


def test_with_the_old_initialization_the_last_sigmoid_layer_saturates_near_0(example):
    epoch, mean, std = last_sigmoid_layer(example, "old initialization")
    at_50 = np.flatnonzero(epoch == 50)
    assert mean[at_50] < 0.15
    assert std[at_50] < 0.05
    others = example["networks"]["sigmoid", "old initialization"].signals_.activation_mean
    assert others[at_50, :3].min() > 0.4


def test_it_recovers_and_with_theirs_it_does_so_earlier(example):
    recovered = {}
    for init in example["INITS"]:
        epoch, mean, _ = last_sigmoid_layer(example, init)
        lowest = mean.argmin()
        recovered[init] = epoch[lowest:][mean[lowest:] > 0.3].min()
    assert recovered["old initialization"] > 50
    assert recovered["Glorot and Bengio's"] < 20


def test_tanh_layers_start_far_apart_with_the_old_initialization(example):
    def spread(init):
        first, *_ = example["networks"]["tanh", init].signals_.activation_std
        return first[0] / first[3]

    assert spread("old initialization") > 4
    assert spread("Glorot and Bengio's") < 2
