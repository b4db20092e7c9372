"""Types that many files name."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray
from torch import Tensor

Array = NDArray[Any]
# One for all networks, or broadcastable to what it is combined with.
Number = float | Tensor
