"""Nodes and initializers of an ONNX graph, added by name of the operator."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sklearn_deepmlp._compat.extras import import_extra

CALLER = "Export to ONNX"  # for messages about packages that are not installed


class OnnxNodes:
    """A growing graph.

    Attributes
    ----------
    nodes : list of onnx.NodeProto
        The operators, in the order in which they are computed.
    initializers : list of onnx.TensorProto
        The constants.
    """

    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.initializers: list[Any] = []
        self._helper = import_extra("onnx.helper", CALLER)
        self._numpy_helper = import_extra("onnx.numpy_helper", CALLER)

    def add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        """Add a node with one output; return its name, which is new if none is given."""
        output = output or f"added_{len(self.nodes)}"
        name = f"{operator}_{len(self.nodes)}"
        node = self._helper.make_node(operator, list(inputs), [output], name, **attributes)
        self.nodes.append(node)
        return output

    def cast(self, value: str, dtype: Any, output: str = "") -> str:
        """Add a node that converts a tensor to a data type of numpy."""
        return self.add("Cast", value, output=output, to=self.type_of(dtype))

    def constant(self, array: NDArray[Any]) -> str:
        """Add a constant; return its name."""
        name = f"added_constant_{len(self.initializers)}"
        self.initializers.append(self._numpy_helper.from_array(array, name))
        return name

    def type_of(self, dtype: Any) -> int:
        """Return the number that ONNX has for a data type of numpy."""
        return self._helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
