"""What goes into the training of one network, and what comes out: plain values and arrays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._randomness import Seeds
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.initializers import Initializer

Array = NDArray[Any]


@dataclass(frozen=True)
class Weights:
    """The parameters of one network.

    Attributes
    ----------
    coefs : list of ndarray of shape (fan_in, fan_out)
        One a layer, the output layer last.
    intercepts : list of ndarray of shape (fan_out,)
        One a layer, the output layer last.
    activation_params : list of dict of str to ndarray of shape (units,)
        What the activation learned, one dict a hidden layer.
    normalization_params : list of dict of str to ndarray of shape (units,)
        Scale and offset, and for batch normalization mean and var, one dict a hidden layer.
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
class SolverState:
    """What a solver remembers from epoch to epoch.

    Attributes
    ----------
    moments : dict of str to Weights
        The solver's moments, of the shapes of the parameters.
    steps : int
        Steps made.
    rate_factor : float
        By which an adaptive learning rate has been lowered.
    epochs_without_improvement : int
        Epochs since the last improvement.
    """

    moments: dict[str, Weights]
    steps: int
    rate_factor: float
    epochs_without_improvement: int


@dataclass(frozen=True)
class Start:
    """What training sets out from; as it stands, a new network.

    Attributes
    ----------
    weights : Weights, optional
        The parameters; drawn where it is None.
    epochs, rows_seen : int
        What the network has been trained before.
    best : float, optional
        The best score so far, or the lowest loss, negated; None where there is none.
    solver : SolverState, optional
        Where the solver goes on; it begins anew where it is None.
    """

    weights: Weights | None = None
    epochs: int = 0
    rows_seen: int = 0
    best: float | None = None
    solver: SolverState | None = None


@dataclass(frozen=True)
class EpochReport:
    """What is known of a network at the end of an epoch.

    Attributes
    ----------
    epoch : int
        Its number, from 1 on.
    loss : float
        Its mean loss.
    score : float, optional
        Of the validation, where there is one.
    lowered_rate : float, optional
        The learning rate of the next epoch, where an adaptive one has just been lowered.
    is_last : bool
        Whether training ends with it.
    weights : callable
        Returns the weights at its end.
    """

    epoch: int
    loss: float
    score: float | None
    lowered_rate: float | None
    is_last: bool
    weights: Callable[[], Weights]


@dataclass(frozen=True)
class Job:
    """The training of one network.

    Attributes
    ----------
    X : ndarray or sparse matrix in CSR format, of shape (n_rows, n_features)
        Features, in the dtype of the training.
    targets : ndarray of shape (n_rows,) or (n_rows, n_outputs)
        What the loss expects: class numbers, 0 and 1 a label, or values.
    sample_weight : ndarray of shape (n_rows,)
        Positive weights.
    rows : ndarray of shape (n_train,)
        The rows to train on; others may serve `score`.
    layer_sizes : tuple of int
        Features, units of each hidden layer, outputs.
    loss, solver : str
        A key of ``LOSSES``; a key of ``SOLVERS``, or "lbfgs".
    loss_number : float
        What a loss takes that takes a number: label smoothing, or a quantile.
    activation : Activation
        Of the hidden layers.
    first_initializer, initializer, output_initializer : Initializer
        Of the first hidden layer, of the other hidden layers and of the output layer.
    shares_variance : bool
        Whether layers with a residual connection divide the variance of one layer among them,
        so that their sum, and with it the signal, stays bounded through any depth.
    seeds : Seeds
        The random streams.
    device : str
        A torch device.
    batch_size, max_iter, max_fun : int
        Rows a step, epochs at most, and evaluations of the loss that "lbfgs" makes at most.
    shuffle : bool
        Whether each epoch has its own order of rows.
    alpha, l1_ratio : float
        Strength of the penalty on coefficients, and the part of it that is L1.
    alpha_is_per_weight : bool
        Whether `alpha` counts once for each unit of the sample weights of a batch.
    max_norm : float, optional
        Bound on the norm of each unit's incoming weights.
    max_grad_norm : float, optional
        Bound on the norm of the gradient.
    dropout : float
        Rate, after each hidden activation.
    alpha_dropout : bool
        Whether dropped units take SELU's lower limit instead of 0.
    normalization : str, optional
        A key of ``NORMALIZATIONS``.
    skip_connections : str, optional
        One of ``SKIP_CONNECTIONS``.
    optimizer : dict of str to float
        The numbers of the solver.
    learning_rate : str
        A key of ``SCHEDULES``.
    power_t : float
        Exponent of the schedule "invscaling".
    tol, n_iter_no_change : float
        When to stop: no improvement by `tol` for more than `n_iter_no_change` epochs.
    start : Start
        What training sets out from.
    keeps_solver : bool
        Whether the result tells where the solver stopped.
    score : callable Weights -> float, optional
        Judges each epoch; NaN is an undefined score. The weights of the best score are returned,
        the last ones where none is defined.
    on_epoch : callable EpochReport -> bool, optional
        Called at the end of each epoch; training stops where it returns True.
    """

    X: Any
    targets: Array
    sample_weight: Array
    rows: NDArray[np.intp]
    layer_sizes: tuple[int, ...]
    loss: str
    loss_number: float
    solver: str
    activation: Activation
    first_initializer: Initializer
    initializer: Initializer
    output_initializer: Initializer
    shares_variance: bool
    seeds: Seeds
    device: str
    batch_size: int
    max_iter: int
    max_fun: int
    shuffle: bool
    alpha: float
    alpha_is_per_weight: bool
    l1_ratio: float
    max_norm: float | None
    max_grad_norm: float | None
    dropout: float
    alpha_dropout: bool
    normalization: str | None
    skip_connections: str | None
    optimizer: dict[str, float]
    learning_rate: str
    power_t: float
    tol: float
    n_iter_no_change: float
    start: Start = Start()
    keeps_solver: bool = False
    score: Callable[[Weights], float] | None = None
    on_epoch: Callable[[EpochReport], bool] | None = None


@dataclass
class Result:
    """What training one network gave.

    Attributes
    ----------
    weights : Weights
        The last weights, or the best by `Job.score`.
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
    solver : SolverState, optional
        Where the solver stopped, where `Job.keeps_solver` asks for it.
    """

    weights: Weights
    loss: float
    loss_curve: list[float] = field(default_factory=list)
    validation_scores: list[float] = field(default_factory=list)
    converged: bool = False
    message: str = ""
    solver: SolverState | None = None
