"""The private names of torch that this package uses, in this one place.

Two of them save what their public forms cost in Python at each step, which a small network feels;
the third has no public form. They have had these signatures from torch 2.6 to 2.13.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.autograd import Variable

fused_adam_ = torch._fused_adam_
_run_backward = Variable._execution_engine.run_backward


def is_forked_from_cuda() -> bool:
    """Tell whether this process was forked from one that used CUDA, which is lost to it."""
    return torch.cuda._is_in_bad_fork()


def derivatives(output: Tensor, slopes: Tensor, inputs: Sequence[Tensor]) -> list[Tensor]:
    """Return what `torch.autograd.grad` does, zeros for inputs that the output does not need.

    Parameters
    ----------
    output : Tensor
        With a graph, which is used up, or without one, where it needs no input.
    slopes : Tensor
        Derivatives by the output, of its shape.
    inputs : sequence of Tensor
        Leaves of the graph.
    """
    if not output.requires_grad:
        return [torch.zeros_like(leaf) for leaf in inputs]
    keep_graph, create_graph, allow_unreachable = False, False, True
    found: Sequence[Tensor | None] = _run_backward(
        (output,),
        (slopes,),
        keep_graph,
        create_graph,
        tuple(inputs),
        allow_unreachable,
        accumulate_grad=False,
    )
    return [
        torch.zeros_like(leaf) if derivative is None else derivative
        for derivative, leaf in zip(found, inputs, strict=True)
    ]
