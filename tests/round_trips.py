"""The round trip of each extra, run with nothing installed but the package and this extra.

``python tests/round_trips.py skops`` runs that of one extra.
"""

import sys
import tempfile
from contextlib import chdir
from dataclasses import replace
from functools import partial
from pathlib import Path

import joblib
import numpy as np
from formats import FORMATS
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier, SignalDisplay, fit_together


def fitted():
    """Return a fitted Pipeline, and its features in the only dtype that all formats have."""
    X, y = load_iris(return_X_y=True)
    X = X.astype(np.float32)
    return make_pipeline(StandardScaler(), DeepMLPClassifier((8,), random_state=0)).fit(X, y), X


def check(form, folder):
    """Save a Pipeline in a format, load it, and compare its predictions."""
    pipeline, X = fitted()
    form.save(pipeline, folder, X)
    loaded = {}
    exec(form.load, loaded)  # noqa: S102 - the program that tests run too
    there = loaded["predict_proba"](X)
    np.testing.assert_allclose(there, pipeline.predict_proba(X), rtol=0, atol=form.tolerance)


def save_net(pipeline, folder, X):
    pipeline[-1].save(folder / "net.deepmlp")
    joblib.dump(pipeline[:-1], folder / "steps.joblib")


# Without skops the other steps travel by joblib.
LOAD_NET = """
import joblib, sklearn_deepmlp
steps, net = joblib.load("steps.joblib"), sklearn_deepmlp.load("net.deepmlp")
def predict_proba(X):
    return net.predict_proba(steps.transform(X))
"""
# The extra writes ONNX files; to run them by onnxruntime is up to who gets them.
WITHOUT_RUNTIME = """
from onnx.reference import ReferenceEvaluator
model = ReferenceEvaluator("model.onnx")
def predict_proba(X):
    return model.run(["probabilities"], {"X": X})[0]
"""


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


ROUND_TRIPS = {
    "files": partial(check, replace(FORMATS["files"], save=save_net, load=LOAD_NET)),
    "skops": partial(check, FORMATS["skops"]),
    "mlflow": partial(check, FORMATS["mlflow"]),
    "onnx": partial(check, replace(FORMATS["onnx"], load=WITHOUT_RUNTIME)),
    "plot": plot,
    "progress": progress,
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory, chdir(directory):
        ROUND_TRIPS[sys.argv[1]](Path(directory))
