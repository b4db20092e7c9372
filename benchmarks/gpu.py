"""Time a GPU beside the CPU: single networks, many together, large ones, and predictions.

``python -m benchmarks.gpu``, or with the names of some parts. The rule of device="auto"
rests on the parts "steps" and "predictions". Where torch finds no GPU, this says so, and times the
CPU.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import Any

import numpy as np
import torch
from joblib import Parallel, delayed
from sklearn.exceptions import ConvergenceWarning

from benchmarks import machine
from benchmarks.interleave import interleaved
from benchmarks.places import Place, places
from benchmarks.shapes import Array, Shape, random_data
from benchmarks.tables import Table
from sklearn_deepmlp import DeepMLPClassifier, fit_together
from sklearn_deepmlp._compat.number_types import lack_of_bfloat16
from sklearn_deepmlp._layers.products import TF32, switched

ROUNDS = 3
DTYPES = ("float32", "tf32", "bfloat16")
# The shapes of the table in docs/guide/gpu.md. The epochs are those of the shorter of two fits on
# a CPU.
SHAPES = (
    Shape("4-100-3", 320, (4, 100, 3), 32, epochs=20),
    Shape("20-64-64-2", 640, (20, 64, 64, 2), 64, epochs=20),
    Shape("20-10×50-2", 320, (20, *[50] * 10, 2), 32, epochs=20),
    Shape("32-64-64-10", 1_280, (32, 64, 64, 10), 128, epochs=20),
    Shape("32-10×100-10", 2_000, (32, *[100] * 10, 10), 200, epochs=10),
    Shape("64-8×256-10", 1_280, (64, *[256] * 8, 10), 256, epochs=4),
    Shape("128-4×512-10", 2_048, (128, *[512] * 4, 10), 512, epochs=2),
    Shape("256-4×1024-10", 2_048, (256, *[1024] * 4, 10), 1024, epochs=1),
)
SEARCHED = (
    Shape("2×50", 1_000, (20, 50, 50, 2), 32, epochs=20),
    Shape("10×50", 1_000, (20, *[50] * 10, 2), 32, epochs=20),
)
# How many times as many epochs a fit has on a GPU.
ON_GPU = 10
N_NETWORKS = 200
LARGE = Shape("8×4096", 81_920, (4096, *[4096] * 8, 10), 8192, epochs=1)
PREDICTED = Shape("32-3×100-10", 2_000, (32, 100, 100, 100, 10), 200, epochs=1)
# Numbers of rows, and of the calls that one time is the mean of.
CALLS = {1: 50, 1_000: 20, 200_000: 1}
TERA = 1e12


def main() -> None:
    """Time the parts that the command line names, and print a table for each."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"what to time: {', '.join(PARTS)} (all)")
    names = parser.parse_args().parts or list(PARTS)
    if unknown := set(names) - PARTS.keys():
        parser.error(f"no parts: {', '.join(sorted(unknown))}")
    warnings.simplefilter("ignore", ConvergenceWarning)
    _write(_described())
    for name in names:
        _write(PARTS[name](places()).markdown())


def _write(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _described() -> str:
    facts = ", ".join(f"{name} {value}" for name, value in machine.describe().items())
    if not torch.cuda.is_available():
        return f"NO GPU WAS FOUND (torch.cuda.is_available()): only the CPU is timed. {facts}"
    return f"{torch.cuda.get_device_name()}, CUDA {torch.version.cuda}. {facts}"


def steps(where: list[Place]) -> Table:
    """Time a training step of a single network."""
    rows = []
    for shape in SHAPES:
        seconds = [_seconds_of_steps(shape, place, ["float32"])["float32"] for place in where]
        name = f"{shape.name}, batch {shape.batch_size}"
        rows.append([name, *(f"{s * 1e6:,.0f}" for s in seconds)])
    return Table("Step of one network, µs, float32", ["Network", *_names(where)], rows)


def number_types(where: list[Place]) -> Table:
    """Time a training step of a single network by the number type of its products."""
    rows = []
    for shape in SHAPES:
        for place in where:
            seconds = _seconds_of_steps(shape, place, _rounded_types(place))
            figures = [f"{seconds[d] * 1e6:,.0f}" if d in seconds else "–" for d in DTYPES]
            rows.append([f"{shape.name}, batch {shape.batch_size}, {place.name}", *figures])
    return Table("Step of one network by number type, µs", ["Network", *DTYPES], rows)


def _rounded_types(place: Place) -> list[str]:
    """Return float32 and the number types that differ from it on a device."""
    has_bfloat16 = lack_of_bfloat16(torch.device(place.device)) is None
    return ["float32", *["tf32"] * (place.device == "cuda"), *["bfloat16"] * has_bfloat16]


def _seconds_of_steps(
    shape: Shape, place: Place, dtypes: list[str], n_rounds: int = ROUNDS
) -> dict[str, float]:
    """Return the median time of a step: a fit minus a fit of a third of the epochs, per step."""
    X, y = random_data(shape.n_rows, shape)
    epochs = shape.epochs * (ON_GPU if place.device == "cuda" else 1)

    def fit(dtype: str, n: int) -> Callable[[], Any]:
        return partial(_net(shape, place, dtype).set_params(max_iter=n).fit, X, y)

    calls = {f"{d} {n}": fit(d, n) for d in dtypes for n in (epochs, 3 * epochs)}
    with place.used():
        times = interleaved(calls, n_rounds)
    n_steps = 2 * epochs * (shape.n_steps // shape.epochs)
    return {
        d: float(np.median(times[f"{d} {3 * epochs}"] - times[f"{d} {epochs}"])) / n_steps
        for d in dtypes
    }


def _net(shape: Shape, place: Place, dtype: str, seed: int = 0) -> DeepMLPClassifier:
    return DeepMLPClassifier(
        shape.hidden,
        device=place.device,
        dtype=dtype,
        batch_size=shape.batch_size,
        max_iter=shape.epochs,
        tol=0.0,
        n_iter_no_change=np.inf,
        record_signals=False,
        random_state=seed,
    )


def together(where: list[Place]) -> Table:
    """Time many networks together and sequentially."""
    rows = []
    for shape in SEARCHED:
        X, y = random_data(shape.n_rows, shape)
        for place in where:
            with place.used():
                _fit_all(shape, place, X, y, 2)
                joint = _timed(partial(_fit_all, shape, place, X, y, N_NETWORKS))
                each = _timed(partial(_fit_sequentially, shape, place, X, y, N_NETWORKS))
            figures = [f"{joint:.1f}", f"{each:.1f}", f"{each / joint:.1f}"]
            rows.append([f"{N_NETWORKS} of {shape.name}, {place.name}", *figures])
    columns = ["Networks", "together, s", "sequentially, s", "ratio"]
    return Table("Networks of one shape, float32", columns, rows)


def _fit_all(shape: Shape, place: Place, X: Array, y: Array, n: int) -> None:
    with fit_together():
        Parallel()(delayed(_net(shape, place, "float32", seed).fit)(X, y) for seed in range(n))


def _fit_sequentially(shape: Shape, place: Place, X: Array, y: Array, n: int) -> None:
    for seed in range(n):
        _net(shape, place, "float32", seed).fit(X, y)


def _timed(call: Callable[[], Any]) -> float:
    start = perf_counter()
    call()
    return perf_counter() - start


def large(where: list[Place]) -> Table:
    """Compare the products of a large network with the rate at which the GPU can multiply."""
    columns = ["Products", "alone, TFLOP/s", "in a fit, TFLOP/s", "fraction"]
    rows = []
    for place in where:
        for dtype in DTYPES if place.device == "cuda" else ():
            alone = _product_rate(dtype)
            seconds = _seconds_of_steps(LARGE, place, [dtype], n_rounds=1)[dtype]
            rate = _flops_of_step(LARGE) / seconds / TERA
            rows.append([dtype, f"{alone:.0f}", f"{rate:.0f}", f"{rate / alone:.2f}"])
    note = "" if rows else "No GPU was found, and this network is too large for a CPU."
    return Table(f"{LARGE.name}, batch {LARGE.batch_size}", columns, rows, note)


def _flops_of_step(shape: Shape) -> float:
    """Return the operations of its products; the gradient of the features is not computed."""
    of_layers = [a * b for a, b in zip(shape.network_sizes, shape.network_sizes[1:], strict=False)]
    return 2.0 * shape.batch_size * (3 * sum(of_layers) - of_layers[0])


def _product_rate(dtype: str, n_products: int = 50) -> float:
    """Return the rate of the product of a layer of `LARGE` by itself, in TFLOP/s."""
    n_rows, n = LARGE.batch_size, LARGE.hidden[0]
    kind = torch.bfloat16 if dtype == "bfloat16" else torch.float32
    a, b = (torch.randn(shape, device="cuda", dtype=kind) for shape in ((n_rows, n), (n, n)))
    multiply = switched(torch.mm, dtype if dtype == TF32 else "exact")
    multiply(a, b)
    torch.cuda.synchronize()
    start = perf_counter()
    for _ in range(n_products):
        multiply(a, b)
    torch.cuda.synchronize()
    return n_products * 2.0 * n_rows * n * n / (perf_counter() - start) / TERA


def predictions(where: list[Place]) -> Table:
    """Time ``predict_proba`` of few and of many rows."""
    X, y = random_data(PREDICTED.n_rows, PREDICTED)
    nets = {place: _net(PREDICTED, place, "float32").fit(X, y) for place in where}
    rows = [
        [f"{n_rows:,}", *(_milliseconds(nets[place], place, n_rows) for place in where)]
        for n_rows in CALLS
    ]
    title = f"predict_proba of {PREDICTED.name}, ms, float32"
    return Table(title, ["Rows", *_names(where)], rows)


def _milliseconds(net: DeepMLPClassifier, place: Place, n_rows: int) -> str:
    X, _ = random_data(n_rows, PREDICTED)
    with place.used():
        times = interleaved({"": partial(net.predict_proba, X)}, ROUNDS, CALLS[n_rows])
    return f"{np.median(times['']) * 1e3:.2f}"


def _names(where: list[Place]) -> list[str]:
    return [place.name for place in where]


PARTS: dict[str, Callable[[list[Place]], Table]] = {
    "steps": steps,
    "number_types": number_types,
    "together": together,
    "large": large,
    "predictions": predictions,
}


if __name__ == "__main__":
    main()
