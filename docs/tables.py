"""A Sphinx extension that writes the tables of the documentation from the package's own tables.

An activation or initialization that is added to the package so appears in the documentation.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from sphinx.application import Sphinx

from sklearn_deepmlp.activations import ACTIVATIONS, Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, VarianceScaling

DEPTH, WIDTH, ROWS, DRAWS = 30, 256, 100, 5
# Where all layers have one width, LeCun is the same as Glorot.
SIGNAL_INITS = ("standard_normal", "glorot_normal", "he_normal")


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def names_by_class() -> dict[type[Activation], list[str]]:
    """Return each activation once, with all its names."""
    names: dict[type[Activation], list[str]] = {}
    for name, activation in ACTIVATIONS.items():
        names.setdefault(activation, []).append(name)
    return names


def activation_table() -> str:
    """Return names, formula, parameters and default initialization of each activation."""
    rows = [
        (
            ", ".join(f"`{name}`" for name in names),
            f"{{class}}`~sklearn_deepmlp.activations.{activation.__name__}`",
            inspect.getdoc(activation).split("\n\n")[0].replace("\n", " "),
            ", ".join(_defaults(activation)) or "none",
            f"`{activation.default_init}`",
        )
        for activation, names in names_by_class().items()
    ]
    return markdown_table(("Name", "Class", "Function", "Parameters", '`init="auto"`'), rows)


def _defaults(activation: type[Activation]) -> list[str]:
    parameters = inspect.signature(activation).parameters
    values = activation().get_params()
    return [f"`{name}={_short(values[name])}`" for name in parameters]


def _short(value: Any) -> str:
    return f"{value:.4g}" if isinstance(value, float) and value != round(value) else repr(value)


def initializer_table() -> str:
    """Return names, objects, variances and the activations that take each by default."""
    rows = [
        (f"`{name}`", f"`{make()!r}`", _variance(make()), _users(name))
        for name, make in INITIALIZERS.items()
    ]
    header = ("Name", "The same as an object", "Variance", 'Taken by `init="auto"` for')
    return markdown_table(header, rows)


def _variance(initializer: Initializer) -> str:
    if not isinstance(initializer, VarianceScaling):
        return f"${initializer.std**2:g}$"
    fan = initializer.mode.removeprefix("fan_")
    return rf"${initializer.scale:g}/\mathrm{{fan}}_\mathrm{{{fan}}}$"


def _users(init: str) -> str:
    users = [f"`{names[0]}`" for cls, names in names_by_class().items() if cls.default_init == init]
    return ", ".join(users) or "none"


def signal_table() -> str:
    """Return the standard deviation of the last of many layers, the median of some draws."""
    draws = [[_last_deviations(init, seed) for seed in range(DRAWS)] for init in SIGNAL_INITS]
    medians = np.median(draws, axis=1)  # (initializations, activations)
    rows = [
        (f"`{names[0]}`", *(f"{deviation:.2g}" for deviation in deviations))
        for names, deviations in zip(names_by_class().values(), medians.T, strict=True)
    ]
    return markdown_table(("Activation", *(f"`{init}`" for init in SIGNAL_INITS)), rows)


def _last_deviations(init: str, seed: int) -> list[float]:
    """Send one input through a network of each activation, all with the same weights."""
    activations = [activation() for activation in names_by_class()]
    generator = np.random.default_rng(seed)
    h = torch.from_numpy(generator.standard_normal((ROWS, WIDTH)))
    h = h.expand(len(activations), -1, -1)
    for _ in range(DEPTH):
        z = h @ torch.from_numpy(INITIALIZERS[init]().draw(WIDTH, WIDTH, generator))
        h = torch.stack(
            [
                activation.function(of_one, **activation.hyperparameters())
                for activation, of_one in zip(activations, z, strict=True)
            ]
        )
    return h.std(dim=(1, 2)).tolist()


TABLES = {
    "activations": activation_table,
    "initializers": initializer_table,
    "signals": signal_table,
}


def write_tables(app: Sphinx) -> None:
    """Write each table to a file that a page includes."""
    folder = Path(app.srcdir) / "generated" / "tables"
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in TABLES.items():
        (folder / f"{name}.md").write_text(table(), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx when to write the tables: before it reads any page."""
    app.connect("builder-inited", write_tables)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
