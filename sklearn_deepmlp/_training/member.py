"""One network of a stack during training."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sklearn_deepmlp._stack.job import Job, NetworkState, Result


@dataclass(eq=False)
class Member:
    """The progress of one network's training.

    Attributes
    ----------
    job : Job
        Its training.
    n_epochs : int
        Epochs trained.
    loss, score : float
        Mean loss and validation score of the last epoch; NaN if there is none.
    best : float or None
        The best score, or without scores the lowest loss, negated; None if none is defined.
    best_state : NetworkState or None
        The state of the network at its best score; None without scores.
    rate_factor : float
        Factor by which the learning rate has been lowered so far.
    lowered_rate : float or None
        The learning rate of the next epoch, if it has just been lowered.
    epochs_without_improvement : int
        Epochs since the last improvement.
    is_converged, is_over : bool
        Whether nothing improves any more, and whether training is over.
    outcome : Result, Exception or None
        The result, or the error that ended training; None before either is known.
    """

    job: Job
    n_epochs: int = 0
    loss: float = np.nan
    score: float = np.nan
    best: float | None = field(init=False)
    best_state: NetworkState | None = field(init=False)
    rate_factor: float = 1.0
    lowered_rate: float | None = None
    epochs_without_improvement: int = 0
    is_converged: bool = False
    is_over: bool = False
    outcome: Result | Exception | None = None

    def __post_init__(self) -> None:
        start = self.job.start
        self.best = start.best
        is_judged = self.job.score is not None and start.best is not None
        self.best_state = start.state if is_judged else None
        if start.optimizer_state is not None:
            self.rate_factor = start.optimizer_state.rate_factor
            self.epochs_without_improvement = start.optimizer_state.epochs_without_improvement

    def end_epoch(self, loss: float) -> None:
        """Record an epoch with its mean loss."""
        self.n_epochs += 1
        self.loss = loss

    def fail(self, error: Exception) -> None:
        """End the training with an error."""
        self.outcome = error
        self.is_over = True
