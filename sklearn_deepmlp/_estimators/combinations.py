"""Parameters that cannot be meant together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._stack.schedules import SCHEDULES

_LBFGS = "with solver='lbfgs', which follows the exact loss of all rows with a line search"


def check_combinations(net: Any) -> None:
    """Refuse parameters that contradict each other in `fit` and `partial_fit`."""
    _refuse(net, _contradictions(net))


def check_partial_fit(net: Any) -> None:
    """Refuse parameters that have no meaning where data come in pieces."""
    if net.early_stopping:
        raise ValueError("partial_fit does not support early_stopping=True")
    _refuse(net, _contradictions_of_pieces(net))


def _refuse(net: Any, contradictions: Iterator[tuple[str, str]]) -> None:
    for name, expected in contradictions:
        owner = type(net).__name__
        raise ValueError(parameter_message(name, owner, expected, getattr(net, name)))


def _contradictions(net: Any) -> Iterator[tuple[str, str]]:
    if getattr(net, "quantile", 0.5) != 0.5 and net.loss != "quantile":
        yield "quantile", f"0.5 with loss={net.loss!r}, as only loss='quantile' reads it"
    if net.solver == "adamw" and net.l1_ratio > 0:
        yield (
            "l1_ratio",
            "0 with solver='adamw', whose weight decay is L2; take solver='adam' for L1",
        )
    if net.normalization == "batch" and net.batch_size == 1:
        yield (
            "batch_size",
            "at least 2 with normalization='batch', as one row has no variance",
        )
    if net.solver == "lbfgs":
        yield from _contradictions_of_lbfgs(net)


def _contradictions_of_lbfgs(net: Any) -> Iterator[tuple[str, str]]:
    if net.dropout > 0:
        yield "dropout", f"0 {_LBFGS}; take a stochastic solver for dropout"
    if net.activation_.noisy:
        yield "activation", f"one without random slopes {_LBFGS}"
    if net.normalization == "batch":
        yield "normalization", f"None or 'layer' {_LBFGS}, where there are no batches"
    if net.l1_ratio > 0:
        yield "l1_ratio", f"0 {_LBFGS}, for which L1 is not smooth"
    for name in ("max_norm", "max_grad_norm"):
        if getattr(net, name) is not None:
            yield name, f"None {_LBFGS}"
    if SCHEDULES[net.learning_rate].needs_length:
        yield "learning_rate", f"'constant' {_LBFGS}, and so has no learning rate"


def _contradictions_of_pieces(net: Any) -> Iterator[tuple[str, str]]:
    if SCHEDULES[net.learning_rate].needs_length:
        steady = [name for name in SCHEDULES if not SCHEDULES[name].needs_length]
        yield (
            "learning_rate",
            f"one of {steady} in partial_fit, which does not know how many calls will follow",
        )
    if getattr(net, "class_weight", None) == "balanced":
        yield (
            "class_weight",
            "a dict or None in partial_fit, which does not know how often each class will come",
        )
