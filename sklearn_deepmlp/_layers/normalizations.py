"""The normalizations by name."""

from __future__ import annotations

from sklearn_deepmlp._layers.batch_norm import BatchNorm
from sklearn_deepmlp._layers.layer_norm import LayerNorm
from sklearn_deepmlp._layers.normalization import Normalization

NORMALIZATIONS: dict[str, type[Normalization]] = {"batch": BatchNorm, "layer": LayerNorm}
