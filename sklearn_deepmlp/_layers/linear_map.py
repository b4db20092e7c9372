"""Chooses the linear map that computes products as an architecture says."""

from __future__ import annotations

from typing import Any

from sklearn_deepmlp._layers.bfloat16_linear import BFloat16Linear
from sklearn_deepmlp._layers.linear import Linear
from sklearn_deepmlp._layers.products import BFLOAT16


def linear_map(
    fan_in: int,
    fan_out: int,
    index: int,
    *,
    products: str,
    returns_bfloat16: bool = False,
    **others: Any,
) -> Linear:
    """Return a linear map.

    Parameters
    ----------
    fan_in, fan_out, index, **others
        As in `Linear`.
    products : {"exact", "tf32", "bfloat16"}
        How its products are computed.
    returns_bfloat16 : bool
        As in `BFloat16Linear`.
    """
    if products != BFLOAT16:
        return Linear(fan_in, fan_out, index, products=products, **others)
    return BFloat16Linear(
        fan_in, fan_out, index, products=products, returns_bfloat16=returns_bfloat16, **others
    )
