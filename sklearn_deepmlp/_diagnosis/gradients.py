"""Findings about signals that vanish or explode on their way through the layers."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import has_several_hidden_layers, knows_constant_loss
from sklearn_deepmlp._diagnosis.finding import Evidence
from sklearn_deepmlp._diagnosis.propagation import propagating_network
from sklearn_deepmlp._diagnosis.recorded import largest, signals_of, smallest
from sklearn_deepmlp._estimators.fit_record import FitRecord

# Measured, as the reasons of the checks say, on networks like those of benchmarks/verdicts.py, but
# with another seed and width.
LEAST_GRADIENT, LEAST_ACTIVATION = 1e-2, 0.1
GREATEST_RATIO = 1e2


def _find_vanishing(record: FitRecord) -> Evidence | None:
    """Compare the initial network's layers: gradients on the way back, activations forward."""
    return _vanishing_gradient(record) or _vanishing_activation(record)


def _vanishing_gradient(record: FitRecord) -> Evidence | None:
    norms = signals_of(record).gradient_norm[0]
    layer, strongest = smallest(norms[:-1]), largest(norms)
    if layer > strongest or not norms[layer] < LEAST_GRADIENT * norms[strongest]:
        return None
    ratio = norms[layer] / norms[strongest]
    return Evidence(
        f"Layer {layer + 1} of the initial network receives {ratio:.1g} of the gradient of layer "
        f"{strongest + 1}.",
        layer + 1,
    )


def _vanishing_activation(record: FitRecord) -> Evidence | None:
    stds = signals_of(record).activation_std[0, :-1]
    layer = smallest(stds)
    if not stds[layer] < LEAST_ACTIVATION * stds[0]:
        return None
    return Evidence(
        f"The standard deviation of the activations falls from {stds[0]:.1g} in layer 1 to "
        f"{stds[layer]:.1g} in layer {layer + 1} of the initial network, and with it the gradient "
        "of all layers.",
        layer + 1,
    )


def _find_exploding(record: FitRecord) -> Evidence | None:
    return _exploding_activation(record) or _exploding_gradient(record)


def _exploding_activation(record: FitRecord) -> Evidence | None:
    stds = signals_of(record).activation_std[0, :-1]
    layer = largest(stds)
    if stds[layer] <= GREATEST_RATIO * stds[0]:
        return None
    return Evidence(
        f"The standard deviation of the activations grows from {stds[0]:.1g} in layer 1 to "
        f"{stds[layer]:.1g} in layer {layer + 1} of the initial network.",
        layer + 1,
    )


def _exploding_gradient(record: FitRecord) -> Evidence | None:
    """Compare with the last hidden layer, from which gradients come."""
    norms = signals_of(record).gradient_norm[0, :-1]
    layer = largest(norms)
    if norms[layer] <= GREATEST_RATIO * norms[-1]:
        return None
    ratio = np.divide(norms[layer], norms[-1])
    return Evidence(
        f"Layer {layer + 1} of the initial network receives {ratio:.1g} times the gradient of "
        f"layer {len(norms)}.",
        layer + 1,
    )


CHECKS = (
    Check(
        code="DM01",
        title="vanishing gradients",
        explanation=(
            "On the way back each layer multiplies the gradient by its weights and by the "
            "slope of the activation. If the factor is below 1, the layers near the features "
            "receive almost nothing and hardly learn. If the activations themselves vanish "
            "on the way forward, the output hardly depends on the features."
        ),
        threshold=(
            f"a hidden layer of the initial network receives less than {LEAST_GRADIENT:g} of "
            "the largest gradient of a later layer, or its activations have less than "
            f"{LEAST_ACTIVATION:g} of the standard deviation of those of the first layer"
        ),
        reason=(
            "99 % of the networks that learn keep 0.01 of the gradient in every layer; with He's "
            "initialization, GELU and Swish stall where less than 0.1 of the activations is left"
        ),
        needs=(knows_constant_loss, has_several_hidden_layers),
        find=_find_vanishing,
        remedy=propagating_network,
        caused_by=("DM10",),
    ),
    Check(
        code="DM02",
        title="exploding gradients",
        explanation=(
            "Each layer multiplies activations on the way forward, and gradients on the way "
            "back, by a factor above 1. The output starts far from any target, and a step "
            "that suits one layer is far too large or too small for another."
        ),
        threshold=(
            "in the initial network the standard deviation of the activations grows by more "
            f"than {GREATEST_RATIO:g} from the first hidden layer to another, or a layer "
            f"receives more than {GREATEST_RATIO:g} times the gradient of the last hidden "
            "layer"
        ),
        reason=(
            "both ratios are at most 13 in networks that learn, unless their weights are standard "
            "normal, which quadruple the activations in each layer of 32 units"
        ),
        needs=(knows_constant_loss, has_several_hidden_layers),
        find=_find_exploding,
        remedy=propagating_network,
        caused_by=("DM10",),
    ),
)
