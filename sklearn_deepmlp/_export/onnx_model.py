"""A fitted network as an ONNX model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._export.onnx_network import add_network
from sklearn_deepmlp._export.onnx_nodes import CALLER, OnnxNodes
from sklearn_deepmlp._export.onnx_outputs import OutputSpec, Predicted
from sklearn_deepmlp._export.torch_module import torch_module
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._version import __version__

LEAST_OPSET = 18  # the first that torch's exporter writes
_IR_VERSION = 10  # which runtimes of 2024 and newer read


def onnx_model(
    state: NetworkState, architecture: Architecture, predicted: Predicted, opset: int
) -> Any:
    """Return an ONNX model that predicts as the estimator does.

    Parameters
    ----------
    state : NetworkState
        What the network has learned.
    architecture : Architecture
        Its layers.
    predicted : Predicted
        What the estimator makes of raw outputs.
    opset : int
        The version of ONNX's operators.

    Returns
    -------
    onnx.ModelProto
        Its input is "X", of shape (n_samples, n_features) and the data type of the network.
    """
    if opset < LEAST_OPSET:
        raise ValueError(f"target_opset must be at least {LEAST_OPSET}. Got {opset} instead.")
    helper, nodes, dtype = import_extra("onnx.helper", CALLER), OnnxNodes(), state.coefs[0].dtype
    n_features, *_, n_outputs = architecture.layer_sizes
    module = torch_module(state, architecture)
    raw = add_network(nodes, module, architecture.activation, n_features, opset)
    outputs = predicted.add_to(nodes, raw, n_outputs, dtype)
    features = OutputSpec("X", dtype, [n_features])
    graph = helper.make_graph(
        nodes.nodes,
        "network",
        _infos(helper, nodes, [features]),
        _infos(helper, nodes, outputs),
        nodes.initializers,
    )
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", opset)],
        producer_name="sklearn_deepmlp",
        producer_version=__version__,
        ir_version=_IR_VERSION,
    )


def _infos(helper: Any, nodes: OnnxNodes, specs: Sequence[OutputSpec]) -> list[Any]:
    return [
        helper.make_tensor_value_info(
            spec.name, nodes.type_of(np.dtype(spec.dtype)), ["n_samples", *spec.shape]
        )
        for spec in specs
    ]
