"""What training tells its user: printed lines and the warning of no convergence."""

from __future__ import annotations

import numpy as np
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning

from sklearn_deepmlp._estimators.warning import warn
from sklearn_deepmlp._stack.job import EpochReport, Job, Result


def print_epoch(job: Job, report: EpochReport) -> None:
    """Print an epoch's loss and score, in the words of scikit-learn's MLP."""
    print(f"Iteration {report.epoch}, loss = {report.loss:.8f}")
    if report.score is not None:
        print(f"Validation score: {report.score:f}")
    if report.lowered_rate is not None:
        print(f"{_no_improvement(job)} Setting learning rate to {report.lowered_rate:f}")


def print_end(job: Job, result: Result) -> None:
    """Print why training stopped, where it did before the last epoch."""
    if result.message:
        print(result.message)
    elif result.converged:
        is_lowest = job.optimization.schedule == "adaptive"
        print(f"{_no_improvement(job)}{' Learning rate too small.' * is_lowest} Stopping.")


def _no_improvement(job: Job) -> str:
    what = "Training loss" if job.score is None else "Validation score"
    return (
        f"{what} did not improve more than tol={job.stopping.tol:f} for {job.stopping.n_iter_no_change} "
        "consecutive epochs."
    )


def warn_of_end(job: Job, result: Result) -> None:
    """Warn where training has diverged or not converged, or could not be judged."""
    warn_if_diverged(job, result)
    if np.isfinite(result.loss):
        _warn_if_not_converged(job, result)
    scores = result.validation_scores
    if scores and np.isnan(scores).all():
        warn(
            "Early stopping could not judge: every validation score of this fit is undefined "
            f"(NaN), so {_what_is_kept(job, result)} are kept. Choose another 'scoring' or other "
            "validation data.",
            UndefinedMetricWarning,
        )


def _what_is_kept(job: Job, result: Result) -> str:
    if np.isfinite(result.validation_scores).any():
        return "the weights of the best validation score"
    if job.score is not None and job.start.best is not None:
        return "the weights of the best score before"
    return "the last weights"


def warn_if_diverged(job: Job, result: Result) -> None:
    """Warn where the last loss is not finite, though the weights are."""
    if np.isfinite(result.loss):
        return
    rate_init = job.optimization.hyperparameters["learning_rate"]
    rate = (
        "" if job.optimization.solver == "lbfgs" else f", or lower learning_rate_init={rate_init}"
    )
    warn(
        f"Training has diverged: the loss of epoch {len(result.loss_curve)} is {result.loss}, so "
        f"{_what_is_kept(job, result)} are kept. Scale the features and, for a regressor, y{rate}.",
        ConvergenceWarning,
    )


def _warn_if_not_converged(job: Job, result: Result) -> None:
    """Warn where training used up its epochs, or its solver gave up."""
    if result.converged:
        return
    if result.message:
        message = (
            f"lbfgs failed to converge after {len(result.loss_curve)} iterations: "
            f"{result.message}. Increase max_iter={job.stopping.max_iter} or max_fun={job.stopping.max_fun}, or "
            "scale the features."
        )
    elif len(result.loss_curve) == job.stopping.max_iter:
        message = (
            f"Stochastic Optimizer: Maximum iterations ({job.stopping.max_iter}) reached and the "
            "optimization hasn't converged yet."
        )
    else:
        return
    warn(message, ConvergenceWarning)
