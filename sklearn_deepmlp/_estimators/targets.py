"""Targets as a loss expects them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._losses import LOSSES

# How y relates to the classes: it defines them ("new"), the user has announced them before the
# first y ("announced"), it must have all that the network knows ("same"), or any of them ("known").
Classes = Literal["new", "announced", "same", "known"]


@dataclass(frozen=True)
class Targets:
    """Encoded targets.

    Attributes
    ----------
    values : ndarray of shape (n_samples,) or (n_samples, n_outputs)
        Class indices, or one column per output.
    loss : str
        The key of ``LOSSES`` for targets of this kind.
    n_outputs : int
        Units of the output layer.
    labels : ndarray of shape (n_samples,), optional
        The class of each row, where it has one.
    """

    values: NDArray[Any]
    loss: str
    n_outputs: int
    labels: NDArray[Any] | None = None

    @property
    def out_activation(self) -> str:
        """The output activation of networks that predict them."""
        return LOSSES[self.loss].out_activation

    def of(self, rows: NDArray[Any]) -> Targets:
        """Return the targets of some rows."""
        labels = None if self.labels is None else self.labels[rows]
        return Targets(self.values[rows], self.loss, self.n_outputs, labels)

    def strata(self) -> NDArray[Any] | None:
        """Return the classes that both parts of a split must hold in the same proportions.

        None if there are none, or if one of more than two has a single row, which cannot be
        divided.
        """
        if self.labels is None:
            return None
        counts = np.unique(self.labels, return_counts=True)[1]
        return None if len(counts) > 2 and min(counts) == 1 else self.labels
