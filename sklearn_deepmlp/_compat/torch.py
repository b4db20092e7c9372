"""The private names of torch that this package uses, and its operators for backward passes.

At each step they save the Python overhead of their public counterparts, which matters for small
networks. Their signatures are the same from torch 2.6 to 2.13.
"""

from __future__ import annotations

import torch
from torch.utils import _python_dispatch

_aten = torch.ops.aten

elu_backward = _aten.elu_backward.default
gelu_backward = _aten.gelu_backward.default
layer_norm_backward = _aten.native_layer_norm_backward.default
leaky_relu_backward = _aten.leaky_relu_backward.default
mish_backward = _aten.mish_backward.default
sigmoid_backward = _aten.sigmoid_backward.default
silu_backward = _aten.silu_backward.default
tanh_backward = _aten.tanh_backward.default
threshold_backward = _aten.threshold_backward.default

prelu = _aten._prelu_kernel.default
fused_adam_ = torch._fused_adam_


class DispatchMode(_python_dispatch.TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A context in which `__torch_dispatch__` replaces each operation of torch."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would import its compiler, which takes seconds
