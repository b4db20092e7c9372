"""Layers with tensors of their own, as a network would bind them."""

import torch

from sklearn_deepmlp._layers.base import flattened
from sklearn_deepmlp._layers.batch_norm import BatchNorm

DTYPE = torch.float64


def standard_normal(*shape, seed=0):
    return torch.randn(shape, dtype=DTYPE, generator=torch.Generator().manual_seed(seed))


class BoundLayer:
    """A layer and its sublayers, bound to tensors.

    Attributes
    ----------
    layer : Layer
    specs : list of ArraySpec
        What the sublayers declare as their parameters.
    parameters, gradients, running : list of Tensor
        Those of all sublayers, in their order. Gradients are NaN until they are written.
    """

    def __init__(self, layer, parameters, running):
        self.layer, self.parameters, self.running = layer, parameters, running
        self.gradients = [torch.full_like(parameter, torch.nan) for parameter in parameters]
        self.specs, n_running = [], 0
        for part in flattened([layer]):
            own = slice(len(self.specs), len(self.specs) + len(part.parameters()))
            own_running = slice(n_running, n_running + len(part.running_stats()))
            part.bind(self.parameters[own], self.gradients[own], self.running[own_running])
            self.specs += part.parameters()
            n_running = own_running.stop

    def train(self, x, context):
        """Train as from the running statistics that were bound; return output and pullback."""
        before = [statistic.clone() for statistic in self.running]
        trained = self.layer.train(x, context)
        for statistic, old in zip(self.running, before, strict=True):
            statistic.copy_(old)
        return trained


def randomly_bound(layer, n_members=None):
    """Return a layer that is bound to random tensors; running statistics are positive."""
    leading = () if n_members is None else (n_members,)
    parts, generator = list(flattened([layer])), torch.Generator().manual_seed(0)

    def drawn(draw, spec):
        return draw((*leading, *spec.shape), dtype=DTYPE, generator=generator)

    return BoundLayer(
        layer,
        [drawn(torch.randn, spec) for part in parts for spec in part.parameters()],
        [drawn(torch.rand, spec) + 0.5 for part in parts for spec in part.running_stats()],
    )


def new_batch_norm(units, n_members):
    """Return a batch normalization as a new network has it, and its running statistics."""
    layer, shape = BatchNorm(units, index=0), (n_members, 1, units)
    parameters = [torch.full(shape, start, dtype=DTYPE) for start in (1.0, 0.0)]
    running = [torch.full(shape, start, dtype=DTYPE) for start in layer.running_start()]
    layer.bind(parameters, [torch.empty_like(parameter) for parameter in parameters], running)
    return layer, running
