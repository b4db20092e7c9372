"""Plain values as JSON and tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._files import tags

# Returns the name of an object's class and what the object is built from; None if it is not known.
Describe = Callable[[Any], tuple[str, dict[str, Any]] | None]


class Encoder:
    """Encodes values, and collects their arrays.

    Parameters
    ----------
    describe : callable
        Describes the objects that may be saved.

    Attributes
    ----------
    tensors : dict of str to ndarray
        The arrays of all values encoded so far, in native byte order and contiguous.
    """

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self.tensors: dict[str, NDArray[Any]] = {}

    def encode(self, value: Any, *location: str) -> Any:
        """Return what stands for a value in JSON.

        Parameters
        ----------
        value : object
            A plain value, an array, or an object that `describe` knows.
        *location : str
            Where the value is, for the names of its arrays.

        Raises
        ------
        TypeError
            If the value, or one that it contains, is of another kind.
        """
        if type(value) in tags.PLAIN or (type(value) is float and math.isfinite(value)):
            return value
        if type(value) is list:
            return self._items(value, location)
        tag, content = self._tagged(value, location)
        return {tag: content}

    def _items(self, values: Iterable[Any], location: tuple[str, ...]) -> list[Any]:
        return [self.encode(value, *location, str(index)) for index, value in enumerate(values)]

    def _tagged(self, value: Any, location: tuple[str, ...]) -> tuple[str, Any]:
        if type(value) is float:
            return tags.FLOAT, repr(value)
        if isinstance(value, tuple):
            return tags.TUPLE, self._items(value, location)
        if type(value) is dict:
            return tags.DICT, self._pairs(value, location)
        if isinstance(value, np.random.RandomState):
            return tags.RANDOM_STATE, self._random_state(value, location)
        if isinstance(value, np.generic | np.ndarray):
            return self._of_numpy(value, location)
        return tags.OBJECT, self._object(value, location)

    def _pairs(self, values: dict[Any, Any], location: tuple[str, ...]) -> list[Any]:
        return [
            [self.encode(key, *location, f"key {index}"), self.encode(value, *location, str(key))]
            for index, (key, value) in enumerate(values.items())
        ]

    def _random_state(self, value: np.random.RandomState, location: tuple[str, ...]) -> Any:
        state = value.get_state(legacy=False)
        if type(value) is not np.random.RandomState or state["bit_generator"] != "MT19937":
            raise TypeError("Of random generators only a plain numpy.random.RandomState can be.")
        return self.encode(state, *location)

    def _of_numpy(self, value: Any, location: tuple[str, ...]) -> tuple[str, Any]:
        if isinstance(value, np.str_):
            return tags.TEXT, str(value)
        array = np.asarray(value)
        array = array.astype(array.dtype.newbyteorder("="), order="C", copy=False)
        if array.dtype in tags.DTYPES:
            tag = tags.ARRAY if isinstance(value, np.ndarray) else tags.SCALAR
            return tag, self._tensor(array, location)
        if array.dtype.kind == "U" and array.dtype.itemsize > 0:
            return tags.TEXT_ARRAY, self._tensor(_code_points(array), location)
        if array.dtype == object and array.ndim == 1:
            return tags.OBJECT_ARRAY, self._entries(array)
        raise TypeError(
            f"An array of dtype {array.dtype} and shape {array.shape} cannot be saved. Arrays of "
            "numbers and strings can be, and of objects those with one dimension."
        )

    def _tensor(self, array: NDArray[Any], location: tuple[str, ...]) -> str:
        name = ".".join(location)
        while name in self.tensors:  # a key may contain a full stop
            name += "'"
        self.tensors[name] = array
        return name

    def _entries(self, array: NDArray[Any]) -> list[Any]:
        for entry in array:
            if type(entry) not in {*tags.PLAIN, float, np.str_}:
                raise TypeError(
                    "An array of objects can be saved if they are strings, numbers or None. "
                    f"This one holds a {type(entry).__name__}."
                )
        return self._items(array, ())

    def _object(self, value: Any, location: tuple[str, ...]) -> list[Any]:
        described = self._describe(value)
        if described is None:
            kind = type(value)
            raise TypeError(
                f"A value of the type {kind.__module__}.{kind.__qualname__} cannot be saved. "
                "Numbers, strings, arrays, and lists, tuples and dicts of them can be, and "
                "activations and initializers."
            )
        name, state = described
        return [name, {key: self.encode(each, *location, key) for key, each in state.items()}]


def _code_points(array: NDArray[np.str_]) -> NDArray[np.uint32]:
    """Return one row per string, padded with zeros as numpy does in memory."""
    width = array.dtype.itemsize // tags.CODE_POINT.itemsize
    flat = np.ascontiguousarray(array).reshape(-1).view(tags.CODE_POINT)
    return flat.reshape(*array.shape, width)
