"""Scales and colors that suit values."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes

MANY = 3.0  # decades; ticks between powers of 10 would be too close


def finite_values(values: ArrayLike) -> NDArray[np.float64]:
    """Return all finite values as a flat array."""
    flat = np.ravel(np.asarray(values, dtype=np.float64))
    return flat[np.isfinite(flat)]


def decades(values: ArrayLike) -> float:
    """Return how many powers of 10 positive values span.

    Zeros and values that are not finite are ignored. It is 0 if there is a negative value.
    """
    finite = finite_values(values)
    positive = finite[finite > 0]
    if (finite < 0).any() or not positive.size:
        return 0.0
    return float(np.ptp(np.log10(positive)))


def is_logarithmic(values: ArrayLike) -> bool:
    """Return whether a logarithmic scale suits values: if they span more than a factor of 10."""
    return decades(values) > 1


def set_y_scale(ax: Axes, values: ArrayLike) -> None:
    """Make the y-axis logarithmic if that suits values, with plain numbers unless they are many."""
    from matplotlib.ticker import LogLocator, NullLocator  # noqa: PLC0415 - an extra

    ax.set_yscale("log" if is_logarithmic(values) else "linear")
    if 1 < decades(values) < MANY:
        ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.yaxis.set_major_formatter("{x:g}")


def colors(n: int) -> NDArray[np.float64]:
    """Return n colors of an ordered scale, from dark to light but not too light for a line."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra

    return mpl.colormaps["viridis"](np.linspace(0, 0.88, n))
