"""Layers with tensors of their own, as a network would bind them."""

import torch

from sklearn_deepmlp._layers.base import flattened
from sklearn_deepmlp._layers.batch_norm import BatchNorm

DTYPE = torch.float64


def standard_normal(*shape, seed=0):
    return torch.randn(shape, dtype=DTYPE, generator=torch.Generator().manual_seed(seed))


class BoundLayer:
    """A layer, its sublayers included, that is bound to random tensors.

    Attributes
    ----------
    layer : Layer
    parameters, gradients, running : list of Tensor
        Those of all sublayers, in their order. Running statistics are positive.
    """

    def __init__(self, layer, n_members=None):
        self.layer, self._leading = layer, () if n_members is None else (n_members,)
        self._generator = torch.Generator().manual_seed(0)
        self.parameters, self.gradients, self.running = [], [], []
        for part in flattened([layer]):
            self._bind(part)

    def _bind(self, part):
        parameters = [self._drawn(torch.randn, spec) for spec in part.parameters()]
        running = [self._drawn(torch.rand, spec) + 0.5 for spec in part.running_stats()]
        gradients = [torch.full_like(parameter, torch.nan) for parameter in parameters]
        part.bind(parameters, gradients, running)
        self.parameters += parameters
        self.gradients += gradients
        self.running += running

    def _drawn(self, draw, spec):
        return draw((*self._leading, *spec.shape), dtype=DTYPE, generator=self._generator)


def new_batch_norm(units, n_members):
    """Return a batch normalization as a new network has it, and its running statistics."""
    layer, shape = BatchNorm(units, index=0), (n_members, 1, units)
    parameters = [torch.full(shape, start, dtype=DTYPE) for start in (1.0, 0.0)]
    running = [torch.full(shape, start, dtype=DTYPE) for start in layer.running_start()]
    layer.bind(parameters, [torch.empty_like(parameter) for parameter in parameters], running)
    return layer, running
