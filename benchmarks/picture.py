"""A picture of how fast each contender fits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.contenders import BARE, OURS, SKLEARN, SKORCH
from benchmarks.interleave import Seconds, Spread, ratio
from benchmarks.shapes import DTYPES

# Contender, the color of its marker, and how far it is from the line of a shape.
SERIES = ((SKORCH, "tab:green", -0.2), (SKLEARN, "tab:blue", 0.0), (BARE, "tab:orange", 0.2))
TICKS = (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10)


def draw(records: list[dict[str, Any]], path: Path) -> None:
    """Save a dot plot of the times of a fit, in units of ours.

    Parameters
    ----------
    records : list of dict
        What `benchmarks.fit` measured.
    path : Path
        Where to save the picture.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - only pictures need it

    figure = Figure(figsize=(9, 4), layout="constrained")
    panels = figure.subplots(1, len(DTYPES), sharex=True, sharey=True)
    for ax, dtype in zip(panels, DTYPES, strict=True):
        _draw_panel(ax, [record for record in records if record["dtype"] == dtype])
        ax.set_title(dtype, loc="left")
    panels[0].invert_yaxis()
    figure.supxlabel(f"time of a fit / time of {OURS} (right of 1: {OURS} is faster)", fontsize=10)
    handles, labels = panels[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper right", ncols=len(SERIES), frameon=False)
    figure.savefig(path, dpi=150)


def _draw_panel(ax: Any, records: list[dict[str, Any]]) -> None:
    ax.axvline(1, color="0.4", linewidth=1)
    for name, color, shift in SERIES:
        spreads = [_in_units_of_ours(record, name) for record in records]
        places = [number + shift for number in range(len(records))]
        medians = [spread.median for spread in spreads]
        ax.hlines(
            places, [s.low for s in spreads], [s.high for s in spreads], color=color, alpha=0.5
        )
        ax.plot(medians, places, "o", color=color, label=name)
    ax.set_yticks(range(len(records)), [record["shape"] for record in records])
    _style(ax)


def _style(ax: Any) -> None:
    from matplotlib.ticker import FixedLocator  # noqa: PLC0415 - as above

    ax.set_xscale("log", base=2)
    ax.xaxis.set_major_locator(FixedLocator(TICKS))
    ax.xaxis.set_major_formatter("{x:g}")
    ax.minorticks_off()
    ax.grid(color="0.92")
    ax.set_axisbelow(True)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)


def _in_units_of_ours(record: dict[str, Any], name: str) -> Spread:
    return ratio(_seconds(record, name), _seconds(record, OURS))


def _seconds(record: dict[str, Any], name: str) -> Seconds:
    return np.array(record["seconds"][name])
