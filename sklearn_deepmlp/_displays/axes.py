"""Where displays draw, and on which scale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes

DECADE = 10.0


def new_axes(owner: str, n_columns: int = 1) -> NDArray[Any]:
    """Return the Axes of a new figure, side by side.

    Parameters
    ----------
    owner : str
        Name of the display's class, for the message.
    n_columns : int, default=1
        Number of Axes.

    Returns
    -------
    ndarray of Axes of shape (n_columns,)

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ImportError(
            f"{owner}.plot needs matplotlib, which is not installed: pip install matplotlib"
        ) from error
    size = (6.4 if n_columns == 1 else 4.8 * n_columns, 4.4)
    _, axes = plt.subplots(1, n_columns, squeeze=False, figsize=size, layout="constrained")
    return axes[0]


def axes_or_new(ax: Axes | None, owner: str) -> Axes:
    """Return the axes that a user gave, or those of a new figure."""
    return new_axes(owner)[0] if ax is None else ax


def spans_decades(values: ArrayLike) -> bool:
    """Tell whether a logarithmic scale suits values.

    It does where none is negative and the positive ones differ by more than a factor of 10. Values
    that are not finite are ignored.
    """
    finite = finite_values(values)
    positive = finite[finite > 0]
    return bool((finite >= 0).all() and positive.size and positive.max() / DECADE > positive.min())


def finite_values(values: ArrayLike) -> NDArray[np.float64]:
    """Return all finite values as a flat array."""
    flat = np.ravel(np.asarray(values, dtype=np.float64))
    return flat[np.isfinite(flat)]


def colours(n: int) -> NDArray[np.float64]:
    """Return n colours of an ordered scale, from dark to light but not too light for a line."""
    import matplotlib as mpl  # noqa: PLC0415 - an extra

    return mpl.colormaps["viridis"](np.linspace(0, 0.88, n))
