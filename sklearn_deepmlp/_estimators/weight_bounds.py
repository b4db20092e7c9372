"""Sample weights of extreme size, brought within bounds: only their ratios matter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Exponents of 2 between which the largest weight is kept. The sum of 2**37 of them is finite in
# float32 too, and so is its inverse. Beyond these bounds a penalty, which is divided by the sum of
# weights, would vanish or dominate the loss.
_LEAST, _LARGEST = -90, 90


def bounded(weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Multiply weights by a power of 2 where the largest is out of bounds; most stay as they are.

    Parameters
    ----------
    weight : ndarray of shape (n,)
        Finite and not negative.
    """
    exponent = int(np.frexp(weight.max())[1])
    shift = int(np.clip(exponent, _LEAST, _LARGEST)) - exponent
    return weight if shift == 0 else np.ldexp(weight, shift)
