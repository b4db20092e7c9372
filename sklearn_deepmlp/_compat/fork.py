"""Whether this process is a forked child, which lacks the threads and devices of its parent."""

from __future__ import annotations

import os

import torch

_importing_process = os.getpid()


def is_forked() -> bool:
    """Return whether this process was forked from one that had imported the package.

    Processes that import it themselves, such as those of joblib's loky backend, were not.
    """
    return os.getpid() != _importing_process


def is_forked_from_cuda() -> bool:
    """Return whether this process was forked from one that had used CUDA, so that it cannot."""
    return torch.cuda._is_in_bad_fork()
