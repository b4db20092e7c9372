"""Which device and which dtype a training uses."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import torch

from sklearn_deepmlp._compat.fork import is_forked_from_cuda
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.rows import entries_per_row

# Floating point operations per step from which "auto" prefers an accelerator. A step on a GPU takes
# at least some hundred microseconds, in which a CPU core does about this much. This is an estimate
# from those two figures; it has not been measured on a GPU.
ACCELERATOR_FLOPS = 1e8
# One product in the forward pass, and two in the backward pass: for the weights and for the inputs.
_PRODUCTS_PER_STEP = 3


def available_accelerators() -> list[str]:
    """Return the kinds of accelerators that torch finds here, the fastest first."""
    names = []
    if torch.cuda.is_available() and not is_forked_from_cuda():
        names.append("cuda")
    if torch.backends.mps.is_available():
        names.append("mps")
    return names


def _exists(device: str) -> bool:
    kind, _, number = device.partition(":")
    count = torch.cuda.device_count() if kind == "cuda" else 1
    return kind in ["cpu", *available_accelerators()] and int(number or 0) < count


def step_flops(architecture: Architecture, n_rows: int, X: Any) -> float:
    """Return the floating point operations of a training step on some rows of X."""
    per_row = sum(product_flops(architecture, entries_per_row(X)))
    return _PRODUCTS_PER_STEP * n_rows * per_row


def training_device(device: str, flops: float, owner: str) -> str:
    """Return the device to train on.

    Parameters
    ----------
    device : str
        The parameter of that name: "auto", "cpu", "cuda", "cuda:1", "mps".
    flops : float
        Floating point operations per step.
    owner : str
        Name of the estimator, for messages.
    """
    if device == "auto":
        accelerators = available_accelerators() if flops >= ACCELERATOR_FLOPS else []
        return accelerators[0] if accelerators else "cpu"
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", device):
        expected = "'auto', 'cpu', 'mps', 'cuda' or a numbered device such as 'cuda:1'"
        raise ValueError(parameter_message("device", owner, expected, device))
    if not _exists(device):
        found = ["cpu", *available_accelerators()]
        expected = f"a device that torch finds here, one of {found}, or 'auto'"
        if is_forked_from_cuda():
            expected += " (in a forked child of a process that has used CUDA there is no CUDA)"
        raise ValueError(parameter_message("device", owner, expected, device))
    return device


def prediction_device(device: str, flops: float) -> torch.device:
    """Return the device to predict on: as for training, but the CPU if that device is missing."""
    if device == "auto":
        return torch.device(training_device(device, flops, ""))
    return torch.device(device if _exists(device) else "cpu")


def training_dtype(dtype: str, device: str, data_dtype: np.dtype, owner: str) -> np.dtype:
    """Return float32 or float64.

    Parameters
    ----------
    dtype : {"auto", "float32", "float64"}
        The parameter of that name; "auto" is that of the data on the CPU, else float32.
    device : str
        Where to train.
    data_dtype : numpy.dtype
        The dtype of X.
    owner : str
        Name of the estimator, for messages.
    """
    if dtype == "auto":
        return data_dtype if device == "cpu" else np.dtype(np.float32)
    if dtype == "float64" and device == "mps":
        expected = "'float32' or 'auto' with device='mps', which has no float64"
        raise ValueError(parameter_message("dtype", owner, expected, dtype))
    return np.dtype(dtype)
