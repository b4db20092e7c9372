"""Pickles that record the version of this package, and the warning of another version."""

from __future__ import annotations

import warnings
from typing import Any

from sklearn.exceptions import InconsistentVersionWarning

from sklearn_deepmlp._version import __version__

_KEY = "_sklearn_deepmlp_version"


class VersionStamped:
    """Adds the version to the pickled state, and warns when another version reads it."""

    def __getstate__(self) -> dict[str, Any]:
        state: Any = super().__getstate__()
        return {**state, _KEY: __version__}

    def __setstate__(self, state: dict[str, Any]) -> None:
        state = dict(state)
        version = state.pop(_KEY, "unknown")
        warn_of_other_version(type(self).__name__, version)
        super().__setstate__(state)  # type: ignore[misc]


def warn_of_other_version(estimator_name: str, version: str) -> None:
    """Warn the caller's caller of an estimator that another version has stored."""
    if version != __version__:
        warnings.warn(
            InconsistentVersionWarning(
                estimator_name=estimator_name,
                current_sklearn_version=__version__,
                original_sklearn_version=version,
            ),
            stacklevel=3,
        )
