"""Regression targets far from unit scale, which networks learn badly.

Initial weights give outputs of about unit scale, and each step of a stochastic solver moves them by
about the learning rate. So targets with a large mean or spread are out of reach for a long time,
and errors of small ones are lost in `tol` and in the noise of the initial weights. At about these
bounds R² of the default network has fallen by a tenth: docs/guide/training_control.md, "The scale
of targets".
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.moments import moments
from sklearn_deepmlp._estimators.user_warnings import warn

# The spread of fewer rows is not informative.
LEAST_ROWS = 10
LEAST_STD, GREATEST_STD = 0.1, 10.0
GREATEST_MEAN = 3.0  # in standard deviations, or in units where these are below 1
# A line search adapts to any large scale, but small targets give gradients below `tol`.
LEAST_STD_BY_LINE_SEARCH = 0.05


def is_far_from_unit(means: Any, stds: Any, *, by_line_search: bool) -> NDArray[np.bool_]:
    """Return which targets are hard to learn because of their scale.

    Parameters
    ----------
    means, stds : float or ndarray of shape (n_outputs,)
        Their means and standard deviations.
    by_line_search : bool
        As in `warn_of_scale`.

    Returns
    -------
    ndarray of bool of shape () or (n_outputs,)
    """
    wrong = (stds > 0) & (stds < (LEAST_STD_BY_LINE_SEARCH if by_line_search else LEAST_STD))
    if by_line_search:
        return np.asarray(wrong)
    is_near = (stds <= GREATEST_STD) & (np.abs(means) <= GREATEST_MEAN * np.maximum(stds, 1.0))
    return np.asarray(wrong | ~is_near)


def warn_of_scale(y: NDArray[Any], *, by_line_search: bool) -> None:
    """Warn if the network will hardly learn targets because of their scale.

    The numbers in the message are rounded so that the folds of a search have the same text, which
    Python shows once.

    Parameters
    ----------
    y : ndarray of shape (n_samples, n_outputs)
        Targets that the network's raw outputs are compared with.
    by_line_search : bool
        Whether the solver finds the length of each step, instead of following a learning rate.
    """
    if len(y) < LEAST_ROWS:
        return
    with np.errstate(over="ignore", invalid="ignore"):  # what overflows is far from unit scale
        means, stds = moments(y)
    wrong = is_far_from_unit(means, stds, by_line_search=by_line_search)
    if not wrong.any():
        return
    first = int(np.argmax(wrong))
    where = "y" if y.shape[1] == 1 else f"output {first} of y"
    warn(
        f"The scale of {where} is far from 1: its mean is about {means[first]:.1g}, its standard "
        f"deviation about {stds[first]:.1g}. Networks learn such targets slowly or badly. Scale "
        "them, for instance with TransformedTargetRegressor(net, transformer=StandardScaler())."
    )
