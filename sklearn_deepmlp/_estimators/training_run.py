"""A training as its user sees it: attributes, printed lines and callbacks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sklearn_deepmlp._estimators.epoch_callbacks import EpochCallbacks
from sklearn_deepmlp._estimators.epoch_end import Attributes, on_epoch
from sklearn_deepmlp._estimators.reporting import print_end
from sklearn_deepmlp._stack.job import Job, Result
from sklearn_deepmlp._training.trainers import train


def run(
    job: Job, verbose: bool | int, callbacks: EpochCallbacks | None, attributes: Attributes
) -> tuple[Result, dict[str, Any]]:
    """Train, and return the result with the attributes that it gives to the estimator.

    Parameters
    ----------
    job : Job
        What to train.
    verbose : bool or int
        Whether to print losses, scores and the reason why training ended.
    callbacks : EpochCallbacks, optional
        scikit-learn's callbacks, where the estimator has any.
    attributes : callable Result -> dict
        Returns all attributes of the estimator after a training.
    """
    result = train(replace(job, on_epoch=on_epoch(job, verbose, callbacks, attributes)))
    after = attributes(result)
    if verbose:
        print_end(job, result)
    return result, after
