"""Independent random numbers, drawn straight into an array.

They are drawn in float64, a piece at a time, and rounded into place. So an array of float32 holds
the rounded numbers of the float64 array of the same seed, and the memory of a second array is never
needed. A large array consists of parts with their own random streams, which several threads draw at
once; the numbers do not depend on how many threads there are.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._threads import map_in_threads, n_threads

# Numbers of a piece, which fits a core's cache; of a part, which takes some milliseconds; and of an
# array from which it consists of parts. Below that, all numbers come from one stream.
PIECE, PART, MIN_FOR_PARTS = 2**13, 2**18, 2**20

Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]


def fill(out: NDArray[np.floating], draw: Draw, generator: np.random.Generator) -> None:
    """Fill an array with random numbers.

    Parameters
    ----------
    out : ndarray of shape (n,)
        Is filled, by rounding to its dtype.
    draw : callable
        Draws as many numbers as asked for.
    generator : numpy.random.Generator
        The only source of randomness.
    """
    if len(out) < MIN_FOR_PARTS:
        _fill_from(draw, out, generator)
        return
    key = generator.integers(2**63, size=2).tolist()
    indices = range(-(-len(out) // PART))
    function = partial(_fill_part, out, draw, key)
    map_in_threads(function, indices, min(n_threads(), len(indices)), nullcontext)


def _fill_part(out: NDArray[np.floating], draw: Draw, key: list[int], index: int) -> None:
    """Fill one part from its own stream."""
    _fill_from(draw, out[index * PART : (index + 1) * PART], np.random.default_rng([*key, index]))


def _fill_from(draw: Draw, out: NDArray[np.floating], generator: np.random.Generator) -> None:
    """Fill an array from one stream."""
    with np.errstate(over="ignore"):  # what is too large for the dtype becomes infinite
        for start in range(0, len(out), PIECE):
            piece = out[start : start + PIECE]
            piece[...] = draw(generator, len(piece))
