"""Tensors from numpy arrays."""

from __future__ import annotations

from math import gcd
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

CPU = torch.device("cpu")


def as_tensor(array: NDArray[Any], device: torch.device = CPU) -> Tensor:
    """Return a tensor that shares the array's memory, or a copy where torch cannot share it."""
    flags = array.flags
    is_plain = flags.writeable and array.dtype.isnative and (flags.c_contiguous or _in_steps(array))
    tensor = torch.from_numpy(
        array if is_plain else np.array(array, dtype=array.dtype.newbyteorder("="))
    )
    return tensor if device == CPU else tensor.to(device)  # which takes time even to do nothing


def _in_steps(array: NDArray[Any]) -> bool:
    """Return whether strides are whole items forward; those of a record's field may not be."""
    return min(array.strides) >= 0 and gcd(*array.strides, array.itemsize) == array.itemsize


def accumulator_dtype(device: torch.device) -> torch.dtype:
    """Return the widest dtype of a device, in which sums over many numbers stay exact enough."""
    return torch.float32 if device.type == "mps" else torch.float64
