"""The devices on which something is timed: a GPU, or the CPU with some of its cores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch

_THREADS = (1, 2, 16)


@dataclass(frozen=True)
class Place:
    """A device, and how many threads compute on it.

    Attributes
    ----------
    name : str
        How tables call it.
    device : {"cpu", "cuda"}
        The parameter of the estimators.
    n_threads : int
        Of torch.
    """

    name: str
    device: str
    n_threads: int = 1

    @contextmanager
    def used(self) -> Iterator[None]:
        """Compute with this number of threads."""
        before = torch.get_num_threads()
        torch.set_num_threads(self.n_threads)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def places() -> list[Place]:
    """Return the GPU, if there is one, and the CPU with 1, 2 and 16 threads, if it has as many."""
    n_cores = os.cpu_count() or 1
    gpu = [Place("GPU", "cuda")] if torch.cuda.is_available() else []
    return [*gpu, *(Place(f"CPU × {n}", "cpu", n) for n in _THREADS if n <= n_cores)]
