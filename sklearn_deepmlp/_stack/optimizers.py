"""Stochastic solvers on the parameters of a stack (M, P).

A solver is one function of parameters, gradients, moments, the rate and the solver's numbers,
which are floats, or columns (M, 1) where members differ. "sgd" and "adam" follow the formulas
of scikit-learn's MLP, the others those of torch.optim.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._compat.torch import fused_adam_
from sklearn_deepmlp._stack.job import Job, SolverState, Weights
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._stack.members import per_member

Number = float | Tensor
Numbers = dict[str, Number]
Floats = dict[str, float]
Moments = dict[str, Tensor]
Column = NDArray[np.float64]
Columns = dict[str, Column]


def sgd(theta: Tensor, gradient: Tensor, moments: Moments, numbers: Numbers) -> None:
    """Gradient descent with momentum; the velocity contains the rate.

    The update is the new velocity, or, by Nesterov, momentum · velocity − rate · gradient.
    """
    velocity, momentum, nesterov = moments["velocity"], numbers["momentum"], numbers["nesterov"]
    descent = gradient * numbers["learning_rate"]
    velocity.mul_(momentum).sub_(descent)
    theta.add_(velocity * (1 - nesterov + nesterov * momentum)).sub_(descent * nesterov)


def _add_square(moment: Tensor, gradient: Tensor, decay: Number) -> None:
    """Move an exponential average towards the square of the gradient."""
    moment.mul_(decay).add_(gradient * (1 - decay) * gradient)


def adam(theta: Tensor, gradient: Tensor, moments: Moments, numbers: Numbers) -> None:
    """Adam (Kingma and Ba 2014, section 2).

    Each operation is that of torch's kernel, so that numbers overflow where they do there.
    """
    first, second = moments["first"], moments["second"]
    first.lerp_(gradient, 1 - numbers["beta_1"])
    _add_square(second, gradient, numbers["beta_2"])
    root = second.sqrt() / numbers["root_correction"]
    theta.sub_(first * numbers["corrected_rate"] / (root + numbers["corrected_epsilon"]))


def adam_corrections(columns: Columns, steps: Column) -> Columns:
    """Correct moments for their bias; epsilon is added before the second moment's correction."""
    corrected = torch_adam_corrections(columns, steps)
    corrected["corrected_epsilon"] = columns["epsilon"] / corrected["root_correction"]
    return corrected


def torch_adam_corrections(columns: Columns, steps: Column) -> Columns:
    """Correct moments for their bias as torch does, which adds epsilon after it."""
    return {
        "corrected_rate": columns["learning_rate"] / (1 - columns["beta_1"] ** steps),
        "root_correction": np.sqrt(1 - columns["beta_2"] ** steps),
        "corrected_epsilon": columns["epsilon"],
    }


def fused_adam(
    theta: Tensor, gradient: Tensor, moments: Moments, step: Tensor, numbers: Floats
) -> None:
    """Compute `adam` in one kernel, where all members have the same numbers and step.

    Torch divides the root of the second moment by its bias correction before it adds epsilon,
    so its epsilon is ours divided by that correction.
    """
    correction = (1 - numbers["beta_2"] ** numbers["step"]) ** 0.5
    epsilon = numbers["epsilon"] / correction
    fused_adamw(theta, gradient, moments, step, {**numbers, "epsilon": epsilon})


def fused_adamw(
    theta: Tensor, gradient: Tensor, moments: Moments, step: Tensor, numbers: Floats
) -> None:
    """Compute Adam with torch's epsilon in one kernel."""
    fused_adam_(
        [theta],
        [gradient],
        [moments["first"]],
        [moments["second"]],
        [],
        [step],
        lr=numbers["learning_rate"],
        beta1=numbers["beta_1"],
        beta2=numbers["beta_2"],
        weight_decay=0.0,
        eps=numbers["epsilon"],
        amsgrad=False,
        maximize=False,
    )


def nadam(theta: Tensor, gradient: Tensor, moments: Moments, numbers: Numbers) -> None:
    """Adam with Nesterov's momentum (Dozat 2016, algorithm 2, with its schedule of momenta)."""
    first, second = moments["first"], moments["second"]
    first.lerp_(gradient, 1 - numbers["beta_1"])
    _add_square(second, gradient, numbers["beta_2"])
    direction = gradient * numbers["gradient_rate"] + first * numbers["momentum_rate"]
    theta.sub_(direction / (second.sqrt() + numbers["corrected_epsilon"]))


def nadam_corrections(columns: Columns, steps: Column) -> Columns:
    """Weigh gradient and momentum, whose momenta are beta_1 times a warm-up."""
    now, beta_1 = steps.astype(int), columns["beta_1"]
    warm_up, product = _warm_ups(2 ** int(steps.max() + 2).bit_length())
    correction = np.sqrt(1 - columns["beta_2"] ** steps)
    rate = columns["learning_rate"] * correction
    return {
        "gradient_rate": rate * (1 - beta_1 * warm_up[now]) / (1 - beta_1**now * product[now]),
        "momentum_rate": rate
        * (beta_1 * warm_up[now + 1])
        / (1 - beta_1 ** (now + 1) * product[now + 1]),
        "corrected_epsilon": columns["epsilon"] * correction,
    }


@lru_cache(maxsize=1)
def _warm_ups(length: int) -> tuple[Column, Column]:
    """Return Dozat's warm-up 1 − 0.96^(t/250) / 2 at steps t = 0, 1, … and its products from 1."""
    warm_up: Column = 1 - 0.5 * np.power(0.96, np.arange(length) * 0.004)
    products: Column = np.r_[1.0, warm_up[1:]].cumprod()
    return warm_up, products


def rmsprop(theta: Tensor, gradient: Tensor, moments: Moments, numbers: Numbers) -> None:
    """Descend by gradients over their root mean square, of decay beta_2 (Hinton 2012)."""
    second = moments["second"]
    _add_square(second, gradient, numbers["beta_2"])
    theta.sub_(gradient / (second.sqrt() + numbers["epsilon"]) * numbers["learning_rate"])


Update = Callable[[Tensor, Tensor, Moments, Numbers], None]
FusedUpdate = Callable[[Tensor, Tensor, Moments, Tensor, Floats], None]


@dataclass(frozen=True)
class Solver:
    """A solver: its function, its moments, and what its numbers become at a step.

    Attributes
    ----------
    update : callable
        Changes parameters and moments in place.
    moments : tuple of str
        Arrays like the parameters that start at 0.
    corrections : callable (columns, steps) -> columns, optional
        Further numbers, from the members' numbers and step counts, each of shape (M,).
    fused : callable, optional
        Does what `update` does, where all members have the same numbers and step.
    decays_weights : bool
        Whether alpha shrinks coefficients beside the gradient instead of in the loss.
    """

    update: Update
    moments: tuple[str, ...]
    corrections: Callable[[Columns, Column], Columns] | None = None
    fused: FusedUpdate | None = None
    decays_weights: bool = False


SOLVERS = {
    "adam": Solver(adam, ("first", "second"), adam_corrections, fused_adam),
    "adamw": Solver(
        adam, ("first", "second"), torch_adam_corrections, fused_adamw, decays_weights=True
    ),
    "nadam": Solver(nadam, ("first", "second"), nadam_corrections),
    "rmsprop": Solver(rmsprop, ("second",)),
    "sgd": Solver(sgd, ("velocity",)),
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
    layout : Layout
        Positions of parameters.
    """

    def __init__(
        self, jobs: Sequence[Job], theta: Tensor, gradient: Tensor, layout: Layout
    ) -> None:
        self._solver = SOLVERS[jobs[0].solver]
        self._layout = layout
        self._moments = {name: torch.zeros_like(theta) for name in self._solver.moments}
        self._steps = np.zeros(len(jobs))
        for member, job in enumerate(jobs):
            if job.start.solver is not None:
                self._go_on(member, job.start.solver, job.activation.learned())
        self._take(jobs, theta, gradient)

    def _go_on(self, member: int, state: SolverState, learned_names: Sequence[str]) -> None:
        self._steps[member] = state.steps
        for name, moment in self._moments.items():
            row, _ = self._layout.pack(state.moments[name], learned_names)
            moment[member] = torch.from_numpy(row).to(moment)

    def _take(self, jobs: Sequence[Job], theta: Tensor, gradient: Tensor) -> None:
        self._theta, self._gradient = theta, gradient
        names = list(jobs[0].optimizer)
        self._columns = {name: np.array([job.optimizer[name] for job in jobs]) for name in names}
        self._set_numbers(self._as_numbers(self._columns))
        self._decays = np.array([job.alpha for job in jobs]) * self._solver.decays_weights
        self._has_decay = bool(self._decays.any())
        self._equal_step: Tensor | None = None
        if len(set(self._steps)) == 1:  # torch counts in float32, exact to 16 million
            self._equal_step = torch.tensor(self._steps[0], dtype=torch.float32).to(theta.device)

    def _set_numbers(self, numbers: Numbers) -> None:
        self._numbers = numbers
        self._floats = {name: n for name, n in numbers.items() if not isinstance(n, Tensor)}
        is_equal = len(self._floats) == len(numbers)
        self._fused = self._solver.fused if is_equal else None

    def _as_numbers(self, columns: Columns) -> Numbers:
        return {
            name: per_member(column.tolist(), self._theta, 2) for name, column in columns.items()
        }

    def keep(
        self, members: Sequence[int], jobs: Sequence[Job], theta: Tensor, gradient: Tensor
    ) -> None:
        """Go on with these members only; `jobs`, `theta` and `gradient` are theirs."""
        self._moments = {name: moment[members] for name, moment in self._moments.items()}
        self._steps = self._steps[members]
        self._take(jobs, theta, gradient)

    def moments(self, member: int, learned_names: Sequence[str]) -> dict[str, Weights]:
        """Copy the moments of one member."""
        return {
            name: self._layout.unpack(moment[member].cpu().numpy(), None, learned_names)
            for name, moment in self._moments.items()
        }

    def steps(self, member: int) -> int:
        """Return how many steps a member has made."""
        return int(self._steps[member])

    def step(self, active: NDArray[np.bool_] | None = None, rates: Column | None = None) -> None:
        """Update parameters.

        Parameters
        ----------
        active : ndarray of bool of shape (M,), optional
            The members to update; all where it is None.
        rates : ndarray of shape (M,), optional
            Learning rates of this step, where they are not constant.
        """
        if rates is not None:
            self._columns["learning_rate"] = rates
            self._set_numbers(self._numbers | self._as_numbers({"learning_rate": rates}))
        if active is None:
            self._steps += 1
            self._update()
            return
        self._steps += active
        self._equal_step = None
        resting = np.flatnonzero(~active)
        state = [self._theta, *self._moments.values()]
        before = [values[resting] for values in state]
        self._update()
        for values, old in zip(state, before, strict=True):
            values[resting] = old

    def _update(self) -> None:
        if self._has_decay:
            self._decay()
        arrays = self._theta, self._gradient, self._moments
        if self._equal_step is not None and self._fused is not None:
            self._equal_step += 1
            self._floats["step"] = float(self._steps[0])
            self._fused(*arrays, self._equal_step, self._floats)
            return
        self._equal_step = None
        self._solver.update(*arrays, self._corrected_numbers())

    # A huge rate becomes infinite in silence, as torch's numbers do.

    @np.errstate(over="ignore")
    def _decay(self) -> None:
        shrink = (1 - self._columns["learning_rate"] * self._decays).tolist()
        self._theta[:, : self._layout.n_coefs].mul_(per_member(shrink, self._theta, 2))

    @np.errstate(over="ignore")
    def _corrected_numbers(self) -> Numbers:
        if self._solver.corrections is None:
            return self._numbers
        corrections = self._solver.corrections(self._columns, np.maximum(self._steps, 1))
        return self._numbers | self._as_numbers(corrections)
