"""A table with an entry per step, from which one kernel takes all that a step needs."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor


class PackedTable:
    """Tensors of one dtype with an entry per step, side by side in one tensor.

    So one kernel copies all entries of a step to where the step finds them.

    Parameters
    ----------
    columns : mapping of str to Tensor of shape (n_steps, ...)
        The tensors by name.

    Attributes
    ----------
    current : dict of str to Tensor of shape (...)
        The entries of the step that was loaded last, by name.
    """

    def __init__(self, columns: Mapping[str, Tensor]) -> None:
        self._rows = torch.cat([column.flatten(1) for column in columns.values()], 1)
        self._row = torch.empty_like(self._rows[:1])
        shapes = {name: column.shape[1:] for name, column in columns.items()}
        parts = torch.split(self._row[0], [shape.numel() for shape in shapes.values()])
        named = zip(shapes.items(), parts, strict=True)
        self.current = {name: part.view(shape) for (name, shape), part in named}

    def fill(self, columns: Mapping[str, Tensor]) -> None:
        """Replace all entries; the tensors have the names and the shapes of the first ones."""
        torch.cat([columns[name].flatten(1) for name in self.current], 1, out=self._rows)

    def load(self, index: Tensor) -> None:
        """Make a step the current one.

        Parameters
        ----------
        index : Tensor of int64 of shape (1,)
            Its index.
        """
        torch.index_select(self._rows, 0, index, out=self._row)
