"""Parameters that contradict each other, found by what solvers, losses and others declare."""

from __future__ import annotations

from collections.abc import Iterator

from sklearn.base import BaseEstimator

from sklearn_deepmlp._estimators.dtypes import products_of
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._layers.normalizations import NORMALIZATIONS, least_rows
from sklearn_deepmlp._layers.products import EXACT
from sklearn_deepmlp._losses import LOSSES
from sklearn_deepmlp._stack.schedules import SCHEDULES
from sklearn_deepmlp._stack.solvers import SOLVERS, Solver
from sklearn_deepmlp.activations import Activation

# The name of a parameter, and what it must be instead.
Conflict = tuple[str, str]


def check_conflicts(params: Parameters, activation: Activation) -> None:
    """Refuse parameters that contradict each other in `fit` and `partial_fit`."""
    for name, expected in _conflicts(params, activation):
        raise params.error(name, expected)


def check_partial_fit(params: Parameters) -> None:
    """Refuse parameters that have no meaning where data arrive in batches."""
    if params["early_stopping"]:
        raise ValueError("partial_fit does not support early_stopping=True")
    for name, expected in _conflicts_with_partial_fit(params):
        raise params.error(name, expected)


def has_partial_fit(estimator: BaseEstimator) -> bool:
    """Return True if partial_fit is available; otherwise raise the error of scikit-learn's MLP."""
    solver = estimator.solver
    if isinstance(solver, str) and solver in SOLVERS and not SOLVERS[solver].is_stochastic:
        raise AttributeError(
            f"partial_fit is only available for stochastic optimizers. {solver} is not stochastic."
        )
    return True


def _conflicts(params: Parameters, activation: Activation) -> Iterator[Conflict]:
    yield from _unread_loss_parameters(params)
    yield from _l1_of_weight_decay(params)
    yield from _too_small_batches(params)
    if not SOLVERS[params["solver"]].is_stochastic:
        yield from _conflicts_with_exact_loss(params, activation)


def _unread_loss_parameters(params: Parameters) -> Iterator[Conflict]:
    """Yield the parameters that other losses read, but not the chosen one."""
    if "loss" not in params.values:
        return
    loss, readers = params["loss"], _readers()
    for name in readers.keys() - {LOSSES[loss].parameter}:
        if params.is_changed(name):
            only = _options("loss", readers[name])
            yield name, f"{params.defaults[name]} with loss={loss!r}, as only {only} reads it"


def _readers() -> dict[str, list[str]]:
    """Return the losses that read each parameter of losses."""
    readers: dict[str, list[str]] = {}
    for name, loss in LOSSES.items():
        if loss.parameter is not None:
            readers.setdefault(loss.parameter, []).append(name)
    return readers


def _l1_of_weight_decay(params: Parameters) -> Iterator[Conflict]:
    solver = params["solver"]
    if SOLVERS[solver].decays_weights and params["l1_ratio"] > 0:
        others = [name for name, each in SOLVERS.items() if _takes_l1(each)]
        remedy = f"use {_options('solver', others)} for L1"
        yield "l1_ratio", f"0 with solver={solver!r}, whose weight decay is L2; {remedy}"


def _takes_l1(solver: Solver) -> bool:
    return solver.is_stochastic and not solver.decays_weights


def _too_small_batches(params: Parameters) -> Iterator[Conflict]:
    kind, batch_size = params["normalization"], params["batch_size"]
    least = least_rows(kind)
    if batch_size != "auto" and batch_size < least:
        reason = "which computes statistics over the rows of a batch"
        yield "batch_size", f"at least {least} with normalization={kind!r}, {reason}"


def _conflicts_with_exact_loss(params: Parameters, activation: Activation) -> Iterator[Conflict]:
    """Yield what cannot be combined with a solver that minimizes the exact loss of all rows."""
    reason = f"with solver={params['solver']!r}, which minimizes the exact loss of all rows"
    if params["dropout"] > 0:
        yield "dropout", f"0 {reason}; use a stochastic solver for dropout"
    if activation.noisy:
        yield "activation", f"one without random slopes {reason}"
    yield from _statistics_of_batches(params, reason)
    if products_of(params["dtype"]) != EXACT:
        expected = "'auto', 'float32' or 'float64'"
        yield "dtype", f"{expected} {reason} with a line search, which rounding misleads"
    if params["l1_ratio"] > 0:
        yield "l1_ratio", f"0 {reason} with a line search, for which L1 is not smooth"
    for name in ("max_norm", "max_grad_norm"):
        if params[name] is not None:
            yield name, f"None {reason} with a line search"
    if SCHEDULES[params["learning_rate"]].needs_length:
        default = params.defaults["learning_rate"]
        yield "learning_rate", f"{default!r} {reason} with a line search, not a learning rate"


def _statistics_of_batches(params: Parameters, reason: str) -> Iterator[Conflict]:
    kind = params["normalization"]
    if least_rows(kind) > 1:
        others = [repr(name) for name, each in NORMALIZATIONS.items() if each.least_rows == 1]
        yield "normalization", f"{' or '.join(['None', *others])} {reason} and has no batches"


def _conflicts_with_partial_fit(params: Parameters) -> Iterator[Conflict]:
    if SCHEDULES[params["learning_rate"]].needs_length:
        steady = [name for name, each in SCHEDULES.items() if not each.needs_length]
        yield (
            "learning_rate",
            f"one of {steady} in partial_fit, which does not know how many calls will follow",
        )
    if params.values.get("class_weight") == "balanced":
        yield (
            "class_weight",
            "a dict or None in partial_fit, which does not know how often each class will occur",
        )


def _options(name: str, values: list[str]) -> str:
    return f"{name}={values[0]!r}" if len(values) == 1 else f"{name} from {values}"
