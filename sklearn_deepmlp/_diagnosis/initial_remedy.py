"""Changes that may let the signal of a new network through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sklearn_deepmlp._diagnosis.preserving import preserving_scale_or_none
from sklearn_deepmlp._diagnosis.shape import is_bounded
from sklearn_deepmlp._stack.job import Job
from sklearn_deepmlp.initializers import VarianceScaling


@dataclass(frozen=True)
class InitialRemedy:
    """What to change in an estimator.

    Attributes
    ----------
    text : str
        In a sentence.
    params : mapping of str to Any
        The same as parameters for `set_params`; empty where it is not that simple.
    """

    text: str
    params: Mapping[str, Any] = field(default_factory=dict)


SHORTEN = InitialRemedy("Use fewer hidden layers.")


def remedies(job: Job) -> Iterator[InitialRemedy]:
    """Yield what to try, that which changes least first.

    Parameters
    ----------
    job : Job
        The network whose signal does not come through.
    """
    activation = job.architecture.activation
    if job.architecture.normalization == "batch":
        yield InitialRemedy(
            'Use normalization="layer", through which gradients do not grow with each layer.',
            {"normalization": "layer"},
        )
    if (scale := preserving_scale_or_none(activation)) is not None:
        yield InitialRemedy(
            f'Use init=VarianceScaling(scale="auto"), which is scale={scale:.2f} for this '
            "activation and preserves the variance.",
            {"init": VarianceScaling(scale="auto")},
        )
    name = "tanh" if is_bounded(activation) else "relu"
    yield InitialRemedy(
        f'Use activation="{name}" with init="auto".', {"activation": name, "init": "auto"}
    )
    yield InitialRemedy(
        'Use skip_connections="residual" with init="auto".',
        {"skip_connections": "residual", "init": "auto"},
    )
