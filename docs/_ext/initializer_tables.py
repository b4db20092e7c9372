"""Tables of the initializations: what they are, and what becomes of a signal in many layers."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import numpy as np
import torch
from activation_tables import names_by_class
from markdown_tables import markdown_table

from sklearn_deepmlp._estimators.named_objects import preserving_scale
from sklearn_deepmlp.activations import Activation
from sklearn_deepmlp.initializers import INITIALIZERS, Initializer, Normal, VarianceScaling

DEPTH, WIDTH, ROWS, DRAWS = 30, 256, 100, 5
EXACT, NEARLY = 0.01, 1.1  # how far He's scale may be off to be called right, or nearly right
# Where all layers have one width, LeCun is the same as Glorot.
AUTO = 'scale="auto"'
SIGNAL_INITS = ("standard_normal", "glorot_normal", "he_normal", AUTO)


def initializer_table() -> str:
    """Return names, objects, variances and the activations that take each by default."""
    rows = [
        (f"`{name}`", f"`{make()!r}`", _variance(make()), _users(name))
        for name, make in INITIALIZERS.items()
    ]
    header = ("Name", "The same as an object", "Variance", 'Taken by `init="auto"` for')
    return markdown_table(header, rows)


def _variance(initializer: Initializer) -> str:
    if isinstance(initializer, Normal):
        return f"${initializer.std**2:g}$"
    if not isinstance(initializer, VarianceScaling):
        variance = initializer.draw(WIDTH, WIDTH, np.random.default_rng(0)).var()
        return f"${variance:.2g}$ in a layer of {WIDTH} units with {WIDTH} inputs"
    fan = initializer.mode.removeprefix("fan_")
    return rf"${initializer.scale:g}/\mathrm{{fan}}_\mathrm{{{fan}}}$"


def _users(init: str) -> str:
    users = [f"`{names[0]}`" for cls, names in names_by_class().items() if cls.default_init == init]
    return ", ".join(users) or "none"


def scale_table() -> str:
    """Return the scale that preserves the variance with each activation, and what He's is then."""
    scales = {names[0]: preserving_scale(cls()) for cls, names in names_by_class().items()}
    rows = [
        (f"`{name}`", f"{scale:.2f}", _judged(2 / scale))
        for name, scale in sorted(scales.items(), key=itemgetter(1))
    ]
    return markdown_table(("Activation", '`scale="auto"`', "He's scale of 2"), rows)


def _judged(ratio: float) -> str:
    if abs(ratio - 1) < EXACT:
        return "right"
    return "too small" if ratio < 1 else "nearly right" if ratio < NEARLY else "too large"


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
    """Send one input through a network of each activation, all with the same random numbers."""
    activations = [activation() for activation in names_by_class()]
    initializer = VarianceScaling() if init == AUTO else INITIALIZERS[init]()
    generator = np.random.default_rng(seed)
    h = torch.from_numpy(generator.standard_normal((ROWS, WIDTH)))
    h = h.expand(len(activations), -1, -1)
    for layer in range(DEPTH):
        z = h @ torch.from_numpy(initializer.draw(WIDTH, WIDTH, generator))
        if init == AUTO and layer > 0:
            z = z * _gains(activations)
        h = torch.stack(
            [
                activation.function(of_one, **activation.hyperparameters())
                for activation, of_one in zip(activations, z, strict=True)
            ]
        )
    return h.std(dim=(1, 2)).tolist()


def _gains(activations: Sequence[Activation]) -> torch.Tensor:
    scales = [preserving_scale(activation) for activation in activations]
    return torch.tensor(scales, dtype=torch.float64).sqrt().view(-1, 1, 1)
