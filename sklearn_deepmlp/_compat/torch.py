"""The private names of torch that this package uses, and its operators for backward passes.

At each step they save the Python overhead of their public counterparts, which matters for small
networks, and they can write to a given tensor. Their signatures are the same from torch 2.6 to
2.13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils import _python_dispatch

_aten = torch.ops.aten

elu: Callable[..., Tensor] = torch._C._nn.elu
gelu: Callable[..., Tensor] = torch._C._nn.gelu
leaky_relu: Callable[..., Tensor] = torch._C._nn.leaky_relu
mish: Callable[..., Tensor] = torch._C._nn.mish
silu: Callable[..., Tensor] = torch._C._nn.silu


def _with_out(operator: Any) -> Callable[..., Tensor]:
    """Return an operator for a backward pass with an optional keyword `out`, as others have."""
    plain = operator.default
    to_out = getattr(operator, "grad_input", None)

    def backward(*args: Any, out: Tensor | None = None) -> Tensor:
        if out is None:
            return plain(*args)
        return out.copy_(plain(*args)) if to_out is None else to_out(*args, grad_input=out)

    return backward


elu_backward = _with_out(_aten.elu_backward)
gelu_backward = _with_out(_aten.gelu_backward)
leaky_relu_backward = _with_out(_aten.leaky_relu_backward)
mish_backward = _with_out(_aten.mish_backward)
sigmoid_backward = _with_out(_aten.sigmoid_backward)
silu_backward = _with_out(_aten.silu_backward)
tanh_backward = _with_out(_aten.tanh_backward)
threshold_backward = _with_out(_aten.threshold_backward)

layer_norm_backward = _aten.native_layer_norm_backward.default
prelu = _aten._prelu_kernel.default
fused_adam_ = torch._fused_adam_


def is_out_of_memory(error: RuntimeError) -> bool:
    """Return whether torch could not allocate memory; on a CPU the error has no special class."""
    return isinstance(error, torch.OutOfMemoryError) or "DefaultCPUAllocator" in str(error)


class DispatchMode(_python_dispatch.TorchDispatchMode):  # type: ignore[no-untyped-call]
    """A context in which `__torch_dispatch__` replaces each operation of torch."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False  # torch would import its compiler, which takes seconds
