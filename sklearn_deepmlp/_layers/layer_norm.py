"""Layer normalization (Ba et al. 2016)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from sklearn_deepmlp._compat.torch import layer_norm_backward
from sklearn_deepmlp._layers.base import Context, Pullback
from sklearn_deepmlp._layers.normalization import EPSILON, Normalization


class LayerNorm(Normalization):
    """Over the units of the layer (Ba et al. 2016).

    Examples
    --------
    >>> import torch
    >>> layer = LayerNorm(2, index=0)
    >>> layer.bind([torch.ones(1, 2), torch.zeros(1, 2)], [], [])
    >>> layer.predict(torch.tensor([[10.0, 30.0]])).round(decimals=3)
    tensor([[-1.,  1.]])
    """

    def normalize(self, z: Tensor) -> Tensor:
        return F.layer_norm(z, z.shape[-1:], eps=EPSILON)

    def normalize_train(self, z: Tensor, context: Context) -> tuple[Tensor, Pullback]:
        units = list(z.shape[-1:])
        normalized, mean, inverse = torch.native_layer_norm(z, units, None, None, EPSILON)

        def pullback(grad_output: Tensor) -> Tensor:
            wanted = [True, False, False]  # of the gradients of input, scale and offset
            grads = layer_norm_backward(grad_output, z, units, mean, inverse, None, None, wanted)
            return grads[0]

        return normalized, pullback

    def torch_module(self, arrays: Mapping[str, Tensor]) -> nn.Module:
        module = nn.LayerNorm(self.units, EPSILON)
        module.weight, module.bias = (nn.Parameter(arrays[name]) for name in ("scale", "offset"))
        return module
