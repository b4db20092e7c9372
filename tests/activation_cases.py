"""The formulas of activations in numpy, and networks that use activations."""

import numpy as np
import torch
from scipy.special import expit
from scipy.stats import norm
from sklearn.datasets import load_iris
from sklearn.preprocessing import StandardScaler

from sklearn_deepmlp import DeepMLPClassifier
from sklearn_deepmlp.activations import ACTIVATIONS

X, Y = load_iris(return_X_y=True)
X = StandardScaler().fit_transform(X)
LAMBDA, ALPHA = 1.0507009873554804934193349852946, 1.6732632423543772848170429916717


def leaky(z, negative_slope):
    return np.where(z > 0, z, negative_slope * z)


def swish(z, beta):
    return z * expit(beta * z)


def elu(z, alpha):
    return np.where(z < 0, alpha * (np.exp(np.minimum(z, 0)) - 1), z)


REFERENCES = {
    "identity": lambda z: z,
    "logistic": expit,
    "sigmoid": expit,
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": leaky,
    "rrelu": lambda z, lower, upper: leaky(z, (lower + upper) / 2),
    "prelu": leaky,
    "elu": elu,
    "selu": lambda z: LAMBDA * elu(z, ALPHA),
    "gelu": lambda z: z * norm.cdf(z),
    "gelu_sigmoid": lambda z: z * expit(1.702 * z),
    "swish": swish,
    "silu": swish,
    "mish": lambda z: z * np.tanh(np.logaddexp(0, z)),
}
GRID = np.linspace(-10, 10, 401)


def numbers_of(name, factor=1.0):
    return {key: factor * start for key, start in ACTIVATIONS[name]().hyperparameters().items()}


def value(activation, z):
    z = torch.as_tensor(z, dtype=torch.float64)
    return activation.function(z, **activation.hyperparameters()).numpy()


def fit(activation="relu", **params):
    params = {"hidden_layer_sizes": (8, 6), "max_iter": 5, "random_state": 0, **params}
    return DeepMLPClassifier(activation=activation, **params).fit(X, Y)
