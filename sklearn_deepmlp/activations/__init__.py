"""The activation functions of hidden layers, one class per function.

To add one, write its class in the file of its kind and give it a name in ``ACTIVATIONS``:
parameter checks, ``init="auto"``, dropout, tests and documentation follow from the class.

Notation: ``z`` is a unit's weighted sum of inputs plus bias, ``σ`` the logistic function.
"""

from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.activations.exponential import ELU, SELU
from sklearn_deepmlp.activations.linear import Identity
from sklearn_deepmlp.activations.rectifiers import LeakyReLU, PReLU, ReLU, RReLU
from sklearn_deepmlp.activations.saturating import Logistic, Tanh
from sklearn_deepmlp.activations.smooth import GELU, GELUSigmoid, Mish, Swish

__all__ = [
    "ACTIVATIONS",
    "ELU",
    "GELU",
    "SELU",
    "Activation",
    "GELUSigmoid",
    "Identity",
    "LeakyReLU",
    "Logistic",
    "Mish",
    "PReLU",
    "RReLU",
    "ReLU",
    "Swish",
    "Tanh",
]

ACTIVATIONS: dict[str, type[Activation]] = {
    "identity": Identity,
    "logistic": Logistic,
    "sigmoid": Logistic,
    "tanh": Tanh,
    "relu": ReLU,
    "leaky_relu": LeakyReLU,
    "rrelu": RReLU,
    "prelu": PReLU,
    "elu": ELU,
    "selu": SELU,
    "gelu": GELU,
    "gelu_sigmoid": GELUSigmoid,
    "swish": Swish,
    "silu": Swish,
    "mish": Mish,
}

for _public in (Activation, *ACTIVATIONS.values()):
    _public.__module__ = __name__  # the file of a class is no part of the interface
