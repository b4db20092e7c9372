"""What an object holds, bit for bit, in a form that can be compared."""

import numpy as np


def contents(value):
    """Return types and values of all that an object holds."""
    return type(value).__name__, _parts(value)


def _parts(value):
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, _entries(value)
    if isinstance(value, np.random.RandomState):
        return contents(value.get_state())
    if isinstance(value, dict):
        return {key: contents(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [contents(part) for part in value]
    return contents(vars(value)) if hasattr(value, "__dict__") else repr(value)


def _entries(array):
    return contents(array.tolist()) if array.dtype.hasobject else array.tobytes()
