"""Layers made of fitted arrays predict what those that were trained predict."""

import numpy as np
import pytest
import torch
from architectures import random_jobs
from jobs import X, run_of

from sklearn_deepmlp._layers.base import predict_through
from sklearn_deepmlp._stack.prediction import fitted_layers, raw_outputs
from sklearn_deepmlp._training.trainers import train

CPU = torch.device("cpu")
ROWS = torch.from_numpy(X[:30])


@pytest.mark.parametrize("seed", range(20))
def test_layers_of_a_fitted_state_predict_as_those_in_training(seed):
    [job] = random_jobs(seed, 1)
    state = train(job).state
    network = run_of([job.changed(state=state)]).stack.network
    expected = predict_through(network.layers, ROWS)
    found = predict_through(fitted_layers(state, job.architecture, CPU), ROWS)
    assert torch.equal(found, expected)
    np.testing.assert_array_equal(raw_outputs(state, job.architecture, X[:30], CPU), expected)


@pytest.mark.parametrize("seed", range(20))
def test_a_stack_in_evaluation_predicts_as_layers_of_each_fitted_state(seed):
    jobs = random_jobs(seed, 3)
    network = run_of(jobs).stack.network
    together = predict_through(network.layers, ROWS.expand(3, -1, -1))
    for member, job in enumerate(jobs):
        layers = fitted_layers(network.state(member), job.architecture, CPU)
        separate = predict_through(layers, ROWS)
        torch.testing.assert_close(together[member], separate, rtol=1e-12, atol=1e-12)


def test_fitted_layers_compute_on_the_arrays_themselves():
    [job] = random_jobs(0, 1)
    state = train(job).state
    layers = fitted_layers(state, job.architecture, CPU)
    before = predict_through(layers, ROWS).clone()
    state.intercepts[-1] += 1
    torch.testing.assert_close(predict_through(layers, ROWS), before + 1)
