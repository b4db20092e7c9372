"""Torch in a forked child of a process that has used several threads."""

from __future__ import annotations

import os

import torch

_importing_process = os.getpid()


def use_one_thread_after_fork() -> None:
    """In a forked child, have torch use one thread, for its thread pool did not survive.

    Torch would wait for ever for the threads of its parent. Processes that import this package
    themselves, as those of joblib's loky backend do, are left alone.
    """
    if os.getpid() != _importing_process and torch.get_num_threads() > 1:
        torch.set_num_threads(1)
