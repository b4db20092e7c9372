"""A normalization that torch does not have, as a module of torch."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn

from sklearn_deepmlp._layers.base import Context
from sklearn_deepmlp._layers.normalization import Normalization


class NormalizationModule(nn.Module):
    """A normalization of the package, computed by its own class.

    Parameters
    ----------
    layer : Normalization
        The normalization.
    arrays : mapping of str to Tensor of shape (units,)
        Learned parameters and running statistics by name, which the module takes over: the latter
        as buffers.

    Notes
    -----
    Shape: (B, units), in and out.
    """

    def __init__(self, layer: Normalization, arrays: Mapping[str, Tensor]) -> None:
        super().__init__()
        self._layer = layer
        self._names = [str(spec.name(0)) for spec in layer.parameters()]
        self.learned = nn.ParameterDict({name: arrays[name] for name in self._names})
        for name in layer.stats:
            self.register_buffer(name, arrays[name])

    def forward(self, z: Tensor) -> Tensor:
        """Normalize pre-activations of shape (B, units)."""
        learned = [self.learned[name].unsqueeze(0) for name in self._names]
        running = [getattr(self, name).unsqueeze(0) for name in self._layer.stats]
        layer = copy.copy(self._layer)  # binding tensors to it would keep them alive
        if self.training:
            return _train(layer, running, z, *learned)
        layer.bind(learned, (), running)
        return layer.predict(z)


class _InTraining(torch.autograd.Function):
    """The training step of a layer, which comes with its own derivatives."""

    @staticmethod
    def forward(ctx: Any, layer: Normalization, running: Any, z: Tensor, *learned: Tensor) -> Any:
        ctx.gradients = [torch.empty_like(parameter) for parameter in learned]
        layer.bind(learned, ctx.gradients, running)
        out, ctx.pullback = layer.train(z, Context(z.new_full((len(z),), 1 / len(z))))
        return out

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx: Any, grad_output: Tensor) -> Any:
        return None, None, ctx.pullback(grad_output), *ctx.gradients


_train: Callable[..., Tensor] = _InTraining.apply
