"""The scale of the weights that preserves the variance, if there is one."""

from __future__ import annotations

from sklearn_deepmlp._estimators.named_objects import preserving_scale
from sklearn_deepmlp.activations import Activation


def preserving_scale_or_none(activation: Activation) -> float | None:
    """Return the scale that preserves the variance, or None where there is none."""
    try:
        return preserving_scale(activation)
    except ValueError:
        return None
