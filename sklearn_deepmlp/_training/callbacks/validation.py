"""Validation scores, and the state with the best one."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from math import isfinite
from typing import Any

from skorch import NeuralNet

from sklearn_deepmlp._stack.job import NetworkState
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import errors_of, this_epoch


class Validation(MemberCallback):
    """Scores each network that has a score, and keeps its best state.

    An exception that a score raises ends the training of its network, with that error.
    """

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        running = self.run.running
        for index, member in enumerate(running):
            current = partial(self.run.stack.state, index)
            if member.job.score is None:
                judge(member, current)
                continue
            with errors_of(member):
                judge(member, current)
        if any(member.job.score is not None for member in running):
            scores = self.run.row([member.score for member in running])
            this_epoch(net.history)["score"] = scores


def judge(member: Member, current: Callable[[], NetworkState]) -> None:
    """Score a network, count epochs without an improvement by `tol`, and keep the best state.

    An undefined score is neither the best nor a reason to stop: NaN resets the count, as in
    scikit-learn's MLP.

    Parameters
    ----------
    member : Member
        The network.
    current : callable
        Returns its current state.
    """
    value, state = -member.loss, None
    if member.job.score is not None:
        state = current()
        value = member.score = member.job.score(state)
    best = member.best
    member.epochs_without_improvement += 1
    if best is None or not value < best + member.job.stopping.tol:
        member.epochs_without_improvement = 0
    if isfinite(value) and (best is None or value > best):
        member.best, member.best_state = value, state
