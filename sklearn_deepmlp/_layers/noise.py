"""Random bits as a function of where they are used, not of earlier draws.

The bits are a hash of the network's seed, the epoch, the step, the draw, the row of the batch and
the unit. So a mask is the same whether a network is trained separately or in a stack, with or
without padded rows, on every device. Nothing is stored, and threads share no generator.

The 32-bit mixer is "lowbias32" of Wellons (2018, hash-prospector); 64-bit keys are mixed by
SplitMix64 (Steele et al. 2014).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# The draws of each hidden layer in a step, by their purposes.
RANDOM_HYPERPARAMETERS, DROPOUT = range(2)
DRAWS_PER_LAYER = 2

_INT32_RANGE = 2**32
_MAX_KEPT = 2**18


def _as_int32(constant: int) -> int:
    return constant - _INT32_RANGE if constant >= _INT32_RANGE // 2 else constant


_FIRST, _SECOND = _as_int32(0x7FEB352D), _as_int32(0x846CA68B)


def _shift_right(x: Tensor, bits: int) -> Tensor:
    """Shift without sign extension, which torch offers for unsigned integers only."""
    return (x >> bits) & ((1 << (32 - bits)) - 1)


def _mix(x: Tensor) -> Tensor:
    x = (x ^ _shift_right(x, 16)) * _FIRST
    x = (x ^ _shift_right(x, 15)) * _SECOND
    return x ^ _shift_right(x, 16)


def _mix_keys(x: NDArray[np.uint64]) -> NDArray[np.uint64]:
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def epoch_keys(
    seeds: Sequence[int], epochs: Sequence[int], n_steps: int, n_draws: int, device: torch.device
) -> Tensor:
    """Return the keys of all draws of one epoch.

    Parameters
    ----------
    seeds, epochs : sequence of int
        The noise seed of each network, and the number of its epoch.
    n_steps, n_draws : int
        Numbers of steps of the epoch, and of draws per step.
    device : torch.device
        Where the keys are used.

    Returns
    -------
    Tensor of int32 of shape (n_steps, n_draws, M, 1, 1), or (n_steps, n_draws, 1, 1) for one seed
    """
    key = _mix_keys(np.asarray(seeds, dtype=np.uint64))
    key = _mix_keys(key ^ np.asarray(epochs, dtype=np.uint64))
    key = _mix_keys(key ^ np.arange(n_steps, dtype=np.uint64)[:, None, None])
    key = _mix_keys(key ^ np.arange(n_draws, dtype=np.uint64)[:, None])
    key = key[..., None] if len(seeds) == 1 else key[..., None, None]
    return torch.from_numpy((key >> np.uint64(32)).astype(np.uint32).view(np.int32)).to(device)


def _mixed_counters(n: int, device: torch.device) -> Tensor:
    return _mix(torch.arange(n, dtype=torch.int32, device=device))


class Counters:
    """The hashes of 0 to n − 1, which steps of one shape share; they are kept where they are few.

    Parameters
    ----------
    max_kept : int, optional
        How many shapes are kept, those used last; None for all.
    """

    def __init__(self, max_kept: int | None = None) -> None:
        self._kept = lru_cache(max_kept)(_mixed_counters)

    def __call__(self, n: int, device: torch.device) -> Tensor:
        """Return the hashes of 0 to n − 1, as int32 of shape (n,)."""
        return (self._kept if n <= _MAX_KEPT else _mixed_counters)(n, device)


_SHARED_COUNTERS = Counters(max_kept=16)


def draw_of(layer_index: int, purpose: int) -> int:
    """Return the index of a hidden layer's draw for a purpose."""
    return DRAWS_PER_LAYER * layer_index + purpose


_ALL = slice(None)


@dataclass(frozen=True)
class StepNoise:
    """The random bits of one training step.

    Attributes
    ----------
    keys : Tensor of int32 of shape (n_draws, M, 1, 1) or (n_draws, 1, 1)
        The keys of one step, from `epoch_keys`.
    counters : Counters
        Where its hashes are kept.
    """

    keys: Tensor
    counters: Counters = _SHARED_COUNTERS

    def bits(self, draw: int, shape: Sequence[int], members: slice = _ALL) -> Tensor:
        """Return uniformly distributed int32.

        Parameters
        ----------
        draw : int
            Index of the draw, from `draw_of`.
        shape : sequence of int
            Shape of the result, (m, B, units) or (B, units).
        members : slice
            The networks to draw for, where there are several.

        Returns
        -------
        Tensor of int32 of the given shape
        """
        *_, n_rows, n_units = shape
        counters = self.counters(n_rows * n_units, self.keys.device).view(n_rows, n_units)
        return _mix(counters + self.keys[draw][members])

    def uniform(
        self, draw: int, shape: Sequence[int], dtype: torch.dtype, members: slice = _ALL
    ) -> Tensor:
        """Return uniformly distributed numbers in [0, 1); parameters as in `bits`."""
        return _shift_right(self.bits(draw, shape, members), 8).to(dtype) * 2.0**-24


def threshold(rate: float) -> int:
    """Return the int32 below which uniform bits lie with probability `rate` in [0, 1)."""
    return int(rate * _INT32_RANGE) - _INT32_RANGE // 2
