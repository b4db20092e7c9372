"""What stands for values that JSON does not have: objects with one key, the tag."""

from __future__ import annotations

import numpy as np

FLOAT = "float"  # NaN and infinities, by their name
TUPLE = "tuple"  # a list of its items
DICT = "dict"  # a list of pairs, as keys may be any plain value
TEXT = "text"  # numpy.str_
SCALAR = "scalar"  # the name of a tensor without dimensions, for the other scalars of numpy
ARRAY = "array"  # the name of a tensor
TEXT_ARRAY = "text_array"  # the name of a tensor of code points, one row per entry
OBJECT_ARRAY = "object_array"  # a list of entries, one dimension
RANDOM_STATE = "random_state"  # the state of a numpy.random.RandomState
OBJECT = "object"  # the name of a class, and what its objects are built from

PLAIN = (type(None), bool, int, str)  # what JSON has, in addition to finite floats and lists
NOT_FINITE = {repr(value): value for value in (float("nan"), float("inf"), float("-inf"))}
# The dtypes of tensors that safetensors and numpy share.
DTYPES = {
    *map(np.dtype, ("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32")),
    *map(np.dtype, ("uint64", "float16", "float32", "float64")),
}
CODE_POINT = np.dtype(np.uint32)
LAST_CODE_POINT = 0x10FFFF
