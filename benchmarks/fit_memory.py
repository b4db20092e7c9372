"""The memory that a fit needs, compared with that of its data, weights and outputs.

Torch's memory is seen only from outside: a process that fits is compared with one that does
everything but the fit.
"""

from __future__ import annotations

from itertools import pairwise

from benchmarks import children
from benchmarks.effort import Effort
from benchmarks.shapes import Shape
from benchmarks.tables import Section, Table

SHAPES = (
    Shape("many rows", 1_000_000, (32, 64, 64, 10), 1024, epochs=1),
    Shape("many weights", 10_000, (32, 1024, 1024, 1024, 10), 200, epochs=1),
    Shape("large batch", 100_000, (32, 64, 64, 10), 50_000, epochs=2),
)
BYTES = 4  # of a float32


def measure(effort: Effort) -> Section:
    """Measure a fit with many rows, one with many weights and one with a large batch."""
    raw = [_record(shape, effort) for shape in SHAPES]
    rows = [
        [
            f"{shape.name}: {shape.description}",
            f"{record['fit'] / 1e6:.0f}",
            *(f"{record[name] / 1e6:.0f}" for name in ("data", "weights", "outputs")),
            f"{record['fit'] / _needed(record):.2f}",
        ]
        for shape, record in zip(SHAPES, raw, strict=True)
    ]
    columns = ["Fit", "MB", "data", "weights", "outputs", "MB / (data + 8 × weights + outputs)"]
    note = (
        "Peak of a process that fits, minus that of one that does all but the fit and so holds "
        "the data. The outputs are those of all layers for one batch."
    )
    table = Table("Memory of a fit", columns, rows, note)
    return Section(
        [table], [_named(shape, record) for shape, record in zip(SHAPES, raw, strict=True)]
    )


def _record(shape: Shape, effort: Effort) -> dict[str, int]:
    """Return bytes."""
    sizes = shape.layer_sizes
    with_fit, without = (
        children.peak_bytes(_program(shape, fits=fits), effort.memory_runs)
        for fits in (True, False)
    )
    return {
        "fit": with_fit - without,
        "data": BYTES * shape.n_rows * sizes[0],
        "weights": BYTES * sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes)),
        "outputs": BYTES * min(shape.batch_size, shape.n_rows) * sum(sizes),
    }


def _needed(record: dict[str, int]) -> int:
    return record["data"] + 8 * record["weights"] + record["outputs"]


def _named(shape: Shape, record: dict[str, int]) -> dict[str, str | int]:
    return {"name": shape.name, "description": shape.description, **record}


def _program(shape: Shape, *, fits: bool) -> str:
    """Return a program with or without the fit.

    Both begin with a fit of a few rows, because torch loads code at its first step.
    """
    tiny = Shape("tiny", 100, (shape.layer_sizes[0], 2, shape.n_classes), 50, epochs=1)
    lines = [
        "from benchmarks.contenders import ours",
        "from benchmarks.shapes import Shape, random_data",
        f"X, y = random_data({shape.n_rows}, {shape!r})",
        f"ours({tiny!r}, 'float32').fit(X[:100], y[:100])",
    ]
    if fits:
        lines.append(f"ours({shape!r}, 'float32').fit(X, y)")
    return "\n".join(lines)
