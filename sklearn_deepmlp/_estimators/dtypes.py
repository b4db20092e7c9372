"""The number types in which a network trains and predicts, by the parameter `dtype`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from sklearn_deepmlp._compat.number_types import lack_of_bfloat16
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.products import BFLOAT16, EXACT, TF32

_FLOAT32 = np.dtype(np.float32)
# Values of the parameter that stand for float32 with rounded products.
_ROUNDED = (TF32, BFLOAT16)


def products_of(dtype: str) -> str:
    """Return how products are computed: "exact", "tf32" or "bfloat16"."""
    return dtype if dtype in _ROUNDED else EXACT


def training_dtype(dtype: str, device: str, data_dtype: np.dtype, owner: str) -> np.dtype:
    """Return float32 or float64; refuse what the device cannot compute.

    Parameters
    ----------
    dtype : {"auto", "float32", "float64", "tf32", "bfloat16"}
        The parameter of that name; "auto" is that of the data on the CPU, else float32.
    device : str
        Where to train.
    data_dtype : numpy.dtype
        The dtype of X.
    owner : str
        Name of the estimator, for messages.
    """
    if dtype == "auto":
        return data_dtype if device == "cpu" else _FLOAT32
    if dtype == "float64" and device == "mps":
        expected = "'float32' or 'auto' with device='mps', which has no float64"
        raise ValueError(parameter_message("dtype", owner, expected, dtype))
    if dtype == BFLOAT16 and (lack := lack_of_bfloat16(torch.device(device))) is not None:
        expected = (
            f"other than 'bfloat16' on device {device!r}, because {lack}; use 'float32', or a "
            "GPU or a processor that has it"
        )
        raise ValueError(parameter_message("dtype", owner, expected, dtype))
    return _FLOAT32 if dtype in _ROUNDED else np.dtype(dtype)


def computed_on(architecture: Architecture, device: torch.device) -> Architecture:
    """Return the layers as a device can compute them: without bfloat16 in float32."""
    if architecture.products != BFLOAT16 or lack_of_bfloat16(device) is None:
        return architecture
    return replace(architecture, products=EXACT)
