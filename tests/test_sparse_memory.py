"""Training and prediction never make sparse features dense."""

import json

import pytest
from programs import printed_by

# One process tries all uses, and tells its peak after each. Dense, a batch would take 400 MB, and
# all data twice as much.
PROGRAM = """
import json, sys, warnings
import numpy as np, scipy.sparse
from benchmarks.peak import peak_bytes
from sklearn.base import clone
from sklearn.model_selection import cross_val_score
from sklearn_deepmlp import DeepMLPClassifier, fit_together
warnings.simplefilter("ignore")
rng = np.random.default_rng(0)
places = rng.integers((4000, 50_000), size=(80_000, 2)).T
X = scipy.sparse.csr_array((np.ones(80_000, np.float32), places), shape=(4000, 50_000))
y = np.arange(4000) % 2
default = DeepMLPClassifier((4,), max_iter=2, batch_size=2000, random_state=0, device="cpu")
small = scipy.sparse.csr_array(np.eye(40, 5, dtype=np.float32))
for solver in ("adam", "lbfgs"):  # what torch and scipy load at their first step
    DeepMLPClassifier((4,), solver=solver, max_iter=2).fit(small, y[:40]).predict(small)
before, grown = peak_bytes(), {}
for use, code in json.loads(sys.argv[1]).items():
    net = clone(default)
    exec(code)
    grown[use] = peak_bytes() - before
print(json.dumps(grown))
"""
USES = {
    "fit and predict": "net.fit(X, y).predict_proba(X)",
    "float64": "net.set_params(dtype='float64').fit(X, y).predict(X)",
    "wide, normalized": (
        "net.set_params(skip_connections='wide', normalization='batch').fit(X, y).score(X, y)"
    ),
    "no hidden layer": "net.set_params(hidden_layer_sizes=()).fit(X, y).score(X, y)",
    "lbfgs": "net.set_params(solver='lbfgs').fit(X, y)",
    "early stopping": "net.set_params(early_stopping=True).fit(X, y)",
    "partial_fit": "net.partial_fit(X, y, classes=[0, 1]).partial_fit(X, y)",
    "partial_fit of SELU": ("net.set_params(activation='selu').partial_fit(X, y, classes=[0, 1])"),
    "together": "with fit_together():\n    cross_val_score(net, X, y, cv=3)",
}


@pytest.fixture(scope="module")
def grown():
    """By how much the peak of a process has grown after each use, and those before."""
    return json.loads(printed_by(PROGRAM, json.dumps(USES), seconds=200))


@pytest.mark.parametrize("use", USES)
def test_memory_is_never_that_of_dense_features(use, grown):
    assert grown[use] < 100e6
