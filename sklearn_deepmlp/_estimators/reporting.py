"""What training reports to its user: printed lines, and warnings about convergence."""

from __future__ import annotations

import numpy as np
from sklearn.exceptions import ConvergenceWarning, UndefinedMetricWarning

from sklearn_deepmlp._estimators.user_warnings import warn
from sklearn_deepmlp._stack.job import EpochReport, Job, Result
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS

_DIAGNOSE = "sklearn_deepmlp.diagnose(estimator) explains what happened in the layers."


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
        is_lowest = SCHEDULES[job.optimization.schedule].plateau is not None
        print(f"{_no_improvement(job)}{' Learning rate too small.' * is_lowest} Stopping.")


def _no_improvement(job: Job) -> str:
    what = "Training loss" if job.score is None else "Validation score"
    stopping = job.stopping
    return (
        f"{what} did not improve more than tol={stopping.tol:f} for {stopping.n_iter_no_change} "
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
    warn(
        f"Training has diverged: the loss of epoch {len(result.loss_curve)} is {result.loss}, so "
        f"{_what_is_kept(job, result)} are kept. Scale the features and, for a regressor, "
        f"y{_or_lower_rate(job)}. {_DIAGNOSE}",
        ConvergenceWarning,
    )


def _or_lower_rate(job: Job) -> str:
    if not SOLVERS[job.optimization.solver].is_stochastic:
        return ""
    return f", or lower learning_rate_init={job.optimization.hyperparameters['learning_rate']}"


def _warn_if_not_converged(job: Job, result: Result) -> None:
    """Warn where training used up its epochs, or its solver gave up."""
    if result.converged:
        return
    stopping, n_iter = job.stopping, len(result.loss_curve)
    if result.message:
        message = (
            f"{job.optimization.solver} failed to converge after {n_iter} iterations: "
            f"{result.message}. Increase max_iter={stopping.max_iter} or "
            f"max_fun={stopping.max_fun}, or scale the features. {_DIAGNOSE}"
        )
    elif n_iter == stopping.max_iter:
        message = (
            f"Stochastic Optimizer: Maximum iterations ({stopping.max_iter}) reached and the "
            f"optimization hasn't converged yet. {_DIAGNOSE}"
        )
    else:
        return
    warn(message, ConvergenceWarning)
