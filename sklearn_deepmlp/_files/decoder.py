"""Plain values from JSON and tensors. No code of the file is run, and nothing is imported."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._files import tags

# Builds an object from the name of its class and its state, or raises a ValueError.
Build = Callable[[str, dict[str, Any]], Any]


class Decoder:
    """Decodes what `Encoder` has encoded, and refuses everything else with a ValueError.

    Parameters
    ----------
    tensors : mapping of str to ndarray
        All tensors of the file; each must be used once.
    build : callable
        Builds the objects that may be loaded.
    """

    def __init__(self, tensors: Mapping[str, NDArray[Any]], build: Build) -> None:
        self._unused = dict(tensors)
        self._build = build
        self._decoders: dict[str, Callable[[Any], Any]] = {
            tags.FLOAT: _float,
            tags.TUPLE: lambda content: tuple(self._list(content)),
            tags.DICT: self._dict,
            tags.TEXT: lambda content: np.str_(_checked(content, str)),
            tags.SCALAR: self._scalar,
            tags.ARRAY: self._array,
            tags.TEXT_ARRAY: self._text_array,
            tags.OBJECT_ARRAY: self._object_array,
            tags.RANDOM_STATE: self._random_state,
            tags.OBJECT: self._object,
        }

    def decode(self, content: Any) -> Any:
        """Return the value that JSON stands for."""
        if isinstance(content, list):
            return self._list(content)
        if isinstance(content, dict):
            return self._tagged(content)
        if isinstance(content, float) and not math.isfinite(content):
            raise ValueError("The file is not valid: one of its numbers is too large.")
        return content

    def named(self, content: Any) -> dict[str, Any]:
        """Return values by name, from a JSON object that has the names as keys."""
        return {name: self.decode(value) for name, value in _checked(content, dict).items()}

    def check_all_used(self) -> None:
        """Refuse tensors to which nothing has referred."""
        if self._unused:
            raise ValueError(
                f"The file is not valid: nothing refers to its tensors {sorted(self._unused)}."
            )

    def _tagged(self, content: dict[str, Any]) -> Any:
        if len(content) != 1:
            raise ValueError(f"The file is not valid: {list(content)} is not one tag.")
        ((tag, inner),) = content.items()
        if tag not in self._decoders:
            raise ValueError(f"The file holds a value of the unknown kind {tag!r}.")
        return self._decoders[tag](inner)

    def _list(self, content: Any) -> list[Any]:
        return [self.decode(item) for item in _checked(content, list)]

    def _dict(self, content: Any) -> dict[Any, Any]:
        pairs = self._list(content)
        try:
            values = {key: value for key, value in pairs}  # noqa: C416 - checks the lengths, too
        except (TypeError, ValueError) as error:
            raise ValueError("The file is not valid: a dict is not a list of pairs.") from error
        if len(values) < len(pairs):
            raise ValueError("The file is not valid: a key of a dict occurs twice.")
        return values

    def _array(self, name: Any) -> NDArray[Any]:
        if not isinstance(name, str) or name not in self._unused:
            raise ValueError(f"The file is not valid: it has no tensor {name!r} for this place.")
        array = self._unused.pop(name)
        if array.dtype not in tags.DTYPES:
            raise ValueError(f"The file is not valid: {name!r} has the dtype {array.dtype}.")
        return np.array(array, order="C")  # a writable copy

    def _scalar(self, name: Any) -> Any:
        array = self._array(name)
        if array.ndim:
            raise ValueError(f"The file is not valid: the number {name!r} has dimensions.")
        return array[()]

    def _text_array(self, name: Any) -> NDArray[Any]:
        points = self._array(name)
        is_text = points.dtype == tags.CODE_POINT and points.ndim and points.shape[-1]
        if not is_text or (points > tags.LAST_CODE_POINT).any():
            raise ValueError(f"The file is not valid: the tensor {name!r} does not hold text.")
        flat = points.reshape(-1).view(f"=U{points.shape[-1]}")
        return flat.reshape(points.shape[:-1])

    def _object_array(self, content: Any) -> NDArray[Any]:
        entries = self._list(content)
        if not all(type(entry) in {*tags.PLAIN, float, np.str_} for entry in entries):
            raise ValueError("The file is not valid: an array holds objects that are not plain.")
        array = np.empty(len(entries), dtype=object)
        array[:] = entries
        return array

    def _random_state(self, content: Any) -> np.random.RandomState:
        state = self.decode(content)
        if not _is_random_state(state):
            raise ValueError("The file is not valid: it holds no state of a random generator.")
        random_state = np.random.RandomState(0)
        random_state.set_state(state)
        return random_state

    def _object(self, content: Any) -> Any:
        if len(_checked(content, list)) != 2:
            raise ValueError("The file is not valid: an object is not a name and a state.")
        name, state = content
        return self._build(_checked(name, str), self.named(state))


def _checked(content: Any, kind: type) -> Any:
    """Return JSON of one kind; refuse others."""
    if not isinstance(content, kind):
        raise ValueError(  # noqa: TRY004 - bad files have one type of error
            f"The file is not valid: a {type(content).__name__} stands for a {kind.__name__}."
        )
    return content


def _float(content: Any) -> float:
    if not isinstance(content, str) or content not in tags.NOT_FINITE:
        raise ValueError(f"The file is not valid: {content!r} is not a number.")
    return tags.NOT_FINITE[content]


def _is_random_state(state: Any) -> bool:
    """Return whether this is a state that numpy's generator can have; it does not check itself."""
    expected = np.random.RandomState(0).get_state(legacy=False)
    if not _is_like(state, expected) or not _is_like(state["state"], expected["state"]):
        return False
    key, position = state["state"]["key"], state["state"]["pos"]
    return (
        state["bit_generator"] == expected["bit_generator"]
        and state["has_gauss"] in (0, 1)
        and (key.dtype, key.shape) == (np.dtype(np.uint32), expected["state"]["key"].shape)
        and 0 <= position <= len(key)
    )


def _is_like(values: Any, expected: Mapping[str, Any]) -> bool:
    """Return whether a dict has the same keys as another, with values of the same types."""
    return (
        isinstance(values, dict)
        and values.keys() == expected.keys()
        and all(type(values[name]) is type(value) for name, value in expected.items())
    )
