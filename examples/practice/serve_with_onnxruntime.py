"""Serve with onnxruntime
======================

Export a pipeline to ONNX and predict from the file, without scikit-learn and torch.

The pipeline standardizes pixels of digits and classifies them. skl2onnx converts it as a whole, and
a second process, which imports numpy and onnxruntime only, predicts the same classes.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_deepmlp.onnx  # noqa: F401 - tells skl2onnx of the estimators
from sklearn_deepmlp import DeepMLPClassifier

SERVER = """
import sys
import numpy as np, onnxruntime
model, rows, labels = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
[predicted] = session.run(["label"], {"X": np.load(rows)})
np.save(labels, predicted.tolist())  # strings are objects, which numpy would pickle
"""


def served_labels(model, X):
    """Return the classes that a process without scikit-learn and torch predicts."""
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / name for name in ("model.onnx", "rows.npy", "labels.npy")]
        paths[0].write_bytes(model.SerializeToString())
        np.save(paths[1], X)
        subprocess.run([sys.executable, "-c", SERVER, *map(str, paths)], check=True)
        return np.load(paths[2])


def main():
    """Train, export, serve and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=50, help="maximum number of epochs")
    arguments = parser.parse_args()
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(X.astype(np.float32), y, random_state=0)
    net = DeepMLPClassifier((64, 64), "gelu", max_iter=arguments.epochs, random_state=0)
    pipeline = make_pipeline(StandardScaler(), net).fit(X_train, y_train)
    model = to_onnx(pipeline, X_test[:1], options={"zipmap": False})
    labels = served_labels(model, X_test)
    print(f"Accuracy of the served model: {np.mean(labels == y_test):.3f}")
    print(f"Same classes as the pipeline: {np.array_equal(labels, pipeline.predict(X_test))}")


if __name__ == "__main__":
    main()
