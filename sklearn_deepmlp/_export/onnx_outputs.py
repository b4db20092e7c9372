"""From raw outputs to what estimators predict, as nodes of an ONNX graph.

The outputs have the names, types and shapes that skl2onnx gives those of MLPClassifier and
MLPRegressor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._export.onnx_nodes import OnnxNodes


class OutputSpec(NamedTuple):
    """An output of the graph.

    Attributes
    ----------
    name : str
        Its name.
    dtype : numpy.dtype
        Its data type; an object is a string.
    shape : sequence of int
        Its shape without that of the rows.
    """

    name: str
    dtype: np.dtype[Any]
    shape: Sequence[int]


@dataclass(frozen=True)
class Predicted:
    """What an estimator makes of raw outputs.

    Attributes
    ----------
    out_activation : str
        The output activation.
    classes : ndarray of shape (n_classes,), optional
        Class labels; None for a regressor.
    is_multilabel : bool
        Whether each output is a label of its own.
    raw_scores : bool
        Whether raw outputs take the place of probabilities.
    """

    out_activation: str
    classes: NDArray[Any] | None = None
    is_multilabel: bool = False
    raw_scores: bool = False

    def add_to(
        self, nodes: OnnxNodes, raw: str, n_outputs: int, dtype: np.dtype[Any]
    ) -> Sequence[OutputSpec]:
        """Add what computes the outputs, and return them.

        Parameters
        ----------
        nodes : OnnxNodes
            The graph.
        raw : str
            The name of the raw outputs, of shape (n_samples, n_outputs).
        n_outputs : int
            Their number per row.
        dtype : numpy.dtype
            Their data type.
        """
        if self.classes is None:
            operator = "Exp" if self.out_activation == "exp" else "Identity"
            nodes.add(operator, raw, output="variable")
            return [OutputSpec("variable", dtype, [n_outputs])]
        if self.is_multilabel:
            return self._add_labels(nodes, raw, n_outputs, dtype)
        return self._add_classes(nodes, raw, as_labels(self.classes), dtype)

    def _add_labels(
        self, nodes: OnnxNodes, raw: str, n_labels: int, dtype: np.dtype[Any]
    ) -> Sequence[OutputSpec]:
        nodes.cast(_is_positive(nodes, raw, dtype), np.int64, output="label")
        nodes.add("Identity" if self.raw_scores else "Sigmoid", raw, output="probabilities")
        return [
            OutputSpec("label", np.dtype(np.int64), [n_labels]),
            OutputSpec("probabilities", dtype, [n_labels]),
        ]

    def _add_classes(
        self, nodes: OnnxNodes, raw: str, labels: NDArray[Any], dtype: np.dtype[Any]
    ) -> Sequence[OutputSpec]:
        if self.out_activation == "softmax":
            codes = nodes.add("ArgMax", raw, axis=1, keepdims=0)
            scores = raw if self.raw_scores else nodes.add("Softmax", raw, axis=1)
        else:
            logits, codes = _add_logits(nodes, raw, len(labels), dtype)
            scores = logits if self.raw_scores else nodes.add("Sigmoid", logits)
        nodes.add("Gather", nodes.constant(labels), codes, output="label")
        nodes.add("Identity", scores, output="probabilities")
        return [
            OutputSpec("label", labels.dtype, []),
            OutputSpec("probabilities", dtype, [len(labels)]),
        ]


def _add_logits(
    nodes: OnnxNodes, raw: str, n_classes: int, dtype: np.dtype[Any]
) -> tuple[str, str]:
    """Return the logits of at most two classes, one column per class, and class indices (n,)."""
    if n_classes == 1:  # the one class is certain
        raw = nodes.add("Min", raw, nodes.constant(np.array(-np.inf, dtype)))
    opposite = nodes.add("Neg", raw)
    logits = opposite if n_classes == 1 else nodes.add("Concat", opposite, raw, axis=1)
    column = nodes.cast(_is_positive(nodes, raw, dtype), np.int64)
    return logits, nodes.add("Reshape", column, nodes.constant(np.array([-1])))


def _is_positive(nodes: OnnxNodes, raw: str, dtype: np.dtype[Any]) -> str:
    return nodes.add("Greater", raw, nodes.constant(np.array(0, dtype)))


def as_labels(classes: NDArray[Any]) -> NDArray[Any]:
    """Return class labels as ONNX can have them: int64 for all numbers, and strings."""
    if classes.dtype.kind in "biuf":
        return classes.astype(np.int64)
    return np.array([str(label) for label in classes], dtype=object)
