"""Whether this process is the forked child of one whose threads and devices it lacks."""

from __future__ import annotations

import os

import torch

_importing_process = os.getpid()


def is_forked() -> bool:
    """Tell whether this process was forked from one that had imported the package.

    Processes that import it themselves, as those of joblib's loky backend do, were not.
    """
    return os.getpid() != _importing_process


def is_forked_from_cuda() -> bool:
    """Tell whether this process was forked from one that used CUDA, which is lost to it."""
    return torch.cuda._is_in_bad_fork()
