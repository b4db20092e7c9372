"""When a network has trained enough, by the rules of scikit-learn's MLP."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Any

from skorch import NeuralNet

from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.member import Member


class Stopping(MemberCallback):
    """Decides for each network whether its training is over, or its learning rate is lowered."""

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        for index, member in enumerate(self.run.running):
            if not member.is_over:
                decide(member, partial(self.run.stack.state, index))


def decide(member: Member, current: Callable[[], NetworkState]) -> None:
    """Decide whether a network has trained enough; `current` returns its current state."""
    stopping = member.job.stopping
    member.is_converged = member.epochs_without_improvement > stopping.n_iter_no_change
    member.lowered_rate = _lower_rate(member) if member.is_converged else None
    member.is_converged &= member.lowered_rate is None
    is_lost = not isfinite(member.loss) and not current().is_finite()
    member.is_over = member.is_converged or member.n_epochs == stopping.max_iter or is_lost


def may_be_over(member: Member) -> bool:
    """Return whether the next epoch of a network may be its last one, if its loss is finite."""
    stopping = member.job.stopping
    return (
        member.n_epochs + 1 == stopping.max_iter
        or member.epochs_without_improvement >= stopping.n_iter_no_change
        or member.job.on_epoch is not None
    )


def _lower_rate(member: Member) -> float | None:
    """Lower an adaptive rate, reset the count and return the rate; None if it is low enough."""
    optimization = member.job.optimization
    rate = optimization.hyperparameters["learning_rate"] * member.rate_factor
    plateau = SCHEDULES[optimization.schedule].plateau
    if plateau is None or rate <= plateau.least:
        return None
    member.rate_factor /= plateau.divisor
    member.epochs_without_improvement = 0
    return rate / plateau.divisor
