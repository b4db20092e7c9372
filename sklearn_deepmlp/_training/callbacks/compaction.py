"""Compaction: networks that have stopped leave the stack."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from skorch import NeuralNet
from skorch.history import History

from sklearn_deepmlp._stack.job import OptimizerState, Result
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import Run


class AllStopped(Exception):
    """Ends skorch's loop when all networks have stopped."""


class Compaction(MemberCallback):
    """Collects the results of networks that have stopped, and resumes without them."""

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        run, remaining, n_epochs = self.run, [], len(self.run.running)
        for index, member in enumerate(run.running):
            if not member.is_over:
                remaining.append(index)
                continue
            n_epochs += member.job.stopping.max_iter - member.n_epochs
            if member.outcome is None:
                member.outcome = _result(run, index, member, net.history)
        run.watch.at_epoch(n_epochs)
        if not remaining:
            raise AllStopped
        if len(remaining) < len(run.running):
            run.keep(remaining)


def _result(run: Run, index: int, member: Member, history: History) -> Result:
    epochs, number = history[: member.n_epochs], run.index(member)
    return Result(
        state=member.best_state or run.stack.state(index),
        loss=member.loss,
        loss_curve=_curve(epochs, "loss", number),
        validation_scores=_curve(epochs, "score", number) if member.job.score is not None else [],
        converged=member.is_converged,
        optimizer_state=_optimizer_state(run, index, member),
    )


def _curve(epochs: Sequence[dict[str, Any]], column: str, number: int) -> list[float]:
    return [float(epoch[column][number]) for epoch in epochs]


def _optimizer_state(run: Run, index: int, member: Member) -> OptimizerState | None:
    """Return the state of the solver for one network, if the job asks for it."""
    if not member.job.returns_optimizer_state:
        return None
    return OptimizerState(
        arrays=run.optimizer.state(index),
        steps=run.optimizer.n_steps(index),
        rate_factor=member.rate_factor,
        epochs_without_improvement=member.epochs_without_improvement,
    )
