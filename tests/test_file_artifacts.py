"""Files of earlier versions stay readable, and predict what they predicted then.

The files in ``artifacts`` were written once, by `write_artifacts` below, with version 0.1.0 of this
package, and are not to be written again: a new format gets new files beside them.
"""

import warnings
from pathlib import Path

import numpy as np
import pytest
from fitted_networks import X_REG, Y_REG, X, Y
from sklearn.exceptions import InconsistentVersionWarning

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, load

ARTIFACTS = Path(__file__).parent / "artifacts"
NAMES = np.array(["setosa", "versicolor", "virginica"], dtype=object)


def networks():
    """Yield networks by name, with features to predict for."""
    small = {"hidden_layer_sizes": (4, 3), "max_iter": 5, "random_state": 0}
    net = DeepMLPClassifier(**small, activation="prelu", normalization="batch")
    yield "classifier", net.fit(X, NAMES[Y]), X[::10]
    net = DeepMLPClassifier(**small, solver="nadam")
    yield "partially_fitted", net.partial_fit(X, Y, classes=[0, 1, 2]), X[::10]
    yield "regressor", DeepMLPRegressor(**small).fit(X_REG, Y_REG), X_REG[::20]
    net = DeepMLPRegressor(**small, device="cpu").fit(X_REG.astype(np.float32), Y_REG)
    yield "trained_on_cuda", net.set_params(device="cuda"), X_REG[::20].astype(np.float32)


def write_artifacts(folder):
    """Write the files, and what the networks predict."""
    for name, net, features in networks():
        net.save(folder / f"format_1_{name}.deepmlp")
        np.savez(
            folder / f"format_1_{name}.npz", features=features, raw=net._raw_predictions(features)
        )


@pytest.mark.parametrize("path", sorted(ARTIFACTS.glob("*.deepmlp")), ids=lambda path: path.stem)
def test_files_of_earlier_versions_predict_the_same(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=InconsistentVersionWarning)
        net = load(path)
    with np.load(path.with_suffix(".npz")) as expected:
        raw = net._raw_predictions(expected["features"])
        np.testing.assert_allclose(raw, expected["raw"], rtol=1e-6, atol=1e-6)


def test_there_is_a_file_of_each_kind():
    names = {path.stem.removeprefix("format_1_") for path in ARTIFACTS.glob("format_1_*.deepmlp")}
    assert names == {"classifier", "partially_fitted", "regressor", "trained_on_cuda"}
    assert load(ARTIFACTS / "format_1_trained_on_cuda.deepmlp").device == "cuda"


def test_resumed_training_of_a_file_of_an_earlier_version():
    net = load(ARTIFACTS / "format_1_partially_fitted.deepmlp")
    assert net.partial_fit(X, Y).n_iter_ == 1
    assert len(net.loss_curve_) == 2
