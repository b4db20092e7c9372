"""skorch's training loop over a stack of networks.

skorch's own `fit_loop`, history and callbacks run it. Replaced are the step, which works on M
losses at once, and the single epoch, which reads no number from the device before its end and
keeps no record of each batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skorch import NeuralNet
from skorch.callbacks import Callback
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batch, Batches
from sklearn_deepmlp._stack.job import Result, SolverState
from sklearn_deepmlp._stack.noise import StepNoise
from sklearn_deepmlp._stack.stack import Stack
from sklearn_deepmlp._training.stopping import MemberProgress

Step = tuple[Batch, StepNoise | None, NDArray[np.float64] | None]


class AllStopped(Exception):
    """Ends skorch's loop when no member is left that trains."""


class StackNet(NeuralNet):
    """A stack as skorch sees it.

    Parameters
    ----------
    stack : Stack
        What to train.
    callbacks : list of (str, Callback)
        Called by skorch at the end of each epoch.
    at_step : callable
        Called at the beginning of each step.
    """

    def __init__(
        self,
        stack: Stack,
        callbacks: Sequence[tuple[str, Callback]],
        at_step: Callable[[], None],
    ) -> None:
        self.stack = stack
        self.at_step = at_step
        super().__init__(
            module=stack.network,
            criterion=lambda **options: stack.loss,
            optimizer=lambda *parameters, **options: stack.optimizer,
            dataset=lambda X, y: stack.batches,
            iterator_train=lambda batches, batch_size: batches,
            train_split=None,
            callbacks=list(callbacks),
            verbose=0,
            device=None,
        )

    @property
    def _default_callbacks(self) -> list[tuple[str, Callback]]:
        return []

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        """Keep no row of a history that nobody reads."""

    def train_step(self, batch: Step, **fit_params: Any) -> Tensor:
        """Make one step with all members.

        Returns
        -------
        Tensor of shape (M,)
            Each member's loss with its penalty, before the step.
        """
        self.at_step()
        rows, noise, rates = batch
        losses = self.stack.evaluate(rows, noise)
        self.stack.step(rows, rates)
        return losses

    def run_single_epoch(
        self, iterator: Batches | None, training: bool, prefix: str, step_fn: Any, **fit_params: Any
    ) -> None:
        """Go through one epoch and take note of each member's mean loss."""
        if iterator is None:
            return
        stack = self.stack
        noise = stack.network.epoch_noise(iterator.epoch + 1, len(iterator))
        rates = stack.epoch_rates()
        # One array for all: small ones that stay would break up the memory of those that go.
        losses = stack.network.theta.new_empty(len(iterator), len(stack.jobs))
        steps = zip(iterator, noise, rates, strict=True)
        for place, step in zip(losses.unbind(), steps, strict=True):
            place.copy_(step_fn(step))
        stack.end_epoch(losses)


class MemberStopping(Callback):
    """Ends each member's training in its time and lets the others go on without it.

    A member ends, too, when its score or its callback raises.
    """

    def __init__(self, members: Sequence[MemberProgress]) -> None:
        self._running = list(members)
        self.outcomes: dict[MemberProgress, Result | Exception] = {}

    def on_epoch_end(self, net: StackNet, **kwargs: Any) -> None:
        going_on = []
        for place, (member, loss) in enumerate(
            zip(self._running, net.stack.mean_losses, strict=True)
        ):
            try:
                is_over = member.end_epoch(loss, partial(net.stack.weights, place))
            except Exception as error:  # noqa: BLE001 - raised where the member came from
                self.outcomes[member] = error
                continue
            if is_over:
                self.outcomes[member] = self._result(member, net.stack, place)
            else:
                net.stack.rate_factors[place] = member.rate_factor
                going_on.append(place)
        if not going_on:
            raise AllStopped
        if len(going_on) < len(self._running):
            self._running = [self._running[place] for place in going_on]
            net.stack.keep(going_on)

    def _result(self, member: MemberProgress, stack: Stack, place: int) -> Result:
        result = member.result(partial(stack.weights, place))
        if member.job.returns_solver:
            result.solver = SolverState(
                moments=stack.moments(place),
                steps=stack.optimizer.steps(place),
                rate_factor=member.rate_factor,
                epochs_without_improvement=member.epochs_without_improvement,
            )
        return result
