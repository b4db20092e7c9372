"""What training tells its user: printed lines and the warning of no convergence."""

from __future__ import annotations

import warnings

from sklearn.exceptions import ConvergenceWarning

from sklearn_deepmlp._stack.job import EpochReport, Job, Result


def print_epoch(report: EpochReport) -> bool:
    """Print an epoch's loss and score, in the words of scikit-learn's MLP."""
    print(f"Iteration {report.epoch}, loss = {report.loss:.8f}")
    if report.score is not None:
        print(f"Validation score: {report.score:f}")
    return False


def print_end(job: Job, result: Result) -> None:
    """Print why training stopped, where it did before the last epoch."""
    if result.converged:
        what = "Training loss" if job.score is None else "Validation score"
        print(
            f"{what} did not improve more than tol={job.tol:f} for {job.n_iter_no_change} "
            "consecutive epochs. Stopping."
        )


def warn_if_not_converged(job: Job, result: Result) -> None:
    """Warn where training used up its epochs."""
    if not result.converged and len(result.loss_curve) == job.max_iter:
        warnings.warn(
            f"Stochastic Optimizer: Maximum iterations ({job.max_iter}) reached and the "
            "optimization hasn't converged yet.",
            ConvergenceWarning,
            stacklevel=6,
        )
