"""How the matrix products of a float32 network are computed.

On GPUs torch computes float32 products exactly or in TF32 by a switch of the whole process. A
network must not depend on it, nor leave it changed. So each product on a GPU sets the switch for
itself and restores it, under a lock that all products of this package share: two fits in two
threads, one in TF32 and one not, do not disturb each other. A CUDA graph keeps the choice with
which it was captured.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import wraps
from typing import NamedTuple

import torch
from torch import Tensor

from sklearn_deepmlp._compat.number_types import float32_products, set_float32_products

# In the dtype of the network; in TF32, which rounds both factors to 11 bits, on GPUs that have it;
# or of factors rounded to bfloat16, which has 8 bits.
EXACT, TF32, BFLOAT16 = "exact", "tf32", "bfloat16"

Product = Callable[..., Tensor]


class ProductFunctions(NamedTuple):
    """The matrix products of a layer.

    Attributes
    ----------
    add : callable (summand, a, b) -> Tensor
        Returns summand + a · b.
    multiply : callable (a, b) -> Tensor
        Returns a · b.
    """

    add: Product
    multiply: Product


def product_functions(weight: Tensor, products: str) -> ProductFunctions:
    """Return the products for a weight.

    Parameters
    ----------
    weight : Tensor of shape (M, fan_in, fan_out) or (fan_in, fan_out)
        The weight of a layer.
    products : {"exact", "tf32", "bfloat16"}
        How they are computed. Those of bfloat16 tensors do not depend on it.
    """
    plain = _FOR_SINGLE if weight.ndim == 2 else _FOR_STACK
    if not weight.is_cuda or weight.dtype != torch.float32 or products == BFLOAT16:
        return plain
    return ProductFunctions(*(switched(function, products) for function in plain))


_FOR_SINGLE = ProductFunctions(torch.addmm, torch.mm)
_FOR_STACK = ProductFunctions(torch.baddbmm, torch.bmm)
_SWITCH_LOCK = threading.Lock()


def switched(function: Product, products: str) -> Product:
    """Return a function that computes with the process's switch set for these products.

    Parameters
    ----------
    function : callable
        Enqueues a product on a GPU.
    products : {"exact", "tf32"}
        What the switch must say meanwhile.
    """
    in_tf32 = products == TF32

    @wraps(function)
    def product(*args: Tensor, **kwargs: Tensor) -> Tensor:
        with _SWITCH_LOCK:
            before = float32_products()
            if (before == TF32) == in_tf32:
                return function(*args, **kwargs)
            set_float32_products(TF32 if in_tf32 else "ieee")
            try:
                return function(*args, **kwargs)
            finally:
                set_float32_products(before)

    return product
