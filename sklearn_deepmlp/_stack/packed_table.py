"""A table with an entry per step, from which one kernel takes all that a step needs."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

# Columns begin at multiples of 16 bytes, as kernels read them best. Words have 8 bytes.
_WORDS_OF_ALIGNMENT, _WORD = 2, torch.int64


class PackedTable:
    """Tensors of several dtypes with an entry per step, side by side in one tensor.

    So one kernel copies all entries of a step to where the step finds them.

    Parameters
    ----------
    columns : mapping of str to Tensor of shape (n_steps, ...)
        The tensors by name, all on one device.

    Attributes
    ----------
    current : dict of str to Tensor of shape (...)
        The entries of the step that was loaded last, by name.

    Examples
    --------
    >>> import torch
    >>> table = PackedTable({"rows": torch.tensor([[0, 1], [2, 3]]), "rate": torch.ones(2, 1)})
    >>> table.load(torch.tensor([1]))
    >>> table.current
    {'rows': tensor([2, 3]), 'rate': tensor([1.])}
    """

    def __init__(self, columns: Mapping[str, Tensor]) -> None:
        n_words = [_n_words(column) for column in columns.values()]
        n_steps, like = len(next(iter(columns.values()))), next(iter(columns.values()))
        self._rows = torch.zeros(n_steps, sum(n_words), dtype=_WORD, device=like.device)
        self._row = torch.zeros_like(self._rows[:1])
        self._columns = _views(self._rows, n_words, columns)
        self.current = {name: x[0] for name, x in _views(self._row, n_words, columns).items()}
        self.fill(columns)

    def fill(self, columns: Mapping[str, Tensor]) -> None:
        """Replace all entries; the tensors have the names and the shapes of the first ones."""
        for name, column in columns.items():
            self._columns[name].copy_(column)

    def load(self, index: Tensor) -> None:
        """Make a step the current one.

        Parameters
        ----------
        index : Tensor of int64 of shape (1,)
            Its index.
        """
        torch.index_select(self._rows, 0, index, out=self._row)


def _n_words(column: Tensor) -> int:
    """Return how many words an entry takes, up to where the next column begins."""
    n_bytes = column[0].numel() * column.element_size()
    return -(-n_bytes // (_WORDS_OF_ALIGNMENT * _WORD.itemsize)) * _WORDS_OF_ALIGNMENT


def _views(words: Tensor, n_words: list[int], columns: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Return rows of words as the values of each column, of shape (n_rows, ...)."""
    parts = zip(torch.split(words, n_words, dim=1), columns.items(), strict=True)
    return {
        name: part.view(column.dtype)[:, : column[0].numel()].view(-1, *column.shape[1:])
        for part, (name, column) in parts
    }
