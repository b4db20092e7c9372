"""A signal as lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._displays.layer_signal import LayerSignal
from sklearn_deepmlp._displays.scales import colors, set_y_scale

if TYPE_CHECKING:  # an extra
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D

MANY_POINTS = 30  # without markers


def draw_over_layers(ax: Axes, signal: LayerSignal, line_kw: Mapping[str, Any]) -> list[Line2D]:
    """Draw a line per record, with layers as the x-axis, and return the lines."""
    names = [str(epoch) for epoch in signal.epochs]
    lines = _draw_lines(ax, signal.layers, signal.values, names, line_kw)
    ax.legend(title="epoch")
    _label(ax, signal, signal.layer_axis_label)
    return lines


def draw_over_epochs(ax: Axes, signal: LayerSignal, line_kw: Mapping[str, Any]) -> list[Line2D]:
    """Draw a line per layer, with epochs as the x-axis, and return the lines."""
    lines = _draw_lines(ax, signal.epochs, signal.values.T, signal.layer_names(), line_kw)
    ax.legend()
    _label(ax, signal, "epoch")
    return lines


def _draw_lines(
    ax: Axes,
    x: NDArray[np.intp],
    rows: NDArray[np.float64],
    names: Sequence[str],
    line_kw: Mapping[str, Any],
) -> list[Line2D]:
    """Draw a line per row, from dark to light."""
    marker = "" if len(x) > MANY_POINTS else "."
    return [
        ax.plot(x, row, **{"color": color, "label": name, "marker": marker, **line_kw})[0]
        for row, name, color in zip(rows, names, colors(len(rows)), strict=True)
    ]


def _label(ax: Axes, signal: LayerSignal, x_label: str) -> None:
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415 - an extra

    ax.set(xlabel=x_label, ylabel=signal.label)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    if signal.is_fraction:
        ax.set_ylim(-0.03, 1.03)
    else:
        set_y_scale(ax, signal.values)
