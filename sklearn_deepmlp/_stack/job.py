"""What goes into the training of one network, and what comes out: plain values and arrays."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._layers.architecture import Architecture, Array, Initializers
from sklearn_deepmlp._randomness import Seeds


@dataclass(frozen=True)
class NetworkState:
    """All that a network has learned.

    Attributes
    ----------
    coefs : list of ndarray of shape (fan_in, fan_out)
        One per layer, the output layer last.
    intercepts : list of ndarray of shape (fan_out,)
        One per layer, the output layer last.
    activation_params : list of dict of str to ndarray of shape (units,)
        What the activation learned, one dict per hidden layer.
    normalization_params : list of dict of str to ndarray of shape (units,)
        Scale and offset, and running statistics where there are any, one dict per hidden layer.
    """

    coefs: list[Array]
    intercepts: list[Array]
    activation_params: list[dict[str, Array]]
    normalization_params: list[dict[str, Array]]

    def is_finite(self) -> bool:
        """Tell whether all numbers are."""
        of_units = [*self.activation_params, *self.normalization_params]
        arrays = [array for layer in of_units for array in layer.values()]
        return all(np.isfinite(a).all() for a in [*self.coefs, *self.intercepts, *arrays])


@dataclass(frozen=True)
class OptimizerState:
    """What a solver remembers from epoch to epoch.

    Attributes
    ----------
    arrays : dict of str to NetworkState
        What it keeps for each parameter, such as the moments of Adam, by name.
    steps : int
        Steps made.
    rate_factor : float
        By which an adaptive learning rate has been lowered.
    epochs_without_improvement : int
        Epochs since the last improvement.
    """

    arrays: dict[str, NetworkState]
    steps: int
    rate_factor: float
    epochs_without_improvement: int


@dataclass(frozen=True)
class Data:
    """The rows of a training.

    Attributes
    ----------
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Features, in the dtype of the training.
    targets : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        What the loss expects: class numbers, 0 and 1 per label, or values.
    sample_weight : ndarray of shape (n_rows,)
        Positive weights.
    rows : ndarray of shape (n_train,)
        The rows to train on; others may serve `Job.score`.
    """

    X: Any
    targets: Array
    sample_weight: Array
    rows: NDArray[np.intp]


@dataclass(frozen=True)
class Objective:
    """What training minimizes.

    Attributes
    ----------
    loss : str
        A key of ``LOSSES``.
    loss_parameter : float
        The number that the loss takes, where it takes one: label smoothing, or a quantile.
    alpha, l1_ratio : float
        Strength of the penalty on coefficients, and the fraction of it that is L1.
    alpha_is_per_weight : bool
        Whether `alpha` counts once per unit of the sample weights of a batch.
    """

    loss: str
    loss_parameter: float = 0.0
    alpha: float = 0.0
    l1_ratio: float = 0.0
    alpha_is_per_weight: bool = False


@dataclass(frozen=True)
class Optimization:
    """How training minimizes it.

    Attributes
    ----------
    solver : str
        A key of ``SOLVERS``.
    hyperparameters : dict of str to float
        The numbers that solvers read: learning_rate, momentum, nesterov, beta_1, beta_2, epsilon.
    schedule : str
        A key of ``SCHEDULES``.
    power_t : float
        Exponent of the schedule "invscaling".
    batch_size : int
        Rows per step.
    shuffle : bool
        Whether each epoch has its own order of rows.
    max_norm : float, optional
        Bound on the norm of each unit's incoming weights.
    max_grad_norm : float, optional
        Bound on the norm of the gradient.
    """

    solver: str
    hyperparameters: dict[str, float]
    batch_size: int
    schedule: str = "constant"
    power_t: float = 0.5
    shuffle: bool = True
    max_norm: float | None = None
    max_grad_norm: float | None = None


@dataclass(frozen=True)
class Stopping:
    """When training ends.

    Attributes
    ----------
    max_iter, max_fun : int
        Maximum number of epochs, and of evaluations of the loss by "lbfgs".
    tol : float
        Smallest improvement that counts as one.
    n_iter_no_change : float
        Training ends after more than this number of epochs in a row without improvement.
    """

    max_iter: int
    max_fun: int
    tol: float
    n_iter_no_change: float


@dataclass(frozen=True)
class Start:
    """What training sets out from.

    Attributes
    ----------
    initializers : Initializers
        How a new network is drawn.
    state : NetworkState, optional
        What an earlier training has learned; a new network is drawn where it is None.
    epochs, rows_seen : int
        How long the network has been trained before.
    best : float, optional
        The best score so far, or the lowest loss, negated; None where there is none.
    optimizer_state : OptimizerState, optional
        Where the solver resumes; it begins anew where it is None.
    """

    initializers: Initializers
    state: NetworkState | None = None
    epochs: int = 0
    rows_seen: int = 0
    best: float | None = None
    optimizer_state: OptimizerState | None = None


@dataclass(frozen=True)
class EpochReport:
    """What is known of a network at the end of an epoch.

    Attributes
    ----------
    epoch : int
        Its number, starting at 1.
    loss : float
        Its mean loss.
    score : float, optional
        Of the validation, where there is one.
    lowered_rate : float, optional
        The learning rate of the next epoch, where an adaptive one has just been lowered.
    is_last : bool
        Whether training ends with it.
    state : callable
        Returns the state of the network at its end.
    """

    epoch: int
    loss: float
    score: float | None
    lowered_rate: float | None
    is_last: bool
    state: Callable[[], NetworkState]


@dataclass(frozen=True)
class Job:
    """The training of one network.

    Attributes
    ----------
    data : Data
        Its rows.
    architecture : Architecture
        Its layers.
    objective : Objective
        What is minimized.
    optimization : Optimization
        How.
    stopping : Stopping
        Until when.
    start : Start
        From where.
    seeds : Seeds
        The random streams.
    device : str
        A torch device.
    returns_optimizer_state : bool
        Whether the result tells where the solver stopped.
    score : callable NetworkState -> float, optional
        Judges each epoch; NaN is an undefined score. The state of the best score is returned,
        the last one where none is defined.
    on_epoch : callable EpochReport -> bool, optional
        Called at the end of each epoch; training stops where it returns True.
    """

    data: Data
    architecture: Architecture
    objective: Objective
    optimization: Optimization
    stopping: Stopping
    start: Start
    seeds: Seeds
    device: str = "cpu"
    returns_optimizer_state: bool = False
    score: Callable[[NetworkState], float] | None = None
    on_epoch: Callable[[EpochReport], bool] | None = None

    @property
    def shape(self) -> Hashable:
        """What networks must have in common to be trained as one stack."""
        return (
            self.architecture.layer_sizes,
            self.architecture.normalization,
            self.architecture.skip_connections,
            self.objective.loss,
            self.optimization.solver,
            self.data.X.dtype.str,
            issparse(self.data.X),
            self.device,
        )

    def changed(self, **changes: Any) -> Self:
        """Return the job with other values of fields, of its own or of its parts, by their names.

        Examples
        --------
        ``job.changed(max_iter=1, alpha=0.1)`` changes `stopping` and `objective`.
        """
        own = {f.name for f in fields(self)}
        top = {name: value for name, value in changes.items() if name in own}
        rest = {name: value for name, value in changes.items() if name not in own}
        for part in _PARTS:
            before = top.get(part, getattr(self, part))
            of_part = {f.name: rest.pop(f.name) for f in fields(before) if f.name in rest}
            if of_part:
                top[part] = replace(before, **of_part)
        if rest:
            raise TypeError(f"A job has no {', '.join(rest)}.")
        return replace(self, **top)


_PARTS = ("data", "architecture", "objective", "optimization", "stopping", "start")


@dataclass
class Result:
    """What training one network gave.

    Attributes
    ----------
    state : NetworkState
        The last state, or the best by `Job.score`.
    loss : float
        Mean loss with penalty of the last epoch.
    loss_curve : list of float
        The same of each epoch.
    validation_scores : list of float
        `Job.score` at the end of each epoch; empty without.
    converged : bool
        Whether training ended because nothing improved any more.
    message : str
        Why a solver that judges its convergence itself has stopped.
    optimizer_state : OptimizerState, optional
        Where the solver stopped, where `Job.returns_optimizer_state` asks for it.
    """

    state: NetworkState
    loss: float
    loss_curve: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    converged: bool = False
    message: str = ""
    optimizer_state: OptimizerState | None = None
