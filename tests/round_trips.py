"""The round trip of each extra, run with nothing installed but the package and this extra.

``python tests/round_trips.py skops`` runs that of one extra.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import TRUSTED_TYPES, DeepMLPClassifier, SignalDisplay, fit_together


def fitted():
    """Return a fitted Pipeline, and its features in the only dtype that all formats have."""
    X, y = load_iris(return_X_y=True)
    X = X.astype(np.float32)
    return make_pipeline(StandardScaler(), DeepMLPClassifier((8,), random_state=0)).fit(X, y), X


def files(folder):
    pipeline, X = fitted()
    net, scaled = pipeline[-1], pipeline[:-1].transform(X)
    net.save(folder / "net.deepmlp")

    import sklearn_deepmlp

    loaded = sklearn_deepmlp.load(folder / "net.deepmlp")
    np.testing.assert_array_equal(loaded.predict_proba(scaled), net.predict_proba(scaled))


def skops(folder):
    import skops.io

    pipeline, X = fitted()
    skops.io.dump(pipeline, folder / "model.skops")
    loaded = skops.io.load(folder / "model.skops", trusted=TRUSTED_TYPES)
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))


def mlflow(folder):
    import mlflow.pyfunc
    import mlflow.sklearn

    pipeline, X = fitted()
    mlflow.sklearn.save_model(
        pipeline,
        folder / "model",
        serialization_format="skops",
        skops_trusted_types=TRUSTED_TYPES,
        pip_requirements=["sklearn-deepmlp[mlflow]"],
    )
    loaded = mlflow.sklearn.load_model(folder / "model")
    np.testing.assert_array_equal(loaded.predict_proba(X), pipeline.predict_proba(X))
    general = mlflow.pyfunc.load_model(folder / "model")
    np.testing.assert_array_equal(general.predict(X), pipeline.predict(X))


def onnx(folder):
    import sklearn_deepmlp.onnx  # noqa: F401 - registers the converters
    from onnx.reference import ReferenceEvaluator
    from skl2onnx import to_onnx

    pipeline, X = fitted()
    model = to_onnx(pipeline, X[:1], options={"zipmap": False})
    (path := folder / "model.onnx").write_bytes(model.SerializeToString())
    probabilities = ReferenceEvaluator(str(path)).run(None, {"X": X})[1]
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(X), rtol=0, atol=1e-5)


def plot(folder):
    import matplotlib as mpl

    mpl.use("Agg")
    pipeline, _ = fitted()
    SignalDisplay.from_estimator(pipeline[-1]).figure_.savefig(folder / "signals.png")


def progress(folder):
    from sklearn.model_selection import cross_val_score

    pipeline, X = fitted()
    y = pipeline.predict(X)
    with fit_together(progress=True):
        cross_val_score(pipeline, X, y, n_jobs=2)


ROUND_TRIPS = {trip.__name__: trip for trip in [files, skops, mlflow, onnx, plot, progress]}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        ROUND_TRIPS[sys.argv[1]](Path(directory))
