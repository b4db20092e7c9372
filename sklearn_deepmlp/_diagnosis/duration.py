"""Findings about the length of training."""

from __future__ import annotations

from sklearn_deepmlp._diagnosis.check import Check
from sklearn_deepmlp._diagnosis.conditions import (
    LEAST_EPOCHS,
    has_many_epochs,
    knows_constant_loss,
)
from sklearn_deepmlp._diagnosis.finding import Evidence, Remedy, change
from sklearn_deepmlp._diagnosis.learning_rate import takes_large_steps
from sklearn_deepmlp._diagnosis.recorded import signals_of
from sklearn_deepmlp._estimators.fit_record import FitRecord

PARTS = LEAST_EPOCHS  # of the loss curve, of which the last two are compared
LEAST_FALL = 0.005  # of the loss of the best constant prediction, from part to part
_LONGER = 5


def _find_still_falling(record: FitRecord) -> Evidence | None:
    if record.n_iter < record.params["max_iter"] or takes_large_steps(record):
        return None
    length = record.n_iter // PARTS
    before, last = record.loss_curve[-2 * length : -length], record.loss_curve[-length:]
    fall = min(before) - max(last)
    if not fall > LEAST_FALL * signals_of(record).constant_loss:
        return None
    return Evidence(
        f"In the last {length} of {record.n_iter} epochs the loss fell from {before[-1]:.3g} to "
        f"{last[-1]:.3g}, and it is still falling."
    )


def _longer(record: FitRecord) -> Remedy:
    return change("Train longer", {"max_iter": _LONGER * record.params["max_iter"]})


CHECKS = (
    Check(
        code="DM12",
        title="loss still falling at max_iter",
        explanation=("Training ended because it reached max_iter, not because nothing improved."),
        threshold=(
            "all `max_iter` epochs were trained, the learning rate is not too high, and "
            "every loss of their last tenth is lower than all of the tenth before, by "
            f"{LEAST_FALL:g} of the loss of the best constant prediction"
        ),
        reason="the loss of networks that have stalled for other reasons is flat or bounces",
        needs=(knows_constant_loss, has_many_epochs),
        find=_find_still_falling,
        remedy=_longer,
        caused_by=("DM10",),
    ),
)
