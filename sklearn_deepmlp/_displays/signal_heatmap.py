"""A signal as a picture of layers × records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from sklearn_deepmlp._displays.layer_signal import LayerSignal
from sklearn_deepmlp._displays.scales import finite_values

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes
    from matplotlib.colors import Normalize
    from matplotlib.image import AxesImage

MISSING = "0.85"  # gray


def draw_heatmap(ax: Axes, signal: LayerSignal, image_kw: Mapping[str, Any]) -> AxesImage:
    """Draw an image with a row per layer, the first at the bottom, and a column per record.

    Values beyond the ends of the scale, such as 0 on a logarithmic one, have the colors of the
    ends.
    """
    low, high = _limits(signal)
    norm = _norm(signal, low, high)
    shown = np.clip(signal.values, low, high).T
    style = {"norm": norm, "cmap": _color_map(signal), "extent": _extent(signal), **image_kw}
    image = ax.imshow(shown, origin="lower", aspect="auto", interpolation="nearest", **style)
    ax.figure.colorbar(image, ax=ax, label=signal.label, extend=_extend(signal, low, high))
    _label(ax, signal)
    return image


def _limits(signal: LayerSignal) -> tuple[float, float]:
    """Return the ends of the scale: symmetric if values have both signs."""
    finite = finite_values(signal.values)
    if signal.is_fraction or not finite.size:
        return 0.0, 1.0
    if signal.is_signed:
        largest = np.abs(finite).max()
        return -largest, largest
    return (finite[finite > 0] if signal.is_logarithmic else finite).min(), finite.max()


def _norm(signal: LayerSignal, low: float, high: float) -> Normalize:
    from matplotlib.colors import LogNorm, Normalize  # noqa: PLC0415 - an extra

    return (LogNorm if signal.is_logarithmic else Normalize)(low, high)


def _color_map(signal: LayerSignal) -> Any:
    import matplotlib as mpl  # noqa: PLC0415 - an extra

    color_map = mpl.colormaps["RdBu_r" if signal.is_signed else "viridis"]
    return color_map.with_extremes(bad=MISSING)


def _extent(signal: LayerSignal) -> tuple[float, float, float, float]:
    """Return the edges of the image: records from 0 on, layers by their numbers."""
    n_records = len(signal.epochs)
    return -0.5, n_records - 0.5, signal.layers[0] - 0.5, signal.layers[-1] + 0.5


def _extend(signal: LayerSignal, low: float, high: float) -> str:
    below, above = (signal.values < low).any(), (signal.values > high).any()
    return {(True, True): "both", (True, False): "min", (False, True): "max"}.get(
        (bool(below), bool(above)), "neither"
    )


def _label(ax: Axes, signal: LayerSignal) -> None:
    """Mark records by their epochs, and layers by their numbers."""
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - an extra

    names = dict(enumerate(map(str, signal.epochs)))
    ax.set(xlabel="epoch", ylabel=signal.layer_axis_label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    ax.xaxis.set_major_formatter(lambda x, _: names.get(round(x), ""))
    ax.yaxis.set_major_locator(MaxNLocator(integer=True))
