"""When a check is applicable: each function returns why it is not, or None."""

from __future__ import annotations

import numpy as np

from sklearn_deepmlp._diagnosis import shape
from sklearn_deepmlp._diagnosis.least_loss import least_loss
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._stack.solvers import SOLVERS


def has_signals(record: FitRecord) -> str | None:
    """Require recorded signals."""
    return "record_signals=False" if record.signals is None else None


def knows_constant_loss(record: FitRecord) -> str | None:
    """Require the loss of the best constant prediction, from which progress is measured."""
    if record.signals is None:
        return "record_signals=False"
    if np.isnan(record.signals.constant_loss):
        return "the loss of the best constant prediction is unknown"
    if record.signals.constant_loss <= least_loss(record):
        return "a constant prediction is perfect"
    return None


def knows_course(record: FitRecord) -> str | None:
    """Require that it is known whether training has failed or stalled."""
    return None if record.error is not None else knows_constant_loss(record)


def knows_data(record: FitRecord) -> str | None:
    """Require the scale of the data."""
    if record.signals is None:
        return "record_signals=False"
    return "the scale of the data is unknown" if record.signals.data is None else None


def has_hidden_layers(record: FitRecord) -> str | None:
    """Require hidden layers."""
    return "no hidden layers" if len(record.layer_sizes) < 3 else None


def has_several_hidden_layers(record: FitRecord) -> str | None:
    """Require at least two hidden layers, which can be compared."""
    return "fewer than two hidden layers" if len(record.layer_sizes) < 4 else None


def takes_steps(record: FitRecord) -> str | None:
    """Require a solver whose steps follow from a learning rate."""
    solver = record.params["solver"]
    return None if SOLVERS[solver].is_stochastic else f"solver={solver!r} has no learning rate"


def saturates(record: FitRecord) -> str | None:
    """Require an activation that is flat on both sides."""
    return (
        None if shape.is_bounded(record.activation) else "the activation is not flat on both sides"
    )


def can_die(record: FitRecord) -> str | None:
    """Require an activation with a slope of 0 on one side, as ReLU."""
    if shape.is_bounded(record.activation):
        return "units of this activation saturate rather than die"
    return None if shape.can_die(record.activation) else "units of this activation cannot die"


def is_self_normalizing(record: FitRecord) -> str | None:
    """Require a self-normalizing activation."""
    if record.activation.self_normalizing:
        return None
    return "the activation is not self-normalizing"


def learns_activation(record: FitRecord) -> str | None:
    """Require an activation that learns hyperparameters."""
    return None if record.activation.learned() else "the activation learns nothing"


def validates(record: FitRecord) -> str | None:
    """Require validation scores."""
    return None if record.validation_scores else "no validation scores"


def is_regressor(record: FitRecord) -> str | None:
    """Require a regressor whose network predicts the target itself."""
    if record.is_classifier:
        return "not a regressor"
    return None if record.out_activation == "identity" else "the network predicts a logarithm"


def has_batch_statistics(record: FitRecord) -> str | None:
    """Require a normalization over the rows of a batch."""
    return None if record.params["normalization"] == "batch" else "no statistics of batches"


LEAST_EPOCHS = 10


def has_many_epochs(record: FitRecord) -> str | None:
    """Require a loss curve whose parts can be compared."""
    return None if record.n_iter >= LEAST_EPOCHS else f"fewer than {LEAST_EPOCHS} epochs"
