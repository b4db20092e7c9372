"""When a network has trained enough, by the rules of scikit-learn's MLP, each member for itself."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sklearn_deepmlp._stack.job import EpochReport, Job, NetworkState, Result
from sklearn_deepmlp._stack.schedules import SCHEDULES


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
    epochs_without_improvement : int
        Epochs since the last improvement.
    is_over : bool
        Whether the member has stopped.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.loss_curve: list[float] = []
        self.scores: list[float] = []
        self._best = job.start.best
        is_judged = job.score is not None and self._best is not None
        self._best_weights = job.start.state if is_judged else None
        state = job.start.solver
        self.rate_factor = 1.0 if state is None else state.rate_factor
        self.epochs_without_improvement = 0 if state is None else state.epochs_without_improvement
        self._is_converged = False
        self.is_over = False

    def end_epoch(self, loss: float, current: Callable[[], NetworkState]) -> bool:
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
        self._is_converged = self.epochs_without_improvement > self.job.stopping.n_iter_no_change
        lowered_rate = self._lower_rate() if self._is_converged else None
        self._is_converged &= lowered_rate is None
        is_last = len(self.loss_curve) == self.job.stopping.max_iter
        is_lost = not np.isfinite(loss) and not current().is_finite()
        self.is_over = self._is_converged or is_last or is_lost
        if self.job.on_epoch is not None:
            score = self.scores[-1] if self.scores else None
            number = len(self.loss_curve)
            report = EpochReport(number, loss, score, lowered_rate, self.is_over, current)
            self.is_over |= self.job.on_epoch(report)
        return self.is_over

    def _lower_rate(self) -> float | None:
        """Lower an adaptive rate, return it and count anew; None where it is low enough."""
        rate = self.job.optimization.hyperparameters["learning_rate"] * self.rate_factor
        plateau = SCHEDULES[self.job.optimization.schedule].plateau
        if plateau is None or rate <= plateau.least:
            return None
        self.rate_factor /= plateau.divisor
        self.epochs_without_improvement = 0
        return rate / plateau.divisor

    def _judge(self, loss: float, current: Callable[[], NetworkState]) -> None:
        """Count epochs without an improvement by `tol`; remember the best weights by score.

        What is undefined is never the best, nor a reason to stop: NaN starts the count anew, as
        it does in scikit-learn's MLP.
        """
        value, weights = -loss, None
        if self.job.score is not None:
            weights = current()
            value = self.job.score(weights)
            self.scores.append(value)
        self.epochs_without_improvement += 1
        if self._best is None or not value < self._best + self.job.stopping.tol:
            self.epochs_without_improvement = 0
        if np.isfinite(value) and (self._best is None or value > self._best):
            self._best, self._best_weights = value, weights

    def result(self, current: Callable[[], NetworkState]) -> Result:
        """Return what the member has learned; `current` gives its weights now."""
        return Result(
            state=self._best_weights or current(),
            loss=self.loss_curve[-1] if self.loss_curve else np.nan,
            loss_curve=self.loss_curve,
            validation_scores=self.scores,
            converged=self._is_converged,
        )
