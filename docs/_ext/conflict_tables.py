"""Tables of the parameters that contradict each other, found by trying all pairs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
from markdown_tables import code, markdown_table
from probes import Setting, defaults_of, settings_of

from sklearn_deepmlp import DeepMLPClassifier, DeepMLPRegressor
from sklearn_deepmlp._estimators.conflicts import check_conflicts, check_partial_fit
from sklearn_deepmlp._estimators.parameters import Parameters
from sklearn_deepmlp._estimators.resolve import resolve
from sklearn_deepmlp._estimators.self_normalization import check_data
from sklearn_deepmlp.activations import ACTIVATIONS

KINDS = (DeepMLPClassifier, DeepMLPRegressor)
STANDARDIZED = np.repeat([[-1.0], [1.0]], 4, axis=0)
REFUSAL = re.compile(r"The '(?P<name>\w+)' parameter of \w+ must be (?P<expected>.*)\. Got .*")
VIOLATION = re.compile(r"- (?P<name>\w+)=\S+ (?P<finding>.*)\. Remedy: (?P<remedy>.*)\.")
Refused = dict[tuple[str, ...], list[Any]]  # the values by parameter and what is said of it


def conflict_table() -> str:
    """Return what parameters must be in the presence of others."""
    found: Refused = {}
    for kind in KINDS:
        for setting, error in _refused_pairs(kind, _check):
            match = REFUSAL.fullmatch(str(error))
            _add(found, (match["name"], match["expected"]), setting[match["name"]])
    return _table(found, ("Parameter", "Refused", "It must be"))


def partial_fit_table() -> str:
    """Return what parameters must be for `partial_fit`."""
    found: Refused = {}
    for kind in KINDS:
        for setting in settings_of(kind):
            if (error := _error(kind, setting, _check_partial_fit)) is not None:
                (name, value) = next(iter(setting.items()))
                match = REFUSAL.fullmatch(str(error))
                expected = match["expected"] if match else f"another value: {error}"
                _add(found, (name, expected), value)
    return _table(found, ("Parameter", "Refused", "It must be"))


def self_normalization_table() -> str:
    """Return what self-normalizing activations refuse, although the data are standardized."""
    found: Refused = {}
    names = [name for name, activation in ACTIVATIONS.items() if activation.self_normalizing]
    for kind in KINDS:
        for name in names:
            for setting, error in _refused_pairs(kind, _check_data, {"activation": name}):
                for match in VIOLATION.finditer(str(error)):
                    parts = match["name"], match["finding"], match["remedy"]
                    _add(found, parts, setting[match["name"]])
    return _table(found, ("Parameter", "Refused", "It …", "Remedy"))


def _add(found: Refused, parts: tuple[str, ...], value: Any) -> None:
    values = found.setdefault(parts, [])
    if value not in values:
        values.append(value)


def _table(found: Refused, header: tuple[str, ...]) -> str:
    rows = [
        (f"`{name}`", _refused(values), *map(_marked, said))
        for (name, *said), values in found.items()
    ]
    return markdown_table(header, rows)


def _refused(values: list[Any]) -> str:
    """List names; a number stands for all others of its kind."""
    numbers = [value for value in values if isinstance(value, int | float)]
    names = [code(value) for value in values if value not in numbers or value is True]
    return ", ".join(names) or "other numbers"


def _marked(text: str) -> str:
    """Set assignments and names in quotes as code."""
    return re.sub(r"(?<![`\w'])(\w+=(?:'\w+'|\w+)|'\w+')(?!\w)", r"`\1`", text)


def _refused_pairs(
    kind: type, check: Any, base: Setting | None = None
) -> Iterator[tuple[Setting, ValueError]]:
    """Yield settings that are refused, and pairs of settings that are accepted separately."""
    base = base or {}
    accepted = []
    for setting in settings_of(kind):
        if setting.keys() & base.keys():
            continue
        if (error := _error(kind, base | setting, check)) is None:
            accepted.append(setting)
        else:
            yield setting, error
    for first, second in combinations(accepted, 2):
        if first.keys() & second.keys():
            continue
        if (error := _error(kind, base | first | second, check)) is not None:
            yield first | second, error


def _error(kind: type, setting: Setting, check: Any) -> ValueError | None:
    defaults = defaults_of(kind)
    try:
        check(Parameters(kind.__name__, defaults | setting, defaults))
    except ValueError as error:
        return error
    return None


def _resolved(params: Parameters) -> Any:
    return resolve(params, auto_alpha=1.0, starts_small=False)


def _check(params: Parameters) -> None:
    check_conflicts(params, _resolved(params).activation)


def _check_partial_fit(params: Parameters) -> None:
    check_partial_fit(params)


def _check_data(params: Parameters) -> None:
    if params["self_normalization"] == "enforce":
        check_data(params, _resolved(params), STANDARDIZED, None)
