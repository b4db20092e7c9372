"""Chooses the linear map that computes products as an architecture says."""

from __future__ import annotations

from typing import Any

from sklearn_deepmlp._layers.bfloat16_linear import BFloat16Linear
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.products import BFLOAT16


def linear_map(fan_in: int, fan_out: int, index: int, *, products: str, **others: Any) -> Linear:
    """Return a linear map.

    Parameters
    ----------
    fan_in, fan_out, index, **others
        As in `Linear`.
    products : {"exact", "tf32", "bfloat16"}
        How its products are computed.
    """
    kind = BFloat16Linear if products == BFLOAT16 else Linear
    return kind(fan_in, fan_out, index, products=products, **others)
