"""Where displays draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from sklearn_deepmlp._compat.extras import import_extra

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes


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
    plt = import_extra("matplotlib.pyplot", f"{owner}.plot")
    size = (6.4 if n_columns == 1 else 4.8 * n_columns, 4.4)
    _, axes = plt.subplots(1, n_columns, squeeze=False, figsize=size, layout="constrained")
    return axes[0]


def axes_or_new(ax: Axes | None, owner: str) -> Axes:
    """Return the axes that a user gave, or those of a new figure."""
    return new_axes(owner)[0] if ax is None else ax
