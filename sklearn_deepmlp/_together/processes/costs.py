"""An estimate of how long training takes, from its sizes: on one thread, without early stopping."""

from __future__ import annotations

from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._together.units import Unit

# Seconds per layer of a step, for a block and for each of its networks, and floating point
# operations per second, of one core of an AMD EPYC. Blocks of 16 networks with equal activations
# take 18, 27 and 119 µs per network and step for 4-100-3, 30-2×50-2 and 20-10×50-2.
_PER_BLOCK, _PER_NETWORK, _FLOPS = 4e-5, 6e-6, 8e10
# Operations of a step, in units of those of the forward pass.
_PASSES = 3


def seconds_per_epoch(unit: Unit) -> float:
    """Estimate how long an epoch of one network of a unit takes."""
    return sum(_seconds_per_epoch(job, len(unit)) for job in unit) / len(unit)


def _seconds_per_epoch(job: Job, n_networks: int) -> float:
    n_rows = len(job.data.rows)
    n_steps = -(-n_rows // job.optimization.batch_size)
    flops = product_flops(job.architecture, job.data.X.shape[1])
    per_layer = n_steps * (_PER_BLOCK / n_networks + _PER_NETWORK)
    return len(flops) * per_layer + _PASSES * n_rows * sum(flops) / _FLOPS


def seconds_of(unit: Unit) -> float:
    """Estimate how long the training of a unit takes."""
    return sum(job.stopping.max_iter for job in unit) * seconds_per_epoch(unit)
