"""Networks that learn well get no findings, whatever their activation."""

import pytest
from joblib import Parallel, delayed
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits, load_wine
from sklearn.preprocessing import scale

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor, diagnose, fit_together
from sklearn_deepmlp.activations import ACTIVATIONS, Swish

pytestmark = pytest.mark.no_cover

NAMES = [name for name in ACTIVATIONS if name not in {"sigmoid", "silu"}]
SETS = {"digits": load_digits, "wine": load_wine, "breast_cancer": load_breast_cancer}
EPOCHS = {"digits": 100, "wine": 200, "breast_cancer": 100}  # wine has one step per epoch
ROWS = slice(500)


def findings(networks, X, y):
    """Fit networks together, and return what is found of each that has findings."""
    with fit_together():
        fitted = Parallel(n_jobs=2)(delayed(network.fit)(X, y) for network in networks)
    diagnoses = {str(network): diagnose(network) for network in fitted}
    return {name: each.findings for name, each in diagnoses.items() if each.findings}


@pytest.mark.parametrize("depth", [1, 3])
@pytest.mark.parametrize("name", SETS)
def test_a_classifier_that_learns_has_no_findings(name, depth):
    X, y = SETS[name](return_X_y=True)
    networks = [
        DeepMLPClassifier((30,) * depth, activation, max_iter=EPOCHS[name], random_state=0)
        for activation in [*NAMES, Swish(trainable=True)]
    ]
    assert findings(networks, scale(X[ROWS]), y[ROWS]) == {}


@pytest.mark.parametrize("depth", [1, 3])
def test_noise_in_a_target_is_no_finding(depth):
    X, y = load_diabetes(return_X_y=True)
    networks = [
        DeepMLPRegressor((30,) * depth, activation, max_iter=100, random_state=0)
        for activation in NAMES
        if activation != "logistic"
    ]
    assert findings(networks, scale(X), scale(y)) == {}
