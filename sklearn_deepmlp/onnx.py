"""Conversion of whole pipelines to ONNX: registers both estimators with skl2onnx.

Examples
--------
>>> import numpy as np
>>> from skl2onnx import to_onnx
>>> from sklearn.datasets import load_iris
>>> from sklearn.pipeline import make_pipeline
>>> from sklearn.preprocessing import StandardScaler
>>> import sklearn_deepmlp.onnx
>>> from sklearn_deepmlp import DeepMLPClassifier
>>> X, y = load_iris(return_X_y=True)
>>> pipeline = make_pipeline(StandardScaler(), DeepMLPClassifier(random_state=0)).fit(X, y)
>>> model = to_onnx(pipeline, X[:1].astype(np.float32), options={"zipmap": False})
>>> [output.name for output in model.graph.output]
['label', 'probabilities']
"""

from __future__ import annotations

from typing import Any

from sklearn_deepmlp._compat.extras import import_extra
from sklearn_deepmlp._estimators.classifier import DeepMLPClassifier
from sklearn_deepmlp._estimators.onnx_export import fitted_onnx_model
from sklearn_deepmlp._estimators.regressor import DeepMLPRegressor
from sklearn_deepmlp._export.onnx_nodes import CALLER

_compose = import_extra("onnx.compose", CALLER)
_skl2onnx = import_extra("skl2onnx", CALLER)
_types = import_extra("skl2onnx.common.data_types", CALLER)
_shapes = import_extra("skl2onnx.common.shape_calculator", CALLER)

# The options that skl2onnx has for its own classifiers.
_CLASSIFIER_OPTIONS = {
    "zipmap": [True, False, "columns"],
    "nocl": [True, False],
    "output_class_labels": [False, True],
    "raw_scores": [True, False],
}


def _set_classifier_shapes(operator: Any) -> None:
    """Set types and shapes of "label" and "probabilities"."""
    _shapes.calculate_linear_classifier_output_shapes(operator)
    net, labels = operator.raw_operator, operator.outputs[0].type
    if net.n_outputs_ > 1 and net.out_activation_ != "softmax":  # several labels per row
        labels.shape = [*labels.shape[:1], net.n_outputs_]


def _set_regressor_shapes(operator: Any) -> None:
    """Set type and shape of "variable"."""
    _shapes.calculate_linear_regressor_output_shapes(operator)
    values = operator.outputs[0].type
    values.shape = [values.shape[0], operator.raw_operator.n_outputs_]


def _convert(scope: Any, operator: Any, container: Any) -> None:
    """Add the graph of an estimator, which converts its input and its outputs."""
    net = operator.raw_operator
    options = container.get_options(net, {}, fail=False) or {}  # a regressor has none
    opset = container.target_opset_any_domain("")
    model = fitted_onnx_model(
        vars(net),
        opset,
        raw_scores=options.get("raw_scores", False),
        numbers_classes=options.get("nocl", False),
    )
    prefix = f"{scope.get_unique_variable_name('network')}_"
    graph = _compose.add_prefix_graph(model.graph, prefix)
    [features] = graph.input
    _cast(container, operator.inputs[0].full_name, features.name, _element_type(features))
    container.initializers.extend(graph.initializer)
    container.nodes.extend(graph.node)
    container.node_domain_version_pair_sets.add(("", opset))
    for variable, output in zip(operator.outputs, graph.output, strict=True):
        wanted = _types.guess_proto_type(variable.type)
        is_same = wanted == _element_type(output)
        _cast(container, output.name, variable.full_name, None if is_same else wanted)


def _element_type(info: Any) -> int:
    return info.type.tensor_type.elem_type


def _cast(container: Any, name: str, to_name: str, to_type: int | None) -> None:
    """Add a node that converts a tensor to a type, or only renames it."""
    if to_type is None:
        container.add_node("Identity", name, to_name, name=f"{to_name}_renamed")
    else:
        container.add_node("Cast", name, to_name, name=f"{to_name}_cast", to=to_type)


_skl2onnx.update_registered_converter(
    DeepMLPClassifier,
    "SklearnDeepMLPClassifier",
    _set_classifier_shapes,
    _convert,
    options=_CLASSIFIER_OPTIONS,
)
_skl2onnx.update_registered_converter(
    DeepMLPRegressor, "SklearnDeepMLPRegressor", _set_regressor_shapes, _convert
)
