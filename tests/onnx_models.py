"""ONNX models of fitted estimators, and what onnxruntime computes with them."""

from functools import cached_property

import numpy as np
import onnx
import onnxruntime
from fitted_networks import X_REG, Y_REG, X, Y
from onnxscript.values import TracedOnnxFunction

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

PARAMS = {"max_iter": 3, "random_state": 0, "self_normalization": "ignore", "dtype": "float32"}


def parse_operators_once():
    """Keep what the exporter reads in the source of each of its operators.

    It reads all of them again for each export, which takes nearly half the time.
    """
    kept = cached_property(TracedOnnxFunction.function_ir.fget)
    kept.__set_name__(TracedOnnxFunction, "function_ir")
    TracedOnnxFunction.function_ir = kept


parse_operators_once()


def fit(activation="relu", X=X, y=Y, **params):
    """Return a fitted classifier."""
    params = {"hidden_layer_sizes": (6, 6), **PARAMS, **params}
    return DeepMLPClassifier(activation=activation, **params).fit(X, y)


def fit_regressor(y=Y_REG, **params):
    return DeepMLPRegressor((6,), **{**PARAMS, **params}).fit(X_REG, y)


def run(model, *arrays):
    """Return the outputs of a valid model by name."""
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    inputs = {i.name: array for i, array in zip(session.get_inputs(), arrays, strict=True)}
    names = [output.name for output in session.get_outputs()]
    return dict(zip(names, session.run(None, inputs), strict=True))


def assert_classified_alike(net, outputs, X):
    """Compare labels and probabilities with those of the estimator."""
    np.testing.assert_array_equal(outputs["label"], net.predict(X))
    np.testing.assert_allclose(outputs["probabilities"], net.predict_proba(X), atol=1e-5)
