"""The normalizations by name."""

from __future__ import annotations

from sklearn_deepmlp._layers.batch_norm import BatchNorm
from sklearn_deepmlp._layers.layer_norm import LayerNorm
from sklearn_deepmlp._layers.normalization import Normalization

NORMALIZATIONS: dict[str, type[Normalization]] = {"batch": BatchNorm, "layer": LayerNorm}


def least_rows(normalization: str | None) -> int:
    """Return how many rows each batch needs; more than 1 if statistics over rows are computed."""
    return 1 if normalization is None else NORMALIZATIONS[normalization].least_rows
