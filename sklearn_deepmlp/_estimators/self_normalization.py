"""The conditions under which self-normalizing networks normalize themselves.

Source: Klambauer et al. (2017, arXiv:1706.02515), for plain networks with LeCun normal weights and
standardized inputs.
"""

from __future__ import annotations

from typing import Any

from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.resolve import Resolved
from sklearn_deepmlp._estimators.rows_seen import batch_violations, with_rows
from sklearn_deepmlp._estimators.standardization import Names, data_violations
from sklearn_deepmlp._estimators.user_warnings import warn
from sklearn_deepmlp._estimators.violations import Violation
from sklearn_deepmlp.initializers import Initializer, VarianceScaling

# scale="auto" is 1 up to the digits of the constants in a custom self-normalizing function.
_SCALE_TOLERANCE = 5e-3


def check_data(params: Parameters, resolved: Resolved, X: Any, names: Names) -> None:
    """Raise or warn where the activation is self-normalizing, but the network would not be.

    Parameters
    ----------
    params : Parameters
        The parameters; self_normalization says whether to raise, warn or do nothing.
    resolved : Resolved
        The same, resolved.
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The rows of positive weight.
    names : ndarray of shape (n_features,), optional
        Names of the features, for the message.
    """
    if _applies(params, resolved):
        _report(
            [*data_violations(X, names), *_parameter_violations(params, resolved)], params, resolved
        )


def check_batch(
    params: Parameters, resolved: Resolved, X: Any, seen_before: tuple[Any, ...]
) -> tuple[Any, ...]:
    """Do what `check_data` does, for a batch of `partial_fit` and all rows that it has seen.

    Parameters
    ----------
    params, resolved
        As in `check_data`.
    X : ndarray or sparse matrix of shape (n_samples, n_features)
        The batch.
    seen_before : tuple
        What this function has returned for the batches before; empty for the first one.
    """
    seen = with_rows(seen_before, X)
    if _applies(params, resolved):
        violations = [*batch_violations(X, seen), *_parameter_violations(params, resolved)]
        _report(violations, params, resolved)
    return tuple(seen)


def _applies(params: Parameters, resolved: Resolved) -> bool:
    is_meant = resolved.activation.self_normalizing and len(resolved.hidden_sizes) > 0
    return is_meant and params["self_normalization"] != "ignore"


def _parameter_violations(params: Parameters, resolved: Resolved) -> list[Violation]:
    broken = {
        "init": not _is_lecun_normal(resolved.initializers.hidden),
        "skip_connections": params["skip_connections"] is not None,
        "normalization": params["normalization"] is not None,
        "alpha": params["alpha"] not in ("auto", 0),
        "max_norm": params["max_norm"] is not None,
        "dropout": params["dropout"] > 0 and not resolved.alpha_dropout,
    }
    return [
        Violation(f"{name}={params[name]!r} {_REASONS[name][0]}", _REASONS[name][1])
        for name, is_broken in broken.items()
        if is_broken
    ]


_REASONS = {
    "init": ("is not LeCun normal", "use init='auto' or init='lecun_normal'."),
    "skip_connections": (
        "adds connections that plain networks do not have",
        "set skip_connections=None.",
    ),
    "normalization": (
        "normalizes activations that already normalize themselves",
        "set normalization=None, or use another activation.",
    ),
    "alpha": (
        "penalizes the weights",
        "set alpha=0; dropout with dropout_kind='auto' regularizes instead.",
    ),
    "max_norm": (
        "bounds the weights",
        "set max_norm=None; dropout with dropout_kind='auto' regularizes instead.",
    ),
    "dropout": ("is standard dropout", "use dropout_kind='auto' or 'alpha'."),
}


def _is_lecun_normal(initializer: Initializer) -> bool:
    return (
        isinstance(initializer, VarianceScaling)
        and (initializer.mode, initializer.distribution) == ("fan_in", "normal")
        and abs(float(initializer.scale) - 1) <= _SCALE_TOLERANCE
    )


def _report(violations: list[Violation], params: Parameters, resolved: Resolved) -> None:
    """List all violations with their remedies.

    The text for one cause is the same for every fold, so that searches group failures.
    """
    if not violations:
        return
    title = (
        f"{params.owner} with activation {resolved.activation!r} is not self-normalizing, as these "
        "conditions are broken (self_normalization='warn' or 'ignore' trains anyway):"
    )
    lines = [f"- {violation.finding}. Remedy: {violation.remedy}" for violation in violations]
    message = "\n".join([title, *lines])
    if params["self_normalization"] == "enforce":
        raise ValueError(message)
    warn(message)
