"""Stochastic solvers on the parameters of a stack (M, P), in the formulas of scikit-learn's MLP.

A solver is one function. Its numbers are floats, or columns (M, 1) where members differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp._stack.members import per_member

Number = float | Tensor
Numbers = dict[str, Number]
Moments = dict[str, Tensor]
Columns = dict[str, NDArray[np.float64]]


def sgd(theta: Tensor, gradient: Tensor, moments: Moments, rate: Number, numbers: Numbers) -> None:
    """Gradient descent with momentum; the velocity contains the rate.

    The update is the new velocity, or, by Nesterov, momentum · velocity − rate · gradient.
    """
    velocity, momentum, nesterov = moments["velocity"], numbers["momentum"], numbers["nesterov"]
    descent = gradient * rate
    velocity.mul_(momentum).sub_(descent)
    theta.add_(velocity * (1 - nesterov + nesterov * momentum)).sub_(descent * nesterov)


def adam(theta: Tensor, gradient: Tensor, moments: Moments, rate: Number, numbers: Numbers) -> None:
    """Adam (Kingma and Ba 2014, section 2), with the bias correction in the rate."""
    first, second = moments["first"], moments["second"]
    first.mul_(numbers["beta_1"]).add_(gradient * (1 - numbers["beta_1"]))
    second.mul_(numbers["beta_2"]).add_(gradient.square() * (1 - numbers["beta_2"]))
    theta.sub_(first / (second.sqrt() + numbers["epsilon"]) * rate)


def adam_rate(columns: Columns, steps: NDArray[np.int_]) -> NDArray[np.float64]:
    """Correct Adam's rate for the bias of its moments, which is large in the first steps."""
    corrections = np.sqrt(1 - columns["beta_2"] ** steps) / (1 - columns["beta_1"] ** steps)
    return columns["learning_rate"] * corrections


def fused_adam(
    theta: Tensor, gradient: Tensor, moments: Moments, step: int, numbers: dict[str, float]
) -> None:
    """Compute `adam` in one kernel, where all members have the same numbers and step.

    Torch divides the root of the second moment by its bias correction before it adds epsilon,
    so its epsilon is ours divided by that correction.
    """
    torch._fused_adam_(
        [theta],
        [gradient],
        [moments["first"]],
        [moments["second"]],
        [],
        [torch.tensor(float(step), device=theta.device)],
        lr=numbers["learning_rate"],
        beta1=numbers["beta_1"],
        beta2=numbers["beta_2"],
        weight_decay=0.0,
        eps=numbers["epsilon"] / (1 - numbers["beta_2"] ** step) ** 0.5,
        amsgrad=False,
        maximize=False,
    )


@dataclass(frozen=True)
class Solver:
    """A solver: its function, its moments, its rate at a step, and a form for equal members."""

    update: Callable[[Tensor, Tensor, Moments, Number, Numbers], None]
    moments: tuple[str, ...]
    rate: Callable[[Columns, NDArray[np.int_]], NDArray[np.float64]]
    fused: Callable[[Tensor, Tensor, Moments, int, dict[str, float]], None] | None = None


SOLVERS = {
    "sgd": Solver(sgd, ("velocity",), lambda columns, steps: columns["learning_rate"]),
    "adam": Solver(adam, ("first", "second"), adam_rate, fused_adam),
}


class StackOptimizer:
    """The solver of M networks, with moments and a step count for each.

    Parameters
    ----------
    jobs : sequence of Job
        One a member, with one solver.
    theta : Tensor of shape (M, P)
        The parameters to change in place.
    gradient : Tensor of shape (M, P)
        Their gradients at each step.
    """

    def __init__(self, jobs: Sequence[Job], theta: Tensor, gradient: Tensor) -> None:
        self._solver = SOLVERS[jobs[0].solver]
        self._moments = {name: torch.zeros_like(theta) for name in self._solver.moments}
        self._steps = np.zeros(len(jobs), dtype=int)
        self._take(jobs, theta, gradient)

    def _take(self, jobs: Sequence[Job], theta: Tensor, gradient: Tensor) -> None:
        self._theta, self._gradient = theta, gradient
        names = list(jobs[0].optimizer)
        self._columns = {
            name: np.array([job.optimizer[name] for job in jobs], dtype=float) for name in names
        }
        self._numbers = {
            name: per_member(column.tolist(), theta, 2) for name, column in self._columns.items()
        }
        self._floats = {
            name: number for name, number in self._numbers.items() if isinstance(number, float)
        }

    def keep(
        self, members: Sequence[int], jobs: Sequence[Job], theta: Tensor, gradient: Tensor
    ) -> None:
        """Go on with these members only; `jobs`, `theta` and `gradient` are theirs."""
        self._moments = {name: moment[members] for name, moment in self._moments.items()}
        self._steps = self._steps[members]
        self._take(jobs, theta, gradient)

    def step(self, active: NDArray[np.bool_] | None = None) -> None:
        """Update the parameters of all members, or of the active ones (shape (M,)) only."""
        if active is None:
            self._steps += 1
            self._update()
            return
        self._steps += active
        resting = np.flatnonzero(~active)
        state = [self._theta, *self._moments.values()]
        before = [values[resting] for values in state]
        self._update()
        for values, old in zip(state, before, strict=True):
            values[resting] = old

    def _update(self) -> None:
        is_equal = len(self._floats) == len(self._numbers) and len(set(self._steps)) == 1
        if self._solver.fused is not None and is_equal:
            step = int(self._steps[0])
            self._solver.fused(self._theta, self._gradient, self._moments, step, self._floats)
            return
        rates = self._solver.rate(self._columns, np.maximum(self._steps, 1))
        rate = per_member(np.broadcast_to(rates, self._steps.shape).tolist(), self._theta, 2)
        self._solver.update(self._theta, self._gradient, self._moments, rate, self._numbers)
