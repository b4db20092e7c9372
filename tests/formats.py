"""The formats in which a fitted Pipeline travels: how it is saved, and a program that loads it."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass

import joblib


@dataclass(frozen=True)
class Format:
    """A format.

    Attributes
    ----------
    save : callable (pipeline, folder, X)
        Saves a fitted Pipeline in a folder; X is an example of its input.
    load : str
        A program that defines `predict_proba`, run in that folder.
    tolerance : float
        How far predictions may differ; 0 for the same bits.
    """

    save: Callable
    load: str
    tolerance: float = 0.0


def save_pickle(pipeline, folder, X):
    (folder / "model.pickle").write_bytes(pickle.dumps(pipeline))


def save_joblib(pipeline, folder, X):
    joblib.dump(pipeline, folder / "model.joblib")


def save_skops(pipeline, folder, X):
    import skops.io

    skops.io.dump(pipeline, folder / "model.skops")


def mlflow_arguments():
    """Return the arguments with which MLflow saves and logs a Pipeline."""
    from sklearn_deepmlp import TRUSTED_TYPES

    return {
        "serialization_format": "skops",
        "skops_trusted_types": TRUSTED_TYPES,
        "pip_requirements": ["sklearn-deepmlp[mlflow]"],
    }


def save_mlflow(pipeline, folder, X):
    import mlflow.sklearn

    mlflow.sklearn.save_model(pipeline, folder / "model", **mlflow_arguments())


def save_files(pipeline, folder, X):
    import skops.io

    skops.io.dump(pipeline[:-1], folder / "steps.skops")
    pipeline[-1].save(folder / "net.deepmlp")


def save_onnx(pipeline, folder, X):
    from skl2onnx import to_onnx

    import sklearn_deepmlp.onnx  # noqa: F401 - registers the converters

    model = to_onnx(pipeline, X[:1], options={"zipmap": False})
    (folder / "model.onnx").write_bytes(model.SerializeToString())


FORMATS = {
    "pickle": Format(
        save_pickle,
        "import pickle\n"
        "with open('model.pickle', 'rb') as file:\n"
        "    predict_proba = pickle.load(file).predict_proba\n",
    ),
    "joblib": Format(
        save_joblib, "import joblib\npredict_proba = joblib.load('model.joblib').predict_proba\n"
    ),
    "skops": Format(
        save_skops,
        "import skops.io\n"
        "from sklearn_deepmlp import TRUSTED_TYPES\n"
        "predict_proba = skops.io.load('model.skops', trusted=TRUSTED_TYPES).predict_proba\n",
    ),
    "mlflow": Format(
        save_mlflow,
        "import mlflow.pyfunc, mlflow.sklearn\n"
        "model = mlflow.sklearn.load_model('model')\n"
        "general = mlflow.pyfunc.load_model('model')\n"
        "def predict_proba(X):\n"
        "    assert (general.predict(X) == model.predict(X)).all()\n"
        "    return model.predict_proba(X)\n",
    ),
    "files": Format(
        save_files,
        "import skops.io, sklearn_deepmlp\n"
        "from sklearn.pipeline import make_pipeline\n"
        "steps = skops.io.load('steps.skops')\n"
        "net = sklearn_deepmlp.load('net.deepmlp')\n"
        "predict_proba = make_pipeline(*steps.named_steps.values(), net).predict_proba\n",
    ),
    "onnx": Format(
        save_onnx,
        "import onnxruntime\n"
        "session = onnxruntime.InferenceSession('model.onnx')\n"
        "def predict_proba(X):\n"
        "    feeds = {name: X[[name]].to_numpy() for name in X}\n"
        "    return session.run(['probabilities'], feeds)[0]\n",
        tolerance=1e-5,
    ),
}
