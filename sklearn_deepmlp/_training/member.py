"""One network of a stack while it is trained."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sklearn_deepmlp._stack.job import Job, NetworkState, Result


@dataclass(eq=False)
class Member:
    """How far the training of a network has come.

    Attributes
    ----------
    job : Job
        Its training.
    n_epochs : int
        Epochs trained.
    loss, score : float
        Mean loss and validation score of the last epoch; NaN where there is none.
    best : float or None
        The best score, or the lowest loss, negated; None where there is none that is defined.
    best_state : NetworkState or None
        What the network had learned at its best score.
    rate_factor : float
        By which the learning rate has been lowered.
    lowered_rate : float or None
        The learning rate of the next epoch, where it has just been lowered.
    epochs_without_improvement : int
        Epochs since the last improvement.
    is_converged, is_over : bool
        Whether nothing improves any more, and whether training has ended.
    outcome : Result, Exception or None
        What came out, once training has ended.
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
        """Take note of the mean loss of an epoch."""
        self.n_epochs += 1
        self.loss = loss

    def fail(self, error: Exception) -> None:
        """End the training by an error."""
        self.outcome = error
        self.is_over = True
