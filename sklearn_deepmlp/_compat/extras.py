"""Packages that only a few functions need."""

from importlib import import_module
from typing import Any


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
        raise ImportError(
            f"{caller} needs {package}, which is not installed: pip install {package}"
        ) from error
