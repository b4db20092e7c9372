"""scikit-learn's own tests of its MLP, unmodified, on our estimators.

The installed test file takes `MLPClassifier` and `MLPRegressor` from `sklearn.neural_network`. It
is executed here with ours in their place, and pytest finds its tests in this module.
"""

import importlib.util
from unittest import mock

import pytest

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor

# They read or write what is private to scikit-learn's MLP, such as `_optimizer`.
PRIVATE = {
    "test_fit",
    "test_gradient",
    "test_learning_rate_warmstart",
    "test_adaptive_learning_rate",
    "test_n_iter_no_change",
    "test_n_iter_no_change_inf",
}
pytestmark = [
    pytest.mark.filterwarnings("default"),  # its tests warn as they like
    pytest.mark.no_cover,
]


@pytest.fixture
def global_random_seed():
    """Stand for the fixture of scikit-learn's conftest.py."""
    return 42


def load_suite():
    spec = importlib.util.find_spec("sklearn.neural_network.tests.test_mlp")
    suite = importlib.util.module_from_spec(spec)
    ours = {"MLPClassifier": DeepMLPClassifier, "MLPRegressor": DeepMLPRegressor}
    with mock.patch.multiple("sklearn.neural_network", **ours):
        spec.loader.exec_module(suite)
    return suite


SUITE = load_suite()
TESTS = {name: value for name, value in vars(SUITE).items() if name.startswith("test_")}
globals().update({name: test for name, test in TESTS.items() if name not in PRIVATE})


def test_the_suite_runs_on_our_estimators():
    assert SUITE.MLPClassifier is DeepMLPClassifier
    assert SUITE.MLPRegressor is DeepMLPRegressor
    assert set(TESTS) > PRIVATE
