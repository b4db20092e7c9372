"""Findings about the learning rate, by the ratio of updates to weights."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import knows_constant_loss, knows_course, takes_steps
from sklearn_deepmlp._diagnosis.course import has_diverged
from sklearn_deepmlp._diagnosis.finding import Evidence, Remedy, change
from sklearn_deepmlp._diagnosis.recorded import signals_of
from sklearn_deepmlp._estimators.fit_record import FitRecord

# Measured like those of gradients.py.
LEAST_UPDATE, GREATEST_UPDATE = 3e-4, 5e-2
# Between the bounds; "around 1e-3" in the notes of Stanford's course CS231n.
_GOOD_UPDATE = 3e-3
# The smallest and largest factors by which a rate is multiplied.
_LEAST_FACTOR, _GREATEST_FACTOR = 1e-3, 1e3


def _largest_update(record: FitRecord) -> float:
    """Return the largest update ratio of the median layer; NaN where none was measured."""
    if record.signals is None:
        return np.nan
    return float(np.fmax.reduce(np.median(record.signals.update_ratio, axis=1)))


def takes_large_steps(record: FitRecord) -> bool:
    """Return whether a learning rate makes steps that change most layers too much."""
    return takes_steps(record) is None and _largest_update(record) > GREATEST_UPDATE


def _find_too_high(record: FitRecord) -> Evidence | None:
    if takes_large_steps(record):
        change_of_most = f"{_largest_update(record):.1g} of their norm"
        return Evidence(f"A step changes the weights of most layers by {change_of_most}.")
    if not has_diverged(record):
        return None
    return Evidence(record.error or f"The loss of the last epoch is {record.loss_curve[-1]}.")


def _find_too_low(record: FitRecord) -> Evidence | None:
    largest = np.max(signals_of(record).update_ratio)
    if not largest < LEAST_UPDATE:
        return None
    return Evidence(
        f"No step changes the weights of any layer by more than {largest:.1g} of their norm."
    )


def _rate_for(record: FitRecord, update: float) -> float:
    """Return the power of ten that is nearest to the rate of a good update."""
    factor = np.clip(_GOOD_UPDATE / update, _LEAST_FACTOR, _GREATEST_FACTOR)
    factor = _LEAST_FACTOR if np.isnan(factor) else factor
    return float(10.0 ** np.round(np.log10(record.params["learning_rate_init"] * factor)))


def lower_rate(record: FitRecord) -> dict[str, float]:
    """Return a learning rate whose steps are small enough: at most a tenth of that of the fit."""
    if takes_steps(record) is not None:
        return {}
    rate = _rate_for(record, _largest_update(record))
    return {"learning_rate_init": min(rate, record.params["learning_rate_init"] / 10)}


def _lowered(record: FitRecord) -> Remedy:
    return change("Use a lower rate", lower_rate(record))


def raised_rate(record: FitRecord) -> Remedy:
    """Return a learning rate whose steps are large enough: at least ten times that of the fit."""
    rate = _rate_for(record, float(np.max(signals_of(record).update_ratio)))
    rate = max(rate, record.params["learning_rate_init"] * 10)
    return change("Use a higher rate", {"learning_rate_init": rate})


CHECKS = (
    Check(
        code="DM08",
        title="learning rate too high",
        explanation=(
            "Steps overshoot: the loss bounces or grows, and units end up where their slope is 0."
        ),
        threshold=(
            "the weights or the loss are not finite, or a step changes the weights of most "
            f"layers by more than {GREATEST_UPDATE:g} of their norm"
        ),
        reason=(
            "at the default rate, Adam changes the weights of 32 to 100 units by 3e-3 to 1e-2; at "
            "a rate of 0.1, where most deep networks stall, by 0.3 to 0.6"
        ),
        needs=(takes_steps, knows_course),
        find=_find_too_high,
        remedy=_lowered,
        caused_by=("DM10",),
    ),
    Check(
        code="DM09",
        title="learning rate too low",
        explanation="Steps are so small that the weights hardly leave their initial values.",
        threshold=(
            f"no step changes the weights of any layer by more than {LEAST_UPDATE:g} of their norm"
        ),
        reason="the same; at a rate of 1e-5, where most networks stall, by 4e-5",
        needs=(takes_steps, knows_constant_loss),
        find=_find_too_low,
        remedy=raised_rate,
        caused_by=("DM10",),
    ),
)
