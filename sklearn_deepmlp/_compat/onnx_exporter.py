"""torch's exporter to ONNX, without what it writes to the screen."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import torch
from torch import Tensor, nn

# Where the exporter reports that it will not export operators of packages that are not installed.
_REGISTRATION = logging.getLogger("torch.onnx._internal.exporter._registration")
# What torch's own code is warned of.
_WARNING = r"`isinstance\(treespec, LeafSpec\)` is deprecated"

# Filters of warnings belong to the process, and so do the tables of the exporter.
_lock = Lock()


def exported_graph(module: nn.Module, example: Tensor, input_name: str, opset: int) -> Any:
    """Return a module as a graph with any number of rows.

    Parameters
    ----------
    module : torch.nn.Module
        In eval mode, with one input and one output.
    example : Tensor of shape (n_rows, n_features)
        An input with two or more rows.
    input_name : str
        The name of the input.
    opset : int
        The version of ONNX's operators.

    Returns
    -------
    onnx.GraphProto
        Its output has a name that the exporter chooses.
    """
    with _lock, _silence():
        rows = {0: torch.export.Dim("n_samples")}
        program = torch.export.export(module, (example,), dynamic_shapes=(rows,), strict=False)
        exported = torch.onnx.export(
            program, dynamo=True, opset_version=opset, input_names=[input_name], verbose=False
        )
    if exported is None:  # which the types of torch allow, for exports to a file
        raise RuntimeError("torch.onnx.export has returned nothing.")
    return exported.model_proto.graph


@contextmanager
def _silence() -> Iterator[None]:
    def is_of_interest(record: logging.LogRecord) -> bool:
        return "is not installed" not in record.getMessage()

    _REGISTRATION.addFilter(is_of_interest)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=_WARNING, category=FutureWarning)
            yield
    finally:
        _REGISTRATION.removeFilter(is_of_interest)
