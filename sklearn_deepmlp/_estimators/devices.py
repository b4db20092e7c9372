"""The device that trains and predicts, by the parameter `device`.

For "auto" it depends on the amount of computation. For a fit it depends on nothing else, so that
the same fit on the same machine gives the same bits.
"""

from __future__ import annotations

import re

import torch

from sklearn_deepmlp._compat.fork import is_forked_from_cuda
from sklearn_deepmlp._compat.number_types import lack_of_bfloat16
from sklearn_deepmlp._estimators.gpu_gain import is_prediction_faster
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._layers.products import BFLOAT16, EXACT
from sklearn_deepmlp._layers.tensors import CPU


def available_accelerators() -> list[str]:
    """Return the kinds of accelerators that torch finds here, the fastest first."""
    names = []
    if not is_forked_from_cuda() and torch.cuda.is_available():
        names.append("cuda")
    if torch.backends.mps.is_available():
        names.append("mps")
    return names


def _exists(device: str) -> bool:
    if device == "cpu":  # searching for accelerators takes time
        return True
    kind, _, number = device.partition(":")
    if kind not in available_accelerators():
        return False
    return kind != "cuda" or int(number or 0) < torch.cuda.device_count()


def training_device(device: str, seconds_saved: float, products: str, owner: str) -> str:
    """Return the device to train on.

    Parameters
    ----------
    device : str
        The parameter of that name: "auto", "cpu", "cuda", "cuda:1", "mps".
    seconds_saved : float
        How much less time a GPU would take, from the function of that name.
    products : {"exact", "tf32", "bfloat16"}
        How products are computed. "auto" takes a device that supports this, if there is one.
    owner : str
        Name of the estimator, for messages.
    """
    if device == "auto":
        is_wanted = seconds_saved > 0 or not _computes("cpu", products)
        return _fastest(products) if is_wanted else "cpu"
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", device):
        expected = "'auto', 'cpu', 'mps', 'cuda' or a numbered device such as 'cuda:1'"
        raise ValueError(parameter_message("device", owner, expected, device))
    if not _exists(device):
        raise ValueError(parameter_message("device", owner, _expected_instead_of(device), device))
    return device


def _fastest(products: str) -> str:
    """Return the fastest device for these products, the CPU if there is no other."""
    able = [name for name in available_accelerators() if _computes(name, products)]
    return able[0] if able else "cpu"


def _computes(device: str, products: str) -> bool:
    return products != BFLOAT16 or lack_of_bfloat16(torch.device(device)) is None


def _expected_instead_of(device: str) -> str:
    if device.startswith("cuda") and is_forked_from_cuda():
        return (
            "'cpu' or 'auto' in a child forked from a process that has used CUDA, where CUDA "
            "cannot start; for a GPU start the processes with joblib's backend 'loky' or with "
            "multiprocessing's method 'spawn'"
        )
    return f"a device that torch finds here, one of {['cpu', *available_accelerators()]}, or 'auto'"


def prediction_device(device: str, flops: float) -> torch.device:
    """Return the device to predict on, the CPU if the given one is missing.

    Parameters
    ----------
    device : str
        The parameter of that name. "auto" is a GPU if that takes less time: for fewer operations
        where the process uses it already.
    flops : float
        Floating point operations of the whole prediction.
    """
    if device != "auto":
        return torch.device(device if _exists(device) else "cpu")
    is_started = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    if not is_prediction_faster(flops, is_started=is_started):
        return CPU
    return torch.device(_fastest(EXACT))
