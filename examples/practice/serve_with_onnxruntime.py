"""
Serving with onnxruntime
========================

A fitted pipeline can be exported as an ONNX model, scaler and network in one file. A process that
has neither scikit-learn nor torch predicts from that file. This example checks that the predictions
are the same and compares the time of a prediction with that of the pipeline.
"""

# %%
# Training and export
# -------------------
#
# The pipeline is trained in float32, the type that the served model will receive. After ``import
# sklearn_deepmlp.onnx``, skl2onnx knows the estimators of this package.

import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import onnxruntime
from skl2onnx import to_onnx
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import sklearn_deepmlp.onnx  # noqa: F401
from sklearn_deepmlp import DeepMLPClassifier

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(X.astype(np.float32), y, random_state=0)
net = DeepMLPClassifier((64, 64), "gelu", learning_rate_init=0.01, random_state=0)
pipeline = make_pipeline(StandardScaler(), net).fit(X_train, y_train)
model = to_onnx(pipeline, X_test[:1], options={"zipmap": False})
print(f"{model.ByteSize() / 1024:.0f} KiB, test accuracy {pipeline.score(X_test, y_test):.3f}")

# %%
# Another process
# ---------------
#
# The server imports numpy and onnxruntime only.

SERVER = """
import sys
import numpy as np, onnxruntime
model, rows, labels = sys.argv[1:]
session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
[predicted] = session.run(["label"], {"X": np.load(rows)})
assert not {"sklearn", "torch"} & sys.modules.keys()
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


same = served_labels(model, X_test) == pipeline.predict(X_test)
print(f"{same.sum()} of {len(same)} classes are those of the pipeline")

# %%
# Equal probabilities
# -------------------
#
# The runtime computes in another order, so probabilities agree up to the rounding of float32.

session = onnxruntime.InferenceSession(
    model.SerializeToString(), providers=["CPUExecutionProvider"]
)
[probabilities] = session.run(["probabilities"], {"X": X_test})
difference = np.abs(probabilities - pipeline.predict_proba(X_test)).max()
print(f"largest difference of probabilities: {difference:.1g}")

# %%
# Times
# -----
#
# Both predict the same probabilities for batches of different sizes. The time of a batch is the
# fastest of several calls.


def seconds(predict, rows):
    """Return the time of the fastest of several calls."""
    times = []
    for _ in range(10):
        start = perf_counter()
        predict(rows)
        times.append(perf_counter() - start)
    return min(times)


SIZES = [1, 10, 100, 1000]
PREDICTORS = {
    "pipeline.predict_proba": pipeline.predict_proba,
    "onnxruntime": lambda rows: session.run(["probabilities"], {"X": rows}),
}
many = np.resize(X_test, (max(SIZES), X_test.shape[1]))
times = {
    name: [seconds(predict, many[:size]) for size in SIZES] for name, predict in PREDICTORS.items()
}

figure, axes = plt.subplots(figsize=(6.5, 4), layout="constrained")
axes.set_title("Time of a prediction by number of rows")
for (name, values), color in zip(times.items(), ["tab:blue", "tab:orange"], strict=True):
    axes.loglog(SIZES, 1e6 * np.array(values), "o-", color=color, label=name)
axes.set(xlabel="rows per call", ylabel="microseconds per call")
axes.legend(frameon=False)
plt.show()

# %%
# With a single row the time is the overhead of a call: a pipeline checks its input at every step,
# while the runtime executes a prepared graph. With more rows the arithmetic counts, and the ratio
# of the two times falls.
