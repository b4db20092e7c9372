"""The conditions under which self-normalizing networks normalize themselves.

Source: Klambauer et al. (2017, arXiv:1706.02515), for plain networks of LeCun normal weights
whose inputs are standardized.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sklearn_deepmlp._estimators.standardization import Violation
from sklearn_deepmlp._estimators.warning import warn
from sklearn_deepmlp.activations.base import Activation
from sklearn_deepmlp.initializers import Initializer, VarianceScaling


def parameter_violations(
    params: Mapping[str, Any], initializer: Initializer, alpha_dropout: bool
) -> list[Violation]:
    """Return which parameters break self-normalization.

    Parameters
    ----------
    params : mapping
        The parameters of the estimator.
    initializer : Initializer
        What its parameter init means.
    alpha_dropout : bool
        What its parameter dropout_kind means.
    """
    broken = {
        "init": not _is_lecun_normal(initializer),
        "skip_connections": params["skip_connections"] is not None,
        "normalization": params["normalization"] is not None,
        "alpha": params["alpha"] not in ("auto", 0),
        "max_norm": params["max_norm"] is not None,
        "dropout": params["dropout"] > 0 and not alpha_dropout,
    }
    return [
        Violation(f"{name}={params[name]!r} {_REASONS[name][0]}", _REASONS[name][1])
        for name, is_broken in broken.items()
        if is_broken
    ]


_REASONS = {
    "init": ("is not LeCun normal", "use init='auto' or init='lecun_normal'."),
    "skip_connections": ("makes the network no plain one", "set skip_connections=None."),
    "normalization": (
        "normalizes what normalizes itself",
        "set normalization=None, or take another activation.",
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
    return isinstance(initializer, VarianceScaling) and (
        initializer.scale,
        initializer.mode,
        initializer.distribution,
    ) == (1.0, "fan_in", "normal")


def report(violations: list[Violation], activation: Activation, mode: str, owner: str) -> None:
    """Raise or warn, listing all violations with their remedies.

    The text of one cause is the same for every fold, so that searches group failures.

    Parameters
    ----------
    violations : list of Violation
        What was found; nothing happens where it is empty.
    activation : Activation
        The self-normalizing activation.
    mode : {"enforce", "warn"}
        ValueError or UserWarning.
    owner : str
        Name of the estimator.
    """
    if not violations:
        return
    title = (
        f"{owner} with activation {activation!r} is not self-normalizing, for these conditions "
        "are broken (self_normalization='warn' or 'ignore' trains all the same):"
    )
    lines = [f"- {violation.finding}. Remedy: {violation.remedy}" for violation in violations]
    message = "\n".join([title, *lines])
    if mode == "enforce":
        raise ValueError(message)
    warn(message)
