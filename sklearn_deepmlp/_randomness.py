"""One seed gives four independent random streams, so that no draw from one affects another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from sklearn.utils import check_random_state


@dataclass(frozen=True)
class Seeds:
    """Seeds of the four streams.

    Attributes
    ----------
    init : int
        Initial weights.
    split : int
        The split into training and validation rows.
    order : int
        The order of rows in each epoch.
    noise : int
        Dropout and random hyperparameters of activations.
    """

    init: int
    split: int
    order: int
    noise: int


def seeds_from(random_state: int | np.random.RandomState | None) -> Seeds:
    """Draw one seed from `random_state` (None: numpy's global generator); derive four from it."""
    seed = check_random_state(random_state).randint(np.iinfo(np.int32).max)
    streams = np.random.SeedSequence(seed).generate_state(4, np.uint32)
    return Seeds(*(int(stream) for stream in streams))
