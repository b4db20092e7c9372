"""The error of a fit that ends in weights that are not finite."""

from __future__ import annotations

from collections.abc import Callable

from sklearn_deepmlp._estimators.fit_listeners import tell_of_fit
from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._stack.job import Job, Result


class DivergenceError(ValueError):
    """A fit has ended in weights that are not finite; pass the error to :func:`diagnose`.

    Parameters
    ----------
    message : str
        What happened.
    record : FitRecord, optional
        The record of the fit.

    Attributes
    ----------
    record : FitRecord or None
        As given.
    """

    def __init__(self, message: str, record: FitRecord | None = None) -> None:
        super().__init__(message)
        self.record = record


def check_is_finite(job: Job, result: Result, record: Callable[[str], FitRecord]) -> None:
    """Raise an error if what was learned is not finite, and inform the listener of such a fit.

    Parameters
    ----------
    job : Job
        What was trained.
    result : Result
        The result of its training.
    record : callable
        Returns the record of the fit, given the message of the error.
    """
    if result.state.is_finite():
        return
    rate = job.optimization.hyperparameters["learning_rate"]
    message = (
        "Solver produced non-finite parameter weights. The input data may contain large values and "
        f"need to be preprocessed, or learning_rate_init={rate} is too large. "
        "sklearn_deepmlp.diagnose(error), given this error, explains what happened in which layer."
    )
    failed = record(message)
    tell_of_fit(lambda: failed)
    raise DivergenceError(message, failed)
