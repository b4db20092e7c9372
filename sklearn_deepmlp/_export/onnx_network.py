"""The layers of a network as nodes of an ONNX graph, by torch's exporter."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import nn

from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._compat.onnx_exporter import exported_graph
from sklearn_deepmlp._export.onnx_nodes import CALLER, OnnxNodes
from sklearn_deepmlp.activations.base import Activation

# onnxruntime computes these in float32 only, which is as exact as their approximation needs.
_FLOAT32_ONLY = ("Erf", "Gelu")


def add_network(
    nodes: OnnxNodes, module: nn.Module, activation: Activation, n_features: int, opset: int
) -> str:
    """Add the layers of a network, which read "X"; return the name of its raw outputs.

    Parameters
    ----------
    nodes : OnnxNodes
        The graph.
    module : torch.nn.Module
        The network, from `torch_module`.
    activation : Activation
        Its activation, for messages.
    n_features : int
        Number of features.
    opset : int
        The version of ONNX's operators.
    """
    import_extra("onnxscript", CALLER)
    parameter = next(module.parameters())
    example = torch.zeros(2, n_features, dtype=parameter.dtype)
    try:
        graph = exported_graph(module, example, "X", opset)
    except Exception as error:
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"The network cannot be exported to ONNX. The exporter of torch says: {reason} If "
            f"{activation!r} is a custom activation, its function must consist of operations on "
            "tensors that torch.onnx.export knows, without branches on values."
        ) from error
    nodes.initializers.extend(map(_plain, graph.initializer))
    for node in graph.node:
        is_double = parameter.dtype == torch.float64
        if is_double and node.op_type in _FLOAT32_ONLY:
            _add_in_float32(nodes, node)
        else:
            nodes.nodes.append(_plain(node))
    return graph.output[0].name


def _add_in_float32(nodes: OnnxNodes, node: Any) -> None:
    """Add a node of one input and one output between conversions."""
    single = nodes.cast(node.input[0], np.float32)
    [output] = node.output
    computed = _plain(node)
    computed.input[0], computed.output[0] = single, f"{output}_float32"
    nodes.nodes.append(computed)
    nodes.cast(computed.output[0], np.float64, output=output)


def _plain(part: Any) -> Any:
    """Return a node or a tensor without notes, which name the files it comes from."""
    copy = type(part)()
    copy.CopyFrom(part)
    copy.ClearField("metadata_props")
    copy.ClearField("doc_string")
    return copy
