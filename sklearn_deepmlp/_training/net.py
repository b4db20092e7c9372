"""A stack of networks as skorch trains it.

skorch's `fit_loop` runs the epochs, calls the callbacks and keeps the history, one row per epoch.
This class replaces the step and the single epoch: a step has M losses where skorch's has one, and
an epoch reads no number from the device before it ends and keeps no record of each batch. Module,
loss, optimizer and data are given, where skorch would create them from classes and parameters.
"""

from __future__ import annotations

from typing import Any, Self

import torch
from skorch import NeuralNet
from skorch.callbacks import Callback
from torch import Tensor

from sklearn_deepmlp._stack.batches import Batches
from sklearn_deepmlp._stack.loss import StackLoss
from sklearn_deepmlp._stack.network import Network
from sklearn_deepmlp._stack.optimizer import StackOptimizer
from sklearn_deepmlp._stack.step import Step
from sklearn_deepmlp._training.callbacks.compaction import Compaction
from sklearn_deepmlp._training.callbacks.progress import Progress
from sklearn_deepmlp._training.callbacks.recording import Recording
from sklearn_deepmlp._training.callbacks.schedule import Schedule
from sklearn_deepmlp._training.callbacks.stopping import Stopping
from sklearn_deepmlp._training.callbacks.validation import Validation
from sklearn_deepmlp._training.run import Run, this_epoch
from sklearn_deepmlp._training.tabled_steps import TabledSteps


class StackNet(NeuralNet):
    """A skorch net of M networks.

    Its module has one parameter, of shape (M, P). Its history has one row per epoch, with an array
    of M numbers in each column, NaN for networks that have stopped.

    Parameters
    ----------
    run : Run
        The training.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        super().__init__(
            module=Network,
            criterion=StackLoss,
            optimizer=StackOptimizer,
            train_split=None,
            callbacks=[
                ("schedule", Schedule(run)),
                ("validation", Validation(run)),
                ("stopping", Stopping(run)),
                ("progress", Progress(run)),
                ("recording", Recording(run)),
                ("compaction", Compaction(run)),
            ],
            verbose=0,
            device=None,
        )

    @property
    def _default_callbacks(self) -> list[tuple[str, Callback]]:
        return []

    def initialize_module(self) -> Self:
        self.module_ = self.run.stack.network
        return self

    def initialize_criterion(self) -> Self:
        self.criterion_ = self.run.stack.loss
        return self

    def initialize_optimizer(self, triggered_directly: bool | None = None) -> Self:
        self.optimizer_ = self.run.optimizer
        return self

    def get_dataset(self, X: Any, y: Any = None) -> Batches:
        return self.run.batches

    def get_iterator(self, dataset: Batches, training: bool = False) -> Batches:
        return dataset

    def on_epoch_begin(self, net: NeuralNet, **kwargs: Any) -> None:
        self.history.append({"batches": [], "epoch": len(self.history) + 1})

    def train_step(self, batch: Step, **fit_params: Any) -> Tensor:
        """Make one step with all networks.

        Returns
        -------
        Tensor of shape (M,), or () for one network without a penalty
            Each network's loss with its penalty, before the step.
        """
        self.run.watch.at_step()
        return self.run.step(batch)

    def run_single_epoch(
        self, iterator: Batches, training: bool, prefix: str, step_fn: Any, **fit_params: Any
    ) -> None:
        """Run one epoch and record each network's mean loss."""
        if iterator is None:  # skorch's epoch of validation data, of which there are none
            return
        run = self.run
        if run.tabled is None:
            losses = self._listed_losses(iterator, step_fn)
        else:
            losses = self._tabled_losses(run.tabled)
        means = _mean_losses(losses, iterator.shares)
        this_epoch(self.history)["loss"] = run.row(means)
        for member, loss in zip(run.running, means, strict=True):
            member.end_epoch(loss)

    def _listed_losses(self, batches: Batches, step_fn: Any) -> Tensor:
        """Make the steps of an epoch, each with its own inputs; return their losses."""
        run, network = self.run, self.run.stack.network
        noise = network.epoch_noise(batches.epoch + 1, len(batches))
        hyperparameters = run.optimizer.begin_epoch(run.rates, batches.grid)
        # One array for all steps: many small ones that stay until the end would fragment memory.
        losses = network.theta.new_empty(len(batches), len(run.running))
        steps = map(Step, batches, noise, hyperparameters)
        for step_losses, step in zip(losses.unbind(), steps, strict=True):
            step_losses.copy_(step_fn(step))
        return losses

    def _tabled_losses(self, steps: TabledSteps) -> Tensor:
        """Make the steps of an epoch from tables; return their losses."""
        run = self.run
        n_epochs = max(member.job.stopping.max_iter - member.n_epochs for member in run.running)
        for kind in steps.begin_epoch(run.rates, n_epochs):
            run.watch.at_step()
            run.tabled_step(steps, kind)
        if n_epochs > 1:
            run.batches.look_ahead()
        return steps.losses


def _mean_losses(losses: Tensor, shares: Tensor) -> list[float]:
    """Return the mean losses of an epoch, weighted by the rows of its steps.

    The loss of a step in which a network has no rows may be infinite, and does not count.

    Parameters
    ----------
    losses, shares : Tensor of shape (n_steps, M)
        The losses, and the fraction of each network's rows that is in each step.
    """
    parts = losses * shares
    if losses.shape[1] > 1:
        parts = torch.where(shares > 0, parts, 0.0)
    return parts.sum(0).tolist()
