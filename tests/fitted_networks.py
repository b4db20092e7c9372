"""Data to fit, and what it means that two fitted networks are the same."""

import numpy as np
from sklearn.datasets import load_diabetes, load_iris
from sklearn.preprocessing import scale

X, Y = load_iris(return_X_y=True)
X = scale(X)
CLASSES = [0, 1, 2]
X_REG, Y_REG = (scale(a) for a in load_diabetes(return_X_y=True))


def assert_same_network(net, other):
    """Compare all that two networks have learned, bit for bit."""
    for name in ("coefs_", "intercepts_"):
        for a, b in zip(getattr(net, name), getattr(other, name), strict=True):
            np.testing.assert_array_equal(a, b)
    for name in ("activation_params_", "normalization_params_"):
        np.testing.assert_equal(getattr(net, name), getattr(other, name))
