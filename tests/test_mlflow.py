"""MLflow saves, logs and loads a Pipeline in the format of skops."""

import pickle

import numpy as np
import pytest
from formats import FORMATS
from travels import SKOPS_TAKES_COLUMNS, fitted_pipeline, predicted_where_loaded, run

SAVE = """
import pickle
from pathlib import Path

import mlflow.sklearn
from formats import mlflow_arguments, save_mlflow
from mlflow.exceptions import MlflowException

with open("pipeline.pickle", "rb") as file:
    pipeline = pickle.load(file)
save_mlflow(pipeline, Path(), None)
try:
    mlflow.sklearn.save_model(pipeline, "default", pip_requirements=[])
except MlflowException as error:
    print(error)
mlflow.set_tracking_uri((Path.cwd() / "runs").as_uri())
with mlflow.start_run():
    logged = mlflow.sklearn.log_model(pipeline, name="model", **mlflow_arguments())
Path(mlflow.artifacts.download_artifacts(logged.model_uri)).rename("logged")
"""
LOAD = (
    FORMATS["mlflow"].load
    + """
of_saved = predict_proba
logged = mlflow.sklearn.load_model("logged")
def predict_proba(X):
    assert (logged.predict_proba(X) == of_saved(X)).all()
    return of_saved(X)
"""
)


@pytest.fixture(autouse=True)
def on_this_machine_only(monkeypatch):
    """Log to files, as mlflow-skinny has no database, and send nothing anywhere."""
    monkeypatch.setenv("MLFLOW_ALLOW_FILE_STORE", "true")
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    monkeypatch.setenv("GIT_PYTHON_REFRESH", "quiet")


@pytest.mark.skipif(not SKOPS_TAKES_COLUMNS, reason="its ColumnTransformer needs more trust")
def test_mlflow_saves_and_logs_what_predicts_the_same_bits(tmp_path):
    pipeline, X = fitted_pipeline()
    (tmp_path / "pipeline.pickle").write_bytes(pickle.dumps(pipeline))
    printed = run(SAVE, tmp_path)
    assert "references untrusted types" in printed  # MLflow's default asks for the types
    assert "sklearn_deepmlp.DeepMLPClassifier" in printed
    assert (tmp_path / "model" / "model.skops").exists()
    there = predicted_where_loaded(LOAD, tmp_path, X)
    np.testing.assert_array_equal(there, pipeline.predict_proba(X), strict=True)
