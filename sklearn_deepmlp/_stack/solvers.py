"""The solvers: one function each, with what must be known of it.

A stochastic solver is a function of parameters and gradients (M, P), its own state and
hyperparameters, which are floats, or columns (M, 1) where members differ. "sgd" and "adam" follow
the formulas of scikit-learn's MLP, the others those of torch.optim. To add one, write its function
and give it a name in ``SOLVERS``; checks, documentation and tests follow from what stands there.
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

Number = float | Tensor
Hyperparameters = Mapping[str, Any]  # of str to Number
State = dict[str, Tensor]
Column = NDArray[np.float64]
Columns = dict[str, Column]


def sgd(theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters) -> None:
    """Gradient descent with momentum; the velocity contains the rate.

    The update is the new velocity, or, by Nesterov, momentum · velocity − rate · gradient.
    """
    velocity, momentum = state["velocity"], hyperparameters["momentum"]
    nesterov = hyperparameters["nesterov"]
    descent = gradient * hyperparameters["learning_rate"]
    velocity.mul_(momentum).sub_(descent)
    theta.add_(velocity * (1 - nesterov + nesterov * momentum)).sub_(descent * nesterov)


def _add_square(average: Tensor, gradient: Tensor, decay: Number) -> None:
    """Move an exponential average towards the square of the gradient."""
    average.mul_(decay).add_(gradient * (1 - decay) * gradient)


def adam(theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters) -> None:
    """Adam (Kingma and Ba 2014, section 2).

    Each operation is that of torch's kernel, so that numbers overflow where they do there.
    """
    first, second = state["first"], state["second"]
    rate, epsilon = hyperparameters["corrected_rate"], hyperparameters["corrected_epsilon"]
    first.lerp_(gradient, 1 - hyperparameters["beta_1"])
    _add_square(second, gradient, hyperparameters["beta_2"])
    root = second.sqrt() / hyperparameters["root_correction"]
    theta.sub_(first * rate / (root + epsilon))


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


class EqualSteps(NamedTuple):
    """How many steps all members have made, the last one included.

    Attributes
    ----------
    tensor : Tensor of float32 of shape ()
        As torch's kernels take it, exact to 16 million.
    number : float
        The same.
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
    """Compute `adam` in one kernel, where all members have the same hyperparameters and steps.

    Torch divides the root of the second moment by its bias correction before it adds epsilon,
    so its epsilon is ours divided by that correction.
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
    fused_adam_(
        [theta],
        [gradient],
        [state["first"]],
        [state["second"]],
        [],
        [steps.tensor],
        lr=hyperparameters["learning_rate"],
        beta1=hyperparameters["beta_1"],
        beta2=hyperparameters["beta_2"],
        weight_decay=0.0,
        eps=hyperparameters["epsilon"],
        amsgrad=False,
        maximize=False,
    )


def nadam(theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters) -> None:
    """Adam with Nesterov's momentum (Dozat 2016, algorithm 2, with its schedule of momenta)."""
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


def rmsprop(
    theta: Tensor, gradient: Tensor, state: State, hyperparameters: Hyperparameters
) -> None:
    """Descend by gradients over their root mean square, of decay beta_2 (Hinton 2012)."""
    second, epsilon = state["second"], hyperparameters["epsilon"]
    _add_square(second, gradient, hyperparameters["beta_2"])
    theta.sub_(gradient / (second.sqrt() + epsilon) * hyperparameters["learning_rate"])


Update = Callable[[Tensor, Tensor, State, Hyperparameters], None]
FusedUpdate = Callable[[Tensor, Tensor, State, Hyperparameters, EqualSteps], None]


@dataclass(frozen=True)
class Solver:
    """A solver: what it does at a step, and what it can be combined with.

    Attributes
    ----------
    description : str
        What it is, with its source, for the documentation.
    update : callable, optional
        Changes parameters and state in place. None for a solver that follows the exact loss of
        all rows and makes its own steps; it has no mini-batches, and so no noise, no statistics
        of batches, no schedule and nothing that changes gradients or weights between its steps.
    state : tuple of str
        Arrays like the parameters that it keeps from step to step; they start at 0.
    corrections : callable (columns, steps) -> columns, optional
        Further hyperparameters, from the members' hyperparameters and step counts.
    fused : callable, optional
        Does what `update` does, where all members have the same hyperparameters and have made as
        many steps.
    decays_weights : bool
        Whether alpha shrinks coefficients beside the gradient instead of in the loss. Such a decay
        is L2; there is no L1.
    """

    description: str
    update: Update | None = None
    state: tuple[str, ...] = ()
    corrections: Callable[[Columns, Column], Columns] | None = None
    fused: FusedUpdate | None = None
    decays_weights: bool = False

    @property
    def is_stochastic(self) -> bool:
        """Whether it takes the rows in mini-batches."""
        return self.update is not None


_OF_ADAM = ("first", "second")

SOLVERS = {
    "adam": Solver("Adam (Kingma and Ba 2014)", adam, _OF_ADAM, adam_corrections, fused_adam),
    "adamw": Solver(
        "Adam with decoupled weight decay (Loshchilov and Hutter 2019)",
        adam,
        _OF_ADAM,
        torch_adam_corrections,
        fused_adamw,
        decays_weights=True,
    ),
    "nadam": Solver(
        "Adam with Nesterov's momentum (Dozat 2016)", nadam, _OF_ADAM, nadam_corrections
    ),
    "rmsprop": Solver("gradients over their root mean square (Hinton 2012)", rmsprop, ("second",)),
    "sgd": Solver("gradient descent with momentum", sgd, ("velocity",)),
    "lbfgs": Solver(
        "L-BFGS (Liu and Nocedal 1989), which takes all rows at each step, for small data"
    ),
}
