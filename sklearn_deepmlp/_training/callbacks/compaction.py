"""Compaction: networks that have stopped leave the stack."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from skorch import NeuralNet
from skorch.history import History

from sklearn_deepmlp._stack.job import NetworkState, OptimizerState, Result
from sklearn_deepmlp._training.callbacks.member_callback import MemberCallback
from sklearn_deepmlp._training.member import Member
from sklearn_deepmlp._training.run import Run

_State = TypeVar("_State")


class AllStopped(Exception):
    """Ends skorch's loop when all networks have stopped."""


class Compaction(MemberCallback):
    """Collects the results of networks that have stopped, and resumes without them."""

    def on_epoch_end(self, net: NeuralNet, **kwargs: Any) -> None:
        run = self.run
        over = [index for index, member in enumerate(run.running) if member.is_over]
        _add_results(run, over, net.history)
        rests = [m.job.stopping.max_iter - m.n_epochs for m in run.running if m.is_over]
        run.watch.at_epoch(len(run.running) + sum(rests))
        if len(over) == len(run.running):
            raise AllStopped
        if over:
            run.keep([index for index in range(len(run.running)) if index not in over])


def _add_results(run: Run, over: Sequence[int], history: History) -> None:
    """Give networks that have stopped their results; those that have failed have an outcome."""
    ended = {index: run.running[index] for index in over if run.running[index].outcome is None}
    states = _by_index(run.stack.states, [i for i, m in ended.items() if m.best_state is None])
    optimizer_states = _by_index(
        run.optimizer.states, [i for i, m in ended.items() if m.job.returns_optimizer_state]
    )
    for index, member in ended.items():
        epochs, number = history[: member.n_epochs], run.index(member)
        has_scores = member.job.score is not None
        member.outcome = Result(
            state=member.best_state or states[index],
            loss=member.loss,
            loss_curve=_curve(epochs, "loss", number),
            validation_scores=_curve(epochs, "score", number) if has_scores else [],
            converged=member.is_converged,
            optimizer_state=_optimizer_state(run, index, member, optimizer_states.get(index)),
        )


def _by_index(states: Callable[[list[int]], list[_State]], indices: list[int]) -> dict[int, _State]:
    """Return the states of networks by their index."""
    return dict(zip(indices, states(indices), strict=True)) if indices else {}


def _curve(epochs: Sequence[dict[str, Any]], column: str, number: int) -> list[float]:
    return [float(epoch[column][number]) for epoch in epochs]


def _optimizer_state(
    run: Run, index: int, member: Member, arrays: dict[str, NetworkState] | None
) -> OptimizerState | None:
    """Return the state of the solver for one network, if the job asks for it."""
    if arrays is None:
        return None
    return OptimizerState(
        arrays=arrays,
        steps=run.optimizer.n_steps(index),
        rate_factor=member.rate_factor,
        epochs_without_improvement=member.epochs_without_improvement,
    )
