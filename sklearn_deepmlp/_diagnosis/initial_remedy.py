"""Changes that may let the signal of a new network pass through all layers."""

from __future__ import annotations

from collections.abc import Iterator

from sklearn_deepmlp._diagnosis.finding import Remedy
from sklearn_deepmlp._diagnosis.preserving import preserving_scale_or_none
from sklearn_deepmlp._diagnosis.shape import is_bounded
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp.initializers import VarianceScaling

SHORTEN = Remedy("Use fewer hidden layers.")


def remedies(job: Job) -> Iterator[Remedy]:
    """Yield what to try, the smallest change first.

    Parameters
    ----------
    job : Job
        The network whose signal does not reach all layers.
    """
    activation = job.architecture.activation
    if job.architecture.normalization == "batch":
        yield Remedy(
            'Use normalization="layer", through which gradients do not grow with each layer.',
            {"normalization": "layer"},
        )
    if (scale := preserving_scale_or_none(activation)) is not None:
        yield Remedy(
            f'Use init=VarianceScaling(scale="auto"), which is scale={scale:.2f} for this '
            "activation and preserves the variance.",
            {"init": VarianceScaling(scale="auto")},
        )
    name = "tanh" if is_bounded(activation) else "relu"
    yield Remedy(f'Use activation="{name}" with init="auto".', {"activation": name, "init": "auto"})
    yield Remedy(
        'Use skip_connections="residual" with init="auto".',
        {"skip_connections": "residual", "init": "auto"},
    )
