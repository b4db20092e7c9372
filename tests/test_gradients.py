"""Gradients of all parameters, against finite differences."""

import numpy as np
import pytest
import torch
from gradient_jobs import GRADIENT_JOBS
from jobs import epoch_of, run_of


@pytest.mark.parametrize("job", GRADIENT_JOBS.values(), ids=GRADIENT_JOBS)
def test_gradients_equal_finite_differences(job):
    run = run_of([job])
    network = run.stack.network
    network.theta += 0.05 * torch.randn(
        network.theta.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    )
    [(batch, noise, _)] = epoch_of(run)

    def loss():
        return run.stack.evaluate(batch, noise).item()

    loss()
    gradient = network.gradient[0].clone()
    step = 1e-6
    for place in np.random.default_rng(0).choice(network.theta.shape[1], 40, replace=False):
        network.theta[0, place] += step
        above = loss()
        network.theta[0, place] -= 2 * step
        below = loss()
        network.theta[0, place] += step
        difference = (above - below) / (2 * step)
        assert gradient[place].item() == pytest.approx(difference, rel=1e-5, abs=1e-8)
