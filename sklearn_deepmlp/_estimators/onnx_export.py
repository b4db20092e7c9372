"""Fitted estimators as ONNX models."""

from __future__ import annotations

from typing import Any

import numpy as np

from sklearn_deepmlp._estimators.fitted_network import Fitted, fitted_architecture, fitted_state
from sklearn_deepmlp._export.onnx_model import LEAST_OPSET, onnx_model
from sklearn_deepmlp._export.onnx_outputs import Predicted


def fitted_onnx_model(
    fitted: Fitted,
    opset: int | None = None,
    *,
    raw_scores: bool = False,
    numbers_classes: bool = False,
) -> Any:
    """Return an estimator as onnx.ModelProto.

    Parameters
    ----------
    fitted : mapping
        The fitted attributes.
    opset : int, optional
        The version of ONNX's operators; by default, the lowest that there is.
    raw_scores : bool
        Whether raw outputs take the place of probabilities.
    numbers_classes : bool
        Whether labels are class indices, starting at 0.
    """
    classes = fitted.get("classes_")
    if numbers_classes and classes is not None:
        classes = np.arange(len(classes))
    predicted = Predicted(
        fitted["out_activation_"], classes, fitted.get("_is_multilabel", False), raw_scores
    )
    state, architecture = fitted_state(fitted), fitted_architecture(fitted)
    return onnx_model(state, architecture, predicted, LEAST_OPSET if opset is None else opset)
