"""What goes into the training of one network, and what comes out: plain values and arrays."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse

from sklearn_deepmlp._layers.architecture import Architecture, Initializers
from sklearn_deepmlp._randomness import Seeds
from sklearn_deepmlp._stack.recording_schedule import RecordingSchedule
from sklearn_deepmlp._stack.signals import Signals
from sklearn_deepmlp._types import Array


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
        Learned hyperparameters of the activation by name, one dict per hidden layer.
    normalization_params : list of dict of str to ndarray of shape (units,)
        Scale and offset, and running statistics where there are any, one dict per hidden layer.
    """

    coefs: list[Array]
    intercepts: list[Array]
    activation_params: list[dict[str, Array]]
    normalization_params: list[dict[str, Array]]

    def is_finite(self) -> bool:
        """Return whether all numbers are finite."""
        of_units = [*self.activation_params, *self.normalization_params]
        arrays = [array for layer in of_units for array in layer.values()]
        return all(np.isfinite(a).all() for a in [*self.coefs, *self.intercepts, *arrays])


@dataclass(frozen=True)
class OptimizerState:
    """The state of a solver, with which training resumes.

    Attributes
    ----------
    arrays : dict of str to NetworkState
        What it keeps for each parameter, by name; for Adam, both moments.
    steps : int
        Number of steps made.
    rate_factor : float
        Factor by which an adaptive learning rate has been lowered so far.
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
        What the loss expects: class indices, 0 or 1 per label, or values.
    sample_weight : ndarray of shape (n_rows,)
        Positive weights.
    rows : ndarray of int of shape (n_train,)
        Indices of the rows to train on; `Job.score` may use the others.
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
        Whether `alpha` is meant per unit of sample weight: it is then multiplied by the sum of the
        sample weights of a batch, so that the penalty does not depend on them.
    """

    loss: str
    loss_parameter: float = 0.0
    alpha: float = 0.0
    l1_ratio: float = 0.0
    alpha_is_per_weight: bool = False


@dataclass(frozen=True)
class Optimization:
    """How training minimizes the objective.

    Attributes
    ----------
    solver : str
        A key of ``SOLVERS``.
    hyperparameters : dict of str to float
        What the solver reads: "learning_rate", and the names in `Solver.reads`.
    batch_size : int
        Rows per step.
    schedule : str
        A key of ``SCHEDULES``.
    power_t : float
        Exponent of the schedule "invscaling".
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
        Training ends after more than this number of consecutive epochs without improvement.
    """

    max_iter: int
    max_fun: int
    tol: float
    n_iter_no_change: float


@dataclass(frozen=True)
class Start:
    """Where training starts: at a new network, or at the end of an earlier training.

    Attributes
    ----------
    initializers : Initializers
        The initializers of a new network.
    state : NetworkState, optional
        What an earlier training has learned; None for a new network.
    epochs, rows_seen : int
        Numbers of epochs and of rows for which the network has been trained before.
    best : float, optional
        The best score so far, or the lowest loss, negated; None where there is none.
    optimizer_state : OptimizerState, optional
        The state with which the solver resumes; None where it starts afresh.
    """

    initializers: Initializers
    state: NetworkState | None = None
    epochs: int = 0
    rows_seen: int = 0
    best: float | None = None
    optimizer_state: OptimizerState | None = None


@dataclass(frozen=True)
class EpochReport:
    """What is known about a network at the end of an epoch.

    Attributes
    ----------
    epoch : int
        Number of the epoch in this training, starting at 1.
    loss : float
        Mean loss of the epoch.
    score : float, optional
        Validation score, if any.
    lowered_rate : float, optional
        The learning rate of the next epoch, if an adaptive rate has just been lowered.
    is_last : bool
        Whether training ends with this epoch.
    state : callable
        Returns the state of the network at the end of the epoch.
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
        How it is minimized.
    stopping : Stopping
        When training ends.
    start : Start
        Where training starts.
    seeds : Seeds
        The seeds of the random streams.
    device : str
        Name of a torch device.
    returns_optimizer_state : bool
        Whether the result includes the state of the solver.
    score : callable NetworkState -> float, optional
        Scores the network after each epoch, greater being better; NaN is an undefined score. The
        result has the state with the best score, or the last state if no score is defined.
    on_epoch : callable EpochReport -> bool, optional
        Called at the end of each epoch; training stops if it returns True.
    recording : RecordingSchedule, optional
        After which epochs signals are recorded, in addition to the beginning and the end; None to
        record none.
    is_portable : bool
        Whether `score` has the same effect in any process, which is true of functions without side
        effects.
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
    recording: RecordingSchedule | None = None
    is_portable: bool = True

    @property
    def shape(self) -> Hashable:
        """What networks must have in common to be trained as one stack.

        Their numbers of features may differ, unless these enter a residual connection.
        """
        n_features, *units = self.architecture.layer_sizes
        return (
            n_features if self.architecture.is_residual(0) else None,
            tuple(units),
            self.architecture.normalization,
            self.architecture.skip_connections,
            self.architecture.products,
            self.objective.loss,
            self.optimization.solver,
            self.data.X.dtype.str,
            issparse(self.data.X),
            self.device,
            self.recording,
        )

    def changed(self, **changes: Any) -> Self:
        """Return the job with some fields changed, its own or those of its parts, by name.

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


def widest(jobs: Sequence[Job]) -> int:
    """Return the largest number of features."""
    return max(job.architecture.layer_sizes[0] for job in jobs)


_PARTS = ("data", "architecture", "objective", "optimization", "stopping", "start")


@dataclass
class Result:
    """The result of training one network.

    Attributes
    ----------
    state : NetworkState
        The last state, or the best by `Job.score`.
    loss : float
        Mean loss with penalty of the last epoch.
    loss_curve : list of float
        The same for each epoch.
    validation_scores : list of float
        `Job.score` at the end of each epoch; empty if there is no such function.
    converged : bool
        Whether training ended because nothing improved any more.
    message : str
        Why the solver has stopped, if it judges its convergence itself.
    optimizer_state : OptimizerState, optional
        The state of the solver, if `Job.returns_optimizer_state`.
    signals : Signals, optional
        What was recorded, if `Job.recording` says so.
    """

    state: NetworkState
    loss: float
    loss_curve: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    converged: bool = False
    message: str = ""
    optimizer_state: OptimizerState | None = None
    signals: Signals | None = None
