"""Findings about the units of a layer: saturated, dying, no longer normalizing themselves."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import (
    can_die,
    has_hidden_layers,
    has_signals,
    is_self_normalizing,
    knows_constant_loss,
    saturates,
)
from sklearn_deepmlp._diagnosis.finding import Evidence, Remedy, change
from sklearn_deepmlp._diagnosis.learning_rate import lower_rate
from sklearn_deepmlp._diagnosis.propagation import propagating_network
from sklearn_deepmlp._diagnosis.recorded import largest, signals_of
from sklearn_deepmlp._estimators.fit_record import FitRecord

# Measured like those of gradients.py.
LEAST_SATURATED = 0.5
LEAST_DEAD, LEAST_DIED = 0.5, 0.25
GREATEST_MEAN = 0.5
STD_RANGE = (0.5, 2.0)


def _find_saturated(record: FitRecord) -> Evidence | None:
    """Look at the initial and at the fitted network."""
    saturated = signals_of(record).saturated[:, :-1]
    for when, shares in (("initial", saturated[0]), ("fitted", saturated[-1])):
        layer = largest(shares)
        if not shares[layer] < LEAST_SATURATED:
            return Evidence(
                f"{shares[layer]:.0%} of the pre-activations in layer {layer + 1} of the {when} "
                "network are where the activation is almost flat.",
                layer + 1,
            )
    return None


def _unsaturated_network(record: FitRecord) -> Remedy:
    """Return smaller steps if these have saturated the network, else another initialization."""
    starts_saturated = signals_of(record).saturated[0, :-1].max() >= LEAST_SATURATED
    rate = lower_rate(record)
    if starts_saturated or not rate:
        return propagating_network(record)
    return change("Use a lower rate", rate)


def _find_dying(record: FitRecord) -> Evidence | None:
    signals = signals_of(record)
    dead, died = signals.dead[-1, :-1], signals.died[-1, :-1]
    layer = largest(np.where(died >= LEAST_DIED, dead, 0.0))
    if not dead[layer] >= LEAST_DEAD or not died[layer] >= LEAST_DIED:
        return None
    return Evidence(
        f"{dead[layer]:.0%} of the units in layer {layer + 1} are dead: {died[layer]:.0%} have "
        f"died in training, {dead[layer] - died[layer]:.0%} were silent from the start.",
        layer + 1,
    )


def _leaking_activation(record: FitRecord) -> Remedy:
    params = {"activation": "leaky_relu", **lower_rate(record)}
    return change("Use a function whose units cannot die, and smaller steps", params)


def _find_broken_normalization(record: FitRecord) -> Evidence | None:
    """Look at the initial network; in training, healthy networks leave the bounds too."""
    signals = signals_of(record)
    means, stds = signals.activation_mean[0, :-1], signals.activation_std[0, :-1]
    layer = largest(np.maximum(_from_1(stds), np.abs(means) / GREATEST_MEAN))
    mean, std = means[layer], stds[layer]
    if abs(mean) <= GREATEST_MEAN and STD_RANGE[0] <= std <= STD_RANGE[1]:
        return None
    return Evidence(
        f"The activations in layer {layer + 1} of the initial network have mean {mean:.2g} and "
        f"standard deviation {std:.2g} instead of 0 and 1.",
        layer + 1,
    )


def _from_1(stds: np.ndarray) -> np.ndarray:
    """Return how far standard deviations are from 1, where 1 is the edge of `STD_RANGE`."""
    with np.errstate(divide="ignore"):
        return np.abs(np.log(stds)) / np.log(STD_RANGE[1])


def _self_normalizing_network(record: FitRecord) -> Remedy:
    conditions = {
        "init": "auto",
        "alpha": "auto",
        "normalization": None,
        "skip_connections": None,
        "max_norm": None,
        "dropout_kind": "auto",
    }
    broken = {name: new for name, new in conditions.items() if record.params[name] != new}
    broken["self_normalization"] = "enforce"
    return change("Standardize the features, and meet the conditions of self-normalization", broken)


CHECKS = (
    Check(
        code="DM03",
        title="saturation",
        explanation=(
            "Where an activation is almost flat, almost no gradient passes. Saturated units "
            "output little more than a sign and hardly change; a network of them may still "
            "learn, but slowly."
        ),
        threshold=(
            "in a hidden layer of the initial or the fitted network, at least "
            f"{LEAST_SATURATED:.0%} of the pre-activations are where the slope is at most a "
            "twentieth of the steepest"
        ),
        reason=(
            "fitted tanh networks have at most 17 % with Glorot's initialization; with standard "
            "normal weights, logistic ones have 20 to 50 % in layers of 20 to 40 units, and more "
            "with 200"
        ),
        needs=(has_signals, has_hidden_layers, saturates),
        find=_find_saturated,
        remedy=_unsaturated_network,
        only_if_stalled=False,
        caused_by=("DM10",),
    ),
    Check(
        code="DM04",
        title="dying units",
        explanation=(
            "A dead unit has a slope of 0 for every training row, so it gets no gradient and "
            "stays dead. Up to half of the units of a healthy deep ReLU network are silent "
            "from the start; others die when a large step shifts their input below 0 for all "
            "rows."
        ),
        threshold=(
            f"in a hidden layer of the fitted network at least {LEAST_DEAD:.0%} of the units "
            f"are dead, and at least {LEAST_DIED:.0%} have died in training"
        ),
        reason=(
            "in 30 layers up to 47 % of a layer are silent from the start; at the default learning "
            "rate, 95 % of the networks that learn lose at most 14 %"
        ),
        needs=(knows_constant_loss, has_hidden_layers, can_die),
        find=_find_dying,
        remedy=_leaking_activation,
        caused_by=("DM10",),
    ),
    Check(
        code="DM05",
        title="broken self-normalization",
        explanation=(
            "Activations of a self-normalizing network keep mean 0 and variance 1 from layer "
            "to layer, if its conditions are met. Otherwise they drift away from layer to "
            "layer, and the advantage over other activations is lost."
        ),
        threshold=(
            "the activations of a hidden layer of the initial network have a mean outside "
            f"±{GREATEST_MEAN:g} or a standard deviation outside {list(STD_RANGE)}"
        ),
        reason=(
            "theorem 1 of Klambauer et al. (2017) is about means within ±0.1 and variances from "
            "0.8 to 1.5; with 32 units, means reach 0.2 and standard deviations 0.76 to 1.31, and "
            "with He's initialization 2.2 in layer 5"
        ),
        needs=(has_signals, has_hidden_layers, is_self_normalizing),
        find=_find_broken_normalization,
        remedy=_self_normalizing_network,
        only_if_stalled=False,
        caused_by=("DM10",),
    ),
)
