"""numpy's arrays as tensors."""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

CPU = torch.device("cpu")


def as_tensor(array: NDArray[Any], device: torch.device = CPU) -> Tensor:
    """Return a tensor on the array's memory, or on a copy where torch cannot take it."""
    # A field of a record array has strides of its records, not of its own items.
    in_steps = min(array.strides) >= 0 and gcd(*array.strides, array.itemsize) == array.itemsize
    is_plain = array.flags.writeable and array.dtype.isnative and in_steps
    tensor = torch.from_numpy(
        array if is_plain else np.array(array, dtype=array.dtype.newbyteorder("="))
    )
    return tensor if device == CPU else tensor.to(device)  # even where it does nothing, it costs
