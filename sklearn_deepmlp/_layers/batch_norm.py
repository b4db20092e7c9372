"""Batch normalization (Ioffe and Szegedy 2015)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from sklearn_deepmlp._layers.base import Context, Pullback
from sklearn_deepmlp._layers.normalization import EPSILON, Normalization

MOMENTUM = 0.1  # the weight of a new batch in the running statistics


class BatchNorm(Normalization):
    """Over the rows of the batch, which count by their weights (Ioffe and Szegedy 2015).

    Weights sum to 1, so that a weight of 2 has the same effect as a repeated row, and padding, of
    weight 0, has none. The running variance is the biased one, for which this holds too. A network
    whose batch has too few effective rows for a variance is normalized by its running statistics,
    as in prediction, and leaves them unchanged.

    Examples
    --------
    >>> import torch
    >>> layer = BatchNorm(1, index=0)
    >>> scale, offset, mean, var = [torch.full((1, 1), x) for x in (1.0, 0.0, 3.0, 4.0)]
    >>> layer.bind([scale, offset], [], [mean, var])
    >>> layer.predict(torch.tensor([[5.0]])).round(decimals=3)
    tensor([[1.]])
    """

    least_rows = 2
    stats = {"mean": 0.0, "var": 1.0}

    def normalize(self, z: Tensor) -> Tensor:
        mean, var = self._running
        return (z - mean) * (var + EPSILON).rsqrt()

    def normalize_train(self, z: Tensor, context: Context) -> tuple[Tensor, Pullback]:
        weight = context.row_weight.unsqueeze(-1)
        mean = (z * weight).sum(-2, keepdim=True)
        centered = z - mean
        # The weight comes first, because an infinite square times 0 would be NaN.
        var = (centered * weight * centered).sum(-2, keepdim=True)
        if context.uses_running is not None:
            mean, var, weight = self._or_running(mean, var, weight, context.uses_running)
        for running, new in zip(self._running, (mean, var), strict=True):
            running.add_(MOMENTUM * (new - running))
        inverse = (var + EPSILON).rsqrt()
        normalized = (z - mean) * inverse

        def pullback(grad_output: Tensor) -> Tensor:
            of_variance = (grad_output * normalized).sum(-2, keepdim=True)
            shared = grad_output.sum(-2, keepdim=True) + normalized * of_variance
            return inverse * (grad_output - weight * shared)

        return normalized, pullback

    def torch_module(self, arrays: Mapping[str, Tensor]) -> nn.Module:
        module = nn.BatchNorm1d(self.units, EPSILON, MOMENTUM)
        module.weight, module.bias = (nn.Parameter(arrays[name]) for name in ("scale", "offset"))
        module.running_mean, module.running_var = (arrays[name] for name in self.stats)
        return module

    def _or_running(
        self, mean: Tensor, var: Tensor, weight: Tensor, uses_running: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Put running statistics, through which no gradient flows, in place of some networks'."""
        running_mean, running_var = self._running
        return (
            torch.where(uses_running, running_mean, mean),
            torch.where(uses_running, running_var, var),
            torch.where(uses_running, 0.0, weight),
        )
