"""Learning rates that follow schedules."""

from __future__ import annotations

from typing import Any

from skorch import NeuralNet

from sklearn_deepmlp._stack.schedules import epoch_rates
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback


class Schedule(MemberCallback):
    """Sets the learning rates of an epoch's steps by the schedule of each network."""

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        run = self.run
        run.rates = epoch_rates(
            [member.job for member in run.running],
            epoch=run.batches.epoch,
            n_steps=run.batches.grid.n_steps,
            factors=[member.rate_factor for member in run.running],
        )
