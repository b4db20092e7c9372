"""Validation scores, and the best state by them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from skorch import NeuralNet

from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import errors_of, this_epoch


class Validation(MemberCallback):
    """Scores each network that is judged by a score, and remembers its best state.

    A network whose score raises an exception ends by it.
    """

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        running = self.run.running
        for index, member in enumerate(running):
            with errors_of(member):
                judge(member, partial(self.run.stack.state, index))
        if any(member.job.score is not None for member in running):
            scores = self.run.row([member.score for member in running])
            this_epoch(net.history)["score"] = scores


def judge(member: Member, current: Callable[[], NetworkState]) -> None:
    """Score a network, count epochs without an improvement by `tol`, remember the best.

    What is undefined is never the best, nor a reason to stop: NaN starts the count anew, as it
    does in scikit-learn's MLP.

    Parameters
    ----------
    member : Member
        The network.
    current : callable
        Returns its state now.
    """
    value, state = -member.loss, None
    if member.job.score is not None:
        state = current()
        value = member.score = member.job.score(state)
    best = member.best
    member.epochs_without_improvement += 1
    if best is None or not value < best + member.job.stopping.tol:
        member.epochs_without_improvement = 0
    if np.isfinite(value) and (best is None or value > best):
        member.best, member.best_state = value, state
