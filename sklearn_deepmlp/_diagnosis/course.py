"""The progress of training, from the loss of a constant prediction towards the lowest loss."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis.least_loss import least_loss
from sklearn_deepmlp._diagnosis.recorded import signals_of
from sklearn_deepmlp._estimators.fit_record import FitRecord

# Signals of deep networks look alarming even if these learn well. For this reason most checks apply
# only to fits that have made less than half of the progress from the loss of the best constant
# prediction to the least possible loss. benchmarks/verdicts.py measures how often this is wrong.
LEAST_PROGRESS = 0.5


def progress(record: FitRecord) -> float:
    """Return the progress from the loss of a constant prediction, 0, to the least loss, 1.

    It is negative where the network is worse than a constant, and NaN where training diverged.
    """
    signals = signals_of(record)
    loss = record.loss_curve[-1] - signals.penalty
    return (signals.constant_loss - loss) / (signals.constant_loss - least_loss(record))


def has_stalled(record: FitRecord) -> bool:
    """Return whether training has diverged or made too little progress."""
    return has_diverged(record) or not progress(record) >= LEAST_PROGRESS


def has_diverged(record: FitRecord) -> bool:
    """Return whether training failed or ended in a loss that is not finite."""
    return record.error is not None or not np.isfinite(record.loss_curve[-1:]).all()
