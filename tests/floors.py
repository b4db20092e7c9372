"""The floors of the package, from the ground up, for the tests that hold them."""

from pathlib import Path

import sklearn_deepmlp

ROOT = Path(sklearn_deepmlp.__file__).parent
FLOORS = (
    "ground",
    "_layers",
    "_stack",
    "_training",
    "_files",
    "_export",
    "_estimators",
    "_together",
    "_comparison",
    "_diagnosis",
    "_displays",
    "onnx",
    "sklearn_deepmlp",
)
FILES = sorted(ROOT.rglob("*.py"))


def module_name(path):
    """Return the name of a file's module as imports have it."""
    relative = path.relative_to(ROOT.parent).with_suffix("")
    return ".".join(part for part in relative.parts if part != "__init__")


MODULES = {module_name(path): path for path in FILES}


def floor_of(module):
    """Return the name of a module's floor; what is in no package of a floor is on the ground."""
    package, _, rest = module.partition(".")
    first = rest.partition(".")[0] or package
    return first if first in FLOORS else "ground"


def height(module):
    """Return how high a module's floor is."""
    return FLOORS.index(floor_of(module))
