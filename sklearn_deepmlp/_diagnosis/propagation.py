"""The remedy for signals that vanish or explode: an initialization that preserves their scale."""

from __future__ import annotations

from sklearn_deepmlp._diagnosis.finding import Remedy, change
from sklearn_deepmlp._diagnosis.preserving import preserving_scale_or_none
from sklearn_deepmlp._diagnosis.shape import is_bounded, is_centered
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._estimators.named_objects import preserves_variance
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import INITIALIZERS, VarianceScaling


def propagating_network(record: FitRecord) -> Remedy:
    """Return parameters with which signals keep their scale through any depth.

    Functions that are flat on both sides and not centered, as the logistic one, have no such
    initialization: the mean of their outputs shifts the next layer, and slopes are small (Glorot
    and Bengio 2010).
    """
    activation, init = record.activation, record.params["init"]
    if is_bounded(activation) and not is_centered(activation):
        return change("Use a centered function", {"activation": "tanh", "init": "auto"})
    if _suits_any_depth(activation) and not _is_default(record):
        return change("Use the initialization that suits the activation", {"init": "auto"})
    if _can_be_preserving(activation) and not preserves_variance(init):
        preserving = VarianceScaling(scale="auto")
        return change("Use an initialization that preserves the variance", {"init": preserving})
    residual = {"skip_connections": "residual", "activation": "relu", "init": "auto"}
    return change("Use skip connections", residual)


def _suits_any_depth(activation: Activation) -> bool:
    """Return whether the default initialization preserves the scale; He's does not if smooth."""
    return activation.self_normalizing or activation.homogeneous or is_bounded(activation)


def _can_be_preserving(activation: Activation) -> bool:
    has_scale = preserving_scale_or_none(activation) is not None
    return has_scale and not activation.self_normalizing


def _is_default(record: FitRecord) -> bool:
    default = INITIALIZERS[record.activation.default_init]()
    is_same_kind = type(record.init) is type(default)
    return is_same_kind and record.init.get_params() == default.get_params()
