"""Which device trains and predicts, by the parameter `device`.

For "auto" it depends on how much there is to compute. For a fit it depends on nothing else, so that
the same fit on the same machine gives the same bits. docs/gpu.md has the measurements behind the
numbers in this file.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import torch

from sklearn_deepmlp._compat.fork import is_forked_from_cuda
from sklearn_deepmlp._compat.number_types import lack_of_bfloat16
from sklearn_deepmlp._estimators.messages import parameter_message
from sklearn_deepmlp._layers.architecture import Architecture
from sklearn_deepmlp._layers.products import BFLOAT16
from sklearn_deepmlp._layers.tensors import CPU
from sklearn_deepmlp._stack.flops import product_flops
from sklearn_deepmlp._stack.rows import entries_per_row

# Floating point operations of a step from which a GPU takes less time than 16 cores, and those of a
# whole prediction.
STEP_FLOPS, PREDICTION_FLOPS = 1e8, 1e8
# Floating point operations that a CPU makes while a process starts to use a GPU: some seconds.
START_FLOPS = 5e11
# One product in the forward pass, and two in the backward pass: for the weights and for the inputs.
_PRODUCTS_PER_STEP = 3


class Work(NamedTuple):
    """How much a training computes.

    Attributes
    ----------
    of_step, in_all : float
        Floating point operations of a step, and of all steps if no epoch is saved by stopping.
    """

    of_step: float
    in_all: float


def training_work(architecture: Architecture, X: Any, batch_size: int, n_steps: int) -> Work:
    """Return the work of a training that makes `n_steps` steps on rows of X."""
    of_step = _PRODUCTS_PER_STEP * forward_flops(architecture, X, batch_size)
    return Work(of_step, n_steps * of_step)


def forward_flops(architecture: Architecture, X: Any, n_rows: int) -> float:
    """Return the floating point operations of a forward pass of some rows of X."""
    return n_rows * sum(product_flops(architecture, entries_per_row(X)))


def available_accelerators() -> list[str]:
    """Return the kinds of accelerators that torch finds here, the fastest first."""
    names = []
    if not is_forked_from_cuda() and torch.cuda.is_available():
        names.append("cuda")
    if torch.backends.mps.is_available():
        names.append("mps")
    return names


def _exists(device: str) -> bool:
    if device == "cpu":  # the look for accelerators takes time
        return True
    kind, _, number = device.partition(":")
    if kind not in available_accelerators():
        return False
    return kind != "cuda" or int(number or 0) < torch.cuda.device_count()


def training_device(device: str, work: Work, products: str, owner: str) -> str:
    """Return the device to train on.

    Parameters
    ----------
    device : str
        The parameter of that name: "auto", "cpu", "cuda", "cuda:1", "mps".
    work : Work
        What is to be computed.
    products : {"exact", "tf32", "bfloat16"}
        How products are computed. "auto" takes a device that can compute them so, if there is one.
    owner : str
        Name of the estimator, for messages.
    """
    if device == "auto":
        pays = work.of_step >= STEP_FLOPS and work.in_all >= START_FLOPS
        return _automatic(products) if pays or not _computes("cpu", products) else "cpu"
    if not re.fullmatch(r"cpu|mps|cuda(:\d+)?", device):
        expected = "'auto', 'cpu', 'mps', 'cuda' or a numbered device such as 'cuda:1'"
        raise ValueError(parameter_message("device", owner, expected, device))
    if not _exists(device):
        raise ValueError(parameter_message("device", owner, _expected_instead_of(device), device))
    return device


def _automatic(products: str) -> str:
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
        The parameter of that name. "auto" is a GPU if that pays: for fewer operations where the
        process uses it already.
    flops : float
        Floating point operations of the whole prediction.
    """
    if device != "auto":
        return torch.device(device if _exists(device) else "cpu")
    is_started = torch.cuda.is_initialized()  # type: ignore[no-untyped-call]
    least = PREDICTION_FLOPS if is_started else START_FLOPS
    accelerators = available_accelerators() if flops >= least else []
    return torch.device(accelerators[0]) if accelerators else CPU
