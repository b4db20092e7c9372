"""The types of this package whose objects an estimator can hold."""

from __future__ import annotations

from sklearn_deepmlp._stack.signals import DataScale, Signals
from sklearn_deepmlp.activations import ACTIVATIONS
from sklearn_deepmlp.initializers import INITIALIZERS

# What training has recorded: dataclasses.
RECORDS: tuple[type, ...] = (Signals, DataScale)
# What parameters may be in addition to plain values: each is built from its parameters.
PARAMETER_TYPES: tuple[type, ...] = tuple(
    dict.fromkeys([*ACTIVATIONS.values(), *(type(make()) for make in INITIALIZERS.values())])
)
