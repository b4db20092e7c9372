"""The solvers: one function each, and what can be combined with it.

A stochastic solver is a function of parameters and gradients (M, P), its own state and
hyperparameters, which are floats, or columns (M, 1) where networks differ. "sgd" and "adam" follow
the formulas of scikit-learn's MLP, the others those of torch.optim. To add one, write its function
and give it a name in ``SOLVERS``; checks, documentation and tests follow from that table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from sklearn_deepmlp._compat.torch import fused_adam_
from sklearn_deepmlp._types import Number

Hyperparameters = Mapping[str, Any]  # of str to Number
State = dict[str, Tensor]
Column = NDArray[np.float64]
Columns = dict[str, Column]


def sgd(theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters) -> None:
    """Gradient descent with momentum; the velocity includes the learning rate.

    The update is the new velocity, or, with Nesterov's momentum, momentum · velocity − rate ·
    gradient.
    """
    velocity, momentum = state["velocity"], hyperparameters["momentum"]
    nesterov = hyperparameters["nesterovs_momentum"]
    descent = gradient * hyperparameters["learning_rate"]
    velocity.mul_(momentum).sub_(descent)
    theta.add_(velocity * (1 - nesterov + nesterov * momentum)).sub_(descent * nesterov)


def _add_square(average: Tensor, gradient: Tensor, decay: Number) -> None:
    """Update an exponential moving average of the squared gradient."""
    average.mul_(decay).add_(gradient * (1 - decay) * gradient)


def adam(theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters) -> None:
    """Adam (Kingma and Ba 2014, section 2).

    The operations are those of torch's kernel, so that numbers overflow in the same cases.
    """
    first, second = state["first"], state["second"]
    rate, epsilon = hyperparameters["corrected_rate"], hyperparameters["corrected_epsilon"]
    first.lerp_(gradient, 1 - hyperparameters["beta_1"])
    _add_square(second, gradient, hyperparameters["beta_2"])
    root = second.sqrt() / hyperparameters["root_correction"]
    theta.sub_(first * rate / (root + epsilon))


def adam_corrections(columns: Columns, steps: Column) -> Columns:
    """Return bias corrections; epsilon is added before the second moment is corrected."""
    corrected = torch_adam_corrections(columns, steps)
    corrected["corrected_epsilon"] = columns["epsilon"] / corrected["root_correction"]
    return corrected


def torch_adam_corrections(columns: Columns, steps: Column) -> Columns:
    """Return bias corrections as in torch, where epsilon is added after them."""
    return {
        "corrected_rate": columns["learning_rate"] / (1 - columns["beta_1"] ** steps),
        "root_correction": np.sqrt(1 - columns["beta_2"] ** steps),
        "corrected_epsilon": columns["epsilon"],
    }


class EqualSteps(NamedTuple):
    """The number of steps that all networks have made, including the current one.

    Attributes
    ----------
    tensor : Tensor of float32 of shape ()
        In the form that torch's kernels take, exact up to 16 million.
    number : float
        The same as a float.
    """

    tensor: Tensor
    number: float


def fused_adam(
    theta: Tensor,
    gradient: Tensor,
    state: State,
    hyperparameters: Hyperparameters,
    steps: EqualSteps,
) -> None:
    """Compute `adam` in one kernel, where all networks have the same hyperparameters and steps.

    torch divides the root of the second moment by its bias correction before it adds epsilon, so
    its epsilon is that of scikit-learn divided by the correction.
    """
    correction = (1 - hyperparameters["beta_2"] ** steps.number) ** 0.5
    epsilon = hyperparameters["epsilon"] / correction
    fused_adamw(theta, gradient, state, {**hyperparameters, "epsilon": epsilon}, steps)


def fused_adamw(
    theta: Tensor,
    gradient: Tensor,
    state: State,
    hyperparameters: Hyperparameters,
    steps: EqualSteps,
) -> None:
    """Compute Adam with torch's epsilon in one kernel."""
    _make_fused_step(theta, gradient, state, hyperparameters, steps.tensor)


def fused_adam_of_tensors(
    theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters
) -> None:
    """Compute Adam in one kernel, with a learning rate and a number of steps that are tensors."""
    with_rate = {**hyperparameters, "learning_rate": hyperparameters["fused_rate"]}
    _make_fused_step(theta, gradient, state, with_rate, hyperparameters["fused_steps"])


def _make_fused_step(
    theta: Tensor,
    gradient: Tensor,
    state: State,
    hyperparameters: Hyperparameters,
    steps: Tensor,
) -> None:
    fused_adam_(
        [theta],
        [gradient],
        [state["first"]],
        [state["second"]],
        [],
        [steps],
        lr=hyperparameters["learning_rate"],
        beta1=hyperparameters["beta_1"],
        beta2=hyperparameters["beta_2"],
        weight_decay=0.0,
        eps=hyperparameters["epsilon"],
        amsgrad=False,
        maximize=False,
    )


def fused_adam_corrections(columns: Columns, steps: Column) -> Columns:
    """Return what torch's kernel takes in place of the rate and the steps for scikit-learn's Adam.

    After infinitely many steps it corrects nothing and adds epsilon as scikit-learn does. Both
    corrections are in the rate.
    """
    corrected = torch_adam_corrections(columns, steps)
    rate = corrected["corrected_rate"] * corrected["root_correction"]
    return {"fused_rate": rate, "fused_steps": np.full_like(steps, np.inf)}


def fused_adamw_corrections(columns: Columns, steps: Column) -> Columns:
    """Return what torch's kernel takes as rate and steps, which it uses for its corrections."""
    return {"fused_rate": columns["learning_rate"], "fused_steps": steps}


def nadam(theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters) -> None:
    """Adam with Nesterov's momentum (Dozat 2016, algorithm 2, with its momentum schedule)."""
    first, second = state["first"], state["second"]
    gradient_rate, momentum_rate = (
        hyperparameters["gradient_rate"],
        hyperparameters["momentum_rate"],
    )
    first.lerp_(gradient, 1 - hyperparameters["beta_1"])
    _add_square(second, gradient, hyperparameters["beta_2"])
    direction = gradient * gradient_rate + first * momentum_rate
    theta.sub_(direction / (second.sqrt() + hyperparameters["corrected_epsilon"]))


def nadam_corrections(columns: Columns, steps: Column) -> Columns:
    """Return the weights of gradient and momentum, where momentum is beta_1 times a warm-up."""
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
    """Return Dozat's warm-up 1 − 0.96^(t/250) / 2 at t = 0, 1, … and its products from t = 1."""
    warm_up: Column = 1 - 0.5 * np.power(0.96, np.arange(length) * 0.004)
    products: Column = np.r_[1.0, warm_up[1:]].cumprod()
    return warm_up, products


def rmsprop(
    theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters
) -> None:
    """Gradients divided by their root mean square, which decays with beta_2 (Hinton 2012)."""
    second, epsilon = state["second"], hyperparameters["epsilon"]
    _add_square(second, gradient, hyperparameters["beta_2"])
    theta.sub_(gradient / (second.sqrt() + epsilon) * hyperparameters["learning_rate"])


Update = Callable[[Tensor, Tensor, State, Hyperparameters], None]
FusedUpdate = Callable[[Tensor, Tensor, State, Hyperparameters, EqualSteps], None]


@dataclass(frozen=True)
class Fused:
    """An update in one kernel, for networks with equal hyperparameters and step counts.

    Attributes
    ----------
    of_floats : callable
        The update with floats, of which some change from step to step.
    of_tensors : callable
        The update with tensors in place of these.
    corrections : callable (columns, steps) -> columns
        Returns the hyperparameters that are such tensors.
    """

    of_floats: FusedUpdate
    of_tensors: Update
    corrections: Callable[[Columns, Column], Columns]


@dataclass(frozen=True)
class Solver:
    """A solver: how it updates parameters, and what it can be combined with.

    Attributes
    ----------
    description : str
        What it is, with its source, for the documentation.
    update : callable, optional
        Changes parameters and state in place. None for a solver that minimizes the exact loss of
        all rows and makes its own steps. It has no mini-batches, and so no noise, no batch
        statistics, no schedule, and nothing that changes gradients or weights between its steps.
    reads : tuple of str
        The estimator's parameters that are its hyperparameters, in addition to the learning rate.
    state : tuple of str
        Names of the arrays, shaped like the parameters, that it keeps from step to step; they start
        at 0.
    corrections : callable (columns, steps) -> columns, optional
        Returns further hyperparameters, given those of the networks and their step counts.
    fused : Fused, optional
        Does the same as `update`, faster, where all networks have the same hyperparameters and step
        counts.
    decays_weights : bool
        Whether alpha shrinks coefficients directly (decoupled weight decay) instead of adding a
        penalty to the loss. Such decay is L2 only.
    """

    description: str
    update: Update | None = None
    reads: tuple[str, ...] = ()
    state: tuple[str, ...] = ()
    corrections: Callable[[Columns, Column], Columns] | None = None
    fused: Fused | None = None
    decays_weights: bool = False

    @property
    def is_stochastic(self) -> bool:
        """Whether it uses mini-batches."""
        return self.update is not None


_OF_ADAM: dict[str, Any] = {"reads": ("beta_1", "beta_2", "epsilon"), "state": ("first", "second")}

SOLVERS = {
    "adam": Solver(
        "Adam (Kingma and Ba 2014)",
        adam,
        **_OF_ADAM,
        corrections=adam_corrections,
        fused=Fused(fused_adam, fused_adam_of_tensors, fused_adam_corrections),
    ),
    "adamw": Solver(
        "Adam with decoupled weight decay (Loshchilov and Hutter 2019)",
        adam,
        **_OF_ADAM,
        corrections=torch_adam_corrections,
        fused=Fused(fused_adamw, fused_adam_of_tensors, fused_adamw_corrections),
        decays_weights=True,
    ),
    "nadam": Solver(
        "Adam with Nesterov's momentum (Dozat 2016)",
        nadam,
        **_OF_ADAM,
        corrections=nadam_corrections,
    ),
    "rmsprop": Solver(
        "gradients over their root mean square (Hinton 2012)",
        rmsprop,
        reads=("beta_2", "epsilon"),
        state=("second",),
    ),
    "sgd": Solver(
        "gradient descent with momentum",
        sgd,
        reads=("momentum", "nesterovs_momentum"),
        state=("velocity",),
    ),
    "lbfgs": Solver(
        "L-BFGS (Liu and Nocedal 1989), which takes all rows at each step, for small data"
    ),
}
