"""Classes that take and give tensors say of which shapes."""

from importlib import import_module

import pytest
from floors import MODULES, floor_of

from sklearn_deepmlp._layers.base import Layer
from sklearn_deepmlp._stack.loss import StackLoss
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.stack import Stack

for _module in MODULES:
    if floor_of(_module) == "_layers":
        import_module(_module)


def subclasses(kind):
    for subclass in kind.__subclasses__():
        yield subclass
        yield from subclasses(subclass)


LAYERS = [kind for kind in subclasses(Layer) if kind.__module__ in MODULES]


def test_layers_are_found():
    assert {kind.__module__.rpartition(".")[2] for kind in LAYERS} >= {"linear", "activation"}


@pytest.mark.parametrize("kind", [*LAYERS, Network, Stack, StackLoss])
def test_shapes_are_documented(kind):
    own = kind.__mro__[: kind.__mro__.index(Layer)] if issubclass(kind, Layer) else [kind]
    assert any("Shape:" in (base.__doc__ or "") for base in own)
