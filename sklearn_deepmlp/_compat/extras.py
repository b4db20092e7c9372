"""Packages that only a few functions need."""

from importlib import import_module
from typing import Any

# The packages that extras of this one install → the extra.
EXTRAS = {
    "matplotlib": "plot",
    "onnx": "onnx",
    "onnxscript": "onnx",
    "ray": "ray",
    "rich": "progress",
    "safetensors": "files",
    "skl2onnx": "onnx",
}


def import_extra(module: str, caller: str) -> Any:
    """Return a module of an optional package.

    Parameters
    ----------
    module : str
        Name of the module, for example "matplotlib.pyplot".
    caller : str
        The function or method that needs it.

    Raises
    ------
    ImportError
        If the package is not installed.
    """
    package = module.partition(".")[0]
    try:
        return import_module(module)
    except ImportError as error:
        extra = (
            f", or pip install 'sklearn-deepmlp[{EXTRAS[package]}]'" if package in EXTRAS else ""
        )
        raise ImportError(
            f"{caller} needs {package}, which is not installed: pip install {package}{extra}"
        ) from error
