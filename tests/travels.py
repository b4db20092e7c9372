"""A Pipeline with columns of numbers and strings, and what it predicts in another process."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import sklearn
from programs import environment
from sklearn.compose import make_column_transformer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.fixes import parse_version

from sklearn_deepmlp import DeepMLPClassifier

# Whether skops trusts all that a ColumnTransformer holds, without being told.
SKOPS_TAKES_COLUMNS = parse_version(sklearn.__version__) >= parse_version("1.7")
SECONDS = 200  # to import mlflow takes many

PREDICT = """
import numpy as np, pandas as pd, torch
torch.set_num_threads(1)
X = pd.read_csv("X.csv", float_precision="round_trip", dtype={"town": object})
np.save("probabilities.npy", predict_proba(X))
"""


def table():
    """Return features with names, of which one column has strings, and labels that are strings."""
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal([40, 1e3], [9, 300], (120, 2)), columns=["age", "income"])
    X["town"] = rng.choice(np.array(["Linz", "Graz", "Wien"], dtype=object), len(X))
    return X, np.where(X["age"] + 5 * (X["town"] == "Wien") > 42, "yes", "no")


def fitted_pipeline():
    """Return a fitted Pipeline and its features."""
    X, y = table()
    columns = make_column_transformer(
        (StandardScaler(), ["age", "income"]), (OneHotEncoder(sparse_output=False), ["town"])
    )
    net = DeepMLPClassifier((16, 16), "swish", max_iter=20, random_state=0)
    return make_pipeline(columns, net).fit(X, y), X


def run(program, folder):
    """Run a program in a folder, in a process that has imported nothing."""
    paths = os.pathsep.join([environment()["PYTHONPATH"], str(Path(__file__).parent)])
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, check=False, capture_output=True, text=True,
        timeout=SECONDS, env={**environment(), "PYTHONPATH": paths},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def predicted_where_loaded(load, folder, X):
    """Return the probabilities that a process predicts with what a program has loaded."""
    X.to_csv(folder / "X.csv", index=False)
    run(load + PREDICT, folder)
    return np.load(folder / "probabilities.npy")
