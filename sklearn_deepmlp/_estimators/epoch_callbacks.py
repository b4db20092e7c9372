"""scikit-learn's callbacks at the epochs of a fit.

The protocol is that of `sklearn.callback` (scikit-learn 1.9): a fit is a task, and its epochs are
subtasks.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sklearn_deepmlp._compat.sklearn import callback_context
from sklearn_deepmlp._stack.job import EpochReport


class EpochCallbacks:
    """Informs an estimator's callbacks when a fit and its epochs begin and end.

    Parameters
    ----------
    estimator : DeepMLPClassifier or DeepMLPRegressor
        The estimator that the callbacks were given to.
    X, y, sample_weight : array-like
        What `fit` was given.
    """

    def __init__(self, estimator: Any, X: Any, y: Any, sample_weight: Any) -> None:
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        self._data = {"estimator": estimator, "X": X, "y": y, "metadata": metadata}
        self._fit = callback_context(estimator, max_subtasks=estimator.max_iter)
        self._fit.call_on_fit_task_begin(**self._data)
        self._begin_epoch()

    def _begin_epoch(self) -> None:
        self._epoch: Any = self._fit.subcontext(task_name="epoch")
        self._epoch.call_on_fit_task_begin(**self._data)

    def end_epoch(self, report: EpochReport, attributes: Callable[[], dict[str, Any]]) -> bool:
        """End an epoch and begin the next; return whether a callback wants training to stop.

        Parameters
        ----------
        report : EpochReport
            The report of the epoch.
        attributes : callable
            Returns the fitted attributes at its end.
        """
        is_told_to_stop: bool = self._epoch.call_on_fit_task_end(
            **self._data, reconstruction_attributes=attributes
        )
        self._epoch = None
        if not (is_told_to_stop or report.is_last):
            self._begin_epoch()
        return is_told_to_stop

    def end_fit(self, attributes: Callable[[], dict[str, Any]]) -> None:
        """End the fit; `attributes` returns the fitted attributes."""
        if self._epoch is not None:  # a solver that judges itself stopped without announcing it
            self._epoch.call_on_fit_task_end(estimator=self._data["estimator"])
        self._fit.call_on_fit_task_end(**self._data, reconstruction_attributes=attributes)
