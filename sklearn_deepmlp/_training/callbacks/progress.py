"""Reports at the end of an epoch."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from skorch import NeuralNet

from sklearn_deepmlp._stack.job import EpochReport, NetworkState
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import errors_of


class Progress(MemberCallback):
    """Reports each network's epoch to its `Job.on_epoch`, which may end its training.

    An exception that this function raises ends the training of its network, with that error.
    """

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        for index, member in enumerate(self.run.running):
            if member.job.on_epoch is not None and member.outcome is None:
                with errors_of(member):
                    report(member, partial(self.run.stack.state, index))


def report(member: Member, current: Callable[[], NetworkState]) -> None:
    """Report an epoch of a network; `current` returns its current state."""
    job = member.job
    if job.on_epoch is None:
        return
    score = member.score if job.score is not None else None
    member.is_over |= job.on_epoch(
        EpochReport(
            member.n_epochs, member.loss, score, member.lowered_rate, member.is_over, current
        )
    )
