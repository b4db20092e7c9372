"""The noise of a training step."""

import torch

from sklearn_deepmlp._layers.noise import DRAWS_PER_LAYER, StepNoise, epoch_keys

CPU = torch.device("cpu")


def step_noise(seeds=(0,), epoch=1, n_draws=2 * DRAWS_PER_LAYER):
    """Return the noise of the first step of an epoch, for networks of these seeds."""
    return StepNoise(epoch_keys(seeds, [epoch] * len(seeds), 1, n_draws, CPU)[0])
