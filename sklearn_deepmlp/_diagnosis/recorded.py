"""What training recorded, if it did."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._estimators.fit_record import FitRecord
from sklearn_deepmlp._stack.signals import DataScale, Signals

OfLayers = NDArray[np.float64]


def signals_of(record: FitRecord) -> Signals:
    """Return the signals of a fit that has recorded them, see `conditions.has_signals`."""
    if record.signals is None:
        raise ValueError("The fit has recorded no signals.")
    return record.signals


def data_of(record: FitRecord) -> DataScale:
    """Return the scale of a fit's data where it is known, see `conditions.knows_data`."""
    data = signals_of(record).data
    if data is None:
        raise ValueError("The scale of the data is unknown.")
    return data


def largest(values: OfLayers) -> int:
    """Return the index of the largest value; a value that is not a number counts as infinite."""
    return int(np.argmax(np.where(np.isnan(values), np.inf, values)))


def smallest(values: OfLayers) -> int:
    """Return the index of the smallest value; values that are not numbers do not count."""
    return int(np.argmin(np.where(np.isnan(values), np.inf, values)))
