"""The solver of a stack: its moments, and the step counts of members."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._stack.job import Job, NetworkState, SolverState
from sklearn_deepmlp._stack.layout import Layout
from sklearn_deepmlp._stack.members import per_member
from sklearn_deepmlp._stack.solvers import SOLVERS, Column, Columns, Numbers


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
        self._solver = SOLVERS[jobs[0].optimization.solver]
        self._layout = layout
        self._moments = {name: torch.zeros_like(theta) for name in self._solver.moments}
        self._steps = np.zeros(len(jobs))
        for member, job in enumerate(jobs):
            if job.start.solver is not None:
                self._go_on(member, job.start.solver, job.architecture.activation.learned())
        self._take(jobs, theta, gradient)

    def _go_on(self, member: int, state: SolverState, learned_names: Sequence[str]) -> None:
        self._steps[member] = state.steps
        for name, moment in self._moments.items():
            row, _ = self._layout.pack(state.moments[name], learned_names)
            moment[member] = torch.from_numpy(row).to(moment)

    def _take(self, jobs: Sequence[Job], theta: Tensor, gradient: Tensor) -> None:
        self._theta, self._gradient = theta, gradient
        names = list(jobs[0].optimization.hyperparameters)
        self._columns = {
            name: np.array([job.optimization.hyperparameters[name] for job in jobs])
            for name in names
        }
        self._set_numbers(self._as_numbers(self._columns))
        self._decays = np.array([job.objective.alpha for job in jobs]) * self._solver.decays_weights
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

    def moments(self, member: int, learned_names: Sequence[str]) -> dict[str, NetworkState]:
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
