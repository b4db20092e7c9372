"""When a network has trained enough, by the rules of scikit-learn's MLP, each member for itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sklearn_deepmlp._stack.job import EpochReport, Job, Result, Weights
from sklearn_deepmlp._stack.schedules import ADAPTIVE_DIVISOR, ADAPTIVE_LEAST


class MemberProgress:
    """What one member has achieved so far, and whether it goes on.

    Parameters
    ----------
    job : Job
        Tells the tolerance, the score and who wants to know.

    Attributes
    ----------
    rate_factor : float
        By which the learning rate has been lowered, where it is adaptive.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.loss_curve: list[float] = []
        self.scores: list[float] = []
        self._best = -np.inf
        self._best_weights: Weights | None = None
        self.rate_factor = 1.0
        self._epochs_without_improvement = 0
        self._is_converged = False

    def end_epoch(self, loss: float, current: Callable[[], Weights]) -> bool:
        """Take note of an epoch and tell whether the member stops.

        Parameters
        ----------
        loss : float
            Mean loss of the epoch.
        current : callable
            Returns the weights at its end.
        """
        self.loss_curve.append(loss)
        self._judge(loss, current)
        self._is_converged = self._epochs_without_improvement > self.job.n_iter_no_change
        if self._is_converged and self._lowers_its_rate():
            self._is_converged = False
        is_told_to_stop = self._report(loss)
        is_last = len(self.loss_curve) == self.job.max_iter
        is_lost = not np.isfinite(loss) and not current().is_finite()
        return self._is_converged or is_told_to_stop or is_last or is_lost

    def _lowers_its_rate(self) -> bool:
        """Lower an adaptive rate and begin anew to count; False where it is low enough."""
        rate = self.job.optimizer["learning_rate"] * self.rate_factor
        if self.job.learning_rate != "adaptive" or rate <= ADAPTIVE_LEAST:
            return False
        self.rate_factor /= ADAPTIVE_DIVISOR
        self._epochs_without_improvement = 0
        return True

    def _judge(self, loss: float, current: Callable[[], Weights]) -> None:
        """Count epochs without an improvement by `tol`; remember the best weights by score."""
        value = -loss
        if self.job.score is not None:
            weights = current()
            value = self.job.score(weights)
            self.scores.append(value)
            if value > self._best:
                self._best_weights = weights
        self._epochs_without_improvement += 1
        if not value < self._best + self.job.tol:  # NaN, too, starts the count anew
            self._epochs_without_improvement = 0
        self._best = max(self._best, value)

    def _report(self, loss: float) -> bool:
        if self.job.on_epoch is None:
            return False
        score = self.scores[-1] if self.scores else None
        return self.job.on_epoch(EpochReport(len(self.loss_curve), loss, score))

    def result(self, current: Callable[[], Weights]) -> Result:
        """Return what the member has learned; `current` gives its weights now."""
        return Result(
            weights=self._best_weights or current(),
            loss_curve=self.loss_curve,
            validation_scores=self.scores,
            converged=self._is_converged,
        )
